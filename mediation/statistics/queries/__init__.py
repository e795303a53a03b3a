"""What statistics read from the database."""

from mediation.statistics.queries.figures import (
    EVERYTHING,
    Scope,
    by_cause,
    by_company,
    by_station,
    overall,
    received_by_day,
    received_money,
)
from mediation.statistics.queries.movement import Movement, movement, overdue_at
from mediation.statistics.queries.names import cause_labels, company_names, station_names
from mediation.statistics.queries.reports import latest_report, report_for, reports_for

__all__ = [
    "EVERYTHING",
    "Movement",
    "Scope",
    "by_cause",
    "by_company",
    "by_station",
    "cause_labels",
    "company_names",
    "latest_report",
    "movement",
    "overall",
    "overdue_at",
    "received_by_day",
    "received_money",
    "report_for",
    "reports_for",
    "station_names",
]
