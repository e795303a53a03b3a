"""``mediation statistics``."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from mediation.cli.context import acting, as_json, committee_option, with_app
from mediation.core import clock
from mediation.core.dates import DateError, parse_day
from mediation.statistics import jobs, metrics, months, queries
from mediation.statistics.display import shown
from mediation.statistics.period import Period

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


@statistics_command.command("rebuild")
@click.option("--month", "key", help="Only this month, such as 2026-10; otherwise every month that is over.")
@committee_option
@with_app
def rebuild(key: str | None, committee: str | None) -> None:
    """Make the kept sums of months anew from the cases."""
    committee_id = acting(committee).committee_id or 0
    keys = sorted({*months.months_with_cases(committee_id), *months.wanted(committee_id), *months.made(committee_id)})
    if key is not None:
        keys = [_over(key)]
    for one in keys:
        is_made = jobs.make(committee_id, one)
        click.echo(f"{one}\t{'made' if is_made else 'changed meanwhile, made again by the next job'}")


@statistics_command.command("check")
@committee_option
@with_app
def check(committee: str | None) -> None:
    """Compare the kept sums of months with the cases. Exit code 1 when a month differs that nobody has changed since."""
    committee_id = acting(committee).committee_id or 0
    changed, wrong = set(months.wanted(committee_id)), 0
    for key in months.made(committee_id):
        found = [] if key in changed else months.differences(committee_id, key)
        wrong += bool(found)
        said = "changed since, to be made anew" if key in changed else f"{len(found)} rows differ" if found else "whole"
        click.echo(f"{key}\t{said}")
    if wrong:
        raise click.exceptions.Exit(1)


def _over(key: str) -> str:
    try:
        is_over = months.is_over(key)
    except ValueError as error:
        raise click.BadParameter("a month looks like 2026-10", param_hint="--month") from error
    if not is_over:
        raise click.BadParameter("the month is not over: its figures are counted from the cases", param_hint="--month")
    return key
