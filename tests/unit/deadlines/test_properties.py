"""What must hold for every rule and every day."""

from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mediation.deadlines.calendar import CalendarDay, DayKind, WorkCalendar, shipped_calendar
from mediation.deadlines.engine import compute, reminder_days, shift_months
from mediation.deadlines.rules import RULES, Direction, Rule, Unit

CALENDAR = shipped_calendar()
FORWARD = [rule for rule in RULES.values() if rule.direction is Direction.FORWARD]
rules = st.sampled_from(FORWARD)
days = st.dates(date(2004, 1, 1), date(2027, 6, 30))
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
