"""``mediation reports``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from mediation.cli.context import acting, committee_option, with_app
from mediation.core import clock
from mediation.core.db import transaction
from mediation.reports import service
from mediation.reports.spreadsheet import of_report
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
    with transaction():
        if period.last >= clock.today():
            figures, content = service.draft(actor, period)
        else:
            report, _is_new = service.make_report(actor, period)
            figures, content = report.figures, service.pdf_of(actor, report)
    _write(output, content)
    if xlsx:
        _write(xlsx, to_xlsx(of_report(figures)))


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
