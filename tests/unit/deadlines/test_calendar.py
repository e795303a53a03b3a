"""The working-day calendar: what it knows, where that comes from, and that it says so when it does not know."""

import json
from collections.abc import Iterator
from datetime import date, timedelta

import chinese_calendar
import pytest

from mediation.deadlines.calendar import (
    CalendarDay,
    DayKind,
    MissingYear,
    WorkCalendar,
    load_years,
    ordinary_day,
    parse_year,
)

# 放假 / 调休上班 of the three published years, written out once more by hand.
OFF = {
    2024: ["1/1", "2/10-17", "4/4-6", "5/1-5", "6/10", "9/15-17", "10/1-7"],
    2025: ["1/1", "1/28-31", "2/1-4", "4/4-6", "5/1-5", "5/31", "6/1-2", "10/1-8"],
    2026: ["1/1-3", "2/15-23", "4/4-6", "5/1-5", "6/19-21", "9/25-27", "10/1-7"],
}
MAKEUP = {
    2024: ["2/4", "2/18", "4/7", "4/28", "5/11", "9/14", "9/29", "10/12"],
    2025: ["1/26", "2/8", "4/27", "9/28", "10/11"],
    2026: ["1/4", "2/14", "2/28", "5/9", "9/20", "10/10"],
}
STATUTORY = {
    2025: ["1/1", "1/28-31", "4/4", "5/1-2", "5/31", "10/1-3", "10/6"],
    2026: ["1/1", "2/16-19", "4/5", "5/1-2", "6/19", "9/25", "10/1-3"],
}


def dates(year: int, spans: list[str]) -> set[date]:
    found = set()
    for span in spans:
        month, days = span.split("/")
        first, _, last = days.partition("-")
        found |= {date(year, int(month), day) for day in range(int(first), int(last or first) + 1)}
    return found


def days_of(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)


@pytest.mark.parametrize("year", range(2004, 2027))
def test_every_day_agrees_with_the_package(calendar: WorkCalendar, year: int) -> None:
    wrong = [day for day in days_of(year) if calendar.is_workday(day) != chinese_calendar.is_workday(day)]
    assert wrong == []


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_published_years_are_the_notices(calendar: WorkCalendar, year: int) -> None:
    exceptions = [entry for entry in calendar if entry.day.year == year]
    off = {entry.day for entry in exceptions if not entry.kind.is_work}
    assert off == dates(year, OFF[year])
    assert {entry.day for entry in exceptions if entry.kind.is_work} == dates(year, MAKEUP[year])


def test_statutory_days_stand_apart_from_the_rest_of_a_block(calendar: WorkCalendar) -> None:
    for year, spans in STATUTORY.items():
        proper = {day for day in days_of(year) if calendar.kind(day) is DayKind.STATUTORY_HOLIDAY}
        assert proper == dates(year, spans)
        assert len(proper) == 13
    assert sum(calendar.kind(day) is DayKind.STATUTORY_HOLIDAY for day in days_of(2024)) == 11
    assert calendar.day(date(2026, 2, 15)).kind is DayKind.REST_DAY
    assert calendar.name(date(2026, 2, 15)) == "春节"


def test_kinds_and_names_of_single_days(calendar: WorkCalendar) -> None:
    assert calendar.kind(date(2026, 9, 20)) is DayKind.MAKEUP_WORKDAY
    assert calendar.name(date(2026, 9, 20)) == "国庆节"
    assert calendar.kind(date(2026, 9, 19)) is DayKind.REST_DAY
    assert calendar.kind(date(2026, 9, 21)) is DayKind.WORKDAY
    assert calendar.name(date(2026, 9, 21)) == ""


def test_sources_are_honest() -> None:
    years = {entry.year: entry for entry in load_years()}
    assert years[2026].source == "国办发明电〔2025〕7号"
    assert years[2026].verified
    for year in (2024, 2025):
        assert years[year].source == "国务院办公厅通知"
        assert "文号未核实" in years[year].note
    for year in range(2004, 2024):
        assert "未对照通知原文" in years[year].source
        assert not years[year].verified


def test_unknown_year_raises_and_is_only_assumed_on_request(calendar: WorkCalendar) -> None:
    new_year = date(2027, 1, 1)
    assert not calendar.is_known(2027)
    for ask in (calendar.kind, calendar.is_workday, calendar.name, calendar.day):
        with pytest.raises(MissingYear) as raised:
            ask(new_year)
        assert raised.value.year == 2027
    assert calendar.assumed_day(new_year) == CalendarDay(new_year, DayKind.WORKDAY)
    assert calendar.assumed_day(date(2027, 1, 2)).kind is DayKind.REST_DAY


def test_the_version_follows_the_content(calendar: WorkCalendar) -> None:
    same = WorkCalendar.from_years(reversed(load_years()))
    other = WorkCalendar.from_years([*load_years(), parse_year(year_text(2027))])
    assert same.version == calendar.version
    assert other.version != calendar.version
    assert other.version.startswith("2004-2027.")


def test_days_outside_the_known_years_or_entered_twice_are_refused() -> None:
    day = ordinary_day(date(2026, 1, 5))
    with pytest.raises(ValueError, match="outside the years"):
        WorkCalendar([day], [2025], "v")
    with pytest.raises(ValueError, match="twice"):
        WorkCalendar([day, day], [2026], "v")


def year_text(year: int = 2030, **changes: object) -> str:
    data = {
        "year": year,
        "source": "测试",
        "verified": False,
        "note": "",
        "holidays": [{"name": "元旦", "first": f"{year}-01-01", "last": f"{year}-01-02", "statutory": {}}],
        "makeup_workdays": {},
    }
    return json.dumps(data | changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"makeup_workdays": {"2030-01-07": "元旦"}}, "not a weekend day"),
        ({"makeup_workdays": {"2031-01-04": "元旦"}}, "outside the years"),
        ({"holidays": None}, "incomplete"),
        (
            {
                "holidays": [
                    {"name": "元旦", "first": "2030-01-01", "last": "2030-01-01", "statutory": {"2030-01-02": ""}}
                ]
            },
            "outside its block",
        ),
    ],
)
def test_a_year_that_contradicts_itself_is_refused(changes: dict[str, object], message: str) -> None:
    assert parse_year(year_text()).year == 2030
    with pytest.raises(ValueError, match=message):
        parse_year(year_text(**changes))
