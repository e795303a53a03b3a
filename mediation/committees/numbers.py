"""Gap-free numbers per committee, kind and year (law.md 4.3)."""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite

from mediation.committees.models import NumberSequence
from mediation.core.db import db


def take(committee_id: int, kind: str, year: int) -> int:
    """The next number. The row stays locked until the transaction ends, so a rollback leaves no gap."""
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = (
        insert(NumberSequence)
        .values(committee_id=committee_id, kind=kind, year=year, last=1)
        .on_conflict_do_update(
            index_elements=["committee_id", "kind", "year"], set_={"last": NumberSequence.__table__.c.last + 1}
        )
        .returning(NumberSequence.last)
    )
    return db.session.execute(statement).scalar_one()


def case_number(prefix: str, year: int, number: int) -> str:
    """A case or form number: 沪快调字〔2026〕第12号 (hexagonal brackets U+3014, U+3015)."""
    return f"{prefix}〔{year}〕第{number}号"


def letter_number(prefix: str, year: int, number: int) -> str:
    """An official letter's number by GB/T 9704, without 第: 沪快调〔2026〕12号."""
    return f"{prefix}〔{year}〕{number}号"
