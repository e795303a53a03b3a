"""Days out of office: who may enter them, who can be the deputy, and that the deputy is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from mediation.accounts import absences
from mediation.accounts.models import Absence
from mediation.accounts.sessions import actor_of
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError, Forbidden, NotFound
from mediation.notifications.models import InboxItem
from tests import personas
from tests.factories import casefiles

TODAY, FIRST, LAST = date(2026, 11, 23), date(2026, 11, 25), date(2026, 11, 27)


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    with casefiles.at(TODAY):
        yield app


def enter(persona: str = "duty_lawyer", deputy: str = "judicial_here", by: str | None = None, **days) -> Absence:
    with transaction():
        days = {"from_on": FIRST, "to_on": LAST, **days}
        deputy_id = personas.user(deputy).id
        return absences.enter(
            personas.actor(by or persona), user=personas.user(persona), deputy_id=deputy_id, note=None, **days
        )


def refusal(**values) -> str:
    with pytest.raises(DomainError) as caught:
        enter(**values)
    return caught.value.field


def test_the_deputy_is_told_and_stands_in_on_the_days_and_no_longer(context):
    enter()
    item = db.session.scalars(select(InboxItem)).one()
    assert item.user_id == personas.user("judicial_here").id
    assert item.title == "沈知言 外出（2026-11-25 – 2026-11-27），期间由您代理"
    found = {}
    for day in (date(2026, 11, 24), FIRST, LAST, date(2026, 11, 28)):
        with casefiles.at(day):
            found[day.day] = personas.user("duty_lawyer").id in actor_of(personas.user("judicial_here")).deputises_for
    assert found == {24: False, 25: True, 27: True, 28: False}


def test_a_cancelled_absence_ends_at_once(context):
    absence = enter()
    with casefiles.at(FIRST):
        assert absences.away_on(absence.committee_id, FIRST) == {
            personas.user("duty_lawyer").id: personas.user("judicial_here").id
        }
        with transaction():
            absences.cancel(personas.actor("duty_lawyer"), absence=db.session.get(Absence, absence.id))
        assert absences.away_on(personas.world().committee.id, FIRST) == {}
        assert actor_of(personas.user("judicial_here")).deputises_for == frozenset()


@pytest.mark.parametrize(
    ("persona", "deputy", "fits"),
    [
        ("duty_lawyer", "lawyer_elsewhere", True),
        ("duty_lawyer", "committee", True),
        ("duty_lawyer", "duty_lawyer", False),
        ("duty_lawyer", "hr_same_company", False),
        ("duty_lawyer", "admin", False),
        ("duty_lawyer", "police_here", False),
        ("duty_lawyer", "committee_elsewhere", False),
        ("committee", "duty_lawyer", False),  # a secretary's seal is not a lawyer's
        ("police_here", "police_elsewhere", True),
        ("hr_same_company", "hr_other_company", False),
        ("admin", "committee", False),  # sees no cases: there is nothing to stand in for
    ],
)
def test_a_deputy_is_somebody_who_may_read_the_same_cases(context, persona: str, deputy: str, fits: bool):
    if fits:
        assert enter(persona, deputy).id
    else:
        assert refusal(persona=persona, deputy=deputy) == "deputy"


def test_an_account_that_is_closed_cannot_stand_in(context):
    with transaction():
        personas.user("judicial_here").is_active = False
    assert refusal() == "deputy"


def test_days_that_cannot_be(context):
    assert refusal(from_on=LAST, to_on=FIRST) == "to_on"
    assert refusal(from_on=date(2026, 11, 1), to_on=date(2026, 11, 22)) == "to_on"
    assert refusal(to_on=date(2027, 12, 1)) == "to_on"
    enter()
    assert refusal(from_on=LAST, to_on=LAST) == "from_on"
    assert enter(from_on=date(2026, 11, 28), to_on=date(2026, 11, 28))
    assert enter("lawyer_elsewhere")  # somebody else on the same days


def test_for_others_only_whoever_plans_the_roster(context):
    assert enter(by="committee").id
    with pytest.raises(Forbidden):
        enter("judicial_here", "committee", by="duty_lawyer")
    absence_id = db.session.scalars(select(Absence.id)).one()
    assert absences.get_for(personas.actor("admin"), absence_id)
    for persona in ("judicial_here", "committee_elsewhere"):
        with pytest.raises(NotFound):
            absences.get_for(personas.actor(persona), absence_id)


def test_the_own_page_enters_shows_and_cancels(app, client):
    personas.login(client, "duty_lawyer")
    with app.app_context():
        deputy = personas.user("judicial_here").id
    typed = {"from_on": "2026年11月25日", "to_on": "2026-11-24", "deputy": str(deputy), "note": "培训"}
    refused = personas.post(client, "/profile/absences", typed)
    assert refused.status_code == 422
    assert "结束日早于开始日" in refused.get_data(as_text=True)
    assert 'value="2026年11月25日"' in refused.get_data(as_text=True)
    assert personas.post(client, "/profile/absences", typed | {"to_on": "2026-11-27"}).status_code == 303
    shown = client.get("/profile/absences").get_data(as_text=True)
    for words in ("何清", "11月25日 周三", "培训"):
        assert words in shown
    with app.app_context():
        absence_id = db.session.scalars(select(Absence.id)).one()
    other = personas.login(app.test_client(), "judicial_here")
    assert "沈知言，11月25日 周三 至 11月27日 周五" in other.get("/profile/absences").get_data(as_text=True)
    assert personas.post(other, f"/absences/{absence_id}/cancel").status_code == 404
    assert personas.post(client, f"/absences/{absence_id}/cancel").status_code == 303
    assert "培训" not in client.get("/profile/absences").get_data(as_text=True)


def test_the_committees_page_enters_for_others(app, client):
    personas.login(client, "committee")
    with app.app_context():
        values = {"user": personas.user("duty_lawyer").id, "deputy": personas.user("lawyer_elsewhere").id}
    days = {"from_on": "2026-11-25", "to_on": "2026-11-27"}
    assert personas.post(client, "/roster/absences", values | days).status_code == 303
    shown = client.get("/roster/absences").get_data(as_text=True)
    assert "沈知言" in shown
    assert "顾远" in shown
    lawyer = personas.login(app.test_client(), "duty_lawyer")
    assert lawyer.get("/roster/absences").status_code == 403
