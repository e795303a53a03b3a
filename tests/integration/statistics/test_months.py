"""The sums of whole months answer exactly what counting the cases answers, whatever has changed since they were made."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select, text, update

from mediation.cases.models import Case, CaseEvent, CaseSpell, EnforcementStep, Instalment, Payment
from mediation.cases.service import build_missing_spells
from mediation.companies.models import Company
from mediation.companies.queries import get_for as company_for
from mediation.companies.service import merge, move, undo_merge
from mediation.core.actor import Actor
from mediation.core.db import db, transaction
from mediation.statistics import months, queries
from mediation.statistics.metrics import Tally
from mediation.statistics.models import FigureChange, FigureMade, FigureMonth
from mediation.statistics.period import Period, month
from mediation.statistics.queries import Scope, made
from tests import personas
from tests.factories import statistics as make

YEAR = Period(date(2025, 10, 15), date(2026, 11, 20))
WHO = ["committee", "hr_same_company", "duty_lawyer"]
SCOPES = [
    Scope(),
    Scope(cause="wage"),
    Scope(cause="wage.arrears"),
    Scope(station=0),
    Scope(track="labour"),
    Scope(relationship="new_form"),
    Scope(track="labour", relationship="new_form"),
    Scope(company=0),
]


def make_all(committee_id: int) -> list[str]:
    """Make what is wanted, as the job does."""
    keys = months.wanted(committee_id)
    for key in keys:
        with transaction():
            months.make(committee_id, key)
    return keys


@pytest.fixture
def who(context) -> Actor:
    actor = personas.actor("committee")
    with transaction():
        build_missing_spells(actor)
    make_all(actor.committee_id)
    return actor


@contextmanager
def slowly() -> Iterator[None]:
    """Count without the months."""
    whole = made.standing_months
    made.standing_months = lambda _committee_id, _period: []
    try:
        yield
    finally:
        made.standing_months = whole


def same(question: Callable[[], object]) -> object:
    """The answer with the months, which must be the one without."""
    found = question()
    with slowly():
        assert question() == found
    return found


TABLES = (queries.by_company, queries.by_station, queries.by_cause, queries.by_track, queries.by_relationship)
TOGETHER = (queries.by_month, queries.received_by_month, queries.received_money, queries.movement)


def compare(name: str = "committee", period: Period = YEAR) -> None:
    """Every question both ways."""
    actor = personas.actor(name)
    for scope in SCOPES:
        for table in TABLES:
            same(lambda table=table, scope=scope: table(actor, period, scope))
    for question in TOGETHER:
        same(lambda question=question: question(actor, period))
    for company in db.session.scalars(select(Company).where(Company.committee_id == actor.committee_id)):
        scope = Scope(company=company.id)
        same(lambda scope=scope, company=company: queries.by_company(actor, period, scope, below=company))
        same(lambda scope=scope: queries.by_station(actor, period, scope))
        same(lambda company=company: queries.overall(actor, period, Scope(company=company.id, cause="wage")))
        same(lambda scope=scope: queries.overall(actor, period, scope, paid_until=date(2026, 8, 31)))


def quick(who: Actor, period: Period = YEAR) -> Tally:
    """Some questions both ways."""
    for table in TABLES[:3]:
        same(lambda table=table: table(who, period))
    same(lambda: queries.overall(personas.actor("hr_same_company"), period))
    return queries.overall(who, period)


def standing(who: Actor) -> set[str]:
    return set(made.standing_months(who.committee_id, YEAR))


@pytest.mark.parametrize("name", WHO)
def test_with_and_without_the_months(who: Actor, name: str):
    assert standing(who) == {f"{day:%Y-%m}" for day in _first_days(date(2025, 11, 1), date(2026, 10, 1))}
    compare(name)
    assert queries.overall(who, YEAR).cases > 100


def _first_days(first: date, last: date) -> list[date]:
    return [
        date(index // 12, index % 12 + 1, 1)
        for index in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    ]
