"""Who is told of which event: rows in people's inboxes, in the same transaction. No personal values in a title."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date

from flask_babel import LazyString
from flask_babel import gettext as _
from sqlalchemy import or_, select

from mediation.accounts.languages import each_reading
from mediation.accounts.models import User, UserCompany, UserRole
from mediation.cases import policy
from mediation.cases.labels import EVENTS, SESSION_REPLIES
from mediation.cases.lifecycle import ENDED, Event, State
from mediation.cases.models import Case, CaseCompany, CaseEvent
from mediation.core.actor import Actor, Role
from mediation.core.db import db
from mediation.core.i18n import short_day
from mediation.notifications.models import InboxItem
from mediation.notifications.service import notify, queue

SESSIONS = frozenset({Event.SESSION_PLANNED, Event.SESSION_POSTPONED, Event.SESSION_CANCELLED})
TO_COMPANY = SESSIONS | {Event.CONSENT_ASKED, Event.AGREEMENT_EFFECTIVE, Event.DEFAULTED}
# What is between the committee and one of the companies of a case.
TO_ONE_COMPANY = frozenset(
    {
        Event.OFFER_MADE,
        Event.OFFER_SETTLED,
        Event.REPRESENTATIVE_REVIEWED,
        Event.PAYMENT_DISPUTED,
        Event.SESSION_REPLIED,
    }
)
OF_THE_COMPANY = frozenset(
    {
        Event.ANSWERED,
        Event.OFFER_MADE,
        Event.OFFER_SETTLED,
        Event.PAPERS_HANDED_IN,
        Event.REPRESENTATIVE_NAMED,
        Event.PAYMENT_REPORTED,
        Event.SESSION_REPLIED,
    }
)
TO_HANDLER = OF_THE_COMPANY | {
    Event.HANDLER_ASSIGNED,
    Event.ACCEPTED,
    Event.AGREEMENT_EFFECTIVE,
    Event.SEALED,
    Event.REOPENED,
}
TO_MEDIATOR = SESSIONS | {
    Event.MEDIATOR_ASSIGNED,
    Event.ANSWERED,
    Event.OFFER_MADE,
    Event.OFFER_SETTLED,
    Event.SESSION_REPLIED,
}
TO_COMMITTEE = frozenset({Event.ACCEPTED})
NAMED, EXPIRING = "company_named", "expiring"
# Nothing is asked any more of a company that was named in such a case.
_OVER = ENDED | {State.NOT_ACCEPTED, State.WITHDRAWN, State.TERMINATED}


def send(actor: Actor, case: Case, event: CaseEvent) -> None:
    """Put the notices of an event into the inboxes of those it concerns, the actor left out."""
    kind = Event(event.event)
    people: set[int] = set()
    told = tell_companies(case) if _may_name_anew(case, event) else set()
    if kind in TO_COMPANY and policy.is_told(case):
        people.update(company_people(case))
    elif kind in TO_ONE_COMPANY and event.capacity != "hr" and event.data.get("company_id"):
        people.update(company_people(case, [event.data["company_id"]]))
    if kind in TO_HANDLER and case.handler_id:
        people.add(case.handler_id)
    if kind in TO_MEDIATOR and case.mediator_id:
        people.add(case.mediator_id)
    if kind in TO_COMMITTEE:
        people.update(committee_people(case.committee_id))
    # Who has just been told that there is a case needs no second notice of the same moment.
    people -= told | {actor.user_id or 0}
    tell(case, people, key=f"event:{event.id}", title=lambda: _title(case, event), kind=kind.value)


def _title(case: Case, event: CaseEvent) -> str:
    title = f"{case.case_no or case.number} {EVENTS[Event(event.event)]}"
    if event.event == Event.SESSION_REPLIED.value:
        title += _("：%(note)s", note=SESSION_REPLIES[event.data["reply"]])
    return title


def _may_name_anew(case: Case, event: CaseEvent) -> bool:
    """Whether a company may see the case from this event on that could not before it."""
    if not policy.is_told(case) or State(case.state) in _OVER:
        return False
    is_first = event.from_state == State.RECEIVED.value and event.to_state != State.RECEIVED.value
    return is_first or event.event == Event.RECLASSIFIED.value or bool(event.data.get("companies_told"))


def tell_companies(case: Case, people: Collection[int] | None = None) -> set[int]:
    """Tell the officers of the companies a case names that it does, once per case and person: inbox and channels.

    ``people`` where the caller knows them. Returns those told just now. The notice names no worker.
    """
    number = case.case_no or case.number
    told = set()
    for user_id in each_reading(company_people(case) if people is None else people):
        title = _("%(number)s 有一件案件涉及贵单位，请查看并答复", number=number)
        body = _("调解委员会收到一件涉及贵单位的调解申请。登录后可以查看请求、逐项答复、上传材料、委托代理人。")
        if say(case, user_id, key=f"named:{case.id}", title=title, body=body, kind=NAMED):
            told.add(user_id)
    return told


def follow_tree(cases: Sequence[tuple[Case, int]]) -> None:
    """Tell who has come to see cases because companies were moved or merged. ``cases``: (case, company it names)."""
    officers: dict[int, set[int]] = {}
    for case, company_id in cases:
        if not policy.is_told(case) or State(case.state) in _OVER:
            continue
        if company_id not in officers:
            officers[company_id] = company_people(case, [company_id])
        known = select(InboxItem.user_id).where(
            InboxItem.case_id == case.id, InboxItem.user_id.in_(officers[company_id])
        )
        tell_companies(case, officers[company_id] - set(db.session.scalars(known)))


def tell_expiring(case: Case, people: Collection[int], *, key: str, what: LazyString, last_day: date) -> int:
    """Say that a paper or an offer of a case is about to run out, once. Returns how many were told."""
    number, told = case.case_no or case.number, 0
    for user_id in each_reading(people):
        title = _("%(number)s %(what)s %(day)s 到期", number=number, what=what, day=short_day(last_day))
        told += say(case, user_id, key=key, title=title, body=title, kind=EXPIRING)
    return told


def say(case: Case, user_id: int, *, key: str, title: str, body: str, kind: str) -> bool:
    """One notice about a case, in the inbox and by the person's channels, in the language that is set. Returns whether it
    is new."""
    is_new = notify(
        committee_id=case.committee_id,
        user_id=user_id,
        kind=kind,
        key=key,
        title=title,
        body=body,
        url=f"/cases/{case.number}",
        case_id=case.id,
    )
    if is_new:
        subject = _("【调解案件】%(title)s", title=title)
        queue(committee_id=case.committee_id, user_id=user_id, key=key, subject=subject, body=body)
    return is_new


def ask_for_seal(case: Case, agreement_id: int) -> None:
    """Tell the committee that only its seal is missing."""

    def title() -> str:
        return _("%(number)s 协议已签齐，待盖章", number=case.case_no or case.number)

    tell(case, committee_people(case.committee_id), key=f"seal:{agreement_id}", title=title, kind="seal")


def tell(case: Case, people: Collection[int], *, key: str, title: Callable[[], str], kind: str) -> None:
    """One inbox item per person about a case; ``title`` is asked in the language of each."""
    for user_id in each_reading(people):
        notify(
            committee_id=case.committee_id,
            user_id=user_id,
            kind=kind,
            key=key,
            title=title(),
            url=f"/cases/{case.number}",
            case_id=case.id,
        )


def company_people(case: Case, company_ids: Collection[int] | None = None) -> set[int]:
    """The HR officers who answer for the companies of a case (or for some of them): of each company the nearest level of
    its tree that has any, and the headquarters.
    """
    named = select(CaseCompany).where(CaseCompany.case_id == case.id)
    if company_ids is not None:
        named = named.where(CaseCompany.company_id.in_(company_ids))
    places = named.subquery()
    levels = (places.c.level3_id, places.c.level2_id, places.c.level1_id)
    rows = db.session.execute(
        select(places.c.company_id, *levels, UserCompany.company_id.label("top_id"), UserCompany.user_id)
        .join(UserCompany, or_(*(level == UserCompany.company_id for level in levels)))
        .join(User, User.id == UserCompany.user_id)
        .where(User.is_active, User.committee_id == case.committee_id)
    ).all()
    found: set[int] = set()
    for company_id in {row.company_id for row in rows}:
        own = [row for row in rows if row.company_id == company_id]
        tops = {row.top_id for row in own}
        nearest = next(one for one in (own[0].level3_id, own[0].level2_id, own[0].level1_id) if one in tops)
        found.update(row.user_id for row in own if row.top_id in (nearest, row.level1_id))
    return found


def committee_people(committee_id: int) -> set[int]:
    """The committee's secretaries and directors."""
    statement = (
        select(User.id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(User.committee_id == committee_id, User.is_active, UserRole.role == Role.COMMITTEE.value)
    )
    return set(db.session.scalars(statement))
