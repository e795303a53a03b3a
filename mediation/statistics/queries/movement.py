"""What was open, what was late: the state of the work at the ends of a period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, func, or_, select, union_all

from mediation.cases.lifecycle import ENDED
from mediation.cases.models import Case, CaseEvent, CaseSpell
from mediation.companies.models import Company
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.deadlines.models import Deadline, DeadlineRule
from mediation.deadlines.queries import RIGHTS, WAYS
from mediation.statistics.metrics import Movement
from mediation.statistics.period import Period
from mediation.statistics.policy import counted_for, top_company
from mediation.statistics.queries.scope import EVERYTHING, Scope, where


def movement(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> Movement:
    """Open at start, new, re-opened, closed, open at end. Consultations are left out.

    Cases that were ever re-opened are followed spell by spell, since their row tells only how they stand now: each
    re-opening began a spell, each closing stands in the history.
    """
    reopened = select(CaseEvent.case_id).where(
        CaseEvent.committee_id == actor.committee_id, CaseEvent.event == "reopened"
    )
    rows = [*where(actor, scope.filters(disputes=True)), Case.id.not_in(reopened)]
    count = select(func.count()).select_from(Case)

    def open_before(day: date) -> Any:
        # Two counts and not one with OR: each reads its own end of the index.
        rows_before = (*rows, Case.received_on < day)
        never = count.where(*rows_before, Case.closed_on.is_(None)).scalar_subquery()
        return never + count.where(*rows_before, Case.closed_on >= day).scalar_subquery()

    row = db.session.execute(
        select(
            open_before(period.first),
            count.where(*rows, Case.received_on.between(period.first, period.last)).scalar_subquery(),
            count.where(*rows, Case.closed_on.between(period.first, period.last)).scalar_subquery(),
            open_before(period.last + timedelta(days=1)),
        )
    ).one()
    moved = _moves_of_reopened(actor, period, scope, reopened)
    return Movement(row[0] + moved[0], row[1] + moved[1], moved[2], row[2] + moved[3], row[3] + moved[4])


def _moves_of_reopened(actor: Actor, period: Period, scope: Scope, reopened: Any) -> tuple[int, int, int, int, int]:
    """(open before, received, re-opened, closed, open after) of the cases that were ever re-opened."""
    rows = [*where(actor, scope.filters(disputes=True)), Case.id.in_(reopened)]
    received = dict(db.session.execute(select(Case.id, Case.received_on).where(*rows)).all())
    moves: dict[int, list[tuple[date, int]]] = {one: [] for one in received}
    ended = {state.value for state in ENDED}
    cases = select(Case.id).where(*rows)
    first_end: dict[int, date | None] = {}
    spells = select(CaseSpell.case_id, CaseSpell.seq, CaseSpell.from_on, CaseSpell.to_on)
    for one, seq, from_on, to_on in db.session.execute(spells.where(CaseSpell.case_id.in_(cases))):
        if seq == 1:
            first_end[one] = to_on
        else:
            moves[one].append((from_on, 1))
    events = select(CaseEvent.case_id, CaseEvent.event, CaseEvent.happened_on).where(
        CaseEvent.case_id.in_(cases),
        CaseEvent.to_state.in_(ended),
        or_(CaseEvent.from_state.is_(None), CaseEvent.from_state.not_in(ended)),
    )
    for one, event, day in db.session.execute(events):
        # A ledger's case came closed: it was closed on the day its row tells, not on that of the import.
        closed_on = first_end.get(one) if event == "imported" else None
        moves[one].append((closed_on or day, -1))

    def is_open(one: int, day: date, inclusive: bool) -> bool:
        def past(moment: date) -> bool:
            return moment <= day if inclusive else moment < day

        return past(received[one]) and 1 + sum(step for moment, step in moves[one] if past(moment)) > 0

    within = [step for steps in moves.values() for moment, step in steps if period.contains(moment)]
    return (
        sum(is_open(one, period.first, False) for one in received),
        sum(period.contains(day) for day in received.values()),
        within.count(1),
        within.count(-1),
        sum(is_open(one, period.last, True) for one in received),
    )


def overdue_at(actor: Actor, day: date, *, limit: int = 200) -> tuple[int, Sequence[Row[Any]]]:
    """What was late at the end of a day: how many deadlines, and the oldest of them.

    Rows: number, company, rule (its title), last_day, is_provisional. What was met or cancelled only after the day was
    still late on it, so that a month looks the same whenever it is asked for. With a right or a way that is merely open
    to the parties nobody can be late.
    """
    late, cases = _late(actor, day)
    found = select(func.count()).select_from(late).join(Deadline, Deadline.id == late.c.id)
    rows = (
        select(
            Case.number,
            Company.name.label("company"),
            func.coalesce(DeadlineRule.title, Deadline.rule_code).label("rule"),
            Deadline.last_day,
            Deadline.is_provisional,
        )
        .select_from(late)
        .join(Deadline, Deadline.id == late.c.id)
        .join(Case, Case.id == Deadline.case_id)
        .outerjoin(Company, Company.id == Case.main_company_id)
        .outerjoin(
            DeadlineRule, (DeadlineRule.code == Deadline.rule_code) & (DeadlineRule.version == Deadline.rule_version)
        )
        .where(*cases)
        .order_by(Deadline.last_day, Case.number, Deadline.rule_code)
        .limit(limit)
    )
    count = db.session.scalar(found.join(Case, Case.id == Deadline.case_id).where(*cases)) or 0
    return count, db.session.execute(rows).all()


def overdue_by_company(actor: Actor, day: date) -> dict[int | None, int]:
    """How many deadlines were late at the end of a day, by headquarters as figures show it."""
    late, cases = _late(actor, day)
    key = top_company(actor)
    statement = (
        select(key, func.count())
        .select_from(late)
        .join(Deadline, Deadline.id == late.c.id)
        .join(Case, Case.id == Deadline.case_id)
    )
    return dict(db.session.execute(statement.where(*cases).group_by(key)).all())


def _late(actor: Actor, day: date) -> tuple[Any, tuple[Any, ...]]:
    """The deadlines that were late at the end of a day, and what their cases must be."""
    ours = (
        Deadline.committee_id == actor.committee_id,
        Deadline.last_day < day,
        Deadline.rule_code.not_in(sorted(RIGHTS | WAYS)),
    )
    # Two readings and not one with OR: each has its own index.
    still_open = select(Deadline.id).where(*ours, Deadline.status == "open")
    ended_later = select(Deadline.id).where(
        *ours, Deadline.settled_on > day, Deadline.status.in_(("met", "missed", "cancelled"))
    )
    late = union_all(still_open, ended_later).subquery()
    return late, (counted_for(actor), or_(Case.closed_on.is_(None), Case.closed_on > day))
