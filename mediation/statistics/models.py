"""The monthly report as issued."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from mediation.committees.models import CommitteeOwned
from mediation.core.db import BigId, Identified, UtcDateTime, db


class MonthlyReport(Identified, CommitteeOwned, db.Model):
    """One version of one month's report: the frozen figures and the PDF made from them."""

    __tablename__ = "monthly_report"

    month: Mapped[str] = mapped_column(String(7))
    version: Mapped[int] = mapped_column(Integer)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    attachment_id: Mapped[int] = mapped_column(BigId, ForeignKey("attachment.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("uq_monthly_report", "committee_id", "month", "version", unique=True),)
