"""Who copies a company's place in the tree, or points to a company, and must follow when it changes.

Features above companies register here, once, when they are imported; companies itself knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import InstrumentedAttribute

from mediation.companies.models import Company, CompanyAlias, CompanyHeadcount, FirmClient
from mediation.core.db import db

_CHUNK = 500

# Called, after the companies were flushed, with every company whose level ids changed or whose rows were moved:
# rewrite the copies of level1_id … in rows of those companies.
on_tree_change: list[Callable[[Sequence[Company]], None]] = []


class Follows(Protocol):
    """What a merge does besides, and how its undoing takes that back."""

    @property
    def name(self) -> str:
        """Under which a merge keeps what :meth:`move` returns."""

    def move(self, source: Company, target: Company) -> list[Any]:
        """Follow a merge. Returns what :meth:`restore` needs, as JSON."""

    def restore(self, kept: list[Any], source: Company, target: Company) -> None:
        """Follow the undoing, after the followers that registered before."""


@dataclass(frozen=True)
class Follower:
    """A column that names a company. ``key`` tells its rows apart; ``unique_with`` is the column (or None) that may
    not hold the same value twice for one company: rows that would collide stay with the merged company.
    """

    column: InstrumentedAttribute
    key: InstrumentedAttribute
    unique_with: InstrumentedAttribute | None = None

    @property
    def name(self) -> str:
        """``table.column``, under which a merge lists the moved rows."""
        return f"{self.column.class_.__tablename__}.{self.column.key}"

    def move(self, source: Company, target: Company) -> list[Any]:
        """Point the rows of ``source`` to ``target``. Returns the keys of those moved."""
        statement = select(self.key).where(self.column == source.id)
        if self.unique_with is not None:
            taken = select(self.unique_with).where(self.column == target.id)
            statement = statement.where(self.unique_with.not_in(taken))
        keys = list(db.session.scalars(statement))
        self._repoint(keys, source, target)
        return keys

    def restore(self, kept: list[Any], source: Company, target: Company) -> None:
        """Point back those of the rows that still name ``target``."""
        self._repoint(kept, target, source)

    def _repoint(self, keys: list[Any], old: Company, new: Company) -> None:
        for start in range(0, len(keys), _CHUNK):
            part = keys[start : start + _CHUNK]
            statement = update(self.column.class_).where(self.column == old.id, self.key.in_(part))
            db.session.execute(statement.values({self.column.key: new.id}))


followers: list[Follows] = [
    Follower(CompanyAlias.company_id, CompanyAlias.id, CompanyAlias.name),
    Follower(CompanyHeadcount.company_id, CompanyHeadcount.id, CompanyHeadcount.from_on),
    Follower(FirmClient.company_id, FirmClient.id),
    # Merges never chain: who was merged into the source before follows it to the new survivor.
    Follower(Company.merged_into_id, Company.id),
]


def follow_merges(
    column: InstrumentedAttribute, key: InstrumentedAttribute, *, unique_with: InstrumentedAttribute | None = None
) -> None:
    """Register a column that a merge moves and its undoing restores: ``follow_merges(Party.company_id, Party.id)``.

    For a table with (case, company) as its key: ``follow_merges(CaseCompany.company_id, CaseCompany.case_id,
    unique_with=CaseCompany.case_id)``.
    """
    follow_merges_with(Follower(column, key, unique_with))


def follow_merges_with(follower: Follows) -> None:
    """Register what takes more than pointing a column elsewhere."""
    if all(known.name != follower.name for known in followers):
        followers.append(follower)


def tell(companies: Sequence[Company]) -> None:
    """Let everybody who copies level ids rewrite them for these companies."""
    if companies:
        db.session.flush()
        for hook in on_tree_change:
            hook(companies)
