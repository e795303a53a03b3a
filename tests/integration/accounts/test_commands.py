"""``mediation users`` and ``mediation audit verify``, as scripts call them."""

from __future__ import annotations

import json
import re

import pyotp
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from mediation.accounts import second_factor
from mediation.cli import cli, context, processes
from mediation.core import clock
from mediation.core.db import transaction
from mediation.core.errors import DomainError
from tests import personas
from tests.factories.accounts import PASSWORD


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch):
    """Run a command against the test's database; errors of the product come through."""
    monkeypatch.setattr(context, "build_app", lambda: app)

    def call(*arguments: str, stdin: str | None = None) -> Result:
        result = CliRunner().invoke(cli, arguments, input=stdin)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return call


HERE = ("--committee", personas.HERE)


def sign_in(client: FlaskClient, username: str, password: str) -> int:
    data = {"username": username, "password": password, "csrf_token": personas.csrf_token(client, "/login")}
    return client.post("/login", data=data).status_code


def test_a_generated_password_is_printed_once_and_must_be_changed(run, client: FlaskClient):
    result = run(
        "users", "add", "lin.mei", "--name", "林梅", "--role", "lawyer", "--station", personas.STATION_HERE,
        "--office", "示例明理律师事务所", *HERE,
    )  # fmt: skip
    assert result.exit_code == 0
    secret = result.output.split("password ")[1].split()[0]
    assert sign_in(client, "lin.mei", secret) == 303
    assert client.get("/profile").location == "/profile/password"


def test_a_password_from_standard_input_is_not_printed(run, client: FlaskClient):
    add = ("users", "add", "hr.new", "--name", "齐悦", "--role", "hr", "--company", "云岫速运华东有限公司", *HERE)
    result = run(*add, "--password-stdin", stdin="a-fine-password\n")
    assert "a-fine-password" not in result.output
    assert sign_in(client, "hr.new", "a-fine-password") == 303
    assert client.get("/profile").status_code == 200


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (("--role", "lawyer", "--station", "没有的驿站", *HERE), None),
        (("--role", "lawyer", "--password-stdin", *HERE), "short\n"),
        (("--role", "hr", *HERE), None),
        (("--role", "lawyer"), None),  # two committees, and none is named
        (("--role", "lawyer", "--committee", "没有的会"), None),
    ],
)
def test_what_cannot_be_leaves_no_account(run, arguments: tuple, stdin: str | None):
    with pytest.raises(DomainError):
        run("users", "add", "lin.mei", "--name", "林梅", *arguments, stdin=stdin)
    assert "lin.mei" not in run("users", "list", "--all", *HERE).output


def test_a_new_installation_starts_with_a_committee(run, client: FlaskClient):
    result = run(
        "users", "add", "first", "--name", "首位管理员", "--role", "admin", "--new-committee", "新设调委会",
        "--password-stdin", stdin="a-fine-password",
    )  # fmt: skip
    assert result.exit_code == 0
    assert [
        row["username"] for row in json.loads(run("users", "list", "--json", "--committee", "新设调委会").output)
    ] == ["first"]
    assert sign_in(client, "first", "a-fine-password") == 303
    assert "新设调委会" in client.get("/admin/committee").text


def test_the_list_as_json(run):
    rows = json.loads(run("users", "list", "--json", *HERE).output)
    assert {row["username"] for row in rows} == set(personas.PERSONAS) - {"committee_elsewhere"}
    hr = next(row for row in rows if row["username"] == "hr_same_company")
    assert hr == {"username": "hr_same_company", "name": "许宁", "roles": ["hr"], "active": True, "last_login_at": None}


def test_a_new_password_ends_sessions(run, client: FlaskClient, app: Flask):
    personas.login(client, "duty_lawyer")
    assert run("users", "password", "Duty_Lawyer", "--password-stdin", stdin="a-fine-password\n").exit_code == 0
    assert client.get("/profile").status_code == 302
    assert sign_in(app.test_client(), "duty_lawyer", "a-fine-password") == 303
    with pytest.raises(DomainError):
        run("users", "password", "nobody.here")


def test_an_invitation_from_the_command_line(run, client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(app.config, "BASE_URL", "https://mediation.example.org")
    result = run(
        "users", "invite", "--name", "林梅", "--role", "lawyer", "--station", personas.STATION_HERE, "--office",
        "示例明理律师事务所", "--days", "3", "--contact", "lin@example.org", *HERE,
    )  # fmt: skip
    number, link, code = re.fullmatch(
        r"invitation (\d+), until \S+\nlink https://mediation\.example\.org(/join/\S+)\ncode (\d{8}) \(shown once\)\n",
        result.output,
    ).groups()
    data = {"code": code, "csrf_token": personas.csrf_token(client, link)}
    assert client.post(link, data=data).location == "/join"
    (row,) = json.loads(run("users", "invitations", "--json", *HERE).output)
    assert (row["name"], row["roles"], row["state"]) == ("林梅", ["lawyer"], "open")
    assert run("users", "revoke-invitation", number, *HERE).exit_code == 0
    assert "revoked" in run("users", "invitations", *HERE).output
    assert client.get("/join").location == "/login"
    with pytest.raises(DomainError):
        run("users", "revoke-invitation", "999999", *HERE)
    with pytest.raises(DomainError):
        run("users", "invite", "--name", "林梅", "--role", "hr", *HERE)  # of no company


def test_a_lost_phone_from_the_command_line(run, client: FlaskClient, app: Flask):
    with app.app_context(), transaction():
        lawyer = personas.actor("duty_lawyer")
        secret = second_factor.begin(lawyer).secret
        second_factor.confirm(lawyer, code=pyotp.TOTP(secret).at(clock.now()))
    assert sign_in(client, "duty_lawyer", PASSWORD) == 303
    assert client.get("/profile").status_code == 302  # the code is still to come
    assert "is off" in run("users", "second-factor-reset", "Duty_Lawyer").output
    personas.login(client, "duty_lawyer")
    assert client.get("/profile").status_code == 200
    for username in ("duty_lawyer", "nobody.here"):
        with pytest.raises(DomainError):
            run("users", "second-factor-reset", username)


def test_the_access_log_holds_no_secret_of_an_address():
    line = "GET /join/sEcret-1_x?next=/feeds/abc.ics HTTP/1.1"
    assert processes.discreet(line) == "GET /join/***?next=/feeds/*** HTTP/1.1"
    assert processes.discreet("GET /cases/2026-1 HTTP/1.1") == "GET /cases/2026-1 HTTP/1.1"
    assert processes.discreet(200) == 200


def test_audit_verify_counts_rows_and_fails_on_damage(run, client: FlaskClient, app: Flask):
    personas.login(client, "duty_lawyer")
    sound = run("audit", "verify")
    assert sound.exit_code == 0 and "0 problems" in sound.output
    with app.app_context(), transaction() as session:
        committee = personas.world().committee.id
        session.execute(
            sa.text("UPDATE audit_row SET actor_name = '某人' WHERE position = 1 AND chain = :c"), {"c": committee}
        )
    damaged = run("audit", "verify")
    assert damaged.exit_code == 1
    assert f"chain {committee}: position 1: changed" in damaged.output
    as_json = run("audit", "verify", "--json")
    assert as_json.exit_code == 1
    report = json.loads(as_json.output)
    assert report["problems"] == 1
    assert {one["chain"]: one["problems"] for one in report["chains"]}[committee] == ["position 1: changed"]
