"""Drafts outlive a log-out and belong to one person; duplicates and conflicts are told while typing, in scope only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from multiprocessing.pool import ThreadPool as Pool

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from mediation.cases import drafts, queries, service
from mediation.cases.models import Case, CaseDraft, ConflictCheck
from mediation.companies import service as companies
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError
from tests import personas
from tests.factories import casefiles
from tests.integration.cases.test_intake import SIX
from tests.product import Content

DAY = date(2026, 3, 4)
TYPED = {
    "applicant_name": "周明远",
    "phone": "１３８００１３８０００",
    "id_number": casefiles.ID_NUMBER,
    "facts": "说到一半",
}


@pytest.fixture
def content() -> Content:
    return casefiles.CONTENT


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    with casefiles.at(DAY):
        yield app


@pytest.fixture
def lawyer(app: Flask) -> FlaskClient:
    return personas.login(app.test_client(), "duty_lawyer")


def save(client: FlaskClient, **typed: str) -> str:
    """The key under which a draft was saved."""
    answer = personas.post(client, "/cases/drafts", {**TYPED, **typed})
    assert answer.status_code == 200 and answer.get_json()["saved_at"] == "10:00"
    return answer.get_json()["draft_id"]


def warnings(client: FlaskClient, **typed: str) -> list[dict]:
    return personas.post(client, "/cases/duplicates", typed, headers={"X-Requested-With": "fetch"}).get_json()[
        "matches"
    ]


def test_a_draft_is_still_there_after_a_log_out(app: Flask, lawyer: FlaskClient) -> None:
    key = save(lawyer)
    assert personas.post(lawyer, "/logout").status_code == 303
    again = personas.login(app.test_client(), "duty_lawyer")
    listed = again.get("/cases/new").get_data(as_text=True)
    assert f"/cases/new?draft={key}" in listed and "周明远" in listed
    page = again.get(f"/cases/new?draft={key}").get_data(as_text=True)
    for value in TYPED.values():
        assert value in page
    assert f'value="{key}"' in page


def test_a_draft_is_nobody_elses(app: Flask, lawyer: FlaskClient) -> None:
    key = save(lawyer)
    for persona in ("judicial_here", "committee", "police_here", "committee_elsewhere"):
        other = personas.login(app.test_client(), persona)
        assert "周明远" not in other.get(f"/cases/new?draft={key}").get_data(as_text=True)
        assert "draft=" not in other.get("/cases/new").get_data(as_text=True)
        personas.post(other, f"/cases/drafts/{key}/remove")
        save(other, draft_id=key, facts="别人的草稿")
    with app.app_context():
        assert drafts.content_of(personas.actor("duty_lawyer"), key) == TYPED


def test_what_is_typed_is_sealed_in_the_database(app: Flask, lawyer: FlaskClient) -> None:
    save(lawyer)
    with app.app_context():
        raw = bytes(db.session.execute(db.text("SELECT content FROM case_draft")).scalar_one())
        for value in TYPED.values():
            assert value.encode() not in raw
        kept = json.loads(db.session.scalars(select(CaseDraft.content)).one())
        assert "csrf_token" not in kept and kept == TYPED


def test_saving_again_changes_the_same_draft(app: Flask, lawyer: FlaskClient) -> None:
    key = save(lawyer)
    assert save(lawyer, draft_id=key, facts="说完了") == key
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(CaseDraft)) == 1
        assert drafts.content_of(personas.actor("duty_lawyer"), key)["facts"] == "说完了"


def test_the_page_has_its_key_before_the_first_save(app: Flask, lawyer: FlaskClient) -> None:
    """Two fields left at once save twice before the first answer is there."""
    page = lawyer.get("/cases/new").get_data(as_text=True)
    marker = 'name="draft_id" type="hidden" value="'
    key = page[page.index(marker) + len(marker) :].partition('"')[0]
    assert save(lawyer, draft_id=key) == save(lawyer, draft_id=key, facts="又写了一句") == key
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(CaseDraft)) == 1
    # What a page did not make up is no key.
    assert save(lawyer, draft_id="../../x") != "../../x"


def test_a_draft_goes_with_its_case_or_on_request(app: Flask, lawyer: FlaskClient) -> None:
    opened, given_up = save(lawyer), save(lawyer)
    refused = personas.post(lawyer, "/cases/new", {**SIX, "phone": "", "draft_id": opened})
    assert refused.status_code == 422 and f'value="{opened}"' in refused.get_data(as_text=True)
    assert personas.post(lawyer, "/cases/new", {**SIX, "draft_id": opened}).status_code == 303
    assert personas.post(lawyer, f"/cases/drafts/{given_up}/remove").status_code == 303
    with app.app_context():
        assert drafts.drafts_for(personas.actor("duty_lawyer")) == []


def test_a_form_sent_twice_opens_one_case(app: Flask, lawyer: FlaskClient) -> None:
    key = drafts.new_key()  # never saved: there are pages without scripts
    refused = personas.post(lawyer, "/cases/new", {**SIX, "phone": "", "draft_id": key})
    assert refused.status_code == 422
    first, second = (personas.post(lawyer, "/cases/new", {**SIX, "draft_id": key}) for _time in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    # The key of another person's form says nothing about one's own.
    other = personas.login(app.test_client(), "lawyer_elsewhere")
    assert personas.post(other, "/cases/new", {**SIX, "draft_id": key}).location != first.location
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Case)) == 2
        assert drafts.drafts_for(personas.actor("duty_lawyer")) == []


def test_another_case_typed_on_a_page_gone_back_to_is_asked_about_and_not_lost(app: Flask, lawyer: FlaskClient) -> None:
    key = drafts.new_key()
    first = personas.post(lawyer, "/cases/new", {**SIX, "draft_id": key})
    changed = {**SIX, "applicant_name": "另一位", "draft_id": key}
    page = personas.post(lawyer, "/cases/new", changed)
    text = page.get_data(as_text=True)
    assert page.status_code == 422 and first.location.rpartition("/")[2] in text and "另一位" in text
    fresh = text.partition('name="draft_id" type="hidden" value="')[2].partition('"')[0]
    assert fresh and fresh != key
    again = personas.post(lawyer, "/cases/new", {**changed, "draft_id": fresh})
    assert again.status_code == 303 and again.location != first.location


def test_two_at_the_same_moment_open_one_case(app: Flask) -> None:
    """The second waits for the first; where the first fails, the second opens the case."""
    for fails in (True, False):
        key = drafts.new_key()
        with Pool(2) as pool:
            numbers = pool.map(partial(_open, app, key, fails), range(2))
        assert sum(number is not None for number in numbers) == 2 - fails
        assert len({number for number in numbers if number}) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Case)) == 2


def _open(app: Flask, key: str, first_fails: bool, turn: int) -> str | None:
    with app.app_context(), casefiles.at(DAY), suppress(RuntimeError), transaction():
        actor = personas.actor("duty_lawyer")
        row, number, _is_same = drafts.claim(actor, key, SIX)
        if first_fails and turn == 0:
            raise RuntimeError("the rest went wrong")
        if number is None:
            number = casefiles.open_wages(actor).number
            drafts.became(row, number)
        return number
    return None


def test_the_oldest_draft_makes_room(app: Flask) -> None:
    with app.app_context(), transaction():
        actor = personas.actor("duty_lawyer")
        keys = []
        for number in range(drafts.MOST + 2):
            with casefiles.at(DAY + timedelta(days=number)):
                keys.append(drafts.save(actor, key=None, content={"facts": str(number)}).key)
        assert {one.key for one in drafts.drafts_for(actor)} == set(keys[2:])


def test_an_open_case_of_the_same_person_is_named(app: Flask, lawyer: FlaskClient) -> None:
    with app.app_context(), transaction():
        case = casefiles.open_wages(personas.actor("duty_lawyer"))
        number, outlet = case.number, str(personas.world().outlet.id)
        worker = service.change_party(
            personas.actor("duty_lawyer"),
            case=case,
            party_id=casefiles.party_queries.for_case(case.id)[0].id,
            id_number=casefiles.ID_NUMBER,
        )
        assert worker.name == "周明远"
    for typed in (
        {"phone": casefiles.PHONE},
        {"phone": "＋86 138-0013-8000"},
        {"id_number": casefiles.ID_NUMBER},
        {"applicant_name": "周明远", "company_id": outlet},
        {"applicant_name": "周明远", "company": "云岫速运青浦网点"},
    ):
        found = warnings(lawyer, **typed)
        assert [one["url"] for one in found] == [f"/cases/{number}"], typed
        assert number in found[0]["label"]
    # A name alone says nothing; neither does another company.
    assert warnings(lawyer, applicant_name="周明远") == []
    assert warnings(lawyer, applicant_name="周明远", company="远岚物流集团有限公司") == []
    # The page without scripts says the same.
    page = personas.post(lawyer, "/cases/duplicates", {"phone": casefiles.PHONE}).get_data(as_text=True)
    assert number in page


def test_duplicates_name_no_case_of_others_and_no_closed_one(app: Flask, lawyer: FlaskClient) -> None:
    with app.app_context(), transaction():
        number = casefiles.open_wages(personas.actor("duty_lawyer")).number
    for persona in ("lawyer_elsewhere", "police_elsewhere", "committee_elsewhere"):
        client = personas.login(app.test_client(), persona)
        assert warnings(client, phone=casefiles.PHONE) == [], persona
    with app.app_context(), transaction():
        actor = personas.actor("duty_lawyer")
        case = queries.get_for(actor, number)
        service.withdraw(actor, case=case, reason="和解")
        service.close(actor, case=case)
    assert warnings(lawyer, phone=casefiles.PHONE) == []


@pytest.mark.parametrize("key", ["²", "9" * 40, "-1", "0", "1; DROP TABLE party"])
def test_a_strange_key_is_no_company(lawyer: FlaskClient, key: str) -> None:
    assert warnings(lawyer, applicant_name="周明远", company_id=key) == []


def test_a_conflict_of_interest_is_named_while_typing_and_blocks(app: Flask, lawyer: FlaskClient) -> None:
    with app.app_context(), transaction():
        world = personas.world()
        # A client at the top of the tree binds the firm for every outlet below it.
        companies.declare_client(
            personas.actor("committee"),
            office_id=world.law_firm.id,
            company=world.company,
            from_on=DAY - timedelta(days=30),
            to_on=None,
        )
        outlet = str(world.outlet.id)
    for typed in ({"company_id": outlet}, {"company": "云岫速运青浦网点"}):
        assert [one["label"] for one in warnings(lawyer, **typed)] == ["利益冲突"]
    for persona in ("lawyer_elsewhere", "judicial_here", "committee"):
        client = personas.login(app.test_client(), persona)
        assert warnings(client, company_id=outlet) == [], persona

    answer = personas.post(lawyer, "/cases/new", SIX)
    assert answer.status_code == 303
    with app.app_context(), transaction():
        case = casefiles.reload(answer.location.rpartition("/")[2])
        # The worker at the counter is not sent away: the case stands, and waits for the committee to name a handler.
        assert (case.handler_id, case.waiting_for) == (None, "committee")
        assert db.session.scalars(select(ConflictCheck.result)).all() == ["blocked"]
        committee = personas.actor("committee")
        with pytest.raises(DomainError) as refusal:
            service.assign_handler(committee, case=case, user_id=personas.user("duty_lawyer").id)
        assert refusal.value.field == "user_id"
        service.assign_handler(committee, case=case, user_id=personas.user("lawyer_elsewhere").id)
        assert case.handler_id == personas.user("lawyer_elsewhere").id
