"""The views of the statistics page that a person keeps under a name."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, select

from mediation.accounts.models import SavedView
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import NotFound

PAGE = "statistics"


def views_of(actor: Actor) -> list[SavedView]:
    """A person's own views, by name."""
    own = (SavedView.user_id == actor.user_id, SavedView.page == PAGE)
    return list(db.session.scalars(select(SavedView).where(*own).order_by(SavedView.name)))


def keep(actor: Actor, *, name: str, arguments: Mapping[str, object]) -> SavedView:
    """Keep the arguments of the page's address under a name; one of the same name is replaced."""
    kept = next((view for view in views_of(actor) if view.name == name), None)
    if kept is None:
        kept = SavedView(committee_id=actor.committee_id, user_id=actor.user_id, name=name, page=PAGE, filters={})
        db.session.add(kept)
    kept.filters = {key: str(value) for key, value in arguments.items()}
    db.session.flush()
    return kept


def remove(actor: Actor, *, view_id: int) -> None:
    """Take an own view away. Raises NotFound."""
    own = (SavedView.id == view_id, SavedView.user_id == actor.user_id, SavedView.page == PAGE)
    if not db.session.execute(delete(SavedView).where(*own)).rowcount:
        raise NotFound()
