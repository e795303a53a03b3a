"""Opening a case and its acceptance as services: rows, numbers, clocks, history, audit; what is refused, and where."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select

from mediation.cases import queries, service
from mediation.cases.lifecycle import Track
from mediation.cases.models import Assignment, CaseCompany, CaseEvent, Consent
from mediation.cases.service import ClaimIn, PartyIn
from mediation.companies import service as companies
from mediation.companies.models import Company
from mediation.core.actor import system
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError, Forbidden, NotFound
from mediation.deadlines import queries as deadlines
from mediation.parties import queries as parties
from mediation.parties.models import PartyKind, PartyRole
from tests import personas
from tests.factories import casefiles
from tests.product import Content

DAY = date(2026, 3, 4)


@pytest.fixture
def content() -> Content:
    return casefiles.CONTENT


@pytest.fixture(autouse=True)
def writing(context) -> Iterator[None]:
    with casefiles.at(DAY), transaction():
        yield


def events_of(case) -> list[str]:
    return list(db.session.scalars(select(CaseEvent.event).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)))


def respondent(name: str, company_id: int | None = None) -> PartyIn:
    return PartyIn(name=name, kind=PartyKind.ORGANISATION, role=PartyRole.EMPLOYER, company_id=company_id)


@pytest.mark.parametrize("persona", ["hr_same_company", "admin"])
def test_who_opens_no_cases_is_refused(persona: str) -> None:
    with pytest.raises(Forbidden):
        casefiles.open_wages(personas.actor(persona))


def test_an_opened_case_has_number_history_clock_and_trail() -> None:
    lawyer = personas.actor("duty_lawyer")
    first, second = casefiles.open_wages(lawyer), casefiles.open_wages(lawyer)
    assert (first.number, second.number) == ("2026-000001", "2026-000002")
    assert first.case_no is None and events_of(first) == ["received"]
    assert {one.rule_code for one in deadlines.of_case(first.id)} == {
        "LM-ACCEPT-3WD",
        "LM-STATUTE-15D",
        "ARB-LIMIT-WAGE-1Y",
        "LA-URGENT-7D",
    }
    trail = list(db.session.scalars(select(Assignment.duty).where(Assignment.case_id == first.id)))
    assert trail == ["handler"]
    audited = {row.event for row in db.session.info["append_later"] if row.case_id == first.id}
    assert {"case_event", "record_created"} <= audited


def test_the_register_counts_per_year_of_receipt_and_committee() -> None:
    lawyer = personas.actor("duty_lawyer")
    assert casefiles.open_wages(lawyer, received_on=date(2025, 12, 30)).number == "2025-000001"
    assert casefiles.open_wages(lawyer).number == "2026-000001"
    elsewhere = personas.actor("committee_elsewhere")
    assert casefiles.open_wages(elsewhere, respondents=(), station_id=None).number == "2026-000001"


def test_a_case_is_not_received_tomorrow_nor_from_nobody() -> None:
    lawyer = personas.actor("duty_lawyer")
    for changes, field in (({"received_on": date(2026, 3, 5)}, "received_on"), ({"applicants": ()}, "applicant_name")):
        with pytest.raises(DomainError) as refusal:
            casefiles.open_wages(lawyer, **changes)
        assert refusal.value.field == field


def test_sums_heads_and_title_follow_from_the_parties() -> None:
    lawyer = personas.actor("duty_lawyer")
    people = tuple(
        PartyIn(name=f"工友{n}", claims=(ClaimIn("工资", 100 if n else None), ClaimIn("加班费", 50))) for n in range(10)
    )
    case = casefiles.open_wages(lawyer, applicants=people, claims=(ClaimIn("押金", 7),))
    assert case.claimed_fen == 9 * 100 + 10 * 50 + 7
    assert (case.headcount, case.is_collective) == (10, True)
    assert case.title == "工友0 等10人 — 云岫速运青浦网点"
    # As many stand behind it as were counted, even when not all are named.
    assert casefiles.open_wages(lawyer, headcount=30).headcount == 30
    assert casefiles.open_wages(lawyer, applicants=people, headcount=3).headcount == 10


def test_companies_are_found_entered_and_each_named_once() -> None:
    lawyer, world = personas.actor("duty_lawyer"), personas.world()
    rows = (respondent("从未见过的公司"), respondent(world.outlet.name), respondent(world.outlet.name, world.outlet.id))
    case = casefiles.open_wages(lawyer, respondents=rows)
    new = db.session.get_one(Company, case.main_company_id)
    assert new.name == "从未见过的公司" and not new.is_verified
    named = db.session.scalars(select(CaseCompany).where(CaseCompany.case_id == case.id)).all()
    assert {(one.company_id, one.is_main) for one in named} == {(new.id, True), (world.outlet.id, False)}
    assert {(one.level1_id, one.level3_id) for one in named if not one.is_main} == {(world.company.id, world.outlet.id)}


def test_a_case_follows_its_company_through_the_tree_and_a_merge() -> None:
    committee, world = personas.actor("committee"), personas.world()
    case = casefiles.open_wages(
        personas.actor("duty_lawyer"), respondents=(respondent(world.outlet.name, world.outlet.id),)
    )
    service.confirm_track(personas.actor("duty_lawyer"), case=case, track=Track.LABOUR)
    service.ask_consent(personas.actor("duty_lawyer"), case=case)
    same, other = personas.actor("hr_same_company"), personas.actor("hr_other_company")
    assert queries.get_for(same, case.number)
    companies.move(committee, company=world.outlet, parent=world.other_company, level=None)
    db.session.expire_all()
    assert case.level1_id == world.other_company.id
    assert queries.get_for(other, case.number)
    with pytest.raises(NotFound):
        queries.get_for(same, case.number)

    merged = companies.merge(committee, source=world.outlet, target=world.region, reason="同一网点")
    db.session.expire_all()
    assert case.main_company_id == world.region.id and case.level1_id == world.company.id
    assert queries.get_for(same, case.number)
    companies.undo_merge(committee, merged=merged)
    db.session.expire_all()
    assert case.main_company_id == world.outlet.id and case.level1_id == world.other_company.id


def test_another_track_needs_a_reason_and_stays_in_the_history() -> None:
    lawyer = personas.actor("duty_lawyer")
    case = casefiles.open_wages(lawyer)
    with pytest.raises(DomainError) as refusal:
        service.confirm_track(lawyer, case=case, track=Track.PEOPLES)
    assert refusal.value.field == "reason" and case.track == "labour"
    with pytest.raises(Forbidden):
        service.confirm_track(lawyer, case=case, track=Track.POLICE, reason="推给派出所")
    service.confirm_track(lawyer, case=case, track=Track.PEOPLES, reason="实为承揽", relationship="self_run")
    service.confirm_track(lawyer, case=case, track=Track.LABOUR, reason="查明有考勤", relationship="employment")
    assert events_of(case) == ["received", "track_confirmed", "reclassified"]
    row = db.session.scalars(select(CaseEvent).where(CaseEvent.event == "reclassified")).one()
    assert (row.data["track_before"], row.data["track"], row.note) == ("peoples", "labour", "查明有考勤")


def test_consent_is_asked_of_the_other_side_only() -> None:
    lawyer = personas.actor("duty_lawyer")
    case = casefiles.open_wages(lawyer)
    service.ask_consent(lawyer, case=case)
    sides = {one.id: one.side for one in parties.for_case(case.id)}
    rows = db.session.scalars(select(Consent).where(Consent.case_id == case.id)).all()
    assert {(sides[one.party_id], one.answer) for one in rows} == {("applicant", "yes"), ("respondent", "none")}
    with pytest.raises(DomainError) as refusal:
        service.record_consent(lawyer, case=case, party_id=10**6, answer="yes")
    assert refusal.value.field == "party_id"


def test_acceptance_waits_for_track_and_consent_and_numbers_without_gaps() -> None:
    lawyer = personas.actor("duty_lawyer")
    refused = casefiles.open_wages(lawyer)
    service.ask_consent(lawyer, case=refused)
    with pytest.raises(DomainError):
        service.accept(lawyer, case=refused)
    assert refused.case_no is None
    cases = [casefiles.accepted(lawyer) for _ in range(2)]
    assert [one.case_no for one in cases] == ["沪快调字〔2026〕第1号", "沪快调字〔2026〕第2号"]
    assert cases[0].mediation_ends_on == date(2026, 3, 19)
    open_rules = {one.rule_code for one in deadlines.of_case(cases[0].id) if one.status == "open"}
    assert "LM-MEDIATE-15D" in open_rules and "LM-ACCEPT-3WD" not in open_rules


def test_a_refusal_gives_its_reason_and_settles_nothing() -> None:
    lawyer = personas.actor("duty_lawyer")
    case = casefiles.open_wages(lawyer)
    with pytest.raises(DomainError):
        service.refuse(lawyer, case=case, reason="")
    service.refuse(lawyer, case=case, reason="已在仲裁")
    assert (case.state, case.outcome, case.outcome_note, case.settled_on) == (
        "not_accepted",
        "not_accepted",
        "已在仲裁",
        DAY,
    )


def test_a_new_handler_ends_the_old_assignment() -> None:
    case = casefiles.open_wages(personas.actor("duty_lawyer"))
    committee = personas.actor("committee")
    service.assign_handler(committee, case=case, user_id=casefiles.user_id("lawyer_elsewhere"), reason="调班")
    rows = db.session.scalars(select(Assignment).where(Assignment.case_id == case.id).order_by(Assignment.id)).all()
    assert [one.to_at is None for one in rows] == [False, True]
    assert queries.get_for(personas.actor("lawyer_elsewhere"), case.number)
    with pytest.raises(NotFound):
        service.assign_handler(committee, case=case, user_id=casefiles.user_id("committee_elsewhere"))
    with pytest.raises(Forbidden):
        service.assign_handler(personas.actor("duty_lawyer"), case=case, user_id=casefiles.user_id("duty_lawyer"))


def test_the_system_handles_nothing_itself() -> None:
    committee_id = personas.world().committee.id
    case = casefiles.open_wages(system(committee_id))
    assert case.handler_id is None and case.opened_by is None
