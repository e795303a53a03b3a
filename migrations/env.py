"""Alembic's environment: the application's engine and models."""

from __future__ import annotations

import logging

from alembic import context
from flask import current_app

from mediation.core.crypto import EncryptedText
from mediation.core.db import UtcDateTime, count_for_planner, db

logging.getLogger("alembic").setLevel(logging.WARNING)


def include_object(item: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    """Leave the search index alone, on SQLite a table with its shadows: it belongs to migration 0002, not to a model."""
    searching = kind in ("table", "index") and (name or "").startswith(("case_search_fts", "ix_case_search_grams"))
    return not (reflected and searching)


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Write our column types as what they are in the database, so that a migration imports nothing of ours."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, EncryptedText):
        return "sa.LargeBinary()"
    return False


def run() -> None:
    """Run the migrations on the application's database, one transaction each."""
    extension = current_app.extensions["migrate"]
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            include_object=include_object,
            render_item=render_item,
            transaction_per_migration=True,
            **extension.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if count_for_planner(connection):
            connection.commit()


run()
