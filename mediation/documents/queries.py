"""The only SELECTs on issued papers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import func, select

from mediation.attachments.models import Attachment
from mediation.cases.models import Agreement, Case, Signature
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import NotFound
from mediation.documents.models import Document, PaperSignature
from mediation.documents.policy import visible_to

ISSUED, VOID = "issued", "void"


def of_case_for(actor: Actor, case: Case) -> Sequence[Document]:
    """The papers of a case that the actor may read, newest first, void ones included for those who make papers."""
    return db.session.scalars(
        select(Document).where(Document.case_id == case.id, visible_to(actor)).order_by(Document.id.desc())
    ).all()


def get_for(actor: Actor, case: Case, document_id: int) -> Document:
    """One paper of a case. Raises NotFound."""
    found = db.session.scalar(
        select(Document).where(Document.id == document_id, Document.case_id == case.id, visible_to(actor))
    )
    if found is None:
        raise NotFound()
    return found


def list_for(actor: Actor, case: Case | None = None) -> Iterator[tuple[Document, str]]:
    """(paper, register number of its case) of all cases or of one, oldest first, streamed."""
    statement = select(Document).join(Case, Case.id == Document.case_id).add_columns(Case.number)
    if case is not None:
        statement = statement.where(Document.case_id == case.id)
    rows = db.session.execute(statement.where(visible_to(actor)).order_by(Document.id).execution_options(yield_per=200))
    yield from map(tuple, rows)


def current(case_id: int, code: str, subject: str) -> Document | None:
    """The paper of a case that is in force, not void: one per form and subject."""
    return db.session.scalars(
        select(Document).where(
            Document.case_id == case_id,
            Document.code == code,
            Document.subject == subject,
            Document.status == ISSUED,
        )
    ).first()


def in_force(case_id: int) -> dict[tuple[str, str], Document]:
    """All papers of a case that are in force, by form and subject."""
    rows = db.session.scalars(select(Document).where(Document.case_id == case_id, Document.status == ISSUED))
    return {(row.code, row.subject): row for row in rows}


def last_facts(case_id: int, code: str, subject: str) -> str | None:
    """The sealed facts of the newest paper of a form, void or not: what was typed for it need not be typed again."""
    newest = select(Document).where(Document.case_id == case_id, Document.code == code, Document.subject == subject)
    found = db.session.scalars(newest.order_by(Document.id.desc())).first()
    return found.facts if found else None


def of_form(case_ids: Collection[int], code: str) -> Sequence[Document]:
    """The papers of one form of some cases that are not void, oldest first."""
    return db.session.scalars(
        select(Document)
        .where(Document.case_id.in_(case_ids), Document.code == code, Document.status == ISSUED)
        .order_by(Document.id)
    ).all()


def count(case_id: int, code: str) -> int:
    """How many papers of a form a case has had, void ones included."""
    return db.session.scalar(select(func.count()).where(Document.case_id == case_id, Document.code == code)) or 0


def scans_of(document: Document) -> Sequence[Attachment]:
    """The signed originals that came back, as scans or photos; each carries the paper's number as its note."""
    return db.session.scalars(
        select(Attachment)
        .where(
            Attachment.case_id == document.case_id,
            Attachment.kind == "signed_scan",
            Attachment.form_code == document.code,
            Attachment.note == document.number,
        )
        .order_by(Attachment.id)
    ).all()


def is_signed_by_act(document: Document) -> bool:
    """Whether a signature under the paper is an act of an agreement that is being signed or in effect."""
    statement = (
        select(PaperSignature.id)
        .join(Signature, Signature.id == PaperSignature.signature_id)
        .join(Agreement, Agreement.id == Signature.agreement_id)
        .where(PaperSignature.document_id == document.id, Agreement.status != "replaced")
    )
    return db.session.scalar(statement.limit(1)) is not None


def is_issued_file(proof: str, sha256: str) -> bool | None:
    """Whether a file is the paper with this code as issued or as sealed; None when no such paper is stored here.

    For the command line of the deployment alone: it asks across all committees and tells no content.
    """
    row = db.session.execute(select(Document.sha256, Document.sealed_sha256).where(Document.proof == proof)).first()
    return None if row is None else sha256 in (row.sha256, row.sealed_sha256)
