"""The audit trail, newest first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, false, func, or_, select

from mediation.audit.events import AuditEvent
from mediation.audit.models import AuditRow
from mediation.audit.policy import visible_to
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.web.pages import PAGE_SIZE, Page, decode_cursor, keyset_page


@dataclass(frozen=True)
class Filter:
    """What to show; None means all. ``person`` is a part of the name, ``day`` a Shanghai date."""

    event: AuditEvent | None = None
    person: str | None = None
    case_id: int | None = None
    day: date | None = None


def page_for(actor: Actor, wanted: Filter, *, after: str | None = None, before: str | None = None) -> Page[AuditRow]:
    """One page; ``after`` and ``before`` are cursors of a page."""
    backwards = before is not None
    cursor = decode_cursor(before if backwards else after)
    position = cursor[0] if cursor and isinstance(cursor[0], int) else None
    statement = _filtered(select(AuditRow).where(visible_to(actor)), wanted)
    if position is not None:
        statement = statement.where(AuditRow.id > position if backwards else AuditRow.id < position)
    order = AuditRow.id.asc() if backwards else AuditRow.id.desc()
    fetched = db.session.scalars(statement.order_by(order).limit(PAGE_SIZE + 1)).all()
    return keyset_page(fetched, lambda row: (row.id,), backwards=backwards, started=position is not None)


def last_looks(event: AuditEvent, kind: str, ids: Sequence[int]) -> dict[int, datetime]:
    """When an event was last recorded of some subjects, by their ids. Whoever may see the subjects may ask."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(AuditRow.subject_id, func.max(AuditRow.at))
        .where(AuditRow.subject_kind == kind, AuditRow.subject_id.in_(ids), AuditRow.event == event.value)
        .group_by(AuditRow.subject_id)
    )
    return dict(rows.all())


def acts_on(
    actor: Actor, subjects: Sequence[tuple[str, Collection[int], Collection[AuditEvent]]], *, limit: int
) -> Sequence[AuditRow]:
    """What was done to some things, newest first; ``subjects``: (kind, ids, events). Whoever may see them may ask."""
    wanted = [
        (AuditRow.subject_kind == kind) & AuditRow.subject_id.in_(list(ids)) & AuditRow.event.in_(list(events))
        for kind, ids, events in subjects
        if ids
    ]
    statement = select(AuditRow).where(visible_to(actor), or_(false(), *wanted))
    return db.session.scalars(statement.order_by(AuditRow.id.desc()).limit(limit)).all()


def _filtered(statement: Select, wanted: Filter) -> Select:
    if wanted.event is not None:
        statement = statement.where(AuditRow.event == wanted.event.value)
    if wanted.person is not None:
        statement = statement.where(AuditRow.actor_name.contains(wanted.person, autoescape=True))
    if wanted.case_id is not None:
        statement = statement.where(AuditRow.case_id == wanted.case_id)
    if wanted.day is not None:
        start = clock.as_utc(datetime(wanted.day.year, wanted.day.month, wanted.day.day))  # noqa: DTZ001
        statement = statement.where(AuditRow.at >= start, AuditRow.at < start + timedelta(days=1))
    return statement
