"""Papers made from a case: their number, frozen facts and digest."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from mediation.committees.models import CommitteeOwned
from mediation.core.crypto import EncryptedText
from mediation.core.db import BigId, Identified, Stamped, UtcDateTime, db


class Document(Identified, Stamped, CommitteeOwned, db.Model):
    """An issued paper: rendered once, stored with its SHA-256, never made again silently.

    ``facts`` is the sealed JSON snapshot it was made from. ``status``: issued, void (with its reason; the number
    stays taken).
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

    __table_args__ = (
        Index("uq_document_number", "committee_id", "number", unique=True),
        Index("ix_document_case", "case_id", "code"),
    )
