"""The words of the statistics pages; the figures' own words are in ``metrics``."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from mediation.audit import labels as audited

TABLES = {
    "company": _l("按公司"),
    "outlet": _l("按网点"),
    "cause": _l("按案由"),
    "station": _l("按驿站"),
    "month": _l("走势"),
    "track": _l("按程序"),
    "relationship": _l("按用工关系"),
    "outcome": _l("按结果"),
}
FIRST_COLUMNS = {
    "company": _l("公司"),
    "outlet": _l("网点"),
    "cause": _l("案由"),
    "station": _l("驿站"),
    "month": _l("月份"),
    "track": _l("程序"),
    "relationship": _l("用工关系"),
    "outcome": _l("结果"),
}
GROUPS = {
    "overview": _l("概览"),
    "counts": _l("件数"),
    "days": _l("天数"),
    "money": _l("金额"),
    "performance": _l("履行"),
    "answer": _l("答复"),
    "all": _l("全部指标"),
}
COMPARED = {"before": _l("较上期"), "year": _l("较上年同期")}
PRESETS = {
    "month": _l("本月"),
    "last_month": _l("上月"),
    "quarter": _l("本季"),
    "year": _l("今年"),
    "last_year": _l("上年"),
    "twelve": _l("近12个月"),
}
COUNTS_BY = {
    "received_on": _l("登记日"),
    "settled_on": _l("结果成立之日"),
    "closed_on": _l("结案日"),
    "paid_on": _l("付款日"),
    "due_on": _l("约定付款日"),
    "applied_on": _l("申请日"),
    "answered_on": _l("首次答复日"),
}

# Lists of figures are exported as figures of cases.
audited.VALUES.update(
    {
        ("case_file", "by"): FIRST_COLUMNS,
        ("case_file", "preset"): PRESETS,
        ("case_file", "show"): GROUPS,
        ("case_file", "compare"): COMPARED,
    }
)
