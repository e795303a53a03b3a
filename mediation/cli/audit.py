"""``mediation audit``: prove that nobody has touched the trail."""

from __future__ import annotations

import click
from sqlalchemy import func, select

from mediation.audit import record
from mediation.audit.models import AuditRow
from mediation.cli.context import as_json, with_app
from mediation.core.db import db


@click.group("audit")
def audit_command() -> None:
    """The audit trail."""


@audit_command.command("verify")
@click.option("--json", "json_output", is_flag=True, help="Print one JSON document.")
@with_app
def verify(json_output: bool) -> None:
    """Check every chain from its start. Exit code 1 when a row was changed, removed or added."""
    rows = dict(db.session.execute(select(AuditRow.chain, func.count()).group_by(AuditRow.chain)).all())
    found = [
        {"chain": chain, "rows": rows.get(chain, 0), "problems": record.verify(chain)} for chain in record.chains()
    ]
    damaged = sum(len(one["problems"]) for one in found)
    if json_output:
        as_json({"chains": found, "problems": damaged})
    else:
        for one in found:
            for problem in one["problems"]:
                click.echo(f"chain {one['chain']}: {problem}")
        click.echo(f"{sum(rows.values())} rows in {len(found)} chains, {damaged} problems")
    if damaged:
        raise click.exceptions.Exit(1)
