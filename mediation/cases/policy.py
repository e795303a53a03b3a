"""Who may see which case: one SQL condition, used by lists, counts, search, exports and single loads alike."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, select

from mediation.attachments.models import Attachment
from mediation.cases.lifecycle import ENDED, State, Track
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


# Served on the company or made for it; what the worker handed in stays with the people who handle the case.
FOR_THE_COMPANY = frozenset({"document", "signed_scan", "proof"})


def may_open_file(actor: Actor, file: Attachment) -> bool:
    """Whether a file of a visible case is for the actor (law.md 7.3): staff all, others never the internal file."""
    if may_see_notes(actor):
        return True
    if file.is_internal:
        return False
    if file.uploaded_by is not None and file.uploaded_by == actor.user_id:
        return True
    return actor.has(Role.HR) and file.kind in FOR_THE_COMPANY


def may_add_file(actor: Actor, case: Case) -> bool:
    """Staff, the company that answers, and officers on their own track, while the case is not archived."""
    if case.state == State.ARCHIVED.value:
        return False
    if granted(actor, P.CASE_HANDLE):
        return True
    if State(case.state) in ENDED:
        return False
    return granted(actor, P.CASE_ANSWER) or (granted(actor, P.CASE_POLICE) and case.track == Track.POLICE.value)
