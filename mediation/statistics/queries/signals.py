"""What the watch over the figures reads, and the signals that it wrote.

The watch asks for a committee's cases in two passes, whatever their number: two and a half years as counts by week, and
the last half year case by case. Both have the conditions of the list of cases, so that a signal and its list agree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Date, and_, false, func, literal, select
from sqlalchemy.engine import Row

from mediation.cases.filters import Filters, conditions
from mediation.cases.models import Case
from mediation.companies.models import Company
from mediation.companies.policy import visible_to as companies_visible_to
from mediation.companies.queries import in_subtree
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import NotFound
from mediation.core.web.pages import PAGE_SIZE, Page, decode_cursor, keyset_page
from mediation.statistics.models import Signal
from mediation.statistics.period import Period
from mediation.statistics.policy import counted_for, is_company_only
from mediation.statistics.queries.figures import received_by_company
from mediation.statistics.queries.passes import days_between
from mediation.statistics.queries.scope import Scope

Found = TypeVar("Found", Signal, Row[Any])
MOST_AT_ONCE = 500
# Of a company's own signals; those of its cases that it may not see yet are left out afterwards.
MOST_OF_COMPANY = 400


def counted_by_week(committee_id: int, first_on: date, last_on: date) -> Sequence[Row[Any]]:
    """Rows of (level1_id, level2_id, level3_id, category_code, week, cases); weeks are counted from ``first_on``."""
    week = (days_between(Case.received_on, literal(first_on, Date)) // 7).label("week")
    columns = (Case.level1_id, Case.level2_id, Case.level3_id, Case.category_code)
    statement = (
        select(*columns, week, func.count())
        .where(*_disputes(committee_id, first_on, last_on), Case.level1_id.isnot(None))
        .group_by(*columns, week)
    )
    return db.session.execute(statement).all()


def received_since(committee_id: int, first_on: date, last_on: date) -> Sequence[Row[Any]]:
    """The cases of some days against a company: id, levels, main_company_id, category_code, received_on, headcount."""
    statement = select(
        Case.id,
        Case.level1_id,
        Case.level2_id,
        Case.level3_id,
        Case.main_company_id,
        Case.category_code,
        Case.received_on,
        Case.headcount,
    ).where(*_disputes(committee_id, first_on, last_on), Case.level1_id.isnot(None))
    return db.session.execute(statement.order_by(Case.received_on, Case.id)).all()


def _disputes(committee_id: int, first_on: date, last_on: date) -> list[ColumnElement[bool]]:
    filters = Filters(received_from=first_on, received_to=last_on, disputes=True)
    return [Case.committee_id == committee_id, *conditions(filters, None)]


def signals_since(committee_id: int, day: date) -> Sequence[Signal]:
    """The signals found since a day, the oldest first."""
    statement = select(Signal).where(Signal.committee_id == committee_id, Signal.found_on >= day)
    return db.session.scalars(statement.order_by(Signal.id)).all()


def companies_among(company_ids: Iterable[int]) -> dict[int, Company]:
    """Companies by their key."""
    wanted, found = sorted(set(company_ids)), {}
    for start in range(0, len(wanted), MOST_AT_ONCE):
        rows = db.session.scalars(select(Company).where(Company.id.in_(wanted[start : start + MOST_AT_ONCE])))
        found.update((row.id, row) for row in rows)
    return found


def _visible(actor: Actor) -> ColumnElement[bool]:
    if actor.committee_id is None:
        return false()
    return and_(Signal.committee_id == actor.committee_id, companies_visible_to(actor))


def get_for(actor: Actor, signal_id: int) -> tuple[Signal, Company]:
    """A signal about a company the actor may see, and the company. Raises NotFound.

    A company's officer sees none that rests on a case the company has not been told of.
    """
    statement = select(Signal, Company).join(Company, Company.id == Signal.company_id)
    found = db.session.execute(statement.where(Signal.id == signal_id, _visible(actor))).one_or_none()
    if found is None or not _told(actor, [found[0]]):
        raise NotFound()
    return found[0], found[1]


def list_for(
    actor: Actor,
    *,
    statuses: Collection[str] | None = None,
    period: Period | None = None,
    after: str | None = None,
    before: str | None = None,
) -> Page[tuple[Signal, Company]]:
    """One page of the signals an actor may see, the newest first; ``statuses``: only those in one of them.

    With ``period`` only those found in it.
    """
    statement = select(Signal, Company).join(Company, Company.id == Signal.company_id).where(_visible(actor))
    if statuses is not None:
        statement = statement.where(Signal.status.in_(statuses))
    if period is not None:
        statement = statement.where(Signal.found_on.between(period.first, period.last))
    if is_company_only(actor):
        rows = db.session.execute(statement.order_by(Signal.id.desc()).limit(MOST_OF_COMPANY)).all()
        told = {signal.id for signal in _told(actor, [row[0] for row in rows])}
        return Page([(signal, company) for signal, company in rows if signal.id in told])
    key = decode_cursor(after or before)
    if key is not None and [type(part) for part in key] != [int]:
        key = None
    backwards = bool(key and before and not after)
    if key:
        statement = statement.where(Signal.id > key[0] if backwards else Signal.id < key[0])
    statement = statement.order_by(Signal.id.asc() if backwards else Signal.id.desc()).limit(PAGE_SIZE + 1)
    fetched = [(signal, company) for signal, company in db.session.execute(statement)]
    return keyset_page(fetched, lambda row: (row[0].id,), backwards=backwards, started=bool(key), size=PAGE_SIZE)


def latest_of(actor: Actor, company: Company, limit: int = 5) -> list[tuple[Signal, Company]]:
    """The newest signals of a company and everything below it."""
    both = select(Signal, Company).join(Company, Company.id == Signal.company_id)
    # Of the company first and then the newest: a planner would look through all newer ones of other companies.
    own = (
        both.with_only_columns(Signal.id).where(_visible(actor), in_subtree(company)).cte().prefix_with("MATERIALIZED")
    )
    newest = select(own.c.id).order_by(own.c.id.desc()).limit(limit)
    statement = both.where(Signal.id.in_(newest)).order_by(Signal.id.desc())
    rows = [(signal, below) for signal, below in db.session.execute(statement)]
    told = {signal.id for signal in _told(actor, [signal for signal, _company in rows])}
    return [row for row in rows if row[0].id in told]


def found_in(actor: Actor, period: Period, company: Company | None = None) -> list[Row[Any]]:
    """The signals found in a period, the oldest first, in brief: id, kind, cases, level1_id of their company.

    With ``company`` those of its tree. Of a flood of them the whole is asked for those that are shown: :func:`whole`.
    """
    columns = [Signal.id, Signal.kind, Signal.data["cases"].as_integer().label("cases"), Company.level1_id]
    statement = (
        select(*columns, *([Signal.case_ids] if is_company_only(actor) else []))
        .join(Company, Company.id == Signal.company_id)
        .where(_visible(actor), Signal.found_on.between(period.first, period.last))
    )
    if company is not None:
        statement = statement.where(in_subtree(company))
    return _told(actor, db.session.execute(statement.order_by(Signal.id)).all())


def whole(actor: Actor, signal_ids: Sequence[int]) -> list[tuple[Signal, Company]]:
    """Signals that :func:`found_in` gave the same actor, in the order asked for."""
    statement = select(Signal, Company).join(Company, Company.id == Signal.company_id)
    rows = db.session.execute(statement.where(Signal.id.in_(signal_ids), _visible(actor)))
    found = {signal.id: (signal, company) for signal, company in rows}
    return [found[signal_id] for signal_id in signal_ids]


def _told(actor: Actor, signals: Sequence[Found]) -> list[Found]:
    """Those that rest on cases which the actor may know of; staff may know of all."""
    if not is_company_only(actor):
        return list(signals)
    known = _known(actor, {case_id for signal in signals for case_id in signal.case_ids})
    return [signal for signal in signals if known.issuperset(signal.case_ids)]


def _known(actor: Actor, case_ids: Collection[int]) -> frozenset[int]:
    """Those among some cases that figures shown to the actor are made of.

    Said of each case and not asked for: a planner that has counted nothing would look through the company's cases.
    """
    wanted, known = sorted(case_ids), set()
    for start in range(0, len(wanted), MOST_AT_ONCE):
        part = select(Case.id, counted_for(actor)).where(Case.id.in_(wanted[start : start + MOST_AT_ONCE]))
        known.update(case_id for case_id, is_known in db.session.execute(part) if is_known)
    return frozenset(known)


def counted_by_company(
    actor: Actor, companies: Sequence[Company], cause: str | None, period: Period
) -> dict[int, tuple[int, int]]:
    """(cases of the cause, all cases) of each company's tree in a period; all companies are of one level."""
    if not companies:
        return {}
    if companies[0].level == 1 and not is_company_only(actor):
        whole = received_by_company(actor, period)
        like = received_by_company(actor, period, Scope(cause=cause)) if cause else whole
        return {one.id: (like.get(one.id, 0), whole[one.id]) for one in companies if one.id in whole}
    level = (Case.level1_id, Case.level2_id, Case.level3_id)[companies[0].level - 1]
    filters = Filters(received_from=period.first, received_to=period.last, disputes=True)
    rows = select(level, Case.category_code, func.count()).where(
        counted_for(actor), *conditions(filters, actor.user_id), level.isnot(None)
    )
    wanted = {company.id for company in companies}
    found: dict[int, tuple[int, int]] = {}
    for company_id, code, count in db.session.execute(rows.group_by(level, Case.category_code)):
        if company_id in wanted:
            like, whole = found.get(company_id, (0, 0))
            is_like = not cause or code == cause or code.startswith(cause + ".")
            found[company_id] = (like + (count if is_like else 0), whole + count)
    return found


def siblings_of(actor: Actor, company: Company | None) -> list[Company]:
    """The company and those of its level in the same headquarters' tree; of a headquarters (or None), all headquarters.

    Only those that the actor sees.
    """
    same = [Company.level == (company.level if company else 1), Company.merged_into_id.is_(None)]
    if company is not None and company.level > 1:
        same.append(Company.level1_id == company.level1_id)
    return list(
        db.session.scalars(select(Company).where(*same, companies_visible_to(actor)).order_by(Company.name, Company.id))
    )


def cases_among(actor: Actor, case_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """(number, category_code, received_on, headcount, is_collective) of those cases the actor may see, the oldest first."""
    columns = (Case.number, Case.category_code, Case.received_on, Case.headcount, Case.is_collective)
    statement = select(*columns).where(Case.id.in_(_known(actor, case_ids[:MOST_AT_ONCE])))
    return db.session.execute(statement.order_by(Case.received_on, Case.id)).all()


def watched_from(day: date, weeks: int) -> date:
    """The Monday so many weeks (the running one included) before the end of the week of a day."""
    return day - timedelta(days=day.weekday()) - timedelta(weeks=weeks - 1)
