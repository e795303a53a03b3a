"""What `mediation serve` does before it listens: schema and reference data, one process at a time."""

from __future__ import annotations

import os

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select

from mediation.cli.serve import bring_up_to_date, prepare
from mediation.committees.models import Category
from mediation.core.db import db
from mediation.deadlines.models import CalendarYear, DeadlineRule
from mediation.deadlines.rules import RULES


@pytest.fixture
def empty(product_on, engine: str, app: Flask) -> Flask:
    """The application on a database without any table."""
    return product_on(engine).empty()


def contents(app: Flask) -> tuple[int, int, int]:
    with app.app_context():
        counted = tuple(
            db.session.scalar(select(func.count()).select_from(model))
            for model in (DeadlineRule, CalendarYear, Category)
        )
        db.session.remove()
        db.engine.dispose()
    return counted


def test_an_empty_database_gets_its_tables_rules_and_years_and_keeps_them(empty: Flask):
    prepare(empty, with_demo=False)
    first = contents(empty)
    assert first[0] == len(RULES)
    assert first[1] >= 3
    assert first[2] > 0
    prepare(empty, with_demo=False)
    assert contents(empty) == first


def test_only_who_serves_is_told_that_nobody_can_log_in(empty: Flask, capsys: pytest.CaptureFixture[str]):
    bring_up_to_date(empty)  # as the command that loads the demo data does, before it makes the accounts
    assert contents(empty)[0] == len(RULES)
    assert "no accounts" not in capsys.readouterr().out
    prepare(empty, with_demo=False)
    assert "There are no accounts yet" in capsys.readouterr().out


def test_several_starting_at_once_do_not_get_in_each_others_way(empty: Flask, fork):
    children = [fork(lambda: prepare(empty, with_demo=False)) for _ in range(3)]
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    assert contents(empty)[0] == len(RULES)
    with empty.app_context():
        assert inspect(db.engine).has_table("job_run")
        db.engine.dispose()
