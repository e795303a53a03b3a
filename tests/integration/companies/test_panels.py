"""The cards that other features put on a company's page."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from mediation.companies import panels
from mediation.companies.models import Company
from mediation.companies.panels import Panel
from mediation.core.db import db
from tests import personas

OWN = "云岫速运集团有限公司"


@pytest.fixture
def own_page(app) -> str:
    with app.app_context():
        return f"/companies/{db.session.scalar(select(Company.id).where(Company.name == OWN))}"


def test_cards_stand_in_their_order_and_know_who_asks(app, own_page, monkeypatch):
    asked = []

    def card(title: str, sort: int):
        def ask(actor, company):
            asked.append((actor.name, company.name))
            return Panel(title, "companies/_clients.html", {"lines": []}, sort=sort, href="/x", link_label="看全部")

        return ask

    monkeypatch.setattr(panels, "PANELS", [card("后一张", 9), card("前一张", 3), lambda actor, company: None])
    page = personas.login(app.test_client(), "hr_same_company").get(own_page).get_data(as_text=True)
    assert page.index("前一张") < page.index("后一张")
    assert page.count('href="/x"') == 2
    assert asked == [("许宁", OWN)] * 2


def test_nobody_is_asked_about_a_company_the_reader_may_not_see(app, own_page, monkeypatch):
    monkeypatch.setattr(panels, "PANELS", [lambda actor, company: pytest.fail("asked for another company's HR")])
    assert personas.login(app.test_client(), "hr_other_company").get(own_page).status_code == 404
