"""Legal acts that were corrected or withdrawn: what they started, met and lengthened is judged again."""

from __future__ import annotations

from datetime import date

import pytest
from flask.ctx import AppContext

from mediation.cases import service
from mediation.core.actor import Actor
from mediation.core.errors import Conflict, DomainError
from tests import personas
from tests.factories import casefiles
from tests.integration.cases.recording import act, history, open_case, rows, says
from tests.product import Content


@pytest.fixture
def content() -> Content:
    return casefiles.CONTENT


@pytest.fixture
def lawyer(context: AppContext) -> Actor:
    return personas.actor("duty_lawyer")


def test_a_corrected_act_moves_what_it_started_and_judges_again_what_met_it(lawyer: Actor) -> None:
    case = open_case(lawyer)
    first = act(lawyer, case, "arbitration_applied", "2026-09-18")
    act(lawyer, case, "arbitration_accepted", "2026-09-24")
    assert says(case)["ARB-ACCEPT-5WD"] == ("2026-09-24", "met")
    with casefiles.at(date(2026, 12, 2)):
        second = service.correct_act(lawyer, act=first, on=date(2026, 9, 16), reason="看错收件章")
        assert says(case)["ARB-ACCEPT-5WD"] == ("2026-09-22", "missed")
        third = service.correct_act(lawyer, act=second, on=date(2026, 9, 21), reason="又核对了一次")
    assert says(case)["ARB-ACCEPT-5WD"] == ("2026-09-29", "met")
    assert history(case, "ARB-ACCEPT-5WD") == [
        ("2026-09-18", "replaced"), ("2026-09-16", "replaced"), ("2026-09-21", "met"),
    ]  # fmt: skip
    assert [(one.status, one.replaced_by_id, one.reason) for one in (first, second, third)] == [
        ("corrected", second.id, "看错收件章"), ("corrected", third.id, "又核对了一次"), ("standing", None, None),
    ]  # fmt: skip
    with pytest.raises(Conflict):
        service.correct_act(lawyer, act=first, on=date(2026, 9, 1), reason="旧的一行")


def test_a_corrected_act_judges_again_what_it_had_met(lawyer: Actor) -> None:
    case = open_case(lawyer)
    act(lawyer, case, "arbitration_applied", "2026-09-18")
    accepted = act(lawyer, case, "arbitration_accepted", "2026-09-24")
    with casefiles.at(date(2026, 12, 2)):
        service.correct_act(lawyer, act=accepted, on=date(2026, 9, 28), reason="受理通知书日期")
    assert says(case) == {
        "ARB-ACCEPT-5WD": ("2026-09-24", "missed"),
        "ARB-SERVE-5WD": ("2026-10-10", "open"),
        "ARB-AWARD-45D": ("2026-11-12", "open"),
    }


def test_a_corrected_answer_opens_the_other_clock(lawyer: Actor) -> None:
    case = open_case(lawyer)
    award = act(lawyer, case, "award_received", "2026-04-22", side="employer", final="yes")
    act(lawyer, case, "suit_filed", "2026-05-06", side="employer")
    assert "ARB-SUE-15D/employer" not in says(case)
    with casefiles.at(date(2026, 12, 2)):
        service.correct_act(
            lawyer, act=award, on=date(2026, 4, 22), reason="不是终局裁决", data={"side": "employer", "final": "no"}
        )
    # The suit that was filed before the correction meets the clock that it opens.
    assert says(case) == {
        "ARB-SUE-15D/employer": ("2026-05-07", "met"),
        "CIV-DOCKET-7D": ("2026-05-13", "open"),
    }
    assert history(case, "ARB-SETASIDE-30D") == [("2026-04-22", "cancelled")]


def test_what_a_withdrawn_act_had_met_is_open_again(lawyer: Actor) -> None:
    case = open_case(lawyer)
    act(lawyer, case, "arbitration_applied", "2026-09-18")
    accepted = act(lawyer, case, "arbitration_accepted", "2026-09-24")
    with casefiles.at(date(2026, 9, 24)):
        service.withdraw_act(lawyer, act=accepted, reason="登记到别的案件了")
    assert says(case) == {"ARB-ACCEPT-5WD": ("2026-09-24", "open")}
    assert history(case, "ARB-AWARD-45D") == [("2026-09-24", "cancelled")]
    assert accepted.status == "withdrawn" and accepted.reason == "登记到别的案件了"
    with casefiles.at(date(2026, 9, 25)), pytest.raises(Conflict):
        service.withdraw_act(lawyer, act=accepted, reason="再撤一次")


def test_another_act_that_stands_may_have_met_it_as_well(lawyer: Actor) -> None:
    case = open_case(lawyer)
    act(lawyer, case, "accident", "2026-01-17")
    by_employer = act(lawyer, case, "injury_applied", "2026-02-10", by="employer")
    act(lawyer, case, "injury_applied", "2026-03-10", by="worker")
    with casefiles.at(date(2026, 12, 2)):
        service.withdraw_act(lawyer, act=by_employer, reason="单位没有申请")
    assert says(case) == {"WI-EMPLOYER-30D": ("2026-02-24", "open"), "WI-WORKER-1Y": ("2027-01-18", "met")}
    (own,) = [one for one in rows(case) if one.rule_code == "WI-WORKER-1Y" and one.status == "met"]
    assert own.settled_on == date(2026, 3, 10)


def test_a_withdrawn_extension_takes_its_days_back(lawyer: Actor) -> None:
    case = open_case(lawyer)
    act(lawyer, case, "appraisal_material_received", "2026-03-05")
    first = act(lawyer, case, "appraisal_extended", "2026-05-01", days=20)
    act(lawyer, case, "appraisal_made", "2026-05-20")
    assert says(case) == {"WI-DISAB-60D": ("2026-05-25", "met")}
    with casefiles.at(date(2026, 12, 2)):
        second = service.correct_act(lawyer, act=first, on=date(2026, 5, 1), reason="批准十日", data={"days": 10})
        assert says(case) == {"WI-DISAB-60D": ("2026-05-14", "missed")}
        service.withdraw_act(lawyer, act=second, reason="没有批准")
    assert says(case) == {"WI-DISAB-60D": ("2026-05-06", "missed")}


def test_a_withdrawn_extension_of_the_award_leaves_the_first_period(lawyer: Actor) -> None:
    case = open_case(lawyer)
    accepted = act(lawyer, case, "arbitration_accepted", "2026-03-03")
    extended = act(lawyer, case, "award_period_extended", "2026-04-10")
    with casefiles.at(date(2026, 12, 2)):
        service.correct_act(lawyer, act=accepted, on=date(2026, 3, 4), reason="受理通知书")
        assert says(case)["ARB-AWARD-60D"] == ("2026-05-06", "open") and "ARB-AWARD-45D" not in says(case)
        service.withdraw_act(lawyer, act=extended, reason="没有批准")
    assert says(case)["ARB-AWARD-45D"] == ("2026-04-20", "open") and "ARB-AWARD-60D" not in says(case)


def test_an_award_within_an_extension_that_was_withdrawn_was_late(lawyer: Actor) -> None:
    case = open_case(lawyer)
    act(lawyer, case, "arbitration_accepted", "2026-03-03")
    extended = act(lawyer, case, "award_period_extended", "2026-04-10")
    act(lawyer, case, "award_made", "2026-04-30")
    assert says(case)["ARB-AWARD-60D"] == ("2026-05-06", "met")
    with casefiles.at(date(2026, 12, 2)):
        service.withdraw_act(lawyer, act=extended, reason="没有批准")
    assert says(case)["ARB-AWARD-45D"] == ("2026-04-17", "missed") and "ARB-AWARD-60D" not in says(case)


def test_the_accident_as_an_act_is_the_accident_of_the_case(lawyer: Actor) -> None:
    case = open_case(lawyer)
    row = act(lawyer, case, "accident", "2026-01-17")
    assert case.accident_on == date(2026, 1, 17)
    with pytest.raises(DomainError):
        act(lawyer, case, "accident", "2026-01-18")
    with casefiles.at(date(2026, 12, 2)):
        service.correct(lawyer, case=case, accident_on=date(2026, 1, 7))
    assert row.status == "corrected" and says(case)["WI-EMPLOYER-30D"][0] == "2026-02-06"
    standing = [one for one in service.acts_of(case) if one.status == "standing"]
    with casefiles.at(date(2026, 12, 3)):
        service.withdraw_act(lawyer, act=standing[0], reason="没有受伤")
    assert case.accident_on is None and says(case) == {}


def test_a_correction_must_change_something_and_say_why(lawyer: Actor) -> None:
    case = open_case(lawyer)
    row = act(lawyer, case, "review_accepted", "2026-03-05")
    with casefiles.at(date(2026, 12, 2)):
        for changes, field in (
            ({"on": date(2026, 3, 5), "reason": "核对"}, "on"),
            ({"on": date(2026, 3, 6), "reason": " "}, "reason"),
            ({"on": date(2027, 3, 6), "reason": "核对"}, "on"),
        ):
            with pytest.raises(DomainError) as refused:
                service.correct_act(lawyer, act=row, **changes)
            assert refused.value.field == field
        fresh = service.correct_act(lawyer, act=row, on=date(2026, 3, 5), reason="补证据", evidence="通知书")
    assert (fresh.evidence, row.evidence) == ("通知书", "收件回执")
    assert history(case, "ARB-REVIEW-5WD") == [("2026-03-05", "open")]
