"""A run happens once: with several processes, after a failure, after a kill in the middle."""

from __future__ import annotations

import os
import signal
import time
from datetime import time as hour
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.ctx import AppContext
from sqlalchemy import func, select

from mediation import scheduler
from mediation.accounts.models import LoginThrottle
from mediation.audit.models import AuditRow
from mediation.core import clock, jobs
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError
from mediation.core.jobs import JobRun

KEY = "2026-11-22"
calls: list[str] = []
hanging: list[Path] = []


def effect(run_key: str) -> str:
    calls.append(run_key)
    db.session.add(LoginThrottle(key=f"{run_key}|{len(calls)}", failures=1, last_at=clock.now()))
    return "done"


def broken(run_key: str) -> str:
    effect(run_key)
    raise DomainError("the paper is out\nand this line is too long")


def slow_effect(run_key: str) -> str:
    """Takes long enough for others to come by."""
    name = scheduler.name_of_this_process()
    db.session.add(LoginThrottle(key=f"{run_key}|{name}"[:64], failures=1, last_at=clock.now()))
    time.sleep(0.2)
    return name


def hang(run_key: str) -> str:
    """Half an effect, then nothing: whoever started this kills it here."""
    effect(run_key)
    db.session.flush()
    hanging[0].touch()
    time.sleep(600)
    return ""


def overtaken(run_key: str) -> str:
    """Another process takes the run over while this one is at work (its lease has run out)."""
    effect(run_key)
    db.session.execute(db.update(JobRun).values(owner="another", attempt=2))
    return "done"


def job(function: str, **more) -> scheduler.Job:
    return scheduler.Job("job", scheduler.Daily(hour(0)), f"{__name__}:{function}", why="", **more)


@pytest.fixture(autouse=True)
def no_calls_yet() -> None:
    calls.clear()
    hanging.clear()


def effects(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(LoginThrottle))


def the_run(app: Flask) -> JobRun:
    with app.app_context():
        return db.session.scalars(select(JobRun)).one()


def wait_for(file: Path) -> None:
    until = time.monotonic() + 60
    while not file.exists():
        assert time.monotonic() < until, f"{file.name} never came"
        time.sleep(0.02)


def test_a_run_is_done_once_and_leaves_its_outcome_and_a_trace(app: Flask):
    assert scheduler.run(app, job("effect"), KEY, "first") == "done"
    assert scheduler.run(app, job("effect"), KEY, "second") is None
    run = the_run(app)
    assert (run.status, run.attempt, run.owner, run.outcome) == ("done", 1, "first", "done")
    assert effects(app) == 1
    with app.app_context():
        row = db.session.scalars(select(AuditRow)).one()
        assert (row.event, row.fields["run_key"]) == ("job_run", KEY)


def test_by_hand_a_done_run_runs_again(app: Flask):
    scheduler.run(app, job("effect"), KEY, "first")
    assert scheduler.run(app, job("effect"), KEY, "second", again=True) == "done"
    assert the_run(app).attempt == 2


def test_a_failure_leaves_nothing_but_its_reason_and_waits_before_the_next_try(app: Flask):
    with pytest.raises(DomainError):
        scheduler.run(app, job("broken"), KEY, "first")
    run = the_run(app)
    assert (run.status, run.outcome, effects(app)) == ("failed", "DomainError: the paper is out", 0)
    assert scheduler.run(app, job("effect"), KEY, "second") is None
    with app.app_context(), transaction():
        db.session.execute(db.update(JobRun).values(lease_until=clock.now() - timedelta(seconds=1)))
    assert scheduler.run(app, job("effect"), KEY, "second") == "done"


def test_after_five_failures_a_run_is_given_up_and_no_longer_asked_for(app: Flask):
    for _ in range(jobs.MOST_ATTEMPTS):
        with pytest.raises(DomainError):
            scheduler.run(app, job("broken"), KEY, "first")
        with app.app_context(), transaction():
            db.session.execute(db.update(JobRun).values(lease_until=clock.now() - timedelta(seconds=1)))
    assert scheduler.run(app, job("effect"), KEY, "second") is None
    with app.app_context():
        assert jobs.settled_keys(clock.now() - timedelta(days=1)) == {("job", KEY)}


def test_who_lost_the_lease_leaves_no_effect(app: Flask):
    with pytest.raises(scheduler.LeaseLost):
        scheduler.run(app, job("overtaken"), KEY, "first")
    assert effects(app) == 0


def test_a_lease_that_is_renewed_is_not_taken(context: AppContext):
    attempt = jobs.claim("job", KEY, "first", lease=timedelta(seconds=-1))
    assert attempt == 1
    assert jobs.renew("job", KEY, "first", attempt)
    assert jobs.claim("job", KEY, "second") is None
    assert not jobs.renew("job", KEY, "second", attempt)


def test_a_clock_that_stands_still_does_not_keep_a_lease_alive(context: AppContext):
    with clock.frozen_at(clock.now()):
        assert jobs.claim("job", KEY, "first", lease=timedelta(milliseconds=50)) == 1
        assert jobs.claim("job", KEY, "second") is None
        time.sleep(0.2)
        assert jobs.claim("job", KEY, "second") == 2


def test_one_failing_job_does_not_keep_the_others_from_running(app: Flask):
    table = [job("broken"), scheduler.Job("other", scheduler.Daily(hour(0)), f"{__name__}:effect", why="")]
    scheduler.tick(app, "first", table)
    with app.app_context():
        statuses = dict(db.session.execute(select(JobRun.job, JobRun.status)).tuples().all())
    assert statuses == {"job": "failed", "other": "done"}


def test_an_error_of_the_database_is_told_without_the_values_of_its_statement(app: Flask):
    with app.app_context(), pytest.raises(Exception) as caught:
        db.session.execute(db.text("SELECT * FROM no_such_table WHERE name = :name"), {"name": "周明远"})
    assert "周明远" not in scheduler.describe(caught.value)
    assert "no_such_table" in scheduler.describe(caught.value)


def test_of_several_processes_each_job_is_run_by_one(app: Flask, fork):
    table = [
        scheduler.Job(f"job{number}", scheduler.Daily(hour(0)), f"{__name__}:slow_effect", why="")
        for number in range(4)
    ]
    begin = time.monotonic() + 0.5

    def look() -> None:
        time.sleep(begin - time.monotonic())
        scheduler.tick(app, scheduler.name_of_this_process(), table)

    children = [fork(look) for _ in range(4)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0, 0]
    assert effects(app) == 4
    with app.app_context():
        assert set(db.session.scalars(select(JobRun.status))) == {"done"}
        assert set(db.session.scalars(select(JobRun.attempt))) == {1}


def test_a_process_killed_in_the_middle_leaves_nothing_and_is_taken_over_after_its_lease(
    app: Flask, fork, tmp_path: Path
):
    hanging.append(tmp_path / "hanging")
    child = fork(lambda: scheduler.run(app, job("hang"), KEY, "first", lease=timedelta(seconds=2)))
    wait_for(hanging[0])
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert effects(app) == 0
    assert scheduler.run(app, job("effect"), KEY, "too early") is None
    until = time.monotonic() + 20
    while scheduler.run(app, job("effect"), KEY, "next") is None:
        assert time.monotonic() < until, "nobody could take the run over"
        time.sleep(0.1)
    run = the_run(app)
    assert (run.status, run.attempt, run.owner, effects(app)) == ("done", 2, "next", 1)
