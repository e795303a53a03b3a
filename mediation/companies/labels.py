"""The enumerations of the feature in the user's language."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

LEVELS = {1: _l("总部"), 2: _l("区域公司"), 3: _l("网点")}
RELATIONS = {"legal_adviser": _l("法律顾问"), "agent": _l("代理人"), "other": _l("其他业务")}
