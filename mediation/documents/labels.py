"""The words of the pages, and where a missing fact is entered."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mediation.documents.typeset.charts import Words

STATUSES = {"issued": _l("已出具"), "void": _l("已作废")}

# The forms by what they are for, in the order of the work.
GROUPS = (
    (_l("申请和受理"), frozenset({"D01", "D02", "D03", "D04", "D05", "D06", "D26", "D30", "PM04"})),
    (_l("身份和代理"), frozenset({"D07", "D08"})),
    (_l("调解"), frozenset({"D09", "D10", "D11", "D12", "D27"})),
    (_l("协议和结果"), frozenset({"D13", "D14", "D15", "D16"})),
    (_l("协议的保障和履行"), frozenset({"D18", "D19", "D20", "D21", "D22"})),
    (_l("送达、移送和建议"), frozenset({"D17", "D23", "D24", "D25"})),
    (_l("结案和立卷"), frozenset({"D28", "D29", "PM06", "PM12", "PM13"})),
)

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
    "terms": ("terms.edit", _l("核对协议条款")),
    "agent": ("cases.show", _l("到当事人处补填")),
    "principal": ("cases.show", _l("到当事人处补填")),
    "subject_party": ("cases.show", _l("到当事人处补填")),
    "agreement_number": ("documents.index", _l("先出具调解协议书")),
    "outcome": ("cases.fail", _l("登记调解不成")),
}

# Findings that are no gap: what they complain of → the page on which it is mended.
MENDED_AT = {
    "instalments_do_not_add_up": ("cases.draft_agreement", _l("修改协议")),
    "no_due_date": ("cases.draft_agreement", _l("修改协议")),
}

# Who signs a form (``FormSpec.signed_by``).
CAPACITIES = {
    "applicant": _l("申请人"),
    "respondent": _l("被申请人"),
    "members": _l("申请人"),
    "creditor": _l("申请人"),
    "payee": _l("收款人"),
    "organisation": _l("单位"),
    "principal": _l("委托人"),
    "party": _l("当事人"),
    "mediator": _l("调解员"),
    "recorder": _l("记录人"),
    "asker": _l("调查人"),
    "person_asked": _l("被调查人"),
    "recipient": _l("受送达人"),
    "server": _l("送达人"),
    "visitor": _l("回访人"),
    "registrar": _l("登记人"),
    "station": _l("驿站"),
    "chair": _l("主任"),
    "filer": _l("立卷人"),
    "checker": _l("检查人"),
    "duty_person": _l("值班人"),
}
# How the person at the screen was known to be the signer.
IDENTIFIED = {
    "id_card": _l("当面核对身份证件"),
    "known": _l("登记人认识本人"),
    "video": _l("视频核对身份证件"),
    "account": _l("本人账号登录"),
}
WAYS_OF_SIGNING = {"screen": _l("屏幕手写"), "paper": _l("纸质原件")}
BATCH_STATUSES = {
    "waiting": _l("等待制作"),
    "running": _l("制作中"),
    "done": _l("已完成"),
    "failed": _l("已中断"),
}

# The two parts of a case file (law.md 4.4).
FILE_PARTS = {"open": _l("正卷"), "internal": _l("副卷")}

# How a paper is served (D17; modelled on CPL 87-95).
MANNERS = {
    "direct": _l("直接送达"),
    "left": _l("留置送达"),
    "post": _l("邮寄送达"),
    "electronic": _l("电子送达"),
    "entrusted": _l("委托送达"),
    "forwarded": _l("转交送达"),
    "public": _l("公告送达"),
}


def chart_words() -> Words:
    """What a chart on a page sets between its names, in the language of the page."""
    aside = _("（%(note)s）", note="{}")
    return Words(unit=_("单位："), nothing=_("无"), says=_("："), then=_("，"), next=_("；"), aside=aside)
