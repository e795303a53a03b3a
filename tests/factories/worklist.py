"""A few hundred cases of all kinds written straight into the tables, and the slow, plain way of finding them again.

Everything here is Python over all rows: no condition is shared with the product, so that a list, a count, a search or
an export can be held against it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select

from mediation.accounts.models import User
from mediation.cases.models import NO_DEADLINE, Assignment, Case, CaseCompany
from mediation.cases.search import index_case
from mediation.companies import service as companies
from mediation.companies.models import Company, CompanyAlias
from mediation.core import clock
from mediation.core.db import db, transaction
from mediation.parties.models import Party
from tests import personas
from tests.factories import casefiles
from tests.factories import parties as make_parties
from tests.factories import statistics as make
from tests.product import Content

TODAY = date(2026, 3, 16)
HOW_MANY = 160
ENDED = {"closed", "archived"}
STATES = (
    "received",
    "consent_inquiry",
    "accepted",
    "mediating",
    "agreed",
    "performing",
    "failed",
    "closed",
    "archived",
)
TRACKS = ("labour", "labour", "new_form", "peoples", "consult", "police")
CAUSES = ("wage", "wage.arrears", "wage.piece_fee", "contract.severance", "freight.arrears", "other")
SURNAMES, GIVEN = "周王李买欧", ("明", "远", "明远", "文静", "买提江", "阳修")
NICKNAME = "大云快"


def fill(app: Flask) -> None:
    """Everybody of the personas, two companies with nicknames, and the cases."""
    casefiles.fill(app)
    with casefiles.at(TODAY), transaction():
        world, committee = personas.world(), personas.actor("committee")
        companies.add_alias(committee, company=world.region, name=NICKNAME)
        chance = random.Random(20260316)
        for number in range(HOW_MANY):
            _make(chance, number)


CONTENT = Content("a full work list", fill)


def _make(chance: random.Random, number: int) -> None:
    world = personas.world()
    is_elsewhere = number % 13 == 0
    committee = world.other_committee if is_elsewhere else world.committee
    users = {} if is_elsewhere else {user.username: user.id for user in db.session.scalars(select(User))}

    def somebody(*names: str) -> int | None:
        return users.get(chance.choice((*names, "nobody", "nobody")))

    state = chance.choice(STATES)
    company = (
        None if is_elsewhere else chance.choice((None, world.company, world.region, world.outlet, world.other_company))
    )
    name = chance.choice(SURNAMES) + chance.choice(GIVEN)
    received_on = TODAY - timedelta(days=chance.randrange(0, 25))
    case = make.make_case(
        committee,
        received_on,
        company=company,
        station=None if is_elsewhere else chance.choice((None, world.station, world.other_station)),
        state=state,
        track=chance.choice(TRACKS),
        category_code=chance.choice(CAUSES),
        title=f"{name} — {company.name if company else '对方不明'}",
        case_no=f"沪快调字〔2026〕第{number + 1}号" if number % 3 == 0 else None,
        handler_id=somebody("duty_lawyer", "lawyer_elsewhere", "judicial_here"),
        mediator_id=somebody("duty_lawyer", "judicial_here", "committee"),
        opened_by=somebody("police_here", "police_elsewhere", "duty_lawyer"),
        outcome=chance.choice((None, "agreed", "failed", "withdrawn")),
        waiting_for=chance.choice(("staff", "respondent", "committee")),
        is_collective=chance.random() < 0.1,
        claimed_fen=chance.choice((None, 100, 1_234_567)),
        closed_on=received_on if state in ENDED else None,
        next_deadline_on=None
        if state in ENDED
        else chance.choice((NO_DEADLINE, *(TODAY + timedelta(days=days) for days in range(-4, 9)))),
    )
    for other in (world.outlet, world.other_company):
        if company is not None and company is not other and chance.random() < 0.25:
            make.name_company(case, other)
    if users and chance.random() < 0.1:
        db.session.add(
            Assignment(
                committee_id=committee.id,
                case_id=case.id,
                user_id=users["police_here"],
                duty="police",
                from_at=clock.now(),
            )
        )
    worker = make_parties.add_worker(
        personas.actor("committee_elsewhere" if is_elsewhere else "committee"),
        case,
        name,
        phone=f"139{chance.randrange(10):04}{chance.randrange(12):04}",
        plate=f"沪A{chance.randrange(20):05}",
    )
    index_case(case, [name, worker.plate, *_names_of(case)])


def _names_of(case: Case) -> list[str | None]:
    return [text for company in _tree(case) for text in (company.name, company.short_name)]


def _tree(case: Case) -> list[Company]:
    rows = db.session.scalars(select(CaseCompany).where(CaseCompany.case_id == case.id)).all()
    keys = {key for row in rows for key in (row.level1_id, row.level2_id, row.level3_id)}
    return [company for company in db.session.scalars(select(Company)) if company.id in keys]


@dataclass(frozen=True)
class Everything:
    """All rows of the content, loaded once per context."""

    cases: list[Case]
    companies: dict[int, list[CaseCompany]]
    parties: dict[int, list[Party]]
    assigned: set[tuple[int, int]]

    def visible(self, persona: str) -> list[Case]:
        """The cases a persona sees, by the table of people in the product description."""
        actor = personas.actor(persona)
        ours = [case for case in self.cases if case.committee_id == actor.committee_id]
        if persona.startswith("committee"):
            return ours
        if persona.startswith("hr_"):
            tops = {top for top, _level in actor.company_levels}
            return [case for case in ours if self._is_told(case) and self.trees(case) & tops]
        mine = (actor.user_id,)
        found = [
            case
            for case in ours
            if case.station_id in actor.station_ids or case.handler_id in mine or case.mediator_id in mine
        ]
        if persona.startswith("police"):
            more = [c for c in ours if c.opened_by == actor.user_id or (c.id, actor.user_id) in self.assigned]
            found = list({case.id: case for case in (*found, *more)}.values())
        return found

    @staticmethod
    def _is_told(case: Case) -> bool:
        return case.state != "received" and case.track not in ("consult", "police")

    def trees(self, case: Case) -> set[int | None]:
        """Every company of a case and all above it."""
        rows = self.companies.get(case.id, [])
        return {key for row in rows for key in (row.level1_id, row.level2_id, row.level3_id)} - {None}

    def texts(self, case: Case) -> list[str]:
        """What a search may find a case by, sealed numbers left out."""
        people = self.parties.get(case.id, [])
        names = [text for one in people for text in (one.name, one.plate) if text]
        return [case.number, case.case_no or "", case.title, *names, *(text for text in _names_of(case) if text)]

    def holding(self, cases: Iterable[Case], text: str) -> list[Case]:
        """The cases with a text that holds this one, the newest first."""
        return newest(case for case in cases if any(text in one for one in self.texts(case)))

    def with_phone(self, cases: Iterable[Case], ending: str) -> list[Case]:
        """The cases with a phone that ends so."""
        found = (c for c in cases if any((p.phone or "").endswith(ending) for p in self.parties.get(c.id, [])))
        return newest(found)

    def against_alias(self, cases: Iterable[Case], text: str) -> list[Case]:
        """The cases against a company whose nickname holds the text, or one below it."""
        keys = {row.company_id for row in db.session.scalars(select(CompanyAlias)) if text in row.name}
        return newest(case for case in cases if self.trees(case) & keys)


def everything() -> Everything:
    """Load all rows."""
    named: dict[int, list[CaseCompany]] = {}
    for row in db.session.scalars(select(CaseCompany)):
        named.setdefault(row.case_id, []).append(row)
    people: dict[int, list[Party]] = {}
    for party in db.session.scalars(select(Party)):
        people.setdefault(party.case_id, []).append(party)
    assigned = {(row.case_id, row.user_id) for row in db.session.scalars(select(Assignment))}
    return Everything(list(db.session.scalars(select(Case))), named, people, assigned)


def newest(cases: Iterable[Case]) -> list[Case]:
    """By key, the newest first, each once."""
    return sorted({case.id: case for case in cases}.values(), key=lambda case: -case.id)
