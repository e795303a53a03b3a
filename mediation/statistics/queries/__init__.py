"""What statistics read from the database."""

from mediation.statistics.queries.bases import Bases, bases_for
from mediation.statistics.queries.figures import (
    asked,
    by_cause,
    by_company,
    by_full_cause,
    by_month,
    by_station,
    overall,
    received_by_day,
    received_by_month,
    received_money,
)
from mediation.statistics.queries.movement import Movement, movement, overdue_at, overdue_by_company
from mediation.statistics.queries.names import cause_labels, company_names, station_names
from mediation.statistics.queries.scope import EVERYTHING, Scope, where
from mediation.statistics.queries.yearbook import labour_table, peoples_table

__all__ = [
    "EVERYTHING",
    "Bases",
    "Movement",
    "Scope",
    "asked",
    "bases_for",
    "by_cause",
    "by_company",
    "by_full_cause",
    "by_month",
    "by_station",
    "cause_labels",
    "company_names",
    "labour_table",
    "movement",
    "overall",
    "overdue_at",
    "overdue_by_company",
    "peoples_table",
    "received_by_day",
    "received_by_month",
    "received_money",
    "station_names",
    "where",
]
