"""Administrators open, change and close accounts; nobody can do more than that for himself."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mediation.accounts import passwords, service
from mediation.accounts.models import User
from mediation.audit.models import AuditRow
from mediation.core.actor import Role
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError, Forbidden
from tests import personas
from tests.factories.accounts import PASSWORD, make_user


@pytest.fixture
def admin(client: FlaskClient) -> FlaskClient:
    return personas.login(client, "admin")


def account(app: Flask, username: str) -> dict:
    with app.app_context():
        user = personas.user(username)
        return {
            "id": user.id,
            "name": user.name,
            "roles": {row.role for row in user.roles},
            "stations": {row.station_id for row in user.stations},
            "companies": {row.company_id: row.level for row in user.companies},
            "office": user.office_id,
            "active": user.is_active,
            "version": user.session_version,
        }


def world(app: Flask) -> dict[str, int]:
    with app.app_context():
        rows = personas.world()
        return {name: getattr(rows, name).id for name in ("station", "other_station", "law_firm", "company", "region")}


def recorded(app: Flask, user_id: int) -> list[tuple[str, dict]]:
    with app.app_context():
        rows = db.session.scalars(
            select(AuditRow)
            .where(
                AuditRow.subject_kind == "user_account", AuditRow.subject_id == user_id, AuditRow.actor_name == "管文"
            )
            .order_by(AuditRow.id)
        )
        return [(row.event, row.fields) for row in rows]


def test_a_new_account_can_sign_in_with_the_password_shown_once(admin: FlaskClient, app: Flask):
    ids = world(app)
    answer = personas.post(
        admin,
        "/admin/users/new",
        {
            "username": "Lin.Mei",
            "name": "林梅",
            "title": "律师",
            "roles": ["lawyer"],
            "stations": [ids["station"]],
            "office": ids["law_firm"],
        },
    )
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    secret = re.search(r"<code[^>]*>([\w-]+)</code>", answer.text)[1]
    made = account(app, "lin.mei")
    assert made["roles"] == {"lawyer"} and made["stations"] == {ids["station"]} and made["office"] == ids["law_firm"]
    assert recorded(app, made["id"]) == [
        ("record_created", {}),
        ("roles_changed", {"added": ["lawyer"], "removed": []}),
    ]
    with app.app_context():
        assert secret not in personas.user("lin.mei").password_hash
    newcomer = app.test_client()
    token = personas.csrf_token(newcomer, "/login")
    newcomer.post("/login", data={"username": "lin.mei", "password": secret, "csrf_token": token})
    assert newcomer.get("/profile").location == "/profile/password"


def test_hr_needs_a_company_and_gets_its_level(admin: FlaskClient, app: Flask):
    ids = world(app)
    typed = {"username": "hr.region", "name": "齐悦", "roles": ["hr"]}
    refused = personas.post(admin, "/admin/users/new", typed)
    assert refused.status_code == 422
    assert "公司：公司人事须指定所代表的公司" in refused.text
    assert '<p class="field-error">公司人事须指定所代表的公司</p>' in refused.text
    assert 'value="齐悦"' in refused.text and 'value="hr.region"' in refused.text
    assert re.search(r'<input checked class="form-check-input"[^>]* value="hr"', refused.text)
    personas.post(admin, "/admin/users/new", {**typed, "companies-0": ids["region"]})
    assert account(app, "hr.region")["companies"] == {ids["region"]: 2}


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"name": ""}, "请填写姓名"),
        ({"username": "duty_lawyer"}, "这个用户名已有人使用"),
        ({"username": "committee_elsewhere"}, "这个用户名已有人使用"),
        ({"username": "no spaces"}, "用户名为 2 至 60"),
        ({"roles": []}, "至少选择一个角色"),
        ({"roles": ["hr", "lawyer"], "companies-0": "company"}, "公司人事不能兼任其他角色"),
        ({"companies-0": "company"}, "只有公司人事可以指定公司"),
        ({"email": "not an address"}, "请填写有效的邮箱地址"),
        ({"stations": ["99999"]}, "驿站：所选的已经不能选，请重新选择"),
        ({"stations": ["here"]}, "驿站：所选的已经不能选，请重新选择"),
        ({"office": "99999"}, "所在单位：所选的已经不能选，请重新选择"),
        ({"office": "here"}, "所在单位：所选的已经不能选，请重新选择"),
        ({"roles": ["lawyer", "king"]}, "角色：所选的已经不能选，请重新选择"),
    ],
)
def test_a_field_error_keeps_what_was_typed(admin: FlaskClient, app: Flask, typed: dict, message: str):
    ids = world(app)
    data = {"username": "lin.mei", "name": "林梅", "title": "合伙人", "roles": ["lawyer"], **typed}
    answer = personas.post(
        admin,
        "/admin/users/new",
        {key: ids.get(value, value) if isinstance(value, str) else value for key, value in data.items()},
    )
    assert answer.status_code == 422
    assert message in answer.text
    assert 'value="合伙人"' in answer.text
    with app.app_context():
        assert not db.session.scalar(select(User.id).where(User.title == "合伙人"))


def test_a_change_counts_from_the_next_click(admin: FlaskClient, app: Flask):
    ids = world(app)
    before = account(app, "duty_lawyer")
    lawyer = personas.login(app.test_client(), "duty_lawyer")
    assert lawyer.get("/admin/users").status_code == 403
    answer = personas.post(
        admin,
        f"/admin/users/{before['id']}",
        {
            "name": "沈知言",
            "roles": ["lawyer", "admin"],
            "stations": [ids["other_station"]],
            "office": before["office"],
        },
    )
    assert answer.status_code == 303
    after = account(app, "duty_lawyer")
    assert after["roles"] == {"lawyer", "admin"} and after["stations"] == {ids["other_station"]}
    assert lawyer.get("/admin/users").status_code == 200
    assert recorded(app, before["id"]) == [
        ("record_changed", {"changed": ["stations"]}),
        ("roles_changed", {"added": ["admin"], "removed": []}),
    ]


def test_saving_without_a_change_records_nothing(admin: FlaskClient, app: Flask):
    before = account(app, "duty_lawyer")
    typed = {
        "name": before["name"], "roles": list(before["roles"]), "stations": list(before["stations"]),
        "office": before["office"],
    }  # fmt: skip
    assert personas.post(admin, f"/admin/users/{before['id']}", typed).status_code == 303
    assert account(app, "duty_lawyer") == before
    assert recorded(app, before["id"]) == []


def test_nobody_gives_himself_roles_or_closes_himself(admin: FlaskClient, app: Flask):
    own = account(app, "admin")
    answer = personas.post(admin, f"/admin/users/{own['id']}", {"name": "管文", "roles": ["admin", "committee"]})
    assert answer.status_code == 422
    assert "请由另一位管理员更改" in answer.text
    assert personas.post(admin, f"/admin/users/{own['id']}/active", {"active": "0"}).status_code == 422
    assert account(app, "admin") == own
    assert personas.post(admin, f"/admin/users/{own['id']}", {"name": "管文书", "roles": ["admin"]}).status_code == 303
    assert account(app, "admin")["name"] == "管文书"


def test_a_closed_account_is_out_at_once(admin: FlaskClient, app: Flask):
    lawyer = personas.login(app.test_client(), "duty_lawyer")
    assert lawyer.get("/profile").status_code == 200
    user_id = account(app, "duty_lawyer")["id"]
    assert personas.post(admin, f"/admin/users/{user_id}/active", {"active": "0"}).status_code == 303
    assert lawyer.get("/profile").status_code == 302
    assert "沈知言" not in admin.get("/admin/users").text
    assert "沈知言" in admin.get("/admin/users?closed=1").text
    # Opened again the old cookie still is worth nothing.
    assert personas.post(admin, f"/admin/users/{user_id}/active", {"active": "1"}).status_code == 303
    assert lawyer.get("/profile").status_code == 302
    personas.login(app.test_client(), "duty_lawyer")


def test_a_reset_password_ends_all_sessions(admin: FlaskClient, app: Flask):
    lawyer = personas.login(app.test_client(), "duty_lawyer")
    user_id = account(app, "duty_lawyer")["id"]
    answer = personas.post(admin, f"/admin/users/{user_id}/password")
    assert re.search(r"<code[^>]*>\w{4}-\w{4}-\w{4}</code>", answer.text)
    assert lawyer.get("/profile").status_code == 302
    assert recorded(app, user_id) == [("password_changed", {"by_other": True})]


def change_password(client: FlaskClient, current: str, new: str, repeated: str | None = None):
    data = {"current_password": current, "new_password": new, "repeated": new if repeated is None else repeated}
    return personas.post(client, "/profile/password", data)


def test_the_own_password_changes_and_only_this_session_stays(client: FlaskClient, app: Flask):
    personas.login(client, "duty_lawyer")
    elsewhere = personas.login(app.test_client(), "duty_lawyer")
    assert change_password(client, PASSWORD, "quite-another-one").status_code == 303
    assert client.get("/profile").status_code == 200
    assert elsewhere.get("/profile").status_code == 302
    with app.app_context():
        assert passwords.verify_password(personas.user("duty_lawyer").password_hash, "quite-another-one")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (("wrong", "quite-another-one"), "现在的密码不对"),
        ((PASSWORD, "short"), "密码至少 10 个字符"),
        ((PASSWORD, "1234567890"), "这个密码太常见"),
        ((PASSWORD, "aaaaaaaaaaaaaa"), "这个密码太常见"),
        ((PASSWORD, "my-duty_lawyer-1"), "密码不能包含用户名"),
        ((PASSWORD, "quite-another-one", "quite-another-two"), "两次输入的新密码不一样"),
        ((PASSWORD, PASSWORD), "新密码要与现在的不同"),
    ],
)
def test_a_bad_new_password_is_refused_with_a_reason(client: FlaskClient, app: Flask, typed: tuple, message: str):
    personas.login(client, "duty_lawyer")
    answer = change_password(client, *typed)
    assert answer.status_code == 422
    assert message in answer.text
    assert "quite-another" not in answer.text
    assert account(app, "duty_lawyer")["version"] == 1


def test_the_current_password_cannot_be_guessed_with_a_stolen_session(client: FlaskClient):
    personas.login(client, "duty_lawyer")
    answers = [change_password(client, "wrong", "quite-another-one").status_code for _try in range(6)]
    assert answers == [422] * 5 + [429]


@pytest.mark.parametrize("tail", ["", "/password", "/active"])
def test_another_committees_account_is_not_there(admin: FlaskClient, app: Flask, tail: str):
    user_id = account(app, "committee_elsewhere")["id"]
    assert personas.post(admin, f"/admin/users/{user_id}{tail}", {"name": "X", "roles": ["admin"]}).status_code == 404
    assert admin.get(f"/admin/users/{user_id}").status_code == 404
    assert "白宇" not in admin.get("/admin/users?closed=1").text


def test_stations_of_another_committee_cannot_be_chosen(app: Flask):
    from tests.factories.accounts import make_station

    with app.app_context(), transaction():
        foreign = make_station(personas.world().other_committee, "外会驿站").id
    with app.app_context(), transaction(), pytest.raises(DomainError):
        here = personas.actor("admin")
        service.create_user(
            here, username="lin.mei", name="林梅", password_hash="-", roles=[Role.LAWYER], station_ids=[foreign]
        )


@pytest.mark.parametrize("persona", [one for one in personas.PERSONAS if one != "admin"])
def test_only_administrators_manage_accounts(client: FlaskClient, app: Flask, persona: str):
    personas.login(client, persona)
    user_id = account(app, "duty_lawyer")["id"]
    for address in ("/admin/users", "/admin/users/new", f"/admin/users/{user_id}"):
        assert client.get(address).status_code == 403
    assert personas.post(client, f"/admin/users/{user_id}/password").status_code == 403
    with app.app_context(), pytest.raises(Forbidden):
        service.set_active(personas.actor(persona), user=personas.user("lawyer_elsewhere"), active=False)


def test_looking_writes_nothing(admin: FlaskClient, app: Flask):
    def rows() -> int:
        with app.app_context():
            return db.session.query(AuditRow).count()

    before = rows()
    user_id = account(app, "duty_lawyer")["id"]
    for address in ("/admin/users", "/admin/users?role=hr", "/admin/users/new", f"/admin/users/{user_id}", "/profile"):
        assert admin.get(address).status_code == 200
    assert rows() == before


def test_the_list_can_be_narrowed_to_a_role(admin: FlaskClient):
    page = admin.get("/admin/users?role=police").text
    assert "陆安" in page and "沈知言" not in page


def test_roles_unknown_to_this_version_grant_nothing(app: Flask):
    from mediation.accounts.models import UserRole

    with app.app_context(), transaction() as session:
        user = make_user(personas.world().committee, "from.the.future", Role.LAWYER)
        session.flush()
        user.roles[:] = [UserRole(role="archivist")]
    with app.app_context():
        assert personas.actor("from.the.future").roles == frozenset()


def test_people_by_role_and_station(app: Flask):
    with app.app_context():
        from mediation.accounts import queries

        world = personas.world()
        here = personas.actor("committee")
        assert [user.name for user in queries.users_for(here, role=Role.LAWYER, station_id=world.station.id)] == [
            "沈知言"
        ]
        ids = {personas.user(one).id for one in ("duty_lawyer", "committee_elsewhere")}
        assert list(queries.names_for(here, ids).values()) == ["沈知言"]
        assert queries.users_for(personas.actor("stranger")) == []


@pytest.mark.parametrize("address", ["/admin/users/new", "/admin/users/{id}/password", "/profile/password"])
def test_nobody_waits_for_the_database_while_a_password_is_hashed(
    admin: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch, address: str
):
    in_transaction = []

    def watched(work):
        def run(*arguments):
            in_transaction.append(db.session().in_transaction())
            return work(*arguments)

        return run

    user_id = account(app, "duty_lawyer")["id"]
    for name in ("hash_password", "verify_password"):
        monkeypatch.setattr(passwords, name, watched(getattr(passwords, name)))
    data = {
        "username": "lin.mei", "name": "林梅", "roles": ["lawyer"],
        "current_password": PASSWORD, "new_password": "quite-another-one", "repeated": "quite-another-one",
    }  # fmt: skip
    assert personas.post(admin, address.format(id=user_id), data).status_code in (200, 303)
    personas.login(app.test_client(), "lawyer_elsewhere")
    assert in_transaction and not any(in_transaction)
