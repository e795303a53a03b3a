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
from mediation.statistics.metrics import BY_CODE, COLUMNS, HISTOGRAMS, MEASURES, SUMS, Measure, Tally
from mediation.statistics.period import Period

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
DAYS = st.lists(st.integers(min_value=0, max_value=400), min_size=1, max_size=60)
COUNTS = st.integers(1, 5)
HISTOGRAM = st.dictionaries(st.integers(0, 90), COUNTS, max_size=8)
TALLIES = st.builds(
    Tally,
    **{name: st.integers(0, 10**9) for name in SUMS},
    outcomes=st.dictionaries(st.sampled_from(["agreed", "failed", "other"]), COUNTS),
    days=HISTOGRAM,
    paused=st.dictionaries(st.tuples(st.integers(0, 90), st.integers(0, 90)), COUNTS, max_size=4),
    answer_days=HISTOGRAM,
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
    assert whole == metrics.total(reversed(parts)) == sum(parts, Tally())
    for name in SUMS:
        assert getattr(whole, name) == sum(getattr(part, name) for part in parts)
    for name in HISTOGRAMS:
        assert getattr(whole, name) == sum((Counter(getattr(part, name)) for part in parts), Counter())


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


def test_parts_become_tallies():
    found = metrics.tallies(
        [
            ("a", {"cases": 3, "consultations": 1, "claimed_fen": 500}),
            ("a", {"cases": 0, "consultations": 1, "claimed_fen": None}),
            ("b", {"cases": 1, "claimed_fen": None}),
            ("a", {"concluded": 3, "settled": 3, "days": {10: 2, -1: 1}, "outcomes": {"agreed": 3, "failed": 0}}),
            ("a", {"days": {10: -1, 4: 1}, "paused": {(4, 2): 1}}),
            ("a", {"concluded": 1, "outcomes": {"failed": 1}, "paid_fen": 100}),
            ("a", {"paid_fen": -30}),
            ("c", {"closed": 4}),
        ]
    )
    assert found == {
        "a": Tally(
            cases=3,
            consultations=2,
            concluded=4,
            settled=3,
            claimed_fen=500,
            paid_fen=70,
            outcomes={"agreed": 3, "failed": 1},
            days={10: 1, 4: 1},
            paused={(4, 2): 1},
        ),
        "b": Tally(cases=1),
        "c": Tally(closed=4),
    }
    assert metrics.settlement_rate(found["a"]) == 0.75
    assert metrics.settlement_rate(found["b"]) is None


def test_figures_of_a_tally():
    found = metrics.figures(
        Tally(
            settled=6,
            days={3: 1, 15: 2, 16: 1, 30: 1},
            outcomes={"agreed": 6, "withdrawn": 2, "other": 1},
            due_count=4,
            due_fen=900,
            on_time_count=3,
            on_time_fen=700,
            received_fen=750,
            answer_days={0: 1, 5: 1, 6: 1},
            enforced=2,
            collective=1,
            workers=37,
        )
    )
    # One agreement without its day: it is settled, but no part of how many took so long.
    assert (found["share_15"], found["share_30"]) == (0.6, 1.0)
    assert (found["failed"], found["withdrawn"], found["referred"], found["terminated"]) == (0, 2, 0, 0)
    assert (found["due_count"], found["due_fen"], found["on_time_rate"]) == (4, 900, 0.75)
    assert (found["received_fen"], found["enforced"], found["median_answer_days"]) == (750, 2, 5.0)
    assert (found["collective"], found["workers"]) == (1, 37)
    nothing = metrics.figures(Tally())
    for code in ("share_15", "share_30", "on_time_rate", "median_answer_days", "settlement_rate", "median_days"):
        assert nothing[code] is None, code


def test_each_measure_says_what_it_is():
    assert len({measure.code for measure in MEASURES}) == len({measure.label for measure in MEASURES}) == len(MEASURES)
    assert set(COLUMNS) < set(MEASURES)
    for measure in MEASURES:
        assert measure.definition.endswith("。") and measure.definition.count("。") == 1, measure.code
        dates = ("received_on", "settled_on", "closed_on", "paid_on", "due_on", "applied_on", "answered_on")
        assert measure.counts_by in dates
        assert measure.unit in ("case", "person", "item", "day", "fen", "share")
        assert (measure.unit == "share") <= (measure.denominator is not None)


def test_a_rate_never_leaves_its_bounds():
    # What is agreed is part of what has ended: both count by the same date.
    rate = BY_CODE["settlement_rate"]
    assert (rate.counts_by, BY_CODE["settled"].counts_by, BY_CODE["concluded"].counts_by) == ("settled_on",) * 3
    assert set(BY_CODE["concluded"].filters) < set(BY_CODE["settled"].filters)
    assert rate.numerator_filters == BY_CODE["settled"].filters


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.code)
def test_each_figure_opens_a_list_by_its_date(measure: metrics.Measure):
    arguments = metrics.drill(measure, OCTOBER, {"main_company": 7, "station": 0, "cause": None, "direct": True})
    name = {"due_on": "instalment"}.get(measure.counts_by, measure.counts_by.removesuffix("_on"))
    assert arguments[f"{name}_from"] == "2026-10-01" and arguments[f"{name}_to"] == "2026-10-31"
    assert arguments["main_company"] == "7" and arguments["station"] == "0" and arguments["direct"] == "1"
    assert "cause" not in arguments


def test_an_unknown_dimension_is_refused():
    with pytest.raises(ValueError, match="colour"):
        metrics.drill(MEASURES[0], OCTOBER, {"colour": 1})


def test_the_list_of_a_numerator():
    assert metrics.drill(BY_CODE["on_time_rate"], OCTOBER, numerator=True)["on_time"] == "1"
    assert "on_time" not in metrics.drill(BY_CODE["on_time_rate"], OCTOBER)
    with pytest.raises(ValueError, match="median_days"):
        metrics.drill(BY_CODE["median_days"], OCTOBER, numerator=True)


@pytest.mark.parametrize("measure", BY_CODE.values(), ids=lambda one: one.code)
def test_what_narrows_a_list_is_no_part_of_what_is_counted(measure: Measure):
    dimensions = {"main_company": 7, "station": 0, "cause": "wage", "track": "labour", "relationship": "new_form"}
    rows = metrics.narrowed(dimensions)
    for numerator in (False, True):
        if (measure.numerator_filters if numerator else measure.filters) is not None:
            counted = metrics.counted_in(measure, OCTOBER, numerator=numerator)
            assert not counted.keys() & rows.keys()
            assert metrics.drill(measure, OCTOBER, dimensions, numerator=numerator) == counted | rows
