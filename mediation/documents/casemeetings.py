"""What the notice of a meeting prints besides the meeting itself: the room's address, its length, the time it had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from mediation.cases.models import Case, MediationSession
from mediation.core import clock
from mediation.core.db import db
from mediation.documents.facts import SessionFacts
from mediation.stations.models import Room, Station


def with_arrangements(
    case: Case, rows: Sequence[MediationSession], facts: Sequence[SessionFacts]
) -> tuple[SessionFacts, ...]:
    """The facts of planned meetings, in the order of their rows, with room, length and earlier time."""
    if not rows:
        return ()
    moved = {
        one.postponed_to_id: one
        for one in db.session.scalars(
            select(MediationSession).where(
                MediationSession.case_id == case.id, MediationSession.postponed_to_id.isnot(None)
            )
        )
    }
    addresses = _addresses({one.room_id for one in rows if one.room_id})
    return tuple(
        _arranged(one, row, moved.get(row.id), addresses.get(row.room_id or 0))
        for row, one in zip(rows, facts, strict=True)
    )


def _arranged(
    one: SessionFacts, row: MediationSession, old: MediationSession | None, address: str | None
) -> SessionFacts:
    arranged = replace(one, planned_minutes=row.planned_minutes)
    if address and address not in one.place:
        arranged = replace(arranged, place=f"{one.place}（{address}）")
    if old is None:
        return arranged
    at = old.starts_at.astimezone(clock.SHANGHAI)
    return replace(arranged, moved_from_on=at.date(), moved_from_time=at.strftime("%-H:%M"))


def _addresses(room_ids: set[int]) -> dict[int, str | None]:
    if not room_ids:
        return {}
    statement = select(Room.id, Station.address).join(Station, Station.id == Room.station_id)
    return dict(db.session.execute(statement.where(Room.id.in_(room_ids))).all())
