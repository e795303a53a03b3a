"""Figures counted both ways: with the sums of whole months, and from the cases alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mediation.core.db import transaction
from mediation.statistics import months
from mediation.statistics.queries import made


def make_all(committee_id: int) -> list[str]:
    """Make what is wanted, as the job does."""
    keys = months.wanted(committee_id)
    for key in keys:
        with transaction():
            months.make(committee_id, key)
    return keys


@contextmanager
def slowly() -> Iterator[None]:
    """Count without the months."""
    whole = made.standing_months
    made.standing_months = lambda _committee_id, _period: []
    try:
        yield
    finally:
        made.standing_months = whole


def same(question: Callable[[], object]) -> object:
    """The answer with the months, which must be the one without."""
    found = question()
    with slowly():
        assert question() == found
    return found
