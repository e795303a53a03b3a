"""Words for what a committee is in law, and for its settings."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

# law.md 1.2: the ways out that an agreement can take depend on it.
LEGAL_BASIS = {
    "enterprise_committee": _l("企业劳动争议调解委员会"),
    "peoples_mediation": _l("人民调解委员会"),
    "township": _l("乡镇、街道调解组织"),
    "industry_labour": _l("行业性劳动争议调解组织"),
}

# Of whom a second factor can be asked; the keys are roles, or everybody.
SECOND_FACTOR_OF = {
    "all": _l("全部账号"),
    "hr": _l("公司人事"),
    "committee": _l("调解委员会"),
    "admin": _l("系统管理员"),
}
