"""The calendar beside an independent one: where the two differ is shown, not hidden; pure.

The package ``chinesecalendar`` transcribes the same notices. It knows working days and rest days, not which days of a
holiday are statutory, so only that is compared.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import chinese_calendar

from mediation.deadlines.calendar import CalendarDay, WorkCalendar


@dataclass(frozen=True)
class Difference:
    """A day that is a working day in one of the two calendars only. ``entry`` is ours."""

    entry: CalendarDay
    is_workday_there: bool

    @property
    def day(self) -> date:
        return self.entry.day

    def __str__(self) -> str:
        ours, theirs = ("上班", "放假") if self.entry.kind.is_work else ("放假", "上班")
        return f"{self.day} 本系统{ours}，chinesecalendar {chinese_calendar.__version__} {theirs}"


def known_there() -> frozenset[int]:
    """The years the package knows: those in which it names a holiday."""
    return frozenset(day.year for day in chinese_calendar.holidays)


@lru_cache(maxsize=2)
def differences(calendar: WorkCalendar) -> tuple[Difference, ...]:
    """The days of all years both know on which they disagree, ascending."""
    both = calendar.years & known_there()
    # A day that neither names is what its weekday says in both.
    named = {entry.day for entry in calendar} | chinese_calendar.holidays.keys() | chinese_calendar.workdays.keys()
    found = []
    for day in sorted(one for one in named if one.year in both):
        entry, is_workday_there = calendar.day(day), bool(chinese_calendar.is_workday(day))
        if entry.kind.is_work != is_workday_there:
            found.append(Difference(entry, is_workday_there))
    return tuple(found)
