"""The first of the two commands: `make run` calls `mediation serve --with-demo`."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from mediation.core.actor import Role
from tests.browser import sign_in
from tests.live import LiveServer

SECONDS_OF_WORK = 15


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

    own_server.start()

    # Work, not waiting: a machine that is busy with something else takes longer and proves nothing.
    work = [process.cpu_times() for process in own_server.processes()]
    assert sum(times.user + times.system for times in work) < SECONDS_OF_WORK
    assert (own_server.instance / "keys.json").read_bytes() == keys
    assert _cases(own_server) == cases
