"""The processes of ``mediation serve``: one that watches, the web server with its workers, and the scheduler.

    watcher ─┬─ web server ─── workers
             └─ scheduler

The watcher holds no database connection and does nothing but wait: it starts the scheduler again when it dies, ends
everything when told to or when the web server ends, and takes everything with it when it is killed itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from mediation import scheduler
from mediation.core.db import db
from mediation.core.errors import ConfigurationError

STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
WATCHED = (*STOPPING, signal.SIGCHLD)
# A request may be in the middle of a PDF when the order to stop comes.
GRACE_SECONDS = 10
# Longer than the largest import takes; a worker that is silent for so long hangs.
TIMEOUT_SECONDS = 120
# A scheduler that dies at once must not keep a core busy by being started again and again.
PAUSE_SECONDS = 5
WAIT_FOR_DATA_SECONDS = 30
PR_SET_PDEATHSIG = 1
SECRET_ADDRESS = re.compile(r"(/(?:feeds|join)/)[^\s?#/]+")


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises ConfigurationError in plain words when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_DEFER_ACCEPT"):
            # Browsers open connections in advance; one that says nothing must not keep a worker waiting.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, WAIT_FOR_DATA_SECONDS)
        listener.bind((host, port))
        listener.listen(512)
    except (OSError, OverflowError) as error:
        listener.close()
        raise ConfigurationError(
            f"cannot listen on {host}:{port} ({getattr(error, 'strerror', None) or error}); "
            "stop the program that uses it, or choose another port with --port"
        ) from error
    return listener


class DiscreetLog(Logger):
    """The access log without the secrets that some addresses hold (calendars, invitations): whoever reads a log could
    use them."""

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: Any) -> dict[str, Any]:
        """Called by gunicorn: what a line of the log is made of."""
        return {name: discreet(value) for name, value in super().atoms(resp, req, environ, request_time).items()}


def discreet(value: Any) -> Any:
    """A part of a log line with the secret of an address replaced."""
    return SECRET_ADDRESS.sub(r"\1***", value) if isinstance(value, str) else value


class WebServer(BaseApplication):
    """gunicorn with sync workers, on a socket that is open already."""

    def __init__(self, app: Flask, listener: socket.socket, workers: int, access_log: bool) -> None:
        self._app = app
        self._settings: dict[str, Any] = {
            "bind": [f"fd://{listener.fileno()}"],
            "workers": workers,
            "worker_class": "sync",
            # The application is made before the fork: workers start at once and share its memory.
            "preload_app": True,
            "timeout": TIMEOUT_SECONDS,
            "graceful_timeout": GRACE_SECONDS,
            "accesslog": "-" if access_log else None,
            "logger_class": DiscreetLog,
            "errorlog": "-",
            "loglevel": "warning",
            "proc_name": "mediation",
            "control_socket_disable": True,
            # How many proxies are trusted is said by MEDIATION_PROXIES and by nothing else.
            "secure_scheme_headers": {},
            "post_fork": _begin_worker(app),
        }
        super().__init__()

    def load_config(self) -> None:
        """Called by gunicorn."""
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Called by gunicorn."""
        return self._app


def _begin_worker(app: Flask) -> Callable[[Any, Any], None]:
    def begin(_arbiter: Any, worker: Any) -> None:
        die_with_parent(worker.ppid)
        disown_connections(app)

    return begin


def disown_connections(app: Flask) -> None:
    """Forget connections of the parent process without closing them: a connection belongs to one process."""
    with app.app_context():
        db.engine.dispose(close=False)


def die_with_parent(parent: int) -> None:
    """Ask the kernel (Linux) for SIGTERM when the parent is gone: a killed server leaves nobody behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it went before we asked
            os._exit(0)


def start(work: Callable[[], None]) -> int:
    """Fork a child that works and ends. Returns its process id."""
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        for number in WATCHED:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
        die_with_parent(parent)
        work()
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


class Watcher:
    """Keeps the web server and, where wanted, the scheduler. ``run`` returns the exit code of the product."""

    def __init__(
        self, app: Flask, listener: socket.socket, *, workers: int, with_scheduler: bool, access_log: bool
    ) -> None:
        self._app = app
        self._listener = listener
        self._workers = workers
        self._with_scheduler = with_scheduler
        self._access_log = access_log
        self._web = 0
        self._scheduler = 0
        self._scheduler_from = 0.0
        self._is_stopping = False

    def run(self) -> int:
        """Start everything and wait. Returns 0 after an orderly end."""
        signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
        with self._app.app_context():
            db.session.remove()
            db.engine.dispose()
        self._web = start(self._serve_web)
        while True:
            if self._with_scheduler and not self._scheduler and time.monotonic() >= self._scheduler_from:
                self._scheduler = start(self._serve_jobs)
            received = signal.sigtimedwait(WATCHED, 1.0)
            if received and received.si_signo in STOPPING:
                return self._stop()
            code = self._ended()
            if code is not None:
                self._stop()
                return code

    def _serve_web(self) -> None:
        WebServer(self._app, self._listener, self._workers, self._access_log).run()

    def _serve_jobs(self) -> None:
        self._listener.close()
        scheduler.serve(self._app, parent=os.getppid())

    def _ended(self) -> int | None:
        """Take leave of children that have ended. Returns the code of the web server when it was among them."""
        code = None
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return code
            if not pid:
                return code
            if pid == self._web:
                self._web, code = 0, max(os.waitstatus_to_exitcode(status), 1)
            elif pid == self._scheduler:
                self._scheduler, self._scheduler_from = 0, time.monotonic() + PAUSE_SECONDS
                if not self._is_stopping:
                    print("mediation: the scheduler ended and is started again", file=sys.stderr)

    def _stop(self) -> int:
        """End the children: politely, and after the grace or at a second order at once."""
        self._is_stopping = True
        self._listener.close()
        self._send(signal.SIGTERM)
        until = time.monotonic() + GRACE_SECONDS + 2
        while True:
            self._ended()
            if not (self._web or self._scheduler):
                break
            received = signal.sigtimedwait(WATCHED, 0.5)
            if time.monotonic() > until or (received and received.si_signo in STOPPING and self._is_urgent(until)):
                self._send(signal.SIGKILL)
                break
        return 0

    def _is_urgent(self, until: float) -> bool:
        # The same Ctrl-C can reach us twice; an impatient person presses it later.
        return time.monotonic() > until - GRACE_SECONDS

    def _send(self, number: signal.Signals) -> None:
        for pid in (self._web, self._scheduler):
            if pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
