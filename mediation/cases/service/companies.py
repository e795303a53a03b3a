"""What a case copies of its companies follows when the tree changes or two companies are merged."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import aliased

from mediation.cases import notices, queries_company
from mediation.cases.models import Answer, Case, CaseCompany, ConflictCheck, Offer, SessionReply
from mediation.companies.models import Company
from mediation.companies.service import follow_merges, follow_merges_with, on_tree_change
from mediation.core import clock
from mediation.core.db import db
from mediation.parties.models import Party, Side

LEVELS = ("level1_id", "level2_id", "level3_id")

follow_merges(Case.main_company_id, Case.id)
follow_merges(CaseCompany.company_id, CaseCompany.case_id, unique_with=CaseCompany.case_id)
follow_merges(Answer.company_id, Answer.id)
follow_merges(Offer.company_id, Offer.id)
follow_merges(ConflictCheck.company_id, ConflictCheck.id)
follow_merges(SessionReply.company_id, SessionReply.id, unique_with=SessionReply.session_id)


def follow_tree(companies: Sequence[Company]) -> None:
    """Copy the companies' places in the tree onto their cases: the row scope of HR and the statistics read them there."""
    for company in companies:
        levels = {name: getattr(company, name) for name in LEVELS}
        db.session.execute(
            update(Case)
            .where(Case.main_company_id == company.id)
            .values(levels)
            .execution_options(synchronize_session="fetch")
        )
        db.session.execute(update(CaseCompany).where(CaseCompany.company_id == company.id).values(levels))
    _take_over_answers([company.id for company in companies])
    notices.follow_tree(queries_company.open_cases_naming([company.id for company in companies]))


on_tree_change.append(follow_tree)


class _BothNamed:
    """Cases that name two companies which are merged: each keeps its own first answer, should they be parted again.

    Kept as ``[case_id, day of the source, day of the target]``, days in ISO form or None.
    """

    name = "case_company.answered_on"

    def move(self, source: Company, target: Company) -> list[list[Any]]:
        """The days as they are; the target takes over the first of them once the tree is followed."""
        theirs = aliased(CaseCompany)
        days = (
            select(CaseCompany.case_id, CaseCompany.answered_on, theirs.answered_on)
            .join(theirs, and_(theirs.case_id == CaseCompany.case_id, theirs.company_id == target.id))
            .where(CaseCompany.company_id == source.id)
            .order_by(CaseCompany.case_id)
        )
        return [[case_id, _iso(own), _iso(other)] for case_id, own, other in db.session.execute(days)]

    def restore(self, kept: list[list[Any]], source: Company, target: Company) -> None:
        """Give back the target's own day, or that of what it has said first since; name the source again where a change
        of the parties has left it out."""
        for case_id, source_on, target_on in kept:
            row = (CaseCompany.case_id == case_id, CaseCompany.company_id == target.id)
            own = date.fromisoformat(target_on) if target_on else _first_said(case_id, target.id)
            db.session.execute(update(CaseCompany).where(*row).values(answered_on=own))
            _name_again(case_id, source, date.fromisoformat(source_on) if source_on else None)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _first_said(case_id: int, company_id: int) -> date | None:
    """The first day on which the rows of a case hold an answer or an offer of a company, or what it said to an offer."""
    of_answers = (Answer.case_id == case_id, Answer.company_id == company_id)
    of_offers = (Offer.case_id == case_id, Offer.company_id == company_id, Offer.is_separate.is_(False))
    answered_at = db.session.scalar(select(func.min(Answer.created_at)).where(*of_answers))
    made = select(func.min(Offer.made_on)).where(*of_offers, Offer.side == "company")
    settled = select(func.min(Offer.settled_on)).where(
        *of_offers, Offer.side == "worker", Offer.status.in_(("accepted", "declined"))
    )
    days = [db.session.scalar(made), db.session.scalar(settled)]
    days += [clock.civil_date(answered_at)] if answered_at else []
    return min((day for day in days if day), default=None)


def _name_again(case_id: int, company: Company, answered_on: date | None) -> None:
    """A row for a company that a party of the case is, where there is none; which is the main one says the case."""
    rows = db.session.scalars(select(CaseCompany).where(CaseCompany.case_id == case_id)).all()
    is_respondent = (Party.case_id == case_id, Party.company_id == company.id, Party.side == Side.RESPONDENT.value)
    if any(row.company_id == company.id for row in rows) or not db.session.scalar(
        select(Party.id).where(*is_respondent)
    ):
        return
    committee_id, main_company_id = queries_company.main_of(case_id)
    levels = {name: getattr(company, name) for name in LEVELS}
    own = CaseCompany(
        committee_id=committee_id, case_id=case_id, company_id=company.id, answered_on=answered_on, **levels
    )
    db.session.add(own)
    for row in (*rows, own):
        row.is_main = row.company_id == main_company_id
    db.session.flush()


follow_merges_with(_BothNamed())


def _take_over_answers(company_ids: Collection[int]) -> None:
    """Where a case names a company beside the one it was merged into, the first answer of either is the answer."""
    merged = (
        select(CaseCompany.case_id, Company.merged_into_id, func.min(CaseCompany.answered_on).label("on"))
        .join(Company, Company.id == CaseCompany.company_id)
        .where(Company.merged_into_id.in_(company_ids), CaseCompany.answered_on.isnot(None))
        .group_by(CaseCompany.case_id, Company.merged_into_id)
    )
    for case_id, company_id, on in db.session.execute(merged).all():
        row = (CaseCompany.case_id == case_id, CaseCompany.company_id == company_id)
        is_later = or_(CaseCompany.answered_on.is_(None), CaseCompany.answered_on > on)
        db.session.execute(update(CaseCompany).where(*row, is_later).values(answered_on=on))


def note_answer(case: Case, company_id: int | None) -> None:
    """Keep the day on which a company answered for the first time, with an answer or an offer, to a claim or to a sum."""
    first = (CaseCompany.case_id == case.id, CaseCompany.company_id == company_id, CaseCompany.answered_on.is_(None))
    db.session.execute(update(CaseCompany).where(*first).values(answered_on=clock.today()))
