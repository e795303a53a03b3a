"""Which company said what to which session, as far as it is for the reader: a company reads its own answer alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.cases import policy
from mediation.cases.labels import SESSION_REPLIES
from mediation.cases.models import CaseCompany, SessionReply
from mediation.companies.models import Company
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.i18n import listed


@dataclass(frozen=True)
class Said:
    """A company of a case beside one session; ``reply`` None: it has not answered."""

    company_id: int
    company: str
    reply: SessionReply | None


def of_sessions(actor: Actor, cases: Mapping[int, int]) -> dict[int, list[Said]]:
    """What the companies of the cases said, the main respondent first. ``cases``: the case of each session, both loaded
    through the actor's scope.

    Staff read every company, a company's officer those of its own trees, nobody else any.
    """
    if not cases or not (policy.may_see_notes(actor) or policy.is_company(actor)):
        return {}
    named = (
        select(CaseCompany.case_id, CaseCompany.company_id, Company.name)
        .join(Company, Company.id == CaseCompany.company_id)
        .where(CaseCompany.case_id.in_(set(cases.values())))
        .order_by(CaseCompany.is_main.desc(), CaseCompany.company_id)
    )
    if policy.is_company(actor):
        named = named.where(policy.is_own(actor))
    companies: dict[int, list[tuple[int, str]]] = {}
    for case_id, company_id, name in db.session.execute(named):
        companies.setdefault(case_id, []).append((company_id, name))
    rows = db.session.scalars(select(SessionReply).where(SessionReply.session_id.in_(cases)))
    said = {(row.session_id, row.company_id): row for row in rows}
    return {
        session_id: [Said(key, name, said.get((session_id, key))) for key, name in companies.get(case_id, ())]
        for session_id, case_id in cases.items()
    }


def in_short(said: Iterable[Said]) -> str:
    """All of it on one line."""
    words = [f"{one.company} {SESSION_REPLIES[one.reply.reply] if one.reply else _('未答复')}" for one in said]
    return listed(words)
