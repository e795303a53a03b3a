"""`mediation deadlines` and `mediation jobs`: the contracts others script against."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from mediation.cli import cli
from mediation.core.db import transaction
from mediation.deadlines import changes
from tests import personas

VECTORS = Path(__file__).parents[2] / "unit" / "deadlines" / "vectors.csv"
KEYS = ["rule", "trigger", "raw_last_day", "last_day", "provisional", "basis", "explanation"]


def run(*arguments: str, instance: Path, **settings: str) -> Result:
    environment = {"MEDIATION_INSTANCE": str(instance), "MEDIATION_DATABASE_URL": None}
    environment |= {f"MEDIATION_{name}": value for name, value in settings.items()}
    return CliRunner().invoke(cli, arguments, env=environment)


def test_a_fresh_machine_computes_without_a_database_and_makes_none(tmp_path: Path):
    instance = tmp_path / "instance"
    result = run("deadlines", "compute", "LM-ACCEPT-3WD", "2026-09-30", "--json", instance=instance)
    assert result.exit_code == 0, result.output
    computed = json.loads(result.output)
    assert list(computed) == KEYS
    assert (computed["last_day"], computed["provisional"]) == ("2026-10-10", False)
    assert computed["explanation"][-1] == "2026-10-10 周六 国庆节调休上班日 第3个工作日"
    assert not instance.exists()


def test_a_provisional_day_is_marked(tmp_path: Path):
    result = run("deadlines", "compute", "LM-ACCEPT-3WD", "2026-12-30", instance=tmp_path)
    assert "最后一日 2027-01-04（暂定）" in result.output


def test_days_that_do_not_count_are_left_out(tmp_path: Path):
    given = ("deadlines", "compute", "LM-MEDIATE-15D", "2026-03-06", "--extra", "5")
    result = run(*given, "--pause", "2026-03-10/2026-03-19", "--json", instance=tmp_path)
    assert json.loads(result.output)["raw_last_day"] == "2026-04-05"
    for wrong in ("2026-03-10", "2026-03-10/2026-03-09", "soon/later"):
        result = run(*given, "--pause", wrong, instance=tmp_path)
        assert (result.exit_code, type(result.exception).__name__) == (1, "DomainError")


def test_a_file_of_vectors_is_checked_and_the_exit_code_says_whether_it_holds(tmp_path: Path):
    result = run("deadlines", "check", str(VECTORS), instance=tmp_path)
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "42 passed, 0 failed")
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(
        VECTORS.read_text("utf-8").replace("working_day,3,2026-10-10", "working_day,3,2026-10-09"), "utf-8"
    )
    result = run("deadlines", "check", str(wrong), instance=tmp_path)
    assert (result.exit_code, result.output.splitlines()[-1]) == (1, "41 passed, 1 failed")
    assert "expected 2026-10-09" in result.output


def test_a_file_as_a_spreadsheet_saves_it_is_taken_and_its_wrong_lines_are_named(tmp_path: Path):
    file = tmp_path / "sheet.csv"
    lines = [
        "note,expected_last_day,rule_id,length,unit,trigger_date,explanation",
        '"by hand, twice",2026-10-08,JC-30D,30,calendar_day,2026-09-05,"raw=2026-10-05, a Monday"',
        "",
        ",2026-10-10,LM-ACCEPT-3WD,3,working_day,2026-09-30,",
        ",2026-10-12,LM-ACCEPT-3WD,3,working_day,2026-09-30,",
    ]
    file.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    result = run("deadlines", "check", str(file), instance=tmp_path)
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "line 5: LM-ACCEPT-3WD 2026-09-30: last day 2026-10-10, expected 2026-10-12",
        "2 passed, 1 failed",
    ]
    said = json.loads(run("deadlines", "check", str(file), "--json", instance=tmp_path).output)
    assert (said["passed"], said["failed"], len(said["failures"])) == (2, 1, 1)


@pytest.mark.parametrize(
    "arguments",
    [("compute", "NO-SUCH-RULE", "2026-09-30"), ("compute", "JC-30D", "2026-02-30"), ("check", "no-such-file.csv")],
)
def test_what_cannot_be_done_is_said_in_one_line(tmp_path: Path, arguments: tuple[str, ...]):
    result = run("deadlines", *arguments, instance=tmp_path)
    assert result.exit_code == 1
    assert type(result.exception).__name__ == "DomainError"


def test_where_there_is_a_database_its_rules_count(app: Flask, tmp_path: Path):
    with app.app_context(), transaction():
        changes.change_rule(personas.actor("admin"), code="RV-PERFORM-7D", length=10, note="x")
    address = app.config["SQLALCHEMY_DATABASE_URI"]
    result = run(
        "deadlines", "compute", "RV-PERFORM-7D", "2026-11-02", "--json", instance=tmp_path, DATABASE_URL=address
    )
    assert json.loads(result.output)["last_day"] == "2026-11-12"
    rules = json.loads(run("deadlines", "rules", "--json", instance=tmp_path, DATABASE_URL=address).output)
    assert {rule["rule"]: rule["version"] for rule in rules}["RV-PERFORM-7D"] == 2


def test_jobs_are_listed_and_run_by_hand(app: Flask, tmp_path: Path):
    address = app.config["SQLALCHEMY_DATABASE_URI"]

    def jobs(*arguments: str) -> Result:
        return run("jobs", *arguments, instance=tmp_path, DATABASE_URL=address)

    assert "2026-11-20: 0 run out" in jobs("run", "deadlines_daily", "--key", "2026-11-20").output
    assert "already done" in jobs("run", "deadlines_daily", "--key", "2026-11-20").output
    listed = json.loads(jobs("list", "--json").output)
    latest = {row["job"]: row["latest"] for row in listed}
    assert (latest["deadlines_daily"]["key"], latest["deadlines_daily"]["status"]) == ("2026-11-20", "done")
    assert latest["monthly_report"] is None
    assert jobs("run", "no_such_job").exit_code == 1
    assert jobs("run", "deadlines_daily", "--key", "2026-11").exit_code == 1
