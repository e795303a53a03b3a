"""The spells of a case as rows, with the pauses inside them: begun with the case and each re-opening, ended by results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import insert, select

from mediation.cases import clock as case_clock
from mediation.cases import durations, queries
from mediation.cases.durations import Ground, Happening, Spell
from mediation.cases.lifecycle import Event, State
from mediation.cases.models import Case, CaseEvent, CasePause, CaseSpell
from mediation.committees.models import Committee
from mediation.core.actor import Actor, system
from mediation.core.db import db
from mediation.deadlines import queries as deadline_queries
from mediation.deadlines import service as deadlines

BATCH = 1000
_MOVES = (*durations.RESULTS, Event.CLOSED, Event.REOPENED, Event.IMPORTED)


def begin(case: Case) -> None:
    """The first spell of a new case: it begins with the receipt, whenever that was typed."""
    db.session.add(_row(case, 1, Spell(case.received_on)))
    db.session.flush()


def react(case: Case, event: CaseEvent) -> None:
    """End the spell that lasts, or begin the next one, where an event does that."""
    if Event(event.event) not in _MOVES:
        return
    stored = list(of_case(case.id))
    if not stored:
        return  # its history is read when the missing spells are made
    before = tuple(Spell(one.from_on, one.to_on, one.outcome, one.event_id) for one in stored)
    spells = durations.after(before, _happening(event), case.outcome)
    for one, was, now in zip(stored, before, spells, strict=False):
        if now != was:
            one.to_on, one.outcome = now.ended, now.outcome
            count(one, _pauses([case.id]).get(case.id, []))
    for place, spell in enumerate(spells[len(stored) :], len(stored) + 1):
        db.session.add(_row(case, place, spell))
    db.session.flush()


def count(spell: CaseSpell, pauses: Iterable[durations.Days]) -> None:
    """Set the days of a spell that is over."""
    ended = spell.to_on
    spell.gross_days = durations.gross(spell.from_on, ended) if ended else None
    spell.net_days = durations.net(spell.from_on, ended, pauses) if ended else None


def of_case(case_id: int) -> Sequence[CaseSpell]:
    """The spells of a case, the first one first."""
    return db.session.scalars(select(CaseSpell).where(CaseSpell.case_id == case_id).order_by(CaseSpell.seq)).all()


def first_rows(cases: Iterable[tuple[Case, bool]]) -> None:
    """Store the first spell of many new cases. ``cases``: (case, whether its last day is known to the day)."""
    rows = [
        _columns(case, 1, Spell(case.received_on, case.settled_on or case.closed_on, case.outcome), [], is_dated)
        for case, is_dated in cases
    ]
    _store(rows)


def end_pause(case: Case, event: CaseEvent) -> CasePause | None:
    """End the pause that lasts with the event that says so, and let its clocks run on. None where there is none."""
    row = db.session.scalars(select(CasePause).where(CasePause.case_id == case.id, CasePause.to_on.is_(None))).first()
    if row is None:
        return None
    last = durations.last_day(row.from_on, event.happened_on)
    row.to_on = last
    row.ended_event_id = event.id
    case.paused_since = None
    case.paused_days += durations.length(row.from_on, last)
    _resume_clocks(case, row, last, event)
    db.session.flush()
    return row


def hold_back(case: Case, event: CaseEvent) -> None:
    """A clock that an event starts while the case already waits stands still from its first day, where the law says so."""
    row = db.session.scalars(select(CasePause).where(CasePause.case_id == case.id, CasePause.to_on.is_(None))).first()
    codes = durations.by_itself(Ground(row.ground)) if row else frozenset()
    fresh = [
        one
        for one in deadline_queries.open_of_case(case.id, rule_codes=sorted(codes))
        if one.trigger_event_id == event.id
    ]
    if row is None or not fresh:
        return
    on = max(row.from_on, *(one.trigger_on for one in fresh))
    deadlines.pause(case_id=case.id, rule_codes=[one.rule_code for one in fresh], on=on, event_id=event.id)
    case_clock.refresh(case)


def _resume_clocks(case: Case, row: CasePause, last: date, event: CaseEvent) -> None:
    known = durations.stops_on(Ground(row.ground))
    standing = dict.fromkeys(one.rule_code for one in deadline_queries.paused_of_case(case.id))
    stopped = [known[code] for code in standing if code in known]
    for stop in stopped:
        deadlines.resume(
            case_id=case.id,
            rule_codes=(stop.rule_code,),
            first=row.from_on,
            last=last,
            why=stop.why,
            event_id=event.id,
        )
    if stopped:
        case_clock.refresh(case)


def build_missing(actor: Actor) -> int:
    """Make the spells of the committee's cases that have none, from their rows and history. Returns of how many cases.

    Those that have some stay as they are, so that it may be called as often as one likes.
    """
    committee_id = actor.committee_id or 0
    made = last_id = 0
    while cases := queries.without_spell(committee_id, after_id=last_id, limit=BATCH):
        ids = [case.id for case in cases]
        history, pauses = _history(committee_id, ids), _pauses(ids)
        rows: list[dict[str, Any]] = []
        for case in cases:
            happened, is_dated = history.get(case.id, ([], True))
            spells = durations.spells_of(
                case.received_on, happened, settled_on=case.settled_on or case.closed_on, outcome=case.outcome
            )
            waited = pauses.get(case.id, [])
            rows += [_columns(case, seq, one, waited, is_dated or seq > 1) for seq, one in enumerate(spells, 1)]
        _store(rows)
        made, last_id = made + len(cases), ids[-1]
    return made


def count_first_spells() -> None:
    """After an upgrade: make the spells of every committee that has none yet. Costs nothing where times are counted."""
    for committee_id in db.session.scalars(select(Committee.id).order_by(Committee.id)).all():
        counted = select(CaseSpell.id).where(CaseSpell.committee_id == committee_id).limit(1)
        if db.session.scalar(counted) is None:
            build_missing(system(committee_id))


def _history(committee_id: int, ids: Sequence[int]) -> dict[int, tuple[list[Happening], bool]]:
    """Per case what moves its spells, and whether its first end is known to the day (a ledger may not tell it)."""
    statement = (
        select(CaseEvent)
        .where(
            CaseEvent.committee_id == committee_id,
            CaseEvent.case_id.in_(ids),
            CaseEvent.event.in_([one.value for one in _MOVES]),
        )
        .order_by(CaseEvent.case_id, CaseEvent.id)
    )
    found = {}
    for case_id, grouped in groupby(db.session.scalars(statement), lambda row: row.case_id):
        rows = list(grouped)
        found[case_id] = ([_happening(row) for row in rows], not any(_is_closed_undated(row) for row in rows))
    return found


def _is_closed_undated(row: CaseEvent) -> bool:
    came_closed = row.event == Event.IMPORTED.value and row.to_state == State.CLOSED.value
    return came_closed and not row.data.get("closing_day_known", True)


def _pauses(ids: Sequence[int]) -> dict[int, list[durations.Days]]:
    found: dict[int, list[durations.Days]] = {}
    statement = select(CasePause.case_id, CasePause.from_on, CasePause.to_on).where(CasePause.case_id.in_(ids))
    for case_id, first, last in db.session.execute(statement):
        found.setdefault(case_id, []).append((first, last))
    return found


def _happening(event: CaseEvent) -> Happening:
    closed_on = event.data.get("closed_on")
    return Happening(
        Event(event.event), event.happened_on, event.id, date.fromisoformat(closed_on) if closed_on else None
    )


def _store(rows: list[dict[str, Any]]) -> None:
    if rows:
        # Without it rows with different columns empty are different statements.
        db.session.execute(insert(CaseSpell), rows, execution_options={"render_nulls": True})


def _row(case: Case, seq: int, spell: Spell) -> CaseSpell:
    return CaseSpell(**_columns(case, seq, spell, [], True))


def _columns(case: Any, seq: int, spell: Spell, pauses: Iterable[durations.Days], is_dated: bool) -> dict[str, Any]:
    # An end that the register does not tell to the day ends the spell, but no number of days is made up.
    ended = spell.ended if is_dated else None
    return {
        "committee_id": case.committee_id,
        "case_id": case.id,
        "seq": seq,
        "from_on": spell.began,
        "to_on": spell.ended,
        "outcome": spell.outcome,
        "gross_days": durations.gross(spell.began, ended) if ended else None,
        "net_days": durations.net(spell.began, ended, pauses) if ended else None,
        "event_id": spell.event_id,
    }
