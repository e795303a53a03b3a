"""The one next step of a case, state by state."""

from __future__ import annotations

from typing import Any

import pytest

from mediation.cases.lifecycle import CaseFacts, Event, State, Track, next_step

LAWYER = frozenset({"case:handle", "case:accept", "case:close", "case:archive"})
COMMITTEE = LAWYER | {"case:assign", "case:seal", "case:reopen"}
POLICE = frozenset({"case:police"})
S, E = State, Event
YES = {"track_confirmed": True, "consents": ("yes", "yes"), "conflict_clear": True}


def facts(state: State, track: Track = Track.LABOUR, **given: Any) -> CaseFacts:
    return CaseFacts(state=state, track=track, **given)


@pytest.mark.parametrize(
    ("given", "event"),
    [
        (facts(S.RECEIVED), E.TRACK_CONFIRMED),
        (facts(S.RECEIVED, track_confirmed=True), E.CONSENT_ASKED),
        (facts(S.RECEIVED, Track.CONSULT, track_confirmed=True), E.ADVISED),
        (facts(S.RECEIVED, Track.REFERRAL, track_confirmed=True), E.REFERRED),
        (facts(S.CONSENT_INQUIRY, track_confirmed=True, consents=("yes", "none")), E.CONSENT_RECORDED),
        (facts(S.CONSENT_INQUIRY, **YES), E.ACCEPTED),
        (facts(S.CONSENT_INQUIRY, **{**YES, "consents": ("yes", "no")}), E.NOT_ACCEPTED),
        (facts(S.CONSENT_INQUIRY, Track.REFERRAL, track_confirmed=True), E.REFERRED),
        (facts(S.ACCEPTED, mediator_assigned=True), E.SESSION_PLANNED),
        (facts(S.MEDIATING, mediator_assigned=True), E.SESSION_PLANNED),
        (facts(S.MEDIATING, mediator_assigned=True, session_planned=True), E.SESSION_HELD),
        (facts(S.MEDIATING, mediator_assigned=True, session_held=True), E.AGREEMENT_DRAFTED),
        (facts(S.MEDIATING, has_draft=True, required_acts=4, open_acts=2, open_seals=1), E.SIGNATURE_RECORDED),
        (facts(S.AGREED, has_agreement=True), E.PAYMENT_RECORDED),
        (facts(S.AGREED, has_agreement=True, all_paid=True), E.PERFORMED),
        (facts(S.PERFORMED, has_agreement=True, all_paid=True), E.FOLLOWED_UP),
        (facts(S.PERFORMED, has_agreement=True, all_paid=True, followed_up=True), E.CLOSED),
        (facts(S.DEFAULTED, has_agreement=True), E.ENFORCEMENT_STARTED),
        (facts(S.FAILED, papers=frozenset({"D15"})), E.CLOSED),
        (facts(S.CLOSED), E.ARCHIVED),
    ],
)
def test_what_a_lawyer_is_asked_to_do(given: CaseFacts, event: Event) -> None:
    step = next_step(given, LAWYER)
    assert step is not None and step.event is event and step.is_possible


def test_what_waits_for_somebody_else_has_no_button() -> None:
    step = next_step(facts(S.ACCEPTED), LAWYER)
    assert step is not None and step.event is E.MEDIATOR_ASSIGNED and not step.is_mine
    assert next_step(facts(S.ACCEPTED), COMMITTEE).is_possible
    signed = facts(S.MEDIATING, has_draft=True, required_acts=4, open_acts=1, open_seals=1)
    assert next_step(signed, LAWYER).event is E.SEALED and not next_step(signed, LAWYER).is_possible
    assert next_step(signed, COMMITTEE).is_possible


def test_what_is_missing_is_named() -> None:
    step = next_step(facts(S.CONSENT_INQUIRY, **{**YES, "conflict_clear": False}), LAWYER)
    assert step is not None and step.event is E.ACCEPTED and step.blockers == ("conflict_not_clear",)
    assert next_step(facts(S.FAILED), LAWYER).blockers == ("failure_notice_missing",)


def test_the_police_track_is_for_officers() -> None:
    first = facts(S.RECEIVED, Track.POLICE)
    assert next_step(first, POLICE).event is E.POLICE_MEDIATION_HELD
    assert not next_step(first, COMMITTEE).is_mine
    held = facts(S.RECEIVED, Track.POLICE, police_mediated=True)
    assert next_step(held, POLICE).event is E.RESULT_RECORDED


def test_nothing_is_asked_of_an_archived_case() -> None:
    assert next_step(facts(S.ARCHIVED), COMMITTEE) is None
