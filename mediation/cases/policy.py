"""Who may see which case: one SQL condition, used by lists, counts, search, exports and single loads alike."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, select

from mediation.cases.lifecycle import State, Track
from mediation.cases.models import Assignment, Case, CaseCompany
from mediation.core.actor import Actor, Role
from mediation.core.permissions import P, granted

# A company learns of a case when it is asked for its answer; advice and police matters are none of its business.
HIDDEN_FROM_HR = frozenset({Track.CONSULT, Track.POLICE})


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The rows an actor sees (product.md, law.md 7.3). An unknown role sees nothing."""
    if actor.committee_id is None:
        return false()
    here = Case.committee_id == actor.committee_id
    if actor.is_system or actor.has(Role.COMMITTEE):
        return here
    scopes = []
    if actor.roles & {Role.LAWYER, Role.JUDICIAL, Role.POLICE}:
        scopes.append(_staff_scope(actor))
    if actor.has(Role.HR):
        scopes.append(_company_scope(actor))
    return and_(here, or_(*scopes)) if scopes else false()


def _staff_scope(actor: Actor) -> ColumnElement[bool]:
    own = [Case.handler_id == actor.user_id, Case.mediator_id == actor.user_id]
    if actor.station_ids:
        own.append(Case.station_id.in_(sorted(actor.station_ids)))
    if actor.has(Role.POLICE):  # cases they referred or take part in
        own.append(Case.opened_by == actor.user_id)
        own.append(Case.id.in_(select(Assignment.case_id).where(Assignment.user_id == actor.user_id)))
    return or_(*own)


def _company_scope(actor: Actor) -> ColumnElement[bool]:
    if not actor.company_levels:
        return false()
    columns = {1: CaseCompany.level1_id, 2: CaseCompany.level2_id, 3: CaseCompany.level3_id}
    named = select(CaseCompany.case_id).where(
        or_(*(columns[level] == company_id for company_id, level in actor.company_levels))
    )
    return and_(
        Case.id.in_(named),
        Case.state != State.RECEIVED.value,
        Case.track.not_in([track.value for track in HIDDEN_FROM_HR]),
    )


def may_see_notes(actor: Actor) -> bool:
    """Private notes belong to the internal file: mediators and staff who handle cases, never HR, never police."""
    return granted(actor, P.CASE_NOTE)


def may_see_personal_data(actor: Actor) -> bool:
    """Whether sealed fields may be revealed at all (masked otherwise)."""
    return granted(actor, P.PARTY_REVEAL)
