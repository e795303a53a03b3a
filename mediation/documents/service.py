"""Make papers: draft, issue, void, keep what came back signed.

An issued paper is rendered once. Its bytes, their SHA-256 and the sealed facts they were made from are kept; it is
never made again, and what is given out is what was stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date

from flask import Response, current_app
from flask_babel import gettext as _

from mediation.attachments import service as attachments
from mediation.attachments.models import Attachment
from mediation.audit.events import AuditEvent
from mediation.audit.record import change, record
from mediation.cases import queries as case_queries
from mediation.cases import service as cases
from mediation.cases.lifecycle import ENDED, State
from mediation.cases.models import Case
from mediation.committees import numbers
from mediation.committees.models import Committee
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.crypto import DecryptionError
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError
from mediation.core.i18n import phrases
from mediation.documents import offering, policy, queries, record_facts, registry
from mediation.documents.facts import CaseFacts, digest, snapshot
from mediation.documents.models import Document
from mediation.documents.proof import codes
from mediation.documents.proof.claims import claims_of
from mediation.documents.proof.keys import paper_keys
from mediation.documents.spec import Finding, Sheet
from mediation.documents.typeset.otfont import MissingGlyph

# law.md 4.3: one sequence per kind and year, told apart by a word after the committee's letters: 沪快调协〔2026〕第8号.
NUMBER_WORDS = {
    "consent_inquiry": "询",
    "acceptance_notice": "受",
    "refusal_notice": "不受",
    "session_notice": "通",
    "extension": "延",
    "agreement": "协",
    "failure_notice": "告",
    "legal_aid": "援",
    "recommendation": "建",
    "transfer": "移",
}


class NotComplete(DomainError):
    """The paper cannot be issued yet; ``findings`` says why, one by one."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(_("还不能出具：%(why)s", why=phrases(finding.message for finding in findings)))
        self.findings = tuple(findings)


def preview(
    actor: Actor,
    *,
    case: Case,
    code: str,
    subject: str | None = None,
    typed: Mapping[str, str] | None = None,
    entered: Mapping[tuple[str, str], str] | None = None,
) -> bytes:
    """A draft as PDF, marked 草稿, in any stage and with blanks for what is missing. The look is recorded.

    Without ``typed`` it shows what the page of the paper would propose. ``entered`` are missing facts of the record (see
    ``record_facts``), printed but not kept. Raises Forbidden,
    NotFound for an unknown form or subject, DomainError for characters without a font.
    """
    ready = offering.offer(actor, case=case, code=code, subject=subject, typed=typed)
    facts = ready.facts if typed is not None else offering.with_proposals(ready)
    facts = record_facts.overlaid(facts, entered or {})
    try:
        content = registry.render(code, facts, number="", issued_on=None, instance_fonts=offering.fonts(), draft=True)
    except MissingGlyph as error:
        missing = [
            one for one in registry.check(code, facts, instance_fonts=offering.fonts()) if one.code == "missing_glyph"
        ]
        raise NotComplete(missing) from error
    record(actor, AuditEvent.DOCUMENT_MADE, subject=("case_file", case.id), case_id=case.id, code=code)
    return content


def word(actor: Actor, *, case: Case, code: str, subject: str | None = None) -> bytes:
    """A draft as a Word file, for who must edit it outside. The look is recorded. Raises Forbidden, NotFound."""
    ready = offering.offer(actor, case=case, code=code, subject=subject)
    content = registry.word(code, offering.with_proposals(ready))
    record(actor, AuditEvent.DOCUMENT_MADE, subject=("case_file", case.id), case_id=case.id, code=code)
    return content


def issue(
    actor: Actor,
    *,
    case: Case,
    code: str,
    subject: str | None = None,
    typed: Mapping[str, str] | None = None,
    entered: Mapping[tuple[str, str], str] | None = None,
) -> Document:
    """Issue a paper: check, number, render once, store for good.

    ``typed`` is what the form asks for itself, ``entered`` what the record of the case still lacked and now gets (see
    ``record_facts``). The number is taken in this transaction, so that a failure leaves no gap. Raises Forbidden,
    NotFound, NotComplete, Conflict when the paper is issued already (void that one first) or does not fit the case.
    """
    policy.check_maker(actor)
    # Two people at once: the second waits here and then finds the first one's paper.
    case = case_queries.get_for(actor, case.number, lock=True)
    if entered:
        record_facts.enter(actor, case, entered)
    ready = offering.offer(actor, case=case, code=code, subject=subject, typed=typed)
    existing = queries.current(case.id, code, ready.subject.key)
    if existing is not None:
        raise Conflict(_("已经出具（%(number)s）。需要重新出具的，请先作废原件并写明理由", number=existing.number))
    facts = ready.facts
    if not ready.spec.applies(facts):
        raise Conflict(_("案件现在的阶段不能出具《%(title)s》", title=ready.spec.title))
    if ready.findings:
        raise NotComplete(ready.findings)
    issued_on = clock.today()
    number, printed = _take_number(case, code, issued_on)
    frozen = facts.issued_as(printed, issued_on)
    proof = codes.sign(claims_of(frozen, title=registry.title_of(code, facts), number=number), paper_keys().seed)
    content = registry.render(
        code,
        facts,
        number=printed,
        issued_on=issued_on,
        instance_fonts=offering.fonts(),
        proof=proof,
        proof_address=proof_address(),
    )
    return _store(actor, case, code, ready.subject.key, number, frozen, content, proof)


def current_or_issue(
    actor: Actor, *, case: Case, code: str, subject: str | None = None, typed: Mapping[str, str] | None = None
) -> Document:
    """The paper in force, else a new one; raises as :func:`issue` does."""
    ready = offering.offer(actor, case=case, code=code, subject=subject, typed=typed)
    return queries.current(case.id, code, ready.subject.key) or issue(
        actor, case=case, code=code, subject=subject, typed=typed
    )


def _store(
    actor: Actor, case: Case, code: str, subject: str, number: str, facts: CaseFacts, content: bytes, proof: str
) -> Document:
    title = registry.title_of(code, facts)
    attachment = attachments.store(
        actor,
        committee_id=case.committee_id,
        case_id=case.id,
        kind="document",
        form_code=code,
        filename=f"{title} {number}.pdf",
        content=content,
    )
    document = Document(
        committee_id=case.committee_id,
        case_id=case.id,
        code=code,
        title=title,
        subject=subject,
        number=number,
        form_version=registry.get(code).spec.version,
        facts=snapshot(facts),
        facts_digest=digest(facts),
        attachment_id=attachment.id,
        sha256=attachment.sha256,
        status=queries.ISSUED,
        issued_on=facts.issued_on,
        issued_at=clock.now(),
        issued_by=actor.user_id,
        proof=proof,
    )
    db.session.add(document)
    db.session.flush()
    record(
        actor,
        AuditEvent.DOCUMENT_ISSUED,
        subject=("document", document.id),
        case_id=case.id,
        code=code,
        number=number,
        sha256=document.sha256,
    )
    return document


def void(actor: Actor, *, document: Document, reason: str) -> None:
    """Declare a paper void. Number, bytes and reason stay; another can then be issued under a new number.

    Raises Forbidden, Conflict when it is void already or the case is closed, DomainError at ``reason`` without one.
    """
    policy.check_maker(actor)
    _check_open(actor, document)
    if document.status != queries.ISSUED:
        raise Conflict(_("这份文书已经作废"))
    if queries.is_signed_by_act(document):
        raise Conflict(_("协议书已经有人签名：请先在协议页作废重签，再作废这份文书"))
    reason = reason.strip()
    if not reason:
        raise DomainError(_("请写明作废理由"), field="reason")
    document.status, document.void_reason = queries.VOID, reason[:200]
    # What the life cycle counts as issued are the files that carry a form's code.
    attachment = _attachment(document)
    attachment.form_code, attachment.note = None, f"已作废：{reason}"[:200]
    db.session.flush()
    record(
        actor,
        AuditEvent.DOCUMENT_VOIDED,
        subject=("document", document.id),
        case_id=document.case_id,
        code=document.code,
        number=document.number,
    )


def record_service(actor: Actor, *, document: Document, on: date) -> None:
    """Note the day on which the paper reached the parties (送达). Raises DomainError at ``served_on``."""
    policy.check_maker(actor)
    _check_valid(actor, document)
    if not document.issued_on <= on <= clock.today():
        raise DomainError(_("送达日期应在出具之日和今天之间"), field="served_on")
    change(actor, document, served_on=on)


def keep_scan(actor: Actor, *, document: Document, filename: str, content: bytes) -> Attachment:
    """Keep a scan or photo of the signed and sealed original. Raises DomainError at ``file``."""
    policy.check_maker(actor)
    _check_valid(actor, document)
    return attachments.store(
        actor,
        committee_id=document.committee_id,
        case_id=document.case_id,
        kind="signed_scan",
        form_code=document.code,
        filename=filename,
        content=content,
        note=document.number,
    )


def confirm_limitation(actor: Actor, *, case: Case, on: date, reason: str | None = None) -> None:
    """Settle the last day of limitation that a notice prints, as ``cases.confirm_limitation`` does. Raises Forbidden."""
    policy.check_maker(actor)
    cases.confirm_limitation(actor, case=case, on=on, reason=reason)


def read(actor: Actor, document: Document) -> bytes:
    """The stored bytes, checked. The look is recorded. Raises DamagedFile when they are not those that were issued."""
    attachment = _genuine(document)
    content = attachments.read(attachment)
    record(
        actor,
        AuditEvent.FILE_OPENED,
        subject=("attachment", attachment.id),
        case_id=document.case_id,
        sha256=document.sha256,
    )
    return content


def as_response(actor: Actor, document: Document, *, inline: bool) -> Response:
    """The stored paper as an answer to a request, checked and recorded. Raises DamagedFile."""
    return attachments.as_response(actor, _genuine(document), inline=inline)


def verify(document: Document) -> list[str]:
    """What is wrong with a stored paper, in words; an empty list when file and facts are those that were issued."""
    problems = []
    try:
        attachments.read(_genuine(document))
    except attachments.DamagedFile as error:
        problems.append(str(error.message))
    try:
        is_same = hashlib.sha256(document.facts.encode()).hexdigest() == document.facts_digest
    except DecryptionError:
        is_same = False
    return problems if is_same else [*problems, _("所依据的数据与出具时不符")]


def _genuine(document: Document) -> Attachment:
    return attachments.genuine(document.attachment_id, document.sha256)


def _attachment(document: Document) -> Attachment:
    return db.session.get_one(Attachment, document.attachment_id)


def _check_open(actor: Actor, document: Document) -> None:
    case = case_queries.get_by_id_for(actor, document.case_id)
    if State(case.state) in ENDED:
        raise Conflict(_("案件已经结案，请先重新打开"))


def _check_valid(actor: Actor, document: Document) -> None:
    case = case_queries.get_by_id_for(actor, document.case_id)
    if case.state == State.ARCHIVED.value:
        raise Conflict(_("案件已经归档，请先重新打开"))
    if document.status != queries.ISSUED:
        raise Conflict(_("这份文书已经作废"))


def _take_number(case: Case, code: str, on: date) -> tuple[str, str]:
    """(the number it is filed under, the number it prints). Papers of the parties print none and are counted per case."""
    kind = registry.get(code).spec.number_kind
    if kind is None:
        return f"{case.number}-{code}-{queries.count(case.id, code) + 1}", ""
    number = take_number(db.session.get_one(Committee, case.committee_id), code, on)
    return number, number


def take_number(committee: Committee, code: str, on: date) -> str:
    """The next number of a form that has a sequence, taken in this transaction."""
    spec = registry.get(code).spec
    kind = str(spec.number_kind)
    sequence = numbers.take(committee.id, f"document.{kind}", on.year)
    # GB/T 9704: an official letter's number has no 第.
    style = numbers.letter_number if spec.sheet is Sheet.LETTER else numbers.case_number
    return style(f"{committee.document_prefix}{NUMBER_WORDS[kind]}", on.year, sequence)


def proof_address() -> str:
    """What stands before the code: the public page that checks it, where the deployment has said its address.

    The code stands behind a #, so that the page checks it in the reader's browser and no server sees it.
    """
    base = current_app.config.get("BASE_URL")
    return f"{base}/verify#" if base else ""
