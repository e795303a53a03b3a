"""Stations, offices and rooms, and the duty roster."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from flask_babel import gettext as _

from mediation.accounts.models import User
from mediation.audit.events import AuditEvent
from mediation.audit.record import change, record
from mediation.core import clock
from mediation.core.actor import Actor, Role
from mediation.core.db import db
from mediation.core.errors import DomainError
from mediation.core.permissions import P, check
from mediation.stations import queries
from mediation.stations.models import DutyShift, Office, OfficeKind, Room, Station

# Who takes turns at a station; headquarters HR is a party's side and never on duty.
ON_DUTY_ROLES = frozenset({Role.LAWYER, Role.POLICE, Role.JUDICIAL, Role.COMMITTEE})
LONGEST_SHIFT = timedelta(hours=24)
MOST_WEEKS = 26


def create_station(
    actor: Actor, *, name: str, district: str | None = None, address: str | None = None, phone: str | None = None
) -> Station:
    """Open a station. Raises DomainError for a name that is taken."""
    check(actor, P.STATION_MANAGE)
    _check_name(actor, Station, name)
    station = Station(
        committee_id=actor.committee_id, name=name, district=district, address=address, phone=phone, is_active=True
    )
    return _added(actor, station)


def change_station(
    actor: Actor,
    *,
    station: Station,
    name: str,
    district: str | None,
    address: str | None,
    phone: str | None,
    is_active: bool,
) -> None:
    """Change or close a station; a closed one keeps its cases and its past shifts."""
    check(actor, P.STATION_MANAGE)
    _check_name(actor, Station, name, except_id=station.id)
    change(actor, station, name=name, district=district, address=address, phone=phone, is_active=is_active)


def create_office(actor: Actor, *, kind: OfficeKind, name: str, phone: str | None = None) -> Office:
    """Enter a law firm, police post, judicial office or partner body. Raises DomainError for a name that is taken."""
    check(actor, P.STATION_MANAGE)
    _check_name(actor, Office, name)
    return _added(
        actor, Office(committee_id=actor.committee_id, kind=kind.value, name=name, phone=phone, is_active=True)
    )


def change_office(
    actor: Actor, *, office: Office, kind: OfficeKind, name: str, phone: str | None, is_active: bool
) -> None:
    """Change or close an office."""
    check(actor, P.STATION_MANAGE)
    _check_name(actor, Office, name, except_id=office.id)
    change(actor, office, kind=kind.value, name=name, phone=phone, is_active=is_active)


def create_room(actor: Actor, *, name: str, station: Station | None = None, seats: int | None = None) -> Room:
    """Enter a room to hold sessions in, at a station or the committee's own. Raises DomainError for a name that is taken."""
    check(actor, P.STATION_MANAGE)
    _check_name(actor, Room, name)
    station_id = station.id if station else None
    return _added(
        actor, Room(committee_id=actor.committee_id, name=name, station_id=station_id, seats=seats, is_active=True)
    )


def change_room(
    actor: Actor, *, room: Room, name: str, station: Station | None, seats: int | None, is_active: bool
) -> None:
    """Change or close a room; the sessions planned in it stay."""
    check(actor, P.STATION_MANAGE)
    _check_name(actor, Room, name, except_id=room.id)
    change(actor, room, name=name, station_id=station.id if station else None, seats=seats, is_active=is_active)


def add_shift(actor: Actor, *, station: Station, user: User, starts_at: datetime, ends_at: datetime) -> DutyShift:
    """Put somebody on duty. The person's office of today is kept with the shift.

    Raises DomainError for a span that is empty or longer than a day, for a person who does not take turns, and for
    one who is on duty elsewhere at that time.
    """
    check(actor, P.ROSTER_MANAGE)
    _check_shift(user, starts_at, ends_at)
    return _added(actor, _shift(station.id, user, starts_at, ends_at))


def add_weekly_shifts(
    actor: Actor, *, station: Station, user: User, first_on: date, begins: time, ends: time, weeks: int
) -> list[DutyShift]:
    """The same shift in each of ``weeks`` weeks, all or none. An end not after the begin is on the next day."""
    if not 1 <= weeks <= MOST_WEEKS:
        raise DomainError(_("一次可排 1 至 %(count)s 周", count=MOST_WEEKS), field="weeks")
    shifts = []
    for week in range(weeks):
        starts_at, ends_at = span(first_on + timedelta(weeks=week), begins, ends)
        shifts.append(add_shift(actor, station=station, user=user, starts_at=starts_at, ends_at=ends_at))
    return shifts


def swap_shift(actor: Actor, *, shift: DutyShift, user: User) -> DutyShift:
    """Let somebody else take a shift: a new row that replaces the old one, which stays. Raises DomainError."""
    check(actor, P.ROSTER_MANAGE)
    if shift.replaced_by_id is not None:
        raise DomainError(_("这一班已经换过，请刷新页面"))
    if user.id == shift.user_id:
        raise DomainError(_("请选择另一个人"), field="user")
    if shift.ends_at <= clock.now():
        raise DomainError(_("这一班已经结束，不能再换"))
    _check_shift(user, shift.starts_at, shift.ends_at)
    taken_over = _added(actor, _shift(shift.station_id, user, shift.starts_at, shift.ends_at))
    change(actor, shift, replaced_by_id=taken_over.id)
    return taken_over


def remove_shift(actor: Actor, *, shift: DutyShift) -> None:
    """Take back a shift that has not begun; taking back a swap puts the first person on duty again."""
    check(actor, P.ROSTER_MANAGE)
    if shift.replaced_by_id is not None:
        raise DomainError(_("这一班已经换过，请刷新页面"))
    if shift.starts_at <= clock.now():
        raise DomainError(_("这一班已经开始，不能取消；可以换班"))
    before = queries.replaced_by(shift)
    if before is not None:
        change(actor, before, replaced_by_id=None)
        db.session.flush()
    record(actor, AuditEvent.RECORD_CHANGED, subject=("duty_shift", shift.id), changed=["removed"])
    db.session.delete(shift)
    db.session.flush()


def span(day: date, begins: time, ends: time) -> tuple[datetime, datetime]:
    """The instants of a shift on a Shanghai date; an end not after the begin is on the next day."""
    last = day if ends > begins else day + timedelta(days=1)
    return clock.as_utc(datetime.combine(day, begins)), clock.as_utc(datetime.combine(last, ends))


def _shift(station_id: int, user: User, starts_at: datetime, ends_at: datetime) -> DutyShift:
    return DutyShift(
        committee_id=user.committee_id,
        station_id=station_id,
        user_id=user.id,
        office_id=user.office_id,
        starts_at=starts_at,
        ends_at=ends_at,
    )


def _check_shift(user: User, starts_at: datetime, ends_at: datetime) -> None:
    if not timedelta(0) < ends_at - starts_at <= LONGEST_SHIFT:
        raise DomainError(_("一班最长 24 小时"), field="ends")
    if not user.is_active or not ON_DUTY_ROLES & {row.role for row in user.roles}:
        raise DomainError(_("此人不参加值班"), field="user")
    other = queries.overlapping(user.id, starts_at, ends_at)
    if other is not None:
        day = clock.civil_date(other.starts_at).isoformat()
        raise DomainError(_("%(name)s 在 %(day)s 的这段时间已有值班", name=user.name, day=day), field="user")


def _check_name(
    actor: Actor, model: type[Station] | type[Office] | type[Room], name: str, *, except_id: int | None = None
) -> None:
    if queries.name_taken(actor, model, name, except_id=except_id):
        raise DomainError(_("已有同名的记录"), field="name")


def _added(actor: Actor, row):
    db.session.add(row)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CREATED, subject=(row.__tablename__, row.id))
    return row
