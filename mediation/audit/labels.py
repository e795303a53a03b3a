"""Words for what was done, to what, and for the fields that go with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as pgettext  # the name by which words in a context are gathered

from mediation.audit.events import AuditEvent
from mediation.core.i18n import listed

EVENTS = {
    AuditEvent.LOGIN_SUCCEEDED: _l("登录"),
    AuditEvent.LOGIN_FAILED: _l("登录失败"),
    AuditEvent.LOGIN_FIRST_STEP: _l("密码通过，待验证码"),
    AuditEvent.LOGOUT: _l("退出"),
    AuditEvent.PASSWORD_CHANGED: _l("修改密码"),
    AuditEvent.SECOND_FACTOR_ON: _l("开启两步验证"),
    AuditEvent.SECOND_FACTOR_OFF: _l("解除两步验证"),
    AuditEvent.RECOVERY_CODE_USED: _l("使用恢复码"),
    AuditEvent.INVITATION_USED: _l("凭邀请开通账号"),
    AuditEvent.ACCESS_GIVEN: _l("授予公司权限"),
    AuditEvent.ACCESS_TAKEN: _l("收回公司权限"),
    AuditEvent.ROLES_CHANGED: _l("更改角色"),
    AuditEvent.RECORD_CREATED: _l("新建"),
    AuditEvent.RECORD_CHANGED: _l("修改"),
    AuditEvent.RECORDS_MERGED: _l("合并"),
    AuditEvent.MERGE_UNDONE: _l("撤销合并"),
    AuditEvent.CASE_EVENT: _l("案件进展"),
    AuditEvent.CASE_VIEWED: _l("查看案件"),
    AuditEvent.FIELD_REVEALED: _l("查看加密信息"),
    AuditEvent.FILE_STORED: _l("存入文件"),
    AuditEvent.FILE_OPENED: _l("打开文件"),
    AuditEvent.LIST_EXPORTED: _l("导出清单"),
    AuditEvent.DOCUMENT_MADE: _l("生成文书"),
    AuditEvent.DOCUMENT_ISSUED: _l("签发文书"),
    AuditEvent.DOCUMENT_VOIDED: _l("作废文书"),
    AuditEvent.DOCUMENT_SEALED: _l("加盖电子印章"),
    AuditEvent.CASE_FILE_MADE: _l("生成卷宗"),
    AuditEvent.LEDGER_IMPORTED: _l("导入台账"),
    AuditEvent.REPORT_MADE: _l("生成月报"),
    AuditEvent.REPORT_OPENED: _l("打开月报"),
    AuditEvent.NOTE_OPENED: _l("查看内部记录"),
    AuditEvent.RECOMMENDATION_STEP: _l("建议书进展"),
    AuditEvent.RECOMMENDATION_OPENED: _l("公司打开建议书"),
    AuditEvent.JOB_RUN: _l("运行任务"),
    AuditEvent.FEED_READ: _l("读取日历订阅"),
    AuditEvent.SIGNAL_SET_ASIDE: _l("搁置信号"),
    AuditEvent.DENIED: _l("越权被拒"),
}

SUBJECTS = {
    "user_account": _l("账号"),
    "invitation": _l("邀请"),
    "second_factor": _l("两步验证"),
    "committee": _l("调解组织"),
    "station": _l("驿站"),
    "office": pgettext("one", "单位"),
    "duty_shift": _l("值班"),
    "room": _l("会议室"),
    "feed_address": _l("日历订阅地址"),
    "absence": _l("外出登记"),
    "channel": _l("通知方式"),
    "outbox_message": _l("待发消息"),
    "category": _l("案由"),
    "company": _l("公司"),
    "case_file": pgettext("one", "案件"),
    "party": _l("当事人"),
    "attachment": _l("文件"),
    "document": _l("文书"),
    "job_run": _l("任务"),
    "signal": _l("信号"),
    "calendar_year": _l("工作日历"),
    "claim": _l("请求事项"),
    "deadline_rule": _l("期限规则"),
    "firm_client": _l("律所客户"),
    "service_record": _l("送达记录"),
    "ledger_import": _l("台账导入"),
    "monthly_report": _l("月报"),
    "private_note": _l("内部记录"),
    "representative": _l("代理人"),
    "recommendation": _l("规范用工建议书"),
    "company_headcount": _l("公司人数"),
    "company_report": _l("公司的月报"),
    "deadline": _l("期限"),
    "legal_act": _l("法律程序"),
    "offer": _l("调解方案"),
    "session_reply": _l("会议答复"),
    "paper_batch": _l("批量文书"),
    "paper_signature": _l("文书签名"),
    "report_recipient": _l("月报收件人"),
    "agreement": _l("调解协议"),
    "signature": _l("签名"),
    "standard_clause": _l("常用条款"),
}

FIELD_NAMES = {
    "account": _l("账号编号"),
    "added": _l("增加"),
    "by_other": _l("由他人"),
    "changed": _l("更改项"),
    "code": _l("文书代码"),
    "duplicates": _l("重复"),
    "endpoint": _l("页面"),
    "entries": _l("条数"),
    "case_event": _l("事件"),
    "event_id": _l("事件编号"),
    "field": _l("字段"),
    "filters": _l("条件"),
    "format": _l("格式"),
    "from_state": _l("原状态"),
    "imported": _l("已导入"),
    "into_id": _l("并入编号"),
    "job": _l("任务"),
    "left": _l("剩余"),
    "kind": _l("种类"),
    "list": _l("清单"),
    "month": _l("月份"),
    "number": _l("文号"),
    "outcome": _l("结果"),
    "pages": _l("页数"),
    "part": _l("部分"),
    "reason": _l("原因"),
    "removed": _l("取消"),
    "rows": _l("行数"),
    "run_key": _l("期次"),
    "sha256": _l("摘要"),
    "size": _l("字节"),
    "step": _l("步骤"),
    "to_state": _l("新状态"),
    "version": _l("版本"),
    # the filters of exported lists
    "answered_from": _l("首次答复日从"),
    "answered_to": _l("到"),
    "applied_from": _l("申请日从"),
    "applied_to": _l("到"),
    "by": _l("分组"),
    "cause": _l("案由"),
    "closed_from": _l("结案日从"),
    "closed_to": _l("到"),
    "collective": _l("集体争议"),
    "company": _l("公司"),
    "compare": _l("比较"),
    "concluded": _l("有结果"),
    "consultations": _l("咨询"),
    "dated": _l("有办理天数"),
    "direct": _l("不含下级公司"),
    "disputes": _l("不含咨询"),
    "due": _l("至几日后到期"),
    "due_from": _l("自几日后到期"),
    "from": _l("从"),
    "handler": _l("承办人"),
    "in_full": _l("全部达成协议"),
    "in_part": _l("部分达成协议"),
    "instalment_from": _l("约定付款日从"),
    "instalment_to": _l("到"),
    "main_company": _l("主要被申请人"),
    "mask": _l("隐去小于3的数（对外提供时）"),
    "mediator": _l("调解员"),
    "mine": _l("我的案件"),
    "on_time": _l("按期付清"),
    "open": _l("只看未结"),
    "overdue": _l("已逾期"),
    "paid_from": _l("付款日从"),
    "paid_to": _l("到"),
    "preset": _l("期间"),
    "q": _l("搜索"),
    "received_from": _l("收到日期从"),
    "received_to": _l("到"),
    "relationship": _l("用工关系"),
    "settled_from": _l("结果日从"),
    "settled_to": _l("到"),
    "show": _l("指标"),
    "state": _l("状态"),
    "station": _l("驿站"),
    "to": _l("到"),
    "track": _l("程序"),
    "waiting": _l("等待"),
}
LISTS = {
    "cases": _l("案件"),
    "headcounts": _l("公司人数"),
    "instalments": _l("付款日程"),
    "ledger": _l("台账"),
    "statistics": _l("统计"),
}


# Words for codes, by the kind of subject and the field or filter they stand in; the features that know them add theirs.
VALUES: dict[tuple[str, str], Mapping[Any, object]] = {
    (kind, "list"): LISTS for kind in ("case_file", "company_headcount", "ledger_import")
}


def details(fields: dict[str, Any], subject: str) -> list[tuple[object, str]]:
    """(word, value) of what goes with an event on a kind of ``subject``; empty ones are left out.

    A code without a word stays as it is.
    """
    return [
        (FIELD_NAMES.get(name, name), _shown(subject, name, value))
        for name, value in fields.items()
        if value not in ([], {}, None, "")
    ]


def _shown(subject: str, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return listed(value)
    if isinstance(value, dict):
        pairs = sorted(value.items())
        return listed(f"{FIELD_NAMES.get(key, key)}={_shown(subject, key, one)}" for key, one in pairs)
    if name == "sha256":
        return f"{value[:12]}…"
    return str(VALUES.get((subject, name), {}).get(value, value))
