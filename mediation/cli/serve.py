"""``mediation serve`` and ``mediation scheduler``."""

from __future__ import annotations

import fcntl
import importlib
import importlib.util
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select, text

from mediation.cases.service import count_first_spells
from mediation.cli.context import build_app
from mediation.committees import service as committees
from mediation.committees.models import Committee
from mediation.core.db import db, transaction
from mediation.deadlines import queries
from mediation.deadlines import service as deadlines
from mediation.deadlines.comparison import differences

# Any number that no other program on the same PostgreSQL server uses for its own locks.
UPGRADE_LOCK = 7_214_052_611
DAYS_LOGGED = 20
log = logging.getLogger(__name__)


@click.command("serve")
@click.option("--host", default=None, help="Address to listen on (MEDIATION_HOST, default 127.0.0.1).")
@click.option("--port", default=None, type=int, help="Port (MEDIATION_PORT, default 8000; 0 takes a free one).")
@click.option("--workers", default=None, type=click.IntRange(1, 64), help="Worker processes (default: one per core).")
@click.option("--no-scheduler", is_flag=True, help="Leave the jobs to `mediation scheduler`.")
@click.option("--with-demo", is_flag=True, help="Load the demo data if the database is empty.")
@click.option("--access-log", is_flag=True, help="Write a line per request to standard output.")
def serve_command(
    host: str | None, port: int | None, workers: int | None, no_scheduler: bool, with_demo: bool, access_log: bool
) -> None:
    """Bring the database up to date and serve until stopped."""
    from mediation.cli.processes import Watcher, listen

    app = build_app()
    host, port = host or app.config["HOST"], app.config["PORT"] if port is None else port
    listener = listen(host, port)
    workers = workers or app.config["WORKERS"] or max(2, os.cpu_count() or 1)
    accounts = prepare(app, with_demo=with_demo)
    announce(host, listener.getsockname()[1], accounts)
    watcher = Watcher(app, listener, workers=workers, with_scheduler=not no_scheduler, access_log=access_log)
    sys.exit(watcher.run())


@click.command("scheduler")
def scheduler_command() -> None:
    """Run the jobs alone, beside web servers started with --no-scheduler. May run on several hosts at once."""
    from mediation import scheduler

    app = build_app()
    click.echo("The scheduler is running. Stop it with Ctrl-C.")
    scheduler.serve(app)
    sys.stdout.flush()
    os._exit(0)  # a job that outlasted its grace must not hold us


def bring_up_to_date(app: Flask) -> None:
    """Bring the schema and the reference data up to date, one process at a time."""
    with app.app_context(), only_one(app):
        _bring_up_to_date()


def prepare(app: Flask, *, with_demo: bool) -> list[tuple[str, str, str]]:
    """Bring the database up to date, as ``bring_up_to_date`` does; load the demo data if wanted, or say who is missing.

    Returns the demo accounts in the database: (user name, password, who).
    """
    with app.app_context(), only_one(app):
        _bring_up_to_date()
        has_people = bool(db.session.scalar(select(func.count()).select_from(Committee)))
        demo = _demo()
        if with_demo and demo and not has_people:
            click.echo("Loading the demo data …")
            demo.load()
        accounts = demo.accounts() if demo else []
        if not has_people and not (with_demo and demo):
            click.echo("There are no accounts yet: see mediation users add --help")
        warn_of_differences()
        db.session.remove()
        return accounts


def _bring_up_to_date() -> None:
    upgrade()
    with transaction():
        deadlines.seed()
        committees.seed_categories()
        count_first_spells()


def warn_of_differences() -> None:
    """Write to the log on which days the calendar differs from an independent one; the page of working days lists all."""
    found = differences(queries.calendar())
    if found:
        log.warning("the calendar differs on %d days: %s", len(found), "; ".join(map(str, found[:DAYS_LOGGED])))


def _demo():
    if importlib.util.find_spec("mediation.demo") is None:
        return None
    return importlib.import_module("mediation.demo")


@contextmanager
def only_one(app: Flask) -> Iterator[None]:
    """Hold the right to change the schema: among processes of this host, and among hosts that share a PostgreSQL."""
    with Path(app.config["INSTANCE"], "upgrade.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if db.engine.dialect.name != "postgresql":
            yield
            return
        with db.engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": UPGRADE_LOCK})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": UPGRADE_LOCK})


def announce(host: str, port: int, accounts: list[tuple[str, str, str]]) -> None:
    """Say where the product is and who may log in to try it."""
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"\n  http://{shown}:{port}\n")
    if accounts:
        width = max(len(name) for name, _password, _who in accounts)
        click.echo("  Demo accounts (user name, password, who):")
        for name, password, who in accounts:
            click.echo(f"    {name:<{width}}  {password}  {who}")
        click.echo("")
    click.echo("  Stop with Ctrl-C.", nl=True)
    sys.stdout.flush()
