"""The home page: what is late, what falls due, who waits for whom; each shelf is the list behind its link."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask

from mediation.cases import queries, service
from mediation.cases.today import SHOWN, today_for
from mediation.core import clock
from mediation.core.db import transaction
from mediation.stations import service as stations
from tests import personas
from tests.factories import casefiles, worklist
from tests.factories.worklist import TODAY, Everything
from tests.product import Content


@pytest.fixture
def content() -> Content:
    return worklist.CONTENT


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    with casefiles.at(TODAY):
        yield app


@pytest.fixture
def all_rows(context) -> Iterator[Everything]:
    with casefiles.at(TODAY):
        yield worklist.everything()


@pytest.mark.parametrize("persona", ["committee", "duty_lawyer", "judicial_here", "police_here", "hr_same_company"])
def test_each_shelf_is_what_python_finds(all_rows: Everything, persona: str) -> None:
    actor, day = personas.actor(persona), today_for(personas.actor(persona))
    mine = [case for case in all_rows.visible(persona) if case.next_deadline_on is not None]
    soon = TODAY + timedelta(days=3)
    own = actor.user_id

    def is_own(case) -> bool:
        return own in (case.handler_id, case.mediator_id)

    waits_for = {"committee": "committee", "hr_same_company": "respondent"}.get(persona, "staff")
    for shelf, wanted in (
        (day.late, [c for c in mine if c.next_deadline_on < TODAY]),
        (day.due_today, [c for c in mine if c.next_deadline_on == TODAY]),
        (day.due_soon, [c for c in mine if TODAY < c.next_deadline_on <= soon]),
        (day.waiting, [c for c in mine if c.waiting_for == waits_for and (waits_for != "staff" or is_own(c))]),
    ):
        ordered = [case.number for case in sorted(wanted, key=lambda case: (case.next_deadline_on, case.id))]
        assert [row.number for row in shelf.rows] == ordered[:SHOWN]
        # The number beside the title is the length of the list that it leads to.
        assert shelf.count == len(ordered) == queries.count_for(actor, shelf.filters, cap=None)
    assert day.late.count


def test_sessions_duty_and_news_of_the_day(app: Flask) -> None:
    with app.app_context(), transaction():
        lawyer, world = personas.actor("duty_lawyer"), personas.world()
        case = casefiles.mediating(lawyer)
        service.plan_session(lawyer, case=case, starts_at=clock.now() + timedelta(hours=4), place="二楼调解室")
        service.plan_session(lawyer, case=case, starts_at=clock.now() + timedelta(days=1), place="明天的房间")
        begins = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=clock.SHANGHAI)
        stations.add_shift(
            personas.actor("committee"),
            station=world.station,
            user=personas.user("judicial_here"),
            starts_at=begins,
            ends_at=begins + timedelta(hours=8),
        )
    for persona, sees in (("duty_lawyer", True), ("hr_same_company", True), ("lawyer_elsewhere", False)):
        page = personas.login(app.test_client(), persona).get("/").get_data(as_text=True)
        assert ("二楼调解室" in page) is sees, persona
        # A company's desk is the list of what waits for it, whenever that is; the others' page is the day.
        assert ("明天的房间" in page) is (persona == "hr_same_company"), persona
    assert "何清" in personas.login(app.test_client(), "duty_lawyer").get("/").get_data(as_text=True)


def test_the_shelf_of_what_is_late_says_what_it_counts(all_rows: Everything, app: Flask) -> None:
    page = personas.login(app.test_client(), "duty_lawyer").get("/").get_data(as_text=True)
    shelf = page.partition("已逾期的案件")[2].partition("</section>")[0]
    assert "按案件计" in shelf and "晨报按事项计" in shelf


def test_an_administrator_is_led_to_the_accounts(app: Flask) -> None:
    answer = personas.login(app.test_client(), "admin").get("/")
    assert answer.status_code == 302 and answer.location == "/admin/users"


def test_nothing_to_do_says_so(app: Flask) -> None:
    page = personas.login(app.test_client(), "hr_other_company").get("/").get_data(as_text=True)
    assert page.count("<h1") == 1
    empty = personas.login(app.test_client(), "committee_elsewhere").get("/")
    assert empty.status_code == 200
