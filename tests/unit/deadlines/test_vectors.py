"""Vectors: dates worked out by hand, the example cases, and one date over a holiday for every rule of the law."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from mediation.deadlines.calendar import CalendarDay, DayKind, WorkCalendar, shipped_calendar
from mediation.deadlines.engine import compute
from mediation.deadlines.rules import RULES
from mediation.deadlines.vectors import check_vectors

HERE = Path(__file__).parent
SHARED = HERE.parents[3] / "shared" / "domain" / "deadline_vectors.csv"
HEADING = "rule_id,trigger_date,unit,length,expected_last_day,explanation\n"


BACKWARD = {"ARB-HEAR-NOTICE-5WD", "ARB-POSTPONE-3WD", "LA-URGENT-7D"}
NEVER_ROLLED = {"LA-URGENT-7D"}


def package_calendar() -> WorkCalendar:
    """The working days as the chinesecalendar package has them: another source and another way into the engine."""
    day, days = date(2004, 1, 1), []
    while day.year < 2027:
        is_work = chinese_calendar.is_workday(day)
        if is_work != (day.weekday() < 5):
            kind = DayKind.MAKEUP_WORKDAY if is_work else DayKind.REST_DAY
            days.append(CalendarDay(day, kind, chinese_calendar.get_holiday_detail(day)[1] or "", "chinesecalendar"))
        day += timedelta(days=1)
    return WorkCalendar(days, range(2004, 2027), "chinesecalendar")


CALENDARS = {"shipped": shipped_calendar, "package": package_calendar}


@pytest.fixture(scope="module", params=list(CALENDARS))
def either_calendar(request: pytest.FixtureRequest) -> WorkCalendar:
    return CALENDARS[request.param]()


@pytest.mark.parametrize(("name", "rows"), [("vectors.csv", 42), ("example_cases.csv", 40), ("each_rule.csv", 69)])
def test_all_vectors_hold(either_calendar: WorkCalendar, name: str, rows: int) -> None:
    passed, failures = check_vectors(HERE / name, either_calendar)
    assert [str(failure) for failure in failures] == []
    assert passed == rows


@pytest.mark.skipif(not SHARED.exists(), reason="the reference material is not beside the checkout")
def test_the_reference_vectors_hold(either_calendar: WorkCalendar) -> None:
    passed, failures = check_vectors(SHARED, either_calendar)
    assert [str(failure) for failure in failures] == []
    assert passed >= 42


def counted_by_hand(rule_id: str, unit: str, length: int, trigger: date) -> tuple[date, date]:
    """(raw, last) by nothing but a loop and the package: the engine's answers are not their own proof."""
    step = timedelta(days=-1 if rule_id in BACKWARD else 1)
    raw = trigger
    if unit == "working_day":
        left = length
        while left:
            raw += step
            left -= chinese_calendar.is_workday(raw)
    elif unit == "calendar_day":
        raw = trigger + length * step
    else:
        months = trigger.month - 1 + length * (12 if unit == "year" else 1)
        year, month, day = trigger.year + months // 12, months % 12 + 1, trigger.day
        while day > 28 and (date(year, month, 28) + timedelta(days=day - 28)).month != month:
            day -= 1
        raw = date(year, month, day)
    last = raw
    while rule_id not in NEVER_ROLLED and not chinese_calendar.is_workday(last):
        last += step
    return raw, last


@pytest.mark.parametrize("name", ["vectors.csv", "example_cases.csv", "each_rule.csv"])
def test_the_expected_days_come_out_of_another_counter_too(name: str) -> None:
    with (HERE / name).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        expected = row["expected_last_day"]
        if "provisional" in expected or not expected:
            continue
        raw, last = counted_by_hand(
            row["rule_id"], row["unit"], int(row["length"]), date.fromisoformat(row["trigger_date"])
        )
        assert last.isoformat() == expected, row
        assert f"raw={raw}" in row["explanation"], row


def test_every_rule_has_a_date_over_a_holiday_of_the_last_three_years(calendar: WorkCalendar) -> None:
    with (HERE / "each_rule.csv").open(encoding="utf-8") as file:
        triggers = {row["rule_id"]: date.fromisoformat(row["trigger_date"]) for row in csv.DictReader(file)}
    assert set(triggers) == set(RULES)
    for rule_id, trigger in triggers.items():
        steps = compute(RULES[rule_id], trigger, calendar).explanation[1:]
        holidays = [step.day for step in steps if step.name and step.kind and not step.kind.is_work]
        assert any(day.year in (2024, 2025, 2026) for day in holidays), rule_id


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("LM-ACCEPT-3WD,2026-02-12,working_day,3,2026-02-25,", "last day 2026-02-24, expected 2026-02-25"),
        ("LM-MEDIATE-15D,2026-03-06,calendar_day,15,2026-03-23,raw=2026-03-20", "raw last day 2026-03-21"),
        ("LM-ACCEPT-3WD,2026-02-12,calendar_day,3,2026-02-24,", "the rule has 3 working_day"),
        ("LM-ACCEPT-3WD,2026-02-12,working_day,5,2026-02-24,", "the row 5 working_day"),
        ("LM-ACCEPT-3WD,2026-02-30,working_day,3,2026-02-24,", "cannot be computed"),
        ("HOUSE-1,2026-02-12,fortnight,3,2026-02-24,", "cannot be computed"),
        ("HOUSE-1,2026-02-12,calendar_day,,2026-02-24,", "cannot be computed"),
        ("LM-ACCEPT-3WD,2026-02-12,working_day,3,,", "is certain"),
    ],
)
def test_a_wrong_row_fails_in_plain_words(calendar: WorkCalendar, tmp_path: Path, row: str, message: str) -> None:
    file = tmp_path / "vectors.csv"
    file.write_text(HEADING + row + "\n", "utf-8")
    passed, failures = check_vectors(file, calendar)
    assert passed == 0
    assert message in str(failures[0])
    assert failures[0].line == 2


def test_rows_of_missing_years_and_of_own_periods_hold(calendar: WorkCalendar, tmp_path: Path) -> None:
    file = tmp_path / "vectors.csv"
    rows = [
        "LM-ACCEPT-3WD,2026-12-30,working_day,3,,",
        "ARB-LIMIT-1Y,2026-06-30,year,1,provisional,raw=2027-06-30",
        "HOUSE-10D,2026-09-21,calendar_day,10,2026-10-08,raw=2026-10-01",
        "",
    ]
    file.write_text("\ufeff" + HEADING + "\n".join(rows), "utf-8")
    assert check_vectors(file, calendar) == (3, [])


def test_a_file_without_the_columns_is_refused(calendar: WorkCalendar, tmp_path: Path) -> None:
    file = tmp_path / "vectors.csv"
    file.write_text("rule,day\n", "utf-8")
    with pytest.raises(ValueError, match="missing columns: rule_id"):
        check_vectors(file, calendar)


ODD_ROWS = (
    ("LM-ACCEPT-3WD", "2026-02-12", "working_day", "3", "2026-02-24", "raw=2026-02-24; 周五（1）, 补班（2）"),
    ("LM-MEDIATE-15D", "2026/3/6", "calendar_day", "15", "2026/3/23", "raw=2026/3/21; Saturday, rolls"),
    ("ARB-LIMIT-1Y", "2026-06-30", "year", "1", "provisional 2027-06-30", ""),
    ("HOUSE-10D", "2026-09-21", "calendar_day", "10", "2026-10-08", "raw=2026-10-01"),
)
NAMES = ("rule_id", "trigger_date", "unit", "length", "expected_last_day", "explanation")


def written(newline: str, order: tuple[int, ...], *, more: bool) -> str:
    """The odd rows with their columns in another order, perhaps with columns nobody asked for."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=newline)
    extra = ["checked, by", "note"] if more else []
    writer.writerow([*(NAMES[place] for place in order), *extra])
    for row in ODD_ROWS:
        writer.writerow([*(row[place] for place in order), *("a, b" for _name in extra)])
        out.write(newline + (",," + newline if more else ""))
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4, 5), (5, 4, 0, 3, 2, 1)])
@pytest.mark.parametrize("more", [False, True])
def test_odd_but_legal_files_are_read(
    calendar: WorkCalendar, tmp_path: Path, encoding: str, newline: str, order: tuple[int, ...], more: bool
) -> None:
    file = tmp_path / "odd.csv"
    file.write_bytes(written(newline, order, more=more).encode(encoding))
    assert check_vectors(file, calendar) == (4, [])
    wrong = written(newline, order, more=more).replace("2026-10-08", "2026-10-09")
    file.write_bytes(wrong.encode(encoding))
    passed, [failure] = check_vectors(file, calendar)
    assert (passed, failure.rule_id, failure.message) == (3, "HOUSE-10D", "last day 2026-10-08, expected 2026-10-09")
    assert "HOUSE-10D" in file.read_text(encoding).splitlines()[failure.line - 1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "missing columns"),
        (HEADING.encode() + b"JC-30D,2026-01-26,calendar_day,30,2026-02-25,\xff\xff", "codec"),
        (HEADING.encode() + b'JC-30D,2026-01-26,calendar_day,30,2026-02-25,"' + b"x" * 200_000, "not a CSV file"),
    ],
)
def test_what_is_no_table_is_refused_in_plain_words(
    calendar: WorkCalendar, tmp_path: Path, content: bytes, message: str
) -> None:
    file = tmp_path / "vectors.csv"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        check_vectors(file, calendar)
