"""Spans of days."""

from __future__ import annotations

from datetime import date

import pytest

from mediation.statistics import period
from mediation.statistics.period import Period


def test_a_month():
    october = period.month("2026-10")
    assert october == Period(date(2026, 10, 1), date(2026, 10, 31))
    assert (period.month_key(october), period.month_label(october), october.days) == ("2026-10", "2026年10月", 31)
    assert period.month("2024-02").last == date(2024, 2, 29)


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-1", "October", "", "0001-01", "2026-10-01"])
def test_not_a_month(text: str):
    with pytest.raises(ValueError, match="not a month"):
        period.month(text)


def test_the_wrong_way_round():
    with pytest.raises(ValueError, match="before it begins"):
        Period(date(2026, 10, 2), date(2026, 10, 1))


def test_each_day():
    days = period.month("2024-02").each_day()
    assert (days[0], days[-1], len(days)) == (date(2024, 2, 1), date(2024, 2, 29), 29)


def test_months_before():
    january = period.month("2026-01")
    assert period.month_before(january) == period.month("2025-12")
    assert period.month_before(january, 12) == period.month("2025-01")
    assert period.month_before(january, 25) == period.month("2023-12")


def test_what_a_period_is_compared_with():
    assert period.before(period.month("2026-03")) == period.month("2026-02")
    assert period.before(Period(date(2026, 3, 11), date(2026, 3, 20))) == Period(date(2026, 3, 1), date(2026, 3, 10))


def test_periods_that_people_ask_for():
    day = date(2026, 11, 22)
    assert period.quarter_of(day) == Period(date(2026, 10, 1), date(2026, 12, 31))
    assert period.quarter_of(date(2026, 2, 28)) == Period(date(2026, 1, 1), date(2026, 3, 31))
    assert period.year_of(day) == Period(date(2026, 1, 1), date(2026, 12, 31))
    assert period.twelve_months_to(day) == Period(date(2025, 12, 1), date(2026, 11, 30))


def test_whole_months_are_compared_with_whole_months():
    quarter = Period(date(2026, 1, 1), date(2026, 3, 31))
    assert period.before(quarter) == Period(date(2025, 10, 1), date(2025, 12, 31))
    assert period.before(period.twelve_months_to(date(2026, 11, 22))) == Period(date(2024, 12, 1), date(2025, 11, 30))
    assert period.year_before(Period(date(2024, 2, 1), date(2024, 2, 29))) == Period(
        date(2023, 2, 1), date(2023, 2, 28)
    )
    assert period.year_before(Period(date(2025, 2, 1), date(2025, 2, 28))) == Period(
        date(2024, 2, 1), date(2024, 2, 29)
    )
    assert period.year_before(quarter) == Period(date(2025, 1, 1), date(2025, 3, 31))


def test_other_days_are_compared_with_the_same_days_of_the_year_before():
    assert period.year_before(Period(date(2024, 2, 29), date(2024, 3, 10))) == Period(
        date(2023, 2, 28), date(2023, 3, 10)
    )
    assert period.before(Period(date(2026, 3, 1), date(2026, 3, 10))) == Period(date(2026, 2, 19), date(2026, 2, 28))
