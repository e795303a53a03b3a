"""The one way a case moves: permission, guard, event row, state, clocks, audit, notices — in one transaction."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from mediation.accounts.languages import in_language
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cases import clock as case_clock
from mediation.cases import notices
from mediation.cases.durations import ENDS_WAITING
from mediation.cases.labels import EVENTS, blocker_text
from mediation.cases.lifecycle import CaseFacts, Event, State, Transition, available, find
from mediation.cases.lifecycle.states import BEFORE_AGREEMENT
from mediation.cases.models import Agreement, Assignment, Case, CaseEvent, MediationSession
from mediation.cases.service import spells
from mediation.cases.service.facts import facts_of
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, Forbidden
from mediation.core.i18n import phrases
from mediation.core.permissions import P, granted


def permissions_of(actor: Actor) -> frozenset[str]:
    """The permissions an actor holds, as the life-cycle table names them."""
    return frozenset(permission.value for permission in P if granted(actor, permission))


def effective_agreement(case: Case) -> Agreement | None:
    """The agreement in force."""
    return db.session.scalars(
        select(Agreement).where(Agreement.case_id == case.id, Agreement.status == "effective")
    ).first()


def draft_agreement_of(case: Case) -> Agreement | None:
    """The agreement being signed."""
    return db.session.scalars(
        select(Agreement)
        .where(Agreement.case_id == case.id, Agreement.status == "draft")
        .options(selectinload(Agreement.signatures), selectinload(Agreement.instalments))
        .order_by(Agreement.id.desc())
    ).first()


def available_events(actor: Actor, case: Case, facts: CaseFacts | None = None) -> tuple[Transition, ...]:
    """The acts an actor can choose on a case now."""
    return available(facts or facts_of(case), permissions_of(actor))


def apply_event(
    actor: Actor,
    case: Case,
    event: Event,
    *,
    on: date | None = None,
    note: str | None = None,
    data: dict[str, Any] | None = None,
    given: frozenset[str] = frozenset(),
) -> CaseEvent:
    """Let an event happen to a case. ``on`` is the civil date of the legal act (default today).

    Raises Forbidden without the permission, Conflict in the wrong state, DomainError with what is missing, and
    DomainError at field "on" for a date that lies ahead or before the application.
    """
    on = on or clock.today()
    if on > clock.today():
        raise DomainError(blocker_text("in_future"), field="on")
    if on < case.received_on:
        raise DomainError(blocker_text("before_receipt"), field="on")
    if note:
        given = given | {"reason"}
    transition, blockers = find(event, facts_of(case, given=given, on=on), permissions_of(actor))
    if transition is None:
        if "not_permitted" in blockers:
            raise Forbidden()
        if "not_in_this_state" in blockers:
            raise Conflict(blocker_text("not_in_this_state"))
        field = blockers[0].removeprefix("needs_") if blockers[0].startswith("needs_") else None
        raise DomainError(phrases(blocker_text(code) for code in blockers), field=field)
    return write_event(actor, case, transition, on=on, note=note, data=data)


def write_event(
    actor: Actor, case: Case, transition: Transition, *, on: date, note: str | None, data: dict[str, Any] | None
) -> CaseEvent:
    """Write the row of a transition that may happen, and all that follows from it."""
    before = case.state
    case.state = transition.target(State(before)).value
    if transition.next_actor is not None:
        case.waiting_for = transition.next_actor.value
    row = append_event(
        actor, case, transition.event, from_state=before, on=on, note=note, data=data, article=transition.article
    )
    if case.paused_since is not None and transition.event in ENDS_WAITING:
        # Nobody is waited for any more: the pause ends with what ended the waiting.
        ended = max(on, case.paused_since)
        data = {"by_event": row.id}
        spells.end_pause(case, append_event(actor, case, Event.RESUMED, from_state=case.state, on=ended, data=data))
    case_clock.react(case, row)
    if case.paused_since is not None:
        spells.hold_back(case, row)
    spells.react(case, row)
    notices.send(actor, case, row)
    if State(before) in BEFORE_AGREEMENT and State(case.state) not in BEFORE_AGREEMENT:
        _call_off_sessions(actor, case, row)
    return row


def _call_off_sessions(actor: Actor, case: Case, ending: CaseEvent) -> None:
    """Nothing is left to mediate: sessions still ahead are cancelled, which frees their room and tells who kept the time."""
    ahead = select(MediationSession).where(
        MediationSession.case_id == case.id,
        MediationSession.status == "planned",
        MediationSession.starts_at > ending.at,
    )
    for session in db.session.scalars(ahead.order_by(MediationSession.starts_at)).all():
        with in_language(None):
            session.reason = str(EVENTS[Event(ending.event)])
        session.status = "cancelled"
        data = {"session_id": session.id, "ending_id": ending.id}
        row = append_event(
            actor,
            case,
            Event.SESSION_CANCELLED,
            from_state=case.state,
            on=clock.today(),
            note=session.reason,
            data=data,
        )
        notices.send(actor, case, row)


def append_event(
    actor: Actor,
    case: Case,
    event: Event,
    *,
    from_state: str | None,
    on: date,
    note: str | None = None,
    data: dict[str, Any] | None = None,
    article: str = "",
) -> CaseEvent:
    """Append one history row with its audit row."""
    row = CaseEvent(
        committee_id=case.committee_id,
        case_id=case.id,
        event=event.value,
        from_state=from_state,
        to_state=case.state,
        happened_on=on,
        at=clock.now(),
        actor_id=actor.user_id,
        actor_name=actor.name or "—",
        capacity=capacity_of(actor),
        article=article or None,
        note=note,
        data=data or {},
    )
    case.updated_at = row.at
    db.session.add(row)
    db.session.flush()
    record(
        actor,
        AuditEvent.CASE_EVENT,
        subject=("case_file", case.id),
        case_id=case.id,
        case_event=event.value,
        from_state=from_state,
        to_state=case.state,
        event_id=row.id,
    )
    return row


def capacity_of(actor: Actor) -> str | None:
    """In which capacity the actor's office acts (law.md 1.2: each of the three offices keeps its own powers)."""
    order = ("police", "judicial", "lawyer", "committee", "hr", "admin")
    return "system" if actor.is_system else next((role for role in order if role in actor.roles), None)


def assign_person(actor: Actor, case: Case, user_id: int, duty: str, reason: str | None = None) -> None:
    """End the current assignment of a duty and begin a new one."""
    now = clock.now()
    for old in db.session.scalars(
        select(Assignment).where(Assignment.case_id == case.id, Assignment.duty == duty, Assignment.to_at.is_(None))
    ):
        old.to_at = now
    db.session.add(
        Assignment(
            committee_id=case.committee_id,
            case_id=case.id,
            user_id=user_id,
            duty=duty,
            from_at=now,
            assigned_by=actor.user_id,
            reason=reason,
        )
    )
    if duty == "handler":
        case.handler_id = user_id
    elif duty == "mediator":
        case.mediator_id = user_id
    db.session.flush()
