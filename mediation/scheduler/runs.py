"""One run of a job: claimed, done, marked, each once however many processes look (``core.jobs``)."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta

from flask import Flask
from flask_babel import force_locale
from sqlalchemy.exc import DBAPIError

from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.core import clock, jobs
from mediation.core.actor import system
from mediation.core.db import transaction
from mediation.deadlines.queries import calendar as working_days
from mediation.scheduler.table import JOBS, Job, due_runs

log = logging.getLogger(__name__)

# How far back a finished run is looked for; no job makes up for more.
REMEMBERED = timedelta(days=400)


class LeaseLost(RuntimeError):
    """Another process has taken the run over; what this one did is rolled back."""


def run(
    app: Flask, job: Job, run_key: str, owner: str, *, lease: timedelta = jobs.LEASE, again: bool = False
) -> str | None:
    """Claim a run and do it. Returns its outcome, or None when it is not to be had (done, running, given up).

    Raises what the job raises, after marking the run failed.
    """
    with app.app_context(), force_locale(app.config["BABEL_DEFAULT_LOCALE"]):
        attempt = jobs.claim(job.name, run_key, owner, lease=lease, again=again)
        if attempt is None:
            return None
        try:
            with _held(app, job.name, run_key, owner, attempt, lease):
                return _do(job, run_key, owner, attempt)
        except LeaseLost:
            raise
        except Exception as error:
            jobs.fail(job.name, run_key, owner, attempt, describe(error))
            raise


def _do(job: Job, run_key: str, owner: str, attempt: int) -> str:
    outcome = job.call(run_key) if job.in_batches else None
    with transaction():
        if outcome is None:
            outcome = job.call(run_key)
        if not jobs.finish(job.name, run_key, owner, attempt, outcome):
            raise LeaseLost(f"{job.name} {run_key}")
        record(
            system(None),
            AuditEvent.JOB_RUN,
            subject=("job_run", None),
            job=job.name,
            run_key=run_key,
            outcome=outcome[:200],
        )
    return outcome


@contextmanager
def _held(app: Flask, name: str, run_key: str, owner: str, attempt: int, lease: timedelta) -> Iterator[None]:
    """Renew the lease in the background for as long as the work takes."""
    done = threading.Event()

    def renew() -> None:
        while not done.wait(lease.total_seconds() / 3):
            try:
                with app.app_context():
                    jobs.renew(name, run_key, owner, attempt, lease=lease)
            except DBAPIError:
                # SQLite has one writer; while the job itself writes, nobody can take the run over either.
                log.info("%s %s: lease not renewed, the database is busy", name, run_key)

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def describe(error: BaseException) -> str:
    """An error in one line for the page of jobs, without the values of a failed statement."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    lines = str(cause).splitlines()
    return f"{type(cause).__name__}: {lines[0] if lines else ''}".rstrip(": ")


def name_of_this_process() -> str:
    """An owner of runs that no other process shares."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"


def tick(app: Flask, owner: str, table: Collection[Job] = JOBS) -> None:
    """Run everything that is due. One job's failure does not keep the others from running."""
    with app.app_context():
        now = clock.now()
        due = due_runs(now, jobs.settled_keys(now - REMEMBERED), table, working_days())
    for job, run_key in due:
        try:
            outcome = run(app, job, run_key, owner)
        except Exception as error:
            log.error("job %s %s failed: %s", job.name, run_key, describe(error))
        else:
            if outcome is not None:
                log.info("job %s %s: %s", job.name, run_key, outcome)
