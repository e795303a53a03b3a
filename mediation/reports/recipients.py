"""Who is sent the month: put on the list, struck off it."""

from __future__ import annotations

from flask_babel import gettext as _

from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.companies import queries as companies
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError, NotFound
from mediation.core.permissions import P, check
from mediation.reports import queries
from mediation.reports.models import ReportRecipient


def add(actor: Actor, *, name: str, address: str, company_id: int | None) -> ReportRecipient:
    """Put somebody on the list, from the next version on. ``company_id``: the headquarters whose part it is.

    Raises DomainError at ``address`` for one who is on it already, at ``part`` for a company that is no headquarters of
    the committee, Forbidden.
    """
    check(actor, P.REPORT_MAKE)
    if company_id is not None:
        _headquarters(actor, company_id)
    for other, _company in queries.recipients_for(actor):
        if other.address.casefold() == address.casefold() and other.company_id == company_id:
            raise DomainError(_("这个地址已经在名单上"), field="address")
    recipient = ReportRecipient(
        committee_id=actor.committee_id, name=name, address=address, company_id=company_id, added_by=actor.user_id
    )
    db.session.add(recipient)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CREATED, subject=("report_recipient", recipient.id))
    return recipient


def strike_off(actor: Actor, recipient: ReportRecipient) -> None:
    """Take somebody off the list; what is still waiting for them is not sent. Raises Forbidden."""
    check(actor, P.REPORT_MAKE)
    if recipient.removed_at is not None:
        return
    recipient.removed_at = clock.now()
    db.session.flush()
    record(actor, AuditEvent.RECORD_CHANGED, subject=("report_recipient", recipient.id), changed=["removed_at"])


def _headquarters(actor: Actor, company_id: int) -> None:
    try:
        company = companies.get_for(actor, company_id)
    except NotFound:
        company = None
    if company is None or company.parent_id is not None or company.merged_into_id is not None:
        raise DomainError(_("请选择一家公司总部"), field="part")
