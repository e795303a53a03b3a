"""A real server in a process of its own, as `mediation serve` starts it, on an instance folder of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

from tests.postgresql import free_port

COMMAND = str(Path(sys.executable).with_name("mediation"))
START_SECONDS = 180  # the demo data are loaded at the first start, on a machine that may be busy


class LiveServer:
    """``mediation serve`` on a free port. ``settings`` become ``MEDIATION_…`` variables: ``NOW``, ``DATABASE_URL``, …"""

    def __init__(self, instance: Path, *options: str, **settings: str) -> None:
        self.instance = instance
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = instance.with_name(f"{instance.name}.log")
        self._options = options
        self._settings = {"INSTANCE": str(instance), "PORT": str(self.port), "WORKERS": "2", **settings}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the server, for commands on the same instance."""
        return os.environ | {f"MEDIATION_{name}": value for name, value in self._settings.items()}

    def start(self) -> None:
        """Start and wait for the first answer. Raises RuntimeError with the log where none comes."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [COMMAND, "serve", *self._options],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise RuntimeError(f"the server did not start:\n{self.log.read_text(errors='replace')}")
            time.sleep(0.1)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A `mediation` command on the same instance; its exit code is the caller's to look at."""
        return subprocess.run(
            [COMMAND, *arguments], env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )

    def accounts(self) -> list[tuple[str, str]]:
        """The demo accounts as the server printed them at its last start: user name and password."""
        printed = self.log.read_text().rpartition("Demo accounts")[2].split("\n\n")[0].splitlines()[1:]
        return [(words[0], words[1]) for words in map(str.split, printed)]

    def processes(self) -> list[psutil.Process]:
        """The processes of the server: the one that was started and all below it."""
        if self._process is None:
            return []
        first = psutil.Process(self._process.pid)
        return [first, *first.children(recursive=True)]

    def stop(self) -> None:
        """End it as a service manager does. Raises subprocess.TimeoutExpired when it hangs."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL to every process of the server at once: what a power cut looks like to them."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        try:
            if how is signal.SIGTERM and process.poll() is None:
                process.terminate()
                process.wait(timeout=30)
        finally:
            # Workers live in the session of the process we started, also after it has gone.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(self.url, timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True
