"""Figures counted both ways: with the sums of whole months, and from the cases alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mediation.statistics import jobs, months
from mediation.statistics.queries import made


def make_all(committee_id: int) -> list[str]:
    """Make what is wanted, as the job does."""
    keys = months.wanted(committee_id)
    for key in keys:
        assert jobs.make(committee_id, key)
    return keys


@contextmanager
def slowly() -> Iterator[None]:
    """Count without the months."""
    whole = made.standing
    made.standing = lambda _committee_id, _periods: []
    try:
        yield
    finally:
        made.standing = whole


def same(question: Callable[[], object]) -> object:
    """The answer with the months, which must be the one without."""
    found = question()
    with slowly():
        assert question() == found
    return found
