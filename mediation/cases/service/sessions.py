"""Mediation sessions: planned, held with a joint record, cancelled (law.md 1.3 step 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from mediation.cases.lifecycle import Event
from mediation.cases.models import Attendance, Case, MediationSession
from mediation.cases.service.events import apply_event
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError, NotFound


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
) -> MediationSession:
    """Plan a session. The first one starts the mediation."""
    if starts_at < clock.now():
        raise DomainError(_("会议时间已经过去；已开过的会议请用“记录调解会议”"), field="starts_at")
    session = _new_session(case, starts_at, place, mode, matter)
    apply_event(actor, case, Event.SESSION_PLANNED, data={"session_id": session.id})
    return session


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


def cancel_session(actor: Actor, *, case: Case, session: MediationSession, reason: str) -> None:
    """Cancel a planned session, with the reason."""
    if session.status != "planned":
        raise DomainError(_("只能取消尚未召开的会议"))
    session.status = "cancelled"
    apply_event(actor, case, Event.SESSION_CANCELLED, note=reason, data={"session_id": session.id})


def session_of(case: Case, session_id: int) -> MediationSession:
    """One session of a case that was loaded through the actor's scope. Raises NotFound."""
    session = db.session.scalars(
        select(MediationSession).where(MediationSession.id == session_id, MediationSession.case_id == case.id)
    ).one_or_none()
    if session is None:
        raise NotFound()
    return session


def _new_session(case: Case, starts_at: datetime, place: str | None, mode: str, matter: str | None) -> MediationSession:
    count = db.session.scalar(select(func.count()).where(MediationSession.case_id == case.id)) or 0
    session = MediationSession(
        committee_id=case.committee_id,
        case_id=case.id,
        seq=count + 1,
        starts_at=starts_at,
        place=place,
        mode=mode,
        matter=matter,
    )
    db.session.add(session)
    db.session.flush()
    return session
