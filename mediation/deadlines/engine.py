"""Counts a period and explains the result day by day, pure.

The first day is not counted; a period of months or years ends on the corresponding day or, where there is none, on the
last day of the month (CC 201-202, CPL 85). A last day that is a rest day rolls to the next working day (CC 203, CPL 85);
a backward period rolls earlier. An extension is added to the length and counted from the original trigger, never from
the rolled day. A day on which the period stands still is not counted; a period of months or years, which counts no
days, ends later by as many days as were left out. All dates are Asia/Shanghai civil dates.
"""

import calendar as months
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from mediation.deadlines.calendar import ONE_DAY, WEEKDAYS, CalendarDay, DayKind, WorkCalendar
from mediation.deadlines.rules import Direction, Rule, Unit

# Working days before the raw last day on which the handler is reminded; the raw last day itself is the last reminder.
REMIND_BEFORE = (5, 3, 1)
# Longer runs are shown with their first and last day, the days the calendar changed, and a running total per month.
_FULL_LISTING = 31
_PAUSED = "停止计算"


class Pause(NamedTuple):
    """Days that do not count, ``first`` and ``last`` included, and why (Chinese, as users read it)."""

    first: date
    last: date
    why: str


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
    ``provisional_reason`` names the years. ``pauses``: what was left out of the count, as given.
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
    pauses: tuple[Pause, ...] = ()


class _Days:
    """Asks the calendar and the pauses, and remembers the unknown years that were needed."""

    def __init__(self, calendar: WorkCalendar, pauses: tuple[Pause, ...] = ()) -> None:
        self.calendar = calendar
        self.missing: set[int] = set()
        self.paused = {
            one.first + timedelta(days=number): one.why
            for one in pauses
            for number in range((one.last - one.first).days + 1)
        }

    def paused_until(self, trigger: date, end: date) -> list[date]:
        """The paused days after ``trigger`` (before it, when ``end`` is earlier) up to ``end``, in counting order."""
        first, last = sorted((trigger, end))
        between = (day for day in self.paused if first <= day <= last and day != trigger)
        return sorted(between, reverse=end < trigger)

    def paused_step(self, day: date) -> Step:
        """The line of a day on which the period stands still."""
        return self.step(day, None, f"{_PAUSED}：{self.paused[day]}", needed=False)

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


def compute(
    rule: Rule, trigger: date, calendar: WorkCalendar, extra_length: int = 0, pauses: Iterable[Pause] = ()
) -> Computed:
    """The deadline of ``rule`` when ``trigger`` is day 0, extended by ``extra_length`` of the rule's unit.

    Days inside one of ``pauses`` are not counted; pauses may overlap. Raises ``TypeError`` for a timestamp (a legal act
    has a civil date) and ``ValueError`` for a negative extension or a pause that ends before it begins.
    """
    if isinstance(trigger, datetime):
        raise TypeError("the trigger is a civil date, not a timestamp")
    if extra_length < 0:
        raise ValueError("an extension cannot be negative")
    stops = tuple(sorted(pauses))
    if any(one.last < one.first for one in stops):
        raise ValueError("a pause cannot end before it begins")
    days, length = _Days(calendar, stops), rule.length + extra_length
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
        pauses=stops,
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
    first, last = sorted((computed.trigger, computed.last_day))
    stops = [one for one in computed.pauses if one.last > first and one.first < last]
    lines += [f"{one.first}至{one.last}期间停止计算，不计入：{one.why}" for one in stops]
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
        if day in days.paused:
            steps.append(days.paused_step(day))
        elif days.needed(day).kind.is_work:
            count += 1
            steps.append(days.step(day, count, f"第{count}个工作日"))
        else:
            steps.append(days.step(day, None, "不计"))
    return _without_middles(steps if length <= _FULL_LISTING else _condensed(steps))


def _condensed(steps: list[Step]) -> list[Step]:
    """First and last day, every day a notice names or that was left out, and the last counted day of each month."""
    month_ends = {(step.day.year, step.day.month): step for step in steps if step.counted}
    keep = {id(step) for step in (steps[0], steps[-1], *month_ends.values())}
    return [step for step in steps if id(step) in keep or step.name or _is_paused(step)]


def _count_calendar_days(rule: Rule, trigger: date, length: int, days: _Days) -> list[Step]:
    steps, day, count = [], trigger, 0
    while count < length:
        day += _sign(rule) * ONE_DAY
        if day in days.paused:
            steps.append(days.paused_step(day))
        else:
            count += 1
            steps.append(days.step(day, count, f"第{count}日", needed=False))
    return _without_middles(steps if length <= _FULL_LISTING else _condensed(steps))


def _without_middles(steps: list[Step]) -> list[Step]:
    """A long pause is shown by its first and its last day."""
    shown = []
    for paused, run in groupby(steps, key=_is_paused):
        run_of_days = list(run)
        shown += run_of_days[:1] + run_of_days[-1:] if paused and len(run_of_days) > _FULL_LISTING else run_of_days
    return shown


def _is_paused(step: Step) -> bool:
    return step.note.startswith(_PAUSED)


def _count_months(rule: Rule, trigger: date, length: int, days: _Days) -> list[Step]:
    """The corresponding day, moved on by the paused days up to it; those met on the way move it on again."""
    way, unit = _sign(rule) * ONE_DAY, rule.unit.label
    target = shift_months(trigger, _sign(rule) * length * (12 if rule.unit is Unit.YEAR else 1))
    first, end, paused = trigger + way, target, days.paused_until(trigger, target)
    while end != target + way * len(paused):
        end = target + way * len(paused)
        paused = days.paused_until(trigger, end)
    while first in days.paused:
        first += way
    note = "对应日，期间届满" if target.day == trigger.day else "该月没有对应日，以月末日届满"
    note = f"{length}{unit}后的{note}" if rule.direction is Direction.FORWARD else note
    if paused:
        note = f"{length}{unit}的末日为{target}，{_PAUSED}{len(paused)}日，推至此日届满"
    opened = days.step(first, 1, "第1日", needed=False)
    steps = [opened, *(days.paused_step(day) for day in paused)]
    steps.sort(key=lambda step: step.day, reverse=rule.direction is Direction.BACKWARD)
    return [*_without_middles(steps), days.step(end, None, note, needed=False)]


def _roll(rule: Rule, end: Step, days: _Days) -> list[Step]:
    """The end of the count and the days it rolls over; the last step's day is the legal last day."""
    step, way = _sign(rule) * ONE_DAY, "提前" if _sign(rule) < 0 else "顺延"
    if days.needed(end.day).kind.is_work:
        return [days.step(end.day, end.counted, end.note)]
    steps, day = [days.step(end.day, end.counted, f"{end.note}，遇休息日{way}")], end.day + step
    while day in days.paused or not days.needed(day).kind.is_work:
        steps.append(days.paused_step(day) if day in days.paused else days.step(day, None, way))
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
