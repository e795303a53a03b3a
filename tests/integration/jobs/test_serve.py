"""`mediation serve`: one tree of processes that answers, watches over itself and leaves nobody behind."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.live import LiveServer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    server = LiveServer(tmp_path_factory.mktemp("serve") / "instance")
    server.start()
    yield server
    server.kill()


def answers(server: LiveServer) -> bool:
    with urllib.request.urlopen(f"{server.url}/login", timeout=10) as answer:
        return answer.status == 200


def family(server: LiveServer) -> dict[int, int]:
    """Process ids of the server's session with their parents' (Linux)."""
    leader = server._process.pid
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(fields[3]) == leader and fields[0] != "Z":
                found[int(folder.name)] = int(fields[1])
    return found


def children(server: LiveServer, of: int) -> set[int]:
    return {pid for pid, parent in family(server).items() if parent == of}


def eventually(holds: Callable[[], bool], seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.1)
    return False


def scheduler_of(server: LiveServer) -> int | None:
    """The watcher's child that has no children: the web server has its workers."""
    watcher = server._process.pid
    childless = [pid for pid in children(server, watcher) if not children(server, pid)]
    return childless[0] if len(childless) == 1 and len(children(server, watcher)) == 2 else None


def test_it_answers_with_a_schema_and_rules_in_place(server: LiveServer):
    assert answers(server)
    computed = server.run("deadlines", "rules")
    assert computed.returncode == 0
    assert "LM-ACCEPT-3WD" in computed.stdout


def test_connections_that_say_nothing_do_not_keep_workers_waiting(server: LiveServer):
    silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(6)]
    try:
        began = time.monotonic()
        assert answers(server)
        assert time.monotonic() - began < 5
    finally:
        for connection in silent:
            connection.close()


def test_a_port_that_is_taken_is_said_in_one_line(server: LiveServer):
    result = server.run("serve")
    assert result.returncode == 1
    assert f"cannot listen on 127.0.0.1:{server.port}" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_scheduler_that_dies_is_started_again(server: LiveServer):
    assert eventually(lambda: scheduler_of(server) is not None)
    first = scheduler_of(server)
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: scheduler_of(server) not in (None, first))
    assert answers(server)


def test_the_jobs_of_the_day_are_run_by_it(server: LiveServer):
    assert eventually(lambda: '"status": "done"' in server.run("jobs", "list", "--json").stdout, seconds=60)


def test_killing_the_watcher_takes_everybody_with_it(server: LiveServer):
    pids = set(family(server))
    assert len(pids) == 5  # watcher, web server, two workers, scheduler
    os.kill(server._process.pid, signal.SIGKILL)
    server._process.wait()
    assert eventually(lambda: not family(server))
    server.start()  # the same port, at once
    assert answers(server)


def test_told_to_stop_it_stops_quickly_and_in_order(server: LiveServer):
    process = server._process
    began = time.monotonic()
    process.terminate()
    assert process.wait(timeout=20) == 0
    assert time.monotonic() - began < 10
    assert eventually(lambda: not list(Path("/proc").glob(f"{process.pid}")))
