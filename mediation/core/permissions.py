"""Deny by default, allow by name.

Every view carries ``@requires(P.X)``. A view without one stops the start of the application, and would be denied
anyway. Roles hold permissions through one table; rows are scoped apart, by each feature's ``policy.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from flask import Flask, redirect, request, url_for

from mediation.core.actor import Actor, Role, current_actor
from mediation.core.errors import ConfigurationError, Forbidden

View = TypeVar("View", bound=Callable)


class P(StrEnum):
    """What can be done, ``resource:action``."""

    PUBLIC = "public"  # open to everybody, logged in or not
    SIGNED_IN = "signed_in"  # anybody with an account: own profile, own inbox
    CASE_READ = "case:read"  # lists, case page, files, within the row scope
    CASE_OPEN = "case:open"  # intake
    CASE_HANDLE = "case:handle"  # consents, sessions, records, agreements, payments: the handler's daily work
    CASE_ACCEPT = "case:accept"  # acceptance or refusal with reasons
    CASE_ASSIGN = "case:assign"  # handler and mediator
    CASE_SEAL = "case:seal"  # the committee's seal on an agreement or a paper
    CASE_CLOSE = "case:close"
    CASE_ARCHIVE = "case:archive"
    CASE_REOPEN = "case:reopen"
    CASE_EXPORT = "case:export"
    CASE_ANSWER = "case:answer"  # the company's answer, offers, confirmation of payments
    CASE_NOTE = "case:note"  # private notes of the internal file
    CASE_POLICE = "case:police"  # the police track: opened, written and closed by officers only
    PARTY_REVEAL = "party:reveal"  # an encrypted field in clear, logged
    DOCUMENT_MAKE = "document:make"
    COMPANY_READ = "company:read"
    COMPANY_MANAGE = "company:manage"
    COMPANY_STAFF = "company:staff"  # accounts of colleagues for a part of one's own company tree
    HEADCOUNT_RECORD = "company:headcount"
    FIRM_CLIENT_DECLARE = "firm_client:declare"
    STATISTICS_READ = "statistics:read"
    SIGNAL_READ = "signal:read"  # what the figures point out, within the companies the actor may see
    SIGNAL_HANDLE = "signal:handle"  # set one aside with a reason, or take it up
    RECOMMENDATION_READ = "recommendation:read"
    RECOMMENDATION_MANAGE = "recommendation:manage"  # draft, review, number, seal, serve, verify, close
    RECOMMENDATION_ANSWER = "recommendation:answer"  # the company's reply, its measures and their evidence
    REPORT_READ = "report:read"
    REPORT_MAKE = "report:make"
    COMPANY_REPORT_READ = "company_report:read"  # the part of the month that is for one's own headquarters
    LEDGER_IMPORT = "ledger:import"
    USER_MANAGE = "user:manage"
    STATION_MANAGE = "station:manage"
    ROSTER_READ = "roster:read"  # who is on duty
    ROSTER_MANAGE = "roster:manage"
    SETTING_MANAGE = "setting:manage"  # categories, committee data
    CALENDAR_MANAGE = "calendar:manage"  # working days and deadline rules
    AUDIT_READ = "audit:read"
    JOB_MANAGE = "job:manage"


_STAFF = {
    P.SIGNED_IN,
    P.CASE_READ,
    P.CASE_OPEN,
    P.CASE_HANDLE,
    P.CASE_CLOSE,
    P.CASE_EXPORT,
    P.CASE_NOTE,
    P.PARTY_REVEAL,
    P.DOCUMENT_MAKE,
    P.COMPANY_READ,
    P.STATISTICS_READ,
    P.ROSTER_READ,
}

ROLE_GRANTS: dict[Role, frozenset[P]] = {
    Role.LAWYER: frozenset(_STAFF | {P.CASE_ACCEPT, P.CASE_ARCHIVE, P.FIRM_CLIENT_DECLARE}),
    Role.JUDICIAL: frozenset(_STAFF | {P.CASE_ACCEPT, P.CASE_ARCHIVE}),
    # Police log and refer, and run their own track; they do not accept or close a mediation of the committee.
    Role.POLICE: frozenset({P.SIGNED_IN, P.CASE_READ, P.CASE_OPEN, P.CASE_POLICE, P.COMPANY_READ, P.ROSTER_READ}),
    Role.HR: frozenset(
        {
            P.SIGNED_IN,
            P.CASE_READ,
            P.CASE_ANSWER,
            P.CASE_EXPORT,
            P.COMPANY_READ,
            P.COMPANY_STAFF,
            P.HEADCOUNT_RECORD,
            P.STATISTICS_READ,
            P.SIGNAL_READ,
            P.RECOMMENDATION_READ,
            P.RECOMMENDATION_ANSWER,
            P.COMPANY_REPORT_READ,
        }
    ),
    Role.COMMITTEE: frozenset(
        _STAFF
        | {
            P.CASE_ACCEPT,
            P.CASE_ASSIGN,
            P.CASE_SEAL,
            P.CASE_ARCHIVE,
            P.CASE_REOPEN,
            P.ROSTER_MANAGE,
            P.COMPANY_MANAGE,
            P.FIRM_CLIENT_DECLARE,
            P.HEADCOUNT_RECORD,
            P.SIGNAL_READ,
            P.SIGNAL_HANDLE,
            P.RECOMMENDATION_READ,
            P.RECOMMENDATION_MANAGE,
            P.REPORT_READ,
            P.REPORT_MAKE,
            P.LEDGER_IMPORT,
        }
    ),
    Role.ADMIN: frozenset(
        {
            P.SIGNED_IN,
            P.USER_MANAGE,
            P.STATION_MANAGE,
            P.ROSTER_READ,
            P.ROSTER_MANAGE,
            P.COMPANY_READ,
            P.COMPANY_MANAGE,
            P.SETTING_MANAGE,
            P.CALENDAR_MANAGE,
            P.AUDIT_READ,
            P.JOB_MANAGE,
        }
    ),
}


def granted(actor: Actor, permission: P) -> bool:
    """Whether the actor's roles include the permission. An unknown role grants nothing."""
    if permission is P.PUBLIC:
        return True
    if actor.is_system:
        return True
    return any(permission in ROLE_GRANTS.get(role, frozenset()) for role in actor.roles)


def check(actor: Actor, permission: P) -> None:
    """Raise Forbidden unless granted: for services, which jobs and commands call as well."""
    if not granted(actor, permission):
        raise Forbidden()


def requires(permission: P) -> Callable[[View], View]:
    """Mark a view with the permission it needs."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def permission_of(app: Flask, endpoint: str | None) -> P | None:
    """The declared permission of an endpoint; None where there is none."""
    return getattr(app.view_functions.get(endpoint or ""), "permission", None)


def undeclared(app: Flask) -> list[str]:
    """Endpoints without a permission."""
    return sorted(rule.endpoint for rule in app.url_map.iter_rules() if permission_of(app, rule.endpoint) is None)


def guard(app: Flask) -> None:
    """Install the check before each request. Call :func:`verify` once all blueprints stand."""

    @app.before_request
    def enforce():
        if request.endpoint is None:
            return None  # no route: Flask answers 404
        permission = permission_of(app, request.endpoint)
        actor = current_actor()
        if permission is P.PUBLIC:
            return None
        if not actor.is_authenticated:
            # A form's address is no page to come back to: after a late log-in the list of the day is.
            back = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("accounts.login", next=back))
        if permission is None or not granted(actor, permission):
            raise Forbidden()
        return None


def verify(app: Flask) -> None:
    """Refuse to start with an undeclared route. Raises ConfigurationError naming each."""
    missing = undeclared(app)
    if missing:
        raise ConfigurationError(f"routes without a declared permission: {', '.join(missing)}")
