"""The ways out of a case: which are open, until when, and why the others are not (law.md 1.4)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from mediation.cases.models import Agreement, Case, EnforcementStep
from mediation.cases.ways import Way, ways_of
from mediation.core import clock
from mediation.deadlines.models import Deadline

LABOUR_BODY, PEOPLES_BODY = ["industry_labour"], ["peoples_mediation"]
EFFECTIVE = date(2026, 3, 16)


@pytest.fixture(autouse=True)
def day():
    with clock.frozen_at(datetime(2026, 3, 20, 10, tzinfo=clock.SHANGHAI)):
        yield


def case(**values: Any) -> Case:
    return Case(**{"state": "agreed", "track": "labour", **values})


def agreement(**values: Any) -> Agreement:
    return Agreement(**{"status": "effective", "effective_on": EFFECTIVE, "confirms_relationship": False, **values})


def limit(code: str, raw: date, last: date, **values: Any) -> Deadline:
    given = {"id": 1, "status": "open", "is_provisional": False, **values}
    return Deadline(rule_code=code, raw_last_day=raw, last_day=last, **given)


BOTH = (
    limit("LM-ARBREVIEW-15D", date(2026, 3, 31), date(2026, 3, 31)),
    limit("JC-30D", date(2026, 4, 15), date(2026, 4, 15)),
)


def ways(of: Case, terms: Agreement | None, steps: tuple = (), basis=LABOUR_BODY, limits=BOTH) -> dict[str, Way]:
    return {str(way.name): way for way in ways_of(of, terms, limits, steps, basis)}


def test_both_windows_stand_side_by_side_with_their_days() -> None:
    found = ways(case(), agreement())
    assert (found["仲裁审查"].is_open, found["仲裁审查"].last_day) == (True, date(2026, 3, 31))
    assert (found["司法确认"].is_open, found["司法确认"].last_day) == (True, date(2026, 4, 15))
    assert not found["支付令"].is_open and found["仲裁或起诉"].is_open


def test_an_agreement_on_the_relationship_closes_arbitration_review() -> None:
    way = ways(case(), agreement(confirms_relationship=True))["仲裁审查"]
    assert not way.is_open and "确认劳动关系" in str(way.note) and "第75条" in way.article


def test_arbitration_review_is_for_the_organisations_of_article_10() -> None:
    assert not ways(case(), agreement(), basis=PEOPLES_BODY)["仲裁审查"].is_open
    assert "第52条" in str(ways(case(), agreement(), basis=PEOPLES_BODY)["司法确认"].note)


def test_one_way_taken_closes_the_other() -> None:
    taken = EnforcementStep(route="judicial_confirmation", applied_on=date(2026, 3, 18))
    found = ways(case(), agreement(), (taken,))
    assert found["司法确认"].taken_on == date(2026, 3, 18)
    assert not found["仲裁审查"].is_open


def test_a_window_that_has_passed_is_closed() -> None:
    over = (limit("LM-ARBREVIEW-15D", date(2026, 3, 15), date(2026, 3, 16)),)
    way = ways(case(), agreement(), limits=over)["仲裁审查"]
    assert not way.is_open and way.last_day == date(2026, 3, 16)


def test_the_payment_order_opens_with_the_default() -> None:
    assert ways(case(state="defaulted"), agreement())["支付令"].is_open


def test_freight_is_confirmed_or_sued_for() -> None:
    assert list(ways(case(track="peoples"), agreement())) == ["司法确认", "起诉"]


def test_without_agreement_the_other_routes_carry_the_limitation() -> None:
    found = ways(case(state="failed", limitation_on=date(2027, 3, 16)), None)
    assert found["申请仲裁"].last_day == date(2027, 3, 16)
    assert {"劳动保障监察", "法律援助"} <= found.keys()


@pytest.mark.parametrize("state", ["received", "mediating", "closed", "archived", "withdrawn"])
def test_no_ways_while_nothing_has_ended(state: str) -> None:
    assert ways(case(state=state), None) == {}
