"""Rates and their base, against counting day by day."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation.statistics import rates
from mediation.statistics.period import Period
from mediation.statistics.rates import Base

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
DAYS = st.integers(-60, 60).map(lambda days: date(2026, 10, 10) + timedelta(days=days))


@given(st.dictionaries(DAYS, st.integers(0, 500), max_size=6))
def test_the_average_is_that_of_the_days(figures):
    ordered = sorted(figures.items())
    by_day = [
        [couriers for from_on, couriers in ordered if from_on <= day][-1]
        for day in OCTOBER.each_day()
        if any(from_on <= day for from_on, _couriers in ordered)
    ]
    expected = Fraction(sum(by_day), len(by_day)) if by_day else None
    assert rates.average(ordered, OCTOBER) == expected


def test_a_change_in_the_middle_weighs_by_its_days():
    figures = [(date(2026, 1, 1), 100), (date(2026, 10, 11), 131)]
    assert rates.average(figures, OCTOBER) == Fraction(10 * 100 + 21 * 131, 31) == 121
    assert rates.average([(date(2026, 11, 1), 5)], OCTOBER) is None


def test_a_tree_adds_up_and_says_who_is_missing():
    parents = {"group": None, "east": "group", "a": "east", "b": "east", "c": "group", "elsewhere": "unseen"}
    january = date(2026, 1, 1)
    figures = {"a": [(january, 120)], "b": [(january, 80)], "group": [(january, 10)]}
    found = rates.bases(parents, figures, OCTOBER)
    assert (found["east"].couriers, found["east"].counted, found["east"].without) == (200, 2, ())
    assert found["group"].without == ("c",)
    assert found["elsewhere"].without == ("elsewhere",)
    assert rates.per_thousand(3, found["east"]) == 15.0
    assert rates.per_thousand(3, found["group"]) is None  # one outlet has no figure: the rate would be too high
    assert found["east"] + found["a"] == Base(Fraction(320), 3)
    forest = rates.Forest(parents, figures, OCTOBER)
    assert forest.own("group") == Base(Fraction(10), 1)
    with pytest.raises(KeyError):
        forest.own("east")
    assert forest.tops == ["group", "elsewhere"]
    assert forest.whole(*forest.tops).without == ("c", "elsewhere")
    assert rates.bases(parents, figures, OCTOBER, only={"a"}).keys() == {"a"}


def test_nobody_is_no_base():
    zero = rates.bases({"a": None}, {"a": [(date(2026, 1, 1), 0)]}, OCTOBER)["a"]
    assert zero.without == ()
    assert rates.per_thousand(1, zero) is None
    assert rates.per_thousand(0, None) is None


TREES = st.lists(st.tuples(st.integers(0, 30), st.dictionaries(DAYS, st.integers(0, 500), max_size=3)), max_size=25)


@given(TREES)
def test_a_whole_is_the_sum_of_its_parts(companies):
    """Against adding up from company to company, each with its own number of days."""
    parents = {at: parent if parent < at else None for at, (parent, _figures) in enumerate(companies)}
    figures = {at: sorted(rows.items()) for at, (_parent, rows) in enumerate(companies)}

    def added(one: int) -> Base[int]:
        mean, below = rates.average(figures[one], OCTOBER), [at for at in parents if parents[at] == one]
        own = Base(mean or Fraction(0), int(mean is not None), () if below or mean is not None else (one,))
        return rates.together([own, *(added(child) for child in below)])

    found = rates.bases(parents, figures, OCTOBER)
    assert found == {one: added(one) for one in parents}
    forest = rates.Forest(parents, figures, OCTOBER)
    assert forest.whole(*forest.tops) == rates.together(added(one) for one in parents if parents[one] is None)
