"""The next step and the other acts of a case, as the page offers them to one actor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask_babel import lazy_gettext as _l

from mediation.cases.clock import MEDIATION_PERIOD
from mediation.cases.labels import EVENTS, PERMITTED, STEPS, blocker_text
from mediation.cases.lifecycle import CaseFacts, Event, NextStep, Track, available, next_step
from mediation.cases.lifecycle.states import BEFORE_AGREEMENT
from mediation.cases.lifecycle.steps import hard_blockers
from mediation.cases.models import Agreement
from mediation.cases.queries_company import ACCEPT_BY
from mediation.cases.service import permissions_of
from mediation.core.actor import Actor, Role
from mediation.deadlines.models import Deadline

# The page of each act. Cancelling a session starts from the session itself, correcting a legal act from its line.
ENDPOINTS: dict[Event, str] = {
    Event.DETAILS_CORRECTED: "cases.correct",
    Event.TRACK_CONFIRMED: "cases.confirm_track",
    Event.RECLASSIFIED: "cases.confirm_track",
    Event.HANDLER_ASSIGNED: "cases.assign_handler",
    Event.CONSENT_ASKED: "cases.ask_consent",
    Event.CONSENT_RECORDED: "cases.record_consent",
    Event.ANSWERED: "cases.answer",
    Event.OFFER_MADE: "cases.make_offer",
    Event.PAPERS_HANDED_IN: "cases.add_file",
    Event.REPRESENTATIVE_NAMED: "cases.name_representative",
    Event.PAYMENT_REPORTED: "cases.report_payment",
    Event.ACCEPTED: "cases.accept",
    Event.NOT_ACCEPTED: "cases.refuse",
    Event.MEDIATOR_ASSIGNED: "cases.assign_mediator",
    Event.SESSION_PLANNED: "cases.plan_session",
    Event.SESSION_HELD: "cases.hold_session",
    Event.EXTENDED: "cases.extend",
    Event.AGREEMENT_DRAFTED: "cases.draft_agreement",
    Event.SIGNATURE_RECORDED: "cases.sign",
    Event.SEALED: "cases.seal",
    Event.ORAL_AGREEMENT_REACHED: "cases.reach_oral",
    Event.FAILED: "cases.fail",
    Event.WITHDRAWN: "cases.withdraw",
    Event.TERMINATED: "cases.terminate",
    Event.REFERRED: "cases.refer",
    Event.POLICE_MEDIATION_HELD: "cases.hold_police_mediation",
    Event.RESULT_RECORDED: "cases.record_result",
    Event.ADVISED: "cases.advise",
    Event.PAYMENT_RECORDED: "cases.record_payment",
    Event.PERFORMED: "cases.confirm_performed",
    Event.DEFAULTED: "cases.declare_default",
    Event.FORCE_SOUGHT: "cases.seek_force",
    Event.ENFORCEMENT_STARTED: "cases.start_enforcement",
    Event.FOLLOWED_UP: "cases.follow_up",
    Event.ACT_RECORDED: "cases.record_act",
    Event.LIMITATION_NOTED: "cases.note_limitation",
    Event.PAUSED: "cases.pause",
    Event.RESUMED: "cases.resume",
    Event.CLOSED: "cases.close",
    Event.ARCHIVED: "cases.archive",
    Event.REOPENED: "cases.reopen",
}
# Ends that cannot be taken back stand last in the menu.
ENDS = frozenset({Event.NOT_ACCEPTED, Event.FAILED, Event.WITHDRAWN, Event.TERMINATED, Event.REFERRED})

PAY = _l("请按协议约定的日期付款，款项直接付给申请人，不经过调解委员会；付款后请上传凭据。")

_ANSWER_BY = _l("这是委员会决定是否受理的最后一日；法律没有另外规定单位的答复期限。")
_ANSWER_WHILE = _l("这是调解期限的最后一日；法律没有另外规定单位的答复期限。")
DUE: dict[Event, tuple[str, ...]] = {
    **dict.fromkeys(
        (Event.TRACK_CONFIRMED, Event.CONSENT_ASKED, Event.CONSENT_RECORDED, Event.ACCEPTED, Event.NOT_ACCEPTED),
        ACCEPT_BY,
    ),
    **dict.fromkeys(
        (
            Event.MEDIATOR_ASSIGNED,
            Event.SESSION_PLANNED,
            Event.SESSION_HELD,
            Event.AGREEMENT_DRAFTED,
            Event.SIGNATURE_RECORDED,
            Event.SEALED,
        ),
        MEDIATION_PERIOD,
    ),
    Event.ENFORCEMENT_STARTED: ("ENF-2Y",),
    Event.FOLLOWED_UP: ("RV-PERFORM-7D", "RV-CLOSE-30D"),
    Event.POLICE_MEDIATION_HELD: ("PSM-2ND-7WD",),
    Event.RESULT_RECORDED: ("PSM-2ND-7WD",),
}


# Whom the law asks; whoever of the office may enter it is told apart ("who").
_COMMITTEE, _RESPONDENT, _BOTH = _l("调解委员会"), _l("被申请人"), _l("双方当事人")
BOUND: dict[Event, object] = {
    **dict.fromkeys(
        (
            Event.TRACK_CONFIRMED,
            Event.CONSENT_ASKED,
            Event.ACCEPTED,
            Event.NOT_ACCEPTED,
            Event.MEDIATOR_ASSIGNED,
            Event.SESSION_PLANNED,
            Event.SEALED,
            Event.FOLLOWED_UP,
            Event.CLOSED,
            Event.ARCHIVED,
            Event.REFERRED,
            Event.ADVISED,
        ),
        _COMMITTEE,
    ),
    Event.CONSENT_RECORDED: _RESPONDENT,
    Event.SESSION_HELD: _l("调解员和双方当事人"),
    Event.AGREEMENT_DRAFTED: _BOTH,
    Event.SIGNATURE_RECORDED: _l("双方当事人和调解员"),
    Event.PAYMENT_RECORDED: _l("付款方"),
    Event.PERFORMED: _RESPONDENT,
    Event.ENFORCEMENT_STARTED: _l("权利人"),
    Event.RESULT_RECORDED: _l("受理的机关"),
    Event.POLICE_MEDIATION_HELD: _l("公安机关"),
    Event.ANSWERED: _l("被申请单位"),
}
_PML, _DOC4, _ORDER17 = "《人民调解法》", "人社厅发〔2024〕4号", "《企业劳动争议协商调解规定》"
# The article of each step where the track has its own, and where the table names none (law.md 1.3, 1.5, 1.6).
BASIS: dict[tuple[Event, Track], str] = {
    **{
        (event, Track.PEOPLES): f"{_PML}{article}"
        for event, article in {
            Event.CONSENT_ASKED: "第17条",
            Event.CONSENT_RECORDED: "第17条",
            Event.ACCEPTED: "第17条",
            Event.NOT_ACCEPTED: "第17条、第26条",
            Event.MEDIATOR_ASSIGNED: "第19条",
            Event.SESSION_PLANNED: "第23条",
            Event.SESSION_HELD: "第23条、第24条",
            Event.AGREEMENT_DRAFTED: "第28条、第29条",
            Event.SIGNATURE_RECORDED: "第29条",
            Event.SEALED: "第29条",
            Event.PAYMENT_RECORDED: "第31条",
            Event.PERFORMED: "第31条",
            Event.ENFORCEMENT_STARTED: "第32条",
            Event.FOLLOWED_UP: "第31条",
            Event.CLOSED: "第27条",
            Event.ARCHIVED: "第27条",
        }.items()
    },
    **dict.fromkeys(((event, Track.NEW_FORM) for event in (Event.ACCEPTED, Event.NOT_ACCEPTED)), _DOC4),
    **{(Event.SESSION_PLANNED, track): f"{_ORDER17}第24条、第25条" for track in (Track.LABOUR, Track.NEW_FORM)},
    **{(Event.PERFORMED, track): f"{_ORDER17}第32条" for track in (Track.LABOUR, Track.NEW_FORM)},
    (Event.TRACK_CONFIRMED, Track.LABOUR): "《劳动争议调解仲裁法》第2条",
    (Event.TRACK_CONFIRMED, Track.NEW_FORM): "人社部发〔2021〕56号；人社厅发〔2024〕4号",
    (Event.TRACK_CONFIRMED, Track.PEOPLES): f"{_PML}第17条",
    # Filing what others decided is the committee's own housekeeping.
    **{(Event.ARCHIVED, track): "" for track in (Track.POLICE, Track.TRAFFIC, Track.REFERRAL, Track.CONSULT)},
    (Event.RESULT_RECORDED, Track.POLICE): "《治安管理处罚法》第9条",
    (Event.RESULT_RECORDED, Track.TRAFFIC): "《道路交通事故处理程序规定》第84条至第94条",
    (Event.REFERRED, Track.TRAFFIC): "《道路交通事故处理程序规定》第84条至第94条",
}


@dataclass(frozen=True)
class Step:
    """The card of the next step. ``endpoint`` None: somebody else must act, or something must happen first.

    ``bound``: whom the law asks; ``who``: who enters it here.
    """

    event: Event
    title: object
    why: object
    who: object
    article: str
    endpoint: str | None
    blockers: tuple[object, ...] = ()
    raw_last_day: date | None = None
    last_day: date | None = None
    is_provisional: bool = False
    deadline_id: int | None = None
    needs_paper: str | None = None
    bound: object = ""
    # What the day is where it is not the limit of this very step.
    day_note: object = ""


@dataclass(frozen=True)
class Act:
    """One line of the menu. ``blockers``: what must happen before it can be chosen."""

    event: Event
    label: object
    endpoint: str
    blockers: tuple[object, ...] = ()
    is_end: bool = False


@dataclass(frozen=True)
class Acts:
    """The one button and the menu; ``events`` are all that the table permits the actor now."""

    step: Step | None
    menu: tuple[Act, ...]
    blocked: tuple[Act, ...]
    events: frozenset[Event] = frozenset()

    def within(self, deadlines: Sequence[Deadline]) -> Acts:
        """The same with no day on the card that the reader may not look up."""
        step = self.step
        if step is None or step.deadline_id is None or step.deadline_id in {one.id for one in deadlines}:
            return self
        hidden = replace(step, raw_last_day=None, last_day=None, is_provisional=False, deadline_id=None, day_note="")
        return replace(self, step=hidden)


def acts_of(
    actor: Actor,
    facts: CaseFacts,
    deadlines: Sequence[Deadline],
    agreement: Agreement | None,
    *,
    has_answered: bool = False,
) -> Acts:
    """What the actor can do now, from the table alone. ``has_answered``: a company's officer has answered every claim."""
    permissions = permissions_of(actor)
    found = next_step(facts, permissions)
    rows = available(facts, permissions)
    if actor.has(Role.HR) and facts.state in BEFORE_AGREEMENT and not has_answered:
        found = next((NextStep(row, (), True) for row in rows if row.event is Event.ANSWERED), found)
    chosen = {ENDPOINTS.get(found.event)} if found and found.is_possible else set()
    # Confirming and changing the track are one page, called by the first name while nothing is confirmed.
    offered = {ENDPOINTS[row.event]: row for row in reversed(rows) if row.event in ENDPOINTS}
    acts = [
        Act(
            row.event,
            EVENTS[row.event],
            ENDPOINTS[row.event],
            tuple(blocker_text(code) for code in hard_blockers(row, facts)),
            row.event in ENDS,
        )
        for endpoint, row in reversed(offered.items())
        if endpoint not in chosen
    ]
    # Of pausing and resuming only one makes sense: the other is no act that waits for something.
    acts = [one for one in acts if not (one.event in (Event.PAUSED, Event.RESUMED) and one.blockers)]
    return Acts(
        step=_shown(actor, _card(found, facts, deadlines, agreement)) if found else None,
        menu=tuple(sorted((one for one in acts if not one.blockers), key=lambda one: one.is_end)),
        blocked=tuple(one for one in acts if one.blockers),
        events=frozenset(row.event for row in rows),
    )


def _shown(actor: Actor, step: Step) -> Step:
    """The company pays where staff record a payment; an officer is told what is next, not when money is due."""
    if step.event is not Event.PAYMENT_RECORDED or step.endpoint:
        return step
    if actor.has(Role.HR):
        return replace(
            step, title=_l("按期付款"), why=PAY, who=PERMITTED["case:answer"], endpoint="cases.report_payment"
        )
    return replace(step, raw_last_day=None, last_day=None) if actor.has(Role.POLICE) else step


# After a mediation of their own the police wait for no other body (公安机关办理行政案件程序规定 Art 183).
_POLICE_RESULT = _l(
    "已经调解过：达成协议的登记结果并结案；没有达成的，必要时七个工作日内再调解一次，仍不成的依法处理并结案。"
)


def _card(step: NextStep, facts: CaseFacts, deadlines: Sequence[Deadline], agreement: Agreement | None) -> Step:
    is_answer = step.event is Event.ANSWERED
    due = _answer_by(deadlines) if is_answer else _nearest(deadlines, DUE.get(step.event, ()))
    own = BASIS.get((step.event, facts.track))
    raw, last, provisional = (due.raw_last_day, due.last_day, due.is_provisional) if due else (None, None, False)
    is_police_result = step.event is Event.RESULT_RECORDED and facts.track is Track.POLICE and facts.police_mediated
    if step.event is Event.PAYMENT_RECORDED and agreement:
        unpaid = [one.due_on for one in agreement.instalments if one.paid_fen < one.amount_fen]
        raw = last = min(unpaid, default=None)
    return Step(
        event=step.event,
        title=EVENTS[step.event],
        why=_POLICE_RESULT if is_police_result else STEPS.get(step.event, ""),
        who=PERMITTED[step.transition.permission],
        article=(step.transition.article or (due.basis if due and not is_answer else "")) if own is None else own,
        bound=BOUND[Event.POLICE_MEDIATION_HELD] if is_police_result else BOUND.get(step.event, ""),
        endpoint=ENDPOINTS[step.event] if step.is_possible else None,
        blockers=tuple(blocker_text(code) for code in step.blockers),
        raw_last_day=raw,
        last_day=last,
        is_provisional=provisional,
        deadline_id=due.id if due else None,
        needs_paper="D15" if "failure_notice_missing" in step.blockers else None,
        day_note=(_ANSWER_BY if due.rule_code in ACCEPT_BY else _ANSWER_WHILE) if due and is_answer else "",
    )


def _answer_by(deadlines: Sequence[Deadline]) -> Deadline | None:
    """What a company's desk names: until the case is accepted the day for accepting it, then the mediation period."""
    return _nearest(deadlines, ACCEPT_BY) or _nearest(deadlines, MEDIATION_PERIOD)


def _nearest(deadlines: Sequence[Deadline], codes: Sequence[str]) -> Deadline | None:
    running = [one for one in deadlines if one.status == "open" and one.rule_code in codes]
    return min(running, key=lambda one: one.last_day, default=None)
