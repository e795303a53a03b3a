"""``mediation notifications``: the outbox."""

from __future__ import annotations

import click

from mediation.cli.context import acting, as_json, committee_option, with_app
from mediation.notifications import queries, sending
from mediation.scheduler import name_of_this_process


@click.group("notifications")
def notifications_command() -> None:
    """Messages that go out of the house."""


@notifications_command.command("send")
@with_app
def send() -> None:
    """Send what is due now, once; the scheduler does it every minute. Ends with 1 when something was given up."""
    sums = sending.send_due(owner=name_of_this_process())
    click.echo(str(sums))
    if sums.failed:
        raise click.exceptions.Exit(1)


@notifications_command.command("list")
@committee_option
@click.option("--json", "in_json", is_flag=True)
@with_app
def unsent(committee: str | None, in_json: bool) -> None:
    """What has failed or waits, without the texts."""
    rows = [dict(row._mapping) for row in queries.unsent_for(acting(committee))]
    if in_json:
        as_json(rows)
        return
    for row in rows:
        said = f": {row['last_error']}" if row["last_error"] else ""
        click.echo(
            f"{row['id']:>8} {row['status']:<8} {row['channel_kind']:<9} {row['person']} — {row['subject']}{said}"
        )
