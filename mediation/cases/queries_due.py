"""What the daily job reads: all cases of one committee in batches, unscoped. Pages ask ``queries``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.engine import Row

from mediation.cases.lifecycle import ENDED
from mediation.cases.models import NO_DEADLINE, Agreement, Case, Instalment
from mediation.core.db import db
from mediation.deadlines.models import Deadline
from mediation.deadlines.queries import OPEN

Position = tuple[date, int]
_PEOPLE = (Case.number, Case.case_no, Case.handler_id, Case.mediator_id)


def deadlines_until(committee_id: int, until: date, after: Position | None, limit: int) -> Sequence[Row[Any]]:
    """Open deadlines with a last day on or before ``until``: the next ``limit`` after a position (last day, id)."""
    statement = (
        select(
            Deadline.id,
            Deadline.case_id,
            Deadline.rule_code,
            Deadline.trigger_on,
            Deadline.raw_last_day,
            Deadline.last_day.label("sort_on"),
            Deadline.last_day,
            Deadline.is_provisional,
            *_PEOPLE,
        )
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.committee_id == committee_id, Deadline.status == OPEN, Deadline.last_day <= until)
    )
    return _batch(statement, (Deadline.last_day, Deadline.id), after, limit)


def instalments_until(committee_id: int, until: date, after: Position | None, limit: int) -> Sequence[Row[Any]]:
    """Unpaid instalments of agreements in force that fall due on or before ``until``, as above (due day, id)."""
    statement = (
        select(
            Instalment.id,
            Instalment.case_id,
            Instalment.seq,
            Instalment.due_on.label("sort_on"),
            Instalment.due_on,
            (Instalment.amount_fen - Instalment.paid_fen).label("owed_fen"),
            *_PEOPLE,
        )
        .join(Case, Case.id == Instalment.case_id)
        .join(Agreement, Agreement.id == Instalment.agreement_id)
        .where(
            Instalment.committee_id == committee_id,
            Instalment.status.in_(("due", "part")),
            Instalment.due_on <= until,
            Agreement.status == "effective",
            Case.state.not_in(ENDED),
        )
    )
    return _batch(statement, (Instalment.due_on, Instalment.id), after, limit)


def _batch(statement: Select[Any], order: tuple[Any, Any], after: Position | None, limit: int) -> Sequence[Row[Any]]:
    if after is not None:
        statement = statement.where(tuple_(*order) > tuple_(*after))
    return db.session.execute(statement.order_by(*order).limit(limit)).all()


def open_ids(committee_id: int, after_id: int, limit: int) -> Sequence[int]:
    """The next cases that show a next last day."""
    return db.session.scalars(
        select(Case.id)
        .where(Case.committee_id == committee_id, Case.next_deadline_on.isnot(None), Case.id > after_id)
        .order_by(Case.id)
        .limit(limit)
    ).all()


def wrong_among(case_ids: Sequence[int]) -> Sequence[Case]:
    """The cases among these whose next last day is not the nearest open deadline or unpaid instalment."""
    deadlines = _nearest(
        select(Deadline.case_id, func.min(Deadline.last_day)).where(Deadline.status == OPEN), Deadline.case_id, case_ids
    )
    instalments = _nearest(
        select(Instalment.case_id, func.min(Instalment.due_on))
        .join(Agreement, Agreement.id == Instalment.agreement_id)
        .where(Instalment.status != "paid", Agreement.status == "effective"),
        Instalment.case_id,
        case_ids,
    )
    shown = db.session.execute(select(Case.id, Case.state, Case.next_deadline_on).where(Case.id.in_(case_ids)))
    wrong = [
        row.id
        for row in shown
        if row.state in ENDED
        or row.next_deadline_on != min(deadlines.get(row.id, NO_DEADLINE), instalments.get(row.id, NO_DEADLINE))
    ]
    if not wrong:
        return []
    return db.session.scalars(select(Case).where(Case.id.in_(wrong)).order_by(Case.id).with_for_update(of=Case)).all()


def _nearest(statement: Select[Any], column: Any, case_ids: Sequence[int]) -> dict[int, date]:
    rows = db.session.execute(statement.where(column.in_(case_ids)).group_by(column))
    return {row[0]: row[1] for row in rows}


def cases_of(case_ids: Sequence[int]) -> Sequence[Case]:
    """Cases by key, locked until the transaction ends."""
    return db.session.scalars(
        select(Case).where(Case.id.in_(case_ids)).order_by(Case.id).with_for_update(of=Case)
    ).all()
