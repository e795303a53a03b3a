"""Jobs run once, however many processes look at the clock.

One row per (job, run key) is claimed by a conditional insert-or-update with a lease; whoever claims it runs the job
and writes its effect and ``done`` in one transaction. A killed process lets the lease run out and another takes over.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Index, Integer, String, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from mediation.core import clock
from mediation.core.db import Identified, UtcDateTime, db, transaction

LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 5


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


def claim(job: str, run_key: str, owner: str, *, lease: timedelta = LEASE) -> int | None:
    """Claim a run. Returns the attempt (1, 2 …), or None when it is done, running elsewhere, or given up."""
    now = clock.now()
    with transaction() as session:
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        values = {
            "job": job,
            "run_key": run_key,
            "status": "running",
            "owner": owner,
            "attempt": 1,
            "lease_until": now + lease,
            "started_at": now,
        }
        taken_over = {
            "status": "running",
            "owner": owner,
            "attempt": JobRun.attempt + 1,
            "lease_until": now + lease,
            "started_at": now,
            "outcome": None,
        }
        statement = (
            insert(JobRun)
            .values(values)
            .on_conflict_do_update(
                index_elements=["job", "run_key"],
                set_=taken_over,
                where=(
                    (JobRun.status != "done")
                    & or_(JobRun.lease_until < now, JobRun.status == "failed")
                    & (JobRun.attempt < MOST_ATTEMPTS)
                ),
            )
            .returning(JobRun.attempt)
        )
        return session.execute(statement).scalar_one_or_none()


def finish(job: str, run_key: str, owner: str, attempt: int, outcome: str) -> bool:
    """Mark a claimed run done, inside the transaction of its effect. False: the lease was lost, so roll back."""
    return _settle(job, run_key, owner, attempt, "done", outcome)


def fail(job: str, run_key: str, owner: str, attempt: int, outcome: str) -> bool:
    """Mark a claimed run failed, in a transaction of its own; it is tried again until the attempts are used up."""
    with transaction():
        return _settle(job, run_key, owner, attempt, "failed", outcome)


def _settle(job: str, run_key: str, owner: str, attempt: int, status: str, outcome: str) -> bool:
    result = db.session.execute(
        update(JobRun)
        .where(JobRun.job == job, JobRun.run_key == run_key, JobRun.owner == owner, JobRun.attempt == attempt)
        .values(status=status, finished_at=clock.now(), outcome=outcome[:500])
    )
    return result.rowcount == 1
