"""The jobs that run by themselves: one table, one clock, each run once however many processes look.

APScheduler only ticks once a minute. What is due is asked of :func:`due_runs`, a pure function of the time and of what is
done, so that a run missed while the machine was off is made up at the next tick; ``core.jobs`` sees to "once".
Only this file imports APScheduler.
"""

from __future__ import annotations

import importlib
import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from flask import Flask
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError

from mediation.accounts.models import LoginThrottle
from mediation.accounts.queries import users_for
from mediation.attachments import service as attachments
from mediation.audit.events import AuditEvent
from mediation.audit.models import AuditHead
from mediation.audit.record import record, verify
from mediation.committees.models import Committee
from mediation.core import clock, jobs
from mediation.core.actor import Role, system
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError
from mediation.deadlines.calendar import WorkCalendar
from mediation.deadlines.queries import calendar as working_days
from mediation.documents.batches import working
from mediation.notifications import claims, sending
from mediation.notifications.service import notify
from mediation.reports import deliveries, parts
from mediation.statistics import jobs as figures

log = logging.getLogger(__name__)

# How far back a finished run is looked for; no job makes up for more.
REMEMBERED = timedelta(days=400)
GRACE_SECONDS = 5


class When(Protocol):
    """When a job is due, in Shanghai time."""

    def keys(self, now: datetime, earlier: int, calendar: WorkCalendar | None = None) -> list[str]:
        """The run key of the newest period that is due at ``now``, after those of ``earlier`` periods before it.

        ``calendar`` says which days are worked on; None knows of no year.
        """

    def is_key(self, text: str) -> bool:
        """Whether a text names such a period."""


@dataclass(frozen=True)
class Daily:
    """Every day at a time; the run key is the day."""

    at: time

    def keys(self, now: datetime, earlier: int, calendar: WorkCalendar | None = None) -> list[str]:
        """See :class:`When`."""
        here = now.astimezone(clock.SHANGHAI)
        newest = here.date() if here.time() >= self.at else here.date() - timedelta(days=1)
        return [(newest - timedelta(days=back)).isoformat() for back in range(earlier, -1, -1)]

    def is_key(self, text: str) -> bool:
        """See :class:`When`."""
        return _is_written("%Y-%m-%d", text)

    def __str__(self) -> str:
        return f"daily {self.at:%H:%M}"


@dataclass(frozen=True)
class Monthly:
    """On the first working day of the month at a time, about the month before; the run key is that month.

    In a year whose calendar has not been entered, a working day is one from Monday to Friday that is not among the
    holidays with a date of their own (国务院令795: 元旦, 劳动节, 国庆节); moved days of rest are not known then.
    """

    at: time

    def keys(self, now: datetime, earlier: int, calendar: WorkCalendar | None = None) -> list[str]:
        """See :class:`When`."""
        here = now.astimezone(clock.SHANGHAI)
        first = first_working_day(here.date().replace(day=1), calendar)
        has_begun = (here.date(), here.time()) >= (first, self.at)
        newest = here.year * 12 + here.month - 2 if has_begun else here.year * 12 + here.month - 3
        months = (divmod(newest - back, 12) for back in range(earlier, -1, -1))
        return [date(year, month + 1, 1).strftime("%Y-%m") for year, month in months]

    def is_key(self, text: str) -> bool:
        """See :class:`When`."""
        return _is_written("%Y-%m", text)

    def __str__(self) -> str:
        return f"monthly, on the first working day {self.at:%H:%M}"


_FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


def first_working_day(day: date, calendar: WorkCalendar | None = None) -> date:
    """The first working day from a day on; see :class:`Monthly` for a year that the calendar does not know."""
    while not _is_worked(day, calendar):
        day += timedelta(days=1)
    return day


def _is_worked(day: date, calendar: WorkCalendar | None) -> bool:
    if calendar is not None and calendar.is_known(day.year):
        return calendar.is_workday(day)
    return day.weekday() < 5 and (day.month, day.day) not in _FIXED_HOLIDAYS


def _is_written(form: str, text: str) -> bool:
    try:
        return datetime.strptime(text, form).replace(tzinfo=clock.SHANGHAI).strftime(form) == text
    except ValueError:
        return False


@dataclass(frozen=True)
class Job:
    """One line of the table.

    ``function`` ("module:name") takes the run key and returns one line about what it did. It works inside the
    transaction that also marks the run done, unless ``in_batches``: then it commits by itself and must be idempotent.
    ``earlier``: how many missed periods are made up besides the newest.
    """

    name: str
    when: When
    function: str
    why: str
    in_batches: bool = False
    earlier: int = 0

    def call(self, run_key: str) -> str:
        """Do the work."""
        module, _colon, name = self.function.partition(":")
        function: Callable[[str], str] = getattr(importlib.import_module(module), name)
        return function(run_key)


JOBS = (
    Job(
        "audit_verify",
        Daily(time(3, 0)),
        "mediation.scheduler:verify_audit",
        why="reads every audit row, so while nobody works",
        in_batches=True,
    ),
    Job(
        "figures_check",
        Daily(time(3, 30)),
        "mediation.statistics.jobs:check_months",
        why="counts every case once, so while nobody works",
        in_batches=True,
    ),
    Job(
        "sweep_logins",
        Daily(time(4, 0)),
        "mediation.scheduler:sweep_logins",
        why="yesterday's failed log-ins are of no more use",
    ),
    Job(
        "sweep_files",
        Daily(time(4, 15)),
        "mediation.scheduler:sweep_files",
        why="files that a crash left without a row, once nobody can be about to write it",
    ),
    Job(
        "deadlines_daily",
        Daily(time(6, 30)),
        "mediation.cases.jobs:deadlines_daily",
        why="before the stations open, so that lists and digests show what still runs",
        in_batches=True,
    ),
    Job(
        "recommendations_daily",
        Daily(time(7, 20)),
        "mediation.recommendations.jobs:recommendations_daily",
        why="before the digests, so that a reply day is in the inbox when people come to work",
    ),
    Job(
        "digest",
        Daily(time(7, 30)),
        "mediation.cases.jobs:digest",
        why="after what has run out is settled, before people come to work",
        in_batches=True,
    ),
    Job(
        "signals_daily",
        Daily(time(5, 30)),
        "mediation.statistics.signals.watching:signals_daily",
        why="reads two and a half years of cases, so before people come to work, and before the digest and the month's report",
        in_batches=True,
    ),
    Job(
        "monthly_report",
        Monthly(time(7, 0)),
        "mediation.reports.jobs:monthly_report",
        why="after the day's deadlines are marked, so that its overdue list is right",
        in_batches=True,
        earlier=6,
    ),
)


def find(name: str, table: Collection[Job] = JOBS) -> Job | None:
    """The job of a name."""
    return next((job for job in table if job.name == name), None)


def due_runs(
    now: datetime,
    done: Collection[tuple[str, str]],
    table: Collection[Job] = JOBS,
    calendar: WorkCalendar | None = None,
) -> list[tuple[Job, str]]:
    """What is due at ``now`` and not done: (job, run key), the oldest of each job first. Pure.

    The newest period of each job is always asked for; earlier ones only back to the first run that ``done`` knows of,
    so that a new installation does not make up for months before it existed.
    """
    due = []
    for job in table:
        known = {run_key for name, run_key in done if name == job.name}
        keys = job.when.keys(now, job.earlier, calendar)
        first = min(known, default=keys[-1])
        due += [(job, key) for key in keys if key not in known and (key > first or key == keys[-1])]
    return due


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


def post(app: Flask, owner: str, stop: Callable[[], bool] = lambda: False) -> None:
    """Send what the outbox holds: every minute, beside the jobs, so that a slow mail server keeps none of them waiting."""
    with app.app_context():
        sums = sending.send_due(owner=owner, stop=stop)
        reports = deliveries.send_due(owner=owner, stop=stop)
    if sums != claims.Sums():
        log.info("outbox: %s", sums)
    if reports != claims.Sums():
        log.info("reports: %s", reports)


def make_papers(app: Flask, owner: str, stop: Callable[[], bool] = lambda: False) -> None:
    """Make the papers that somebody asked for in one go; a person waits for them, so they are looked for often."""
    with app.app_context():
        finished = working.work_due(owner=owner, stop=stop)
    if finished:
        log.info("batches of papers: %s finished", finished)


def make_parts(app: Flask, stop: Callable[[], bool] = lambda: False) -> None:
    """Make the headquarters' parts of the reports that somebody issued, and those that a crash left unmade."""
    with app.app_context():
        made = parts.make_parts(stop)
    if made:
        log.info("reports: %s parts made", made)


def make_months(app: Flask, stop: Callable[[], bool] = lambda: False) -> None:
    """Make the sums of the months whose cases have changed; until then each figure of them is counted from the cases."""
    with app.app_context():
        made = figures.make_changed(stop)
    if made:
        log.info("figures: %s months made", made)


def serve(app: Flask, *, parent: int | None = None) -> None:
    """Tick until told to stop (SIGTERM, SIGINT), or until the process ``parent`` is no longer ours.

    A job that runs gets a few seconds to finish, then the caller should leave by ``os._exit``: what is cut off is rolled
    back and taken over later.
    """
    stop, owner = threading.Event(), name_of_this_process()
    idle = {
        "jobs": threading.Lock(),
        "outbox": threading.Lock(),
        "papers": threading.Lock(),
        "parts": threading.Lock(),
        "months": threading.Lock(),
    }

    def guarded(name: str, work: Callable[[], None]) -> Callable[[], None]:
        def call() -> None:
            with idle[name]:
                try:
                    if not stop.is_set():
                        work()
                except Exception as error:
                    log.error("scheduler, %s: %s", name, describe(error))

        return call

    guarded_tick = guarded("jobs", lambda: tick(app, owner))
    guarded_post = guarded("outbox", lambda: post(app, owner, stop.is_set))
    guarded_papers = guarded("papers", lambda: make_papers(app, owner, stop.is_set))
    guarded_parts = guarded("parts", lambda: make_parts(app, stop.is_set))
    guarded_months = guarded("months", lambda: make_months(app, stop.is_set))

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    ticking = BackgroundScheduler(timezone=clock.SHANGHAI)
    # A tick that comes late is still wanted, and several late ones are one: what is due is asked anew.
    ticking.add_job(guarded_tick)
    for work, times in (
        (guarded_tick, {"second": 0}),
        (guarded_post, {"second": 30}),
        (guarded_papers, {"second": "*/5"}),
        (guarded_parts, {"second": 45}),
        (guarded_months, {"minute": "*/3", "second": 15}),
    ):
        ticking.add_job(work, CronTrigger(**times, timezone=clock.SHANGHAI), coalesce=True, misfire_grace_time=None)
    ticking.start()
    while not stop.wait(1) and (parent is None or os.getppid() == parent):
        pass
    ticking.shutdown(wait=False)
    for name, lock in idle.items():
        if lock.acquire(timeout=GRACE_SECONDS):
            lock.release()
        else:
            log.warning("scheduler: stopped in the middle of its work (%s); it will be taken over", name)


def verify_audit(_run_key: str) -> str:
    """Walk every chain of audit rows. Raises DomainError, and tells the administrators, when one is damaged."""
    with transaction() as session:
        chains = session.scalars(select(AuditHead.chain).order_by(AuditHead.chain)).all()
    damaged = {}
    for chain in chains:
        problems = verify(chain)
        db.session.rollback()
        if problems:
            damaged[chain] = problems
    if not damaged:
        return f"{len(chains)} chains, all whole"
    said = "; ".join(f"chain {chain}: {', '.join(problems[:3])}" for chain, problems in damaged.items())
    with transaction():
        for committee_id in db.session.scalars(select(Committee.id)).all():
            _tell_administrators(committee_id, said)
    raise DomainError(said)


def _tell_administrators(committee_id: int, said: str) -> None:
    for user in users_for(system(committee_id), role=Role.ADMIN):
        notify(
            committee_id=committee_id,
            user_id=user.id,
            kind="audit_damaged",
            key=f"audit:{clock.today().isoformat()}:damaged",
            title=_("审计记录校验未通过"),
            body=said,
        )


def sweep_files(_run_key: str) -> str:
    """Remove stored files that no row names."""
    return f"{attachments.sweep()} removed"


def sweep_logins(_run_key: str) -> str:
    """Forget failed log-ins that are older than a day."""
    old = LoginThrottle.last_at < clock.now() - timedelta(days=1)
    forgotten = db.session.scalars(delete(LoginThrottle).where(old).returning(LoginThrottle.key)).all()
    return f"{len(forgotten)} forgotten"
