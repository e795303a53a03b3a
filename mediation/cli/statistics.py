"""``mediation statistics`` and ``mediation reports``."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import click

from mediation.cli.context import acting, as_json, committee_option, with_app
from mediation.core import clock
from mediation.core.dates import DateError, parse_day
from mediation.core.db import transaction
from mediation.reports import service
from mediation.reports.spreadsheet import of_report
from mediation.statistics import metrics, queries
from mediation.statistics.display import shown
from mediation.statistics.period import Period
from mediation.statistics.period import month as month_period
from mediation.statistics.spreadsheet import to_xlsx

NO_COMPANY = "（未记公司）"
KEYS = (
    "cases", "settled", "settlement_rate", "median_days", "p90_days", "median_net_days", "p90_net_days", "claimed_fen",
    "agreed_fen", "paid_fen",
)  # fmt: skip


class Day(click.ParamType):
    """A civil date as people write it."""

    name = "day"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        if isinstance(value, date):
            return value
        try:
            return parse_day(value, clock.today())
        except DateError:
            self.fail(f"{value!r} is not a day such as 2026-10-01", param, ctx)


@click.group("statistics")
def statistics_command() -> None:
    """Figures over a period."""


@statistics_command.command("companies")
@click.option("--from", "first", type=Day(), required=True, help="First day, such as 2026-10-01.")
@click.option("--to", "last", type=Day(), required=True, help="Last day.")
@click.option("--json", "json_", is_flag=True, help="Print JSON.")
@committee_option
@with_app
def companies(first: date, last: date, json_: bool, committee: str | None) -> None:
    """Figures per company, rolled up to its headquarters; the most cases first."""
    if first > last:
        raise click.UsageError("--from lies after --to")
    found = queries.by_company(acting(committee), Period(first, last))
    names = queries.company_names(found)
    rows = [
        {"company": names.get(key, NO_COMPANY)} | {code: metrics.figures(tally)[code] for code in KEYS}
        for key, tally in found.items()
    ]
    rows.sort(key=lambda row: (-row["cases"], -row["settled"], row["company"]))
    if json_:
        as_json(rows)
        return
    click.echo("\t".join(("company", *KEYS)))
    for row in rows:
        click.echo("\t".join([row["company"], *(shown(code, row[code]) for code in KEYS)]))


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
