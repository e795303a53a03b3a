"""The company's answer in the same file, claim by claim: accept, offer a sum or other terms, refuse with the reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.cases import policy
from mediation.cases.lifecycle import Event, State
from mediation.cases.lifecycle.states import BEFORE_AGREEMENT
from mediation.cases.models import Answer, Case, Claim
from mediation.cases.service import offers
from mediation.cases.service.companies import note_answer
from mediation.cases.service.entries import claim_of
from mediation.cases.service.events import apply_event, draft_agreement_of
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError, Forbidden, NotFound

KINDS = ("accept", "offer", "refuse")


@dataclass(frozen=True)
class ClaimAnswer:
    """What a company says to one claim; ``claim_id`` None: to the case as a whole. ``amount_fen`` belongs to an offer,
    ``reason`` holds its terms or why it refuses, ``valid_until`` the last day on which an offer can be accepted."""

    claim_id: int | None
    kind: str
    amount_fen: int | None = None
    reason: str | None = None
    valid_until: date | None = None


def own_companies(actor: Actor, case: Case) -> list[int]:
    """The companies of a case that an HR officer answers for, the main respondent first."""
    return policy.own_companies(actor, case.id)


def answer_claims(
    actor: Actor,
    *,
    case: Case,
    answers: Sequence[ClaimAnswer],
    company_id: int | None = None,
    file_ids: Iterable[int] = (),
) -> list[Answer]:
    """Answer several claims at once. An earlier answer to the same claim stays as history, the newest one counts.

    ``company_id`` names the company where the actor answers for several of the case (default: the main one). An offer
    before the agreement is an open :class:`Offer` as well and takes the place of the company's earlier one. Raises
    Forbidden for another company, DomainError at ``kind``, ``amount_fen``, ``reason`` or ``valid_until``, and
    DomainError once the agreement is being signed: from then on the agreement says what holds.
    """
    company = company_of(actor, case, company_id)
    if not answers:
        raise DomainError(_("请至少答复一项请求"), field="kind")
    if any(one.claim_id is not None for one in answers) and is_settled(case):
        raise DomainError(_("协议已经签署，对各项请求的答复不能再改"))
    rows = [_store(actor, case, company, one) for one in answers]
    db.session.flush()
    data = {
        "answer_id": rows[0].id,
        "answer_ids": [one.id for one in rows],
        "company_id": company,
        "answer": rows[0].kind if len(rows) == 1 else "several",
        "file_ids": list(file_ids),
    }
    if len(rows) == 1:
        data["amount_fen"] = rows[0].amount_fen
    note_answer(case, company)
    apply_event(actor, case, Event.ANSWERED, data=data)
    return rows


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
    """Answer one claim, or the case as a whole. Raises as :func:`answer_claims` does."""
    one = ClaimAnswer(claim_id, kind, amount_fen, reason, valid_until)
    return answer_claims(actor, case=case, answers=[one])[0]


def company_of(actor: Actor, case: Case, company_id: int | None = None) -> int:
    """The company of a case the actor speaks for: the named one, else the main one. Raises Forbidden for another's."""
    own = own_companies(actor, case)
    if not own or (company_id is not None and company_id not in own):
        raise Forbidden()
    return company_id or own[0]


def is_settled(case: Case) -> bool:
    """Whether an agreement is in effect or somebody has signed the draft."""
    if State(case.state) not in BEFORE_AGREEMENT:
        return True
    draft = draft_agreement_of(case)
    return draft is not None and any(act.signed_on for act in draft.signatures)


def _store(actor: Actor, case: Case, company_id: int, one: ClaimAnswer) -> Answer:
    check_answer(one, claim_of(case, one.claim_id) if one.claim_id is not None else None)
    row = Answer(
        committee_id=case.committee_id,
        case_id=case.id,
        company_id=company_id,
        claim_id=one.claim_id,
        kind=one.kind,
        amount_fen=one.amount_fen if one.kind == "offer" else None,
        reason=one.reason,
        valid_until=one.valid_until if one.kind == "offer" else None,
        answered_by=actor.user_id,
    )
    db.session.add(row)
    if State(case.state) in BEFORE_AGREEMENT:
        offers.follow_answer(actor, case, row)
    return row


def check_answer(one: ClaimAnswer, claim: Claim | None) -> None:
    """Raises DomainError at ``kind``, ``amount_fen``, ``reason`` or ``valid_until``. An offer to a claim of a sum names
    a sum; to one without, its terms are enough."""
    if one.kind not in KINDS:
        raise DomainError(_("请选择答复"), field="kind")
    needs_sum = claim is None or claim.amount_fen is not None or not one.reason
    if one.kind == "offer" and not one.amount_fen and needs_sum:
        raise DomainError(_("请填写提议的金额"), field="amount_fen")
    if one.kind == "refuse" and not one.reason:
        raise DomainError(_("请写明不同意的理由"), field="reason")
    if one.kind == "offer" and one.valid_until and one.valid_until < clock.today():
        raise DomainError(_("有效期不能早于今天"), field="valid_until")


def answers_for(actor: Actor, case: Case, own: Collection[int] | None = None) -> Sequence[Answer]:
    """The answers an actor may read, oldest first: staff all, HR only its own company's (law.md 7.3).

    ``own``: its companies, where the caller knows them.
    """
    statement = select(Answer).where(Answer.case_id == case.id).order_by(Answer.id)
    if policy.is_company(actor):
        own = own_companies(actor, case) if own is None else own
        statement = statement.where(Answer.company_id.in_(own))
    elif not policy.may_see_notes(actor):
        return []
    return db.session.scalars(statement).all()


def newest(rows: Iterable[Answer]) -> dict[tuple[int, int | None], Answer]:
    """The answer that counts, by (company, claim). ``rows`` oldest first."""
    return {(one.company_id, one.claim_id): one for one in rows}


def hand_in(
    actor: Actor,
    *,
    case: Case,
    file_ids: Sequence[int],
    kind: str,
    company_id: int | None = None,
    note: str | None = None,
) -> None:
    """The company has put files into the case: for the committee and its own tree alone. Raises as :func:`company_of`,
    NotFound without a file."""
    if not file_ids:
        raise NotFound()
    data = {"company_id": company_of(actor, case, company_id), "file_ids": list(file_ids), "papers": kind}
    apply_event(actor, case, Event.PAPERS_HANDED_IN, data=data, note=note)
