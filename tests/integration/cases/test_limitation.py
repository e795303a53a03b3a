"""From what happens to a case to the last days of its claims (law.md 2.3, trap 8)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from mediation.cases import limitation, service
from mediation.cases.lifecycle import Track
from mediation.cases.models import Case, LimitationEvent
from mediation.cases.service import ClaimIn, PartyIn
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError, Forbidden
from mediation.deadlines import changes, proposals
from mediation.deadlines.models import Deadline
from tests import personas
from tests.factories import casefiles
from tests.product import Content

RECEIVED = date(2026, 3, 4)


@pytest.fixture
def content() -> Content:
    return casefiles.CONTENT


@pytest.fixture(autouse=True)
def writing(context) -> Iterator[None]:
    with casefiles.at(RECEIVED), transaction():
        yield


def lawyer():
    return personas.actor("duty_lawyer")


def opened(category: str = "contract.unwritten", **changes: Any) -> Case:
    claim = ClaimIn("二倍工资差额", 2_820_000, category_code=category)
    person = PartyIn(name="吴雨桐", claims=(claim,))
    return casefiles.open_wages(lawyer(), applicants=(person,), category_code=category, **changes)


def rows(case: Case) -> list[LimitationEvent]:
    return [one for one in limitation.events_of(case) if one.status == "standing"]


def days(case: Case) -> tuple[date | None, date | None]:
    """(current raw last day, earliest raw last day) as kept for the first claim."""
    kept = db.session.scalars(select(Deadline).where(Deadline.case_id == case.id)).all()
    found = limitation.days_of(limitation.claims_of(case)[:1], kept)[0]
    return tuple(one.raw_last_day if one else None for one in (found.current, found.earliest))  # type: ignore


def test_the_application_interrupts_and_is_proved_by_itself() -> None:
    case = opened(right_known_on=date(2025, 8, 19))
    assert [(one.ground, one.kind, one.happened_on, bool(one.evidence)) for one in rows(case)] == [
        ("right_known", "start", date(2025, 8, 19), True),
        ("mediation_applied", "interruption", RECEIVED, True),
    ]
    assert days(case) == (date(2027, 3, 4), None)
    assert (case.limitation_on, case.limitation_confirmed) == (date(2027, 3, 4), False)


def test_the_day_is_a_deadline_like_any_other() -> None:
    case = opened()
    claim = limitation.claims_of(case)[0]
    row = db.session.scalars(select(Deadline).where(Deadline.subject == f"claim:{claim.id}")).one()
    assert (row.rule_code, row.status, row.is_provisional) == ("ARB-LIMIT-1Y", "open", True)
    assert (row.trigger, row.trigger_on) == ("limitation_interrupted", RECEIVED)
    assert "时效中断：申请调解" in row.explanation[0]["note"]
    urgent = db.session.scalars(select(Deadline).where(Deadline.rule_code == "LA-URGENT-7D")).one()
    assert (urgent.trigger_on, urgent.last_day) == (date(2027, 3, 4), date(2027, 2, 25))


def test_nothing_is_entered_or_opened_twice() -> None:
    case = opened()
    before = (len(limitation.events_of(case)), db.session.scalar(select(func.count(Deadline.id))))
    service.correct(lawyer(), case=case, facts="补充事实")
    service.confirm_track(lawyer(), case=case, track=Track.LABOUR)
    assert before == (len(limitation.events_of(case)), db.session.scalar(select(func.count(Deadline.id))))


def test_a_changed_rule_moves_nothing_until_somebody_accepts_it() -> None:
    case = opened(right_known_on=date(2025, 8, 19))
    changes.change_rule(personas.actor("admin"), code="ARB-LIMIT-1Y", confirmed=True, length=2, note="测试")
    service.correct(lawyer(), case=case, facts="补充事实")
    assert days(case) == (date(2027, 3, 4), None)
    assert case.limitation_on == date(2027, 3, 4)
    assert db.session.scalar(select(func.count()).where(Deadline.status == "replaced")) == 0
    (proposed,) = [one for one in proposals.standing(personas.actor("admin")) if one.case_id == case.id]
    assert proposed.computed.raw_last_day == date(2028, 3, 4)


def test_a_corrected_day_replaces_the_one_before_and_keeps_it() -> None:
    case = opened(right_known_on=date(2025, 5, 6))
    service.correct(lawyer(), case=case, right_known_on=date(2025, 1, 6))
    starts = [one for one in limitation.events_of(case) if one.kind == "start"]
    assert [(one.happened_on, one.status) for one in starts] == [
        (date(2025, 1, 6), "standing"),
        (date(2025, 5, 6), "withdrawn"),
    ]
    assert starts[1].reason
    # The year was over when the application came: it interrupted nothing.
    assert days(case) == (date(2026, 1, 6), None)
    replaced = db.session.scalars(select(Deadline).where(Deadline.status == "replaced")).all()
    assert {one.raw_last_day for one in replaced if one.subject.startswith("claim:")} == {date(2027, 3, 4)}


def test_wages_are_not_limited_while_employment_lasts() -> None:
    case = opened("wage.arrears")
    assert days(case) == (None, date(2027, 3, 4))
    service.correct(lawyer(), case=case, employed_until=date(2026, 2, 28))
    assert days(case) == (date(2027, 3, 4), None)


def test_a_failed_mediation_renews_the_current_day_only() -> None:
    case = opened(right_known_on=date(2025, 8, 19))
    accepted = _accepted(case)
    with casefiles.at(date(2026, 3, 16)):
        service.fail(lawyer(), case=accepted, reason="分歧大", limitation_on=date(2027, 3, 4))
    assert days(case) == (date(2027, 3, 16), date(2027, 3, 4))
    assert (case.limitation_on, case.limitation_confirmed) == (date(2027, 3, 4), True)


def _accepted(case: Case) -> Case:
    service.confirm_track(lawyer(), case=case, track=Track(case.track))
    service.ask_consent(lawyer(), case=case)
    for party_id in [one.party_id for one in limitation.claims_of(case)] + _respondents(case):
        service.record_consent(lawyer(), case=case, party_id=party_id, answer="yes")
    service.accept(lawyer(), case=case)
    return case


def _respondents(case: Case) -> list[int]:
    from mediation.parties import queries as parties

    return [one.id for one in parties.for_case(case.id) if one.side == "respondent"]


def test_an_offer_made_to_settle_is_not_relied_on() -> None:
    case = opened(right_known_on=date(2025, 8, 19))
    service.ask_consent(lawyer(), case=case)
    with casefiles.at(date(2026, 3, 10)):
        service.answer(personas.actor("hr_same_company"), case=case, kind="offer", amount_fen=100_000)
    assert days(case) == (date(2027, 3, 10), date(2027, 3, 4))
    with casefiles.at(date(2026, 3, 11)):
        service.answer(personas.actor("hr_same_company"), case=case, kind="accept")
    assert days(case) == (date(2027, 3, 11), None)


def test_agreement_and_payments_interrupt_and_full_payment_ends_it() -> None:
    case = casefiles.agreed(lawyer(), employed_until=date(2026, 2, 12))
    first, second = service.effective_agreement(case).instalments
    with casefiles.at(date(2026, 3, 8)):
        service.record_payment(lawyer(), case=case, instalment_id=first.id, amount_fen=first.amount_fen)
    assert days(case) == (date(2027, 3, 8), None)
    assert [one.ground for one in rows(case)].count("agreed_to_perform") == 2
    with casefiles.at(date(2026, 3, 20)):
        service.record_payment(lawyer(), case=case, instalment_id=second.id, amount_fen=second.amount_fen)
    assert days(case) == (None, None)
    with casefiles.at(date(2026, 3, 21)):
        service.follow_up(lawyer(), case=case, finding="已收到")
        service.close(lawyer(), case=case)
    assert days(case) == (None, None)


def test_limitation_runs_on_after_the_file_is_closed() -> None:
    case = opened()
    service.withdraw(lawyer(), case=case, reason="另行协商")
    service.close(lawyer(), case=case)
    assert days(case) == (date(2027, 3, 4), None)
    kept = [one for one in db.session.scalars(select(Deadline)) if one.subject.startswith("claim:")]
    assert [one.status for one in kept] == ["open"]


@pytest.mark.parametrize(
    ("changes", "raw"),
    [
        ({"relationship": "self_run", "category_code": "freight.arrears", "track": Track.PEOPLES}, date(2029, 3, 4)),
        ({"relationship": "quasi", "category_code": "new_form.lateness", "track": Track.NEW_FORM}, date(2029, 3, 4)),
    ],
)
def test_civil_claims_run_three_years(changes: dict[str, Any], raw: date) -> None:
    claim = ClaimIn("运费", 100_000, category_code=changes["category_code"])
    case = casefiles.open_wages(lawyer(), applicants=(PartyIn(name="马国栋", claims=(claim,)),), **changes)
    assert days(case) == (raw, None)


def test_advice_interrupts_nothing() -> None:
    case = opened(track=Track.CONSULT, right_known_on=date(2025, 8, 19))
    assert [one.ground for one in rows(case)] == ["right_known"]
    assert days(case) == (date(2026, 8, 19), None)


def test_another_track_brings_another_rule() -> None:
    case = opened(right_known_on=date(2025, 8, 19))
    service.confirm_track(
        lawyer(), case=case, track=Track.PEOPLES, reason="平等主体之间的纠纷", relationship="self_run"
    )
    claim = limitation.claims_of(case)[0]
    kept = db.session.scalars(select(Deadline).where(Deadline.subject == f"claim:{claim.id}")).all()
    assert {one.rule_code: one.status for one in kept} == {"ARB-LIMIT-1Y": "cancelled", "CIV-LIMIT-3Y": "open"}


def test_a_typed_demand_with_evidence_moves_both_days() -> None:
    case = opened(right_known_on=date(2025, 8, 19), track=Track.CONSULT)
    assert days(case) == (date(2026, 8, 19), None)
    row = service.note_limitation(lawyer(), case=case, ground="claim_made", happened_on=date(2026, 2, 2))
    assert days(case) == (date(2027, 2, 2), date(2026, 8, 19))
    service.withdraw_limitation(lawyer(), case=case, event_id=row.id, reason="证据不足")
    assert (row.status, row.reason) == ("withdrawn", "证据不足")
    assert days(case) == (date(2026, 8, 19), None)
    service.note_limitation(
        lawyer(), case=case, ground="claim_made", happened_on=date(2026, 2, 2), evidence="催款微信记录"
    )
    assert days(case) == (date(2027, 2, 2), None)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"ground": "no such"}, "ground"),
        ({"ground": "insured_event"}, "ground"),
        ({"happened_on": date(2026, 3, 5)}, "happened_on"),
        ({"ends_on": date(2026, 3, 1)}, "ends_on"),
        ({"ground": "force_majeure", "ends_on": date(2026, 1, 1)}, "ends_on"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(given: dict[str, Any], field: str) -> None:
    case = opened()
    with pytest.raises(DomainError) as refusal:
        service.note_limitation(
            lawyer(), case=case, **{"ground": "claim_made", "happened_on": date(2026, 2, 2), **given}
        )
    assert refusal.value.field == field


def test_a_claim_can_be_put_under_another_rule_with_a_reason() -> None:
    case = opened()
    claim = limitation.claims_of(case)[0]
    service.choose_limitation_rule(lawyer(), case=case, claim_id=claim.id, rule="CIV-LIMIT-3Y", reason="承揽关系")
    assert days(case) == (date(2029, 3, 4), None)
    with pytest.raises(DomainError):
        service.choose_limitation_rule(lawyer(), case=case, claim_id=claim.id, rule=None, reason=" ")


def test_a_confirmed_day_falls_away_when_the_counted_one_moves() -> None:
    case = opened()
    service.confirm_limitation(lawyer(), case=case, on=date(2027, 3, 4))
    service.correct(lawyer(), case=case, facts="补充事实")
    assert case.limitation_confirmed
    service.correct(lawyer(), case=case, right_known_on=date(2025, 1, 6))
    assert (case.limitation_on, case.limitation_confirmed) == (date(2026, 1, 6), False)


def test_a_company_cannot_touch_it() -> None:
    case = opened()
    with pytest.raises(Forbidden):
        service.note_limitation(
            personas.actor("hr_same_company"), case=case, ground="claim_made", happened_on=date(2026, 2, 2)
        )


def test_a_recorded_act_interrupts_and_a_withdrawn_one_takes_it_back() -> None:
    case = opened(right_known_on=date(2025, 8, 19), track=Track.REFERRAL)
    before = days(case)
    with casefiles.at(date(2026, 3, 10)):
        act = service.record_act(
            lawyer(), case=case, kind="inspection_complained", on=date(2026, 3, 9), evidence="投诉受理回执"
        )
        assert days(case) == (date(2027, 3, 9), None)
        service.withdraw_act(lawyer(), act=act, reason="登记错了案件")
    assert days(case) == before
    assert [(one.ground, one.status) for one in limitation.events_of(case)][-1] == ("complaint", "withdrawn")
