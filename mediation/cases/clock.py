"""Which event of a case starts, meets, lengthens or ends which time limit (law.md 2): one table, one function.

The rules themselves, their lengths and articles stand in ``deadlines``, the legal acts that are no step of the life cycle
in ``acts``; here is what ties the life cycle to clocks, and how both are let happen. What is corrected or withdrawn
later is counted anew in ``reckoning``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import func, select

from mediation.cases import limitation
from mediation.cases.acts import ACCIDENT, ACTS, COMMISSIONED, PER_SIDE, subject_of
from mediation.cases.lifecycle import ENDED, Event, State, Track
from mediation.cases.models import NO_DEADLINE, Agreement, Case, CaseEvent, Instalment, LegalAct
from mediation.core.db import db
from mediation.deadlines import queries as deadline_queries
from mediation.deadlines import service as deadlines
from mediation.deadlines.models import Deadline
from mediation.deadlines.rules import RULES, Nature

T = Track
MEDIATION_PERIOD = ("LM-MEDIATE-15D", "LM-EXT-30D", "PM-1M")
INSTALMENT = "INSTALMENT"  # not a time limit of law: the next payment that falls due
EXTENDED_BY = 15  # LM-EXT-30D is the mediation period with the longest extension
_ENTRUSTED = (*MEDIATION_PERIOD, *COMMISSIONED)
_ACCEPTANCE = ("LM-ACCEPT-3WD", "NF-ACCEPT")
# A closed file leaves the committee nothing to do but a visit; what parties, courts and other bodies may or must do
# goes on.
_ON_CLOSING = (
    *(code for code, rule in RULES.items() if rule.nature is Nature.DUTY and code != "RV-CLOSE-30D"),
    "LM-STATUTE-15D",
)


@dataclass(frozen=True)
class Effect:
    """What one event does to the clocks of a case on some tracks. ``given``: only for a case of which it holds."""

    event: Event
    tracks: frozenset[Track]
    starts: tuple[str, ...] = ()
    meets: tuple[str, ...] = ()
    cancels: tuple[str, ...] = ()
    given: Callable[[Case, Mapping[str, object]], bool] = field(default=lambda _case, _data: True)


def _on(event: Event, *tracks: Track, **more) -> Effect:
    return Effect(event, frozenset(tracks or T), **more)


def _route(name: str) -> Callable[[Case, Mapping[str, object]], bool]:
    return lambda _case, data: data.get("route") == name


def _traffic_matter(case: Case, _data: Mapping[str, object]) -> bool:
    return case.track == T.TRAFFIC.value or case.category_code.split(".")[0] == "traffic"


def _review_is_open(case: Case, _data: Mapping[str, object]) -> bool:
    """Order 33 Art 75: an agreement that fixes the employment relationship is not taken for arbitration review."""
    confirms = db.session.scalar(
        select(Agreement.confirms_relationship).where(Agreement.case_id == case.id, Agreement.status == "effective")
    )
    return not confirms


def _has_agreed(case: Case, _data: Mapping[str, object]) -> bool:
    """The house visits those whose agreement it saw through."""
    return case.effective_on is not None


def _has_accident(case: Case, data: Mapping[str, object]) -> bool:
    return bool(case.accident_on and "accident" in data)


EFFECTS: tuple[Effect, ...] = (
    _on(Event.RECEIVED, T.LABOUR, starts=("LM-ACCEPT-3WD", "LM-STATUTE-15D")),
    _on(Event.RECEIVED, T.NEW_FORM, starts=("NF-ACCEPT",)),
    # WIR Art 17: both clocks run from the accident, whatever is mediated (law.md 9, trap 19).
    _on(Event.RECEIVED, starts=ACCIDENT, given=_has_accident),
    _on(Event.ACCEPTED, T.LABOUR, meets=("LM-ACCEPT-3WD",), starts=("LM-MEDIATE-15D",)),
    _on(Event.ACCEPTED, T.NEW_FORM, meets=("NF-ACCEPT",), starts=("LM-MEDIATE-15D",)),
    _on(Event.ACCEPTED, T.PEOPLES, starts=("PM-1M",)),
    _on(Event.NOT_ACCEPTED, meets=(*_ACCEPTANCE, *COMMISSIONED), cancels=("LM-STATUTE-15D",)),
    # PM-75 Art 33 knows no figure for going on: the parties' own day takes the place of the month.
    _on(Event.EXTENDED, T.PEOPLES, cancels=("PM-1M",)),
    _on(Event.AGREEMENT_EFFECTIVE, T.LABOUR, T.NEW_FORM, meets=_ENTRUSTED, cancels=("LM-STATUTE-15D",),
        starts=("JC-30D",)),
    _on(Event.AGREEMENT_EFFECTIVE, T.LABOUR, T.NEW_FORM, starts=("LM-ARBREVIEW-15D",), given=_review_is_open),
    _on(Event.AGREEMENT_EFFECTIVE, T.PEOPLES, meets=_ENTRUSTED, starts=("JC-30D",)),
    _on(Event.ORAL_AGREEMENT_REACHED, T.PEOPLES, meets=_ENTRUSTED, starts=("JC-30D",)),
    _on(Event.FAILED, meets=_ENTRUSTED, cancels=("LM-STATUTE-15D",)),
    # Mediation by a people's committee ended without agreement: the way to the traffic police (its Art 85).
    _on(Event.FAILED, T.PEOPLES, T.TRAFFIC, starts=("TR-MED-3D",), given=_traffic_matter),
    _on(Event.TERMINATED, T.PEOPLES, T.TRAFFIC, starts=("TR-MED-3D",), given=_traffic_matter),
    _on(Event.WITHDRAWN, cancels=(*_ENTRUSTED, "LM-STATUTE-15D", *_ACCEPTANCE)),
    _on(Event.TERMINATED, cancels=(*_ENTRUSTED, "LM-STATUTE-15D")),
    _on(Event.REFERRED, cancels=(*_ENTRUSTED, "LM-STATUTE-15D", *_ACCEPTANCE)),
    _on(Event.FORCE_SOUGHT, meets=("LM-ARBREVIEW-15D",), given=_route("arbitration_review")),
    _on(Event.FORCE_SOUGHT, meets=("JC-30D",), starts=("JC-ACCEPT-3D",), given=_route("judicial_confirmation")),
    _on(Event.ENFORCEMENT_STARTED, starts=("PO-NOTIFY-5D",), given=_route("payment_order")),
    _on(Event.ENFORCEMENT_STARTED, starts=("CIV-DOCKET-7D",), given=_route("suit")),
    _on(Event.ENFORCEMENT_STARTED, starts=("ARB-ACCEPT-5WD",), given=_route("arbitration")),
    _on(Event.PERFORMED, meets=("PO-OBJECT-15D",), cancels=("LM-ARBREVIEW-15D", "JC-30D", "ENF-2Y"),
        starts=("RV-PERFORM-7D",)),
    _on(Event.FOLLOWED_UP, meets=("RV-PERFORM-7D", "RV-CLOSE-30D")),
    _on(Event.POLICE_MEDIATION_HELD, T.POLICE, starts=("PSM-2ND-7WD",), given=lambda _case, data: data.get("round") == 1),
    _on(Event.POLICE_MEDIATION_HELD, T.POLICE, meets=("PSM-2ND-7WD",), given=lambda _case, data: data.get("round") != 1),
    _on(Event.RESULT_RECORDED, meets=("PS-CASE-30D",)),
    _on(Event.RESULT_RECORDED, cancels=_ON_CLOSING),
    _on(Event.ADVISED, cancels=_ON_CLOSING),
    _on(Event.CLOSED, cancels=_ON_CLOSING),
    _on(Event.CLOSED, starts=("RV-CLOSE-30D",), given=_has_agreed),
    _on(Event.ARCHIVED, cancels=("RV-CLOSE-30D",)),
)  # fmt: skip

ROUTE_RULES = {"arbitration_review": "LM-ARBREVIEW-15D", "judicial_confirmation": "JC-30D"}


@dataclass(frozen=True)
class Start:
    """A clock that an event starts: the rule, what tells it apart from others of the rule, and day 0."""

    rule: str
    subject: str
    on: date


@dataclass(frozen=True)
class Reach:
    """All that one event does to the clocks of a case. ``meets`` pairs a rule with a subject, None: whatever it is.

    ``extends`` adds so much of the rule's unit; ``swaps`` lets a rule go on under another from the same trigger.
    """

    on: date
    starts: tuple[Start, ...] = ()
    meets: tuple[tuple[str, str | None], ...] = ()
    cancels: tuple[str, ...] = ()
    extends: tuple[tuple[str, int], ...] = ()
    swaps: tuple[tuple[str, str], ...] = ()

    def settles(self, deadline: Deadline) -> str | None:
        """What becomes of a running deadline with it: "meet", "cancel" or None."""
        if any(deadline.rule_code == rule and subject in (None, deadline.subject) for rule, subject in self.meets):
            return "meet"
        return "cancel" if deadline.rule_code in self.cancels else None


def react(case: Case, event: CaseEvent) -> None:
    """Start, meet, lengthen and end the time limits that an event is tied to, then refresh the case's next last day.

    What a corrected act does is up to ``reckoning``, which knows what it had done before.
    """
    kind = Event(event.event)
    if kind in (Event.ACT_RECORDED, Event.ACT_CORRECTED) and not event.data.get("withdrawn"):
        db.session.get_one(LegalAct, event.data["act_id"]).event_id = event.id
    if kind is not Event.ACT_CORRECTED:
        let_happen(case, event, reach_of(case, event))
    limitation.follow(case, event)
    refresh(case)


def reach_of(case: Case, event: CaseEvent, on: date | None = None) -> Reach:
    """What an event does to the clocks of a case on its present track. ``on``: its day where that was corrected since."""
    kind, on = Event(event.event), on or event.happened_on
    if kind in (Event.ACT_RECORDED, Event.ACT_CORRECTED):
        return _of_act(case, event)
    track = Track(case.track)
    rows = [one for one in EFFECTS if one.event is kind and track in one.tracks and one.given(case, event.data)]
    found = Reach(
        on,
        tuple(
            Start(rule, "", case.accident_on if rule in ACCIDENT and case.accident_on else on)
            for one in rows
            for rule in one.starts
            if track.value in RULES[rule].tracks
        ),
        tuple((rule, None) for one in rows for rule in one.meets),
        tuple(rule for one in rows for rule in one.cancels),
    )
    if kind is Event.DEFAULTED:
        return replace(found, starts=(*found.starts, *_execution(case)))
    return _lengthened(found, event) if kind is Event.EXTENDED and track is not T.PEOPLES else found


def _lengthened(found: Reach, event: CaseEvent) -> Reach:
    """One run of days from acceptance: counting on from a rolled day would be too late (law.md 3.3)."""
    days = int(event.data.get("days", EXTENDED_BY))
    if days == EXTENDED_BY:
        return replace(found, swaps=(("LM-MEDIATE-15D", "LM-EXT-30D"),))
    return replace(found, extends=(("LM-MEDIATE-15D", days),))


def _of_act(case: Case, event: CaseEvent) -> Reach:
    """Of a withdrawn act nothing is left."""
    data, on = event.data, date.fromisoformat(event.data["act_on"])
    if data.get("withdrawn"):
        return Reach(on)
    act, track = ACTS[data["act"]], Track(case.track)
    sides = {rule: data.get("side") if rule in PER_SIDE else None for rule in act.met(data)}
    return Reach(
        on,
        tuple(Start(rule, subject_of(rule, data), on) for rule in act.opened(track, data)),
        tuple(sides.items()),
        act.cancels,
        tuple((rule, int(data["days"])) for rule in act.extends if data.get("days")),
        act.swaps,
    )


def _execution(case: Case) -> tuple[Start, ...]:
    """CPL 250: two years from the last day for performance; where all fell due with the first default, from that day."""
    statement = (
        select(Instalment.due_on, Instalment.status, Agreement.early_maturity)
        .join(Agreement, Agreement.id == Instalment.agreement_id)
        .where(Instalment.case_id == case.id, Agreement.status == "effective")
        .order_by(Instalment.due_on)
    )
    rows = db.session.execute(statement).all()
    missed = [row.due_on for row in rows if row.status == "defaulted"]
    if not missed:
        return ()
    return (Start("ENF-2Y", "", missed[0] if rows[0].early_maturity else rows[-1].due_on),)


def let_happen(case: Case, event: CaseEvent, reach: Reach, *, but: Iterable[tuple[str, str]] = ()) -> list[Deadline]:
    """Write what an event does. ``but``: rules with their subject that run already. Returns the clocks it started."""
    key, on, running = event.id, reach.on, set(but)
    for rule, subject in reach.meets:
        deadlines.meet(case_id=case.id, rule_codes=(rule,), on=on, event_id=key, subject=subject)
    if reach.cancels:
        deadlines.cancel(case_id=case.id, rule_codes=reach.cancels, on=on, event_id=key)
    for rule, by in reach.extends:
        for one in can_be_lengthened(case, rule, on):
            deadlines.lengthen(one, by=by, event_id=key)
    for old, new in reach.swaps:
        for one in can_be_lengthened(case, old, on):
            start(case, Start(new, one.subject, one.trigger_on), one.trigger_event_id)
            deadlines.drop(one, on=on, event_id=key)
    return [start(case, one, key) for one in reach.starts if (one.rule, one.subject) not in running]


def can_be_lengthened(case: Case, rule: str, on: date) -> list[Deadline]:
    """The deadlines of a rule that run, stand still, or ran out by themselves although the act of a day was in time."""
    return [
        *deadline_queries.open_of_case(case.id, rule_codes=(rule,)),
        *deadline_queries.paused_of_case(case.id, rule_codes=(rule,)),
        *deadline_queries.lapsed_of_case(case.id, rule_codes=(rule,), on=on),
    ]


def start(case: Case, clock: Start, event_id: int | None, *, extra: int = 0) -> Deadline:
    """Open one time limit of a case."""
    return deadlines.open_deadline(
        committee_id=case.committee_id,
        case_id=case.id,
        rule_code=clock.rule,
        trigger_on=clock.on,
        event_id=event_id,
        subject=clock.subject,
        extra_length=extra,
    )


def refresh(case: Case) -> None:
    """Set the case's next last day: the nearest open time limit or unpaid instalment; none once it is closed."""
    if State(case.state) in ENDED:
        case.next_deadline_on = case.next_deadline_rule = None
        case.next_deadline_provisional = False
        return
    nearest = deadlines.next_open(case.id)
    due_on = db.session.scalar(
        select(func.min(Instalment.due_on)).where(
            Instalment.case_id == case.id,
            # Of one in default the law asks something else next: the two years to enforce it.
            Instalment.status.not_in(("paid", "defaulted")),
            Instalment.agreement_id.in_(
                select(Agreement.id).where(Agreement.case_id == case.id, Agreement.status == "effective")
            ),
        )
    )
    if nearest is not None and (due_on is None or nearest.last_day <= due_on):
        case.next_deadline_on, case.next_deadline_rule = nearest.last_day, nearest.rule_code
        case.next_deadline_provisional = nearest.is_provisional
    else:
        case.next_deadline_on = due_on or NO_DEADLINE
        case.next_deadline_rule = INSTALMENT if due_on else None
        case.next_deadline_provisional = False
