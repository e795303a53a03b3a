"""The words for states, events, tracks and what stands in the way; Chinese in the source, English by catalogue."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as pgettext  # the name by which words in a context are gathered

from mediation.audit import labels as audited
from mediation.cases.durations import Ground
from mediation.cases.lifecycle import Event, NextActor, State, Track

STATES = {
    State.RECEIVED: _l("已登记"),
    State.CONSENT_INQUIRY: _l("征询意见"),
    State.ACCEPTED: _l("已受理"),
    State.NOT_ACCEPTED: _l("不予受理"),
    State.MEDIATING: _l("调解中"),
    State.EXTENDED: _l("延期调解中"),
    State.AGREED: _l("已达成协议"),
    State.PERFORMING: _l("履行中"),
    State.PERFORMED: _l("已履行"),
    State.DEFAULTED: _l("逾期未履行"),
    State.ENFORCING: _l("申请强制程序"),
    State.FAILED: _l("调解不成"),
    State.WITHDRAWN: _l("已撤回"),
    State.TERMINATED: _l("已终止"),
    State.REFERRED: _l("已转办"),
    State.CLOSED: _l("已结案"),
    State.ARCHIVED: _l("已归档"),
}

TRACKS = {
    Track.LABOUR: _l("劳动争议调解"),
    Track.NEW_FORM: _l("新就业形态调解"),
    Track.PEOPLES: _l("人民调解"),
    Track.POLICE: _l("治安调解"),
    Track.TRAFFIC: _l("交通事故损害赔偿"),
    Track.REFERRAL: _l("转办"),
    Track.CONSULT: _l("咨询"),
}

TRACK_REASONS = {
    "public_order": _l("因民间纠纷引起的打架、损毁财物，由公安机关调解（《治安管理处罚法》第9条）"),
    "traffic": _l("交通事故损害赔偿，由公安交管部门或人民调解委员会处理"),
    "injury_recognition": _l("工伤认定由社会保险行政部门办理，不能调解（《工伤保险条例》第17条）"),
    "social_insurance": _l("社会保险费征缴由行政部门处理，放弃社保的约定无效（法释〔2025〕12号第19条）"),
    "employment": _l("劳动者与用人单位之间的劳动争议（《劳动争议调解仲裁法》第2条）"),
    "civil_claim": _l("请求属于平等主体之间的民事纠纷，适用人民调解"),
    "quasi": _l("不完全符合确立劳动关系情形，适用新就业形态一站式调解（人社厅发〔2024〕4号）"),
    "self_run": _l("自主经营、承揽等民事关系，适用人民调解（《人民调解法》）"),
    "platform_cause": _l("平台规则引起的争议，适用新就业形态一站式调解（人社厅发〔2024〕4号）"),
    "labour_cause": _l("请求属于劳动争议事项，用工关系待定，先按劳动争议处理"),
    "civil_cause": _l("请求属于民间纠纷，适用人民调解"),
}

RELATIONSHIPS = {
    "employment": _l("劳动关系"),
    "quasi": _l("不完全符合确立劳动关系情形"),
    "self_run": _l("自主经营、承揽等民事关系"),
    "undetermined": _l("未定"),
}

SOURCES = {
    "walk_in": _l("当事人来访"),
    "phone": _l("电话"),
    "online": _l("网上申请"),
    "proactive": _l("主动调解"),
    "police": _l("派出所移送"),
    "court": _l("法院委派"),
    "arbitration": _l("仲裁委转来"),
    "union": _l("工会"),
    "platform": _l("平台转来"),
    "hotline": _l("12345 热线"),
    "transfer": _l("部门转办"),
}

MODES = {"written": _l("书面"), "oral": _l("口头"), "online": _l("网上")}

EVENTS = {
    Event.RECEIVED: _l("登记"),
    Event.DETAILS_CORRECTED: _l("更正登记内容"),
    Event.TRACK_CONFIRMED: _l("确认程序"),
    Event.RECLASSIFIED: _l("变更程序"),
    Event.HANDLER_ASSIGNED: _l("指派承办人"),
    Event.CONSENT_ASKED: _l("征询对方意见"),
    Event.CONSENT_RECORDED: _l("记录调解意愿"),
    Event.ANSWERED: _l("单位答复"),
    Event.OFFER_MADE: _l("提出方案"),
    Event.OFFER_SETTLED: _l("答复方案"),
    Event.PAPERS_HANDED_IN: _l("单位提交材料"),
    Event.REPRESENTATIVE_NAMED: _l("单位委托代理人"),
    Event.REPRESENTATIVE_REVIEWED: _l("核对授权委托书"),
    Event.ACCEPTED: _l("受理"),
    Event.NOT_ACCEPTED: _l("不予受理"),
    Event.MEDIATOR_ASSIGNED: _l("指派调解员"),
    Event.SESSION_PLANNED: _l("安排调解会议"),
    Event.SESSION_HELD: _l("记录调解会议"),
    Event.SESSION_POSTPONED: _l("改期调解会议"),
    Event.SESSION_CANCELLED: _l("取消调解会议"),
    Event.SESSION_REPLIED: _l("单位答复会议"),
    Event.EXTENDED: _l("延期"),
    Event.AGREEMENT_DRAFTED: _l("拟定协议"),
    Event.SIGNATURE_RECORDED: _l("登记签名"),
    Event.SEALED: _l("加盖印章"),
    Event.AGREEMENT_EFFECTIVE: _l("协议生效"),
    Event.ORAL_AGREEMENT_REACHED: _l("达成口头协议"),
    Event.FAILED: _l("调解不成"),
    Event.WITHDRAWN: _l("撤回申请"),
    Event.TERMINATED: _l("终止调解"),
    Event.REFERRED: _l("转办"),
    Event.POLICE_MEDIATION_HELD: _l("记录治安调解"),
    Event.RESULT_RECORDED: _l("登记处理结果"),
    Event.ADVISED: _l("答复咨询并结案"),
    Event.PAYMENT_REPORTED: _l("单位报告付款"),
    Event.PAYMENT_DISPUTED: _l("付款未确认"),
    Event.PAYMENT_RECORDED: _l("登记付款"),
    Event.PERFORMED: _l("履行完毕"),
    Event.DEFAULTED: _l("登记逾期"),
    Event.FORCE_SOUGHT: _l("申请仲裁审查或司法确认"),
    Event.ENFORCEMENT_STARTED: _l("申请支付令或起诉"),
    Event.FOLLOWED_UP: _l("回访"),
    Event.ACT_RECORDED: _l("登记法律行为"),
    Event.ACT_CORRECTED: _l("更正法律行为"),
    Event.LIMITATION_NOTED: _l("登记时效事项"),
    Event.PAUSED: _l("暂停办理"),
    Event.RESUMED: _l("恢复办理"),
    Event.CLOSED: pgettext("to do", "结案"),
    Event.ARCHIVED: _l("归档"),
    Event.REOPENED: _l("重新打开"),
    Event.IMPORTED: _l("台账导入"),
}

WAITING_FOR = {
    NextActor.STAFF: _l("承办人"),
    NextActor.RESPONDENT: _l("被申请人"),
    NextActor.COMMITTEE: _l("调解委员会"),
    NextActor.PARTIES: _l("双方当事人"),
    NextActor.OTHER_BODY: _l("其他机关"),
    NextActor.NOBODY: _l("无"),
}

PAUSE_GROUNDS = {
    Ground.APPRAISAL: _l("等待鉴定结论"),
    Ground.FINDING: _l("等待其他机关的认定或者结论"),
    Ground.RULING: _l("等待仲裁或者法院的裁判"),
    Ground.MATERIAL: _l("等待当事人补充材料"),
    Ground.ABSENCE: _l("当事人在外地或者患病"),
    Ground.CONSENT: _l("双方当事人一致要求"),
    Ground.OTHER: _l("其他"),
}

OUTCOMES = {
    "agreed": _l("达成协议"),
    "failed": _l("调解不成"),
    "withdrawn": _l("撤回"),
    "terminated": _l("终止"),
    "not_accepted": _l("不予受理"),
    "referred": _l("转办"),
    "advised": _l("已答复咨询"),
    "handled": _l("已由其他机关处理"),
    "supported": _l("裁判支持"),
    "partly_supported": _l("部分支持"),
    "dismissed": _l("不支持"),
    "pending": _l("未结"),
    "unknown": _l("不详"),
}
AGREED_IN_PART = _l("部分达成协议")

REFERRALS = {
    "arbitration": _l("劳动人事争议仲裁"),
    "litigation": _l("诉讼"),
    "payment_order": _l("支付令"),
    "labour_inspection": _l("劳动保障监察"),
    "social_insurance": _l("社会保险经办机构"),
    "work_injury": _l("工伤认定"),
    "occupational_injury": _l("职业伤害保障"),
    "legal_aid": _l("法律援助"),
    "police": _l("公安机关"),
    "criminal_wage": _l("涉嫌拒不支付劳动报酬罪"),
    "regulator": _l("行业监管部门"),
}

ROUTES = {
    "arbitration_review": _l("仲裁审查"),
    "judicial_confirmation": _l("司法确认"),
    "payment_order": _l("支付令"),
    "suit": _l("起诉"),
    "arbitration": _l("申请仲裁"),
}

SESSION_MODES = {"on_site": _l("现场"), "video": _l("视频"), "phone": _l("电话")}
SESSION_STATES = {
    "planned": _l("已安排"),
    "held": _l("已召开"),
    "postponed": _l("已改期"),
    "cancelled": _l("已取消"),
}
SESSION_REPLIES = {"coming": _l("参加"), "absent": _l("不参加"), "other_time": _l("希望改期")}
SIGNING = {
    "signature": _l("签名"),
    "fingerprint": _l("捺印"),
    "company_seal": _l("单位盖章"),
    "committee_seal": _l("加盖本会印章"),
}
SIGNERS = {"party": _l("当事人"), "mediator": _l("调解员"), "recorder": _l("记录人"), "seal": _l("本会印章")}
VISIT_MANNERS = {"phone": _l("电话"), "visit": _l("上门"), "station": _l("来站"), "online": _l("网上")}
ANSWERS = {"accept": _l("同意"), "offer": _l("提出方案"), "refuse": _l("不同意")}
CONSENTS = {"yes": _l("同意"), "no": _l("不同意"), "none": _l("尚未答复")}
EXTENTS = {"full": _l("全部请求"), "part": _l("部分请求")}
AGREEMENT_STATES = {"draft": _l("待签"), "effective": _l("已生效"), "replaced": _l("已作废")}
INSTALMENT_STATES = {"due": _l("未付"), "part": _l("部分已付"), "paid": _l("已付清"), "defaulted": _l("逾期未付")}
DEADLINE_STATES = {
    "open": _l("进行中"),
    "paused": _l("停止计算"),
    "met": _l("已按期"),
    "missed": _l("已逾期"),
    "cancelled": _l("已取消"),
    "replaced": _l("已更新"),
}
RISKS = {"normal": _l("一般"), "attention": _l("关注"), "high": _l("高")}
FILE_KINDS = {
    "evidence": _l("证据材料"),
    "document": _l("文书"),
    "signed_scan": _l("签署件"),
    "proof": _l("付款凭据"),
    "pay_records": _l("工资和考勤记录"),
    "contract": _l("合同和协议"),
    "authority": _l("授权委托书"),
    "other": _l("其他材料"),
}
OFFER_SIDES = {"company": _l("单位方案"), "worker": _l("劳动者方案")}
OFFER_STATES = {
    "open": _l("待答复"),
    "accepted": _l("已接受"),
    "declined": _l("未接受"),
    "withdrawn": _l("已撤回"),
    "replaced": _l("已被新方案代替"),
    "expired": _l("已过有效期"),
}
# law.md 7.1: Order 17 Art 11.
NOT_USED_LATER = _l(
    "为达成和解作出的让步和对事实的认可，在以后的程序中不作为对其不利的根据，法律另有规定的除外（《企业劳动争议协商调解规定》第11条）。"
)

# What a special authority may name (D07).
POWERS = {
    "admit": _l("承认、放弃、变更请求"),
    "settle": _l("进行和解、调解"),
    "sign": _l("签署调解协议"),
    "receive": _l("代收款项"),
    "serve": _l("代收文书"),
}
CAPACITIES = {
    "police": _l("值班民警"),
    "judicial": _l("司法所工作人员"),
    "lawyer": _l("驻站律师"),
    "committee": _l("调解委员会"),
    "hr": _l("公司人事"),
    "admin": _l("系统管理员"),
    "system": _l("系统"),
}

# Who may do an act, by the permission the table names for it.
PERMITTED = {
    "case:handle": _l("承办人"),
    "case:accept": _l("承办人"),
    "case:close": _l("承办人"),
    "case:archive": _l("承办人"),
    "case:assign": _l("调解委员会"),
    "case:seal": _l("调解委员会"),
    "case:reopen": _l("调解委员会"),
    "case:police": _l("民警"),
    "case:answer": _l("公司人事"),
}

# What the law or the house asks for with the next step, in one sentence.
STEPS = {
    Event.TRACK_CONFIRMED: _l("系统按用工关系和案由提出适用的程序，请核对后确认；文书、期限和出路都由程序决定。"),
    Event.CONSENT_ASKED: _l("调解须双方自愿：征询被申请人是否同意调解。"),
    Event.CONSENT_RECORDED: _l("等待当事人答复；收到后登记其同意或不同意。"),
    Event.ACCEPTED: _l("属于受理范围且各方同意的，在三个工作日内受理，自动编立案号。"),
    Event.NOT_ACCEPTED: _l("有当事人不同意调解：记录理由并书面告知申请人，同时告知其他途径和时效。"),
    Event.MEDIATOR_ASSIGNED: _l("指派调解员；当事人可以要求更换，有利益冲突的不能指派。"),
    Event.SESSION_PLANNED: _l("约定时间地点，通知双方到会；调解不公开进行，双方都要求公开的除外。"),
    Event.SESSION_HELD: _l("会议召开后登记到场人员和共同笔录；没有达成一致的可以再安排一次。"),
    Event.AGREEMENT_DRAFTED: _l("达成一致的，写明争议事实、协议内容、履行期限和方式；没有达成一致的，登记调解不成。"),
    Event.SIGNATURE_RECORDED: _l("双方当事人和调解员签名；协议自最后一个签名或盖章之日生效。"),
    Event.SEALED: _l("各方已经签齐，加盖调解委员会印章后协议生效。"),
    Event.PAYMENT_RECORDED: _l("督促按期履行；款项由付款方直接付给收款方，收到后登记并附凭据。"),
    Event.PERFORMED: _l("协议约定的事项已经做完的，登记履行完毕。"),
    Event.ENFORCEMENT_STARTED: _l("逾期未付：劳动者可以申请支付令，也可以申请仲裁或起诉。"),
    Event.FOLLOWED_UP: _l("履行完毕后回访当事人，记录是否满意、有没有新的问题。"),
    Event.CLOSED: _l("核对材料后结案。"),
    Event.ARCHIVED: _l("材料齐全后归档。"),
    Event.REFERRED: _l("本会不能调解：转往有权处理的机关，并告知当事人。"),
    Event.RESULT_RECORDED: _l("等待其他机关处理；得知结果后登记并结案。"),
    Event.POLICE_MEDIATION_HELD: _l("因民间纠纷引起、情节较轻的，由民警调解一次；必要时七个工作日内再调解一次。"),
    Event.ADVISED: _l("只是咨询：记录答复后结案，不立案。"),
    Event.ANSWERED: _l("请代表公司答复：同意、提出方案，或写明理由不同意。承办人会立即收到提醒。"),
}

BLOCKERS = {
    "not_in_this_state": _l("案件状态已经变化，这一步现在不能做，请刷新页面"),
    "not_permitted": _l("您的角色不能做这一步"),
    "in_future": _l("日期不能晚于今天"),
    "before_receipt": _l("日期不能早于收到申请的日期"),
    "track_not_confirmed": _l("请先确认适用的程序"),
    "consent_missing": _l("需要各方当事人同意调解"),
    "conflict_not_clear": _l("承办人的利益冲突检查没有通过"),
    "mediator_missing": _l("请先指派调解员"),
    "extension_consent_missing": _l("延期需要各方当事人同意"),
    "period_over": _l("调解期限已经届满，不能再延期"),
    "extended_before": _l("已经延期过一次"),
    "agreement_missing": _l("还没有协议"),
    "agreement_exists": _l("已有生效的协议"),
    "signature_missing": _l("还缺签名或印章"),
    "not_paid": _l("还有款项没有付清"),
    "nothing_overdue": _l("没有逾期的款项"),
    "failure_notice_missing": _l("请先出具调解不成告知书（D15）"),
    "is_paused": _l("案件已经暂停办理"),
    "is_not_paused": _l("案件没有暂停办理"),
    "needs_reason": _l("请写明理由"),
    "needs_limitation": _l("请填写申请仲裁或起诉的时效届满日"),
    "needs_referral_type": _l("请选择转往何处"),
    "needs_route": _l("请选择途径"),
    "needs_conflict_check": _l("需要先做利益冲突检查"),
}


def blocker_text(code: str) -> object:
    """What stands in the way, in the user's language."""
    return BLOCKERS.get(code, code)


def outcome_label(outcome: str | None, *, in_part: bool) -> object:
    """The word for a result; an agreement on a part of the requests is told apart."""
    if outcome == "agreed" and in_part:
        return AGREED_IN_PART
    return OUTCOMES.get(outcome or "", outcome or "")


def state_label(value: str | None) -> object:
    """The word for a stored state."""
    return STATES[State(value)] if value else "—"


def rule_label(code: str | None) -> object:
    """A short word for the next last day's kind."""
    return _("分期款到期") if code == "INSTALMENT" else (code or "—")


CASE_FILE = "case_file"
audited.VALUES.update(
    {
        (CASE_FILE, "case_event"): EVENTS,
        (CASE_FILE, "from_state"): STATES,
        (CASE_FILE, "to_state"): STATES,
        (CASE_FILE, "state"): STATES,
        (CASE_FILE, "track"): TRACKS,
        (CASE_FILE, "outcome"): OUTCOMES,
        (CASE_FILE, "relationship"): RELATIONSHIPS,
        (CASE_FILE, "waiting"): WAITING_FOR,
    }
)
