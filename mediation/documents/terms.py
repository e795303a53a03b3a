"""The terms of an agreement while they are worked on: read by the check, saved draft by draft, warnings answered.

What blocks must be mended before the paper is issued; what warns needs a recorded reason, which counts for exactly the
text it was given for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.audit.record import change
from mediation.cases.models import Agreement, Case
from mediation.cases.service import draft_agreement_of
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, NotFound
from mediation.documents import casefacts, policy, queries
from mediation.documents.agreement_check import checking
from mediation.documents.agreement_check.finding import BLOCK, WARN, Finding
from mediation.documents.facts import CaseFacts
from mediation.documents.models import FindingWaiver, TermsDraft
from mediation.documents.spec import Finding as Refusal

CODE = "D13"
PATH = "terms"  # of a refusal that is mended on the page of the terms
LONGEST, LONGEST_REASON = 20_000, 300
# Said already by the declaration of the form.
_SAID_BY_THE_FORM = frozenset(
    {"duty_incomplete", "instalments_do_not_add_up", "no_due_date", "shares_do_not_add_up", "no_terms"}
)
# A company is bound by its seal, whoever signs beside it: looked at, but no reason is asked for.
_ADVICE = frozenset({"legal_representative_unknown"})


@dataclass(frozen=True)
class Reviewed:
    """Findings of one code; `waiver` is the reason given for a warning, None while there is none."""

    code: str
    severity: str
    findings: tuple[Finding, ...]
    waiver: FindingWaiver | None

    @property
    def is_open(self) -> bool:
        return self.waiver is None and not self.is_advice

    @property
    def is_advice(self) -> bool:
        return self.code in _ADVICE


def facts_of(case: Case) -> CaseFacts:
    """The facts of the case on the day on which the agreement would be issued."""
    return casefacts.facts_of(case).issued_as("", clock.today())


def with_terms(facts: CaseFacts, text: str) -> CaseFacts:
    """The same facts with other terms, as typed."""
    if facts.agreement is None:
        return facts
    return replace(facts, agreement=replace(facts.agreement, terms=casefacts.terms_of(text)))


def review(case: Case, facts: CaseFacts) -> list[Reviewed]:
    """What the check finds, by code, with the reasons given for this text; what blocks first.

    What is signed cannot be changed any more: in an agreement in effect, what would block needs a reason instead.
    """
    if facts.agreement is None:
        return []
    reasons = _waivers(case, checking.text_digest(facts.agreement))
    is_in_effect = facts.agreement.effective_on is not None
    groups: dict[tuple[str, str], list[Finding]] = {}
    for one in checking.check(facts):
        groups.setdefault((one.code, WARN if is_in_effect else one.severity), []).append(one)
    return [
        Reviewed(code, severity, tuple(found), reasons.get(code) if severity == WARN else None)
        for (code, severity), found in groups.items()
    ]


def refusals(case: Case, facts: CaseFacts) -> Iterator[Refusal]:
    """What of the check stands between the agreement and its paper."""
    for group in review(case, facts):
        if group.is_open and group.code not in _SAID_BY_THE_FORM:
            ask = "" if group.severity == BLOCK else _("（请修改，或者写明理由）")
            yield from (Refusal(one.code, one.message + ask, one.article, PATH) for one in group.findings)


def waive(actor: Actor, *, case: Case, code: str, reason: str) -> FindingWaiver:
    """Record why a warning is accepted for the text as it stands.

    Raises Forbidden, NotFound for what is not found now, Conflict for what blocks, DomainError at ``reason``.
    """
    policy.check_maker(actor)
    facts = facts_of(case)
    found = next((one for one in review(case, facts) if one.code == code), None)
    if found is None or facts.agreement is None:
        raise NotFound()
    if found.severity == BLOCK:
        raise Conflict(_("这一项必须修改，不能以理由代替"))
    reason = reason.strip()
    if not reason:
        raise DomainError(_("请写明理由"), field="reason")
    if len(reason) > LONGEST_REASON:
        raise DomainError(_("最多 %(max)d 个字", max=LONGEST_REASON), field="reason")
    waiver = FindingWaiver(
        committee_id=case.committee_id,
        case_id=case.id,
        agreement_id=_latest(case).id,
        code=code,
        reason=reason,
        digest=checking.text_digest(facts.agreement),
        waived_by=actor.user_id,
    )
    db.session.add(waiver)
    db.session.flush()
    return waiver


def _waivers(case: Case, digest: str) -> dict[str, FindingWaiver]:
    rows = db.session.scalars(
        select(FindingWaiver)
        .where(
            FindingWaiver.committee_id == case.committee_id,
            FindingWaiver.case_id == case.id,
            FindingWaiver.digest == digest,
        )
        .order_by(FindingWaiver.id)
    )
    return {row.code: row for row in rows}


def _latest(case: Case) -> Agreement:
    found = db.session.scalars(
        select(Agreement)
        .where(Agreement.case_id == case.id, Agreement.status != "replaced")
        .order_by((Agreement.status != "effective"), Agreement.id.desc())
    ).first()
    if found is None:
        raise NotFound()
    return found


def why_frozen(case: Case, agreement: Agreement | None) -> str:
    """Why the terms cannot be changed, in words; empty while they can."""
    if agreement is None:
        return _("没有可以修改的协议草稿")
    if any(act.signed_on for act in agreement.signatures):
        return _("已有人签名，不能再改协议内容；请先作废重签")
    if queries.of_form([case.id], CODE):
        return _("协议书已经出具；要修改的，请先作废已出具的协议书")
    return ""


def save(actor: Actor, *, case: Case, text: str, expected: int | None = None) -> TermsDraft:
    """Keep the terms as a new draft; none is overwritten. The same text again is no new draft.

    ``expected`` is the number of the draft that was edited. Raises Forbidden, Conflict when the terms are frozen or
    somebody has saved another draft since, DomainError at ``terms``.
    """
    policy.check_maker(actor)
    agreement = draft_agreement_of(case)
    if agreement is None or (why := why_frozen(case, agreement)):
        raise Conflict(why if agreement else _("没有可以修改的协议草稿"))
    text = text.replace("\r\n", "\n").strip("\u3000 \t\n")
    if not casefacts.terms_of(text):
        raise DomainError(_("请写明协议内容"), field="terms")
    if len(text) > LONGEST:
        raise DomainError(_("最多 %(max)d 个字", max=LONGEST), field="terms")
    kept = drafts(case, agreement)
    last = kept[0] if kept else _keep(actor, case, agreement, agreement.terms, 1)
    if expected is not None and expected != last.seq:
        raise DomainError(_("另一位同事刚刚保存了第%(n)s稿，请核对后再保存", n=last.seq), field="terms")
    if agreement.terms != last.terms:
        last = _keep(actor, case, agreement, agreement.terms, last.seq + 1)
    if text == last.terms:
        return last
    change(actor, agreement, terms=text)
    return _keep(actor, case, agreement, text, last.seq + 1)


def restore(actor: Actor, *, case: Case, seq: int) -> TermsDraft:
    """Take an earlier draft again, as a new one. Raises as :func:`save` does, NotFound for an unknown draft."""
    agreement = draft_agreement_of(case)
    found = next((one for one in drafts(case, agreement) if one.seq == seq), None) if agreement else None
    if found is None:
        raise NotFound()
    return save(actor, case=case, text=found.terms)


def drafts(case: Case, agreement: Agreement) -> Sequence[TermsDraft]:
    """The drafts of an agreement, newest first; empty until it is edited here for the first time."""
    return db.session.scalars(
        select(TermsDraft)
        .where(TermsDraft.committee_id == case.committee_id, TermsDraft.agreement_id == agreement.id)
        .order_by(TermsDraft.seq.desc())
    ).all()


def _keep(actor: Actor, case: Case, agreement: Agreement, text: str, seq: int) -> TermsDraft:
    draft = TermsDraft(
        committee_id=case.committee_id,
        case_id=case.id,
        agreement_id=agreement.id,
        seq=seq,
        terms=text,
        saved_by=actor.user_id,
    )
    db.session.add(draft)
    db.session.flush()
    return draft
