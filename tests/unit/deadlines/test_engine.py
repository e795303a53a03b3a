"""The engine: single dates with their reasons, missing years, extensions, backward periods, reminders, the contract."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from mediation.deadlines.calendar import CalendarDay, DayKind, WorkCalendar
from mediation.deadlines.engine import Pause, compute, explain, reminder_days, shift_months, to_json
from mediation.deadlines.rules import RULES, Direction, Unit


@pytest.mark.parametrize(
    ("rule_id", "trigger", "last"),
    [
        ("LM-MEDIATE-15D", date(2024, 9, 14), date(2024, 9, 29)),  # a Sunday, but a make-up day
        ("LM-MEDIATE-15D", date(2026, 2, 2), date(2026, 2, 24)),  # seven days of roll
        ("LM-EXT-30D", date(2026, 2, 2), date(2026, 3, 4)),  # from the rolled day it would be 11 March
        ("PO-REFUSE-LIT-7D", date(2026, 4, 28), date(2026, 5, 6)),
        ("PO-REFUSE-LIT-7D", date(2026, 4, 29), date(2026, 5, 6)),
        ("ARB-LIMIT-1Y", date(2024, 2, 29), date(2025, 2, 28)),
        ("PM-1M", date(2025, 10, 31), date(2025, 12, 1)),  # 30 November is a Sunday
        ("PM-1M", date(2026, 3, 31), date(2026, 4, 30)),
    ],
)
def test_single_dates(calendar: WorkCalendar, rule_id: str, trigger: date, last: date) -> None:
    assert compute(RULES[rule_id], trigger, calendar).last_day == last


def test_corresponding_day_or_end_of_month() -> None:
    assert shift_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert shift_months(date(2026, 2, 28), 1) == date(2026, 3, 28)
    assert shift_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert shift_months(date(2026, 12, 15), 1) == date(2027, 1, 15)
    assert shift_months(date(2026, 3, 31), -1) == date(2026, 2, 28)


def test_each_day_is_explained(calendar: WorkCalendar) -> None:
    computed = compute(RULES["LM-ACCEPT-3WD"], date(2026, 2, 12), calendar)
    shown = [(step.day.day, step.counted, step.kind, step.name) for step in computed.explanation]
    assert shown[0] == (12, None, DayKind.WORKDAY, "")
    assert shown[1:4] == [
        (13, 1, DayKind.WORKDAY, ""),
        (14, 2, DayKind.MAKEUP_WORKDAY, "春节"),
        (15, None, DayKind.REST_DAY, "春节"),
    ]
    assert shown[5] == (17, None, DayKind.STATUTORY_HOLIDAY, "春节")
    assert shown[-1] == (24, 3, DayKind.WORKDAY, "")
    assert len(shown) == 13
    assert str(computed.explanation[2]) == "2026-02-14 周六 春节调休上班日 第2个工作日"
    assert computed.calendar_version == calendar.version
    assert computed.rule_version == RULES["LM-ACCEPT-3WD"].version


def test_long_counts_are_condensed_but_exact(calendar: WorkCalendar) -> None:
    computed = compute(RULES["LS-60WD"], date(2026, 1, 5), calendar)
    totals = {step.day: step.counted for step in computed.explanation if step.counted}
    assert totals[date(2026, 1, 30)] == 19
    assert totals[date(2026, 2, 28)] == 35
    assert totals[date(2026, 3, 31)] == 57
    assert totals[date(2026, 4, 3)] == 60
    assert len(computed.explanation) < 20
    days = compute(RULES["ARB-AWARD-45D"], date(2026, 8, 18), calendar).explanation
    assert {step.day.isoformat(): step.counted for step in days if step.counted and not step.name} == {
        "2026-08-19": 1, "2026-08-31": 13, "2026-09-30": 43,
    }  # fmt: skip
    assert [step.day.day for step in days if step.name == "中秋节"] == [25, 26, 27]
    year = compute(RULES["ARB-LIMIT-1Y"], date(2025, 2, 17), calendar).explanation
    assert [step.day for step in year[:3]] == [date(2025, 2, 17), date(2025, 2, 18), date(2026, 2, 17)]
    assert year[-1].day == date(2026, 2, 24)
    assert "没有对应日" in compute(RULES["PM-1M"], date(2024, 1, 31), calendar).explanation[2].note


def test_safe_day_is_a_working_day_before_the_raw_day(calendar: WorkCalendar) -> None:
    computed = compute(RULES["WI-EMPLOYER-30D"], date(2026, 1, 17), calendar)
    assert (computed.raw_last_day, computed.last_day) == (date(2026, 2, 16), date(2026, 2, 24))
    assert computed.safe_day == date(2026, 2, 14)
    assert any("不宜依赖顺延" in line and "2026-02-14" in line for line in explain(computed))
    within_holiday = compute(RULES["LM-NEG-RESP-5D"], date(2026, 10, 1), calendar)
    assert within_holiday.safe_day == within_holiday.raw_last_day == date(2026, 10, 6)


def test_a_written_roll_names_its_article(calendar: WorkCalendar) -> None:
    lines = explain(compute(RULES["JC-30D"], date(2025, 9, 5), calendar))
    assert "末日顺延的依据：《民事诉讼法》第85条" in lines


def test_extension_runs_from_the_original_trigger(calendar: WorkCalendar) -> None:
    accepted = date(2026, 3, 6)
    extended = compute(RULES["LM-MEDIATE-15D"], accepted, calendar, extra_length=15)
    assert extended.raw_last_day == date(2026, 4, 5)
    assert extended.last_day == compute(RULES["LM-EXT-30D"], accepted, calendar).last_day == date(2026, 4, 7)
    assert "合并计算30日" in extended.explanation[0].note
    with pytest.raises(ValueError, match="negative"):
        compute(RULES["LM-MEDIATE-15D"], accepted, calendar, extra_length=-1)


@pytest.mark.parametrize(
    ("rule_id", "trigger", "pause", "raw", "last"),
    [
        # 6 March + 15 = the 21st; ten days more make the 31st, a Tuesday.
        ("LM-MEDIATE-15D", date(2026, 3, 6), (date(2026, 3, 10), date(2026, 3, 19)), (3, 31), (3, 31)),
        # A pause over the end: the 20th is the 14th day, the 15th comes after it.
        ("LM-MEDIATE-15D", date(2026, 3, 6), (date(2026, 3, 21), date(2026, 4, 2)), (4, 3), (4, 3)),
        # The raw day stays; the roll goes on over the days that stand still.
        ("LM-MEDIATE-15D", date(2026, 3, 6), (date(2026, 3, 22), date(2026, 3, 24)), (3, 21), (3, 25)),
        # Thu 12 (1), Fri 13 paused, Sat 14 make-up (2), 15-23 off, Tue 24 (3).
        ("LM-ACCEPT-3WD", date(2026, 2, 11), (date(2026, 2, 13), date(2026, 2, 13)), (2, 24), (2, 24)),
        # A month from 6 March: 6 April; 30 days stood still, up to 6 May; nothing else in between.
        ("PM-1M", date(2026, 3, 6), (date(2026, 3, 12), date(2026, 4, 10)), (5, 6), (5, 6)),
        # The days the end is moved over stand still as well: 6 April, 5 days at its end, 5 days beyond.
        ("PM-1M", date(2026, 3, 6), (date(2026, 4, 2), date(2026, 4, 11)), (4, 16), (4, 16)),
        # Over before the act, or after the end: nothing is left out.
        ("PM-1M", date(2026, 3, 6), (date(2026, 2, 1), date(2026, 3, 6)), (4, 6), (4, 7)),
        ("PM-1M", date(2026, 3, 6), (date(2026, 4, 8), date(2026, 5, 1)), (4, 6), (4, 7)),
    ],
)
def test_days_that_stand_still_are_left_out(
    calendar: WorkCalendar, rule_id: str, trigger: date, pause: tuple[date, date], raw: tuple, last: tuple
) -> None:
    computed = compute(RULES[rule_id], trigger, calendar, pauses=[Pause(*pause, "等待鉴定结论")])
    assert (computed.raw_last_day, computed.last_day) == (date(2026, *raw), date(2026, *last))


def test_days_that_stand_still_are_named_and_a_long_pause_is_shown_by_its_ends(calendar: WorkCalendar) -> None:
    short = Pause(date(2026, 3, 10), date(2026, 3, 12), "等待鉴定结论")
    computed = compute(RULES["LM-MEDIATE-15D"], date(2026, 3, 6), calendar, pauses=[short])
    lines = explain(computed)
    assert "2026-03-11 周三 停止计算：等待鉴定结论" in lines
    assert "2026-03-13 周五 第4日" in lines
    assert "2026-03-10至2026-03-12期间停止计算，不计入：等待鉴定结论" in lines
    long = Pause(date(2026, 3, 10), date(2026, 7, 31), "等待裁判")
    steps = compute(RULES["LM-MEDIATE-15D"], date(2026, 3, 6), calendar, pauses=[long]).explanation
    stopped = [step.day for step in steps if "停止计算" in step.note]
    assert stopped == [long.first, long.last]
    assert [step.counted for step in steps if step.counted] == list(range(1, 16))
    month = compute(RULES["WI-WORKER-1Y"], date(2025, 3, 6), calendar, pauses=[long])
    assert month.raw_last_day == date(2026, 3, 6)  # the pause lies after the year
    assert not any("停止计算" in line for line in explain(month))
    year = compute(RULES["WI-WORKER-1Y"], date(2025, 5, 6), calendar, pauses=[long])
    assert year.raw_last_day == date(2026, 5, 6) + timedelta(days=144)
    assert any("1年的末日为2026-05-06，停止计算144日" in step.note for step in year.explanation)


def test_a_missing_year_is_provisional_and_named(calendar: WorkCalendar) -> None:
    computed = compute(RULES["LM-ACCEPT-3WD"], date(2026, 12, 30), calendar)
    assert computed.provisional
    assert "2027年" in computed.provisional_reason
    # Weekends only: New Year's Day itself is not assumed to be a holiday.
    assert computed.last_day == date(2027, 1, 4)
    assert "按周末推定" in computed.explanation[2].note
    assert explain(computed)[-1] == computed.provisional_reason


def test_a_missing_year_between_known_days_does_not_matter(calendar: WorkCalendar) -> None:
    only_ends = WorkCalendar([entry for entry in calendar if entry.day.year == 2026], [2026], "v")
    computed = compute(RULES["ENF-2Y"], date(2024, 10, 3), only_ends)
    assert computed.last_day == date(2026, 10, 8)
    assert not computed.provisional
    assert computed.explanation[0].kind is None
    beyond = compute(RULES["ARB-LIMIT-1Y"], date(2026, 6, 5), calendar)
    assert (beyond.raw_last_day, beyond.last_day, beyond.provisional) == (date(2027, 6, 5), date(2027, 6, 7), True)


def test_the_roll_into_a_missing_year_is_provisional(calendar: WorkCalendar) -> None:
    new_year = CalendarDay(date(2026, 12, 31), DayKind.REST_DAY, "元旦", "测试")
    changed = WorkCalendar([*calendar, new_year], calendar.years, "v")
    computed = compute(RULES["LM-MEDIATE-15D"], date(2026, 12, 16), changed)
    assert computed.raw_last_day == date(2026, 12, 31)
    assert computed.last_day == date(2027, 1, 1)
    assert computed.provisional


def test_entering_the_year_settles_the_date(calendar: WorkCalendar) -> None:
    days = [CalendarDay(date(2027, 1, day), DayKind.REST_DAY, "元旦", "测试") for day in (1, 2, 3)]
    computed = compute(
        RULES["LM-ACCEPT-3WD"], date(2026, 12, 30), WorkCalendar([*calendar, *days], {*calendar.years, 2027}, "v")
    )
    assert not computed.provisional
    assert computed.last_day == date(2027, 1, 5)


def test_backward_periods_count_and_roll_earlier(calendar: WorkCalendar) -> None:
    notice = compute(RULES["ARB-HEAR-NOTICE-5WD"], date(2026, 2, 26), calendar)
    assert notice.last_day == notice.safe_day == date(2026, 2, 12)
    rule = replace(RULES["LM-NEG-RESP-5D"], direction=Direction.BACKWARD)
    computed = compute(rule, date(2026, 10, 8), calendar)
    assert (computed.raw_last_day, computed.last_day) == (date(2026, 10, 3), date(2026, 9, 30))
    assert "向前计算的期限遇休息日提前，不顺延" in explain(computed)
    months = replace(RULES["PM-1M"], direction=Direction.BACKWARD)
    assert compute(months, date(2026, 3, 31), calendar).last_day == date(2026, 2, 28)


def test_reminders_at_five_three_one_working_days_and_on_the_day(calendar: WorkCalendar) -> None:
    computed = compute(RULES["LM-MEDIATE-15D"], date(2026, 2, 2), calendar)
    assert reminder_days(computed, calendar) == (
        date(2026, 2, 10),
        date(2026, 2, 12),
        date(2026, 2, 14),
        date(2026, 2, 17),
    )
    short = compute(RULES["LM-ACCEPT-3WD"], date(2026, 2, 12), calendar)
    assert reminder_days(short, calendar) == (date(2026, 2, 14), date(2026, 2, 24))
    hearing = compute(RULES["ARB-HEAR-NOTICE-5WD"], date(2026, 2, 26), calendar)
    assert reminder_days(hearing, calendar)[0] == date(2026, 2, 5)


def test_the_scripting_contract(calendar: WorkCalendar) -> None:
    answer = to_json(compute(RULES["LM-MEDIATE-15D"], date(2026, 3, 6), calendar))
    assert list(answer) == ["rule", "trigger", "raw_last_day", "last_day", "provisional", "basis", "explanation"]
    assert answer | {"explanation": []} == {
        "rule": "LM-MEDIATE-15D",
        "trigger": "2026-03-06",
        "raw_last_day": "2026-03-21",
        "last_day": "2026-03-23",
        "provisional": False,
        "basis": "《企业劳动争议协商调解规定》第29条",
        "explanation": [],
    }
    assert answer["explanation"][0].startswith("2026-03-06 周五 受理，当日不计入")
    assert "2026-03-23 周一 最后一日" in answer["explanation"]


def test_an_unverified_rule_says_so(calendar: WorkCalendar) -> None:
    lines = explain(compute(RULES["PM-1M"], date(2026, 5, 6), calendar))
    assert any(line.startswith("未核实，可由本会修改") for line in lines)


def test_a_timestamp_is_not_a_legal_day(calendar: WorkCalendar) -> None:
    with pytest.raises(TypeError, match="civil date"):
        compute(RULES["JC-30D"], datetime(2026, 3, 6, 23, 30, tzinfo=UTC), calendar)


def test_every_working_day_rule_needs_no_roll(calendar: WorkCalendar) -> None:
    for rule in RULES.values():
        if rule.unit is Unit.WORKING_DAY:
            for offset in range(40):
                computed = compute(rule, date(2026, 1, 20) + timedelta(days=offset), calendar)
                assert computed.raw_last_day == computed.last_day
                assert calendar.is_workday(computed.last_day)
