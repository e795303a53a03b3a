"""Invitations made, and taken up, as the tests of them need it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mediation.accounts import invitations, passwords
from mediation.accounts.invitations import InvitationRefused
from mediation.accounts.models import User
from mediation.core import clock
from mediation.core.actor import Role
from mediation.core.db import db, transaction
from tests import personas

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
NEW = {"username": "lin.mei", "new_password": "quite-a-new-one", "repeated": "quite-a-new-one"}


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
