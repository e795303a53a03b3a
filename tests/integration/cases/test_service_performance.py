"""Agreement, outcome and performance as services: days of effect, sums, what is refused, what a re-opening keeps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import select

from mediation.cases import service
from mediation.cases.models import Case, CaseEvent, EnforcementStep
from mediation.cases.service import AgreementIn, InstalmentIn
from mediation.core.db import db, transaction
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
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


@contextmanager
def refused(field: str | None, kind: type[DomainError] = DomainError) -> Iterator[None]:
    with pytest.raises(kind) as refusal:
        yield
    assert refusal.value.field == field


def lawyer():
    return personas.actor("duty_lawyer")


def terms(total_fen: int, *parts: int, **more) -> AgreementIn:
    instalments = tuple(InstalmentIn(date(2026, 3, 10 + n), fen) for n, fen in enumerate(parts))
    return AgreementIn(
        facts="事实", terms="条款", total_fen=total_fen, instalments=instalments, payment_method="银行转账", **more
    )


def owed(case: Case):
    agreement = service.effective_agreement(case)
    assert agreement is not None
    return agreement.instalments


@pytest.mark.parametrize(
    ("written", "field"),
    [
        (terms(-1), "total_fen"),
        (terms(100, 40, 50), "instalments"),
        (terms(100), "instalments"),
        (terms(0, 100, -100), "instalments"),
        (AgreementIn("事实", "条款", 100, (InstalmentIn(DAY, 100),)), "payment_method"),
    ],
)
def test_terms_that_do_not_add_up_are_refused(written: AgreementIn, field: str) -> None:
    case = casefiles.mediating(lawyer())
    with refused(field):
        service.draft(lawyer(), case=case, terms=written)


def test_the_last_required_act_sets_the_day_of_effect_whatever_the_order() -> None:
    case = casefiles.drafted(lawyer())
    acts = service.draft_agreement_of(case).signatures
    assert [one.actor_kind for one in acts] == ["party", "party", "party", "mediator", "seal"]
    days = [date(2026, 3, 6), date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 4), date(2026, 3, 7)]
    with casefiles.at(date(2026, 3, 9)):
        # The seal is entered first, a party's signature of the 6th last: the seal's day is the latest.
        for act, on in reversed(list(zip(acts, days, strict=True))):
            assert case.state == "mediating" and case.effective_on is None
            who = personas.actor("committee") if act.actor_kind == "seal" else lawyer()
            service.sign(who, case=case, signature_id=act.id, on=on)
    assert (case.state, case.outcome, case.effective_on, case.settled_on) == (
        "agreed",
        "agreed",
        date(2026, 3, 7),
        date(2026, 3, 7),
    )
    assert case.agreed_fen == 1_665_000


def test_nobody_signs_twice_or_another_cases_line_and_only_the_committee_seals() -> None:
    case, other = casefiles.drafted(lawyer()), casefiles.drafted(lawyer())
    acts = service.draft_agreement_of(case).signatures
    service.sign(lawyer(), case=case, signature_id=acts[0].id)
    with refused(None):
        service.sign(lawyer(), case=case, signature_id=acts[0].id)
    with pytest.raises(NotFound):
        service.sign(lawyer(), case=other, signature_id=acts[1].id)
    with pytest.raises(Forbidden):
        service.sign(lawyer(), case=case, signature_id=acts[-1].id)


def test_a_signed_draft_is_given_up_before_it_is_changed() -> None:
    case = casefiles.drafted(lawyer())
    first = service.draft_agreement_of(case)
    service.sign(lawyer(), case=case, signature_id=first.signatures[0].id)
    with refused(None):
        service.draft(lawyer(), case=case, terms=terms(100, 100))
    service.replace_draft(lawyer(), case=case, reason="金额写错")
    second = service.draft(lawyer(), case=case, terms=terms(100, 100))
    assert (first.status, second.status) == ("replaced", "draft")
    assert [one.id for one in service.agreements_of(case)] == [second.id, first.id]


def test_payments_add_up_and_the_last_one_closes_the_performance() -> None:
    case = casefiles.agreed(lawyer())
    first, second = owed(case)
    pay = {"case": case, "proof": "回单"}
    for amount, field in ((0, "amount_fen"), (-5, "amount_fen"), (865_001, "amount_fen")):
        with refused(field):
            service.record_payment(lawyer(), instalment_id=first.id, amount_fen=amount, **pay)
    with refused("paid_on"):
        service.record_payment(lawyer(), instalment_id=first.id, amount_fen=1, paid_on=date(2026, 3, 5), **pay)
    with pytest.raises(NotFound):
        service.record_payment(lawyer(), instalment_id=10**6, amount_fen=1, **pay)
    service.record_payment(lawyer(), instalment_id=first.id, amount_fen=65_000, **pay)
    assert (case.state, case.performance, case.paid_fen, first.status) == ("performing", "part", 65_000, "part")
    with refused(None):
        service.confirm_performed(lawyer(), case=case)
    service.record_payment(lawyer(), instalment_id=first.id, amount_fen=800_000, **pay)
    service.record_payment(lawyer(), instalment_id=second.id, amount_fen=800_000, **pay)
    assert (case.state, case.performance, case.paid_fen) == ("performed", "full", 1_665_000)
    assert [first.status, second.status] == ["paid", "paid"]


def test_a_missed_instalment_makes_all_of_it_due_when_the_terms_say_so() -> None:
    case = casefiles.agreed(lawyer())
    with refused(None):
        service.declare_default(lawyer(), case=case)
    with casefiles.at(date(2026, 3, 9)):
        service.declare_default(lawyer(), case=case, note="电话不接")
        assert (case.state, case.performance) == ("defaulted", "none")
        assert [one.status for one in owed(case)] == ["defaulted", "defaulted"]
        service.seek_force(lawyer(), case=case, route="payment_order", body="青浦区人民法院")
        assert case.state == "enforcing"
        # What comes in late still counts.
        for one in owed(case):
            service.record_payment(lawyer(), case=case, instalment_id=one.id, amount_fen=one.amount_fen)
        assert (case.state, case.performance) == ("performed", "full")


def test_a_joint_application_moves_nothing() -> None:
    case = casefiles.agreed(lawyer())
    step = service.seek_force(lawyer(), case=case, route="judicial_confirmation", body="青浦区人民法院")
    assert case.state == "agreed" and step.id == db.session.scalars(select(EnforcementStep.id)).one()


def test_failure_prints_the_day_of_limitation() -> None:
    case = casefiles.mediating(lawyer())
    with refused("limitation"):
        service.fail(lawyer(), case=case, reason="分歧大", limitation_on=None)
    with refused("limitation_on"):
        service.fail(lawyer(), case=case, reason="分歧大", limitation_on=date(2026, 3, 3))
    with refused("limitation_reason"):
        service.fail(lawyer(), case=case, reason="分歧大", limitation_on=date(2027, 3, 1))
    why = "申请人自认2月底已经提出过仲裁"
    service.fail(lawyer(), case=case, reason="分歧大", limitation_on=date(2027, 3, 1), limitation_reason=why)
    noted = db.session.scalars(select(CaseEvent).order_by(CaseEvent.id.desc())).first()
    assert (noted.note, noted.data) == (why, {"limitation_on": "2027-03-01", "counted": "2027-03-04"})
    assert case.limitation_confirmed
    assert (case.state, case.outcome, case.limitation_on, case.settled_on) == (
        "failed",
        "failed",
        date(2027, 3, 1),
        DAY,
    )
    with refused(None):  # first the notice (D15)
        service.close(lawyer(), case=case)


@pytest.mark.parametrize(("act", "outcome"), [(service.withdraw, "withdrawn"), (service.terminate, "terminated")])
def test_other_ends_need_a_reason(act, outcome: str) -> None:
    case = casefiles.mediating(lawyer())
    with refused("reason"):
        act(lawyer(), case=case, reason="")
    act(lawyer(), case=case, reason="不再调解")
    assert (case.state, case.outcome, case.outcome_note) == (outcome, outcome, "不再调解")
    with pytest.raises(Conflict):
        act(lawyer(), case=case, reason="再来一次")


def test_no_act_lies_ahead_of_today_or_before_the_application() -> None:
    case = casefiles.mediating(lawyer())
    for on in (date(2026, 3, 5), date(2026, 3, 3)):
        with refused("on"):
            service.withdraw(lawyer(), case=case, reason="和解", on=on)


def test_a_referral_comes_back_with_its_result() -> None:
    case = casefiles.mediating(lawyer())
    with refused("referral_type"):
        service.refer(lawyer(), case=case, referral_type="", reason="转仲裁")
    service.refer(lawyer(), case=case, referral_type="arbitration", reason="转仲裁")
    service.record_result(lawyer(), case=case, result="仲裁裁决支付 1 万元")
    assert (case.state, case.outcome, case.closed_on) == ("closed", "referred", DAY)


def test_reopening_keeps_the_first_spell_in_the_history() -> None:
    case = casefiles.mediating(lawyer())
    service.withdraw(lawyer(), case=case, reason="和解")
    service.close(lawyer(), case=case)
    service.archive(lawyer(), case=case)
    assert case.next_deadline_on is None
    committee = personas.actor("committee")
    with pytest.raises(Forbidden):
        service.reopen(lawyer(), case=case, reason="没有付款")
    with refused("reason"):
        service.reopen(committee, case=case, reason="")
    service.reopen(committee, case=case, reason="没有付款")
    assert (case.state, case.outcome, case.settled_on, case.closed_on, case.archived_on) == (
        "consent_inquiry",
        None,
        None,
        None,
        None,
    )
    assert case.next_deadline_on is not None
    row = db.session.scalars(select(CaseEvent).where(CaseEvent.event == "reopened")).one()
    assert row.data["closed_on"] == DAY.isoformat() and row.note == "没有付款"


def test_a_settled_case_that_is_reopened_stays_settled() -> None:
    case = casefiles.agreed(lawyer())
    service.close(lawyer(), case=case, note="当场付清，凭据后补")
    service.reopen(personas.actor("committee"), case=case, reason="没有付清")
    assert (case.state, case.outcome, case.effective_on) == ("performing", "agreed", DAY)


def test_a_visit_is_rated_from_one_to_five() -> None:
    case = casefiles.agreed(lawyer())
    for satisfaction in (0, 6):
        with refused("satisfaction"):
            service.follow_up(lawyer(), case=case, finding="已付", satisfaction=satisfaction)
    assert service.follow_up(lawyer(), case=case, finding="已付", satisfaction=5).visited_on == DAY
