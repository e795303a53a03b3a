"""Accounts, within an actor's committee."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, false, or_, select

from mediation.accounts.models import User, UserCompany, UserRole
from mediation.accounts.policy import visible_to
from mediation.core.actor import Actor, Role
from mediation.core.db import db
from mediation.core.errors import NotFound


def users_for(
    actor: Actor, *, role: Role | None = None, station_id: int | None = None, include_inactive: bool = False
) -> Sequence[User]:
    """The accounts of the actor's committee by name; with ``role`` or ``station_id`` only those who have it."""
    statement = select(User).where(visible_to(actor)).order_by(User.name, User.id)
    if role is not None:
        statement = statement.where(User.roles.any(UserRole.role == role.value))
    if station_id is not None:
        statement = statement.where(User.stations.any(station_id=station_id))
    if not include_inactive:
        statement = statement.where(User.is_active.is_(True))
    return db.session.scalars(statement).all()


def get_for(actor: Actor, user_id: int) -> User:
    """One account. Raises NotFound for one of another committee."""
    user = db.session.scalar(select(User).where(User.id == user_id, visible_to(actor)))
    if user is None:
        raise NotFound()
    return user


def names_for(actor: Actor, user_ids: set[int]) -> dict[int, str]:
    """Names of people by id, also of those who have left."""
    if not user_ids:
        return {}
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(user_ids), visible_to(actor)))
    return {row.id: row.name for row in rows}


def username_taken(username: str) -> bool:
    """Whether the user name is in use, in whatever committee: people log in by it alone."""
    return db.session.scalar(select(User.id).where(User.username == username)) is not None


def target(column: Any) -> Table:
    """The table a foreign key points to: stations and companies stand above accounts and cannot be imported here."""
    (key,) = column.property.columns[0].foreign_keys
    return key.column.table


def choices_for(actor: Actor, column: Any, *, chosen: frozenset[int] = frozenset()) -> list[tuple[int, str]]:
    """(id, name) of what a foreign key of an account can be set to: active rows of the committee, and those chosen."""
    table = target(column)
    if actor.committee_id is None:
        return []
    usable = table.c.is_active.is_(True)
    if "merged_into_id" in table.c:
        usable &= table.c.merged_into_id.is_(None)
    statement = (
        select(table.c.id, table.c.name)
        .where(table.c.committee_id == actor.committee_id, usable | (table.c.id.in_(chosen) if chosen else false()))
        .order_by(table.c.name)
    )
    return [(row.id, row.name) for row in db.session.execute(statement)]


def chosen_names(actor: Actor, column: Any, ids: frozenset[int]) -> list[str]:
    """Names of what a foreign key of an account is set to."""
    return [name for key, name in choices_for(actor, column, chosen=ids) if key in ids]


def company_levels_for(actor: Actor, company_ids: frozenset[int]) -> dict[int, int]:
    """The level (1–3) of each company that is of the actor's committee."""
    if not company_ids:
        return {}
    table = target(UserCompany.company_id)
    statement = select(table.c.id, table.c.level).where(
        table.c.id.in_(company_ids), table.c.committee_id == actor.committee_id
    )
    return {row.id: row.level for row in db.session.execute(statement)}


def in_tree(actor: Actor) -> ColumnElement[bool]:
    """The condition on companies: those an HR officer answers for, each with all below it; for anybody else none.

    It says of an HR officer what the policy of companies says; that package stands above this one.
    """
    table = target(UserCompany.company_id)
    if actor.committee_id is None or not actor.has(Role.HR) or actor.is_system:
        return false()
    subtrees = [table.c[f"level{level}_id"] == top for top, level in actor.company_levels if level in (1, 2, 3)]
    return (table.c.committee_id == actor.committee_id) & or_(false(), *subtrees)


def of_tree(actor: Actor, company_ids: Collection[int]) -> frozenset[int]:
    """Those of the companies that are in the actor's tree, also merged or closed ones."""
    table = target(UserCompany.company_id)
    if not company_ids:
        return frozenset()
    return frozenset(db.session.scalars(select(table.c.id).where(table.c.id.in_(company_ids), in_tree(actor))))


def above_tree(actor: Actor) -> frozenset[int]:
    """The companies above the actor's own: whoever answers for one of them holds more than the actor."""
    table = target(UserCompany.company_id)
    tops = [company_id for company_id, _level in actor.company_levels]
    paths = db.session.scalars(select(table.c.path).where(table.c.id.in_(tops))).all() if tops else []
    above = frozenset(int(key) for path in paths for key in path.split("/")[:-2] if key)
    return above - of_tree(actor, above)


def tree_for(actor: Actor) -> list[Row[Any]]:
    """(id, name, level, path) of the companies in use in the actor's tree, each under its own, by name."""
    table = target(UserCompany.company_id)
    rows = db.session.execute(
        select(table.c.id, table.c.name, table.c.level, table.c.path).where(
            in_tree(actor), table.c.is_active.is_(True), table.c.merged_into_id.is_(None)
        )
    ).all()
    names = {str(row.id): row.name for row in rows}
    return sorted(rows, key=lambda row: [(names.get(key, ""), key) for key in row.path.split("/") if key])


def company_names(actor: Actor, company_ids: Collection[int]) -> dict[int, str]:
    """Names of companies of the actor's committee by id, whatever became of them."""
    table = target(UserCompany.company_id)
    if not company_ids:
        return {}
    statement = select(table.c.id, table.c.name).where(
        table.c.id.in_(company_ids), table.c.committee_id == actor.committee_id
    )
    return {row.id: row.name for row in db.session.execute(statement)}


def survivors(company_ids: Collection[int]) -> frozenset[int]:
    """The companies themselves, or those they were merged into since."""
    table = target(UserCompany.company_id)
    if not company_ids:
        return frozenset()
    statement = select(table.c.id, table.c.merged_into_id).where(table.c.id.in_(company_ids))
    return frozenset(row.merged_into_id or row.id for row in db.session.execute(statement))
