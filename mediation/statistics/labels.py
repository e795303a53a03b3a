"""The words of the statistics pages; the figures' own words are in ``metrics``."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

TABLES = {"company": _l("按公司"), "cause": _l("按案由"), "station": _l("按驿站")}
FIRST_COLUMNS = {"company": _l("公司"), "cause": _l("案由"), "station": _l("驿站")}
COUNTS_BY = {
    "received_on": _l("登记日"),
    "settled_on": _l("结果成立之日"),
    "closed_on": _l("结案日"),
    "paid_on": _l("付款日"),
    "due_on": _l("约定付款日"),
    "applied_on": _l("申请日"),
    "answered_on": _l("首次答复日"),
}
