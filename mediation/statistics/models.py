"""Pre-aggregated months, which of them have changed since, and what the figures signal."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from mediation.committees.models import CommitteeOwned
from mediation.core.db import BigId, Identified, Stamped, UtcDateTime, db


class FigureMonth(Identified, CommitteeOwned, db.Model):
    """The sums of one month (``2026-10``) or a part of it (``2025-11/01-22``) for one node of the company tree, cut along
    one dimension.

    ``node``: a company with everything below it, 0 the cases that name no company, -1 all cases. ``dimension``: ""
    (uncut), company (the one directly under the node, "" for the cases against the node itself), cause (full code),
    station (0: none), track, relationship or track_cause (labour:wage.arrears), with its ``key``. The last five only for
    -1 and headquarters.
    ``is_told`` parts the cases that a company may see from the rest. Sums are integer fen; ``days``, ``paused``,
    ``outcomes`` and ``answer_days`` are histograms written ``value:count value:count``.
    """

    __tablename__ = "figure_month"

    span: Mapped[str] = mapped_column(String(13))
    node: Mapped[int] = mapped_column(BigInteger)
    dimension: Mapped[str] = mapped_column(String(12))
    key: Mapped[str] = mapped_column(String(60))
    is_told: Mapped[bool]
    cases: Mapped[int] = mapped_column(Integer, default=0)
    consultations: Mapped[int] = mapped_column(Integer, default=0)
    collective: Mapped[int] = mapped_column(Integer, default=0)
    workers: Mapped[int] = mapped_column(Integer, default=0)
    claimed_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    concluded: Mapped[int] = mapped_column(Integer, default=0)
    settled: Mapped[int] = mapped_column(Integer, default=0)
    agreed_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    paid_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    closed: Mapped[int] = mapped_column(Integer, default=0)
    received_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    due_count: Mapped[int] = mapped_column(Integer, default=0)
    due_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    on_time_count: Mapped[int] = mapped_column(Integer, default=0)
    on_time_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    enforced: Mapped[int] = mapped_column(Integer, default=0)
    settled_in_part: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    collective_workers: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    by_workers: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    closed_agreed: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    outcomes: Mapped[str] = mapped_column(Text, default="")
    days: Mapped[str] = mapped_column(Text, default="")
    paused: Mapped[str] = mapped_column(Text, default="")
    answer_days: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        Index("uq_figure_month", "committee_id", "dimension", "node", "span", "key", "is_told", unique=True),
        Index("ix_figure_month_span", "committee_id", "span"),
    )


class FigureChange(Identified, db.Model):
    """A month whose cases have changed since its sums were made: written by triggers in the transaction of the change.

    Append-only and without any unique index, so that writers never wait for each other; whoever makes the month's sums
    anew deletes the rows it has read, and no others.
    """

    __tablename__ = "figure_change"

    committee_id: Mapped[int] = mapped_column(BigId)
    month: Mapped[str] = mapped_column(String(7))

    __table_args__ = (Index("ix_figure_change", "committee_id", "month"),)


class FigureMade(Identified, CommitteeOwned, db.Model):
    """A month, or a part of one, whose sums were made, and when. One without a row has none, however empty it is.

    ``made_at`` is None while a month is being made. ``maker`` is a word that only its present maker knows.
    """

    __tablename__ = "figure_made"

    span: Mapped[str] = mapped_column(String(13))
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    maker: Mapped[str] = mapped_column(String(32), default="", server_default="")

    __table_args__ = (Index("uq_figure_made", "committee_id", "span", unique=True),)


class FigureWatched(Identified, CommitteeOwned, db.Model):
    """How many series of a headquarters were watched on the last day of a month: ``charts`` with enough history for a
    chart, ``too_little`` without."""

    __tablename__ = "figure_watched"

    month: Mapped[str] = mapped_column(String(7))
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    charts: Mapped[int] = mapped_column(Integer)
    too_little: Mapped[int] = mapped_column(Integer)

    __table_args__ = (Index("uq_figure_watched", "committee_id", "month", "company_id", unique=True),)


class Signal(Identified, Stamped, CommitteeOwned, db.Model):
    """More cases of one cause at one company than its history explains, or a possible collective case.

    ``kind``: u_chart, g_chart, cusum, repeat (law.md 5.4: three like cases in 90 days), collective. ``key`` names the
    episode, so that it is told once. ``data`` holds the figures it rests on (never a name), ``case_ids`` the cases.
    ``status``: new, seen, dismissed (with ``reason``), taken_up (a recommendation was drafted from it).
    """

    __tablename__ = "signal"

    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    cause: Mapped[str] = mapped_column(String(60), default="")
    kind: Mapped[str] = mapped_column(String(12))
    key: Mapped[str] = mapped_column(String(120))
    from_on: Mapped[date]
    found_on: Mapped[date]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    case_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    status: Mapped[str] = mapped_column(String(12), default="new")
    reason: Mapped[str | None] = mapped_column(String(300))
    handled_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("uq_signal", "committee_id", "key", unique=True),
        Index("ix_signal_company", "company_id", "id"),
        Index("ix_signal_status", "committee_id", "status", "id"),
    )
