"""How long a case takes: the grounds on which it may wait, the clocks that each lets stand still, and spells of work.

Pure: no Flask, no database. A day counts when it lies after the day a spell began, up to and with the day it ended; the
days of a pause are taken out of the net number. Re-opening begins a new spell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from mediation.cases.lifecycle import Event

Days = tuple[date, date | None]  # first and last day of a pause; no last day: it still lasts


class Ground(StrEnum):
    """Why a case waits for somebody else."""

    APPRAISAL = "appraisal"
    FINDING = "finding"
    RULING = "ruling"
    MATERIAL = "material"
    ABSENCE = "absence"
    CONSENT = "consent"
    OTHER = "other"


@dataclass(frozen=True)
class Stop:
    """A time limit that the law lets stand still on a ground. ``why`` is kept with the days left out, in Chinese.

    ``is_asked``: only where a person says so, since a party's own last day would move.
    """

    rule_code: str
    why: str
    is_asked: bool = False


_CONCLUSION = "等待司法机关或者有关行政主管部门的结论"
_DECISIONS = (Stop("WI-DECIDE-60D", _CONCLUSION), Stop("WI-DECIDE-15D", _CONCLUSION))

# Only rules whose own law suspends them on this very ground. The committee's mediation period is not among them: Order
# 17 Art 29 knows an extension and nothing else. Limitation follows its own events, the arbitration commission decides
# itself whether its period is suspended (Order 33 Art 45-47), and what we await does not stand still by our waiting.
STOPS: dict[Ground, tuple[Stop, ...]] = {
    Ground.FINDING: _DECISIONS,
    Ground.RULING: (*_DECISIONS, Stop("WI-WORKER-1Y", "就劳动关系申请仲裁或者提起诉讼期间", is_asked=True)),
    Ground.MATERIAL: (Stop("LA-REVIEW-7D", "补充材料、说明情况"),),
}
STOPPABLE = frozenset(stop.rule_code for stops in STOPS.values() for stop in stops)


def stops_on(ground: Ground) -> dict[str, Stop]:
    """The time limits that may stand still on a ground, by rule."""
    return {stop.rule_code: stop for stop in STOPS.get(ground, ())}


def by_itself(ground: Ground) -> frozenset[str]:
    """The rules that stand still on a ground unless somebody says otherwise."""
    return frozenset(stop.rule_code for stop in STOPS.get(ground, ()) if not stop.is_asked)


def grounds_of(rule_code: str) -> tuple[Ground, ...]:
    """The grounds on which a time limit may stand still."""
    return tuple(ground for ground in STOPS if rule_code in stops_on(ground))


def last_day(first: date, counts_again: date) -> date:
    """The last day of a pause when a day counts again; the day before ``first`` where no day was lost."""
    return max(counts_again, first) - timedelta(days=1)


def length(first: date, last: date | None) -> int:
    """The calendar days of a pause that is over; 0 while it lasts or when it was ended on the day it began."""
    return max(0, (last - first).days + 1) if last else 0


def gross(began: date, ended: date) -> int | None:
    """Calendar days from one to the other; None where the end lies before the beginning, a slip of the register."""
    days = (ended - began).days
    return days if days >= 0 else None


def net(began: date, ended: date, pauses: Iterable[Days]) -> int | None:
    """The same without the days of pauses, which do not overlap each other; one without an end lasts up to ``ended``."""
    days = gross(began, ended)
    if days is None:
        return None
    first = began + timedelta(days=1)  # the day it began is day 0 and does not count anyway
    return days - sum(length(max(start, first), min(last or ended, ended)) for start, last in pauses)


# The result that an event gives a case; handing over and the other body's result are told apart below.
RESULTS: dict[Event, str] = {
    Event.NOT_ACCEPTED: "not_accepted",
    Event.AGREEMENT_EFFECTIVE: "agreed",
    Event.ORAL_AGREEMENT_REACHED: "agreed",
    Event.FAILED: "failed",
    Event.WITHDRAWN: "withdrawn",
    Event.TERMINATED: "terminated",
    Event.REFERRED: "referred",
    Event.RESULT_RECORDED: "handled",
    Event.ADVISED: "advised",
}
ENDS_WAITING = frozenset({*RESULTS, Event.CLOSED})


@dataclass(frozen=True)
class Happening:
    """What a spell needs to know of one event. ``closed_on``: of a re-opening, when the case had been closed."""

    event: Event
    on: date
    id: int | None = None
    closed_on: date | None = None


@dataclass(frozen=True)
class Spell:
    """A run of work: from receipt or a re-opening (``event_id``) to the day of its result, None while it lasts."""

    began: date
    ended: date | None = None
    outcome: str | None = None
    event_id: int | None = None


def after(spells: Sequence[Spell], happened: Happening, outcome: str | None = None) -> tuple[Spell, ...]:
    """The spells of a case after one more event. ``outcome`` is that of the case as it stands, where it is known."""
    *before, last = spells
    if happened.event in RESULTS:
        given = RESULTS[happened.event]
        if happened.event is Event.RESULT_RECORDED and last.outcome == "referred":
            given = "referred"
        return (*before, replace(last, ended=happened.on, outcome=given))
    if happened.event is Event.CLOSED and last.ended is None:
        # Re-opened with its agreement in force: nothing new to agree on, so the work lasts until it is closed again.
        kept = next((one.outcome for one in reversed(before) if one.outcome), None)
        return (*before, replace(last, ended=happened.on, outcome=outcome or kept))
    if happened.event is Event.REOPENED:
        if last.ended is None and happened.closed_on:
            last = replace(last, ended=happened.closed_on)
        return (*before, last, Spell(happened.on, event_id=happened.id))
    return tuple(spells)


def spells_of(
    received_on: date, happened: Iterable[Happening], *, settled_on: date | None, outcome: str | None
) -> tuple[Spell, ...]:
    """All spells of a case from its history; its own columns tell the result where the history does not."""
    spells: tuple[Spell, ...] = (Spell(received_on),)
    for one in happened:
        spells = after(spells, one)
    last = spells[-1]
    if settled_on and (len(spells) == 1 or (last.ended is None and settled_on >= last.began)):
        spells = (*spells[:-1], replace(last, ended=settled_on, outcome=outcome))
    return spells
