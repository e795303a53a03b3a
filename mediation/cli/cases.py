"""``mediation cases``: the register and one case, sealed fields masked, private notes never."""

from __future__ import annotations

from dataclasses import asdict
from itertools import islice
from typing import Any

import click

from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cases import page, queries, service
from mediation.cases.filters import Filters
from mediation.cases.lifecycle import State, Track
from mediation.cases.models import NO_DEADLINE
from mediation.cli.context import acting, as_json, committee_option, with_app
from mediation.core.actor import Actor
from mediation.core.db import transaction

COLUMNS = (
    "number", "case_no", "title", "company", "category", "track", "state", "waiting_for", "handler", "received_on",
    "closed_on", "outcome", "settled_in_part", "claimed_fen", "agreed_fen", "paid_fen", "next_deadline_on", "next_deadline_rule",
    "next_deadline_provisional",
)  # fmt: skip
HEAD = (
    "number", "case_no", "title", "state", "track", "relationship", "category_code", "facts", "source", "waiting_for",
    "received_on", "accepted_on", "effective_on", "settled_on", "closed_on", "archived_on", "limitation_on", "outcome", "settled_in_part",
    "performance", "headcount", "claimed_fen", "agreed_fen", "paid_fen", "next_deadline_rule", "paused_since", "paused_days",
)  # fmt: skip
DEADLINE = (
    "rule_code", "rule_version", "subject", "trigger", "trigger_on", "raw_last_day", "last_day", "is_provisional",
    "status", "settled_on", "basis",
)  # fmt: skip
AGREEMENT = (
    "form", "status", "terms", "total_fen", "early_maturity", "confirms_relationship", "is_partial", "left_open",
    "effective_on",
)  # fmt: skip


@click.group("cases")
def cases_command() -> None:
    """Cases."""


@cases_command.command("list")
@click.option("--open", "open_", is_flag=True, help="Only cases that are not closed.")
@click.option("--overdue", is_flag=True, help="Only cases with a last day that has passed.")
@click.option(
    "--state", type=click.Choice([state.value for state in State]), help="Only cases in this state, such as mediating."
)
@click.option(
    "--track", type=click.Choice([track.value for track in Track]), help="Only cases on this track, such as labour."
)
@click.option("-q", "--search", help="A number, part of a name, a company, four last digits of a phone.")
@click.option("--limit", type=click.IntRange(1), help="At most so many.")
@click.option("--json", "json_", is_flag=True, help="Print JSON.")
@committee_option
@with_app
def list_cases(
    open_: bool,
    overdue: bool,
    state: str | None,
    track: str | None,
    search: str | None,
    limit: int | None,
    json_: bool,
    committee: str | None,
) -> None:
    """The register, newest first."""
    given = {"open": "1" if open_ else "", "overdue": "1" if overdue else ""}
    given |= {"state": state or "", "track": track or "", "q": search or ""}
    filters = Filters.from_args({name: value for name, value in given.items() if value})
    rows = islice(queries.export_for(acting(committee), filters), limit)
    if json_:
        as_json([_line(row) for row in rows])
        return
    for row in rows:
        click.echo("\t".join(str(value or "-") for value in (row.number, row.case_no, row.state, row.title)))


def _line(row: Any) -> dict[str, Any]:
    line = {name: getattr(row, name) for name in COLUMNS}
    return line | {"next_deadline_on": _deadline_day(row)}


def _deadline_day(row: Any) -> Any:
    return None if row.next_deadline_on == NO_DEADLINE else row.next_deadline_on


@cases_command.command("spells")
@click.option("--json", "json_", is_flag=True, help="Print JSON.")
@committee_option
@with_app
def build_spells(json_: bool, committee: str | None) -> None:
    """Count the time of cases from before times were counted; what is counted already stays as it is."""
    actor = acting(committee)
    with transaction():
        made = service.build_missing_spells(actor)
    if json_:
        as_json({"cases": made})
    else:
        click.echo(f"{made} cases counted")


@cases_command.command("show")
@click.argument("number")
@click.option("--json", "json_", is_flag=True, help="Print JSON.")
@committee_option
@with_app
def show_case(number: str, json_: bool, committee: str | None) -> None:
    """Case NUMBER (register number or case number). The look is recorded."""
    with transaction():
        actor = acting(committee)
        case = queries.get_for(actor, number)
        record(actor, AuditEvent.CASE_VIEWED, subject=("case_file", case.id), case_id=case.id)
        shown = _as_dict(actor, page.build(actor, case, with_notes=False))
    if json_:
        as_json(shown)
        return
    for name in HEAD:
        click.echo(f"{name}\t{'-' if shown[name] is None else shown[name]}")
    for one in shown["deadlines"]:
        mark = "（暂定）" if one["is_provisional"] else ""
        click.echo(f"{one['rule_code']}\t{one['raw_last_day']}\t{one['last_day']}{mark}\t{one['status']}")


def _as_dict(actor: Actor, shown: page.CasePage) -> dict[str, Any]:
    case = shown.case
    return {
        **{name: getattr(case, name) for name in HEAD},
        "category": shown.names.category,
        "station": shown.names.station,
        "company": shown.names.companies.get(case.main_company_id or 0),
        "handler": shown.names.users.get(case.handler_id or 0),
        "mediator": shown.names.users.get(case.mediator_id or 0),
        "next_deadline_on": _deadline_day(case),
        "parties": [_party(one) for one in shown.parties],
        "claims": [
            {"party": shown.party(one.party_id), **_fields(one, "item", "category_code", "amount_fen", "amount_text")}
            for one in shown.claims
        ],
        "events": [_event(one) for one in queries.timeline_for(actor, case)],
        "deadlines": [_fields(one, *DEADLINE) for one in shown.deadlines],
        "pauses": [_fields(one, "from_on", "to_on", "ground") for one in shown.standing.pauses],
        "gross_days": shown.standing.gross_days,
        "net_days": shown.standing.net_days,
        "agreement": _agreement(shown),
        "instalments": _instalments(shown),
    }


def _fields(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _party(one: Any) -> dict[str, Any]:
    plain = asdict(one)
    plain.pop("revealable")
    plain["representatives"] = [
        {name: value for name, value in person.items() if name != "revealable"} for person in plain["representatives"]
    ]
    return plain


def _event(row: Any) -> dict[str, Any]:
    names = ("event", "from_state", "to_state", "happened_on", "at", "actor_name", "capacity", "article", "data")
    return _fields(row, *names)


def _agreement(shown: page.CasePage) -> dict[str, Any] | None:
    if shown.agreement is None:
        return None
    signatures = [_fields(act, "actor_kind", "name", "signed_on", "manner") for act in shown.agreement.signatures]
    return _fields(shown.agreement, *AGREEMENT) | {"signatures": signatures}


def _instalments(shown: page.CasePage) -> list[dict[str, Any]]:
    return [
        _fields(one, "seq", "due_on", "amount_fen", "paid_fen", "status")
        | {"payments": [_fields(paid, "paid_on", "amount_fen", "proof") for paid in shown.payments_of(one)]}
        for one in (shown.agreement.instalments if shown.agreement else [])
    ]
