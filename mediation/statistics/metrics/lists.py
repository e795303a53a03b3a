"""From a figure to the list of exactly its cases."""

from __future__ import annotations

from collections.abc import Mapping

from mediation.statistics.metrics.measure import Measure
from mediation.statistics.period import Period

# What the list of cases calls the two ends of a period, by the date that a figure counts by.
_DATES = {
    "received_on": "received",
    "settled_on": "settled",
    "closed_on": "closed",
    "paid_on": "paid",
    "due_on": "instalment",
    "applied_on": "applied",
    "answered_on": "answered",
}
_DIMENSIONS = frozenset({"main_company", "direct", "station", "cause", "track", "relationship"})


def drill(
    measure: Measure,
    period: Period,
    dimensions: Mapping[str, object] | None = None,
    *,
    numerator: bool = False,
) -> dict[str, str]:
    """The arguments of the case list that shows exactly the cases behind a figure.

    ``dimensions`` narrows it: main_company (its subtree; 0 for none), direct (only that company itself), station
    (0 for none), cause (main or full code), track, relationship. With ``numerator`` only the cases of a rate's
    numerator. Raises ValueError for any other dimension, and for a numerator that has no list of its own.
    """
    return counted_in(measure, period, numerator=numerator) | narrowed(dimensions or {})


def narrowed(dimensions: Mapping[str, object]) -> dict[str, str]:
    """The arguments of :func:`drill` that the dimensions make. Raises ValueError for any that there is not."""
    given = {name: value for name, value in dimensions.items() if value is not None and value is not False}
    if unknown := set(given) - _DIMENSIONS:
        raise ValueError(f"no such dimension: {sorted(unknown)}")
    return {key: "1" if value is True else str(value) for key, value in given.items()}


def counted_in(measure: Measure, period: Period, *, numerator: bool = False) -> dict[str, str]:
    """The arguments of :func:`drill` that the measure and its period make; none of them is a dimension."""
    filters = measure.numerator_filters if numerator else measure.filters
    if filters is None:
        raise ValueError(f"no list of the numerator: {measure.code}")
    name = _DATES[measure.counts_by]
    ends = {f"{name}_from": period.first.isoformat(), f"{name}_to": period.last.isoformat()}
    return ends | dict(filters)
