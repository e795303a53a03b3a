"""Open at start + new + re-opened − closed = open at end, with re-opened cases followed through their history."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from mediation.cases.models import Case
from mediation.cases.service import build_missing_spells
from mediation.committees.models import Committee
from mediation.core.actor import system
from mediation.core.db import db
from mediation.deadlines.models import Deadline, DeadlineRule
from mediation.statistics import queries
from mediation.statistics.period import Period, month, month_before
from mediation.statistics.queries import Movement, Scope
from tests import personas
from tests.factories import statistics as make
from tests.factories.months import make_all, same

OCTOBER = month("2026-10")


@pytest.fixture
def empty(context) -> Committee:
    """A committee without cases."""
    return personas.make.make_committee("空白调委会")


def test_random_cases_agree_in_every_month(context):
    who = personas.actor("committee")
    cases = db.session.scalars(select(Case).where(Case.committee_id == who.committee_id, Case.track != "consult")).all()
    for count in range(15):
        period = month_before(OCTOBER, count)
        found = queries.movement(who, period)
        assert found.open_after == sum(
            case.received_on <= period.last and not (case.closed_on and case.closed_on <= period.last) for case in cases
        )
        assert found.received == sum(period.contains(case.received_on) for case in cases)
        assert found.closed == sum(period.contains(case.closed_on) for case in cases)
        assert found.open_after == queries.movement(who, month_before(OCTOBER, count - 1)).open_before
        contradictory = sum(
            bool(case.closed_on and case.closed_on < case.received_on)
            and (period.contains(case.received_on) or period.contains(case.closed_on))
            for case in cases
        )
        assert abs(found.difference) <= contradictory


def test_reopened_cases_are_followed_through_their_history(empty):
    who = system(empty.id)
    # Closed in September, open again in October.
    first = make.make_case(empty, date(2026, 8, 3), state="consent_inquiry")
    make.make_event(first, "received", None, "received", date(2026, 8, 3))
    make.make_event(first, "closed", "failed", "closed", date(2026, 9, 9))
    make.make_event(first, "archived", "closed", "archived", date(2026, 9, 10))
    make.make_event(first, "reopened", "archived", "consent_inquiry", date(2026, 10, 6))
    # New, closed, open again and closed again, all in October.
    second = make.make_case(empty, date(2026, 10, 1), closed_on=date(2026, 10, 28))
    make.make_event(second, "closed", "withdrawn", "closed", date(2026, 10, 5))
    make.make_event(second, "reopened", "closed", "consent_inquiry", date(2026, 10, 9))
    make.make_event(second, "closed", "failed", "closed", date(2026, 10, 28))
    # Open all the time, and a consultation that is none of this.
    make.make_case(empty, date(2026, 2, 1))
    make.make_case(empty, date(2026, 10, 2), track="consult")
    assert build_missing_spells(who) == 4 and build_missing_spells(who) == 0

    found = queries.movement(who, OCTOBER)
    assert found == Movement(open_before=1, received=1, reopened=2, closed=2, open_after=2)
    assert found.difference == 0
    assert queries.movement(who, month("2026-09")) == Movement(2, 0, 0, 1, 1)


def _history(chance: random.Random, committee: Committee, **columns: Any) -> list[tuple[date, int]]:
    """A case that comes, is closed, opened again …, by chance; returns when it was open and no longer open."""
    day = received = date(2025, 9, 1) + timedelta(days=chance.randrange(400))
    moves = [(received, 1)]
    for _turn in range(chance.choice((0, 1, 1, 1, 2, 3, 4, 5))):
        day += timedelta(days=chance.randrange(40))
        moves.append((day, -moves[-1][1]))
    closed_on = moves[-1][0] if moves[-1][1] < 0 else None
    case = make.make_case(
        committee, received, state="closed" if closed_on else "mediating", closed_on=closed_on, **columns
    )
    make.make_event(case, "received", None, "received", received)
    for at, (on, step) in enumerate(moves[1:]):
        event, before, after = ("closed", "mediating", "closed") if step < 0 else ("reopened", "closed", "mediating")
        make.make_event(case, event, before, after, on)
        if step < 0 and at % 4 == 0:
            make.make_event(case, "archived", "closed", "archived", on)
    return moves


@pytest.mark.parametrize("seed", [3, 4])
def test_random_histories_add_up_with_and_without_the_sums_of_months(empty, seed):
    who, chance = system(empty.id), random.Random(seed)
    made: dict[str, list[list[tuple[date, int]]]] = {"labour": [], "new_form": [], "consult": []}
    for _number in range(150):
        track = chance.choice((*made, "labour"))
        made[track].append(_history(chance, empty, track=track))
    build_missing_spells(who)
    db.session.commit()
    make_all(who.committee_id)
    periods = [month_before(OCTOBER, back) for back in range(15)]
    periods += [Period(date(2025, 10, 11), date(2026, 3, 9)), Period(date(2026, 1, 1), OCTOBER.last)]
    for scope, tracks in (
        (Scope(), ("labour", "new_form")),
        (Scope(track="labour"), ("labour",)),
        (Scope(track="consult"), ()),
        (Scope(track="labour", relationship="employment"), None),
    ):
        for period in periods:
            found = same(lambda scope=scope, period=period: queries.movement(who, period, scope))
            assert found.difference == 0
            if tracks is not None:
                assert found == _counted([one for track in tracks for one in made[track]], period)
    assert queries.movement(who, OCTOBER).open_before > 10


def _counted(histories: list[list[tuple[date, int]]], period: Period) -> Movement:
    steps = [step for moves in histories for day, step in moves[1:] if period.contains(day)]
    return Movement(
        sum(step for moves in histories for day, step in moves if day < period.first),
        sum(period.contains(moves[0][0]) for moves in histories),
        steps.count(1),
        steps.count(-1),
        sum(step for moves in histories for day, step in moves if day <= period.last),
    )


def test_dates_that_stand_the_wrong_way_round_are_never_open(empty):
    who, chance = system(empty.id), random.Random(8)
    for _number in range(40):
        received = date(2026, 3, 1) + timedelta(days=chance.randrange(200))
        closed_on = received + timedelta(days=chance.randrange(-90, 60))
        make.make_case(empty, received, closed_on=closed_on, track=chance.choice(("labour", "new_form")))
    cases = db.session.scalars(select(Case).where(Case.committee_id == empty.id)).all()
    db.session.commit()
    make_all(who.committee_id)
    for period in (month_before(OCTOBER, back) for back in range(12)):
        for scope in (Scope(), Scope(track="labour")):
            found = same(lambda scope=scope, period=period: queries.movement(who, period, scope))
            mine = [one for one in cases if scope.track in (None, one.track)]
            assert found.open_before == sum(one.received_on < period.first <= one.closed_on for one in mine)
            assert found.open_after == sum(one.received_on <= period.last < one.closed_on for one in mine)
    assert any(queries.movement(who, month_before(OCTOBER, back)).difference for back in range(12))


def test_a_ledgers_case_was_closed_on_the_day_of_its_row(empty):
    who = system(empty.id)
    case = make.make_case(empty, date(2026, 8, 3), state="received")
    imported = make.make_event(case, "imported", None, "closed", date(2026, 10, 20))
    again = make.make_event(case, "reopened", "closed", "consent_inquiry", date(2026, 10, 22))
    imported.data, again.data = {"closing_day_known": True}, {"closed_on": "2026-09-15"}
    build_missing_spells(who)
    assert queries.movement(who, month("2026-09")) == Movement(1, 0, 0, 1, 0)
    assert queries.movement(who, OCTOBER) == Movement(0, 0, 1, 0, 1)


def test_a_closing_before_the_receipt_shows_as_a_difference(empty):
    make.make_case(empty, date(2026, 10, 4), closed_on=date(2026, 9, 20))
    assert queries.movement(system(empty.id), OCTOBER).difference == 1


def test_what_was_late_at_the_end_of_a_month(empty):
    who = system(empty.id)
    db.session.add(
        DeadlineRule(
            code="M-01", version=1, title="调解期限", starts_on="受理", unit="calendar_day", length=15, rolls=True,
            direction="forward", binds="", if_missed="", extension="", article="", tracks=[], is_verified=True,
        )
    )  # fmt: skip
    case = make.make_case(empty, date(2026, 9, 1))
    gone = make.make_case(empty, date(2026, 9, 2), closed_on=date(2026, 10, 15))

    def deadline(of: Case, last_day: date, status: str, settled_on: date | None = None, rule: str = "M-01") -> None:
        row = Deadline(
            committee_id=empty.id, case_id=of.id, rule_code=rule, rule_version=1, trigger="accepted",
            trigger_on=of.received_on, raw_last_day=last_day, last_day=last_day, calendar_version="", basis="",
            explanation=[], status=status, settled_on=settled_on,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()

    deadline(case, date(2026, 10, 20), "open")
    deadline(case, date(2026, 10, 21), "missed", date(2026, 11, 5))
    deadline(case, date(2026, 10, 22), "met", date(2026, 11, 2))
    deadline(case, date(2026, 10, 23), "met", date(2026, 10, 30))
    deadline(case, date(2026, 10, 24), "replaced", date(2026, 11, 3))
    deadline(case, date(2026, 10, 25), "cancelled", date(2026, 11, 3))
    deadline(case, date(2026, 10, 26), "cancelled", date(2026, 10, 31))
    deadline(case, date(2026, 10, 31), "open")
    deadline(case, date(2026, 10, 9), "missed", date(2026, 11, 9), "JC-30D")  # a way that stood open: nobody is late
    deadline(gone, date(2026, 10, 10), "open")
    rows = queries.overdue_at(who, OCTOBER.last)
    assert sum(queries.overdue_by_company(who, OCTOBER.last).values()) == 4
    assert [(row.number, row.rule, row.last_day.day) for row in rows] == [
        (case.number, "调解期限", day) for day in (20, 21, 22, 25)
    ]
    assert len(queries.overdue_at(who, OCTOBER.last, limit=1)) == 1
