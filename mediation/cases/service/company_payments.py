"""What a company says it has paid, with its receipts, until the worker's side has confirmed the money.

A payment counts when it is recorded by those who handle the case: a debtor's own word closes no agreement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.cases import policy
from mediation.cases.lifecycle import Event
from mediation.cases.models import Case, CaseEvent, Instalment, Payment
from mediation.cases.service.events import apply_event, effective_agreement
from mediation.cases.service.performance import instalment_of, record_payment
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from mediation.parties.models import Party

PENDING, CONFIRMED, DISPUTED = "pending", "confirmed", "disputed"
KINDS = (Event.PAYMENT_REPORTED.value, Event.PAYMENT_RECORDED.value, Event.PAYMENT_DISPUTED.value)


@dataclass(frozen=True)
class Report:
    """A payment as the company told it. ``status``: pending, confirmed, disputed (with ``reason``)."""

    event_id: int
    instalment_id: int
    seq: int
    company_id: int
    amount_fen: int
    paid_on: date
    proof: str | None
    file_ids: tuple[int, ...]
    status: str
    reason: str | None


def own_instalments(actor: Actor, case: Case) -> list[Instalment]:
    """The instalments of the agreement in force that the actor's own company owes, by number."""
    agreement = effective_agreement(case)
    if agreement is None:
        return []
    own = policy.own_companies(actor, case.id)
    theirs = set(db.session.scalars(select(Party.id).where(Party.case_id == case.id, Party.company_id.in_(own))))
    return [one for one in agreement.instalments if one.debtor_party_id in theirs]


def report_payment(
    actor: Actor,
    *,
    case: Case,
    instalment_id: int,
    amount_fen: int,
    paid_on: date,
    file_ids: Sequence[int],
    proof: str | None = None,
) -> CaseEvent:
    """The company tells that it has paid, with the receipts. Raises DomainError at ``amount_fen``, ``paid_on`` or
    ``files``, Forbidden for an instalment that another company owes."""
    instalment = instalment_of(case, instalment_id)
    if instalment.id not in {one.id for one in own_instalments(actor, case)}:
        raise Forbidden()
    waiting = sum(
        one.amount_fen
        for one in reports_for(actor, case)
        if one.instalment_id == instalment.id and one.status == PENDING
    )
    if amount_fen <= 0:
        raise DomainError(_("金额应大于零"), field="amount_fen")
    if amount_fen > instalment.amount_fen - instalment.paid_fen - waiting:
        raise DomainError(_("超过本期未付金额（已报告、待确认的款项计算在内）"), field="amount_fen")
    if paid_on > clock.today():
        raise DomainError(_("日期不能晚于今天"), field="paid_on")
    if not file_ids:
        raise DomainError(_("请上传付款凭据"), field="files")
    debtor = db.session.get_one(Party, instalment.debtor_party_id)
    data = {
        "instalment_id": instalment.id,
        "seq": instalment.seq,
        "company_id": debtor.company_id,
        "amount_fen": amount_fen,
        "paid_on": paid_on.isoformat(),
        "proof": (proof or "").strip()[:120] or None,
        "file_ids": list(file_ids),
    }
    return apply_event(actor, case, Event.PAYMENT_REPORTED, data=data)


def confirm_report(actor: Actor, *, case: Case, report: Report) -> Payment:
    """The worker's side has the money: the payment is recorded with the company's receipt. Raises Conflict twice."""
    _check_pending(report)
    return record_payment(
        actor,
        case=case,
        instalment_id=report.instalment_id,
        amount_fen=report.amount_fen,
        paid_on=report.paid_on,
        proof=report.proof,
        attachment_id=report.file_ids[0] if report.file_ids else None,
        report_id=report.event_id,
    )


def dispute_report(actor: Actor, *, case: Case, report: Report, reason: str) -> None:
    """The worker's side has not got the money: the company is told why. Raises DomainError at ``reason``, Conflict."""
    _check_pending(report)
    if not (reason or "").strip():
        raise DomainError(_("请写明理由"), field="reason")
    data = {"report_id": report.event_id, "company_id": report.company_id, "seq": report.seq}
    apply_event(actor, case, Event.PAYMENT_DISPUTED, note=reason, data=data)


def _check_pending(report: Report) -> None:
    if report.status != PENDING:
        raise Conflict(_("这笔付款已经核对过"))


def reports_for(actor: Actor, case: Case) -> list[Report]:
    """The reports an actor may see, newest first: staff all, a company its own, nobody else any."""
    if not (policy.may_see_notes(actor) or policy.is_company(actor)):
        return []
    statement = select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.event.in_(KINDS))
    found = reports_of(db.session.scalars(statement.order_by(CaseEvent.id)).all())
    if policy.may_see_notes(actor):
        return found
    own = policy.own_names(actor, case.id)
    return [one for one in found if one.company_id in own]


def report_for(actor: Actor, case: Case, event_id: int) -> Report:
    """One of them. Raises NotFound."""
    found = next((one for one in reports_for(actor, case) if one.event_id == event_id), None)
    if found is None:
        raise NotFound()
    return found


def reports_of(rows: Iterable[CaseEvent]) -> list[Report]:
    """The reports that a history tells of, newest first. ``rows`` oldest first."""
    results: dict[int, tuple[str, str | None]] = {}
    reported = []
    for row in rows:
        if row.event == Event.PAYMENT_REPORTED.value:
            reported.append(row)
        elif row.event in KINDS and row.data.get("report_id"):
            is_disputed = row.event == Event.PAYMENT_DISPUTED.value
            results[row.data["report_id"]] = (DISPUTED, row.note) if is_disputed else (CONFIRMED, None)
    return [_report(row, *results.get(row.id, (PENDING, None))) for row in reversed(reported)]


def _report(row: CaseEvent, status: str, reason: str | None) -> Report:
    data = row.data
    return Report(
        event_id=row.id,
        instalment_id=data["instalment_id"],
        seq=data["seq"],
        company_id=data["company_id"],
        amount_fen=data["amount_fen"],
        paid_on=date.fromisoformat(data["paid_on"]),
        proof=data.get("proof"),
        file_ids=tuple(data.get("file_ids") or ()),
        status=status,
        reason=reason,
    )
