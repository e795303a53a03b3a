"""`mediation statistics companies` and `mediation reports monthly`, as others script against them."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import update

from mediation.cases.models import Case
from mediation.cli import cli, context
from mediation.core import clock
from mediation.core.actor import system
from mediation.core.db import db, transaction
from mediation.reports.queries import reports_for
from mediation.statistics import metrics, queries
from mediation.statistics.models import FigureMonth
from mediation.statistics.period import month
from tests import personas

MARCH = ("--from", "2026-03-01", "--to", "2026-03-31")


@pytest.fixture
def run(app: Flask, monkeypatch):
    monkeypatch.setattr(context, "build_app", lambda: app)

    def call(*arguments: str) -> Result:
        with clock.frozen_at(datetime(2026, 11, 22, 10, 0, tzinfo=clock.SHANGHAI)):
            return CliRunner().invoke(cli, arguments)

    return call


def test_companies_as_json(app: Flask, run):
    answer = run("statistics", "companies", *MARCH, "--json", "--committee", personas.HERE)
    assert answer.exit_code == 0, answer.output
    rows = json.loads(answer.output)
    assert set(rows[0]) == {
        "company", "cases", "settled", "settlement_rate", "median_days", "p90_days", "median_net_days", "p90_net_days",
        "claimed_fen", "agreed_fen", "paid_fen",
    }  # fmt: skip
    with app.app_context():
        who = system(personas.world().committee.id)
        found = queries.by_company(who, month("2026-03"))
        names = queries.company_names(found)
        expected = {names.get(key, "（未记公司）"): metrics.figures(tally) for key, tally in found.items()}
    assert {row["company"] for row in rows} == set(expected)
    for row in rows:
        assert row == {"company": row["company"]} | {
            code: expected[row["company"]][code] for code in row if code != "company"
        }
        assert row["settlement_rate"] is None or 0 <= row["settlement_rate"] <= 1


def test_nothing_in_the_period(run):
    answer = run(
        "statistics", "companies", "--from", "2001-01-01", "--to", "2001-12-31", "--json", "--committee", personas.HERE
    )
    assert answer.exit_code == 0 and json.loads(answer.output) == []


def test_companies_for_people(run):
    answer = run("statistics", "companies", *MARCH, "--committee", personas.HERE)
    assert answer.exit_code == 0 and "云岫速运集团有限公司" in answer.output and "%" in answer.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "2026-03-31", "--to", "2026-03-01", "--committee", personas.HERE),
        ("--from", "gestern", "--to", "2026-03-01"),
        MARCH,  # two committees, and none named
    ],
)
def test_what_cannot_be_answered_fails(run, arguments):
    assert run("statistics", "companies", *arguments).exit_code != 0


def test_the_months_report(run, tmp_path: Path):
    pdf, sheet = tmp_path / "F.pdf", tmp_path / "F.xlsx"
    answer = run("reports", "monthly", "2026-03", "-o", str(pdf), "--xlsx", str(sheet), "--committee", personas.HERE)
    assert answer.exit_code == 0, answer.output
    first = pdf.read_bytes()
    assert first.startswith(b"%PDF-") and sheet.read_bytes().startswith(b"PK")
    assert run("reports", "monthly", "2026-03", "-o", str(pdf), "--committee", personas.HERE).exit_code == 0
    assert pdf.read_bytes() == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["F.pdf", "F.xlsx"]


def test_a_month_under_way_is_a_draft(app: Flask, run, tmp_path: Path):
    pdf = tmp_path / "F.pdf"
    assert run("reports", "monthly", "2026-11", "-o", str(pdf), "--committee", personas.HERE).exit_code == 0
    with app.app_context():
        assert not reports_for(system(personas.world().committee.id))


@pytest.mark.parametrize("wrong", ["2026-13", "March"])
def test_not_a_month(run, tmp_path: Path, wrong: str):
    assert run("reports", "monthly", wrong, "-o", str(tmp_path / "F.pdf"), "--committee", personas.HERE).exit_code != 0
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(run, tmp_path: Path):
    answer = run("reports", "monthly", "2026-03", "-o", str(tmp_path / "no" / "F.pdf"), "--committee", personas.HERE)
    assert answer.exit_code == 1 and "F.pdf" in answer.output


def test_months_are_made_and_checked(app: Flask, run):
    committee = ("--committee", personas.HERE)
    assert run("statistics", "check", *committee).output == ""
    one = run("statistics", "rebuild", "--month", "2026-03", *committee)
    assert one.exit_code == 0 and one.output.startswith("2026-03\t")
    assert run("statistics", "check", *committee).output == "2026-03\twhole\n"
    every = run("statistics", "rebuild", *committee)
    assert every.exit_code == 0 and len(every.output.splitlines()) >= 15
    with app.app_context(), transaction():
        march = FigureMonth.span == "2026-03"
        db.session.execute(update(FigureMonth).where(march).values(cases=FigureMonth.cases + 1))
        db.session.execute(update(Case).where(Case.received_on == date(2026, 4, 7)).values(claimed_fen=1))
    found = run("statistics", "check", *committee)
    assert found.exit_code == 1
    said = dict(line.split("\t") for line in found.output.splitlines())
    assert said["2026-03"].endswith("rows differ") and said["2026-05"] == "whole"
    assert said["2026-04"].startswith("changed")


@pytest.mark.parametrize("key", ["2026-11", "2026-13", "October"])
def test_a_month_that_is_not_over_is_not_made(app: Flask, run, key: str):
    answer = run("statistics", "rebuild", "--month", key, "--committee", personas.HERE)
    assert answer.exit_code == 2 and "--month" in answer.output
