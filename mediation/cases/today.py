"""Today: what is late, what falls due, which sessions, who is on duty, what waits for me. A handful of short queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row

from mediation.cases import invitations, queries, queries_sessions
from mediation.cases.filters import Filters
from mediation.cases.lifecycle import NextActor
from mediation.cases.models import Case, MediationSession
from mediation.cases.policy import may_see_notes, visible_to
from mediation.cases.queries_sessions import Meeting
from mediation.core import clock
from mediation.core.actor import Actor, Role
from mediation.core.db import db
from mediation.notifications.models import InboxItem

SHOWN = 8


@dataclass(frozen=True)
class Shelf:
    """One list of the page: its first rows, how many there are (capped), and the filter that shows all."""

    rows: Sequence[Row[Any]]
    count: int
    filters: Filters


@dataclass(frozen=True)
class Today:
    """The page's content. Shelves hold rows of the work list's shape."""

    late: Shelf
    due_today: Shelf
    due_soon: Shelf
    waiting: Shelf
    sessions: Sequence[Row[Any]]
    unserved: Sequence[tuple[Meeting, int]]
    news: Sequence[InboxItem]


def waiting_kind(actor: Actor) -> NextActor:
    """Whom a case must wait for so that this actor is meant."""
    if actor.has(Role.COMMITTEE):
        return NextActor.COMMITTEE
    return NextActor.RESPONDENT if actor.has(Role.HR) else NextActor.STAFF


def today_for(actor: Actor) -> Today:
    """Everything the home page shows, within the actor's scope."""

    def shelf(filters: Filters) -> Shelf:
        rows = queries.shelf_for(actor, filters, SHOWN + 1)
        count = len(rows) if len(rows) <= SHOWN else queries.count_for(actor, filters)
        return Shelf(rows[:SHOWN], count, filters)

    kind = waiting_kind(actor)
    return Today(
        late=shelf(Filters(overdue=True)),
        due_today=shelf(Filters(due=0)),
        due_soon=shelf(Filters(due_from=1, due=3)),
        # A committee and a company answer together; of a station's cases only one's own wait for "me".
        waiting=shelf(Filters(waiting=kind.value, open=True, mine=kind is NextActor.STAFF)),
        sessions=_sessions(actor),
        unserved=_unserved(actor),
        news=news_for(actor),
    )


def _sessions(actor: Actor) -> Sequence[Row[Any]]:
    start = datetime.combine(clock.today(), time(), clock.SHANGHAI)
    statement = (
        select(MediationSession.starts_at, MediationSession.place, MediationSession.mode, Case.number, Case.title)
        .join(Case, Case.id == MediationSession.case_id)
        .where(
            MediationSession.committee_id == actor.committee_id,
            MediationSession.starts_at >= start,
            MediationSession.starts_at < start + timedelta(days=1),
            MediationSession.status.not_in(("cancelled", "postponed")),
            visible_to(actor),
        )
        .order_by(MediationSession.starts_at)
        .limit(30)
    )
    return db.session.execute(statement).all()


def _unserved(actor: Actor) -> list[tuple[Meeting, int]]:
    """My own sessions of today and tomorrow to which somebody was not asked yet, with how many parties."""
    if not may_see_notes(actor):
        return []
    mine = queries_sessions.own_meetings_for(actor, clock.today(), 2)
    lacking = invitations.unserved(mine)
    return [(one, lacking[one.id]) for one in mine if one.id in lacking]


def news_for(actor: Actor) -> Sequence[InboxItem]:
    """What others did on the actor's cases: the newest unread notices."""
    statement = (
        select(InboxItem)
        .where(InboxItem.user_id == actor.user_id, InboxItem.read_at.is_(None))
        .order_by(InboxItem.id.desc())
        .limit(SHOWN)
    )
    return db.session.scalars(statement).all()
