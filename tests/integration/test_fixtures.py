"""Tests do not see each other: each finds the database as its content says, on both engines."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from mediation.core.db import db, transaction
from tests.product import Content

TABLE = "CREATE TABLE left_behind (words text)"
FOUND = "SELECT words FROM left_behind"


def _fill(app: Flask) -> None:
    with transaction() as session:
        session.execute(sa.text(TABLE))
        session.execute(sa.text("INSERT INTO left_behind VALUES ('一')"))


@pytest.mark.parametrize("time", ["first", "second"])
def test_what_one_test_commits_the_next_does_not_find(app: Flask, time: str):
    with app.app_context():
        assert not sa.inspect(db.engine).has_table("left_behind")
        _fill(app)
        assert db.session.scalar(sa.text(FOUND)) == "一"


class TestContent:
    """A module, a class or a folder may say what is there from the start."""

    @pytest.fixture
    def content(self) -> Content:
        return Content("left_behind", _fill)

    @pytest.mark.parametrize("time", ["first", "second"])
    def test_each_test_finds_the_content_as_it_was_made(self, context, time: str):
        assert db.session.scalars(sa.text(FOUND)).all() == ["一"]
        with transaction() as session:
            session.execute(sa.text("UPDATE left_behind SET words = '二'"))


def test_a_stranger_gets_an_answer(client: FlaskClient):
    assert client.get("/").status_code < 500
