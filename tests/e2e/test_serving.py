"""The first of the two commands: `make run` calls `mediation serve --with-demo`."""

from __future__ import annotations

import json
import stat
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page

from mediation.core.actor import Role
from tests.browser import sign_in
from tests.live import LiveServer

SECONDS_TO_START_AGAIN = 10


@pytest.fixture
def own_server(tmp_path: Path, demo_instance: Callable) -> Iterator[LiveServer]:
    """A server of this test's own, with the demo data."""
    server = LiveServer(demo_instance(tmp_path / "instance", {}), "--with-demo")
    server.start()
    yield server
    server.stop()


def _cases(server: LiveServer) -> list[dict]:
    answer = server.run("cases", "list", "--json")
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)
    return found["cases"] if isinstance(found, dict) else found


def test_every_printed_account_logs_in(page: Page, live_server: LiveServer, look_at: Callable[[str], None]):
    accounts = live_server.accounts()
    assert len(accounts) >= len(Role)
    for username, password in accounts:
        sign_in(page, username, password)
        look_at(f"home-{username}")


def test_the_first_start_makes_secrets_tables_and_demo_data(tmp_path: Path):
    server = LiveServer(tmp_path / "instance", "--with-demo")
    server.start()
    try:
        assert len(server.accounts()) >= len(Role)
        assert _cases(server)
    finally:
        server.stop()
    assert stat.S_IMODE(server.instance.stat().st_mode) == 0o700
    assert stat.S_IMODE((server.instance / "keys.json").stat().st_mode) == 0o600


def test_a_second_start_is_quick_and_keeps_everything(own_server: LiveServer):
    keys, cases = (own_server.instance / "keys.json").read_bytes(), _cases(own_server)
    assert cases
    own_server.stop()

    began = time.monotonic()
    own_server.start()

    assert time.monotonic() - began < SECONDS_TO_START_AGAIN
    assert (own_server.instance / "keys.json").read_bytes() == keys
    assert _cases(own_server) == cases


def test_a_stop_leaves_no_process(own_server: LiveServer):
    processes = own_server.processes()
    assert len(processes) >= 4  # watcher, web server, two workers; the scheduler beside them
    own_server.stop()
    assert [process for process in processes if _lives(process)] == []


def test_after_a_kill_the_next_start_works(own_server: LiveServer):
    cases = _cases(own_server)
    own_server.kill()
    own_server.start()
    with urllib.request.urlopen(own_server.url) as answer:
        assert answer.status == 200
    assert _cases(own_server) == cases


def _lives(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
