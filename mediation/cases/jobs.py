"""The daily job: tells people what falls due and what is late, and keeps each case's next last day right.

It asks what should have been said by now rather than what happens today, so that a day on which it did not run is made
up by the next. Running it twice says nothing twice: the key of a notice names its occasion.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.engine import Row

from mediation.accounts.models import User
from mediation.cases import clock as case_clock
from mediation.cases import queries_due
from mediation.cases.notices import committee_people
from mediation.committees.models import Committee
from mediation.core import clock
from mediation.core.db import db, transaction
from mediation.core.money import yuan
from mediation.deadlines import queries as deadline_queries
from mediation.deadlines import service as deadline_service
from mediation.deadlines.calendar import WorkCalendar
from mediation.deadlines.engine import remind_before
from mediation.deadlines.models import Deadline
from mediation.notifications.models import InboxItem
from mediation.notifications.service import notify

BATCH = 500
# Five working days before a last day may lie this far ahead, over the longest block of holidays.
HORIZON = timedelta(days=30)


@dataclass(frozen=True)
class Occasion:
    """Something to tell the people of a case once. ``key`` names it, ``row`` carries the case's number and people."""

    row: Row[Any]
    kind: str
    key: str
    title: str


@dataclass
class Sums:
    """What a run did."""

    told: int = 0
    ended: int = 0
    refreshed: int = 0

    def __str__(self) -> str:
        return f"{self.told} notices, {self.ended} run out, {self.refreshed} next days corrected"


@dataclass
class _Desk:
    """What stays the same while one committee is worked through."""

    committee_id: int
    today: date
    calendar: WorkCalendar
    titles: dict[str, str]
    active: frozenset[int]
    secretaries: frozenset[int]
    reminders: dict[tuple[date, date | None], tuple[date, ...]] = field(default_factory=dict)

    def reminder(self, raw_last_day: date, after: date | None) -> date | None:
        """The latest day up to today on which a reminder belongs."""
        key = (raw_last_day, after)
        if key not in self.reminders:
            self.reminders[key] = remind_before(raw_last_day, self.calendar, after=after)
        return max((day for day in self.reminders[key] if day <= self.today), default=None)

    def people(self, row: Row[Any]) -> set[int]:
        """Handler and mediator; the committee's secretaries where neither is there (any more)."""
        return {row.handler_id, row.mediator_id} & self.active or set(self.secretaries)


def deadlines_daily(_run_key: str) -> str:
    """The job of the scheduler's table."""
    return str(mark_due(clock.today()))


def mark_due(today: date) -> Sums:
    """Tell everybody what falls due or is late on a day, in all committees, one transaction per batch. Idempotent."""
    sums = Sums()
    with transaction() as session:
        committees = session.scalars(select(Committee.id).order_by(Committee.id)).all()
    for committee_id in committees:
        for work in (_deadlines, _instalments):
            position: queries_due.Position | None = None
            while True:
                with transaction():
                    desk = _desk(committee_id, today)
                    position = work(desk, position, sums)
                if position is None:
                    break
        _refresh_all(committee_id, sums)
    return sums


def _desk(committee_id: int, today: date) -> _Desk:
    active = select(User.id).where(User.committee_id == committee_id, User.is_active)
    return _Desk(
        committee_id=committee_id,
        today=today,
        calendar=deadline_queries.calendar(),
        titles={row.code: row.title for row in deadline_queries.newest_rules()},
        active=frozenset(db.session.scalars(active)),
        secretaries=frozenset(committee_people(committee_id)),
    )


def _deadlines(desk: _Desk, after: queries_due.Position | None, sums: Sums) -> queries_due.Position | None:
    rows = queries_due.deadlines_until(desk.committee_id, desk.today + HORIZON, after, BATCH)
    over = [row for row in rows if _has_run_out(desk, row)]
    _tell(desk, _deadline_occasions(desk, rows), sums)
    if over:
        _let_run_out(over)
        sums.ended += len(over)
    return _next_position(rows)


def _deadline_occasions(desk: _Desk, rows: Sequence[Row[Any]]) -> Iterator[Occasion]:
    for row in rows:
        number, title = row.case_no or row.number, desk.titles.get(row.rule_code, row.rule_code)
        words = {"number": number, "title": title, "day": row.last_day.isoformat()}
        if _has_run_out(desk, row):
            told = _("%(number)s 已届满：%(title)s，%(day)s", **words)
            yield Occasion(row, "deadline_over", f"deadline:{row.id}:over", told)
        elif row.rule_code in deadline_queries.RIGHTS or (_is_nobodys(row) and row.last_day < desk.today):
            continue  # before the day nothing has to be done by anybody, and after it nobody is late
        elif row.last_day < desk.today:
            told = _("%(number)s 已逾期：%(title)s，最后一日 %(day)s", **words)
            yield Occasion(row, "deadline_late", f"deadline:{row.id}:late", told)
        elif reminder := desk.reminder(row.raw_last_day, row.trigger_on if row.trigger_on < row.last_day else None):
            told = _("%(number)s 将到期：%(title)s，最后一日 %(day)s", **words)
            if row.is_provisional:
                told = _("%(told)s（暂定）", told=told)
            yield Occasion(row, "deadline_due", f"deadline:{row.id}:due:{reminder}", told)


def _has_run_out(desk: _Desk, row: Row[Any]) -> bool:
    """Whether it is over without anybody being late. A provisional day may yet move."""
    return _is_nobodys(row) and row.last_day < desk.today and not row.is_provisional


def _is_nobodys(row: Row[Any]) -> bool:
    return row.rule_code in deadline_queries.RIGHTS or row.rule_code in deadline_queries.WAYS


def _let_run_out(rows: Sequence[Row[Any]]) -> None:
    """Nothing runs any more under these, so their cases show what comes next instead of being late for ever."""
    for deadline in db.session.scalars(select(Deadline).where(Deadline.id.in_([row.id for row in rows]))):
        deadline_service.run_out(deadline)
    db.session.flush()
    for case in queries_due.cases_of(sorted({row.case_id for row in rows})):
        case_clock.refresh(case)


def _instalments(desk: _Desk, after: queries_due.Position | None, sums: Sums) -> queries_due.Position | None:
    rows = queries_due.instalments_until(desk.committee_id, desk.today + HORIZON, after, BATCH)
    _tell(desk, _instalment_occasions(desk, rows), sums)
    return _next_position(rows)


def _instalment_occasions(desk: _Desk, rows: Sequence[Row[Any]]) -> Iterator[Occasion]:
    for row in rows:
        words = {
            "number": row.case_no or row.number,
            "seq": row.seq,
            "sum": yuan(row.owed_fen),
            "day": row.due_on.isoformat(),
        }
        if row.due_on < desk.today:
            told = _("%(number)s 第%(seq)s期 %(sum)s元已逾期，应于 %(day)s 履行", **words)
            yield Occasion(row, "instalment_late", f"instalment:{row.id}:late", told)
        elif reminder := desk.reminder(row.due_on, None):
            told = _("%(number)s 第%(seq)s期 %(sum)s元将到期，应于 %(day)s 履行", **words)
            yield Occasion(row, "instalment_due", f"instalment:{row.id}:due:{reminder}", told)


def _tell(desk: _Desk, occasions: Iterator[Occasion], sums: Sums) -> None:
    pairs = [(user_id, one) for one in occasions for user_id in sorted(desk.people(one.row))]
    known = _told_already({user_id for user_id, _one in pairs}, {one.key for _user_id, one in pairs})
    for user_id, one in pairs:
        if (user_id, one.key) in known:
            continue
        sums.told += notify(
            committee_id=desk.committee_id,
            user_id=user_id,
            kind=one.kind,
            key=one.key,
            title=one.title,
            url=f"/cases/{one.row.number}",
            case_id=one.row.case_id,
        )


def _told_already(user_ids: set[int], keys: set[str]) -> set[tuple[int, str]]:
    """Most of what is late was said days ago: one query instead of an attempt for each."""
    given = (InboxItem.user_id.in_(user_ids), InboxItem.key.in_(keys))
    rows = db.session.execute(select(InboxItem.user_id, InboxItem.key).where(*given))
    return {(row.user_id, row.key) for row in rows}


def _next_position(rows: Sequence[Row[Any]]) -> queries_due.Position | None:
    return (rows[-1].sort_on, rows[-1].id) if len(rows) == BATCH else None


def _refresh_all(committee_id: int, sums: Sums) -> None:
    after_id = 0
    while True:
        with transaction():
            case_ids = queries_due.open_ids(committee_id, after_id, BATCH)
            for case in queries_due.wrong_among(case_ids):
                case_clock.refresh(case)
                sums.refreshed += 1
        if len(case_ids) < BATCH:
            return
        after_id = case_ids[-1]
