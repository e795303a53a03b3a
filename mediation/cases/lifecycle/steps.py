"""The one next step of a case: what the law asks now, of whom, and what still stands against it (law.md 1.3, 8.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mediation.cases.lifecycle.guards import CaseFacts
from mediation.cases.lifecycle.states import Event, State, Track
from mediation.cases.lifecycle.table import TRANSITIONS, Transition

S = State
_MEDIATING = (
    Event.SESSION_HELD,
    Event.SESSION_PLANNED,
    Event.AGREEMENT_DRAFTED,
    Event.SIGNATURE_RECORDED,
    Event.SEALED,
)

# The first of these that the table allows and that is still open is the one button of the page.
NEXT_STEP: dict[State, tuple[Event, ...]] = {
    S.RECEIVED: (
        Event.TRACK_CONFIRMED,
        Event.CONSENT_ASKED,
        Event.ADVISED,
        Event.POLICE_MEDIATION_HELD,
        Event.REFERRED,
        Event.RESULT_RECORDED,
    ),
    S.CONSENT_INQUIRY: (
        Event.TRACK_CONFIRMED,
        Event.CONSENT_RECORDED,
        Event.ACCEPTED,
        Event.NOT_ACCEPTED,
        Event.REFERRED,
    ),
    S.ACCEPTED: (Event.MEDIATOR_ASSIGNED, Event.SESSION_PLANNED),
    S.MEDIATING: _MEDIATING,
    S.EXTENDED: _MEDIATING,
    S.AGREED: (Event.PAYMENT_RECORDED, Event.PERFORMED),
    S.PERFORMING: (Event.PAYMENT_RECORDED, Event.PERFORMED),
    S.PERFORMED: (Event.FOLLOWED_UP, Event.CLOSED),
    S.DEFAULTED: (Event.ENFORCEMENT_STARTED,),
    S.ENFORCING: (Event.PAYMENT_RECORDED, Event.PERFORMED),
    S.FAILED: (Event.CLOSED,),
    S.NOT_ACCEPTED: (Event.CLOSED,),
    S.WITHDRAWN: (Event.CLOSED,),
    S.TERMINATED: (Event.CLOSED,),
    S.REFERRED: (Event.RESULT_RECORDED,),
    S.CLOSED: (Event.ARCHIVED,),
    S.ARCHIVED: (),
}

# An event that can be repeated is the next step only while something of it is still open.
_IS_OPEN: dict[Event, Callable[[CaseFacts], bool]] = {
    Event.TRACK_CONFIRMED: lambda facts: not facts.track_confirmed,
    Event.CONSENT_RECORDED: lambda facts: not facts.consents or "none" in facts.consents,
    Event.ACCEPTED: lambda facts: "no" not in facts.consents,
    Event.NOT_ACCEPTED: lambda facts: "no" in facts.consents,
    Event.REFERRED: lambda facts: facts.track in (Track.REFERRAL, Track.TRAFFIC),
    Event.POLICE_MEDIATION_HELD: lambda facts: not facts.police_mediated,
    Event.MEDIATOR_ASSIGNED: lambda facts: not facts.mediator_assigned,
    Event.SESSION_HELD: lambda facts: facts.session_planned and not facts.has_draft,
    Event.SESSION_PLANNED: lambda facts: not (facts.session_planned or facts.session_held or facts.has_draft),
    Event.AGREEMENT_DRAFTED: lambda facts: not facts.has_draft,
    Event.SIGNATURE_RECORDED: lambda facts: facts.open_acts > facts.open_seals,
    Event.SEALED: lambda facts: facts.open_seals > 0,
    Event.PAYMENT_RECORDED: lambda facts: not facts.all_paid,
    Event.PERFORMED: lambda facts: facts.all_paid,
    Event.FOLLOWED_UP: lambda facts: not facts.followed_up,
}


@dataclass(frozen=True)
class NextStep:
    """What is asked next. ``blockers`` are codes of what must happen first; ``is_mine``: the actor's role may do it."""

    transition: Transition
    blockers: tuple[str, ...]
    is_mine: bool

    @property
    def event(self) -> Event:
        """The event of the step."""
        return self.transition.event

    @property
    def is_possible(self) -> bool:
        """Whether the actor can do it now."""
        return self.is_mine and not self.blockers


def hard_blockers(transition: Transition, facts: CaseFacts) -> tuple[str, ...]:
    """What stands in the way of an act, without what its own form asks for (reason, date, route …)."""
    return tuple(code for code in transition.blockers(facts) if not code.startswith("needs_"))


def next_step(facts: CaseFacts, permissions: frozenset[str]) -> NextStep | None:
    """The next step: the first open one that the actor can do now, else the first open one. None when nothing is open."""
    open_steps = [_step(event, facts, permissions) for event in NEXT_STEP[facts.state] if _is_open(event, facts)]
    steps = [step for step in open_steps if step is not None]
    return next((step for step in steps if step.is_possible), steps[0] if steps else None)


def _is_open(event: Event, facts: CaseFacts) -> bool:
    return event not in _IS_OPEN or _IS_OPEN[event](facts)


def _step(event: Event, facts: CaseFacts, permissions: frozenset[str]) -> NextStep | None:
    rows = [
        row
        for row in TRANSITIONS
        if row.event is event and facts.state in row.from_states and facts.track in row.tracks
    ]
    if not rows:
        return None
    mine = [row for row in rows if row.permission in permissions]
    row = next((row for row in mine or rows if not hard_blockers(row, facts)), (mine or rows)[0])
    return NextStep(row, hard_blockers(row, facts), bool(mine))
