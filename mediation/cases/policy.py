"""Who may see which case: one SQL condition, used by lists, counts, search, exports and single loads alike."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from mediation.attachments.models import Attachment
from mediation.cases.lifecycle import ENDED, State, Track
from mediation.cases.models import Assignment, Case, CaseCompany
from mediation.core.actor import Actor, Role
from mediation.core.permissions import P, granted

# A company learns of a case when it is asked for its answer; advice and police matters are none of its business.
HIDDEN_FROM_HR = frozenset({Track.CONSULT, Track.POLICE})


def branches_of(actor: Actor) -> list[ColumnElement[bool]]:
    """The ways in which an actor may come to see a case, each answerable from one index.

    A list takes each way's first rows and merges them: one OR of them all would lose every index.
    """
    if actor.committee_id is None:
        return []
    if actor.is_system or actor.has(Role.COMMITTEE):
        return [true()]  # the committee itself is asked for everywhere
    ways: list[ColumnElement[bool]] = []
    if actor.roles & {Role.LAWYER, Role.JUDICIAL, Role.POLICE}:
        ways += _staff_ways(actor)
    if actor.has(Role.HR):
        ways += _company_ways(actor)
    return ways


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The rows an actor sees (product.md, law.md 7.3). An unknown role sees nothing."""
    ways = branches_of(actor)
    return and_(Case.committee_id == actor.committee_id, or_(*ways)) if ways else false()


def _staff_ways(actor: Actor) -> list[ColumnElement[bool]]:
    ways = [Case.station_id == station_id for station_id in sorted(actor.station_ids)]
    for user_id in (actor.user_id, *sorted(actor.deputises_for)):  # a deputy sees theirs while they are away
        ways += [Case.handler_id == user_id, Case.mediator_id == user_id]
    if actor.has(Role.POLICE):  # cases they referred or take part in
        ways.append(Case.opened_by == actor.user_id)
        ways.append(Case.id.in_(select(Assignment.case_id).where(Assignment.user_id == actor.user_id)))
    return ways


def _company_ways(actor: Actor) -> list[ColumnElement[bool]]:
    """Cases against the company's tree: as main respondent by the case's own columns, else by the list of companies."""
    told = and_(Case.state != State.RECEIVED.value, Case.track.not_in([track.value for track in HIDDEN_FROM_HR]))
    ways = []
    for company_id, level in actor.company_levels:
        name = f"level{level}_id"
        named = select(CaseCompany.case_id).where(
            getattr(CaseCompany, name) == company_id, CaseCompany.is_main == false()
        )
        ways += [and_(getattr(Case, name) == company_id, told), and_(Case.id.in_(named), told)]
    return ways


def may_see_notes(actor: Actor) -> bool:
    """Private notes belong to the internal file: mediators and staff who handle cases, never HR, never police."""
    return granted(actor, P.CASE_NOTE)


# Its own payments. What the worker handed in stays with the people who handle the case; papers served on the company
# are read on the pages of documents.
FOR_THE_COMPANY = frozenset({"proof"})


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
