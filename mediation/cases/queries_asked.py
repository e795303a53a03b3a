"""What is asked of companies with a day: claims they have not answered, drafts of agreements they have not signed,
authorities of their representatives that end.

One statement for each, read for an officer's desk and, for all officers of a committee at once, for the books of a
morning: so both say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.engine import Row
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import Subquery

from mediation.accounts.models import User, UserCompany, UserRole
from mediation.cases.clock import MEDIATION_PERIOD
from mediation.cases.lifecycle import ENDED
from mediation.cases.models import Agreement, Answer, Case, CaseCompany, Claim, Signature
from mediation.cases.policy import TOLD, visible_to
from mediation.cases.queries_company import ACCEPT_BY, CASE, MOST, TOLD_OF, own_company_ids
from mediation.companies.models import Company
from mediation.core.actor import Actor, Role
from mediation.core.db import db
from mediation.deadlines.models import Deadline
from mediation.deadlines.queries import OPEN
from mediation.parties.models import Party, Representative

# Says of a column that names a company that it is one of the reader's.
Owns = Callable[[InstrumentedAttribute[Any]], ColumnElement[bool]]


def unanswered_for(actor: Actor) -> Sequence[Row[Any]]:
    """Cases of the actor's companies with claims they have not answered (``open_claims``), nearest day first.

    ``on`` is the last day for accepting the case while consent is asked, else that of the mediation period;
    ``is_provisional`` says whether it was counted without the calendar of its year.
    """
    return _for(actor, _unanswered)


def signatures_for(actor: Actor) -> Sequence[Row[Any]]:
    """Drafts of agreements that the actor's companies have still to sign, by the end of the mediation period (``on``,
    ``is_provisional``)."""
    return _for(actor, _unsigned)


def authorities_for(actor: Actor) -> Sequence[Row[Any]]:
    """Representatives (``name``) of the actor's companies in open cases whose authority has an end (``on``)."""
    return _for(actor, _authorities)


def unanswered_until(committee_id: int, until: date) -> Sequence[Row[Any]]:
    """The same as :func:`unanswered_for` of every officer of a committee (``user_id``), with a day on or before one."""
    return _until(committee_id, until, _unanswered)


def signatures_until(committee_id: int, until: date) -> Sequence[Row[Any]]:
    """The same as :func:`signatures_for` of every officer of a committee (``user_id``), with a day on or before one."""
    return _until(committee_id, until, _unsigned)


def authorities_until(committee_id: int, until: date) -> Sequence[Row[Any]]:
    """The same as :func:`authorities_for` of every officer of a committee (``user_id``), with an end on or before a day."""
    return _until(committee_id, until, _authorities)


def _for(actor: Actor, asked: Callable[[Owns], Select[Any]]) -> Sequence[Row[Any]]:
    own = own_company_ids(actor)
    found = asked(lambda column: column.in_(own)).where(visible_to(actor)).subquery()
    return db.session.execute(
        select(found).order_by(found.c.on.is_(None), found.c.on, found.c.key).limit(MOST + 1)
    ).all()


def _until(committee_id: int, until: date, asked: Callable[[Owns], Select[Any]]) -> Sequence[Row[Any]]:
    seen = _seen_by_officers(committee_id)

    def owns(column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        is_above = UserCompany.company_id.in_((Company.level1_id, Company.level2_id, Company.level3_id))
        theirs = select(Company.id).join(UserCompany, is_above).where(UserCompany.user_id == seen.c.user_id)
        return theirs.where(Company.id == column).correlate_except(Company, UserCompany).exists()

    statement = asked(owns).add_columns(seen.c.user_id).join(seen, seen.c.case_id == Case.id)
    found = statement.subquery()
    return db.session.execute(select(found).where(found.c.on <= until).order_by(found.c.on, found.c.key)).all()


def _seen_by_officers(committee_id: int) -> Subquery:
    """(user_id, case_id) of the open cases that name a company an officer in use answers for, once it may know of them."""
    is_above = UserCompany.company_id.in_((CaseCompany.level1_id, CaseCompany.level2_id, CaseCompany.level3_id))
    is_officer = select(UserRole.role).where(UserRole.user_id == User.id, UserRole.role == Role.HR.value).exists()
    return (
        select(UserCompany.user_id, Case.id.label("case_id"))
        .distinct()
        .select_from(Case)
        .join(CaseCompany, CaseCompany.case_id == Case.id)
        .join(UserCompany, is_above)
        .join(User, User.id == UserCompany.user_id)
        .where(Case.committee_id == committee_id, Case.next_deadline_on.isnot(None), TOLD)
        .where(User.committee_id == committee_id, User.is_active, is_officer)
        .subquery()
    )


def _unanswered(owns: Owns) -> Select[Any]:
    of_case = select(Answer.id).where(Answer.case_id == Case.id, owns(Answer.company_id)).correlate_except(Answer)
    to_claim = of_case.where(or_(Answer.claim_id.is_(None), Answer.claim_id == Claim.id))
    claims = select(func.count()).select_from(Claim).where(Claim.case_id == Case.id)
    open_claims = claims.where(~to_claim.exists()).correlate_except(Claim).scalar_subquery()
    any_claim = select(Claim.id).where(Claim.case_id == Case.id).exists()
    return select(
        *CASE,
        Case.id.label("key"),
        _answer_by(Deadline.last_day).label("on"),
        _answer_by(Deadline.is_provisional).label("is_provisional"),
        open_claims.label("open_claims"),
    ).where(
        Case.next_deadline_on.isnot(None),
        Case.state.in_(TOLD_OF),
        or_(open_claims > 0, and_(~any_claim, ~of_case.exists())),
    )


def _unsigned(owns: Owns) -> Select[Any]:
    return (
        select(
            *CASE,
            Signature.id.label("key"),
            Signature.name,
            Case.mediation_ends_on.label("on"),
            _nearest(Deadline.is_provisional, MEDIATION_PERIOD).label("is_provisional"),
        )
        .join(Agreement, Agreement.case_id == Case.id)
        .join(Signature, Signature.agreement_id == Agreement.id)
        .join(Party, Party.id == Signature.party_id)
        .where(
            Case.next_deadline_on.isnot(None),
            Agreement.status == "draft",
            Signature.actor_kind == "party",
            Signature.signed_on.is_(None),
            owns(Party.company_id),
        )
    )


def _authorities(owns: Owns) -> Select[Any]:
    return (
        select(
            *CASE,
            Representative.id.label("key"),
            Representative.name,
            Representative.to_on.label("on"),
            false().label("is_provisional"),
        )
        .join(Party, Party.case_id == Case.id)
        .join(Representative, Representative.party_id == Party.id)
        .where(Case.state.not_in(ENDED), Representative.to_on.isnot(None), owns(Party.company_id))
    )


def _answer_by(column: InstrumentedAttribute[Any]) -> Any:
    return func.coalesce(_nearest(column, ACCEPT_BY), _nearest(column, MEDIATION_PERIOD))


def _nearest(column: InstrumentedAttribute[Any], codes: Sequence[str]) -> Any:
    """A column of the case's first open deadline of some rules."""
    first = select(column).where(Deadline.case_id == Case.id, Deadline.status == OPEN, Deadline.rule_code.in_(codes))
    return first.order_by(Deadline.last_day, Deadline.id).limit(1).correlate(Case).scalar_subquery()
