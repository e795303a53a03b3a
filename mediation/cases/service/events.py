"""The one way a case moves: permission, guard, event row, state, clocks, audit, notices — in one transaction."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from mediation.attachments.models import Attachment
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cases import clock as case_clock
from mediation.cases import notices
from mediation.cases.labels import blocker_text
from mediation.cases.lifecycle import CaseFacts, Event, State, Track, Transition, available, find
from mediation.cases.models import Agreement, Assignment, Case, CaseEvent, ConflictCheck, Consent
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, Forbidden
from mediation.core.permissions import P, granted
from mediation.parties.models import Party, Side


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


def _answers(case: Case, purpose: str, parties: int) -> tuple[str, ...]:
    """The newest answer of each party; a party that never answered counts as "none"."""
    rows = db.session.execute(
        select(Consent.party_id, Consent.answer)
        .where(Consent.case_id == case.id, Consent.purpose == purpose)
        .order_by(Consent.id)
    )
    newest = dict(rows.all())
    return tuple(newest.values()) + ("none",) * (parties - len(newest))


def _conflict_clear(case: Case) -> bool:
    """Whether everybody who handles or mediates the case has a check that does not block (law.md 7.4)."""
    people = {person for person in (case.handler_id, case.mediator_id) if person is not None}
    if not people:
        return False
    rows = db.session.execute(
        select(ConflictCheck.user_id, ConflictCheck.result)
        .where(ConflictCheck.case_id == case.id, ConflictCheck.user_id.in_(people))
        .order_by(ConflictCheck.id)
    )
    newest = dict(rows.all())
    return people <= newest.keys() and "blocked" not in newest.values()


def facts_of(case: Case, *, given: frozenset[str] = frozenset(), on: date | None = None) -> CaseFacts:
    """What the guards need to know, read in a handful of small queries."""
    on = on or clock.today()
    party_count = db.session.scalar(
        select(func.count())
        .select_from(Party)
        .where(Party.case_id == case.id, Party.side.in_([Side.APPLICANT.value, Side.RESPONDENT.value]))
    )
    draft = draft_agreement_of(case)
    agreement = effective_agreement(case)
    instalments = agreement.instalments if agreement else []
    acts = [act for act in draft.signatures if act.is_required] if draft else []
    accept_by = case_clock.deadlines.next_open(case.id) if case.accepted_on is None else None
    papers = db.session.scalars(
        select(Attachment.form_code).where(
            Attachment.case_id == case.id, Attachment.kind == "document", Attachment.form_code.isnot(None)
        )
    )
    return CaseFacts(
        state=State(case.state),
        track=Track(case.track),
        track_confirmed=case.track_confirmed_at is not None,
        consents=_answers(case, "mediation", party_count or 0),
        extension_consents=_answers(case, "extension", party_count or 0),
        conflict_clear=_conflict_clear(case),
        mediator_assigned=case.mediator_id is not None,
        is_late_acceptance=bool(
            accept_by and accept_by.rule_code in ("LM-ACCEPT-3WD", "NF-ACCEPT") and on > accept_by.last_day
        ),
        period_over=case.mediation_ends_on is not None and on > case.mediation_ends_on,
        extended_before=case.state == State.EXTENDED.value,
        has_draft=draft is not None,
        required_acts=len(acts),
        open_acts=sum(act.signed_on is None for act in acts),
        has_agreement=agreement is not None,
        all_paid=agreement is not None and all(one.paid_fen >= one.amount_fen for one in instalments),
        has_overdue_instalment=any(one.status != "paid" and one.due_on < on for one in instalments),
        papers=frozenset(papers),
        given=given,
    )


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
        raise DomainError("；".join(str(blocker_text(code)) for code in blockers), field=field)
    return write_event(actor, case, transition, on=on, note=note, data=data)


def write_event(
    actor: Actor, case: Case, transition: Transition, *, on: date, note: str | None, data: dict[str, Any] | None
) -> CaseEvent:
    """Write the row of a transition that may happen, and all that follows from it."""
    before = case.state
    case.state = transition.target(State(before)).value
    case.waiting_for = transition.next_actor.value
    row = append_event(
        actor, case, transition.event, from_state=before, on=on, note=note, data=data, article=transition.article
    )
    case_clock.react(case, row)
    notices.send(actor, case, row)
    return row


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
