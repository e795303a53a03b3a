"""The inbox of each person, and what goes out of the house: channels and the outbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from mediation.committees.models import CommitteeOwned
from mediation.core.crypto import EncryptedText
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


class Channel(Identified, Stamped, CommitteeOwned, db.Model):
    """Where a person wants to be told besides the inbox. ``kind``: email, wecom, dingtalk, feishu.

    ``target`` is the e-mail address or the robot's key or address: whoever knows it can write there, so it is sealed.
    """

    __tablename__ = "channel"

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user_account.id"))
    kind: Mapped[str] = mapped_column(String(12))
    target: Mapped[str] = mapped_column(EncryptedText("channel.target"))
    is_active: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (Index("uq_channel", "user_id", "kind", unique=True),)


class OutboxMessage(Identified, Stamped, CommitteeOwned, db.Model):
    """One message to one channel of one person, written in the transaction of what it tells about.

    ``key`` with the channel is unique: the same message is queued once. ``status``: queued, sending, sent, failed (given
    up), cancelled. A sender takes a message by ``claimed_by`` until ``claimed_until``; ``next_at`` is when it may be
    tried (again). ``subject`` and ``body`` name no party.
    """

    __tablename__ = "outbox_message"

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user_account.id"))
    channel_kind: Mapped[str] = mapped_column(String(12))
    key: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(12), default="queued")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(300))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("uq_outbox_message", "user_id", "channel_kind", "key", unique=True),
        Index("ix_outbox_message_due", "status", "next_at"),
        Index("ix_outbox_message_committee", "committee_id", "status", "id"),
    )
