"""Grouped counts and sums: by company, station, cause, and over all.

The conditions come from the same ``Filters`` as the list of cases, so that a figure and the list behind it cannot
differ.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select

from mediation.cases.models import Case, Payment
from mediation.companies.models import Company
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.statistics import metrics
from mediation.statistics.metrics import Tally
from mediation.statistics.period import Period
from mediation.statistics.policy import top_company
from mediation.statistics.queries import passes
from mediation.statistics.queries.passes import Question
from mediation.statistics.queries.scope import EVERYTHING, Scope, where


def by_company(
    actor: Actor,
    period: Period,
    scope: Scope = EVERYTHING,
    *,
    below: Company | None = None,
    paid_until: date | None = None,
) -> dict[int | None, Tally]:
    """Tallies by the main respondent's headquarters; with ``below`` by the companies directly under one.

    None is the cases that name no company, or with ``below`` those against that very company. ``paid_until`` leaves out
    what was paid after a day, so that a past month looks the same whenever it is asked for.
    """
    key = top_company(actor) if below is None else child_of(below)
    return _tallies(actor, period, scope, key, paid_until=paid_until)


def by_station(
    actor: Actor, period: Period, scope: Scope = EVERYTHING, *, paid_until: date | None = None
) -> dict[int | None, Tally]:
    """Tallies by station; None for cases without one."""
    return _tallies(actor, period, scope, Case.station_id, paid_until=paid_until)


def by_cause(
    actor: Actor, period: Period, scope: Scope = EVERYTHING, *, paid_until: date | None = None
) -> dict[str, Tally]:
    """Tallies by main cause, or by its branches where the scope is one main cause."""
    name = str if scope.cause is not None else main_cause
    return _tallies(actor, period, scope, Case.category_code, name, paid_until=paid_until)


def by_track(
    actor: Actor, period: Period, scope: Scope = EVERYTHING, *, paid_until: date | None = None
) -> dict[str, Tally]:
    """Tallies by track (law.md 1.1)."""
    return _tallies(actor, period, scope, Case.track, paid_until=paid_until)


def by_relationship(
    actor: Actor, period: Period, scope: Scope = EVERYTHING, *, paid_until: date | None = None
) -> dict[str, Tally]:
    """Tallies by the relationship between the parties (law.md 1.5)."""
    return _tallies(actor, period, scope, Case.relationship, paid_until=paid_until)


def main_cause(code: Hashable) -> str:
    """The main cause of a category code."""
    return str(code).partition(".")[0]


def overall(actor: Actor, period: Period, scope: Scope = EVERYTHING, *, paid_until: date | None = None) -> Tally:
    """The tally of all cases of a scope."""
    return metrics.total(_tallies(actor, period, scope, Case.level1_id, paid_until=paid_until).values())


def child_of(company: Company) -> ColumnElement[int | None]:
    """The company directly under another one that a case belongs to."""
    if company.level == 1:
        return func.coalesce(Case.level2_id, Case.level3_id)
    return Case.level3_id


def _tallies(
    actor: Actor,
    period: Period,
    scope: Scope,
    key: Any,
    name: Callable[[Any], Hashable] = lambda value: value,
    *,
    paid_until: date | None = None,
) -> dict[Any, Tally]:
    """Everything under one key; ``name`` may put several keys under one."""
    question = Question(actor, scope, (key,), name)
    later = list(passes.paid_after(question, period, paid_until)) if paid_until else []
    return metrics.tallies([*passes.count(question, period), *later])


def received_money(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> int:
    """Fen paid in the period, whenever the case was received or settled."""
    statement = (
        select(func.sum(Payment.amount_fen))
        .join(Case, Case.id == Payment.case_id)
        .where(
            Payment.committee_id == actor.committee_id,
            Payment.paid_on.between(period.first, period.last),
            *where(actor, scope.filters()),
        )
    )
    return int(db.session.scalar(statement) or 0)


def received_by_day(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> dict[date, int]:
    """New cases per day, consultations left out; days without one are missing."""
    filters = scope.filters(received_from=period.first, received_to=period.last, disputes=True)
    statement = select(Case.received_on, func.count()).where(*where(actor, filters)).group_by(Case.received_on)
    return dict(db.session.execute(statement).all())
