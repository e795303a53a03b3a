"""Which companies an actor may see: one truth, as an SQL condition."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_

from mediation.companies.models import Company
from mediation.core.actor import Actor, Role

WHOLE_COMMITTEE = frozenset({Role.LAWYER, Role.POLICE, Role.JUDICIAL, Role.COMMITTEE, Role.ADMIN})
LEVEL_COLUMNS = {1: Company.level1_id, 2: Company.level2_id, 3: Company.level3_id}


def sees_whole_committee(actor: Actor) -> bool:
    """Whether the actor sees every company of the committee."""
    return actor.is_system or bool(actor.roles & WHOLE_COMMITTEE)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Staff: the companies of the committee. Headquarters HR: their own subtree. Anybody else: nothing."""
    ours = Company.committee_id == actor.committee_id
    if actor.committee_id is None:
        return false()
    if sees_whole_committee(actor):
        return ours
    if not actor.has(Role.HR):
        return false()
    subtrees = [LEVEL_COLUMNS[level] == top for top, level in actor.company_levels if level in LEVEL_COLUMNS]
    return and_(ours, or_(false(), *subtrees))
