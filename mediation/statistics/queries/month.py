"""What only the month's report asks for: crossed tables, unpaid instalments, ways to force, late entries, the next month.

All of it is asked as of a day, so that a past month looks the same whenever it is made. The cases are those of
:func:`figures.where`, as for every other figure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, case, func, or_, select, union, union_all

from mediation.cases.filters import IN_ANY_STATE, UNPAID
from mediation.cases.lifecycle import Track
from mediation.cases.models import Agreement, Case, CaseEvent, EnforcementStep, Instalment, Payment
from mediation.companies.models import Company
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.deadlines.models import Deadline, DeadlineRule
from mediation.deadlines.queries import RIGHTS, WAYS
from mediation.statistics.period import Period
from mediation.statistics.policy import top_company
from mediation.statistics.queries import made
from mediation.statistics.queries.figures import child_of, main_cause
from mediation.statistics.queries.scope import EVERYTHING, Scope, where

IN_FORCE = "effective"
MOST_AT_ONCE = 500


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


@dataclass(frozen=True)
class Intake:
    """How cases came: ``sources`` (new cases, consultations) by source, ``risks`` new cases by level of risk,
    ``collective`` the keys of the group disputes among them."""

    sources: Mapping[str, tuple[int, int]]
    risks: Mapping[str, int]
    collective: Sequence[int]


def intake(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> Intake:
    """What the columns of the new cases say that no index holds, in one reading of their rows."""
    is_dispute = Case.track != Track.CONSULT.value
    one = case((and_(is_dispute, Case.is_collective.is_(True)), Case.id))
    keys = (Case.source, Case.risk_level, is_dispute.label("is_dispute"), one.label("one"))
    filters = scope.filters(received_from=period.first, received_to=period.last)
    rows = select(*keys, func.count()).where(*where(actor, filters)).group_by("is_dispute", "one", *keys[:2])
    sources: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    risks: Counter[str] = Counter()
    collective = []
    for source, risk, disputed, case_id, count in db.session.execute(rows):
        cases, consultations = sources[source]
        sources[source] = (cases + count, consultations) if disputed else (cases, consultations + count)
        if disputed:
            risks[risk] += count
        if case_id is not None:
            collective.append(case_id)
    return Intake(dict(sources), risks, collective)


def _among(statement: Any, case_id: Any, actor: Actor, scope: Scope) -> Any:
    """The rows of a statement that belong to the cases of a scope. Where that is the whole committee, whose rows the
    statement asks for already, nobody needs to look at the cases."""
    if scope == EVERYTHING and made.node_of(actor, scope) == (made.ALL, False):
        return statement
    # Looked up row by row and not joined: no planner shall begin with all cases there ever were.
    return statement.where(select(Case.id).where(Case.id == case_id, *where(actor, scope.filters())).exists())


def happened(actor: Actor, period: Period, event: str, scope: Scope = EVERYTHING) -> int:
    """In how many cases an event happened in a period."""
    statement = select(func.count(CaseEvent.case_id.distinct())).where(
        CaseEvent.committee_id == actor.committee_id,
        CaseEvent.event == event,
        CaseEvent.happened_on.between(period.first, period.last),
    )
    return db.session.scalar(_among(statement, CaseEvent.case_id, actor, scope)) or 0


@dataclass(frozen=True)
class Unpaid:
    """What was not paid of the instalments of one day at the end of another: how many, and how much is left (fen)."""

    due_on: date
    count: int
    left_fen: int


def unpaid_at(actor: Actor, day: date, scope: Scope = EVERYTHING) -> list[Unpaid]:
    """The instalments of agreements in force that were not paid in full at the end of a day, by the day they are due."""
    # Two readings and not one with OR: each has its own index.
    top = scope.headquarters
    unpaid = select(Instalment.id).where(
        *([Instalment.level1_id == top] if top is not None else []),
        Instalment.committee_id == actor.committee_id,
        UNPAID,
    )
    later = select(Payment.instalment_id).where(
        *([Payment.level1_id == top] if top is not None else []),
        Payment.committee_id == actor.committee_id,
        Payment.paid_on > day,
    )
    known = union(unpaid, later).subquery()
    paid = (
        select(func.coalesce(func.sum(Payment.amount_fen), 0))
        .where(Payment.instalment_id == Instalment.id, Payment.paid_on <= day)
        .scalar_subquery()
    )
    statement = (
        select(Instalment.due_on, (Instalment.amount_fen - paid).label("left_fen"))
        .select_from(known)
        .join(Instalment, Instalment.id == known.c.id)
        .join(Agreement, Agreement.id == Instalment.agreement_id)
        .where(Agreement.status == IN_FORCE, Agreement.effective_on <= day)
    )
    # Looked at once: else what was paid is looked up before it is known whether the agreement counts, and again for the sum.
    open_ones = _among(statement, Instalment.case_id, actor, scope).cte().prefix_with("MATERIALIZED")
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
        .select_from(Instalment)
        .join(Agreement, Agreement.id == Instalment.agreement_id)
        .where(
            Instalment.committee_id == actor.committee_id,
            IN_ANY_STATE,
            Instalment.due_on.between(period.first, period.last),
            Agreement.status == IN_FORCE,
            Agreement.effective_on <= day,
        )
    )
    count, fen = db.session.execute(_among(statement, Instalment.case_id, actor, scope)).one()
    return count, int(fen)


def made_enforceable(actor: Actor, period: Period, day: date, scope: Scope = EVERYTHING) -> dict[str, tuple[int, int]]:
    """Per way to give an agreement force (law.md 1.4): (applied for in the period, result in the period), known on a day."""
    ends = (period.first, min(period.last, day))
    statement = select(
        EnforcementStep.route,
        func.count(case((EnforcementStep.applied_on.between(*ends), 1))),
        func.count(case((EnforcementStep.result_on.between(*ends), 1))),
    ).where(
        EnforcementStep.committee_id == actor.committee_id,
        or_(EnforcementStep.applied_on.between(*ends), EnforcementStep.result_on.between(*ends)),
    )
    rows = _among(statement, EnforcementStep.case_id, actor, scope).group_by(EnforcementStep.route)
    return {route: (applied, ended) for route, applied, ended in db.session.execute(rows)}


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
    # The first instant from which an event of a day was entered late.
    begins = case(
        {day: _begins(day + timedelta(days=days + 1)) for day in period.each_day()}, value=CaseEvent.happened_on
    )
    statement = select(CaseEvent.event, func.count(), func.count(case((CaseEvent.at >= begins, 1)))).where(
        CaseEvent.committee_id == actor.committee_id,
        CaseEvent.event.in_(events),
        CaseEvent.happened_on.between(period.first, period.last),
    )
    rows = _among(statement, CaseEvent.case_id, actor, scope).group_by(CaseEvent.event)
    return {event: (count, late) for event, count, late in db.session.execute(rows)}


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), clock.SHANGHAI)


def deadlines_due(actor: Actor, period: Period, day: date) -> dict[str, int]:
    """How many limits end in a period, by the title of their rule, of those that ran at the end of a day."""
    ours = (
        Deadline.committee_id == actor.committee_id,
        Deadline.last_day.between(period.first, period.last),
        Deadline.created_at < _begins(day + timedelta(days=1)),
        Deadline.rule_code.not_in(sorted(RIGHTS | WAYS)),
    )
    columns = (Deadline.case_id, Deadline.rule_code, Deadline.rule_version)
    # Two readings and not one with OR: each has its own index.
    still_open = select(*columns).where(*ours, Deadline.status == "open")
    ended_later = select(*columns).where(
        *ours, Deadline.settled_on > day, Deadline.status.in_(("met", "missed", "cancelled"))
    )
    ran = union_all(still_open, ended_later).subquery()
    title = func.coalesce(DeadlineRule.title, ran.c.rule_code)
    statement = (
        select(title, func.count())
        .select_from(ran)
        .outerjoin(DeadlineRule, (DeadlineRule.code == ran.c.rule_code) & (DeadlineRule.version == ran.c.rule_version))
    )
    counts: dict[str, int] = defaultdict(int)
    for one, count in db.session.execute(_among(statement, ran.c.case_id, actor, EVERYTHING).group_by(title)):
        counts[one] += count
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def collective(found: Intake, *, limit: int = 30) -> Sequence[Any]:
    """The group disputes of an intake, the largest first: number, level1_id, category_code, headcount, outcome …"""
    columns = (
        Case.number, Case.level1_id, Case.category_code, Case.headcount, Case.outcome, Case.settled_on, Case.risk_level,
    )  # fmt: skip
    rows: list[Any] = []
    for start in range(0, len(found.collective), MOST_AT_ONCE):
        keys = found.collective[start : start + MOST_AT_ONCE]
        rows += db.session.execute(select(*columns).where(Case.id.in_(keys)))
    return sorted(rows, key=lambda row: (row.headcount is None, -(row.headcount or 0), row.number))[:limit]
