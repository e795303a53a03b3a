"""The shape of a rule: what starts a period, how it is counted, whom it binds and where the law says so."""

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """Unit of the length. Months and years end on the corresponding day (CC 202)."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"
    YEAR = "year"

    @property
    def label(self) -> str:
        return {"working_day": "个工作日", "calendar_day": "日", "month": "个月", "year": "年"}[self.value]


class Direction(StrEnum):
    """A backward period is counted before its trigger and rolls earlier, never later."""

    FORWARD = "forward"
    BACKWARD = "backward"


class Nature(StrEnum):
    """What a last day means to the committee: whether somebody here can be late with it.

    ``duty``: the committee, its mediator or the police must have acted; past it they are late. ``way``: a party may go
    this way up to the day; past it the way is closed and nobody is late. ``other``: another body or the other side
    must act; past it, it is they who are late. ``right``: the day gives somebody a right.
    """

    DUTY = "duty"
    WAY = "way"
    OTHER = "other"
    RIGHT = "right"


class Trigger(StrEnum):
    """The legal act or fact whose civil date is day 0 of a period."""

    # mediation
    RECEIVED = "received"
    ACCEPTED = "accepted"
    NEGOTIATION_REQUESTED = "negotiation_requested"
    MEDIATION_FAILED = "mediation_failed"
    COURT_MATERIAL_RECEIVED = "court_material_received"
    COURT_DELEGATED = "court_delegated"
    FIRST_POLICE_MEDIATION = "first_police_mediation"
    POLICE_ACCEPTED = "police_accepted"
    CERTIFICATE_RECEIVED = "certificate_received"
    # agreement, performance, enforcement
    AGREEMENT_EFFECTIVE = "agreement_effective"
    INSTALMENT_DUE = "instalment_due"
    PERFORMANCE_DUE = "performance_due"
    DEFAULT_OCCURRED = "default_occurred"
    CLOSED = "closed"
    REVIEW_ACCEPTED = "review_accepted"
    CONFIRMATION_APPLIED = "confirmation_applied"
    CONFIRMATION_ACCEPTED = "confirmation_accepted"
    OUTSIDER_KNEW = "outsider_knew"
    PAYMENT_ORDER_APPLIED = "payment_order_applied"
    PAYMENT_ORDER_ACCEPTED = "payment_order_accepted"
    PAYMENT_ORDER_ISSUED = "payment_order_issued"
    PAYMENT_ORDER_RECEIVED = "payment_order_received"
    PAYMENT_ORDER_ENDED = "payment_order_ended"
    # arbitration, court, limitation
    RIGHT_KNOWN = "right_known"
    EMPLOYMENT_ENDED = "employment_ended"
    HARM_OCCURRED = "harm_occurred"
    INSURED_EVENT_KNOWN = "insured_event_known"
    LIMITATION_EXPIRES = "limitation_expires"
    LIMITATION_INTERRUPTED = "limitation_interrupted"
    ARBITRATION_APPLIED = "arbitration_applied"
    ARBITRATION_CORRECTION_NOTICED = "arbitration_correction_noticed"
    ARBITRATION_ACCEPTED = "arbitration_accepted"
    ARBITRATION_COPY_RECEIVED = "arbitration_copy_received"
    ARBITRATION_ANSWER_RECEIVED = "arbitration_answer_received"
    ARBITRATION_HEARING = "arbitration_hearing"
    ARBITRATION_RECUSAL_REQUESTED = "arbitration_recusal_requested"
    ARBITRATION_DELEGATED = "arbitration_delegated"
    AWARD_RECEIVED = "award_received"
    AWARD_SET_ASIDE = "award_set_aside"
    SUIT_FILED = "suit_filed"
    OBSTACLE_ENDED = "obstacle_ended"
    # injury, insurance, inspection, legal aid, payment for services
    ACCIDENT = "accident"
    INJURY_APPLICATION_ACCEPTED = "injury_application_accepted"
    APPRAISAL_MATERIAL_RECEIVED = "appraisal_material_received"
    APPRAISAL_RECEIVED = "appraisal_received"
    WORK_STOPPED = "work_stopped"
    INSURANCE_CLAIM_COMPLETE = "insurance_claim_complete"
    INSURANCE_AMOUNT_AGREED = "insurance_amount_agreed"
    INSURANCE_REFUSAL_DECIDED = "insurance_refusal_decided"
    INSPECTION_OPENED = "inspection_opened"
    VIOLATION_ENDED = "violation_ended"
    LEGAL_AID_APPLIED = "legal_aid_applied"
    LEGAL_AID_GRANTED = "legal_aid_granted"
    SERVICE_DELIVERED = "service_delivered"

    @property
    def label(self) -> str:
        """The act as users read it."""
        return _TRIGGER_LABELS[self]


_TRIGGER_LABELS = {
    Trigger.RECEIVED: "收到调解申请",
    Trigger.ACCEPTED: "受理",
    Trigger.NEGOTIATION_REQUESTED: "收到协商要求",
    Trigger.MEDIATION_FAILED: "调解不成",
    Trigger.COURT_MATERIAL_RECEIVED: "调解员签收法院移交材料",
    Trigger.COURT_DELEGATED: "法院立案后委托调解",
    Trigger.FIRST_POLICE_MEDIATION: "公安机关第一次调解",
    Trigger.POLICE_ACCEPTED: "公安机关受案",
    Trigger.CERTIFICATE_RECEIVED: "收到道路交通事故认定书",
    Trigger.AGREEMENT_EFFECTIVE: "调解协议生效",
    Trigger.INSTALMENT_DUE: "分期履行日",
    Trigger.PERFORMANCE_DUE: "最后履行日",
    Trigger.DEFAULT_OCCURRED: "逾期未履行",
    Trigger.CLOSED: "结案",
    Trigger.REVIEW_ACCEPTED: "仲裁委员会受理审查申请",
    Trigger.CONFIRMATION_APPLIED: "法院收到司法确认申请",
    Trigger.CONFIRMATION_ACCEPTED: "法院受理司法确认申请",
    Trigger.OUTSIDER_KNEW: "案外人知道或者应当知道权益受损",
    Trigger.PAYMENT_ORDER_APPLIED: "申请支付令",
    Trigger.PAYMENT_ORDER_ACCEPTED: "法院受理支付令申请",
    Trigger.PAYMENT_ORDER_ISSUED: "支付令发出",
    Trigger.PAYMENT_ORDER_RECEIVED: "债务人收到支付令",
    Trigger.PAYMENT_ORDER_ENDED: "申请人收到终结督促程序裁定",
    Trigger.RIGHT_KNOWN: "知道或者应当知道权利被侵害",
    Trigger.EMPLOYMENT_ENDED: "劳动关系终止",
    Trigger.HARM_OCCURRED: "权利受到损害",
    Trigger.INSURED_EVENT_KNOWN: "知道或者应当知道保险事故发生",
    Trigger.LIMITATION_EXPIRES: "时效或者法定期限届满",
    Trigger.LIMITATION_INTERRUPTED: "时效中断或者有关程序终结",
    Trigger.ARBITRATION_APPLIED: "仲裁委员会收到仲裁申请",
    Trigger.ARBITRATION_CORRECTION_NOTICED: "收到补正通知",
    Trigger.ARBITRATION_ACCEPTED: "仲裁委员会受理",
    Trigger.ARBITRATION_COPY_RECEIVED: "被申请人收到申请书副本",
    Trigger.ARBITRATION_ANSWER_RECEIVED: "仲裁委员会收到答辩书",
    Trigger.ARBITRATION_HEARING: "开庭",
    Trigger.ARBITRATION_RECUSAL_REQUESTED: "提出回避申请",
    Trigger.ARBITRATION_DELEGATED: "仲裁委员会委托调解",
    Trigger.AWARD_RECEIVED: "收到仲裁裁决书",
    Trigger.AWARD_SET_ASIDE: "收到撤销裁决的裁定",
    Trigger.SUIT_FILED: "提交起诉状",
    Trigger.OBSTACLE_ENDED: "障碍消除",
    Trigger.ACCIDENT: "事故发生或者职业病确诊",
    Trigger.INJURY_APPLICATION_ACCEPTED: "受理工伤认定申请",
    Trigger.APPRAISAL_MATERIAL_RECEIVED: "收到劳动能力鉴定材料",
    Trigger.APPRAISAL_RECEIVED: "收到劳动能力鉴定结论",
    Trigger.WORK_STOPPED: "停止工作接受治疗",
    Trigger.INSURANCE_CLAIM_COMPLETE: "收到赔偿请求和有关证明资料",
    Trigger.INSURANCE_AMOUNT_AGREED: "达成赔偿协议",
    Trigger.INSURANCE_REFUSAL_DECIDED: "作出不属于保险责任的核定",
    Trigger.INSPECTION_OPENED: "劳动保障监察立案",
    Trigger.VIOLATION_ENDED: "违法行为发生（有连续状态的，行为终了）",
    Trigger.LEGAL_AID_APPLIED: "收到法律援助申请",
    Trigger.LEGAL_AID_GRANTED: "决定给予法律援助",
    Trigger.SERVICE_DELIVERED: "交付或者验收",
}

# Where the roll of a last day that is a rest day is written. Elsewhere it is a benefit not to rely on.
ROLL_CIVIL_PROCEDURE = "《民事诉讼法》第85条"
ROLL_ARBITRATION = "《劳动人事争议仲裁办案规则》第19条、《民事诉讼法》第85条"
ROLL_CIVIL_CODE = "《民法典》第203条"
ROLL_POLICE = "《公安机关办理行政案件程序规定》第35条"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One time limit. Texts are Chinese, as users read them; ``length`` is in ``unit``.

    ``title_en``: the title for readers of English; the Chinese one stays the name of the rule. "" for a rule that was not
    taken from the table.
    ``rolls``: a last day that is a rest day moves to the next working day (backward: to the one before).
    ``roll_basis``: the article that says so, "" when the period's own statute is silent.
    ``extension``, ``suspension`` (it stands still), ``interruption`` (it starts afresh): what the law says of them; ""
    of the last two means that the law names no ground.
    ``max_extension``: longest lawful or house extension in ``unit``, None when there is none or the law sets no figure.
    ``article``: the citation. ``verified`` is False when the text was not read in a reliable copy or the figure is a
    house rule; ``note`` then says why, and the committee may change the rule.
    ``tracks``: the case tracks in which the period can run.
    """

    id: str
    title: str
    starts_on: Trigger
    unit: Unit
    length: int
    binds: str
    if_missed: str
    article: str
    tracks: tuple[str, ...]
    title_en: str = ""
    version: int = 1
    direction: Direction = Direction.FORWARD
    rolls: bool = True
    roll_basis: str = ""
    extension: str = "条文未规定延长"
    max_extension: int | None = None
    nature: Nature = Nature.DUTY
    suspension: str = ""
    interruption: str = ""
    verified: bool = True
    note: str = ""

    def __post_init__(self) -> None:
        if self.length <= 0:
            raise ValueError(f"{self.id}: the length must be positive")

    @property
    def roll_express(self) -> bool:
        """Whether a statute says in so many words that the last day rolls."""
        return bool(self.roll_basis)

    @property
    def editable(self) -> bool:
        """What could not be verified is a setting of the committee, shown as such."""
        return not self.verified
