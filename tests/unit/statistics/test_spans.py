"""Several periods are cut into months and days so that each day of each period is there exactly once."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from mediation.statistics.period import Period, month, month_key, months_of, span, span_key
from mediation.statistics.spans import Shared, cut_by, shared

DAY = st.dates(date(2025, 1, 1), date(2026, 12, 31))
PERIODS = st.lists(st.builds(lambda one, two: Period(min(one, two), max(one, two)), DAY, DAY), min_size=1, max_size=4)
WHOLE = [month_key(one) for one in months_of(Period(date(2025, 1, 1), date(2026, 12, 31)))]
PARTS = st.builds(
    lambda key, ends: f"{key}/{min(ends):02}-{max(ends):02}",
    st.sampled_from(WHOLE),
    st.tuples(st.integers(1, 28), st.integers(1, 28)),
)
SPANS = st.sets(st.one_of(st.sampled_from(WHOLE), PARTS))


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


@given(PERIODS, SPANS)
def test_each_day_of_each_period_is_there_exactly_once(periods: list[Period], spans: set[str]):
    kept, rest = shared(periods, spans)
    for at, period in enumerate(periods):
        days = [day for one in kept if at in one.owners for key in one.what for day in span(key).each_day()]
        days += [day for one in rest if at in one.owners for day in one.what.each_day()]
        assert sorted(days) == period.each_day()
    between = [day for one in rest for day in one.what.each_day()]
    assert len(between) == len(set(between))


def test_of_parts_of_one_month_the_longest_is_taken():
    period = Period(date(2026, 1, 10), date(2026, 2, 28))
    keys = ["2026-01", "2026-01/10-31", "2026-01/10-20", "2026-02", "2026-02/01-22"]
    kept, rest = shared([period], keys)
    assert kept == [Shared(("2026-01/10-31", "2026-02"), (0,))] and rest == []


def test_what_the_year_so_far_is_compared_with_is_cut():
    assert set(map(span_key, cut_by(date(2026, 11, 22)))) == {"2025-02/09-28", "2025-11/01-22"}
    assert set(map(span_key, cut_by(date(2026, 12, 31)))) == set()
    assert set(map(span_key, cut_by(date(2026, 1, 1)))) == {"2025-12/31-31", "2025-01/01-01"}
    assert set(map(span_key, cut_by(date(2028, 2, 29)))) == set()
    assert set(map(span_key, cut_by(date(2028, 3, 1)))) == {"2027-03/01-01"}


@given(DAY, DAY)
def test_a_span_is_what_its_key_says(first: date, last: date):
    for one in months_of(Period(min(first, last), max(first, last))):
        assert span(span_key(one)) == one
