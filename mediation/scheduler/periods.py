"""When a job is due: each day at a time, or on the first working day of the month. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from mediation.core import clock
from mediation.deadlines.calendar import WorkCalendar


class When(Protocol):
    """When a job is due, in Shanghai time."""

    def keys(self, now: datetime, earlier: int, calendar: WorkCalendar | None = None) -> list[str]:
        """The run key of the newest period that is due at ``now``, after those of ``earlier`` periods before it.

        ``calendar`` says which days are worked on; None knows of no year.
        """

    def is_key(self, text: str) -> bool:
        """Whether a text names such a period."""


@dataclass(frozen=True)
class Daily:
    """Every day at a time; the run key is the day."""

    at: time

    def keys(self, now: datetime, earlier: int, calendar: WorkCalendar | None = None) -> list[str]:
        """See :class:`When`."""
        here = now.astimezone(clock.SHANGHAI)
        newest = here.date() if here.time() >= self.at else here.date() - timedelta(days=1)
        return [(newest - timedelta(days=back)).isoformat() for back in range(earlier, -1, -1)]

    def is_key(self, text: str) -> bool:
        """See :class:`When`."""
        return _is_written("%Y-%m-%d", text)

    def __str__(self) -> str:
        return f"daily {self.at:%H:%M}"


@dataclass(frozen=True)
class Monthly:
    """On the first working day of the month at a time, about the month before; the run key is that month.

    In a year whose calendar has not been entered, a working day is one from Monday to Friday that is not among the
    holidays with a date of their own (国务院令795: 元旦, 劳动节, 国庆节); moved days of rest are not known then.
    """

    at: time

    def keys(self, now: datetime, earlier: int, calendar: WorkCalendar | None = None) -> list[str]:
        """See :class:`When`."""
        here = now.astimezone(clock.SHANGHAI)
        first = first_working_day(here.date().replace(day=1), calendar)
        has_begun = (here.date(), here.time()) >= (first, self.at)
        newest = here.year * 12 + here.month - 2 if has_begun else here.year * 12 + here.month - 3
        months = (divmod(newest - back, 12) for back in range(earlier, -1, -1))
        return [date(year, month + 1, 1).strftime("%Y-%m") for year, month in months]

    def is_key(self, text: str) -> bool:
        """See :class:`When`."""
        return _is_written("%Y-%m", text)

    def __str__(self) -> str:
        return f"monthly, on the first working day {self.at:%H:%M}"


_FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


def first_working_day(day: date, calendar: WorkCalendar | None = None) -> date:
    """The first working day from a day on; see :class:`Monthly` for a year that the calendar does not know."""
    while not _is_worked(day, calendar):
        day += timedelta(days=1)
    return day


def _is_worked(day: date, calendar: WorkCalendar | None) -> bool:
    if calendar is not None and calendar.is_known(day.year):
        return calendar.is_workday(day)
    return day.weekday() < 5 and (day.month, day.day) not in _FIXED_HOLIDAYS


def _is_written(form: str, text: str) -> bool:
    try:
        return datetime.strptime(text, form).replace(tzinfo=clock.SHANGHAI).strftime(form) == text
    except ValueError:
        return False
