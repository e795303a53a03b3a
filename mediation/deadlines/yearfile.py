"""Reads the days of a yearly notice from what people type or upload, and says at which line something is wrong.

Three shapes are read: lines ``day,kind,name,source`` (a heading may stand above), a JSON list of such objects, and the
JSON shape of the product's own years (see ``calendar.parse_year``). A notice may also re-arrange days of the year
before: those stand in the same file.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _

from mediation.core.dates import DateError, parse_date
from mediation.core.errors import DomainError
from mediation.deadlines.calendar import ONE_DAY, CalendarDay, DayKind

COLUMNS = ("day", "kind", "name", "source")
LONGEST_NAME, LONGEST_SOURCE = 40, 200
MOST_PROBLEMS = 20
# Written by people as well as by programs.
KIND_OF = {kind.value: kind for kind in DayKind} | {
    "法定节假日": DayKind.STATUTORY_HOLIDAY,
    "法定假日": DayKind.STATUTORY_HOLIDAY,
    "休息日": DayKind.REST_DAY,
    "放假": DayKind.REST_DAY,
    "调休上班日": DayKind.MAKEUP_WORKDAY,
    "调休上班": DayKind.MAKEUP_WORKDAY,
    "上班": DayKind.MAKEUP_WORKDAY,
    "工作日": DayKind.WORKDAY,
}
_COLUMN_OF = {"日期": "day", "性质": "kind", "名称": "name", "来源": "source", "通知文号": "source"}


class Unreadable(DomainError):
    """The days cannot be used; ``problems`` names each with its line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(problems[0], field="days")
        self.problems = problems


@dataclass
class _Reader:
    """Gathers days and what is wrong with others. ``place`` says in words where a day stands."""

    year: int
    source: str
    days: dict[date, CalendarDay] = field(default_factory=dict)
    places: dict[date, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def take(self, place: str, cells: dict[str, Any]) -> None:
        """Enter a day from ``{day, kind, name, source}`` as texts."""
        written = str(cells.get("kind") or "").strip()
        kind = KIND_OF.get(written)
        if kind is None:
            self.wrong(place, _("看不懂日期的性质“%(written)s”", written=written[:20]))
        elif (day := self.day(place, cells.get("day"))) is not None:
            name, source = str(cells.get("name") or "").strip(), str(cells.get("source") or "").strip()
            self.add(place, CalendarDay(day, kind, name, source or self.source))

    def day(self, place: str, written: Any) -> date | None:
        """A date with its year; None (and a problem) when it is none."""
        try:
            found = parse_date(str(written or ""), date(self.year, 1, 1), guess_year=False)
        except DateError:
            found = None
        if found is None or found.precision != "day":
            self.wrong(place, _("看不懂日期“%(written)s”，请写成 2027-01-01", written=str(written or "")[:20]))
            return None
        return found.first

    def add(self, place: str, entry: CalendarDay) -> None:
        """Enter a day unless something about it cannot be."""
        problem = self._problem_of(entry)
        if problem:
            self.wrong(place, problem)
            return
        self.days[entry.day], self.places[entry.day] = entry, place

    def _problem_of(self, entry: CalendarDay) -> str:
        day = entry.day.isoformat()
        if entry.day.year not in (self.year, self.year - 1):
            return _("%(day)s 不在 %(year)s 年（上一年的改动可以写在一起，别的年份不可以）", day=day, year=self.year)
        if entry.day in self.days:
            return _("日期重复：%(day)s 已写在%(place)s", day=day, place=self.places[entry.day])
        if entry.kind is DayKind.MAKEUP_WORKDAY and entry.day.weekday() < 5:
            return _("%(day)s 不是周末，不会是调休上班日", day=day)
        if entry.kind is DayKind.WORKDAY and entry.day.weekday() >= 5:
            return _("%(day)s 是周末，上班的请写调休上班日", day=day)
        if len(entry.name) > LONGEST_NAME:
            return _("名称不能超过 %(n)s 个字", n=LONGEST_NAME)
        if len(entry.source) > LONGEST_SOURCE:
            return _("来源不能超过 %(n)s 个字", n=LONGEST_SOURCE)
        return ""

    def wrong(self, place: str, problem: str) -> None:
        self.problems.append(_("%(place)s：%(problem)s", place=place, problem=problem))


def read_days(text: str, year: int, source: str) -> list[CalendarDay]:
    """The days of a notice for ``year`` in date order; ``source`` fills in where a line names none.

    Raises Unreadable with every line that cannot be used, twenty at most.
    """
    reader = _Reader(year, source)
    if text.lstrip()[:1] in ("[", "{"):
        _from_json(reader, text)
    else:
        _from_lines(reader, text)
    if reader.problems:
        left = len(reader.problems) - MOST_PROBLEMS
        more = [_("另有 %(n)s 处错误", n=left)] if left > 0 else []
        raise Unreadable([*reader.problems[:MOST_PROBLEMS], *more])
    return sorted(reader.days.values(), key=lambda entry: entry.day)


def _from_lines(reader: _Reader, text: str) -> None:
    columns: tuple[str, ...] = COLUMNS
    rows = csv.reader(io.StringIO(text.replace("，", ",").replace("\t", ",")))
    for cells in rows:
        cells = [cell.strip() for cell in cells]
        if not any(cells):
            continue
        named = tuple(_COLUMN_OF.get(cell, cell.lower()) for cell in cells)
        if not reader.places and "day" in named and "kind" in named:
            columns = named
            continue
        reader.take(_("第 %(n)s 行", n=rows.line_num), dict(zip(columns, cells, strict=False)))


def _from_json(reader: _Reader, text: str) -> None:
    try:
        data: Any = json.loads(text)
    except json.JSONDecodeError as error:
        reader.wrong(_("第 %(n)s 行", n=error.lineno), _("JSON 有错误（第 %(column)s 个字符）", column=error.colno))
        return
    lines = text.splitlines()
    if isinstance(data, dict):
        _from_year(reader, data, lines)
        return
    for number, row in enumerate(data, 1):
        cells = row if isinstance(row, dict) else {}
        place = _place(lines, cells.get("day")) or _("第 %(n)s 项", n=number)
        reader.take(place, cells)


def _place(lines: list[str], value: Any) -> str:
    """The first line on which a value stands, in words; "" when there is none."""
    written = f'"{value}"'
    number = next((number for number, line in enumerate(lines, 1) if value and written in line), None)
    return _("第 %(n)s 行", n=number) if number else ""


def _from_year(reader: _Reader, data: dict[str, Any], lines: list[str]) -> None:
    """The shape of the product's own years: blocks with their statutory days, and make-up days."""
    if str(data.get("year", reader.year)) != str(reader.year):
        place = _place(lines, "year") or _("文件")
        reader.wrong(place, _("文件是 %(there)s 年的，现在录入的是 %(year)s 年", there=data["year"], year=reader.year))
        return
    source = str(data.get("source") or "").strip() or reader.source
    blocks, makeups = data.get("holidays"), data.get("makeup_workdays", {})
    if not isinstance(blocks, list) or not isinstance(makeups, dict):
        reader.wrong(_("文件"), _("缺少 holidays（列表）或者 makeup_workdays（日期和名称）"))
        return
    for number, block in enumerate(blocks, 1):
        if not isinstance(block, dict) or not isinstance(block.get("statutory"), dict):
            reader.wrong(_("第 %(n)s 个假期", n=number), _("应有 name、first、last 和 statutory"))
            continue
        for entry in _block_days(reader, block, lines, source):
            reader.add(_place(lines, entry.day.isoformat()) or _place(lines, block.get("first")), entry)
    for written, name in makeups.items():
        reader.take(_place(lines, written), {"day": written, "kind": "makeup_workday", "name": name, "source": source})


def _block_days(reader: _Reader, block: dict[str, Any], lines: list[str], source: str) -> Iterator[CalendarDay]:
    place, name = _place(lines, block.get("first")) or _("文件"), str(block.get("name") or "")
    first, last = reader.day(place, block.get("first")), reader.day(_place(lines, block.get("last")), block.get("last"))
    if first is None or last is None:
        return
    if not 0 <= (last - first).days <= 30:
        reader.wrong(place, _("“%(name)s”的首日和末日不合理", name=name))
        return
    statutory = {reader.day(_place(lines, key), key): str(value) for key, value in block["statutory"].items()}
    for day in statutory:
        if day is not None and not first <= day <= last:
            outside = _("法定节假日 %(day)s 不在“%(name)s”假期之内", day=day, name=name)
            reader.wrong(_place(lines, day.isoformat()), outside)
    day = first
    while day <= last:
        if day in statutory:
            yield CalendarDay(day, DayKind.STATUTORY_HOLIDAY, statutory[day] or name, source)
        else:
            yield CalendarDay(day, DayKind.REST_DAY, name, source)
        day += ONE_DAY


def as_text(days: Iterable[CalendarDay], source: str = "") -> str:
    """Days as the lines that :func:`read_days` reads; the source stands only where it is not ``source``."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in days:
        cells = [entry.day.isoformat(), entry.kind.value, entry.name]
        writer.writerow(cells if entry.source in ("", source) else [*cells, entry.source])
    return out.getvalue()
