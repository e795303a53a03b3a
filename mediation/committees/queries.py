"""The committee and the causes of dispute."""

from __future__ import annotations

from sqlalchemy import select

from mediation.committees.models import Category, Committee
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import NotFound


def committee_of(actor: Actor) -> Committee:
    """The actor's committee. Raises NotFound for an actor without one."""
    committee = db.session.get(Committee, actor.committee_id) if actor.committee_id is not None else None
    if committee is None:
        raise NotFound()
    return committee


def categories(*, include_inactive: bool = False) -> list[Category]:
    """The causes, each main cause followed by its branches. The whole deployment shares them.

    Without ``include_inactive`` the branches of a main cause that is out of use are left out as well.
    """
    rows = db.session.scalars(select(Category).order_by(Category.sort, Category.code)).all()
    branches: dict[str, list[Category]] = {}
    for row in rows:
        if row.parent_code is not None and (row.is_active or include_inactive):
            branches.setdefault(row.parent_code, []).append(row)
    mains = (row for row in rows if row.parent_code is None and (row.is_active or include_inactive))
    return [row for main in mains for row in (main, *branches.get(main.code, ()))]


def get_category(code: str) -> Category:
    """One cause. Raises NotFound."""
    category = db.session.get(Category, code)
    if category is None:
        raise NotFound()
    return category
