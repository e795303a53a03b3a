"""The sender: takes messages out of the outbox, one at a time, and hands them to mail servers and robots.

A message is claimed by a conditional update with a lease, sent outside any transaction and then marked, so however many
processes look, each message is sent once. One double is possible: a process that dies between the hand-over and the
mark. Its lease runs out and the message goes out again (mail with the same message id, which mail programs fold).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from flask import current_app
from sqlalchemy import ColumnElement, CursorResult, and_, or_, select, update

from mediation.core import clock
from mediation.core.db import db, transaction
from mediation.notifications import mail, queries, robots
from mediation.notifications.models import OutboxMessage

LEASE = timedelta(minutes=10)
# After each failure the next attempt waits longer; after the last the message is given up and shown to administrators.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 25, 120, 600))
MOST_ATTEMPTS = len(PAUSES) + 1
_chance = random.SystemRandom()


@dataclass
class Sums:
    """What a run of the sender did."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    cancelled: int = 0

    def __str__(self) -> str:
        return f"{self.sent} sent, {self.waiting} to be tried again, {self.failed} given up, {self.cancelled} cancelled"


@dataclass(frozen=True)
class Taken:
    """A claimed message: plain values, so that no transaction is open while it is sent."""

    id: int
    user_id: int
    channel_kind: str
    subject: str
    body: str
    attempts: int
    target: str | None


def send_due(*, owner: str, stop: Callable[[], bool] = lambda: False) -> Sums:
    """Send everything that is due now. ``owner`` is a name no other process has. Commits by itself, message by message."""
    sums = Sums()
    if not _is_due():
        return sums
    with mail.Mailbox(current_app.config["SMTP_URL"] or "smtp://localhost") as mailbox:
        while not stop():
            taken = _claim(owner)
            if taken is None:
                break
            _settle(owner, taken, _try(mailbox, taken), sums)
    return sums


def _due(now: datetime) -> ColumnElement[bool]:
    waiting = and_(OutboxMessage.status == "queued", OutboxMessage.next_at <= now)
    left_behind = and_(OutboxMessage.status == "sending", OutboxMessage.claimed_until < now)
    return or_(waiting, left_behind)


def _is_due() -> bool:
    """Most minutes there is nothing to send, and no need to queue up for SQLite's one writer."""
    db.session.rollback()
    found = db.session.scalar(select(OutboxMessage.id).where(_due(clock.now())).limit(1)) is not None
    db.session.rollback()
    return found


def _claim(owner: str) -> Taken | None:
    """The next due message, now ours until the lease ends; None when nothing is due."""
    with transaction() as session:
        now = clock.now()
        chosen = (
            select(OutboxMessage.id)
            .where(_due(now))
            .order_by(OutboxMessage.next_at, OutboxMessage.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == chosen.scalar_subquery())
            .values(status="sending", claimed_by=owner, claimed_until=now + LEASE, attempts=OutboxMessage.attempts + 1)
            .returning(
                OutboxMessage.id,
                OutboxMessage.user_id,
                OutboxMessage.channel_kind,
                OutboxMessage.subject,
                OutboxMessage.body,
                OutboxMessage.attempts,
            )
        ).one_or_none()
        if row is None:
            return None
        return Taken(*row, target=queries.target_of(row.user_id, row.channel_kind))


def _try(mailbox: mail.Mailbox, taken: Taken) -> tuple[str, str]:
    """(status, error) after an attempt: sent, queued (to be tried again), failed, cancelled."""
    if taken.target is None:
        return "cancelled", "the account or the channel is closed"
    if taken.attempts > MOST_ATTEMPTS:
        return "failed", "interrupted again and again"
    config = current_app.config
    try:
        if taken.channel_kind == "email":
            _mail(mailbox, taken)
        else:
            robots.send(
                taken.channel_kind,
                taken.target,
                subject=taken.subject,
                body=taken.body,
                base=config["WEBHOOK_BASE"],
            )
    except mail.MailRefused as error:
        return "failed", str(error)
    except (mail.MailError, robots.RobotError) as error:
        return ("queued" if taken.attempts < MOST_ATTEMPTS else "failed"), str(error)
    except Exception as error:
        # What nobody foresaw must not keep the messages behind it waiting; its text might hold anything.
        return ("queued" if taken.attempts < MOST_ATTEMPTS else "failed"), type(error).__name__
    return "sent", ""


def _mail(mailbox: mail.Mailbox, taken: Taken) -> None:
    config = current_app.config
    if not config["SMTP_URL"]:
        raise mail.MailError("no mail server is set")
    mailbox.send(
        mail.compose(
            sender=config["MAIL_FROM"],
            to=taken.target or "",
            subject=taken.subject,
            body=taken.body,
            message_id=f"<outbox-{taken.id}@{mail.domain_of(config['MAIL_FROM'])}>",
            at=clock.now(),
        )
    )


def _settle(owner: str, taken: Taken, outcome: tuple[str, str], sums: Sums) -> None:
    status, error = outcome
    now = clock.now()
    values: dict[str, Any] = {
        "status": status,
        "claimed_by": None,
        "claimed_until": None,
        "last_error": error[:300] or None,
    }
    if status == "sent":
        values["sent_at"] = now
    elif status == "queued":
        values["next_at"] = now + PAUSES[taken.attempts - 1] * _chance.uniform(0.9, 1.2)
    with transaction() as session:
        still_ours = (OutboxMessage.claimed_by == owner, OutboxMessage.attempts == taken.attempts)
        result = session.execute(update(OutboxMessage).where(OutboxMessage.id == taken.id, *still_ours).values(values))
        if cast("CursorResult[Any]", result).rowcount != 1:
            return  # the lease ran out meanwhile; whoever took the message over marks it
    name = {"queued": "waiting"}.get(status, status)
    setattr(sums, name, getattr(sums, name) + 1)
