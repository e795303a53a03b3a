"""What is due: a pure question of the time and of what is done."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from mediation.core.clock import SHANGHAI
from mediation.deadlines.calendar import CalendarDay, DayKind, WorkCalendar
from mediation.scheduler import JOBS, Daily, Job, Monthly, due_runs, first_working_day

DAILY = Job("daily", Daily(time(6, 30)), "none:none", why="")
MONTHLY = Job("monthly", Monthly(time(7)), "none:none", why="", earlier=6)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def due(now: str, *done: tuple[str, str]) -> list[tuple[str, str]]:
    return [(job.name, key) for job, key in due_runs(at(now), set(done), (DAILY, MONTHLY))]


def test_a_day_is_due_from_its_hour_on_and_not_when_done():
    month = ("monthly", "2026-10")
    assert due("2026-11-22 06:29", month) == [("daily", "2026-11-21")]
    assert due("2026-11-22 06:30", month) == [("daily", "2026-11-22")]
    assert due("2026-11-22 23:59", month, ("daily", "2026-11-22")) == []


def test_the_hour_is_that_of_shanghai_wherever_the_host_stands():
    now = datetime.fromisoformat("2026-11-30T22:45:00+00:00")  # already 1 December, 06:45
    assert due_runs(now, {("monthly", "2026-10")}, (DAILY, MONTHLY)) == [(DAILY, "2026-12-01")]


def test_a_night_off_is_made_up_once_and_by_the_newest_day():
    assert due("2026-11-25 00:10", ("monthly", "2026-10"), ("daily", "2026-11-21")) == [("daily", "2026-11-24")]


def test_a_month_is_reported_on_the_first_of_the_next():
    daily = ("daily", "2026-12-01")
    assert due("2026-12-01 06:59", daily, ("monthly", "2026-10")) == []
    assert due("2026-12-01 07:00", daily, ("monthly", "2026-10")) == [("monthly", "2026-11")]


CALENDAR = WorkCalendar(
    [
        CalendarDay(date(2027, 2, 1), DayKind.REST_DAY, "春节"),
        CalendarDay(date(2027, 2, 6), DayKind.MAKEUP_WORKDAY, "春节"),
        *(CalendarDay(date(2027, 2, day), DayKind.REST_DAY, "春节") for day in (2, 3, 4, 5)),
    ],
    [2027],
    "test",
)


@pytest.mark.parametrize(
    ("month", "first"),
    [
        ("2026-11", "2026-11-02"),  # the first is a Sunday
        ("2027-01", "2027-01-01"),  # known to the calendar, which names no holiday on it
        ("2027-02", "2027-02-06"),  # a Saturday worked instead of the days before
        ("2028-01", "2028-01-03"),  # unknown: 元旦 by its date, then a weekend
        ("2028-05", "2028-05-03"),
        ("2029-10", "2029-10-04"),
    ],
)
def test_a_report_is_made_on_the_first_working_day(month: str, first: str):
    day = date.fromisoformat(first)
    assert first_working_day(date.fromisoformat(f"{month}-01"), CALENDAR) == day
    when = Monthly(time(7))
    before = f"{day.year - (day.month == 1)}-{(day.month - 2) % 12 + 1:02d}"
    assert when.keys(at(f"{first} 07:00"), 0, CALENDAR) == [before]
    assert when.keys(at(f"{first} 06:59"), 0, CALENDAR) != [before]
    assert when.keys(at(f"{first} 23:00") - timedelta(days=1), 0, CALENDAR) != [before]


def test_months_off_are_made_up_in_order_over_the_end_of_a_year():
    done = (("daily", "2027-02-03"), ("monthly", "2026-10"))
    assert due("2027-02-03 12:00", *done) == [("monthly", "2026-11"), ("monthly", "2026-12"), ("monthly", "2027-01")]


def test_a_month_that_failed_is_asked_for_again_although_a_later_one_is_done():
    done = (("daily", "2027-02-03"), ("monthly", "2026-10"), ("monthly", "2026-12"), ("monthly", "2027-01"))
    assert due("2027-02-03 12:00", *done) == [("monthly", "2026-11")]


def test_a_new_installation_makes_up_for_nothing_before_it_existed():
    assert due("2026-11-22 12:00") == [("daily", "2026-11-22"), ("monthly", "2026-10")]


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_over_two_years_each_period_of_each_job_comes_up_exactly_once(job: Job):
    now, done, ran = at("2025-12-31 23:00"), set(), []
    while now < at("2028-01-02 00:00"):
        for found, key in due_runs(now, done, (job,)):
            done.add((found.name, key))
            ran.append(key)
        now += timedelta(hours=5)
    assert len(ran) == len(set(ran))
    assert ran == sorted(ran)
    days = (date(2027, 12, 31) - date(2025, 12, 31)).days
    assert len(ran) in ((days + 1, days + 2) if isinstance(job.when, Daily) else (25, 26))


def test_the_table_names_each_job_once_and_says_why_it_runs_when_it_does():
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert all(job.why for job in JOBS)


@pytest.mark.parametrize(("key", "fits"), [("2026-11-22", True), ("2026-11", False), ("2026-1-2", False), ("x", False)])
def test_a_key_typed_by_hand_is_checked(key: str, fits: bool):
    assert DAILY.when.is_key(key) is fits


def test_a_month_typed_by_hand_is_checked():
    assert MONTHLY.when.is_key("2026-12")
    assert not MONTHLY.when.is_key("2026-13")
