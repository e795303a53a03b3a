"""Open deadlines that the newest rule and the present calendar would put on another day, and what becomes of them.

A change of the calendar or of a rule never moves a date by itself (law.md 3.3, 6): what would come out otherwise stands
as a proposal until an administrator takes it over or keeps the old date. Administrators see the number of a case, the
rule and the days, nothing else of it (law.md 7.3).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select

from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import Conflict
from mediation.core.permissions import P, check
from mediation.deadlines import queries, service
from mediation.deadlines.calendar import WorkCalendar
from mediation.deadlines.engine import Computed
from mediation.deadlines.models import Deadline
from mediation.deadlines.rules import Rule

# More than these are moved in several steps: each makes a row, and nobody waits minutes for an answer.
MOST_AT_ONCE = 1000
Days = tuple[date, date, bool]
# The columns that counting a deadline anew needs, and those it is compared with.
_COUNTED = (
    Deadline.id,
    Deadline.case_id,
    Deadline.rule_code,
    Deadline.rule_version,
    Deadline.trigger_on,
    Deadline.extra_length,
    Deadline.pauses,
    Deadline.raw_last_day,
    Deadline.last_day,
    Deadline.is_provisional,
    Deadline.kept_for,
)


@dataclass(frozen=True)
class Owner:
    """What the package of the cases does for this one, which may not know it.

    ``numbers``: the register numbers of some cases of a committee, by key. ``hold``: lock the cases before their
    deadlines, as every act does. ``moved``: (old, new) deadlines; what the cases show of them is brought up to date.
    """

    numbers: Callable[[int, Collection[int]], Mapping[int, str]]
    hold: Callable[[Collection[int]], None]
    moved: Callable[[Actor, Sequence[tuple[Deadline, Deadline]]], None]


_owners: list[Owner] = []


def register(owner: Owner) -> None:
    """Subscribe, once, when the package is imported."""
    _owners.append(owner)


@dataclass(frozen=True)
class Move:
    """One open deadline that would come out otherwise. ``before``, ``after``: raw last day, last day, provisional.

    ``by_rule``, ``by_calendar``: which of the two changes the days.
    """

    deadline_id: int
    case_id: int
    rule: Rule
    rule_version: int
    trigger_on: date
    before: Days
    computed: Computed
    by_rule: bool = False
    by_calendar: bool = True

    @property
    def after(self) -> Days:
        return days_of(self.computed)

    @property
    def is_only_settled(self) -> bool:
        """Whether the days stay and merely stop being provisional."""
        return self.before[:2] == self.after[:2]


def days_of(computed: Computed) -> Days:
    """What tells two results apart."""
    return computed.raw_last_day, computed.last_day, computed.provisional


@dataclass
class Counting:
    """Counts open deadlines anew; those that must come out alike are counted once."""

    calendar: WorkCalendar
    _known: dict[tuple[Any, ...], Computed] = field(default_factory=dict)
    _rules: dict[tuple[str, int], Rule] = field(default_factory=dict)

    def of(self, row: queries.AnyRow, rule: Rule | None = None) -> Computed:
        """A row of :func:`open_rows` under ``rule`` or, without one, under the version it was counted with."""
        rule = rule or self.rule_of(row)
        key = (rule.id, rule.version, row.trigger_on, row.extra_length, str(row.pauses))
        if key not in self._known:
            # The row has the columns of a deadline that count.
            self._known[key] = service.computed_anew(cast(Deadline, row), calendar=self.calendar, rule=rule)
        return self._known[key]

    def rule_of(self, row: queries.AnyRow) -> Rule:
        key = (row.rule_code, row.rule_version)
        if key not in self._rules:
            self._rules[key] = queries.rule_version(*key)
        return self._rules[key]


def open_rows(actor: Actor, *wanted: ColumnElement[bool]) -> Sequence[queries.AnyRow]:
    """The columns of the committee's open deadlines that counting them anew needs, nearest first."""
    return db.session.execute(
        select(*_COUNTED)
        .where(Deadline.committee_id == actor.committee_id, Deadline.status == queries.OPEN, *wanted)
        .order_by(Deadline.last_day, Deadline.id)
    ).all()


def stored(row: queries.AnyRow) -> Days:
    """What a row of :func:`open_rows` says now."""
    return row.raw_last_day, row.last_day, row.is_provisional


def standing(actor: Actor) -> list[Move]:
    """All proposals of the actor's committee, nearest last day first."""
    check(actor, P.CALENDAR_MANAGE)
    newest = {row.code: queries.as_rule(row) for row in queries.newest_rules()}
    calendar = queries.calendar()
    counting, moves = Counting(calendar), []
    for row in open_rows(actor, _counted_otherwise(newest.values(), calendar)):
        rule = newest.get(row.rule_code)
        if rule is None or row.kept_for == _kept_mark(rule, calendar):
            continue
        computed = counting.of(row, rule)
        if days_of(computed) != stored(row):
            by_calendar = days_of(counting.of(row)) != stored(row)
            by_rule = days_of(computed) != days_of(counting.of(row))
            moves.append(move_of(row, computed, by_rule=by_rule, by_calendar=by_calendar))
    return moves


def _counted_otherwise(rules: Iterable[Rule], calendar: WorkCalendar) -> ColumnElement[bool]:
    """What was counted with the newest rule and the present calendar cannot differ."""
    changed = [
        and_(Deadline.rule_code == rule.id, Deadline.rule_version != rule.version) for rule in rules if rule.version > 1
    ]
    return or_(Deadline.calendar_version != calendar.version, *changed)


def move_of(row: queries.AnyRow, computed: Computed, **why: bool) -> Move:
    """The move of a row of :func:`open_rows` to ``computed``."""
    return Move(
        deadline_id=row.id,
        case_id=row.case_id,
        rule=computed.rule,
        rule_version=row.rule_version,
        trigger_on=row.trigger_on,
        before=stored(row),
        computed=computed,
        **why,
    )


def _kept_mark(rule: Rule, calendar: WorkCalendar) -> str:
    return f"{rule.version}|{calendar.version}"


def numbers_of(actor: Actor, moves: Iterable[Move]) -> dict[int, str]:
    """The register numbers of the cases of some moves."""
    case_ids = {one.case_id for one in moves}
    found: dict[int, str] = {}
    for owner in _owners:
        found.update(owner.numbers(actor.committee_id or 0, case_ids))
    return found


def basis() -> str:
    """What the proposals rest on: changes with the calendar and with any rule."""
    versions = sorted(f"{row.code}:{row.version}" for row in queries.newest_rules() if row.version > 1)
    return sha256("|".join([queries.calendar().version, *versions]).encode()).hexdigest()[:16]


def accept(actor: Actor, *, chosen: Collection[int] | None, seen: str) -> int:
    """Move the chosen deadlines (None: all) to their new days; at most ``MOST_AT_ONCE``. Returns how many.

    ``seen`` is the :func:`basis` of what the actor was shown: raises Conflict when calendar or rules changed since.
    """
    return apply(actor, _chosen(actor, chosen, seen)[:MOST_AT_ONCE])


def keep(actor: Actor, *, chosen: Collection[int] | None, seen: str) -> int:
    """Leave the chosen deadlines (None: all) on their days; they are not proposed again for this rule and calendar.

    Returns how many. Raises Conflict as :func:`accept` does.
    """
    moves = {one.deadline_id: one for one in _chosen(actor, chosen, seen)[:MOST_AT_ONCE]}
    calendar = queries.calendar()
    for deadline in _locked(actor, moves.values()):
        deadline.kept_for = _kept_mark(moves[deadline.id].rule, calendar)
        _record(actor, deadline, ["kept_for"])
    db.session.flush()
    return len(moves)


def _chosen(actor: Actor, chosen: Collection[int] | None, seen: str) -> list[Move]:
    moves = standing(actor)
    if seen != basis():
        raise Conflict(_("日历或者规则在您查看之后又有改动，请重新查看提案"))
    return [one for one in moves if chosen is None or one.deadline_id in chosen]


def apply(actor: Actor, moves: Sequence[Move]) -> int:
    """Put new deadlines beside the old ones, which stay as history. Returns how many; what was settled meanwhile stays."""
    check(actor, P.CALENDAR_MANAGE)
    wanted = {one.deadline_id: one for one in moves}
    pairs = []
    for deadline in _locked(actor, moves):
        one = wanted[deadline.id]
        if (deadline.raw_last_day, deadline.last_day, deadline.is_provisional) != one.before:
            continue
        fresh = service.replace_computed(deadline, one.computed)
        _keep_its_origin(deadline, fresh)
        _record(actor, fresh, ["raw_last_day", "last_day", "is_provisional"])
        pairs.append((deadline, fresh))
    db.session.flush()
    for owner in _owners:
        owner.moved(actor, pairs)
    return len(pairs)


def _keep_its_origin(deadline: Deadline, fresh: Deadline) -> None:
    """What a period ran anew from (an interruption) is no part of its rule: the new row begins with it as the old did."""
    if deadline.trigger != fresh.trigger:
        fresh.trigger = deadline.trigger
        fresh.explanation = [deadline.explanation[0], *fresh.explanation[1:]]


def _locked(actor: Actor, moves: Iterable[Move]) -> Sequence[Deadline]:
    """The open deadlines of some moves, cases first and then deadlines: the order in which every act takes them."""
    moves = list(moves)
    for owner in _owners:
        owner.hold({one.case_id for one in moves})
    return db.session.scalars(
        select(Deadline)
        .where(
            Deadline.id.in_([one.deadline_id for one in moves]),
            Deadline.committee_id == actor.committee_id,
            Deadline.status == queries.OPEN,
        )
        .order_by(Deadline.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _record(actor: Actor, deadline: Deadline, changed: list[str]) -> None:
    record(
        actor,
        AuditEvent.RECORD_CHANGED,
        subject=("deadline", deadline.id),
        case_id=deadline.case_id,
        changed=changed,
    )
