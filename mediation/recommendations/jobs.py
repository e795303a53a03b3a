"""The daily watch over reply days and planned measures."""

from __future__ import annotations

from sqlalchemy import select

from mediation.committees.models import Committee
from mediation.core import clock
from mediation.core.db import db
from mediation.recommendations import service


def recommendations_daily(_run_key: str) -> str:
    """The job of the scheduler's table: asks what should have been said by now, so that a missed day is made up."""
    told = service.Watched()
    for committee_id in db.session.scalars(select(Committee.id).order_by(Committee.id)).all():
        service.watch(committee_id, clock.today(), told)
    return str(told)
