"""A recommendation to a company, the cases it rests on, its history and its files."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from mediation.committees.models import CommitteeOwned
from mediation.core.db import BigId, Identified, Stamped, UtcDateTime, db


class Recommendation(Identified, Stamped, CommitteeOwned, db.Model):
    """One letter (D23, 规范用工建议书) to one company about one cause, and what came of it (law.md 5.4).

    ``status``: draft, reviewed, sent, answered, verified, not_done, closed. ``cause`` is a main or full category code.
    ``facts`` is the frozen snapshot the paper was made from; no name of a worker is in it. Days are civil dates:
    ``issued_on`` numbered and rendered, ``sent_on`` served, ``answer_by`` the reply day that was asked for.
    """

    __tablename__ = "recommendation"

    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    cause: Mapped[str] = mapped_column(String(60))
    signal_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("signal.id"))
    status: Mapped[str] = mapped_column(String(12), default="draft")
    title: Mapped[str] = mapped_column(String(120))
    problem: Mapped[str] = mapped_column(Text, default="")
    rules: Mapped[str] = mapped_column(Text, default="")
    advice: Mapped[str] = mapped_column(Text, default="")
    answer_by: Mapped[date | None]
    drafted_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    reviewed_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    number: Mapped[str | None] = mapped_column(String(60))
    issued_on: Mapped[date | None]
    facts: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    attachment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("attachment.id"))
    sha256: Mapped[str | None] = mapped_column(String(64))
    proof: Mapped[str | None] = mapped_column(Text)
    sealed_attachment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("attachment.id"))
    sealed_sha256: Mapped[str | None] = mapped_column(String(64))
    sent_on: Mapped[date | None]
    sent_by_way: Mapped[str | None] = mapped_column(String(20))
    answered_on: Mapped[date | None]
    effective_from: Mapped[date | None]  # the day from which the measures hold: before and after are parted here
    verified_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index("uq_recommendation_number", "committee_id", "number", unique=True),
        Index("ix_recommendation_company", "company_id", "id"),
        Index("ix_recommendation_status", "committee_id", "status", "answer_by"),
    )


class RecommendationCase(CommitteeOwned, db.Model):
    """A case that a recommendation rests on."""

    __tablename__ = "recommendation_case"

    recommendation_id: Mapped[int] = mapped_column(BigId, ForeignKey("recommendation.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"), primary_key=True)

    __table_args__ = (Index("ix_recommendation_case_case", "case_id"),)


class RecommendationEntry(Identified, Stamped, CommitteeOwned, db.Model):
    """One line of a recommendation's history, append-only: what happened, on which day, by whom, with which words.

    ``kind``: drafted, changed, reviewed, returned, issued, sealed, sent, answered, measure, reminded, visited, verified,
    not_done, told (a body was told of a missing answer), closed. ``data`` holds what the kind needs (a measure's ``done_on``).
    """

    __tablename__ = "recommendation_entry"

    recommendation_id: Mapped[int] = mapped_column(BigId, ForeignKey("recommendation.id"))
    kind: Mapped[str] = mapped_column(String(12))
    happened_on: Mapped[date]
    text: Mapped[str | None] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    actor_name: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_recommendation_entry", "recommendation_id", "id"),)


class RecommendationFile(Identified, Stamped, CommitteeOwned, db.Model):
    """A file of a recommendation: the company's evidence, the receipt of service, the record of a visit."""

    __tablename__ = "recommendation_file"

    recommendation_id: Mapped[int] = mapped_column(BigId, ForeignKey("recommendation.id"))
    entry_id: Mapped[int] = mapped_column(BigId, ForeignKey("recommendation_entry.id"))
    attachment_id: Mapped[int] = mapped_column(BigId, ForeignKey("attachment.id"))

    __table_args__ = (Index("ix_recommendation_file", "recommendation_id", "entry_id"),)
