"""Changes of the calendar and of rules: what they would move, and carrying them out without touching what stands.

A deadline is never rewritten: a change makes new rows beside the old ones, and only when somebody says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete

from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError
from mediation.core.permissions import P, check
from mediation.deadlines import queries, service
from mediation.deadlines.calendar import CalendarDay, WorkCalendar, content_version
from mediation.deadlines.engine import Computed, compute
from mediation.deadlines.models import CalendarDayRow, CalendarYear, DeadlineRule
from mediation.deadlines.rules import Rule


@dataclass(frozen=True)
class DayChange:
    """A day that is entered, dropped or changed; None where one side does not name it."""

    day: date
    before: CalendarDay | None
    after: CalendarDay | None


@dataclass(frozen=True)
class Moved:
    """Open deadlines that would come out otherwise: all those of ``kind`` (see ``queries.open_kinds``)."""

    kind: queries.AnyRow
    computed: Computed


@dataclass(frozen=True)
class YearPreview:
    """What saving a year would do. ``moved_count`` counts deadlines, in all committees."""

    changes: Sequence[DayChange]
    moved: Sequence[Moved]

    @property
    def moved_count(self) -> int:
        """How many open deadlines would be counted anew."""
        return sum(one.kind.how_many for one in self.moved)


def preview_year(year: int, days: Sequence[CalendarDay]) -> YearPreview:
    """Compare a year's days with those in the database, and count the open deadlines anew."""
    before = {entry.day: entry for entry in queries.days_of_year(year)}
    after = {entry.day: entry for entry in days}
    changes = [
        DayChange(day, before.get(day), after.get(day))
        for day in sorted(before.keys() | after.keys())
        if _meaning(before.get(day)) != _meaning(after.get(day))
    ]
    return YearPreview(changes, _moved(year, _with_year(year, days)))


def _meaning(entry: CalendarDay | None) -> tuple[str, str] | None:
    return (entry.kind.value, entry.name) if entry else None


def _with_year(year: int, days: Sequence[CalendarDay]) -> WorkCalendar:
    known = queries.calendar()
    others = [entry for entry in known if entry.day.year != year]
    years = known.years | {year}
    return WorkCalendar([*others, *days], years, content_version([*others, *days], years))


def _moved(year: int, calendar: WorkCalendar) -> list[Moved]:
    rules: dict[tuple[str, int], Rule] = {}
    moved = []
    for kind in queries.open_kinds(year):
        key = (kind.rule_code, kind.rule_version)
        rule = rules.setdefault(key, rules.get(key) or queries.rule_version(*key))
        computed = compute(rule, kind.trigger_on, calendar, kind.extra_length)
        came_out = (computed.raw_last_day, computed.last_day, computed.provisional)
        if came_out != (kind.raw_last_day, kind.last_day, kind.is_provisional):
            moved.append(Moved(kind, computed))
    return moved


def save_year(actor: Actor, *, year: int, source: str, days: Sequence[CalendarDay], recompute: bool) -> YearPreview:
    """Enter a year or put other days in its place; with ``recompute`` count the open deadlines it moves anew.

    The old dates stay in the history of their cases. Returns what was changed. Raises DomainError for an empty year.
    """
    check(actor, P.CALENDAR_MANAGE)
    if not days:
        raise DomainError(_("一年里至少有元旦：日期表是空的"), field="days")
    preview = preview_year(year, days)
    between = CalendarDayRow.day.between(date(year, 1, 1), date(year, 12, 31))
    db.session.execute(delete(CalendarDayRow).where(between))
    db.session.add_all(service.day_row(entry) for entry in days)
    row = db.session.get(CalendarYear, year)
    if row is None:
        row = CalendarYear(year=year, version=0)
        db.session.add(row)
    row.version += 1
    row.source, row.is_verified, row.note = source, True, ""
    row.digest, row.entered_at = service.year_digest(days), clock.now()
    db.session.flush()
    changed = [change.day.isoformat() for change in preview.changes]
    record(actor, AuditEvent.RECORD_CHANGED, subject=("calendar_year", year), changed=changed)
    if recompute:
        for one in _moved(year, queries.calendar()):
            for deadline in queries.open_alike(one.kind):
                service.replace_computed(deadline, one.computed)
    return preview


def day_set(year: int, entry: CalendarDay) -> list[CalendarDay]:
    """The year's days with one of them entered or changed."""
    others = [known for known in queries.days_of_year(year) if known.day != entry.day]
    return sorted([*others, entry], key=lambda known: known.day)


def change_rule(actor: Actor, *, code: str, **changes: Any) -> DeadlineRule:
    """Make a new version of a rule; new deadlines use it, those that stand keep theirs.

    ``changes`` are fields of ``Rule``. Raises NotFound, or DomainError when nothing differs.
    """
    check(actor, P.CALENDAR_MANAGE)
    before = queries.rule(code)
    if not changes.get("rolls", before.rolls):
        changes["roll_basis"] = ""
    after = replace(before, **changes)
    if replace(after, note=before.note) == before:
        raise DomainError(_("没有任何改动"))
    newest = queries.rule_versions(code)[0].version
    row = service.rule_row(replace(after, version=newest + 1))
    row.changed_by = actor.user_id
    db.session.add(row)
    db.session.flush()
    changed = sorted(name for name in changes if getattr(before, name) != getattr(after, name))
    record(actor, AuditEvent.RECORD_CHANGED, subject=("deadline_rule", row.id), changed=changed)
    return row
