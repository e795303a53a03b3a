"""Migrations lead from nothing to the models and back, step by step, on both engines."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from flask.ctx import AppContext

from mediation.core.db import db
from tests.architecture.tree import ROOT
from tests.product import Product

MIGRATIONS = ROOT / "migrations"
VERSIONS = sorted((MIGRATIONS / "versions").glob("*.py"))


def _config(app: Flask) -> Config:
    return app.extensions["migrate"].migrate.get_config(str(MIGRATIONS))


def _tables() -> set[str]:
    db.session.remove()
    db.engine.dispose()
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


@pytest.fixture
def empty(product_on: Callable[[str], Product], engine: str) -> AppContext:
    """The application on a database without any table."""
    app = product_on(engine).empty()
    with app.app_context() as context:
        yield context


def test_each_step_can_be_taken_back(empty: AppContext):
    config = _config(empty.app)
    steps = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()][::-1]
    assert steps
    for step in steps:
        command.upgrade(config, step)
        before = _tables()
        command.downgrade(config, "-1")
        command.upgrade(config, step)
        assert _tables() == before, step


def test_the_way_back_leaves_nothing(empty: AppContext):
    config = _config(empty.app)
    command.upgrade(config, "head")
    assert _tables()
    command.downgrade(config, "base")
    assert _tables() == set()


def test_the_migrated_tables_are_those_of_the_models(context: AppContext):
    # Raises with the differences where there are some.
    command.check(_config(context.app))
    assert {table.name for table in db.metadata.sorted_tables} <= _tables()


def test_a_forgotten_migration_is_noticed(context: AppContext):
    table = sa.Table("forgotten", db.metadata, sa.Column("id", sa.Integer, primary_key=True))
    try:
        with pytest.raises(Exception, match="forgotten"):
            command.check(_config(context.app))
    finally:
        db.metadata.remove(table)


def test_migrations_are_numbered_in_their_order():
    numbers = [int(path.stem[:4]) for path in VERSIONS if re.fullmatch(r"\d{4}_[a-z0-9_]+", path.stem)]
    assert numbers == list(range(1, len(VERSIONS) + 1)), [path.name for path in VERSIONS]
    heads = ScriptDirectory(str(MIGRATIONS)).get_heads()
    assert len(heads) == 1
    assert VERSIONS[-1] == Path(ScriptDirectory(str(MIGRATIONS)).get_revision(heads[0]).path)
