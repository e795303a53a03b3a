"""What only the month's report asks for: crossed tables, unpaid instalments, ways to force, late entries, the next month.

All of it is asked as of a day, so that a past month looks the same whenever it is made. The cases are those of
:func:`figures.where`, as for every other figure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from mediation.cases.lifecycle import Track
from mediation.cases.models import Agreement, Case, CaseEvent, EnforcementStep, Instalment, Payment
from mediation.companies.models import Company
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.deadlines.models import Deadline, DeadlineRule
from mediation.deadlines.queries import RIGHTS, WAYS
from mediation.statistics.period import Period
from mediation.statistics.policy import counted_for, top_company
from mediation.statistics.queries.figures import child_of, main_cause
from mediation.statistics.queries.scope import EVERYTHING, Scope, where

IN_FORCE = "effective"


def by_company_and_cause(
    actor: Actor, period: Period, scope: Scope = EVERYTHING, *, below: Company | None = None
) -> dict[tuple[int | None, str], int]:
    """New cases by company (as :func:`figures.by_company` groups them) and main cause; consultations left out."""
    key = top_company(actor) if below is None else child_of(below)
    filters = scope.filters(received_from=period.first, received_to=period.last, disputes=True)
    rows = select(key, Case.category_code, func.count()).where(*where(actor, filters)).group_by(key, Case.category_code)
    counts: Counter[tuple[int | None, str]] = Counter()
    for company, code, count in db.session.execute(rows):
        counts[company, main_cause(code)] += count
    return dict(counts)


def received_by(actor: Actor, period: Period, column: str, scope: Scope = EVERYTHING) -> dict[str, tuple[int, int]]:
    """(new cases, consultations) by a column of the case: source, relationship, track, risk_level."""
    key, is_dispute = getattr(Case, column), Case.track != Track.CONSULT.value
    filters = scope.filters(received_from=period.first, received_to=period.last)
    counts = (func.count(case((is_dispute, 1))), func.count(case((is_dispute.is_(False), 1))))
    rows = select(key, *counts).where(*where(actor, filters)).group_by(key)
    return {name: (cases, consultations) for name, cases, consultations in db.session.execute(rows)}


def happened(actor: Actor, period: Period, event: str, scope: Scope = EVERYTHING) -> int:
    """In how many cases an event happened in a period."""
    statement = (
        select(func.count(CaseEvent.case_id.distinct()))
        .join(Case, Case.id == CaseEvent.case_id)
        .where(
            CaseEvent.committee_id == actor.committee_id,
            CaseEvent.event == event,
            CaseEvent.happened_on.between(period.first, period.last),
            *where(actor, scope.filters()),
        )
    )
    return db.session.scalar(statement) or 0


@dataclass(frozen=True)
class Unpaid:
    """What was not paid of the instalments of one day at the end of another: how many, and how much is left (fen)."""

    due_on: date
    count: int
    left_fen: int


def unpaid_at(actor: Actor, day: date, scope: Scope = EVERYTHING) -> list[Unpaid]:
    """The instalments of agreements in force that were not paid in full at the end of a day, by the day they are due."""
    later = select(Payment.instalment_id).where(Payment.committee_id == actor.committee_id, Payment.paid_on > day)
    paid = (
        select(func.coalesce(func.sum(Payment.amount_fen), 0))
        .where(Payment.instalment_id == Instalment.id, Payment.paid_on <= day)
        .scalar_subquery()
    )
    open_ones = (
        select(Instalment.due_on, (Instalment.amount_fen - paid).label("left_fen"))
        .join(Agreement, Agreement.id == Instalment.agreement_id)
        .join(Case, Case.id == Instalment.case_id)
        .where(
            Instalment.committee_id == actor.committee_id,
            or_(Instalment.status != "paid", Instalment.id.in_(later)),
            Agreement.status == IN_FORCE,
            Agreement.effective_on <= day,
            *where(actor, scope.filters()),
        )
        .subquery()
    )
    rows = (
        select(open_ones.c.due_on, func.count(), func.sum(open_ones.c.left_fen))
        .where(open_ones.c.left_fen > 0)
        .group_by(open_ones.c.due_on)
        .order_by(open_ones.c.due_on)
    )
    return [Unpaid(due_on, count, int(left)) for due_on, count, left in db.session.execute(rows)]


def instalments_due(actor: Actor, period: Period, day: date, scope: Scope = EVERYTHING) -> tuple[int, int]:
    """(how many, fen) of the instalments due in a period under agreements that were in force at the end of a day."""
    statement = (
        select(func.count(), func.coalesce(func.sum(Instalment.amount_fen), 0))
        .join(Agreement, Agreement.id == Instalment.agreement_id)
        .join(Case, Case.id == Instalment.case_id)
        .where(
            Instalment.committee_id == actor.committee_id,
            Instalment.due_on.between(period.first, period.last),
            Agreement.status == IN_FORCE,
            Agreement.effective_on <= day,
            *where(actor, scope.filters()),
        )
    )
    count, fen = db.session.execute(statement).one()
    return count, int(fen)


def made_enforceable(actor: Actor, period: Period, day: date, scope: Scope = EVERYTHING) -> dict[str, tuple[int, int]]:
    """Per way to give an agreement force (law.md 1.4): (applied for in the period, result in the period), known on a day."""
    ends = (period.first, min(period.last, day))
    statement = (
        select(
            EnforcementStep.route,
            func.count(case((EnforcementStep.applied_on.between(*ends), 1))),
            func.count(case((EnforcementStep.result_on.between(*ends), 1))),
        )
        .join(Case, Case.id == EnforcementStep.case_id)
        .where(
            EnforcementStep.committee_id == actor.committee_id,
            or_(EnforcementStep.applied_on.between(*ends), EnforcementStep.result_on.between(*ends)),
            *where(actor, scope.filters()),
        )
        .group_by(EnforcementStep.route)
    )
    return {route: (applied, ended) for route, applied, ended in db.session.execute(statement)}


def confirmation_days(
    actor: Actor, period: Period, day: date, scope: Scope = EVERYTHING
) -> list[tuple[date, date | None, int]]:
    """(effective day, day of the first application for judicial confirmation by a day, how many) of a period's agreements."""
    first = (
        select(func.min(EnforcementStep.applied_on))
        .where(
            EnforcementStep.case_id == Case.id,
            EnforcementStep.route == "judicial_confirmation",
            EnforcementStep.applied_on <= day,
        )
        .scalar_subquery()
    )
    filters = scope.filters(settled_from=period.first, settled_to=period.last, disputes=True, outcome="agreed")
    agreed = select(Case.effective_on, first.label("applied_on")).where(*where(actor, filters)).subquery()
    rows = (
        select(agreed.c.effective_on, agreed.c.applied_on, func.count())
        .where(agreed.c.effective_on.is_not(None))
        .group_by(agreed.c.effective_on, agreed.c.applied_on)
    )
    return [tuple(row) for row in db.session.execute(rows)]


def late_entries(
    actor: Actor, period: Period, events: Sequence[str], days: int, scope: Scope = EVERYTHING
) -> dict[str, tuple[int, int]]:
    """Per event: (how many happened in a period, how many of them were entered more than some days later)."""
    ends = [
        and_(CaseEvent.happened_on == day, CaseEvent.at >= _begins(day + timedelta(days=days + 1)))
        for day in period.each_day()
    ]
    statement = (
        select(CaseEvent.event, func.count(), func.count(case((or_(*ends), 1))))
        .join(Case, Case.id == CaseEvent.case_id)
        .where(
            CaseEvent.committee_id == actor.committee_id,
            CaseEvent.event.in_(events),
            CaseEvent.happened_on.between(period.first, period.last),
            *where(actor, scope.filters()),
        )
        .group_by(CaseEvent.event)
    )
    return {event: (count, late) for event, count, late in db.session.execute(statement)}


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), clock.SHANGHAI)


def deadlines_due(actor: Actor, period: Period, day: date) -> dict[str, int]:
    """How many limits end in a period, by the title of their rule, of those that ran at the end of a day."""
    ran = or_(
        Deadline.status == "open", and_(Deadline.settled_on > day, Deadline.status.in_(("met", "missed", "cancelled")))
    )
    statement = (
        select(func.coalesce(DeadlineRule.title, Deadline.rule_code), func.count())
        .select_from(Deadline)
        .join(Case, Case.id == Deadline.case_id)
        .outerjoin(
            DeadlineRule, (DeadlineRule.code == Deadline.rule_code) & (DeadlineRule.version == Deadline.rule_version)
        )
        .where(
            Deadline.committee_id == actor.committee_id,
            Deadline.last_day.between(period.first, period.last),
            Deadline.created_at < _begins(day + timedelta(days=1)),
            Deadline.rule_code.not_in(sorted(RIGHTS | WAYS)),
            ran,
            counted_for(actor),
        )
        .group_by(func.coalesce(DeadlineRule.title, Deadline.rule_code))
    )
    counts: dict[str, int] = defaultdict(int)
    for title, count in db.session.execute(statement):
        counts[title] += count
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def collective(actor: Actor, period: Period, scope: Scope = EVERYTHING, *, limit: int = 30) -> Sequence[Any]:
    """The group disputes received in a period, the largest first: number, level1_id, category_code, headcount, outcome."""
    filters = scope.filters(received_from=period.first, received_to=period.last, disputes=True, collective=True)
    rows = select(
        Case.number, Case.level1_id, Case.category_code, Case.headcount, Case.outcome, Case.settled_on, Case.risk_level
    )
    return db.session.execute(
        rows.where(*where(actor, filters)).order_by(Case.headcount.desc().nulls_last(), Case.number).limit(limit)
    ).all()
