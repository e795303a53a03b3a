"""The table of jobs, and which runs of them are due."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, time

from mediation.deadlines.calendar import WorkCalendar
from mediation.scheduler.periods import Daily, Monthly, When


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
        "mediation.scheduler.upkeep:verify_audit",
        why="reads every audit row, so while nobody works",
        in_batches=True,
    ),
    Job(
        "count_for_planning",
        Daily(time(3, 15)),
        "mediation.scheduler.upkeep:count_for_planning",
        why="what SQLite knows of its indexes is otherwise that of the last upgrade; before the figures are counted",
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
        "mediation.scheduler.upkeep:sweep_logins",
        why="yesterday's failed log-ins are of no more use",
    ),
    Job(
        "sweep_files",
        Daily(time(4, 15)),
        "mediation.scheduler.upkeep:sweep_files",
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
