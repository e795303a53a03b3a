"""Names for the keys that figures are grouped by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, select

from mediation.committees.models import Category
from mediation.companies.models import Company
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import NotFound
from mediation.stations.models import Station
from mediation.statistics.policy import is_company_only


def company_for(actor: Actor, company_id: int) -> Company:
    """A company the actor may see figures of. Raises NotFound."""
    company = db.session.scalars(
        select(Company).where(Company.id == company_id, Company.committee_id == actor.committee_id)
    ).one_or_none()
    if company is None:
        raise NotFound()
    if is_company_only(actor):
        line = {company.level1_id, company.level2_id, company.level3_id, company.id}
        if not line & {top for top, _level in actor.company_levels}:
            raise NotFound()
    return company


def company_names(ids: Iterable[int | None]) -> dict[int, str]:
    """The full name per company key."""
    return _names(select(Company.id, Company.name), Company.id, ids)


def station_names(ids: Iterable[int | None]) -> dict[int, str]:
    """The name per station key."""
    return _names(select(Station.id, Station.name), Station.id, ids)


def _names(statement: Any, column: Any, ids: Iterable[int | None]) -> dict[int, str]:
    known = sorted({one for one in ids if one is not None})
    found: dict[int, str] = {}
    for start in range(0, len(known), 500):
        found.update(db.session.execute(statement.where(column.in_(known[start : start + 500]))).all())
    return found


def cause_labels() -> dict[str, str]:
    """The label per code of all causes, in their order."""
    return dict(db.session.execute(select(Category.code, Category.label).order_by(Category.sort, Category.code)).all())


def stations_for(actor: Actor) -> Sequence[Row[tuple[int, str]]]:
    """The stations of the committee, for the picker; staff pick among their own."""
    statement = select(Station.id, Station.name).where(Station.committee_id == actor.committee_id)
    if not actor.is_system and actor.station_ids:
        statement = statement.where(Station.id.in_(sorted(actor.station_ids)))
    return db.session.execute(statement.order_by(Station.name)).all()
