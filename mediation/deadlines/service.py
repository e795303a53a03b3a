"""Opens, settles and cancels the deadlines of a case; fills the tables of rules and working days.

The acts of a case (receipt, acceptance, effective day …) are known to ``cases``; this module is told what happened and
on which civil date. It flushes, never commits.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from mediation.core import clock
from mediation.core.db import db
from mediation.deadlines import queries
from mediation.deadlines.calendar import CalendarDay, WorkCalendar, content_version, load_years
from mediation.deadlines.engine import Computed, Pause, compute, explain
from mediation.deadlines.models import CalendarDayRow, CalendarYear, Deadline, DeadlineRule
from mediation.deadlines.rules import RULES, Rule

# What a rule says about itself; no date is counted from it.
_TEXTS = ("title", "binds", "if_missed", "extension", "suspension", "interruption", "article", "tracks", "note")


def seed() -> None:
    """Enter version 1 of each rule and the years shipped with the product, where they are missing.

    The words of a rule nobody has changed follow the product; its length and whatever somebody has entered or changed
    since stay as they are.
    """
    stored: dict[str, list[DeadlineRule]] = {}
    for row in db.session.scalars(select(DeadlineRule)):
        stored.setdefault(row.code, []).append(row)
    db.session.add_all(rule_row(rule) for rule in RULES.values() if rule.id not in stored)
    for code, rows in stored.items():
        shipped = RULES.get(code)
        if shipped and len(rows) == 1 and rows[0].changed_by is None and rows[0].version == shipped.version:
            fresh = rule_row(shipped)
            for name in _TEXTS:
                setattr(rows[0], name, getattr(fresh, name))
    entered = set(db.session.scalars(select(CalendarYear.year)))
    for year in load_years():
        if year.year in entered:
            continue
        db.session.add(
            CalendarYear(
                year=year.year,
                version=1,
                source=year.source,
                is_verified=year.verified,
                note=year.note,
                digest=year_digest(year.days),
                entered_at=clock.now(),
            )
        )
        db.session.add_all(day_row(day) for day in year.days)
    db.session.flush()


def rule_row(rule: Rule) -> DeadlineRule:
    """A new row for a rule."""
    return DeadlineRule(
        code=rule.id,
        version=rule.version,
        title=rule.title,
        starts_on=rule.starts_on.value,
        unit=rule.unit.value,
        length=rule.length,
        rolls=rule.rolls,
        roll_basis=rule.roll_basis,
        direction=rule.direction.value,
        binds=rule.binds,
        if_missed=rule.if_missed,
        extension=rule.extension,
        max_extension=rule.max_extension,
        suspension=rule.suspension,
        interruption=rule.interruption,
        article=rule.article,
        tracks=list(rule.tracks),
        is_verified=rule.verified,
        note=rule.note,
    )


def day_row(entry: CalendarDay) -> CalendarDayRow:
    """A new row for a day of the calendar."""
    return CalendarDayRow(day=entry.day, kind=entry.kind.value, name=entry.name, source=entry.source)


def year_digest(days: Iterable[CalendarDay]) -> str:
    """What tells two contents of a year apart; the names count, since the explanation shows them."""
    entries = list(days)
    named = "".join(entry.name for entry in sorted(entries, key=lambda entry: entry.day))
    return sha256((content_version(entries, [0]) + named).encode()).hexdigest()[:16]


def open_deadline(
    *,
    committee_id: int,
    case_id: int,
    rule_code: str,
    trigger_on: date,
    event_id: int | None = None,
    subject: str = "",
    extra_length: int = 0,
    pauses: Iterable[Pause] | None = None,
) -> Deadline:
    """Start the clock of a rule on the civil date of the act that starts it.

    ``extra_length`` (in the rule's unit) is counted from the original trigger, never from a rolled day (law.md 3.3).
    ``pauses``: days that do not count; None: those of the deadline it takes the place of, if there is one.
    An open deadline of the same rule and subject from the same day and with the same pauses is returned as it is: what
    a newer rule or calendar would make of it is a proposal, not ours to carry out. Any other is marked ``replaced``; one
    that stands still is replaced by one that stands still. Raises NotFound for an unknown rule.
    """
    rule, earlier = queries.rule(rule_code), queries.running_of_rule(case_id, rule_code, subject)
    if pauses is None:
        pauses = pauses_of(earlier[-1]) if earlier else ()
    asked = (trigger_on, extra_length, tuple(pauses))
    for one in earlier:
        if (one.trigger_on, one.extra_length, pauses_of(one)) == asked:
            return one
    computed = compute(rule, trigger_on, queries.calendar(), extra_length, asked[2])
    deadline = Deadline(
        committee_id=committee_id,
        case_id=case_id,
        rule_code=rule_code,
        subject=subject,
        trigger_event_id=event_id,
        extra_length=extra_length,
        **_standing(earlier[-1] if earlier else None),
        **_columns(computed),
    )
    _replace(earlier, deadline, event_id)
    return deadline


def _standing(earlier: Deadline | None) -> dict[str, Any]:
    """The standing of a deadline that takes the place of ``earlier``: what stood still goes on standing still."""
    if earlier is None or earlier.status != queries.PAUSED:
        return {"status": queries.OPEN}
    return {name: getattr(earlier, name) for name in ("status", "settled_on", "settled_by_event_id")}


def _replace(earlier: Iterable[Deadline], deadline: Deadline, event_id: int | None) -> None:
    db.session.add(deadline)
    db.session.flush()
    for one in earlier:
        one.replaced_by_id = deadline.id
        _settle(one, "replaced", clock.today(), event_id)


def _put_in_place_of(
    deadline: Deadline, computed: Computed, *, event_id: int | None, trigger_event_id: int | None, **standing: Any
) -> Deadline:
    fresh = Deadline(
        committee_id=deadline.committee_id,
        case_id=deadline.case_id,
        rule_code=deadline.rule_code,
        subject=deadline.subject,
        trigger_event_id=trigger_event_id,
        extra_length=deadline.extra_length,
        **standing,
        **_columns(computed),
    )
    _replace([deadline], fresh, event_id)
    return fresh


def computed_anew(
    deadline: Deadline,
    *,
    calendar: WorkCalendar | None = None,
    rule: Rule | None = None,
    trigger_on: date | None = None,
    further: Iterable[Pause] = (),
) -> Computed:
    """What a stored deadline comes to when it is counted again, with its own extension and pauses; writes nothing.

    What is not given stays: the version of the rule it was counted with, its trigger day. The calendar is today's.
    ``further``: pauses besides those it has.
    """
    return compute(
        rule or queries.rule_version(deadline.rule_code, deadline.rule_version),
        trigger_on or deadline.trigger_on,
        calendar or queries.calendar(),
        deadline.extra_length,
        (*pauses_of(deadline), *further),
    )


def replace_computed(deadline: Deadline, computed: Computed, *, event_id: int | None = None) -> Deadline:
    """Put a new deadline in the place of a running one that was counted anew; the old row stays as history.

    ``computed`` comes from :func:`computed_anew`, so that its extension and pauses are kept. ``event_id``: the event of
    the case that says so, if there is one; a change of the calendar or of a rule has none.
    """
    return _put_in_place_of(
        deadline,
        computed,
        event_id=event_id,
        trigger_event_id=deadline.trigger_event_id,
        **_standing(deadline),
    )


def rederive(deadline: Deadline, *, trigger_on: date, event_id: int | None) -> Deadline:
    """The recorded act behind a deadline was corrected: count it from the act's new day; the old row stays as history.

    What an act had settled is settled again by that act, met or missed as the new last day says. What had run out by
    itself runs again when the new last day is still to come. Returns the row as it is when the day is the same.
    Raises ValueError for a deadline that was cancelled or replaced: nothing runs under it.
    """
    if deadline.status in ("cancelled", "replaced"):
        raise ValueError(f"deadline {deadline.id} is {deadline.status}")
    if deadline.trigger_on == trigger_on:
        return deadline
    was, on, by = deadline.status, deadline.settled_on, deadline.settled_by_event_id
    fresh = _put_in_place_of(
        deadline,
        computed_anew(deadline, trigger_on=trigger_on),
        event_id=event_id,
        trigger_event_id=event_id,
        **_standing(deadline),
    )
    if was in ("met", "missed") and on is not None and by is not None:
        _settle_by_act(fresh, on, by)
    elif was in ("met", "missed") and fresh.last_day < clock.today() and not fresh.is_provisional:
        run_out(fresh)
    db.session.flush()
    return fresh


def reopen(deadline: Deadline, *, event_id: int | None) -> Deadline:
    """What had settled it did not happen (on that day): it runs again; the old row stays as history."""
    origin = deadline.trigger_event_id
    computed = computed_anew(deadline)
    return _put_in_place_of(deadline, computed, event_id=event_id, trigger_event_id=origin, status=queries.OPEN)


def lengthen(deadline: Deadline, *, by: int, event_id: int | None) -> Deadline:
    """Extend by ``by`` of the rule's unit (negative: take an extension back), counted from the original trigger."""
    deadline_rule = queries.rule_version(deadline.rule_code, deadline.rule_version)
    extra = deadline.extra_length + by
    computed = compute(deadline_rule, deadline.trigger_on, queries.calendar(), extra, pauses_of(deadline))
    origin = deadline.trigger_event_id
    on, by_act = deadline.settled_on, deadline.settled_by_event_id if deadline.status in ("met", "missed") else None
    fresh = _put_in_place_of(deadline, computed, event_id=event_id, trigger_event_id=origin, **_standing(deadline))
    fresh.extra_length = extra
    if on is not None and by_act is not None:
        _settle_by_act(fresh, on, by_act)
    db.session.flush()
    return fresh


def drop(deadline: Deadline, *, on: date, event_id: int | None) -> None:
    """One deadline, settled or not, whose trigger did not happen after all."""
    _settle(deadline, "cancelled", on, event_id)
    db.session.flush()


def pauses_of(deadline: Deadline) -> tuple[Pause, ...]:
    """The days left out of a stored deadline's count."""
    return tuple(
        Pause(date.fromisoformat(first), date.fromisoformat(last), why) for first, last, why in deadline.pauses
    )


def pause(*, case_id: int, rule_codes: Iterable[str] | None, on: date, event_id: int | None) -> list[Deadline]:
    """Open deadlines stand still from ``on``, the first day that does not count: the named rules, or all of the case.

    They are in no list of what falls due, and nobody can be late with them. Returns them.
    """
    codes = None if rule_codes is None else tuple(rule_codes)
    stopped = list(queries.open_of_case(case_id, rule_codes=codes))
    for deadline in stopped:
        _settle(deadline, queries.PAUSED, on, event_id)
    db.session.flush()
    return stopped


def resume(
    *, case_id: int, rule_codes: Iterable[str] | None, first: date, last: date, why: str, event_id: int | None
) -> list[Deadline]:
    """Deadlines that stood still run again; the days from ``first`` to ``last`` and those of earlier pauses do not count.

    A ``last`` before ``first`` means that no whole day was lost. Each paused row is replaced by a new open one. Returns
    the new ones.
    """
    codes = None if rule_codes is None else tuple(rule_codes)
    lost = (Pause(first, last, why),) if first <= last else ()
    resumed = []
    for deadline in queries.paused_of_case(case_id, rule_codes=codes):
        computed = computed_anew(deadline, further=lost)
        origin = deadline.trigger_event_id
        resumed.append(
            _put_in_place_of(deadline, computed, event_id=event_id, trigger_event_id=origin, status=queries.OPEN)
        )
    return resumed


def _columns(computed: Computed) -> dict[str, Any]:
    return {
        "rule_version": computed.rule_version,
        "trigger": computed.rule.starts_on.value,
        "trigger_on": computed.trigger,
        "raw_last_day": computed.raw_last_day,
        "last_day": computed.last_day,
        "is_provisional": computed.provisional,
        "calendar_version": computed.calendar_version,
        "basis": computed.basis,
        "pauses": [[one.first.isoformat(), one.last.isoformat(), one.why] for one in computed.pauses],
        "explanation": explanation(computed),
    }


def explanation(computed: Computed) -> list[dict[str, Any]]:
    """What is stored: one entry per counted day ``{day, counted, kind, name, note}``, then remarks ``{note}``."""
    steps = [
        {
            "day": step.day.isoformat(),
            "counted": step.counted,
            "kind": step.kind.value if step.kind else None,
            "name": step.name,
            "note": step.note,
        }
        for step in computed.explanation
    ]
    remarks = explain(computed)[len(steps) :]
    return [*steps, *({"note": remark} for remark in remarks)]


def meet(
    *,
    case_id: int,
    rule_codes: Iterable[str],
    on: date,
    event_id: int | None = None,
    subject: str | None = None,
) -> list[Deadline]:
    """The act the rules ask for was done on a day: running ones become ``met``, or ``missed`` when the day is too late.

    ``subject`` None means all subjects. Of one that ran out before an act in time was recorded, the act counts. One
    that stands still is late only if it was so when it was stopped. Returns what was settled.
    """
    codes = tuple(rule_codes)
    settled = [
        *queries.open_of_case(case_id, rule_codes=codes, subject=subject),
        *queries.paused_of_case(case_id, rule_codes=codes, subject=subject),
        *queries.lapsed_of_case(case_id, rule_codes=codes, on=on),
    ]
    for deadline in settled:
        _settle_by_act(deadline, on, event_id)
    db.session.flush()
    return settled


def _settle_by_act(deadline: Deadline, on: date, event_id: int | None) -> None:
    stopped_on = deadline.settled_on if deadline.status == queries.PAUSED else None
    is_late = min(on, stopped_on or on) > deadline.last_day and deadline.rule_code not in queries.RIGHTS
    _settle(deadline, "missed" if is_late else "met", on, event_id)


def cancel(
    *, case_id: int, rule_codes: Iterable[str] | None = None, on: date, event_id: int | None = None
) -> list[Deadline]:
    """Deadlines that no longer run, also those that stand still: the named rules, or all of the case. Returns them."""
    codes = None if rule_codes is None else tuple(rule_codes)
    cancelled = [
        *queries.open_of_case(case_id, rule_codes=codes),
        *queries.paused_of_case(case_id, rule_codes=codes),
    ]
    for deadline in cancelled:
        _settle(deadline, "cancelled", on, event_id)
    db.session.flush()
    return cancelled


def run_out(deadline: Deadline) -> None:
    """The day of an open right or way has passed: the right stands (``met``), the way is closed (``missed``)."""
    _settle(deadline, "met" if deadline.rule_code in queries.RIGHTS else "missed", deadline.last_day, None)


def _settle(deadline: Deadline, status: str, on: date, event_id: int | None) -> None:
    deadline.status, deadline.settled_on, deadline.settled_by_event_id = status, on, event_id


def next_open(case_id: int) -> Deadline | None:
    """The nearest open deadline of a case that the committee works by: no right that opens, none of the claimant's own."""
    running = queries.open_of_case(case_id)
    return next((one for one in running if one.rule_code not in queries.NOT_WORKED_BY), None)
