"""What people add to a case: the company's answers, private notes, corrections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select

from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cases.lifecycle import Event
from mediation.cases.models import Answer, Case, CaseCompany, PrivateNote
from mediation.cases.policy import may_see_notes
from mediation.cases.service.events import apply_event
from mediation.cases.service.opening import refresh_parties
from mediation.core import clock
from mediation.core.actor import Actor, Role
from mediation.core.db import db
from mediation.core.errors import DomainError, Forbidden

CORRECTABLE = frozenset(
    {"facts", "job", "relationship", "category_code", "secondary_categories", "evidence", "employed_from",
     "employed_until", "event_on", "accident_on", "right_known_on", "headcount", "station_id", "risk_level",
     "application_mode", "source", "limitation_on"}
)  # fmt: skip


def own_companies(actor: Actor, case: Case) -> list[int]:
    """The companies of a case that an HR officer answers for."""
    columns = {1: CaseCompany.level1_id, 2: CaseCompany.level2_id, 3: CaseCompany.level3_id}
    scope = [columns[level] == company_id for company_id, level in actor.company_levels]
    if not scope:
        return []
    return list(db.session.scalars(select(CaseCompany.company_id).where(CaseCompany.case_id == case.id, or_(*scope))))


def answer(
    actor: Actor,
    *,
    case: Case,
    kind: str,
    reason: str | None = None,
    amount_fen: int | None = None,
    claim_id: int | None = None,
    valid_until: date | None = None,
) -> Answer:
    """The company answers: accept, offer a sum, or refuse with the reason. Raises Forbidden for another company."""
    companies = own_companies(actor, case)
    if not companies:
        raise Forbidden()
    if kind not in ("accept", "offer", "refuse"):
        raise DomainError(_("请选择答复"), field="kind")
    if kind == "offer" and not amount_fen:
        raise DomainError(_("请填写提议的金额"), field="amount_fen")
    if kind == "refuse" and not reason:
        raise DomainError(_("请写明不同意的理由"), field="reason")
    row = Answer(
        committee_id=case.committee_id,
        case_id=case.id,
        company_id=companies[0],
        claim_id=claim_id,
        kind=kind,
        amount_fen=amount_fen,
        reason=reason,
        valid_until=valid_until,
        answered_by=actor.user_id,
    )
    db.session.add(row)
    db.session.flush()
    apply_event(actor, case, Event.ANSWERED, data={"answer_id": row.id, "answer": kind, "amount_fen": amount_fen})
    return row


def answers_for(actor: Actor, case: Case) -> Sequence[Answer]:
    """The answers an actor may read: staff all, HR only its own company's (law.md 7.3)."""
    statement = select(Answer).where(Answer.case_id == case.id).order_by(Answer.id)
    if actor.has(Role.HR) and not may_see_notes(actor):
        statement = statement.where(Answer.company_id.in_(own_companies(actor, case)))
    elif not may_see_notes(actor):
        return []
    return db.session.scalars(statement).all()


def add_note(actor: Actor, *, case: Case, body: str, party_id: int | None = None) -> PrivateNote:
    """Write a private note into the internal file."""
    if not may_see_notes(actor):
        raise Forbidden()
    if not body.strip():
        raise DomainError(_("请填写内容"), field="body")
    note = PrivateNote(
        committee_id=case.committee_id, case_id=case.id, author_id=actor.user_id, party_id=party_id, body=body
    )
    db.session.add(note)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CREATED, subject=("private_note", note.id), case_id=case.id)
    return note


def notes_for(actor: Actor, case: Case) -> Sequence[PrivateNote]:
    """The private notes, for those who may see them; the look is logged."""
    if not may_see_notes(actor):
        return []
    notes = db.session.scalars(select(PrivateNote).where(PrivateNote.case_id == case.id).order_by(PrivateNote.id)).all()
    if notes:
        record(actor, AuditEvent.NOTE_OPENED, subject=("case_file", case.id), case_id=case.id)
    return notes


def correct(actor: Actor, *, case: Case, note: str | None = None, **changes: Any) -> None:
    """Correct what was registered; the history names the changed columns, the audit trail who and when."""
    unknown = changes.keys() - CORRECTABLE
    if unknown:
        raise ValueError(f"not correctable: {sorted(unknown)}")
    changed = sorted(name for name, value in changes.items() if getattr(case, name) != value)
    if not changed:
        return
    for name in changed:
        setattr(case, name, changes[name])
    data: dict[str, Any] = {"changed": changed, "on": clock.today().isoformat()}
    if "accident_on" in changed and case.accident_on:
        data["accident"] = True
    apply_event(actor, case, Event.DETAILS_CORRECTED, note=note, data=data)
    record(actor, AuditEvent.RECORD_CHANGED, subject=("case_file", case.id), case_id=case.id, changed=changed)
    refresh_parties(case)
