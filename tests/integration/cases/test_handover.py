"""What a deputy sees, and the list of what falls due for handing over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask

from mediation.accounts import absences
from mediation.cases import handover, queries
from mediation.cases.filters import Filters
from mediation.core.db import transaction
from mediation.core.errors import NotFound
from tests import personas
from tests.factories import casefiles, duedates
from tests.factories.duedates import case_of, instalment, meeting, start
from tests.product import Content

TODAY = date(2026, 10, 12)


@pytest.fixture
def content() -> Content:
    return duedates.CONTENT


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    with casefiles.at(TODAY):
        yield app


def away(persona: str = "duty_lawyer", deputy: str = "lawyer_elsewhere", days: int = 2) -> None:
    absences.enter(
        personas.actor(persona),
        user=personas.user(persona),
        from_on=TODAY,
        to_on=TODAY + timedelta(days=days),
        deputy_id=personas.user(deputy).id,
    )


def numbers(persona: str) -> set[str]:
    return {row.number for row in queries.list_for(personas.actor(persona), Filters()).rows}


def test_a_deputy_sees_the_persons_cases_while_they_are_away_and_not_a_day_longer(context):
    with transaction():
        handled = case_of("duty_lawyer").number
        mediated = case_of("judicial_here", mediator_id=personas.user("duty_lawyer").id).number
        other = case_of("judicial_here").number
        assert numbers("lawyer_elsewhere") == set()
        away()
    assert numbers("lawyer_elsewhere") == {handled, mediated}
    assert queries.get_for(personas.actor("lawyer_elsewhere"), handled).number == handled
    with pytest.raises(NotFound):
        queries.get_for(personas.actor("lawyer_elsewhere"), other)
    with casefiles.at(TODAY + timedelta(days=3)):
        assert numbers("lawyer_elsewhere") == set()
        with pytest.raises(NotFound):
            queries.get_for(personas.actor("lawyer_elsewhere"), handled)


def test_being_a_deputy_gives_nothing_beyond_the_handled_and_mediated_cases(context):
    with transaction():
        at_station = duedates.new_case(
            station=personas.world().station
        ).number  # the absent lawyer sees it by the station
        away()
    assert at_station in numbers("duty_lawyer")
    assert at_station not in numbers("lawyer_elsewhere")


def test_a_deputys_page_opens_and_closes_with_the_absence(app: Flask, client):
    with app.app_context(), transaction():
        number = case_of("duty_lawyer").number
        away()
    personas.login(client, "lawyer_elsewhere")
    assert client.get(f"/cases/{number}").status_code == 200
    with casefiles.at(TODAY + timedelta(days=3)):
        assert client.get(f"/cases/{number}").status_code == 404


def everything() -> dict[str, str]:
    """One of each kind of the duty lawyer; returns case numbers by name."""
    late, soon = case_of("duty_lawyer"), case_of("duty_lawyer", state="mediating")
    start(late)
    start(soon, "LM-MEDIATE-15D", date(2026, 10, 8))  # until the 23rd
    start(soon, "LM-STATUTE-15D", date(2026, 10, 8))  # a right: nothing to do
    far = case_of("duty_lawyer", state="mediating")
    start(far, "LM-EXT-30D", date(2026, 10, 8))  # until 9 November
    paying = case_of("duty_lawyer", state="performing")
    instalment(paying, date(2026, 10, 20))
    meeting(case_of("judicial_here", mediator_id=personas.user("duty_lawyer").id), date(2026, 10, 14))
    start(case_of("judicial_here"))
    return {"late": late.number, "soon": soon.number, "far": far.number, "paying": paying.number}


def test_the_list_holds_what_is_late_and_what_falls_due_in_the_span_by_day(context):
    with transaction():
        found = everything()
    lines = handover.lines_for(personas.actor("duty_lawyer"), personas.user("duty_lawyer"), TODAY, date(2026, 10, 26))
    assert [(line.on.day, line.what, line.is_late, line.as_handler) for line in lines] == [
        (10, "审查并决定是否受理", True, True),
        (14, "调解会议 14:00", False, False),
        (20, "第1期付款 1,000.00元", False, True),
        (23, "调解期限届满", False, True),
    ]
    assert lines[0].number == found["late"]


def test_whose_list_may_be_asked_for(context):
    with transaction():
        lawyer = personas.user("duty_lawyer").id
        for persona in ("lawyer_elsewhere", "judicial_here", "committee_elsewhere"):
            with pytest.raises(NotFound):
                handover.person_for(personas.actor(persona), lawyer)
        assert handover.person_for(personas.actor("duty_lawyer"), None).id == lawyer
        assert handover.person_for(personas.actor("committee"), lawyer).id == lawyer
        away()
    assert handover.person_for(personas.actor("lawyer_elsewhere"), lawyer).id == lawyer


def test_the_page_lists_and_offers_the_committee_to_transfer(app: Flask, client):
    with app.app_context(), transaction():
        found, lawyer = everything(), personas.user("duty_lawyer").id
    personas.login(client, "committee")
    shown = client.get(f"/handover?person={lawyer}&from=2026-10-12&to=2026-10-26").get_data(as_text=True)
    assert f"/cases/{found['soon']}/" in shown
    assert "更换经办人" in shown
    assert found["far"] not in shown
    assert found["far"] in client.get(f"/handover?person={lawyer}&to=2026-11-30").get_data(as_text=True)
    own = personas.login(app.test_client(), "duty_lawyer").get("/handover").get_data(as_text=True)
    assert found["late"] in own
    assert "更换经办人" not in own


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=x", "看不懂这个日期"),
        ("from=2026-10-12&to=2026-10-11", "结束日早于开始日"),
        ("to=2030-01-01", "最长列出一年"),
    ],
)
def test_days_that_cannot_be_are_said(client, query: str, said: str):
    personas.login(client, "duty_lawyer")
    assert said in client.get(f"/handover?{query}").get_data(as_text=True)
