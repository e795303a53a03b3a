"""Who works a batch: claimed by a conditional update with a lease, which every step renews.

However many processes look, one works a batch, and the others take it over where a process died in the middle of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update

from mediation.accounts import sessions
from mediation.accounts.models import User
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db, transaction
from mediation.documents.batches.asking import RUNNING, WAITING
from mediation.documents.models import PaperBatch

LEASE = timedelta(minutes=5)


class Lost(RuntimeError):
    """Another process has taken the batch over."""


class Stopped(RuntimeError):
    """The process ends; the batch waits for the next one."""


@dataclass(frozen=True)
class Task:
    """A claimed batch: plain values, so that no transaction is open between two steps."""

    id: int
    case_id: int
    what: str
    code: str
    actor: Actor | None
    owner: str


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(PaperBatch.status == WAITING, and_(PaperBatch.status == RUNNING, PaperBatch.claimed_until < now))


def is_due() -> bool:
    """Most of the time nothing waits, and there is no need to queue up for SQLite's one writer."""
    db.session.rollback()
    found = db.session.scalar(select(PaperBatch.id).where(_due(clock.now())).limit(1)) is not None
    db.session.rollback()
    return found


def claim(owner: str) -> Task | None:
    """The oldest batch that waits or was left behind; None when there is none."""
    with transaction() as session:
        now = clock.now()
        chosen = select(PaperBatch.id).where(_due(now)).order_by(PaperBatch.id).limit(1)
        row = session.execute(
            update(PaperBatch)
            .where(PaperBatch.id == chosen.with_for_update(skip_locked=True).scalar_subquery())
            .values(status=RUNNING, claimed_by=owner, claimed_until=now + LEASE)
            .returning(PaperBatch.id, PaperBatch.case_id, PaperBatch.what, PaperBatch.code, PaperBatch.asked_by)
        ).one_or_none()
        if row is None:
            return None
        asker = session.get(User, row.asked_by) if row.asked_by else None
        actor = sessions.actor_of(asker) if asker is not None and asker.is_active else None
        return Task(row.id, row.case_id, row.what, row.code, actor, owner)


def own(task: Task) -> PaperBatch:
    """The batch, locked and its lease renewed. Raises Lost."""
    batch = db.session.scalars(
        select(PaperBatch)
        .where(PaperBatch.id == task.id, PaperBatch.claimed_by == task.owner, PaperBatch.status == RUNNING)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if batch is None:
        raise Lost()
    batch.claimed_until = clock.now() + LEASE
    return batch


def finish(task: Task, status: str, problem: str | None) -> None:
    """Say how it ended. Raises Lost."""
    with transaction():
        batch = own(task)
        batch.status, batch.finished_at = status, clock.now()
        batch.problem = problem or batch.problem
        batch.claimed_by = batch.claimed_until = None


def give_back(task: Task) -> None:
    """Stopped between two steps: the next process need not wait for the lease to end. Raises Lost."""
    with transaction():
        batch = own(task)
        batch.status, batch.claimed_by, batch.claimed_until = WAITING, None, None
