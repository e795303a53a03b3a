"""Papers made from a case: number, frozen facts, proof; their signatures and service; clauses, drafts, batches."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from mediation.committees.models import CommitteeOwned
from mediation.core.crypto import EncryptedText
from mediation.core.db import BigId, Identified, Stamped, UtcDateTime, db


class Document(Identified, Stamped, CommitteeOwned, db.Model):
    """An issued paper: rendered once, stored with its SHA-256, never made again silently.

    ``facts`` is the sealed JSON snapshot it was made from. ``status``: issued, void (with its reason; the number
    stays taken). ``proof`` is the signed code printed on it. The committee's electronic seal makes a second file beside
    the first, which stays what it was (``sealed_attachment_id``, ``sealed_sha256``).
    """

    __tablename__ = "document"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    code: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(40), default="")  # which session, party … when a case has several
    number: Mapped[str] = mapped_column(String(60))
    form_version: Mapped[int] = mapped_column(Integer, default=1)
    # Opened only to prove the paper: lists and pages do not need it.
    facts: Mapped[str] = mapped_column(EncryptedText("document.facts"), deferred=True)
    facts_digest: Mapped[str] = mapped_column(String(64))
    attachment_id: Mapped[int] = mapped_column(BigId, ForeignKey("attachment.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(10), default="issued")
    issued_on: Mapped[date]
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    void_reason: Mapped[str | None] = mapped_column(String(200))
    served_on: Mapped[date | None]
    proof: Mapped[str | None] = mapped_column(Text)
    sealed_attachment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("attachment.id"))
    sealed_sha256: Mapped[str | None] = mapped_column(String(64))
    sealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sealed_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))

    __table_args__ = (
        Index("uq_document_number", "committee_id", "number", unique=True),
        Index("ix_document_case", "case_id", "code"),
    )


class TermsDraft(Identified, Stamped, CommitteeOwned, db.Model):
    """One saved state of an agreement's terms while they are edited; none is ever overwritten."""

    __tablename__ = "terms_draft"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    agreement_id: Mapped[int] = mapped_column(BigId, ForeignKey("agreement.id"))
    seq: Mapped[int] = mapped_column(Integer)
    terms: Mapped[str] = mapped_column(Text)
    saved_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))

    __table_args__ = (Index("uq_terms_draft", "agreement_id", "seq", unique=True),)


class StandardClause(Identified, Stamped, db.Model):
    """One version of a clause of the library. ``text`` may hold blanks written ``{amount}``; the newest active is offered."""

    __tablename__ = "standard_clause"

    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    article: Mapped[str] = mapped_column(String(200), default="")
    tracks: Mapped[list[str]] = mapped_column(JSON)
    sort: Mapped[int] = mapped_column(Integer, default=0)
    is_active: Mapped[bool] = mapped_column(default=True)
    changed_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))

    __table_args__ = (Index("uq_standard_clause", "code", "version", unique=True),)


class FindingWaiver(Identified, Stamped, CommitteeOwned, db.Model):
    """Why a warning of the agreement check was accepted, by whom. ``digest`` ties it to the text it was given for."""

    __tablename__ = "finding_waiver"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    agreement_id: Mapped[int] = mapped_column(BigId, ForeignKey("agreement.id"))
    code: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(300))
    digest: Mapped[str] = mapped_column(String(64))
    waived_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))

    __table_args__ = (Index("ix_finding_waiver_agreement", "agreement_id", "code"),)


class PaperSignature(Identified, Stamped, CommitteeOwned, db.Model):
    """One person's signature under an issued paper. ``way``: screen (drawn strokes) or paper (a kept scan).

    ``digest`` is the SHA-256 over the paper's facts digest, the signer and the strokes or the scan.
    """

    __tablename__ = "paper_signature"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    document_id: Mapped[int] = mapped_column(BigId, ForeignKey("document.id"))
    party_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("party.id"))
    signature_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("signature.id"))
    name: Mapped[str] = mapped_column(String(120))
    capacity: Mapped[str] = mapped_column(String(40))
    way: Mapped[str] = mapped_column(String(10))
    identified_by: Mapped[str | None] = mapped_column(String(80))  # how the signer was identified
    attachment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("attachment.id"))
    digest: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))

    __table_args__ = (Index("ix_paper_signature_document", "document_id", "id"),)


class ServiceRecord(Identified, Stamped, CommitteeOwned, db.Model):
    """One service of a paper on one recipient (送达): ``manner``, day, who took it, or the refusal with its witnesses."""

    __tablename__ = "service_record"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    document_id: Mapped[int] = mapped_column(BigId, ForeignKey("document.id"))
    party_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("party.id"))
    recipient: Mapped[str] = mapped_column(String(120))
    manner: Mapped[str] = mapped_column(String(20))
    place: Mapped[str | None] = mapped_column(String(200))
    served_on: Mapped[date]
    taken_by: Mapped[str | None] = mapped_column(String(120))
    is_refused: Mapped[bool] = mapped_column(default=False)
    refusal_note: Mapped[str | None] = mapped_column(String(300))
    witnesses: Mapped[str | None] = mapped_column(String(200))
    tracking: Mapped[str | None] = mapped_column(String(60))
    server_name: Mapped[str | None] = mapped_column(String(60))
    attachment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("attachment.id"))
    recorded_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))

    __table_args__ = (Index("ix_service_record_document", "document_id"), Index("ix_service_record_case", "case_id"))


class PaperBatch(Identified, Stamped, CommitteeOwned, db.Model):
    """Many papers made in one go, outside the request. ``what``: papers.

    ``status``: waiting, running, done, failed. A worker holds it until ``claimed_until``.
    """

    __tablename__ = "paper_batch"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    what: Mapped[str] = mapped_column(String(20))
    code: Mapped[str | None] = mapped_column(String(10))
    subjects: Mapped[list[Any]] = mapped_column(JSON, default=list)
    total: Mapped[int] = mapped_column(Integer, default=0)
    done: Mapped[int] = mapped_column(Integer, default=0)
    status: Mapped[str] = mapped_column(String(12), default="waiting")
    problem: Mapped[str | None] = mapped_column(String(300))
    attachment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("attachment.id"))
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_paper_batch_waiting", "status", "id"), Index("ix_paper_batch_case", "case_id", "id"))
