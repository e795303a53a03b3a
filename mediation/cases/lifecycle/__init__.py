"""The life of a case as one table (law.md 8.1): event, from-states, to-state, permission, guards, who acts next, article.

Pure: no Flask, no database. ``service.apply_event`` is the only writer of a state and asks this table; the buttons of
the case page are ``available(...)`` from the same table. Guards look at ``CaseFacts`` and answer with codes of what is
missing; their wording stands in ``labels.py``.
"""

from __future__ import annotations

from mediation.cases.lifecycle.guards import CaseFacts
from mediation.cases.lifecycle.states import (
    ALL_TRACKS,
    ENDED,
    IN_MEDIATION,
    LOGGED,
    MEDIATED,
    OPEN,
    Event,
    NextActor,
    State,
    Track,
)
from mediation.cases.lifecycle.steps import NEXT_STEP, NextStep, next_step
from mediation.cases.lifecycle.table import TRANSITIONS, Transition


def rows_for(event: Event, state: State, track: Track) -> tuple[Transition, ...]:
    """The table's rows for an event in a state on a track; several only where guards tell them apart."""
    return tuple(row for row in TRANSITIONS if row.event is event and state in row.from_states and track in row.tracks)


def find(event: Event, facts: CaseFacts, permissions: frozenset[str]) -> tuple[Transition | None, tuple[str, ...]]:
    """The row that applies, or None with the codes of what stands against it.

    ``permissions`` are those the actor holds; a missing one gives the code ``not_permitted``, a wrong state
    ``not_in_this_state``.
    """
    rows = rows_for(event, facts.state, facts.track)
    if not rows:
        return None, ("not_in_this_state",)
    permitted = [row for row in rows if row.permission in permissions]
    if not permitted:
        return None, ("not_permitted",)
    # Where guards tell rows apart, the nearest one says what is missing.
    nearest = min(permitted, key=lambda row: len(row.blockers(facts)))
    blockers = nearest.blockers(facts)
    return (None, blockers) if blockers else (nearest, ())


def available(facts: CaseFacts, permissions: frozenset[str]) -> tuple[Transition, ...]:
    """The acts an actor can choose now: permitted rows of state and track, one per event, in the table's order.

    What an event itself brings (its reason, its date) is asked for in its form, so it does not hide the button.
    """
    chosen: dict[Event, Transition] = {}
    for row in TRANSITIONS:
        if not row.is_manual or facts.state not in row.from_states or facts.track not in row.tracks:
            continue
        if row.permission in permissions:
            chosen.setdefault(row.event, row)
    return tuple(chosen.values())


__all__ = [
    "ALL_TRACKS",
    "ENDED",
    "IN_MEDIATION",
    "LOGGED",
    "MEDIATED",
    "NEXT_STEP",
    "OPEN",
    "TRANSITIONS",
    "CaseFacts",
    "Event",
    "NextActor",
    "NextStep",
    "State",
    "Track",
    "Transition",
    "available",
    "find",
    "next_step",
    "rows_for",
]
