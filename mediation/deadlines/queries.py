"""Reads of rules, working days and deadlines. The calendar is kept in memory for as long as its digests stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import bindparam, case, func, or_, select
from sqlalchemy.engine import Row

from mediation.core.db import db
from mediation.core.errors import NotFound
from mediation.deadlines.calendar import CalendarDay, DayKind, WorkCalendar
from mediation.deadlines.models import CalendarDayRow, CalendarYear, Deadline, DeadlineRule
from mediation.deadlines.rules import RULES, Direction, Nature, Rule, Trigger, Unit

OPEN = "open"
PAUSED = "paused"


def _of_nature(*natures: Nature) -> frozenset[str]:
    return frozenset(code for code, rule in RULES.items() if rule.nature in natures)


# Nobody here can be late with these: the day gives a right, closes a party's way, or binds another body.
RIGHTS = _of_nature(Nature.RIGHT)
WAYS = _of_nature(Nature.WAY, Nature.OTHER)
OTHERS = _of_nature(Nature.OTHER)
# Until when a claim can be brought, and the aid for bringing it, is advice for the side that brings it: no working day
# of the committee, and nothing for the other side to read off a list.
OF_THE_CLAIMANT = frozenset(
    code for code in RULES if code.startswith(("ARB-LIMIT-", "CIV-LIMIT-", "INS-LIMIT-", "LA-", "LS-"))
)
# A day that only gives somebody a right is nothing to do either.
NOT_WORKED_BY = OF_THE_CLAIMANT | RIGHTS
# A block of holidays at the turn of the year can push a last day into the next.
REACH = timedelta(days=14)

AnyRow = Row[*tuple[Any, ...]]
_Key = tuple[tuple[int, str], ...]
# Three statements that every act of a case asks: built once, since building them costs more than running them.
_DIGESTS = select(CalendarYear.year, CalendarYear.digest).order_by(CalendarYear.year)
_NEWEST = (
    select(DeadlineRule)
    .where(DeadlineRule.code == bindparam("code"), DeadlineRule.is_active)
    .order_by(DeadlineRule.version.desc())
    .limit(1)
)
_RUNNING_ALIKE = (
    select(Deadline)
    .where(
        Deadline.case_id == bindparam("case_id"),
        Deadline.status.in_((OPEN, PAUSED)),
        Deadline.rule_code == bindparam("rule_code"),
        Deadline.subject == bindparam("subject"),
    )
    .order_by(Deadline.id)
)
_held: tuple[_Key, WorkCalendar] | None = None


def lapsed_of_case(case_id: int, *, rule_codes: Sequence[str], on: date) -> Sequence[Deadline]:
    """Deadlines that ran out by themselves although an act of ``on``, recorded later, was in time."""
    return db.session.scalars(
        select(Deadline).where(
            Deadline.case_id == case_id,
            Deadline.status == "missed",
            Deadline.settled_by_event_id.is_(None),
            Deadline.rule_code.in_(rule_codes),
            Deadline.last_day >= on,
        )
    ).all()


def calendar() -> WorkCalendar:
    """The working days in the database. One small query tells whether the ones in memory are still those."""
    global _held
    rows = db.session.execute(_DIGESTS)
    key = tuple((row.year, row.digest) for row in rows)
    if _held is None or _held[0] != key:
        known = frozenset(year for year, _digest in key)
        days = [_entry(row) for row in db.session.scalars(select(CalendarDayRow)) if row.day.year in known]
        _held = (key, WorkCalendar(days, known, calendar_version(key)))
    return _held[1]


def calendar_version(key: _Key) -> str:
    """The version kept with each deadline: first and last known year and a digest of all years."""
    if not key:
        return "empty"
    return f"{key[0][0]}-{key[-1][0]}.{sha256(repr(key).encode()).hexdigest()[:8]}"


def _entry(row: CalendarDayRow) -> CalendarDay:
    return CalendarDay(row.day, DayKind(row.kind), row.name, row.source)


def years() -> Sequence[CalendarYear]:
    """The years whose notices have been entered, newest first."""
    return db.session.scalars(select(CalendarYear).order_by(CalendarYear.year.desc())).all()


def days_of_year(year: int) -> list[CalendarDay]:
    """The exceptions of one year in date order."""
    between = CalendarDayRow.day.between(date(year, 1, 1), date(year, 12, 31))
    rows = db.session.scalars(select(CalendarDayRow).where(between).order_by(CalendarDayRow.day))
    return [_entry(row) for row in rows]


def rule(code: str) -> Rule:
    """The newest active version of a rule. Raises NotFound for an unknown code."""
    return as_rule(rule_row(code))


def rule_row(code: str) -> DeadlineRule:
    """The newest active row of a rule. Raises NotFound for an unknown code."""
    found = db.session.scalars(_NEWEST, {"code": code}).first()
    if found is None:
        raise NotFound(f"no deadline rule {code}")
    return found


def rule_versions(code: str) -> Sequence[DeadlineRule]:
    """All versions of a rule, newest first."""
    return db.session.scalars(
        select(DeadlineRule).where(DeadlineRule.code == code).order_by(DeadlineRule.version.desc())
    ).all()


def rule_version(code: str, version: int) -> Rule:
    """One version of a rule, also an old one. Raises NotFound."""
    return as_rule(rule_version_row(code, version))


def rule_version_row(code: str, version: int) -> DeadlineRule:
    """The row of one version of a rule, also an old one. Raises NotFound."""
    statement = select(DeadlineRule).where(DeadlineRule.code == code, DeadlineRule.version == version)
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound(f"no version {version} of deadline rule {code}")
    return found


def newest_rules() -> Sequence[DeadlineRule]:
    """The newest active row of each rule, in the order of the law's tables (in which they were entered)."""
    newest = (
        select(
            DeadlineRule.code, func.max(DeadlineRule.version).label("version"), func.min(DeadlineRule.id).label("sort")
        )
        .where(DeadlineRule.is_active)
        .group_by(DeadlineRule.code)
        .subquery()
    )
    return db.session.scalars(
        select(DeadlineRule)
        .join(newest, (DeadlineRule.code == newest.c.code) & (DeadlineRule.version == newest.c.version))
        .order_by(newest.c.sort)
    ).all()


def as_rule(row: DeadlineRule) -> Rule:
    """A row as the engine takes it."""
    known = RULES.get(row.code)
    return Rule(
        id=row.code,
        title=row.title,
        title_en=known.title_en if known else "",
        starts_on=Trigger(row.starts_on),
        unit=Unit(row.unit),
        length=row.length,
        binds=row.binds,
        if_missed=row.if_missed,
        article=row.article,
        tracks=tuple(row.tracks),
        version=row.version,
        direction=Direction(row.direction),
        rolls=row.rolls,
        roll_basis=row.roll_basis,
        extension=row.extension,
        max_extension=row.max_extension,
        suspension=row.suspension,
        interruption=row.interruption,
        nature=known.nature if known else Nature.DUTY,
        verified=row.is_verified,
        note=row.note,
    )


def of_case(case_id: int) -> Sequence[Deadline]:
    """All deadlines of a case, the open ones first, then those that stand still, each by last day."""
    order = case((Deadline.status == OPEN, 0), (Deadline.status == PAUSED, 1), else_=2)
    return db.session.scalars(
        select(Deadline).where(Deadline.case_id == case_id).order_by(order, Deadline.last_day, Deadline.id)
    ).all()


def open_kinds(year: int) -> Sequence[AnyRow]:
    """Open deadlines of all committees that a year's days can move, those that must come out alike counted together.

    Rows: rule_code, rule_version, trigger_on, extra_length, raw_last_day, last_day, is_provisional, how_many.
    """
    alike = (
        Deadline.rule_code,
        Deadline.rule_version,
        Deadline.trigger_on,
        Deadline.extra_length,
        Deadline.raw_last_day,
        Deadline.last_day,
        Deadline.is_provisional,
    )
    first, last = date(year, 1, 1), date(year, 12, 31)
    return db.session.execute(
        select(*alike, func.count().label("how_many"))
        .where(
            Deadline.status == OPEN,
            or_(Deadline.raw_last_day.between(first - REACH, last), Deadline.last_day.between(first - REACH, last))
            | (Deadline.trigger_on.between(first, last)),
        )
        .group_by(*alike)
        .order_by(Deadline.last_day, Deadline.rule_code)
    ).all()


def open_alike(kind: AnyRow) -> Sequence[Deadline]:
    """The open deadlines that a row of :func:`open_kinds` counts."""
    return db.session.scalars(
        select(Deadline).where(
            Deadline.status == OPEN,
            Deadline.rule_code == kind.rule_code,
            Deadline.rule_version == kind.rule_version,
            Deadline.trigger_on == kind.trigger_on,
            Deadline.extra_length == kind.extra_length,
            Deadline.last_day == kind.last_day,
        )
    ).all()


def running_of_rule(case_id: int, rule_code: str, subject: str) -> Sequence[Deadline]:
    """The open and paused deadlines of one rule and subject, oldest first."""
    given = {"case_id": case_id, "rule_code": rule_code, "subject": subject}
    return db.session.scalars(_RUNNING_ALIKE, given).all()


def open_of_case(
    case_id: int, *, rule_codes: Sequence[str] | None = None, subject: str | None = None
) -> Sequence[Deadline]:
    """The open deadlines of a case, nearest first; those that stand still are not among them."""
    return _of_status(OPEN, case_id, rule_codes, subject)


def paused_of_case(
    case_id: int, *, rule_codes: Sequence[str] | None = None, subject: str | None = None
) -> Sequence[Deadline]:
    """The deadlines of a case that stand still, by the last day they had before."""
    return _of_status(PAUSED, case_id, rule_codes, subject)


def _of_status(status: str, case_id: int, rule_codes: Sequence[str] | None, subject: str | None) -> Sequence[Deadline]:
    statement = select(Deadline).where(Deadline.case_id == case_id, Deadline.status == status)
    if rule_codes is not None:
        statement = statement.where(Deadline.rule_code.in_(rule_codes))
    if subject is not None:
        statement = statement.where(Deadline.subject == subject)
    return db.session.scalars(statement.order_by(Deadline.last_day, Deadline.id)).all()
