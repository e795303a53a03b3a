"""``mediation users``: accounts from the command line."""

from __future__ import annotations

import sys
from typing import Any

import click
from flask import current_app
from sqlalchemy import select

from mediation.accounts import invitations, passwords, queries, second_factor, service
from mediation.accounts.invitation_pages import link_to
from mediation.accounts.models import User
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cli.context import acting, as_json, committee_option, with_app
from mediation.committees.service import create_committee
from mediation.companies.models import Company
from mediation.core.actor import Actor, Role, system
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError, NotFound
from mediation.stations.models import Office, Station

password_option = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


def holding(command):
    """The options that say what an account holds."""
    for option in (
        click.option("--office", default=None, help="Name of the law firm, police post or judicial office."),
        click.option(
            "--company", "companies", multiple=True, help="Name of a company that HR answers for (repeatable)."
        ),
        click.option("--station", "stations", multiple=True, help="Name of a station (repeatable)."),
        click.option(
            "--role",
            "roles",
            multiple=True,
            required=True,
            type=click.Choice([role.value for role in Role]),
            help="Repeatable.",
        ),
        click.option("--name", required=True, help="The person's name."),
    ):
        command = option(command)
    return command


@click.group("users")
def users_command() -> None:
    """Accounts."""


@users_command.command("add")
@click.argument("username")
@holding
@click.option("--new-committee", default=None, help="Set up a committee with this name first (a new installation).")
@committee_option
@password_option
@with_app
def add(username, name, roles, stations, companies, office, new_committee, committee, password_stdin) -> None:
    """Open an account. Prints a generated password once, to be changed at the first log-in."""
    secret = _password(password_stdin, username)
    password_hash = passwords.hash_password(secret)
    with transaction():
        actor = _new_installation(new_committee) if new_committee else acting(committee)
        service.create_user(
            actor,
            username=username,
            name=name,
            password_hash=password_hash,
            **_scope(actor, roles, stations, companies, office),
            must_change_password=not password_stdin,
        )
    _report(username, secret, password_stdin)


@users_command.command("list")
@click.option("--all", "everybody", is_flag=True, help="Closed accounts, too.")
@click.option("--json", "json_output", is_flag=True, help="Print one JSON document.")
@committee_option
@with_app
def show(everybody: bool, json_output: bool, committee: str | None) -> None:
    """List the accounts of a committee."""
    rows = [
        {
            "username": user.username,
            "name": user.name,
            "roles": sorted(row.role for row in user.roles),
            "active": user.is_active,
            "last_login_at": user.last_login_at.isoformat() if user.last_login_at else None,
        }
        for user in queries.users_for(acting(committee), include_inactive=everybody)
    ]
    if json_output:
        as_json(rows)
        return
    for row in rows:
        closed = "" if row["active"] else "  (closed)"
        click.echo(f"{row['username']:24}{','.join(row['roles']):28}{row['name']}{closed}")


@users_command.command("password")
@click.argument("username")
@password_option
@with_app
def password(username: str, password_stdin: bool) -> None:
    """Set a password and end all sessions of the account. Prints a generated one once."""
    username = service.normal_username(username)
    secret = _password(password_stdin, username)
    password_hash = passwords.hash_password(secret)
    with transaction():
        user = _account(username)
        service.set_password(system(user.committee_id), user=user, password_hash=password_hash)
    _report(username, secret, password_stdin)


@users_command.command("invite")
@holding
@click.option("--contact", default=None, help="Mail address or phone number; a mail address goes into the account.")
@click.option(
    "--days", default=invitations.DAYS, type=click.IntRange(1, invitations.MOST_DAYS), help="How long it may be taken."
)
@committee_option
@with_app
def invite(name, roles, stations, companies, office, contact, days, committee) -> None:
    """Invite somebody to an account. Prints the link and the code once; let them travel different ways."""
    actor = acting(committee)
    with transaction():
        scope = _scope(actor, roles, stations, companies, office)
        made = invitations.invite(actor, name=name, contact=contact, days=days, **scope)
    with current_app.test_request_context():  # without MEDIATION_BASE_URL the link lacks the host's own name
        link = link_to(made.token)
    number, until = made.invitation.id, made.invitation.expires_at.isoformat(timespec="minutes")
    click.echo(f"invitation {number}, until {until}\nlink {link}\ncode {made.code} (shown once)")


@users_command.command("invitations")
@click.option("--json", "json_output", is_flag=True, help="Print one JSON document.")
@committee_option
@with_app
def list_invitations(json_output: bool, committee: str | None) -> None:
    """List the invitations of a committee: those that wait, and the latest of the others."""
    rows = [
        {
            "id": row.id,
            "name": row.name,
            "roles": row.roles,
            "state": invitations.state_of(row).value,
            "expires_at": row.expires_at.isoformat(),
        }
        for row in invitations.listed_for(acting(committee))
    ]
    if json_output:
        as_json(rows)
        return
    for row in rows:
        click.echo(f"{row['id']:<8}{row['state']:10}{','.join(row['roles']):12}{row['expires_at'][:16]}  {row['name']}")


@users_command.command("revoke-invitation")
@click.argument("number", type=int)
@committee_option
@with_app
def revoke_invitation(number: int, committee: str | None) -> None:
    """Take an invitation back, by the number that the list shows."""
    actor = acting(committee)
    with transaction():
        try:
            invitations.revoke(actor, invitation=invitations.get_for(actor, number))
        except NotFound as error:
            raise DomainError(f"no such invitation: {number}") from error
    click.echo(f"invitation {number}: revoked")


@users_command.command("second-factor-reset")
@click.argument("username")
@with_app
def second_factor_reset(username: str) -> None:
    """Take off the second factor of somebody who has lost the phone, and end all sessions of the account."""
    username = service.normal_username(username)
    with transaction():
        user = _account(username)
        second_factor.reset(system(user.committee_id), user=user)
    click.echo(f"{username}: the second factor is off")


def _account(username: str) -> User:
    user = db.session.scalar(select(User).where(User.username == username))
    if user is None:
        raise DomainError(f"no such user: {username}")
    return user


def _scope(actor: Actor, roles, stations, companies, office) -> dict[str, Any]:
    return {
        "roles": [Role(role) for role in roles],
        "station_ids": [_named(actor, Station, one) for one in stations],
        "company_ids": [_named(actor, Company, one) for one in companies],
        "office_id": _named(actor, Office, office) if office else None,
    }


def _new_installation(name: str) -> Actor:
    committee = create_committee(name=name)
    actor = system(committee.id)
    record(actor, AuditEvent.RECORD_CREATED, subject=("committee", committee.id))
    return actor


def _password(from_stdin: bool, username: str) -> str:
    if not from_stdin:
        return passwords.generate_password()
    secret = sys.stdin.readline().strip()
    passwords.check_strength(secret, username=username)
    return secret


def _report(username: str, secret: str, from_stdin: bool) -> None:
    click.echo(f"{username}: ok" if from_stdin else f"{username}: password {secret} (shown once)")


def _named(actor: Actor, model: type[Station] | type[Office] | type[Company], name: str) -> int:
    found = db.session.scalars(
        select(model.id).where(model.committee_id == actor.committee_id, model.name == name)
    ).all()
    if len(found) != 1:
        raise DomainError(f"{len(found)} rows of {model.__tablename__} are named {name}")
    return found[0]
