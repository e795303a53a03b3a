"""Put notices into inboxes and messages into the outbox, once each; channels; what an administrator does by hand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from mediation.audit.events import AuditEvent
from mediation.audit.record import change, record
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError
from mediation.core.permissions import P, check
from mediation.notifications import queries, robots
from mediation.notifications.models import Channel, InboxItem, OutboxMessage
from mediation.notifications.queries import EMAIL, NO_KEY, unread_count

__all__ = [
    "cancel",
    "mark_all_read",
    "mark_read",
    "mark_read_before",
    "notify",
    "queue",
    "remove_robot",
    "retry",
    "save_robot",
    "send_test",
    "switch",
    "unread_count",
]


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
    return _insert_once(
        InboxItem,
        ["user_id", "key"],
        committee_id=committee_id,
        user_id=user_id,
        kind=kind,
        key=key,
        title=title[:200],
        body=body and body[:1000],
        url=url,
        case_id=case_id,
    )


def queue(
    *, committee_id: int, user_id: int, key: str, subject: str, body: str, kinds: Collection[str] | None = None
) -> int:
    """Write a message for each active channel of a person, in the caller's transaction. Returns how many are new.

    ``subject`` and ``body`` name no party. ``key`` as for :func:`notify`: the same message is queued once per channel.
    ``kinds``: the person's channels where the caller has asked for many people at once (``queries.channels_of``).
    """
    if kinds is None:
        kinds = queries.channels_of([user_id]).get(user_id, ())
    subject = " ".join(subject.split())[:200]
    return sum(
        _insert_once(
            OutboxMessage,
            ["user_id", "channel_kind", "key"],
            committee_id=committee_id,
            user_id=user_id,
            channel_kind=kind,
            key=key,
            subject=subject,
            body=body,
            status="queued",
            attempts=0,
            next_at=clock.now(),
        )
        for kind in kinds
    )


def _insert_once(model: Any, unique: list[str], **values: Any) -> bool:
    """Insert a row unless one with the same key is there, whoever inserts it and however many at once."""
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = (
        insert(model)
        .values(**values, created_at=clock.now())
        .on_conflict_do_nothing(index_elements=unique)
        .returning(model.id)
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


def mark_read_before(committee_id: int, *, kinds: Collection[str], before: datetime) -> int:
    """Unread items of some kinds that are older than an instant are of no more use. Returns how many there were."""
    result = db.session.execute(
        update(InboxItem)
        .where(
            InboxItem.committee_id == committee_id,
            InboxItem.kind.in_(kinds),
            InboxItem.read_at.is_(None),
            InboxItem.created_at < before,
        )
        .values(read_at=clock.now())
    )
    return result.rowcount


def save_robot(actor: Actor, *, kind: str, key: str, secret: str | None) -> Channel:
    """Keep the key of the actor's robot, sealed, and switch it on. Raises DomainError on ``key`` or ``secret``."""
    found = robots.read_key(kind, key)
    if found is None:
        raise DomainError(_("这不是该平台机器人的密钥；可以粘贴完整的 Webhook 地址"), field="key")
    if secret and not robots.SECRET.fullmatch(secret):
        raise DomainError(_("加签密钥只有字母和数字"), field="secret")
    target = robots.seal(found, secret if robots.PROVIDERS[kind].has_secret else None)
    channel = queries.own_channels(actor).get(kind)
    if channel is None:
        return _new_channel(actor, kind, target, is_active=True)
    change(actor, channel, target=target, is_active=True)
    return channel


def switch(actor: Actor, *, kind: str, on: bool) -> None:
    """Switch one of the actor's channels on or off. Mail needs no row of its own to be on. Raises DomainError."""
    channel = queries.own_channels(actor).get(kind)
    if kind != EMAIL and (channel is None or channel.target == NO_KEY):
        raise DomainError(_("请先填写机器人密钥"))
    if channel is None:
        _new_channel(actor, kind, NO_KEY, is_active=on)
    else:
        change(actor, channel, is_active=on)


def remove_robot(actor: Actor, *, kind: str) -> None:
    """Forget the key of a robot: it is worth something to whoever finds it. The row stays, switched off."""
    channel = queries.own_channels(actor).get(kind)
    if channel is not None and kind != EMAIL:
        change(actor, channel, target=NO_KEY, is_active=False)


def send_test(actor: Actor, *, kind: str) -> None:
    """Queue a test message to one of the actor's channels. Raises DomainError when the channel is not on."""
    if kind not in queries.channels_of([actor.user_id or 0]).get(actor.user_id or 0, ()):
        raise DomainError(_("这个渠道没有启用"))
    queue(
        committee_id=actor.committee_id or 0,
        user_id=actor.user_id or 0,
        key=f"test:{clock.now().isoformat()}",
        subject=_("【调解案件】测试消息"),
        body=_("%(name)s：收到这条消息，说明期限提醒可以送达这个渠道。", name=actor.name),
        kinds=(kind,),
    )


def retry(actor: Actor, *, message: OutboxMessage) -> None:
    """Try a message again now that was given up or waits. Raises Conflict when it is sent or cancelled."""
    check(actor, P.JOB_MANAGE)
    if message.status not in ("failed", "queued"):
        raise Conflict(_("这条消息已经发出或取消"))
    _set_status(actor, message, status="queued", attempts=0, next_at=clock.now())


def cancel(actor: Actor, *, message: OutboxMessage) -> None:
    """Give a message up. Raises Conflict when it is sent or being sent."""
    check(actor, P.JOB_MANAGE)
    if message.status not in ("failed", "queued"):
        raise Conflict(_("这条消息已经发出或取消"))
    _set_status(actor, message, status="cancelled")


def _set_status(actor: Actor, message: OutboxMessage, **values: Any) -> None:
    for name, value in values.items():
        setattr(message, name, value)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CHANGED, subject=("outbox_message", message.id), changed=["status"])


def _new_channel(actor: Actor, kind: str, target: str, *, is_active: bool) -> Channel:
    channel = Channel(
        committee_id=actor.committee_id, user_id=actor.user_id, kind=kind, target=target, is_active=is_active
    )
    db.session.add(channel)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CREATED, subject=("channel", channel.id))
    return channel
