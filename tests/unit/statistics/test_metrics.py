"""The figures, against counting by hand and against the slow way."""

from __future__ import annotations

import statistics
from collections import Counter
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation.statistics import metrics
from mediation.statistics.metrics import BY_CODE, DEFINED, MEASURES, ClosedRow, ReceivedRow, ResultRow, Tally
from mediation.statistics.period import Period

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
DAYS = st.lists(st.integers(min_value=0, max_value=400), min_size=1, max_size=60)
TALLIES = st.builds(
    Tally,
    cases=st.integers(0, 50),
    concluded=st.integers(0, 50),
    claimed_fen=st.integers(0, 10**9),
    days=st.dictionaries(st.integers(0, 90), st.integers(1, 5), max_size=8),
)


def test_percentile_between_two_values():
    # Ranks 0…3; 90 % lies at rank 2.7, between 20 and 30.
    assert metrics.percentile({5: 1, 10: 1, 20: 1, 30: 1}, metrics.NINETIETH) == 27.0
    assert metrics.percentile({5: 1, 10: 1, 20: 1, 30: 1}, metrics.MEDIAN) == 15.0
    assert metrics.percentile({7: 9}, metrics.NINETIETH) == 7.0
    assert metrics.percentile({}, metrics.MEDIAN) is None


@given(DAYS)
def test_the_median_is_the_median(days: list[int]):
    assert metrics.percentile(Counter(days), metrics.MEDIAN) == statistics.median(days)


@given(DAYS)
def test_the_ninetieth_percentile_is_that_of_a_sorted_list(days: list[int]):
    ordered = sorted(days)
    rank = Fraction(9, 10) * (len(ordered) - 1)
    low = int(rank)
    high = min(low + 1, len(ordered) - 1)
    slow = ordered[low] + (rank - low) * (ordered[high] - ordered[low])
    assert metrics.percentile(Counter(days), metrics.NINETIETH) == float(slow)


@given(st.lists(TALLIES, max_size=6))
def test_parts_add_up_to_the_whole_in_any_order(parts: list[Tally]):
    whole = metrics.total(parts)
    assert whole == metrics.total(reversed(parts))
    assert whole.cases == sum(part.cases for part in parts)
    assert sum(whole.days.values()) == sum(count for part in parts for count in part.days.values())


def test_net_days_are_the_gross_ones_without_pauses():
    one = Tally(days={10: 2, 12: 1}, paused={(12, 5): 1})
    other = Tally(days={10: 1}, paused={(10, 0): 1})
    assert metrics.net_days(one) == {10: 2, 5: 1}
    assert metrics.net_days(one + other) == {10: 2, 5: 1, 0: 1}
    found = metrics.figures(one + other)
    assert (found["median_days"], found["median_net_days"]) == (10.0, 7.5)
    assert metrics.net_days(Tally(days={3: 1})) == {3: 1}


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), max_size=40))
def test_nobodys_net_days_are_lost(pairs: list[tuple[int, int]]):
    taken = [(max(both), min(both)) for both in pairs]
    paused = Counter(both for both in taken if both[0] != both[1])
    tally = Tally(days=Counter(gross for gross, _net in taken), paused=paused)
    assert metrics.net_days(tally) == Counter(net for _gross, net in taken)


def test_rows_become_tallies():
    found = metrics.tallies(
        [ReceivedRow("a", 3, 1, 500), ReceivedRow("a", 0, 1, None), ReceivedRow("b", 1, 0, None)],
        [ResultRow("a", 3, 3, {10: 2, -1: 1}, 350, 100), ResultRow("a", 1, 0, {}, None, 0)],
        [ClosedRow("c", 4)],
    )
    assert found == {
        "a": Tally(
            cases=3,
            consultations=2,
            concluded=4,
            settled=3,
            claimed_fen=500,
            agreed_fen=350,
            paid_fen=100,
            days={10: 2},
        ),
        "b": Tally(cases=1),
        "c": Tally(closed=4),
    }
    assert metrics.settlement_rate(found["a"]) == 0.75
    assert metrics.settlement_rate(found["b"]) is None


def test_each_measure_says_what_it_is():
    assert len({measure.code for measure in DEFINED}) == len(DEFINED)
    assert len({measure.label for measure in DEFINED}) == len(DEFINED)
    for measure in DEFINED:
        assert measure.definition.endswith("。") and measure.definition.count("。") == 1, measure.code
        assert measure.counts_by in ("received_on", "settled_on", "closed_on", "paid_on")
        assert measure.unit in ("case", "day", "fen", "share")
        assert (measure.unit == "share") <= (measure.denominator is not None)


def test_a_rate_never_leaves_its_bounds():
    # What is agreed is part of what has ended: both count by the same date.
    rate = BY_CODE["settlement_rate"]
    assert (rate.counts_by, BY_CODE["settled"].counts_by, BY_CODE["concluded"].counts_by) == ("settled_on",) * 3
    assert set(BY_CODE["concluded"].filters) < set(BY_CODE["settled"].filters)


@pytest.mark.parametrize("measure", DEFINED, ids=lambda measure: measure.code)
def test_each_figure_opens_a_list_by_its_date(measure: metrics.Measure):
    arguments = metrics.drill(measure, OCTOBER, {"main_company": 7, "station": 0, "cause": None, "direct": True})
    name = measure.counts_by.removesuffix("_on")
    assert arguments[f"{name}_from"] == "2026-10-01" and arguments[f"{name}_to"] == "2026-10-31"
    assert arguments["main_company"] == "7" and arguments["station"] == "0" and arguments["direct"] == "1"
    assert "cause" not in arguments


def test_an_unknown_dimension_is_refused():
    with pytest.raises(ValueError, match="colour"):
        metrics.drill(MEASURES[0], OCTOBER, {"colour": 1})
