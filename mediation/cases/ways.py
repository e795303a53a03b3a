"""What each side can do with a case now, on every track and in every state (law.md 1.4, 1.7, 1.8).

One small function per way says whether it concerns the case, whether it is open, until when, or why it is closed. The
days come from the deadlines of the case; what no deadline is known for has none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mediation.cases import limitation
from mediation.cases.labels import ROUTES
from mediation.cases.lifecycle import State, Track
from mediation.cases.models import CaseEvent
from mediation.cases.situation import Situation, Way, Who
from mediation.core import clock
from mediation.core.i18n import day
from mediation.deadlines import provisional
from mediation.deadlines.labels import rule_title
from mediation.deadlines.limitation import CIVIL, LABOUR
from mediation.deadlines.models import Deadline
from mediation.deadlines.queries import OPEN
from mediation.deadlines.rules import RULES, Nature

# The organisations of LDMAL Art 10, whose agreements an arbitration commission reviews (law.md 1.2).
ARTICLE_10 = frozenset({"enterprise_committee", "township", "industry_labour"})
COMMITTEE_TRACKS = frozenset({Track.LABOUR.value, Track.NEW_FORM.value})
MEDIATED = COMMITTEE_TRACKS | {Track.PEOPLES.value}
_DEFAULTED = frozenset({State.DEFAULTED.value, State.ENFORCING.value})
# A company reads what it can do itself, never what would help the other side against it (law.md 7.3).
_FOR_THE_COMPANY = frozenset({Who.BOTH, Who.EITHER, Who.COMPANY})
# Causes that labour inspection looks into: pay, hours, contracts, social insurance.
_INSPECTED = ("wage", "leave", "social_insurance", "contract.unwritten")


def ways_of(situation: Situation) -> list[Way]:
    """Every way that concerns the case, open ones first; what else a deadline of the case opens to a party follows."""
    found = [way for way in (one(situation) for one in _WAYS) if way is not None]
    found += _by_deadlines(situation)
    return sorted(found, key=lambda way: not way.is_open)


def taken_in(events: Sequence[CaseEvent]) -> dict[str, date]:
    """Which ways were gone and when, by route or kind of act, from the history of a case, oldest first."""
    replaced = {key for one in events for key in one.data.get("earlier_events", ())}
    found: dict[str, date] = {}
    for one in events:
        if one.data.get("route"):
            found[one.data["route"]] = one.happened_on
        elif one.data.get("act") and one.id not in replaced and not one.data.get("withdrawn"):
            found[one.data["act"]] = date.fromisoformat(one.data["act_on"])
    return found


def for_company(ways: Sequence[Way]) -> list[Way]:
    """What of it a company reads: its own ways, without the days on which the other side's claims lapse."""
    own = [one for one in ways if one.who in _FOR_THE_COMPANY]
    return [
        replace(one, raw_last_day=None, last_day=None, is_provisional=False, deadline_id=None, doubt="")
        if one.is_limited
        else one
        for one in own
    ]


def _until(way: Way, deadline: Deadline | None, *, is_limited: bool = False) -> Way:
    """The way with the day of a deadline; closed where that has passed. A provisional day may yet move."""
    if deadline is None or not way.is_open:
        return way
    is_over = deadline.status == "missed" or (deadline.last_day < clock.today() and not deadline.is_provisional)
    if is_over and is_limited:
        # Limitation is a defence: nobody is turned away for it (CC 192-193, LI-2 Art 20).
        way = replace(way, doubt=_l("时效可能已经届满，对方可以提出抗辩；是否届满由仲裁机构或法院认定"))
    elif is_over:
        way = replace(way, is_open=False, note=_l("期限已经届满"))
    elif deadline.status == "met":
        return replace(way, is_open=False, note=_l("已经办理"), taken_on=deadline.settled_on)
    return replace(
        way,
        raw_last_day=deadline.raw_last_day,
        last_day=deadline.last_day,
        is_provisional=deadline.is_provisional,
        deadline_id=deadline.id,
        is_limited=is_limited,
    )


def _closed(way: Way, note: object) -> Way:
    return replace(way, is_open=False, note=note)


def _taken(way: Way, on: date | None) -> Way:
    return replace(way, is_open=False, note=_l("已经申请"), taken_on=on) if on else way


def _review(s: Situation) -> Way | None:
    if s.track not in COMMITTEE_TRACKS:
        return None
    article = "《企业劳动争议协商调解规定》第27条；《劳动人事争议仲裁办案规则》第74条、第75条"
    note = _l("双方共同申请；制作的仲裁调解书可以申请执行")
    way = Way(ROUTES["arbitration_review"], True, article, note, Who.BOTH)
    if not ARTICLE_10 & set(s.legal_basis):
        return _closed(way, _l("本会不是《劳动争议调解仲裁法》第10条规定的调解组织"))
    if not s.has_agreement:
        return _closed(way, _l("达成的调解协议生效后15日内，由双方共同申请"))
    if s.agreement.confirms_relationship:  # type: ignore[union-attr]
        return _closed(way, _l("协议确认劳动关系，仲裁委员会不受理"))
    if s.gone("arbitration_review", "review_applied"):
        return _taken(way, s.gone("arbitration_review", "review_applied"))
    if s.gone("judicial_confirmation", "confirmation_applied"):
        return _closed(way, _l("已申请司法确认，不再仲裁审查"))
    return _force(s, way, "LM-ARBREVIEW-15D")


def _confirmation(s: Situation) -> Way | None:
    if s.track not in MEDIATED:
        return None
    note = _l("双方共同申请，不收费")
    if s.track in COMMITTEE_TRACKS and "peoples_mediation" in s.legal_basis:
        note = _l("双方共同申请，不收费；劳动争议只确认给付义务（法释〔2020〕26号第52条）")
    article = "《民事诉讼法》第205条；《人民调解法》第33条"
    way = Way(ROUTES["judicial_confirmation"], True, article, note, Who.BOTH)
    if not s.has_agreement:
        return _closed(way, _l("达成的调解协议生效后30日内，由双方共同申请"))
    if s.gone("judicial_confirmation", "confirmation_applied"):
        return _taken(way, s.gone("judicial_confirmation", "confirmation_applied"))
    return _force(s, way, "JC-30D")


def _force(s: Situation, way: Way, code: str) -> Way:
    if s.is_settled:
        return _closed(way, _l("协议已经履行完毕"))
    row = s.newest(code)
    return _until(way, row) if row else _closed(way, _l("期限没有开始或已经结束"))


def _payment_order(s: Situation) -> Way | None:
    if s.is_labour or s.track in COMMITTEE_TRACKS:
        return _wage_order(s)
    if not s.claims or s.track not in (Track.PEOPLES.value, Track.REFERRAL.value):
        return None
    note = _l("只请求付款、数额确定并已到期、没有其他债务纠纷且能够送达的；对方提出异议的终结，再行起诉")
    way = Way(ROUTES["payment_order"], True, "《民事诉讼法》第225条至第228条", note, Who.CLAIMANT)
    return _gone_or_settled(s, way, "payment_order", "payment_order_applied")


def _wage_order(s: Situation) -> Way | None:
    """Two routes with different consequences when the order fails (LI-1 Art 13)."""
    if s.rests_on_agreement:
        note = _l("凭调解协议申请；对方提出异议的，可以直接依据调解协议起诉（法释〔2020〕26号第13条）")
        way = Way(ROUTES["payment_order"], True, "《劳动争议调解仲裁法》第16条", note, Who.CLAIMANT)
        if not s.is_settled and s.case.state not in _DEFAULTED and not s.newest("ENF-2Y"):
            way = _closed(way, _l("到期未付时，劳动者一方可以凭调解协议申请"))
    elif s.is_about("wage"):
        note = _l("拖欠工资数额明确的；支付令失效的，应当先申请仲裁（法释〔2020〕26号第13条）")
        way = Way(ROUTES["payment_order"], True, "《劳动合同法》第30条第2款", note, Who.CLAIMANT)
    else:
        return None
    return _gone_or_settled(s, way, "payment_order", "payment_order_applied")


def _gone_or_settled(s: Situation, way: Way, *kinds: str) -> Way:
    if s.gone(*kinds):
        return _taken(way, s.gone(*kinds))
    return _closed(way, _l("协议已经履行完毕")) if s.is_settled and not s.leaves_open else way


def _arbitration(s: Situation) -> Way | None:
    if not s.is_labour and s.track not in COMMITTEE_TRACKS:
        return None
    way = Way(ROUTES["arbitration"], True, "《劳动争议调解仲裁法》第5条、第27条", _when_to_arbitrate(s))
    if s.has_agreement:
        note = _l("对方在约定期限内不履行调解协议的，可以申请仲裁")
        way = replace(way, article="《劳动争议调解仲裁法》第15条", note=note)
    if s.leaves_open:
        note = _l("协议没有处理的请求，可以申请仲裁")
        if s.rests_on_agreement:
            note = _l("协议没有处理的请求，以及对方在约定期限内不履行调解协议的，可以申请仲裁")
        way = replace(way, article="《劳动争议调解仲裁法》第5条、第15条、第27条", note=note)
    way = _gone_or_settled(s, way, "arbitration", "arbitration_applied")
    return _until(way, s.limited_by(LABOUR), is_limited=True)


def _when_to_arbitrate(s: Situation) -> object:
    if not s.is_labour:
        return _l("认为存在劳动关系的，可以申请仲裁，由仲裁委员会审查")
    right = s.newest("LM-STATUTE-15D")
    if right is not None and right.status in ("open", "met"):
        return _(
            "调解不是仲裁的前提，随时可以申请；%(day)s 仍未达成协议的，申请人可以申请仲裁（第14条）",
            day=day(right.last_day) + provisional.mark(right.last_day, right.is_provisional and right.status == OPEN),
        )
    return _l("调解不是仲裁的前提，随时可以申请")


def _suit(s: Situation) -> Way | None:
    labour = s.is_labour
    ordered = s.gone("payment_order", "payment_order_applied")
    if labour and not s.is_about("wage") and not (s.rests_on_agreement and ordered):
        return None
    if labour and s.rests_on_agreement and ordered:
        note = _l("支付令因对方异议终结的，可以直接依据调解协议起诉")
        way = Way(ROUTES["suit"], True, "法释〔2020〕26号第13条", note, Who.CLAIMANT)
    elif labour and s.rests_on_agreement:
        note = _l("协议只涉及劳动报酬、对方不履行的，可以直接起诉")
        way = Way(ROUTES["suit"], True, "法释〔2020〕26号第51条", note)
    elif labour:
        note = _l("有工资欠条、请求不涉及劳动关系其他争议的，可以直接起诉")
        way = Way(ROUTES["suit"], True, "法释〔2020〕26号第15条", note, Who.CLAIMANT)
    elif s.leaves_open:
        note = _l("就协议没有处理的请求，以及协议的履行或内容，向法院起诉")
        way = Way(ROUTES["suit"], True, "《人民调解法》第26条、第32条", note)
    elif s.has_agreement:
        way = Way(ROUTES["suit"], True, "《人民调解法》第32条", _l("就协议的履行或内容向法院起诉"))
    elif s.track == Track.POLICE.value:
        note = _l("治安调解不成或不履行的，民事赔偿可以向法院起诉")
        way = Way(ROUTES["suit"], True, "《治安管理处罚法》第9条", note)
    else:
        way = Way(ROUTES["suit"], True, "《人民调解法》第26条", _l("向有管辖权的法院起诉，不以调解为前提"))
    way = _gone_or_settled(s, way, "suit", "suit_filed")
    return _until(way, s.limited_by(LABOUR if labour else CIVIL | {"CIV-LIMIT-20Y"}), is_limited=True)


def _inspection(s: Situation) -> Way | None:
    if not s.is_labour or not s.is_about(*_INSPECTED):
        return None
    note = _l("违法行为发生之日（连续的，终了之日）起两年内投诉；登记“违法行为终了”后计算最后一日")
    article = "《劳动争议调解仲裁法》第9条；《劳动保障监察条例》第11条、第20条"
    way = Way(_l("劳动保障监察"), True, article, note, Who.CLAIMANT)
    if s.gone("arbitration", "arbitration_applied", "suit", "suit_filed"):
        return _closed(way, _l("已经申请仲裁或者起诉的，按该程序处理（第21条）"))
    return _until(_gone_or_settled(s, way, "inspection_complained", "inspection_opened"), s.newest("LS-2Y"))


def _social_insurance(s: Situation) -> Way | None:
    if not s.is_about("social_insurance"):
        return None
    note = _l("未缴、少缴由征收机构责令补足；放弃社保的约定无效（法释〔2025〕12号第19条）")
    return Way(_l("社会保险费征收机构"), True, "《社会保险法》第63条、第83条、第86条", note, Who.CLAIMANT)


def _injury_by_employer(s: Situation) -> Way | None:
    note = _l("单位应当在30日内申请工伤认定；逾期的，此间的工伤待遇由单位负担")
    way = Way(_l("单位申请工伤认定"), True, "《工伤保险条例》第17条第1款、第4款", note, Who.COMPANY)
    return _injury(s, way, "WI-EMPLOYER-30D")


def _injury_by_worker(s: Situation) -> Way | None:
    note = _l("单位没有申请的，劳动者、近亲属或者工会自受伤之日起一年内申请；和调解与否无关")
    way = Way(_l("申请工伤认定"), True, "《工伤保险条例》第17条第2款", note, Who.CLAIMANT)
    return _injury(s, way, "WI-WORKER-1Y")


def _injury(s: Situation, way: Way, code: str) -> Way | None:
    row = s.newest(code)
    if row is None and not s.is_about("injury"):
        return None
    if s.gone("injury_applied"):
        return _taken(way, s.gone("injury_applied"))
    return _until(way, row) if row else replace(way, note=_l("登记受伤日期后计算最后一日"))


def _occupational_injury(s: Situation) -> Way | None:
    is_platform = s.track in (Track.NEW_FORM.value, Track.REFERRAL.value) and s.case.relationship != "employment"
    if not is_platform or not (s.is_about("injury") or s.case.accident_on):
        return None
    note = _l("试点平台的接单人员可以申请；期限各处说法不一，请以承办机构答复为准")
    way = Way(_l("职业伤害保障"), True, "人社部发〔2021〕56号（九）；沪人社规〔2025〕17号", note, Who.CLAIMANT)
    return _until(_taken(way, s.gone("occupational_injury_applied")), s.newest("OC-SH-90D"))


def _legal_aid(s: Situation) -> Way | None:
    if not s.is_labour and not s.is_about("injury"):
        return None
    note: object = _l("进城务工人员请求报酬或工伤赔偿的，不审查经济困难；七日内决定，三日内指派")
    article = "《法律援助法》第22条、第31条、第42条、第43条"
    way = _gone_or_settled(s, Way(_l("法律援助"), True, article, note, Who.CLAIMANT), "legal_aid_applied")
    urgent = s.newest(limitation.URGENT_AID)
    if way.is_open and urgent is not None and urgent.last_day <= clock.today():
        return replace(way, note=_l("离时效届满不足七日：可以先行援助，材料后补（第44条）"))
    return way


def _traffic_police(s: Situation) -> Way | None:
    if s.track != Track.TRAFFIC.value and not s.is_about("traffic"):
        return None
    article = "《道路交通事故处理程序规定》第85条、第86条"
    note = _l("各方共同书面申请：收到事故认定书后10日内；人民调解不成的，终结后3日内")
    way = _taken(Way(_l("公安交管部门调解"), True, article, note, Who.BOTH), s.gone("traffic_mediation_applied"))
    return _until(way, s.newest("TR-MED-3D") or s.newest("TR-MED-10D"))


def _second_police_mediation(s: Situation) -> Way | None:
    if s.track != Track.POLICE.value:
        return None
    note = _l("第一次调解不成的，必要时七个工作日内再调解一次；仍不成的依法处理")
    way = Way(_l("再次治安调解"), True, "《公安机关办理行政案件程序规定》第183条", note, Who.POLICE)
    row = s.newest("PSM-2ND-7WD")
    if row is None:
        is_ended = s.case.state != State.RECEIVED.value
        return _closed(way, _l("治安调解已经结束") if is_ended else _l("第一次治安调解之后才可以"))
    return _until(way, row)


def _civil_side(s: Situation) -> Way | None:
    if s.track not in (Track.POLICE.value, Track.TRAFFIC.value):
        return None
    note = _l("民事赔偿部分，双方愿意的，可以请求人民调解委员会调解")
    return Way(_l("人民调解"), True, "《人民调解法》第17条", note, Who.BOTH)


_WAYS: tuple[Callable[[Situation], Way | None], ...] = (
    _second_police_mediation,
    _traffic_police,
    _review,
    _confirmation,
    _payment_order,
    _arbitration,
    _suit,
    _injury_by_employer,
    _injury_by_worker,
    _occupational_injury,
    _inspection,
    _social_insurance,
    _legal_aid,
    _civil_side,
)
# Rules that have a function of their own above.
_KNOWN = frozenset(
    {"LM-ARBREVIEW-15D", "JC-30D", "LS-2Y", "WI-WORKER-1Y", "OC-SH-90D", "TR-MED-10D", "TR-MED-3D", "PSM-2ND-7WD",
     *LABOUR, *CIVIL, "CIV-LIMIT-20Y"}
)  # fmt: skip
_OF_THE_EMPLOYER = frozenset({"ARB-SETASIDE-30D"})


def _by_deadlines(s: Situation) -> list[Way]:
    """What a running deadline of the case opens to a party: a suit after an award, a second appraisal, execution."""
    found = []
    for row in s.deadlines:
        rule = RULES.get(row.rule_code)
        if rule is None or rule.nature is not Nature.WAY or rule.id in _KNOWN or row.status != "open":
            continue
        who = Who.COMPANY if rule.id in _OF_THE_EMPLOYER or row.subject == "employer" else Who.CLAIMANT
        note = _("错过的后果：%(words)s", words=rule.if_missed)
        if rule.id == "ENF-2Y":
            note = _("须有生效的仲裁调解书、确认裁定、支付令或者裁判；%(words)s", words=note)
        found.append(_until(Way(rule_title(rule), True, row.basis, note, who), row))
    return found
