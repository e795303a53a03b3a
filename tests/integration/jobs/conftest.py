"""Jobs in processes of their own, on the database of the test."""

from __future__ import annotations

import contextlib
import os
import signal
import traceback
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from mediation.core.db import db

Fork = Callable[[Callable[[], object]], int]


@pytest.fixture
def fork(app: Flask) -> Iterator[Fork]:
    """Do some work in a child process; returns its id. What still runs at the end of the test is killed."""
    children: list[int] = []

    def begin(work: Callable[[], object]) -> int:
        with app.app_context():
            db.engine.dispose()  # a connection belongs to one process
        child = os.fork()
        if child:
            children.append(child)
            return child
        code = 1
        try:
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)

    yield begin
    for child in children:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
