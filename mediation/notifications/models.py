"""The inbox of each person. Outgoing mail follows the same rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mediation.committees.models import CommitteeOwned
from mediation.core.db import BigId, Identified, Stamped, UtcDateTime, db


class InboxItem(Identified, Stamped, CommitteeOwned, db.Model):
    """One notice to one person. ``key`` is unique per person: the same notice is given once, however many jobs run."""

    __tablename__ = "inbox_item"

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user_account.id"))
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str | None] = mapped_column(String(1000))
    url: Mapped[str | None] = mapped_column(String(200))
    case_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("case_file.id"))
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("uq_inbox_item_key", "user_id", "key", unique=True),
        Index("ix_inbox_item_user", "user_id", "id"),
    )
