"""``mediation db``: schema commands."""

from __future__ import annotations

import click
from flask_migrate import current, downgrade, revision, upgrade

from mediation.cases.service import count_first_spells
from mediation.cli.context import with_app
from mediation.core.db import transaction


@click.group("db")
def db_command() -> None:
    """The schema."""


@db_command.command("upgrade")
@click.argument("target", default="head")
@with_app
def upgrade_schema(target: str) -> None:
    """Bring the schema up to date."""
    upgrade(revision=target)
    if target == "head":
        with transaction():
            count_first_spells()


@db_command.command("downgrade")
@click.argument("target")
@with_app
def downgrade_schema(target: str) -> None:
    """Take the schema back to a revision."""
    downgrade(revision=target)


@db_command.command("current")
@with_app
def show_current() -> None:
    """Show the revision of the database."""
    current()


@db_command.command("revision")
@click.option("-m", "--message", required=True)
@click.option("--rev-id", required=True, help="Number of the migration, such as 0003.")
@with_app
def new_revision(message: str, rev_id: str) -> None:
    """Write a migration from the difference between models and database."""
    revision(message=message, rev_id=rev_id, autogenerate=True)
