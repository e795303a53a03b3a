"""Rows that are sent once: claimed by a conditional update with a lease, tried outside any transaction, then marked.

However many processes look, each row is tried by one. One double is possible: a process that dies between the hand-over
and the mark. Its lease runs out and the row is tried again. The table has the columns of ``OutboxMessage`` that say how
far it is: status, attempts, next_at, claimed_by, claimed_until, last_error, sent_at.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import ColumnElement, CursorResult, and_, or_, select, update

from mediation.core import clock
from mediation.core.db import db, transaction
from mediation.notifications import mail, robots

LEASE = timedelta(minutes=10)
# After each failure the next attempt waits longer; after the last the row is given up and shown to people.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 25, 120, 600))
MOST_ATTEMPTS = len(PAUSES) + 1
_chance = random.SystemRandom()


class Taken(Protocol):
    """A claimed row as plain values, so that no transaction is open while it is sent."""

    @property
    def id(self) -> int:
        """Its key."""

    @property
    def attempts(self) -> int:
        """How often it has been tried, this time included."""


T = TypeVar("T", bound=Taken)


class NotSent(Exception):
    """It is not to be tried at all. ``status``: cancelled or failed."""

    def __init__(self, status: str, why: str) -> None:
        super().__init__(why)
        self.status = status


@dataclass
class Sums:
    """What a run of a sender did."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    cancelled: int = 0

    def __str__(self) -> str:
        return f"{self.sent} sent, {self.waiting} to be tried again, {self.failed} given up, {self.cancelled} cancelled"


def is_due(table: Any) -> bool:
    """Most minutes there is nothing to send, and no need to queue up for SQLite's one writer."""
    db.session.rollback()
    found = db.session.scalar(select(table.id).where(_due(table, clock.now())).limit(1)) is not None
    db.session.rollback()
    return found


def work_off(
    table: Any,
    *,
    owner: str,
    take: Callable[[Any], T],
    send: Callable[[T], None],
    stop: Callable[[], bool] = lambda: False,
) -> Sums:
    """Try every row of a table that is due now, committing row by row. ``owner`` is a name no other process has.

    ``take`` makes plain values of a claimed row, inside the claim's transaction; ``send`` hands them over and raises
    NotSent, MailRefused for what no later attempt can mend, or anything else for what may.
    """
    sums = Sums()
    while not stop():
        taken = _claim(table, owner, take)
        if taken is None:
            break
        status = _settle(table, owner, taken, _try(send, taken))
        if status is not None:
            setattr(sums, status, getattr(sums, status) + 1)
    return sums


def _due(table: Any, now: datetime) -> ColumnElement[bool]:
    waiting = and_(table.status == "queued", table.next_at <= now)
    left_behind = and_(table.status == "sending", table.claimed_until < now)
    return or_(waiting, left_behind)


def _claim(table: Any, owner: str, take: Callable[[Any], T]) -> T | None:
    """The next due row, now ours until the lease ends; None when nothing is due."""
    with transaction() as session:
        now = clock.now()
        chosen = (
            select(table.id)
            .where(_due(table, now))
            .order_by(table.next_at, table.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        key = session.scalar(
            update(table)
            .where(table.id == chosen.scalar_subquery())
            .values(status="sending", claimed_by=owner, claimed_until=now + LEASE, attempts=table.attempts + 1)
            .returning(table.id)
        )
        return None if key is None else take(session.get_one(table, key, populate_existing=True))


def _try(send: Callable[[T], None], taken: T) -> tuple[str, str]:
    """(status, error) after an attempt: sent, queued (to be tried again), failed, cancelled."""
    try:
        if taken.attempts > MOST_ATTEMPTS:
            raise NotSent("failed", "interrupted again and again")
        send(taken)
    except NotSent as error:
        return error.status, str(error)
    except mail.MailRefused as error:
        return "failed", str(error)
    except (mail.MailError, robots.RobotError) as error:
        return _again(taken), str(error)
    except Exception as error:
        # What nobody foresaw must not keep the rows behind it waiting; its text might hold anything.
        return _again(taken), type(error).__name__
    return "sent", ""


def _again(taken: Taken) -> str:
    return "queued" if taken.attempts < MOST_ATTEMPTS else "failed"


def _settle(table: Any, owner: str, taken: Taken, outcome: tuple[str, str]) -> str | None:
    """Mark a row; returns what it counts as, None where whoever took it over marks it."""
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
        still_ours = (table.claimed_by == owner, table.attempts == taken.attempts)
        result = session.execute(update(table).where(table.id == taken.id, *still_ours).values(values))
        if cast("CursorResult[Any]", result).rowcount != 1:
            return None  # the lease ran out meanwhile
    return "waiting" if status == "queued" else status
