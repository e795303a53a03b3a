"""Stations, offices and who is on duty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from mediation.accounts.models import User
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import NotFound
from mediation.stations.models import DutyShift, Office, OfficeKind, Room, Station
from mediation.stations.policy import visible_to

Row = TypeVar("Row", Station, Office, Room, DutyShift)


@dataclass(frozen=True)
class Duty:
    """A shift that counts, with the names to show. ``office_kind`` is None for a person without an office."""

    shift_id: int
    station_id: int
    user_id: int
    user_name: str
    starts_at: datetime
    ends_at: datetime
    office_id: int | None
    office_name: str | None
    office_kind: OfficeKind | None
    is_swap: bool

    @property
    def day(self) -> date:
        """The Shanghai date on which it starts."""
        return clock.civil_date(self.starts_at)


@dataclass(frozen=True)
class Place:
    """A room with the station it is at (None: the committee's own)."""

    id: int
    name: str
    seats: int | None
    is_active: bool
    station_id: int | None
    station_name: str | None
    address: str | None

    @property
    def label(self) -> str:
        """What a person looks for: 青浦卡友驿站 调解一室."""
        return " ".join(filter(None, (self.station_name, self.name)))


def stations_for(actor: Actor, *, include_inactive: bool = False) -> Sequence[Station]:
    """The stations of the committee by name."""
    statement = select(Station).where(visible_to(actor, Station)).order_by(Station.name)
    if not include_inactive:
        statement = statement.where(Station.is_active.is_(True))
    return db.session.scalars(statement).all()


def offices_for(actor: Actor, *, kind: OfficeKind | None = None, include_inactive: bool = False) -> Sequence[Office]:
    """The offices of the committee by kind and name."""
    statement = select(Office).where(visible_to(actor, Office)).order_by(Office.kind, Office.name)
    if kind is not None:
        statement = statement.where(Office.kind == kind.value)
    if not include_inactive:
        statement = statement.where(Office.is_active.is_(True))
    return db.session.scalars(statement).all()


def rooms_for(actor: Actor, *, include_inactive: bool = False) -> list[Place]:
    """The rooms of the committee, by station and name; its own first."""
    statement = _rooms(actor)
    if not include_inactive:
        statement = statement.where(Room.is_active.is_(True))
    return [Place(*row) for row in db.session.execute(statement)]


def room_places(actor: Actor, room_ids: set[int]) -> dict[int, Place]:
    """Rooms by id, closed ones too."""
    if not room_ids:
        return {}
    return {row.id: Place(*row) for row in db.session.execute(_rooms(actor).where(Room.id.in_(room_ids)))}


def _rooms(actor: Actor) -> Select:
    return (
        select(Room.id, Room.name, Room.seats, Room.is_active, Room.station_id, Station.name, Station.address)
        .outerjoin(Station, Station.id == Room.station_id)
        .where(visible_to(actor, Room))
        .order_by(Station.name.isnot(None), Station.name, Room.name)
    )


def get_room_for(actor: Actor, room_id: int, *, lock: bool = False) -> Room:
    """One room; ``lock`` makes others who book it wait. Raises NotFound for another committee's."""
    statement = select(Room).where(Room.id == room_id, visible_to(actor, Room))
    room = db.session.scalar(statement.with_for_update() if lock else statement)
    if room is None:
        raise NotFound()
    return room


def get_station_for(actor: Actor, station_id: int) -> Station:
    """One station. Raises NotFound for another committee's."""
    return _get_for(actor, Station, station_id)


def get_office_for(actor: Actor, office_id: int) -> Office:
    """One office. Raises NotFound for another committee's."""
    return _get_for(actor, Office, office_id)


def get_shift_for(actor: Actor, shift_id: int) -> DutyShift:
    """One shift, replaced or not. Raises NotFound for another committee's."""
    return _get_for(actor, DutyShift, shift_id)


def on_duty(station_id: int, at: datetime) -> list[Duty]:
    """Who is on duty at a station at an instant, the earliest shift first. The only way to ask.

    Of swapped shifts the last one counts. Several offices take turns at a station, so there can be several people.
    """
    statement = _duties().where(DutyShift.station_id == station_id, DutyShift.starts_at <= at, DutyShift.ends_at > at)
    return _read(statement)


def duties_for(actor: Actor, first: date, days: int, *, station_id: int | None = None) -> list[Duty]:
    """The shifts of the committee that start on ``days`` Shanghai dates from ``first``, by start."""
    start = clock.as_utc(datetime(first.year, first.month, first.day))  # noqa: DTZ001
    statement = _duties().where(
        visible_to(actor, DutyShift), DutyShift.starts_at >= start, DutyShift.starts_at < start + timedelta(days=days)
    )
    if station_id is not None:
        statement = statement.where(DutyShift.station_id == station_id)
    return _read(statement)


def overlapping(user_id: int, starts_at: datetime, ends_at: datetime, *, except_id: int | None = None) -> Duty | None:
    """A shift of a person that overlaps a span of time, whatever the station."""
    statement = _duties().where(
        DutyShift.user_id == user_id, DutyShift.starts_at < ends_at, DutyShift.ends_at > starts_at
    )
    if except_id is not None:
        statement = statement.where(DutyShift.id != except_id)
    return next(iter(_read(statement.limit(1))), None)


def replaced_by(shift: DutyShift) -> DutyShift | None:
    """The shift that this one was swapped in for."""
    return db.session.scalar(select(DutyShift).where(DutyShift.replaced_by_id == shift.id))


def name_taken(
    actor: Actor, model: type[Station] | type[Office] | type[Room], name: str, *, except_id: int | None = None
) -> bool:
    """Whether another station, office or room of the committee has the name."""
    statement = select(model.id).where(visible_to(actor, model), model.name == name)
    if except_id is not None:
        statement = statement.where(model.id != except_id)
    return db.session.scalar(statement) is not None


def _get_for(actor: Actor, model: type[Row], row_id: int) -> Row:
    row = db.session.scalar(select(model).where(model.id == row_id, visible_to(actor, model)))
    if row is None:
        raise NotFound()
    return row


def _duties() -> Select:
    swapped = aliased(DutyShift)
    return (
        select(
            DutyShift,
            User.name.label("user_name"),
            Office.name.label("office_name"),
            Office.kind.label("office_kind"),
            select(swapped.id).where(swapped.replaced_by_id == DutyShift.id).exists().label("is_swap"),
        )
        .join(User, User.id == DutyShift.user_id)
        .outerjoin(Office, Office.id == DutyShift.office_id)
        .where(DutyShift.replaced_by_id.is_(None))
        .order_by(DutyShift.starts_at, DutyShift.id)
    )


def _read(statement: Select) -> list[Duty]:
    return [
        Duty(
            shift_id=shift.id,
            station_id=shift.station_id,
            user_id=shift.user_id,
            user_name=user_name,
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            office_id=shift.office_id,
            office_name=office_name,
            office_kind=OfficeKind(office_kind) if office_kind else None,
            is_swap=is_swap,
        )
        for shift, user_name, office_name, office_kind, is_swap in db.session.execute(statement)
    ]
