"""What statistics read from the database."""

from mediation.statistics.queries.figures import (
    by_cause,
    by_company,
    by_relationship,
    by_station,
    by_track,
    overall,
    received_by_day,
    received_money,
)
from mediation.statistics.queries.movement import Movement, movement, overdue_at, overdue_by_company
from mediation.statistics.queries.names import cause_labels, company_names, station_names
from mediation.statistics.queries.scope import EVERYTHING, Scope, where

__all__ = [
    "EVERYTHING",
    "Movement",
    "Scope",
    "by_cause",
    "by_company",
    "by_relationship",
    "by_station",
    "by_track",
    "cause_labels",
    "company_names",
    "movement",
    "overall",
    "overdue_at",
    "overdue_by_company",
    "received_by_day",
    "received_money",
    "station_names",
    "where",
]
