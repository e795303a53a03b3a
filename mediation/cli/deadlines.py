"""``mediation deadlines``: compute a time limit, check a file of them, say why a case's last day is that day.

All but the last work before there is a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from config import load
from mediation.cli.context import acting, as_json, committee_option, with_app
from mediation.core import db
from mediation.core.errors import DomainError
from mediation.deadlines import queries
from mediation.deadlines.calendar import WorkCalendar, shipped_calendar
from mediation.deadlines.comparison import differences, known_there
from mediation.deadlines.engine import Pause, compute, explain, to_json
from mediation.deadlines.rules import RULES, Rule
from mediation.deadlines.vectors import check_vectors


@click.group("deadlines")
def deadlines_command() -> None:
    """Time limits of the law."""


@deadlines_command.command("compute")
@click.argument("rule_id", metavar="RULE")
@click.argument("trigger", metavar="DATE")
@click.option("--extra", default=0, help="Extension in the rule's unit, counted from the same DATE.")
@click.option("--pause", "pauses", multiple=True, metavar="FIRST/LAST", help="Days that do not count; repeatable.")
@click.option("--json", "in_json", is_flag=True, help="Print rule, trigger, last days, basis and explanation as JSON.")
def compute_deadline(rule_id: str, trigger: str, extra: int, pauses: tuple[str, ...], in_json: bool) -> None:
    """The last day under RULE when DATE (YYYY-MM-DD) is the day of the act that starts it."""
    rules, calendar = knowledge()
    if rule_id not in rules:
        raise DomainError(f"no rule {rule_id}; mediation deadlines rules lists them")
    try:
        stops = [_pause(text) for text in pauses]
        computed = compute(rules[rule_id], date.fromisoformat(trigger), calendar, extra, stops)
    except (ValueError, OverflowError) as error:
        raise DomainError(f"cannot be computed from {trigger!r}: {error}") from error
    if in_json:
        as_json(to_json(computed))
        return
    provisional = "（暂定）" if computed.provisional else ""
    click.echo(f"{computed.rule.id} {computed.rule.title}  {computed.basis}")
    click.echo(f"届满日 {computed.raw_last_day}  最后一日 {computed.last_day}{provisional}\n")
    for line in explain(computed):
        click.echo(line)


def _pause(text: str) -> Pause:
    first, _slash, last = text.partition("/")
    return Pause(date.fromisoformat(first), date.fromisoformat(last), "指定的日子")


@deadlines_command.command("why")
@click.argument("number")
@click.argument("rule_id", metavar="[RULE]", required=False)
@click.option("--json", "in_json", is_flag=True, help="Print a list with one object per time limit as JSON.")
@committee_option
@with_app
def explain_deadlines(number: str, rule_id: str | None, in_json: bool, committee: str | None) -> None:
    """Why the last days of case NUMBER (register number or case number) are those days; of RULE alone, if given.

    The look is recorded.
    """
    from mediation.cli import why  # the whole application, which the other commands do not need

    found = why.read(acting(committee), number, rule_id)
    if in_json:
        as_json([why.as_dict(one) for one in found])
        return
    for place, one in enumerate(found):
        click.echo(("\n" if place else "") + "\n".join(why.as_lines(one)))


@deadlines_command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "in_json", is_flag=True, help="Print passed, failed and failures as JSON.")
def check(file: Path, in_json: bool) -> None:
    """Recompute the last days in FILE.csv; exit code 1 when one differs."""
    rules, calendar = knowledge()
    try:
        passed, failures = check_vectors(file, calendar, rules)
    except (OSError, ValueError) as error:
        raise DomainError(f"{file}: {error}") from error
    if in_json:
        as_json({"passed": passed, "failed": len(failures), "failures": [str(failure) for failure in failures]})
    else:
        for failure in failures:
            click.echo(str(failure))
        click.echo(f"{passed} passed, {len(failures)} failed")
    if failures:
        raise click.exceptions.Exit(1)


@deadlines_command.command("compare")
@click.option("--json", "in_json", is_flag=True, help="Print the years compared and the differing days as JSON.")
def compare(in_json: bool) -> None:
    """The working days beside those of the package chinesecalendar; exit code 1 when a day differs."""
    _rules, calendar = knowledge()
    found, years = differences(calendar), sorted(calendar.years & known_there())
    if in_json:
        days = [
            {"day": one.day.isoformat(), "kind": one.entry.kind.value, "there": one.is_workday_there} for one in found
        ]
        as_json({"years": years, "differences": days})
    else:
        for one in found:
            click.echo(str(one))
        click.echo(f"{len(years)} years compared, {len(found)} days differ")
    if found:
        raise click.exceptions.Exit(1)


@deadlines_command.command("rules")
@click.option("--json", "in_json", is_flag=True)
def list_rules(in_json: bool) -> None:
    """The rules in force with their articles."""
    rules, _calendar = knowledge()
    if in_json:
        as_json([_as_dict(rule) for rule in rules.values()])
        return
    for rule in rules.values():
        unverified = "" if rule.verified else "  未核实"
        click.echo(f"{rule.id:<20} {rule.length}{rule.unit.label}  {rule.title}  {rule.article}{unverified}")


def _as_dict(rule: Rule) -> dict[str, object]:
    return {
        "rule": rule.id,
        "version": rule.version,
        "title": rule.title,
        "starts_on": rule.starts_on.value,
        "unit": rule.unit.value,
        "length": rule.length,
        "direction": rule.direction.value,
        "rolls": rule.rolls,
        "binds": rule.binds,
        "if_missed": rule.if_missed,
        "extension": rule.extension,
        "max_extension": rule.max_extension,
        "suspension": rule.suspension,
        "interruption": rule.interruption,
        "tracks": list(rule.tracks),
        "article": rule.article,
        "verified": rule.verified,
    }


def knowledge() -> tuple[Mapping[str, Rule], WorkCalendar]:
    """The rules and working days of the database; those shipped with the product where there is none yet."""
    try:
        return _of_database() or (RULES, shipped_calendar())
    except SQLAlchemyError:
        return RULES, shipped_calendar()


def _of_database() -> tuple[Mapping[str, Rule], WorkCalendar] | None:
    settings = load()
    url = make_url(settings.SQLALCHEMY_DATABASE_URI)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return None  # connecting would make an empty one
    # Two small tables: the pages and keys of the whole application are not needed for them.
    app = Flask("mediation")
    app.config.from_object(settings)
    db.install(app)
    with app.app_context():
        rules = {row.code: queries.as_rule(row) for row in queries.newest_rules()}
        return (rules, queries.calendar()) if rules else None
