"""Whole numbers that people type: one message at the field, whatever is wrong, and what was typed stays."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import wtforms
from flask import Flask
from wtforms.fields.core import UnboundField
from wtforms.validators import InputRequired, NumberRange

from mediation.core.web.forms import Form, IntegerField
from tests import personas
from tests.product import Content


@pytest.fixture
def content() -> Content:
    return personas.PEOPLE


class Numbers(Form):
    """One number that is asked for."""

    count = IntegerField(validators=[InputRequired("请填写"), NumberRange(1, 30, "应为 1 至 30")], default=7)


def errors_at(page: str, name: str) -> list[str]:
    return re.findall(rf'<p class="field-error" id="{name}-error\d*">([^<]*)</p>', page)


@pytest.mark.parametrize(
    ("address", "field", "typed", "said"),
    [
        ("/admin/rooms/new", "seats", "八", "看不懂这个数，请写成整数"),
        ("/admin/rooms/new", "seats", "1_0", "看不懂这个数，请写成整数"),
        ("/admin/rooms/new", "seats", "0", "座位数为 1 至 500"),
        ("/admin/invitations/new", "days", "一周", "看不懂这个数，请写成整数"),
        ("/admin/invitations/new", "days", "7.5", "看不懂这个数，请写成整数"),
        ("/admin/invitations/new", "days", "31", "请填写 1 至 30 的整数"),
        ("/admin/invitations/new", "days", "", "请填写 1 至 30 的整数"),
    ],
)
def test_a_form_says_one_thing_of_one_wrong_number_and_keeps_it(
    app: Flask, address: str, field: str, typed: str, said: str
):
    client = personas.login(app.test_client(), "admin")
    answer = personas.post(client, address, {"name": "调解一室", field: typed})
    assert answer.status_code == 422
    assert errors_at(answer.text, field) == [said]
    assert f'name="{field}"' in answer.text and f'value="{typed}"' in answer.text


@pytest.mark.parametrize(
    ("data", "number", "said"),
    [
        ({"count": "12"}, 12, []),
        ({"count": "　１２ "}, 12, []),
        ({"count": "-1"}, -1, ["应为 1 至 30"]),
        ({"count": ""}, None, ["请填写"]),
        ({}, 7, ["请填写"]),
        ({"count": "9" * 5000}, None, ["看不懂这个数，请写成整数"]),
    ],
)
def test_what_is_read_as_a_number(app: Flask, data: dict, number: int | None, said: list[str]):
    with app.test_request_context(method="POST", data={"other": "1", **data}):
        form = Numbers(meta={"csrf": False})
        form.validate()
        assert (form.count.data, list(form.count.errors)) == (number, said)


def forms_below(form: type[Form]) -> Iterator[type[Form]]:
    for child in form.__subclasses__():
        yield child
        yield from forms_below(child)


def test_every_form_reads_whole_numbers_so(app: Flask):
    fields = {
        f"{form.__module__}.{form.__name__}.{name}": field.field_class
        for form in forms_below(Form)
        if form.__module__.startswith("mediation.")
        for name in dir(form)
        if isinstance(field := getattr(form, name, None), UnboundField) and isinstance(field.field_class, type)
    }
    assert any(kind is IntegerField for kind in fields.values())
    assert [name for name, kind in fields.items() if issubclass(kind, wtforms.IntegerField)] == []
