"""What people add to a case: private notes, corrections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.accounts.languages import in_language
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cases import reckoning
from mediation.cases.lifecycle import Event
from mediation.cases.models import Case, LegalAct, PrivateNote
from mediation.cases.policy import may_see_notes
from mediation.cases.service import acts
from mediation.cases.service.acceptance import mediation_end
from mediation.cases.service.events import apply_event, draft_agreement_of, effective_agreement
from mediation.cases.service.opening import refresh_parties
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError, Forbidden, NotFound

CORRECTABLE = frozenset(
    {"facts", "job", "relationship", "category_code", "secondary_categories", "evidence", "employed_from",
     "employed_until", "event_on", "accident_on", "right_known_on", "headcount", "station_id", "risk_level",
     "application_mode", "source", "received_on", "accepted_on"}
)  # fmt: skip


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
    """Correct what was registered; the history names the changed columns, the audit trail who and when.

    Clocks that run from a corrected day are counted anew. Raises DomainError at a day that cannot be.
    """
    unknown = changes.keys() - CORRECTABLE
    if unknown:
        raise ValueError(f"not correctable: {sorted(unknown)}")
    changed = sorted(name for name, value in changes.items() if getattr(case, name) != value)
    if not changed:
        return
    _check_days(case, changes)
    for name in changed:
        setattr(case, name, changes[name])
    act = _accident_act(case) if "accident_on" in changed else None
    days = [event for event in (Event.RECEIVED, Event.ACCEPTED) if reckoning.DAYS[event] in changed]
    data: dict[str, Any] = {"changed": changed, "on": clock.today().isoformat()}
    if days:
        data["corrected_days"] = [event.value for event in days]
    event = apply_event(actor, case, Event.DETAILS_CORRECTED, note=note, data=data)
    record(actor, AuditEvent.RECORD_CHANGED, subject=("case_file", case.id), case_id=case.id, changed=changed)
    if days:
        reckoning.correct_day(case, event, days)
        case.mediation_ends_on = mediation_end(case) or case.mediation_ends_on
    if act is not None:
        with in_language(None):
            why = note or _("更正登记内容")
        _follow_accident(actor, act, case.accident_on, why)
    elif "accident_on" in changed:
        reckoning.correct_accident(case, event)
    refresh_parties(case)


def _check_days(case: Case, changes: Mapping[str, Any]) -> None:
    received, accepted = (changes.get(name, getattr(case, name)) for name in ("received_on", "accepted_on"))
    if received is None or ("accepted_on" in changes and accepted is None and case.accepted_on is not None):
        raise DomainError(_("请填写日期"), field="received_on" if received is None else "accepted_on")
    for name, day in (("received_on", received), ("accepted_on", accepted)):
        if name in changes and day and day > clock.today():
            raise DomainError(_("不能晚于今天"), field=name)
    if accepted and accepted != case.accepted_on and case.accepted_on is None:
        raise DomainError(_("案件尚未受理"), field="accepted_on")
    if accepted and accepted < received:
        raise DomainError(
            _("受理日期不能早于收到申请的日期"), field="accepted_on" if "accepted_on" in changes else "received_on"
        )
    if accepted and case.effective_on and case.effective_on < accepted:
        raise DomainError(_("受理日期不能晚于协议生效的日期"), field="accepted_on")


def _accident_act(case: Case) -> LegalAct | None:
    return next((one for one in acts.acts_of(case) if one.kind == "accident" and one.status == acts.STANDING), None)


def _follow_accident(actor: Actor, act: LegalAct, on: date | None, reason: str) -> None:
    """The accident was recorded as an act: it is the act that is corrected."""
    if on is None:
        acts.withdraw_act(actor, act=act, reason=reason)
    elif on != act.happened_on:
        acts.correct_act(actor, act=act, on=on, reason=reason)


def correct_signature(actor: Actor, *, case: Case, signature_id: int, on: date, reason: str) -> None:
    """The day of a signature or seal was entered wrongly. With the last required one the agreement took effect
    (law.md 9, trap 3), so the clocks that run from that day are counted anew.

    Raises NotFound for another case's signature, DomainError at "on" or "reason".
    """
    agreement = effective_agreement(case) or draft_agreement_of(case)
    act = next((one for one in agreement.signatures if one.id == signature_id), None) if agreement else None
    if agreement is None or act is None or act.signed_on is None:
        raise NotFound()
    if not reason.strip():
        raise DomainError(_("请写明理由"), field="reason")
    if on > clock.today():
        raise DomainError(_("不能晚于今天"), field="on")
    if on < (case.accepted_on or case.received_on):
        raise DomainError(_("不能早于受理日期"), field="on")
    if on == act.signed_on:
        raise DomainError(_("日期没有变化"), field="on")
    act.signed_on = on
    db.session.flush()
    record(actor, AuditEvent.RECORD_CHANGED, subject=("signature", act.id), case_id=case.id, changed=["signed_on"])
    data: dict[str, Any] = {"changed": ["signed_on"], "signature_id": act.id, "on": clock.today().isoformat()}
    effective_on = max(one.signed_on for one in agreement.signatures if one.is_required and one.signed_on)
    moves = agreement.status == "effective" and effective_on != agreement.effective_on
    if moves:
        agreement.effective_on = case.effective_on = case.settled_on = effective_on
        data["corrected_days"] = [Event.AGREEMENT_EFFECTIVE.value]
    event = apply_event(actor, case, Event.DETAILS_CORRECTED, note=reason, data=data)
    if moves:
        reckoning.correct_day(case, event, [Event.AGREEMENT_EFFECTIVE])
