"""The people of the tests, by what they may see.

``content`` fixtures use ``PEOPLE`` (two committees with stations, offices, companies, causes and everybody below)::

    @pytest.fixture
    def content() -> Content:
        return personas.PEOPLE

Then ``personas.login(client, "duty_lawyer")`` signs in, ``personas.actor("duty_lawyer")`` is for services, and
``personas.world()`` gives the rows. A further content calls :func:`fill` first and adds its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mediation.accounts.models import User
from mediation.accounts.sessions import actor_of
from mediation.committees.models import Committee
from mediation.committees.service import seed_categories
from mediation.companies.models import Company
from mediation.core.actor import PUBLIC, Actor, Role
from mediation.core.db import db, transaction
from mediation.stations.models import Office, OfficeKind, Station
from tests.factories import accounts as make
from tests.product import Content

HERE, ELSEWHERE = "浦江快递物流行业劳动争议调解委员会", "另一行业劳动争议调解委员会"
STATION_HERE, STATION_ELSEWHERE = "青浦卡友驿站", "嘉定司机之家"
STRANGER = "stranger"
# Everybody with an account, in the order of the matrix.
PERSONAS = (
    "duty_lawyer",
    "lawyer_elsewhere",
    "police_here",
    "police_elsewhere",
    "judicial_here",
    "hr_same_company",
    "hr_other_company",
    "committee",
    "committee_elsewhere",
    "admin",
)
EVERYBODY = (*PERSONAS, STRANGER)


@dataclass(frozen=True)
class World:
    """The rows of the content, loaded in the current context."""

    committee: Committee
    other_committee: Committee
    station: Station
    other_station: Station
    law_firm: Office
    other_law_firm: Office
    company: Company
    region: Company
    outlet: Company
    other_company: Company


def fill(app: Flask) -> None:
    """Two committees and everybody in PERSONAS. Commits."""
    with transaction():
        seed_categories()
        here = make.make_committee(HERE)
        elsewhere = make.make_committee(ELSEWHERE)
        station = make.make_station(here, STATION_HERE)
        other_station = make.make_station(here, STATION_ELSEWHERE)
        firm = make.make_office(here, OfficeKind.LAW_FIRM, "示例明理律师事务所")
        other_firm = make.make_office(here, OfficeKind.LAW_FIRM, "示例知行律师事务所")
        police = make.make_office(here, OfficeKind.POLICE_POST, "示例青浦派出所")
        other_police = make.make_office(here, OfficeKind.POLICE_POST, "示例嘉定派出所")
        judicial = make.make_office(here, OfficeKind.JUDICIAL_OFFICE, "示例青浦司法所")
        company = make.make_company(here, "云岫速运集团有限公司")
        region = make.make_company(here, "云岫速运华东有限公司", parent=company)
        make.make_company(here, "云岫速运青浦网点", parent=region)
        other_company = make.make_company(here, "远岚物流集团有限公司")

        make.make_user(here, "duty_lawyer", Role.LAWYER, name="沈知言", stations=[station], office=firm)
        make.make_user(here, "lawyer_elsewhere", Role.LAWYER, name="顾远", stations=[other_station], office=other_firm)
        make.make_user(here, "police_here", Role.POLICE, name="陆安", stations=[station], office=police)
        make.make_user(
            here, "police_elsewhere", Role.POLICE, name="宋平", stations=[other_station], office=other_police
        )
        make.make_user(here, "judicial_here", Role.JUDICIAL, name="何清", stations=[station], office=judicial)
        make.make_user(here, "hr_same_company", Role.HR, name="许宁", companies=[company])
        make.make_user(here, "hr_other_company", Role.HR, name="方晓", companies=[other_company])
        make.make_user(here, "committee", Role.COMMITTEE, name="程鸣")
        make.make_user(here, "admin", Role.ADMIN, name="管文")
        make.make_user(elsewhere, "committee_elsewhere", Role.COMMITTEE, name="白宇")


PEOPLE = Content("people", fill)


def login(client: FlaskClient, persona: str) -> FlaskClient:
    """Sign a persona in through the log-in page; the stranger stays outside. Returns the client.

    CSRF protection is left as it is: see :func:`csrf_token` for forms.
    """
    if persona == STRANGER:
        return client
    answer = client.post(
        "/login", data={"username": persona, "password": make.PASSWORD, "csrf_token": csrf_token(client, "/login")}
    )
    assert answer.status_code == 303, f"{persona} could not sign in: {answer.status_code}"
    return client


def csrf_token(client: FlaskClient, page: str = "/profile") -> str:
    """The CSRF token for this client's next POST, taken from a page that has a form."""
    text = client.get(page).get_data(as_text=True)
    marker = 'name="csrf_token" value="'
    start = text.index(marker) + len(marker)
    return text[start : text.index('"', start)]


def post(client: FlaskClient, address: str, data: dict | None = None, **kwargs):
    """POST a form with this client's CSRF token (that of the log-in page for a stranger)."""
    signed_in = client.get("/profile").status_code == 200
    token = csrf_token(client, "/profile" if signed_in else "/login")
    return client.post(address, data={"csrf_token": token, **(data or {})}, **kwargs)


def actor(persona: str) -> Actor:
    """The actor of a persona, for services and queries (needs a context)."""
    return PUBLIC if persona == STRANGER else actor_of(user(persona))


def user(persona: str) -> User:
    """The account of a persona."""
    return db.session.scalars(select(User).where(User.username == persona)).one()


def world() -> World:
    """The rows of PEOPLE."""
    return World(
        committee=_named(Committee, HERE),
        other_committee=_named(Committee, ELSEWHERE),
        station=_named(Station, STATION_HERE),
        other_station=_named(Station, STATION_ELSEWHERE),
        law_firm=_named(Office, "示例明理律师事务所"),
        other_law_firm=_named(Office, "示例知行律师事务所"),
        company=_named(Company, "云岫速运集团有限公司"),
        region=_named(Company, "云岫速运华东有限公司"),
        outlet=_named(Company, "云岫速运青浦网点"),
        other_company=_named(Company, "远岚物流集团有限公司"),
    )


def _named(model, name: str):
    return db.session.scalars(select(model).where(model.name == name)).one()
