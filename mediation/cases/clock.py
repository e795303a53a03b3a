"""Which act of a case starts, meets or ends which time limit (law.md 2.1, 2.2): one table, one function.

The rules themselves, their lengths and articles stand in ``deadlines``; here is only what ties them to acts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from mediation.cases import limitation
from mediation.cases.lifecycle import ENDED, IN_MEDIATION, Event, State, Track
from mediation.cases.models import NO_DEADLINE, Agreement, Case, CaseEvent, Instalment
from mediation.core.db import db
from mediation.deadlines import service as deadlines

T = Track
MEDIATION_PERIOD = ("LM-MEDIATE-15D", "LM-EXT-30D", "PM-1M")
INSTALMENT = "INSTALMENT"  # not a time limit of law: the next payment that falls due


@dataclass(frozen=True)
class Effect:
    """What one event does to the clocks of a case on some tracks. An empty ``cancels`` leaves the others alone."""

    event: Event
    tracks: frozenset[Track]
    starts: tuple[str, ...] = ()
    meets: tuple[str, ...] = ()
    cancels: tuple[str, ...] = ()
    cancels_all: bool = False


def _on(event: Event, *tracks: Track, **more) -> Effect:
    return Effect(event, frozenset(tracks or T), **more)


EFFECTS: tuple[Effect, ...] = (
    _on(Event.RECEIVED, T.LABOUR, starts=("LM-ACCEPT-3WD", "LM-STATUTE-15D")),
    _on(Event.RECEIVED, T.NEW_FORM, starts=("NF-ACCEPT", "LM-STATUTE-15D")),
    _on(Event.ACCEPTED, T.LABOUR, meets=("LM-ACCEPT-3WD",), starts=("LM-MEDIATE-15D",)),
    _on(Event.ACCEPTED, T.NEW_FORM, meets=("NF-ACCEPT",), starts=("LM-MEDIATE-15D",)),
    _on(Event.ACCEPTED, T.PEOPLES, starts=("PM-1M",)),
    _on(Event.NOT_ACCEPTED, meets=("LM-ACCEPT-3WD", "NF-ACCEPT"), cancels=("LM-STATUTE-15D",)),
    _on(Event.AGREEMENT_EFFECTIVE, T.LABOUR, T.NEW_FORM, meets=MEDIATION_PERIOD, cancels=("LM-STATUTE-15D",),
        starts=("LM-ARBREVIEW-15D", "JC-30D")),
    _on(Event.AGREEMENT_EFFECTIVE, T.PEOPLES, meets=MEDIATION_PERIOD, starts=("JC-30D",)),
    _on(Event.ORAL_AGREEMENT_REACHED, T.PEOPLES, meets=MEDIATION_PERIOD, starts=("JC-30D",)),
    _on(Event.FAILED, meets=MEDIATION_PERIOD, cancels=("LM-STATUTE-15D",)),
    _on(Event.WITHDRAWN, cancels=(*MEDIATION_PERIOD, "LM-STATUTE-15D", "LM-ACCEPT-3WD", "NF-ACCEPT")),
    _on(Event.TERMINATED, cancels=(*MEDIATION_PERIOD, "LM-STATUTE-15D")),
    _on(Event.REFERRED, cancels=(*MEDIATION_PERIOD, "LM-STATUTE-15D", "LM-ACCEPT-3WD", "NF-ACCEPT")),
    _on(Event.PERFORMED, cancels=("LM-ARBREVIEW-15D", "JC-30D"), starts=("RV-PERFORM-7D",)),
    _on(Event.FOLLOWED_UP, meets=("RV-PERFORM-7D", "RV-CLOSE-30D")),
    _on(Event.CLOSED, cancels_all=True),
    _on(Event.RESULT_RECORDED, cancels_all=True),
    _on(Event.ADVISED, cancels_all=True),
)  # fmt: skip

ROUTE_RULES = {"arbitration_review": "LM-ARBREVIEW-15D", "judicial_confirmation": "JC-30D"}


def react(case: Case, event: CaseEvent) -> None:
    """Start, meet and end the time limits that an event is tied to, then refresh the case's next last day."""
    kind = Event(event.event)
    on = event.happened_on
    for effect in EFFECTS:
        if effect.event is not kind or Track(case.track) not in effect.tracks:
            continue
        if effect.meets:
            deadlines.meet(case_id=case.id, rule_codes=effect.meets, on=on, event_id=event.id)
        if effect.cancels or effect.cancels_all:
            codes = None if effect.cancels_all else effect.cancels
            deadlines.cancel(case_id=case.id, rule_codes=codes, on=on, event_id=event.id)
        for rule in effect.starts:
            if rule != "LM-ARBREVIEW-15D" or _review_is_open(case):
                start(case, rule, on, event)
    _react_specially(case, kind, event)
    limitation.follow(case, event)
    refresh(case)


def start(case: Case, rule: str, on: date, event: CaseEvent | None, *, extra: int = 0, subject: str = "") -> None:
    """Open one time limit of a case."""
    deadlines.open_deadline(
        committee_id=case.committee_id,
        case_id=case.id,
        rule_code=rule,
        trigger_on=on,
        event_id=event.id if event else None,
        subject=subject,
        extra_length=extra,
    )


def _review_is_open(case: Case) -> bool:
    """Order 33 Art 75: an agreement that fixes the employment relationship is not taken for arbitration review."""
    confirms = db.session.scalar(
        select(Agreement.confirms_relationship).where(Agreement.case_id == case.id, Agreement.status == "effective")
    )
    return not confirms


def _react_specially(case: Case, kind: Event, event: CaseEvent) -> None:
    on = event.happened_on
    if kind in (Event.RECEIVED, Event.DETAILS_CORRECTED) and case.accident_on and "accident" in event.data:
        # WIR Art 17: both clocks run from the accident, whatever is mediated (law.md 9, trap 19).
        start(case, "WI-EMPLOYER-30D", case.accident_on, event)
        start(case, "WI-WORKER-1Y", case.accident_on, event)
    elif kind is Event.EXTENDED and case.accepted_on:
        # One run of days from acceptance: counting on from a rolled day would be too late (law.md 3.3).
        deadlines.cancel(case_id=case.id, rule_codes=("LM-MEDIATE-15D",), on=on, event_id=event.id)
        start(case, "LM-EXT-30D", case.accepted_on, event, extra=int(event.data.get("days", 15)) - 15)
    elif kind is Event.POLICE_MEDIATION_HELD:
        if event.data.get("round") == 1:
            start(case, "PSM-2ND-7WD", on, event)
        else:
            deadlines.meet(case_id=case.id, rule_codes=("PSM-2ND-7WD",), on=on, event_id=event.id)
    elif kind is Event.FORCE_SOUGHT and event.data.get("route") in ROUTE_RULES:
        rule = ROUTE_RULES[event.data["route"]]
        deadlines.meet(case_id=case.id, rule_codes=(rule,), on=on, event_id=event.id)
    elif kind is Event.DEFAULTED:
        for due_on, seq in db.session.execute(
            select(Instalment.due_on, Instalment.seq).where(
                Instalment.case_id == case.id, Instalment.status == "defaulted"
            )
        ):
            start(case, "ENF-2Y", due_on, event, subject=f"instalment:{seq}")


def restart_for_track(case: Case, event: CaseEvent) -> None:
    """A new track's clocks start at its own events (law.md 9, trap 14); the old ones are cancelled with their history."""
    codes = ("LM-ACCEPT-3WD", "NF-ACCEPT", "LM-STATUTE-15D", *MEDIATION_PERIOD)
    deadlines.cancel(case_id=case.id, rule_codes=codes, on=event.happened_on, event_id=event.id)
    state = State(case.state)
    for effect in EFFECTS:
        if Track(case.track) not in effect.tracks:
            continue
        if effect.event is Event.RECEIVED and state not in ENDED:
            rules = effect.starts if state in (State.RECEIVED, State.CONSENT_INQUIRY) else effect.starts[1:]
            for rule in rules:
                start(case, rule, case.received_on, event)
        if effect.event is Event.ACCEPTED and case.accepted_on and state in (State.ACCEPTED, *IN_MEDIATION):
            for rule in effect.starts:
                start(case, rule, case.accepted_on, event)
    limitation.follow(case, event)


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
            Instalment.status != "paid",
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
