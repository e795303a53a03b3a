"""The life of a recommendation as one table (law.md 5.4): event, from-states, to-state, permission, guards.

Pure: no Flask, no database. ``service`` is the only writer of a status and asks this table; the buttons of a
recommendation's page are ``available(...)`` from the same table. Guards answer with the code of what stands against an
act; the words stand in ``labels.py``. Nobody is bound to answer: the reply day is asked for, not set by law.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """Where a recommendation stands. ``reviewed`` lasts until it is served, numbered or not."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    SENT = "sent"
    ANSWERED = "answered"
    VERIFIED = "verified"
    NOT_DONE = "not_done"
    CLOSED = "closed"


class Event(StrEnum):
    """What can happen to it; the value of an entry's kind, but for ``supplement``, which is a further answer."""

    CHANGE = "changed"
    REVIEW = "reviewed"
    RETURN = "returned"
    ISSUE = "issued"
    SEAL = "sealed"
    SERVE = "sent"
    ANSWER = "answered"
    SUPPLEMENT = "supplemented"
    VISIT = "visited"
    VERIFY = "verified"
    NOT_DONE = "not_done"
    TELL = "told"
    CLOSE = "closed"


MANAGE, ANSWER = "recommendation:manage", "recommendation:answer"
SERVED = frozenset({Status.SENT, Status.ANSWERED, Status.VERIFIED, Status.NOT_DONE})
# What a company sees of the history; the rest is the committee's own work on the letter.
FOR_THE_COMPANY = frozenset({"sent", "answered", "measure", "reminded", "visited", "verified", "not_done", "closed"})


@dataclass(frozen=True)
class Facts:
    """What the guards look at. ``is_author``: the actor wrote the text last; ``is_alone``: nobody else can review it."""

    status: Status
    is_complete: bool = True
    is_issued: bool = False
    is_sealed: bool = False
    is_author: bool = False
    is_alone: bool = False
    is_late: bool = False


Guard = Callable[[Facts], str | None]


def _complete(facts: Facts) -> str | None:
    return None if facts.is_complete else "incomplete"


def _second_pair_of_eyes(facts: Facts) -> str | None:
    return "own_draft" if facts.is_author and not facts.is_alone else None


def _not_issued(facts: Facts) -> str | None:
    return "issued_already" if facts.is_issued else None


def _issued(facts: Facts) -> str | None:
    return None if facts.is_issued else "not_issued"


def _not_sealed(facts: Facts) -> str | None:
    return "sealed_already" if facts.is_sealed else None


def _late_if_unanswered(facts: Facts) -> str | None:
    """Before the reply day a company without an answer has left nothing undone."""
    return "reply_day_ahead" if facts.status is Status.SENT and not facts.is_late else None


@dataclass(frozen=True)
class Transition:
    """One row. ``to_status`` None: the status stays."""

    event: Event
    from_statuses: frozenset[Status]
    to_status: Status | None
    permission: str
    guards: tuple[Guard, ...] = ()

    def blockers(self, facts: Facts) -> tuple[str, ...]:
        """The codes of what stands against it."""
        return tuple(code for guard in self.guards if (code := guard(facts)))


def _row(event: Event, froms: set[Status], to: Status | None, *guards: Guard, permission: str = MANAGE) -> Transition:
    return Transition(event, frozenset(froms), to, permission, guards)


_S = Status
TRANSITIONS: tuple[Transition, ...] = (
    _row(Event.CHANGE, {_S.DRAFT}, None),
    _row(Event.REVIEW, {_S.DRAFT}, _S.REVIEWED, _complete, _second_pair_of_eyes),
    _row(Event.RETURN, {_S.DRAFT}, None, _second_pair_of_eyes),
    _row(Event.RETURN, {_S.REVIEWED}, _S.DRAFT, _not_issued),
    _row(Event.ISSUE, {_S.REVIEWED}, None, _not_issued),
    _row(Event.SEAL, {_S.REVIEWED, *SERVED}, None, _issued, _not_sealed),
    _row(Event.SERVE, {_S.REVIEWED}, _S.SENT, _issued),
    _row(Event.ANSWER, {_S.SENT}, _S.ANSWERED, permission=ANSWER),
    _row(Event.SUPPLEMENT, {_S.ANSWERED, _S.NOT_DONE}, _S.ANSWERED, permission=ANSWER),
    _row(Event.VISIT, {_S.SENT, _S.ANSWERED, _S.NOT_DONE}, None),
    _row(Event.VERIFY, {_S.ANSWERED}, _S.VERIFIED),
    _row(Event.NOT_DONE, {_S.SENT, _S.ANSWERED}, _S.NOT_DONE, _late_if_unanswered),
    _row(Event.TELL, {_S.SENT, _S.NOT_DONE}, None, _late_if_unanswered),
    # A letter that is given up before it is served keeps its number and its reason (law.md 4.3).
    _row(Event.CLOSE, {_S.DRAFT, _S.REVIEWED, _S.VERIFIED, _S.NOT_DONE}, _S.CLOSED),
)


def find(event: Event, facts: Facts, permissions: frozenset[str]) -> tuple[Transition | None, tuple[str, ...]]:
    """The row that applies, or None with the codes of what stands against it.

    A missing permission gives ``not_permitted``, a wrong status ``not_in_this_status``.
    """
    row = next((one for one in TRANSITIONS if one.event is event and facts.status in one.from_statuses), None)
    if row is None:
        return None, ("not_in_this_status",)
    if row.permission not in permissions:
        return None, ("not_permitted",)
    blockers = row.blockers(facts)
    return (None, blockers) if blockers else (row, ())


def available(facts: Facts, permissions: frozenset[str]) -> tuple[Event, ...]:
    """The acts that are open now, in the table's order."""
    return tuple(
        row.event
        for row in TRANSITIONS
        if facts.status in row.from_statuses and row.permission in permissions and not row.blockers(facts)
    )


@dataclass(frozen=True)
class NextStep:
    """What comes next: its code, who does it (committee, company, nobody), and its day where there is one."""

    code: str
    who: str
    on: date | None = None


def next_step(facts: Facts, *, answer_by: date | None, measure_on: date | None) -> NextStep:
    """``measure_on`` is the earliest planned day of a measure that is not done yet."""
    match facts.status:
        case Status.DRAFT:
            return NextStep("review" if facts.is_complete else "complete", "committee")
        case Status.REVIEWED:
            return NextStep("serve" if facts.is_issued else "issue", "committee", answer_by)
        case Status.SENT:
            return NextStep("chase" if facts.is_late else "answer", "company", answer_by)
        case Status.ANSWERED:
            if measure_on is not None:
                return NextStep("carry_out", "company", measure_on)
            return NextStep("verify", "committee")
        case Status.NOT_DONE:
            return NextStep("follow", "committee")
        case Status.VERIFIED:
            return NextStep("close", "committee")
    return NextStep("none", "nobody")
