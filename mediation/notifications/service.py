"""Put notices into inboxes, once each, and mark them read."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.notifications.models import InboxItem
from mediation.notifications.queries import unread_count

__all__ = ["mark_all_read", "mark_read", "notify", "unread_count"]


def notify(
    *,
    committee_id: int,
    user_id: int,
    kind: str,
    key: str,
    title: str,
    body: str | None = None,
    url: str | None = None,
    case_id: int | None = None,
) -> bool:
    """Give a person a notice, in the caller's transaction. Returns whether it is new.

    ``key`` names the occasion (``deadline:17:late``): a second call with the same key for the same person does
    nothing, whoever makes it and however many at once. ``url`` is an address of our own, beginning with one slash;
    raises ValueError for any other.
    """
    if url is not None and (not url.startswith("/") or url.startswith("//")):
        raise ValueError(f"a notice may only lead to our own pages, not to {url!r}")
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = (
        insert(InboxItem)
        .values(
            committee_id=committee_id,
            user_id=user_id,
            kind=kind,
            key=key,
            title=title[:200],
            body=body and body[:1000],
            url=url,
            case_id=case_id,
            created_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["user_id", "key"])
        .returning(InboxItem.id)
    )
    return db.session.execute(statement).scalar_one_or_none() is not None


def mark_read(actor: Actor, *, item: InboxItem) -> None:
    """The actor has seen one of their items; the first time counts."""
    if item.user_id == actor.user_id and item.read_at is None:
        item.read_at = clock.now()
        db.session.flush()


def mark_all_read(actor: Actor) -> int:
    """Everything in the actor's inbox is seen. Returns how many were not yet."""
    result = db.session.execute(
        update(InboxItem)
        .where(InboxItem.user_id == actor.user_id, InboxItem.read_at.is_(None))
        .values(read_at=clock.now())
    )
    return result.rowcount
