"""An account by link and code: made, taken up once, found out by nobody."""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mediation.accounts import invitations
from mediation.accounts.invitations import State
from mediation.accounts.models import Invitation, User
from mediation.audit.models import AuditRow
from mediation.core import clock
from mediation.core.db import db, transaction
from mediation.core.errors import Conflict, DomainError
from mediation.notifications.models import InboxItem
from tests import personas
from tests.factories.accounts import PASSWORD
from tests.integration.accounts.inviting import (
    NEW,
    START,
    accept,
    account,
    ids,
    invite_colleague,
    join,
    knock,
    made,
    post,
    shown,
)

pytestmark = pytest.mark.usefixtures("stopped_clock")


def test_hr_invites_and_the_colleague_comes_in(client: FlaskClient, app: Flask):
    place = ids(app)
    personas.login(client, "hr_same_company")
    path, code = invite_colleague(client, place["outlet"], title="网点主管", contact="138 0013 8000")
    guest = app.test_client()
    assert guest.get(path).status_code == 200
    assert knock(guest, path, code).location == "/join"
    page = guest.get("/join").text
    assert "林梅" in page and "云岫速运青浦网点" in page
    assert join(guest, {**NEW, "username": "Lin.Mei"}).status_code == 303
    assert guest.get("/profile").status_code == 200
    assert account(app, "lin.mei") == ("林梅", {"hr"}, {place["outlet"]: 3}, set(), False)
    assert "林梅 已凭您的邀请开通账号" in client.get("/inbox/").text
    assert "已开通" in client.get("/accounts/colleagues").text
    # The account works like any other, and the invitation no more.
    again = app.test_client()
    data = {"username": "lin.mei", "password": NEW["new_password"]}
    assert again.post("/login", data={**data, "csrf_token": personas.csrf_token(again, "/login")}).status_code == 303
    assert knock(app.test_client(), path, code).status_code == 422


def test_an_administrator_invites_to_any_role(client: FlaskClient, app: Flask):
    place = ids(app)
    personas.login(client, "admin")
    page = post(
        client,
        "/admin/invitations/new",
        {"name": "周正", "days": "3", "roles": ["lawyer"], "stations": [str(place["station"])],
         "office": str(place["law_firm"]), "contact": "zhou@example.org"},
    )  # fmt: skip
    path, code = shown(page.text)
    guest = app.test_client()
    knock(guest, path, code)
    answer = join(guest, {**NEW, "username": "zhou.zheng", "with_factor": "y"})
    assert answer.location == "/profile/second-factor"
    assert account(app, "zhou.zheng") == ("周正", {"lawyer"}, {}, {place["station"]}, False)
    with app.app_context():
        assert personas.user("zhou.zheng").email == "zhou@example.org"
    assert "周正" in client.get("/admin/invitations").text


@pytest.mark.parametrize("typed", ["{0}{1}", "{0} {1}", "{0}-{1}", "　{0}　{1}"])
def test_a_code_may_be_typed_as_people_do(client: FlaskClient, app: Flask, typed: str):
    one = made(app)
    assert knock(client, f"/join/{one.token}", typed.format(one.code[:4], one.code[4:])).status_code == 303


def test_nothing_is_kept_in_clear_nor_logged(client: FlaskClient, app: Flask, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        one = made(app, contact="138 0013 8000")
        knock(client, f"/join/{one.token}", "00000000")
        knock(client, f"/join/{one.token}", one.code)
    with app.app_context():
        row = db.session.execute(sa.text("SELECT * FROM invitation")).one()
        trail = [(str(one.fields), one.address) for one in db.session.scalars(select(AuditRow))]
    for secret in (one.token, one.code):
        assert secret not in f"{row} {trail} {caplog.text}"
    assert "138 0013 8000" not in f"{row}"


def test_the_page_of_the_link_is_kept_from_other_sites(client: FlaskClient, app: Flask):
    answer = client.get(f"/join/{made(app).token}")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_answer_never_says_whether_there_is_an_invitation(app: Flask):
    open_one, used, revoked, run_out, locked = (made(app, name=f"某{n}") for n in range(5))
    with app.app_context(), transaction():
        db.session.get_one(Invitation, used.id).used_at = START
        db.session.get_one(Invitation, revoked.id).revoked_at = START
        db.session.get_one(Invitation, run_out.id).expires_at = START
        db.session.get_one(Invitation, locked.id).attempts = invitations.MOST_ATTEMPTS
    tried = [
        (open_one.token, "00000000"),
        ("no-such-link", "00000000"),
        *((one.token, one.code) for one in (used, revoked, run_out, locked)),
    ]
    answers, pages = set(), set()
    for number, (token, code) in enumerate(tried):
        stranger = app.test_client()
        path = f"/join/{token}"
        first = stranger.get(path)
        data = {"code": code, "csrf_token": personas.csrf_token(stranger, path)}
        answer = stranger.post(path, data=data, environ_base={"REMOTE_ADDR": f"192.0.2.{number}"})
        neutral = [re.sub(r'name="csrf_token" value="[^"]+"', "", page.text) for page in (first, answer)]
        pages.add((first.status_code, neutral[0].replace(token, "T")))
        answers.add((answer.status_code, neutral[1].replace(code, "C").replace(token, "T")))
    assert len(pages) == 1
    assert len(answers) == 1


def test_wrong_codes_slow_down_and_then_lock(client: FlaskClient, app: Flask):
    one = made(app)
    path, instant = f"/join/{one.token}", START
    answers = [knock(client, path, "00000000").status_code for _try in range(6)]
    assert answers == [422] * 5 + [429]
    while True:
        instant += timedelta(minutes=16)
        with clock.frozen_at(instant), app.app_context():
            row = db.session.get_one(Invitation, one.id)
            if invitations.state_of(row) is State.LOCKED:
                break
        with clock.frozen_at(instant):
            assert knock(client, path, "00000000").status_code == 422
    with clock.frozen_at(instant):
        assert knock(client, path, one.code).status_code == 422
    with app.app_context():
        assert db.session.get_one(Invitation, one.id).attempts == invitations.MOST_ATTEMPTS


def test_an_unknown_link_has_to_wait_just_the_same(client: FlaskClient, app: Flask):
    answers = [knock(client, "/join/no-such-link", "00000000") for _try in range(6)]
    assert [one.status_code for one in answers] == [422] * 5 + [429]
    assert answers[-1].headers["Retry-After"] == "15"


def test_an_address_that_tries_many_links_has_to_wait(client: FlaskClient, app: Flask):
    answers = [knock(client, f"/join/guess{number}", "00000000").status_code for number in range(22)]
    assert answers == [422] * 20 + [429] * 2


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"username": "duty_lawyer"}, "这个用户名已有人使用"),
        ({"username": "a b"}, "用户名为 2 至 60 个"),
        ({"new_password": "short", "repeated": "short"}, "密码至少 10 个字符"),
        ({"new_password": "lin.mei-2026", "repeated": "lin.mei-2026"}, "密码不能包含用户名"),
        ({"repeated": "another-password"}, "两次输入的新密码不一样"),
        ({"username": ""}, "请填写用户名"),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_the_invitation_stays(
    client: FlaskClient, app: Flask, data: dict, words: str
):
    one = made(app)
    knock(client, f"/join/{one.token}", one.code)
    answer = join(client, {**NEW, **data})
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{data.get("username", "lin.mei")}"' in answer.text or not data.get("username", "x")
    assert NEW["new_password"] not in answer.text
    assert join(client, NEW).status_code == 303


def test_code_and_account_belong_to_one_visit(client: FlaskClient, app: Flask):
    one = made(app)
    assert client.get("/join").location == "/login"
    knock(client, f"/join/{one.token}", one.code)
    with clock.frozen_at(START + timedelta(minutes=31)):
        assert client.get("/join").location == "/login"
    assert client.get("/join").status_code == 200


def test_it_runs_out_between_the_two_pages(client: FlaskClient, app: Flask):
    one = made(app, days=1)
    with clock.frozen_at(START + timedelta(days=1, minutes=-5)):
        assert knock(client, f"/join/{one.token}", one.code).status_code == 303
        page_token = personas.csrf_token(client, "/join")
    with clock.frozen_at(START + timedelta(days=1)):
        assert client.post("/join", data={**NEW, "csrf_token": page_token}).location == "/login"
    assert account(app, "lin.mei") is None


def test_of_two_who_take_one_invitation_at_once_one_wins(app: Flask):
    one = made(app)
    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(lambda number: accept(app, one.id, f"guest{number}"), range(4)))
    assert sorted(outcomes) == [False, False, False, True]
    with app.app_context():
        users = db.session.scalars(select(User.id).where(User.username.like("guest%"))).all()
        assert [db.session.get_one(Invitation, one.id).user_id] == users


def test_of_two_who_take_one_user_name_at_once_one_wins(app: Flask):
    both = [made(app, name="甲").id, made(app, name="乙").id]

    def one(invitation_id: int) -> str:
        try:
            return "in" if accept(app, invitation_id, "lin.mei") else "void"
        except DomainError as error:
            return str(error.field)

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(one, both)) == ["in", "username"]
    with app.app_context():  # the other may choose another name
        rows = db.session.scalars(select(Invitation).order_by(Invitation.id)).all()
        assert sorted(row.used_at is None for row in rows) == [False, True]


def test_revoked_it_opens_nothing_and_renewed_only_the_new_one_does(client: FlaskClient, app: Flask):
    place = ids(app)
    personas.login(client, "hr_same_company")
    first = invite_colleague(client, place["region"], days="20")
    with app.app_context():
        number = db.session.scalar(select(Invitation.id))
    second = shown(post(client, f"/accounts/invitations/{number}/renew").text)
    assert knock(app.test_client(), *first).status_code == 422
    guest = app.test_client()
    assert knock(guest, *second).status_code == 303
    with app.app_context():
        old, new = db.session.scalars(select(Invitation).order_by(Invitation.id)).all()
        assert new.expires_at == START + timedelta(days=20)
        assert invitations.state_of(old) is State.REVOKED
        number = new.id
    assert post(client, f"/accounts/invitations/{number}/revoke").status_code == 303
    assert join_is_refused(guest)
    assert "已撤销" in client.get("/accounts/colleagues").text


def join_is_refused(guest: FlaskClient) -> bool:
    return guest.get("/join").location == "/login"


def test_a_used_invitation_cannot_be_revoked_or_renewed(client: FlaskClient, app: Flask):
    one = made(app)
    assert accept(app, one.id, "lin.mei")
    with app.app_context(), transaction():
        actor, row = personas.actor("hr_same_company"), db.session.get_one(Invitation, one.id)
        for act in (invitations.revoke, invitations.renew):
            with pytest.raises(Conflict):
                act(actor, invitation=row)
    personas.login(client, "hr_same_company")
    assert post(client, f"/accounts/invitations/{one.id}/renew").status_code == 303
    assert "邀请已经用过" in client.get("/accounts/colleagues").text


def test_the_trail_tells_who_invited_and_who_came(app: Flask):
    one = made(app)
    assert accept(app, one.id, "lin.mei")
    with app.app_context():
        rows = db.session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
        rows = [row for row in rows if row.actor_name != "系统"]
        told = [(row.event, row.subject_kind, row.actor_name) for row in rows]
        keys = db.session.scalars(select(InboxItem.key).where(InboxItem.kind == "account")).all()
    assert told == [
        ("record_created", "invitation", "许宁"),
        ("record_created", "user_account", "林梅"),
        ("roles_changed", "user_account", "林梅"),
        ("access_given", "company", "林梅"),
        ("invitation_used", "invitation", "林梅"),
        ("login_succeeded", "user_account", "林梅"),
    ]
    assert keys == [f"invitation:{one.id}"]


def test_how_to_reach_somebody_is_kept_no_longer_than_needed(app: Flask):
    one = made(app, contact="138 0013 8000")
    assert accept(app, one.id, "lin.mei")
    with app.app_context():
        assert db.session.get_one(Invitation, one.id).contact is None


def test_somebody_logged_in_as_another_becomes_the_new_account(client: FlaskClient, app: Flask):
    one = made(app)
    personas.login(client, "hr_other_company")
    knock(client, f"/join/{one.token}", one.code)
    assert client.get("/profile").status_code == 302
    join(client, NEW)
    assert "林梅" in client.get("/profile").text
    assert PASSWORD not in client.get("/profile").text
