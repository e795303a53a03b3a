"""A company's answer to the invitation to a mediation session: who comes, why nobody does, or when it would suit better.

The newest answer stands in one row per session and company, every one of them in the history. A session that is moved
is another session: it asks anew.
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cases import policy
from mediation.cases.lifecycle import Event, NextActor
from mediation.cases.models import Case, CaseCompany, MediationSession, SessionReply
from mediation.cases.service.events import apply_event
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, Forbidden
from mediation.core.permissions import P, granted
from mediation.parties import queries as party_queries

COMING, ABSENT, OTHER_TIME = "coming", "absent", "other_time"
REPLIES = (COMING, ABSENT, OTHER_TIME)
MOST_ATTENDEES, MOST_NOTE = 200, 500


def reply_to_session(
    actor: Actor,
    *,
    case: Case,
    session: MediationSession,
    reply: str,
    company_id: int | None = None,
    attendees: str | None = None,
    note: str | None = None,
) -> SessionReply:
    """Say whether a company comes to a planned session: ``reply`` coming, absent or other_time. It can be said anew
    until the session is held; what is said twice in the same words is one answer.

    ``attendees`` names who comes, ``note`` the reason or the time wished for. A company's officer speaks for a company
    of its own tree, those who handle the case enter what a company told them. ``company_id``: one of :func:`replying`.
    Raises Forbidden for another company, Conflict for a session that is not planned any more, DomainError at
    ``reply``, ``company_id``, ``attendees`` or ``note``.
    """
    company_id = _company(actor, case, company_id)
    if session.status != "planned":
        raise Conflict(_("这次会议已经召开、改期或取消，请刷新页面"))
    attendees, note = _checked(reply, (attendees or "").strip(), (note or "").strip())
    row = db.session.scalars(
        select(SessionReply).where(SessionReply.session_id == session.id, SessionReply.company_id == company_id)
    ).one_or_none()
    if row is not None and (row.reply, row.attendees, row.note) == (reply, attendees, note):
        return row
    is_new = row is None
    if row is None:
        row = SessionReply(committee_id=case.committee_id, session_id=session.id, company_id=company_id)
        db.session.add(row)
    row.reply, row.attendees, row.note = reply, attendees, note
    row.replied_by, row.replied_at = actor.user_id, clock.now()
    db.session.flush()
    subject = ("session_reply", row.id)
    if is_new:
        record(actor, AuditEvent.RECORD_CREATED, subject=subject, case_id=case.id)
    else:
        record(actor, AuditEvent.RECORD_CHANGED, subject=subject, case_id=case.id, changed=["reply"])
    words = "；".join(filter(None, (attendees, note)))
    apply_event(actor, case, Event.SESSION_REPLIED, note=words, data=_told(case, session, row))
    if reply != COMING:
        case.waiting_for = NextActor.STAFF.value  # whether the session takes place is theirs to decide
        db.session.flush()
    return row


def replying(actor: Actor, case: Case) -> list[int]:
    """The companies of a case for which an actor may answer, the main respondent first: an officer of a company those of
    its own trees, who handles the case all of them, nobody else any."""
    if policy.is_company(actor):
        return policy.own_companies(actor, case.id)
    if not granted(actor, P.CASE_HANDLE):
        return []
    named = select(CaseCompany.company_id).where(CaseCompany.case_id == case.id)
    return list(db.session.scalars(named.order_by(CaseCompany.is_main.desc(), CaseCompany.company_id)))


def _company(actor: Actor, case: Case, company_id: int | None) -> int:
    """The company named; none need be where there is only one, and a company's officer speaks for the main one."""
    known = replying(actor, case)
    if granted(actor, P.CASE_HANDLE) and not policy.is_company(actor):
        if company_id is None and len(known) == 1:
            return known[0]
        if company_id is None or company_id not in known:
            raise DomainError(_("请选择本案的单位"), field="company_id")
        return company_id
    if not known or (company_id is not None and company_id not in known):
        raise Forbidden()
    return company_id or known[0]


def _checked(reply: str, attendees: str, note: str) -> tuple[str | None, str | None]:
    """(who comes, the words), as they are kept."""
    if reply not in REPLIES:
        raise DomainError(_("请选择答复"), field="reply")
    if reply == COMING and not attendees:
        raise DomainError(_("请写明谁来参加"), field="attendees")
    if reply == ABSENT and not note:
        raise DomainError(_("请写明不参加的理由"), field="note")
    if reply == OTHER_TIME and not note:
        raise DomainError(_("请写明希望改到什么时间"), field="note")
    for field, words, most in (("attendees", attendees, MOST_ATTENDEES), ("note", note, MOST_NOTE)):
        if len(words) > most:
            raise DomainError(_("最多 %(max)d 个字", max=most), field=field)
    return (attendees or None) if reply == COMING else None, note or None


def _told(case: Case, session: MediationSession, row: SessionReply) -> dict[str, object]:
    party = next((one for one in party_queries.for_case(case.id) if one.company_id == row.company_id), None)
    return {
        "session_id": session.id,
        "session_seq": session.seq,
        "company_id": row.company_id,
        "party_id": party.id if party else None,
        "reply": row.reply,
    }
