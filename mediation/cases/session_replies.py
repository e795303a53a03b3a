"""Which company said what to which session, as far as it is for the reader: a company reads its own answer alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import and_, select

from mediation.cases import policy
from mediation.cases.labels import SESSION_REPLIES
from mediation.cases.models import CaseCompany, MediationSession, SessionReply
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


def of_sessions(actor: Actor, session_ids: Collection[int]) -> dict[int, list[Said]]:
    """What the companies said to each of some sessions, which were loaded through the actor's scope, the main respondent
    first.

    Staff read every company, a company's officer those of its own trees, nobody else any.
    """
    if not session_ids or not (policy.may_see_notes(actor) or policy.is_company(actor)):
        return {}
    answer = (SessionReply.session_id == MediationSession.id, SessionReply.company_id == CaseCompany.company_id)
    statement = (
        select(MediationSession.id, CaseCompany.company_id, Company.name, SessionReply)
        .join(CaseCompany, CaseCompany.case_id == MediationSession.case_id)
        .join(Company, Company.id == CaseCompany.company_id)
        .outerjoin(SessionReply, and_(*answer))
        .where(MediationSession.id.in_(session_ids))
        .order_by(MediationSession.id, CaseCompany.is_main.desc(), CaseCompany.company_id)
    )
    if policy.is_company(actor):
        statement = statement.where(policy.is_own(actor))
    found: dict[int, list[Said]] = {}
    for session_id, *said in db.session.execute(statement):
        found.setdefault(session_id, []).append(Said(*said))
    return found


def in_short(said: Iterable[Said]) -> str:
    """All of it on one line."""
    words = [f"{one.company} {SESSION_REPLIES[one.reply.reply] if one.reply else _('未答复')}" for one in said]
    return listed(words)
