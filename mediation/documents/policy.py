"""Who may make papers and who may read them (law.md 7.3)."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false

from mediation.cases import policy as case_policy
from mediation.cases.models import Case
from mediation.core.actor import Actor, Role
from mediation.core.permissions import P, granted
from mediation.documents.models import Document

# Served on every party; the application and the record of a meeting stay in the committee's file.
ADDRESSED_TO_PARTIES = frozenset({"D05", "D13", "D15"})


def may_make(actor: Actor) -> bool:
    """Whether the actor may see drafts, issue and void: a draft prints sealed data, which HR never sees in clear."""
    return granted(actor, P.DOCUMENT_MAKE) and (actor.is_system or not actor.has(Role.HR))


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The papers an actor may read: staff those of their cases, HR what was served on the parties of its cases."""
    if may_make(actor):
        ours: ColumnElement[bool] = Document.committee_id == actor.committee_id
    elif actor.has(Role.HR):
        ours = and_(
            Document.committee_id == actor.committee_id,
            Document.code.in_(sorted(ADDRESSED_TO_PARTIES)),
            Document.status == "issued",
        )
    else:
        return false()
    its_case = exists().where(Case.id == Document.case_id, case_policy.visible_to(actor))
    return and_(ours, its_case.correlate(Document))
