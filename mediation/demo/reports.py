"""The months that are over: their sums made, and the reports of the last two issued as the clock would have issued them."""

from __future__ import annotations

from datetime import date

from flask import current_app

from mediation import scheduler
from mediation.core import clock
from mediation.core.db import transaction
from mediation.deadlines import queries as deadlines
from mediation.demo.people import Cast
from mediation.demo.player import moment
from mediation.reports import recipients
from mediation.statistics import jobs as figures
from mediation.statistics.period import month

JOB = "monthly_report"
MONTHS = 2
HOUR = 7
RECIPIENT = ("示例区快递行业协会秘书处", "association@mediation.example")


def load(cast: Cast) -> None:
    """Make the sums, put a recipient on the list, and run the month's job at its own hour, the older month first."""
    figures.make_changed()
    name, address = RECIPIENT
    with transaction():
        recipients.add(cast.actors["committee"], name=name, address=address, company_id=None)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    job = next(one for one in scheduler.JOBS if one.name == JOB)
    calendar, owner = deadlines.calendar(), scheduler.name_of_this_process()
    for key in job.when.keys(clock.now(), MONTHS - 1, calendar):
        issued_on = scheduler.first_working_day(_after(month(key).last), calendar)
        with clock.frozen_at(moment(issued_on, HOUR)):
            scheduler.run(app, job, key, owner)


def _after(last: date) -> date:
    return date.fromordinal(last.toordinal() + 1)
