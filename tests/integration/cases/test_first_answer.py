"""The day on which a company answered for the first time: what counts as its answer, and that nothing loses the day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from mediation.cases import queries, service
from mediation.cases.filters import Filters
from mediation.cases.models import Case, CaseCompany, Offer
from mediation.cases.service import ClaimAnswer, PartyIn, importing
from mediation.cases.service.importing import ImportedCase, ImportedParty
from mediation.companies import service as companies
from mediation.companies.models import Company
from mediation.core import clock
from mediation.core.db import db
from mediation.parties import queries as party_queries
from mediation.parties.models import PartyKind, Side
from tests import personas
from tests.factories import casefiles
from tests.integration.cases.test_company_answers import lawyer, ours, theirs, two_companies
from tests.product import Content

DAY = date(2026, 3, 16)
LATER, LAST = DAY + timedelta(days=2), DAY + timedelta(days=5)


@pytest.fixture
def content() -> Content:
    return casefiles.CONTENT


@pytest.fixture
def day(app: Flask):
    with casefiles.at(DAY), app.test_request_context(method="POST"):
        yield


def party_of(company: Company) -> PartyIn:
    return PartyIn(company.name, kind=PartyKind.ORGANISATION, company_id=company.id)


def a_case() -> Case:
    """The outlet is the main respondent, a platform of another tree the second."""
    return two_companies(respondents=(party_of(personas.world().outlet),))


def first(case: Case, company: Company | None = None) -> date | None:
    """The day of the main respondent's, or of another company's."""
    company_id = company.id if company else case.main_company_id
    wanted = (CaseCompany.case_id == case.id, CaseCompany.company_id == company_id)
    return db.session.scalars(select(CaseCompany.answered_on).where(*wanted)).one()


def listed(on: date) -> list[str]:
    """The cases of the list behind the figure of a day."""
    found = queries.list_for(personas.actor("committee"), Filters(answered_from=on, answered_to=on))
    return [row.number for row in found.rows]


def workers_offer(case: Case, **changes) -> Offer:
    values = {"side": "worker", "company_id": case.main_company_id, "amount_fen": 900_000, **changes}
    return service.make_offer(lawyer(), case=case, **values)


def test_the_first_of_several_answers_is_the_answer(day) -> None:
    case = a_case()
    assert first(case) is None and listed(DAY) == []
    claims = service.claims_of(case)
    with casefiles.at(LATER):
        service.answer(ours(), case=case, kind="refuse", reason="不认可", claim_id=claims[0].id)
    with casefiles.at(LAST):
        both = [ClaimAnswer(one.id, "accept") for one in claims]
        service.answer_claims(ours(), case=case, answers=both)
        service.make_offer(ours(), case=case, side="company", amount_fen=1)
    assert first(case) == LATER
    assert (listed(LATER), listed(LAST)) == ([case.number], [])


@pytest.mark.parametrize("who", [ours, lawyer])
def test_an_offer_of_the_companys_is_an_answer_whoever_enters_it(day, who) -> None:
    case = a_case()
    with casefiles.at(LATER):
        service.make_offer(who(), case=case, side="company", company_id=case.main_company_id, amount_fen=500_000)
    assert first(case) == LATER and listed(LATER) == [case.number]


@pytest.mark.parametrize("who", [ours, lawyer])
@pytest.mark.parametrize("outcome", ["accepted", "declined"])
def test_what_it_says_to_a_workers_offer_is_an_answer(day, outcome, who) -> None:
    case = a_case()
    offer = workers_offer(case)
    assert first(case) is None  # the worker spoke, not the company
    with casefiles.at(LATER):
        service.settle_offer(who(), case=case, offer=offer, outcome=outcome, reason="已核对")
    assert first(case) == LATER


def test_the_workers_own_withdrawal_is_no_answer_of_the_company(day) -> None:
    case = a_case()
    service.settle_offer(lawyer(), case=case, offer=workers_offer(case), outcome="withdrawn")
    assert first(case) is None


def test_a_separate_talk_is_no_answer(day) -> None:
    case = a_case()
    service.make_offer(
        lawyer(), case=case, side="company", company_id=case.main_company_id, amount_fen=1, is_separate=True
    )
    secret = workers_offer(case, is_separate=True)
    service.settle_offer(lawyer(), case=case, offer=secret, outcome="accepted")
    assert first(case) is None and listed(DAY) == []


def test_an_answer_to_an_invitation_is_no_answer_to_the_claims(day) -> None:
    case = a_case()
    session = service.plan_session(lawyer(), case=case, starts_at=clock.now() + timedelta(days=1))
    service.reply_to_session(ours(), case=case, session=session, reply="absent", note="出差")
    assert first(case) is None


def test_another_companys_answer_is_not_the_main_respondents(day) -> None:
    case, other = a_case(), personas.world().other_company
    service.answer(theirs(), case=case, kind="refuse", reason="不是我单位的员工")
    service.settle_offer(theirs(), case=case, offer=workers_offer(case, company_id=other.id), outcome="accepted")
    assert (first(case), first(case, other)) == (None, DAY)
    assert listed(DAY) == []
    with casefiles.at(LATER):
        service.answer(ours(), case=case, kind="accept")
    assert (first(case), first(case, other)) == (LATER, DAY) and listed(LATER) == [case.number]


def test_the_day_outlives_a_change_of_the_parties(day) -> None:
    case, other = a_case(), personas.world().other_company
    service.answer(ours(), case=case, kind="accept")
    service.answer(theirs(), case=case, kind="accept")
    with casefiles.at(LATER):
        service.enter_party(lawyer(), case=case, side=Side.RESPONDENT, person=party_of(personas.world().company))
        worker = party_queries.for_case(case.id)[0]
        service.change_party(lawyer(), case=case, party_id=worker.id, phone="13900139000")
    assert (first(case), first(case, other)) == (DAY, DAY)
    assert first(case, personas.world().company) is None


def test_a_merge_keeps_the_day_and_its_undoing_gives_it_back(day) -> None:
    committee, world = personas.actor("committee"), personas.world()
    doubled = companies.create_company(committee, name="云岫青浦（重复）")
    case = two_companies(respondents=(party_of(doubled),))
    service.make_offer(lawyer(), case=case, side="company", company_id=doubled.id, amount_fen=1)
    with casefiles.at(LATER):
        merged = companies.merge(committee, source=doubled, target=world.outlet, reason="重复")
        assert case.main_company_id == world.outlet.id and first(case) == DAY and listed(DAY) == [case.number]
        companies.undo_merge(committee, merged=merged)
    assert case.main_company_id == doubled.id and first(case) == DAY and listed(DAY) == [case.number]


@pytest.mark.parametrize("earlier_by_target", [False, True])
def test_of_two_companies_of_one_case_that_are_one_the_first_answer_counts(day, earlier_by_target) -> None:
    committee, world = personas.actor("committee"), personas.world()
    doubled = companies.create_company(committee, name="云岫青浦（重复）")
    case = two_companies(respondents=(party_of(doubled), party_of(world.outlet)))
    days = {True: DAY, False: LATER}
    for company, on in ((world.outlet, days[earlier_by_target]), (doubled, days[not earlier_by_target])):
        with casefiles.at(on):
            service.make_offer(lawyer(), case=case, side="company", company_id=company.id, amount_fen=1)
    with casefiles.at(LAST):
        companies.merge(committee, source=doubled, target=world.outlet, reason="重复")
        assert first(case) == DAY and listed(DAY) == [case.number]
        service.enter_party(lawyer(), case=case, side=Side.RESPONDENT, person=PartyIn("某自然人"))
    assert first(case) == DAY


@pytest.mark.parametrize("source_on", [DAY, None])
@pytest.mark.parametrize("target_on", [LATER, None])
def test_parted_again_two_companies_of_one_case_have_their_own_days(day, source_on, target_on) -> None:
    committee, world = personas.actor("committee"), personas.world()
    doubled = companies.create_company(committee, name="云岫青浦（重复）")
    case = two_companies(respondents=(party_of(doubled), party_of(world.outlet)))
    for company, on in ((doubled, source_on), (world.outlet, target_on)):
        if on:
            with casefiles.at(on):
                service.make_offer(lawyer(), case=case, side="company", company_id=company.id, amount_fen=1)
    with casefiles.at(LAST):
        merged = companies.merge(committee, source=doubled, target=world.outlet, reason="重复")
        assert first(case) == (source_on or target_on)
        companies.undo_merge(committee, merged=merged)
    assert case.main_company_id == doubled.id
    assert (first(case, doubled), first(case, world.outlet)) == (source_on, target_on)
    assert (case.number in listed(DAY), case.number in listed(LATER)) == (source_on == DAY, False)


def test_what_the_survivor_has_said_since_stays_with_it(day) -> None:
    committee, world = personas.actor("committee"), personas.world()
    doubled = companies.create_company(committee, name="云岫青浦（重复）")
    case = two_companies(respondents=(party_of(doubled), party_of(world.outlet)))
    service.make_offer(lawyer(), case=case, side="company", company_id=doubled.id, amount_fen=1)
    with casefiles.at(LATER):
        merged = companies.merge(committee, source=doubled, target=world.outlet, reason="重复")
        service.make_offer(lawyer(), case=case, side="company", company_id=world.outlet.id, amount_fen=2)
        assert first(case) == DAY
        companies.undo_merge(committee, merged=merged)
    assert (first(case, doubled), first(case, world.outlet)) == (DAY, LATER)


def test_a_company_left_out_by_a_change_of_the_parties_is_named_again_with_its_day(day) -> None:
    committee, world = personas.actor("committee"), personas.world()
    doubled = companies.create_company(committee, name="云岫青浦（重复）")
    case = two_companies(respondents=(party_of(doubled), party_of(world.outlet)))
    service.make_offer(lawyer(), case=case, side="company", company_id=doubled.id, amount_fen=1)
    with casefiles.at(LATER):
        service.make_offer(lawyer(), case=case, side="company", company_id=world.outlet.id, amount_fen=2)
        merged = companies.merge(committee, source=doubled, target=world.outlet, reason="重复")
        service.enter_party(lawyer(), case=case, side=Side.RESPONDENT, person=PartyIn("某自然人"))
        companies.undo_merge(committee, merged=merged)
    rows = select(CaseCompany.company_id, CaseCompany.answered_on, CaseCompany.is_main, CaseCompany.level1_id)
    found = {row[0]: tuple(row[1:]) for row in db.session.execute(rows.where(CaseCompany.case_id == case.id))}
    found.pop(personas.world().other_company.id)
    assert found == {doubled.id: (DAY, True, doubled.id), world.outlet.id: (LATER, False, world.outlet.level1_id)}
    assert listed(DAY) == [case.number]


def test_a_ledger_tells_of_no_answers(day) -> None:
    outlet = personas.world().outlet
    (case,) = importing.import_cases(
        personas.actor("committee"),
        rows=[
            ImportedCase(
                key="one",
                received_on=DAY,
                applicants=(ImportedParty("周明远"),),
                respondents=(ImportedParty(outlet.name, is_organisation=True),),
                result="agreed",
                settled_fen=100_000,
            )
        ],
    )
    assert case.main_company_id == outlet.id and first(case) is None
