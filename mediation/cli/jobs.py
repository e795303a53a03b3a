"""``mediation jobs``: what ran by itself, and running it by hand."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask

from mediation import scheduler
from mediation.cli.context import as_json, build_app, with_app
from mediation.core import clock, jobs
from mediation.core.errors import DomainError
from mediation.deadlines.queries import calendar as working_days


@click.group("jobs")
def jobs_command() -> None:
    """Jobs that run by themselves."""


@jobs_command.command("list")
@click.option("--json", "in_json", is_flag=True)
@with_app
def list_jobs(in_json: bool) -> None:
    """Each job with its hour and its latest run."""
    rows = [_described(job) for job in scheduler.JOBS]
    if in_json:
        as_json(rows)
        return
    for row in rows:
        click.echo(f"{row['job']:<16} {row['when']:<26} {row['why']}")
        latest = row["latest"]
        click.echo(f"{'':<16} {_sentence(latest) if latest else 'has not run yet'}")


@jobs_command.command("run")
@click.argument("name")
@click.option("--key", default=None, help="The period it stands for (2026-11-22, 2026-10); default: the newest due.")
@click.option("--again", is_flag=True, help="Also when it is done, waiting for another attempt, or given up.")
def run_job(name: str, key: str | None, again: bool) -> None:
    """Run a job now, once: nothing happens when it is done or running elsewhere."""
    job = scheduler.find(name)
    if job is None:
        raise DomainError(f"no job {name}; there are: {', '.join(one.name for one in scheduler.JOBS)}")
    app = build_app()
    if key is None:
        with app.app_context():
            key = job.when.keys(clock.now(), 0, working_days())[-1]
    if not job.when.is_key(key):
        raise DomainError(f"{key} is not a period of {name} ({job.when})")
    outcome = _run(app, job, key, again)
    click.echo(f"{name} {key}: {outcome or 'already done, or running elsewhere (--again runs what is done)'}")


def _run(app: Flask, job: scheduler.Job, key: str, again: bool) -> str | None:
    try:
        return scheduler.run(app, job, key, scheduler.name_of_this_process(), again=again)
    except Exception as error:
        # The page of jobs has it too; a traceback would only hide the line that matters.
        raise DomainError(f"{job.name} {key} failed: {scheduler.describe(error)}") from error


def _described(job: scheduler.Job) -> dict[str, Any]:
    latest = next(iter(jobs.runs(job=job.name, limit=1)), None)
    return {
        "job": job.name,
        "when": str(job.when),
        "why": job.why,
        "latest": latest
        and {
            "key": latest.run_key,
            "status": latest.status,
            "attempt": latest.attempt,
            "started_at": latest.started_at.isoformat(),
            "finished_at": latest.finished_at and latest.finished_at.isoformat(),
            "outcome": latest.outcome,
        },
    }


def _sentence(latest: dict[str, Any]) -> str:
    attempts = f", attempt {latest['attempt']}" if latest["attempt"] > 1 else ""
    return f"{latest['key']} {latest['status']}{attempts}: {latest['outcome'] or ''}".rstrip(": ")
