"""Mediation sessions: planned, held with a joint record, postponed, cancelled (law.md 1.3 step 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from mediation.accounts.languages import in_language
from mediation.cases.clashes import room_clashes
from mediation.cases.lifecycle import Event
from mediation.cases.models import Attendance, Case, MediationSession
from mediation.cases.service.events import apply_event
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError, NotFound
from mediation.parties import queries as party_queries
from mediation.stations import queries as stations

USUAL_MINUTES = 90
MOST_PLACE = 120


@dataclass(frozen=True)
class Present:
    """Somebody at a session: a party (by id) or another person, with the capacity and whether they came."""

    name: str
    capacity: str
    party_id: int | None = None
    was_present: bool = True


def plan_session(
    actor: Actor,
    *,
    case: Case,
    starts_at: datetime,
    place: str | None = None,
    mode: str = "on_site",
    matter: str | None = None,
    room_id: int | None = None,
    planned_minutes: int = USUAL_MINUTES,
    room_reason: str | None = None,
) -> MediationSession:
    """Plan a session. The first one starts the mediation.

    Raises DomainError for a time that has passed and, at ``room``, for a room that is closed or taken; with
    ``room_reason`` a taken one is used all the same, and the history keeps why.
    """
    if starts_at < clock.now():
        raise DomainError(_("会议时间已经过去；已开过的会议请用“记录调解会议”"), field="starts_at")
    place, note = _booked(actor, starts_at, planned_minutes, room_id, room_reason, place)
    session = _new_session(case, starts_at, place, mode, matter, room_id, planned_minutes)
    apply_event(actor, case, Event.SESSION_PLANNED, note=note, data={"session_id": session.id})
    return session


def postpone_session(
    actor: Actor,
    *,
    case: Case,
    session: MediationSession,
    starts_at: datetime,
    reason: str,
    asked_by: int | None = None,
    place: str | None = None,
    mode: str | None = None,
    room_id: int | None = None,
    planned_minutes: int | None = None,
    room_reason: str | None = None,
) -> MediationSession:
    """Move a planned session to another time. Returns the new one; the old one stays, with reason and where it went.

    ``asked_by`` is the party who asked for it (None: the committee itself). Raises DomainError for a session that is
    not planned any more, a time that has passed or is the old one, a room as in :func:`plan_session`; NotFound for a
    stranger as ``asked_by``.
    """
    if session.status != "planned":
        raise DomainError(_("只能改期尚未召开的会议"))
    if starts_at < clock.now():
        raise DomainError(_("改期后的时间已经过去"), field="starts_at")
    if starts_at == session.starts_at:
        raise DomainError(_("改期后的时间与原来相同"), field="starts_at")
    data = {"session_id": session.id, **_asked(case, asked_by)}
    minutes = planned_minutes or session.planned_minutes
    place, why_room = _booked(actor, starts_at, minutes, room_id, room_reason, place, except_id=session.id)
    new = _new_session(case, starts_at, place, mode or session.mode, session.matter, room_id, minutes)
    session.status, session.reason, session.postponed_to_id = "postponed", reason, new.id
    note = "；".join(filter(None, (reason, why_room)))
    apply_event(actor, case, Event.SESSION_POSTPONED, note=note, data=data | {"new_session_id": new.id})
    return new


def hold_session(
    actor: Actor,
    *,
    case: Case,
    session: MediationSession | None,
    starts_at: datetime,
    record: str,
    attendance: Sequence[Present],
    place: str | None = None,
    mode: str = "on_site",
    matter: str | None = None,
    result: str | None = None,
    rights_told: bool = True,
    ends_at: datetime | None = None,
) -> MediationSession:
    """Record a session that was held, planned before or not. The record (笔录) is joint: private notes go elsewhere."""
    if starts_at > clock.now():
        raise DomainError(_("会议还没有开始"), field="starts_at")
    if ends_at is not None and ends_at < starts_at:
        raise DomainError(_("结束时间早于开始时间"), field="ends_at")
    if not any(person.was_present for person in attendance):
        raise DomainError(_("请至少登记一名到场人员"), field="attendance")
    if session is not None and session.status != "planned":
        raise DomainError(_("这次会议已经召开、改期或取消，请刷新页面"))
    session = session or _new_session(case, starts_at, place, mode, matter)
    session.starts_at, session.ends_at, session.mode = starts_at, ends_at, mode
    session.place, session.matter = place, matter
    session.status, session.record, session.result = "held", record, result
    session.rights_told, session.recorder_id = rights_told, actor.user_id
    for person in attendance:
        db.session.add(
            Attendance(
                committee_id=case.committee_id,
                session_id=session.id,
                party_id=person.party_id,
                name=person.name,
                capacity=person.capacity,
                was_present=person.was_present,
            )
        )
    apply_event(
        actor, case, Event.SESSION_HELD, on=clock.civil_date(starts_at), data={"session_id": session.id}, note=result
    )
    return session


def cancel_session(
    actor: Actor, *, case: Case, session: MediationSession, reason: str, asked_by: int | None = None
) -> None:
    """Cancel a planned session, with the reason; ``asked_by`` is the party who asked for it (None: the committee)."""
    if session.status != "planned":
        raise DomainError(_("只能取消尚未召开的会议"))
    data = {"session_id": session.id, **_asked(case, asked_by)}
    session.status, session.reason = "cancelled", reason
    apply_event(actor, case, Event.SESSION_CANCELLED, note=reason, data=data)


def session_of(case: Case, session_id: int) -> MediationSession:
    """One session of a case that was loaded through the actor's scope. Raises NotFound."""
    session = db.session.scalars(
        select(MediationSession).where(MediationSession.id == session_id, MediationSession.case_id == case.id)
    ).one_or_none()
    if session is None:
        raise NotFound()
    return session


def _asked(case: Case, asked_by: int | None) -> dict[str, object]:
    """Who asked, for the history. Raises NotFound for a stranger."""
    if asked_by is None:
        return {"asked_by": "committee"}
    return {"asked_by": "party", "party_id": party_queries.get_of_case(case.id, asked_by).id}


def _booked(
    actor: Actor,
    starts_at: datetime,
    minutes: int,
    room_id: int | None,
    room_reason: str | None,
    place: str | None,
    *,
    except_id: int | None = None,
) -> tuple[str | None, str | None]:
    """(the place to print, why a taken room is used). Others who book the room wait until this is committed."""
    if room_id is None:
        return place, None
    room = stations.get_room_for(actor, room_id, lock=True)
    if not room.is_active:
        raise DomainError(_("这间会议室已停用"), field="room")
    taken = room_clashes(actor, room_id, starts_at, minutes, except_id)
    if taken and not room_reason:
        raise DomainError(taken[0].words, field="room")
    label = stations.room_places(actor, {room_id})[room_id].label
    with in_language(None):  # both are kept, and the place is printed on Chinese papers
        why = _("会议室时间重叠仍使用：%(reason)s", reason=room_reason) if taken else None
        where = _("%(place)s（%(note)s）", place=label, note=place) if place and place != label else label
    return where[:MOST_PLACE], why


def _new_session(
    case: Case,
    starts_at: datetime,
    place: str | None,
    mode: str,
    matter: str | None,
    room_id: int | None = None,
    planned_minutes: int = USUAL_MINUTES,
) -> MediationSession:
    count = db.session.scalar(select(func.count()).where(MediationSession.case_id == case.id)) or 0
    session = MediationSession(
        committee_id=case.committee_id,
        case_id=case.id,
        seq=count + 1,
        starts_at=starts_at,
        place=place,
        mode=mode,
        matter=matter,
        room_id=room_id,
        planned_minutes=planned_minutes,
    )
    db.session.add(session)
    db.session.flush()
    return session
