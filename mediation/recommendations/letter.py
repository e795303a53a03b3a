"""A recommendation as the letter D23: the facts it is printed from."""

from __future__ import annotations

from mediation.committees.models import Committee
from mediation.companies.models import Company
from mediation.core.db import db
from mediation.documents.facts import CaseFacts
from mediation.recommendations.models import Recommendation

CODE = "D23"
TITLES = "document_titles"  # the committee's own titles of forms (see documents.titles)


def facts_of(recommendation: Recommendation) -> CaseFacts:
    """What the letter prints. No party and no case is among it."""
    committee = db.session.get_one(Committee, recommendation.committee_id)
    company = db.session.get_one(Company, recommendation.company_id)
    own = str((committee.settings.get(TITLES) or {}).get(CODE) or "").strip()
    typed = {
        "subject": recommendation.title,
        "addressee": company.name,
        "problem": recommendation.problem,
        "rules": recommendation.rules,
        "advice": recommendation.advice,
        "answer_by": recommendation.answer_by.isoformat() if recommendation.answer_by else "",
    }
    return CaseFacts(
        number="",
        committee_name=committee.name,
        committee_address=committee.address or "",
        committee_phone=committee.phone or "",
        track="",
        titles=((CODE, own),) if own else (),
        typed=tuple(typed.items()),
    )
