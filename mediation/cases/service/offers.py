"""Offers and counter-offers: made, countered, accepted, declined, withdrawn, replaced; expired without any row changing.

What was conceded for a compromise is not used against a side later (law.md 7.1), and what was said in a separate talk
is for those who handle the case alone: it leaves no row in the history that a company can read.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.accounts.languages import in_language
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cases import policy
from mediation.cases.lifecycle import Event, NextActor, State
from mediation.cases.lifecycle.states import BEFORE_AGREEMENT
from mediation.cases.models import Answer, Case, CaseCompany, Claim, Offer
from mediation.cases.service.companies import note_answer
from mediation.cases.service.entries import claim_of
from mediation.cases.service.events import apply_event
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from mediation.core.permissions import P, granted

COMPANY, WORKER = "company", "worker"
OPEN, ACCEPTED, DECLINED, WITHDRAWN, REPLACED, EXPIRED = (
    "open", "accepted", "declined", "withdrawn", "replaced", "expired"
)  # fmt: skip
OUTCOMES = (ACCEPTED, DECLINED, WITHDRAWN)


def make_offer(
    actor: Actor,
    *,
    case: Case,
    side: str,
    claim_id: int | None = None,
    company_id: int | None = None,
    amount_fen: int | None = None,
    terms: str | None = None,
    valid_until: date | None = None,
    is_separate: bool = False,
    replies_to: Offer | None = None,
) -> Offer:
    """Put an offer on the table: ``side`` company or worker, for one claim or (None) for all.

    A company's officer makes the company's own; those who handle the case enter what either side told them, also in a
    separate talk. The side's earlier open offer to the same claim is replaced; the one replied to is thereby declined.
    Raises Forbidden for another company or side, DomainError at ``amount_fen``, ``valid_until``, ``company_id`` or
    ``claim_id``, Conflict when the one replied to no longer stands.
    """
    company_id = _company(actor, case, side, company_id, is_separate)
    if not amount_fen and not (terms or "").strip():
        raise DomainError(_("请填写金额，或者写明方案内容"), field="amount_fen")
    if valid_until and valid_until < clock.today():
        raise DomainError(_("有效期不能早于今天"), field="valid_until")
    claim = claim_of(case, claim_id) if claim_id is not None else None
    offer = Offer(
        committee_id=case.committee_id,
        case_id=case.id,
        claim_id=claim_id,
        side=side,
        company_id=company_id,
        party_id=claim.party_id if claim and side == WORKER else None,
        amount_fen=amount_fen,
        terms=(terms or "").strip() or None,
        valid_until=valid_until,
        is_separate=is_separate,
        replies_to_id=_countered(actor, replies_to, side),
        made_on=clock.today(),
        made_by=actor.user_id,
    )
    _replace_earlier(actor, case, offer)
    db.session.add(offer)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CREATED, subject=("offer", offer.id), case_id=case.id)
    if not is_separate:
        if side == COMPANY:
            note_answer(case, company_id)
        apply_event(actor, case, Event.OFFER_MADE, data=_told(offer))
        case.waiting_for = (NextActor.RESPONDENT if side == WORKER else NextActor.STAFF).value
    elif State(case.state) not in BEFORE_AGREEMENT:
        raise Conflict(_("案件现在的阶段不再登记方案"))
    return offer


def settle_offer(actor: Actor, *, case: Case, offer: Offer, outcome: str, reason: str | None = None) -> Offer:
    """Accept, decline or withdraw an open offer (``outcome`` accepted, declined, withdrawn).

    The other side accepts or declines, the side that made it withdraws; those who handle the case enter either. Raises
    Forbidden for the wrong side, Conflict when it is settled already or may no longer be accepted.
    """
    if outcome not in OUTCOMES:
        raise DomainError(_("请选择答复"), field="outcome")
    if policy.is_company(actor) and (offer.side == COMPANY) != (outcome == WITHDRAWN):
        raise Forbidden()
    if offer.status != OPEN:
        raise Conflict(_("这个方案已经有结果"))
    if outcome == ACCEPTED and is_expired(offer, clock.today()):
        raise Conflict(_("这个方案已过有效期，不能再接受；可以请对方重新提出"))
    _settle(actor, offer, outcome, reason)
    if offer.side == WORKER and outcome != WITHDRAWN and not offer.is_separate:
        note_answer(case, offer.company_id or case.main_company_id)
    if outcome == ACCEPTED:
        for other in _others(case, offer):
            _settle(actor, other, REPLACED, None)
    if not offer.is_separate:
        apply_event(actor, case, Event.OFFER_SETTLED, note=reason, data={**_told(offer), "outcome": outcome})
        case.waiting_for = NextActor.STAFF.value
    db.session.flush()
    return offer


def follow_answer(actor: Actor, case: Case, answer: Answer) -> None:
    """What a company answers to a claim settles its own open offer to it; an offer among the answers is a new one."""
    if answer.kind != "offer":
        for old in _open_of(case, answer.claim_id, COMPANY, answer.company_id, is_separate=False):
            _settle(actor, old, WITHDRAWN, _changed_to(answer.kind))
        return
    offer = Offer(
        committee_id=case.committee_id,
        case_id=case.id,
        claim_id=answer.claim_id,
        side=COMPANY,
        company_id=answer.company_id,
        amount_fen=answer.amount_fen,
        terms=answer.reason,
        valid_until=answer.valid_until,
        made_on=clock.today(),
        made_by=actor.user_id,
    )
    _replace_earlier(actor, case, offer)
    for theirs in _open_of(case, answer.claim_id, WORKER, answer.company_id, is_separate=False):
        offer.replies_to_id = theirs.id
        _settle(actor, theirs, DECLINED, _overtaken())
    db.session.add(offer)
    db.session.flush()


# Kept with the offer and read by both sides: in Chinese, whatever language the page was in.


def _changed_to(kind: str) -> str:
    with in_language(None):
        return _("改为“%(answer)s”", answer=_("同意") if kind == "accept" else _("不同意"))


def _overtaken() -> str:
    with in_language(None):
        return _("对方提出了新的方案")


def offers_for(actor: Actor, case: Case, own: Collection[int] | None = None) -> Sequence[Offer]:
    """The offers an actor may read, oldest first: staff all; a company those between the worker and itself, never what
    was said in a separate talk; nobody else any. ``own``: its companies, where the caller knows them."""
    statement = select(Offer).where(Offer.case_id == case.id).order_by(Offer.id)
    if policy.is_company(actor):
        own = policy.own_companies(actor, case.id) if own is None else own
        statement = statement.where(Offer.company_id.in_(own), Offer.is_separate.is_(False))
    elif not policy.may_see_notes(actor):
        return []
    return db.session.scalars(statement).all()


def offer_for(actor: Actor, case: Case, offer_id: int) -> Offer:
    """One of them. Raises NotFound."""
    found = next((one for one in offers_for(actor, case) if one.id == offer_id), None)
    if found is None:
        raise NotFound()
    return found


def is_expired(offer: Offer, on: date) -> bool:
    """Whether its last day has passed."""
    return offer.status == OPEN and offer.valid_until is not None and offer.valid_until < on


def status_of(offer: Offer, on: date) -> str:
    """The status as it stands on a day: an open one whose last day has passed is expired."""
    return EXPIRED if is_expired(offer, on) else offer.status


def accepted_terms(case: Case) -> list[tuple[Claim | None, int | None, str | None]]:
    """What the sides have agreed on so far, for the agreement: (claim or None for all, fen, terms), by claim.

    An accepted offer, else a claim that a company has accepted as it stands. An offer that settles the case as a whole
    leaves nothing of the single claims.
    """
    done = select(Offer).where(Offer.case_id == case.id, Offer.status == ACCEPTED).order_by(Offer.id)
    by_claim = {one.claim_id: one for one in db.session.scalars(done)}
    if None in by_claim:
        return [(None, by_claim[None].amount_fen, by_claim[None].terms)]
    answered = select(Answer).where(Answer.case_id == case.id).order_by(Answer.id)
    said: dict[int | None, set[str]] = {}
    for (_company, claim_id), kind in {
        (one.company_id, one.claim_id): one.kind for one in db.session.scalars(answered)
    }.items():
        said.setdefault(claim_id, set()).add(kind)
    found: list[tuple[Claim | None, int | None, str | None]] = []
    claims = select(Claim).where(Claim.case_id == case.id).order_by(Claim.party_id, Claim.seq, Claim.id)
    for claim in db.session.scalars(claims):
        if claim.id in by_claim:
            found.append((claim, by_claim[claim.id].amount_fen, by_claim[claim.id].terms))
        elif "accept" in said.get(claim.id, ()) or "accept" in said.get(None, ()):
            found.append((claim, claim.amount_fen, None))
    return found


def _company(actor: Actor, case: Case, side: str, company_id: int | None, is_separate: bool) -> int | None:
    """The company that makes the offer or is to answer it."""
    if side not in (COMPANY, WORKER):
        raise DomainError(_("请选择哪一方"), field="side")
    if policy.is_company(actor):
        own = policy.own_companies(actor, case.id)
        if side != COMPANY or is_separate or not own or (company_id is not None and company_id not in own):
            raise Forbidden()
        return company_id or own[0]
    if not granted(actor, P.CASE_HANDLE):
        raise Forbidden()
    named = list(
        db.session.scalars(
            select(CaseCompany.company_id)
            .where(CaseCompany.case_id == case.id)
            .order_by(CaseCompany.is_main.desc(), CaseCompany.company_id)
        )
    )
    if company_id is not None and company_id not in named:
        raise DomainError(_("请选择本案的公司"), field="company_id")
    return company_id or (named[0] if named else None)


def _countered(actor: Actor, replies_to: Offer | None, side: str) -> int | None:
    """A counter-offer declines what it replies to, so that never two answers to one question stand open."""
    if replies_to is None:
        return None
    if replies_to.side == side:
        raise Forbidden()
    if replies_to.status != OPEN:
        raise Conflict(_("这个方案已经有结果"))
    _settle(actor, replies_to, DECLINED, _overtaken())
    return replies_to.id


def _replace_earlier(actor: Actor, case: Case, offer: Offer) -> None:
    for old in _open_of(case, offer.claim_id, offer.side, offer.company_id, is_separate=bool(offer.is_separate)):
        _settle(actor, old, REPLACED, None)


def _open_of(case: Case, claim_id: int | None, side: str, company_id: int | None, *, is_separate: bool) -> list[Offer]:
    statement = select(Offer).where(
        Offer.case_id == case.id,
        Offer.status == OPEN,
        Offer.side == side,
        Offer.company_id == company_id,
        Offer.is_separate.is_(is_separate),
        Offer.claim_id.is_(None) if claim_id is None else Offer.claim_id == claim_id,
    )
    return list(db.session.scalars(statement))


def _others(case: Case, offer: Offer) -> list[Offer]:
    """The other open offers between the same two sides to the same claim."""
    sides = (COMPANY, WORKER)
    found = [
        one
        for side in sides
        for is_separate in (False, True)
        for one in _open_of(case, offer.claim_id, side, offer.company_id, is_separate=is_separate)
    ]
    return [one for one in found if one.id != offer.id]


def _settle(actor: Actor, offer: Offer, status: str, reason: str | None) -> None:
    offer.status, offer.reason = status, (str(reason).strip()[:500] or None) if reason else None
    offer.settled_on, offer.settled_by = clock.today(), actor.user_id
    db.session.flush()
    record(actor, AuditEvent.RECORD_CHANGED, subject=("offer", offer.id), case_id=offer.case_id, changed=["status"])


def _told(offer: Offer) -> dict[str, object]:
    return {
        "offer_id": offer.id,
        "side": offer.side,
        "company_id": offer.company_id,
        "claim_id": offer.claim_id,
        "amount_fen": offer.amount_fen,
    }
