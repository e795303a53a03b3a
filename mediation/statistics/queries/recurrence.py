"""The cases of one cause at one company: how many on which days, and which they are.

Counted as the measure 〈cases〉 counts: by the day of receipt, by the main respondent, consultations left out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, func, select

from mediation.cases.filters import Filters
from mediation.cases.models import Case
from mediation.companies.models import Company
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.statistics.period import Period
from mediation.statistics.queries.figures import Scope, where

DAYS_AT_ONCE = 366


def received_days(actor: Actor, company: Company, cause: str, period: Period) -> dict[date, int]:
    """Cases of a cause (main or full code) in a company's tree per day of receipt; days without one are missing."""
    rows = where(actor, Scope(company=company.id, cause=cause).filters(disputes=True))
    found: dict[date, int] = {}
    days = period.each_day()
    for start in range(0, len(days), DAYS_AT_ONCE):
        # Each day by itself: then the index leads straight to the headquarters (see ``figures._grouped``).
        part = Case.received_on.in_(days[start : start + DAYS_AT_ONCE])
        statement = select(Case.received_on, func.count()).where(*rows, part, Case.level1_id == company.level1_id)
        found.update(db.session.execute(statement.group_by(Case.received_on)).all())
    return found


def first_received(actor: Actor) -> date | None:
    """The day of the oldest case of the committee: before it nothing is known. None without cases."""
    return db.session.scalar(select(func.min(Case.received_on)).where(Case.committee_id == actor.committee_id))


def cases_alike(actor: Actor, company: Company, cause: str, period: Period, *, limit: int) -> Sequence[Row[Any]]:
    """The newest cases of a cause in a company's tree, by day of receipt: see :func:`cases_among` for the columns."""
    ends = {"received_from": period.first, "received_to": period.last}
    rows = where(actor, Scope(company=company.id, cause=cause).filters(disputes=True, **ends))
    statement = _columns().where(*rows, Case.level1_id == company.level1_id)
    return db.session.execute(statement.order_by(Case.received_on.desc(), Case.id.desc()).limit(limit)).all()


def cases_among(actor: Actor, case_ids: Collection[int]) -> Sequence[Row[Any]]:
    """Those of some cases that the actor may see, oldest first.

    Rows: id, number, case_no, received_on, category_code, company_id, company (name), headcount (people concerned).
    """
    statement = _columns().where(*where(actor, Filters()), Case.id.in_(sorted(set(case_ids))))
    return db.session.execute(statement.order_by(Case.received_on, Case.id)).all()


def _columns() -> Select[Any]:
    return select(
        Case.id,
        Case.number,
        Case.case_no,
        Case.received_on,
        Case.category_code,
        Case.main_company_id.label("company_id"),
        Company.name.label("company"),
        Case.headcount,
    ).outerjoin(Company, Company.id == Case.main_company_id)
