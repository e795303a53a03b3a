"""The product's own jobs when machines race, die in the middle or were off: everything said and settled, once."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from mediation import scheduler
from mediation.audit.models import AuditRow
from mediation.cases import jobs as case_jobs
from mediation.cases.models import NO_DEADLINE, Case
from mediation.core.db import db, transaction
from mediation.core.jobs import JobRun
from mediation.deadlines.models import Deadline
from mediation.notifications.models import Channel, InboxItem, OutboxMessage
from mediation.reports.models import MonthlyReport
from tests import personas
from tests.factories import duedates
from tests.factories.casefiles import at
from tests.factories.duedates import case_of, start
from tests.product import Content

MORNING = date(2026, 10, 12)  # a Monday
HANDLERS = ("duty_lawyer", "lawyer_elsewhere", "judicial_here", "committee")
SHORT = timedelta(seconds=2)
Hang = Callable[..., Any]


def fill(app: Flask) -> None:
    """Each handler has two ways that ended on 9 October, a duty that is late, one due today, and a robot to be told by."""
    duedates.fill(app)
    with transaction():
        for handler in HANDLERS:
            for _way in range(2):
                start(case_of(handler, state="agreed"), "LM-ARBREVIEW-15D", date(2026, 9, 24))
            start(case_of(handler))
            start(case_of(handler), "LM-ACCEPT-3WD", date(2026, 10, 8))
            user = personas.user(handler)
            db.session.add(Channel(committee_id=user.committee_id, user_id=user.id, kind="wecom", target="{}"))


@pytest.fixture
def content() -> Content:
    return Content("interrupted jobs", fill)


def ways(app: Flask) -> Counter[str]:
    with app.app_context():
        return Counter(db.session.scalars(select(Deadline.status).where(Deadline.rule_code == "LM-ARBREVIEW-15D")))


def told(app: Flask) -> tuple[Counter[str], Counter[str]]:
    """How many notices, and messages to robots, there are of each kind."""
    with app.app_context():
        notices = Counter(key.split(":")[0] for key in db.session.scalars(select(InboxItem.key)))
        messages = Counter(key.split(":")[0] for key in db.session.scalars(select(OutboxMessage.key)))
    return notices, messages


def hang_at(call: int, where: Path) -> Callable[[Hang], Hang]:
    """A function that does its work and at its nth call goes no further: whoever started the process kills it there."""

    def wrap(work: Hang) -> Hang:
        count = 0

        def hanging(*args: Any, **kwargs: Any) -> Any:
            nonlocal count
            count += 1
            answer = work(*args, **kwargs)
            if count == call:
                db.session.flush()
                where.touch()
                time.sleep(600)
            return answer

        return hanging

    return wrap


def killed_in(app: Flask, fork, name: str, function: str, call: int, where: Path, **smaller: int) -> None:
    """Run a job in a process that is killed with SIGKILL right after the nth call of one of its functions."""

    def work() -> None:
        for setting, value in smaller.items():
            setattr(case_jobs, setting, value)
        setattr(case_jobs, function, hang_at(call, where)(getattr(case_jobs, function)))
        with at(MORNING, 8):
            scheduler.run(app, scheduler.find(name), MORNING.isoformat(), "killed", lease=SHORT)

    child = fork(work)
    until = time.monotonic() + 60
    while not where.exists():
        assert time.monotonic() < until, "the job never got so far"
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def taken_over(app: Flask, name: str) -> str:
    """What the next process says once the lease has run out."""
    until = time.monotonic() + 30
    with at(MORNING, 8):
        while (outcome := scheduler.run(app, scheduler.find(name), MORNING.isoformat(), "next")) is None:
            assert time.monotonic() < until, "nobody could take the run over"
            time.sleep(0.1)
    with app.app_context():
        run = db.session.scalars(select(JobRun)).one()
        assert (run.status, run.attempt, run.owner) == ("done", 2, "next")
        assert db.session.scalar(select(func.count()).where(AuditRow.event == "job_run")) == 1
    return outcome


@pytest.mark.parametrize(
    ("function", "call", "settled"),
    [
        ("_let_run_out", 2, 4),  # in the middle of the second batch, which is rolled back with it
        ("mark_due", 1, 8),  # all work done and committed, the run not yet marked
    ],
)
def test_the_daily_settling_killed_in_the_middle_is_finished_by_another(
    app: Flask, fork, tmp_path: Path, function: str, call: int, settled: int
):
    killed_in(app, fork, "deadlines_daily", function, call, tmp_path / "here", BATCH=4)
    assert ways(app) == Counter({"missed": settled, "open": 8 - settled})
    assert taken_over(app, "deadlines_daily").startswith(f"{8 - settled} run out")
    assert ways(app) == Counter({"missed": 8})
    with app.app_context():
        rows = db.session.scalars(select(Deadline).where(Deadline.rule_code == "LM-ARBREVIEW-15D")).all()
        assert {(row.settled_on, row.settled_by_event_id) for row in rows} == {(date(2026, 10, 9), None)}
        cases = db.session.scalars(select(Case).where(Case.id.in_([row.case_id for row in rows]))).all()
        assert {case.next_deadline_on for case in cases} == {NO_DEADLINE}


@pytest.mark.parametrize(("function", "call", "people"), [("_write", 3, 2), ("send_digests", 1, 4)])
def test_the_digest_killed_in_the_middle_is_finished_by_another_and_nobody_is_told_twice(
    app: Flask, fork, tmp_path: Path, function: str, call: int, people: int
):
    killed_in(app, fork, "digest", function, call, tmp_path / "here", PEOPLE_AT_ONCE=1)
    notices, messages = told(app)
    assert notices["digest"] == messages["digest"] == people
    taken_over(app, "digest")
    notices, messages = told(app)
    # Everybody has a duty due today; what is late goes to the committee's secretary as well.
    assert notices == messages == Counter({"digest": 4, "alarm": 4, "escalation": 1})
    with app.app_context():
        keys = db.session.execute(select(InboxItem.user_id, InboxItem.key)).all()
        assert len(keys) == len(set(keys))


def test_of_several_processes_with_all_the_products_jobs_each_run_is_done_once(app: Flask, fork):
    begin = time.monotonic() + 0.5

    def look() -> None:
        time.sleep(max(0, begin - time.monotonic()))
        with at(MORNING, 8):
            scheduler.tick(app, scheduler.name_of_this_process())

    children = [fork(look) for _ in range(3)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    # A digest may have been written before the ways were settled by another process; it says the same either way.
    notices, messages = told(app)
    assert notices == messages == Counter({"digest": 4, "alarm": 4, "escalation": 1})
    assert ways(app) == Counter({"missed": 8})
    with app.app_context():
        runs = {(run.job, run.run_key): run for run in db.session.scalars(select(JobRun))}
        assert {name for name, _key in runs} == {job.name for job in scheduler.JOBS}
        assert {(run.status, run.attempt) for run in runs.values()} == {("done", 1)}
        months = db.session.execute(select(MonthlyReport.month, MonthlyReport.version)).all()
        assert set(months) == {("2026-09", 1)}
        assert db.session.scalar(select(func.count()).where(AuditRow.event == "job_run")) == len(runs)


def tick(app: Flask, day: date, hour: int = 8) -> set[tuple[str, str]]:
    """Look at the clock at an hour. Returns the runs that this look did."""
    before = done(app)
    with at(day, hour):
        scheduler.tick(app, "here")
    return done(app) - before


def done(app: Flask) -> set[tuple[str, str]]:
    with app.app_context():
        return {(run.job, run.run_key) for run in db.session.scalars(select(JobRun).where(JobRun.status == "done"))}


def test_nights_off_over_the_end_of_a_month_are_made_up(app: Flask):
    with app.app_context(), transaction():
        way = start(case_of("duty_lawyer", state="agreed"), "LM-ARBREVIEW-15D", date(2026, 10, 15))
        duty = case_of("duty_lawyer", state="mediating")
        start(duty, "LM-EXT-30D", date(2026, 10, 5))  # to be said on 28 and 30 October, 3 and 4 November
        way_id, number = way.id, duty.number
    assert ("monthly_report", "2026-09") in tick(app, date(2026, 10, 29), 18)
    # The machine is off from Thursday evening until shortly after midnight on Monday.
    ran = tick(app, date(2026, 11, 2), 0)
    assert ("deadlines_daily", "2026-11-01") in ran
    assert ("monthly_report", "2026-10") not in ran  # Monday is the first working day, and it is not yet seven
    assert not any(key.startswith(("2026-10-3", "2026-11-02")) for _job, key in ran)
    with app.app_context():
        closed = db.session.get(Deadline, way_id)
        assert (closed.status, closed.settled_on) == ("missed", date(2026, 10, 30))
        assert set(db.session.scalars(select(InboxItem.key).where(InboxItem.key.like("digest:%")))) == {
            "digest:2026-10-29"
        }
    ran = tick(app, date(2026, 11, 2), 8)
    assert {("deadlines_daily", "2026-11-02"), ("digest", "2026-11-02"), ("monthly_report", "2026-10")} <= ran
    with app.app_context():
        lawyer = personas.user("duty_lawyer").id
        [digest] = db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.user_id == lawyer, OutboxMessage.key == "digest:2026-11-02")
        )
        assert number in digest.body  # the reminder of Friday, which nobody had been given
    assert tick(app, date(2026, 11, 2), 9) == set()


def test_months_off_are_reported_one_by_one_and_the_days_between_are_settled(app: Flask):
    tick(app, date(2026, 10, 8), 18)
    assert ways(app) == Counter({"open": 8})
    ran = tick(app, date(2027, 2, 3))
    reports = sorted(key for name, key in ran if name == "monthly_report")
    assert reports == ["2026-10", "2026-11", "2026-12", "2027-01"]
    assert {key for name, key in ran if name == "deadlines_daily"} == {"2027-02-03"}
    assert ways(app) == Counter({"missed": 8})
    with app.app_context():
        rows = db.session.scalars(select(Deadline).where(Deadline.rule_code == "LM-ARBREVIEW-15D")).all()
        assert {row.settled_on for row in rows} == {date(2026, 10, 9)}
        months = Counter(db.session.scalars(select(MonthlyReport.month)))
        # Two committees; September was reported before the machine went off.
        assert months == Counter(dict.fromkeys(["2026-09", *reports], 2))
    assert tick(app, date(2027, 2, 3), 9) == set()
