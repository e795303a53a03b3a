"""The report of the month before, made on the first working day of the month without anybody asking."""

from __future__ import annotations

from sqlalchemy import select

from mediation.committees.models import Committee
from mediation.core.actor import system
from mediation.core.db import db, reading, transaction
from mediation.reports.parts import make_parts
from mediation.reports.service import issue, prepare
from mediation.statistics.period import month


def monthly_report(run_key: str) -> str:
    """Issue the report of a month (``2026-10``) for every committee, then the parts of the headquarters. Says what it did.

    What there is already stays. Commits by itself, report by report and part by part: nobody waits for all of them.
    """
    period, made = month(run_key), []
    with reading():
        committees = db.session.scalars(select(Committee.id).order_by(Committee.id)).all()
    for committee_id in committees:
        actor = system(committee_id)
        with reading():
            prepared = prepare(actor, period)
        with transaction():
            report, is_new = issue(actor, prepared)
            made.append(f"{report.version}{'' if is_new else ' (unchanged)'}")
    if not made:
        return f"{run_key}: no committee"
    return f"{run_key}: version {', '.join(made)}; {make_parts()} parts"
