"""A past month says the same whenever it is made: what happens later belongs to later months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from mediation.companies.models import Company, CompanyHeadcount
from mediation.core import clock
from mediation.core.db import transaction
from mediation.recommendations import queries as letters
from mediation.recommendations.models import Recommendation, RecommendationEntry
from mediation.reports import service, snapshots
from mediation.statistics.models import Signal
from mediation.statistics.period import month
from tests import personas
from tests.factories import statistics as cases

OCTOBER = month("2026-10")
ISSUED = datetime(2026, 11, 2, 7, 0, tzinfo=clock.SHANGHAI)
SENT, EFFECTIVE = date(2026, 4, 1), date(2026, 4, 20)


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    with clock.frozen_at(ISSUED):
        yield


@pytest.fixture
def letter(who) -> None:
    """An answered letter with cases before and after, at a company whose couriers are known of every outlet."""
    with transaction() as session:
        world = personas.world()
        for one in session.scalars(select(Company).where(Company.level1_id == world.company.id)).all():
            for from_on, couriers in ((date(2024, 1, 1), 400), (date(2026, 6, 15), 431)):
                session.add(_headcount(one, from_on, couriers))
        row = Recommendation(
            committee_id=world.committee.id, company_id=world.company.id, cause="wage", title="规范工资结算",
            number="示调建〔2026〕1号", status="answered", sent_on=SENT, answer_by=date(2026, 5, 1),
            effective_from=EFFECTIVE,
        )  # fmt: skip
        session.add(row)
        session.add(_signal(world.company))
        session.flush()
        for kind, day, data in (("sent", SENT, {}), ("answered", EFFECTIVE, {"effective_from": EFFECTIVE.isoformat()})):
            session.add(
                RecommendationEntry(
                    committee_id=world.committee.id,
                    recommendation_id=row.id,
                    kind=kind,
                    happened_on=day,
                    data=data,
                    actor_name="示例",
                    at=clock.now(),
                )
            )
        for back in range(1, 40):
            _case(EFFECTIVE - timedelta(days=7 * back))
        for on in range(1, 12):
            _case(EFFECTIVE + timedelta(days=14 * on))


def _headcount(company: Company, from_on: date, couriers: int) -> CompanyHeadcount:
    return CompanyHeadcount(
        committee_id=company.committee_id, company_id=company.id, from_on=from_on, couriers=couriers, source="company"
    )


def _signal(company: Company) -> Signal:
    """Three cases like each other, found in October; how long they went on is written into it as it goes."""
    return Signal(
        committee_id=company.committee_id, company_id=company.id, kind="repeat", cause="wage", key="wage",
        from_on=date(2026, 10, 1), found_on=date(2026, 10, 20), status="new", case_ids=[],
        data={"until": "2026-10-20", "cases": 3, "days": 90},
    )  # fmt: skip


def _case(day: date) -> None:
    world = personas.world()
    cases.make_case(world.committee, day, company=world.company, state="accepted")


def issue(who) -> tuple[int, bool]:
    with transaction():
        report, is_new = service.make_report(who, OCTOBER)
        return report.version, is_new


def test_ten_days_later_without_a_change_there_is_no_new_version(who, letter):
    [row] = letters.of_month(who, OCTOBER)
    assert row.ratio is not None and row.before > row.after > 0
    assert issue(who) == (1, True)
    with clock.frozen_at(ISSUED + timedelta(days=10)):
        assert issue(who) == (1, False)
        assert letters.of_month(who, OCTOBER) == [row]


def test_what_happens_in_november_is_not_in_october(who, letter):
    issue(who)
    [row] = letters.of_month(who, OCTOBER)
    company = personas.world().company.id
    own = snapshots.take_company(who, personas.world().company, OCTOBER, today=clock.today())
    with clock.frozen_at(ISSUED + timedelta(days=10)), transaction() as session:
        for on in range(1, 9):
            _case(date(2026, 11, on))
        outlets = session.scalars(select(Company).where(Company.level1_id == company)).all()
        session.add_all([_headcount(one, date(2026, 11, 3), 900) for one in outlets])
        found = session.scalars(select(Recommendation)).one()
        signal = session.scalars(select(Signal)).one()
        signal.data = signal.data | {"until": "2026-11-08"}
        found.status, found.effective_from = "verified", date(2026, 11, 1)
        entry = RecommendationEntry(
            committee_id=found.committee_id, recommendation_id=found.id, kind="verified", happened_on=date(2026, 11, 5),
            data={}, actor_name="示例", at=clock.now(),
        )  # fmt: skip
        session.add(entry)
    with clock.frozen_at(ISSUED + timedelta(days=10)):
        assert issue(who) == (1, False)
        assert letters.of_month(who, OCTOBER) == [row]
        assert snapshots.take_company(who, personas.world().company, OCTOBER, today=clock.today()) == own
