"""The committee and the causes of dispute."""

from __future__ import annotations

from collections.abc import Sequence

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


def categories(*, include_inactive: bool = False) -> Sequence[Category]:
    """The causes of the deployment, each main cause followed by its branches. All committees share them."""
    statement = select(Category).order_by(Category.sort, Category.code)
    if not include_inactive:
        statement = statement.where(Category.is_active.is_(True))
    return db.session.scalars(statement).all()


def get_category(code: str) -> Category:
    """One cause. Raises NotFound."""
    category = db.session.get(Category, code)
    if category is None:
        raise NotFound()
    return category
