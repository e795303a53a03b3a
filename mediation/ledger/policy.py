"""Whose imports: those of the own committee, for the people who may import."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false

from mediation.core.actor import Actor
from mediation.core.permissions import P, granted
from mediation.ledger.models import LedgerImport


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The imports an actor sees."""
    if actor.committee_id is None or not granted(actor, P.LEDGER_IMPORT):
        return false()
    return LedgerImport.committee_id == actor.committee_id
