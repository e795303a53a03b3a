"""The daily jobs: what has run out is settled and each case's next last day kept right; then the morning's digests.

The first asks what should be so by now rather than what happens today, so that a day on which it did not run is made up
by the next. A digest is of its morning: one that was missed is not sent later, the next one says what it would have said.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.engine import Row

from mediation.accounts.languages import in_language
from mediation.cases import clock as case_clock
from mediation.cases import (
    company_digest,  # noqa: F401  (it puts itself into the digest)
    digest_words,
    notices,
    queries_company,
    queries_due,
)
from mediation.cases.digest import Book, Desk, Section, collect
from mediation.committees.models import Committee
from mediation.core import clock, jobs
from mediation.core.db import db, transaction
from mediation.deadlines import queries as deadline_queries
from mediation.deadlines import service as deadline_service
from mediation.deadlines.models import Deadline
from mediation.notifications.queries import channels_of
from mediation.notifications.service import mark_read_before, notify, queue

BATCH = 500
A_WEEK = timedelta(days=7)
AUTHORITY = "authority"
# How far back a digest looks for what its predecessors left out.
MOST_DAYS_MADE_UP = timedelta(days=14)
# A digest that nobody opened for a week is of no more use; its newest successor says what still holds.
KEPT_UNREAD = timedelta(days=7)
PEOPLE_AT_ONCE = 100
OVER = "that morning is over"
DIGEST, ALARM, ESCALATION = "digest", "due_today", "escalation"
NOBODYS = deadline_queries.RIGHTS | deadline_queries.WAYS


@dataclass
class Told:
    """What a morning's run wrote."""

    digests: int = 0
    alarms: int = 0
    escalations: int = 0
    messages: int = 0
    put_away: int = 0

    def __str__(self) -> str:
        return (
            f"{self.digests} digests, {self.alarms} alarms, {self.escalations} escalations, "
            f"{self.messages} messages queued, {self.put_away} old ones marked read"
        )


@dataclass
class Sums:
    """What a run did."""

    ended: int = 0
    refreshed: int = 0
    expiring: int = 0

    def __str__(self) -> str:
        told = f", {self.expiring} told of what expires" if self.expiring else ""
        return f"{self.ended} run out, {self.refreshed} next days corrected{told}"


def deadlines_daily(_run_key: str) -> str:
    """The job of the scheduler's table."""
    return str(mark_due(clock.today()))


def digest(run_key: str) -> str:
    """The morning's digests; nothing for a morning that is over."""
    today = clock.today()
    if date.fromisoformat(run_key) < today:
        return OVER
    return str(send_digests(today, since=_last_digest(today)))


def _last_digest(today: date) -> date:
    """The day of the last digest before today, so that a reminder of a day without one is made up."""
    yesterday, oldest = today - timedelta(days=1), today - MOST_DAYS_MADE_UP
    done = [
        date.fromisoformat(run.run_key)
        for run in jobs.runs(job="digest", limit=30)
        if run.status == "done" and run.outcome != OVER and run.run_key < today.isoformat()
    ]
    return max(max(done, default=yesterday), oldest)


def send_digests(today: date, *, since: date | None = None) -> Told:
    """Write the digests, alarms and escalations of a morning, in all committees. Idempotent.

    ``since`` is the day of the last digest (default yesterday): what was to be said between is said now. Everything is
    read outside of a writing transaction; a notice and its messages are written in one.
    """
    told = Told()
    db.session.rollback()
    committees = db.session.execute(select(Committee.id, Committee.settings).order_by(Committee.id)).all()
    for committee in committees:
        desk = Desk(committee, today, since or today - timedelta(days=1))
        collect(desk)
        db.session.rollback()
        people = [user_id for user_id in sorted(desk.books) if user_id in desk.people]
        for start in range(0, len(people), PEOPLE_AT_ONCE):
            part = people[start : start + PEOPLE_AT_ONCE]
            with transaction():
                channels = channels_of(part)
                for user_id in part:
                    _write(desk, user_id, channels.get(user_id, ()), told)
        with transaction():
            before = clock.now() - KEPT_UNREAD
            told.put_away += mark_read_before(committee.id, kinds=(DIGEST, ALARM), before=before)
    return told


def _write(desk: Desk, user_id: int, kinds: Collection[str], told: Told) -> None:
    person, book, day = desk.people[user_id], desk.books[user_id], desk.today.isoformat()
    with in_language(person.locale):
        if _is_worth_a_digest(desk, book):
            words = digest_words.digest(person, book, desk.today)
            told.digests += _say(desk, user_id, DIGEST, f"digest:{day}", words, kinds, told)
        if book.lines[Section.DUE_TODAY]:
            words = digest_words.alarm(person, book, desk.today)
            told.alarms += _say(desk, user_id, ALARM, f"alarm:{day}", words, kinds, told)
        if book.newly_late:
            words = digest_words.escalation(person, book, desk.today)
            told.escalations += _say(desk, user_id, ESCALATION, f"escalation:{day}", words, kinds, told)


def _is_worth_a_digest(desk: Desk, book: Book) -> bool:
    """On a rest day only what lies on that very day is worth a message; what merely waits never is."""
    return book.has_today or (desk.is_working_day and book.has_reason)


def _say(
    desk: Desk, user_id: int, kind: str, key: str, words: digest_words.Words, kinds: Collection[str], told: Told
) -> bool:
    """A notice and its messages; nothing when it was said already."""
    owner = {"committee_id": desk.committee_id, "user_id": user_id, "key": key}
    is_new = notify(kind=kind, title=words.title, body=words.short, url="/", **owner)
    if is_new:
        told.messages += queue(subject=words.subject, body=words.body, kinds=kinds, **owner)
    return is_new


def mark_due(today: date) -> Sums:
    """Settle what has run out and correct next days, in all committees, one transaction per batch. Idempotent."""
    sums = Sums()
    with transaction() as session:
        committees = session.scalars(select(Committee.id).order_by(Committee.id)).all()
    for committee_id in committees:
        position: queries_due.Position | None = None
        while True:
            with transaction():
                rows = queries_due.deadlines_until(committee_id, today - timedelta(days=1), position, BATCH)
                over = [row for row in rows if _has_run_out(row)]
                _let_run_out(over)
                sums.ended += len(over)
            if len(rows) < BATCH:
                break
            position = (rows[-1].sort_on, rows[-1].id)
        _refresh_all(committee_id, sums)
        with transaction():
            sums.expiring += say_what_expires(committee_id, today)
    return sums


def say_what_expires(committee_id: int, today: date) -> int:
    """Tell the company and the handler of authorities that end within a week and of offers that end tomorrow or today,
    each once. Returns how many notices are new."""
    told = 0
    for case, kind, key, company_id, last_day in queries_company.ending_between(committee_id, today, today + A_WEEK):
        if kind != AUTHORITY and last_day > today + timedelta(days=1):
            continue
        people = notices.company_people(case, [company_id]) if company_id else set()
        what = _l("授权委托书") if kind == AUTHORITY else _l("待答复的方案")
        told += notices.tell_expiring(
            case,
            people | ({case.handler_id} if case.handler_id else set()),
            key=f"expiring:{kind}:{key}:{last_day.isoformat()}",
            what=what,
            last_day=last_day,
        )
    return told


def _has_run_out(row: Row[Any]) -> bool:
    """Whether it is over without anybody here being late. A provisional day may yet move."""
    return row.rule_code in NOBODYS and not row.is_provisional


def _let_run_out(rows: Sequence[Row[Any]]) -> None:
    """Nothing runs any more under these, so their cases show what comes next instead of being late for ever."""
    if not rows:
        return
    for deadline in db.session.scalars(select(Deadline).where(Deadline.id.in_([row.id for row in rows]))):
        deadline_service.run_out(deadline)
    db.session.flush()
    for case in queries_due.cases_of(sorted({row.case_id for row in rows})):
        case_clock.refresh(case)


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
