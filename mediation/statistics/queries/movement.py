"""What was open, what was late: the state of the work at the ends of a period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
from mediation.statistics.period import Period, month
from mediation.statistics.policy import counted_for, top_company
from mediation.statistics.queries import made
from mediation.statistics.queries.scope import EVERYTHING, Scope, where
from mediation.statistics.spans import shared

MOST_AT_ONCE = 500


def movement(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> Movement:
    """Open at start, new, re-opened, closed, open at end. Consultations are left out.

    What was open is what had come less what had been closed, which past months hold as sums. Two kinds of cases, both
    few, are no part of that and are corrected: those closed before they came, and those that were ever re-opened. The
    latter are followed spell by spell, since their row tells only how they stand now: each re-opening began a spell,
    each closing stands in the history.
    """
    first, after = _first_day(actor), period.last + timedelta(days=1)
    months = _months(actor, period, scope, first) if first is not None else {}
    received, closed = _sums(actor, period, scope, months)
    opens = [_open_before(actor, day, scope, months, first) for day in (period.first, after)]
    if months:
        opens = [
            count + more for count, more in zip(opens, _backwards(actor, scope, (period.first, after)), strict=True)
        ]
    naive, true = _reopened(actor, period, scope)
    return Movement(
        opens[0] - naive.open_before + true.open_before,
        received,
        true.reopened,
        closed - naive.closed + true.closed,
        opens[1] - naive.open_after + true.open_after,
    )


def _months(actor: Actor, period: Period, scope: Scope, first: date) -> dict[str, tuple[int, int]]:
    """(new, closed) of every month up to the end of a period whose sums hold and that lies on one side of its start."""
    cut = made.cut_of(actor, scope, "")
    if cut is None or first > period.last:
        return {}
    whole = made.standing_months(actor.committee_id, [Period(first, period.last)])
    keys = [key for key in whole if not month(key).first < period.first <= month(key).last]
    found = dict.fromkeys(keys, (0, 0))
    sums = made.summed(actor.committee_id, keys, cut, ("cases", "closed"), by_month=True)
    return found | {key: (part["cases"], part["closed"]) for key, part in sums}


def _first_day(actor: Actor) -> date | None:
    """The first of the month in which the register's first case came or was closed."""
    days = [
        db.session.scalar(select(func.min(day)).where(Case.committee_id == actor.committee_id))
        for day in (Case.received_on, Case.closed_on)
    ]
    return min((day.replace(day=1) for day in days if day), default=None)


def _sums(actor: Actor, period: Period, scope: Scope, months: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    """(new, closed) in a period: of the months that hold as they say, of all other days from the cases."""
    within = [key for key in months if period.contains(month(key).first)]
    sums = [months[key] for key in within]
    for span in (one.what for one in shared([period], within)[1]):
        came = scope.filters(received_from=span.first, received_to=span.last, disputes=True)
        went = scope.filters(closed_from=span.first, closed_to=span.last, disputes=True)
        counts = (select(func.count()).select_from(Case).where(*where(actor, one)) for one in (came, went))
        sums.append(db.session.execute(select(*(count.scalar_subquery() for count in counts))).one())
    return sum(received for received, _closed in sums), sum(closed for _received, closed in sums)


def _open_before(
    actor: Actor, day: date, scope: Scope, months: Mapping[str, tuple[int, int]], first: date | None
) -> int:
    """What was open when a day began, as the rows tell it; without any month that holds, from the cases."""
    if first is None or first >= day:
        return 0
    if months:
        received, closed = _sums(actor, Period(first, day - timedelta(days=1)), scope, months)
        return received - closed
    rows = (*where(actor, scope.filters(disputes=True)), Case.received_on < day)
    count = select(func.count()).select_from(Case)
    # Two counts and not one with OR: each reads its own end of the index.
    never = count.where(*rows, Case.closed_on.is_(None)).scalar_subquery()
    later = count.where(*rows, Case.closed_on >= day).scalar_subquery()
    return db.session.scalar(select(never + later)) or 0


def _backwards(actor: Actor, scope: Scope, days: Sequence[date]) -> list[int]:
    """How many cases had been closed before each day but came only on it or later: they were never open."""
    # Asked for by themselves, so that the index of just these is read and not one of all cases.
    slips = db.session.execute(
        select(Case.id, Case.received_on, Case.closed_on).where(
            Case.committee_id == actor.committee_id, Case.closed_on < Case.received_on
        )
    ).all()
    across = {row.id for row in slips if any(row.closed_on < day <= row.received_on for day in days)}
    ours: set[int] = set()
    for ids in _some(sorted(across)):
        mine = where(actor, scope.filters(disputes=True))
        ours.update(db.session.scalars(select(Case.id).where(Case.id.in_(ids), *mine)))
    return [sum(row.id in ours and row.closed_on < day <= row.received_on for row in slips) for day in days]


def _some(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), MOST_AT_ONCE):
        yield ids[start : start + MOST_AT_ONCE]


def _reopened(actor: Actor, period: Period, scope: Scope) -> tuple[Movement, Movement]:
    """The cases that were ever re-opened: as their rows tell it, and as they moved."""
    again = select(CaseEvent.case_id).where(CaseEvent.committee_id == actor.committee_id, CaseEvent.event == "reopened")
    mine = where(actor, scope.filters(disputes=True))
    cases: list[Row[Any]] = []
    # By their keys, so that the few lead to their cases, whatever a planner thinks of how many they are.
    for ids in _some(sorted(set(db.session.scalars(again)))):
        rows = select(Case.id, Case.received_on, Case.closed_on).where(Case.id.in_(ids), *mine)
        cases += db.session.execute(rows)
    naive = [_Moves(row.received_on, [(row.closed_on, -1)] if row.closed_on else []) for row in cases]
    return _moved(naive, period), _moved(_followed(cases), period)


@dataclass(frozen=True)
class _Moves:
    """The day a case came, and the days on which it was closed (-1) or opened again (1)."""

    received_on: date
    steps: list[tuple[date, int]]

    def is_open(self, day: date) -> bool:
        """Whether it was open when a day began."""
        return self.received_on < day and 1 + sum(step for moment, step in self.steps if moment < day) > 0


def _moved(cases: Sequence[_Moves], period: Period) -> Movement:
    within = [step for one in cases for moment, step in one.steps if period.contains(moment)]
    return Movement(
        sum(one.is_open(period.first) for one in cases),
        sum(period.contains(one.received_on) for one in cases),
        within.count(1),
        within.count(-1),
        sum(one.is_open(period.last + timedelta(days=1)) for one in cases),
    )


def _followed(cases: Sequence[Row[Any]]) -> list[_Moves]:
    """Cases (id, received_on, closed_on) through their spells and their history."""
    moves = {row.id: _Moves(row.received_on, []) for row in cases}
    ended = {state.value for state in ENDED}
    first_end: dict[int, date | None] = {}
    for ids in _some(sorted(moves)):
        spells = select(CaseSpell.case_id, CaseSpell.seq, CaseSpell.from_on, CaseSpell.to_on)
        for one, seq, from_on, to_on in db.session.execute(spells.where(CaseSpell.case_id.in_(ids))):
            if seq == 1:
                first_end[one] = to_on
            else:
                moves[one].steps.append((from_on, 1))
        events = select(CaseEvent.case_id, CaseEvent.event, CaseEvent.happened_on).where(
            CaseEvent.case_id.in_(ids),
            CaseEvent.to_state.in_(ended),
            or_(CaseEvent.from_state.is_(None), CaseEvent.from_state.not_in(ended)),
        )
        for one, event, day in db.session.execute(events):
            # A ledger's case came closed: it was closed on the day its row tells, not on that of the import.
            closed_on = first_end.get(one) if event == "imported" else None
            moves[one].steps.append((closed_on or day, -1))
    return list(moves.values())


def overdue_at(actor: Actor, day: date, *, limit: int = 200) -> Sequence[Row[Any]]:
    """The deadlines that were late at the end of a day, the oldest first; :func:`overdue_by_company` says how many.

    Rows: number, company, rule (its title), last_day, is_provisional. What was met or cancelled only after the day was
    still late on it, so that a month looks the same whenever it is asked for. With a right or a way that is merely open
    to the parties nobody can be late.
    """
    late, cases = _late(actor, day)
    rows = (
        select(
            Case.number,
            Company.name.label("company"),
            func.coalesce(DeadlineRule.title, late.c.rule_code).label("rule"),
            late.c.last_day,
            late.c.is_provisional,
        )
        .select_from(late)
        .join(Case, Case.id == late.c.case_id)
        .outerjoin(Company, Company.id == Case.main_company_id)
        .outerjoin(
            DeadlineRule, (DeadlineRule.code == late.c.rule_code) & (DeadlineRule.version == late.c.rule_version)
        )
        .where(*cases)
        .order_by(late.c.last_day, Case.number, late.c.rule_code)
        .limit(limit)
    )
    return db.session.execute(rows).all()


def overdue_by_company(actor: Actor, day: date) -> dict[int | None, int]:
    """How many deadlines were late at the end of a day, by headquarters as figures show it."""
    late, cases = _late(actor, day)
    key = top_company(actor)
    statement = select(key, func.count()).select_from(late).join(Case, Case.id == late.c.case_id)
    return dict(db.session.execute(statement.where(*cases).group_by(key)).all())


def _late(actor: Actor, day: date) -> tuple[Any, tuple[Any, ...]]:
    """The deadlines that were late at the end of a day, and what their cases must be."""
    ours = (
        Deadline.committee_id == actor.committee_id,
        Deadline.last_day < day,
        Deadline.rule_code.not_in(sorted(RIGHTS | WAYS)),
    )
    columns = (
        Deadline.case_id, Deadline.rule_code, Deadline.rule_version, Deadline.last_day, Deadline.is_provisional,
    )  # fmt: skip
    # Two readings and not one with OR: each has its own index.
    still_open = select(*columns).where(*ours, Deadline.status == "open")
    ended_later = select(*columns).where(
        *ours, Deadline.settled_on > day, Deadline.status.in_(("met", "missed", "cancelled"))
    )
    late = union_all(still_open, ended_later).subquery()
    return late, (counted_for(actor), or_(Case.closed_on.is_(None), Case.closed_on > day))
