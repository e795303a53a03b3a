"""Counts a period and explains the result day by day, pure.

The first day is not counted; a period of months or years ends on the corresponding day or, where there is none, on the
last day of the month (CC 201-202, CPL 85). A last day that is a rest day rolls to the next working day (CC 203, CPL 85);
a backward period rolls earlier. An extension is added to the length and counted from the original trigger, never from
the rolled day. All dates are Asia/Shanghai civil dates.
"""

import calendar as months
import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from mediation.deadlines.calendar import ONE_DAY, WEEKDAYS, CalendarDay, DayKind, WorkCalendar
from mediation.deadlines.rules import RULES, Direction, Rule, Trigger, Unit

# Working days before the raw last day on which the handler is reminded; the raw last day itself is the last reminder.
REMIND_BEFORE = (5, 3, 1)
# Longer runs are shown with their first and last day, the days the calendar changed, and a running total per month.
_FULL_LISTING = 31


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the explanation.

    ``counted`` is the running number of the day in the period, None for a day that does not count. ``kind`` is None
    where the calendar was not needed and does not know the year; ``name`` is the festival or "".
    """

    day: date
    counted: int | None
    kind: DayKind | None
    name: str
    note: str

    def __str__(self) -> str:
        kind = "" if self.kind in (None, DayKind.WORKDAY) else self.kind.label
        named = f"{self.name}{kind}" if self.name else kind
        return " ".join(part for part in (f"{self.day} {WEEKDAYS[self.day.weekday()]}", named, self.note) if part)


@dataclass(frozen=True, slots=True)
class Computed:
    """A deadline with everything needed to show, store and re-check it.

    ``raw_last_day``: where the count ends. ``last_day``: the legal last day after the roll. ``safe_day``: last working
    day on or before the raw day and not before the trigger (the raw day itself when there is none): the day to work
    towards. ``provisional``: a needed day lies in a year the calendar does not hold; weekends alone decided, and
    ``provisional_reason`` names the years.
    """

    rule: Rule
    rule_version: int
    trigger: date
    length: int
    raw_last_day: date
    last_day: date
    safe_day: date
    provisional: bool
    provisional_reason: str
    calendar_version: str
    basis: str
    explanation: tuple[Step, ...]


class _Days:
    """Asks the calendar and remembers the unknown years that were needed."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self.calendar = calendar
        self.missing: set[int] = set()

    def needed(self, day: date) -> CalendarDay:
        if not self.calendar.is_known(day.year):
            self.missing.add(day.year)
        return self.calendar.assumed_day(day)

    def step(self, day: date, counted: int | None, note: str, *, needed: bool = True) -> Step:
        """A line about the day; a day in an unknown year that decided something is marked as assumed."""
        if self.calendar.is_known(day.year):
            entry = self.calendar.day(day)
            return Step(day, counted, entry.kind, entry.name, note)
        if needed:
            return Step(day, counted, self.needed(day).kind, "", f"{note}（{day.year}年安排未录入，按周末推定）")
        return Step(day, counted, None, "", note)


def compute(rule: Rule, trigger: date, calendar: WorkCalendar, extra_length: int = 0) -> Computed:
    """The deadline of ``rule`` when ``trigger`` is day 0, extended by ``extra_length`` of the rule's unit.

    Raises ``TypeError`` for a timestamp (a legal act has a civil date) and ``ValueError`` for a negative extension.
    """
    if isinstance(trigger, datetime):
        raise TypeError("the trigger is a civil date, not a timestamp")
    if extra_length < 0:
        raise ValueError("an extension cannot be negative")
    days, length = _Days(calendar), rule.length + extra_length
    opening = days.step(trigger, None, _trigger_note(rule, extra_length), needed=False)
    if rule.unit is Unit.WORKING_DAY:
        counted = _count_working_days(rule, trigger, length, days)
    elif rule.unit is Unit.CALENDAR_DAY:
        counted = _count_calendar_days(rule, trigger, length, days)
    else:
        counted = _count_months(rule, trigger, length, days)
    raw = counted[-1].day
    if rule.rolls and rule.unit is not Unit.WORKING_DAY:
        counted[-1:] = _roll(rule, counted[-1], days)
    last = counted[-1].day
    safe = _safe_day(rule, trigger, raw, last, days)
    return Computed(
        rule=rule,
        rule_version=rule.version,
        trigger=trigger,
        length=length,
        raw_last_day=raw,
        last_day=last,
        safe_day=safe,
        provisional=bool(days.missing),
        provisional_reason=_provisional_reason(days.missing),
        calendar_version=calendar.version,
        basis=rule.article,
        explanation=(opening, *counted),
    )


def reminder_days(computed: Computed, calendar: WorkCalendar) -> tuple[date, ...]:
    """The days to remind on, ascending: 5, 3 and 1 working days before the raw last day, and that day.

    Days on or before the trigger of a forward period are left out: nothing was running yet.
    """
    backward = computed.rule.direction is Direction.BACKWARD
    return remind_before(computed.raw_last_day, calendar, after=None if backward else computed.trigger)


def remind_before(raw_last_day: date, calendar: WorkCalendar, *, after: date | None = None) -> tuple[date, ...]:
    """The days of :func:`reminder_days` for a stored raw last day; of the earlier ones only those later than ``after``."""
    found, count, day = [raw_last_day], 0, raw_last_day
    while count < max(REMIND_BEFORE):
        day -= ONE_DAY
        if calendar.assumed_day(day).kind.is_work:
            count += 1
            if count in REMIND_BEFORE and (after is None or day > after):
                found.append(day)
    return tuple(sorted(found))


def explain(computed: Computed) -> list[str]:
    """The explanation as Chinese lines: every step, then what to do with the result."""
    lines = [str(step) for step in computed.explanation]
    rolled = computed.last_day != computed.raw_last_day
    if rolled and computed.rule.direction is Direction.BACKWARD:
        lines.append("向前计算的期限遇休息日提前，不顺延")
    elif rolled and computed.rule.roll_express:
        lines.append(f"末日顺延的依据：{computed.rule.roll_basis}")
    elif rolled:
        lines.append(f"该期限的专门规定没有写明末日顺延，不宜依赖顺延，请在{computed.safe_day}前（含当日）办理")
    if computed.rule.note:
        lines.append(f"{'说明' if computed.rule.verified else '未核实，可由本会修改'}：{computed.rule.note}")
    if computed.provisional:
        lines.append(computed.provisional_reason)
    return lines


def to_json(computed: Computed) -> dict[str, Any]:
    """The scripting contract: exactly these keys, dates in ISO form, the explanation as Chinese lines."""
    return {
        "rule": computed.rule.id,
        "trigger": computed.trigger.isoformat(),
        "raw_last_day": computed.raw_last_day.isoformat(),
        "last_day": computed.last_day.isoformat(),
        "provisional": computed.provisional,
        "basis": computed.basis,
        "explanation": explain(computed),
    }


def shift_months(day: date, count: int) -> date:
    """The corresponding day ``count`` months later (negative: earlier), or that month's last day (CC 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def _sign(rule: Rule) -> int:
    return -1 if rule.direction is Direction.BACKWARD else 1


def _trigger_note(rule: Rule, extra_length: int) -> str:
    unit, total = rule.unit.label, rule.length + extra_length
    length = f"期间{total}{unit}"
    if extra_length:
        length = f"期间{rule.length}{unit}加延长{extra_length}{unit}，自原起算日合并计算{total}{unit}"
    way = "，自该日往前数" if rule.direction is Direction.BACKWARD else ""
    return f"{rule.starts_on.label}，当日不计入；{length}{way}"


def _count_working_days(rule: Rule, trigger: date, length: int, days: _Days) -> list[Step]:
    steps, day, count = [], trigger, 0
    while count < length:
        day += _sign(rule) * ONE_DAY
        if days.needed(day).kind.is_work:
            count += 1
            steps.append(days.step(day, count, f"第{count}个工作日"))
        else:
            steps.append(days.step(day, None, "不计"))
    return steps if length <= _FULL_LISTING else _condensed(steps)


def _condensed(steps: list[Step]) -> list[Step]:
    """First and last day, every day a notice names, and the last counted day of each month."""
    month_ends = {(step.day.year, step.day.month): step for step in steps if step.counted}
    keep = {id(step) for step in (steps[0], steps[-1], *month_ends.values())}
    return [step for step in steps if id(step) in keep or step.name]


def _count_calendar_days(rule: Rule, trigger: date, length: int, days: _Days) -> list[Step]:
    numbers = range(1, length + 1) if length <= _FULL_LISTING else (1, length)
    offsets = ((number, trigger + _sign(rule) * timedelta(days=number)) for number in numbers)
    return [days.step(day, number, f"第{number}日", needed=False) for number, day in offsets]


def _count_months(rule: Rule, trigger: date, length: int, days: _Days) -> list[Step]:
    count = _sign(rule) * length * (12 if rule.unit is Unit.YEAR else 1)
    first, end = trigger + _sign(rule) * ONE_DAY, shift_months(trigger, count)
    note = "对应日，期间届满" if end.day == trigger.day else "该月没有对应日，以月末日届满"
    return [
        days.step(first, 1, "第1日", needed=False),
        days.step(end, None, f"{length}{rule.unit.label}后的{note}" if count > 0 else note, needed=False),
    ]


def _roll(rule: Rule, end: Step, days: _Days) -> list[Step]:
    """The end of the count and the days it rolls over; the last step's day is the legal last day."""
    step, way = _sign(rule) * ONE_DAY, "提前" if _sign(rule) < 0 else "顺延"
    if days.needed(end.day).kind.is_work:
        return [days.step(end.day, end.counted, end.note)]
    steps, day = [days.step(end.day, end.counted, f"{end.note}，遇休息日{way}")], end.day + step
    while not days.needed(day).kind.is_work:
        steps.append(days.step(day, None, way))
        day += step
    return [*steps, days.step(day, None, "最后一日")]


def _safe_day(rule: Rule, trigger: date, raw: date, last: date, days: _Days) -> date:
    if rule.direction is Direction.BACKWARD:
        return last
    day = raw
    while day >= trigger:
        if days.needed(day).kind.is_work:
            return day
        day -= ONE_DAY
    return raw


def _provisional_reason(missing: set[int]) -> str:
    if not missing:
        return ""
    years = "、".join(f"{year}年" for year in sorted(missing))
    return f"暂定：{years}的放假安排尚未录入，仅按周末推定；录入后须重新计算，不得写入正式文书"


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
