"""The agreement: draft, signatures, seal, effect (LDMAL Art 14; Order 17 Art 26; PML Art 28–30)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.accounts.languages import in_language
from mediation.accounts.models import User
from mediation.cases import notices
from mediation.cases.lifecycle import Event, State, Track, rows_for
from mediation.cases.models import Agreement, Case, Instalment, Signature
from mediation.cases.service.events import apply_event, draft_agreement_of, effective_agreement, write_event
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, NotFound
from mediation.parties import queries as party_queries
from mediation.parties.models import Side

LONGEST_LEFT_OPEN = 500


@dataclass(frozen=True)
class InstalmentIn:
    """One due payment as typed: day, integer fen, who owes it to whom, how it is paid."""

    due_on: date
    amount_fen: int
    debtor_party_id: int | None = None
    creditor_party_id: int | None = None
    manner: str | None = None


@dataclass(frozen=True)
class AgreementIn:
    """The terms. ``instalments`` must add up to ``total_fen``.

    ``is_partial``: they settle a part of the requests; ``left_open`` says in words which are not settled.
    """

    facts: str
    terms: str
    total_fen: int
    instalments: tuple[InstalmentIn, ...] = ()
    payment_method: str | None = None
    early_maturity: bool = True
    confirms_relationship: bool = False
    is_partial: bool = False
    left_open: str | None = None


def draft(actor: Actor, *, case: Case, terms: AgreementIn) -> Agreement:
    """Draft the written agreement with the signatures it will need; a new draft replaces the one before."""
    _check_terms(case, terms)
    old = draft_agreement_of(case)
    if old is not None:
        if any(act.signed_on for act in old.signatures):
            raise DomainError(_("已有人签名，不能再改协议内容；请先作废重签"))
        old.status = "replaced"
    agreement = _store(case, terms, "written")
    _store_acts(case, agreement)
    apply_event(actor, case, Event.AGREEMENT_DRAFTED, data=_told(agreement))
    return agreement


def replace_draft(actor: Actor, *, case: Case, reason: str) -> None:
    """Give up a draft that somebody has signed already; the row stays, with the reason in the history."""
    old = draft_agreement_of(case)
    if old is None:
        raise DomainError(_("还没有协议"))
    old.status = "replaced"
    apply_event(actor, case, Event.AGREEMENT_DRAFTED, note=reason, data={"agreement_id": old.id, "replaced": True})


def reach_oral(actor: Actor, *, case: Case, terms: AgreementIn, on: date | None = None) -> Agreement:
    """An oral agreement, effective when reached; only people's mediation knows it (PML Art 28, 30)."""
    if case.track != Track.PEOPLES.value:
        raise DomainError(_("劳动争议的调解协议应当采用书面形式（《劳动争议调解仲裁法》第14条）"))
    _check_terms(case, terms)
    on = on or clock.today()
    agreement = _store(case, terms, "oral")
    agreement.status, agreement.effective_on = "effective", on
    _copy_effect(case, agreement, on)
    apply_event(actor, case, Event.ORAL_AGREEMENT_REACHED, on=on, data=_told(agreement))
    return agreement


def sign(
    actor: Actor,
    *,
    case: Case,
    signature_id: int,
    on: date | None = None,
    manner: str = "signature",
    signed_by: str | None = None,
    is_own: bool = False,
) -> Signature:
    """Record one signature or the committee's seal. The last required act makes the agreement effective on its day.

    ``is_own``: the company's account signs for its own party; the caller has checked that it may.
    """
    on = on or clock.today()
    agreement = draft_agreement_of(case)
    act = next((one for one in agreement.signatures if one.id == signature_id), None) if agreement else None
    if agreement is None or act is None:
        raise NotFound()
    if act.signed_on is not None:
        raise DomainError(_("这一签名已经登记"))
    if act.actor_kind == "seal" and case.is_collective and _is_signing(agreement):
        raise DomainError(_("集体争议的各份协议应当同日生效：请等全部签名登记后再盖章"), field="on")
    act.signed_on, act.manner, act.signed_by, act.recorded_by = on, manner, signed_by, actor.user_id
    event = Event.SEALED if act.actor_kind == "seal" else Event.SIGNATURE_RECORDED
    data = {"agreement_id": agreement.id, "signature_id": act.id}
    if is_own:
        _write_own(actor, case, event, on=on, data=data)
    else:
        apply_event(actor, case, event, on=on, data=data)
    db.session.flush()
    missing = [one for one in agreement.signatures if one.is_required and one.signed_on is None]
    if not missing:
        _take_effect(actor, case, agreement)
    elif all(one.actor_kind == "seal" for one in missing):
        notices.ask_for_seal(case, agreement.id)
    return act


def _is_signing(agreement: Agreement) -> bool:
    """Whether somebody whose signature is required has not signed. docs/decisions/0014: the seal comes last."""
    return any(one.is_required and one.signed_on is None and one.actor_kind != "seal" for one in agreement.signatures)


def _write_own(actor: Actor, case: Case, event: Event, *, on: date, data: dict[str, int]) -> None:
    """A party's own act needs none of the permissions of those who handle the case, but the same state."""
    transitions = rows_for(event, State(case.state), Track(case.track))
    if event is not Event.SIGNATURE_RECORDED or not transitions:
        raise Conflict(_("案件现在的阶段不能签名"))
    write_event(actor, case, transitions[0], on=on, note=None, data=data)


def _take_effect(actor: Actor, case: Case, agreement: Agreement) -> None:
    """law.md 9, trap 3: the agreement takes effect with the last signature or seal, not on the date it prints."""
    on = max(act.signed_on for act in agreement.signatures if act.is_required and act.signed_on)
    agreement.status, agreement.effective_on = "effective", on
    _copy_effect(case, agreement, on)
    # Whoever recorded the last act sets the effect in motion, whatever their own permissions: it follows from the act.
    transition = rows_for(Event.AGREEMENT_EFFECTIVE, State(case.state), Track(case.track))[0]
    write_event(actor, case, transition, on=on, note=None, data=_told(agreement))


def _told(agreement: Agreement) -> dict[str, Any]:
    """What the history says of an agreement."""
    part = {"in_part": True} if agreement.is_partial else {}
    return {"agreement_id": agreement.id, "total_fen": agreement.total_fen, **part}


def _copy_effect(case: Case, agreement: Agreement, on: date) -> None:
    case.effective_on = case.settled_on = on
    case.outcome = "agreed"
    case.agreed_fen = agreement.total_fen
    case.settled_in_part = agreement.is_partial


def _check_terms(case: Case, terms: AgreementIn) -> None:
    if terms.total_fen < 0:
        raise DomainError(_("金额不能为负"), field="total_fen")
    if terms.instalments and sum(one.amount_fen for one in terms.instalments) != terms.total_fen:
        raise DomainError(_("各期金额之和与协议总额不一致"), field="instalments")
    if terms.total_fen and not terms.instalments:
        raise DomainError(_("请写明每一期的金额、日期和支付方式"), field="instalments")
    if terms.instalments and not (terms.payment_method or all(one.manner for one in terms.instalments)):
        raise DomainError(_("请写明支付方式（如转账至本人账户）"), field="payment_method")
    if any(one.amount_fen <= 0 for one in terms.instalments):
        raise DomainError(_("每一期的金额应大于零"), field="instalments")
    _check_extent(terms)
    if effective_agreement(case) is not None:
        raise DomainError(_("已有生效的协议"))


def _check_extent(terms: AgreementIn) -> None:
    words = (terms.left_open or "").strip()
    if terms.is_partial and not words:
        raise DomainError(_("请写明哪些请求没有达成一致"), field="left_open")
    if words and not terms.is_partial:
        raise DomainError(_("协议处理全部请求的，这里应当留空；还有没有解决的，请选择“部分请求”"), field="left_open")
    if len(words) > LONGEST_LEFT_OPEN:
        raise DomainError(_("最多 %(max)d 个字", max=LONGEST_LEFT_OPEN), field="left_open")


def _store(case: Case, terms: AgreementIn, form: str) -> Agreement:
    agreement = Agreement(
        committee_id=case.committee_id,
        case_id=case.id,
        form=form,
        facts=terms.facts,
        terms=terms.terms,
        total_fen=terms.total_fen,
        payment_method=terms.payment_method,
        early_maturity=terms.early_maturity,
        confirms_relationship=terms.confirms_relationship,
        is_partial=terms.is_partial,
        left_open=(terms.left_open or "").strip() or None,
    )
    db.session.add(agreement)
    db.session.flush()
    people = party_queries.for_case(case.id)
    creditor = next((one.id for one in people if one.side == Side.APPLICANT.value), None)
    debtor = next((one.id for one in people if one.side == Side.RESPONDENT.value), None)
    for seq, one in enumerate(sorted(terms.instalments, key=lambda item: item.due_on), start=1):
        db.session.add(
            Instalment(
                committee_id=case.committee_id,
                case_id=case.id,
                agreement_id=agreement.id,
                seq=seq,
                due_on=one.due_on,
                amount_fen=one.amount_fen,
                debtor_party_id=one.debtor_party_id or debtor,
                creditor_party_id=one.creditor_party_id or creditor,
                manner=one.manner or terms.payment_method,
            )
        )
    db.session.flush()
    db.session.refresh(agreement)
    return agreement


def _store_acts(case: Case, agreement: Agreement) -> None:
    """Every party, the mediator and the committee's seal are required; the recorder signs as well where there is one."""
    acts: list[tuple[str, int | None, str]] = [
        ("party", party.id, party.name)
        for party in party_queries.for_case(case.id)
        if party.side in (Side.APPLICANT.value, Side.RESPONDENT.value)
    ]
    mediator = db.session.scalar(select(User.name).where(User.id == case.mediator_id))
    acts.append(("mediator", None, mediator or "—"))
    with in_language(None):  # the agreement is a Chinese paper, whatever its drafter reads
        acts.append(("seal", None, _("调解委员会印章")))
    for kind, party_id, name in acts:
        db.session.add(
            Signature(
                committee_id=case.committee_id,
                agreement_id=agreement.id,
                case_id=case.id,
                actor_kind=kind,
                party_id=party_id,
                name=name,
            )
        )
    db.session.flush()
    db.session.refresh(agreement)


def agreements_of(case: Case) -> Sequence[Agreement]:
    """All agreements of a case, newest first."""
    return db.session.scalars(select(Agreement).where(Agreement.case_id == case.id).order_by(Agreement.id.desc())).all()
