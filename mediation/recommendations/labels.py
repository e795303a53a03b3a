"""The words of the pages."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from mediation.audit import labels as audited
from mediation.documents.labels import MANNERS
from mediation.recommendations.lifecycle import Event, Status

STATUSES = {
    Status.DRAFT: _l("起草中"),
    Status.REVIEWED: _l("已复核"),
    Status.SENT: _l("已送达，等待答复"),
    Status.ANSWERED: _l("已答复"),
    Status.VERIFIED: _l("已核实整改"),
    Status.NOT_DONE: _l("未整改"),
    Status.CLOSED: _l("已办结"),
}
# chip classes of the pages
TONES = {
    Status.DRAFT: "new",
    Status.REVIEWED: "new",
    Status.SENT: "run",
    Status.ANSWERED: "run",
    Status.VERIFIED: "good",
    Status.NOT_DONE: "run",
    Status.CLOSED: "done",
}
EVENTS = {
    Event.CHANGE: _l("修改草稿"),
    Event.REVIEW: _l("复核通过"),
    Event.RETURN: _l("退回修改"),
    Event.ISSUE: _l("编号出具"),
    Event.SEAL: _l("加盖电子印章"),
    Event.SERVE: _l("登记送达"),
    Event.ANSWER: _l("填写答复"),
    Event.SUPPLEMENT: _l("补充答复"),
    Event.VISIT: _l("登记回访"),
    Event.VERIFY: _l("确认已整改"),
    Event.NOT_DONE: _l("认定未整改"),
    Event.TELL: _l("登记告知有关单位"),
    Event.CLOSE: _l("办结"),
}
KINDS = {
    "drafted": _l("起草"),
    "changed": _l("修改草稿"),
    "reviewed": _l("复核通过"),
    "returned": _l("退回修改"),
    "issued": _l("编号出具"),
    "sealed": _l("加盖电子印章"),
    "sent": _l("送达"),
    "answered": _l("公司答复"),
    "measure": _l("整改措施"),
    "reminded": _l("提醒"),
    "visited": _l("回访核实"),
    "verified": _l("确认已整改"),
    "not_done": _l("认定未整改"),
    "told": _l("告知有关单位"),
    "closed": _l("办结"),
}
STEPS = {
    "complete": _l("补齐草稿"),
    "review": _l("由另一人复核草稿"),
    "issue": _l("编号出具"),
    "serve": _l("送达公司"),
    "answer": _l("等待公司答复"),
    "chase": _l("答复日已过，催问或者认定未整改"),
    "carry_out": _l("公司落实整改措施"),
    "verify": _l("回访核实整改情况"),
    "follow": _l("考虑告知有关单位，或者办结"),
    "close": _l("观察效果，办结"),
    "none": _l("已办结"),
}
STEPS_OF_THE_COMPANY = {
    "answer": _l("请填写答复"),
    "chase": _l("答复日已过，请尽快答复"),
    "carry_out": _l("落实整改措施，办结后补充登记"),
    "verify": _l("等待调解委员会回访"),
    "follow": _l("请补充整改情况"),
    "close": _l("已确认整改"),
    "none": _l("已办结"),
}
WHO = {"committee": _l("调解委员会"), "company": _l("公司"), "nobody": ""}
BLOCKERS = {
    "incomplete": _l("标题、问题、有关规定、建议和答复日都填好才能复核"),
    "own_draft": _l("起草人不能复核自己的草稿，请委员会另一人复核"),
    "issued_already": _l("已经编号出具"),
    "not_issued": _l("先编号出具"),
    "sealed_already": _l("已经加盖电子印章"),
    "reply_day_ahead": _l("答复日还没有过"),
    "not_in_this_status": _l("现在的状态不能这样办理，请刷新页面"),
    "not_permitted": _l("没有这项权限"),
}
SYSTEM = "system"
WAYS = {SYSTEM: _l("本系统送达"), **MANNERS}
ANSWERS = {"adopted": _l("采纳"), "partly": _l("部分采纳"), "refused": _l("不采纳")}
# law.md 5.4: design, and the union's role unverified; a lawyer confirms before anybody is told.
BODIES = {
    "association": _l("行业协会"),
    "union": _l("工会（监督职责的条文待核实）"),
    "inspection": _l("劳动监察（《劳动争议调解仲裁法》第9条）"),
}
# Of entries that stand in the history from before the morning's digest said these things.
REMINDERS = {
    "soon": _l("答复日临近"),
    "due": _l("今天是答复日"),
    "late": _l("答复日已过，没有答复"),
    "later": _l("答复日过去两周，仍没有答复"),
    "measure": _l("整改措施的计划日已过"),
}
VERDICTS = {
    "too_early": _l("整改后的完整月份还不到三个月，现在还不能比较。"),
    "no_past": _l("整改前的完整月份不足三个月，没有可比较的过去。"),
    "too_few": _l("前后合计不足六件，数字太小，不能比较。"),
    "fell": _l("案件减少：区间整个低于“不变”。"),
    "rose": _l("案件增加：区间整个高于“不变”。"),
    "not_shown": _l("看不出变化：区间包含“不变”。"),
}
SERIES_VERDICTS = {
    "too_short": _l("间断时间序列要求前后各有六个完整月份，月份还不够。"),
    "no_fit": _l("一侧没有案件或者数字太少，间断时间序列无法拟合。"),
    "fell": _l("扣除原有趋势后，水平在整改之日下降。"),
    "rose": _l("扣除原有趋势后，水平在整改之日上升。"),
    "not_shown": _l("扣除原有趋势后，看不出水平变化。"),
}

audited.VALUES.update(
    {
        ("recommendation", "step"): KINDS,
        ("recommendation", "from_state"): STATUSES,
        ("recommendation", "to_state"): STATUSES,
    }
)
