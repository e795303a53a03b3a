"""Log-in: who gets in, who has to wait, and what ends a session."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mediation.accounts.models import LoginThrottle, User
from mediation.accounts.sessions import local_path
from mediation.audit.models import AuditRow
from mediation.core import clock
from mediation.core.db import db, transaction
from tests import personas
from tests.factories.accounts import PASSWORD, make_user

START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


def try_login(client: FlaskClient, username: str, password: str = PASSWORD, **data: str):
    token = personas.csrf_token(client, "/login")
    return client.post("/login", data={"username": username, "password": password, "csrf_token": token, **data})


def events(app: Flask) -> list[tuple[str, dict]]:
    with app.app_context():
        rows = db.session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
        return [(row.event, row.fields) for row in rows if row.event.startswith(("log", "password"))]


@pytest.mark.parametrize("persona", personas.PERSONAS)
def test_everybody_lands_on_a_page_they_may_open(client: FlaskClient, persona: str):
    answer = try_login(client, persona)
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200


def test_capitals_and_full_width_letters_of_a_user_name_do_not_matter(client: FlaskClient):
    assert try_login(client, "Ｄuty_LAWYER").status_code == 303


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client: FlaskClient, app: Flask):
    wrong = try_login(client, "duty_lawyer", "not-the-password")
    unknown = try_login(client, "nobody-here", "not-the-password")
    assert wrong.status_code == unknown.status_code == 422
    assert "用户名或密码不对" in wrong.text
    assert (
        wrong.text.replace("duty_lawyer", "X").split("csrf_token")[0]
        == unknown.text.replace("nobody-here", "X").split("csrf_token")[0]
    )
    assert events(app) == [("login_failed", {"reason": "password"}), ("login_failed", {"reason": "unknown"})]
    assert client.get("/profile").status_code == 302


def test_what_was_typed_stays_but_never_the_password(client: FlaskClient):
    answer = try_login(client, "duty_lawyer", "not-the-password")
    assert 'value="duty_lawyer"' in answer.text
    assert "not-the-password" not in answer.text


def test_the_delay_grows_with_every_further_failure(client: FlaskClient, app: Flask):
    with clock.frozen_at(START):
        for _try in range(5):
            assert try_login(client, "duty_lawyer", "wrong").status_code == 422
        refused = try_login(client, "duty_lawyer")  # even the right password has to wait
        assert refused.status_code == 429
        assert refused.headers["Retry-After"] == "15"
    with clock.frozen_at(START + timedelta(seconds=16)):
        assert try_login(client, "duty_lawyer", "wrong").status_code == 422
        assert try_login(client, "duty_lawyer", "wrong").headers["Retry-After"] == "30"
    with clock.frozen_at(START + timedelta(seconds=47)):
        assert try_login(client, "duty_lawyer").status_code == 303
    with app.app_context():
        kinds = {row.key.split(":")[0]: row.failures for row in db.session.scalars(select(LoginThrottle))}
        assert kinds == {"address": 6}  # the name starts afresh, the address does not


def test_an_unknown_name_has_to_wait_just_the_same(client: FlaskClient):
    with clock.frozen_at(START):
        answers = [try_login(client, "nobody-here", "wrong").status_code for _try in range(6)]
    assert answers == [422] * 5 + [429]


def test_an_address_is_slowed_down_over_many_names(client: FlaskClient):
    with clock.frozen_at(START):
        answers = [try_login(client, f"name{number}", "wrong").status_code for number in range(22)]
        assert answers[:20] == [422] * 20
        assert answers[20:] == [429, 429]
        elsewhere = client.post(
            "/login",
            data={
                "username": "duty_lawyer",
                "password": PASSWORD,
                "csrf_token": personas.csrf_token(client, "/login"),
            },
            environ_base={"REMOTE_ADDR": "192.0.2.7"},
        )
        assert elsewhere.status_code == 303


def test_failures_are_forgotten_after_an_hour(client: FlaskClient):
    with clock.frozen_at(START):
        for _try in range(5):
            try_login(client, "duty_lawyer", "wrong")
    with clock.frozen_at(START + timedelta(hours=1, minutes=1)):
        assert try_login(client, "duty_lawyer", "wrong").status_code == 422
        assert try_login(client, "duty_lawyer").status_code == 303


def test_tries_are_counted_before_the_password_is_checked(app: Flask):
    """Many at once must not all get through: the count stands although no answer has been given yet."""
    from mediation.accounts import throttle

    with app.app_context(), clock.frozen_at(START):
        keys = (throttle.key("user", "duty_lawyer"),)
        waits = [throttle.begin(keys) for _try in range(7)]
    assert waits[:5] == [timedelta(0)] * 5
    assert waits[5] == waits[6] == timedelta(seconds=15)


def test_many_tries_at_once_are_all_counted(app: Flask):
    from concurrent.futures import ThreadPoolExecutor

    from mediation.accounts import throttle

    def one(_number: int) -> timedelta:
        with app.app_context():
            try:
                return throttle.begin((throttle.key("user", "duty_lawyer"), throttle.key("address", "192.0.2.7")))
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(one, range(16)))
    assert waits.count(timedelta(0)) == throttle.FREE["user"]


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/", "//example.org/", "/\\example.org", "\\\\example.org", "javascript:alert(1)",
        "/\texample.org", "///example.org", "profile", "",
    ],
)  # fmt: skip
def test_login_does_not_lead_to_a_strangers_page(client: FlaskClient, address: str):
    answer = try_login(client, "duty_lawyer", next=address)
    assert answer.status_code == 303
    assert "example.org" not in answer.location
    assert answer.location.startswith("/")
    assert local_path(address) is None


def test_login_leads_back_to_where_one_wanted_to_go(client: FlaskClient):
    sent = client.get("/profile?from=mail")
    assert sent.status_code == 302
    page = client.get(sent.location)
    assert 'value="/profile?from=mail"' in page.text
    assert try_login(client, "duty_lawyer", next="/profile?from=mail").location == "/profile?from=mail"


def test_login_begins_a_fresh_session(client: FlaskClient):
    client.get("/login")
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"
        token = before["csrf_token"]
    personas.login(client, "duty_lawyer")
    client.get("/profile")
    with client.session_transaction() as after:
        assert "planted" not in after
        assert after.permanent
        assert after["csrf_token"] != token


def test_logout_needs_a_form_and_ends_the_session(client: FlaskClient, app: Flask):
    personas.login(client, "duty_lawyer")
    assert client.get("/logout").status_code == 405
    assert client.post("/logout").status_code == 400  # without a token
    assert personas.post(client, "/logout").status_code == 303
    assert client.get("/profile").status_code == 302
    assert [event for event, _fields in events(app)] == ["login_succeeded", "logout"]


def test_a_closed_account_gets_the_usual_answer(client: FlaskClient, app: Flask):
    with app.app_context(), transaction():
        personas.user("duty_lawyer").is_active = False
    answer = try_login(client, "duty_lawyer")
    assert answer.status_code == 422
    assert "用户名或密码不对" in answer.text
    assert events(app) == [("login_failed", {"reason": "inactive"})]


def test_a_hash_with_other_settings_is_renewed_at_login(client: FlaskClient, app: Flask):
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=2, memory_cost=64, parallelism=1).hash(PASSWORD)
    with app.app_context(), transaction():
        personas.user("duty_lawyer").password_hash = old
    personas.login(client, "duty_lawyer")
    with app.app_context():
        assert personas.user("duty_lawyer").password_hash != old
    personas.login(app.test_client(), "duty_lawyer")


def test_a_given_password_must_be_replaced_first(client: FlaskClient, app: Flask):
    with app.app_context(), transaction():
        make_user(personas.world().committee, "newcomer", personas.Role.LAWYER, must_change_password=True)
    answer = try_login(client, "newcomer")
    assert client.get(answer.location).location == "/profile/password"
    assert client.get("/profile").location == "/profile/password"
    page = client.get("/profile/password")
    assert "请先设置自己的密码" in page.text
    data = {"current_password": PASSWORD, "new_password": "quite-another-one", "repeated": "quite-another-one"}
    token = personas.csrf_token(client, "/profile/password")
    assert client.post("/profile/password", data={**data, "csrf_token": token}).status_code == 303
    assert client.get("/profile").status_code == 200


def test_the_language_is_remembered_with_the_account(client: FlaskClient, app: Flask):
    personas.login(client, "duty_lawyer")
    answer = personas.post(client, "/language", {"lang": "en", "next": "//example.org"})
    assert answer.status_code == 303
    assert not answer.location.startswith("//")
    with app.app_context():
        assert db.session.scalar(select(User.locale).where(User.username == "duty_lawyer")) == "en"
    other = app.test_client()
    personas.login(other, "duty_lawyer")
    assert '<html lang="en"' in other.get("/profile").text
    assert personas.post(client, "/language", {"lang": "tlh"}).status_code == 400


@pytest.mark.parametrize(
    ("shown_at", "leads_to"),
    [
        ("/companies/3/headcounts/many", "/companies/3/headcounts"),
        ("/absences/1/cancel", "/"),
        ("/cases/?open=1", "/cases/?open=1"),
        ("/calendar?day=2026-11-22", "/calendar?day=2026-11-22"),
    ],
)
def test_the_language_changes_on_a_page_that_only_answered_what_was_sent(
    client: FlaskClient, shown_at: str, leads_to: str
):
    """The errors of a form stand at an address that cannot be opened: the page above it is."""
    personas.login(client, "committee")
    answer = personas.post(client, "/language", {"lang": "en", "next": shown_at})
    assert (answer.status_code, answer.location) == (303, leads_to)
