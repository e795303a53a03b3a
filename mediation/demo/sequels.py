"""What goes further than the usual course of a case: acts before other bodies, waits, second attempts, served papers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from mediation.cases import service as cases
from mediation.cases.models import Case
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.demo import papers
from mediation.demo.player import Player, moment, of_side, planned_of
from mediation.parties.models import Side

COMMISSION, COURT = "示例区劳动人事争议仲裁委员会", "示例区人民法院"


def _d(month: int, day: int) -> date:
    return date(2026, month, day)


def _ago(days: int) -> date:
    return clock.today() - timedelta(days=days)


def record(
    player: Player, kind: str, on: date, *, told: int = 0, evidence: str = "", claim_id: Any = None, **answers: Any
) -> None:
    """Record a legal act ``told`` days after it happened, of one claim or of all."""
    player.act(on + timedelta(days=told), player.script.handler, cases.record_act, hour=13, kind=kind, on=on,
               evidence=evidence or None, claim_id=claim_id, data=answers)  # fmt: skip


def correct(player: Player, kind: str, day: date, *, on: date, reason: str) -> None:
    """Put another day in the place of the one that was recorded."""

    def do(actor: Actor, case: Case) -> None:
        act = next(one for one in cases.acts_of(case) if one.kind == kind and one.status == "standing")
        cases.correct_act(actor, act=act, on=on, reason=reason)

    player.at(day, player.script.handler, do, hour=14)


def c01(player: Player) -> None:
    """Every paper of an agreed and performed case, served, sealed, signed: the whole case file."""
    script = player.script
    papers.complete_parties(player, script.received, hour=11)
    papers.evidence(player, script.received, "工资条（2025年10月、11月）", ["应发 6,525.00 元", "实发 6,525.00 元"])
    papers.evidence(
        player, script.received, "聊天记录截图", ["网点：工资再等等，总部还没结算", "周明远：已经拖了两个月了"]
    )
    for place in range(len(script.respondents)):
        player.issue("D04", script.received, hour=13, subject=papers.respondent(place))
    player.issue("D03", script.accepted, hour=13)
    papers.serve(player, "D03", script.accepted)
    papers.serve(player, "D05", script.accepted)
    player.plan(_d(3, 9), moment(player.held, 14), room="huaxin1")
    papers.invite(player, _d(3, 9), served_on=_d(3, 10))
    papers.scan(player, "D11", player.held, hour=19)
    papers.seal(player, "D13", script.effective)
    papers.scan(player, "D13", script.effective)
    papers.serve(player, "D13", _d(3, 17))
    for code, day in (("D05", script.accepted), ("D13", _d(3, 17))):
        player.issue("D17", day, hour=18, subject=papers.paper(code), method="直接送达", note="单位邮寄送达。")
    for place, paid_on in enumerate(script.paid, 1):
        player.issue("D21", paid_on, hour=14, subject=str(place))
    player.issue("D22", script.closed_on, hour=10, subject="1")
    player.issue("D28", script.closed_on, hour=11)


def c03(player: Player) -> None:
    """An extension in writing, with the day of limitation that it must tell."""
    day = player.script.extended_on
    player.act(day, player.script.handler, cases.confirm_limitation, hour=13, on=_d(9, 16).replace(year=2027),
               reason="劳动关系存续，按申请调解之日起一年从严告知")  # fmt: skip
    player.issue("D12", day, hour=14, reason="加班时数需要核对考勤记录", until=_d(10, 18).isoformat())


def c04(player: Player) -> None:
    """After the default: the court's clocks of a payment order."""
    papers.complete_parties(player, _d(9, 2))
    player.issue("D20", _d(9, 3), court=COURT, reachable="债务人住所明确，正常经营，电话可以接通。")
    record(player, "payment_order_accepted", _d(9, 9), told=1, evidence=f"{COURT}受理通知书（虚构）")
    record(player, "payment_order_issued", _d(9, 18), told=3, evidence="支付令（虚构）")
    record(player, "payment_order_received", _d(9, 28), told=1, evidence="法院送达回证复印件（虚构）")


def c05(player: Player) -> None:
    """Arbitration after the failed mediation, to the award."""
    papers.serve(player, "D15", _d(6, 23), hour=18)
    record(player, "arbitration_applied", _d(7, 1), evidence=f"{COMMISSION}收件回执（虚构）")
    record(player, "arbitration_accepted", _d(7, 7), told=1, evidence="仲裁受理通知书（虚构）")
    record(player, "arbitration_copy_received", _d(7, 10), told=2)
    record(player, "arbitration_answer_received", _d(7, 21))
    record(player, "arbitration_answer_served", _d(7, 24))
    record(player, "award_made", _d(8, 14), told=3)
    record(player, "award_received", _d(8, 19), told=1, evidence="裁决书送达回证（虚构）", side="worker", final="no")


def c06(player: Player) -> None:
    """Arbitration review of the agreement, over the holidays."""
    papers.complete_parties(player, _d(9, 16))
    player.issue("D18", _d(9, 16), commission=COMMISSION)
    player.act(_d(9, 18), player.script.handler, cases.seek_force, route="arbitration_review", body=COMMISSION)
    record(player, "review_accepted", _d(9, 22), told=1, evidence="仲裁审查受理通知书（虚构）")
    record(player, "review_decided", _d(9, 28), evidence="仲裁调解书（虚构）", result="made")


def c10(player: Player) -> None:
    """A wait for the insurer's appraisal: the days of the pause count in gross, not in net."""
    record(player, "insurance_claim_complete", _d(7, 20), told=38, evidence="保险公司材料签收单（虚构）", complex="yes")
    player.act(_d(8, 28), player.script.handler, cases.pause, ground="appraisal", reason="等待公估公司出具货损公估报告")
    player.act(_d(9, 4), player.script.handler, cases.resume, hour=9, note="已收到公估报告")
    record(player, "insurance_amount_agreed", _d(9, 10), evidence="理赔协议（虚构）")
    record(player, "insurance_paid", _d(9, 24), paid="full", evidence="银行回单（虚构）")


def c11(player: Player) -> None:
    """The officer's own clock of the case."""
    player.act(player.script.received, "police", cases.record_act, hour=12, kind="police_accepted",
               on=player.script.received)  # fmt: skip


def c13(player: Player) -> None:
    """Withdrawn on a promise that was not kept, opened again and settled: two spells."""
    handler = player.script.handler
    player.act(_d(5, 25), handler, cases.withdraw, reason="公司口头承诺返还罚款，申请人撤回申请")
    player.issue("D16", _d(5, 25), hour=12)
    player.act(_d(5, 26), handler, cases.close)
    player.act(_d(6, 8), "committee", cases.reopen, hour=9, reason="公司未按口头承诺返还，申请人要求继续调解")
    player.consent(_d(6, 8))
    player.act(_d(6, 9), handler, cases.accept, hour=14, on=_d(6, 9), reason="重新打开后再次受理")


def c14(player: Player) -> None:
    """Not accepted: the notice names the other ways and the last day."""
    handler = player.script.handler
    player.act(_d(7, 22), handler, cases.refuse, hour=14, reason="被申请人书面表示不接受调解",
               limitation_on=lambda case: case.limitation_on)  # fmt: skip
    player.issue("D06", _d(7, 22), hour=15)
    papers.serve(player, "D06", _d(7, 23))
    player.act(_d(7, 27), handler, cases.close)


def n2(player: Player) -> None:
    """The company is asked in writing."""
    player.issue("D04", player.script.received, hour=13, subject=papers.respondent(0), answer_by=_ago(-1).isoformat())


def n3(player: Player) -> None:
    """A session that was moved to today; everybody was told twice."""
    player.plan(_ago(6), moment(_ago(2), 10), room="huaxin1")
    papers.invite(player, _ago(6), served_on=_ago(5))

    def postpone(actor: Actor, case: Case) -> None:
        cases.postpone_session(
            actor,
            case=case,
            session=planned_of(case)[0],
            starts_at=moment(clock.today() + timedelta(days=3), 15),
            reason="被申请人的经办人出差，申请改期",
            asked_by=of_side(case, Side.RESPONDENT)[0].id,
            room_id=player.cast.rooms["huaxin1"].id,
        )

    player.at(_ago(3), player.script.handler, postpone, hour=10)
    papers.invite(player, _ago(3), served_on=_ago(2))


def n5(player: Player) -> None:
    """A session tomorrow morning."""
    player.plan(_ago(2), moment(_ago(-1), 10), room="huaxin1")
    papers.invite(player, _ago(2), served_on=_ago(1))


def n8(player: Player) -> None:
    """At the same hour the first room is taken: the second one."""
    player.plan(_ago(2), moment(_ago(-1), 10), room="huaxin2", hour=17)


def n9(player: Player) -> None:
    """Recognition of the injury waits for the finding on the accident."""
    record(player, "injury_applied", _ago(9), evidence="工伤认定申请受理回执（虚构）", by="worker")
    record(player, "injury_application_accepted", _ago(7), evidence="工伤认定受理决定书（虚构）", simple="no")
    player.act(_ago(3), player.script.handler, cases.pause, ground="finding",
               reason="等待交警部门的事故责任认定，工伤认定中止")  # fmt: skip


def n10(player: Player) -> None:
    """Limitation event by event, claim by claim; then arbitration, one day of it entered wrongly and corrected."""
    handler, failed_on = player.script.handler, player.script.failed_on
    record(player, "demand_made", _ago(62), told=1, claim_id=_wages, evidence="催讨工资的书面函件及签收记录（虚构）")
    player.act(_ago(58), handler, cases.note_limitation, ground="agreed_to_perform", happened_on=_ago(59), claim_id=_wages,
               evidence="申请人称店长电话中答应补发，单位否认", is_contested=True)  # fmt: skip
    papers.serve(player, "D15", failed_on, hour=18)
    record(player, "arbitration_applied", _ago(40), claim_id=_wages, evidence=f"{COMMISSION}收件回执（虚构）")
    record(player, "arbitration_accepted", _ago(34), told=1, evidence="仲裁受理通知书照片（虚构）")
    correct(player, "arbitration_accepted", _ago(26), on=_ago(36), reason="收到通知书原件，落款日期登记有误")
    record(player, "arbitration_copy_received", _ago(32), told=1)


def _wages(case: Case) -> int:
    return cases.claims_of(case)[0].id


def n11(player: Player) -> None:
    """The court is asked to confirm the agreement and has taken the application on."""
    papers.sign_on_screen(player, "D13", player.script.effective)
    papers.seal(player, "D13", player.script.effective)
    papers.complete_parties(player, _ago(14))
    player.issue("D19", _ago(13), court=COURT)
    player.act(_ago(12), player.script.handler, cases.seek_force, route="judicial_confirmation", body=COURT)
    record(player, "confirmation_accepted", _ago(10), evidence="司法确认受理通知书（虚构）")


def n12(player: Player) -> None:
    """The officer's clocks run now."""
    player.act(player.script.received, "police", cases.record_act, hour=12, kind="police_accepted",
               on=player.script.received)  # fmt: skip


def n13(player: Player) -> None:
    """From the certificate of the traffic police runs the time to ask it for mediation."""
    player.act(player.script.received, player.script.handler, cases.confirm_track, track=player.script.track)
    record(player, "certificate_received", _ago(3), evidence="道路交通事故认定书（虚构）")


SEQUELS: dict[str, Callable[[Player], None]] = {
    "C01": c01,
    "C03": c03,
    "C04": c04,
    "C05": c05,
    "C06": c06,
    "C10": c10,
    "C11": c11,
    "C13": c13,
    "C14": c14,
    "N2": n2,
    "N3": n3,
    "N5": n5,
    "N8": n8,
    "N9": n9,
    "N10": n10,
    "N11": n11,
    "N12": n12,
    "N13": n13,
}
