"""Accounts, their roles and scopes, log-in attempts, saved views."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mediation.committees.models import CommitteeOwned
from mediation.core.actor import Role
from mediation.core.crypto import EncryptedText
from mediation.core.db import BigId, Identified, Stamped, UtcDateTime, db


class User(Identified, Stamped, CommitteeOwned, db.Model):
    """A person with an account.

    ``session_version`` goes up with every password change and revokes all sessions. ``office_id`` is the law firm,
    police post, judicial office or committee office the person works for.
    """

    __tablename__ = "user_account"

    username: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    email: Mapped[str | None] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=False)
    session_version: Mapped[int] = mapped_column(Integer, default=1)
    is_active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str | None] = mapped_column(String(8))
    title: Mapped[str | None] = mapped_column(String(60))
    office_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("office.id"))
    last_login_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    roles: Mapped[list[UserRole]] = relationship(cascade="all, delete-orphan", lazy="selectin")
    stations: Mapped[list[UserStation]] = relationship(cascade="all, delete-orphan", lazy="selectin")
    companies: Mapped[list[UserCompany]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    __table_args__ = (Index("ix_user_account_committee", "committee_id", "is_active"),)


class UserRole(db.Model):
    """A role a person holds."""

    __tablename__ = "user_role"

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user_account.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)

    @property
    def as_role(self) -> Role:
        """The role as enumeration. Raises ValueError for an unknown one."""
        return Role(self.role)


class UserStation(db.Model):
    """A station a person serves."""

    __tablename__ = "user_station"

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user_account.id"), primary_key=True)
    station_id: Mapped[int] = mapped_column(BigId, ForeignKey("station.id"), primary_key=True)


class UserCompany(db.Model):
    """The top of a company subtree that an HR officer answers for, with its level (1–3)."""

    __tablename__ = "user_company"

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user_account.id"), primary_key=True)
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"), primary_key=True)
    level: Mapped[int] = mapped_column(Integer)


class LoginThrottle(db.Model):
    """Failed log-ins by user name or address (as a blind index), with the instant before which no try is taken."""

    __tablename__ = "login_throttle"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    blocked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SavedView(Identified, Stamped, CommitteeOwned, db.Model):
    """A filter that a person keeps. ``page``: cases (the work list) or statistics."""

    __tablename__ = "saved_view"

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(String(60))
    filters: Mapped[dict[str, Any]] = mapped_column(JSON)
    page: Mapped[str] = mapped_column(String(12), default="cases", server_default="cases")

    __table_args__ = (Index("uq_saved_view_name", "user_id", "page", "name", unique=True),)


class Absence(Identified, Stamped, CommitteeOwned, db.Model):
    """Days on which a person is out of office, and who answers for them (both days included, civil dates)."""

    __tablename__ = "absence"

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user_account.id"))
    from_on: Mapped[date]
    to_on: Mapped[date]
    deputy_id: Mapped[int] = mapped_column(BigId, ForeignKey("user_account.id"))
    note: Mapped[str | None] = mapped_column(String(200))
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_absence_user", "user_id", "to_on"),
        Index("ix_absence_deputy", "deputy_id", "to_on"),
    )


class FeedAddress(Identified, Stamped, CommitteeOwned, db.Model):
    """A secret calendar address of a person. Only the digest of its token is kept, so it is shown once."""

    __tablename__ = "feed_address"

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user_account.id"))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_read_on: Mapped[date | None]

    __table_args__ = (Index("ix_feed_address_user", "user_id", "id"),)


class Invitation(Identified, Stamped, CommitteeOwned, db.Model):
    """An account that waits for its person: a link (kept as a digest) and a code that travels another way.

    ``roles``, ``station_ids`` and ``company_ids`` are what the account will hold, never more than the inviter may give.
    ``attempts`` counts wrong codes. A used, revoked or run-out invitation stays.
    """

    __tablename__ = "invitation"

    name: Mapped[str] = mapped_column(String(60))
    title: Mapped[str | None] = mapped_column(String(60))
    contact: Mapped[str | None] = mapped_column(EncryptedText("invitation.contact"))
    roles: Mapped[list[str]] = mapped_column(JSON)
    station_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    company_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    office_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("office.id"))
    token_digest: Mapped[str] = mapped_column(String(64), unique=True)
    code_digest: Mapped[str] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    invited_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_invitation_committee", "committee_id", "id"),)


class SecondFactor(Stamped, db.Model):
    """A person's authenticator (RFC 6238). In force from ``confirmed_at``; ``last_step`` keeps a code from serving twice.

    ``recovery`` holds the digests of the recovery codes that are left.
    """

    __tablename__ = "second_factor"

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user_account.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(EncryptedText("second_factor.secret"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    recovery: Mapped[list[str]] = mapped_column(JSON, default=list)
