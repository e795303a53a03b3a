"""`mediation import`, as others script against it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select

from mediation.cases.models import Case
from mediation.cli import cli, context
from mediation.core.db import db
from tests import personas
from tests.unit.ledger.invented import ID_A, ID_B, workbook

NAMES = ("登记日期", "申请人", "身份证号", "被申请人", "争议类型", "人数")
SOUND = ("2025-03-05", "甲某", ID_A, "虚构快运有限公司", "拖欠工资", "3余人")
WRONG_ID = ID_B[:-1] + "0"
FAULTY = ("2025-03-06", "乙某", WRONG_ID, "虚构快运有限公司", "拖欠工资", 1)


@pytest.fixture
def run(app: Flask, monkeypatch):
    monkeypatch.setattr(context, "build_app", lambda: app)

    def call(path: Path, *options: str) -> Result:
        return CliRunner().invoke(cli, ["import", str(path), "--committee", personas.HERE, *options])

    return call


@pytest.fixture
def file(tmp_path: Path):
    def write(*rows: tuple, name: str = "台账.xlsx") -> Path:
        path = tmp_path / name
        path.write_bytes(workbook([NAMES, *rows]))
        return path

    return write


def cases_in(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Case))


def test_json_has_the_agreed_keys(app, run, file):
    answer = run(file(SOUND, FAULTY, SOUND), "--json")
    assert answer.exit_code == 0, answer.output
    report = json.loads(answer.output)
    assert (report["rows"], report["imported"], report["duplicates"]) == (3, 1, 1)
    assert report["errors"] == [
        {"sheet": "台账", "row": 3, "column": "C", "value": WRONG_ID, "message": "身份证号校验码不符"}
    ]
    assert {"sheet", "row", "column", "value", "message"} == set(report["warnings"][0])
    assert set(report) == {"rows", "imported", "duplicates", "errors", "warnings"}
    assert cases_in(app) == 1


def test_a_dry_run_reports_and_writes_nothing(app, run, file):
    path = file(SOUND, FAULTY)
    report = json.loads(run(path, "--dry-run", "--json").output)
    assert (report["rows"], report["imported"], len(report["errors"])) == (2, 1, 1)
    assert cases_in(app) == 0


def test_a_second_run_is_no_failure(app, run, file):
    path = file(SOUND, FAULTY)
    assert run(path).exit_code == 0
    again = run(path, "--json")
    assert again.exit_code == 0
    assert (json.loads(again.output)["imported"], cases_in(app)) == (0, 1)


def test_in_words_without_personal_numbers(run, file):
    answer = run(file(SOUND, FAULTY))
    assert "已导入 1 件" in answer.output and "台账!C3" in answer.output
    assert WRONG_ID not in answer.output


def test_it_fails_when_nothing_could_be_imported(app, run, file, tmp_path):
    assert run(file(FAULTY)).exit_code == 1
    nonsense = tmp_path / "nonsense.xlsx"
    nonsense.write_bytes(b"nonsense")
    assert run(nonsense).exit_code != 0
    assert run(tmp_path / "missing.xlsx").exit_code != 0
    assert cases_in(app) == 0
