"""How a case ends without an agreement, and what other bodies make of it (law.md 1.3 step 8b, 1.7, 1.8)."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select

from mediation.cases.lifecycle import Event, Track
from mediation.cases.models import Case, CaseEvent
from mediation.cases.service.events import apply_event
from mediation.cases.service.limitation import check_limitation_day, confirm_limitation
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError


def fail(
    actor: Actor,
    *,
    case: Case,
    reason: str,
    limitation_on: date | None,
    limitation_reason: str | None = None,
    on: date | None = None,
) -> CaseEvent:
    """Mediation failed. ``limitation_on`` is the last day to go to arbitration or court, which the notice must print.

    Naming it confirms it; another than the counted one needs ``limitation_reason``. Raises DomainError at either.
    """
    if limitation_on:
        check_limitation_day(case, limitation_on, limitation_reason)
    given = frozenset({"limitation"}) if limitation_on else frozenset()
    row = apply_event(actor, case, Event.FAILED, on=on, note=reason, given=given)
    if limitation_on:
        confirm_limitation(actor, case=case, on=limitation_on, reason=limitation_reason)
    return _end(case, row, "failed", reason)


def withdraw(actor: Actor, *, case: Case, reason: str, on: date | None = None) -> CaseEvent:
    """The applicant withdraws (PML Art 23)."""
    row = apply_event(actor, case, Event.WITHDRAWN, on=on, note=reason)
    return _end(case, row, "withdrawn", reason)


def terminate(actor: Actor, *, case: Case, reason: str, on: date | None = None) -> CaseEvent:
    """Mediation is ended: a party refuses to go on, stays away, or the matter turns out not mediable."""
    row = apply_event(actor, case, Event.TERMINATED, on=on, note=reason)
    return _end(case, row, "terminated", reason)


def refer(actor: Actor, *, case: Case, referral_type: str, reason: str, on: date | None = None) -> CaseEvent:
    """Hand the case over to another body (law.md 1.8)."""
    given = frozenset({"referral_type"}) if referral_type else frozenset()
    row = apply_event(
        actor, case, Event.REFERRED, on=on, note=reason, given=given, data={"referral_type": referral_type}
    )
    case.referral_type = referral_type
    return _end(case, row, "referred", reason)


def hold_police_mediation(actor: Actor, *, case: Case, result: str, on: date | None = None) -> CaseEvent:
    """A police mediation was held; normally one, a second within seven working days (公安程序规定 Art 183)."""
    held = db.session.scalar(
        select(func.count()).where(CaseEvent.case_id == case.id, CaseEvent.event == Event.POLICE_MEDIATION_HELD.value)
    )
    if held and held >= 2:
        raise DomainError(_("治安调解一般为一次，必要时再调解一次；不能登记第三次"))
    return apply_event(actor, case, Event.POLICE_MEDIATION_HELD, on=on, note=result, data={"round": (held or 0) + 1})


def record_result(actor: Actor, *, case: Case, result: str, on: date | None = None) -> CaseEvent:
    """Close a handed-over or logged case with what the other body decided."""
    row = apply_event(actor, case, Event.RESULT_RECORDED, on=on, note=result)
    case.closed_on = row.happened_on
    return _end(case, row, "handled" if case.outcome != "referred" else "referred", result)


def advise(actor: Actor, *, case: Case, advice: str, on: date | None = None) -> CaseEvent:
    """A consultation ends with advice alone; nothing is docketed."""
    if case.track != Track.CONSULT.value:
        raise DomainError(_("只有咨询可以这样结案"))
    row = apply_event(actor, case, Event.ADVISED, on=on, note=advice)
    case.closed_on = row.happened_on
    return _end(case, row, "advised", advice)


def _end(case: Case, row: CaseEvent, outcome: str, note: str) -> CaseEvent:
    case.outcome, case.outcome_note, case.settled_on = outcome, note[:500], row.happened_on or clock.today()
    case.settled_in_part = False
    db.session.flush()
    return row
