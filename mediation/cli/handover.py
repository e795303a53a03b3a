"""``mediation handover``: what of one person falls due in a span of days."""

from __future__ import annotations

from dataclasses import asdict

import click
from sqlalchemy import select

from mediation.accounts.models import User
from mediation.cases import handover
from mediation.cli.context import acting, as_json, committee_option, with_app
from mediation.core import clock
from mediation.core.db import db
from mediation.core.errors import DomainError

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("handover")
@click.argument("username")
@click.option("--from", "first", type=DAY, default=None, help="The first day; default: today.")
@click.option("--to", "until", type=DAY, default=None, help="The last day, included; default: two weeks later.")
@committee_option
@click.option("--json", "in_json", is_flag=True)
@with_app
def handover_command(username: str, first, until, committee: str | None, in_json: bool) -> None:
    """List what a person handles or mediates that is late or falls due."""
    actor = acting(committee)
    user = db.session.scalar(select(User).where(User.username == username, User.committee_id == actor.committee_id))
    if user is None:
        raise DomainError(f"no account {username}")
    begin = first.date() if first else clock.today()
    end = until.date() if until else begin + handover.SPAN
    if end < begin:
        raise DomainError("--to lies before --from")
    lines = handover.lines_for(actor, user, begin, end)
    if in_json:
        as_json([asdict(line) for line in lines])
        return
    for line in lines:
        marks = "".join((" late" if line.is_late else "", " provisional" if line.is_provisional else ""))
        click.echo(f"{line.on.isoformat()} {line.case_no or line.number} {line.what}{marks}")
