"""The case, its events, claims, companies, drafts and search text."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, Text, false, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from mediation.committees.models import CommitteeOwned
from mediation.core.crypto import EncryptedText
from mediation.core.db import BigId, Identified, Stamped, UtcDateTime, db

NO_DEADLINE = date(9999, 12, 31)
# Said in these words wherever the few cases are asked for that were paused or re-opened: their index knows no others.
MOVES = "event IN ('paused', 'reopened')"

# Statistics group and add up over each of these dates: with all they need in the index (the state among it, for what a
# company may see), a month is read without its rows; with the headquarters right after the day, its groups need no sorting.
_COUNTED = (
    ("received_on", "claimed_fen", "headcount", "is_collective"),
    ("settled_on", "outcome", "received_on", "effective_on", "agreed_fen", "paid_fen", "settled_in_part"),
    ("closed_on", "received_on"),
)


def _counted_index(by: str, *sums: str) -> Index:
    groups = ("level1_id", "track", "category_code", "station_id", "level2_id", "level3_id")
    return Index(f"ix_case_file_counted_{by.removesuffix('_on')}", "committee_id", by, *groups, *sums, "state")


class Case(Identified, Stamped, CommitteeOwned, db.Model):
    """One case, from intake to archive.

    ``number`` (2026-000012) is the register number given at intake, used in addresses; ``case_no``
    (沪快调字〔2026〕第12号) is given at acceptance, without gaps. Only ``service.apply_event`` writes ``state``.
    ``next_deadline_on`` is the nearest open last day, ``NO_DEADLINE`` for an open case without one, None once the
    case is closed: so "open" and "has a deadline" are one indexable thing. ``level1_id`` … copy the company tree of
    the main respondent; sums are integer fen.
    """

    __tablename__ = "case_file"

    number: Mapped[str] = mapped_column(String(20))
    number_seq: Mapped[int] = mapped_column(Integer)
    case_no: Mapped[str | None] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(20))
    waiting_for: Mapped[str] = mapped_column(String(20), default="staff")

    track: Mapped[str] = mapped_column(String(20))
    track_reason: Mapped[str | None] = mapped_column(String(300))
    track_confirmed_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    track_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    relationship: Mapped[str] = mapped_column(String(20), default="undetermined")
    category_code: Mapped[str] = mapped_column(String(60), ForeignKey("category.code"))
    secondary_categories: Mapped[list[str]] = mapped_column(JSON, default=list)
    referral_type: Mapped[str | None] = mapped_column(String(30))

    title: Mapped[str] = mapped_column(String(200))  # "周明远 诉 云岫速运华东某网点": rebuilt with the parties
    facts: Mapped[str | None] = mapped_column(Text)
    evidence: Mapped[list[str]] = mapped_column(JSON, default=list)
    job: Mapped[str | None] = mapped_column(String(60))
    source: Mapped[str] = mapped_column(String(20), default="walk_in")
    application_mode: Mapped[str] = mapped_column(String(20), default="oral")
    capacity: Mapped[str | None] = mapped_column(String(30))  # in which capacity the person at the desk acted

    station_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("station.id"))
    handler_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    handler_name: Mapped[str | None] = mapped_column(String(60))  # as in the ledger, where no account exists
    mediator_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    opened_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    main_company_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("company.id"))
    level1_id: Mapped[int | None] = mapped_column(BigId)
    level2_id: Mapped[int | None] = mapped_column(BigId)
    level3_id: Mapped[int | None] = mapped_column(BigId)

    received_on: Mapped[date]
    accepted_on: Mapped[date | None]
    mediation_ends_on: Mapped[date | None]  # raw end of the mediation period, extended or not
    effective_on: Mapped[date | None]
    settled_on: Mapped[date | None]  # the day the outcome stood: agreement effective, failed, withdrawn …
    closed_on: Mapped[date | None]
    archived_on: Mapped[date | None]
    employed_from: Mapped[str | None] = mapped_column(String(10))  # as precise as known: 2021, 2021-03, 2021-03-05
    employed_until: Mapped[date | None]
    event_on: Mapped[str | None] = mapped_column(String(10))
    accident_on: Mapped[date | None]
    right_known_on: Mapped[date | None]
    limitation_on: Mapped[date | None]  # the day the case is worked by: the earliest plausible of its claims
    limitation_confirmed: Mapped[bool] = mapped_column(default=False, server_default=false())
    paused_since: Mapped[date | None]
    paused_days: Mapped[int] = mapped_column(Integer, default=0, server_default="0")  # of ended pauses

    outcome: Mapped[str | None] = mapped_column(
        String(20)
    )  # agreed, failed, withdrawn, terminated, referred, advised …
    outcome_note: Mapped[str | None] = mapped_column(String(500))
    settled_in_part: Mapped[bool] = mapped_column(default=False, server_default=false())
    performance: Mapped[str | None] = mapped_column(String(20))  # full, part, none
    forum: Mapped[str | None] = mapped_column(String(20))  # where an imported case was handled
    headcount: Mapped[int | None] = mapped_column(Integer)
    is_collective: Mapped[bool] = mapped_column(default=False)
    risk_level: Mapped[str] = mapped_column(String(10), default="normal")
    claimed_fen: Mapped[int | None] = mapped_column(BigInteger)
    agreed_fen: Mapped[int | None] = mapped_column(BigInteger)
    paid_fen: Mapped[int] = mapped_column(BigInteger, default=0)

    next_deadline_on: Mapped[date | None]
    next_deadline_rule: Mapped[str | None] = mapped_column(String(30))
    next_deadline_provisional: Mapped[bool] = mapped_column(default=False)
    import_key: Mapped[str | None] = mapped_column(String(64))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index("uq_case_file_number", "committee_id", "number", unique=True),
        Index("uq_case_file_case_no", "committee_id", "case_no", unique=True),
        Index("uq_case_file_import", "committee_id", "import_key", unique=True),
        Index("ix_case_file_seq", "committee_id", "number_seq"),
        Index("ix_case_file_received", "committee_id", "received_on", "id"),
        *(_counted_index(*columns) for columns in _COUNTED),
        Index("ix_case_file_main_company", "main_company_id"),
    )


def _index(name: str, *columns: str, is_open: bool = False) -> None:
    """An index that begins with the committee, as every question does: so no planner has to guess which to take."""
    parts = (Case.committee_id, *(getattr(Case, column) for column in columns), Case.id)
    # IS NOT NULL is understood by both planners, whatever else a condition says.
    predicate = Case.next_deadline_on.isnot(None) if is_open else None
    Index(f"ix_case_file_{name}", *parts, sqlite_where=predicate, postgresql_where=predicate)


# Open work by its next day, and the register newest first, for each way of seeing a case …
_index("open", "next_deadline_on", is_open=True)
for _column in ("station_id", "handler_id", "mediator_id", "opened_by", "level1_id", "level2_id", "level3_id"):
    _index(f"open_{_column.removesuffix('_id')}", _column, "next_deadline_on", is_open=True)
    _index(f"all_{_column.removesuffix('_id')}", _column, "received_on")
# … and the register by what people filter for most, where one value can be rare.
for _column in ("state", "track", "outcome", "category_code"):
    _index(f"by_{_column}", _column, "received_on")


# The few cases whose dates stand the wrong way round: what movements have to correct.
# Few agreements settle a part, and they are asked for by themselves.
_in_part = Case.settled_in_part.is_(True)
Index(
    "ix_case_file_in_part",
    Case.committee_id,
    Case.outcome,
    Case.received_on,
    Case.id,
    sqlite_where=_in_part,
    postgresql_where=_in_part,
)
_backwards = Case.closed_on < Case.received_on
Index(
    "ix_case_file_backwards",
    Case.committee_id,
    Case.received_on,
    Case.closed_on,
    Case.id,
    sqlite_where=_backwards,
    postgresql_where=_backwards,
)


class CaseEvent(Identified, CommitteeOwned, db.Model):
    """One event of the life cycle: append-only. History page, audit and statistics read these rows.

    ``happened_on`` is the civil date of the legal act, ``at`` the instant it was entered. ``data`` holds codes, ids,
    sums and dates of the act, never sealed values.
    """

    __tablename__ = "case_event"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    event: Mapped[str] = mapped_column(String(40))
    from_state: Mapped[str | None] = mapped_column(String(20))
    to_state: Mapped[str] = mapped_column(String(20))
    happened_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user_account.id"))
    actor_name: Mapped[str] = mapped_column(String(80))
    capacity: Mapped[str | None] = mapped_column(String(30))
    article: Mapped[str | None] = mapped_column(String(120))
    note: Mapped[str | None] = mapped_column(String(500))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    __table_args__ = (
        Index("ix_case_event_case", "case_id", "id"),
        Index("ix_case_event_kind", "committee_id", "event", "happened_on", "at"),
        Index("ix_case_event_told", "case_id", "happened_on", "to_state"),
        Index("ix_case_event_moves", "case_id", sqlite_where=text(MOVES), postgresql_where=text(MOVES)),
    )


class Claim(Identified, Stamped, CommitteeOwned, db.Model):
    """One request of one applicant. ``amount_fen`` None: no sum, ``amount_text`` says what was said."""

    __tablename__ = "claim"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"))
    party_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("party.id"))
    seq: Mapped[int] = mapped_column(Integer, default=1)
    category_code: Mapped[str | None] = mapped_column(String(60), ForeignKey("category.code"))
    item: Mapped[str] = mapped_column(String(120))
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    amount_text: Mapped[str | None] = mapped_column(String(200))
    limitation_rule: Mapped[str | None] = mapped_column(String(30))  # which limitation runs; None: by the category
    agreed_fen: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (Index("ix_claim_case", "case_id", "seq"),)


class CaseCompany(CommitteeOwned, db.Model):
    """The companies a case names, with their place in the tree: the row scope of headquarters HR reads this.

    ``answered_on`` is the day of the company's first answer or offer in the case.
    """

    __tablename__ = "case_company"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"), primary_key=True)
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"), primary_key=True)
    level1_id: Mapped[int | None] = mapped_column(BigId)
    level2_id: Mapped[int | None] = mapped_column(BigId)
    level3_id: Mapped[int | None] = mapped_column(BigId)
    is_main: Mapped[bool] = mapped_column(default=False)
    answered_on: Mapped[date | None]

    __table_args__ = (
        Index("ix_case_company_answered", "committee_id", "answered_on", "level1_id", "case_id", "company_id"),
        Index("ix_case_company_level1", "level1_id", "case_id"),
        Index("ix_case_company_level2", "level2_id", "case_id"),
        Index("ix_case_company_level3", "level3_id", "case_id"),
        Index("ix_case_company_other1", "level1_id", "is_main", "case_id"),
        Index("ix_case_company_other2", "level2_id", "is_main", "case_id"),
        Index("ix_case_company_other3", "level3_id", "is_main", "case_id"),
        Index("ix_case_company_company", "company_id", "case_id"),
    )


class CaseDraft(Identified, Stamped, CommitteeOwned, db.Model):
    """An intake that is being typed: sealed as a whole, since it holds ID numbers and phones."""

    __tablename__ = "case_draft"

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user_account.id"))
    key: Mapped[str] = mapped_column(String(40))
    content: Mapped[str] = mapped_column(EncryptedText("case_draft.content"))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("uq_case_draft", "user_id", "key", unique=True),)


class CaseSearch(db.Model):
    """The search words of a case: bigrams of names, number, company names. Never a sealed value.

    TEXT with an FTS5 index on SQLite, TSVECTOR with GIN on PostgreSQL (migration 0002).
    """

    __tablename__ = "case_search"

    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("case_file.id"), primary_key=True, autoincrement=False)
    grams: Mapped[str] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))
