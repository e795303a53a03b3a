"""``mediation demo``: invented data to try the product with."""

from __future__ import annotations

import click

from mediation import demo
from mediation.cli.context import with_app


@click.group("demo")
def demo_command() -> None:
    """Demo data."""


@demo_command.command("load")
@with_app
def load() -> None:
    """Load the demo data into an empty database and print its accounts."""
    demo.load()
    for username, password, who in demo.accounts():
        click.echo(f"{username:<12} {password}  {who}")
