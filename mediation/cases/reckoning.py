"""What is counted anew when a recorded act or day turns out to be another, or the case moves to another track.

Nothing is rewritten: a deadline that is counted anew takes the place of the old row, which stays as history. What an act
had met, and did not happen, runs again, unless another act that stands met it as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select

from mediation.cases import limitation
from mediation.cases.acts import ACCIDENT, ACTS
from mediation.cases.clock import EFFECTS, Reach, Start, let_happen, reach_of, refresh, start
from mediation.cases.lifecycle import Event
from mediation.cases.models import Case, CaseEvent
from mediation.core.db import db
from mediation.deadlines import queries, service
from mediation.deadlines.models import Deadline
from mediation.deadlines.rules import RULES, Trigger

GONE = ("cancelled", "replaced")
ACTED = frozenset({Event.ACT_RECORDED.value, Event.ACT_CORRECTED.value})
# The days that a case keeps itself, by the event that told them first.
DAYS: dict[Event, str] = {
    Event.RECEIVED: "received_on",
    Event.ACCEPTED: "accepted_on",
    Event.AGREEMENT_EFFECTIVE: "effective_on",
    Event.ORAL_AGREEMENT_REACHED: "effective_on",
}
# A rule under which another goes on from the same trigger once it was extended.
_GOES_ON_AS = {"LM-EXT-30D": "LM-MEDIATE-15D"} | {new: old for act in ACTS.values() for old, new in act.swaps}


def correct_act(case: Case, event: CaseEvent) -> None:
    """An act was corrected or withdrawn by ``event``, whose data name the events of the act before it."""
    earlier: list[int] = event.data["earlier_events"]
    before = reach_of(case, db.session.get_one(CaseEvent, earlier[-1]))
    limits = queries.of_case(case.id)
    started = [one for one in limits if one.trigger_event_id in earlier and one.status not in GONE]
    settled = [one for one in limits if one.settled_by_event_id in earlier]
    _replace(case, event, before, reach_of(case, event), started, settled, earlier)


def correct_day(case: Case, event: CaseEvent, kinds: Iterable[Event]) -> None:
    """Days of the case itself were corrected by ``event``; the case has the new ones already."""
    events = _events(case)
    for kind in kinds:
        told = [one for one in events if Event(one.event) is kind]
        if not told:
            continue
        after = reach_of(case, told[-1], getattr(case, DAYS[kind]))
        after = _without(after, ACCIDENT)
        keys = [told[-1].id, *_corrections_of(events, kind)]
        limits = queries.of_case(case.id)
        triggers = {RULES[one.rule].starts_on.value for one in after.starts}
        started = [one for one in limits if one.trigger in triggers and one.status not in GONE]
        settled = [one for one in limits if one.settled_by_event_id in keys]
        _replace(case, event, reach_of(case, told[-1]), after, started, settled, keys)
    refresh(case)


def correct_accident(case: Case, event: CaseEvent) -> None:
    """The day of the accident was entered, corrected or taken out by ``event``; the case has the new one already."""
    limits = queries.of_case(case.id)
    started = [one for one in limits if one.trigger == Trigger.ACCIDENT.value and one.status not in GONE]
    rules = [rule for rule in ACCIDENT if case.track in RULES[rule].tracks] if case.accident_on else []
    on = case.accident_on or event.happened_on
    after = Reach(on, tuple(Start(rule, "", on) for rule in rules))
    _replace(case, event, Reach(on), after, started, [], [event.id])
    refresh(case)


def restart_for_track(case: Case, event: CaseEvent) -> None:
    """A new track's clocks start at its own events (law.md 9, trap 14); the old ones are cancelled with their history."""
    for one in queries.of_case(case.id):
        is_running = one.status in (queries.OPEN, queries.PAUSED) and not limitation.is_kept_here(one)
        if is_running and case.track not in RULES[one.rule_code].tracks:
            service.drop(one, on=event.happened_on, event_id=event.id)
    known = {(one.rule_code, one.subject, one.trigger_on) for one in queries.of_case(case.id) if one.status not in GONE}
    for clock, (key, extra) in _running_by_now(case).items():
        if (clock.rule, clock.subject, clock.on) not in known:
            start(case, clock, key, extra=extra)
    limitation.follow(case, event)
    refresh(case)


def _replace(
    case: Case,
    event: CaseEvent,
    before: Reach,
    after: Reach,
    started: Sequence[Deadline],
    settled: Sequence[Deadline],
    keys: Collection[int],
) -> None:
    """Put what an event does now in the place of what it did: ``started`` and ``settled`` are what it had touched."""
    wanted = {(one.rule, one.subject): one.on for one in after.starts}
    fresh = [_restarted(one, wanted, event) for one in started]
    fresh += _relengthened(case, before, after, event)
    fresh += _reopened(case, event, after, settled, before)
    held = {(one.rule_code, one.subject) for one in fresh if one is not None}
    held |= {(_GOES_ON_AS.get(rule, rule), subject) for rule, subject in held}
    fresh += let_happen(case, event, replace(after, extends=(), swaps=()), but=held)
    _settle_again(case, [one for one in fresh if one is not None], {*keys, event.id})


def _restarted(one: Deadline, wanted: dict[tuple[str, str], date], event: CaseEvent) -> Deadline | None:
    """The same clock from its new day, or None where it should never have run."""
    on = wanted.get(
        (_GOES_ON_AS.get(one.rule_code, one.rule_code), one.subject), wanted.get((one.rule_code, one.subject))
    )
    if on is None:
        service.drop(one, on=event.happened_on, event_id=event.id)
        return None
    return service.rederive(one, trigger_on=on, event_id=event.id)


def _relengthened(case: Case, before: Reach, after: Reach, event: CaseEvent) -> list[Deadline]:
    """An extension by other days, or none any more; what was settled under it is judged again."""
    was, is_now = dict(before.extends), dict(after.extends)
    undone = {new: old for old, new in before.swaps if (old, new) not in after.swaps}
    found = []
    for one in queries.of_case(case.id) if was or undone else ():
        if one.status in GONE:
            continue
        by = is_now.get(one.rule_code, 0) - was.get(one.rule_code, 0)
        if by and one.extra_length + by >= 0:
            service.lengthen(one, by=by, event_id=event.id)
        elif one.rule_code in undone:
            service.drop(one, on=event.happened_on, event_id=event.id)
            first = Start(undone[one.rule_code], one.subject, one.trigger_on)
            found.append(start(case, first, one.trigger_event_id))
    return found


def _reopened(
    case: Case, event: CaseEvent, after: Reach, settled: Sequence[Deadline], before: Reach
) -> list[Deadline | None]:
    """What the event had settled runs again; it is settled anew by what the event does now, if it still does."""
    swapped = {old for old, _new in before.swaps}
    found: list[Deadline | None] = []
    for one in settled:
        is_running = queries.running_of_rule(case.id, one.rule_code, one.subject)
        stays = one.status == "cancelled" and after.settles(one) == "cancel"
        if one.status == "replaced" or one.rule_code in swapped or stays or is_running:
            continue
        found.append(service.reopen(one, event_id=event.id))
    return found


def _settle_again(case: Case, fresh: Sequence[Deadline], keys: Collection[int]) -> None:
    """Another act that stands, recorded after the one corrected, may have met or ended what runs again."""
    running = [one for one in fresh if one.status in (queries.OPEN, queries.PAUSED)]
    if not running:
        return
    for event in standing_events(case):
        if event.id in keys or event.id < min(keys):
            continue
        reach = reach_of(case, event, _day_of(case, event))
        for one in running:
            how = reach.settles(one) if one.status in (queries.OPEN, queries.PAUSED) else None
            if how == "meet":
                service.meet(
                    case_id=case.id, rule_codes=(one.rule_code,), on=reach.on, event_id=event.id, subject=one.subject
                )
            elif how == "cancel":
                service.drop(one, on=reach.on, event_id=event.id)


def _running_by_now(case: Case) -> dict[Start, tuple[int, int]]:
    """The clocks that all events of the case would have left running on its present track, with event and extension."""
    found: dict[Start, tuple[int, int]] = {}
    for event in standing_events(case):
        reach = reach_of(case, event, _day_of(case, event))
        over = {rule for rule, _subject in reach.meets} | set(reach.cancels)
        found = {clock: value for clock, value in found.items() if clock.rule not in over}
        for rule, by in reach.extends:
            found |= {clock: (key, extra + by) for clock, (key, extra) in found.items() if clock.rule == rule}
        names = dict(reach.swaps)
        found = {Start(names.get(one.rule, one.rule), one.subject, one.on): value for one, value in found.items()}
        for clock in reach.starts:
            found = {
                one: value for one, value in found.items() if (one.rule, one.subject) != (clock.rule, clock.subject)
            }
            found[clock] = (event.id, 0)
    return found


def standing_events(case: Case) -> list[CaseEvent]:
    """The events of a case that tie clocks and stand, oldest first: without acts that were corrected or withdrawn."""
    events = _events(case)
    replaced = {key for one in events for key in one.data.get("earlier_events", ())}
    tied = {effect.event.value for effect in EFFECTS} | {Event.DEFAULTED.value, Event.EXTENDED.value} | ACTED
    return [one for one in events if one.event in tied and one.id not in replaced and not one.data.get("withdrawn")]


def _events(case: Case) -> Sequence[CaseEvent]:
    statement = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
    return db.session.scalars(statement).all()


def _corrections_of(events: Sequence[CaseEvent], kind: Event) -> list[int]:
    return [one.id for one in events if kind.value in one.data.get("corrected_days", ())]


def _day_of(case: Case, event: CaseEvent) -> date | None:
    """The day as it is known now of what the case keeps itself."""
    name = DAYS.get(Event(event.event))
    return getattr(case, name) if name else None


def _without(reach: Reach, rules: Collection[str]) -> Reach:
    return replace(reach, starts=tuple(one for one in reach.starts if one.rule not in rules))


__all__ = ["correct_accident", "correct_act", "correct_day", "restart_for_track", "standing_events"]
