"""What a case copies of its companies follows when the tree changes or two companies are merged."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, or_, select, update

from mediation.cases import notices, queries_company
from mediation.cases.models import Answer, Case, CaseCompany, ConflictCheck, Offer, SessionReply
from mediation.companies.models import Company
from mediation.companies.service import follow_merges, on_tree_change
from mediation.core import clock
from mediation.core.db import db

follow_merges(Case.main_company_id, Case.id)
follow_merges(CaseCompany.company_id, CaseCompany.case_id, unique_with=CaseCompany.case_id)
follow_merges(Answer.company_id, Answer.id)
follow_merges(Offer.company_id, Offer.id)
follow_merges(ConflictCheck.company_id, ConflictCheck.id)
follow_merges(SessionReply.company_id, SessionReply.id, unique_with=SessionReply.session_id)


def follow_tree(companies: Sequence[Company]) -> None:
    """Copy the companies' places in the tree onto their cases: the row scope of HR and the statistics read them there."""
    for company in companies:
        levels = {name: getattr(company, name) for name in ("level1_id", "level2_id", "level3_id")}
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
