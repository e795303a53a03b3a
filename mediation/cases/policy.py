"""Who may see which case: one SQL condition, used by lists, counts, search, exports and single loads alike."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from mediation.accounts.models import UserCompany
from mediation.attachments.models import Attachment
from mediation.cases.lifecycle import ENDED, Event, State, Track
from mediation.cases.models import Assignment, Case, CaseCompany, CaseEvent, Instalment, Payment
from mediation.companies.models import Company
from mediation.core.actor import Actor, Role
from mediation.core.db import db
from mediation.core.permissions import P, granted
from mediation.parties.models import Party

# A company learns of a case when it is asked for its answer; advice and police matters are none of its business.
HIDDEN_FROM_HR = frozenset({Track.CONSULT, Track.POLICE})
TOLD = and_(Case.state != State.RECEIVED.value, Case.track.not_in([track.value for track in HIDDEN_FROM_HR]))


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
    ways = []
    for company_id, level in actor.company_levels:
        name = f"level{level}_id"
        named = select(CaseCompany.case_id).where(
            getattr(CaseCompany, name) == company_id, CaseCompany.is_main == false()
        )
        ways += [and_(getattr(Case, name) == company_id, TOLD), and_(Case.id.in_(named), TOLD)]
    return ways


def is_told(case: Case) -> bool:
    """Whether the companies a case names may see it."""
    return case.state != State.RECEIVED.value and Track(case.track) not in HIDDEN_FROM_HR


def may_see_notes(actor: Actor) -> bool:
    """Private notes belong to the internal file: mediators and staff who handle cases, never HR, never police."""
    return granted(actor, P.CASE_NOTE)


# What a company handed in is for the committee and for that company's tree; the event by which it came names both.
HANDED_IN = frozenset(
    {Event.ANSWERED, Event.PAPERS_HANDED_IN, Event.REPRESENTATIVE_NAMED, Event.PAYMENT_REPORTED}
)  # fmt: skip


def is_company(actor: Actor) -> bool:
    """Whether the actor reads as a company's officer, not as one of those who handle cases."""
    return actor.has(Role.HR) and not may_see_notes(actor)


def is_own(actor: Actor) -> ColumnElement[bool]:
    """That a company which a case names is in the actor's own trees."""
    columns = {1: CaseCompany.level1_id, 2: CaseCompany.level2_id, 3: CaseCompany.level3_id}
    return or_(false(), *(columns[level] == company_id for company_id, level in actor.company_levels))


def own_companies(actor: Actor, case_id: int) -> list[int]:
    """The companies of a case in the actor's own trees, the main respondent first."""
    if not actor.company_levels:
        return []
    statement = select(CaseCompany.company_id).where(CaseCompany.case_id == case_id, is_own(actor))
    return list(db.session.scalars(statement.order_by(CaseCompany.is_main.desc(), CaseCompany.company_id)))


def own_names(actor: Actor, case_id: int) -> frozenset[int]:
    """The same with the companies that were merged into them: what was written before a merge names those."""
    own = own_companies(actor, case_id)
    if not own:
        return frozenset()
    merged = db.session.scalars(select(Company.id).where(Company.merged_into_id.in_(own)))
    return frozenset(own).union(merged)


def colleagues(case_id: int, own: Collection[int]) -> frozenset[int]:
    """The accounts that answer for some companies of a case."""
    levels = (CaseCompany.level1_id, CaseCompany.level2_id, CaseCompany.level3_id)
    statement = (
        select(UserCompany.user_id)
        .join(CaseCompany, or_(*(level == UserCompany.company_id for level in levels)))
        .where(CaseCompany.case_id == case_id, CaseCompany.company_id.in_(own))
    )
    return frozenset(db.session.scalars(statement)) if own else frozenset()


def handed_in(case_id: int, own: Collection[int], told: Iterable[Mapping[str, Any]] | None = None) -> frozenset[int]:
    """The files that some companies handed in, and the receipts of payments they owe (law.md 7.3).

    ``told``: the data of the events in ``HANDED_IN``, where the caller has read the history anyway.
    """
    if not own:
        return frozenset()
    if told is None:
        told = db.session.scalars(
            select(CaseEvent.data).where(
                CaseEvent.case_id == case_id, CaseEvent.event.in_([event.value for event in HANDED_IN])
            )
        ).all()
    found = {key for data in told if data.get("company_id") in own for key in data.get("file_ids") or ()}
    receipts = (
        select(Payment.attachment_id)
        .join(Instalment, Instalment.id == Payment.instalment_id)
        .join(Party, Party.id == Instalment.debtor_party_id)
        .where(Payment.case_id == case_id, Payment.attachment_id.isnot(None), Party.company_id.in_(own))
    )
    return frozenset(found.union(db.session.scalars(receipts)))


def openable(
    actor: Actor, case_id: int, files: Iterable[Attachment], theirs: frozenset[int] | None = None
) -> list[Attachment]:
    """Those of a visible case's files that are for the actor (law.md 7.3).

    Staff see all; a company what its own tree handed in (``theirs``, where the caller knows them); nobody else but who
    handed it in. Papers served on a company are read on the pages of documents.
    """
    if may_see_notes(actor):
        return list(files)
    if theirs is None:
        theirs = handed_in(case_id, own_names(actor, case_id)) if actor.has(Role.HR) else frozenset()
    return [
        one
        for one in files
        if not one.is_internal
        and (one.id in theirs or (one.uploaded_by is not None and one.uploaded_by == actor.user_id))
    ]


def may_open_file(actor: Actor, file: Attachment) -> bool:
    """Whether one file of a visible case is for the actor."""
    return bool(openable(actor, file.case_id or 0, [file]))


def may_add_file(actor: Actor, case: Case) -> bool:
    """Staff, the company that answers, and officers on their own track, while the case is not archived."""
    if case.state == State.ARCHIVED.value:
        return False
    if granted(actor, P.CASE_HANDLE):
        return True
    if State(case.state) in ENDED:
        return False
    return granted(actor, P.CASE_ANSWER) or (granted(actor, P.CASE_POLICE) and case.track == Track.POLICE.value)
