"""The only SELECTs on cases. Everything named ``…_for`` is scoped to the actor; not visible means not found."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_, union
from sqlalchemy.engine import Row
from sqlalchemy.orm import aliased
from sqlalchemy.sql import operators

from mediation.accounts.models import User
from mediation.cases import search
from mediation.cases.filters import Filters, Levels, as_main, beside, conditions
from mediation.cases.models import Case, CaseEvent, CaseSpell
from mediation.cases.policy import branches_of, visible_to
from mediation.committees.models import Category
from mediation.companies.models import Company
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import NotFound
from mediation.core.web.pages import PAGE_SIZE, Page, decode_cursor, keyset_page

COUNT_CAP = 1000
MOST_EXPORTED = 100_000
MOST_KEYS = 2_000
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
            Case.settled_in_part,
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


def _levels(actor: Actor, filters: Filters) -> dict[int, int]:
    """The place in the tree of the companies that a filter names."""
    named = [one for one in (filters.company, filters.main_company) if one]
    if not named:
        return {}
    found = select(Company.id, Company.level).where(Company.id.in_(named), Company.committee_id == actor.committee_id)
    return dict(db.session.execute(found).all())


def _conditions(actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    return conditions(filters, actor.user_id, _levels(actor, filters))


def _ways(actor: Actor, filters: Filters) -> tuple[list[ColumnElement[bool]], list[ColumnElement[bool]]]:
    """The ways to walk and the conditions on each: the actor's ways in, split again by how a company is named."""
    levels = _levels(actor, filters)
    ways = [and_(Case.committee_id == actor.committee_id, way) for way in branches_of(actor)]
    if filters.company is None:
        return ways, conditions(filters, actor.user_id, levels)
    named = [as_main(filters.company, levels), *_beside(filters.company, levels)]
    return [and_(way, one) for way in ways for one in named], conditions(
        filters.without("company"), actor.user_id, levels
    )


def _beside(company_id: int, levels: Levels) -> list[ColumnElement[bool]]:
    """The cases that name a company beside their main respondent, as keys where they are few.

    Asked for as a sub-query SQLite walks the whole register in its order and looks each case up; mostly there are none.
    """
    statement = beside(company_id, levels)
    keys = db.session.scalars(statement.limit(MOST_KEYS + 1)).all()
    if len(keys) > MOST_KEYS:
        return [Case.id.in_(statement)]
    return [Case.id.in_(keys)] if keys else []


def _ids(
    ways: Sequence[ColumnElement[bool]],
    where: Sequence[ColumnElement[bool]],
    order: Sequence[ColumnElement[Any]],
    limit: int,
) -> list[int]:
    """Keys of the first ``limit`` rows in an order, from each way in, merged.

    ``order`` holds (column, id) with their directions. Every part is a short walk along one index.
    """
    parts = []
    for way in ways:
        part = select(Case.id, order[0].element.label("at")).where(way, *where)  # type: ignore[attr-defined]
        parts.append(part.order_by(*order).limit(limit))
    if not parts:
        return []
    merged = parts[0].subquery() if len(parts) == 1 else union(*(select(part.subquery()) for part in parts)).subquery()
    is_descending = order[0].modifier is operators.desc_op  # type: ignore[attr-defined]
    keys = (merged.c.at.desc(), merged.c.id.desc()) if is_descending else (merged.c.at, merged.c.id)
    return list(db.session.scalars(select(merged.c.id).order_by(*keys).limit(limit)))


def _rows_of(ids: Sequence[int]) -> list[Row[Any]]:
    """The work list's rows of some keys, in the keys' order."""
    if not ids:
        return []
    rows = {row.id: row for row in db.session.execute(_columns().where(Case.id.in_(ids)))}
    return [rows[one] for one in ids if one in rows]


def by_deadline(filters: Filters) -> bool:
    """Whether a list is sorted by its next deadline (open work) or by newest (everything)."""
    return filters.open or filters.overdue or filters.due is not None or filters.mine


def list_for(actor: Actor, filters: Filters, *, after: str | None = None, before: str | None = None) -> Page[Row]:
    """One page of the work list. Open work by next deadline, everything else newest first, searches newest first."""
    if filters.q:
        return _searched_page(actor, filters, after=after, before=before)
    backwards = before is not None
    position = search.dated_position(decode_cursor(before if backwards else after))
    ways, where = _ways(actor, filters)
    if by_deadline(filters):
        where.append(Case.next_deadline_on.isnot(None))
        column, descending = Case.next_deadline_on, backwards
    else:
        column, descending = Case.received_on, not backwards
    if position is not None:
        place = tuple_(*search.bound_key(position))
        key = tuple_(column, Case.id)
        where.append(key < place if descending else key > place)
    order = (column.desc(), Case.id.desc()) if descending else (column.asc(), Case.id.asc())
    rows = _rows_of(_ids(ways, where, order, PAGE_SIZE + 1))
    return keyset_page(
        rows, lambda row: (getattr(row, column.key), row.id), backwards=backwards, started=position is not None
    )


def _searched_page(actor: Actor, filters: Filters, *, after: str | None, before: str | None) -> Page[Row]:
    backwards = before is not None
    start = search.key_position(decode_cursor(before if backwards else after))
    ids = _found(actor, filters, start=start, backwards=backwards, limit=PAGE_SIZE + 1)
    return keyset_page(_rows_of(ids), lambda row: (row.id,), backwards=backwards, started=start is not None)


def _found(
    actor: Actor, filters: Filters, *, limit: int, start: int | None = None, backwards: bool = False
) -> list[int]:
    where = [visible_to(actor), *_conditions(actor, filters)]
    return search.matching_ids(
        filters.q or "", actor.committee_id, where, start=start, backwards=backwards, limit=limit
    )


def shelf_for(actor: Actor, filters: Filters, limit: int) -> Sequence[Row]:
    """The first rows of a filter by next deadline, for the home page."""
    ways, where = _ways(actor, filters)
    where.append(Case.next_deadline_on.isnot(None))
    return _rows_of(_ids(ways, where, (Case.next_deadline_on.asc(), Case.id.asc()), limit))


def count_for(
    actor: Actor,
    filters: Filters,
    *,
    cap: int | None = COUNT_CAP,
) -> int:
    """How many cases a filter holds, counted up to ``cap`` + 1 (None: exactly)."""
    if filters.q:
        return len(_found(actor, filters, limit=MOST_EXPORTED if cap is None else cap + 1))
    ways, where = _ways(actor, filters)
    if by_deadline(filters):
        where.append(Case.next_deadline_on.isnot(None))
    if cap is None:
        exact = [visible_to(actor), or_(*ways), *where]
        return db.session.scalar(select(func.count()).select_from(Case).where(*exact)) or 0
    parts = [select(Case.id).where(way, *where).limit(cap + 1) for way in ways]
    if not parts:
        return 0
    inner = parts[0] if len(parts) == 1 else union(*(select(part.subquery()) for part in parts)).limit(cap + 1)
    return db.session.scalar(select(func.count()).select_from(inner.subquery())) or 0


def export_for(actor: Actor, filters: Filters) -> Iterator[Row]:
    """Every row of a filter, newest first, streamed: the export is the list."""
    if filters.q:
        ids = _found(actor, filters, limit=MOST_EXPORTED)
        for begin in range(0, len(ids), 500):
            yield from _rows_of(ids[begin : begin + 500])
        return
    where = [visible_to(actor), *_conditions(actor, filters)]
    if by_deadline(filters):
        where.append(Case.next_deadline_on.isnot(None))
    statement = _columns().where(*where).order_by(Case.received_on.desc(), Case.id.desc())
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


def without_spell(committee_id: int, *, after_id: int, limit: int) -> Sequence[Row]:
    """Cases whose time was never counted, by key, with the columns that tell it."""
    counted = select(CaseSpell.id).where(CaseSpell.case_id == Case.id, CaseSpell.seq == 1).exists()
    statement = (
        select(Case.id, Case.committee_id, Case.received_on, Case.settled_on, Case.closed_on, Case.outcome)
        .where(Case.committee_id == committee_id, Case.id > after_id, ~counted)
        .order_by(Case.id)
        .limit(limit)
    )
    return db.session.execute(statement).all()


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


def numbers_of(committee_id: int, case_ids: Collection[int]) -> dict[int, str]:
    """The register numbers of some cases of a committee, by key: what an administrator may see of them (law.md 7.3)."""
    found: dict[int, str] = {}
    keys = sorted(case_ids)
    for start in range(0, len(keys), 500):
        part = Case.id.in_(keys[start : start + 500])
        rows = db.session.execute(select(Case.id, Case.number).where(Case.committee_id == committee_id, part))
        found.update({row.id: row.number for row in rows})
    return found
