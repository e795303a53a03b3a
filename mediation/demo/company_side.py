"""What companies do in the file themselves: colleagues invited, claims answered, offers, authority, payments told of.

One case names a platform and an outlet of another company, each with officers of its own; in the other an agreement is
being paid. The region and the outlet answer for their part of the tree, and headquarters see what they did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from mediation.accounts import invitations, passwords, sessions
from mediation.attachments import service as attachments
from mediation.cases import service as cases
from mediation.cases.lifecycle import Track
from mediation.cases.models import Case
from mediation.cases.service import ClaimAnswer, ClaimIn
from mediation.core import clock
from mediation.core.actor import Actor, Role
from mediation.core.db import transaction
from mediation.demo import pictures
from mediation.demo.people import PASSWORD, Cast
from mediation.demo.player import Act, Player, moment, of_side, planned_of
from mediation.demo.script import Script
from mediation.parties.models import PartyRole as R
from mediation.parties.models import Side

INVITED = 45  # days ago
ADDRESS = "127.0.0.1"


@dataclass(frozen=True)
class Colleague:
    """Somebody whom headquarters have asked to answer for a part of the tree."""

    username: str
    name: str
    title: str
    company: str


COLLEAGUES = (
    Colleague("hr-east", "乔东", "云岫华东分公司人事", "yunxiu_east"),
    Colleague("hr-outlet", "卓新", "云岫华新网点人事", "yunxiu_outlet"),
)
EAST, OUTLET = (one.username for one in COLLEAGUES)
ASKED = Colleague("", "尹沪", "云岫上海分部人事", "yunxiu_branch")  # has not come yet
CALLED_OFF = Colleague("", "于迟", "云岫华新网点临时人事", "yunxiu_outlet")  # left before the account was opened


def scripts(today: date) -> tuple[Script, ...]:
    """The two cases, days counted back from today."""

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    return (
        Script(
            key="N14", category="new_form.reward_rules", item="跑单提成", applicants=(("骆宁远", 480000),), received=ago(12),
            phone=34, track=Track.NEW_FORM, relationship="quasi", job="骑手", accepted=ago(10), papers=(), stop="planned",
            respondents=(("yunxiu_outlet", R.FRANCHISEE), ("qingsun", R.PLATFORM)),
            more_claims=(ClaimIn("差评罚款返还", 62000, category_code="new_form.bad_review"),),
            facts="由网点派往平台跑单，九月至十月提成4,800元未结；平台另以差评为由扣款620元，两家都说应由对方支付。",
        ),
        Script(
            key="N15", category="wage.overtime", item="加班费", applicants=(("纪云帆", 1350000),), received=ago(34), phone=35,
            respondents=(("yunxiu_branch", R.EMPLOYER),), accepted=ago(32), effective=ago(20), papers=("D13",),
            employed_from="2025-02-10", facts="旺季连续三个月延时加班未计发加班费，双方对考勤记录没有争议。",
            terms="被申请人分三期支付加班费13,500元，转账至申请人本人账户。",
            instalments=((ago(12), 450000), (ago(5), 450000), (ago(1), 450000)),
        ),
    )  # fmt: skip


def colleagues(cast: Cast, today: date) -> Iterator[Act]:
    """Headquarters invite: two come, one has not yet, one invitation is taken back."""
    for place, one in enumerate(COLLEAGUES):
        at = moment(today - timedelta(days=INVITED), 10, 15 * place)
        yield Act(at, partial(_join, cast, one), commits=True)
    yield Act(moment(today - timedelta(days=20), 10), partial(_invite, cast, CALLED_OFF))
    yield Act(moment(today - timedelta(days=18), 10), partial(_call_off, cast))
    yield Act(moment(today - timedelta(days=2), 10), partial(_invite, cast, ASKED))


def _invite(cast: Cast, one: Colleague) -> invitations.Made:
    return invitations.invite(
        cast.actors["hr"],
        name=one.name,
        title=one.title,
        roles=[Role.HR],
        company_ids=[cast.companies[one.company].id],
        contact=f"{one.username or 'colleague'}@mediation.example",
    )


def _call_off(cast: Cast) -> None:
    actor = cast.actors["hr"]
    waiting = next(one for one in invitations.listed_for(actor) if one.name == CALLED_OFF.name)
    invitations.revoke(actor, invitation=waiting)


def _join(cast: Cast, one: Colleague) -> None:
    """Invited, and in the same hour with link and code: each of these steps commits by itself."""
    with transaction():
        made = _invite(cast, one)
    invitation_id = invitations.open_with(token=made.token, code=made.code, address=ADDRESS)
    user = invitations.accept(
        invitation_id=invitation_id, username=one.username, password_hash=passwords.hash_password(PASSWORD)
    )
    cast.users[one.username], cast.actors[one.username] = user, sessions.actor_of(user)


def _file(actor: Actor, case: Case, kind: str, title: str, *lines: str, stamp: str = "") -> int:
    kept = attachments.store(
        actor,
        committee_id=case.committee_id,
        case_id=case.id,
        kind=kind,
        form_code="D07" if kind == "authority" else None,
        filename=f"{title}.jpg",
        content=pictures.sheet(title, lines, seal=stamp),
        note=title,
    )
    return kept.id


def _claim(case: Case, place: int) -> int:
    return cases.claims_of(case)[place].id


def _ago(days: int) -> date:
    """Counted back from the day on which the diary is written: today."""
    return clock.today() - timedelta(days=days)


def _in(days: int) -> date:
    """Counted from the day on which somebody acts: the clock is stopped there."""
    return clock.today() + timedelta(days=days)


def two_companies(player: Player) -> None:
    """Each company answers for itself; one offer is accepted, another countered; one was said in a separate talk."""
    handler = player.script.handler
    player.plan(_ago(6), moment(_ago(-3), 14), room="huaxin1")
    player.at(_ago(8), OUTLET, _names_manager)
    player.at(_ago(7), EAST, _region_answers)
    player.at(_ago(6), handler, partial(_look_at_authority, reason="没有加盖公章，请补盖后重新提交"))
    player.at(_ago(6), "hr2", _platform_answers, hour=14)
    player.at(_ago(5), handler, _worker_accepts)
    player.at(_ago(4), handler, _said_apart)
    player.at(_ago(1), handler, _worker_counters, hour=9)
    player.at(_ago(1), "hr2", _names_counsel, hour=15)
    player.at(_ago(5), OUTLET, _comes, hour=16)  # the platform has not said yet


def _names_manager(actor: Actor, case: Case) -> None:
    outlet = of_side(case, Side.RESPONDENT)[0]
    cases.name_representative(
        actor,
        case=case,
        party_id=outlet.id,
        name="蒋新",
        position="网点经理",
        scope="special",
        powers=["settle", "sign"],
        to_on=_in(90),
        file_ids=[_file(actor, case, "authority", "授权委托书", "委托人：云岫速运华新加盟网点", "受托人：蒋新")],
    )


def _look_at_authority(actor: Actor, case: Case, *, reason: str | None = None) -> None:
    """Turned down with the reason, or confirmed without one."""
    waiting = next(one for one in cases.authorities_for(actor, case) if one.status == "pending")
    cases.review_representative(actor, case=case, authority=waiting, is_confirmed=reason is None, reason=reason)


def _region_answers(actor: Actor, case: Case) -> None:
    sheet = _file(
        actor, case, "pay_records", "跑单提成结算单", "九月：2,150.00 元", "十月：1,450.00 元", "合计：3,600.00 元"
    )
    answers = [
        ClaimAnswer(_claim(case, 0), "offer", 360000, "按网点结算单支付，十日内付清", _in(14)),
        ClaimAnswer(_claim(case, 1), "refuse", reason="差评扣款由平台按其规则收取，网点没有经手"),
    ]
    cases.answer_claims(actor, case=case, answers=answers, file_ids=[sheet])


def _platform_answers(actor: Actor, case: Case) -> None:
    answers = [
        ClaimAnswer(_claim(case, 0), "refuse", reason="配送费已按月与网点结清，提成由网点支付"),
        ClaimAnswer(_claim(case, 1), "offer", 50000, "返还有申诉记录的十笔扣款", _in(10)),
    ]
    cases.answer_claims(actor, case=case, answers=answers)


def _worker_accepts(actor: Actor, case: Case) -> None:
    claim = _claim(case, 1)
    offer = next(one for one in cases.offers_for(actor, case) if one.claim_id == claim and one.status == "open")
    cases.settle_offer(actor, case=case, offer=offer, outcome="accepted", reason="同意返还500元，余额不再主张")


def _said_apart(actor: Actor, case: Case) -> None:
    """What is said in a separate talk no company reads."""
    outlet = of_side(case, Side.RESPONDENT)[0].company_id
    cases.make_offer(actor, case=case, side="worker", claim_id=_claim(case, 0), company_id=outlet, amount_fen=400000,
                     terms="单独谈话：一次付清的话四千元也可以接受", is_separate=True)  # fmt: skip


def _worker_counters(actor: Actor, case: Case) -> None:
    claim = _claim(case, 0)
    theirs = next(one for one in cases.offers_for(actor, case)
                  if (one.claim_id, one.side, one.status) == (claim, "company", "open"))  # fmt: skip
    cases.make_offer(actor, case=case, side="worker", claim_id=claim, company_id=theirs.company_id, amount_fen=430000,
                     terms="结算单漏记十月下旬的跑单，签协议当天付清", valid_until=_in(4), replies_to=theirs)  # fmt: skip


def _comes(actor: Actor, case: Case) -> None:
    for session in planned_of(case):
        cases.reply_to_session(actor, case=case, session=session, reply="coming", attendees="蒋新（网点经理）")


def _names_counsel(actor: Actor, case: Case) -> None:
    platform = of_side(case, Side.RESPONDENT)[1]
    cases.name_representative(
        actor,
        case=case,
        party_id=platform.id,
        name="闻青",
        position="法务专员",
        scope="general",
        to_on=_in(90),
        file_ids=[
            _file(actor, case, "authority", "授权委托书", "委托人：青隼即配平台有限公司", "受托人：闻青", stamp="青隼")
        ],
    )


def paid_in_parts(player: Player) -> None:
    """Three instalments told of by the region: confirmed, not received, still to be looked at."""
    handler = player.script.handler
    player.at(_ago(30), EAST, _names_specialist)
    player.at(_ago(29), handler, _look_at_authority)
    for place, (day, told) in enumerate(((_ago(12), 1), (_ago(5), 2), (_ago(1), 3))):
        player.at(day, EAST, partial(_tells_of_payment, place=place, proof=f"银行回单 DEMO-{told:04d}"), hour=15)
    player.at(_ago(11), handler, _has_the_money)
    player.at(_ago(3), handler, _has_no_money)


def _names_specialist(actor: Actor, case: Case) -> None:
    """Confirmed, and about to end."""
    branch = of_side(case, Side.RESPONDENT)[0]
    cases.name_representative(
        actor,
        case=case,
        party_id=branch.id,
        name="沙沪生",
        position="薪酬专员",
        scope="special",
        powers=["admit", "settle", "sign"],
        to_on=_in(39),
        file_ids=[
            _file(
                actor, case, "authority", "授权委托书", "委托人：云岫速运上海分部", "受托人：沙沪生", stamp="上海分部"
            )
        ],
    )


def _tells_of_payment(actor: Actor, case: Case, *, place: int, proof: str) -> None:
    instalment = cases.own_instalments(actor, case)[place]
    receipt = _file(actor, case, "proof", proof, f"第 {instalment.seq} 期", "人民币 4,500.00 元", "收款人：纪云帆")
    cases.report_payment(actor, case=case, instalment_id=instalment.id, amount_fen=instalment.amount_fen,
                         paid_on=clock.today(), proof=proof, file_ids=[receipt])  # fmt: skip


def _report(actor: Actor, case: Case) -> cases.Report:
    return next(one for one in cases.reports_for(actor, case) if one.status == "pending")


def _has_the_money(actor: Actor, case: Case) -> None:
    cases.confirm_report(actor, case=case, report=_report(actor, case))


def _has_no_money(actor: Actor, case: Case) -> None:
    cases.dispute_report(
        actor,
        case=case,
        report=_report(actor, case),
        reason="款项因收款账户已注销被退回，申请人没有收到；新账户已书面告知",
    )


SEQUELS: dict[str, Callable[[Player], None]] = {"N14": two_companies, "N15": paid_in_parts}
