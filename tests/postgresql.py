"""A PostgreSQL server of the tests' own: unprivileged, on a free loopback port, gone when the tests are.

Uses the binaries that Debian's package leaves in ``/usr/lib/postgresql``. The data lies in a temporary folder and is never
flushed to disk, so it is fast and worth nothing afterwards.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
}
START_SECONDS = 30
PR_SET_PDEATHSIG = 1


class NoServer(RuntimeError):
    """PostgreSQL is not installed or does not start; the message says what to do."""


def binaries() -> Path:
    """The folder with ``initdb`` and ``postgres``: the newest that Debian installed, else what is on the path."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]), reverse=True)
    found = versions[0] if versions else shutil.which("initdb")
    if found is None:
        raise NoServer("PostgreSQL is not installed: run .ci/system-packages, or leave it out with --databases=sqlite")
    return Path(found).resolve().parent


def _servant() -> pwd.struct_passwd | None:
    """Whom the server runs as where the tests run as root, whom PostgreSQL refuses; nobody else needs changing."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoServer("PostgreSQL does not run as root, and there is neither a user postgres nor nobody to run it as")


def _die_with_parent() -> None:
    # Even a killed test run leaves no server behind.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def free_port() -> int:
    """A loopback port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """One running server with one superuser; make it with :func:`start`."""

    def __init__(self) -> None:
        self._bin = binaries()
        servant = _servant()
        self._folder = Path(tempfile.mkdtemp(prefix="mediation-postgresql-"))
        self._as: dict[str, Any] = {"cwd": self._folder, "stdin": subprocess.DEVNULL}
        if servant:
            os.chown(self._folder, servant.pw_uid, servant.pw_gid)
            self._as |= {"user": servant.pw_uid, "group": servant.pw_gid, "extra_groups": []}
        self._password = secrets.token_hex(16)
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, database: str) -> str:
        """The SQLAlchemy address of a database of this server."""
        return f"postgresql+psycopg://tests:{self._password}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A plain connection, each statement its own transaction. The caller closes it."""
        return psycopg.connect(self.url(database).replace("+psycopg", ""), autocommit=True)

    def start(self) -> None:
        """Make the data folder, start, and wait until it answers. Raises NoServer with the server's own words."""
        password = self._folder / "password"
        password.touch(mode=0o644)
        password.write_text(self._password)
        self._run(
            "initdb", "--pgdata=data", "--username=tests", f"--pwfile={password}", "--auth=scram-sha-256",
            "--locale=C.UTF-8", "--encoding=UTF8", "--no-sync", "--no-instructions",
        )  # fmt: skip
        password.unlink()
        options = [f"--{name}={value}" for name, value in SETTINGS.items()]
        self._log = (self._folder / "log").open("wb")
        self._process = subprocess.Popen(
            [self._bin / "postgres", "-D", "data", "-p", str(self.port), *options],
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
            preexec_fn=_die_with_parent,
            **self._as,
        )
        self._wait()

    def stop(self) -> None:
        """Stop and remove everything; harmless when it has stopped already."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=START_SECONDS)
            self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run([self._bin / program, *arguments], capture_output=True, text=True, **self._as)
        if done.returncode:
            raise NoServer(f"{program} failed: {done.stdout}{done.stderr}")

    def _wait(self) -> None:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                self.connect().close()
                return
            except psycopg.OperationalError:
                assert self._process
                if self._process.poll() is not None or time.monotonic() > until:
                    raise NoServer((self._folder / "log").read_text(errors="replace")) from None
                time.sleep(0.02)


def start() -> Server:
    """A started server. It stops when asked, when this process ends, and when this process is killed."""
    server = Server()
    atexit.register(server.stop)
    try:
        server.start()
    except BaseException:
        server.stop()
        raise
    return server
