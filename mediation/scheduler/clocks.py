"""What is looked for by the clock, how often, and the process that does so. Only this file imports APScheduler."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from flask import Flask

from mediation.core import clock
from mediation.documents.batches import working
from mediation.notifications import claims, sending
from mediation.reports import deliveries, parts
from mediation.scheduler.runs import describe, name_of_this_process, tick
from mediation.statistics import jobs as figures

log = logging.getLogger(__name__)

GRACE_SECONDS = 5


def post(app: Flask, owner: str, stop: Callable[[], bool] = lambda: False) -> None:
    """Send what the outbox holds: every minute, beside the jobs, so that a slow mail server keeps none of them waiting."""
    with app.app_context():
        sums = sending.send_due(owner=owner, stop=stop)
        reports = deliveries.send_due(owner=owner, stop=stop)
    if sums != claims.Sums():
        log.info("outbox: %s", sums)
    if reports != claims.Sums():
        log.info("reports: %s", reports)


def make_papers(app: Flask, owner: str, stop: Callable[[], bool] = lambda: False) -> None:
    """Make the papers that somebody asked for in one go; a person waits for them, so they are looked for often."""
    with app.app_context():
        finished = working.work_due(owner=owner, stop=stop)
    if finished:
        log.info("batches of papers: %s finished", finished)


def make_parts(app: Flask, stop: Callable[[], bool] = lambda: False) -> None:
    """Make the headquarters' parts of the reports that somebody issued, and those that a crash left unmade."""
    with app.app_context():
        made = parts.make_parts(stop)
    if made:
        log.info("reports: %s parts made", made)


def make_months(app: Flask, stop: Callable[[], bool] = lambda: False) -> None:
    """Make the sums of the months whose cases have changed; until then each figure of them is counted from the cases."""
    with app.app_context():
        made = figures.make_changed(stop)
    if made:
        log.info("figures: %s months made", made)


@dataclass(frozen=True)
class Clock:
    """Something looked for again and again, by one thread at a time.

    ``work`` takes the app, the name of this process and what says that it should stop. ``every`` are the fields of a
    cron line, in Shanghai time. The clocks are set apart, so that they do not all begin in the same second.
    """

    name: str
    every: Mapping[str, int | str]
    work: Callable[[Flask, str, Callable[[], bool]], None]
    at_once: bool = False


CLOCKS = (
    Clock("jobs", {"second": 0}, lambda app, owner, _stop: tick(app, owner), at_once=True),
    Clock("outbox", {"second": 30}, post),
    Clock("papers", {"second": "*/5"}, make_papers),
    Clock("parts", {"second": 45}, lambda app, _owner, stop: make_parts(app, stop)),
    Clock("months", {"minute": "*/3", "second": 15}, lambda app, _owner, stop: make_months(app, stop)),
)


def serve(app: Flask, *, parent: int | None = None) -> None:
    """Tick until told to stop (SIGTERM, SIGINT), or until the process ``parent`` is no longer ours.

    A job that runs gets a few seconds to finish, then the caller should leave by ``os._exit``: what is cut off is rolled
    back and taken over later.
    """
    stop, owner = threading.Event(), name_of_this_process()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    ticking = BackgroundScheduler(timezone=clock.SHANGHAI)
    busy = {one.name: _set_going(ticking, one, app, owner, stop) for one in CLOCKS}
    ticking.start()
    while not stop.wait(1) and (parent is None or os.getppid() == parent):
        pass
    ticking.shutdown(wait=False)
    for name, lock in busy.items():
        if lock.acquire(timeout=GRACE_SECONDS):
            lock.release()
        else:
            log.warning("scheduler: stopped in the middle of its work (%s); it will be taken over", name)


def _set_going(
    ticking: BackgroundScheduler, one: Clock, app: Flask, owner: str, stop: threading.Event
) -> threading.Lock:
    """Hang a clock's work on the ticking. Returns the lock that is held while it works."""
    busy = threading.Lock()

    def work() -> None:
        with busy:
            try:
                if not stop.is_set():
                    one.work(app, owner, stop.is_set)
            except Exception as error:
                log.error("scheduler, %s: %s", one.name, describe(error))

    if one.at_once:
        ticking.add_job(work)
    # A tick that comes late is still wanted, and several late ones are one: what is due is asked anew.
    trigger = CronTrigger(**one.every, timezone=clock.SHANGHAI)
    ticking.add_job(work, trigger, coalesce=True, misfire_grace_time=None)
    return busy
