"""The fence around unit tests stands."""

import socket
import sqlite3
from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine

from mediation.core import clock


def test_a_unit_test_that_opens_a_database_is_told_where_to_go():
    with pytest.raises(AssertionError, match="tests/integration"):
        create_engine("sqlite://").connect()
    with pytest.raises(AssertionError, match="tests/integration"):
        sqlite3.connect(":memory:")


def test_a_unit_test_that_opens_a_socket_is_refused():
    with socket.socket() as unconnected, pytest.raises(AssertionError, match="no network"):
        unconnected.connect(("127.0.0.1", 9))


def test_a_unit_test_that_asks_the_time_is_told_to_stop_the_clock():
    with pytest.raises(AssertionError, match="frozen_at"):
        clock.now()


def test_a_stopped_clock_is_welcome():
    instant = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)
    with clock.frozen_at(instant):
        assert clock.now() == instant
