"""Committees, categories, number sequences."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from mediation.core.db import BigId, Identified, Stamped, db

# A key of a committee's settings: on which working day after a missed last day its secretaries are told (default 1).
ESCALATE_AFTER = "escalate_after"
# Whether a company's own account may sign the agreement for its company on the screen (off unless set): the law takes
# a reliable electronic signature for one by hand (Electronic Signature Law, Art 14), and whether an account is that is for the committee to say.
COMPANY_SIGNING = "company_signing"
# Of whom a second factor is asked at log-in: a list of roles (hr, committee, admin), or "all"; nobody unless set.
SECOND_FACTOR = "second_factor"
# What makes like cases against one company a signal: so many within so many days (default 3 in 90); and within how many
# days ten workers with one cause count as a possible collective case (default 14: the law says ten, not how soon).
REPEAT_CASES, REPEAT_DAYS, COLLECTIVE_DAYS = "repeat_cases", "repeat_days", "collective_days"
# How many days the draft of a recommendation proposes to give a company for its reply (default 30): no law sets any and
# nobody is bound to answer (law.md 5.4).
REPLY_DAYS, USUAL_REPLY_DAYS = "recommendation_reply_days", 30


class Committee(Identified, Stamped, db.Model):
    """A mediation committee: the border that no row is seen across.

    ``legal_basis`` lists what the committee is in law (enterprise_committee, peoples_mediation, township,
    industry_labour; law.md 1.2): the ways out that an agreement can take depend on it.
    ``case_prefix`` and ``document_prefix`` go into numbers such as 沪快调字〔2026〕第12号.
    """

    __tablename__ = "committee"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    short_name: Mapped[str] = mapped_column(String(40))
    legal_basis: Mapped[list[str]] = mapped_column(JSON)
    case_prefix: Mapped[str] = mapped_column(String(20), default="沪快调字")
    document_prefix: Mapped[str] = mapped_column(String(20), default="沪快调")
    address: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(40))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class CommitteeOwned:
    """A row that belongs to one committee; every case-owned table carries it (the later distribution key)."""

    @declared_attr
    def committee_id(cls) -> Mapped[int]:  # noqa: N805
        return mapped_column(BigId, ForeignKey("committee.id"), index=False)


class Category(db.Model):
    """A cause of dispute (law.md 5.3): main causes and their branches, with the yearbook's and the 人民调解 words."""

    __tablename__ = "category"

    code: Mapped[str] = mapped_column(String(60), primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("category.code"))
    label: Mapped[str] = mapped_column(String(60))
    yearbook_cause: Mapped[str] = mapped_column(String(40))
    pm_type: Mapped[str] = mapped_column(String(40))
    sort: Mapped[int] = mapped_column(Integer, default=0)
    is_active: Mapped[bool] = mapped_column(default=True)


class NumberSequence(Identified, CommitteeOwned, db.Model):
    """The last number given per committee, kind and year. Gap-free: taken inside the transaction that uses it."""

    __tablename__ = "number_sequence"

    kind: Mapped[str] = mapped_column(String(40))
    year: Mapped[int] = mapped_column(Integer)
    last: Mapped[int] = mapped_column(Integer)

    __table_args__ = (Index("uq_number_sequence", "committee_id", "kind", "year", unique=True),)
