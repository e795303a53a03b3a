"""Which companies a law firm acts for: declared by its lawyers, read by the conflict check (law.md 7.4)."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _

from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.companies import queries
from mediation.companies.models import Company, FirmClient
from mediation.core import clock
from mediation.core.actor import Actor, Role
from mediation.core.db import db
from mediation.core.errors import DomainError, Forbidden, NotFound
from mediation.core.permissions import P, check

RELATIONS = ("legal_adviser", "agent", "other")


def declare_client(
    actor: Actor,
    *,
    office_id: int,
    company: Company,
    from_on: date,
    to_on: date | None = None,
    relation: str = "legal_adviser",
) -> FirmClient:
    """Declare that a law firm acts for a company from one day to another (None: until further notice).

    A lawyer declares for the own office, the committee for any of its own. Needs firm_client:declare. Raises
    Forbidden for another office, DomainError at ``from_on``, ``to_on``, ``company_id`` or ``relation``.
    """
    check(actor, P.FIRM_CLIENT_DECLARE)
    _check_office(actor, office_id)
    if company.committee_id != actor.committee_id:
        raise NotFound()
    if relation not in RELATIONS:
        raise DomainError(_("请选择关系"), field="relation")
    if to_on is not None and to_on < from_on:
        raise DomainError(_("截止日不能早于起始日"), field="to_on")
    company = queries.survivor_of(company)
    if queries.is_client(office_id, company.id, relation, from_on, to_on):
        raise DomainError(_("这段时间已经申报过这家公司"), field="company_id")
    client = FirmClient(
        committee_id=actor.committee_id,
        office_id=office_id,
        company_id=company.id,
        relation=relation,
        from_on=from_on,
        to_on=to_on,
        declared_by=actor.user_id,
    )
    db.session.add(client)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CREATED, subject=("firm_client", client.id))
    return client


def end_client(actor: Actor, *, client: FirmClient, on: date | None = None) -> None:
    """The firm no longer acts for the company after ``on`` (today). Needs firm_client:declare.

    Raises Forbidden for another office's client, DomainError at ``to_on`` for a day before its beginning.
    """
    check(actor, P.FIRM_CLIENT_DECLARE)
    _check_office(actor, client.office_id)
    last = on or clock.today()
    if last < client.from_on:
        raise DomainError(_("截止日不能早于起始日"), field="to_on")
    client.to_on = last
    db.session.flush()
    record(actor, AuditEvent.RECORD_CHANGED, subject=("firm_client", client.id), changed=["to_on"])


def _check_office(actor: Actor, office_id: int) -> None:
    if actor.is_system or office_id == actor.office_id:
        return
    if actor.has(Role.COMMITTEE) and any(
        known == office_id for known, _name in queries.law_firms(actor.committee_id or 0)
    ):
        return
    raise Forbidden()
