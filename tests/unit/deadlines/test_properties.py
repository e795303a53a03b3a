"""What must hold for every rule and every day."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mediation.deadlines.calendar import CalendarDay, DayKind, WorkCalendar, shipped_calendar
from mediation.deadlines.engine import Pause, compute, reminder_days, shift_months
from mediation.deadlines.rules import RULES, Direction, Rule, Unit

CALENDAR = shipped_calendar()
FORWARD = [rule for rule in RULES.values() if rule.direction is Direction.FORWARD]
rules = st.sampled_from(FORWARD)
days = st.dates(date(2004, 1, 1), date(2027, 6, 30))
BACKWARD = [replace(rule, direction=Direction.BACKWARD) for rule in FORWARD if rule.length < 90]
pauses = st.lists(
    st.tuples(st.integers(-20, 60), st.integers(0, 45), st.sampled_from(("等待鉴定结论", "等待裁判"))), max_size=3
)
settled_days = st.dates(date(2004, 1, 1), date(2023, 6, 30))


@given(rules, days)
@settings(max_examples=300, deadline=None)
def test_last_day_never_before_the_raw_day_and_never_a_rest_day(rule: Rule, trigger: date) -> None:
    computed = compute(rule, trigger, CALENDAR)
    assert computed.last_day >= computed.raw_last_day > trigger
    assert trigger <= computed.safe_day <= computed.raw_last_day
    if not computed.provisional:
        assert CALENDAR.is_workday(computed.last_day)
        assert computed.provisional_reason == ""
    else:
        assert any(not CALENDAR.is_known(step.day.year) for step in computed.explanation)


@given(rules, days)
@settings(max_examples=200, deadline=None)
def test_explanation_runs_in_order_from_the_trigger_to_the_last_day(rule: Rule, trigger: date) -> None:
    computed = compute(rule, trigger, CALENDAR)
    shown = [step.day for step in computed.explanation]
    assert shown == sorted(set(shown))
    assert (shown[0], shown[-1]) == (trigger, computed.last_day)
    assert computed.raw_last_day in shown


@given(rules, settled_days, st.integers(1, 45))
@settings(max_examples=200, deadline=None)
def test_adding_a_holiday_never_makes_a_day_earlier(rule: Rule, trigger: date, offset: int) -> None:
    before = compute(rule, trigger, CALENDAR)
    added = before.raw_last_day + timedelta(days=offset - 30)
    assume(not before.provisional and CALENDAR.is_known(added.year) and CALENDAR.is_workday(added))
    kept = [entry for entry in CALENDAR if entry.day != added]
    holiday = CalendarDay(added, DayKind.STATUTORY_HOLIDAY, "测试", "测试")
    after = compute(rule, trigger, WorkCalendar([*kept, holiday], CALENDAR.years, "v"))
    assert after.raw_last_day >= before.raw_last_day
    assert after.last_day >= before.last_day
    assert after.last_day != added


@given(rules, days, st.integers(0, 40))
@settings(max_examples=200, deadline=None)
def test_an_extension_is_the_sum_counted_from_the_trigger(rule: Rule, trigger: date, extra: int) -> None:
    computed = compute(rule, trigger, CALENDAR, extra_length=extra)
    total = rule.length + extra
    assert computed.length == total
    if rule.unit is Unit.CALENDAR_DAY:
        assert computed.raw_last_day == trigger + timedelta(days=total)
    elif rule.unit is Unit.WORKING_DAY:
        span = (computed.raw_last_day - trigger).days
        counted = [trigger + timedelta(days=number) for number in range(1, span + 1)]
        assert sum(CALENDAR.assumed_day(day).kind.is_work for day in counted) == total
    else:
        assert computed.raw_last_day == shift_months(trigger, total * (12 if rule.unit is Unit.YEAR else 1))


@given(rules, days)
@settings(max_examples=200, deadline=None)
def test_a_later_trigger_never_ends_earlier(rule: Rule, trigger: date) -> None:
    first, second = (compute(rule, trigger + timedelta(days=later), CALENDAR) for later in (0, 1))
    assert second.last_day >= first.last_day


@given(st.sampled_from(list(RULES.values())), days)
@settings(max_examples=200, deadline=None)
def test_reminders_end_on_the_raw_day(rule: Rule, trigger: date) -> None:
    computed = compute(rule, trigger, CALENDAR)
    reminders = reminder_days(computed, CALENDAR)
    assert reminders[-1] == computed.raw_last_day
    assert len(set(reminders)) == len(reminders) <= 4
    assert all(CALENDAR.assumed_day(day).kind.is_work for day in reminders[:-1])


@given(days)
@settings(max_examples=100, deadline=None)
def test_backward_periods_end_on_a_working_day_before_the_trigger(trigger: date) -> None:
    computed = compute(RULES["ARB-HEAR-NOTICE-5WD"], trigger, CALENDAR)
    assert computed.last_day <= computed.raw_last_day < trigger
    assert CALENDAR.assumed_day(computed.last_day).kind.is_work


def placed(trigger: date, spans: list[tuple[int, int, str]]) -> list[Pause]:
    """Pauses that begin some days after (or before) the trigger; they may overlap."""
    starts = ((trigger + timedelta(days=first), length, why) for first, length, why in spans)
    return [Pause(first, first + timedelta(days=length), why) for first, length, why in starts]


@given(rules, settled_days, pauses)
@settings(max_examples=200, deadline=None)
def test_a_pause_never_makes_a_day_earlier(rule: Rule, trigger: date, spans: list[tuple[int, int, str]]) -> None:
    stops = placed(trigger, spans)
    without, paused = compute(rule, trigger, CALENDAR), compute(rule, trigger, CALENDAR, pauses=stops)
    assert paused.raw_last_day >= without.raw_last_day
    assert paused.last_day >= max(without.last_day, paused.raw_last_day)
    assert CALENDAR.is_workday(paused.last_day)
    assert not any(one.first <= paused.last_day <= one.last for one in stops)
    shown = [step.day for step in paused.explanation]
    assert shown == sorted(set(shown))
    assert (shown[0], shown[-1]) == (trigger, paused.last_day)
    more = [*stops, Pause(trigger + timedelta(days=1), trigger + timedelta(days=3), "x")]
    assert compute(rule, trigger, CALENDAR, pauses=more).last_day >= paused.last_day


@given(rules, settled_days, pauses, st.integers(0, 10))
@settings(max_examples=200, deadline=None)
def test_paused_days_are_exactly_those_left_out(
    rule: Rule, trigger: date, spans: list[tuple[int, int, str]], extra: int
) -> None:
    stops = placed(trigger, spans)
    computed = compute(rule, trigger, CALENDAR, extra, stops)
    span = (computed.raw_last_day - trigger).days
    run = [trigger + timedelta(days=number) for number in range(1, span + 1)]
    counted = [day for day in run if not any(one.first <= day <= one.last for one in stops)]
    if rule.unit is Unit.WORKING_DAY:
        assert sum(CALENDAR.is_workday(day) for day in counted) == rule.length + extra
    elif rule.unit is Unit.CALENDAR_DAY:
        assert len(counted) == rule.length + extra
    else:
        assert len(counted) == (compute(rule, trigger, CALENDAR, extra).raw_last_day - trigger).days
    assert computed.pauses == tuple(sorted(stops))


@given(st.sampled_from(BACKWARD), settled_days, st.integers(-100, 0))
@settings(max_examples=200, deadline=None)
def test_adding_a_holiday_never_makes_a_backward_day_later(rule: Rule, trigger: date, offset: int) -> None:
    before, added = compute(rule, trigger, CALENDAR), trigger + timedelta(days=offset)
    assume(not before.provisional and CALENDAR.is_known(added.year) and CALENDAR.is_workday(added))
    kept = [entry for entry in CALENDAR if entry.day != added]
    holiday = CalendarDay(added, DayKind.STATUTORY_HOLIDAY, "测试", "测试")
    after = compute(rule, trigger, WorkCalendar([*kept, holiday], CALENDAR.years, "v"))
    assume(not after.provisional)
    assert after.last_day <= before.last_day < trigger
    if rule.rolls or rule.unit is Unit.WORKING_DAY:
        assert CALENDAR.is_workday(after.last_day) and after.last_day != added


@given(st.sampled_from(BACKWARD), settled_days, pauses)
@settings(max_examples=100, deadline=None)
def test_a_pause_never_makes_a_backward_day_later(rule: Rule, trigger: date, spans: list[tuple[int, int, str]]) -> None:
    stops = placed(trigger, [(-first - length, length, why) for first, length, why in spans])
    paused = compute(rule, trigger, CALENDAR, pauses=stops)
    assert paused.last_day <= compute(rule, trigger, CALENDAR).last_day
    assert paused.last_day <= paused.raw_last_day < trigger


@given(st.dates(date(1950, 1, 1), date(2090, 12, 31)), st.integers(-300, 300))
@settings(max_examples=300, deadline=None)
def test_months_end_on_the_corresponding_day_or_the_last_of_the_month(day: date, count: int) -> None:
    shifted = shift_months(day, count)
    assert (shifted.year * 12 + shifted.month) - (day.year * 12 + day.month) == count
    last_of_month = monthrange(shifted.year, shifted.month)[1]
    assert shifted.day == min(day.day, last_of_month)
    assert shift_months(shifted, -count).day == min(shifted.day, monthrange(day.year, day.month)[1])


def test_a_pause_ends_after_it_begins() -> None:
    wrong = Pause(date(2026, 3, 2), date(2026, 3, 1), "x")
    with pytest.raises(ValueError, match="before it begins"):
        compute(RULES["JC-30D"], date(2026, 3, 1), CALENDAR, pauses=[wrong])
