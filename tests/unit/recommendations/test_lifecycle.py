"""The table of a recommendation's life."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mediation.recommendations.lifecycle import (
    ANSWER,
    MANAGE,
    TRANSITIONS,
    Event,
    Facts,
    Status,
    available,
    find,
    next_step,
)

COMMITTEE, COMPANY, NOBODY = frozenset({MANAGE}), frozenset({ANSWER}), frozenset()


def named(*events: Event) -> set[Event]:
    return set(events)


def test_every_status_but_the_last_leads_on():
    assert {one for row in TRANSITIONS for one in row.from_statuses} == set(Status) - {Status.CLOSED}


def test_an_event_has_one_row_per_status():
    pairs = [(row.event, status) for row in TRANSITIONS for status in row.from_statuses]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize(
    ("facts", "committee", "company"),
    [
        (Facts(Status.DRAFT), named(Event.CHANGE, Event.REVIEW, Event.RETURN, Event.CLOSE), set()),
        (Facts(Status.DRAFT, is_author=True), named(Event.CHANGE, Event.CLOSE), set()),
        (
            Facts(Status.DRAFT, is_author=True, is_alone=True),
            named(Event.CHANGE, Event.REVIEW, Event.RETURN, Event.CLOSE),
            set(),
        ),
        (Facts(Status.DRAFT, is_complete=False), named(Event.CHANGE, Event.RETURN, Event.CLOSE), set()),
        (Facts(Status.REVIEWED), named(Event.RETURN, Event.ISSUE, Event.CLOSE), set()),
        (Facts(Status.REVIEWED, is_issued=True), named(Event.SEAL, Event.SERVE, Event.CLOSE), set()),
        (Facts(Status.SENT, is_issued=True, is_sealed=True), named(Event.VISIT), named(Event.ANSWER)),
        (
            Facts(Status.SENT, is_issued=True, is_sealed=True, is_late=True),
            named(Event.VISIT, Event.NOT_DONE, Event.TELL),
            named(Event.ANSWER),
        ),
        (
            Facts(Status.ANSWERED, is_issued=True, is_sealed=True),
            named(Event.VISIT, Event.VERIFY, Event.NOT_DONE),
            named(Event.SUPPLEMENT),
        ),
        (
            Facts(Status.NOT_DONE, is_issued=True, is_sealed=True),
            named(Event.VISIT, Event.TELL, Event.CLOSE),
            named(Event.SUPPLEMENT),
        ),
        (Facts(Status.VERIFIED, is_issued=True, is_sealed=True), named(Event.CLOSE), set()),
        (Facts(Status.CLOSED, is_issued=True), set(), set()),
    ],
)
def test_who_can_do_what_when(facts, committee, company):
    assert set(available(facts, COMMITTEE)) == committee
    assert set(available(facts, COMPANY)) == company
    assert available(facts, NOBODY) == ()


def test_what_stands_against_an_act_is_said():
    own = Facts(Status.DRAFT, is_author=True)
    assert find(Event.REVIEW, own, COMMITTEE) == (None, ("own_draft",))
    assert find(Event.REVIEW, replace(own, is_complete=False), COMMITTEE) == (None, ("incomplete", "own_draft"))
    assert find(Event.REVIEW, own, COMPANY) == (None, ("not_permitted",))
    assert find(Event.SERVE, Facts(Status.REVIEWED), COMMITTEE) == (None, ("not_issued",))
    assert find(Event.ANSWER, Facts(Status.DRAFT), COMPANY) == (None, ("not_in_this_status",))
    row, against = find(Event.ANSWER, Facts(Status.SENT), COMPANY)
    assert (row.to_status, against) == (Status.ANSWERED, ())


def test_the_next_step_has_its_day():
    reply, planned = date(2026, 4, 15), date(2026, 5, 1)

    def step(facts: Facts, measure_on: date | None = None) -> tuple[str, str, date | None]:
        found = next_step(facts, answer_by=reply, measure_on=measure_on)
        return found.code, found.who, found.on

    assert step(Facts(Status.DRAFT, is_complete=False)) == ("complete", "committee", None)
    assert step(Facts(Status.REVIEWED, is_issued=True)) == ("serve", "committee", reply)
    assert step(Facts(Status.SENT)) == ("answer", "company", reply)
    assert step(Facts(Status.SENT, is_late=True)) == ("chase", "company", reply)
    assert step(Facts(Status.ANSWERED), planned) == ("carry_out", "company", planned)
    assert step(Facts(Status.ANSWERED)) == ("verify", "committee", None)
    assert step(Facts(Status.CLOSED)) == ("none", "nobody", None)
