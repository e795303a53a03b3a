"""Reads of sessions: what an actor may see of a span of days, and what else takes a room or a person at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from mediation.cases.lifecycle import Event
from mediation.cases.models import Assignment, Case, CaseEvent, MediationSession
from mediation.cases.policy import visible_to
from mediation.core import clock
from mediation.core.actor import Actor, Role
from mediation.core.db import db
from mediation.deadlines.models import Deadline
from mediation.deadlines.queries import OPEN

LONGEST = timedelta(hours=12)
PLANNED, HELD, POSTPONED, CANCELLED = "planned", "held", "postponed", "cancelled"
ABOUT_SESSIONS = (Event.SESSION_PLANNED, Event.SESSION_HELD, Event.SESSION_POSTPONED, Event.SESSION_CANCELLED)
MOST = 1_000


@dataclass(frozen=True)
class Meeting:
    """A session with what a list, a clash or a calendar needs of its case. Instants are UTC."""

    id: int
    seq: int
    starts_at: datetime
    ended_at: datetime | None
    planned_minutes: int
    mode: str
    place: str | None
    status: str
    room_id: int | None
    postponed_to_id: int | None
    created_at: datetime
    case_id: int
    number: str
    case_no: str | None
    title: str
    station_id: int | None
    handler_id: int | None
    mediator_id: int | None

    @property
    def ends_at(self) -> datetime:
        """When it ended, or is planned to end."""
        return self.ended_at or self.starts_at + timedelta(minutes=self.planned_minutes)

    def overlaps(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether it takes any of a span of time; one may begin when the other ends."""
        return self.starts_at < ends_at and self.ends_at > starts_at


@dataclass(frozen=True)
class LastDay:
    """An open deadline with what a calendar shows of its case."""

    id: int
    case_id: int
    number: str
    case_no: str | None
    track: str
    rule_code: str
    subject: str
    trigger_on: date
    raw_last_day: date
    last_day: date
    is_provisional: bool
    basis: str
    created_at: datetime


def _meetings() -> Any:
    one = MediationSession
    return (
        select(
            one.id, one.seq, one.starts_at, one.ends_at, one.planned_minutes, one.mode, one.place, one.status,
            one.room_id, one.postponed_to_id, one.created_at, one.case_id,
            Case.number, Case.case_no, Case.title, Case.station_id, Case.handler_id, Case.mediator_id,
        )
        .join(Case, Case.id == one.case_id)
        .order_by(one.starts_at, one.id)
    )  # fmt: skip


def _read(statement: Select[Any]) -> list[Meeting]:
    return [Meeting(*row) for row in db.session.execute(statement)]


def _within(actor: Actor, first: date, days: int) -> ColumnElement[bool]:
    start = clock.as_utc(datetime.combine(first, time()))
    return and_(
        MediationSession.committee_id == actor.committee_id,
        MediationSession.starts_at >= start,
        MediationSession.starts_at < start + timedelta(days=days),
    )


def meetings_for(actor: Actor, first: date, days: int) -> list[Meeting]:
    """The sessions in the actor's scope that start on ``days`` Shanghai dates from ``first``, moved ones included."""
    return _read(_meetings().where(_within(actor, first, days), visible_to(actor)).limit(MOST))


def own_meetings_for(actor: Actor, first: date, days: int) -> list[Meeting]:
    """Of these the actor's own: as handler, mediator or participant; for headquarters HR those of its company's cases."""
    statement = _meetings().where(_within(actor, first, days), visible_to(actor), _own(actor))
    return _read(statement.limit(MOST))


def _own(actor: Actor) -> ColumnElement[bool]:
    taking_part = select(Assignment.case_id).where(Assignment.user_id == actor.user_id, Assignment.to_at.is_(None))
    ways: list[ColumnElement[bool]] = [
        Case.handler_id == actor.user_id,
        Case.mediator_id == actor.user_id,
        Case.id.in_(taking_part),
    ]
    if actor.has(Role.HR):
        ways.append(visible_to(actor))
    return or_(*ways)


def last_days_for(actor: Actor, first: date, days: int, *, only_own: bool = False) -> list[LastDay]:
    """The open deadlines in the actor's scope that end on ``days`` dates from ``first``, nearest first, at most 1,000."""
    statement: Any = (
        select(
            Deadline.id, Deadline.case_id, Case.number, Case.case_no, Case.track, Deadline.rule_code, Deadline.subject,
            Deadline.trigger_on, Deadline.raw_last_day, Deadline.last_day, Deadline.is_provisional, Deadline.basis,
            Deadline.created_at,
        )
        .join(Case, Case.id == Deadline.case_id)
        .where(
            Deadline.committee_id == actor.committee_id,
            Deadline.status == OPEN,
            Deadline.last_day.between(first, first + timedelta(days=days - 1)),
            visible_to(actor),
        )
        .order_by(Deadline.last_day, Deadline.id)
        .limit(MOST)
    )  # fmt: skip
    if only_own:
        statement = statement.where(_own(actor))
    return [LastDay(*row) for row in db.session.execute(statement)]


def changes_of(meetings: Sequence[Meeting]) -> dict[int, list[datetime]]:
    """When each session was planned, held, moved or cancelled, by its id: oldest first."""
    case_ids = {one.case_id for one in meetings}
    known = {one.id for one in meetings}
    found: dict[int, list[datetime]] = {}
    if not case_ids:
        return found
    rows = db.session.execute(
        select(CaseEvent.data, CaseEvent.at)
        .where(CaseEvent.case_id.in_(case_ids), CaseEvent.event.in_([kind.value for kind in ABOUT_SESSIONS]))
        .order_by(CaseEvent.id)
    )
    for data, at in rows:
        for key in ("session_id", "new_session_id"):
            if data.get(key) in known:
                found.setdefault(data[key], []).append(at)
    return found


def overlapping(
    committee_id: int, starts_at: datetime, ends_at: datetime, *, except_id: int | None = None
) -> list[Meeting]:
    """All planned sessions of the committee in a span of time, unscoped: only for looking for clashes."""
    statement = _meetings().where(
        MediationSession.committee_id == committee_id,
        MediationSession.status == PLANNED,
        MediationSession.starts_at > starts_at - LONGEST,
        MediationSession.starts_at < ends_at,
    )
    if except_id is not None:
        statement = statement.where(MediationSession.id != except_id)
    return [one for one in _read(statement) if one.overlaps(starts_at, ends_at)]


def rooms_taken(actor: Actor, first: date, days: int, *, besides: Collection[int]) -> list[Meeting]:
    """Planned sessions that take a room and are not among ``besides``: others see that it is taken, not by whom."""
    statement = _meetings().where(
        _within(actor, first, days), MediationSession.status == PLANNED, MediationSession.room_id.isnot(None)
    )
    return [one for one in _read(statement.limit(MOST)) if one.id not in besides]


def numbers_for(actor: Actor, case_ids: Collection[int]) -> dict[int, str]:
    """The numbers of those of some cases that the actor may see."""
    if not case_ids:
        return {}
    statement = select(Case.id, Case.number).where(Case.id.in_(case_ids), visible_to(actor))
    return dict(db.session.execute(statement).all())


def of_case(case_id: int, *statuses: str) -> Sequence[MediationSession]:
    """The sessions of a case in order; with ``statuses`` only those. The case was loaded through the actor's scope."""
    statement = select(MediationSession).where(MediationSession.case_id == case_id).order_by(MediationSession.seq)
    if statuses:
        statement = statement.where(MediationSession.status.in_(statuses))
    return db.session.scalars(statement).all()
