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
