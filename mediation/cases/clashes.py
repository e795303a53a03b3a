"""What stands against a session at a time: its room, its mediator, its handler, a party, or a duty shift elsewhere.

A room cannot hold two sessions; a person may know better. Nobody learns from a clash whose case the other one is: the
other case's number is shown only to whoever may see that case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.accounts import queries as accounts
from mediation.cases import queries_sessions
from mediation.cases.models import Case
from mediation.cases.queries_sessions import Meeting
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError
from mediation.parties import queries as party_queries
from mediation.parties.models import Party, PartyKind
from mediation.stations import queries as stations

ROOM, MEDIATOR, HANDLER, PARTY, DUTY = "room", "mediator", "handler", "party", "duty"


@dataclass(frozen=True)
class Clash:
    """One thing in the way. ``whom`` is the room, person or party of this case; ``number`` the other case, if visible."""

    kind: str
    whom: str
    starts_at: datetime
    ends_at: datetime
    number: str | None = None
    station: str = ""

    @property
    def blocks(self) -> bool:
        """Whether the session cannot be planned without saying why."""
        return self.kind == ROOM

    @property
    def words(self) -> str:
        """The clash in one sentence."""
        span = _("%(from)s–%(to)s", **{"from": _time(self.starts_at), "to": _time(self.ends_at)})
        if self.kind == DUTY:
            return _("%(whom)s %(span)s 在%(station)s值班", whom=self.whom, span=span, station=self.station)
        lead = {
            ROOM: _("会议室%(whom)s已被占用", whom=self.whom),
            MEDIATOR: _("调解员%(whom)s", whom=self.whom),
            HANDLER: _("承办人%(whom)s", whom=self.whom),
            PARTY: _("当事人%(whom)s", whom=self.whom),
        }[self.kind]
        return _("%(lead)s：与另一场会议冲突 %(span)s", lead=lead, span=span)


class Clashing(DomainError):
    """Something stands against the time; ``clashes`` says what. Shown once before anything is saved."""

    def __init__(self, clashes: Sequence[Clash]) -> None:
        super().__init__(_("这个时间与其他安排冲突，请核对后再提交"))
        self.clashes = tuple(clashes)


def fingerprint(clashes: Sequence[Clash]) -> str:
    """Tells whether the clashes that a person has seen are still the same."""
    text = "|".join(sorted(f"{one.kind} {one.whom} {one.starts_at.isoformat()}" for one in clashes))
    return sha256(text.encode()).hexdigest()[:16] if clashes else ""


def clashes_of(
    actor: Actor,
    *,
    case: Case,
    starts_at: datetime,
    minutes: int,
    room_id: int | None = None,
    except_id: int | None = None,
) -> list[Clash]:
    """Everything that stands against a session of a case at a time; ``except_id`` is the one being moved."""
    ends_at = starts_at + timedelta(minutes=minutes)
    others = queries_sessions.overlapping(case.committee_id, starts_at, ends_at, except_id=except_id)
    numbers = queries_sessions.numbers_for(actor, {one.case_id for one in others})
    people = accounts.names_for(actor, {one for one in (case.mediator_id, case.handler_id) if one})
    found = _in_the_room(actor, room_id, others, numbers)
    for user_id, kind in {case.handler_id: HANDLER, case.mediator_id: MEDIATOR}.items():
        if user_id:
            found += [
                Clash(kind, people.get(user_id, ""), one.starts_at, one.ends_at, numbers.get(one.case_id))
                for one in others
                if user_id in (one.mediator_id, one.handler_id)
            ]
            found += _on_duty(actor, case, user_id, people.get(user_id, ""), room_id, starts_at, ends_at)
    return found + _parties(case, others, numbers)


def room_clashes(actor: Actor, room_id: int, starts_at: datetime, minutes: int, except_id: int | None) -> list[Clash]:
    """The sessions that take a room at a time."""
    ends_at = starts_at + timedelta(minutes=minutes)
    others = queries_sessions.overlapping(actor.committee_id or 0, starts_at, ends_at, except_id=except_id)
    return _in_the_room(actor, room_id, others, {})


def _in_the_room(actor: Actor, room_id: int | None, others: Sequence[Meeting], numbers: dict[int, str]) -> list[Clash]:
    taken = [one for one in others if room_id and one.room_id == room_id]
    if not taken or room_id is None:
        return []
    place = stations.room_places(actor, {room_id})[room_id]
    return [Clash(ROOM, place.label, one.starts_at, one.ends_at, numbers.get(one.case_id)) for one in taken]


def _on_duty(
    actor: Actor, case: Case, user_id: int, name: str, room_id: int | None, starts_at: datetime, ends_at: datetime
) -> list[Clash]:
    """A shift at another station than that of the session: nobody can be at two counters."""
    shift = stations.overlapping(user_id, starts_at, ends_at)
    if shift is None:
        return []
    room = stations.room_places(actor, {room_id}).get(room_id) if room_id else None
    if shift.station_id == (room.station_id if room else case.station_id):
        return []
    station = stations.get_station_for(actor, shift.station_id).name
    return [Clash(DUTY, name, shift.starts_at, shift.ends_at, station=station)]


def _parties(case: Case, others: Sequence[Meeting], numbers: dict[int, str]) -> list[Clash]:
    """The same person (resident ID or phone) or the same company in another case that meets then."""
    elsewhere = {one.case_id: one for one in others if one.case_id != case.id}
    if not elsewhere:
        return []
    rows = db.session.execute(
        select(Party.case_id, Party.kind, Party.id_blind, Party.phone_blind, Party.company_id).where(
            Party.case_id.in_(elsewhere)
        )
    ).all()
    found = []
    for party in party_queries.for_case(case.id):
        meeting = next((elsewhere[row.case_id] for row in rows if _is_same(party, row)), None)
        if meeting is not None:
            number = numbers.get(meeting.case_id)
            found.append(Clash(PARTY, party.name, meeting.starts_at, meeting.ends_at, number))
    return found


def _is_same(party: Party, other: object) -> bool:
    if party.kind != other.kind:  # type: ignore[attr-defined]
        return False
    if party.kind == PartyKind.ORGANISATION:
        return party.company_id is not None and party.company_id == other.company_id  # type: ignore[attr-defined]
    same_id = party.id_blind is not None and party.id_blind == other.id_blind  # type: ignore[attr-defined]
    return same_id or (party.phone_blind is not None and party.phone_blind == other.phone_blind)  # type: ignore[attr-defined]


def _time(instant: datetime) -> str:
    return instant.astimezone(clock.SHANGHAI).strftime("%H:%M")
