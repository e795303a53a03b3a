"""Who may invite whom to what: never more than the inviter holds, and what the inviter is told."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mediation.accounts import invitations, service
from mediation.accounts.invitations import State
from mediation.accounts.models import Invitation
from mediation.companies import service as companies
from mediation.core.actor import Role, system
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError, Forbidden, NotFound
from tests import personas
from tests.factories.accounts import make_user
from tests.integration.accounts.inviting import (
    accept,
    account,
    ids,
    invite_colleague,
    knock,
    made,
    post,
    shown,
)
from tests.receivers import mail_server

pytestmark = pytest.mark.usefixtures("stopped_clock")


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"roles": [Role.COMMITTEE], "companies": ()}, Forbidden),
        ({"roles": [Role.ADMIN], "companies": ()}, Forbidden),
        ({"roles": [Role.HR, Role.COMMITTEE], "companies": ("outlet",)}, Forbidden),
        ({"roles": [Role.HR], "companies": ("outlet",), "station_ids": ("station",)}, Forbidden),
        ({"roles": [Role.HR], "companies": ("outlet",), "office_id": "law_firm"}, Forbidden),
        ({"roles": [Role.HR], "companies": ("other_company",)}, DomainError),
        ({"roles": [Role.HR], "companies": ("outlet", "other_company")}, DomainError),
        ({"roles": [Role.HR], "companies": ("company",)}, DomainError),  # the headquarters above the region
        ({"roles": [Role.HR], "companies": ()}, DomainError),
        ({"roles": [], "companies": ("outlet",)}, Forbidden),
    ],
)  # fmt: skip
def test_a_region_gives_only_what_it_holds(app: Flask, values: dict, error: type[DomainError]):
    place = ids(app)
    with app.app_context(), transaction():
        world = personas.world()
        make_user(world.committee, "hr_region", Role.HR, companies=[world.region])
    scope = {
        "roles": values["roles"],
        "company_ids": [place[name] for name in values["companies"]],
        "station_ids": [place[name] for name in values.get("station_ids", ())],
        "office_id": place.get(values.get("office_id", "")),
    }
    with app.app_context(), pytest.raises(error) as refused, transaction():
        invitations.invite(personas.actor("hr_region"), name="林梅", **scope)
    if error is DomainError:
        assert refused.value.field == "companies"
    with app.app_context():
        assert db.session.scalars(select(Invitation)).all() == []


@pytest.mark.parametrize("persona", ["duty_lawyer", "police_here", "committee", "judicial_here"])
def test_nobody_else_invites(app: Flask, persona: str):
    with app.app_context(), pytest.raises(Forbidden), transaction():
        invitations.invite(
            personas.actor(persona), name="林梅", roles=[Role.HR], company_ids=[personas.world().outlet.id]
        )


def test_a_forged_form_of_hr_is_refused_at_the_field(client: FlaskClient, app: Flask):
    place = ids(app)
    personas.login(client, "hr_same_company")
    data = {"name": "林梅", "days": "7", "companies-0": str(place["other_company"]), "roles": "committee"}
    answer = post(client, "/accounts/colleagues/invite", data)
    assert answer.status_code == 422
    assert 'value="林梅"' in answer.text
    with app.app_context():
        assert db.session.scalars(select(Invitation)).all() == []


@pytest.mark.parametrize("days", ["0", "31", "", "zwei", "-1"])
def test_an_invitation_lasts_one_to_thirty_days(client: FlaskClient, app: Flask, days: str):
    personas.login(client, "hr_same_company")
    data = {"name": "林梅", "days": days, "companies-0": str(ids(app)["outlet"])}
    answer = post(client, "/accounts/colleagues/invite", data)
    assert answer.status_code == 422
    assert "days-error" in answer.text


def test_hr_sees_only_invitations_of_the_own_tree(client: FlaskClient, app: Flask):
    theirs = made(app, "hr_other_company", name="别家的人", company_ids=[ids(app)["other_company"]])
    staff = made(app, "admin", name="委员", roles=[Role.COMMITTEE], company_ids=[])
    personas.login(client, "hr_same_company")
    page = client.get("/accounts/colleagues").text
    assert "别家的人" not in page and "委员" not in page
    for one in (theirs, staff):
        for act in ("renew", "revoke"):
            assert post(client, f"/accounts/invitations/{one.id}/{act}").status_code == 404
        with app.app_context(), pytest.raises(NotFound):
            invitations.get_for(personas.actor("committee_elsewhere"), one.id)


@pytest.mark.parametrize("loss", ["closed", "moved", "other role"])
def test_what_the_inviter_may_no_longer_give_cannot_be_taken(client: FlaskClient, app: Flask, loss: str):
    one = made(app)
    with app.app_context(), transaction():
        world, user = personas.world(), personas.user("hr_same_company")
        everything = system(world.committee.id)
        if loss == "closed":
            user.is_active = False
        elif loss == "moved":
            companies.move(everything, company=world.region, parent=world.other_company)
        else:
            service.change_user(
                everything, user=user, name=user.name, roles=[Role.COMMITTEE], station_ids=[], company_ids=[],
                office_id=None, title=None, email=None,
            )  # fmt: skip
    assert knock(client, f"/join/{one.token}", one.code).status_code == 422
    assert not accept(app, one.id, "lin.mei")


def test_a_merged_company_leads_to_its_survivor(app: Flask):
    one = made(app)
    with app.app_context(), transaction():
        world = personas.world()
        everything = system(world.committee.id)
        kept = companies.create_company(everything, name="云岫速运青浦二网点", parent=world.region)
        companies.merge(everything, source=world.outlet, target=kept, reason="重复登记")
        survivor = kept.id
    assert accept(app, one.id, "lin.mei")
    assert account(app, "lin.mei")[2] == {survivor: 3}


def test_an_administrator_who_is_closed_takes_the_invitations_along(client: FlaskClient, app: Flask):
    made(app, name="林梅")
    personas.login(client, "admin")
    with app.app_context():
        user_id = personas.user("hr_same_company").id
    post(client, f"/admin/users/{user_id}/active", {"active": "0"})
    with app.app_context():
        assert invitations.state_of(db.session.scalars(select(Invitation)).one()) is State.REVOKED


def test_the_link_goes_out_by_mail_and_the_code_does_not(client: FlaskClient, app: Flask, monkeypatch):
    personas.login(client, "hr_same_company")
    with mail_server() as server:
        monkeypatch.setitem(app.config, "SMTP_URL", server.url)
        monkeypatch.setitem(app.config, "MAIL_FROM", "mediation@example.org")
        path, code = invite_colleague(client, ids(app)["outlet"], contact="lin.mei@example.org")
    (letter,) = server.messages
    assert letter["To"] == "lin.mei@example.org"
    body = letter.get_content()
    assert path in body
    assert code not in body and code.replace(" ", "") not in body


def test_without_the_mail_server_the_page_says_so(client: FlaskClient, app: Flask, monkeypatch):
    personas.login(client, "hr_same_company")
    monkeypatch.setitem(app.config, "SMTP_URL", "smtp://127.0.0.1:9")
    monkeypatch.setitem(app.config, "MAIL_FROM", "mediation@example.org")
    data = {"name": "林梅", "days": "7", "companies-0": str(ids(app)["outlet"]), "contact": "lin.mei@example.org"}
    page = post(client, "/accounts/colleagues/invite", data).text
    assert "邮件没有发出" in page
    assert knock(app.test_client(), *shown(page)).status_code == 303  # the invitation stands


def test_a_form_says_all_that_is_missing_at_its_fields(client: FlaskClient, app: Flask):
    personas.login(client, "hr_same_company")
    page = post(client, "/accounts/colleagues/invite", {"name": "", "title": "主管", "contact": "abc", "days": "7"})
    assert page.status_code == 422
    for field in ("name", "companies-0", "contact"):
        assert f'id="{field}-error"' in page.text, field
    assert 'value="主管"' in page.text and 'value="abc"' in page.text
