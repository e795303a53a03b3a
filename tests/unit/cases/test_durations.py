"""Days of a case: what counts, what a pause takes out, where a new spell begins, and which clocks may stand still."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation.cases import durations
from mediation.cases.durations import Ground, Happening, Spell
from mediation.cases.lifecycle import Event
from mediation.deadlines.rules import RULES

FIRST = date(2026, 3, 2)


def d(number: int) -> date:
    """Day 0 is the day a spell begins."""
    return FIRST + timedelta(days=number)


@pytest.mark.parametrize(
    ("ended", "pauses", "gross", "net"),
    [
        (10, [], 10, 10),
        (0, [], 0, 0),
        (10, [(3, 5)], 10, 7),
        (10, [(0, 4)], 10, 6),  # day 0 does not count anyway
        (10, [(8, 9), (2, 2)], 10, 7),
        (10, [(4, None)], 10, 3),  # still waiting when the result came
        (10, [(12, 20)], 10, 10),  # after the result
        (10, [(9, 20)], 10, 8),  # recorded later, and longer than the result took
        (10, [(4, 3)], 10, 10),  # resumed on the day it began
        (-1, [], None, None),
    ],
)
def test_days(ended: int, pauses: list[tuple[int, int | None]], gross: int | None, net: int | None):
    spans = [(d(first), None if last is None else d(last)) for first, last in pauses]
    assert durations.gross(FIRST, d(ended)) == gross
    assert durations.net(FIRST, d(ended), spans) == net


@given(st.integers(0, 120), st.sets(st.integers(0, 140), max_size=12))
def test_net_days_are_those_that_lie_in_no_pause(ended: int, cuts: set[int]):
    days = sorted(cuts)
    pauses = list(zip(days[::2], days[1::2], strict=False))
    spans = [(d(first), d(last)) for first, last in pauses]
    counted = [day for day in range(1, ended + 1) if not any(first <= day <= last for first, last in pauses)]
    assert durations.net(FIRST, d(ended), spans) == len(counted) <= (durations.gross(FIRST, d(ended)) or 0)


def test_the_day_that_counts_again_is_no_day_of_the_pause():
    assert durations.last_day(d(3), d(6)) == d(5) and durations.length(d(3), d(5)) == 3
    assert durations.last_day(d(3), d(3)) == d(2) and durations.length(d(3), d(2)) == 0
    assert durations.last_day(d(3), d(1)) == d(2)
    assert durations.length(d(3), None) == 0


def happened(*events: tuple[Event, int]) -> list[Happening]:
    return [Happening(event, d(day), number) for number, (event, day) in enumerate(events, 1)]


def spells(*events: tuple[Event, int], settled: int | None = None, outcome: str | None = None) -> tuple[Spell, ...]:
    settled_on = None if settled is None else d(settled)
    return durations.spells_of(FIRST, happened(*events), settled_on=settled_on, outcome=outcome)


def test_one_spell_from_receipt_to_the_result():
    assert spells() == (Spell(FIRST),)
    assert spells((Event.FAILED, 12), (Event.CLOSED, 20), settled=12, outcome="failed") == (
        Spell(FIRST, d(12), "failed"),
    )
    assert spells((Event.ORAL_AGREEMENT_REACHED, 5)) == (Spell(FIRST, d(5), "agreed"),)


def test_what_was_handed_over_ends_with_the_other_bodys_result():
    assert spells((Event.REFERRED, 3)) == (Spell(FIRST, d(3), "referred"),)
    assert spells((Event.REFERRED, 3), (Event.RESULT_RECORDED, 30)) == (Spell(FIRST, d(30), "referred"),)
    assert spells((Event.RESULT_RECORDED, 9)) == (Spell(FIRST, d(9), "handled"),)


def test_each_reopening_begins_a_spell():
    found = spells(
        (Event.FAILED, 12), (Event.CLOSED, 20), (Event.REOPENED, 50), (Event.AGREEMENT_EFFECTIVE, 60), settled=60
    )
    assert found == (Spell(FIRST, d(12), "failed"), Spell(d(50), d(60), "agreed", 3))
    still = spells((Event.FAILED, 12), (Event.CLOSED, 20), (Event.REOPENED, 50))
    assert still[-1] == Spell(d(50), None, None, 3)


def test_reopened_with_its_agreement_in_force_it_lasts_until_it_is_closed():
    events = ((Event.AGREEMENT_EFFECTIVE, 12), (Event.CLOSED, 20), (Event.REOPENED, 50), (Event.CLOSED, 70))
    found = spells(*events, settled=12, outcome="agreed")
    assert found == (Spell(FIRST, d(12), "agreed"), Spell(d(50), d(70), "agreed", 3))


def test_a_ledgers_case_has_the_result_of_its_row():
    assert spells((Event.IMPORTED, 200), settled=8, outcome="supported") == (Spell(FIRST, d(8), "supported"),)
    reopened = [Happening(Event.REOPENED, d(40), 7, closed_on=d(9))]
    assert durations.spells_of(FIRST, reopened, settled_on=None, outcome=None) == (
        Spell(FIRST, d(9)),
        Spell(d(40), None, None, 7),
    )


def test_only_what_the_law_itself_suspends_stands_still():
    for ground, stops in durations.STOPS.items():
        for stop in stops:
            assert RULES[stop.rule_code].suspension, (ground, stop)
    assert durations.stops_on(Ground.FINDING).keys() == {"WI-DECIDE-60D", "WI-DECIDE-15D"}
    assert durations.by_itself(Ground.MATERIAL) == {"LA-REVIEW-7D"}
    assert durations.by_itself(Ground.CONSENT) == frozenset()
    assert "WI-WORKER-1Y" in durations.stops_on(Ground.RULING)
    assert "WI-WORKER-1Y" not in durations.by_itself(
        Ground.RULING
    )  # a party's own last day: only when somebody says so


@pytest.mark.parametrize(
    "code", ["LM-MEDIATE-15D", "LM-EXT-30D", "PM-1M", "LM-ACCEPT-3WD", "LM-STATUTE-15D", "ARB-LIMIT-1Y"]
)
def test_the_mediation_period_and_limitation_never_do(code: str):
    assert code in RULES and code not in durations.STOPPABLE
    assert durations.grounds_of(code) == ()
