"""Whatever the services do to a case, the figures with the sums of months are those counted from the cases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from mediation.cases import service
from mediation.cases.models import Case
from mediation.core.db import db, transaction
from mediation.statistics import queries
from mediation.statistics.metrics import Tally
from mediation.statistics.period import Period
from mediation.statistics.queries import made
from tests import personas
from tests.factories import casefiles
from tests.factories.months import make_all, same
from tests.product import Content

DAY = date(2026, 3, 4)
YEAR = Period(date(2026, 1, 1), date(2026, 11, 20))


@pytest.fixture
def content() -> Content:
    return casefiles.CONTENT


def lawyer():
    return personas.actor("duty_lawyer")


def counted() -> Tally:
    """The year, the same with the months as without, before and after those that changed are made anew."""
    committee_id = personas.actor("committee").committee_id
    before = _both_ways()
    make_all(committee_id)
    assert len(made.standing_months(committee_id, [YEAR])) == 8  # from the first case on
    assert _both_ways() == before
    return before


def _both_ways() -> Tally:
    for name in ("hr_same_company", "committee"):
        who = personas.actor(name)
        for table in (queries.by_company, queries.by_station, queries.by_cause, queries.by_month):
            same(lambda table=table, who=who: table(who, YEAR))
        whole = same(lambda who=who: queries.overall(who, YEAR))
    return whole


def doing(act: Callable[[Case], object], case: Case, day: date) -> Tally:
    """Do something on a day, then count."""
    with casefiles.at(day), transaction():
        act(db.session.get_one(Case, case.id))
    return counted()


def test_a_case_from_intake_to_its_second_closing(context):
    with casefiles.at(DAY), transaction():
        casefiles.open_wages(lawyer())
    found = counted()
    assert (found.cases, found.workers, found.claimed_fen) == (1, 1, 1_665_000)
    with casefiles.at(DAY + timedelta(days=1)), transaction():
        other = casefiles.mediating(lawyer(), station_id=None)
    assert counted().cases == 2

    found = doing(lambda one: service.withdraw(lawyer(), case=one, reason="撤回申请"), other, date(2026, 4, 7))
    assert found.outcomes == {"withdrawn": 1}
    found = doing(lambda one: service.close(lawyer(), case=one), other, date(2026, 4, 8))
    assert found.closed == 1
    found = doing(
        lambda one: service.reopen(personas.actor("committee"), case=one, reason="又来了"), other, date(2026, 6, 2)
    )
    assert (found.closed, found.outcomes) == (0, {})


def test_an_agreement_its_pause_its_payments_and_its_force(context):
    with casefiles.at(DAY), transaction():
        case = casefiles.drafted(lawyer())

    def wait(one: Case) -> None:
        service.pause(lawyer(), case=one, ground="appraisal", reason="等待鉴定")

    doing(wait, case, date(2026, 3, 6))
    doing(lambda one: service.resume(lawyer(), case=one), case, date(2026, 3, 7))

    def sign(one: Case) -> None:
        for act in service.draft_agreement_of(one).signatures:
            service.sign(personas.actor("committee"), case=one, signature_id=act.id)

    found = doing(sign, case, date(2026, 3, 8))
    assert (found.settled, found.days, found.paused) == (1, {4: 1}, {(4, 3): 1})
    assert (found.due_count, found.on_time_count) == (2, 0)

    def pay(number: int, amount_fen: int) -> Callable[[Case], object]:
        def act(one: Case) -> object:
            owed = service.effective_agreement(one).instalments[number]
            return service.record_payment(lawyer(), case=one, instalment_id=owed.id, amount_fen=amount_fen)

        return act

    found = doing(pay(0, 865_000), case, date(2026, 3, 8))
    assert (found.received_fen, found.paid_fen, found.on_time_count, found.on_time_fen) == (
        865_000,
        865_000,
        1,
        865_000,
    )
    found = doing(
        lambda one: service.seek_force(lawyer(), case=one, route="judicial_confirmation"), case, date(2026, 3, 20)
    )
    assert found.enforced == 1
    found = doing(pay(1, 800_000), case, date(2026, 5, 4))
    assert (found.received_fen, found.due_count, found.on_time_count) == (1_665_000, 2, 1)
    march = Period(date(2026, 3, 1), date(2026, 3, 31))
    assert queries.overall(personas.actor("committee"), march).paid_fen == 1_665_000
