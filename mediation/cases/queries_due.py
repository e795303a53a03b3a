"""What the daily jobs read: all cases of one committee in batches, unscoped; and what of one person falls due, scoped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, tuple_
from sqlalchemy.engine import Row

from mediation.cases.lifecycle import ENDED, Event, State
from mediation.cases.models import NO_DEADLINE, Agreement, Case, CaseEvent, Instalment, MediationSession
from mediation.cases.policy import HIDDEN_FROM_HR, visible_to
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.clock import civil_date
from mediation.core.db import db
from mediation.deadlines.models import Deadline
from mediation.deadlines.queries import NOT_WORKED_BY, OPEN, RIGHTS, WAYS

Position = tuple[date, int]
_PEOPLE = (
    Case.number,
    Case.case_no,
    Case.handler_id,
    Case.mediator_id,
    Case.state,
    Case.track,
    Case.level1_id,
    Case.level2_id,
    Case.level3_id,
)
# A company's officer answers on these cases; the committee's own waiting list is nobody's in particular.
_WAITING = ("staff", "respondent")


def deadlines_until(committee_id: int, until: date, after: Position | None, limit: int) -> Sequence[Row[Any]]:
    """Open deadlines with a last day on or before ``until``: the next ``limit`` after a position (last day, id)."""
    statement = (
        select(
            Deadline.id,
            Deadline.case_id,
            Deadline.rule_code,
            Deadline.trigger_on,
            Deadline.raw_last_day,
            Deadline.last_day.label("sort_on"),
            Deadline.last_day,
            Deadline.is_provisional,
            *_PEOPLE,
        )
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.committee_id == committee_id, Deadline.status == OPEN, Deadline.last_day <= until)
    )
    return _batch(statement, (Deadline.last_day, Deadline.id), after, limit)


def instalments_until(committee_id: int, until: date, after: Position | None, limit: int) -> Sequence[Row[Any]]:
    """Unpaid instalments of agreements in force that fall due on or before ``until``, as above (due day, id)."""
    statement = (
        select(
            Instalment.id,
            Instalment.case_id,
            Instalment.seq,
            Instalment.due_on.label("sort_on"),
            Instalment.due_on,
            (Instalment.amount_fen - Instalment.paid_fen).label("owed_fen"),
            *_PEOPLE,
        )
        .join(Case, Case.id == Instalment.case_id)
        .join(Agreement, Agreement.id == Instalment.agreement_id)
        .where(
            Instalment.committee_id == committee_id,
            Instalment.status.in_(("due", "part")),
            Instalment.due_on <= until,
            Agreement.status == "effective",
            Case.state.not_in(ENDED),
        )
    )
    return _batch(statement, (Instalment.due_on, Instalment.id), after, limit)


def payment_reports_until(committee_id: int, until: date) -> Sequence[CaseEvent]:
    """The events that tell of payments reported, recorded or disputed in cases with something unpaid that falls due on
    or before a day, oldest first."""
    owing = select(Instalment.case_id).where(
        Instalment.committee_id == committee_id, Instalment.status.in_(("due", "part")), Instalment.due_on <= until
    )
    kinds = (Event.PAYMENT_REPORTED, Event.PAYMENT_RECORDED, Event.PAYMENT_DISPUTED)
    statement = select(CaseEvent).where(
        CaseEvent.committee_id == committee_id,
        CaseEvent.case_id.in_(owing),
        CaseEvent.event.in_([kind.value for kind in kinds]),
    )
    return db.session.scalars(statement.order_by(CaseEvent.id)).all()


def _batch(statement: Select[Any], order: tuple[Any, Any], after: Position | None, limit: int) -> Sequence[Row[Any]]:
    if after is not None:
        statement = statement.where(tuple_(*order) > tuple_(*after))
    return db.session.execute(statement.order_by(*order).limit(limit)).all()


def ran_out_between(committee_id: int, first: date, end: date) -> Sequence[Row[Any]]:
    """Deadlines whose day passed without an act, settled by themselves on a day from ``first`` to before ``end``."""
    statement = (
        select(Deadline.id, Deadline.case_id, Deadline.rule_code, Deadline.last_day, Deadline.is_provisional, *_PEOPLE)
        .join(Case, Case.id == Deadline.case_id)
        .where(
            Deadline.committee_id == committee_id,
            Deadline.settled_on >= first,
            Deadline.settled_on < end,
            Deadline.status.in_(("met", "missed")),
            Deadline.settled_by_event_id.is_(None),
            Deadline.rule_code.in_(RIGHTS | WAYS),
            Case.state.not_in(ENDED),
        )
        .order_by(Deadline.last_day, Deadline.id)
    )
    return db.session.execute(statement).all()


def sessions_between(committee_id: int, start: datetime, end: datetime) -> Sequence[Row[Any]]:
    """Planned meetings that begin from ``start`` to before ``end``, by hour."""
    statement = (
        select(
            MediationSession.id, MediationSession.case_id, MediationSession.starts_at, MediationSession.mode, *_PEOPLE
        )
        .join(Case, Case.id == MediationSession.case_id)
        .where(
            MediationSession.committee_id == committee_id,
            MediationSession.starts_at >= start,
            MediationSession.starts_at < end,
            MediationSession.status == "planned",
        )
        .order_by(MediationSession.starts_at, MediationSession.id)
    )
    return db.session.execute(statement).all()


def limitations_until(committee_id: int, first: date, until: date) -> Sequence[Row[Any]]:
    """Open cases whose limitation ends between two days; ``is_provisional``: its roll was counted without a calendar."""
    kept = (Deadline.case_id == Case.id, Deadline.status == OPEN, Deadline.raw_last_day == Case.limitation_on)
    marked = select(Deadline.id).where(*kept, Deadline.subject.startswith("claim:"), Deadline.is_provisional)
    statement = (
        select(
            Case.id,
            Case.id.label("case_id"),
            Case.limitation_on,
            marked.exists().label("is_provisional"),
            *_PEOPLE,
        )
        .where(
            Case.committee_id == committee_id,
            Case.next_deadline_on.isnot(None),
            Case.limitation_on >= first,
            Case.limitation_on <= until,
        )
        .order_by(Case.limitation_on, Case.id)
    )
    return db.session.execute(statement).all()


def waiting_counts(committee_id: int) -> Sequence[Row[Any]]:
    """How many open cases wait, by whom they wait for, handler and company levels."""
    keys = (Case.waiting_for, Case.handler_id, Case.level1_id, Case.level2_id, Case.level3_id)
    statement = (
        select(*keys, func.count().label("cases"))
        .select_from(Case)
        .where(
            Case.committee_id == committee_id,
            Case.next_deadline_on.isnot(None),
            Case.waiting_for.in_(_WAITING),
            # A company learns of a case when it is asked, never before.
            or_(
                Case.waiting_for == "staff", and_(Case.state != State.RECEIVED.value, Case.track.not_in(HIDDEN_FROM_HR))
            ),
        )
        .group_by(*keys)
    )
    return db.session.execute(statement).all()


@dataclass(frozen=True)
class Due:
    """Something of one person that falls due. ``rule_code`` is empty for an instalment (``seq``, ``owed_fen``)."""

    case_id: int
    number: str
    case_no: str | None
    title: str
    on: date
    rule_code: str = ""
    raw_on: date | None = None
    is_provisional: bool = False
    seq: int = 0
    owed_fen: int = 0
    starts_at: datetime | None = None
    session_id: int = 0
    as_handler: bool = True


def due_of(actor: Actor, user_id: int, until: date) -> list[Due]:
    """What a person handles or mediates that is late or falls due until a day, as far as the actor sees it, by day.

    Deadlines that give a right are left out: nothing has to be done. Meetings count from today.
    """
    case = (Case.id, Case.number, Case.case_no, Case.title, (Case.handler_id == user_id).label("as_handler"))
    theirs = and_(or_(Case.handler_id == user_id, Case.mediator_id == user_id), visible_to(actor))
    deadlines = db.session.execute(
        select(*case, Deadline.rule_code, Deadline.raw_last_day, Deadline.last_day, Deadline.is_provisional)
        .join(Deadline, Deadline.case_id == Case.id)
        .where(theirs, Deadline.status == OPEN, Deadline.last_day <= until, Deadline.rule_code.not_in(RIGHTS))
    )
    instalments = db.session.execute(
        select(
            *case, Instalment.seq, Instalment.due_on, (Instalment.amount_fen - Instalment.paid_fen).label("owed_fen")
        )
        .join(Instalment, Instalment.case_id == Case.id)
        .join(Agreement, Agreement.id == Instalment.agreement_id)
        .where(
            theirs,
            Instalment.status.in_(("due", "part")),
            Instalment.due_on <= until,
            Agreement.status == "effective",
            Case.state.not_in(ENDED),
        )
    )
    midnight = datetime.combine(clock.today(), time(), clock.SHANGHAI)
    meetings = db.session.execute(
        select(*case, MediationSession.starts_at, MediationSession.id.label("session_id"))
        .join(MediationSession, MediationSession.case_id == Case.id)
        .where(
            theirs,
            MediationSession.status == "planned",
            MediationSession.starts_at >= midnight,
            MediationSession.starts_at < datetime.combine(until + timedelta(days=1), time(), clock.SHANGHAI),
        )
    )
    found = [
        *(
            Due(*row[:4], on=row.last_day, rule_code=row.rule_code, raw_on=row.raw_last_day,
                is_provisional=row.is_provisional, as_handler=row.as_handler)
            for row in deadlines
        ),
        *(Due(*row[:4], on=row.due_on, seq=row.seq, owed_fen=row.owed_fen, as_handler=row.as_handler) for row in instalments),
        *(
            Due(*row[:4], on=civil_date(row.starts_at), starts_at=row.starts_at, session_id=row.session_id,
                as_handler=row.as_handler)
            for row in meetings
        ),
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.on, one.number, one.rule_code, one.seq))


def open_ids(committee_id: int, after_id: int, limit: int) -> Sequence[int]:
    """The next cases that show a next last day."""
    return db.session.scalars(
        select(Case.id)
        .where(Case.committee_id == committee_id, Case.next_deadline_on.isnot(None), Case.id > after_id)
        .order_by(Case.id)
        .limit(limit)
    ).all()


def wrong_among(case_ids: Sequence[int]) -> Sequence[Case]:
    """The cases among these whose next last day is not the nearest open deadline or unpaid instalment."""
    deadlines = _nearest(
        select(Deadline.case_id, func.min(Deadline.last_day)).where(
            Deadline.status == OPEN, Deadline.rule_code.not_in(sorted(NOT_WORKED_BY))
        ),
        Deadline.case_id,
        case_ids,
    )
    instalments = _nearest(
        select(Instalment.case_id, func.min(Instalment.due_on))
        .join(Agreement, Agreement.id == Instalment.agreement_id)
        .where(Instalment.status.not_in(("paid", "defaulted")), Agreement.status == "effective"),
        Instalment.case_id,
        case_ids,
    )
    shown = db.session.execute(select(Case.id, Case.state, Case.next_deadline_on).where(Case.id.in_(case_ids)))
    wrong = [
        row.id
        for row in shown
        if row.state in ENDED
        or row.next_deadline_on != min(deadlines.get(row.id, NO_DEADLINE), instalments.get(row.id, NO_DEADLINE))
    ]
    if not wrong:
        return []
    return db.session.scalars(select(Case).where(Case.id.in_(wrong)).order_by(Case.id).with_for_update(of=Case)).all()


def _nearest(statement: Select[Any], column: Any, case_ids: Sequence[int]) -> dict[int, date]:
    rows = db.session.execute(statement.where(column.in_(case_ids)).group_by(column))
    return {row[0]: row[1] for row in rows}


def cases_of(case_ids: Sequence[int]) -> Sequence[Case]:
    """Cases by key, locked until the transaction ends."""
    return db.session.scalars(
        select(Case).where(Case.id.in_(case_ids)).order_by(Case.id).with_for_update(of=Case)
    ).all()
