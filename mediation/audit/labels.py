"""Words for what was done, to what, and for the fields that go with it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from mediation.audit.events import AuditEvent

EVENTS = {
    AuditEvent.LOGIN_SUCCEEDED: _l("登录"),
    AuditEvent.LOGIN_FAILED: _l("登录失败"),
    AuditEvent.LOGOUT: _l("退出"),
    AuditEvent.PASSWORD_CHANGED: _l("修改密码"),
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
    AuditEvent.LEDGER_IMPORTED: _l("导入台账"),
    AuditEvent.REPORT_MADE: _l("生成月报"),
    AuditEvent.REPORT_OPENED: _l("打开月报"),
    AuditEvent.NOTE_OPENED: _l("查看内部记录"),
    AuditEvent.JOB_RUN: _l("运行任务"),
    AuditEvent.DENIED: _l("越权被拒"),
}

SUBJECTS = {
    "user_account": _l("账号"),
    "committee": _l("调解组织"),
    "station": _l("驿站"),
    "office": _l("单位"),
    "duty_shift": _l("值班"),
    "category": _l("案由"),
    "company": _l("公司"),
    "case_file": _l("案件"),
    "party": _l("当事人"),
    "attachment": _l("文件"),
    "document": _l("文书"),
    "job_run": _l("任务"),
}
