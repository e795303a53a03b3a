"""Rules and working days as data, and the deadlines computed from them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from mediation.committees.models import CommitteeOwned
from mediation.core.db import BigId, Identified, Stamped, UtcDateTime, db


class DeadlineRule(Identified, Stamped, db.Model):
    """One version of one rule (law.md 2); the newest active version is used for new deadlines."""

    __tablename__ = "deadline_rule"

    code: Mapped[str] = mapped_column(String(30))
    version: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[str] = mapped_column(String(40))
    unit: Mapped[str] = mapped_column(String(20))
    length: Mapped[int] = mapped_column(Integer)
    rolls: Mapped[bool]
    roll_basis: Mapped[str] = mapped_column(String(120), default="")
    direction: Mapped[str] = mapped_column(String(10))
    binds: Mapped[str] = mapped_column(String(120))
    if_missed: Mapped[str] = mapped_column(String(300))
    extension: Mapped[str] = mapped_column(String(300))
    max_extension: Mapped[int | None] = mapped_column(Integer)
    suspension: Mapped[str] = mapped_column(String(300), default="")
    interruption: Mapped[str] = mapped_column(String(300), default="")
    article: Mapped[str] = mapped_column(String(200))
    tracks: Mapped[list[str]] = mapped_column(JSON)
    is_verified: Mapped[bool]
    is_active: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str] = mapped_column(String(300), default="")
    changed_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))

    __table_args__ = (Index("uq_deadline_rule", "code", "version", unique=True),)


class CalendarYear(db.Model):
    """A year whose official notice has been entered. A missing year makes dates provisional.

    ``digest`` changes with the days of the year: processes compare it with what they hold in memory.
    """

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(Integer, default=1)
    source: Mapped[str] = mapped_column(String(200))
    is_verified: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(300), default="")
    digest: Mapped[str] = mapped_column(String(16))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CalendarDayRow(db.Model):
    """A day that is not what its weekday says: statutory_holiday, rest_day, makeup_workday (or workday)."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(200))


class Deadline(Identified, Stamped, CommitteeOwned, db.Model):
    """A time limit of a case, as computed at one moment. ``subject`` tells several of one rule apart (an instalment).

    ``raw_last_day`` is the unrolled day, ``last_day`` the legal one. ``status``: open, paused (it stands still; its days
    are those of before), met, missed, cancelled, replaced. ``pauses`` are the days left out of the count,
    ``[[first, last, why]]`` in ISO form. ``kept_for`` names the rule and calendar version whose other date was refused. What nobody can be late with runs out by itself: a right becomes met, a way missed, without an event.
    A recomputation never changes a row: it makes a new one and marks the old ``replaced``.
    """

    __tablename__ = "deadline"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    rule_code: Mapped[str] = mapped_column(String(30))
    rule_version: Mapped[int] = mapped_column(Integer)
    subject: Mapped[str] = mapped_column(String(40), default="")
    trigger: Mapped[str] = mapped_column(String(40))
    trigger_on: Mapped[date]
    trigger_event_id: Mapped[int | None] = mapped_column(BigId)
    extra_length: Mapped[int] = mapped_column(Integer, default=0)
    pauses: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    raw_last_day: Mapped[date]
    last_day: Mapped[date]
    is_provisional: Mapped[bool] = mapped_column(default=False)
    calendar_version: Mapped[str] = mapped_column(String(60))
    basis: Mapped[str] = mapped_column(String(200))
    explanation: Mapped[list[Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(12), default="open")
    kept_for: Mapped[str | None] = mapped_column(String(80))
    settled_on: Mapped[date | None]
    settled_by_event_id: Mapped[int | None] = mapped_column(BigId)
    replaced_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("deadline.id"))

    __table_args__ = (
        Index("ix_deadline_case", "case_id", "status"),
        Index("ix_deadline_due", "committee_id", "status", "last_day"),
        Index("ix_deadline_settled", "committee_id", "settled_on"),  # what was still late at the end of a month
    )
