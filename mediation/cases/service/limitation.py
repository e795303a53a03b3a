"""What people say about the limitation of a case's claims: events, the rule that governs, the day that is relied on."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cases import clock as case_clock
from mediation.cases import limitation
from mediation.cases.lifecycle import Event
from mediation.cases.models import Case, CaseEvent, LimitationEvent
from mediation.cases.service.entries import claim_of
from mediation.cases.service.events import apply_event
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, NotFound
from mediation.deadlines.limitation import GROUNDS, RULES_OF_CLAIMS, Ground, Kind


def note_limitation(
    actor: Actor,
    *,
    case: Case,
    ground: str,
    happened_on: date,
    ends_on: date | None = None,
    claim_id: int | None = None,
    evidence: str | None = None,
    attachment_id: int | None = None,
    is_contested: bool = False,
) -> LimitationEvent:
    """Enter a start, an interruption or a suspension of one claim, or of all (``claim_id`` None).

    Raises DomainError at ``ground``, ``happened_on`` or ``ends_on``, NotFound for another case's claim, Forbidden.
    """
    found = _checked(case, ground, happened_on, ends_on, claim_id)
    row = LimitationEvent(
        committee_id=case.committee_id,
        case_id=case.id,
        claim_id=claim_id,
        kind=found.kind.value,
        ground=ground,
        happened_on=happened_on,
        ends_on=ends_on,
        evidence=(evidence or "").strip()[:300] or None,
        attachment_id=attachment_id,
        is_contested=is_contested,
        status=limitation.STANDING,
        recorded_by=actor.user_id,
    )
    db.session.add(row)
    db.session.flush()
    _noted(actor, case, limitation_event_id=row.id, ground=ground, event_on=happened_on.isoformat(), claim_id=claim_id)
    return row


def _checked(case: Case, key: str, on: date, ends_on: date | None, claim_id: int | None) -> Ground:
    ground = GROUNDS.get(key)
    if ground is None:
        raise DomainError(_("请选择事由"), field="ground")
    claims = [claim_of(case, claim_id)] if claim_id is not None else limitation.claims_of(case)
    if not any(ground.article(limitation.rule_of(case, claim)) for claim in claims):
        raise DomainError(_("这些请求适用的时效规定里没有这个事由"), field="ground")
    today = clock.today()
    if on > today:
        raise DomainError(_("日期不能晚于今天"), field="happened_on")
    if ends_on is not None:
        if ground.kind is not Kind.SUSPENSION and not ground.is_procedure:
            raise DomainError(_("这个事由没有结束日期，请留空"), field="ends_on")
        if ends_on < on:
            raise DomainError(_("结束日期不能早于发生日期"), field="ends_on")
        if ends_on > today:
            raise DomainError(_("日期不能晚于今天；还没有结束的请留空"), field="ends_on")
    return ground


def withdraw_limitation(actor: Actor, *, case: Case, event_id: int, reason: str) -> LimitationEvent:
    """Take an event out of the count; it stays on record with the reason. Raises NotFound, Conflict, DomainError."""
    row = limitation_event_of(case, event_id)
    if row.status != limitation.STANDING:
        raise Conflict(_("这一项已经撤销"))
    reason = (reason or "").strip()
    if not reason:
        raise DomainError(_("请写明撤销的理由"), field="reason")
    row.status, row.reason = limitation.WITHDRAWN, reason[:300]
    _noted(actor, case, note=reason, limitation_event_id=row.id, ground=row.ground, withdrawn=True)
    return row


def limitation_event_of(case: Case, event_id: int) -> LimitationEvent:
    """One event of a case that was loaded through the actor's scope. Raises NotFound."""
    of_case = (LimitationEvent.id == event_id, LimitationEvent.case_id == case.id)
    row = db.session.scalars(select(LimitationEvent).where(*of_case)).one_or_none()
    if row is None:
        raise NotFound()
    return row


def choose_limitation_rule(actor: Actor, *, case: Case, claim_id: int, rule: str | None, reason: str) -> None:
    """Put a claim under another limitation rule; None: under the one that track and cause name.

    Raises DomainError at ``rule`` or ``reason``, NotFound for another case's claim, Forbidden.
    """
    claim = claim_of(case, claim_id)
    if rule is not None and rule not in RULES_OF_CLAIMS:
        raise DomainError(_("请选择适用的时效"), field="rule")
    reason = (reason or "").strip()
    if not reason:
        raise DomainError(_("请写明选择的理由"), field="reason")
    if claim.limitation_rule == rule:
        raise DomainError(_("没有任何改动"), field="rule")
    claim.limitation_rule = rule
    db.session.flush()
    record(actor, AuditEvent.RECORD_CHANGED, subject=("claim", claim.id), case_id=case.id, changed=["limitation_rule"])
    _noted(actor, case, note=reason, claim_id=claim.id, rule=rule)


def check_limitation_day(case: Case, on: date, reason: str | None) -> None:
    """Whether a day may be relied on: the counted one, or another with the reason why.

    Raises DomainError at ``limitation_on`` for a day before the application, at ``limitation_reason`` without a reason.
    """
    if on == case.limitation_on:
        return
    if on < case.received_on:
        raise DomainError(_("时效届满日不能早于收到申请的日期"), field="limitation_on")
    if case.limitation_on is not None and not (reason or "").strip():
        counted = case.limitation_on.isoformat()
        raise DomainError(_("与系统计算的 %(day)s 不同，请写明理由", day=counted), field="limitation_reason")


def confirm_limitation(actor: Actor, *, case: Case, on: date, reason: str | None = None) -> CaseEvent:
    """A person answers for the last day that the notices print; the history keeps who, when and why (law.md 9, trap 15).

    Raises as :func:`check_limitation_day` does, and Forbidden.
    """
    check_limitation_day(case, on, reason)
    counted = case.limitation_on.isoformat() if case.limitation_on else None
    data = {"limitation_on": on.isoformat(), "counted": counted}
    row = apply_event(actor, case, Event.LIMITATION_NOTED, note=(reason or "").strip() or None, data=data)
    case.limitation_on, case.limitation_confirmed = on, True
    db.session.flush()
    return row


def _noted(actor: Actor, case: Case, *, note: str | None = None, **data: Any) -> None:
    """The line in the history, then the days counted anew."""
    told = {key: value for key, value in data.items() if value is not None}
    row = apply_event(actor, case, Event.LIMITATION_NOTED, note=note, data=told)
    limitation.refresh(case, row)
    case_clock.refresh(case)
