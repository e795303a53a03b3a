"""Changes of the calendar and of rules: what they would move, and entering them.

A deadline is never rewritten: what a change would move stands as a proposal (see ``proposals``), unless whoever enters
it says that all of it is to be moved at once; then new rows are made beside the old ones.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, or_

from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError
from mediation.core.permissions import P, check
from mediation.deadlines import proposals, queries, service
from mediation.deadlines.calendar import CalendarDay, DayKind, WorkCalendar, content_version
from mediation.deadlines.models import CalendarDayRow, CalendarYear, Deadline, DeadlineRule
from mediation.deadlines.proposals import Move
from mediation.deadlines.rules import Rule

# 国务院令795: so many from 2025 on; before, there were fewer.
STATUTORY_DAYS, STATUTORY_SINCE = 13, 2025


@dataclass(frozen=True)
class DayChange:
    """A day that is entered, dropped or changed; None where one side does not name it."""

    day: date
    before: CalendarDay | None
    after: CalendarDay | None


@dataclass(frozen=True)
class Preview:
    """What saving would do: the days it changes, the open deadlines of the actor's committee it would move.

    ``warnings`` are sentences about what looks wrong but may be right.
    """

    changes: Sequence[DayChange]
    moves: Sequence[Move]
    warnings: Sequence[str] = ()

    @property
    def case_count(self) -> int:
        return len({one.case_id for one in self.moves})


def preview_year(actor: Actor, *, year: int, days: Sequence[CalendarDay]) -> Preview:
    """Compare the days of a notice with those in the database, and count the open deadlines anew.

    ``days`` are all of ``year`` and, where the notice re-arranges the year before, single days of that one. Raises
    DomainError when the year before is not entered.
    """
    check(actor, P.CALENDAR_MANAGE)
    _check_earlier(year, days)
    changes = _changes(year, days)
    return Preview(changes, _moves(actor, year, days, changes), warnings_about(year, days))


def _check_earlier(year: int, days: Sequence[CalendarDay]) -> None:
    if _of_year(days, year - 1) and not queries.calendar().is_known(year - 1):
        raise DomainError(_("%(year)s 年尚未录入，不能只改其中几天，请先录入该年", year=year - 1), field="days")


def _of_year(days: Sequence[CalendarDay], year: int) -> list[CalendarDay]:
    return [entry for entry in days if entry.day.year == year]


def _changes(year: int, days: Sequence[CalendarDay]) -> list[DayChange]:
    after = {entry.day: entry for entry in days}
    before = {entry.day: entry for entry in queries.days_of_year(year)}
    earlier = {entry.day for entry in _of_year(days, year - 1)}
    before |= {entry.day: entry for entry in queries.days_of_year(year - 1) if entry.day in earlier}
    return [
        DayChange(day, before.get(day), after.get(day))
        for day in sorted(before.keys() | after.keys())
        if _meaning(before.get(day)) != _meaning(after.get(day))
    ]


def _meaning(entry: CalendarDay | None) -> tuple[str, str] | None:
    return (entry.kind.value, entry.name) if entry else None


def warnings_about(year: int, days: Sequence[CalendarDay]) -> list[str]:
    """What the administrator should look at again: a year without exactly the statutory days."""
    count = sum(entry.kind is DayKind.STATUTORY_HOLIDAY for entry in _of_year(days, year))
    if year >= STATUTORY_SINCE and count != STATUTORY_DAYS:
        return [
            _(
                "法定节假日应为 %(right)s 天（国务院令795），现在是 %(count)s 天。假期中其余的日子应写休息日，加班工资的倍数不同。",
                right=STATUTORY_DAYS,
                count=count,
            )
        ]
    return []


def _moves(actor: Actor, year: int, days: Sequence[CalendarDay], changes: Sequence[DayChange]) -> list[Move]:
    """The open deadlines that this change, and nothing before it, puts on another day."""
    present = queries.calendar()
    if not changes and present.is_known(year):
        return []
    touched = [change.day for change in changes]
    first = min(touched) if present.is_known(year) else min([*touched, date(year, 1, 1)])
    later = or_(Deadline.last_day >= first - queries.REACH, Deadline.trigger_on >= first)
    was, then = proposals.Counting(present), proposals.Counting(_with_days(year, days))
    moves = []
    for row in proposals.open_rows(actor, later):
        computed = then.of(row)
        came_out = proposals.days_of(computed)
        if came_out not in (proposals.stored(row), proposals.days_of(was.of(row))):
            moves.append(proposals.move_of(row, computed))
    return moves


def _with_days(year: int, days: Sequence[CalendarDay]) -> WorkCalendar:
    known, given = queries.calendar(), {entry.day for entry in days}
    entries = [*days, *(entry for entry in known if entry.day.year != year and entry.day not in given)]
    years = known.years | {year}
    return WorkCalendar(entries, years, content_version(entries, years))


@dataclass(frozen=True)
class Saved:
    """What was done: ``moved`` deadlines have new days, ``proposed`` stand as proposals."""

    changed: int
    moved: int
    proposed: int


def save_year(
    actor: Actor,
    *,
    year: int,
    source: str,
    days: Sequence[CalendarDay],
    move: bool = False,
    verified: bool = True,
    seen: str | None = None,
) -> Saved:
    """Enter a year or put other days in its place, with ``move`` also the open deadlines of the actor's committee.

    Other committees decide on theirs. Days of the year before replace those days and leave its others. ``seen`` is the
    version of the calendar the preview was made with. Raises DomainError for an empty year, Conflict when the calendar
    changed since.
    """
    check(actor, P.CALENDAR_MANAGE)
    if not _of_year(days, year):
        raise DomainError(_("一年里至少有元旦：日期表是空的"), field="days")
    if seen is not None and seen != queries.calendar().version:
        raise Conflict(_("日历在您查看之后又有改动，请重新预览"))
    preview = preview_year(actor, year=year, days=days)
    _write(year, _of_year(days, year), source=source, verified=verified)
    earlier = {entry.day: entry for entry in _of_year(days, year - 1)}
    if earlier:
        kept = [entry for entry in queries.days_of_year(year - 1) if entry.day not in earlier]
        _write(year - 1, sorted([*kept, *earlier.values()], key=lambda entry: entry.day))
    changed = [change.day.isoformat() for change in preview.changes]
    record(actor, AuditEvent.RECORD_CHANGED, subject=("calendar_year", year), changed=changed)
    moved = proposals.apply(actor, _again(actor, preview.moves[: proposals.MOST_AT_ONCE])) if move else 0
    return Saved(len(changed), moved, len(preview.moves) - moved)


def _write(year: int, days: Sequence[CalendarDay], **about: Any) -> None:
    """Put the days in the place of the year's; ``about``: source and whether somebody compared them."""
    db.session.execute(
        delete(CalendarDayRow).where(CalendarDayRow.day.between(date(year, 1, 1), date(year, 12, 31))),
        execution_options={"synchronize_session": "fetch"},
    )
    db.session.add_all(service.day_row(entry) for entry in days)
    row = db.session.get(CalendarYear, year)
    if row is None:
        row = CalendarYear(year=year, version=0, source="")
        db.session.add(row)
    if about:
        row.source, row.is_verified, row.note = about["source"], about["verified"], ""
    row.version += 1
    row.digest, row.entered_at = service.year_digest(days), clock.now()
    db.session.flush()


def _again(actor: Actor, moves: Sequence[Move]) -> list[Move]:
    """The same moves as the calendar that is now saved gives them: its version is kept with each."""
    counting = proposals.Counting(queries.calendar())
    rows = proposals.open_rows(actor, Deadline.id.in_([one.deadline_id for one in moves]))
    return [proposals.move_of(row, counting.of(row)) for row in rows]


def day_set(year: int, entry: CalendarDay) -> list[CalendarDay]:
    """The year's days with one of them entered or changed."""
    others = [known for known in queries.days_of_year(year) if known.day != entry.day]
    return sorted([*others, entry], key=lambda known: known.day)


def preview_rule(actor: Actor, *, code: str, **changes: Any) -> list[Move]:
    """The open deadlines that a new version of a rule would propose to move. Raises as :func:`change_rule` does."""
    check(actor, P.CALENDAR_MANAGE)
    after = _changed_rule(code, changes)
    counting, moves = proposals.Counting(queries.calendar()), []
    for row in proposals.open_rows(actor, Deadline.rule_code == code):
        computed = counting.of(row, after)
        if proposals.days_of(computed) != proposals.stored(row):
            moves.append(proposals.move_of(row, computed, by_rule=True, by_calendar=False))
    return moves


def change_rule(actor: Actor, *, code: str, confirmed: bool = False, **changes: Any) -> DeadlineRule:
    """Make a new version of a rule; new deadlines use it, those that stand keep theirs until somebody moves them.

    ``changes`` are fields of ``Rule``. A rule that was compared with the law is changed only when the actor says so in
    so many words (``confirmed``). Raises NotFound, or DomainError when nothing differs or at ``confirmed``.
    """
    check(actor, P.CALENDAR_MANAGE)
    before, after = queries.rule(code), _changed_rule(code, changes)
    if before.verified and not confirmed:
        raise DomainError(_("这条规则已经与法律原文核对，确要修改的，请勾选并写明依据"), field="confirmed")
    row = service.rule_row(after)
    row.changed_by = actor.user_id
    db.session.add(row)
    db.session.flush()
    changed = _differing(before, after, changes)
    record(actor, AuditEvent.RECORD_CHANGED, subject=("deadline_rule", row.id), changed=changed)
    return row


def _changed_rule(code: str, changes: dict[str, Any]) -> Rule:
    before = queries.rule(code)
    if not changes.get("rolls", before.rolls):
        changes["roll_basis"] = ""
    after = replace(before, **changes, version=queries.rule_versions(code)[0].version + 1)
    if not _differing(before, after, changes.keys() - {"note"}):
        raise DomainError(_("没有任何改动"))
    return after


def _differing(before: Rule, after: Rule, names: Collection[str]) -> list[str]:
    return sorted(name for name in names if getattr(before, name) != getattr(after, name))
