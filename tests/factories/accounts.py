"""Committees, stations, offices, companies and accounts for tests. All add to the session and flush."""

from __future__ import annotations

from collections.abc import Collection
from itertools import count

from mediation.accounts import passwords, service, sessions
from mediation.accounts.models import User
from mediation.committees.models import Committee
from mediation.companies.models import Company
from mediation.core.actor import Actor, Role, system
from mediation.core.db import db
from mediation.stations.models import Office, OfficeKind, Station

PASSWORD = "right-horse-battery"

_numbers = count(1)


def make_committee(name: str | None = None) -> Committee:
    """A committee with both legal natures."""
    name = name or f"示例调委会{next(_numbers)}"
    return _added(
        Committee(
            name=name,
            short_name=name[:12],
            legal_basis=["industry_labour", "peoples_mediation"],
            case_prefix="沪快调字",
            document_prefix="沪快调",
            settings={},
        )
    )


def make_station(committee: Committee, name: str | None = None) -> Station:
    """A driver station."""
    name = name or f"示例驿站{next(_numbers)}"
    return _added(Station(committee_id=committee.id, name=name, district="青浦区", is_active=True))


def make_office(committee: Committee, kind: OfficeKind, name: str | None = None) -> Office:
    """A law firm, police post or judicial office."""
    name = name or f"示例单位{next(_numbers)}"
    return _added(Office(committee_id=committee.id, kind=kind.value, name=name, is_active=True))


def make_company(committee: Committee, name: str | None = None, *, parent: Company | None = None) -> Company:
    """A company; under a parent it is the next level of the tree."""
    level = parent.level + 1 if parent else 1
    company = _added(
        Company(
            committee_id=committee.id,
            name=name or f"示例速运{next(_numbers)}有限公司",
            parent_id=parent.id if parent else None,
            level=level,
            is_active=True,
            is_verified=True,
        )
    )
    levels = [parent.level1_id, parent.level2_id, parent.level3_id] if parent else [None, None, None]
    levels[level - 1] = company.id
    company.level1_id, company.level2_id, company.level3_id = levels
    company.path = f"{parent.path if parent else '/'}{company.id}/"
    db.session.flush()
    return company


def make_user(
    committee: Committee,
    username: str,
    *roles: Role,
    name: str | None = None,
    stations: Collection[Station] = (),
    companies: Collection[Company] = (),
    office: Office | None = None,
    must_change_password: bool = False,
) -> User:
    """An account with the password PASSWORD."""
    return service.create_user(
        system(committee.id),
        username=username,
        name=name or username,
        password_hash=passwords.hash_password(PASSWORD),
        roles=roles,
        station_ids=[station.id for station in stations],
        company_ids=[company.id for company in companies],
        office_id=office.id if office else None,
        must_change_password=must_change_password,
    )


def actor_named(username: str) -> Actor:
    """The actor of an account, as its requests have it."""
    return sessions.actor_of(db.session.scalars(db.select(User).where(User.username == username)).one())


def _added(row):
    db.session.add(row)
    db.session.flush()
    return row
