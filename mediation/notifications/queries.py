"""The only SELECTs on the inbox. A person sees their own items and nobody else's."""

from __future__ import annotations

from sqlalchemy import func, select

from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import NotFound
from mediation.core.web.pages import PAGE_SIZE, Page, decode_cursor, keyset_page
from mediation.notifications.models import InboxItem

MOST_COUNTED = 99


def unread_count(user_id: int) -> int:
    """Unread items of a person, counted up to 100: "99+" is all a badge can show."""
    unread = (
        select(InboxItem.id).where(InboxItem.user_id == user_id, InboxItem.read_at.is_(None)).limit(MOST_COUNTED + 1)
    )
    return db.session.scalar(select(func.count()).select_from(unread.subquery())) or 0


def inbox_for(actor: Actor, *, after: str | None = None, before: str | None = None) -> Page[InboxItem]:
    """One page of the actor's items, newest first; ``after`` and ``before`` are cursors."""
    key = decode_cursor(after or before)
    backwards = bool(before and not after and key)
    statement = select(InboxItem).where(
        InboxItem.user_id == actor.user_id, InboxItem.committee_id == actor.committee_id
    )
    if key and isinstance(key[0], int):
        statement = statement.where(InboxItem.id > key[0] if backwards else InboxItem.id < key[0])
    order = InboxItem.id.asc() if backwards else InboxItem.id.desc()
    fetched = list(db.session.scalars(statement.order_by(order).limit(PAGE_SIZE + 1)))
    return keyset_page(fetched, lambda item: (item.id,), backwards=backwards, started=bool(key), size=PAGE_SIZE)


def get_for(actor: Actor, item_id: int) -> InboxItem:
    """One item of the actor's own. Raises NotFound."""
    item = db.session.scalar(select(InboxItem).where(InboxItem.id == item_id, InboxItem.user_id == actor.user_id))
    if item is None:
        raise NotFound()
    return item
