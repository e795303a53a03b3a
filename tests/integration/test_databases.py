"""The databases that the tests stand on: fresh for each test, and nothing left behind."""

import os
import pwd
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from tests import postgresql
from tests.databases import Databases, open_databases


@pytest.fixture
def databases(engine: str, tmp_path: Path):
    """Databases of their own, apart from those of the application."""
    opened = open_databases(engine, tmp_path)
    opened.clear()
    yield opened
    opened.close()


def _execute(databases: Databases, *statements: str) -> list:
    engine = sa.create_engine(databases.url)
    with engine.begin() as connection:
        results = [connection.execute(sa.text(statement)) for statement in statements]
        rows = results[-1].all() if results[-1].returns_rows else []
    engine.dispose()
    return rows


def test_a_kept_content_comes_back_whole(databases: Databases):
    _execute(databases, "CREATE TABLE note (words text)", "INSERT INTO note VALUES ('一')")
    databases.save("one")
    _execute(databases, "INSERT INTO note VALUES ('二')", "CREATE TABLE other (id int)")

    databases.restore("one")

    assert _execute(databases, "SELECT words FROM note") == [("一",)]
    assert sa.inspect(sa.create_engine(databases.url)).get_table_names() == ["note"]


def test_two_contents_are_kept_apart(databases: Databases):
    _execute(databases, "CREATE TABLE note (words text)")
    databases.save("empty")
    _execute(databases, "INSERT INTO note VALUES ('二')")
    databases.save("full")

    databases.restore("empty")
    assert _execute(databases, "SELECT count(*) FROM note") == [(0,)]
    databases.restore("full")
    assert _execute(databases, "SELECT count(*) FROM note") == [(1,)]


def test_a_name_never_kept_is_refused(databases: Databases):
    with pytest.raises(KeyError):
        databases.restore("nothing")


def test_on_postgresql_a_copy_that_was_only_read_is_left_in_place(tmp_path: Path):
    databases = open_databases("postgresql", tmp_path)
    databases.clear()
    _execute(databases, "CREATE TABLE note (words text)")
    databases.save("empty")
    databases.restore("empty")

    _execute(databases, "SELECT * FROM note")
    assert databases.restore("empty") is False

    _execute(databases, "INSERT INTO note VALUES ('二')")
    assert databases.restore("empty") is True
    databases.close()


def test_the_server_runs_unprivileged_on_loopback_and_leaves_nothing():
    server = postgresql.start()
    connection = server.connect()
    process = psutil.Process(connection.execute("SELECT pg_backend_pid()").fetchone()[0]).parent()
    folder = Path(connection.execute("SHOW data_directory").fetchone()[0]).parent
    collation = connection.execute("SELECT datctype FROM pg_database WHERE datname = 'template0'").fetchone()
    listening = {found.laddr.ip for found in process.net_connections() if found.status == psutil.CONN_LISTEN}
    connection.close()

    assert process.username() != "root"
    assert process.username() in (pwd.getpwuid(os.geteuid()).pw_name, "postgres", "nobody")
    assert listening == {"127.0.0.1"}
    assert collation == ("C.UTF-8",)

    server.stop()
    assert not process.is_running()
    assert not folder.exists()


def test_the_server_dies_with_a_killed_test_run():
    code = "from tests import postgresql; print(postgresql.start()._process.pid, flush=True); input()"
    run = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert run.stdout
    server = psutil.Process(int(run.stdout.readline()))
    folder = Path(server.cwd()).parent

    run.send_signal(signal.SIGKILL)
    run.communicate()

    until = time.monotonic() + 10
    while server.is_running() and server.status() != psutil.STATUS_ZOMBIE and time.monotonic() < until:
        time.sleep(0.05)
    assert not server.is_running() or server.status() == psutil.STATUS_ZOMBIE
    assert folder.name.startswith("mediation-postgresql-")
    subprocess.run(["rm", "-rf", str(folder)], check=True)
