"""Imports of a committee's ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from mediation.committees.models import CommitteeOwned
from mediation.core.db import BigId, Identified, UtcDateTime, db


class LedgerImport(Identified, CommitteeOwned, db.Model):
    """One file that was read: its digest, the column mapping, the counts, and what was wrong by sheet, row, column."""

    __tablename__ = "ledger_import"

    filename: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
    row_count: Mapped[int] = mapped_column(Integer)
    imported_count: Mapped[int] = mapped_column(Integer)
    duplicate_count: Mapped[int] = mapped_column(Integer)
    errors: Mapped[list[Any]] = mapped_column(JSON)  # no personal values: ID numbers and phones are masked in them
    imported_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_ledger_import_committee", "committee_id", "id"),)
