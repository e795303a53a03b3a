"""Track, consent, acceptance or refusal, handler and mediator (law.md 1.3 steps 2–5)."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cases import clock as case_clock
from mediation.cases import limitation, reckoning
from mediation.cases.lifecycle import Event, State, Track
from mediation.cases.models import Case, CaseEvent, Consent
from mediation.cases.service import conflicts
from mediation.cases.service.events import apply_event, assign_person
from mediation.cases.service.limitation import check_limitation_day, confirm_limitation
from mediation.committees import numbers
from mediation.committees.models import Committee
from mediation.core import clock
from mediation.core.actor import Actor, Role
from mediation.core.db import db
from mediation.core.errors import DomainError, Forbidden
from mediation.deadlines import queries as deadline_queries
from mediation.parties import queries as party_queries
from mediation.parties.models import Side


def confirm_track(
    actor: Actor, *, case: Case, track: Track, reason: str | None = None, relationship: str | None = None
) -> CaseEvent:
    """Confirm the proposed track, or choose another with a reason; later changes are re-classifications."""
    if track is Track.POLICE and not actor.has(Role.POLICE):
        raise Forbidden()
    before = case.track
    is_first = case.track_confirmed_at is None and case.state in (State.RECEIVED.value, State.CONSENT_INQUIRY.value)
    if track.value != before and not reason:
        raise DomainError(_("请写明变更程序的理由"), field="reason")
    event = Event.TRACK_CONFIRMED if is_first else Event.RECLASSIFIED
    # The table's row of the present track decides who may; only then does the case move to the new one.
    if relationship:
        case.relationship = relationship
    data = {"track": track.value, "track_before": before, "relationship": case.relationship}
    row = apply_event(actor, case, event, note=reason, data=data)
    case.track = track.value
    case.track_confirmed_by = actor.user_id
    case.track_confirmed_at = clock.now()
    if track.value != before:
        case.track_reason = "chosen"
        limitation.follow(case, row)
        reckoning.restart_for_track(case, row)
    db.session.flush()
    return row


def ask_consent(actor: Actor, *, case: Case, on: date | None = None, note: str | None = None) -> CaseEvent:
    """Ask the other side whether it agrees to mediation; the applicant, who applied, has agreed (Order 17 Art 22–23)."""
    on = on or clock.today()
    row = apply_event(actor, case, Event.CONSENT_ASKED, on=on, note=note)
    answered = _parties_with_answer(case, "mediation")
    for party in party_queries.for_case(case.id):
        if party.id in answered:
            continue
        if party.side == Side.APPLICANT.value:
            _store_consent(actor, case, party.id, "mediation", "yes", case.received_on, "application", None)
        elif party.side == Side.RESPONDENT.value:
            _store_consent(actor, case, party.id, "mediation", "none", None, None, None)
    db.session.flush()
    return row


def record_consent(
    actor: Actor,
    *,
    case: Case,
    party_id: int,
    answer: str,
    purpose: str = "mediation",
    on: date | None = None,
    channel: str | None = None,
    note: str | None = None,
) -> CaseEvent:
    """Record a party's answer (yes or no) to mediation or to an extension."""
    party = next((one for one in party_queries.for_case(case.id) if one.id == party_id), None)
    if party is None:
        raise DomainError(_("请选择本案的当事人"), field="party_id")
    on = on or clock.today()
    if case.state == State.RECEIVED.value:
        ask_consent(actor, case=case, on=on)
    row = apply_event(
        actor,
        case,
        Event.CONSENT_RECORDED,
        on=on,
        note=note,
        data={"party_id": party_id, "answer": answer, "purpose": purpose, "channel": channel},
    )
    _store_consent(actor, case, party_id, purpose, answer, on, channel, note)
    db.session.flush()
    return row


def _store_consent(actor, case, party_id, purpose, answer, on, channel, note) -> None:
    db.session.add(
        Consent(
            committee_id=case.committee_id,
            case_id=case.id,
            party_id=party_id,
            purpose=purpose,
            answer=answer,
            answered_on=on,
            channel=channel,
            note=note,
            recorded_by=actor.user_id,
        )
    )


def _parties_with_answer(case: Case, purpose: str) -> set[int]:
    return set(
        db.session.scalars(select(Consent.party_id).where(Consent.case_id == case.id, Consent.purpose == purpose))
    )


def accept(actor: Actor, *, case: Case, on: date | None = None, reason: str | None = None) -> CaseEvent:
    """Accept the case: it gets its case number, and the mediation period runs. ``reason`` when it is late."""
    on = on or clock.today()
    row = apply_event(actor, case, Event.ACCEPTED, on=on, note=reason)
    case.accepted_on = on
    if case.case_no is None:
        committee = db.session.get_one(Committee, case.committee_id)
        sequence = numbers.take(case.committee_id, "case", on.year)
        case.case_no = numbers.case_number(committee.case_prefix, on.year, sequence)
    case.mediation_ends_on = mediation_end(case)
    db.session.flush()
    return row


def mediation_end(case: Case) -> date | None:
    """The raw end of the running mediation period: an extension must be agreed before it."""
    for deadline in deadline_queries.of_case(case.id):
        if deadline.status == "open" and deadline.rule_code in case_clock.MEDIATION_PERIOD:
            return deadline.raw_last_day
    return None


def refuse(
    actor: Actor,
    *,
    case: Case,
    reason: str,
    on: date | None = None,
    limitation_on: date | None = None,
    limitation_reason: str | None = None,
) -> CaseEvent:
    """Do not accept, with the reason that the written notice gives (Order 17 Art 22).

    ``limitation_on``: the last day for other ways, which the notice prints; naming it confirms it.
    """
    on = on or clock.today()
    if limitation_on:
        check_limitation_day(case, limitation_on, limitation_reason)
    row = apply_event(actor, case, Event.NOT_ACCEPTED, on=on, note=reason)
    if limitation_on:
        confirm_limitation(actor, case=case, on=limitation_on, reason=limitation_reason)
    case.outcome, case.settled_on, case.outcome_note = "not_accepted", on, reason
    db.session.flush()
    return row


def assign_handler(actor: Actor, *, case: Case, user_id: int, reason: str | None = None) -> CaseEvent:
    """Give the case to a handler; a conflict of interest blocks it."""
    return _assign(actor, case, user_id, "handler", Event.HANDLER_ASSIGNED, reason)


def assign_mediator(actor: Actor, *, case: Case, user_id: int, reason: str | None = None) -> CaseEvent:
    """Appoint the mediator (Order 17 Art 25); a conflict of interest blocks it."""
    return _assign(actor, case, user_id, "mediator", Event.MEDIATOR_ASSIGNED, reason)


def _assign(actor: Actor, case: Case, user_id: int, duty: str, event: Event, reason: str | None) -> CaseEvent:
    conflicts.require_clear(actor, case, user_id, field="user_id")
    assign_person(actor, case, user_id, duty, reason)
    record(actor, AuditEvent.RECORD_CHANGED, subject=("case_file", case.id), case_id=case.id, changed=[duty])
    return apply_event(actor, case, event, note=reason, data={"user_id": user_id}, given=frozenset({"conflict_check"}))


def extend(actor: Actor, *, case: Case, days: int = 15, reason: str, on: date | None = None) -> CaseEvent:
    """Extend by both parties' consent, before the raw end; 15 days at most on ``new_form`` (Doc 4), else by house rule."""
    if not 1 <= days <= 15:
        raise DomainError(_("延期应为 1 至 15 日"), field="days")
    on = on or clock.today()
    row = apply_event(actor, case, Event.EXTENDED, on=on, note=reason, data={"days": days})
    case.mediation_ends_on = mediation_end(case) or (case.mediation_ends_on or on) + timedelta(days=days)
    db.session.flush()
    return row
