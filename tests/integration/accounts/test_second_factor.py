"""A code of the phone after the password: set up, asked for, used once, taken off, and asked of those who must have it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mediation.accounts import second_factor
from mediation.accounts.models import SecondFactor
from mediation.audit.models import AuditRow
from mediation.committees.models import SECOND_FACTOR
from mediation.core import clock
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError
from mediation.notifications.models import InboxItem
from tests import personas
from tests.factories.accounts import PASSWORD

START = datetime(2026, 11, 23, 1, 0, 5, tzinfo=UTC)  # five seconds into a step


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.frozen_at(START):
        yield


def token(client: FlaskClient, page: str) -> str:
    return personas.csrf_token(client, page)


def first_step(client: FlaskClient, username: str = "duty_lawyer", **data: str):
    data = {"username": username, "password": PASSWORD, **data}
    return client.post("/login", data={**data, "csrf_token": token(client, "/login")})


def second_step(client: FlaskClient, code: str):
    return client.post("/login/code", data={"code": code, "csrf_token": token(client, "/login/code")})


def post(client: FlaskClient, address: str, data: dict | None = None):
    page = "/profile/second-factor"
    return client.post(address, data={**(data or {}), "csrf_token": token(client, page)})


def secret_of(app: Flask, username: str = "duty_lawyer") -> str:
    with app.app_context():
        return db.session.get_one(SecondFactor, personas.user(username).id).secret


def code_at(secret: str, instant: datetime = START) -> str:
    return pyotp.TOTP(secret).at(instant)


def enrol(client: FlaskClient, app: Flask, username: str = "duty_lawyer") -> tuple[str, list[str]]:
    """Set up through the pages. Returns the secret and the recovery codes."""
    assert post(client, "/profile/second-factor/begin").location == "/profile/second-factor/enrol"
    secret = secret_of(app, username)
    page = client.get("/profile/second-factor/enrol")
    assert "<svg" in page.text
    assert secret in page.text.replace(" ", "")
    shown = client.post(
        "/profile/second-factor/enrol",
        data={"code": code_at(secret, clock.now()), "csrf_token": token(client, "/profile/second-factor/enrol")},
    )
    assert shown.status_code == 200
    codes = re.findall(r">(\w{4}-\w{4}-\w{4})<", shown.text)
    assert len(codes) == len(set(codes)) == second_factor.RECOVERY_CODES
    return secret, codes


@pytest.fixture
def enrolled(client: FlaskClient, app: Flask) -> tuple[str, list[str]]:
    """The duty lawyer has a second factor since an hour ago; nobody is logged in."""
    with clock.frozen_at(START - timedelta(hours=1)):
        personas.login(client, "duty_lawyer")
        made = enrol(client, app)
        personas.post(client, "/logout")
    return made


def events(app: Flask, *kinds: str) -> list[tuple[str, dict]]:
    with app.app_context():
        rows = db.session.scalars(select(AuditRow).where(AuditRow.event.in_(kinds)).order_by(AuditRow.id)).all()
        return [(row.event, row.fields) for row in rows]


def test_setting_up_ends_the_other_sessions_and_keeps_this_one(client: FlaskClient, app: Flask):
    other = personas.login(app.test_client(), "duty_lawyer")
    personas.login(client, "duty_lawyer")
    enrol(client, app)
    assert client.get("/profile").status_code == 200
    assert other.get("/profile").status_code == 302
    assert events(app, "second_factor_on") == [("second_factor_on", {})]


def test_nothing_is_kept_in_clear(client: FlaskClient, app: Flask):
    personas.login(client, "duty_lawyer")
    secret, codes = enrol(client, app)
    with app.app_context():
        row = db.session.execute(sa.text("SELECT secret, recovery FROM second_factor")).one()
        trail = [str(one.fields) for one in db.session.scalars(select(AuditRow))]
    stored = f"{bytes(row.secret)!r} {row.recovery} {trail}"
    for clear in (secret, *codes, *(code.replace("-", "") for code in codes)):
        assert clear not in stored
    assert not any(code in client.get("/profile/second-factor").text for code in codes)


def test_a_wrong_code_does_not_switch_it_on_and_shows_the_same_secret_again(client: FlaskClient, app: Flask):
    personas.login(client, "duty_lawyer")
    post(client, "/profile/second-factor/begin")
    secret = secret_of(app)
    answer = client.post(
        "/profile/second-factor/enrol",
        data={"code": "000000", "csrf_token": token(client, "/profile/second-factor/enrol")},
    )
    assert answer.status_code == 422
    assert "is-invalid" in answer.text or "field-error" in answer.text
    assert secret in answer.text.replace(" ", "")
    personas.post(client, "/logout")
    assert personas.login(client, "duty_lawyer").get("/profile").status_code == 200  # not in force


def test_an_older_session_asks_for_the_password_first(client: FlaskClient, app: Flask):
    with clock.frozen_at(START - timedelta(hours=2)):
        personas.login(client, "duty_lawyer")
    assert post(client, "/profile/second-factor/begin").status_code == 422
    assert post(client, "/profile/second-factor/begin", {"current_password": "wrong"}).status_code == 422
    assert post(client, "/profile/second-factor/begin", {"current_password": PASSWORD}).status_code == 303


def test_the_password_alone_opens_nothing(client: FlaskClient, app: Flask, enrolled):
    assert first_step(client).location == "/login/code"
    assert client.get("/profile").status_code == 302
    assert client.get("/cases/").status_code in (302, 303)
    # The trail has the log-in of an hour ago, and now a right password without a code.
    assert [name for name, _fields in events(app, "login_succeeded", "login_first_step")] == [
        "login_succeeded",
        "login_first_step",
    ]


def test_a_code_lets_in_and_leads_where_one_wanted_to_go(client: FlaskClient, app: Flask, enrolled):
    first_step(client, next="/profile?from=mail")
    answer = second_step(client, code_at(enrolled[0]))
    assert (answer.status_code, answer.location) == (303, "/profile?from=mail")
    assert client.get("/profile").status_code == 200
    assert len(events(app, "login_succeeded")) == 2


def test_a_strangers_page_is_no_place_to_lead_to(client: FlaskClient, enrolled):
    first_step(client, next="https://example.org/")
    assert "example.org" not in second_step(client, code_at(enrolled[0])).location


@pytest.mark.parametrize("typed", ["{0}{1}", "{0} {1}", "{0}-{1}", " {0}{1} "])
def test_blanks_and_dashes_do_not_matter(client: FlaskClient, enrolled, typed: str):
    first_step(client)
    code = code_at(enrolled[0])
    assert second_step(client, typed.format(code[:3], code[3:])).status_code == 303


def test_full_width_digits_do_not_matter(client: FlaskClient, enrolled):
    first_step(client)
    wide = code_at(enrolled[0]).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert second_step(client, wide).status_code == 303


@pytest.mark.parametrize(("seconds", "status"), [(-60, 422), (-30, 303), (0, 303), (30, 303), (60, 422)])
def test_a_phone_may_be_one_step_off(client: FlaskClient, enrolled, seconds: int, status: int):
    first_step(client)
    assert second_step(client, code_at(enrolled[0], START + timedelta(seconds=seconds))).status_code == status


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_standard(app: Flask, enrolled, second: int, code: str):
    """RFC 6238, appendix B (SHA-1; the last six of its eight digits)."""
    with app.app_context(), transaction():
        user = personas.user("duty_lawyer")
        factor = db.session.get_one(SecondFactor, user.id)
        factor.secret, factor.last_step = base64.b32encode(b"12345678901234567890").decode(), 0
        user_id, version = user.id, user.session_version
    with app.app_context(), clock.frozen_at(datetime.fromtimestamp(second, UTC)):
        user = second_factor.pass_step(user_id=user_id, session_version=version, code=code, address="192.0.2.1")
        assert user.username == "duty_lawyer"
        with pytest.raises(second_factor.CodeRefused):
            second_factor.pass_step(user_id=user_id, session_version=version, code=code, address="192.0.2.1")


def test_a_code_serves_once(client: FlaskClient, app: Flask, enrolled):
    code = code_at(enrolled[0])
    first_step(client)
    assert second_step(client, code).status_code == 303
    other = app.test_client()
    first_step(other)
    assert second_step(other, code).status_code == 422
    # Nor does one of a step before it, which a thief may have seen as well.
    assert second_step(other, code_at(enrolled[0], START - timedelta(seconds=30))).status_code == 422
    with clock.frozen_at(START + timedelta(seconds=30)):
        assert second_step(other, code_at(enrolled[0], clock.now())).status_code == 303


def test_the_code_that_switched_it_on_does_not_log_in(client: FlaskClient, app: Flask):
    personas.login(client, "duty_lawyer")
    secret, _codes = enrol(client, app)
    other = app.test_client()
    first_step(other)
    assert second_step(other, code_at(secret)).status_code == 422


def test_of_two_with_one_code_at_once_one_gets_in(app: Flask, enrolled):
    with app.app_context():
        user = personas.user("duty_lawyer")
        user_id, version = user.id, user.session_version
    code = code_at(enrolled[0])

    def one(number: int) -> bool:
        with clock.frozen_at(START), app.app_context():
            try:
                second_factor.pass_step(
                    user_id=user_id, session_version=version, code=code, address=f"192.0.2.{number}"
                )
            except DomainError:
                return False
            finally:
                db.session.remove()
            return True

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(one, range(4))) == [False, False, False, True]


def test_a_recovery_code_serves_once_and_the_person_is_told(client: FlaskClient, app: Flask, enrolled):
    codes = enrolled[1]
    first_step(client)
    assert second_step(client, codes[0].upper()).status_code == 303
    assert "9 个" in client.get("/profile/second-factor").text
    other = app.test_client()
    first_step(other)
    assert second_step(other, codes[0]).status_code == 422
    assert second_step(other, codes[1]).status_code == 303
    assert events(app, "recovery_code_used") == [
        ("recovery_code_used", {"left": 9}),
        ("recovery_code_used", {"left": 8}),
    ]
    with app.app_context():
        titles = db.session.scalars(select(InboxItem.title).where(InboxItem.kind == "account")).all()
    assert "您用掉了一个恢复码，还剩 9 个" in titles


def test_wrong_codes_are_counted_apart_from_passwords(client: FlaskClient, app: Flask, enrolled):
    for _try in range(5):
        first_step(client)  # a right password must not clear the count
        assert second_step(client, "000000").status_code == 422
    refused = second_step(client, code_at(enrolled[0]))
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "15")
    with clock.frozen_at(START + timedelta(seconds=16)):
        assert second_step(client, code_at(enrolled[0])).status_code == 303
    assert [fields["reason"] for _name, fields in events(app, "login_failed")] == ["code"] * 5


def test_the_second_step_does_not_wait_for_ever(client: FlaskClient, enrolled):
    first_step(client)
    page_token = token(client, "/login/code")
    with clock.frozen_at(START + timedelta(minutes=11)):
        assert client.get("/login/code").location == "/login"
        data = {"code": code_at(enrolled[0], clock.now()), "csrf_token": page_token}
        assert client.post("/login/code", data=data).location == "/login"
    assert client.get("/profile").status_code == 302


def test_a_password_changed_between_the_steps_ends_the_log_in(client: FlaskClient, app: Flask, enrolled):
    first_step(client)
    with app.app_context(), transaction():
        personas.user("duty_lawyer").session_version += 1
    assert second_step(client, code_at(enrolled[0])).status_code == 422


def test_a_session_without_the_mark_is_worth_nothing(client: FlaskClient, app: Flask, enrolled):
    first_step(client)
    second_step(client, code_at(enrolled[0]))
    with client.session_transaction() as held:
        del held["second_step"]
    assert client.get("/profile").status_code == 302


def test_a_change_of_password_keeps_the_mark(client: FlaskClient, app: Flask, enrolled):
    first_step(client)
    second_step(client, code_at(enrolled[0]))
    data = {"current_password": PASSWORD, "new_password": "quite-another-one", "repeated": "quite-another-one"}
    assert post(client, "/profile/password", data).status_code == 303
    assert client.get("/profile").status_code == 200


@pytest.mark.parametrize(
    ("password", "use_code"), [("wrong", True), (PASSWORD, False)], ids=["wrong password", "wrong code"]
)
def test_taking_it_off_takes_both(client: FlaskClient, app: Flask, enrolled, password: str, use_code: bool):
    first_step(client)
    second_step(client, enrolled[1][0])
    code = code_at(enrolled[0]) if use_code else "000000"
    answer = post(client, "/profile/second-factor/off", {"current_password": password, "code": code})
    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert secret_of(app)


def test_taken_off_the_password_is_enough_again(client: FlaskClient, app: Flask, enrolled):
    first_step(client)
    second_step(client, enrolled[1][0])
    other = app.test_client()
    first_step(other)
    second_step(other, enrolled[1][1])
    data = {"current_password": PASSWORD, "code": code_at(enrolled[0])}
    assert post(client, "/profile/second-factor/off", data).status_code == 303
    assert client.get("/profile").status_code == 200
    assert other.get("/profile").status_code == 302
    assert personas.login(app.test_client(), "duty_lawyer").get("/profile").status_code == 200
    assert events(app, "second_factor_off") == [("second_factor_off", {"by_other": False})]


def test_new_recovery_codes_end_the_old_ones(client: FlaskClient, app: Flask, enrolled):
    first_step(client)
    second_step(client, enrolled[1][0])
    data = {"current_password": PASSWORD, "code": code_at(enrolled[0])}
    page = post(client, "/profile/second-factor/recovery", data)
    fresh = re.findall(r">(\w{4}-\w{4}-\w{4})<", page.text)
    assert len(fresh) == 10
    other = app.test_client()
    first_step(other)
    assert second_step(other, enrolled[1][1]).status_code == 422
    assert second_step(other, fresh[0]).status_code == 303


def test_an_administrator_takes_it_off_after_a_lost_phone(client: FlaskClient, app: Flask, enrolled):
    holder = app.test_client()
    first_step(holder)
    second_step(holder, code_at(enrolled[0]))
    with app.app_context():
        lawyer, admin = personas.user("duty_lawyer").id, personas.user("admin").id
    personas.login(client, "admin")
    assert "解除两步验证" in client.get(f"/admin/users/{lawyer}").text
    assert personas.post(client, f"/admin/users/{lawyer}/second-factor").status_code == 303
    assert holder.get("/profile").status_code == 302
    personas.login(holder, "duty_lawyer")
    assert "两步验证已由管理员解除" in holder.get("/inbox/").text
    assert events(app, "second_factor_off") == [("second_factor_off", {"by_other": True})]
    # The own one takes password and code.
    assert personas.post(client, f"/admin/users/{admin}/second-factor").location == "/profile/second-factor"


def ask_it_of(app: Flask, *whom: str) -> None:
    with app.app_context(), transaction():
        committee = personas.world().committee
        committee.settings = committee.settings | {SECOND_FACTOR: list(whom)}


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ((), set()),
        (("hr", "admin"), {"hr_same_company", "hr_other_company", "admin"}),
        (("all",), set(personas.PERSONAS) - {"committee_elsewhere"}),
    ],
    ids=["nobody", "by role", "everybody"],
)
def test_whoever_must_have_one_opens_nothing_else_before(app: Flask, asked: tuple[str, ...], led: set[str]):
    ask_it_of(app, *asked)
    for persona in personas.PERSONAS:
        client = app.test_client()
        first_step(client, persona)
        answer = client.get("/profile")
        if persona not in led:
            assert answer.status_code == 200, persona
            continue
        assert (answer.status_code, answer.location) == (303, "/profile/second-factor"), persona
        for closed in ("/cases/", "/inbox/", "/companies/", "/profile/feeds", "/admin/users", "/profile/password"):
            assert client.get(closed).location == "/profile/second-factor", (persona, closed)
        enrol(client, app, persona)
        assert client.get("/profile").status_code == 200, persona


def test_a_given_password_comes_before_the_second_factor(client: FlaskClient, app: Flask):
    ask_it_of(app, "all")
    with app.app_context(), transaction():
        personas.user("duty_lawyer").must_change_password = True
    first_step(client)
    assert client.get("/profile").location == "/profile/password"
    data = {"current_password": PASSWORD, "new_password": "quite-another-one", "repeated": "quite-another-one"}
    page_token = token(client, "/profile/password")
    client.post("/profile/password", data={**data, "csrf_token": page_token})
    assert client.get("/profile").location == "/profile/second-factor"


def test_the_committees_settings_say_who_must_have_one(client: FlaskClient, app: Flask):
    personas.login(client, "admin")
    page = client.get("/admin/committee").text
    assert "必须使用两步验证的人" in page
    data = {
        "name": personas.HERE, "short_name": "浦江调委会", "legal_basis": ["industry_labour"],
        "case_prefix": "沪快调字", "document_prefix": "沪快调", "second_factor": ["committee", "hr"],
    }  # fmt: skip
    assert personas.post(client, "/admin/committee", data).status_code == 303
    with app.app_context():
        assert personas.world().committee.settings[SECOND_FACTOR] == ["hr", "committee"]
    assert personas.post(client, "/admin/committee", {**data, "second_factor": ["chief"]}).status_code == 422
    assert personas.post(client, "/admin/committee", {**data, "second_factor": []}).status_code == 303
    with app.app_context():
        assert personas.world().committee.settings[SECOND_FACTOR] == []
