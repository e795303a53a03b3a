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


def months_of(period: Period) -> list[Period]:
    """A period month by month, in order; the first and the last may be cut off."""
    found, first = [], period.first
    while first <= period.last:
        found.append(Period(first, min(month_of(first).last, period.last)))
        if found[-1].last == date.max:
            break
        first = found[-1].last + timedelta(days=1)
    return found


def month_before(period: Period, count: int = 1) -> Period:
    """The month that lies ``count`` months before the one in which a period begins."""
    index = period.first.year * 12 + period.first.month - 1 - count
    return month_of(date(index // 12, index % 12 + 1, 1))


def month_key(period: Period) -> str:
    """``2026-10`` for the month in which a period begins."""
    return period.first.strftime("%Y-%m")


def span_key(period: Period) -> str:
    """``2026-10`` for a whole month, ``2025-11/01-22`` for a part of one."""
    if period == month_of(period.first):
        return month_key(period)
    return f"{month_key(period)}/{period.first.day:02}-{period.last.day:02}"


def span(key: str) -> Period:
    """What :func:`span_key` wrote. Raises ValueError for anything else."""
    name, _slash, days = key.partition("/")
    whole = month(name)
    if not days:
        return whole
    first, _dash, last = days.partition("-")
    return Period(whole.first.replace(day=int(first)), whole.first.replace(day=int(last)))


def month_label(period: Period) -> str:
    """``2026年10月`` for the month in which a period begins."""
    return f"{period.first.year}年{period.first.month}月"


def year_to(day: date) -> Period:
    """The year of a day, up to that day."""
    return Period(day.replace(month=1, day=1), day)


def year_of(day: date) -> Period:
    """The whole calendar year of a day."""
    return Period(day.replace(month=1, day=1), day.replace(month=12, day=31))


def quarter_of(day: date) -> Period:
    """The calendar quarter of a day."""
    first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return Period(first, month_before(month_of(first), -2).last)


def twelve_months_to(day: date) -> Period:
    """The month of a day and the eleven before it."""
    return Period(month_before(month_of(day), 11).first, month_of(day).last)


def before(period: Period) -> Period:
    """What a period is compared with: as many months before whole months, otherwise as many days just before."""
    months = _whole_months(period)
    if months:
        return Period(month_before(period, months).first, month_before(period).last)
    return Period(period.first - timedelta(days=period.days), period.first - timedelta(days=1))


def year_before(period: Period) -> Period:
    """The same days of the year before; whole months stay whole, and the 29th of February is the 28th."""
    if months := _whole_months(period):
        first = month_before(period, 12).first
        return Period(first, month_before(month_of(first), 1 - months).last)
    return Period(_a_year_before(period.first), _a_year_before(period.last))


def _whole_months(period: Period) -> int:
    """How many months a period consists of; 0 where it is not made of whole ones."""
    first, last = period.first, period.last
    whole = first.day == 1 and last == month_of(last).last
    return (last.year - first.year) * 12 + last.month - first.month + 1 if whole else 0


def _a_year_before(day: date) -> date:
    last = month_of(date(day.year - 1, day.month, 1)).last
    return last.replace(day=min(day.day, last.day))
