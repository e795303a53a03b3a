"""What a case keeps and papers print is Chinese, whatever language its author reads: everybody else reads it as well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale, get_domain
from sqlalchemy import select

from mediation.cases import service
from mediation.cases.models import LimitationEvent, Offer, Signature
from mediation.core import i18n
from mediation.core.db import db, transaction
from mediation.deadlines.models import Deadline
from tests import personas
from tests.factories import casefiles
from tests.product import Content

DAY = date(2026, 3, 16)
LATIN = re.compile("[A-Za-z]")


@pytest.fixture
def content() -> Content:
    return casefiles.CONTENT


@pytest.fixture
def english(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalogue: the folder of the instance, where it is compiled, is emptied between tests."""
    i18n.compile_catalogues(Path(app.config["BABEL_TRANSLATION_DIRECTORIES"]))
    with app.app_context():
        monkeypatch.setattr(get_domain(), "cache", {})


@pytest.fixture
def in_english(app: Flask, english: None) -> Iterator[None]:
    """A day on which whoever acts reads English."""
    with casefiles.at(DAY), app.test_request_context(method="POST"), force_locale("en"):
        yield


def lawyer():
    return personas.actor("duty_lawyer")


def test_the_name_of_a_case_without_the_other_side(in_english: None) -> None:
    assert casefiles.open_wages(lawyer(), respondents=()).title == "周明远 — 对方不明"


def test_the_seal_and_what_an_agreement_proves(in_english: None) -> None:
    case = casefiles.agreed(lawyer())
    signers = set(db.session.scalars(select(Signature.name).where(Signature.case_id == case.id)))
    assert "调解委员会印章" in signers
    proofs = db.session.scalars(select(LimitationEvent.evidence).where(LimitationEvent.case_id == case.id)).all()
    assert "调解协议" in proofs and not [one for one in proofs if LATIN.search(one)]


def test_why_a_limitation_runs_anew(in_english: None) -> None:
    case = casefiles.open_wages(lawyer())
    rows = db.session.scalars(
        select(Deadline).where(Deadline.case_id == case.id, Deadline.subject.startswith("claim:"))
    )
    notes = [row.explanation[0]["note"] for row in rows]
    assert notes and all("时效中断：申请调解" in one and not LATIN.search(one) for one in notes)


def test_why_an_offer_has_ended(in_english: None) -> None:
    case = casefiles.mediating(lawyer())
    company, (wages,) = personas.actor("hr_same_company"), service.claims_of(case)
    service.answer(company, case=case, kind="offer", amount_fen=900_000, reason="分两期", claim_id=wages.id)
    service.answer(company, case=case, kind="accept", claim_id=wages.id)
    assert db.session.scalars(select(Offer.reason).where(Offer.case_id == case.id)).all() == ["改为“同意”"]


def test_who_was_at_a_session_in_the_joint_record(app: Flask, english: None, client: FlaskClient) -> None:
    with app.app_context(), casefiles.at(DAY), transaction():
        number = casefiles.mediating(lawyer()).number
    personas.login(client, "duty_lawyer")
    assert personas.post(client, "/language", {"lang": "en"}).status_code == 303
    with casefiles.at(DAY):
        form = client.get(f"/cases/{number}/sessions/record").text
    said = re.findall(r'name="attendance-\d+-capacity"[^>]*value="([^"]+)"', form)
    assert said == ["申请人", "被申请人", "被申请人"] and '<html lang="en"' in form
