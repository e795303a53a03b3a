"""Working-day calendar of mainland China as versioned data, pure.

A day is never guessed: a year without entered data raises :class:`MissingYear`, and whoever can live with an answer
that knows weekends only must ask for it by name (:meth:`WorkCalendar.assumed_day`). All days are Asia/Shanghai civil
dates (``datetime.date``).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

ONE_DAY = timedelta(days=1)
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


class DayKind(StrEnum):
    """What a day is. Only the two work kinds are working days; only ``statutory_holiday`` earns 300 % overtime."""

    STATUTORY_HOLIDAY = "statutory_holiday"
    REST_DAY = "rest_day"
    MAKEUP_WORKDAY = "makeup_workday"
    WORKDAY = "workday"

    @property
    def is_work(self) -> bool:
        return self in (DayKind.MAKEUP_WORKDAY, DayKind.WORKDAY)

    @property
    def label(self) -> str:
        """The kind as users read it."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    DayKind.STATUTORY_HOLIDAY: "法定节假日",
    DayKind.REST_DAY: "休息日",
    DayKind.MAKEUP_WORKDAY: "调休上班日",
    DayKind.WORKDAY: "工作日",
}


class MissingYear(LookupError):
    """The calendar holds no data for ``year``; the caller must not fall back silently."""

    def __init__(self, year: int) -> None:
        super().__init__(f"no working-day calendar for {year}")
        self.year = year


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day. ``name`` is the festival ("" for an ordinary day), ``source`` the notice ("" when no notice names it)."""

    day: date
    kind: DayKind
    name: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """The exceptions of one year: every day of a holiday block and every make-up working day, in date order.

    ``verified`` tells whether the days were compared with the official notice or a transcription of it; ``note`` says
    what is still open.
    """

    year: int
    source: str
    verified: bool
    note: str
    days: tuple[CalendarDay, ...]


def ordinary_day(day: date) -> CalendarDay:
    """The day by its weekday alone, as if no notice named it."""
    return CalendarDay(day, DayKind.REST_DAY if day.weekday() >= 5 else DayKind.WORKDAY)


class WorkCalendar:
    """Known years and their exceptions. A day no exception names is what its weekday says.

    ``days`` must lie in ``years`` and name each date once (``ValueError`` otherwise). ``version`` is kept with every
    computed deadline; :func:`content_version` makes one that changes with the data.
    """

    def __init__(self, days: Iterable[CalendarDay], years: Iterable[int], version: str) -> None:
        self.version = version
        self.years = frozenset(years)
        self._days: dict[date, CalendarDay] = {}
        for entry in days:
            if entry.day.year not in self.years:
                raise ValueError(f"{entry.day} lies outside the years of this calendar")
            if entry.day in self._days:
                raise ValueError(f"{entry.day} is entered twice")
            self._days[entry.day] = entry

    @classmethod
    def from_years(cls, years: Iterable[CalendarYear], version: str | None = None) -> "WorkCalendar":
        """Calendar of whole years; the version is derived from the content when none is given."""
        known = tuple(years)
        days = [entry for year in known for entry in year.days]
        return cls(days, (year.year for year in known), version or content_version(days, (y.year for y in known)))

    def is_known(self, year: int) -> bool:
        return year in self.years

    def day(self, day: date) -> CalendarDay:
        """The day with its kind, name and source; raises :class:`MissingYear`."""
        if day.year not in self.years:
            raise MissingYear(day.year)
        return self._days.get(day) or ordinary_day(day)

    def kind(self, day: date) -> DayKind:
        """Raises :class:`MissingYear`."""
        return self.day(day).kind

    def is_workday(self, day: date) -> bool:
        """Make-up Saturdays and Sundays count as working days. Raises :class:`MissingYear`."""
        return self.kind(day).is_work

    def name(self, day: date) -> str:
        """Festival the day belongs to (also for a make-up day), or "". Raises :class:`MissingYear`."""
        return self.day(day).name

    def assumed_day(self, day: date) -> CalendarDay:
        """The known day, or in an unknown year the weekday alone: a provisional answer the caller must mark as such."""
        return self.day(day) if day.year in self.years else ordinary_day(day)

    def __iter__(self) -> Iterator[CalendarDay]:
        """The exceptions in date order."""
        return iter(sorted(self._days.values(), key=lambda entry: entry.day))


def content_version(days: Iterable[CalendarDay], years: Iterable[int]) -> str:
    """Version string such as ``2004-2026.1a2b3c4d``: first and last known year and a digest of years and day kinds."""
    known = sorted(years)
    rows = sorted(f"{entry.day.isoformat()} {entry.kind}" for entry in days)
    digest = hashlib.sha256("\n".join([*map(str, known), *rows]).encode()).hexdigest()[:8]
    span = f"{known[0]}-{known[-1]}" if known else "empty"
    return f"{span}.{digest}"


def parse_year(text: str) -> CalendarYear:
    """A year from its JSON text; raises ``ValueError`` in plain words when the data contradicts itself.

    Shape: ``{year, source, verified, note, holidays: [{name, first, last, statutory: {day: name}}],
    makeup_workdays: {day: name}}``. The statutory days of a block stand apart from its other days because only they
    are holidays proper (国务院令795); the rest of the block is rest days.
    """
    data = json.loads(text)
    try:
        year, source = int(data["year"]), str(data["source"])
        days = [*_holiday_days(data["holidays"], source), *_makeup_days(data["makeup_workdays"], source)]
        entry = CalendarYear(year, source, bool(data["verified"]), str(data["note"]), tuple(sorted(days, key=_by_date)))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"calendar year is incomplete: {error}") from error
    WorkCalendar(entry.days, [year], "check")
    return entry


def _by_date(entry: CalendarDay) -> date:
    return entry.day


def _holiday_days(blocks: list[dict[str, Any]], source: str) -> Iterator[CalendarDay]:
    for block in blocks:
        day, last = date.fromisoformat(block["first"]), date.fromisoformat(block["last"])
        statutory = {date.fromisoformat(key): name for key, name in block["statutory"].items()}
        if any(not day <= key <= last for key in statutory):
            raise ValueError(f"a statutory day of {block['name']} lies outside its block")
        while day <= last:
            if day in statutory:
                yield CalendarDay(day, DayKind.STATUTORY_HOLIDAY, statutory[day], source)
            else:
                yield CalendarDay(day, DayKind.REST_DAY, block["name"], source)
            day += ONE_DAY


def _makeup_days(entries: dict[str, str], source: str) -> Iterator[CalendarDay]:
    for key, name in entries.items():
        day = date.fromisoformat(key)
        if day.weekday() < 5:
            raise ValueError(f"make-up working day {day} is not a weekend day")
        yield CalendarDay(day, DayKind.MAKEUP_WORKDAY, name, source)


@cache
def load_years() -> tuple[CalendarYear, ...]:
    """All years shipped with the product, ascending; each carries its own source and whether it was compared."""
    folder = resources.files("mediation.deadlines") / "years"
    files = [file for file in folder.iterdir() if file.name.endswith(".json")]
    return tuple(sorted((parse_year(file.read_text("utf-8")) for file in files), key=lambda entry: entry.year))


@cache
def shipped_calendar() -> WorkCalendar:
    """The calendar of :func:`load_years`."""
    return WorkCalendar.from_years(load_years())
