"""Consent, conflict checks, assignments, sessions, answers and private notes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mediation.committees.models import CommitteeOwned
from mediation.core.crypto import EncryptedText
from mediation.core.db import BigId, Identified, Stamped, UtcDateTime, db


class Consent(Identified, Stamped, CommitteeOwned, db.Model):
    """A party's answer to mediation itself or to an extension. ``answer``: yes, no, none (asked, no answer yet)."""

    __tablename__ = "consent"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    party_id: Mapped[int] = mapped_column(BigId, ForeignKey("party.id"))
    purpose: Mapped[str] = mapped_column(String(20))  # mediation, extension
    answer: Mapped[str] = mapped_column(String(10))
    answered_on: Mapped[date | None]
    channel: Mapped[str | None] = mapped_column(String(30))
    note: Mapped[str | None] = mapped_column(String(300))
    recorded_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))

    __table_args__ = (Index("ix_consent_case", "case_id", "purpose"),)


class ConflictCheck(Identified, CommitteeOwned, db.Model):
    """A check of a person's office against the companies of a case (law.md 7.4). ``result``: clear, blocked, waived."""

    __tablename__ = "conflict_check"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user_account.id"))
    office_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("office.id"))
    company_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("company.id"))
    firm_client_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("firm_client.id"))
    result: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(300))
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_conflict_check_case", "case_id"),)


class Assignment(Identified, CommitteeOwned, db.Model):
    """Who handled or mediated the case from when to when. ``duty``: handler, mediator, participant."""

    __tablename__ = "assignment"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user_account.id"))
    duty: Mapped[str] = mapped_column(String(20))
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    to_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    assigned_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    reason: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (
        Index("ix_assignment_case", "case_id"),
        Index("ix_assignment_user", "user_id", "case_id"),
    )


class MediationSession(Identified, Stamped, CommitteeOwned, db.Model):
    """A meeting: planned, held (with its record), postponed or cancelled. The joint record (笔录) is for everybody to sign.

    ``planned_minutes`` is how long the room is taken. A postponed one stays, with ``reason`` and the meeting it moved to.
    """

    __tablename__ = "mediation_session"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    seq: Mapped[int] = mapped_column(Integer)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    place: Mapped[str | None] = mapped_column(String(120))
    mode: Mapped[str] = mapped_column(String(20), default="on_site")  # on_site, video, phone
    status: Mapped[str] = mapped_column(String(12), default="planned")  # planned, held, postponed, cancelled
    planned_minutes: Mapped[int] = mapped_column(Integer, default=90, server_default="90")
    room_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("room.id"))
    postponed_to_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("mediation_session.id"))
    reason: Mapped[str | None] = mapped_column(String(300))
    matter: Mapped[str | None] = mapped_column(String(200))
    record: Mapped[str | None] = mapped_column(Text)
    result: Mapped[str | None] = mapped_column(String(500))
    rights_told: Mapped[bool] = mapped_column(default=False)
    recorder_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))

    attendance: Mapped[list[Attendance]] = relationship(order_by="Attendance.id")

    __table_args__ = (
        Index("ix_mediation_session_case", "case_id", "seq"),
        Index("ix_mediation_session_day", "committee_id", "starts_at"),
    )


class Attendance(Identified, CommitteeOwned, db.Model):
    """Who was there, in which capacity."""

    __tablename__ = "attendance"

    session_id: Mapped[int] = mapped_column(BigId, ForeignKey("mediation_session.id"))
    party_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("party.id"))
    name: Mapped[str] = mapped_column(String(120))
    capacity: Mapped[str] = mapped_column(String(40))
    was_present: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (Index("ix_attendance_session", "session_id"),)


class SessionReply(Identified, Stamped, CommitteeOwned, db.Model):
    """Whether a company comes to a meeting, as its officer said last; earlier words stay in the case's history.

    ``reply``: coming, absent, other_time. ``attendees``: who comes, in the company's words.
    """

    __tablename__ = "session_reply"

    session_id: Mapped[int] = mapped_column(BigId, ForeignKey("mediation_session.id"))
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    reply: Mapped[str] = mapped_column(String(12))
    attendees: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(String(500))
    replied_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    replied_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("uq_session_reply", "session_id", "company_id", unique=True),)


class PrivateNote(Identified, Stamped, CommitteeOwned, db.Model):
    """A caucus or working note of the internal file (副卷). Sealed; in no search, export, document or feed."""

    __tablename__ = "private_note"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    author_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    party_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("party.id"))
    body: Mapped[str] = mapped_column(EncryptedText("private_note.body"))

    __table_args__ = (Index("ix_private_note_case", "case_id", "id"),)


class Answer(Identified, Stamped, CommitteeOwned, db.Model):
    """The company's answer in the same file: accept, offer or refuse, with reason. Seen by staff and its own HR."""

    __tablename__ = "answer"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    claim_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("claim.id"))
    kind: Mapped[str] = mapped_column(String(10))  # accept, offer, refuse
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str | None] = mapped_column(Text)
    valid_until: Mapped[date | None]
    answered_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))

    __table_args__ = (Index("ix_answer_case", "case_id", "id"),)


class Offer(Identified, Stamped, CommitteeOwned, db.Model):
    """One offer or counter-offer (product.md 4): by whom, for which claim (None: for all), how much, until when.

    ``side``: company or worker. ``status``: open, accepted, declined, withdrawn, replaced; an open one whose
    ``valid_until`` has passed is expired without any row changing. ``replies_to_id`` is the offer it counters.
    ``is_separate``: made in a separate talk (背靠背), so it is for staff alone and goes into no export (law.md 7.1).
    """

    __tablename__ = "offer"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    claim_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("claim.id"))
    side: Mapped[str] = mapped_column(String(10))
    company_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("company.id"))
    party_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("party.id"))
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    terms: Mapped[str | None] = mapped_column(Text)
    valid_until: Mapped[date | None]
    is_separate: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(String(12), default="open")
    replies_to_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("offer.id"))
    made_on: Mapped[date]
    made_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    settled_on: Mapped[date | None]
    settled_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    reason: Mapped[str | None] = mapped_column(String(500))

    __table_args__ = (
        Index("ix_offer_case", "case_id", "id"),
        Index("ix_offer_open", "committee_id", "status", "valid_until"),
    )
