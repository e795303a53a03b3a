"""Measure requests and the time they spend in the database driver, on both engines with the same instrument."""

from __future__ import annotations

import functools
import gc
import sqlite3
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter, thread_time
from typing import Any

import psycopg
from sqlalchemy import Engine


@dataclass
class _Spent:
    seconds: float = 0.0
    statements: int = 0


_spent = _Spent()


def _timed(call: Callable[..., Any], statements: int = 0) -> Callable[..., Any]:
    @functools.wraps(call)
    def measured(*args: Any, **kwargs: Any) -> Any:
        started = perf_counter()
        try:
            return call(*args, **kwargs)
        finally:
            _spent.seconds += perf_counter() - started
            _spent.statements += statements

    return measured


# SQLite works while rows are fetched, PostgreSQL while a statement is executed: both count on both.
class _SqliteCursor(sqlite3.Cursor):
    execute = _timed(sqlite3.Cursor.execute, 1)
    executemany = _timed(sqlite3.Cursor.executemany, 1)
    fetchone = _timed(sqlite3.Cursor.fetchone)
    fetchmany = _timed(sqlite3.Cursor.fetchmany)
    fetchall = _timed(sqlite3.Cursor.fetchall)


class _SqliteConnection(sqlite3.Connection):
    def cursor(self, factory: type[sqlite3.Cursor] = _SqliteCursor) -> sqlite3.Cursor:
        return super().cursor(factory)


class _PostgresqlCursor(psycopg.Cursor):
    execute = _timed(psycopg.Cursor.execute, 1)
    executemany = _timed(psycopg.Cursor.executemany, 1)
    fetchone = _timed(psycopg.Cursor.fetchone)
    fetchmany = _timed(psycopg.Cursor.fetchmany)
    fetchall = _timed(psycopg.Cursor.fetchall)


def connect_args(engine: str) -> dict[str, Any]:
    """What makes the driver of an engine (sqlite, postgresql) count its time; the product's own arguments beside it."""
    if engine == "sqlite":
        return {"check_same_thread": False, "factory": _SqliteConnection}
    return {"prepare_threshold": None, "cursor_factory": _PostgresqlCursor}


def watch(engine: Engine) -> None:
    """Count commits and rollbacks, too: a commit waits for the disk."""
    engine.dialect.do_commit = _timed(engine.dialect.do_commit)  # type: ignore[method-assign]
    engine.dialect.do_rollback = _timed(engine.dialect.do_rollback)  # type: ignore[method-assign]


@dataclass(frozen=True)
class Times:
    """Milliseconds of some runs of one thing, all of it and in the database; statements of the last run."""

    total: tuple[float, ...]
    cpu: tuple[float, ...]
    database: tuple[float, ...]
    statements: int

    @property
    def median(self) -> float:
        """The middle of the whole times."""
        return statistics.median(self.total)

    @property
    def p95(self) -> float:
        """What 95 of 100 runs stay below."""
        return sorted(self.total)[max(0, round(len(self.total) * 0.95) - 1)]

    @property
    def cpu_median(self) -> float:
        """The middle of the processor time of this process: what other work on the machine disturbs least."""
        return statistics.median(self.cpu)

    @property
    def database_median(self) -> float:
        """The middle of the times in the database."""
        return statistics.median(self.database)


def measure(work: Callable[[int], Any], *, rounds: int, seconds: float, warm: int = 3) -> Times:
    """Run ``work(number)`` at most ``rounds`` times or about ``seconds`` long (at least five times), after a warm-up.

    Rubbish is collected between runs, so that no run pays for another's.
    """
    for number in range(warm):
        work(number)
    total, cpu, database = [], [], []
    until = perf_counter() + seconds
    gc.collect()
    gc.disable()
    try:
        for number in range(warm, warm + rounds):
            _spent.seconds, _spent.statements = 0.0, 0
            started, worked = perf_counter(), thread_time()
            work(number)
            cpu.append((thread_time() - worked) * 1000)
            total.append((perf_counter() - started) * 1000)
            database.append(_spent.seconds * 1000)
            gc.collect(0)
            if perf_counter() > until and len(total) >= 5:
                break
    finally:
        gc.enable()
    return Times(tuple(total), tuple(cpu), tuple(database), _spent.statements)
