"""The audit trail and the head of its chain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, event
from sqlalchemy.orm import Mapped, mapped_column

from mediation.core.db import BigId, Identified, UtcDateTime, db


class AuditRow(Identified, db.Model):
    """One act or one look. ``fields`` holds identifiers and codes, never personal values.

    ``digest`` is an HMAC over the previous digest and this row, so that a changed, missing or added row shows.
    """

    __tablename__ = "audit_row"

    chain: Mapped[int] = mapped_column(BigId)  # the committee, 0 for the installation itself
    position: Mapped[int] = mapped_column(BigId)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    committee_id: Mapped[int | None] = mapped_column(ForeignKey("committee.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    actor_name: Mapped[str] = mapped_column(String(80))
    event: Mapped[str] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None] = mapped_column(BigId)
    case_id: Mapped[int | None] = mapped_column(BigId)
    address: Mapped[str | None] = mapped_column(String(64))
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        Index("uq_audit_row_chain_position", "chain", "position", unique=True),
        Index("ix_audit_row_case", "case_id", "id"),
        Index("ix_audit_row_subject", "subject_kind", "subject_id"),
        Index("ix_audit_row_committee", "committee_id", "id"),
    )


class AuditHead(db.Model):
    """The last position and digest of a chain; its row lock puts concurrent writers in line."""

    __tablename__ = "audit_head"

    chain: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigId)
    digest: Mapped[bytes] = mapped_column(LargeBinary)


@event.listens_for(AuditRow, "before_update")
@event.listens_for(AuditRow, "before_delete")
def _append_only(_mapper: Any, _connection: Any, _row: AuditRow) -> None:
    raise RuntimeError("audit rows are append-only")
