"""The report of the month before, made on the first of the month without anybody asking."""

from __future__ import annotations

from sqlalchemy import select

from mediation.committees.models import Committee
from mediation.core.actor import system
from mediation.core.db import db
from mediation.reports.service import make_report
from mediation.statistics.period import month


def monthly_report(run_key: str) -> str:
    """Issue the report of a month (``2026-10``) for every committee; what there is already stays. Says what it did."""
    period = month(run_key)
    made = [
        f"{report.version}{'' if is_new else ' (unchanged)'}"
        for committee_id in db.session.scalars(select(Committee.id).order_by(Committee.id)).all()
        for report, is_new in [make_report(system(committee_id), period)]
    ]
    return f"{run_key}: version {', '.join(made)}" if made else f"{run_key}: no committee"
