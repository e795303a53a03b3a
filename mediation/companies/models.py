"""Companies, their aliases and merges, the clients of law firms."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from mediation.committees.models import CommitteeOwned
from mediation.core.db import BigId, Identified, Stamped, UtcDateTime, db


class CompanyLevel(StrEnum):
    """The three levels of the tree, in order."""

    HEADQUARTERS = "headquarters"
    REGION = "region"
    OUTLET = "outlet"


class Company(Identified, Stamped, CommitteeOwned, db.Model):
    """A legal person (or an outlet) that a case can be against.

    The tree is three levels deep: ``level1_id`` is the headquarters (itself for one), ``level2_id`` the region,
    ``level3_id`` the outlet. A company without headquarters is its own level 1. ``path`` (``/1/7/31/``) is for tree
    pages. A merged company keeps its row and points to the survivor with ``merged_into_id``.
    """

    __tablename__ = "company"

    parent_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("company.id"))
    level: Mapped[int] = mapped_column(Integer, default=1)
    level1_id: Mapped[int | None] = mapped_column(BigId)
    level2_id: Mapped[int | None] = mapped_column(BigId)
    level3_id: Mapped[int | None] = mapped_column(BigId)
    path: Mapped[str] = mapped_column(String(120), default="")
    name: Mapped[str] = mapped_column(String(120))
    short_name: Mapped[str | None] = mapped_column(String(60))
    uscc: Mapped[str | None] = mapped_column(String(18))
    is_franchise: Mapped[bool] = mapped_column(default=False)
    district: Mapped[str | None] = mapped_column(String(40))
    address: Mapped[str | None] = mapped_column(String(200))
    legal_representative: Mapped[str | None] = mapped_column(String(60))
    phone: Mapped[str | None] = mapped_column(String(40))
    is_active: Mapped[bool] = mapped_column(default=True)
    is_verified: Mapped[bool] = mapped_column(default=True)  # False: named at intake, not yet checked by anybody
    merged_into_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("company.id"))

    __table_args__ = (
        Index("uq_company_uscc", "committee_id", "uscc", unique=True),
        Index("ix_company_name", "committee_id", "name"),
        Index("ix_company_parent", "parent_id"),
        Index("ix_company_level1", "level1_id"),
        Index("ix_company_path", "committee_id", "path"),
    )


class CompanyAlias(Identified, Stamped, CommitteeOwned, db.Model):
    """Another name people use: short names, former names, brand names."""

    __tablename__ = "company_alias"

    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    name: Mapped[str] = mapped_column(String(120))

    __table_args__ = (
        Index("uq_company_alias", "committee_id", "company_id", "name", unique=True),
        Index("ix_company_alias_name", "committee_id", "name"),
    )


class CompanyMerge(Identified, CommitteeOwned, db.Model):
    """A merge of a duplicate into a survivor; ``moved`` lists the rows per table, so that it can be undone."""

    __tablename__ = "company_merge"

    source_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    target_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    reason: Mapped[str] = mapped_column(String(200))
    moved: Mapped[dict[str, Any]] = mapped_column(JSON)
    merged_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    merged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FirmClient(Identified, Stamped, CommitteeOwned, db.Model):
    """A company that a law firm acts or has acted for (law.md 7.4). Counts for the whole company tree."""

    __tablename__ = "firm_client"

    office_id: Mapped[int] = mapped_column(BigId, ForeignKey("office.id"))
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    relation: Mapped[str] = mapped_column(String(30), default="legal_adviser")
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    declared_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))

    __table_args__ = (Index("ix_firm_client_office", "office_id", "company_id"),)


class CompanyHeadcount(Identified, Stamped, CommitteeOwned, db.Model):
    """How many couriers and drivers work for one company (without the companies below it) from a day on.

    The base of rates. The newest row on or before a day counts. ``source`` says where the number comes from.
    """

    __tablename__ = "company_headcount"

    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    from_on: Mapped[date]
    couriers: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(String(120))
    recorded_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))

    __table_args__ = (Index("uq_company_headcount", "company_id", "from_on", unique=True),)
