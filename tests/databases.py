"""Databases for tests: SQLite and PostgreSQL behind the same few methods.

A content is made once (migrated, perhaps with people in it) and kept; each test gets a copy, in which it may commit as the
product does. Copying takes 2 ms on SQLite and 30 ms on PostgreSQL, and is left out where a test has written nothing.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import event

from mediation.core.db import db
from tests import postgresql

NAMES = ("sqlite", "postgresql")


@contextmanager
def statements() -> Iterator[list[str]]:
    """What the application asks of its database meanwhile, statement by statement."""
    asked: list[str] = []

    def listener(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", listener)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", listener)


class Databases(Protocol):
    """What both engines offer. One database is *current*: its address never changes, its content is what was restored."""

    name: str
    url: str

    def clear(self) -> None:
        """Make the current database empty, without any table."""

    def save(self, template: str) -> None:
        """Keep the current content under a name."""

    def restore(self, template: str) -> bool:
        """Put a kept content back. Returns False where nothing has been written since it was put there.

        Raises KeyError for a name never saved.
        """

    def close(self) -> None:
        """Give everything back."""


class Sqlite:
    """Files in a folder that the caller owns."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._current = folder / "current.sqlite3"
        self._saved: set[str] = set()
        self.url = f"sqlite:///{self._current}"

    def clear(self) -> None:
        for ending in ("", "-wal", "-shm", "-journal"):
            Path(f"{self._current}{ending}").unlink(missing_ok=True)

    def save(self, template: str) -> None:
        # One file is easier to copy than a file and its write-ahead log.
        with closing(sqlite3.connect(self._current)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(self._current, self._kept(template))
        self._saved.add(template)

    def restore(self, template: str) -> bool:
        if template not in self._saved:
            raise KeyError(template)
        self.clear()
        shutil.copyfile(self._kept(template), self._current)
        return True

    def close(self) -> None:
        """Nothing to do: the files go with their folder."""

    def _kept(self, template: str) -> Path:
        return self._folder / f"{template}.kept"


class PostgreSQL:
    """Databases of one private server, which starts with the object and stops with :meth:`close`."""

    name = "postgresql"

    def __init__(self) -> None:
        self._server = postgresql.start()
        self._admin = self._server.connect()
        self._saved: set[str] = set()
        self._clean: tuple[str, int] | None = None
        self.url = self._server.url("current")

    def clear(self) -> None:
        self._clean = None
        self._make("current", template="template0")

    def save(self, template: str) -> None:
        self._make(f"kept_{template}", template="current")
        self._saved.add(template)

    def restore(self, template: str) -> bool:
        if template not in self._saved:
            raise KeyError(template)
        if self._clean == (template, self._next_transaction()):
            return False
        self._make("current", template=f"kept_{template}")
        self._clean = (template, self._next_transaction())
        return True

    def close(self) -> None:
        self._admin.close()
        self._server.stop()

    def _make(self, name: str, *, template: str) -> None:
        self._admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')

    def _next_transaction(self) -> int:
        """Grows with every transaction that wrote anything (committed or not), and with no other."""
        row = self._admin.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text").fetchone()
        assert row
        return int(row[0])


def open_databases(name: str, folder: Path) -> Databases:
    """The databases of the engine ``name`` (one of NAMES); ``folder`` is for those that are files."""
    return Sqlite(folder) if name == "sqlite" else PostgreSQL()
