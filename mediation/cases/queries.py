"""The only SELECTs on cases. Everything named ``…_for`` is scoped to the actor; not visible means not found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.engine import Row
from sqlalchemy.orm import aliased

from mediation.accounts.models import User
from mediation.cases import search
from mediation.cases.filters import Filters, conditions
from mediation.cases.models import Case, CaseEvent
from mediation.cases.policy import visible_to
from mediation.committees.models import Category
from mediation.companies.models import Company
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import NotFound
from mediation.core.web.pages import PAGE_SIZE, Page, decode_cursor, keyset_page

COUNT_CAP = 1000
_Handler = aliased(User, name="handler")


def get_for(actor: Actor, number: str, *, lock: bool = False) -> Case:
    """The case with a register number (2026-000012) or a case number (沪快调字〔2026〕第12号). Raises NotFound.

    ``lock`` holds the row until the transaction ends (PostgreSQL; SQLite's writers are one at a time anyway).
    """
    number = number.strip()
    column = Case.case_no if "〔" in number else Case.number
    statement = select(Case).where(column == number, visible_to(actor))
    if lock:
        statement = statement.with_for_update(of=Case)
    case = db.session.scalars(statement).one_or_none()
    if case is None:
        raise NotFound()
    return case


def get_by_id_for(actor: Actor, case_id: int) -> Case:
    """The case with a key. Raises NotFound."""
    case = db.session.scalars(select(Case).where(Case.id == case_id, visible_to(actor))).one_or_none()
    if case is None:
        raise NotFound()
    return case


def visible_ids_for(actor: Actor, case_ids: Sequence[int]) -> set[int]:
    """Which of some keys the actor sees."""
    if not case_ids:
        return set()
    return set(db.session.scalars(select(Case.id).where(Case.id.in_(case_ids), visible_to(actor))))


def _columns() -> Select[Any]:
    """The work list's columns: plain values, look-ups by LEFT JOIN (an inner join lets SQLite reorder the plan)."""
    return (
        select(
            Case.id,
            Case.number,
            Case.case_no,
            Case.title,
            Case.state,
            Case.track,
            Case.waiting_for,
            Case.received_on,
            Case.closed_on,
            Case.outcome,
            Case.claimed_fen,
            Case.agreed_fen,
            Case.paid_fen,
            Case.is_collective,
            Case.headcount,
            Case.next_deadline_on,
            Case.next_deadline_rule,
            Case.next_deadline_provisional,
            Category.label.label("category"),
            Company.name.label("company"),
            func.coalesce(_Handler.name, Case.handler_name).label("handler"),
        )
        .select_from(Case)
        .outerjoin(Category, Category.code == Case.category_code)
        .outerjoin(Company, Company.id == Case.main_company_id)
        .outerjoin(_Handler, _Handler.id == Case.handler_id)
    )


def _where(actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    return [visible_to(actor), *conditions(filters, actor.user_id)]


def by_deadline(filters: Filters) -> bool:
    """Whether a list is sorted by its next deadline (open work) or by newest (everything)."""
    return filters.open or filters.overdue or filters.due is not None or filters.mine


def list_for(actor: Actor, filters: Filters, *, after: str | None = None, before: str | None = None) -> Page[Row]:
    """One page of the work list. Open work by next deadline, everything else newest first, searches newest first."""
    if filters.q:
        return _searched_page(actor, filters, after=after, before=before)
    backwards = before is not None
    position = decode_cursor(before if backwards else after)
    statement = _columns().where(*_where(actor, filters))
    if by_deadline(filters):
        key = (Case.next_deadline_on, Case.id)
        statement = statement.where(Case.next_deadline_on.isnot(None))
        descending, row_key = backwards, lambda row: (row.next_deadline_on, row.id)
    else:
        key = (Case.received_on, Case.id)
        descending, row_key = not backwards, lambda row: (row.received_on, row.id)
    if position and len(position) == 2:
        place = tuple_(*search.bound_key(position))
        statement = statement.where(tuple_(*key) < place if descending else tuple_(*key) > place)
    statement = statement.order_by(*(column.desc() if descending else column.asc() for column in key))
    rows = db.session.execute(statement.limit(PAGE_SIZE + 1)).all()
    return keyset_page(rows, row_key, backwards=backwards, started=position is not None)


def _searched_page(actor: Actor, filters: Filters, *, after: str | None, before: str | None) -> Page[Row]:
    backwards = before is not None
    position = decode_cursor(before if backwards else after)
    start = position[0] if position else None
    where = _where(actor, filters)
    ids = search.matching_ids(
        filters.q or "", actor.committee_id, where, start=start, backwards=backwards, limit=PAGE_SIZE + 1
    )
    if not ids:
        return Page([])
    rows = {row.id: row for row in db.session.execute(_columns().where(Case.id.in_(ids)))}
    fetched = [rows[one] for one in ids if one in rows]
    return keyset_page(fetched, lambda row: (row.id,), backwards=backwards, started=position is not None)


def shelf_for(actor: Actor, filters: Filters, extra: Sequence[ColumnElement[bool]], limit: int) -> Sequence[Row]:
    """The first rows of a filter by next deadline, for the home page."""
    statement = (
        _columns()
        .where(*_where(actor, filters), *extra, Case.next_deadline_on.isnot(None))
        .order_by(Case.next_deadline_on, Case.id)
    )
    return db.session.execute(statement.limit(limit)).all()


def count_for(
    actor: Actor,
    filters: Filters,
    *,
    cap: int | None = COUNT_CAP,
    extra: Sequence[ColumnElement[bool]] = (),
) -> int:
    """How many cases a filter holds, counted up to ``cap`` + 1 (None: exactly)."""
    where = [*_where(actor, filters), *extra]
    if filters.q:
        limit = 100_000 if cap is None else cap + 1
        return len(search.matching_ids(filters.q, actor.committee_id, where, start=None, backwards=False, limit=limit))
    inner = select(Case.id).where(*where)
    if cap is not None:
        inner = inner.limit(cap + 1)
    return db.session.scalar(select(func.count()).select_from(inner.subquery())) or 0


def export_for(actor: Actor, filters: Filters) -> Iterator[Row]:
    """Every row of a filter, newest first, streamed: the export is the list."""
    statement = _columns().where(*_where(actor, filters)).order_by(Case.received_on.desc(), Case.id.desc())
    if filters.q:
        ids = search.matching_ids(
            filters.q, actor.committee_id, _where(actor, filters), start=None, backwards=False, limit=100_000
        )
        statement = _columns().where(Case.id.in_(ids)).order_by(Case.id.desc())
    yield from db.session.execute(statement.execution_options(yield_per=500))


def timeline_for(actor: Actor, case: Case) -> Sequence[CaseEvent]:
    """All events of a case, oldest first. The case was loaded through the actor's scope before."""
    del actor  # the case is the proof of the scope
    return db.session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)).all()


def existing_import_keys(committee_id: int, keys: Sequence[str]) -> set[str]:
    """Which fingerprints of ledger rows are cases already (for the importer)."""
    found: set[str] = set()
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        found.update(
            db.session.scalars(
                select(Case.import_key).where(Case.committee_id == committee_id, Case.import_key.in_(part))
            )
        )
    return found


def open_among_for(actor: Actor, case_ids: Sequence[int]) -> Sequence[Row]:
    """Of some keys, the open cases the actor sees: newest first, at most ten."""
    if not case_ids:
        return []
    statement = (
        select(Case.number, Case.title, Case.state)
        .where(Case.id.in_(case_ids), Case.next_deadline_on.isnot(None), visible_to(actor))
        .order_by(Case.id.desc())
        .limit(10)
    )
    return db.session.execute(statement).all()
