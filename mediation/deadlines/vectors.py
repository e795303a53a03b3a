"""Checks files of dates worked out elsewhere against the engine, pure."""

import csv
import re
from collections.abc import Mapping
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
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_RAW = re.compile(r"raw=(\d{4}-\d{2}-\d{2})")


def check_vectors(
    path: str | Path, calendar: WorkCalendar, rules: Mapping[str, Rule] = RULES
) -> tuple[int, list[VectorFailure]]:
    """Recompute every row of a CSV file of vectors with ``rules``: (number of rows that hold, the failures).

    A row holds when the rule's unit and length are the row's, the last day is the expected one, and the raw day is that
    of ``raw=`` in the explanation where given. An expected last day that is empty or says ``provisional`` asks for a
    provisional result. A rule id that is not in the table is counted forward with the row's own unit and length and
    rolls, so that a committee can check periods of its own. Raises ``ValueError`` when a column is missing.
    """
    passed, failures = 0, []
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        absent = [name for name in _VECTOR_COLUMNS[:5] if name not in (reader.fieldnames or ())]
        if absent:
            raise ValueError(f"missing columns: {', '.join(absent)}")
        for row in reader:
            if not any(str(value).strip() for value in row.values() if value):
                continue
            cells = {name: (row.get(name) or "").strip() for name in _VECTOR_COLUMNS}
            message = _check_vector(cells, calendar, rules)
            if message:
                failures.append(VectorFailure(reader.line_num, cells["rule_id"], cells["trigger_date"], message))
            else:
                passed += 1
    return passed, failures


def _check_vector(cells: dict[str, str], calendar: WorkCalendar, rules: Mapping[str, Rule]) -> str:
    """What is wrong with the row, or ""."""
    try:
        rule, trigger = _vector_rule(cells, rules), date.fromisoformat(cells["trigger_date"])
        computed = compute(rule, trigger, calendar)
    except (ValueError, OverflowError) as error:
        return f"cannot be computed: {error}"
    expected, raw = _ISO_DATE.search(cells["expected_last_day"]), _RAW.search(cells["explanation"])
    if (cells["unit"], cells["length"]) != (rule.unit.value, str(rule.length)):
        return f"the rule has {rule.length} {rule.unit}, the row {cells['length']} {cells['unit']}"
    if raw and raw[1] != computed.raw_last_day.isoformat():
        return f"raw last day {computed.raw_last_day}, expected {raw[1]}"
    if expected and expected[0] != computed.last_day.isoformat():
        return f"last day {computed.last_day}, expected {expected[0]}"
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
        unit=Unit(cells["unit"]),
        length=int(cells["length"]),
        binds="",
        if_missed="",
        article="",
        tracks=(),
        verified=False,
    )
