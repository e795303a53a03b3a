"""Whose recommendations an actor may see: the committee all of its own, a company those served on its own tree."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, select

from mediation.companies import policy as companies
from mediation.companies.models import Company
from mediation.core.actor import Actor, Role
from mediation.core.permissions import P, granted
from mediation.recommendations.models import Recommendation


def is_company_side(actor: Actor) -> bool:
    """Whether the actor reads as the company that was written to, and not as the committee."""
    return not actor.is_system and not actor.has(Role.COMMITTEE)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The rows an actor sees. A company learns of a letter when it is served; drafts are the committee's own."""
    if actor.committee_id is None or not granted(actor, P.RECOMMENDATION_READ):
        return false()
    ours = Recommendation.committee_id == actor.committee_id
    if not is_company_side(actor):
        return ours
    own = select(Company.id).where(companies.visible_to(actor))
    return and_(ours, Recommendation.sent_on.isnot(None), Recommendation.company_id.in_(own))


def may_answer(actor: Actor) -> bool:
    """Only the company's own people answer; the committee never does it for them."""
    return granted(actor, P.RECOMMENDATION_ANSWER) and actor.has(Role.HR)
