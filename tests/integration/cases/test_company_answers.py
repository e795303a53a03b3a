"""A company's answer claim by claim, its offers, its papers: revised until signed, seen by the committee and its own tree."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mediation.attachments import service as attachments
from mediation.cases import notices, policy, service
from mediation.cases.labels import EVENTS
from mediation.cases.lifecycle import Event, State
from mediation.cases.models import Case
from mediation.cases.service import ClaimAnswer, PartyIn
from mediation.core.actor import Actor
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from mediation.parties import queries as party_queries
from mediation.parties.models import PartyKind, PartyRole, Side
from tests import personas
from tests.factories import casefiles
from tests.product import Content

DAY = date(2026, 3, 16)


@pytest.fixture
def content() -> Content:
    return casefiles.CONTENT


@pytest.fixture
def day(context):
    with casefiles.at(DAY):
        yield context


def lawyer() -> Actor:
    return personas.actor("duty_lawyer")


def ours() -> Actor:
    return personas.actor("hr_same_company")


def theirs() -> Actor:
    return personas.actor("hr_other_company")


def two_companies(make=casefiles.mediating, **changes) -> Case:
    """A case against an outlet of one tree and a platform of another, with two claims."""
    case = make(lawyer(), **changes)
    other = personas.world().other_company
    platform = PartyIn(other.name, kind=PartyKind.ORGANISATION, role=PartyRole.PLATFORM, company_id=other.id)
    service.enter_party(lawyer(), case=case, side=Side.RESPONDENT, person=platform)
    service.enter_claim(lawyer(), case=case, claim=service.ClaimIn("返还押金", 200_000))
    return case


def keep(actor: Actor, case: Case, name: str, kind: str = "pay_records") -> int:
    row = attachments.store(
        actor, committee_id=case.committee_id, case_id=case.id, kind=kind, filename=name, content=name.encode()
    )
    return row.id


def test_all_claims_are_answered_in_one_go_and_revised_with_the_history_kept(day) -> None:
    case = two_companies()
    wages, deposit = service.claims_of(case)
    service.answer_claims(
        ours(),
        case=case,
        answers=[
            ClaimAnswer(wages.id, "offer", 900_000, "分两期", DAY + timedelta(days=5)),
            ClaimAnswer(deposit.id, "refuse", reason="押金已退"),
        ],
    )
    service.answer(ours(), case=case, kind="accept", claim_id=deposit.id)
    rows = service.answers_for(lawyer(), case)
    assert [(one.claim_id, one.kind) for one in rows] == [
        (wages.id, "offer"),
        (deposit.id, "refuse"),
        (deposit.id, "accept"),
    ]
    assert {key[1]: one.kind for key, one in service.newest(rows).items()} == {wages.id: "offer", deposit.id: "accept"}
    (offer,) = service.offers_for(lawyer(), case)
    assert (offer.side, offer.amount_fen, offer.terms, offer.status) == ("company", 900_000, "分两期", "open")
    assert service.accepted_terms(case) == [(deposit, 200_000, None)]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "perhaps"}, "kind"),
        ({"kind": "offer", "reason": "分期"}, "amount_fen"),
        ({"kind": "refuse"}, "reason"),
        ({"kind": "offer", "amount_fen": 1, "valid_until": DAY - timedelta(days=1)}, "valid_until"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_at_its_field(day, wrong, field) -> None:
    case = two_companies()
    with pytest.raises(DomainError) as error:
        service.answer(ours(), case=case, claim_id=service.claims_of(case)[0].id, **wrong)
    assert error.value.field == field


def test_once_somebody_has_signed_the_claims_are_answered(day) -> None:
    case = casefiles.drafted(lawyer())
    claim = service.claims_of(case)[0]
    service.answer(ours(), case=case, kind="accept", claim_id=claim.id)
    first = service.draft_agreement_of(case).signatures[0]
    service.sign(lawyer(), case=case, signature_id=first.id)
    with pytest.raises(DomainError, match="协议已经签署"):
        service.answer(ours(), case=case, kind="refuse", reason="反悔", claim_id=claim.id)


def test_neither_company_sees_what_the_other_says_or_hands_in(day) -> None:
    case = two_companies()
    claim = service.claims_of(case)[0]
    service.answer(ours(), case=case, kind="refuse", reason="云岫的话", claim_id=claim.id)
    service.answer(theirs(), case=case, kind="offer", amount_fen=5, claim_id=claim.id)
    files = {}
    for officer, name in ((ours(), "yunxiu.txt"), (theirs(), "yuanlan.txt")):
        files[name] = keep(officer, case, name)
        service.hand_in(officer, case=case, file_ids=[files[name]], kind="pay_records")
    held = list(attachments.queries.of_case(case.id, include_internal=True))
    for officer, own, foreign in ((ours(), "yunxiu.txt", "yuanlan.txt"), (theirs(), "yuanlan.txt", "yunxiu.txt")):
        names = {one.filename for one in policy.openable(officer, case.id, held)}
        assert own in names and foreign not in names
        (company_id,) = {one.company_id for one in service.answers_for(officer, case)}
        assert company_id in policy.own_companies(officer, case.id)
        assert {one.company_id for one in service.offers_for(officer, case)} <= {company_id}
    assert {"yunxiu.txt", "yuanlan.txt"} <= {one.filename for one in policy.openable(lawyer(), case.id, held)}
    # A colleague of the same tree sees what the company handed in, whoever did.
    assert files["yunxiu.txt"] in policy.handed_in(case.id, policy.own_names(ours(), case.id))


def test_a_receipt_is_for_the_company_that_owes_the_payment(day) -> None:
    case = casefiles.agreed(lawyer())
    other = personas.world().other_company
    platform = PartyIn(other.name, kind=PartyKind.ORGANISATION, role=PartyRole.PLATFORM, company_id=other.id)
    service.enter_party(lawyer(), case=case, side=Side.RESPONDENT, person=platform)
    receipt = keep(lawyer(), case, "receipt.txt", "proof")
    first = service.effective_agreement(case).instalments[0]
    service.record_payment(lawyer(), case=case, instalment_id=first.id, amount_fen=100, attachment_id=receipt)
    file = attachments.queries.get_of_case(case.id, receipt, include_internal=False)
    assert policy.may_open_file(ours(), file) and not policy.may_open_file(theirs(), file)


# Offers.


def test_a_thread_of_offers_ends_with_one_accepted(day) -> None:
    case = two_companies()
    claim = service.claims_of(case)[0]
    service.answer(ours(), case=case, kind="offer", amount_fen=900_000, claim_id=claim.id)
    first = service.offers_for(ours(), case)[0]
    company_id = first.company_id
    counter = service.make_offer(
        lawyer(), case=case, side="worker", claim_id=claim.id, company_id=company_id, amount_fen=1_500_000,
        valid_until=DAY + timedelta(days=3), replies_to=first,
    )  # fmt: skip
    assert first.status == "declined" and case.waiting_for == "respondent"
    second = service.make_offer(
        ours(), case=case, side="company", claim_id=claim.id, amount_fen=1_200_000, replies_to=counter
    )
    assert counter.status == "declined" and second.replies_to_id == counter.id and case.waiting_for == "staff"
    service.settle_offer(lawyer(), case=case, offer=second, outcome="accepted")
    assert second.status == "accepted" and second.settled_on == DAY
    assert service.accepted_terms(case) == [(claim, 1_200_000, None)]
    with pytest.raises(Conflict):
        service.settle_offer(lawyer(), case=case, offer=second, outcome="declined")


def test_a_newer_offer_replaces_and_an_expired_one_cannot_be_accepted(day) -> None:
    case = two_companies()
    old = service.make_offer(ours(), case=case, side="company", amount_fen=1, valid_until=DAY)
    new = service.make_offer(ours(), case=case, side="company", amount_fen=2, valid_until=DAY)
    assert (old.status, new.status) == ("replaced", "open")
    with casefiles.at(DAY + timedelta(days=1)):
        assert service.status_of(new, DAY + timedelta(days=1)) == "expired" and new.status == "open"
        with pytest.raises(Conflict, match="有效期"):
            service.settle_offer(lawyer(), case=case, offer=new, outcome="accepted")
        service.settle_offer(ours(), case=case, offer=new, outcome="withdrawn")
    assert new.status == "withdrawn"


def test_a_company_speaks_for_itself_alone(day) -> None:
    case = two_companies()
    other = personas.world().other_company
    mine = service.make_offer(ours(), case=case, side="company", amount_fen=1)
    for wrong in (
        {"side": "worker"},
        {"side": "company", "company_id": other.id},
        {"side": "company", "is_separate": True},
    ):
        with pytest.raises(Forbidden):
            service.make_offer(ours(), case=case, amount_fen=1, **wrong)
    with pytest.raises(Forbidden):  # its own offer it can only withdraw
        service.settle_offer(ours(), case=case, offer=mine, outcome="accepted")
    with pytest.raises(NotFound):
        service.offer_for(theirs(), case, mine.id)
    with pytest.raises(Forbidden):
        service.make_offer(personas.actor("police_here"), case=case, side="worker", amount_fen=1)


def test_what_was_said_in_a_separate_talk_is_for_the_handlers(day) -> None:
    case = two_companies()
    before = len(service.offers_for(lawyer(), case))
    secret = service.make_offer(lawyer(), case=case, side="worker", amount_fen=700_000, terms="底线", is_separate=True)
    assert len(service.offers_for(lawyer(), case)) == before + 1
    assert secret not in service.offers_for(ours(), case)
    with pytest.raises(NotFound):
        service.offer_for(ours(), case, secret.id)
    assert Event.OFFER_MADE.value not in [one.event for one in casefiles.queries.timeline_for(lawyer(), case)]


def test_an_answer_settles_the_companys_own_open_offer(day) -> None:
    case = two_companies()
    claim = service.claims_of(case)[0]
    service.answer(ours(), case=case, kind="offer", amount_fen=3, claim_id=claim.id)
    service.answer(ours(), case=case, kind="refuse", reason="不同意", claim_id=claim.id)
    assert [one.status for one in service.offers_for(ours(), case)] == ["withdrawn"]


# Power of attorney.


def name_agent(case: Case, officer: Actor | None = None, **changes) -> service.Authority:
    officer = officer or ours()
    own = set(policy.own_companies(officer, case.id))
    party = next(one for one in party_queries.for_case(case.id) if one.company_id in own)
    values = {
        "party_id": party.id, "name": "林代理", "position": "法务经理", "scope": "special", "powers": ["sign", "settle"],
        "to_on": DAY + timedelta(days=10), "file_ids": [keep(officer, case, "poa.txt", "authority")], **changes,
    }  # fmt: skip
    service.name_representative(officer, case=case, **values)
    return service.authorities_for(officer, case)[0]


def test_a_representative_acts_only_once_the_paper_was_looked_at(day) -> None:
    case = two_companies()
    paper = name_agent(case)
    assert paper.status == "pending" and not any(one.representatives for one in party_queries.for_case(case.id))
    assert service.authorities_for(theirs(), case) == []
    person = service.review_representative(lawyer(), case=case, authority=paper, is_confirmed=True)
    assert (person.name, person.relation, person.scope, person.powers) == (
        "林代理",
        "法务经理",
        "special",
        ["sign", "settle"],
    )
    assert service.authorities_for(ours(), case)[0].status == "confirmed"
    with pytest.raises(Conflict):
        again = service.authorities_for(lawyer(), case)[0]
        service.review_representative(lawyer(), case=case, authority=again, is_confirmed=False, reason="迟了")


def test_a_paper_is_turned_down_with_the_reason(day) -> None:
    case = two_companies()
    paper = name_agent(case)
    with pytest.raises(DomainError) as error:
        service.review_representative(lawyer(), case=case, authority=paper, is_confirmed=False)
    assert error.value.field == "reason"
    service.review_representative(lawyer(), case=case, authority=paper, is_confirmed=False, reason="没有盖章")
    back = service.authorities_for(ours(), case)[0]
    assert (back.status, back.reason) == ("rejected", "没有盖章")
    assert not any(one.representatives for one in party_queries.for_case(case.id))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"),
        ({"powers": []}, "powers"),
        ({"to_on": DAY - timedelta(days=1)}, "to_on"),
        ({"file_ids": []}, "files"),
    ],
)
def test_a_power_of_attorney_is_complete(day, wrong, field) -> None:
    with pytest.raises(DomainError) as error:
        name_agent(two_companies(), **wrong)
    assert error.value.field == field


def test_nobody_names_an_agent_for_another_company(day) -> None:
    case = two_companies()
    worker = party_queries.for_case(case.id)[0]
    with pytest.raises(Forbidden):
        name_agent(case, party_id=worker.id)


# Payments.


def test_a_payment_counts_when_the_worker_has_it(day) -> None:
    case = casefiles.agreed(lawyer())
    first = service.own_instalments(ours(), case)[0]
    receipt = keep(ours(), case, "receipt.txt", "proof")
    told = {"instalment_id": first.id, "paid_on": DAY, "file_ids": [receipt], "proof": "回单 1"}
    service.report_payment(ours(), case=case, amount_fen=865_000, **told)
    assert first.paid_fen == 0 and case.state == State.AGREED.value
    with pytest.raises(DomainError, match="待确认"):
        service.report_payment(ours(), case=case, amount_fen=1, **told)
    report = service.reports_for(lawyer(), case)[0]
    service.dispute_report(lawyer(), case=case, report=report, reason="账户没有到账")
    assert service.reports_for(ours(), case)[0].reason == "账户没有到账"
    service.report_payment(ours(), case=case, amount_fen=865_000, **told)
    payment = service.confirm_report(lawyer(), case=case, report=service.reports_for(lawyer(), case)[0])
    assert (first.paid_fen, payment.attachment_id, payment.proof) == (865_000, receipt, "回单 1")
    assert [one.status for one in service.reports_for(lawyer(), case)] == ["confirmed", "disputed"]
    with pytest.raises(Conflict):
        service.confirm_report(lawyer(), case=case, report=service.reports_for(lawyer(), case)[0])


def test_another_company_pays_nothing_here(day) -> None:
    case = casefiles.agreed(lawyer())
    first = service.effective_agreement(case).instalments[0]
    with pytest.raises(Forbidden):
        service.report_payment(theirs(), case=case, instalment_id=first.id, amount_fen=1, paid_on=DAY, file_ids=[1])


def test_the_handler_learns_of_everything_a_company_does() -> None:
    assert set(EVENTS) >= notices.OF_THE_COMPANY and notices.OF_THE_COMPANY <= notices.TO_HANDLER
