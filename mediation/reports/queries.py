"""The reports that were issued."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import NotFound
from mediation.reports.models import MonthlyReport


def reports_for(actor: Actor) -> Sequence[MonthlyReport]:
    """All versions of all months, the newest first."""
    statement = select(MonthlyReport).where(MonthlyReport.committee_id == actor.committee_id)
    return db.session.scalars(statement.order_by(MonthlyReport.month.desc(), MonthlyReport.version.desc())).all()


def report_for(actor: Actor, month: str, version: int) -> MonthlyReport:
    """One version of a month. Raises NotFound."""
    report = db.session.scalars(
        select(MonthlyReport).where(
            MonthlyReport.committee_id == actor.committee_id,
            MonthlyReport.month == month,
            MonthlyReport.version == version,
        )
    ).one_or_none()
    if report is None:
        raise NotFound()
    return report


def latest_report(actor: Actor, month: str) -> MonthlyReport | None:
    """The newest version of a month; None where none was issued."""
    statement = select(MonthlyReport).where(
        MonthlyReport.committee_id == actor.committee_id, MonthlyReport.month == month
    )
    return db.session.scalars(statement.order_by(MonthlyReport.version.desc()).limit(1)).first()
