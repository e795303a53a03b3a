"""Unit tests run on values alone. What they may not touch says so, and where to go instead."""

from __future__ import annotations

import socket
import sqlite3
from datetime import datetime, tzinfo
from typing import Any, NoReturn

import pytest
from sqlalchemy import Engine

from mediation.core import clock


class TouchedTheWorld(AssertionError):
    """A unit test reached for the database, the network or the clock."""


def _refusing(message: str) -> Any:
    def refuse(*_args: Any, **_kwargs: Any) -> NoReturn:
        raise TouchedTheWorld(message)

    return refuse


class _StoppedDatetime(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> NoReturn:
        raise TouchedTheWorld("a unit test has no clock: pass the day, or use mediation.core.clock.frozen_at(...)")


@pytest.fixture(autouse=True)
def only_values(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse the database, sockets and the real clock."""
    no_database = _refusing("a unit test has no database: move it to tests/integration")
    monkeypatch.setattr(Engine, "connect", no_database)
    monkeypatch.setattr(Engine, "raw_connection", no_database)
    monkeypatch.setattr(sqlite3, "connect", no_database)
    monkeypatch.setattr(socket.socket, "connect", _refusing("a unit test has no network"))
    monkeypatch.setattr(clock, "datetime", _StoppedDatetime)


@pytest.fixture
def app() -> NoReturn:
    """There is none here."""
    raise TouchedTheWorld("a unit test has no application: move it to tests/integration")
