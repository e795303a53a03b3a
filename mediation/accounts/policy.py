"""Which accounts an actor can see: those of the own committee."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false

from mediation.accounts.models import User
from mediation.core.actor import Actor


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on User. Nobody sees accounts of another committee; a stranger sees none."""
    if actor.committee_id is None:
        return false()
    return User.committee_id == actor.committee_id
