"""Names for the keys that figures are grouped by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from mediation.committees.models import Category
from mediation.companies.models import Company
from mediation.core.db import db
from mediation.stations.models import Station


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
