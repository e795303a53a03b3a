"""Stations, offices, duty shifts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from mediation.committees.models import CommitteeOwned
from mediation.core.db import BigId, Identified, Stamped, UtcDateTime, db


class OfficeKind(StrEnum):
    """Who takes turns at a station (三所联动+N)."""

    LAW_FIRM = "law_firm"
    POLICE_POST = "police_post"
    JUDICIAL_OFFICE = "judicial_office"
    COMMITTEE_OFFICE = "committee_office"
    UNION = "union"
    LABOUR_INSPECTION = "labour_inspection"
    ARBITRATION = "arbitration"
    COURT = "court"
    LEGAL_AID = "legal_aid"
    OTHER = "other"


class Office(Identified, Stamped, CommitteeOwned, db.Model):
    """A law firm, police post, judicial office or partner body."""

    __tablename__ = "office"

    kind: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(String(40))
    is_active: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (Index("uq_office_name", "committee_id", "name", unique=True),)


class Station(Identified, Stamped, CommitteeOwned, db.Model):
    """A driver station (卡友驿站, 司机之家) or mediation room."""

    __tablename__ = "station"

    name: Mapped[str] = mapped_column(String(120))
    district: Mapped[str | None] = mapped_column(String(40))
    address: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(40))
    is_active: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (Index("uq_station_name", "committee_id", "name", unique=True),)


class Room(Identified, Stamped, CommitteeOwned, db.Model):
    """A place to hold a session: at a station, or the committee's own (``station_id`` None)."""

    __tablename__ = "room"

    station_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("station.id"))
    name: Mapped[str] = mapped_column(String(60))
    seats: Mapped[int | None] = mapped_column(Integer)
    is_active: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (Index("uq_room_name", "committee_id", "name", unique=True),)


class DutyShift(Identified, Stamped, CommitteeOwned, db.Model):
    """Who is on duty at a station from one instant to another. A swap is a new row that replaces an old one."""

    __tablename__ = "duty_shift"

    station_id: Mapped[int] = mapped_column(BigId, ForeignKey("station.id"))
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user_account.id"))
    office_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("office.id"))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    replaced_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("duty_shift.id"))

    __table_args__ = (Index("ix_duty_shift_station", "station_id", "starts_at"),)
