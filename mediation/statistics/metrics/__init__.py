"""The figures: the sums they are made of, what each means, and the list of cases behind it. Pure."""

from mediation.statistics.metrics.lists import counted_in, drill, narrowed
from mediation.statistics.metrics.measure import Measure, Value, on_time_rate, settlement_rate
from mediation.statistics.metrics.measures import (
    BY_CODE,
    COLUMNS,
    DAYS_COUNTED,
    DEFINED,
    MEASURES,
    RECEIVED_MONEY,
    figures,
)
from mediation.statistics.metrics.movement import Movement
from mediation.statistics.metrics.tally import (
    HISTOGRAMS,
    MEDIAN,
    NINETIETH,
    SUMS,
    Part,
    Sums,
    Tally,
    net_days,
    percentile,
    tallies,
    total,
)

__all__ = [
    "BY_CODE",
    "COLUMNS",
    "DAYS_COUNTED",
    "DEFINED",
    "HISTOGRAMS",
    "MEASURES",
    "MEDIAN",
    "NINETIETH",
    "RECEIVED_MONEY",
    "SUMS",
    "Measure",
    "Movement",
    "Part",
    "Sums",
    "Tally",
    "Value",
    "counted_in",
    "drill",
    "figures",
    "narrowed",
    "net_days",
    "on_time_rate",
    "percentile",
    "settlement_rate",
    "tallies",
    "total",
]
