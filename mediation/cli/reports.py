"""``mediation reports``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from flask import current_app

from mediation.cli.context import acting, as_json, committee_option, with_app
from mediation.core import clock
from mediation.core.db import reading, transaction
from mediation.core.errors import DomainError
from mediation.reports import deliveries, parts, queries, service
from mediation.reports.spreadsheet import of_report
from mediation.scheduler import name_of_this_process
from mediation.statistics.period import month as month_period
from mediation.statistics.spreadsheet import to_xlsx


@click.group("reports")
def reports_command() -> None:
    """Reports as issued."""


@reports_command.command("monthly")
@click.argument("month")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The PDF.")
@click.option("--xlsx", type=click.Path(dir_okay=False, path_type=Path), help="The same figures as a spreadsheet.")
@committee_option
@with_app
def monthly(month: str, output: Path, xlsx: Path | None, committee: str | None) -> None:
    """The report of MONTH (2026-10); of a month that is not over, a draft that is not kept."""
    try:
        period = month_period(month)
    except ValueError as error:
        raise click.BadParameter("a month looks like 2026-10", param_hint="MONTH") from error
    actor = acting(committee)
    is_over = period.last < clock.today()
    if is_over:
        with reading():
            prepared = service.prepare(actor, period)
    with transaction():
        if is_over:
            report, _is_new = service.issue(actor, prepared)
            figures: Mapping[str, Any] = report.figures
            content = service.pdf_of(actor, report)
        else:
            figures, content = service.draft(actor, period)
    _write(output, content)
    if xlsx:
        _write(xlsx, to_xlsx(of_report(figures)))
    if is_over:
        parts.make_parts()


@reports_command.command("list")
@click.option("--json", "json_", is_flag=True, help="Print JSON.")
@committee_option
@with_app
def list_reports(json_: bool, committee: str | None) -> None:
    """The versions that were issued, the newest first, with how many of their mails were sent."""
    actor = acting(committee)
    mails = queries.delivery_counts(actor)
    rows: list[dict[str, Any]] = [
        {
            "month": one.month,
            "version": one.version,
            "made_at": one.made_at.isoformat(),
            "differences": len(one.differences),
            "sha256": one.sha256,
            "mails": mails.get(one.id, {}),
        }
        for one in queries.reports_for(actor)
    ]
    if json_:
        as_json(rows)
        return
    for row in rows:
        sent = ", ".join(f"{count} {state}" for state, count in sorted(row["mails"].items())) or "no mails"
        click.echo(
            f"{row['month']} version {row['version']}  {row['differences']} corrections  {row['sha256'][:12]}  {sent}"
        )


@reports_command.command("differences")
@click.argument("month")
@click.option("--version", type=int, help="Of this version; default: the newest.")
@committee_option
@with_app
def differences(month: str, version: int | None, committee: str | None) -> None:
    """What a version of MONTH corrects of the one before it, as JSON."""
    actor = acting(committee)
    report = queries.report_for(actor, month, version) if version else queries.latest_report(actor, month)
    if report is None:
        raise DomainError(f"no report of {month}")
    as_json(report.differences)


@reports_command.command("send")
@with_app
def send() -> None:
    """Send now what waits; the scheduler does so every minute."""
    if not current_app.config["SMTP_URL"]:
        raise DomainError("no mail server is set (MEDIATION_SMTP_URL)")
    click.echo(str(deliveries.send_due(owner=name_of_this_process())))


def _write(target: Path, content: bytes) -> None:
    """All of the file or nothing: whoever waits for it never reads half of it."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(target)
    except OSError as error:
        raise click.FileError(str(target), error.strerror or "") from error
    finally:
        draft.unlink(missing_ok=True)
