"""Bulk loading: rows first, indexes afterwards, nothing flushed to disk on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine

Rows = dict[str, list[dict[str, Any]]]

SQLITE_PARTS = "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
POSTGRESQL_PARTS = (
    "SELECT 'index', i.indexname, i.indexdef FROM pg_indexes i WHERE i.schemaname = 'public' "
    "AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)"
)


@contextmanager
def loading(engine: Engine) -> Iterator[Loader]:
    """A loader on one connection; indexes and triggers are away inside and back, word for word, afterwards.

    Foreign keys are not checked meanwhile: the rows are made to fit. Meant for a database nobody else uses.
    """
    raw = engine.raw_connection()
    is_sqlite = engine.dialect.name == "sqlite"
    try:
        cursor = raw.cursor()
        for statement in (
            ("PRAGMA synchronous=OFF", "PRAGMA foreign_keys=OFF")
            if is_sqlite
            else ("SET session_replication_role = replica",)
        ):
            cursor.execute(statement)
        cursor.execute(SQLITE_PARTS if is_sqlite else POSTGRESQL_PARTS)
        parts = cursor.fetchall()
        for kind, name, _statement in parts:
            cursor.execute(f'DROP {kind} "{name}"')
        raw.commit()
        yield Loader(raw, is_sqlite=is_sqlite)
        if is_sqlite:
            cursor.execute("INSERT INTO case_search_fts (case_search_fts) VALUES ('rebuild')")
        for _kind, _name, statement in parts:
            cursor.execute(statement)
        raw.commit()
    finally:
        raw.invalidate()  # its settings are not for anybody else


class Loader:
    """Puts rows into tables: SQLite by executemany, PostgreSQL by COPY."""

    def __init__(self, raw: Any, *, is_sqlite: bool) -> None:
        self._raw = raw
        self._is_sqlite = is_sqlite

    def insert(self, rows: Rows) -> None:
        """Insert rows by table. All rows of a table have the same columns in the same order."""
        cursor = self._raw.cursor()
        if self._is_sqlite:
            cursor.execute("BEGIN")
        for table, records in rows.items():
            names = ", ".join(records[0])
            values = zip(*(_column([record[name] for record in records]) for name in records[0]), strict=True)
            if self._is_sqlite:
                marks = ", ".join("?" * len(records[0]))
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)
                continue
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for value in values:
                    copy.write_row(value)
        self._raw.commit()


def _column(values: list[Any]) -> list[Any]:
    """Dates and instants as both databases read them; everything else as it is."""
    first = next((value for value in values if value is not None), None)
    convert: Callable[[Any], str] | None = _day if isinstance(first, date) else None
    if isinstance(first, datetime):
        convert = _moment
    return [value and convert(value) for value in values] if convert else values


@lru_cache(maxsize=10_000)
def _day(value: date) -> str:
    return value.isoformat()


@lru_cache(maxsize=10_000)
def _moment(value: datetime) -> str:
    return value.replace(tzinfo=None).isoformat(sep=" ")
