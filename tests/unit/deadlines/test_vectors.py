"""Vectors: dates worked out by hand, the example cases, and one date over a holiday for every rule of the law."""

from datetime import date
from pathlib import Path

import pytest

from mediation.deadlines.calendar import WorkCalendar
from mediation.deadlines.engine import compute
from mediation.deadlines.rules import RULES
from mediation.deadlines.vectors import check_vectors

HERE = Path(__file__).parent
SHARED = HERE.parents[3] / "shared" / "domain" / "deadline_vectors.csv"
HEADING = "rule_id,trigger_date,unit,length,expected_last_day,explanation\n"


@pytest.mark.parametrize(("name", "rows"), [("vectors.csv", 42), ("example_cases.csv", 40), ("each_rule.csv", 69)])
def test_all_vectors_hold(calendar: WorkCalendar, name: str, rows: int) -> None:
    passed, failures = check_vectors(HERE / name, calendar)
    assert [str(failure) for failure in failures] == []
    assert passed == rows


@pytest.mark.skipif(not SHARED.exists(), reason="the reference material is not beside the checkout")
def test_the_reference_vectors_hold(calendar: WorkCalendar) -> None:
    passed, failures = check_vectors(SHARED, calendar)
    assert [str(failure) for failure in failures] == []
    assert passed >= 42


def test_every_rule_has_a_date_over_a_holiday(calendar: WorkCalendar) -> None:
    rows = [line.split(",") for line in (HERE / "each_rule.csv").read_text("utf-8").splitlines()[1:]]
    triggers = {row[0]: date.fromisoformat(row[1]) for row in rows}
    assert set(triggers) == set(RULES)
    for rule_id, trigger in triggers.items():
        steps = compute(RULES[rule_id], trigger, calendar).explanation[1:]
        assert any(step.name and not step.kind.is_work for step in steps), rule_id


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
