"""Spans of civil days, as people ask for them: a month, a year, from one day to another."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, order=True)
class Period:
    """The days from ``first`` to ``last``, both included. Raises ValueError when they stand the wrong way round."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError("a period ends before it begins")

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def each_day(self) -> list[date]:
        """All its days, in order."""
        return [self.first + timedelta(days=count) for count in range(self.days)]

    def contains(self, day: date | None) -> bool:
        """Whether a day lies in it; False for no day."""
        return day is not None and self.first <= day <= self.last


def month(text: str) -> Period:
    """``2026-10`` as a period. Raises ValueError for anything else."""
    match = _MONTH.fullmatch(text.strip())
    if not match or not 1 <= int(match[2]) <= 12 or int(match[1]) < 1900:
        raise ValueError(f"not a month: {text}")
    return month_of(date(int(match[1]), int(match[2]), 1))


def month_of(day: date) -> Period:
    """The calendar month of a day."""
    return Period(day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1]))


def month_before(period: Period, count: int = 1) -> Period:
    """The month that lies ``count`` months before the one in which a period begins."""
    index = period.first.year * 12 + period.first.month - 1 - count
    return month_of(date(index // 12, index % 12 + 1, 1))


def month_key(period: Period) -> str:
    """``2026-10`` for the month in which a period begins."""
    return period.first.strftime("%Y-%m")


def month_label(period: Period) -> str:
    """``2026年10月`` for the month in which a period begins."""
    return f"{period.first.year}年{period.first.month}月"


def year_to(day: date) -> Period:
    """The year of a day, up to that day."""
    return Period(day.replace(month=1, day=1), day)


def before(period: Period) -> Period:
    """What a period is compared with: the month before a whole month, otherwise as many days just before."""
    if period == month_of(period.first):
        return month_before(period)
    return Period(period.first - timedelta(days=period.days), period.first - timedelta(days=1))
