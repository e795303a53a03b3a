"""How many series of each headquarters were watched: counted by the daily watch, kept per month.

What was watched is a fact of the day on which it was: a case entered later, a company moved or merged, a signal set aside
afterwards changes what history a series has now, but not what was looked at then. So the last watch of a month stands for
the month, and the report of a past month says the same whenever it is made. Only of months that nobody watched, those
before the figures were kept, it is counted as of now.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from mediation.core.db import db
from mediation.statistics.models import FigureWatched
from mediation.statistics.period import Period, month_key, month_of
from mediation.statistics.signals.family import History, Place, has_baseline

Counts = dict[int, tuple[int, int]]  # headquarters → series with enough history for a chart, series without


def count(counts: Counts, histories: Mapping[Place, History], company_id: int | None = None) -> None:
    """Add some series to the counts of their headquarters, or of the company that is asked about."""
    for place, history in histories.items():
        key = place.companies[0] if company_id is None else company_id
        charts, too_little = counts.get(key, (0, 0))
        is_charted = has_baseline(history)
        counts[key] = charts + is_charted, too_little + (not is_charted)


def keep(committee_id: int, day: date, counts: Counts) -> None:
    """Write what was watched on a day as what was watched in its month, inside the caller's transaction."""
    key = month_key(month_of(day))
    own = (FigureWatched.committee_id == committee_id, FigureWatched.month == key)
    gone = delete(FigureWatched).where(*own, FigureWatched.company_id.not_in(counts))
    db.session.execute(gone.execution_options(synchronize_session=False))
    if not counts:
        return
    rows = [
        {"committee_id": committee_id, "month": key, "company_id": company, "charts": charts, "too_little": too_little}
        for company, (charts, too_little) in sorted(counts.items())
    ]
    insert_into = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[db.engine.dialect.name]
    statement = insert_into(FigureWatched)
    new = {name: statement.excluded[name] for name in ("charts", "too_little")}
    db.session.execute(
        statement.on_conflict_do_update(index_elements=["committee_id", "month", "company_id"], set_=new), rows
    )


def kept(committee_id: int | None, period: Period) -> Counts:
    """What was watched in the month in which a period ends; empty where nobody watched."""
    rows = select(FigureWatched.company_id, FigureWatched.charts, FigureWatched.too_little).where(
        FigureWatched.committee_id == committee_id, FigureWatched.month == month_key(month_of(period.last))
    )
    return {company: (charts, too_little) for company, charts, too_little in db.session.execute(rows)}
