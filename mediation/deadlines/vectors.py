"""Checks files of dates worked out elsewhere against the engine, pure."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from mediation.deadlines.calendar import WorkCalendar
from mediation.deadlines.engine import compute
from mediation.deadlines.rules import RULES, Rule, Trigger, Unit


class VectorFailure(NamedTuple):
    """A row of a vector file that does not hold; ``line`` counts from 1 with the heading."""

    line: int
    rule_id: str
    trigger_date: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.rule_id} {self.trigger_date}: {self.message}"


_VECTOR_COLUMNS = ("rule_id", "trigger_date", "unit", "length", "expected_last_day", "explanation")
# As spreadsheets write them too: 2026-02-24, 2026/2/24.
_DATE = re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?!\d)")
_RAW = re.compile(rf"raw={_DATE.pattern}")


def check_vectors(
    path: str | Path, calendar: WorkCalendar, rules: Mapping[str, Rule] = RULES
) -> tuple[int, list[VectorFailure]]:
    """Recompute every row of a CSV file of vectors with ``rules``: (number of rows that hold, the failures).

    A row holds when the rule's unit and length are the row's, the last day is the expected one, and the raw day is that
    of ``raw=`` in the explanation where given. An expected last day that is empty or says ``provisional`` asks for a
    provisional result. A rule id that is not in the table is counted forward with the row's own unit and length and
    rolls, so that a committee can check periods of its own. Columns may stand in any order and there may be more of
    them; empty lines are passed over; the text is UTF-8 or, as spreadsheets in Chinese save it, GB 18030.

    Raises ``ValueError`` when a column is missing or the file is no text, ``OSError`` when it cannot be read.
    """
    passed, failures = 0, []
    try:
        for line, cells in _rows(Path(path).read_bytes()):
            message = _check_vector(cells, calendar, rules)
            if message:
                failures.append(VectorFailure(line, cells["rule_id"], cells["trigger_date"], message))
            else:
                passed += 1
    except csv.Error as error:
        raise ValueError(f"not a CSV file: {error}") from error
    return passed, failures


def _rows(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """(number of the line it ends on, stripped cells) of every row that holds anything."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    reader = csv.reader(io.StringIO(text, newline=""))
    names = [name.strip().lower() for name in next(reader, [])]
    absent = [name for name in _VECTOR_COLUMNS[:5] if name not in names]
    if absent:
        raise ValueError(f"missing columns: {', '.join(absent)}")
    places = {name: names.index(name) for name in _VECTOR_COLUMNS if name in names}
    for row in reader:
        if any(cell.strip() for cell in row):
            cells = dict.fromkeys(_VECTOR_COLUMNS, "")
            cells |= {name: row[place].strip() for name, place in places.items() if place < len(row)}
            yield reader.line_num, cells


def _day(found: re.Match[str] | None) -> date | None:
    return date(int(found[1]), int(found[3]), int(found[4])) if found else None


def _check_vector(cells: dict[str, str], calendar: WorkCalendar, rules: Mapping[str, Rule]) -> str:
    """What is wrong with the row, or ""."""
    try:
        trigger = _day(_DATE.fullmatch(cells["trigger_date"]))
        expected, raw = _day(_DATE.search(cells["expected_last_day"])), _day(_RAW.search(cells["explanation"]))
        if trigger is None:
            raise ValueError(f"{cells['trigger_date']!r} is not a date")
        rule = _vector_rule(cells, rules)
        computed = compute(rule, trigger, calendar)
    except (ValueError, OverflowError) as error:
        return f"cannot be computed: {error}"
    if (cells["unit"].lower(), cells["length"]) != (rule.unit.value, str(rule.length)):
        return f"the rule has {rule.length} {rule.unit}, the row {cells['length']} {cells['unit']}"
    if raw and raw != computed.raw_last_day:
        return f"raw last day {computed.raw_last_day}, expected {raw}"
    if expected and expected != computed.last_day:
        return f"last day {computed.last_day}, expected {expected}"
    asks_provisional = not expected or "provisional" in cells["expected_last_day"].lower()
    if asks_provisional and not computed.provisional:
        return f"last day {computed.last_day} is certain, expected a provisional one"
    return ""


def _vector_rule(cells: dict[str, str], rules: Mapping[str, Rule]) -> Rule:
    known = rules.get(cells["rule_id"])
    return known or Rule(
        id=cells["rule_id"],
        title=cells["rule_id"],
        starts_on=Trigger.RECEIVED,
        unit=Unit(cells["unit"].lower()),
        length=int(cells["length"]),
        binds="",
        if_missed="",
        article="",
        tracks=(),
        verified=False,
    )
