"""The jobs that run by themselves: one table, one clock, each run once however many processes look.

APScheduler only ticks once a minute. What is due is asked of :func:`due_runs`, a pure function of the time and of what is
done, so that a run missed while the machine was off is made up at the next tick; ``core.jobs`` sees to "once".
"""

from mediation.scheduler.clocks import make_papers, post, serve
from mediation.scheduler.periods import Daily, Monthly, first_working_day
from mediation.scheduler.runs import LeaseLost, describe, name_of_this_process, run, tick
from mediation.scheduler.table import JOBS, Job, due_runs, find

__all__ = [
    "JOBS",
    "Daily",
    "Job",
    "LeaseLost",
    "Monthly",
    "describe",
    "due_runs",
    "find",
    "first_working_day",
    "make_papers",
    "name_of_this_process",
    "post",
    "run",
    "serve",
    "tick",
]
