"""Requests per second of the list page beside other ways of showing the same rows, each behind gunicorn sync × 2."""

from __future__ import annotations

import hashlib
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.browser import Browser
from tests.bench.fill import NOW
from tests.bench.ground import ROOT, Ground
from tests.postgresql import free_port

LOCK = ROOT / "requirements" / "bench.txt"
VENV = ROOT / "var" / "bench-venv"
PEERS = Path(__file__).parent / "peers"
WORKERS, CONNECTIONS, ROUNDS, SECONDS = 2, 8, 3, 4.0
START_SECONDS, ROWS = 60, 50


class NoPeers(RuntimeError):
    """The environment of the peers cannot be made; the message says why."""


@dataclass(frozen=True)
class Side:
    """One server: what it is called, the Python that runs it, its module, the list's address and the reader's cookie."""

    name: str
    python: str
    module: str
    address: str
    cookie: str = ""


@dataclass
class Running:
    """A started server and what its rounds gave: requests per second, processor ms per request, bytes of a page."""

    side: Side
    process: subprocess.Popen[bytes]
    port: int
    per_second: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    size: int = 0


def compare(ground: Ground, *, seconds: float = SECONDS) -> tuple[list[Running], str]:
    """The servers with their rounds, interleaved; and why the peers are missing (empty when they are there)."""
    environment = _environment(ground)
    sides, missing = _sides(ground), ""
    try:
        sides += _peers(environment)
    except NoPeers as reason:
        missing = str(reason)
    with ExitStack() as stack:
        servers = [stack.enter_context(_served(side, environment)) for side in sides]
        for server in servers:
            server.size = len(_page(server))
            for _warm in range(10):
                _page(server)
        for _round in range(ROUNDS):
            for server in servers:
                _round_of(server, seconds)
    return servers, missing


def table(servers: list[Running]) -> list[str]:
    """The lines of the table."""
    ours = statistics.median(servers[0].per_second)
    lines = [f"{'list page behind gunicorn sync × 2':36}  {'req/s':>8}  {'CPU ms':>8}  {'KB':>6}  {'ours : it':>9}"]
    for server in servers:
        rate = statistics.median(server.per_second)
        lines.append(
            f"{server.side.name:36}  {rate:8.0f}  {statistics.median(server.cpu):8.2f}  {server.size / 1024:6.0f}  "
            f"{ours / rate:9.2f}"
        )
    return lines


def _environment(ground: Ground) -> dict[str, str]:
    own = {"BENCH_ENGINE": ground.engine, "BENCH_URL": ground.url, "BENCH_COMMITTEE": str(ground.committee_id)}
    if ground.engine == "sqlite":
        own["BENCH_SQLITE"] = ground.url.removeprefix("sqlite:///")
    else:
        own["BENCH_POSTGRESQL"] = ground.url.replace("+psycopg", "")
    own |= {"BENCH_INSTANCE": ground.app.config["INSTANCE"], "MEDIATION_NOW": NOW.isoformat(), "PYTHONPATH": str(ROOT)}
    return os.environ | own


def _sides(ground: Ground) -> list[Side]:
    cookie = Browser(ground.app, "committee").cookie
    return [
        Side("the product", sys.executable, "tests.bench.peers.product", "/cases/", cookie),
        Side("bare WSGI page, raw SQL", sys.executable, "tests.bench.peers.bare_page", "/"),
    ]


def _peers(environment: dict[str, str]) -> list[Side]:
    python = str(installed())
    done = subprocess.run(
        [python, PEERS / "django_admin_list.py"], env=environment, capture_output=True, text=True, timeout=120
    )
    if done.returncode:
        raise NoPeers(f"Django could not prepare its tables: {done.stderr.strip().splitlines()[-1]}")
    cookie = done.stdout.strip()
    return [
        Side("Flask-Admin list, with count", python, "tests.bench.peers.flask_admin_list", "/admin/cases/"),
        Side(
            "Django admin list, full count", python, "tests.bench.peers.django_admin_list", "/admin/peers/case/", cookie
        ),
    ]


def installed() -> Path:
    """The Python of the peers' environment, made from its lock when that has changed. Raises NoPeers."""
    python, stamp = VENV / "bin" / "python", VENV / ".lock"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    for command in (
        [sys.executable, "-m", "venv", "--clear", VENV],
        [python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--require-hashes", "-r", LOCK],
    ):
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoPeers(f"their packages could not be installed: {error}") from error
        if done.returncode:
            reason = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()[-1]
            raise NoPeers(f"their packages could not be installed: {reason}")
    stamp.write_text(wanted)
    return python


@contextmanager
def _served(side: Side, environment: dict[str, str]) -> Iterator[Running]:
    port = free_port()
    process = subprocess.Popen(
        [
            side.python, "-m", "gunicorn", "--worker-class=sync", f"--workers={WORKERS}", f"--bind=127.0.0.1:{port}",
            "--log-level=error", "--no-control-socket", "--graceful-timeout=2", f"{side.module}:app",
        ],
        cwd=ROOT,
        env=environment,
    )  # fmt: skip
    server = Running(side, process, port)
    try:
        _wait(server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(server: Running) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            page = _page(server)
        except ConnectionRefusedError:
            if server.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{server.side.name} does not start") from None
            time.sleep(0.1)
            continue
        if page.count(b"<tr") < ROWS:
            raise RuntimeError(f"{server.side.name} shows fewer than {ROWS} rows")
        return


def _page(server: Running) -> bytes:
    """One answer on a connection of its own, as sync workers give it. Raises RuntimeError unless it is 200."""
    cookie = f"Cookie: {server.side.cookie}\r\n" if server.side.cookie else ""
    head = f"GET {server.side.address} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{cookie}\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(head.encode())
        parts = []
        while part := connection.recv(262_144):
            parts.append(part)
    answer = b"".join(parts)
    if not answer.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"{server.side.name} answered {answer[:80]!r}")
    return answer


def _round_of(server: Running, seconds: float) -> None:
    counts, errors = [0] * CONNECTIONS, []
    until = time.perf_counter() + seconds

    def ask(place: int) -> None:
        try:
            while time.perf_counter() < until:
                _page(server)
                counts[place] += 1
        except (OSError, RuntimeError) as error:
            errors.append(error)

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(CONNECTIONS)]
    started, worked = time.perf_counter(), _worked(server.process.pid)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    server.per_second.append(sum(counts) / (time.perf_counter() - started))
    server.cpu.append((_worked(server.process.pid) - worked) * 1000 / sum(counts))


def _worked(pid: int) -> float:
    """Processor seconds of the workers of a server so far (not of the database server)."""
    seconds = 0.0
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        fields = Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()
        seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return seconds
