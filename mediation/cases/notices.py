"""Who is told of which event: rows in people's inboxes, in the same transaction. No personal values in a title."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import or_, select

from mediation.accounts.models import User, UserCompany, UserRole
from mediation.cases.labels import EVENTS
from mediation.cases.lifecycle import Event, State
from mediation.cases.models import Case, CaseCompany, CaseEvent
from mediation.core.actor import Actor, Role
from mediation.core.db import db
from mediation.notifications.service import notify

SESSIONS = frozenset({Event.SESSION_PLANNED, Event.SESSION_POSTPONED, Event.SESSION_CANCELLED})
TO_COMPANY = SESSIONS | {Event.CONSENT_ASKED, Event.AGREEMENT_EFFECTIVE, Event.DEFAULTED}
TO_HANDLER = frozenset(
    {Event.ANSWERED, Event.HANDLER_ASSIGNED, Event.ACCEPTED, Event.AGREEMENT_EFFECTIVE, Event.SEALED, Event.REOPENED}
)
TO_MEDIATOR = SESSIONS | {Event.MEDIATOR_ASSIGNED, Event.ANSWERED}
TO_COMMITTEE = frozenset({Event.ACCEPTED})


def send(actor: Actor, case: Case, event: CaseEvent) -> None:
    """Put the notices of an event into the inboxes of those it concerns, the actor left out."""
    kind = Event(event.event)
    people: set[int] = set()
    if kind in TO_COMPANY and case.state != State.RECEIVED.value:
        people.update(company_people(case))
    if kind in TO_HANDLER and case.handler_id:
        people.add(case.handler_id)
    if kind in TO_MEDIATOR and case.mediator_id:
        people.add(case.mediator_id)
    if kind in TO_COMMITTEE:
        people.update(committee_people(case.committee_id))
    people.discard(actor.user_id or 0)
    tell(case, people, key=f"event:{event.id}", title=f"{case.case_no or case.number} {EVENTS[kind]}", kind=kind.value)


def ask_for_seal(case: Case, agreement_id: int) -> None:
    """Tell the committee that only its seal is missing."""
    title = _("%(number)s 协议已签齐，待盖章", number=case.case_no or case.number)
    tell(case, committee_people(case.committee_id), key=f"seal:{agreement_id}", title=title, kind="seal")


def tell(case: Case, people: Iterable[int], *, key: str, title: str, kind: str) -> None:
    """One inbox item per person about a case."""
    for user_id in sorted(people):
        notify(
            committee_id=case.committee_id,
            user_id=user_id,
            kind=kind,
            key=key,
            title=title,
            url=f"/cases/{case.number}",
            case_id=case.id,
        )


def company_people(case: Case) -> set[int]:
    """HR officers whose company tree the case names."""
    named = select(CaseCompany).where(CaseCompany.case_id == case.id).subquery()
    statement = (
        select(UserCompany.user_id)
        .join(User, User.id == UserCompany.user_id)
        .join(
            named,
            or_(
                named.c.level1_id == UserCompany.company_id,
                named.c.level2_id == UserCompany.company_id,
                named.c.level3_id == UserCompany.company_id,
            ),
        )
        .where(User.is_active, User.committee_id == case.committee_id)
    )
    return set(db.session.scalars(statement))


def committee_people(committee_id: int) -> set[int]:
    """The committee's secretaries and directors."""
    statement = (
        select(User.id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(User.committee_id == committee_id, User.is_active, UserRole.role == Role.COMMITTEE.value)
    )
    return set(db.session.scalars(statement))
