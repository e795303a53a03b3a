"""``mediation cases``."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from mediation.audit.models import AuditRow
from mediation.cases import service
from mediation.cli import context
from mediation.cli.cases import cases_command
from mediation.core.db import db, transaction
from mediation.core.errors import NotFound
from tests import personas
from tests.factories import casefiles
from tests.product import Content

DAY = date(2026, 3, 16)


def fill(app: Flask) -> None:
    casefiles.fill(app)
    with casefiles.at(DAY), transaction():
        lawyer = personas.actor("duty_lawyer")
        case = casefiles.agreed(lawyer)
        service.add_note(lawyer, case=case, body=casefiles.CANARY)
        casefiles.open_wages(lawyer, applicants=(casefiles.applicant("马国栋"),))


@pytest.fixture
def content() -> Content:
    return Content("case commands", fill)


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr(context, "build_app", lambda: app)

    def call(*arguments: str, committee: str = personas.HERE) -> Result:
        with casefiles.at(DAY):
            return CliRunner().invoke(cases_command, [*arguments, "--committee", committee])

    return call


def test_list_prints_the_register(run: Callable[..., Result]) -> None:
    rows = json.loads(run("list", "--json").output)
    assert [row["number"] for row in rows] == ["2026-000002", "2026-000001"]
    assert rows[1]["agreed_fen"] == 1_665_000 and rows[1]["state"] == "agreed"
    assert rows[0]["next_deadline_on"] == "2026-03-19"
    assert [row["title"] for row in json.loads(run("list", "-q", "马国栋", "--json").output)] == [rows[0]["title"]]
    assert len(json.loads(run("list", "--limit", "1", "--json").output)) == 1
    assert json.loads(run("list", "--json", committee=personas.ELSEWHERE).output) == []
    assert run("list").output.count("\n") == 2


def test_show_prints_one_case_masked_and_without_notes(app: Flask, run: Callable[..., Result]) -> None:
    output = run("show", "2026-000001", "--json").output
    case = json.loads(output)
    assert output == run("show", "沪快调字〔2026〕第1号", "--json").output
    assert case["parties"][0]["phone"] == "138****8000" and casefiles.PHONE not in output
    assert casefiles.CANARY not in output
    assert case["claims"][0]["amount_fen"] == 1_665_000
    assert case["events"][0]["event"] == "received" and case["events"][-1]["event"] == "agreement_effective"
    days = {one["rule_code"]: (one["raw_last_day"], one["last_day"]) for one in case["deadlines"]}
    assert days["JC-30D"] == ("2026-04-15", "2026-04-15")
    assert case["agreement"]["effective_on"] == "2026-03-16" and len(case["agreement"]["signatures"]) == 5
    assert [one["amount_fen"] for one in case["instalments"]] == [865_000, 800_000]
    with app.app_context():
        assert set(db.session.scalars(db.select(AuditRow.event).order_by(AuditRow.id.desc()).limit(2))) == {
            "case_viewed"
        }


def test_another_committees_case_is_not_there(run: Callable[..., Result]) -> None:
    assert isinstance(run("show", "2026-000001", committee=personas.ELSEWHERE).exception, NotFound)
    assert run("show", "2026-000002").output.startswith("number\t2026-000002")
