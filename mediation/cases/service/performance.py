"""After the agreement: payments, default, the ways to give it force, visits, closing, archiving, re-opening."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.cases import clock as case_clock
from mediation.cases.lifecycle import Event, State
from mediation.cases.models import Case, CaseEvent, EnforcementStep, FollowUp, Instalment, Payment
from mediation.cases.service.events import apply_event, effective_agreement
from mediation.cases.service.facts import facts_of
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError, NotFound


def record_payment(
    actor: Actor,
    *,
    case: Case,
    instalment_id: int,
    amount_fen: int,
    paid_on: date | None = None,
    proof: str | None = None,
    attachment_id: int | None = None,
    report_id: int | None = None,
) -> Payment:
    """Record a payment with its proof. The last one closes the performance; more than is owed is refused.

    ``report_id`` is the event by which the company told of it, where it did.
    """
    paid_on = paid_on or clock.today()
    instalment = instalment_of(case, instalment_id)
    owed = instalment.amount_fen - instalment.paid_fen
    if amount_fen <= 0:
        raise DomainError(_("金额应大于零"), field="amount_fen")
    if amount_fen > owed:
        raise DomainError(_("超过本期未付金额"), field="amount_fen")
    if paid_on > clock.today():
        raise DomainError(_("日期不能晚于今天"), field="paid_on")
    payment = Payment(
        committee_id=case.committee_id,
        case_id=case.id,
        instalment_id=instalment.id,
        paid_on=paid_on,
        amount_fen=amount_fen,
        proof=proof,
        attachment_id=attachment_id,
        recorded_by=actor.user_id,
    )
    db.session.add(payment)
    instalment.paid_fen += amount_fen
    instalment.status = "paid" if instalment.paid_fen == instalment.amount_fen else "part"
    case.paid_fen += amount_fen
    case.performance = "full" if case.paid_fen >= (case.agreed_fen or 0) else "part"
    db.session.flush()
    on = max(paid_on, case.received_on)
    apply_event(
        actor,
        case,
        Event.PAYMENT_RECORDED,
        on=on,
        data={
            "instalment_id": instalment.id,
            "seq": instalment.seq,
            "amount_fen": amount_fen,
            "payment_id": payment.id,
            **({"report_id": report_id} if report_id else {}),
        },
    )
    if facts_of(case).all_paid:
        apply_event(actor, case, Event.PERFORMED, on=on)
    return payment


def confirm_performed(actor: Actor, *, case: Case, on: date | None = None) -> CaseEvent:
    """An agreement without instalments was performed (an apology, papers handed over)."""
    row = apply_event(actor, case, Event.PERFORMED, on=on)
    case.performance = "full"
    db.session.flush()
    return row


def declare_default(actor: Actor, *, case: Case, note: str | None = None, on: date | None = None) -> CaseEvent:
    """An instalment was missed. With an early-maturity clause all that is open falls due."""
    on = on or clock.today()
    agreement = effective_agreement(case)
    for instalment in agreement.instalments if agreement else []:
        overdue = instalment.due_on < on or agreement.early_maturity
        if instalment.status != "paid" and overdue:
            instalment.status = "defaulted"
    case.performance = "part" if case.paid_fen else "none"
    db.session.flush()
    return apply_event(actor, case, Event.DEFAULTED, on=on, note=note)


def seek_force(
    actor: Actor, *, case: Case, route: str, applied_on: date | None = None, body: str | None = None
) -> EnforcementStep:
    """A joint application for arbitration review or judicial confirmation (law.md 1.4), or after default a payment order,
    suit or arbitration, which moves the case on."""
    applied_on = applied_on or clock.today()
    step = EnforcementStep(
        committee_id=case.committee_id,
        case_id=case.id,
        route=route,
        applied_on=applied_on,
        body=body,
        recorded_by=actor.user_id,
    )
    db.session.add(step)
    db.session.flush()
    joint = route in case_clock.ROUTE_RULES
    event = Event.FORCE_SOUGHT if joint else Event.ENFORCEMENT_STARTED
    data = {"route": route, "step_id": step.id}
    apply_event(actor, case, event, on=applied_on, data=data, given=frozenset({"route"} if route else ()))
    return step


def follow_up(
    actor: Actor,
    *,
    case: Case,
    finding: str,
    visited_on: date | None = None,
    manner: str = "phone",
    satisfaction: int | None = None,
) -> FollowUp:
    """Record a return visit; satisfaction from 1 to 5."""
    if satisfaction is not None and not 1 <= satisfaction <= 5:
        raise DomainError(_("满意度应为 1 至 5"), field="satisfaction")
    visit = FollowUp(
        committee_id=case.committee_id,
        case_id=case.id,
        visited_on=visited_on or clock.today(),
        manner=manner,
        finding=finding,
        satisfaction=satisfaction,
        visited_by=actor.user_id,
    )
    db.session.add(visit)
    db.session.flush()
    apply_event(actor, case, Event.FOLLOWED_UP, on=visit.visited_on, data={"follow_up_id": visit.id})
    return visit


def close(actor: Actor, *, case: Case, note: str | None = None, on: date | None = None) -> CaseEvent:
    """Close the case."""
    on = on or clock.today()
    row = apply_event(actor, case, Event.CLOSED, on=on, note=note)
    case.closed_on = on
    db.session.flush()
    return row


def archive(actor: Actor, *, case: Case, note: str | None = None, on: date | None = None) -> CaseEvent:
    """File the case (归档)."""
    on = on or clock.today()
    row = apply_event(actor, case, Event.ARCHIVED, on=on, note=note)
    case.archived_on = on
    db.session.flush()
    return row


def reopen(actor: Actor, *, case: Case, reason: str, on: date | None = None) -> CaseEvent:
    """Open a closed case again: a new spell, the old one stays in the history."""
    row = apply_event(actor, case, Event.REOPENED, on=on, note=reason, data={"closed_on": _iso(case.closed_on)})
    case.closed_on = case.archived_on = None
    if case.state != State.PERFORMING.value:
        case.outcome = case.outcome_note = case.settled_on = None
        case.settled_in_part = False
    case_clock.refresh(case)
    db.session.flush()
    return row


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def instalment_of(case: Case, instalment_id: int) -> Instalment:
    """One instalment of a case that was loaded through the actor's scope. Raises NotFound."""
    row = db.session.scalars(
        select(Instalment).where(Instalment.id == instalment_id, Instalment.case_id == case.id)
    ).one_or_none()
    if row is None:
        raise NotFound()
    return row
