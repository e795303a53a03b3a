"""Jobs run once, however many processes look at the clock.

One row per (job, run key) is claimed by a conditional insert-or-update with a lease; whoever claims it runs the job
and writes its effect and ``done`` in one transaction. A killed process lets the lease run out and another takes over.
Leases are measured by the database's clock: the hosts' own may differ, and the product's may be stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Index, Integer, String, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from mediation.core import clock
from mediation.core.db import Identified, UtcDateTime, db, transaction

LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 5
# After a failure the next attempt waits, longer each time: what is broken for a minute is often broken for an hour.
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))


class JobRun(Identified, db.Model):
    """One run of one job. ``run_key`` is the period it stands for (2026-11-22, 2026-10). ``status``: running, done, failed."""

    __tablename__ = "job_run"

    job: Mapped[str] = mapped_column(String(40))
    run_key: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(10))
    owner: Mapped[str] = mapped_column(String(60))
    attempt: Mapped[int] = mapped_column(Integer)
    lease_until: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(500))

    __table_args__ = (Index("uq_job_run", "job", "run_key", unique=True),)


def claim(job: str, run_key: str, owner: str, *, lease: timedelta = LEASE, again: bool = False) -> int | None:
    """Claim a run. Returns the attempt (1, 2 …), or None when it is done, running elsewhere, waiting, or given up.

    ``again``: somebody asks for it by hand, so a run that is done, waiting or given up is claimed too.
    """
    with transaction() as session:
        insert = postgresql.insert if _is_postgresql(session) else sqlite.insert
        real_now = _database_now(session)
        fresh = {
            "status": "running",
            "owner": owner,
            "lease_until": real_now + lease,
            "started_at": clock.now(),
            "finished_at": None,
            "outcome": None,
        }
        is_over = JobRun.lease_until < real_now
        free = is_over & (JobRun.status != "done") & (JobRun.attempt < MOST_ATTEMPTS)
        by_hand = or_(is_over, JobRun.status != "running")
        statement = (
            insert(JobRun)
            .values({"job": job, "run_key": run_key, "attempt": 1, **fresh})
            .on_conflict_do_update(
                index_elements=["job", "run_key"],
                set_={"attempt": JobRun.attempt + 1, **fresh},
                where=by_hand if again else free,
            )
            .returning(JobRun.attempt)
        )
        return session.execute(statement).scalar_one_or_none()


def renew(job: str, run_key: str, owner: str, attempt: int, *, lease: timedelta = LEASE) -> bool:
    """Hold a claimed run for another lease, in a transaction of its own. False: somebody else has it."""
    with transaction() as session:
        return _update(
            job, run_key, owner, attempt, {"lease_until": _database_now(session) + lease}, JobRun.status == "running"
        )


def finish(job: str, run_key: str, owner: str, attempt: int, outcome: str) -> bool:
    """Mark a claimed run done, inside the transaction of its effect. False: the lease was lost, so roll back."""
    return _update(job, run_key, owner, attempt, _settled("done", outcome))


def fail(job: str, run_key: str, owner: str, attempt: int, outcome: str) -> bool:
    """Mark a claimed run failed, in a transaction of its own; it is tried again until the attempts are used up."""
    with transaction() as session:
        pause = PAUSES[min(attempt, len(PAUSES)) - 1]
        values = _settled("failed", outcome) | {"lease_until": _database_now(session) + pause}
        return _update(job, run_key, owner, attempt, values)


def settled_keys(since: datetime) -> set[tuple[str, str]]:
    """(job, run key) of the runs started since an instant that are done or given up."""
    given_up = (JobRun.attempt >= MOST_ATTEMPTS) & (JobRun.status == "failed")
    rows = db.session.execute(
        select(JobRun.job, JobRun.run_key).where(JobRun.started_at >= since, or_(JobRun.status == "done", given_up))
    )
    return {(row.job, row.run_key) for row in rows}


def runs(*, job: str | None = None, limit: int = 100) -> Sequence[JobRun]:
    """The latest runs, newest first."""
    statement = select(JobRun).order_by(JobRun.started_at.desc(), JobRun.id.desc()).limit(limit)
    if job is not None:
        statement = statement.where(JobRun.job == job)
    return db.session.scalars(statement).all()


def _settled(status: str, outcome: str) -> dict[str, object]:
    return {"status": status, "finished_at": clock.now(), "outcome": outcome[:500]}


def _update(
    job: str, run_key: str, owner: str, attempt: int, values: dict[str, object], *conditions: ColumnElement[bool]
) -> bool:
    mine = (JobRun.job == job, JobRun.run_key == run_key, JobRun.owner == owner, JobRun.attempt == attempt)
    result = db.session.execute(update(JobRun).where(*mine, *conditions).values(values))
    return cast("CursorResult[Any]", result).rowcount == 1


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _database_now(session: Session) -> datetime:
    if _is_postgresql(session):
        # now() would be the start of the transaction, which may have waited for a lock.
        return session.execute(select(func.clock_timestamp())).scalar_one()
    text = session.execute(select(func.strftime("%Y-%m-%dT%H:%M:%f", "now"))).scalar_one()
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
