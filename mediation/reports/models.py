"""The monthly report as issued: to the committee, to each headquarters, and to whom it went."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from mediation.committees.models import CommitteeOwned
from mediation.core.crypto import EncryptedText
from mediation.core.db import BigId, Identified, Stamped, UtcDateTime, db


class MonthlyReport(Identified, CommitteeOwned, db.Model):
    """One version of one month's report: the frozen figures and the PDF made from them.

    ``differences`` lists what it corrects of the version before: dictionaries of ``table``, ``row``, ``code``,
    ``before`` and ``after``; empty for a first version.
    """

    __tablename__ = "monthly_report"

    month: Mapped[str] = mapped_column(String(7))
    version: Mapped[int] = mapped_column(Integer)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    differences: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, server_default="[]")
    attachment_id: Mapped[int] = mapped_column(BigId, ForeignKey("attachment.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("uq_monthly_report", "committee_id", "month", "version", unique=True),)


class CompanyReport(Identified, CommitteeOwned, db.Model):
    """The part of a month's report that is for one headquarters: its own figures and nobody else's."""

    __tablename__ = "company_report"

    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("monthly_report.id"))
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    attachment_id: Mapped[int] = mapped_column(BigId, ForeignKey("attachment.id"))
    sha256: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        Index("uq_company_report", "report_id", "company_id", unique=True),
        Index("ix_company_report_company", "company_id", "id"),
    )


class ReportRecipient(Identified, Stamped, CommitteeOwned, db.Model):
    """Who is sent the month by e-mail: the whole report, or with ``company_id`` that headquarters' part.

    Whoever knows an address can be written to, so it is sealed. A recipient is struck off, never deleted.
    """

    __tablename__ = "report_recipient"

    name: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(EncryptedText("report_recipient.address"))
    company_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("company.id"))
    added_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_report_recipient_committee", "committee_id", "removed_at"),)


class ReportDelivery(Identified, Stamped, CommitteeOwned, db.Model):
    """One report on its way to one recipient, written in the transaction that issues it.

    ``status``: queued, sent, failed (given up). A sender holds it until ``claimed_until``; ``next_at`` is when it may be
    tried (again).
    """

    __tablename__ = "report_delivery"

    report_id: Mapped[int] = mapped_column(BigId, ForeignKey("monthly_report.id"))
    company_report_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("company_report.id"))
    recipient_id: Mapped[int] = mapped_column(BigId, ForeignKey("report_recipient.id"))
    status: Mapped[str] = mapped_column(String(12), default="queued")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(300))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("uq_report_delivery", "report_id", "recipient_id", unique=True),
        Index("ix_report_delivery_due", "status", "next_at"),
    )
