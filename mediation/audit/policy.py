"""Which audit rows an actor can see: those of the own committee."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false

from mediation.audit.models import AuditRow
from mediation.core.actor import Actor


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on AuditRow. Tries with unknown user names belong to no committee and are for commands only."""
    return false() if actor.committee_id is None else AuditRow.committee_id == actor.committee_id
