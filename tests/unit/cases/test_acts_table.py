"""The table of legal acts: every time limit is started by something, and what is met, lengthened or ended exists."""

from __future__ import annotations

import pytest

from mediation.cases import act_labels
from mediation.cases.acts import ACTS, GROUPS, LIMITATION, longest, possible, shortlist, subject_of
from mediation.cases.clock import EFFECTS
from mediation.cases.lifecycle import Event, State, Track
from mediation.deadlines.limitation import GROUNDS, Kind
from mediation.deadlines.rules import RULES

# Opened by code of their own: the extension of the mediation period, and execution after a default.
BY_HAND = {"LM-EXT-30D"}


def started() -> set[str]:
    by_acts = {tie.rule for act in ACTS.values() for tie in act.starts}
    by_swaps = {new for act in ACTS.values() for _old, new in act.swaps}
    return by_acts | by_swaps | {rule for effect in EFFECTS for rule in effect.starts} | BY_HAND | LIMITATION


def test_every_rule_is_started_by_something() -> None:
    assert set(RULES) - started() == set()
    assert started() - set(RULES) == set()


def test_what_is_met_ended_or_lengthened_can_run() -> None:
    of_acts = {rule for act in ACTS.values() for rule in act.rules()}
    of_events = {rule for effect in EFFECTS for rule in (*effect.meets, *effect.cancels)}
    assert of_acts | of_events <= started()


def test_limitation_is_left_to_the_events_of_each_claim() -> None:
    by_acts = {tie.rule for act in ACTS.values() for tie in act.starts}
    assert not LIMITATION & (by_acts | {rule for effect in EFFECTS for rule in effect.starts})


@pytest.mark.parametrize("kind", ACTS)
def test_each_act_does_something_and_has_words(kind: str) -> None:
    act = ACTS[kind]
    assert act.rules() or act.interrupts
    assert act.tracks
    assert str(act_labels.ACTS[kind]) and act.group in act_labels.GROUPS
    for question in act.choices:
        assert str(act_labels.QUESTIONS[question.name])
        assert set(question.answers) <= set(act_labels.ANSWERS[question.name])


def test_no_words_are_kept_for_acts_that_do_not_exist() -> None:
    assert set(act_labels.ACTS) == set(ACTS)
    assert set(act_labels.GROUPS) == set(GROUPS)


@pytest.mark.parametrize("kind", ACTS)
def test_every_tie_asks_what_the_act_asks(kind: str) -> None:
    act = ACTS[kind]
    asked = {question.name: question.answers for question in act.choices}
    for tie in (*act.starts, *act.meets):
        for name, answer in tie.given:
            assert answer in asked[name]


@pytest.mark.parametrize("kind", ACTS)
def test_an_act_starts_nothing_outside_the_tracks_of_a_rule(kind: str) -> None:
    act = ACTS[kind]
    for track in Track:
        for answers in ({question.name: value} for question in act.choices for value in question.answers):
            for rule in act.opened(track, answers):
                assert track.value in RULES[rule].tracks


def test_the_grounds_of_interruption_are_those_of_limitation() -> None:
    grounds = {act.ground for act in ACTS.values() if act.interrupts}
    assert {GROUNDS[ground].kind for ground in grounds} == {Kind.INTERRUPTION}
    assert {kind for kind, act in ACTS.items() if act.interrupts} == {
        "negotiation_requested", "demand_made", "debtor_agreed", "mediation_requested_again", "complaint_filed",
        "payment_order_applied", "arbitration_applied", "suit_filed", "execution_applied", "inspection_complained",
    }  # fmt: skip


def test_only_a_hearing_and_a_day_of_performance_may_lie_ahead() -> None:
    assert {kind for kind, act in ACTS.items() if act.may_lie_ahead} == {"arbitration_hearing", "performance_due"}


@pytest.mark.parametrize(
    ("kind", "answers", "rules"),
    [
        ("court_delegated", {"procedure": "ordinary"}, {"CR-MED-15D"}),
        ("court_delegated", {"procedure": "summary"}, {"CR-MED-7D"}),
        ("arbitration_accepted", {}, {"ARB-SERVE-5WD", "ARB-AWARD-45D"}),
        ("award_received", {"side": "worker", "final": "yes"}, {"ARB-SUE-15D"}),
        ("award_received", {"side": "worker", "final": "no"}, {"ARB-SUE-15D"}),
        ("award_received", {"side": "employer", "final": "no"}, {"ARB-SUE-15D"}),
        ("award_received", {"side": "employer", "final": "yes"}, {"ARB-SETASIDE-30D"}),
        ("injury_application_accepted", {"simple": "no"}, {"WI-DECIDE-60D"}),
        ("injury_application_accepted", {"simple": "yes"}, {"WI-DECIDE-15D"}),
        ("accident", {}, {"WI-EMPLOYER-30D", "WI-WORKER-1Y"}),
        ("arbitration_hearing", {}, {"ARB-HEAR-NOTICE-5WD", "ARB-POSTPONE-3WD"}),
        ("inspection_opened", {}, {"LS-60WD"}),
        ("legal_aid_granted", {}, {"LA-ASSIGN-3D"}),
        ("certificate_received", {}, set()),
        ("service_delivered", {"debtor": "large"}, set()),
    ],
)
def test_what_an_act_opens_in_a_labour_case(kind: str, answers: dict[str, str], rules: set[str]) -> None:
    assert set(ACTS[kind].opened(Track.LABOUR, answers)) == rules


@pytest.mark.parametrize(
    ("track", "kind", "answers", "rules"),
    [
        (Track.NEW_FORM, "accident", {}, {"WI-EMPLOYER-30D", "WI-WORKER-1Y", "OC-SH-30D", "OC-SH-90D"}),
        (Track.PEOPLES, "accident", {}, set()),
        (Track.PEOPLES, "service_delivered", {"debtor": "large"}, {"SME-PAY-60D"}),
        (Track.PEOPLES, "service_delivered", {"debtor": "organ"}, {"SME-PAY-30D"}),
        (Track.PEOPLES, "insurance_claim_complete", {"complex": "yes"}, {"INS-DECIDE-30D", "INS-ADVANCE-60D"}),
        (Track.PEOPLES, "insurance_claim_complete", {"complex": "no"}, {"INS-ADVANCE-60D"}),
        (Track.TRAFFIC, "certificate_received", {}, {"TR-MED-10D"}),
        (Track.TRAFFIC, "peoples_mediation_failed", {}, {"TR-MED-3D"}),
        (Track.POLICE, "police_accepted", {}, {"PS-CASE-30D"}),
        (Track.CONSULT, "legal_aid_applied", {}, {"LA-REVIEW-7D"}),
    ],
)
def test_what_an_act_opens_on_other_tracks(track: Track, kind: str, answers: dict[str, str], rules: set[str]) -> None:
    assert set(ACTS[kind].opened(track, answers)) == rules


def test_an_employers_application_meets_both_clocks_of_the_injury_a_workers_only_his_own() -> None:
    assert set(ACTS["injury_applied"].met({"by": "employer"})) == {"WI-EMPLOYER-30D", "WI-WORKER-1Y"}
    assert set(ACTS["injury_applied"].met({"by": "worker"})) == {"WI-WORKER-1Y"}


def test_each_side_and_each_delivery_has_its_own_clock() -> None:
    assert subject_of("ARB-SUE-15D", {"side": "worker", "act_id": 7}) == "worker"
    assert subject_of("SME-PAY-60D", {"debtor": "large", "act_id": 7}) == "act:7"
    assert subject_of("SME-PAY-60D", {"debtor": "large", "act_id": 9, "first_act_id": 7}) == "act:7"
    assert subject_of("JC-ACCEPT-3D", {"act_id": 7}) == ""


def test_extensions_know_their_longest() -> None:
    assert longest(ACTS["appraisal_extended"], ["WI-DISAB-60D"]) == 30
    assert longest(ACTS["court_mediation_extended"], ["CR-MED-30D"]) is None


def test_the_police_have_their_own_acts_and_nobody_elses() -> None:
    assert {act.kind for act in possible(Track.POLICE)} == {
        "police_accepted", "police_case_extended", "police_mediation_failed", "police_decided",
    }  # fmt: skip


def test_what_answers_a_running_clock_is_offered_first() -> None:
    offered = [act.kind for act in shortlist(Track.LABOUR, State.FAILED, {"ARB-SUE-15D"})]
    assert offered[0] == "suit_filed"
    assert "arbitration_applied" in offered and len(offered) <= 8


def test_a_rule_is_started_only_by_steps_of_its_own_tracks() -> None:
    for effect in EFFECTS:
        for rule in effect.starts:
            assert {track.value for track in effect.tracks} & set(RULES[rule].tracks), (effect.event, rule)


def test_steps_of_the_life_cycle_are_not_recorded_twice() -> None:
    assert {kind: act.instead for kind, act in ACTS.items() if act.instead} == {
        "review_applied": Event.FORCE_SOUGHT,
        "confirmation_applied": Event.FORCE_SOUGHT,
        "payment_order_applied": Event.ENFORCEMENT_STARTED,
        "arbitration_applied": Event.ENFORCEMENT_STARTED,
        "suit_filed": Event.ENFORCEMENT_STARTED,
    }
