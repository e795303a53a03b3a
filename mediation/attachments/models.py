"""Stored files. The bytes lie encrypted under a random name in the instance folder."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mediation.committees.models import CommitteeOwned
from mediation.core.db import BigId, Identified, Stamped, db


class Attachment(Identified, Stamped, CommitteeOwned, db.Model):
    """One file. ``kind`` says what it is (evidence, document, signed_scan, signature, proof, print, report, ledger);
    ``form_code`` the official form it holds, if any; ``is_internal`` keeps it in the internal file (副卷).
    """

    __tablename__ = "attachment"

    case_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("case_file.id"))
    kind: Mapped[str] = mapped_column(String(20))
    form_code: Mapped[str | None] = mapped_column(String(10))
    filename: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    storage_name: Mapped[str] = mapped_column(String(64), unique=True)
    is_internal: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None] = mapped_column(String(200))
    uploaded_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))

    __table_args__ = (Index("ix_attachment_case", "case_id", "kind"),)
