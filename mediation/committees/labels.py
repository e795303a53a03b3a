"""Words for what a committee is in law."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

# law.md 1.2: the ways out that an agreement can take depend on it.
LEGAL_BASIS = {
    "enterprise_committee": _l("企业劳动争议调解委员会"),
    "peoples_mediation": _l("人民调解委员会"),
    "township": _l("乡镇、街道调解组织"),
    "industry_labour": _l("行业性劳动争议调解组织"),
}
