"""The ways of a case: which are open, until when, and why the others are not, on every track (law.md 1.4, 1.7, 1.8)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from mediation.cases.lifecycle import State, Track
from mediation.cases.models import Agreement, Case, CaseEvent, Claim
from mediation.cases.situation import Situation, Way, Who
from mediation.cases.ways import for_company, taken_in, ways_of
from mediation.core import clock
from mediation.deadlines.models import Deadline

LABOUR_BODY, PEOPLES_BODY = ["industry_labour"], ["peoples_mediation"]
EFFECTIVE, TODAY = date(2026, 3, 16), date(2026, 3, 20)


@pytest.fixture(autouse=True)
def day():
    with clock.frozen_at(datetime(2026, 3, 20, 10, tzinfo=clock.SHANGHAI)):
        yield


def case(**values: Any) -> Case:
    given = {"state": "agreed", "track": "labour", "relationship": "employment", "category_code": "wage.arrears"}
    return Case(**{**given, **values})


def agreement(**values: Any) -> Agreement:
    return Agreement(**{"status": "effective", "effective_on": EFFECTIVE, "confirms_relationship": False, **values})


def limit(code: str, raw: date, last: date | None = None, **values: Any) -> Deadline:
    given = {"id": 1, "status": "open", "is_provisional": False, "subject": "", "basis": "", **values}
    return Deadline(rule_code=code, raw_last_day=raw, last_day=last or raw, **given)


BOTH = (limit("LM-ARBREVIEW-15D", date(2026, 3, 31)), limit("JC-30D", date(2026, 4, 15)))
LIMITED = limit("ARB-LIMIT-WAGE-1Y", date(2027, 3, 4), subject="claim:1", is_provisional=True)


def ways(of: Case, terms: Agreement | None = None, *, limits=BOTH, basis=LABOUR_BODY, **more: Any) -> dict[str, Way]:
    claims = more.pop("claims", (Claim(id=1, item="工资", category_code=of.category_code),))
    return {str(one.name): one for one in ways_of(Situation(of, terms, limits, claims, legal_basis=basis, **more))}


def open_ways(found: dict[str, Way]) -> set[str]:
    return {name for name, way in found.items() if way.is_open}


def test_both_windows_stand_side_by_side_with_their_days() -> None:
    found = ways(case(), agreement())
    assert (found["仲裁审查"].is_open, found["仲裁审查"].last_day) == (True, date(2026, 3, 31))
    assert (found["司法确认"].is_open, found["司法确认"].last_day) == (True, date(2026, 4, 15))
    assert not found["支付令"].is_open and found["申请仲裁"].is_open and found["起诉"].is_open
    assert "第15条" in found["申请仲裁"].article and "第51条" in found["起诉"].article


def test_an_agreement_on_the_relationship_closes_arbitration_review() -> None:
    way = ways(case(), agreement(confirms_relationship=True))["仲裁审查"]
    assert not way.is_open and "确认劳动关系" in str(way.note) and "第75条" in way.article


def test_arbitration_review_is_for_the_organisations_of_article_10() -> None:
    assert not ways(case(), agreement(), basis=PEOPLES_BODY)["仲裁审查"].is_open
    assert "第52条" in str(ways(case(), agreement(), basis=PEOPLES_BODY)["司法确认"].note)


def test_one_way_taken_closes_the_other() -> None:
    found = ways(case(), agreement(), taken={"judicial_confirmation": date(2026, 3, 18)})
    assert found["司法确认"].taken_on == date(2026, 3, 18)
    assert not found["仲裁审查"].is_open


def test_a_window_that_has_passed_is_closed() -> None:
    over = (limit("LM-ARBREVIEW-15D", date(2026, 3, 15), date(2026, 3, 16)),)
    way = ways(case(), agreement(), limits=over)["仲裁审查"]
    assert not way.is_open and "届满" in str(way.note)


def test_the_two_payment_orders_lead_elsewhere_when_they_fail() -> None:
    before = ways(case(state="mediating"))["支付令"]
    assert before.is_open and "第30条" in before.article and "先申请仲裁" in str(before.note)
    after = ways(case(state="defaulted"), agreement())["支付令"]
    assert after.is_open and "第16条" in after.article and "直接依据调解协议起诉" in str(after.note)


def test_mediation_is_no_wall_before_arbitration() -> None:
    right = limit("LM-STATUTE-15D", date(2026, 3, 19), status="met")
    found = ways(case(state="mediating"), limits=(right, LIMITED))
    way = found["申请仲裁"]
    assert way.is_open and "2026年3月19日" in str(way.note)
    assert (way.raw_last_day, way.is_provisional, way.is_limited) == (date(2027, 3, 4), True, True)
    assert {"劳动保障监察", "法律援助", "起诉", "支付令"} <= open_ways(found)
    assert not found["仲裁审查"].is_open and "15日" in str(found["仲裁审查"].note)


def test_limitation_turns_nobody_away() -> None:
    over = limit("ARB-LIMIT-1Y", date(2026, 1, 6), subject="claim:1", status="missed")
    way = ways(case(state="failed"), limits=(over,))["申请仲裁"]
    assert way.is_open and "抗辩" in str(way.doubt)


def test_what_was_paid_in_full_leaves_no_way() -> None:
    done = ways(case(state="closed", outcome="agreed", performance="full"), agreement())
    assert not open_ways(done)
    assert "履行完毕" in str(done["申请仲裁"].note)


def test_freight_is_sued_for_or_ordered_and_confirmed() -> None:
    freight = case(track="peoples", relationship="self_run", category_code="freight.arrears", state="mediating")
    found = ways(freight, limits=(limit("CIV-LIMIT-3Y", date(2029, 3, 4), subject="claim:1"),))
    assert open_ways(found) == {"支付令", "起诉"}
    assert found["起诉"].last_day == date(2029, 3, 4) and "第225条" in found["支付令"].article
    agreed = ways(case(track="peoples", relationship="self_run", category_code="freight.arrears"), agreement())
    assert agreed["司法确认"].is_open and "第32条" in agreed["起诉"].article


def test_injury_clocks_stand_beside_whatever_is_mediated() -> None:
    limits = (limit("WI-EMPLOYER-30D", date(2026, 2, 16), date(2026, 2, 24)), limit("WI-WORKER-1Y", date(2027, 1, 17)))
    hurt = case(track="new_form", relationship="undetermined", category_code="injury.occupational", state="mediating")
    found = ways(hurt, limits=limits)
    assert found["申请工伤认定"].last_day == date(2027, 1, 17) and not found["单位申请工伤认定"].is_open
    assert {"职业伤害保障", "法律援助"} <= open_ways(found)


def test_police_mediate_twice_at_most_and_the_civil_side_goes_to_court() -> None:
    scuffle = case(track="police", category_code="public_order", relationship="undetermined", state="received")
    found = ways(scuffle, limits=(limit("PSM-2ND-7WD", date(2026, 4, 13)),))
    assert found["再次治安调解"].last_day == date(2026, 4, 13)
    assert {"起诉", "人民调解"} <= open_ways(found) and "申请仲裁" not in found


def test_traffic_police_are_asked_within_ten_days_or_three_after_mediation() -> None:
    crash = case(track="traffic", category_code="traffic", relationship="undetermined", state="received")
    found = ways(crash, limits=(limit("TR-MED-10D", date(2026, 3, 27)),))
    assert found["公安交管部门调解"].last_day == date(2026, 3, 27) and "起诉" in open_ways(found)


def test_a_quasi_worker_sues_and_may_claim_to_be_employed() -> None:
    rider = case(track="new_form", relationship="quasi", category_code="new_form.lateness", state="failed")
    found = ways(rider)
    assert "认为存在劳动关系" in str(found["申请仲裁"].note) and found["起诉"].is_open


def test_what_another_body_decided_opens_its_own_ways() -> None:
    limits = (
        limit("ARB-SUE-15D", date(2026, 4, 1), subject="worker"),
        limit("ARB-SETASIDE-30D", date(2026, 4, 16), subject="employer", id=2),
    )
    found = ways(case(state="referred"), limits=limits)
    assert found["不服仲裁裁决起诉"].who is Who.CLAIMANT
    assert found["用人单位申请撤销终局裁决"].who is Who.COMPANY


def test_a_company_reads_its_own_ways_and_no_day_of_limitation() -> None:
    limits = (*BOTH, LIMITED, limit("WI-EMPLOYER-30D", date(2026, 4, 2)))
    found = for_company(list(ways(case(state="mediating"), limits=limits).values()))
    names = {str(one.name): one for one in found}
    assert not {"法律援助", "劳动保障监察", "支付令", "申请工伤认定"} & names.keys()
    assert names["申请仲裁"].last_day is None and names["单位申请工伤认定"].last_day == date(2026, 4, 2)


@pytest.mark.parametrize("track", list(Track))
@pytest.mark.parametrize("state", list(State))
def test_every_state_of_every_track_answers(track: Track, state: State) -> None:
    causes = {
        Track.POLICE: "public_order",
        Track.TRAFFIC: "traffic",
        Track.PEOPLES: "freight.arrears",
        Track.NEW_FORM: "new_form.deposit",
    }
    found = ways(case(track=track.value, state=state.value, category_code=causes.get(track, "wage.arrears")))
    assert open_ways(found)
    assert all(str(one.note) and one.article and str(one.people) for one in found.values())


def test_taken_ways_are_read_from_the_history() -> None:
    def event(key: int, **data: Any) -> CaseEvent:
        return CaseEvent(id=key, happened_on=TODAY, data=data)

    history = [
        event(1, route="judicial_confirmation"),
        event(2, act="arbitration_applied", act_on="2026-03-18"),
        event(3, act="arbitration_applied", act_on="2026-03-19", earlier_events=[2]),
        event(4, act="suit_filed", act_on="2026-03-19"),
        event(5, act="suit_filed", act_on="2026-03-19", earlier_events=[4], withdrawn=True),
    ]
    assert taken_in(history) == {"judicial_confirmation": TODAY, "arbitration_applied": date(2026, 3, 19)}


def test_what_an_agreement_left_open_can_still_be_taken_elsewhere() -> None:
    part = {"settled_in_part": True, "outcome": "agreed"}
    found = ways(case(**part), agreement(is_partial=True), limits=(*BOTH, LIMITED))
    assert "协议没有处理的请求，以及" in str(found["申请仲裁"].note) and "第5条、第15条" in found["申请仲裁"].article
    done = case(state="performed", performance="full", **part)
    found = ways(done, agreement(is_partial=True), limits=(*BOTH, LIMITED))
    # What was agreed is done and needs no force; what was not agreed is as open as before.
    assert not found["仲裁审查"].is_open and not found["司法确认"].is_open
    assert found["申请仲裁"].is_open and found["申请仲裁"].last_day == LIMITED.last_day
    assert "以及" not in str(found["申请仲裁"].note)
    assert found["劳动保障监察"].is_open and found["法律援助"].is_open
    assert "《劳动合同法》第30条第2款" in found["支付令"].article and "第15条" in found["起诉"].article
    whole = ways(case(state="performed", performance="full", outcome="agreed"), agreement(), limits=(*BOTH, LIMITED))
    assert not whole["申请仲裁"].is_open and not whole["法律援助"].is_open


def test_of_a_civil_agreement_in_part_the_rest_goes_to_court() -> None:
    values = {
        "track": "peoples",
        "relationship": "self_run",
        "category_code": "freight.arrears",
        "settled_in_part": True,
    }
    civil = case(state="performed", performance="full", **values)
    found = ways(civil, agreement(is_partial=True), basis=PEOPLES_BODY)
    assert found["起诉"].is_open and "第26条" in found["起诉"].article and found["支付令"].is_open
    assert not found["司法确认"].is_open
