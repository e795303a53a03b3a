"""The sender: takes messages out of the outbox, one at a time, and hands them to mail servers and robots.

How a message is claimed and sent once is told in ``claims``; mail that goes out twice has the same message id, which mail
programs fold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from flask import current_app

from mediation.core import clock
from mediation.notifications import claims, mail, queries, robots
from mediation.notifications.models import OutboxMessage


@dataclass(frozen=True)
class Taken:
    """A claimed message: plain values, so that no transaction is open while it is sent."""

    id: int
    attempts: int
    channel_kind: str
    subject: str
    body: str
    target: str | None


def send_due(*, owner: str, stop: Callable[[], bool] = lambda: False) -> claims.Sums:
    """Send everything that is due now. ``owner`` is a name no other process has. Commits by itself, message by message."""
    if not claims.is_due(OutboxMessage):
        return claims.Sums()
    with mail.Mailbox(current_app.config["SMTP_URL"] or "smtp://localhost") as mailbox:
        return claims.work_off(OutboxMessage, owner=owner, take=_taken, send=partial(_send, mailbox), stop=stop)


def _taken(message: OutboxMessage) -> Taken:
    return Taken(
        message.id,
        message.attempts,
        message.channel_kind,
        message.subject,
        message.body,
        target=queries.target_of(message.user_id, message.channel_kind),
    )


def _send(mailbox: mail.Mailbox, taken: Taken) -> None:
    if taken.target is None:
        raise claims.NotSent("cancelled", "the account or the channel is closed")
    if taken.channel_kind == "email":
        _mail(mailbox, taken)
    else:
        robots.send(
            taken.channel_kind,
            taken.target,
            subject=taken.subject,
            body=taken.body,
            base=current_app.config["WEBHOOK_BASE"],
        )


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
