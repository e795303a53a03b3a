"""``python -m tests.bench``: fill, measure, print. See docs/performance.md."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from datetime import datetime

from mediation.core import clock
from tests.bench import fill, meter, papers, rate, signals
from tests.bench.ground import Ground, prepare
from tests.bench.operations import Operation, Operations
from tests.postgresql import NoServer

HEAD = (
    "operation",
    "reader",
    "server ms",
    "p95",
    "CPU ms",
    "db ms",
    "statements",
    "bare ms",
    "db / bare",
    "aim ms",
    "reached",
)
WIDTHS = (36, 9, 9, 9, 8, 9, 10, 9, 9, 7, 7)
MOST_DB = 2.0
ROUNDS = 100


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--cases", type=int, default=int(os.environ.get("CASES", "100000")))
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--seconds", type=float, default=4.0, help="how long each line is measured at most")
    parser.add_argument("--only", choices=("operations", "rate", "papers", "signals"), help="one of the tables")
    parser.add_argument("--quick", action="store_true", help="half a second for each line")
    options = parser.parse_args()
    say(f"{platform.python_version()} · {os.cpu_count()} cores · load {load()} · {options.cases:,} cases")
    if options.only == "signals":
        for text in signals.tables(0.1 if options.quick else 1.0):
            say(text)
        return
    if options.only in (None, "papers"):
        say(f"\none agreement of several pages as PDF (load {load()})")
        for text in papers.compare(seconds=0.5 if options.quick else options.seconds):
            say(text)
        say(papers.together())
    for engine in options.databases.split(",") if options.only != "papers" else ():
        try:
            with prepare(engine, options.cases) as ground, clock.frozen_at(fill.NOW):
                run(ground, seconds=0.5 if options.quick else options.seconds, only=options.only)
        except NoServer as reason:
            say(f"{engine}: left out. {reason}")


def run(ground: Ground, *, seconds: float, only: str | None = None) -> None:
    """Measure one filled database and print its tables."""
    say(f"\n{ground.engine}: {ground.cases:,} cases loaded in {ground.fill_seconds:.1f} s (load {load()})")
    if only != "rate":
        operations = Operations(ground)
        say("  ".join(text.ljust(width) for text, width in zip(HEAD, WIDTHS, strict=True)).rstrip())
        for operation in operations.all():
            say(line(measured(operations, operation, seconds=seconds)))
        operations.close()
    if only != "operations":
        servers, missing = rate.compare(ground, seconds=min(seconds, rate.SECONDS))
        say(f"\n{ground.engine}: requests per second (load {load()})")
        for text in rate.table(servers):
            say(text)
        if missing:
            say(f"Flask-Admin and Django admin: left out, {missing}")


def measured(operations: Operations, operation: Operation, *, seconds: float) -> tuple:
    """One line of the table."""
    times = meter.measure(operation.work, rounds=ROUNDS, seconds=seconds)
    bare = None
    if operation.bare:
        connection = operations.bare.get(operation.persona) or operations.bare["committee"]
        do = connection.write if operation.writes else connection.run
        asked = operation.bare
        bare = meter.measure(lambda n: do(lambda ask: asked(ask, n)), rounds=ROUNDS, seconds=seconds / 2)
    return operation, times, bare


def line(result: tuple) -> str:
    """A line of the table as text."""
    operation, times, bare = result
    ratio = times.database_median / bare.database_median if bare else None
    reached = times.median <= operation.aim and (ratio is None or ratio <= MOST_DB)
    cells = (
        operation.name, operation.persona, f"{times.median:.1f}", f"{times.p95:.1f}", f"{times.cpu_median:.1f}",
        f"{times.database_median:.2f}", str(times.statements), f"{bare.database_median:.2f}" if bare else "—",
        f"{ratio:.1f}" if ratio else "—", f"{operation.aim:,g}", "yes" if reached else "NO",
    )  # fmt: skip
    return "  ".join(
        text.ljust(width) if place < 2 else text.rjust(width)
        for place, (text, width) in enumerate(zip(cells, WIDTHS, strict=True))
    )


def load() -> str:
    """The load of the machine in the last minute, and the time."""
    return f"{os.getloadavg()[0]:.1f} at {datetime.now().astimezone():%H:%M}"


def say(text: str) -> None:
    """Print at once: a run takes minutes."""
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
