"""Parties, representatives and claims added or corrected after intake: one history row each, the copies rebuilt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cases import policy
from mediation.cases.lifecycle import Event
from mediation.cases.models import Case, CaseCompany, Claim
from mediation.cases.service.events import apply_event, draft_agreement_of
from mediation.cases.service.opening import ClaimIn, PartyIn, add_party, refresh_parties
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError, NotFound
from mediation.parties import queries as party_queries
from mediation.parties import service as parties
from mediation.parties.models import Party, Representative, Side


def enter_party(actor: Actor, *, case: Case, side: Side, person: PartyIn) -> Party:
    """Add a party. Raises as ``parties.add_party`` does, at the party's own fields.

    Not while an agreement is being signed: it would take effect without this party's signature (LDMAL Art 14).
    """
    if side is not Side.THIRD and draft_agreement_of(case) is not None:
        raise DomainError(_("协议正在签署，请先作废重签，再增加当事人"), field="side")
    party = add_party(actor, case, side, person)
    _correct(actor, case, ["party"], party_id=party.id)
    return party


def change_party(actor: Actor, *, case: Case, party_id: int, **changes: Any) -> Party:
    """Correct a party; what is not named stays. Raises NotFound for another case's party."""
    party = party_queries.get_of_case(case.id, party_id)
    parties.change_party(actor, party=party, **changes)
    _correct(actor, case, ["party"], party_id=party.id)
    return party


def enter_representative(
    actor: Actor, *, case: Case, party_id: int, powers: Iterable[str] = (), **details: Any
) -> Representative:
    """Add who acts for a party, with the scope of authority (D07)."""
    party = party_queries.get_of_case(case.id, party_id)
    person = parties.add_representative(actor, party=party, powers=powers, **details)
    _correct(actor, case, ["representative"], party_id=party.id)
    return person


def enter_claim(actor: Actor, *, case: Case, claim: ClaimIn, party_id: int | None = None) -> Claim:
    """Add a claim of one applicant (None: of the first)."""
    people = [one for one in party_queries.for_case(case.id) if one.side == Side.APPLICANT.value]
    if party_id is not None and party_id not in {one.id for one in people}:
        raise NotFound()
    last = db.session.scalar(select(func.max(Claim.seq)).where(Claim.case_id == case.id)) or 0
    row = Claim(
        committee_id=case.committee_id,
        case_id=case.id,
        party_id=party_id or (people[0].id if people else None),
        seq=last + 1,
        **_columns(claim),
    )
    db.session.add(row)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CREATED, subject=("claim", row.id), case_id=case.id)
    _correct(actor, case, ["claim"], claim_id=row.id)
    return row


def change_claim(actor: Actor, *, case: Case, claim_id: int, claim: ClaimIn) -> Claim:
    """Correct a claim. Raises NotFound for another case's claim."""
    row = claim_of(case, claim_id)
    values = _columns(claim)
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        db.session.flush()
        record(actor, AuditEvent.RECORD_CHANGED, subject=("claim", row.id), case_id=case.id, changed=changed)
        _correct(actor, case, ["claim"], claim_id=row.id)
    return row


def claims_of(case: Case) -> Sequence[Claim]:
    """The claims of a case, by applicant and number."""
    statement = select(Claim).where(Claim.case_id == case.id).order_by(Claim.party_id, Claim.seq, Claim.id)
    return db.session.scalars(statement).all()


def claim_of(case: Case, claim_id: int) -> Claim:
    """One claim of a case that was loaded through the actor's scope. Raises NotFound."""
    row = db.session.scalars(select(Claim).where(Claim.id == claim_id, Claim.case_id == case.id)).one_or_none()
    if row is None:
        raise NotFound()
    return row


def _columns(claim: ClaimIn) -> dict[str, Any]:
    return {
        "item": claim.item,
        "amount_fen": claim.amount_fen,
        "amount_text": claim.amount_text,
        "category_code": claim.category_code,
    }


def _correct(actor: Actor, case: Case, changed: list[str], **ids: int) -> None:
    """``companies_told`` names the companies that the case has come to name with this act (queries_company.told_on)."""
    before = _companies(case)
    refresh_parties(case)
    fresh = sorted(_companies(case) - before) if policy.is_told(case) else []
    data: dict[str, Any] = {"changed": changed, **ids}
    apply_event(actor, case, Event.DETAILS_CORRECTED, data=data | ({"companies_told": fresh} if fresh else {}))


def _companies(case: Case) -> set[int]:
    return set(db.session.scalars(select(CaseCompany.company_id).where(CaseCompany.case_id == case.id)))
