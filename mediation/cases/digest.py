"""The morning's digest: one message per person and day with everything dated that concerns them, and nothing else.

Each section is read once per committee and dealt out in memory. Packages above this one add their lines, in their own
words, with a function that is asked for each committee and reads in a fixed number of queries::

    PROVIDERS.append(lambda desk: desk.tell(desk.secretaries, Section.SOON, Entry(…, sentence=…)))

What somebody has dealt with meanwhile is not in it,
and who has nothing gets nothing. On a rest day only what lies on that very day is a reason for one. A person who is
away gets none: the deputy does, with the person's name beside each line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from flask_babel import LazyString
from sqlalchemy import select
from sqlalchemy.engine import Row

from mediation.accounts import absences
from mediation.accounts.models import User, UserCompany
from mediation.cases import queries_due, service
from mediation.cases.notices import committee_people
from mediation.cases.policy import HIDDEN_FROM_HR
from mediation.committees.models import ESCALATE_AFTER
from mediation.core import clock
from mediation.core.db import db
from mediation.deadlines import queries as deadline_queries
from mediation.deadlines.calendar import ONE_DAY, WorkCalendar
from mediation.deadlines.engine import remind_before
from mediation.deadlines.labels import rule_title

BATCH = 500
# Five working days before a last day may lie this far ahead, over the longest block of holidays.
HORIZON = timedelta(days=30)
# A limitation is years long: the first word about it comes earlier than five working days before.
LIMITATION_AHEAD = (timedelta(days=30), timedelta(days=14))
# Longer lists are counted, not read.
MOST_LINES = 12
WAYS_ONLY = deadline_queries.WAYS - deadline_queries.OTHERS


class Section(StrEnum):
    """The parts of a digest, in order."""

    LATE = "late"
    DUE_TODAY = "due_today"
    SESSIONS = "sessions"
    SOON = "soon"
    WAYS = "ways"
    OTHERS = "others"
    WAITING = "waiting"
    OVER = "over"
    ESCALATED = "escalated"


@dataclass(frozen=True)
class Entry:
    """One line. ``key`` names the thing; ``on`` is its day; an instalment has ``seq`` and ``owed_fen``.

    ``sentence`` says it on a day in the language that is set, where the usual words do not fit. Without ``is_reason`` it
    is told in a digest that is sent anyway, and is no reason for one.
    """

    key: str
    number: str
    on: date
    title: str | LazyString = ""
    raw_on: date | None = None
    is_provisional: bool = False
    is_right: bool = False
    seq: int = 0
    owed_fen: int = 0
    starts_at: datetime | None = None
    mode: str = ""
    is_today: bool = False
    is_reason: bool = True
    sentence: Callable[[date], str] | None = None


@dataclass
class Book:
    """What one person is told. ``lines`` holds (entry, name of the person it is for instead, or "")."""

    lines: dict[Section, list[tuple[Entry, str]]] = field(default_factory=lambda: defaultdict(list))
    counts: dict[Section, int] = field(default_factory=lambda: defaultdict(int))
    seen: set[tuple[Section, str]] = field(default_factory=set)
    has_today: bool = False
    has_reason: bool = False
    waiting: int = 0
    newly_late: dict[str, Entry] = field(default_factory=dict)

    def add(self, section: Section, entry: Entry, instead_of: str) -> None:
        """Take an entry in, once however many ways it comes."""
        if (section, entry.key) in self.seen or (
            section is Section.ESCALATED and (Section.LATE, entry.key) in self.seen
        ):
            return
        self.seen.add((section, entry.key))
        self.counts[section] += 1
        self.has_today = self.has_today or entry.is_today
        self.has_reason = self.has_reason or entry.is_reason
        if len(self.lines[section]) < MOST_LINES:
            self.lines[section].append((entry, instead_of))


@dataclass(frozen=True)
class Person:
    """An account in use: its name and language."""

    name: str
    locale: str | None


class Desk:
    """What stays the same while one committee is worked through, and the books of its people."""

    def __init__(self, committee: Row[Any], today: date, since: date) -> None:
        self.committee_id: int = committee.id
        self.today = today
        self.since = since
        self.escalate_after = max(1, int((committee.settings or {}).get(ESCALATE_AFTER, 1)))
        self.calendar: WorkCalendar = deadline_queries.calendar()
        # Lazy: each person is told of a rule in the language they read.
        rules = map(deadline_queries.as_rule, deadline_queries.newest_rules())
        self.titles = {rule.id: LazyString(rule_title, rule) for rule in rules}
        people = select(User.id, User.name, User.locale).where(User.committee_id == self.committee_id, User.is_active)
        self.people = {row.id: Person(row.name, row.locale) for row in db.session.execute(people)}
        self.secretaries = frozenset(committee_people(self.committee_id))
        self.away = absences.away_on(self.committee_id, today)
        self.books: dict[int, Book] = defaultdict(Book)
        self._reminders: dict[tuple[date, date | None], bool] = {}
        self._escalations: dict[date, date] = {}

    @cached_property
    def officers(self) -> dict[tuple[int, int], list[int]]:
        """HR officers in use by (level, company)."""
        rows = db.session.execute(
            select(UserCompany.level, UserCompany.company_id, UserCompany.user_id).where(
                UserCompany.user_id.in_(self.people)
            )
        )
        found = defaultdict(list)
        for row in rows:
            found[row.level, row.company_id].append(row.user_id)
        return found

    @cached_property
    def reported_fen(self) -> dict[int, int]:
        """What companies say they have paid and nobody has confirmed or denied yet, by instalment."""
        found: dict[int, int] = defaultdict(int)
        rows = queries_due.payment_reports_until(self.committee_id, self.today + HORIZON)
        for one in service.reports_of(rows):
            if one.status == "pending":
                found[one.instalment_id] += one.amount_fen
        return found

    @property
    def is_working_day(self) -> bool:
        return self.calendar.assumed_day(self.today).kind.is_work

    @cached_property
    def next_working_day(self) -> date:
        return self._working_days_after(self.today, 1)

    def is_first_morning_after(self, day: date) -> bool:
        """Whether the first working day after a day lies between the last digest and today."""
        return self.since < self._working_days_after(day, 1) <= self.today

    def is_reminder(self, raw_last_day: date, after: date | None = None) -> bool:
        """Whether a day of reminding lies between the last digest and today."""
        key = (raw_last_day, after)
        if key not in self._reminders:
            days = remind_before(raw_last_day, self.calendar, after=after)
            self._reminders[key] = any(self.since < day <= self.today for day in days)
        return self._reminders[key]

    def escalates_on(self, last_day: date) -> date:
        """The day from which a missed last day concerns the committee's secretaries."""
        if last_day not in self._escalations:
            self._escalations[last_day] = self._working_days_after(last_day, self.escalate_after)
        return self._escalations[last_day]

    def _working_days_after(self, day: date, count: int) -> date:
        while count:
            day += ONE_DAY
            count -= self.calendar.assumed_day(day).kind.is_work
        return day

    def staff_of(self, row: Row[Any]) -> set[int]:
        """Handler and mediator; the committee's secretaries where neither is there (any more)."""
        return {row.handler_id, row.mediator_id} & self.people.keys() or set(self.secretaries)

    def officers_of(self, row: Row[Any]) -> set[int]:
        """Officers of the main respondent's tree, once the company knows of the case."""
        if row.state == "received" or row.track in {track.value for track in HIDDEN_FROM_HR}:
            return set()
        return self.officers_above(row)

    def officers_above(self, row: Row[Any]) -> set[int]:
        """Officers of a company and of what stands above it, by the company's three levels."""
        places = ((1, row.level1_id), (2, row.level2_id), (3, row.level3_id))
        return {user_id for place in places for user_id in self.officers.get(place, ())}

    def tell(self, users: Collection[int], section: Section, entry: Entry) -> None:
        """Put an entry into the books of people, or of who answers for them today."""
        for user_id in sorted(users):
            for recipient, instead_of in self.recipients(user_id):
                self.books[recipient].add(section, entry, instead_of)

    def recipients(self, user_id: int) -> Iterator[tuple[int, str]]:
        """Who is told in place of a person today: (user, name of the absent person or "")."""
        if user_id not in self.away:
            yield user_id, ""
            return
        deputy, name = self.away[user_id], self.people[user_id].name
        if deputy in self.people and deputy not in self.away:
            yield deputy, name
            return
        present = sorted(self.secretaries - self.away.keys())
        if not present:  # better into the mailbox of somebody on leave than to nobody
            yield user_id, ""
        for secretary in present:
            yield secretary, name


PROVIDERS: list[Callable[[Desk], None]] = []


def collect(desk: Desk) -> None:
    """Fill the desk's books: a handful of queries for the whole committee, in batches."""
    _walk(queries_due.deadlines_until, desk, _deadline)
    _walk(queries_due.instalments_until, desk, _instalment)
    for row in queries_due.ran_out_between(desk.committee_id, desk.since, desk.today):
        section = Section.OTHERS if row.rule_code in deadline_queries.OTHERS else Section.OVER
        is_right = row.rule_code in deadline_queries.RIGHTS
        desk.tell(desk.staff_of(row), section, _entry(desk, row, is_right=is_right))
    _meetings(desk)
    _limitations(desk)
    _waiting(desk)
    for provide in PROVIDERS:
        provide(desk)


def _walk(query: Callable[..., Sequence[Row[Any]]], desk: Desk, deal: Callable[[Desk, Row[Any]], None]) -> None:
    position: queries_due.Position | None = None
    while True:
        rows = query(desk.committee_id, desk.today + HORIZON, position, BATCH)
        for row in rows:
            deal(desk, row)
        if len(rows) < BATCH:
            return
        position = (rows[-1].sort_on, rows[-1].id)


def _entry(desk: Desk, row: Row[Any], **more: Any) -> Entry:
    values = {
        "key": f"deadline:{row.id}",
        "number": row.case_no or row.number,
        "on": row.last_day,
        "title": desk.titles.get(row.rule_code, row.rule_code),
        "is_provisional": row.is_provisional,
        "is_today": row.last_day == desk.today,
    }
    return Entry(**values | more)


def _deadline(desk: Desk, row: Row[Any]) -> None:
    if row.rule_code in deadline_queries.RIGHTS:
        return  # before the day nothing has to be done by anybody
    is_other, is_way = row.rule_code in deadline_queries.OTHERS, row.rule_code in WAYS_ONLY
    rolled_from = row.raw_last_day if row.raw_last_day != row.last_day else None
    entry = _entry(desk, row, raw_on=rolled_from, is_today=row.last_day == desk.today and not is_other)
    staff = desk.staff_of(row)
    if row.last_day < desk.today:
        if is_other:
            desk.tell(staff, Section.OTHERS, entry)
        elif not is_way:
            desk.tell(staff, Section.LATE, entry)
            if not row.is_provisional:
                _escalate(desk, entry)
    elif is_other:
        return  # nobody here can do anything about it yet
    elif row.last_day == desk.today:
        desk.tell(staff, Section.DUE_TODAY, entry)
    elif desk.is_reminder(row.raw_last_day, row.trigger_on if row.trigger_on < row.last_day else None):
        desk.tell(staff, Section.WAYS if is_way else Section.SOON, entry)


def _escalate(desk: Desk, entry: Entry) -> None:
    on = desk.escalates_on(entry.on)
    if on > desk.today:
        return
    desk.tell(desk.secretaries, Section.ESCALATED, entry)
    if on > desk.since:
        for secretary in sorted(desk.secretaries):
            for recipient, _instead_of in desk.recipients(secretary):
                desk.books[recipient].newly_late[entry.key] = entry


def _instalment(desk: Desk, row: Row[Any]) -> None:
    entry = Entry(
        key=f"instalment:{row.id}",
        number=row.case_no or row.number,
        on=row.due_on,
        seq=row.seq,
        owed_fen=row.owed_fen,
        is_today=row.due_on == desk.today,
    )
    # As on the company's desk: what it says it has paid waits for the worker's side, not for the company.
    rest = row.owed_fen - desk.reported_fen.get(row.id, 0)
    officers = desk.officers_of(row) if rest > 0 else set()
    of_company = replace(entry, owed_fen=rest)
    if row.due_on < desk.today:
        desk.tell(desk.staff_of(row), Section.OTHERS, entry)
        desk.tell(officers, Section.LATE, of_company)
    elif row.due_on == desk.today or desk.is_reminder(row.due_on):
        section = Section.DUE_TODAY if row.due_on == desk.today else Section.SOON
        desk.tell(desk.staff_of(row), section, entry)
        desk.tell(officers, section, of_company)


def _meetings(desk: Desk) -> None:
    start, end = (
        datetime.combine(day, time(), clock.SHANGHAI) for day in (desk.today, desk.next_working_day + ONE_DAY)
    )
    for row in queries_due.sessions_between(desk.committee_id, start, end):
        on = clock.civil_date(row.starts_at)
        entry = Entry(
            key=f"session:{row.id}",
            number=row.case_no or row.number,
            on=on,
            starts_at=row.starts_at,
            mode=row.mode,
            is_today=on == desk.today,
        )
        desk.tell(desk.staff_of(row) | desk.officers_of(row), Section.SESSIONS, entry)


def _limitations(desk: Desk) -> None:
    until = desk.today + max(*LIMITATION_AHEAD, HORIZON)
    for row in queries_due.limitations_until(desk.committee_id, desk.today, until):
        last_day = row.limitation_on
        is_early = any(desk.since < last_day - ahead <= desk.today for ahead in LIMITATION_AHEAD)
        if last_day == desk.today or is_early or desk.is_reminder(last_day):
            is_today = last_day == desk.today
            entry = Entry(
                key=f"limitation:{row.id}",
                number=row.case_no or row.number,
                on=last_day,
                is_provisional=row.is_provisional,
                is_today=is_today,
            )
            desk.tell(desk.staff_of(row), Section.DUE_TODAY if is_today else Section.WAYS, entry)


def _waiting(desk: Desk) -> None:
    for row in queries_due.waiting_counts(desk.committee_id):
        if row.waiting_for == "staff":
            users = {row.handler_id} & desk.people.keys()
        else:
            users = desk.officers_above(row)
        for user_id in users:
            desk.books[user_id].waiting += row.cases
