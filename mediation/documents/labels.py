"""The words of the pages, and where a missing fact is entered."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

STATUSES = {"issued": _l("已出具"), "void": _l("已作废")}

# What stands at the beginning of a form's path to a fact → the page of the case on which it is entered.
ENTERED_AT = {
    "parties": ("cases.show", _l("到当事人处补填")),
    "applicants": ("cases.show", _l("到当事人处补填")),
    "respondents": ("cases.enter_party", _l("增加被申请人")),
    "claims": ("cases.enter_claim", _l("增加请求")),
    "facts_text": ("cases.correct", _l("补填案情")),
    "received_on": ("cases.correct", _l("更正登记内容")),
    "mediators": ("cases.assign_mediator", _l("指派调解员")),
    "case_no": ("cases.accept", _l("登记受理")),
    "accepted_on": ("cases.accept", _l("登记受理")),
    "invited_session": ("cases.plan_session", _l("安排调解会议")),
    "session": ("cases.hold_session", _l("记录调解会议")),
    "agreement": ("cases.draft_agreement", _l("拟定协议")),
    "outcome": ("cases.fail", _l("登记调解不成")),
}

# Findings that are no gap: what they complain of → the page on which it is mended.
MENDED_AT = {
    "instalments_do_not_add_up": ("cases.draft_agreement", _l("修改协议")),
    "no_due_date": ("cases.draft_agreement", _l("修改协议")),
}
