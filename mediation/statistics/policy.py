"""Whose cases are counted: what the actor may see, and for HR nothing but its own company."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, case, false, literal, or_

from mediation.cases.models import Case
from mediation.cases.policy import TOLD, visible_to
from mediation.core.actor import Actor, Role
from mediation.core.db import BigId

_LEVELS = {1: Case.level1_id, 2: Case.level2_id, 3: Case.level3_id}


def is_company_only(actor: Actor) -> bool:
    """Whether the actor sees figures of its own company alone."""
    return not actor.is_system and actor.has(Role.HR) and not actor.roles & {Role.COMMITTEE, Role.LAWYER, Role.JUDICIAL}


def counted_for(actor: Actor) -> ColumnElement[bool]:
    """The cases that figures shown to an actor are made of.

    The list of cases shows HR also those in which another company is the main respondent; figures count by the main
    respondent, so they leave these out: no total then contains another company.
    """
    if not is_company_only(actor):
        return visible_to(actor)
    own = (_LEVELS[level] == company_id for company_id, level in actor.company_levels)
    return and_(Case.committee_id == actor.committee_id, or_(false(), *own), TOLD)


def top_company(actor: Actor) -> ColumnElement[int | None]:
    """The company a case is shown under at the top: its headquarters, for HR the top of its own subtree."""
    if not is_company_only(actor) or not actor.company_levels:
        return Case.level1_id
    tops = ((_LEVELS[level] == company_id, literal(company_id, BigId)) for company_id, level in actor.company_levels)
    return case(*tops, else_=None)
