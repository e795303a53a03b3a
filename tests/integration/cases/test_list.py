"""The work list: every filter for every persona, page by page to both ends, held against plain Python over all rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask

from mediation.cases import queries
from mediation.cases.filters import Filters
from mediation.cases.models import Case
from tests import personas
from tests.factories import casefiles, worklist
from tests.factories.worklist import TODAY, Everything
from tests.product import Content

PERSONAS = (
    "committee",
    "committee_elsewhere",
    "duty_lawyer",
    "lawyer_elsewhere",
    "judicial_here",
    "police_here",
    "hr_same_company",
    "hr_other_company",
)
Keep = Callable[[Everything, Case], bool]


@pytest.fixture
def content() -> Content:
    return worklist.CONTENT


@pytest.fixture
def all_rows(context) -> Iterator[Everything]:
    with casefiles.at(TODAY):
        yield worklist.everything()


def pairs() -> list[tuple[str, dict[str, str], Keep]]:
    """Each filter as it stands in a URL, beside what it means."""
    world = personas.world()
    lawyer, day = personas.user("duty_lawyer").id, TODAY.isoformat
    week = TODAY + timedelta(days=7)
    return [
        ("nothing", {}, lambda _all, c: True),
        ("state", {"state": "mediating"}, lambda _all, c: c.state == "mediating"),
        ("track", {"track": "new_form"}, lambda _all, c: c.track == "new_form"),
        ("outcome", {"outcome": "agreed"}, lambda _all, c: c.outcome == "agreed"),
        ("waiting", {"waiting": "respondent"}, lambda _all, c: c.waiting_for == "respondent"),
        ("cause", {"cause": "wage.arrears"}, lambda _all, c: c.category_code == "wage.arrears"),
        ("main cause", {"cause": "wage"}, lambda _all, c: c.category_code.split(".")[0] == "wage"),
        ("station", {"station": str(world.station.id)}, lambda _all, c: c.station_id == world.station.id),
        ("handler", {"handler": str(lawyer)}, lambda _all, c: c.handler_id == lawyer),
        ("mediator", {"mediator": str(lawyer)}, lambda _all, c: c.mediator_id == lawyer),
        ("no handler", {"handler": "0"}, lambda _all, c: c.handler_id is None),
        ("company", {"company": str(world.region.id)}, lambda all_, c: world.region.id in all_.trees(c)),
        ("top company", {"company": str(world.company.id)}, lambda all_, c: world.company.id in all_.trees(c)),
        ("collective", {"collective": "1"}, lambda _all, c: c.is_collective),
        ("received", {"received_from": "2026-03-01", "received_to": "2026-03-05"},
         lambda _all, c: "2026-03-01" <= c.received_on.isoformat() <= "2026-03-05"),
        ("closed", {"closed_from": "2026-03-01"}, lambda _all, c: c.closed_on and c.closed_on.isoformat() >= "2026-03-01"),
        ("open", {"open": "1"}, lambda _all, c: c.state not in worklist.ENDED),
        ("overdue", {"overdue": "1"}, lambda _all, c: c.next_deadline_on and c.next_deadline_on < TODAY),
        ("due today", {"due": "0"}, lambda _all, c: c.next_deadline_on == TODAY),
        ("due", {"due": "7"}, lambda _all, c: c.next_deadline_on and TODAY <= c.next_deadline_on <= week),
        ("due later", {"due_from": "1", "due": "7"},
         lambda _all, c: c.next_deadline_on and TODAY < c.next_deadline_on <= week),
        ("several", {"open": "1", "track": "labour", "company": str(world.company.id), "received_to": day()},
         lambda all_, c: c.state not in worklist.ENDED and c.track == "labour" and world.company.id in all_.trees(c)),
    ]  # fmt: skip


def expected(all_rows: Everything, persona: str, filters: Filters, keep: Keep) -> list[str]:
    found = [case for case in all_rows.visible(persona) if keep(all_rows, case)]
    if queries.by_deadline(filters):
        found = [case for case in found if case.next_deadline_on is not None]
        return [case.number for case in sorted(found, key=lambda case: (case.next_deadline_on, case.id))]
    return [case.number for case in sorted(found, key=lambda case: (case.received_on, case.id), reverse=True)]


def walked(persona: str, filters: Filters) -> list[str]:
    """All pages forward; on the way back they are the same, to the beginning."""
    actor = personas.actor(persona)
    pages, cursor = [queries.list_for(actor, filters)], None
    assert pages[0].previous is None
    while (cursor := pages[-1].next) is not None:
        pages.append(queries.list_for(actor, filters, after=cursor))
        assert len(pages) < 20 and pages[-1].rows
    back, cursor = [pages[-1]], pages[-1].previous
    while cursor is not None:
        back.append(queries.list_for(actor, filters, before=cursor))
        cursor = back[-1].previous
    assert [[row.id for row in page.rows] for page in reversed(back)] == [[row.id for row in p.rows] for p in pages]
    return [row.number for page in pages for row in page.rows]


@pytest.mark.parametrize("persona", PERSONAS)
def test_each_filter_is_what_python_finds(all_rows: Everything, persona: str) -> None:
    actor = personas.actor(persona)
    seen = 0
    for name, args, keep in pairs():
        filters = Filters.from_args(args)
        assert filters.to_args() == args, name
        wanted = expected(all_rows, persona, filters, keep)
        assert walked(persona, filters) == wanted, name
        assert queries.count_for(actor, filters) == queries.count_for(actor, filters, cap=None) == len(wanted), name
        rows = [row.number for row in queries.export_for(actor, filters)]
        assert sorted(rows) == sorted(wanted), name
        seen += len(wanted)
    assert seen > 20


@pytest.mark.parametrize("persona", ["duty_lawyer", "judicial_here", "committee"])
def test_mine_are_those_i_handle_or_mediate(all_rows: Everything, persona: str) -> None:
    me = personas.user(persona).id
    filters = Filters.from_args({"mine": "1"})
    wanted = expected(all_rows, persona, filters, lambda _all, c: me in (c.handler_id, c.mediator_id))
    assert walked(persona, filters) == wanted and wanted


def test_the_count_stops_at_its_cap(all_rows: Everything) -> None:
    for persona in ("committee", "duty_lawyer"):
        actor, total = personas.actor(persona), len(all_rows.visible(persona))
        assert total > 20
        for cap, counted in ((total - 1, total), (total, total), (total + 1, total), (10, 11)):
            assert queries.count_for(actor, Filters(), cap=cap) == counted


def test_a_case_that_is_mine_in_several_ways_stands_once(all_rows: Everything) -> None:
    actor = personas.actor("duty_lawyer")
    several = [
        case
        for case in all_rows.visible("duty_lawyer")
        if case.station_id in actor.station_ids and case.handler_id == case.mediator_id == actor.user_id
    ]
    assert several
    numbers = walked("duty_lawyer", Filters())
    assert len(numbers) == len(set(numbers)) and {case.number for case in several} <= set(numbers)


@pytest.mark.parametrize(
    "args",
    [
        {"company": "9" * 30},
        {"company": "²"},
        {"station": "-1"},
        {"due": "-99999999999"},
        {"due": "9" * 30},
        {"received_from": "2026-13-01"},
        {"state": "no such state"},
        {"q": "\0"},
        {"q": "%_\\'\"*()[]<>&|!:"},
        {"after": "not a cursor"},
        {"after": "WyJ4IiwxXQ"},
        {"after": "W10", "q": "周"},
        {"after": "WyJhIl0", "q": "周"},
        {"before": "WzEsMl0"},
    ],
)
def test_a_mistyped_address_still_shows_a_list(app: Flask, args: dict[str, str]) -> None:
    client = personas.login(app.test_client(), "committee")
    assert client.get("/cases/", query_string=args).status_code == 200
    assert client.get("/cases/export.csv", query_string=args).status_code == 200


def test_days_are_read_as_people_write_them(all_rows: Everything) -> None:
    written = Filters.from_args({"received_from": "2026/3/1", "received_to": "３月5日"})
    assert written == Filters.from_args({"received_from": "2026-03-01", "received_to": "2026-03-05"})
    assert written.to_args() == {"received_from": "2026-03-01", "received_to": "2026-03-05"}
    assert 0 < len(walked("committee", written)) < len(all_rows.visible("committee"))


@pytest.mark.parametrize("field", ["received_from", "received_to"])
def test_a_day_that_cannot_be_read_stays_typed_with_the_reason_and_narrows_nothing(app: Flask, field: str) -> None:
    client = personas.login(app.test_client(), "committee")
    page = client.get("/cases/", query_string={field: "三月初", "track": "labour"}).text
    assert 'value="三月初"' in page
    assert page.count('class="field-error"') == 1 and f'id="{field}-error">看不懂这个日期' in page
    assert '<option selected value="labour">' in page
    # What is shown is what the links on the page say: the track alone.
    assert field not in "".join(part.split('"')[0] for part in page.split('href="')[1:])
    closed = client.get("/cases/", query_string={"track": "labour"}).text
    assert "field-error" not in closed and 'id="filters"' not in closed
