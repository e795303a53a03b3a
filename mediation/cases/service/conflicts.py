"""Conflict of interest: may this person's office act in this case? (law.md 7.4)"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.accounts.models import User
from mediation.cases.models import Case, CaseCompany, ConflictCheck
from mediation.companies import queries as companies
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError, NotFound


def check_person(actor: Actor, case: Case, user_id: int) -> ConflictCheck:
    """Check a person's office against the whole tree of every company the case names, and record the result."""
    user = db.session.scalars(
        select(User).where(User.id == user_id, User.committee_id == case.committee_id, User.is_active)
    ).one_or_none()
    if user is None:
        raise NotFound()
    company_ids = list(db.session.scalars(select(CaseCompany.company_id).where(CaseCompany.case_id == case.id)))
    found = []
    if user.office_id is not None and company_ids:
        found = companies.conflicts_for(user.office_id, company_ids, clock.today())
    check = ConflictCheck(
        committee_id=case.committee_id,
        case_id=case.id,
        user_id=user_id,
        office_id=user.office_id,
        company_id=found[0].company_id if found else None,
        firm_client_id=found[0].id if found else None,
        result="blocked" if found else "clear",
        checked_at=clock.now(),
    )
    db.session.add(check)
    db.session.flush()
    return check


def require_clear(actor: Actor, case: Case, user_id: int, *, field: str) -> None:
    """Raise DomainError at the field when the person's office acts for a company of the case's tree."""
    if check_person(actor, case, user_id).result == "blocked":
        raise DomainError(_("利益冲突：该人员所在律所为本案公司（或其关联公司）提供法律服务，不能指派"), field=field)
