"""A company's HR sees to its colleagues: inside the own tree, nobody above, gone the same day, and all of it told."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mediation.accounts import delegation, invitations, queries
from mediation.accounts.models import Invitation, User
from mediation.audit.models import AuditRow
from mediation.companies import policy
from mediation.companies import service as companies
from mediation.companies.models import Company
from mediation.core.actor import Role, system
from mediation.core.db import db, transaction
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from tests import personas
from tests.factories.accounts import make_company, make_user
from tests.product import Content


def fill(app: Flask) -> None:
    """PEOPLE, a region and an outlet beside the first ones, and HR at every level."""
    personas.fill(app)
    with transaction():
        world = personas.world()
        here = world.committee
        south = make_company(here, "云岫速运华南有限公司", parent=world.company)
        make_company(here, "云岫速运南山网点", parent=south)
        make_user(here, "hr_east", Role.HR, name="东区人事", companies=[world.region])
        make_user(here, "hr_south", Role.HR, name="南区人事", companies=[south])
        make_user(here, "hr_outlet", Role.HR, name="网点人事", companies=[world.outlet])
        make_user(here, "hr_both", Role.HR, name="两家人事", companies=[world.outlet, world.other_company])
        make_user(here, "hr_second", Role.HR, name="总部同事", companies=[world.company])


@pytest.fixture
def content() -> Content:
    return Content("delegation", fill)


def post(client: FlaskClient, address: str, data: dict | None = None):
    return client.post(address, data={"csrf_token": personas.csrf_token(client, "/profile"), **(data or {})})


def key(app: Flask, username: str) -> int:
    with app.app_context():
        return personas.user(username).id


def company(app: Flask, name: str) -> int:
    with app.app_context():
        return db.session.scalars(select(Company.id).where(Company.name == name)).one()


def held(app: Flask, username: str) -> tuple[bool, dict[str, int]]:
    """Whether the account is open, and its companies with their levels."""
    with app.app_context():
        user = personas.user(username)
        names = dict(db.session.execute(select(Company.id, Company.name)).all())
        return user.is_active, {names[row.company_id]: row.level for row in user.companies}


def seen_by(app: Flask, username: str) -> set[str]:
    with app.app_context():
        return {one.user.username for one in delegation.colleagues_for(personas.actor(username))}


@pytest.mark.parametrize(
    ("username", "people"),
    [
        ("hr_same_company", {"hr_same_company", "hr_second", "hr_east", "hr_south", "hr_outlet", "hr_both"}),
        ("hr_east", {"hr_east", "hr_outlet", "hr_both"}),
        ("hr_south", {"hr_south"}),
        ("hr_outlet", {"hr_outlet", "hr_both"}),
        ("hr_other_company", {"hr_other_company", "hr_both"}),
        ("committee", set()),
        ("committee_elsewhere", set()),
    ],
)
def test_everybody_sees_the_own_tree_and_nobody_above(app: Flask, username: str, people: set[str]):
    assert seen_by(app, username) == people


def test_the_tree_is_that_of_the_policy_of_companies(app: Flask):
    with app.app_context():
        for username in ("hr_same_company", "hr_east", "hr_outlet", "hr_both", "hr_other_company"):
            actor = personas.actor(username)
            every = set(db.session.scalars(select(Company.id)))
            visible = set(db.session.scalars(select(Company.id).where(policy.visible_to(actor))))
            assert queries.of_tree(actor, every) == visible, username


def test_what_somebody_holds_elsewhere_is_not_named(client: FlaskClient):
    personas.login(client, "hr_same_company")
    page = client.get("/accounts/colleagues").text
    assert "两家人事" in page and "另有本公司以外的范围" in page
    assert "远岚" not in page


def test_nobody_of_another_company_can_be_reached(client: FlaskClient, app: Flask):
    personas.login(client, "hr_other_company")
    for username in ("hr_east", "hr_same_company", "duty_lawyer", "committee_elsewhere"):
        address = f"/accounts/colleagues/{key(app, username)}"
        assert client.get(address).status_code == 404
        assert post(client, address, {"companies-0": "1"}).status_code == 404
        assert post(client, f"{address}/take-away").status_code == 404
    assert held(app, "hr_east") == (True, {"云岫速运华东有限公司": 2})


@pytest.mark.parametrize("above", ["hr_same_company", "hr_east"])
def test_an_outlet_does_not_reach_those_above(app: Flask, above: str):
    with app.app_context(), pytest.raises(NotFound):
        delegation.colleague_for(personas.actor("hr_outlet"), personas.user(above).id)


def test_whoever_holds_a_part_and_more_above_is_out_of_reach(app: Flask):
    with app.app_context(), transaction():
        world = personas.world()
        make_user(world.committee, "hr_broad", Role.HR, companies=[world.company, world.outlet])
    assert "hr_broad" not in seen_by(app, "hr_east")
    assert "hr_broad" in seen_by(app, "hr_second")


def test_a_part_is_changed_inside_the_own_tree(client: FlaskClient, app: Flask):
    personas.login(client, "hr_same_company")
    south = company(app, "云岫速运华南有限公司")
    address = f"/accounts/colleagues/{key(app, 'hr_east')}"
    assert "云岫速运华南有限公司" in client.get(address).text
    assert post(client, address, {"companies-0": str(south)}).status_code == 303
    assert held(app, "hr_east") == (True, {"云岫速运华南有限公司": 2})
    page = client.get("/accounts/colleagues").text
    assert "授予 东区人事 权限：云岫速运华南有限公司" in page
    assert "收回 东区人事 的权限：云岫速运华东有限公司" in page


def test_a_changed_part_counts_from_the_next_click(client: FlaskClient, app: Flask):
    colleague = personas.login(app.test_client(), "hr_east")
    east, south = (company(app, name) for name in ("云岫速运华东有限公司", "云岫速运华南有限公司"))
    assert colleague.get(f"/companies/{east}").status_code == 200
    personas.login(client, "hr_same_company")
    post(client, f"/accounts/colleagues/{key(app, 'hr_east')}", {"companies-0": str(south)})
    assert colleague.get(f"/companies/{east}").status_code == 404
    assert colleague.get(f"/companies/{south}").status_code == 200


def test_what_somebody_holds_elsewhere_stays(client: FlaskClient, app: Flask):
    personas.login(client, "hr_same_company")
    region = company(app, "云岫速运华东有限公司")
    assert post(client, f"/accounts/colleagues/{key(app, 'hr_both')}", {"companies-0": str(region)}).status_code == 303
    assert held(app, "hr_both") == (True, {"云岫速运华东有限公司": 2, "远岚物流集团有限公司": 1})


@pytest.mark.parametrize(
    ("chosen", "error"),
    [("远岚物流集团有限公司", "field-error"), ("云岫速运集团有限公司", "field-error"), ("", "请选择公司")],
)
def test_a_region_cannot_give_what_it_does_not_hold(client: FlaskClient, app: Flask, chosen: str, error: str):
    personas.login(client, "hr_east")
    wanted = str(company(app, chosen)) if chosen else ""
    answer = post(client, f"/accounts/colleagues/{key(app, 'hr_outlet')}", {"companies-0": wanted})
    assert answer.status_code == 422
    assert error in answer.text
    assert held(app, "hr_outlet") == (True, {"云岫速运青浦网点": 3})


def test_the_service_refuses_the_same(app: Flask):
    with app.app_context(), transaction():
        east = personas.actor("hr_east")
        outlet = delegation.colleague_for(east, personas.user("hr_outlet").id)
        for name in ("远岚物流集团有限公司", "云岫速运集团有限公司", "云岫速运华南有限公司"):
            wanted = db.session.scalars(select(Company.id).where(Company.name == name)).one()
            with pytest.raises(DomainError):
                delegation.change_part(east, colleague=outlet, company_ids=[wanted])
        for stranger in ("committee", "duty_lawyer", "admin"):
            with pytest.raises(Forbidden):
                delegation.take_away(personas.actor(stranger), colleague=outlet)


def test_nobody_changes_the_own_part(client: FlaskClient, app: Flask):
    personas.login(client, "hr_same_company")
    own = f"/accounts/colleagues/{key(app, 'hr_same_company')}"
    assert "不能更改自己的范围" in client.get(own).text
    outlet = str(company(app, "云岫速运青浦网点"))
    assert post(client, own, {"companies-0": outlet}).status_code == 422
    assert post(client, f"{own}/take-away").status_code == 409
    assert held(app, "hr_same_company") == (True, {"云岫速运集团有限公司": 1})


def test_leaving_ends_access_the_same_moment(client: FlaskClient, app: Flask):
    leaver = personas.login(app.test_client(), "hr_outlet")
    with app.app_context(), transaction():
        outlet = personas.world().outlet.id
        invitations.invite(personas.actor("hr_outlet"), name="跟班", roles=[Role.HR], company_ids=[outlet])
    personas.login(client, "hr_east")
    address = f"/accounts/colleagues/{key(app, 'hr_outlet')}/take-away"
    assert post(client, address).status_code == 303
    assert leaver.get("/profile").status_code == 302
    assert held(app, "hr_outlet") == (False, {"云岫速运青浦网点": 3})  # what it held can still be read
    with app.app_context():
        assert db.session.scalars(select(Invitation)).one().revoked_at is not None
        version = personas.user("hr_outlet").session_version
    assert post(client, address).status_code == 303  # a second click changes nothing
    with app.app_context():
        assert personas.user("hr_outlet").session_version == version
    page = client.get("/accounts/colleagues").text
    assert "已停用" in page and "收回 网点人事 的权限：云岫速运青浦网点" in page


def test_whoever_holds_more_loses_only_this_tree_but_every_session(client: FlaskClient, app: Flask):
    colleague = personas.login(app.test_client(), "hr_both")
    personas.login(client, "hr_same_company")
    assert post(client, f"/accounts/colleagues/{key(app, 'hr_both')}/take-away").status_code == 303
    assert colleague.get("/profile").status_code == 302
    assert held(app, "hr_both") == (True, {"远岚物流集团有限公司": 1})
    personas.login(colleague, "hr_both")
    assert colleague.get(f"/companies/{company(app, '云岫速运青浦网点')}").status_code == 404
    assert "hr_both" not in seen_by(app, "hr_same_company")
    assert "收回 两家人事 的权限：云岫速运青浦网点" in client.get("/accounts/colleagues").text


def test_a_closed_account_is_opened_by_an_administrator_only(app: Flask):
    with app.app_context(), transaction():
        personas.user("hr_outlet").is_active = False
        east = personas.actor("hr_east")
        outlet = delegation.colleague_for(east, personas.user("hr_outlet").id)
        with pytest.raises(Conflict):
            delegation.change_part(east, colleague=outlet, company_ids=outlet.company_ids)
        with pytest.raises(Conflict):
            delegation.take_away(east, colleague=outlet)


def test_headquarters_see_what_a_region_did(client: FlaskClient, app: Flask):
    personas.login(client, "hr_east")
    data = {"name": "新网点人事", "days": "7", "companies-0": str(company(app, "云岫速运青浦网点"))}
    assert post(client, "/accounts/colleagues/invite", data).status_code == 200
    post(client, f"/accounts/colleagues/{key(app, 'hr_outlet')}/take-away")
    for persona, sees in (("hr_same_company", True), ("hr_south", False), ("hr_other_company", False)):
        other = personas.login(app.test_client(), persona)
        page = other.get("/accounts/colleagues").text
        assert ("邀请 新网点人事" in page, "收回 网点人事 的权限" in page) == (sees, sees), persona
        assert ("东区人事" in page) is sees, persona


def test_when_a_region_moves_its_people_move_along(app: Flask):
    with app.app_context(), transaction():
        world = personas.world()
        companies.move(system(world.committee.id), company=world.region, parent=world.other_company)
    assert {"hr_east", "hr_outlet"} <= seen_by(app, "hr_other_company")
    assert seen_by(app, "hr_same_company") == {"hr_same_company", "hr_second", "hr_south"}


def test_when_a_headquarters_becomes_a_region_its_level_follows(app: Flask):
    with app.app_context(), transaction():
        world = personas.world()
        companies.move(system(world.committee.id), company=world.other_company, parent=world.company)
    assert held(app, "hr_other_company") == (True, {"远岚物流集团有限公司": 2})
    assert "hr_other_company" in seen_by(app, "hr_same_company")
    with app.app_context(), pytest.raises(DomainError), transaction():
        invitations.invite(
            personas.actor("hr_other_company"), name="某人", roles=[Role.HR], company_ids=[personas.world().company.id]
        )


def test_a_merged_region_is_seen_with_its_survivor(app: Flask):
    with app.app_context(), transaction():
        world = personas.world()
        south = db.session.scalars(select(Company).where(Company.name == "云岫速运华南有限公司")).one()
        companies.merge(system(world.committee.id), source=south, target=world.region, reason="合并为一个大区")
    assert "hr_south" in seen_by(app, "hr_same_company")
    # Whoever answered for the merged region answers for the whole of the new one.
    assert {"hr_east", "hr_south", "hr_outlet"} <= seen_by(app, "hr_south")


def test_a_merged_company_is_no_line_of_the_form(client: FlaskClient, app: Flask):
    with app.app_context(), transaction():
        world = personas.world()
        south = db.session.scalars(select(Company).where(Company.name == "云岫速运华南有限公司")).one()
        companies.merge(system(world.committee.id), source=south, target=world.region, reason="合并为一个大区")
        region = str(world.region.id)
    assert held(app, "hr_south")[1] == {"云岫速运华南有限公司": 2, "云岫速运华东有限公司": 2}
    personas.login(client, "hr_same_company")
    address = f"/accounts/colleagues/{key(app, 'hr_south')}"
    page = client.get(address).text
    assert 'name="companies-0"' in page and 'name="companies-1"' not in page
    assert post(client, address, {"companies-0": region}).status_code == 303
    assert held(app, "hr_south") == (True, {"云岫速运华东有限公司": 2})


def test_an_administrators_change_is_told_at_the_company_too(client: FlaskClient, app: Flask):
    personas.login(client, "admin")
    outlet = company(app, "云岫速运青浦网点")
    data = {"name": "东区人事", "roles": ["hr"], "companies-0": str(outlet)}
    assert post(client, f"/admin/users/{key(app, 'hr_east')}", data).status_code == 303
    with app.app_context():
        rows = db.session.scalars(
            select(AuditRow).where(AuditRow.subject_kind == "company", AuditRow.actor_name == "管文")
        ).all()
        east = db.session.scalars(select(User.id).where(User.username == "hr_east")).one()
        told = {(row.event, row.subject_id, row.fields["account"]) for row in rows}
        assert told == {("access_given", outlet, east), ("access_taken", personas.world().region.id, east)}
