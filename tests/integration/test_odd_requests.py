"""Requests no page of ours makes: NUL, keys beyond any key. None of them may meet the database and break there."""

from __future__ import annotations

import re

import pytest

from tests import personas
from tests.matrix.endpoints import ROWS
from tests.product import Content

HUGE = "99999999999999999999"


@pytest.fixture
def content() -> Content:
    return personas.PEOPLE


def _address(rule: str, number: str, text: str) -> str:
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: number if found[1] == "int" else text, rule)


@pytest.mark.parametrize("persona", ["committee", "admin", "hr_same_company"])
def test_an_address_that_names_nothing_possible_is_not_found(app, persona):
    client = personas.login(app.test_client(), persona)
    odd = {}
    for rule in app.url_map.iter_rules():
        if not rule.arguments or rule.endpoint not in ROWS or "GET" not in ROWS[rule.endpoint].methods:
            continue
        if rule.endpoint in ("static", "bootstrap.static"):
            continue
        for address in (_address(rule.rule, HUGE, "2026-000001"), _address(rule.rule, "1", "a%00b")):
            status = client.get(address).status_code
            # 200: a page that takes any text for a name and shows nothing of it.
            if status not in (200, 302, 303, 403, 404):
                odd[address] = status
    assert odd == {}


@pytest.mark.parametrize(
    "address",
    [
        f"/roster/?station={HUGE}",
        f"/handover?person={HUGE}",
        "/companies/?q=a%00b",
        "/cases/?q=a%00b",
        "/roster/?station=-1",
    ],
)
def test_a_query_no_key_or_text_can_answer_shows_the_page_without_it(app, address):
    client = personas.login(app.test_client(), "committee")
    assert client.get(address).status_code == 200


def test_nul_is_left_out_of_what_is_stored(app):
    client = personas.login(app.test_client(), "duty_lawyer")
    typed = {"applicant_name": "甲\0乙", "facts": "丙\0", "csrf_token": personas.csrf_token(client)}
    kept = client.post("/cases/drafts", data=typed)
    assert kept.status_code == 200, kept.get_data(as_text=True)
    assert "甲乙" in client.get(f"/cases/new?draft={kept.json['draft_id']}").get_data(as_text=True)
