"""``mediation demo``: invented data to try the product with."""

from __future__ import annotations

import click
from flask import current_app

from mediation import demo
from mediation.cli.context import with_app
from mediation.cli.serve import bring_up_to_date


@click.group("demo")
def demo_command() -> None:
    """Demo data."""


@demo_command.command("load")
@with_app
def load() -> None:
    """Load the demo data into an empty database, bringing its schema up to date first, and print the accounts."""
    bring_up_to_date(current_app._get_current_object())
    demo.load()
    for username, password, who in demo.accounts():
        click.echo(f"{username:<12} {password}  {who}")
