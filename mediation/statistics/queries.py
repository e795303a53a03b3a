"""Grouped counts and sums, alike on SQLite and PostgreSQL.

The conditions come from the same ``Filters`` as the list of cases, so that a figure and the list behind it cannot
differ. Each of the three dates that figures count by is one pass over a covering index of ``case_file``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, case, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from mediation.cases.filters import Filters, conditions
from mediation.cases.lifecycle import ENDED, Track
from mediation.cases.models import Case, CaseEvent, Payment
from mediation.committees.models import Category
from mediation.companies.models import Company
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import NotFound
from mediation.deadlines.models import Deadline, DeadlineRule
from mediation.stations.models import Station
from mediation.statistics import metrics
from mediation.statistics.metrics import ClosedRow, ReceivedRow, ResultRow, Tally
from mediation.statistics.period import Period
from mediation.statistics.policy import counted_for, is_company_only, top_company


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


@dataclass(frozen=True)
class Scope:
    """Which cases are looked at, within what the actor may see. Names and meaning as in the case list's filters."""

    company: int | None = None
    station: int | None = None
    cause: str | None = None
    track: str | None = None

    def filters(self, **more: Any) -> Filters:
        """The filters of the case list for this scope."""
        return Filters(main_company=self.company, station=self.station, cause=self.cause, track=self.track, **more)

    def dimensions(self) -> dict[str, object]:
        """The scope as dimensions of ``metrics.drill``."""
        return {"main_company": self.company, "station": self.station, "cause": self.cause, "track": self.track}


EVERYTHING = Scope()


def by_company(
    actor: Actor, period: Period, scope: Scope = EVERYTHING, *, below: Company | None = None
) -> dict[int | None, Tally]:
    """Tallies by the main respondent's headquarters; with ``below`` by the companies directly under one.

    None is the cases that name no company, or with ``below`` those against that very company.
    """
    key = top_company(actor) if below is None else _child(below)
    return _tallies(actor, period, scope, key)


def by_station(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> dict[int | None, Tally]:
    """Tallies by station; None for cases without one."""
    return _tallies(actor, period, scope, Case.station_id)


def by_cause(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> dict[str, Tally]:
    """Tallies by main cause, or by its branches where the scope is one main cause."""
    branches = scope.cause is not None
    return _tallies(
        actor, period, scope, Case.category_code, lambda code: code if branches else str(code).partition(".")[0]
    )


def overall(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> Tally:
    """The tally of all cases of a scope."""
    return metrics.total(_tallies(actor, period, scope, Case.track).values())


def _child(company: Company) -> ColumnElement[int | None]:
    if company.level == 1:
        return func.coalesce(Case.level2_id, Case.level3_id)
    return Case.level3_id


def _where(actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    return [counted_for(actor), *conditions(filters, actor.user_id)]


def _tallies(
    actor: Actor,
    period: Period,
    scope: Scope,
    key: Any,
    name: Callable[[Hashable], Hashable] = lambda value: value,
) -> dict[Any, Tally]:
    """Three passes, one per date, each grouped by a key; ``name`` may put several keys under one."""
    consultation = Case.track == Track.CONSULT.value
    received = db.session.execute(
        select(key, consultation, func.count(), func.sum(Case.claimed_fen))
        .where(*_where(actor, scope.filters(received_from=period.first, received_to=period.last)))
        .group_by(key, consultation)
    )
    settled = func.coalesce(Case.outcome == "agreed", False)
    days = case((Case.outcome == "agreed", days_between(Case.settled_on, Case.received_on)), else_=None)
    results = db.session.execute(
        select(key, settled, days, func.count(), func.sum(Case.agreed_fen), func.sum(Case.paid_fen))
        .where(*_where(actor, scope.filters(settled_from=period.first, settled_to=period.last, concluded=True)))
        .group_by(key, settled, days)
    )
    closed = db.session.execute(
        select(key, func.count())
        .where(*_where(actor, scope.filters(closed_from=period.first, closed_to=period.last, disputes=True)))
        .group_by(key)
    )
    return metrics.tallies(
        [ReceivedRow(name(one), bool(consult), *rest) for one, consult, *rest in received],
        [ResultRow(name(one), bool(is_settled), *rest) for one, is_settled, *rest in results],
        [ClosedRow(name(one), count) for one, count in closed],
    )


def received_money(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> int:
    """Fen paid in the period, whenever the case was received or settled."""
    statement = (
        select(func.sum(Payment.amount_fen))
        .join(Case, Case.id == Payment.case_id)
        .where(
            Payment.committee_id == actor.committee_id,
            Payment.paid_on.between(period.first, period.last),
            *_where(actor, scope.filters()),
        )
    )
    return int(db.session.scalar(statement) or 0)


def received_by_day(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> dict[date, int]:
    """New cases per day, consultations left out; days without one are missing."""
    filters = scope.filters(received_from=period.first, received_to=period.last, disputes=True)
    statement = select(Case.received_on, func.count()).where(*_where(actor, filters)).group_by(Case.received_on)
    return dict(db.session.execute(statement).all())


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


# ---- open cases at the two ends of a month -----------------------------------------------------------------------


@dataclass(frozen=True)
class Movement:
    """Open cases before and after a period, and what came between, each counted on its own."""

    open_before: int
    received: int
    reopened: int
    closed: int
    open_after: int

    @property
    def difference(self) -> int:
        """Zero when the register agrees with itself."""
        return self.open_before + self.received + self.reopened - self.closed - self.open_after


def movement(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> Movement:
    """Open at start, new, re-opened, closed, open at end. Consultations are left out.

    Cases that were ever re-opened are followed event by event, since their closing day stands only in their history.
    """
    reopened = select(CaseEvent.case_id).where(
        CaseEvent.committee_id == actor.committee_id, CaseEvent.event == "reopened"
    )
    where = [*_where(actor, scope.filters(disputes=True)), Case.id.not_in(reopened)]
    count = select(func.count()).select_from(Case)
    still_open = or_(Case.closed_on.is_(None), Case.closed_on >= period.first)
    row = db.session.execute(
        select(
            count.where(*where, Case.received_on < period.first, still_open).scalar_subquery(),
            count.where(*where, Case.received_on.between(period.first, period.last)).scalar_subquery(),
            count.where(*where, Case.closed_on.between(period.first, period.last)).scalar_subquery(),
            count.where(
                *where, Case.received_on <= period.last, or_(Case.closed_on.is_(None), Case.closed_on > period.last)
            ).scalar_subquery(),
        )
    ).one()
    moved = _moves_of_reopened(actor, period, scope, reopened)
    return Movement(row[0] + moved[0], row[1] + moved[1], moved[2], row[2] + moved[3], row[3] + moved[4])


def _moves_of_reopened(actor: Actor, period: Period, scope: Scope, reopened: Any) -> tuple[int, int, int, int, int]:
    """(open before, received, re-opened, closed, open after) of the cases that were ever re-opened."""
    where = [*_where(actor, scope.filters(disputes=True)), Case.id.in_(reopened)]
    received = dict(db.session.execute(select(Case.id, Case.received_on).where(*where)).all())
    moves: dict[int, list[tuple[date, int]]] = {one: [] for one in received}
    ended = {state.value for state in ENDED}
    events = select(CaseEvent.case_id, CaseEvent.event, CaseEvent.from_state, CaseEvent.to_state, CaseEvent.happened_on)
    for one, event, from_state, to_state, day in db.session.execute(
        events.where(CaseEvent.case_id.in_(select(Case.id).where(*where))).order_by(CaseEvent.id)
    ):
        if event == "reopened":
            moves[one].append((day, 1))
        elif to_state in ended and from_state not in ended:
            moves[one].append((day, -1))

    def is_open(one: int, day: date, inclusive: bool) -> bool:
        def past(moment: date) -> bool:
            return moment <= day if inclusive else moment < day

        return past(received[one]) and 1 + sum(step for moment, step in moves[one] if past(moment)) > 0

    within = [step for steps in moves.values() for moment, step in steps if period.contains(moment)]
    return (
        sum(is_open(one, period.first, False) for one in received),
        sum(period.contains(day) for day in received.values()),
        within.count(1),
        within.count(-1),
        sum(is_open(one, period.last, True) for one in received),
    )


# ---- overdue -----------------------------------------------------------------------------------------------------


def overdue_at(actor: Actor, day: date, *, limit: int = 200) -> tuple[int, Sequence[Row[Any]]]:
    """What was late at the end of a day: how many deadlines, and the oldest of them.

    Rows: number, company, rule_code, rule (its title), last_day. A deadline met after the day was still late on it.
    """
    where = (
        Deadline.committee_id == actor.committee_id,
        Deadline.last_day < day,
        or_(
            Deadline.status.in_(("open", "missed")) & Deadline.settled_on.is_(None),
            Deadline.status.in_(("met", "missed")) & (Deadline.settled_on > day),
        ),
        counted_for(actor),
        or_(Case.closed_on.is_(None), Case.closed_on > day),
    )
    late = select(func.count()).select_from(Deadline).join(Case, Case.id == Deadline.case_id).where(*where)
    rows = (
        select(
            Case.number,
            Company.name.label("company"),
            Deadline.rule_code,
            func.coalesce(DeadlineRule.title, Deadline.rule_code).label("rule"),
            Deadline.last_day,
        )
        .select_from(Deadline)
        .join(Case, Case.id == Deadline.case_id)
        .outerjoin(Company, Company.id == Case.main_company_id)
        .outerjoin(
            DeadlineRule, (DeadlineRule.code == Deadline.rule_code) & (DeadlineRule.version == Deadline.rule_version)
        )
        .where(*where)
        .order_by(Deadline.last_day, Case.number, Deadline.rule_code)
        .limit(limit)
    )
    return db.session.scalar(late) or 0, db.session.execute(rows).all()
