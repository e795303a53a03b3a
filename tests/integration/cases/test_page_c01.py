"""Example case C01 through the pages, from the open case to the archive, with the clock of 2026."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mediation.cases import service
from mediation.cases.models import MediationSession
from mediation.core.db import db, transaction
from mediation.deadlines import queries as deadlines
from mediation.parties import queries as party_queries
from tests import personas
from tests.factories import casefiles
from tests.product import Content

NUMBER = "2026-000001"
PAGE = f"/cases/{NUMBER}"


@pytest.fixture
def content() -> Content:
    return casefiles.CONTENT


class People:
    """The people of C01, each at a browser of their own."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._clients: dict[str, FlaskClient] = {}

    def __call__(self, persona: str) -> FlaskClient:
        if persona not in self._clients:
            self._clients[persona] = personas.login(self._app.test_client(), persona)
        return self._clients[persona]

    def page(self, persona: str) -> str:
        answer = self(persona).get(PAGE)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    def do(self, persona: str, act: str, **data: object) -> None:
        """One act: the form opens, the POST leads back to the case."""
        assert self(persona).get(f"{PAGE}/{act}").status_code == 200, act
        answer = personas.post(self(persona), f"{PAGE}/{act}", data)
        assert answer.status_code == 303, f"{act}: {answer.get_data(as_text=True)}"
        assert answer.location == PAGE


def last_days(app: Flask) -> dict[str, tuple[date, date, str]]:
    with app.app_context():
        case = casefiles.reload(NUMBER)
        return {one.rule_code: (one.raw_last_day, one.last_day, one.status) for one in deadlines.of_case(case.id)}


def test_c01_from_intake_to_archive(app: Flask) -> None:
    people = People(app)
    with casefiles.at(date(2026, 3, 4)):
        with app.app_context(), transaction():
            casefiles.open_wages(personas.actor("duty_lawyer"))
        page = people.page("duty_lawyer")
        assert "确认程序" in page and "2026年3月9日" in page  # the first button, and the day to accept by
        assert people("hr_same_company").get(PAGE).status_code == 404  # HR learns of it when it is asked
        people.do("duty_lawyer", "track", track="labour", relationship="employment")
        people.do("duty_lawyer", "ask-consent", on="2026-03-04")
    assert last_days(app)["LM-ACCEPT-3WD"] == (date(2026, 3, 9), date(2026, 3, 9), "open")
    assert last_days(app)["LM-STATUTE-15D"] == (date(2026, 3, 19), date(2026, 3, 19), "open")

    with casefiles.at(date(2026, 3, 5)):
        assert "公司人事" in people.page("hr_same_company")
        with app.app_context():
            [claim] = service.claims_of(casefiles.reload(NUMBER))
            offer = {"claim_id": claim.id, "kind": "offer", "amount_fen": "12000", "reason": "先付一部分"}
        offer = {f"answers-0-{name}": value for name, value in offer.items()}
        people.do("hr_same_company", "answer", **offer, **{"answers-0-valid_until": "2026-03-20"})
        with app.app_context():
            ours = [(one.id, one.side) for one in party_queries.for_case(casefiles.reload(NUMBER).id)]
        for party_id, side in ours:
            if side == "respondent":
                people.do("duty_lawyer", "consent", party_id=party_id, answer="yes", on="2026-03-05", channel="phone")

    with casefiles.at(date(2026, 3, 6)):
        assert f'href="{PAGE}/accept">受理<' in people.page("duty_lawyer")
        people.do("duty_lawyer", "accept", on="2026-03-06")
        assert "沪快调字〔2026〕第1号" in people.page("duty_lawyer")
        assert f"{PAGE}/mediator" not in people.page("duty_lawyer")  # the committee's to do
        with app.app_context():
            mediator = casefiles.user_id("judicial_here")
        people.do("committee", "mediator", user_id=mediator)
    assert last_days(app)["LM-ACCEPT-3WD"][2] == "met"
    assert last_days(app)["LM-MEDIATE-15D"] == (date(2026, 3, 21), date(2026, 3, 23), "open")

    _mediate_and_sign(app, people)
    _pay_and_file(app, people)


def _mediate_and_sign(app: Flask, people: People) -> None:
    with casefiles.at(date(2026, 3, 9)):
        meeting = {"day": "2026-03-12", "starts_at": "14点半", "planned_minutes": "90", "place": "青浦卡友驿站"}
        people.do("judicial_here", "sessions/new", **meeting)
    with casefiles.at(date(2026, 3, 12), hour=18):
        with app.app_context():
            planned = db.session.scalars(select(MediationSession.id)).one()
        people.do(
            "judicial_here",
            f"sessions/record?session={planned}",
            day="2026-03-12",
            starts_at="14:30",
            ends_at="16:00",
            record="双方核对出勤和工资条。",
            rights_told="y",
            **{
                "attendance-0-name": "周明远",
                "attendance-0-capacity": "申请人",
                "attendance-0-was_present": "y",
                "attendance-4-name": "许宁",
                "attendance-4-capacity": "总部人事",
                "attendance-4-was_present": "y",
            },
        )
        people.do(
            "judicial_here",
            "agreement",
            facts="拖欠十二月、一月和二月工资。",
            terms="总部代网点分两期付清。",
            total_fen="16,650",
            payment_method="银行转账",
            early_maturity="y",
            **{
                "instalments-0-due_on": "2026-03-20",
                "instalments-0-amount_fen": "8650",
                "instalments-1-due_on": "2026-04-10",
                "instalments-1-amount_fen": "8,000.00",
                "instalments-2-due_on": "",
                "instalments-2-amount_fen": "",
            },
        )
    with casefiles.at(date(2026, 3, 16)):
        with app.app_context():
            lines = {one.actor_kind: one.id for one in service.draft_agreement_of(casefiles.reload(NUMBER)).signatures}
            ids = [one.id for one in service.draft_agreement_of(casefiles.reload(NUMBER)).signatures]
        signed = {}
        for place, line in enumerate(one for one in ids if one != lines["seal"]):
            signed |= {
                f"signatures-{place}-signature_id": line,
                f"signatures-{place}-is_signed": "y",
                f"signatures-{place}-signed_on": "2026-03-14" if place else "2026-03-13",
            }
        people.do("judicial_here", "signatures", **signed)
        assert f"{PAGE}/seal" not in people.page("judicial_here")
        assert f'href="{PAGE}/seal">' in people.page("committee")
        people.do("committee", "seal", on="2026-03-16")
    days = last_days(app)
    assert days["LM-ARBREVIEW-15D"] == (date(2026, 3, 31), date(2026, 3, 31), "open")
    assert days["JC-30D"] == (date(2026, 4, 15), date(2026, 4, 15), "open")
    assert days["LM-MEDIATE-15D"][2] == "met" and days["LM-STATUTE-15D"][2] == "cancelled"


def _pay_and_file(app: Flask, people: People) -> None:
    with casefiles.at(date(2026, 3, 20)):
        page = people.page("duty_lawyer")
        assert "自 2026年3月16日 起生效" in page and "今天到期" in page
        with app.app_context():
            first, second = service.effective_agreement(casefiles.reload(NUMBER)).instalments
            first, second = first.id, second.id
        people.do(
            "duty_lawyer", "payments/new", instalment_id=first, amount_fen="8650", paid_on="2026-03-20", proof="回单 1"
        )
    with casefiles.at(date(2026, 4, 9)):
        people.do("duty_lawyer", "payments/new", instalment_id=second, amount_fen="8000", paid_on="2026-04-09")
        assert "已履行" in people.page("duty_lawyer")
    with casefiles.at(date(2026, 4, 15)):
        people.do("duty_lawyer", "follow-up", visited_on="2026-04-15", finding="已收到全部款项", satisfaction="5")
        assert f'href="{PAGE}/close">结案<' in people.page("duty_lawyer")
        people.do("duty_lawyer", "close", on="2026-04-15")
        people.do("duty_lawyer", "archive", on="2026-04-15")
        assert "已归档" in people.page("duty_lawyer")
    with app.app_context():
        case = casefiles.reload(NUMBER)
        assert (case.state, case.outcome, case.performance, case.paid_fen) == ("archived", "agreed", "full", 1_665_000)
        assert case.next_deadline_on is None
