"""Every case has its spells, whichever way it came in: begun with the receipt, ended with the result, begun anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from mediation.cases import queries, service
from mediation.cases.lifecycle import Track
from mediation.cases.models import Case, CaseSpell
from mediation.cases.service import importing
from mediation.cases.service.importing import ImportedCase, ImportedParty
from mediation.cli import cli
from mediation.cli import context as cli_context
from mediation.core.dates import PartialDate, parse_date
from mediation.core.db import db, transaction
from tests import personas
from tests.factories import casefiles
from tests.product import Content

DAY = date(2026, 3, 4)
Row = tuple[int, date, date | None, str | None, int | None, int | None]


def d(days: int) -> date:
    return DAY + timedelta(days=days)


@pytest.fixture
def content() -> Content:
    return casefiles.CONTENT


@pytest.fixture
def writing(context) -> Iterator[None]:
    with transaction():
        yield


def lawyer():
    return personas.actor("duty_lawyer")


def _ledger_day(text: str) -> PartialDate:
    return parse_date(text, d(60))


def rows(case: Case) -> list[Row]:
    found = select(CaseSpell).where(CaseSpell.case_id == case.id).order_by(CaseSpell.seq)
    return [
        (one.seq, one.from_on, one.to_on, one.outcome, one.gross_days, one.net_days)
        for one in db.session.scalars(found)
    ]


def reopened_case() -> Case:
    """Failed, closed, open again with a pause, and agreed."""
    with casefiles.at(DAY):
        case = casefiles.mediating(lawyer())
    with casefiles.at(d(10)):
        service.withdraw(lawyer(), case=case, reason="暂时撤回")
        service.close(lawyer(), case=case)
    with casefiles.at(d(40)):
        service.reopen(personas.actor("committee"), case=case, reason="申请人要求继续")
    with casefiles.at(d(42)):
        service.pause(lawyer(), case=case, ground="absence", reason="申请人住院")
    with casefiles.at(d(45)):
        service.refuse(lawyer(), case=case, reason="对方不同意调解")
    return case


REOPENED: list[Row] = [(1, DAY, d(10), "withdrawn", 10, 10), (2, d(40), d(45), "not_accepted", 5, 2)]


@pytest.mark.usefixtures("writing")
def test_from_receipt_to_result_and_from_reopening_to_the_next():
    case = reopened_case()
    assert rows(case) == REOPENED
    standing = service.standing_of(case, ["paused", "reopened"])
    assert (standing.gross_days, standing.net_days, standing.began) == (5, 2, d(40))


@pytest.mark.usefixtures("writing")
def test_the_receipt_counts_and_not_the_day_it_was_typed():
    with casefiles.at(d(3)):
        case = casefiles.open_wages(lawyer(), received_on=DAY)
        assert rows(case) == [(1, DAY, None, None, None, None)]
        assert service.standing_of(case, []).gross_days == 3


@pytest.mark.usefixtures("writing")
def test_a_case_that_is_only_logged_ends_with_its_result():
    with casefiles.at(DAY):
        case = casefiles.open_wages(lawyer(), track=Track.CONSULT)
        traffic = casefiles.open_wages(lawyer(), track=Track.TRAFFIC, category_code="traffic")
    with casefiles.at(d(1)):
        service.advise(lawyer(), case=case, advice="告知可以申请仲裁")
        service.refer(lawyer(), case=traffic, referral_type="police", reason="由交警处理")
    assert rows(traffic)[0][2:4] == (d(1), "referred")
    with casefiles.at(d(20)):
        service.record_result(lawyer(), case=traffic, result="交警已调解")
    assert rows(case) == [(1, DAY, d(1), "advised", 1, 1)]
    assert rows(traffic) == [(1, DAY, d(20), "referred", 20, 20)]
    assert traffic.settled_on == d(20)


@pytest.mark.usefixtures("writing")
def test_reopened_with_its_agreement_in_force():
    with casefiles.at(DAY):
        case = casefiles.agreed(lawyer())
    with casefiles.at(d(5)):
        service.close(lawyer(), case=case, note="当事人同意先结案")
    with casefiles.at(d(30)):
        service.reopen(personas.actor("committee"), case=case, reason="继续督促履行")
    assert rows(case) == [(1, DAY, DAY, "agreed", 0, 0), (2, d(30), None, None, None, None)]
    with casefiles.at(d(33)):
        for one in service.effective_agreement(case).instalments:
            service.record_payment(lawyer(), case=case, instalment_id=one.id, amount_fen=one.amount_fen)
        service.close(lawyer(), case=case, note="已付清")
    assert rows(case)[1] == (2, d(30), d(33), "agreed", 3, 3)
    assert case.settled_on == DAY


@pytest.mark.usefixtures("writing")
def test_a_ledgers_cases():
    def row(key: str, **more) -> ImportedCase:
        return ImportedCase(key=key, received_on=DAY, applicants=(ImportedParty("周明远"),), **more)

    with casefiles.at(d(60)):
        day, month, unknown, pending = importing.import_cases(
            personas.actor("committee"),
            rows=[
                row("a", result="agreed", closed=_ledger_day("2026-03-20")),
                row("b", result="failed", closed=_ledger_day("2026-03")),
                row("c", closed=_ledger_day("2026-03-21")),
                row("d", result="pending"),
            ],
        )
    assert rows(day) == [(1, DAY, date(2026, 3, 20), "agreed", 16, 16)]
    assert rows(month) == [(1, DAY, date(2026, 3, 31), "failed", None, None)]  # no number of days is made up
    assert rows(unknown) == [(1, DAY, date(2026, 3, 21), "unknown", 17, 17)]
    assert rows(pending) == [(1, DAY, None, None, None, None)]
    assert service.standing_of(month, ["imported"]).gross_days is None


def test_every_way_in(app: Flask, client: FlaskClient):
    """The counter's page, the services that the demo data use, and the import of a ledger: nobody is forgotten."""
    with casefiles.at(DAY):
        personas.login(client, "duty_lawyer")
        page = client.get("/cases/new").text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        fields = {
            "csrf_token": token, "source": "walk_in", "applicant_name": "周明远", "company": "云岫速运青浦网点",
            "company_role": "employer", "phone": casefiles.PHONE, "amount": "12000", "category": "wage.arrears", "facts": "拖欠两个月工资",
            "received_on": DAY.isoformat(), "relationship": "employment", "application_mode": "oral",
        }  # fmt: skip
        answer = client.post("/cases/new", data=fields)
        assert answer.status_code == 303, answer.text[answer.text.find("error-summary") :][:800]
    with app.app_context(), casefiles.at(d(1)), transaction():
        casefiles.agreed(lawyer())
        importing.import_cases(
            personas.actor("committee"),
            rows=[ImportedCase(key="x", received_on=DAY, applicants=(ImportedParty("周明远"),))],
        )
    with app.app_context():
        committee = personas.world().committee.id
        assert db.session.scalar(select(func.count()).select_from(CaseSpell)) == 3
        assert not queries.without_spell(committee, after_id=0, limit=10)


def test_cases_from_before_are_counted_once(app: Flask, monkeypatch):
    monkeypatch.setattr(cli_context, "build_app", lambda: app)
    with app.app_context(), transaction():
        case = reopened_case()
        with casefiles.at(d(60)):
            dated, undated = importing.import_cases(
                personas.actor("committee"),
                rows=[
                    ImportedCase(key=key, received_on=DAY, applicants=(ImportedParty("周明远"),), result="agreed", closed=_ledger_day(closed))
                    for key, closed in (("a", "2026-03-20"), ("b", "2026-03"))
                ],
            )  # fmt: skip
        expected = [rows(one) for one in (case, dated, undated)]
        ids = [case.id, dated.id, undated.id]
        db.session.execute(delete(CaseSpell))

    def command() -> dict[str, int]:
        answer = CliRunner().invoke(cli, ["cases", "spells", "--json", "--committee", personas.HERE])
        assert answer.exit_code == 0, answer.output
        return json.loads(answer.output)

    assert command() == {"cases": 3} and command() == {"cases": 0}
    with app.app_context():
        assert [rows(db.session.get(Case, one)) for one in ids] == expected


def test_an_upgrade_counts_them_by_itself(app: Flask):
    with app.app_context(), transaction():
        case = reopened_case()
        db.session.execute(delete(CaseSpell))
        service.count_first_spells()
        assert rows(case) == REOPENED
        db.session.execute(delete(CaseSpell).where(CaseSpell.case_id == case.id, CaseSpell.seq == 2))
        service.count_first_spells()
        assert rows(case) == REOPENED[:1]  # what is counted stays as it is


@pytest.mark.usefixtures("writing")
def test_another_committees_cases_are_left_alone():
    reopened_case()
    db.session.execute(delete(CaseSpell))
    assert service.build_missing_spells(personas.actor("committee_elsewhere")) == 0
    assert service.build_missing_spells(personas.actor("committee")) == 1
