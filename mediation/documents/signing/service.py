"""Sign an issued paper, on the screen or on paper. Under an agreement, signing is the act from which its effect follows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.attachments import service as attachments
from mediation.attachments.models import Attachment
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cases import service as cases
from mediation.cases.lifecycle import ENDED, State
from mediation.cases.models import Case, Signature
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, Forbidden
from mediation.documents import casefacts, policy, queries, registry, shares
from mediation.documents import service as documents
from mediation.documents.models import Document, PaperSignature
from mediation.documents.signing import copies, strokes
from mediation.documents.signing.signers import OTHER, Place, Signer, places

AGREEMENT = "D13"
SCREEN, PAPER = "screen", "paper"
# How a person at the screen may have been identified; somebody in their own account was by logging in.
IDENTIFIED = frozenset({"id_card", "known", "video"})
OWN_ACCOUNT = "account"
_MOST_NAME = 60


@dataclass(frozen=True)
class Line:
    """A place of a paper with its signature, if it is signed, and the act of the agreement that it stands for."""

    place: Place
    signature: PaperSignature | None
    act: Signature | None

    @property
    def is_open(self) -> bool:
        """Whether nobody has signed here, on the screen, on paper or by an act that was recorded."""
        return self.signature is None and (self.act is None or self.act.signed_on is None)


def lines(case: Case, document: Document) -> list[Line]:
    """The places of a paper in order."""
    signed = {one.capacity: one for one in signatures_of(document)}
    acts = _acts(case, document)
    return [
        Line(place, signed.get(place.key), acts.get(_act_key(place)))
        for place in places(registry.get(document.code).spec, document.subject, document.facts)
    ]


def signatures_of(document: Document) -> Sequence[PaperSignature]:
    """The signatures under a paper in the order in which they were recorded."""
    statement = select(PaperSignature).where(PaperSignature.document_id == document.id)
    return db.session.scalars(statement.order_by(PaperSignature.id)).all()


def lines_for(actor: Actor, case: Case, document: Document) -> list[Line]:
    """The places at which an actor may let sign: all for those who make papers; of the agreement, those of the own
    company for its account, where the committee has allowed it. Raises Forbidden when there is none.
    """
    found = lines(case, document)
    if not policy.may_make(actor):
        own = policy.own_parties(actor, document) if document.code == AGREEMENT else frozenset()
        found = [one for one in found if one.place.party_id in own]
        if not found:
            raise Forbidden()
    return found


def may_sign(actor: Actor, case: Case, document: Document) -> bool:
    """Whether the actor may let sign now. Asked by the page of every paper, so nothing sealed is opened for it."""
    if document.status != queries.ISSUED or State(case.state) in ENDED:
        return False
    if policy.may_make(actor):
        return bool(registry.get(document.code).spec.signed_by)
    return document.code == AGREEMENT and bool(policy.own_parties(actor, document))


def sign_on_screen(
    actor: Actor, *, case: Case, document: Document, chosen: str, name: str, identified_by: str, drawn: str
) -> PaperSignature:
    """Record what somebody drew on the screen under a paper of a case that is locked.

    ``chosen`` is ``place/signer`` (see :func:`choices`), ``name`` typed where the place knows none, ``drawn`` the
    strokes as JSON. Raises Forbidden, Conflict (void, closed, another text), DomainError at the field.
    """
    line, signer = _chosen(lines_for(actor, case, document), chosen)
    _check(case, document)
    if not line.is_open:
        raise DomainError(_("这里已经签过名"), field="chosen")
    is_own = not policy.may_make(actor)
    if is_own:
        identified_by = OWN_ACCOUNT
    elif identified_by not in IDENTIFIED:
        raise DomainError(_("请选择怎样核对了签名人的身份"), field="identified_by")
    signer = _named(signer, name)
    try:
        marks = strokes.parse(drawn)
    except strokes.NotDrawn as error:
        raise DomainError(_("请在框内手写签名"), field="drawn") from error
    kept = attachments.store(
        actor,
        committee_id=document.committee_id,
        case_id=document.case_id,
        kind="signature",
        filename=f"{signer.name}.png",
        content=strokes.as_png(marks),
        note=document.number,
    )
    row = _store(actor, document, line.place, signer, SCREEN, kept, strokes.canonical(marks), clock.now())
    row.identified_by = identified_by
    _record_act(actor, case, document, line, signer, clock.today(), is_own=is_own)
    copies.keep_when_complete(actor, document, [(one.place, one.signature) for one in lines(case, document)])
    return row


def sign_on_paper(
    actor: Actor,
    *,
    case: Case,
    document: Document,
    keys: Collection[str],
    on: date,
    filename: str,
    content: bytes,
) -> Sequence[PaperSignature]:
    """Keep a scan or photo of the signed original and record whose signatures it shows, ``keys`` of places.

    An act of the agreement that was recorded already keeps its day, which must be ``on``. Raises Forbidden, Conflict,
    DomainError at the field.
    """
    if not policy.may_make(actor):
        raise Forbidden()
    _check(case, document)
    shown = [one for one in lines(case, document) if one.place.key in keys]
    if not shown or len(shown) != len(set(keys)):
        raise DomainError(_("请勾选这份签署件上已经签名的人"), field="keys")
    if any(one.signature is not None for one in shown):
        raise DomainError(_("所选的人里有人已经签过名"), field="keys")
    if not document.issued_on <= on <= clock.today():
        raise DomainError(_("签名日期应在出具之日和今天之间"), field="signed_on")
    if other := next((one.act for one in shown if one.act and one.act.signed_on not in (None, on)), None):
        raise DomainError(_("%(name)s的签名已登记为另一日期，请核对", name=other.name), field="signed_on")
    scan = documents.keep_scan(actor, document=document, filename=filename, content=content)
    at = clock.now() if on == clock.today() else datetime.combine(on, time(12), clock.SHANGHAI)
    result = []
    for line in shown:
        signer = Signer(OTHER, line.place.holder or _("见签署件"))
        result.append(_store(actor, document, line.place, signer, PAPER, scan, scan.sha256, at))
        _record_act(actor, case, document, line, signer, on, is_own=False)
    copies.keep_when_complete(actor, document, [(one.place, one.signature) for one in lines(case, document)])
    return result


def verify(document: Document, signature: PaperSignature) -> bool:
    """Whether a signature is still the one that was given: its digest, computed again from what is kept.

    Raises attachments.DamagedFile when the picture or the scan is not what was stored.
    """
    kept = db.session.get_one(Attachment, signature.attachment_id)
    content = attachments.read(kept)
    try:
        mark = strokes.canonical(strokes.from_png(content)) if signature.way == SCREEN else kept.sha256
    except strokes.NotDrawn:
        return False
    return strokes.digest(document.facts_digest, _signed_as(signature.capacity, signature.name), mark) == (
        signature.digest
    )


def _chosen(known: list[Line], chosen: str) -> tuple[Line, Signer]:
    key, _slash, who = chosen.partition("/")
    for line in known:
        for signer in line.place.signers:
            if (line.place.key, signer.key) == (key, who):
                return line, signer
    raise DomainError(_("请选择签名人"), field="chosen")


def _named(signer: Signer, name: str) -> Signer:
    if signer.name:
        return signer
    name = " ".join(name.split())
    if not name or len(name) > _MOST_NAME:
        raise DomainError(_("请填写签名人的姓名（最多 60 个字）"), field="name")
    return replace(signer, name=name)


def _check(case: Case, document: Document) -> None:
    if document.status != queries.ISSUED:
        raise Conflict(_("这份文书已经作废"))
    if State(case.state) in ENDED:
        raise Conflict(_("案件已经结案，请先重新打开"))
    if document.code == AGREEMENT and not _is_text_in_force(case, document):
        raise Conflict(_("协议内容在出具后改动过，请先作废这份协议书，重新出具后再签名"))


def _is_text_in_force(case: Case, document: Document) -> bool:
    """Whether the agreement that is being signed, or in effect, says what the paper says."""
    facts = casefacts.facts_of(case)
    now = shares.own(facts, document.subject).agreement if document.subject else facts.agreement
    return now is not None and copies.terms_of(document) == copies.terms(now)


def _acts(case: Case, document: Document) -> dict[tuple[str, int | None], Signature]:
    """The acts that the agreement of the case needs, by what they belong to; none for other papers."""
    if document.code != AGREEMENT:
        return {}
    found = cases.draft_agreement_of(case) or cases.effective_agreement(case)
    return {(one.actor_kind, one.party_id): one for one in found.signatures} if found else {}


def _act_key(place: Place) -> tuple[str, int | None]:
    return ("party", place.party_id) if place.party_id is not None else (place.key.removesuffix(":1"), None)


def _record_act(
    actor: Actor, case: Case, document: Document, line: Line, signer: Signer, on: date, *, is_own: bool
) -> None:
    """The act of the agreement that the signature just stored is; the last of all makes it effective.

    Of a collective case each applicant has a paper: who signs all of them has done the act with the last one, on the
    latest of their days (docs/decisions/0014).
    """
    act = line.act
    if act is None:
        return
    papers, wanted = [document], {document.subject}
    if document.subject and str(act.party_id or "") != document.subject:
        papers = list(queries.of_form([case.id], AGREEMENT))
        wanted = {one.key for one in casefacts.facts_of(case).applicants}
    rows = _at_place([one.id for one in papers], line.place.key)
    if act.signed_on is None:
        if len(rows) < len(papers) or not {one.subject for one in papers} >= wanted:
            return
        on = max([on, *(one.signed_at.astimezone(clock.SHANGHAI).date() for one in rows)])
        signed_by = None if signer.name in (act.name, line.place.holder) else signer.name
        cases.sign(actor, case=case, signature_id=act.id, on=on, signed_by=signed_by, is_own=is_own)
    for row in rows:
        row.signature_id = act.id
    db.session.flush()


def _at_place(documents: list[int], key: str) -> Sequence[PaperSignature]:
    statement = select(PaperSignature).where(PaperSignature.document_id.in_(documents), PaperSignature.capacity == key)
    return db.session.scalars(statement).all()


def _signed_as(key: str, name: str) -> str:
    return f"{key} {name}"


def _store(
    actor: Actor,
    document: Document,
    place: Place,
    signer: Signer,
    way: str,
    kept: Attachment,
    mark: str,
    at: datetime,
) -> PaperSignature:
    row = PaperSignature(
        committee_id=document.committee_id,
        case_id=document.case_id,
        document_id=document.id,
        party_id=place.party_id,
        name=signer.name,
        capacity=place.key,
        way=way,
        attachment_id=kept.id,
        digest=strokes.digest(document.facts_digest, _signed_as(place.key, signer.name), mark),
        signed_at=at,
        recorded_by=actor.user_id,
    )
    db.session.add(row)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CREATED, subject=("paper_signature", row.id), case_id=document.case_id)
    return row
