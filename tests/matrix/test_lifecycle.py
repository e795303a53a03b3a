"""Every event × state × role × track, both ways: what each role may do in each state, and nothing more.

The expectation below is written by hand from law.md 8.1 and the table of people in the product description. It does not
look at the life-cycle table, so that a row added there without a thought fails here.
"""

from __future__ import annotations

import pytest

from mediation.cases.lifecycle import CaseFacts, Event, State, Track, available
from mediation.core.actor import Actor, Role
from mediation.core.permissions import P, granted

STAFF = {"lawyer", "judicial", "committee"}
COMMITTEE = {"committee"}
POLICE = {"police"}
HR = {"hr"}

MEDIATION = {"mediating", "extended"}
BEFORE = {"received", "consent_inquiry", "accepted", "mediating", "extended"}
OPEN = BEFORE | {
    "agreed", "performing", "performed", "defaulted", "enforcing", "failed", "withdrawn", "terminated", "referred",
    "not_accepted",
}  # fmt: skip
ENDED = {"closed", "archived"}

PAYING = {"agreed", "performing", "defaulted", "enforcing"}
# What a company does in the same file once it has been told of the case, and how its word is checked.
TOLD = OPEN - {"received"}
OF_THE_COMPANY = {
    "papers_handed_in": [(TOLD, HR)],
    "representative_named": [(TOLD, HR)],
    "representative_reviewed": [(TOLD, STAFF)],
}

# event → [(states, roles)] on the tracks that are mediated here
MEDIATED = OF_THE_COMPANY | {
    "offer_made": [(BEFORE - {"received"}, HR | STAFF)],
    "offer_settled": [(BEFORE - {"received"}, HR | STAFF)],
    "payment_reported": [(PAYING, HR)],
    "payment_disputed": [(PAYING, STAFF)],
    "details_corrected": [(OPEN, STAFF)],
    "track_confirmed": [({"received", "consent_inquiry"}, STAFF)],
    "reclassified": [(BEFORE, STAFF)],
    "handler_assigned": [(OPEN, COMMITTEE)],
    "consent_asked": [({"received"}, STAFF)],
    "consent_recorded": [({"received", "consent_inquiry"} | MEDIATION, STAFF)],
    "answered": [(BEFORE | {"agreed", "performing", "defaulted"}, HR)],
    "accepted": [({"consent_inquiry"}, STAFF)],
    "not_accepted": [({"received", "consent_inquiry"}, STAFF)],
    "mediator_assigned": [({"accepted"} | MEDIATION, COMMITTEE)],
    "session_planned": [({"accepted"} | MEDIATION, STAFF)],
    "session_held": [({"accepted"} | MEDIATION, STAFF)],
    "session_postponed": [({"accepted"} | MEDIATION, STAFF)],
    "session_cancelled": [({"accepted"} | MEDIATION, STAFF)],
    "session_replied": [({"accepted"} | MEDIATION, HR | STAFF)],
    "extended": [({"mediating"}, STAFF)],
    "agreement_drafted": [(MEDIATION, STAFF)],
    "signature_recorded": [(MEDIATION, STAFF)],
    "sealed": [(MEDIATION, COMMITTEE)],
    "failed": [({"accepted"} | MEDIATION, STAFF)],
    "withdrawn": [(BEFORE, STAFF)],
    "terminated": [({"accepted"} | MEDIATION, STAFF)],
    "referred": [(BEFORE | {"not_accepted", "failed"}, STAFF)],
    "result_recorded": [({"referred"}, STAFF)],
    "payment_recorded": [({"agreed", "performing", "defaulted", "enforcing"}, STAFF)],
    "performed": [({"agreed", "performing", "defaulted", "enforcing"}, STAFF)],
    "defaulted": [({"agreed", "performing"}, STAFF)],
    "force_sought": [({"agreed", "performing", "performed", "defaulted"}, STAFF)],
    "enforcement_started": [({"defaulted"}, STAFF)],
    "followed_up": [
        (
            {"agreed", "performing", "performed", "defaulted", "enforcing", "failed", "withdrawn", "terminated",
             "referred", "closed"},
            STAFF,
        )
    ],
    "closed": [
        (
            {"not_accepted", "failed", "withdrawn", "terminated", "performed", "agreed", "defaulted", "enforcing"},
            STAFF,
        )
    ],
    "archived": [({"closed"}, STAFF)],
    "reopened": [(ENDED, COMMITTEE)],
}  # fmt: skip

# What the law's clock needs, on every track; a police file is the officer's alone and does not pause.
CLOCK = {key: [(OPEN | {"closed"}, STAFF)] for key in ("act_recorded", "act_corrected", "limitation_noted")}
PAUSES = {key: [(OPEN, STAFF)] for key in ("paused", "resumed")}
MEDIATED |= CLOCK | PAUSES
POLICE_CLOCK = {key: [(OPEN | {"closed"}, POLICE)] for key in CLOCK}

EXPECTED: dict[Track, dict[str, list[tuple[set[str], set[str]]]]] = {
    Track.LABOUR: MEDIATED,
    Track.NEW_FORM: MEDIATED,
    # Only people's mediation knows an oral agreement (PML Art 28; LDMAL Art 14).
    Track.PEOPLES: MEDIATED | {"oral_agreement_reached": [({"accepted"} | MEDIATION, STAFF)]},
    # Only the officer writes and closes a police file (law.md 1.7); the committee may say who in its office follows it.
    Track.POLICE: POLICE_CLOCK
    | {
        "details_corrected": [(OPEN, POLICE)],
        "handler_assigned": [(OPEN, COMMITTEE)],
        "referred": [({"received"}, POLICE)],
        "police_mediation_held": [({"received"}, POLICE)],
        "result_recorded": [({"received", "referred"}, POLICE)],
        "archived": [({"closed"}, STAFF)],
        "reopened": [(ENDED, COMMITTEE)],
    },
    Track.TRAFFIC: CLOCK
    | PAUSES
    | OF_THE_COMPANY
    | {
        "details_corrected": [(OPEN, STAFF)],
        "track_confirmed": [({"received", "consent_inquiry"}, STAFF)],
        "reclassified": [(BEFORE, STAFF)],
        "handler_assigned": [(OPEN, COMMITTEE)],
        "answered": [(BEFORE | {"agreed", "performing", "defaulted"}, HR)],
        "referred": [(BEFORE | {"not_accepted", "failed"}, STAFF)],
        "result_recorded": [({"received", "referred"}, STAFF)],
        "followed_up": MEDIATED["followed_up"],
        "archived": [({"closed"}, STAFF)],
        "reopened": [(ENDED, COMMITTEE)],
    },
    Track.REFERRAL: CLOCK
    | PAUSES
    | OF_THE_COMPANY
    | {
        "details_corrected": [(OPEN, STAFF)],
        "track_confirmed": [({"received", "consent_inquiry"}, STAFF)],
        "reclassified": [(BEFORE, STAFF)],
        "handler_assigned": [(OPEN, COMMITTEE)],
        "answered": [(BEFORE | {"agreed", "performing", "defaulted"}, HR)],
        "referred": [(BEFORE | {"not_accepted", "failed"}, STAFF)],
        "result_recorded": [({"referred"}, STAFF)],
        "followed_up": MEDIATED["followed_up"],
        "archived": [({"closed"}, STAFF)],
        "reopened": [(ENDED, COMMITTEE)],
    },
    Track.CONSULT: CLOCK
    | PAUSES
    | {
        "details_corrected": [(OPEN, STAFF)],
        "track_confirmed": [({"received", "consent_inquiry"}, STAFF)],
        "reclassified": [(BEFORE, STAFF)],
        "handler_assigned": [(OPEN, COMMITTEE)],
        "advised": [({"received"}, STAFF)],
        "followed_up": MEDIATED["followed_up"],
        "archived": [({"closed"}, STAFF)],
        "reopened": [(ENDED, COMMITTEE)],
    },
}
# Events that nobody chooses: they follow from other acts.
FOLLOWING = {"received", "imported", "agreement_effective"}


def _permissions(role: Role) -> frozenset[str]:
    actor = Actor(user_id=1, name="x", committee_id=1, roles=frozenset({role}))
    return frozenset(permission.value for permission in P if granted(actor, permission))


@pytest.mark.parametrize("track", list(Track))
@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_do_exactly_this(track: Track, role: Role) -> None:
    expected = {
        (event, state)
        for event, rows in EXPECTED[track].items()
        for states, roles in rows
        if role.value in roles
        for state in states
    }
    actual = {
        (transition.event.value, state.value)
        for state in State
        for transition in available(CaseFacts(state=state, track=track), _permissions(role))
    }
    extra, missing = sorted(actual - expected), sorted(expected - actual)
    table = "\n".join(
        [f"  granted but not expected: {one}" for one in extra] + [f"  expected: {one}" for one in missing]
    )
    assert actual == expected, f"{role.value} on {track.value}:\n{table}"


def test_the_expectation_knows_every_event() -> None:
    named = {event for rows in EXPECTED.values() for event in rows} | FOLLOWING
    assert named == {event.value for event in Event}


def test_a_forgotten_row_or_an_extra_grant_is_seen() -> None:
    """The comparison itself can fail: a permission more gives acts more, one less gives fewer."""
    facts = CaseFacts(state=State.MEDIATING, track=Track.LABOUR)
    lawyer = _permissions(Role.LAWYER)
    assert {row.event for row in available(facts, lawyer | {"case:seal"})} - {
        row.event for row in available(facts, lawyer)
    } == {Event.SEALED}
    assert not available(facts, frozenset())
