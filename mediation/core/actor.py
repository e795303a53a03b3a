"""Who acts: plain data, so that pages, jobs and commands call the same services."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from flask import g


class Role(StrEnum):
    """The people of the trade; see the README's table."""

    LAWYER = "lawyer"
    POLICE = "police"
    JUDICIAL = "judicial"
    HR = "hr"
    COMMITTEE = "committee"
    ADMIN = "admin"


@dataclass(frozen=True)
class Actor:
    """A person (or the system) with what the row scopes need to know.

    ``company_ids`` are the tops of the subtrees an HR officer answers for, each with its level (1, 2 or 3) in
    ``company_levels``. ``office_id`` is the law firm, police post or judicial office the person works for.
    ``deputises_for`` are the people out of office today whose deputy the person is.
    """

    user_id: int | None
    name: str
    committee_id: int | None
    roles: frozenset[Role] = frozenset()
    station_ids: frozenset[int] = frozenset()
    company_levels: tuple[tuple[int, int], ...] = field(default=())
    office_id: int | None = None
    deputises_for: frozenset[int] = frozenset()
    is_system: bool = False

    @property
    def is_authenticated(self) -> bool:
        """Whether somebody is behind it."""
        return self.user_id is not None or self.is_system

    def has(self, role: Role) -> bool:
        """Whether the actor holds a role."""
        return role in self.roles


SYSTEM = "系统"  # the name that rows keep of it
PUBLIC = Actor(user_id=None, name="", committee_id=None)


def system(committee_id: int | None) -> Actor:
    """The system acting for one committee (jobs, commands, imports): sees all of it, holds every permission."""
    return Actor(user_id=None, name=SYSTEM, committee_id=committee_id, roles=frozenset(Role), is_system=True)


def current_actor() -> Actor:
    """The actor of this request; nobody before log-in."""
    return getattr(g, "actor", PUBLIC)
