"""The words for legal acts, their groups, questions and answers; Chinese in the source, English by catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mediation.deadlines.labels import UNITS
from mediation.deadlines.rules import RULES

GROUPS = {
    "negotiation": _l("协商"),
    "claim": _l("主张权利"),
    "commission": _l("法院委派、委托调解"),
    "police": _l("治安案件"),
    "traffic": _l("交通事故"),
    "confirmation": _l("仲裁审查、司法确认"),
    "payment_order": _l("支付令"),
    "arbitration": _l("劳动仲裁"),
    "court": _l("诉讼和执行"),
    "injury": _l("工伤、职业伤害"),
    "insurance": _l("保险理赔"),
    "inspection": _l("劳动保障监察"),
    "legal_aid": _l("法律援助"),
    "service": _l("中小企业款项"),
}

ACTS = {
    "negotiation_requested": _l("一方提出协商要求"),
    "negotiation_extended": _l("书面约定延长协商回应期限"),
    "negotiation_answered": _l("对方回应协商要求"),
    "demand_made": _l("向对方主张权利（催要、发函）"),
    "debtor_agreed": _l("对方同意履行"),
    "mediation_requested_again": _l("再次请求调解"),
    "complaint_filed": _l("向有关部门投诉、请求救济"),
    "court_material_received": _l("签收法院委派调解材料（立案前）"),
    "court_delegated": _l("法院委托调解（立案后）"),
    "court_mediation_extended": _l("当事人同意延长委派、委托调解期限"),
    "court_informed": _l("调解结果告知法院"),
    "police_accepted": _l("公安机关受案"),
    "police_case_extended": _l("经批准延长治安案件办理期限"),
    "police_mediation_failed": _l("治安调解不成或者不履行"),
    "police_decided": _l("公安机关作出处理决定"),
    "certificate_received": _l("收到道路交通事故认定书"),
    "peoples_mediation_failed": _l("人民调解不成"),
    "traffic_mediation_applied": _l("共同申请交警调解"),
    "review_applied": _l("共同申请仲裁审查"),
    "review_accepted": _l("仲裁委员会受理审查申请"),
    "review_extended": _l("仲裁审查期限延长"),
    "review_decided": _l("仲裁审查终结"),
    "confirmation_applied": _l("共同申请司法确认"),
    "confirmation_accepted": _l("法院受理司法确认申请"),
    "confirmation_not_accepted": _l("法院不受理司法确认申请"),
    "confirmation_extended": _l("经批准延长司法确认期限"),
    "confirmation_decided": _l("法院作出司法确认裁定"),
    "outsider_knew": _l("案外人知道确认决定损害其权益"),
    "outsider_applied": _l("案外人申请撤销确认决定"),
    "payment_order_applied": _l("申请支付令"),
    "payment_order_accepted": _l("法院受理支付令申请"),
    "payment_order_not_accepted": _l("法院不受理支付令申请"),
    "payment_order_issued": _l("法院发出支付令"),
    "payment_order_received": _l("债务人收到支付令"),
    "payment_order_objected": _l("债务人提出书面异议"),
    "payment_order_paid": _l("债务人按支付令清偿"),
    "payment_order_ended": _l("申请人收到终结督促程序裁定"),
    "litigation_refused": _l("申请人表示不同意转入诉讼"),
    "arbitration_applied": _l("申请仲裁（仲裁委员会收到申请）"),
    "arbitration_correction_noticed": _l("收到仲裁补正通知"),
    "arbitration_corrected": _l("补正仲裁申请材料"),
    "arbitration_accepted": _l("仲裁委员会受理"),
    "arbitration_not_accepted": _l("仲裁委员会不予受理"),
    "arbitration_copy_received": _l("被申请人收到仲裁申请书副本"),
    "arbitration_answer_received": _l("仲裁委员会收到答辩书"),
    "arbitration_answer_served": _l("申请人收到答辩书副本"),
    "arbitration_hearing": _l("确定仲裁开庭日期"),
    "arbitration_hearing_noticed": _l("当事人收到开庭通知"),
    "arbitration_postponement_asked": _l("请求延期开庭"),
    "arbitration_recusal_requested": _l("申请仲裁员回避"),
    "arbitration_recusal_decided": _l("对回避申请作出决定"),
    "arbitration_delegated": _l("仲裁委员会委托调解"),
    "arbitration_informed": _l("调解结果告知仲裁委员会"),
    "award_period_extended": _l("经批准延长仲裁裁决期限"),
    "award_period_restarted": _l("仲裁裁决期限重新计算"),
    "award_made": _l("作出仲裁裁决"),
    "award_received": _l("收到仲裁裁决书"),
    "set_aside_applied": _l("用人单位申请撤销终局裁决"),
    "award_set_aside": _l("收到撤销裁决的裁定"),
    "suit_filed": _l("向法院起诉"),
    "suit_docketed": _l("法院立案"),
    "suit_not_accepted": _l("法院裁定不予受理"),
    "obstacle_ended": _l("耽误期限的障碍消除"),
    "extension_applied": _l("申请顺延期限"),
    "performance_due": _l("生效文书规定的最后履行日"),
    "execution_applied": _l("申请强制执行"),
    "accident": _l("发生事故或者职业病确诊"),
    "injury_applied": _l("申请工伤认定"),
    "injury_employer_extended": _l("经同意延长用人单位申请工伤认定的期限"),
    "injury_application_accepted": _l("受理工伤认定申请"),
    "injury_decided": _l("作出工伤认定决定"),
    "occupational_injury_applied": _l("申请职业伤害确认"),
    "appraisal_material_received": _l("受理劳动能力鉴定材料"),
    "appraisal_extended": _l("延长劳动能力鉴定期限"),
    "appraisal_made": _l("作出劳动能力鉴定结论"),
    "appraisal_received": _l("收到劳动能力鉴定结论"),
    "second_appraisal_asked": _l("申请再次鉴定"),
    "work_stopped": _l("停止工作接受治疗"),
    "leave_extended": _l("确认延长停工留薪期"),
    "leave_ended": _l("停工留薪期结束"),
    "insurance_claim_complete": _l("保险人收齐索赔资料"),
    "insurance_extended": _l("合同另有约定的核定期限"),
    "insurance_decided": _l("保险人作出核定"),
    "insurance_amount_agreed": _l("与保险人达成赔偿协议"),
    "insurance_paid": _l("保险人付款"),
    "insurance_refusal_decided": _l("保险人核定不属于保险责任"),
    "insurance_refusal_notified": _l("保险人发出拒赔通知书"),
    "violation_ended": _l("劳动保障违法行为终了"),
    "inspection_complained": _l("向劳动保障监察机构投诉"),
    "inspection_opened": _l("劳动保障监察立案"),
    "inspection_extended": _l("经批准延长监察调查期限"),
    "inspection_closed": _l("劳动保障监察结案"),
    "legal_aid_applied": _l("申请法律援助"),
    "legal_aid_granted": _l("决定给予法律援助"),
    "legal_aid_refused": _l("决定不给予法律援助"),
    "legal_aid_assigned": _l("指派法律援助人员"),
    "service_delivered": _l("交付或者验收（约定结算的，结算日）"),
    "service_period_agreed": _l("机关、事业单位另行约定付款期限"),
    "service_paid": _l("付清款项"),
}

QUESTIONS = {
    "procedure": _l("审理程序"),
    "result": _l("结果"),
    "side": _l("哪一方"),
    "final": _l("是否终局裁决"),
    "by": _l("谁申请"),
    "simple": _l("是否事实清楚、权利义务明确"),
    "recognised": _l("认定结论"),
    "complex": _l("核定是否情形复杂"),
    "paid": _l("付了什么"),
    "debtor": _l("付款的一方"),
}

_YES_NO = {"yes": _l("是"), "no": _l("否")}
ANSWERS: dict[str, Mapping[str, Any]] = {
    "procedure": {"ordinary": _l("普通程序"), "summary": _l("简易程序")},
    "result": {
        "made": _l("制作调解书"),
        "refused": _l("不予制作调解书"),
        "withdrawn": _l("当事人撤回"),
        "confirmed": _l("确认调解协议有效"),
        "rejected": _l("驳回申请"),
    },
    "side": {"worker": _l("劳动者"), "employer": _l("用人单位")},
    "final": _YES_NO,
    "by": {
        "employer": _l("用人单位"),
        "worker": _l("劳动者、近亲属或者工会"),
        "platform": _l("平台企业"),
    },
    "simple": _YES_NO,
    "recognised": {"yes": _l("认定工伤"), "no": _l("不认定工伤")},
    "complex": _YES_NO,
    "paid": {"full": _l("全部赔偿金"), "advance": _l("先予支付的部分")},
    "debtor": {"large": _l("大型企业"), "organ": _l("机关、事业单位")},
}

STATUSES = {"standing": _l("有效"), "corrected": _l("已更正"), "withdrawn": _l("已撤回")}


def answers_of(data: Mapping[str, Any]) -> list[Any]:
    """The answers of a recorded act in words; a yes or no with its question."""
    found = []
    for name, value in data.items():
        words = ANSWERS.get(name, {}).get(value) if isinstance(value, str) else None
        if words is not None:
            is_bare = ANSWERS[name] is _YES_NO
            found.append(_("%(question)s：%(answer)s", question=QUESTIONS[name], answer=words) if is_bare else words)
    return found


def unit_of(rule: str) -> Any:
    """The word for the unit of a rule's length."""
    return UNITS[RULES[rule].unit.value]
