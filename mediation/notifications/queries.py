"""The only SELECTs on inbox, channels and outbox. A person sees their own; an administrator what could not be sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flask import current_app
from sqlalchemy import Table, func, select
from sqlalchemy.engine import Row

from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import NotFound
from mediation.core.web.pages import PAGE_SIZE, Page, decode_cursor, keyset_page
from mediation.notifications.models import Channel, InboxItem, OutboxMessage

MOST_COUNTED = 99
MOST_SHOWN = 200
EMAIL = "email"
# What stands in the sealed column where there is no key: mail goes to the address of the account, a robot was removed.
NO_KEY = "-"


def _accounts() -> Table:
    """The table of accounts: they stand above this package, which knows them by its foreign key only."""
    (key,) = Channel.__table__.c.user_id.foreign_keys
    return key.column.table


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


def email_of(user_id: int) -> str | None:
    """The mail address of an account in use."""
    accounts = _accounts()
    return db.session.scalar(select(accounts.c.email).where(accounts.c.id == user_id, accounts.c.is_active))


def channels_of(user_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The kinds of channels by which each person in use is reached besides the inbox; who has none is left out.

    Mail goes to the account's address by itself, unless the person has switched it off or no mail server is set.
    """
    accounts = _accounts()
    people = db.session.execute(
        select(accounts.c.id, accounts.c.email).where(accounts.c.id.in_(user_ids), accounts.c.is_active)
    ).all()
    rows = db.session.execute(
        select(Channel.user_id, Channel.kind, Channel.is_active).where(Channel.user_id.in_(user_ids))
    ).all()
    chosen = {(row.user_id, row.kind): row.is_active for row in rows}
    found = {}
    for person in people:
        by_mail = current_app.config["SMTP_URL"] and person.email and chosen.get((person.id, EMAIL), True)
        robots = sorted(kind for (user_id, kind), on in chosen.items() if user_id == person.id and on and kind != EMAIL)
        kinds = (*([EMAIL] if by_mail else []), *robots)
        if kinds:
            found[person.id] = kinds
    return found


def target_of(user_id: int, kind: str) -> str | None:
    """Where a message goes now: the mail address, or the sealed key of a robot. None: account or channel is closed."""
    accounts = _accounts()
    address = select(accounts.c.email).where(accounts.c.id == user_id, accounts.c.is_active)
    person = db.session.execute(address).one_or_none()
    channel = db.session.scalar(select(Channel).where(Channel.user_id == user_id, Channel.kind == kind))
    if person is None or (channel is not None and not channel.is_active):
        return None
    if kind == EMAIL:
        return person.email
    return channel.target if channel and channel.target != NO_KEY else None


def own_channels(actor: Actor) -> dict[str, Channel]:
    """The actor's channels by kind."""
    rows = db.session.scalars(
        select(Channel).where(Channel.user_id == actor.user_id, Channel.committee_id == actor.committee_id)
    )
    return {row.kind: row for row in rows}


def last_messages_for(actor: Actor, limit: int = 8) -> Sequence[OutboxMessage]:
    """What was last sent to the actor, newest first."""
    return db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.user_id == actor.user_id, OutboxMessage.committee_id == actor.committee_id)
        .order_by(OutboxMessage.id.desc())
        .limit(limit)
    ).all()


def unsent_for(actor: Actor) -> Sequence[Row[Any]]:
    """What has failed or waits in the actor's committee, failures first, without the bodies."""
    accounts = _accounts()
    statement = (
        select(
            OutboxMessage.id,
            OutboxMessage.channel_kind,
            OutboxMessage.subject,
            OutboxMessage.status,
            OutboxMessage.attempts,
            OutboxMessage.created_at,
            OutboxMessage.next_at,
            OutboxMessage.last_error,
            accounts.c.name.label("person"),
        )
        .outerjoin(accounts, accounts.c.id == OutboxMessage.user_id)
        .where(
            OutboxMessage.committee_id == actor.committee_id,
            OutboxMessage.status.in_(("failed", "queued", "sending")),
        )
        .order_by(OutboxMessage.status, OutboxMessage.id.desc())
        .limit(MOST_SHOWN)
    )
    return db.session.execute(statement).all()


def message_for(actor: Actor, message_id: int) -> OutboxMessage:
    """One message of the actor's committee. Raises NotFound."""
    message = db.session.scalar(
        select(OutboxMessage).where(OutboxMessage.id == message_id, OutboxMessage.committee_id == actor.committee_id)
    )
    if message is None:
        raise NotFound()
    return message
