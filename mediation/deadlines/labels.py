"""Words for the codes of rules, days, deadlines and job runs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from mediation.audit import labels as audited
from mediation.core.i18n import is_english
from mediation.deadlines.models import DeadlineRule
from mediation.deadlines.rules import RULES, Rule

KINDS = {
    "statutory_holiday": _l("法定节假日"),
    "rest_day": _l("休息日"),
    "makeup_workday": _l("调休上班日"),
    "workday": _l("工作日"),
}
UNITS = {
    "working_day": _l("个工作日"),
    "calendar_day": _l("日"),
    "month": _l("个月"),
    "year": _l("年"),
}
STATUSES = {
    "open": _l("进行中"),
    "paused": _l("停止计算"),
    "met": _l("已完成"),
    "missed": _l("已逾期"),
    "cancelled": _l("已取消"),
    "replaced": _l("已重新计算"),
}
RUN_STATUSES = {"running": _l("进行中"), "done": _l("完成"), "failed": _l("失败")}
JOBS = {
    "deadlines_daily": _l("期限届满"),
    "digest": _l("晨报"),
    "signals_daily": _l("信号"),
    "monthly_report": _l("月报"),
    "count_for_planning": _l("更新数据库索引统计"),
    "figures_check": _l("核对统计汇总"),
    "audit_verify": _l("审计校验"),
    "sweep_logins": _l("清理登录失败记录"),
    "sweep_files": _l("清理没有记录的文件"),
}
audited.VALUES["job_run", "job"] = JOBS
TRACKS = {
    "labour": _l("劳动争议"),
    "new_form": _l("新就业形态"),
    "peoples": _l("民间纠纷"),
    "police": _l("治安"),
    "traffic": _l("交通事故"),
    "referral": _l("转办"),
    "consult": _l("咨询"),
}


def rule_title(rule: Rule | DeadlineRule) -> str:
    """The title of a rule in the language of the page. Papers, and who reads Chinese, have the stored one."""
    if not is_english():
        return rule.title
    known = rule if isinstance(rule, Rule) else RULES.get(rule.code)
    return (known and known.title_en) or rule.title
