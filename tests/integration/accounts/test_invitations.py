"""An account by link and code: made, taken up once, found out by nobody, never more than the inviter may give."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mediation.accounts import invitations, passwords, service
from mediation.accounts.invitations import InvitationRefused, State
from mediation.accounts.models import Invitation, User
from mediation.audit.models import AuditRow
from mediation.companies import service as companies
from mediation.core import clock
from mediation.core.actor import Role, system
from mediation.core.db import db, transaction
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from mediation.notifications.models import InboxItem
from tests import personas
from tests.factories.accounts import PASSWORD, make_user
from tests.product import Content
from tests.receivers import mail_server

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
NEW = {"username": "lin.mei", "new_password": "quite-a-new-one", "repeated": "quite-a-new-one"}


@pytest.fixture
def content() -> Content:
    return personas.PEOPLE


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.frozen_at(START):
        yield


def ids(app: Flask) -> dict[str, int]:
    with app.app_context():
        rows = personas.world()
        names = ("station", "law_firm", "company", "region", "outlet", "other_company")
        return {name: getattr(rows, name).id for name in names}


def post(client: FlaskClient, address: str, data: dict | None = None):
    return client.post(address, data={"csrf_token": personas.csrf_token(client, "/profile"), **(data or {})})


def shown(page: str) -> tuple[str, str]:
    """Path of the link, and the code, from the page that shows them once."""
    link = html.unescape(re.search(r'value="(http[^"]+/join/[^"]+)"', page).group(1))
    return link.split("//", 1)[1].partition("/")[2].join(("/", "")), re.search(r">(\d{4} \d{4})<", page).group(1)


def invite_colleague(client: FlaskClient, company_id: int, **data: str) -> tuple[str, str]:
    page = post(
        client, "/accounts/colleagues/invite", {"name": "林梅", "days": "7", "companies-0": str(company_id), **data}
    )
    assert page.status_code == 200, page.text
    return shown(page.text)


@dataclass(frozen=True)
class Out:
    """An invitation as its two secrets travel."""

    id: int
    token: str
    code: str


def made(app: Flask, persona: str = "hr_same_company", **values) -> Out:
    """An invitation of the outlet's HR, by a service."""
    with app.app_context(), transaction():
        values = {"name": "林梅", "roles": [Role.HR], "company_ids": [personas.world().outlet.id], **values}
        done = invitations.invite(personas.actor(persona), **values)
        return Out(done.invitation.id, done.token, done.code)


def knock(client: FlaskClient, path: str, code: str):
    return client.post(path, data={"code": code, "csrf_token": personas.csrf_token(client, path)})


def join(client: FlaskClient, data: dict):
    return client.post("/join", data={**data, "csrf_token": personas.csrf_token(client, "/join")})


def account(app: Flask, username: str) -> tuple | None:
    with app.app_context():
        user = db.session.scalar(select(User).where(User.username == username))
        if user is None:
            return None
        return (
            user.name,
            {row.role for row in user.roles},
            {row.company_id: row.level for row in user.companies},
            {row.station_id for row in user.stations},
            user.must_change_password,
        )


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


def accept(app: Flask, invitation_id: int, username: str) -> bool:
    with clock.frozen_at(START), app.app_context():
        password_hash = passwords.hash_password("quite-a-new-one")
        try:
            invitations.accept(invitation_id=invitation_id, username=username, password_hash=password_hash)
        except InvitationRefused:
            return False
        finally:
            db.session.remove()
        return True


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


# ---- never more than the inviter may give ----------------------------------------------------------------------------


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


# ---- the link by mail ------------------------------------------------------------------------------------------------


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


def test_a_form_says_all_that_is_missing_at_its_fields(client: FlaskClient, app: Flask):
    personas.login(client, "hr_same_company")
    page = post(client, "/accounts/colleagues/invite", {"name": "", "title": "主管", "contact": "abc", "days": "7"})
    assert page.status_code == 422
    for field in ("name", "companies-0", "contact"):
        assert f'id="{field}-error"' in page.text, field
    assert 'value="主管"' in page.text and 'value="abc"' in page.text


def test_somebody_logged_in_as_another_becomes_the_new_account(client: FlaskClient, app: Flask):
    one = made(app)
    personas.login(client, "hr_other_company")
    knock(client, f"/join/{one.token}", one.code)
    assert client.get("/profile").status_code == 302
    join(client, NEW)
    assert "林梅" in client.get("/profile").text
    assert PASSWORD not in client.get("/profile").text
