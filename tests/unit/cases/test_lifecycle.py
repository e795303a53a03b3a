"""Guards of the life cycle: what must hold before an event may happen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediation.cases.lifecycle import NEXT_STEP, TRANSITIONS, CaseFacts, Event, State, Track, find, rows_for

ALL = frozenset(row.permission for row in TRANSITIONS)
READY = CaseFacts(
    state=State.CONSENT_INQUIRY,
    track=Track.LABOUR,
    track_confirmed=True,
    consents=("yes", "yes"),
    conflict_clear=True,
)


def blockers(event: Event, facts: CaseFacts) -> tuple[str, ...]:
    return find(event, facts, ALL)[1]


def test_acceptance_needs_track_consent_and_no_conflict() -> None:
    assert find(Event.ACCEPTED, READY, ALL)[0].to_state is State.ACCEPTED
    assert blockers(Event.ACCEPTED, replace(READY, track_confirmed=False)) == ("track_not_confirmed",)
    assert blockers(Event.ACCEPTED, replace(READY, consents=("yes", "no"))) == ("consent_missing",)
    assert blockers(Event.ACCEPTED, replace(READY, consents=())) == ("consent_missing",)
    assert blockers(Event.ACCEPTED, replace(READY, conflict_clear=False)) == ("conflict_not_clear",)


def test_late_acceptance_is_allowed_with_a_reason() -> None:
    late = replace(READY, is_late_acceptance=True)
    assert blockers(Event.ACCEPTED, late) == ("needs_reason",)
    assert blockers(Event.ACCEPTED, replace(late, given=frozenset({"reason"}))) == ()


def test_extension_needs_both_before_the_raw_end_and_once() -> None:
    facts = CaseFacts(state=State.MEDIATING, track=Track.LABOUR, extension_consents=("yes", "yes"))
    assert blockers(Event.EXTENDED, facts) == ()
    assert blockers(Event.EXTENDED, replace(facts, extension_consents=("yes", "none"))) == (
        "extension_consent_missing",
    )
    assert blockers(Event.EXTENDED, replace(facts, period_over=True)) == ("period_over",)
    assert blockers(Event.EXTENDED, replace(facts, state=State.EXTENDED)) == ("not_in_this_state",)


def test_an_agreement_takes_effect_only_with_every_act() -> None:
    facts = CaseFacts(state=State.MEDIATING, track=Track.LABOUR, has_draft=True, required_acts=4, open_acts=1)
    assert blockers(Event.AGREEMENT_EFFECTIVE, facts) == ("signature_missing",)
    assert blockers(Event.AGREEMENT_EFFECTIVE, replace(facts, open_acts=0)) == ()
    assert blockers(Event.AGREEMENT_EFFECTIVE, replace(facts, required_acts=0)) == ("agreement_missing",)


def test_a_labour_agreement_is_never_oral() -> None:
    facts = CaseFacts(state=State.MEDIATING, track=Track.LABOUR, mediator_assigned=True)
    assert blockers(Event.ORAL_AGREEMENT_REACHED, facts) == ("not_in_this_state",)
    assert blockers(Event.ORAL_AGREEMENT_REACHED, replace(facts, track=Track.PEOPLES)) == ()


def test_failure_needs_the_limitation_day_and_closing_needs_the_notice() -> None:
    facts = CaseFacts(state=State.MEDIATING, track=Track.LABOUR, given=frozenset({"reason"}))
    assert blockers(Event.FAILED, facts) == ("needs_limitation",)
    failed = CaseFacts(state=State.FAILED, track=Track.LABOUR)
    assert blockers(Event.CLOSED, failed) == ("failure_notice_missing",)
    assert blockers(Event.CLOSED, replace(failed, papers=frozenset({"D15"}))) == ()


def test_reopening_goes_where_the_case_stood() -> None:
    facts = CaseFacts(state=State.CLOSED, track=Track.LABOUR, given=frozenset({"reason"}))
    assert find(Event.REOPENED, facts, ALL)[0].to_state is State.CONSENT_INQUIRY
    assert find(Event.REOPENED, replace(facts, has_agreement=True), ALL)[0].to_state is State.PERFORMING
    assert find(Event.REOPENED, replace(facts, track=Track.CONSULT), ALL)[0].to_state is State.RECEIVED
    assert blockers(Event.REOPENED, replace(facts, given=frozenset())) == ("needs_reason",)


def test_a_missing_permission_is_told_apart_from_a_wrong_state() -> None:
    assert find(Event.ACCEPTED, READY, ALL - {"case:accept"}) == (None, ("not_permitted",))
    assert find(Event.ARCHIVED, READY, ALL) == (None, ("not_in_this_state",))


@pytest.mark.parametrize("state", list(State))
def test_every_state_but_the_last_has_a_next_step_on_the_mediated_tracks(state: State) -> None:
    possible = [event for event in NEXT_STEP[state] if rows_for(event, state, Track.LABOUR)]
    assert bool(possible) is (state is not State.ARCHIVED)


def test_no_state_is_a_trap() -> None:
    """From every state a case can reach its end."""
    for track in (Track.LABOUR, Track.NEW_FORM, Track.PEOPLES):
        reaches = {State.ARCHIVED}
        for _round in State:
            reaches |= {
                state
                for row in TRANSITIONS
                if track in row.tracks
                for state in row.from_states
                if (row.to_state or state) in reaches
            }
        assert reaches == set(State)
