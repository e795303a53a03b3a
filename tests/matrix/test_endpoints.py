"""Every endpoint × every persona: who is let in, who is refused, for whom it is not there. And no GET writes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, union_all
from werkzeug.test import TestResponse

from mediation.core import db as database
from mediation.core.db import db
from tests import personas
from tests.factories import casefiles
from tests.matrix import sample
from tests.matrix.endpoints import LEADS_ON, PEOPLE, ROWS, Row
from tests.product import Content

_WRITE = re.compile(
    r"\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|TRUNCATE)\b\s*(?:INTO\s+|FROM\s+)?\"?(\w+)", re.I
)
# What a look leaves behind: the row of the audit trail, and the place of its chain.
TRACES = {"audit_row", "audit_head"}


@pytest.fixture
def content() -> Content:
    return sample.CONTENT


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    sample.put_files_back(app)
    with casefiles.at(sample.DAY):
        yield app


class Walk:
    """One persona at one browser, walking all endpoints; keeps what was not as expected."""

    def __init__(self, app: Flask, persona: str) -> None:
        self.persona = persona
        self.client: FlaskClient = personas.login(app.test_client(), persona)
        self.token = personas.csrf_token(self.client, "/login" if persona == personas.STRANGER else "/profile")
        self.unexpected: list[tuple[str, str, str, object, object]] = []
        with app.app_context():
            self._values = sample.load()
        self._app = app

    def address(self, endpoint: str) -> str:
        row = ROWS[endpoint]
        values = {**self._values, "number": self._values[row.case], **row.values}
        rules = [rule for rule in self._app.url_map.iter_rules() if rule.endpoint == endpoint]
        with self._app.test_request_context():
            return url_for(endpoint, **{name: values[name] for name in rules[0].arguments})

    def get(self, endpoint: str) -> TestResponse:
        return self.client.get(self.address(endpoint))

    def post(self, endpoint: str) -> TestResponse:
        return self.client.post(self.address(endpoint), data={"csrf_token": self.token})

    def expect(self, endpoint: str, method: str, wanted: object, found: object) -> None:
        fits = found in wanted if isinstance(wanted, tuple) else found == wanted
        if not fits:
            self.unexpected.append((endpoint, method, self.persona, wanted, found))

    def verdict(self) -> None:
        lines = [f"{one[0]:34} {one[1]:5} {one[2]:20} expected {one[3]!s:12} found {one[4]}" for one in self.unexpected]
        assert not lines, "\n" + "\n".join(lines)


def outcome(answer: TestResponse, refusal: int) -> object:
    """The status; for the log-in page its name, so that another redirect is not taken for it."""
    if refusal == 303 and answer.status_code in (302, 303) and answer.location.startswith("/login"):
        return "log-in"
    return answer.status_code


def wanted_of(row: Row, endpoint: str, persona: str, granted: object) -> object:
    refusal = row.expected(persona)
    if refusal == 303:
        return "log-in"
    if (endpoint, persona) in LEADS_ON and granted == row.get:
        return (302, 303)
    return refusal or granted


def test_the_table_names_every_endpoint_and_method(app: Flask) -> None:
    methods: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        methods.setdefault(rule.endpoint, set()).update((rule.methods or set()) - {"HEAD", "OPTIONS"})
    assert {name: " ".join(sorted(found)) for name, found in methods.items()} == {
        name: row.methods for name, row in ROWS.items()
    }


@pytest.mark.parametrize("persona", PEOPLE)
def test_who_may_open_what(app: Flask, persona: str) -> None:
    walk = Walk(app, persona)
    before = row_counts(app)
    for endpoint, row in ROWS.items():
        if "GET" not in row.methods:
            continue
        with statements_that_write(app) as written:
            answer = walk.get(endpoint)
        found = outcome(answer, row.expected(persona))
        walk.expect(endpoint, "GET", wanted_of(row, endpoint, persona, row.get), found)
        walk.expect(endpoint, "GET", "writes nothing", f"writes {written}" if written else "writes nothing")
        answer.close()
    assert {name: count for name, count in row_counts(app).items() if before[name] != count} == {}
    walk.verdict()


@pytest.mark.parametrize("persona", PEOPLE)
def test_who_may_send_what(app: Flask, persona: str, forgetful: Callable[[], None]) -> None:
    """An empty form is refused at its fields or does what needs no field; it never breaks anything."""
    walk = Walk(app, persona)
    forgetful()
    logout = ("accounts.logout",) if persona != personas.STRANGER else ()
    for endpoint in [name for name in ROWS if name not in logout] + list(logout):
        row = ROWS[endpoint]
        if "POST" not in row.methods:
            continue
        refusal = row.expected(persona)
        # Without the token nothing is even looked at.
        bare = walk.client.post(walk.address(endpoint))
        walk.expect(endpoint, "bare", 400, bare.status_code)
        answer = walk.post(endpoint)
        walk.expect(endpoint, "POST", wanted_of(row, endpoint, persona, row.post), outcome(answer, refusal))
        if refusal in (403, 404):
            walk.expect(endpoint, "POST", "no form", "form" if b"is-invalid" in answer.data else "no form")
    walk.verdict()


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """After this was called nothing is kept: everything is written, checked by the database, and rolled back."""

    def start() -> None:
        commit = database._commit

        def keep_nothing() -> None:
            monkeypatch.setattr(db.session(), "commit", db.session().rollback, raising=True)
            commit()

        monkeypatch.setattr(database, "_commit", keep_nothing)

    return start


def row_counts(app: Flask) -> dict[str, int]:
    """How many rows each table has, the audit trail left out."""
    tables = [table for name, table in db.metadata.tables.items() if name not in TRACES]
    parts = [select(db.literal(table.name), func.count()).select_from(table) for table in tables]
    with app.app_context():
        return dict(db.session.execute(union_all(*parts)).all())


@contextmanager
def statements_that_write(app: Flask) -> Iterator[list[str]]:
    """The tables that statements wrote to, other than those of the audit trail."""
    written: list[str] = []

    def look(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found = _WRITE.match(statement)
        if found and found[2].lower() not in TRACES:
            written.append(f"{found[1]} {found[2]}")

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", look)
    try:
        yield written
    finally:
        event.remove(engine, "before_cursor_execute", look)
