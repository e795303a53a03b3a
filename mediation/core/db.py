"""The database: base model, column types, one commit per request, and reads that cannot write.

Services flush, never commit. ``install`` commits once when a writing request answered below 400, else rolls back;
jobs and commands use ``with transaction():``. Rows put aside with ``append_later`` (audit) are written even by a
GET, in a short transaction of their own after the page was built.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import psycopg
from flask import Flask, has_request_context, request
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, Connection, DateTime, Engine, Integer, MetaData, event
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from mediation import paths
from mediation.core.clock import now

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# BigInteger keys do not count up by themselves on SQLite.
BigId = BigInteger().with_variant(Integer, "sqlite")

_writing: ContextVar[bool] = ContextVar("writing", default=False)
_commit_hooks: list[Callable[[Session, list[Any]], None]] = []


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored in UTC on both engines. Raises ValueError for a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables share the constraint names, so that a migration can name what it drops."""

    metadata = MetaData(naming_convention=NAMING)


class Identified:
    """A row with a running number for a key."""

    id: Mapped[int] = mapped_column(BigId, primary_key=True)


class Stamped:
    """When the row was made (UTC)."""

    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


db = SQLAlchemy(model_class=Base)
migrate = Migrate()


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    # We say BEGIN ourselves: the driver's own delays it past the first SELECT, which then reads outside it.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "cache_size=-65536",
        "mmap_size=2147483648",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "connect")
def _prepare_postgresql(connection: Any, _record: Any) -> None:
    if not isinstance(connection, psycopg.Connection):
        return
    # As supplied, PostgreSQL prices a jump like that of a turning disk and reads whole tables instead of following an
    # index; and it compiles statements for longer than ours run.
    for name, value in (("random_page_cost", "1.1"), ("jit", "off")):
        connection.execute("SELECT set_config(%s, %s, false)", (name, value))
    connection.commit()


class beside_index(FunctionElement[Any]):  # noqa: N801  (an SQL function)
    """A column in a condition that shall not choose the index: SQLite else prefers one vague range to many single days."""

    inherit_cache = True

    def __init__(self, column: Any):
        super().__init__(column)
        self.type = column.type


@compiles(beside_index)
def _as_it_is(element: Any, compiler: Any, **kwargs: Any) -> str:
    return compiler.process(element.clauses, **kwargs)


@compiles(beside_index, "sqlite")
def _with_a_sign(element: Any, compiler: Any, **kwargs: Any) -> str:
    return "+" + compiler.process(element.clauses, **kwargs)


def count_for_planner(connection: Connection) -> bool:
    """Let SQLite count afresh what its indexes hold, without which it guesses which one to take; False: not needed.

    PostgreSQL counts by itself. A connection knows the counts of the day it was opened.
    """
    if connection.dialect.name != "sqlite":
        return False
    connection.exec_driver_sql("PRAGMA analysis_limit=1000")  # of each index: a fifth of a second for a million cases
    connection.exec_driver_sql("ANALYZE")
    return True


@event.listens_for(Engine, "begin")
def _begin(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        # A transaction that reads first and writes later fails at once with "busy"; one that only reads must not queue.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


@contextmanager
def transaction() -> Iterator[Session]:
    """One writing transaction outside the request's own: jobs, commands, log-in attempts.

    Commits at the end, rolls back on any exception. Rows read before it are expired.
    """
    db.session.rollback()
    token = _writing.set(True)
    try:
        yield db.session()
        _commit()
    except BaseException:
        db.session.rollback()
        db.session.info.pop("append_later", None)
        raise
    finally:
        _writing.reset(token)


@contextmanager
def reading() -> Iterator[Session]:
    """One transaction that only reads, wherever it stands: what takes long is made in it, before the writing begins.

    Within a writing request nobody else has to wait for it then. What was not committed before it is rolled back.
    """
    db.session.rollback()
    token = _writing.set(False)
    try:
        yield db.session()
    finally:
        db.session.rollback()
        _writing.reset(token)


def append_later(row: Any) -> None:
    """Put a row aside that is written at the end of the request, also after a GET (audit rows only)."""
    db.session.info.setdefault("append_later", []).append(row)


def on_commit(hook: Callable[[Session, list[Any]], None]) -> None:
    """Register who writes the rows put aside; called once before each commit that has some."""
    _commit_hooks.append(hook)


def _commit() -> None:
    session = db.session()
    rows = session.info.pop("append_later", [])
    if rows:
        session.flush()
        for hook in _commit_hooks:
            hook(session, rows)
    session.commit()


def _reading_request() -> bool:
    return has_request_context() and request.method in SAFE_METHODS and not _writing.get()


def _refuse_write_in_get(session: Session, *_args: Any) -> None:
    if _reading_request() and (session.new or session.dirty or session.deleted):
        changed = [type(row).__name__ for row in (*session.new, *session.dirty, *session.deleted)]
        raise RuntimeError(f"a GET must not write: {', '.join(changed)}")


def _refuse_statement_in_get(state: Any) -> None:
    if _reading_request() and not state.is_select:
        raise RuntimeError("a GET must not write")


def engine_options(url: str) -> dict[str, Any]:
    """Options for an engine. Values never go into an error's text: a traceback would carry them into the log.

    PostgreSQL must not turn our queries into generic plans (500 times slower searches).
    """
    if url.startswith("postgresql"):
        special = {"connect_args": {"prepare_threshold": None}, "pool_pre_ping": True, "pool_size": 5}
    else:
        special = {"connect_args": {"check_same_thread": False}}
    return {"hide_parameters": True, **special}


def install(app: Flask) -> None:
    """Bind the database to the application, with the rules of the module's docstring."""
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        **engine_options(app.config["SQLALCHEMY_DATABASE_URI"]),
        **app.config.get("SQLALCHEMY_ENGINE_OPTIONS", {}),
    }
    db.init_app(app)
    migrate.init_app(app, db, directory=str(paths.MIGRATIONS), render_as_batch=True, compare_type=True)
    if not event.contains(Session, "before_flush", _refuse_write_in_get):
        event.listen(Session, "before_flush", _refuse_write_in_get)
        event.listen(Session, "do_orm_execute", _refuse_statement_in_get)

    @app.before_request
    def open_transaction() -> None:
        request.environ["mediation.writing"] = _writing.set(request.method not in SAFE_METHODS)

    @app.after_request
    def close_transaction(response):
        if request.method not in SAFE_METHODS and response.status_code < 400:
            _commit()
            return response
        rows = db.session.info.pop("append_later", []) if response.status_code < 400 else []
        db.session.rollback()
        if rows:  # what was looked at leaves a trace before anybody sees it
            with transaction() as session:
                session.info["append_later"] = rows
        return response

    @app.teardown_request
    def reset(_error: BaseException | None) -> None:
        db.session.info.pop("append_later", None)
        token = request.environ.pop("mediation.writing", None)
        if token is not None:
            _writing.reset(token)
