"""What nobody sends who fills in our forms with care: NUL, keys beyond any key, days that do not exist."""

from __future__ import annotations

import re

import pytest
from wtforms.validators import DataRequired

from mediation.cases.forms.sessions import ClockField
from mediation.core.web.forms import DayField, Form, IntegerField, MoneyField, PhoneField
from mediation.stations.forms import TimeField
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


class Asked(Form):
    """One required field of each kind that reads what is typed."""

    day = DayField(validators=[DataRequired("请填写")])
    amount = MoneyField(validators=[DataRequired("请填写")])
    count = IntegerField(validators=[DataRequired("请填写")])
    phone = PhoneField(validators=[DataRequired("请填写")])
    clock = ClockField(validators=[DataRequired("请填写")])
    time = TimeField(validators=[DataRequired("请填写")])


@pytest.mark.parametrize("typed", ["2026-02-30", "31.12.2026.1", "𠮷䶮", "99999999999999999999999", "-5:-5"])
def test_what_cannot_be_read_is_not_called_empty(app, typed):
    with app.test_request_context(
        method="POST", data=dict.fromkeys(("day", "amount", "count", "phone", "clock", "time"), typed)
    ):
        form = Asked(meta={"csrf": False})
        form.validate()
        wrong = {field.name: [str(error) for error in field.errors] for field in form if field.data is None}
        kept = {field.name: field._value() for field in form}
    assert wrong.keys() >= {"day", "amount", "count", "clock", "time"}
    assert all(len(errors) == 1 and "请填写" not in errors[0] for errors in wrong.values()), wrong
    assert set(kept.values()) == {typed}


def test_who_was_logged_out_is_told_so_and_nobody_reads_about_tokens(app):
    typed = {"applicant_name": "甲", "csrf_token": "of a session that has ended"}
    by_script = app.test_client().post("/cases/drafts", data=typed, headers={"X-Requested-With": "fetch"})
    assert by_script.status_code == 401
    client = personas.login(app.test_client(), "duty_lawyer")
    by_hand = client.post("/cases/new", data=typed)
    assert by_hand.status_code == 400
    assert "CSRF" not in by_hand.get_data(as_text=True)
