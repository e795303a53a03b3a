"""Grouped counts and sums, alike on SQLite and PostgreSQL.

The conditions come from the same ``Filters`` as the list of cases, so that a figure and the list behind it cannot
differ. Each of the three dates that figures count by is one pass over a covering index of ``case_file``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, case, cast, func, not_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from mediation.cases.filters import NOT_CONCLUDED, Filters, conditions
from mediation.cases.lifecycle import Track
from mediation.cases.models import Case, CaseEvent, CaseSpell, Payment
from mediation.companies.models import Company
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.statistics import metrics
from mediation.statistics.metrics import ClosedRow, ReceivedRow, ResultRow, Tally
from mediation.statistics.period import Period
from mediation.statistics.policy import counted_for, top_company


class days_between(FunctionElement[int]):  # noqa: N801  (an SQL function)
    """``days_between(later, earlier)``: whole civil days."""

    type = Integer()
    inherit_cache = True


@compiles(days_between, "sqlite")
def _days_sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    later, earlier = (compiler.process(part, **kwargs) for part in element.clauses)
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _days_postgresql(element: Any, compiler: Any, **kwargs: Any) -> str:
    later, earlier = (compiler.process(part, **kwargs) for part in element.clauses)
    return f"({later} - {earlier})"


def _listed(expression: Any) -> Any:
    """The values of a group as one text with blanks between.

    A list and not a histogram, since grouping by the number of days as well would sort all rows of the period.
    """
    return func.aggregate_strings(cast(expression, String), " ")


@dataclass(frozen=True)
class Scope:
    """Which cases are looked at, within what the actor may see. Names and meaning as in the case list's filters.

    ``headquarters`` is that of ``company``. It narrows nothing; it only finds the company's cases in the index quicker.
    """

    company: int | None = None
    station: int | None = None
    cause: str | None = None
    track: str | None = None
    headquarters: int | None = None

    def filters(self, **more: Any) -> Filters:
        """The filters of the case list for this scope."""
        return Filters(main_company=self.company, station=self.station, cause=self.cause, track=self.track, **more)

    def dimensions(self) -> dict[str, object]:
        """The scope as dimensions of ``metrics.drill``."""
        return {"main_company": self.company, "station": self.station, "cause": self.cause, "track": self.track}


EVERYTHING = Scope()
MOST_DAYS = 400


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
    key = top_company(actor) if below is None else _child(below)
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
    name = str if scope.cause is not None else _main_cause
    return _tallies(actor, period, scope, Case.category_code, name, paid_until=paid_until)


def _main_cause(code: Hashable) -> str:
    return str(code).partition(".")[0]


def overall(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> Tally:
    """The tally of all cases of a scope."""
    return metrics.total(_tallies(actor, period, scope, Case.level1_id).values())


def _child(company: Company) -> ColumnElement[int | None]:
    if company.level == 1:
        return func.coalesce(Case.level2_id, Case.level3_id)
    return Case.level3_id


def where(actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    """The cases of some filters that figures shown to an actor are made of."""
    return [counted_for(actor), *conditions(filters, actor.user_id)]


def _tallies(
    actor: Actor,
    period: Period,
    scope: Scope,
    key: Any,
    name: Callable[[Hashable], Hashable] = lambda value: value,
    *,
    paid_until: date | None = None,
) -> dict[Any, Tally]:
    """Three passes, one per date, each grouped by a key; ``name`` may put several keys under one."""
    grouped = partial(_grouped, actor, period, scope, key)
    is_dispute, is_agreed = Case.track != Track.CONSULT.value, Case.outcome == "agreed"
    received = grouped(
        "received",
        func.count(case((is_dispute, 1))),
        func.count(case((not_(is_dispute), 1))),
        func.sum(case((is_dispute, Case.claimed_fen))),
    )
    results = grouped(
        "settled",
        func.count(case((Case.outcome.not_in(NOT_CONCLUDED), 1))),
        func.count(case((is_agreed, 1))),
        func.sum(Case.agreed_fen),
        func.sum(Case.paid_fen),
        listed=days_between(case((is_agreed, Case.effective_on)), Case.received_on),
        disputes=True,
    )
    closed = grouped("closed", func.count(), disputes=True)
    moved = _not_as_dated(actor, period, scope, key)
    later = _paid_after(actor, period, scope, key, paid_until) if paid_until else ()
    return metrics.tallies(
        [ReceivedRow(name(one), *counts) for one, *counts in received],
        [
            *(
                ResultRow(name(one), concluded, settled, _histogram(days), agreed_fen, paid_fen)
                for one, concluded, settled, agreed_fen, paid_fen, days in results
            ),
            *(ResultRow(name(one), 0, 0, {}, 0, -int(paid_fen)) for one, paid_fen in later),
            *(_corrected(name(one), *days) for one, *days in moved),
        ],
        [ClosedRow(name(one), count) for one, count in closed],
    )


def _grouped(
    actor: Actor, period: Period, scope: Scope, key: Any, by: str, *sums: Any, listed: Any = None, **filters: Any
) -> Sequence[Any]:
    """(key, sums …, values of ``listed`` as text) of the cases whose date ``by`` lies in the period."""
    day = getattr(Case, f"{by}_on")
    ends = {f"{by}_from": period.first, f"{by}_to": period.last}
    rows = where(actor, scope.filters(**ends, **filters))
    if scope.headquarters is not None and period.days <= MOST_DAYS:
        # Each day by itself and not from one to the other: then the index leads straight to the headquarters.
        rows += [day.in_(period.each_day()), Case.level1_id == scope.headquarters]
    columns = [column.label(f"sum{at}") for at, column in enumerate(sums)]
    lists = [_listed(listed).label("listed")] if listed is not None else []
    if key is not Case.level1_id:
        return db.session.execute(select(key, *columns, *lists).where(*rows).group_by(key)).all()
    # Day and headquarters stand in this order in the index: groups of both need no sorting, and are few to add up.
    part = select(key.label("key"), *columns, *lists).where(*rows).group_by(day, key).subquery()
    whole = [func.sum(part.c[column.name]) for column in columns]
    whole += [func.aggregate_strings(part.c.listed, " ")] if lists else []
    return db.session.execute(select(part.c.key, *whole).group_by(part.c.key)).all()


def _paid_after(actor: Actor, period: Period, scope: Scope, key: Any, day: date) -> Sequence[Any]:
    """What was paid after a day on the cases whose result stood in the period."""
    filters = scope.filters(settled_from=period.first, settled_to=period.last, disputes=True)
    statement = select(key, func.sum(Payment.amount_fen)).join(Payment, Payment.case_id == Case.id)
    later = (Payment.committee_id == actor.committee_id, Payment.paid_on > day)
    return db.session.execute(statement.where(*where(actor, filters), *later).group_by(key)).all()


def _not_as_dated(actor: Actor, period: Period, scope: Scope, key: Any) -> Sequence[Any]:
    """(key, days by the two dates, gross days, net days) of the agreements that took other days than their dates say.

    Those are the cases that were paused or re-opened. They are few and their history tells them by an index, so that
    all others are counted without their rows and without their spells.
    """
    # Joined and not asked for with IN, so that the few lead to their cases and not the many to the few.
    moved = (
        select(CaseEvent.case_id)
        .where(
            CaseEvent.committee_id == actor.committee_id,
            CaseEvent.event.in_(("paused", "reopened")),
            CaseEvent.happened_on <= period.last,
        )
        .distinct()
        .subquery()
    )
    filters = scope.filters(settled_from=period.first, settled_to=period.last, disputes=True, outcome="agreed")
    dated = days_between(Case.effective_on, Case.received_on).label("dated")
    statement = (
        select(Case.id, key.label("key"), dated, Case.effective_on)
        .select_from(moved)
        .join(Case, Case.id == moved.c.case_id)
        .where(*where(actor, filters), Case.effective_on.isnot(None))
    )
    cases = {row.id: row for row in db.session.execute(statement)}
    return [
        (cases[one].key, cases[one].dated, gross, net)
        for one, ended, gross, net in _agreed_spells(sorted(cases))
        if ended == cases[one].effective_on
    ]


def _agreed_spells(ids: Sequence[int]) -> Iterator[Any]:
    """Rows of (case, last day, gross days, net days) of the spells that ended with an agreement: at most one per case and day."""
    columns = (CaseSpell.case_id, CaseSpell.to_on, CaseSpell.gross_days, CaseSpell.net_days)
    for start in range(0, len(ids), 500):
        rows = select(*columns).where(CaseSpell.case_id.in_(ids[start : start + 500]), CaseSpell.outcome == "agreed")
        first = {(row.case_id, row.to_on): row for row in db.session.execute(rows.order_by(CaseSpell.seq.desc()))}
        yield from first.values()


def _corrected(key: Hashable, dated: int, gross: int | None, net: int | None) -> ResultRow:
    """What takes a case away from the days of its dates and puts it under those of its spell."""
    days = Counter({dated: -1})
    if gross is None or net is None:
        return ResultRow(key, 0, 0, days, 0, 0)
    days[gross] += 1
    return ResultRow(key, 0, 0, days, 0, 0, {(gross, net): 1} if gross != net else {})


def _histogram(days: str | None) -> dict[int, int]:
    return {int(one): count for one, count in Counter((days or "").split()).items()}


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
