"""Legal acts: what each opens and meets on real days, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest
from flask.ctx import AppContext

from mediation.cases import service
from mediation.cases.lifecycle import Event, Track
from mediation.cases.models import CaseEvent
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError, Forbidden, NotFound
from mediation.deadlines.service import run_out
from tests import personas
from tests.factories import casefiles
from tests.integration.cases.recording import DAY, act, open_case, rows, says
from tests.product import Content


@pytest.fixture
def content() -> Content:
    return casefiles.CONTENT


@pytest.fixture
def lawyer(context: AppContext) -> Actor:
    return personas.actor("duty_lawyer")


# track; the acts in turn, each with its day and its answers; what stands after them
COURSES: list[tuple[Track, list[tuple], dict[str, tuple[str, str]]]] = [
    # 5 April falls into the holiday of 4 to 6 April.
    (Track.LABOUR, [("negotiation_requested", "2026-03-31")], {"LM-NEG-RESP-5D": ("2026-04-07", "open")}),
    (Track.LABOUR, [("negotiation_requested", "2026-03-31"), ("negotiation_extended", "2026-04-01", {"days": 5}),
                    ("negotiation_answered", "2026-04-10")],
     {"LM-NEG-RESP-5D": ("2026-04-10", "met")}),
    (Track.PEOPLES, [("court_material_received", "2026-04-02")], {"CR-MED-30D": ("2026-05-06", "open")}),
    (Track.LABOUR, [("court_delegated", "2026-04-20", {"procedure": "ordinary"}), ("court_informed", "2026-05-07")],
     {"CR-MED-15D": ("2026-05-06", "missed")}),
    (Track.LABOUR, [("court_delegated", "2026-09-18", {"procedure": "summary"}),
                    ("court_mediation_extended", "2026-09-20", {"days": 7})],
     {"CR-MED-7D": ("2026-10-08", "open")}),
    (Track.TRAFFIC, [("certificate_received", "2026-09-16")], {"TR-MED-10D": ("2026-09-28", "open")}),
    (Track.TRAFFIC, [("certificate_received", "2026-09-16"), ("peoples_mediation_failed", "2026-09-22"),
                     ("traffic_mediation_applied", "2026-09-28")],
     {"TR-MED-10D": ("2026-09-28", "met"), "TR-MED-3D": ("2026-09-28", "met")}),
    (Track.LABOUR, [("review_accepted", "2026-04-30")], {"ARB-REVIEW-5WD": ("2026-05-11", "open")}),
    (Track.LABOUR, [("review_accepted", "2026-04-30"), ("review_extended", "2026-05-08", {"days": 5}),
                    ("review_decided", "2026-05-15", {"result": "made"})],
     {"ARB-REVIEW-5WD": ("2026-05-18", "met")}),
    (Track.PEOPLES, [("confirmation_applied", "2026-04-02"), ("confirmation_accepted", "2026-04-07"),
                     ("confirmation_extended", "2026-04-20", {"days": 10})],
     {"JC-ACCEPT-3D": ("2026-04-07", "met"), "JC-DECIDE-15D": ("2026-05-06", "open")}),
    (Track.LABOUR, [("confirmation_applied", "2026-04-02"), ("confirmation_not_accepted", "2026-04-03")],
     {"JC-ACCEPT-3D": ("2026-04-07", "met")}),
    (Track.LABOUR, [("outsider_knew", "2025-02-28"), ("outsider_applied", "2026-03-03")],
     {"JC-THIRD-1Y": ("2026-02-28", "missed")}),
    (Track.LABOUR, [("payment_order_applied", "2026-04-29"), ("payment_order_accepted", "2026-05-06"),
                    ("payment_order_issued", "2026-05-11"), ("payment_order_received", "2026-06-04")],
     {"PO-NOTIFY-5D": ("2026-05-06", "met"), "PO-ISSUE-15D": ("2026-05-21", "met"),
      "PO-SERVE-30D": ("2026-06-10", "met"), "PO-OBJECT-15D": ("2026-06-22", "open")}),
    (Track.LABOUR, [("payment_order_received", "2026-06-04"), ("payment_order_objected", "2026-06-22"),
                    ("payment_order_ended", "2026-06-26"), ("litigation_refused", "2026-07-03")],
     {"PO-OBJECT-15D": ("2026-06-22", "met"), "PO-REFUSE-LIT-7D": ("2026-07-03", "met")}),
    (Track.LABOUR, [("payment_order_issued", "2026-04-01"), ("payment_order_ended", "2026-05-11")],
     {"PO-REFUSE-LIT-7D": ("2026-05-18", "open")}),
    (Track.LABOUR, [("arbitration_applied", "2026-09-18"), ("arbitration_correction_noticed", "2026-09-21"),
                    ("arbitration_corrected", "2026-09-29")],
     {"ARB-ACCEPT-5WD": ("2026-09-24", "open"), "ARB-FIX-5WD": ("2026-09-29", "met")}),
    (Track.LABOUR, [("arbitration_applied", "2026-09-18"), ("arbitration_accepted", "2026-09-23"),
                    ("arbitration_copy_received", "2026-09-30"), ("arbitration_answer_received", "2026-10-20"),
                    ("arbitration_answer_served", "2026-10-26")],
     {"ARB-ACCEPT-5WD": ("2026-09-24", "met"), "ARB-SERVE-5WD": ("2026-10-08", "met"),
      "ARB-AWARD-45D": ("2026-11-09", "open"), "ARB-ANSWER-10WD": ("2026-10-20", "met"),
      "ARB-SERVE-ANSWER-5WD": ("2026-10-27", "met")}),
    (Track.LABOUR, [("arbitration_accepted", "2026-03-03"), ("award_period_extended", "2026-04-10"),
                    ("award_made", "2026-05-06")],
     {"ARB-SERVE-5WD": ("2026-03-10", "open"), "ARB-AWARD-60D": ("2026-05-06", "met")}),
    # Five and three working days before a hearing on Friday the 9th of October, over the holiday.
    (Track.LABOUR, [("arbitration_hearing", "2026-10-09"), ("arbitration_hearing_noticed", "2026-09-28"),
                    ("arbitration_postponement_asked", "2026-09-29")],
     {"ARB-HEAR-NOTICE-5WD": ("2026-09-24", "missed"), "ARB-POSTPONE-3WD": ("2026-09-29", "met")}),
    (Track.LABOUR, [("arbitration_recusal_requested", "2026-04-30"), ("arbitration_recusal_decided", "2026-05-08")],
     {"ARB-RECUSE-3WD": ("2026-05-08", "met")}),
    (Track.LABOUR, [("arbitration_delegated", "2026-09-16"), ("arbitration_informed", "2026-10-08")],
     {"ARB-DELEGATE-10WD": ("2026-09-30", "missed")}),
    (Track.LABOUR, [("arbitration_accepted", "2026-03-03"),
                    ("award_received", "2026-04-20", {"side": "worker", "final": "yes"}),
                    ("award_received", "2026-04-22", {"side": "employer", "final": "yes"}),
                    ("suit_filed", "2026-05-06", {"side": "worker"})],
     {"ARB-SERVE-5WD": ("2026-03-10", "open"), "ARB-SUE-15D/worker": ("2026-05-06", "met"),
      "ARB-SETASIDE-30D": ("2026-05-22", "open"), "CIV-DOCKET-7D": ("2026-05-13", "open")}),
    (Track.LABOUR, [("award_received", "2026-04-20", {"side": "worker", "final": "no"}),
                    ("award_received", "2026-04-22", {"side": "employer", "final": "no"}),
                    ("suit_filed", "2026-05-07", {"side": "employer"}), ("suit_docketed", "2026-05-12")],
     {"ARB-SUE-15D/worker": ("2026-05-06", "open"), "ARB-SUE-15D/employer": ("2026-05-07", "met"),
      "CIV-DOCKET-7D": ("2026-05-14", "met")}),
    (Track.LABOUR, [("award_received", "2026-04-22", {"side": "employer", "final": "yes"}),
                    ("set_aside_applied", "2026-05-20"), ("award_set_aside", "2026-07-20", {"side": "worker"})],
     {"ARB-SETASIDE-30D": ("2026-05-22", "met"), "ARB-SETASIDE-SUE-15D/worker": ("2026-08-04", "open")}),
    (Track.PEOPLES, [("suit_filed", "2026-04-30")], {"CIV-DOCKET-7D": ("2026-05-07", "open")}),
    (Track.PEOPLES, [("obstacle_ended", "2026-04-24"), ("extension_applied", "2026-05-06")],
     {"CIV-EXT-10D": ("2026-05-06", "met")}),
    (Track.LABOUR, [("performance_due", "2024-03-15"), ("execution_applied", "2026-03-16")],
     {"ENF-2Y": ("2026-03-16", "met")}),
    (Track.LABOUR, [("accident", "2026-01-17"), ("injury_applied", "2026-02-10", {"by": "employer"}),
                    ("injury_application_accepted", "2026-02-12", {"simple": "yes"})],
     {"WI-EMPLOYER-30D": ("2026-02-24", "met"), "WI-WORKER-1Y": ("2027-01-18", "met"),
      "WI-DECIDE-15D": ("2026-02-27", "open")}),
    (Track.NEW_FORM, [("accident", "2026-01-17"), ("occupational_injury_applied", "2026-02-10", {"by": "worker"}),
                      ("injury_applied", "2026-03-10", {"by": "worker"})],
     {"WI-EMPLOYER-30D": ("2026-02-24", "open"), "WI-WORKER-1Y": ("2027-01-18", "met"),
      "OC-SH-30D": ("2026-02-24", "open"), "OC-SH-90D": ("2026-04-17", "met")}),
    (Track.LABOUR, [("injury_application_accepted", "2026-03-09", {"simple": "no"}),
                    ("injury_decided", "2026-05-08", {"recognised": "yes"})],
     {"WI-DECIDE-60D": ("2026-05-08", "met")}),
    (Track.LABOUR, [("appraisal_material_received", "2026-03-05"), ("appraisal_extended", "2026-05-01", {"days": 30}),
                    ("appraisal_made", "2026-06-01"), ("appraisal_received", "2026-06-05", {"side": "worker"}),
                    ("second_appraisal_asked", "2026-06-22", {"side": "worker"})],
     {"WI-DISAB-60D": ("2026-06-03", "met"), "WI-REVIEW-15D/worker": ("2026-06-22", "met")}),
    (Track.LABOUR, [("work_stopped", "2025-02-28"), ("leave_extended", "2026-02-01", {"days": 6})],
     {"WI-LEAVE-12M": ("2026-08-28", "open")}),
    (Track.PEOPLES, [("insurance_claim_complete", "2026-07-20", {"complex": "yes"}),
                     ("insurance_amount_agreed", "2026-08-24")],
     {"INS-DECIDE-30D": ("2026-08-19", "missed"), "INS-PAY-10D": ("2026-09-03", "open")}),
    (Track.PEOPLES, [("insurance_claim_complete", "2026-07-20", {"complex": "no"}),
                     ("insurance_paid", "2026-09-18", {"paid": "advance"})],
     {"INS-ADVANCE-60D": ("2026-09-18", "met")}),
    (Track.PEOPLES, [("insurance_claim_complete", "2026-09-01", {"complex": "yes"}),
                     ("insurance_refusal_decided", "2026-09-23"), ("insurance_refusal_notified", "2026-09-28")],
     {"INS-DECIDE-30D": ("2026-10-08", "met"), "INS-REFUSE-3D": ("2026-09-28", "met")}),
    (Track.LABOUR, [("violation_ended", "2024-05-02"), ("inspection_complained", "2026-04-30"),
                    ("inspection_opened", "2026-05-06"), ("inspection_extended", "2026-07-01", {"days": 30}),
                    ("inspection_closed", "2026-09-09")],
     {"LS-2Y": ("2026-05-06", "met"), "LS-60WD": ("2026-09-09", "met")}),
    (Track.CONSULT, [("legal_aid_applied", "2026-04-29"), ("legal_aid_granted", "2026-05-06"),
                     ("legal_aid_assigned", "2026-05-11")],
     {"LA-REVIEW-7D": ("2026-05-06", "met"), "LA-ASSIGN-3D": ("2026-05-09", "missed")}),
    (Track.LABOUR, [("legal_aid_applied", "2026-04-29"), ("legal_aid_refused", "2026-05-06")],
     {"LA-REVIEW-7D": ("2026-05-06", "met")}),
    (Track.PEOPLES, [("service_delivered", "2026-03-05", {"debtor": "large"}),
                     ("service_delivered", "2026-03-19", {"debtor": "organ"}),
                     ("service_period_agreed", "2026-04-01", {"days": 30})],
     {"SME-PAY-60D": ("2026-05-06", "open"), "SME-PAY-30D": ("2026-05-18", "open")}),
]  # fmt: skip


@pytest.mark.parametrize("course", COURSES, ids=lambda one: one[1][-1][0])
def test_what_acts_open_and_meet(lawyer: Actor, course) -> None:
    track, acts, wanted = course
    case = open_case(lawyer, track)
    for kind, on, *data in acts:
        act(lawyer, case, kind, on, **(data[0] if data else {}))
    assert says(case) == wanted


def test_the_police_record_acts_on_their_own_track_alone(lawyer: Actor) -> None:
    officer = personas.actor("police_here")
    case = open_case(officer, Track.POLICE)
    act(officer, case, "police_accepted", "2026-03-03")
    act(officer, case, "police_case_extended", "2026-03-20", days=10)
    assert says(case) == {"PS-CASE-30D": ("2026-04-13", "open")}
    act(officer, case, "police_mediation_failed", "2026-03-25")
    act(officer, case, "police_decided", "2026-04-24")
    assert says(case) == {"PS-CASE-30D": ("2026-04-24", "met")}
    with pytest.raises(Forbidden):
        act(lawyer, case, "police_accepted", "2026-03-04")
    with pytest.raises(DomainError):
        act(officer, open_case(lawyer), "police_accepted", "2026-03-04")


def test_a_result_recorded_by_the_police_meets_the_period_of_the_case(lawyer: Actor) -> None:
    officer = personas.actor("police_here")
    case = open_case(officer, Track.POLICE)
    act(officer, case, "police_accepted", "2026-03-03")
    with casefiles.at(date(2026, 3, 16)):
        service.hold_police_mediation(officer, case=case, result="双方和解")
        service.record_result(officer, case=case, result="已履行，不予处罚")
    assert says(case) == {"PS-CASE-30D": ("2026-04-02", "met")}


def test_an_agreement_answers_the_court_that_asked_for_mediation(lawyer: Actor) -> None:
    with casefiles.at(DAY):
        case = casefiles.drafted(lawyer)
        service.record_act(lawyer, case=case, kind="court_material_received", on=DAY)
    with casefiles.at(date(2026, 3, 16)):
        for one in service.draft_agreement_of(case).signatures:
            service.sign(personas.actor("committee"), case=case, signature_id=one.id)
    assert says(case)["CR-MED-30D"] == ("2026-04-01", "met")


def test_the_row_and_the_event_know_each_other(lawyer: Actor) -> None:
    case = open_case(lawyer)
    row = act(lawyer, case, "arbitration_applied", "2026-09-18")
    event = db.session.get_one(CaseEvent, row.event_id)
    assert (event.event, event.data["act"], event.data["act_id"], event.data["act_on"]) == (
        Event.ACT_RECORDED.value, "arbitration_applied", row.id, "2026-09-18",
    )  # fmt: skip
    assert event.happened_on == date(2026, 12, 1)
    (deadline,) = [one for one in rows(case) if one.rule_code == "ARB-ACCEPT-5WD"]
    assert (deadline.trigger_on, deadline.trigger_event_id) == (date(2026, 9, 18), event.id)
    assert (row.status, row.recorded_by, row.evidence) == ("standing", lawyer.user_id, "收件回执")


def test_an_act_recorded_after_a_way_had_run_out_still_counts_if_it_was_in_time(lawyer: Actor) -> None:
    case = open_case(lawyer)
    act(lawyer, case, "award_received", "2026-04-20", side="worker", final="no")
    (way,) = [one for one in rows(case) if one.rule_code == "ARB-SUE-15D"]
    run_out(way)
    act(lawyer, case, "suit_filed", "2026-05-06", side="worker")
    assert says(case)["ARB-SUE-15D/worker"] == ("2026-05-06", "met")


@pytest.mark.parametrize(
    ("kind", "on", "data", "field"),
    [
        ("nothing_known", "2026-03-03", {}, "kind"),
        ("service_delivered", "2026-03-03", {"debtor": "large"}, "kind"),  # not in a labour case
        ("arbitration_applied", "2026-12-02", {}, "on"),
        ("arbitration_applied", "1949-12-31", {}, "on"),
        ("arbitration_applied", "2026-03-03", {"evidence": ""}, "evidence"),
        ("award_received", "2026-03-03", {"side": "worker"}, "final"),
        ("award_received", "2026-03-03", {"side": "mediator", "final": "no"}, "side"),
        ("appraisal_extended", "2026-03-03", {"days": 10}, "kind"),
        ("award_period_extended", "2026-03-03", {}, "kind"),
        ("review_extended", "2026-03-06", {"days": 6}, "days"),
        ("review_extended", "2026-03-06", {}, "days"),
        ("review_extended", "2026-03-06", {"days": 0}, "days"),
        ("review_accepted", "2026-03-05", {}, "on"),  # recorded already
    ],
)
def test_what_cannot_be_is_refused_at_its_field(lawyer: Actor, kind: str, on: str, data: dict, field: str) -> None:
    case = open_case(lawyer)
    act(lawyer, case, "review_accepted", "2026-03-05")
    with pytest.raises(DomainError) as refused:
        act(lawyer, case, kind, on, **data)
    assert refused.value.field == field


def test_a_hearing_may_lie_ahead_and_moves_with_its_correction(lawyer: Actor) -> None:
    case = open_case(lawyer)
    with casefiles.at(date(2026, 9, 1)):
        row = service.record_act(lawyer, case=case, kind="arbitration_hearing", on=date(2026, 10, 9))
        service.correct_act(lawyer, act=row, on=date(2026, 10, 13), reason="改期")
    assert says(case) == {"ARB-HEAR-NOTICE-5WD": ("2026-09-30", "open"), "ARB-POSTPONE-3WD": ("2026-10-09", "open")}


def test_a_step_of_the_life_cycle_is_recorded_as_one(lawyer: Actor) -> None:
    with casefiles.at(DAY):
        case = casefiles.agreed(lawyer)
        with pytest.raises(DomainError) as refused:
            service.record_act(lawyer, case=case, kind="confirmation_applied", on=DAY)
    assert refused.value.field == "kind" and "仲裁审查或司法确认" in str(refused.value)


def test_claims_and_files_of_other_cases_are_not_there(lawyer: Actor) -> None:
    case, other = open_case(lawyer), open_case(lawyer)
    with pytest.raises(NotFound), casefiles.at(DAY):
        service.record_act(
            lawyer, case=case, kind="demand_made", on=DAY, evidence="短信", claim_id=service.claims_of(other)[0].id
        )
    with pytest.raises(NotFound), casefiles.at(DAY):
        service.record_act(lawyer, case=case, kind="demand_made", on=DAY, attachment_id=999)


def test_a_company_cannot_record_acts(lawyer: Actor) -> None:
    with casefiles.at(DAY):
        case = casefiles.accepted(lawyer)
        with pytest.raises(Forbidden):
            service.record_act(personas.actor("hr_same_company"), case=case, kind="review_accepted", on=DAY)


def test_after_closing_acts_of_others_are_still_recorded(lawyer: Actor) -> None:
    with casefiles.at(DAY):
        case = casefiles.mediating(lawyer)
        service.withdraw(lawyer, case=case, reason="去仲裁")
        service.close(lawyer, case=case)
    act(lawyer, case, "arbitration_accepted", "2026-03-10")
    assert says(case)["ARB-AWARD-45D"] == ("2026-04-24", "open")
    assert case.next_deadline_on is None


def test_another_track_takes_along_only_the_clocks_that_are_its_own(lawyer: Actor) -> None:
    case = open_case(lawyer)
    act(lawyer, case, "arbitration_accepted", "2026-03-10")
    act(lawyer, case, "court_material_received", "2026-03-10")
    act(lawyer, case, "legal_aid_applied", "2026-03-10")
    with casefiles.at(date(2026, 3, 12)):
        service.confirm_track(lawyer, case=case, track=Track.PEOPLES, reason="承揽关系", relationship="self_run")
    assert says(case) == {"CR-MED-30D": ("2026-04-09", "open"), "LA-REVIEW-7D": ("2026-03-17", "open")}
    with casefiles.at(date(2026, 3, 13)):
        service.confirm_track(lawyer, case=case, track=Track.LABOUR, reason="查明受管理", relationship="employment")
    assert says(case)["ARB-AWARD-45D"] == ("2026-04-24", "open")
