"""Finding a case by what people remember, within one's own cases only; held against plain Python over all rows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mediation.cases import queries
from mediation.cases.filters import Filters
from mediation.cases.models import Case
from tests import personas
from tests.factories import casefiles, worklist
from tests.factories.worklist import TODAY, Everything
from tests.integration.cases.test_list import PERSONAS, walked
from tests.product import Content


@pytest.fixture
def content() -> Content:
    return worklist.CONTENT


@pytest.fixture
def all_rows(context) -> Iterator[Everything]:
    with casefiles.at(TODAY):
        yield worklist.everything()


def numbers(cases: list[Case]) -> list[str]:
    return [case.number for case in cases]


def check(persona: str, query: str, wanted: list[Case]) -> None:
    """List, count and export of a search are the same cases, the newest first."""
    actor, filters = personas.actor(persona), Filters.from_args({"q": query})
    assert walked(persona, filters) == numbers(wanted), query
    assert queries.count_for(actor, filters) == len(wanted), query
    assert [row.number for row in queries.export_for(actor, filters)] == numbers(wanted), query


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize(
    "query", ["周", "明", "买", "周明", "明远", "阳修", "买提", "提江", "远岚", "青浦", "快", "沪A00007"]
)
def test_parts_of_names_companies_and_plates(all_rows: Everything, persona: str, query: str) -> None:
    cases = all_rows.visible(persona)
    wanted = {case.id: case for case in all_rows.holding(cases, query)}
    wanted |= {case.id: case for case in all_rows.against_alias(cases, query)}
    check(persona, query, worklist.newest(wanted.values()))


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("query", ["周明远", "买提江", "欧阳修", "云岫速运华东", "李买提江"])
def test_longer_names_are_found_wherever_they_stand(all_rows: Everything, persona: str, query: str) -> None:
    cases = all_rows.visible(persona)
    wanted = all_rows.holding(cases, query)
    found = walked(persona, Filters(q=query))
    assert set(numbers(wanted)) <= set(found)
    # A few more may come along whose names have the same pairs of characters, never others.
    by_number = {case.number: case for case in cases}
    for number in found:
        texts = all_rows.texts(by_number[number])
        assert all(any(query[at : at + 2] in one for one in texts) for at in range(len(query) - 1)), number


@pytest.mark.parametrize("persona", PERSONAS)
def test_a_nickname_finds_the_whole_tree_below(all_rows: Everything, persona: str) -> None:
    for query in (worklist.NICKNAME, "大云"):
        check(persona, query, all_rows.against_alias(all_rows.visible(persona), query))


@pytest.mark.parametrize("persona", PERSONAS)
def test_phones_whole_and_their_last_four(all_rows: Everything, persona: str) -> None:
    cases = all_rows.visible(persona)
    for ending in ("0003", "0011"):
        # Four digits may be a register number as well, or how one begins.
        also = [case for case in cases if case.number_seq == int(ending) or f"-{ending}" in case.number]
        check(persona, ending, worklist.newest([*all_rows.with_phone(cases, ending), *also]))
    phones = sorted({party.phone for one in all_rows.cases[:40] for party in all_rows.parties[one.id]})
    for phone in phones[:6]:
        wanted = all_rows.with_phone(cases, phone)
        check(persona, phone, wanted)
        check(persona, f"{phone[:3]} {phone[3:7]}-{phone[7:]}", wanted)
    check(persona, "9999", [])


@pytest.mark.parametrize("persona", PERSONAS)
def test_numbers_lead_to_their_case_and_to_nobody_elses(all_rows: Everything, persona: str) -> None:
    visible = {case.id for case in all_rows.visible(persona)}
    for case in all_rows.cases[::9]:
        mine = [case] if case.id in visible else []
        check(persona, case.number, mine)
        if case.case_no and case.committee_id == personas.actor(persona).committee_id:
            check(persona, case.case_no, mine)
        year, sequence = case.number.split("-")
        check(persona, f"{year}-{int(sequence)}", mine)


@pytest.mark.parametrize("persona", ["committee", "duty_lawyer", "hr_same_company"])
def test_a_search_within_a_filter(all_rows: Everything, persona: str) -> None:
    found = all_rows.holding(all_rows.visible(persona), "明")
    for args, keep in (
        ({"open": "1"}, lambda case: case.state not in worklist.ENDED),
        ({"track": "labour"}, lambda case: case.track == "labour"),
        ({"overdue": "1"}, lambda case: case.next_deadline_on and case.next_deadline_on < TODAY),
        ({"company": str(personas.world().region.id)}, lambda case: personas.world().region.id in all_rows.trees(case)),
    ):
        wanted = [case for case in found if keep(case)]
        filters = Filters.from_args({"q": "明", **args})
        assert walked(persona, filters) == numbers(wanted), args
        assert queries.count_for(personas.actor(persona), filters) == len(wanted), args


def test_nothing_is_found_by_a_sealed_part(all_rows: Everything) -> None:
    party = next(one for people in all_rows.parties.values() for one in people)
    assert party.phone
    for query in (party.phone[:7], party.phone[3:], "示例路"):
        assert walked("committee", Filters(q=query)) == []
