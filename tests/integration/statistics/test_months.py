"""The sums of whole months answer exactly what counting the cases answers, whatever has changed since they were made."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select, text, update

from mediation.cases.models import Case
from mediation.cases.service import build_missing_spells
from mediation.companies.models import Company
from mediation.companies.queries import get_for as company_for
from mediation.companies.service import merge, move, undo_merge
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db, reading, transaction
from mediation.notifications.models import InboxItem
from mediation.statistics import jobs, metrics, months, queries
from mediation.statistics.metrics import Tally
from mediation.statistics.models import FigureChange, FigureMonth
from mediation.statistics.period import Period, before, span_key, year_before, year_to
from mediation.statistics.queries import Scope, made
from mediation.statistics.spans import cut_by
from tests import personas
from tests.databases import statements
from tests.factories.months import make_all, same

YEAR = Period(date(2025, 10, 15), date(2026, 11, 20))
WHO = ["committee", "hr_same_company"]
SCOPES = [
    Scope(),
    Scope(cause="wage"),
    Scope(cause="wage.arrears"),
    Scope(station=0),
    Scope(track="labour"),
    Scope(relationship="new_form"),
    Scope(track="labour", relationship="new_form"),
    Scope(company=0),
]


@pytest.fixture
def who(context) -> Actor:
    actor = personas.actor("committee")
    with transaction():
        build_missing_spells(actor)
    make_all(actor.committee_id)
    return actor


YEARBOOK = [Scope(), Scope(track="labour"), Scope(track="traffic"), Scope(cause="wage"), Scope(station=0)]
TABLES = ("company", "station", "cause", "track", "relationship")
TOGETHER = (queries.by_month, queries.received_by_month, queries.received_money, queries.movement)


YEARS = (YEAR, Period(date(2025, 3, 10), date(2026, 1, 20)), Period(date(2025, 12, 1), date(2026, 5, 15)))


def compare(name: str = "committee", period: Period = YEAR) -> None:
    """Every question both ways."""
    actor = personas.actor(name)
    for scope in SCOPES:
        for table in TABLES:
            same(lambda table=table, scope=scope: queries.asked(actor, table, scope).of([period]))
    for company in (None, *db.session.scalars(select(Company.id).where(Company.committee_id == actor.committee_id))):
        same(lambda company=company: queries.asked(actor, "", Scope(company=company)).of(YEARS))
    same(lambda: queries.asked(actor, "company").of(YEARS))
    for table in TABLES:
        keyed = queries.asked(actor, table).of(YEARS, keyed=YEARS[:1])
        every = queries.asked(actor, table).of(YEARS)
        assert keyed[0] == every[0]
        assert [metrics.total(one.values()) for one in keyed] == [metrics.total(one.values()) for one in every]
    for question in TOGETHER:
        same(lambda question=question: question(actor, period))
    for scope in YEARBOOK:
        same(lambda scope=scope: queries.labour_table(actor, period, scope))
        same(lambda scope=scope: queries.movement(actor, period, scope))
    for company in db.session.scalars(select(Company).where(Company.committee_id == actor.committee_id)):
        scope = Scope(company=company.id)
        same(lambda scope=scope, company=company: queries.by_company(actor, period, scope, below=company))
        same(lambda scope=scope: queries.by_station(actor, period, scope))
        same(lambda scope=scope: queries.labour_table(actor, period, scope))
        same(lambda scope=scope: queries.movement(actor, period, scope))
        same(lambda company=company: queries.overall(actor, period, Scope(company=company.id, cause="wage")))


def quick(who: Actor, period: Period = YEAR) -> Tally:
    """Some questions both ways."""
    for table in TABLES[:3]:
        same(lambda table=table: queries.asked(who, table).of([period]))
    same(lambda: queries.overall(personas.actor("hr_same_company"), period))
    same(lambda: queries.labour_table(who, period))
    same(lambda: queries.movement(who, period))
    return queries.overall(who, period)


def standing(who: Actor) -> set[str]:
    return set(made.standing_months(who.committee_id, [YEAR]))


@pytest.mark.parametrize("name", WHO)
def test_with_and_without_the_months(who: Actor, name: str):
    assert standing(who) == {f"{day:%Y-%m}" for day in _first_days(date(2025, 11, 1), date(2026, 10, 1))}
    compare(name)
    assert queries.overall(who, YEAR).cases > 100


def _first_days(first: date, last: date) -> list[date]:
    return [
        date(index // 12, index % 12 + 1, 1)
        for index in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    ]


def _random_changes(chance: random.Random, committee_id: int) -> Iterator[str]:
    """Statements as anybody could write them past all services, each on a row of its own choice."""
    keys = list(db.session.scalars(select(Case.id).where(Case.committee_id == committee_id)))
    heads = list(db.session.scalars(select(Company.id).where(Company.committee_id == committee_id, Company.level == 1)))
    for _ in range(60):
        day = date(2025, 9, 1) + timedelta(days=chance.randrange(440))
        changed = (
            f"received_on = '{day}'",
            f"settled_on = '{day}', outcome = 'agreed', effective_on = '{day}'",
            "settled_on = NULL, outcome = NULL",
            f"closed_on = '{day}', state = 'closed'",
            "state = 'received'",
            "track = 'consult'",
            "relationship = 'employment', category_code = 'traffic'",
            "station_id = NULL",
            f"level1_id = {chance.choice(heads)}, level2_id = NULL, level3_id = NULL",
            "claimed_fen = 77, agreed_fen = 55, paid_fen = 33",
            "headcount = 12, is_collective = true",
        )
        case = chance.choice(keys)
        yield f"UPDATE case_file SET {chance.choice(changed)} WHERE id = {case}"
        yield chance.choice(
            (
                f"UPDATE payment SET paid_on = '{day}', amount_fen = amount_fen + 1 WHERE case_id = {case}",
                f"UPDATE instalment SET due_on = '{day}' WHERE case_id = {case}",
                f"UPDATE agreement SET status = 'replaced' WHERE case_id = {case}",
                f"UPDATE enforcement_step SET applied_on = '{day}' WHERE case_id = {case}",
                f"DELETE FROM enforcement_step WHERE case_id = {case}",
                f"DELETE FROM payment WHERE case_id = {case}",
                f"UPDATE case_company SET answered_on = NULL WHERE case_id = {case}",
                f"UPDATE case_event SET happened_on = '{day}' WHERE case_id = {case} AND event = 'consent_asked'",
                f"UPDATE case_spell SET gross_days = 9, net_days = 4 WHERE case_id = {case}",
                "INSERT INTO case_event (committee_id, case_id, event, to_state, happened_on, at, actor_name, data)"
                f" VALUES ({committee_id}, {case}, 'paused', 'mediating', '{day}', '2026-01-01 00:00:00', '', '{{}}')",
                f"UPDATE case_company SET answered_on = '{day}' WHERE case_id = {case}",
                f"UPDATE case_file SET settled_in_part = true WHERE id = {case}",
                f"UPDATE party SET kind = 'organisation' WHERE case_id = {case}",
                f"UPDATE party SET side = 'applicant', seq = seq + 1 WHERE case_id = {case}",
                f"UPDATE case_file SET outcome = 'failed' WHERE id = {case}",
                f"UPDATE case_file SET outcome = 'agreed', is_collective = true, headcount = 15 WHERE id = {case}",
            )
        )


def test_whatever_is_changed_past_the_services_counts_at_once(who: Actor):
    chance, compared = random.Random(11), 0
    for number, statement in enumerate(_random_changes(chance, who.committee_id)):
        with transaction():
            db.session.execute(text(statement))
        if number % 8 == 0:  # a few changes between two looks, sums made anew at other times
            quick(who)
            compared += 1
        if number % 40 == 0:
            make_all(who.committee_id)
    assert compared == 15 and len(standing(who)) < 12
    make_all(who.committee_id)
    assert len(standing(who)) == 12
    compare()
    assert not any(months.differences(who.committee_id, key) for key in months.made(who.committee_id))


def test_what_is_rolled_back_leaves_no_note(who: Actor):
    with pytest.raises(ZeroDivisionError), transaction():
        db.session.execute(update(Case).values(claimed_fen=1))
        assert db.session.scalar(select(func.count()).select_from(FigureChange)) > 0
        raise ZeroDivisionError
    assert len(standing(who)) == 12


def test_a_change_in_the_middle_of_the_making_is_not_lost(who: Actor):
    one = db.session.scalars(
        select(Case).where(
            Case.committee_id == who.committee_id, Case.received_on.between(*MARCH), Case.claimed_fen > 0
        )
    ).first()
    change = text("UPDATE case_file SET claimed_fen = claimed_fen + 500 WHERE id = :id")
    with transaction():
        maker = months.take(who.committee_id, "2026-03")
    with reading():
        found = months.count(who.committee_id, ["2026-03"])
        with transaction_of_another() as other:
            other.execute(change, {"id": one.id})
    with transaction():
        assert not months.keep(who.committee_id, "2026-03", maker, ["2026-03"], found)
    assert "2026-03" not in standing(who)
    assert months.wanted(who.committee_id) == ["2026-03"]
    quick(who)
    make_all(who.committee_id)
    assert "2026-03" in standing(who)
    quick(who)


@contextmanager
def transaction_of_another() -> Iterator[Connection]:
    with db.engine.connect() as other:
        yield other
        other.commit()


def test_of_two_who_make_a_month_the_second_keeps_it(who: Actor):
    with transaction():
        first = months.take(who.committee_id, "2026-03")
    with reading():
        found = months.count(who.committee_id, ["2026-03"])
    with transaction():
        db.session.execute(update(Case).where(Case.received_on.between(*MARCH)).values(claimed_fen=1))
    with transaction():  # takes it after the change, and deletes its note
        second = months.take(who.committee_id, "2026-03")
    with transaction():
        assert not months.keep(who.committee_id, "2026-03", first, ["2026-03"], found)
    with reading():
        found = months.count(who.committee_id, ["2026-03"])
    with transaction():
        assert months.keep(who.committee_id, "2026-03", second, ["2026-03"], found)
    assert "2026-03" in standing(who)
    quick(who)


def test_a_month_that_is_being_made_is_counted_from_the_cases(who: Actor):
    before = quick(who)
    with transaction():
        months.take(who.committee_id, "2026-03")
    assert "2026-03" not in standing(who) and "2026-03" in months.wanted(who.committee_id)
    assert quick(who) == before


def test_nobody_who_writes_waits_while_a_month_is_counted(who: Actor, monkeypatch):
    count, written = months.count, []

    def counted(*arguments: object) -> object:
        found = count(*arguments)
        with transaction_of_another() as other:
            written.append(other.execute(text("UPDATE station SET phone = '1'")).rowcount)
        return found

    monkeypatch.setattr(months, "count", counted)
    assert jobs.make(who.committee_id, "2026-03") and written[0] > 0


@pytest.mark.parametrize("collation", ["C", "en-x-icu", "zh-x-icu", "und-x-icu"])
def test_parts_stand_with_their_month_in_every_order_of_words(who: Actor, engine: str, collation: str):
    if engine == "sqlite":
        pytest.skip("SQLite knows one order, that of bytes")
    keys = ["2025-12", "2026-01", "2026-01/01-22", "2026-01/23-31", "2026-02", "2026-02/03-28", "2026-10", "2026-11"]
    rows = text(
        f'SELECT v FROM unnest(CAST(:keys AS text[])) AS v WHERE v COLLATE "{collation}" >= :low AND v COLLATE "{collation}" < :high'
    )
    for low, high in (("2026-01", "2026-02"), ("2025-12", "2026-01"), ("2026-02", "2026-03"), ("2026-10", "2026-11")):
        found = db.session.scalars(rows, {"keys": keys, "low": low, "high": high}).all()
        assert sorted(found) == [key for key in keys if key[:7] == low]


@pytest.mark.parametrize("today", [date(2026, 11, 22), date(2026, 11, 30), date(2026, 12, 5)])
def test_the_parts_of_months_that_the_year_so_far_is_compared_with(who: Actor, today: date):
    now = year_to(today)
    periods = (now, before(now), year_before(now))
    with clock.frozen_at(datetime(today.year, today.month, today.day, 9, tzinfo=clock.SHANGHAI)):
        make_all(who.committee_id)
        parts = {span_key(one) for one in cut_by(today)} & set(made.standing(who.committee_id, periods))
        assert parts == {"2026-11-30": set(), "2026-12-05": {"2025-12/01-05"}}.get(str(today), {"2025-11/01-22"})
        for name in WHO:
            for table in TABLES:
                same(lambda table=table, name=name: queries.asked(personas.actor(name), table).of(periods))
            same(lambda name=name: queries.by_month(personas.actor(name), periods[2]))
            same(lambda name=name: queries.movement(personas.actor(name), periods[2]))
        with transaction():
            db.session.execute(update(Case).values(claimed_fen=7))
        assert not parts & set(made.standing(who.committee_id, periods))
        same(lambda: queries.asked(who, "company").of(periods))


def test_a_table_of_three_periods_waits_for_the_database_thrice(who: Actor):
    now = year_to(date(2026, 11, 22))
    with statements() as asked:
        found = queries.asked(who, "company").of((now, before(now), year_before(now)), keyed=[now])
    assert all(found)
    selects = [one for one in asked if "SELECT" in one]
    assert len(selects) == 3, selects  # which months hold, what they say, and the days that none holds


MARCH = (date(2026, 3, 1), date(2026, 3, 31))


def test_the_running_month_is_never_kept(who: Actor):
    assert not months.is_over("2026-11") and "2026-11" not in months.made(who.committee_id)
    assert "2026-11" not in months.wanted(who.committee_id)
    assert jobs.make(who.committee_id, "2026-11")  # by whoever calls it all the same
    assert "2026-11" not in standing(who)


def test_the_nightly_check_repairs_a_month_and_tells_the_administrators(who: Actor):
    jobs.make_changed()
    march = (FigureMonth.committee_id == who.committee_id, FigureMonth.span == "2026-03")
    assert jobs.check_months("2026-11-22").startswith("0 made") and not _told()
    with transaction():
        db.session.execute(update(FigureMonth).where(*march).values(cases=FigureMonth.cases + 1))
    assert jobs.check_months("2026-11-23").endswith("1 differed")
    assert _told() == 1
    assert not months.differences(who.committee_id, "2026-03")
    assert jobs.check_months("2026-11-24").endswith("0 differed")


def _told() -> int:
    kind = InboxItem.kind == "figures_differ"
    return db.session.scalar(select(func.count()).select_from(InboxItem).where(kind))


def test_a_change_that_is_known_is_no_alarm(who: Actor):
    with transaction():
        db.session.execute(update(Case).where(Case.received_on.between(*MARCH)).values(claimed_fen=1))
    assert jobs.check_months("2026-11-22").endswith("0 differed") and not _told()
    assert len(standing(who)) == 12
    quick(who)


def test_the_months_of_another_committee_stay_its_own(who: Actor):
    elsewhere = personas.actor("committee_elsewhere")
    assert jobs.make_changed() > 0
    whole = queries.overall(elsewhere, YEAR)
    assert 0 < whole.cases < queries.overall(who, YEAR).cases
    same(lambda: queries.by_company(elsewhere, YEAR))


def test_companies_are_moved_and_merged(who: Actor):
    world = personas.world()
    outlet, other = world.outlet, world.other_company
    before = queries.by_company(who, YEAR)
    with transaction():
        move(who, company=company_for(who, outlet.id), parent=company_for(who, other.id))
    moved = same(lambda: queries.by_company(who, YEAR))
    assert moved[other.id].cases > before[other.id].cases
    make_all(who.committee_id)
    quick(who)
    with transaction():
        row = merge(who, source=company_for(who, outlet.id), target=company_for(who, other.id), reason="同一家公司")
    quick(who)
    make_all(who.committee_id)
    assert same(lambda: queries.by_company(who, YEAR)) == moved
    with transaction():
        undo_merge(who, merged=row)
    quick(who)
