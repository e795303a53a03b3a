"""Cases brought to a state by the services themselves, with the people of tests/personas.py."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask

from mediation.accounts.models import User
from mediation.cases import queries, service
from mediation.cases.models import Case
from mediation.cases.service import AgreementIn, ClaimIn, InstalmentIn, Intake, PartyIn, Present
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db, transaction
from mediation.deadlines.service import seed
from mediation.parties import queries as party_queries
from mediation.parties.models import PartyKind, PartyRole
from tests import personas
from tests.product import Content

CANARY = "金丝雀：单独谈话时说愿意少要两千"
PHONE, ID_NUMBER = "13800138000", "310101199003070019"
RECEIVED = date(2026, 3, 4)


def fill(app: Flask) -> None:
    """Everybody, the rules and the working days."""
    personas.fill(app)
    with transaction():
        seed()


CONTENT = Content("case files", fill)


def at(day: date, hour: int = 10) -> AbstractContextManager[None]:
    """Stop the clock on a day in Shanghai."""
    return clock.frozen_at(datetime(day.year, day.month, day.day, hour, tzinfo=clock.SHANGHAI))


def applicant(name: str = "周明远", amount_fen: int | None = 1_665_000) -> PartyIn:
    """A courier with a phone and a claim."""
    claim = ClaimIn("拖欠工资", amount_fen, category_code="wage.arrears")
    return PartyIn(name=name, phone=PHONE, address="上海市青浦区示例路 1 号", occupation="快递员", claims=(claim,))


def open_wages(actor: Actor, **changes: Any) -> Case:
    """C01: two months' wages at a franchise outlet, with the headquarters as second respondent."""
    world = personas.world()
    intake = {
        "received_on": clock.today(),
        "source": "walk_in",
        "category_code": "wage.arrears",
        "applicants": (applicant(),),
        "respondents": (
            PartyIn(
                name=world.outlet.name,
                kind=PartyKind.ORGANISATION,
                role=PartyRole.FRANCHISEE,
                company_id=world.outlet.id,
            ),
            PartyIn(
                name=world.company.name,
                kind=PartyKind.ORGANISATION,
                role=PartyRole.HUB_COMPANY,
                company_id=world.company.id,
            ),
        ),
        "facts": "网点老板走了，十二月、一月工资和二月十二天没有发。",
        "relationship": "employment",
        "station_id": world.station.id,
        **changes,
    }
    return service.open_case(actor, intake=Intake(**intake))


def accepted(actor: Actor, **changes: Any) -> Case:
    """Opened, all sides willing, accepted on the same day."""
    case = open_wages(actor, **changes)
    service.confirm_track(actor, case=case, track=service.facts_of(case).track)
    service.ask_consent(actor, case=case)
    for party in party_queries.for_case(case.id):
        service.record_consent(actor, case=case, party_id=party.id, answer="yes", channel="phone")
    service.accept(actor, case=case)
    return case


def mediating(actor: Actor, **changes: Any) -> Case:
    """Accepted, with a mediator and a session that was held."""
    case = accepted(actor, **changes)
    service.assign_mediator(personas.actor("committee"), case=case, user_id=personas.user("judicial_here").id)
    people = [Present(one.name, one.side, one.id) for one in party_queries.for_case(case.id)]
    service.hold_session(
        actor, case=case, session=None, starts_at=clock.now(), record="双方核对工资条，各自陈述。", attendance=people
    )
    return case


def drafted(actor: Actor, **changes: Any) -> Case:
    """With an agreement to be signed: two instalments."""
    case = mediating(actor, **changes)
    today = clock.today()
    terms = AgreementIn(
        facts="拖欠工资 16,650 元。",
        terms="被申请人分两期付清。",
        total_fen=1_665_000,
        payment_method="银行转账",
        instalments=(
            InstalmentIn(today + timedelta(days=4), 865_000),
            InstalmentIn(today + timedelta(days=25), 800_000),
        ),
    )
    service.draft(actor, case=case, terms=terms)
    return case


def agreed(actor: Actor, **changes: Any) -> Case:
    """Signed and sealed today."""
    case = drafted(actor, **changes)
    for act in service.draft_agreement_of(case).signatures:
        service.sign(personas.actor("committee"), case=case, signature_id=act.id)
    return case


def user_id(persona: str) -> int:
    """The key of a persona's account."""
    return db.session.scalars(db.select(User.id).where(User.username == persona)).one()


def reload(number: str) -> Case:
    """A case as the committee sees it."""
    return queries.get_for(personas.actor("committee"), number)
