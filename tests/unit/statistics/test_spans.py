"""Several periods are cut into months and days so that each day of each period is there exactly once."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from mediation.statistics.period import Period, month, month_key, months_of
from mediation.statistics.spans import Shared, shared, whole_months

DAY = st.dates(date(2025, 1, 1), date(2026, 12, 31))
PERIODS = st.lists(st.builds(lambda one, two: Period(min(one, two), max(one, two)), DAY, DAY), min_size=1, max_size=4)
MONTHS = st.sets(st.sampled_from([month_key(one) for one in months_of(Period(date(2025, 1, 1), date(2026, 12, 31)))]))


def pieces(period: Period, *months: str) -> list[Period]:
    return [one.what for one in shared([period], months)[1]]


def test_months_are_cut_out_of_a_period():
    period = Period(date(2026, 1, 15), date(2026, 5, 3))
    assert pieces(period) == [period]
    assert pieces(period, "2026-03") == [
        Period(date(2026, 1, 15), date(2026, 2, 28)),
        Period(date(2026, 4, 1), date(2026, 5, 3)),
    ]
    assert pieces(month("2026-03"), "2026-03") == []
    assert pieces(period, "2026-02", "2026-03", "2026-04") == [
        Period(date(2026, 1, 15), date(2026, 1, 31)),
        Period(date(2026, 5, 1), date(2026, 5, 3)),
    ]


def test_what_two_periods_share_is_read_once():
    first, second = Period(date(2026, 1, 1), date(2026, 3, 20)), Period(date(2026, 3, 1), date(2026, 3, 31))
    months, days = shared([first, second], ["2026-01", "2026-03"])
    assert months == [Shared(("2026-01",), (0,)), Shared(("2026-03",), (1,))]
    assert [(one.what, one.owners) for one in days] == [
        (Period(date(2026, 2, 1), date(2026, 3, 20)), (0,)),
    ]
    months, days = shared([first, second], ["2026-01"])
    assert [(one.what, one.owners) for one in days] == [
        (Period(date(2026, 2, 1), date(2026, 2, 28)), (0,)),
        (Period(date(2026, 3, 1), date(2026, 3, 20)), (0, 1)),
        (Period(date(2026, 3, 21), date(2026, 3, 31)), (1,)),
    ]


@given(PERIODS, MONTHS)
def test_each_day_of_each_period_is_there_exactly_once(periods: list[Period], months: set[str]):
    kept, rest = shared(periods, months)
    for at, period in enumerate(periods):
        days = [day for one in kept if at in one.owners for key in one.what for day in month(key).each_day()]
        days += [day for one in rest if at in one.owners for day in one.what.each_day()]
        assert sorted(days) == period.each_day()
    between = [day for one in rest for day in one.what.each_day()]
    assert len(between) == len(set(between))


def test_the_whole_months_of_a_period():
    assert whole_months(Period(date(2026, 1, 2), date(2026, 5, 30)), date(2026, 12, 31)) == ("2026-02", "2026-04")
    assert whole_months(Period(date(2026, 1, 1), date(2026, 5, 31)), date(2026, 12, 31)) == ("2026-01", "2026-05")
    assert whole_months(Period(date(2026, 1, 1), date(2026, 5, 31)), date(2026, 3, 31)) == ("2026-01", "2026-03")
    low, high = whole_months(Period(date(2026, 1, 2), date(2026, 1, 30)), date(2026, 12, 31))
    assert low > high
    assert whole_months(Period(date.min, date(2026, 1, 31)), date(2026, 12, 31)) == ("0001-01", "2026-01")
