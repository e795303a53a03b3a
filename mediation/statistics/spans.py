"""Several periods cut into pieces that have no day in common, so that one reading answers all of them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Generic, TypeVar

from mediation.statistics.period import Period, month, month_of

T = TypeVar("T")


@dataclass(frozen=True)
class Shared(Generic[T]):
    """What some of several periods consist of; ``owners`` are their places."""

    what: T
    owners: tuple[int, ...]


def whole_months(period: Period, until: date) -> tuple[str, str]:
    """The keys of the first and the last whole month in a period that are over by a day; crossed where there is none."""
    first, last = period.first, min(period.last, until)
    low = first if first.day == 1 else month_of(first).last + timedelta(days=1)
    high = last if last == month_of(last).last else last.replace(day=1) - timedelta(days=1)
    return low.isoformat()[:7], high.isoformat()[:7]


def shared(
    periods: Sequence[Period], months: Collection[str]
) -> tuple[list[Shared[tuple[str, ...]]], list[Shared[Period]]]:
    """The given whole months by the periods they lie in, and the pieces left of the periods without them."""
    by_owners: dict[tuple[int, ...], list[str]] = {}
    for key in sorted(months):
        one = month(key)
        owners = tuple(at for at, period in enumerate(periods) if period.first <= one.first and one.last <= period.last)
        if owners:
            by_owners.setdefault(owners, []).append(key)
    rest = [
        _without(period, [key for owners, keys in by_owners.items() if at in owners for key in keys])
        for at, period in enumerate(periods)
    ]
    return [Shared(tuple(keys), owners) for owners, keys in by_owners.items()], _pieces(rest)


def _without(period: Period, months: Collection[str]) -> list[Period]:
    """What is left of a period without some months that lie in it, in order."""
    rest, first = [], period.first
    for key in sorted(months):
        one = month(key)
        if first < one.first:
            rest.append(Period(first, one.first - timedelta(days=1)))
        first = one.last + timedelta(days=1)
    return [*rest, Period(first, period.last)] if first <= period.last else rest


def _pieces(rest: Sequence[Sequence[Period]]) -> list[Shared[Period]]:
    """Where the remains of the periods overlap they are cut, so that no day is counted twice."""
    whole = [one for ones in rest for one in ones]
    # By ordinals: the day after the last there is has no date.
    ends = sorted({one.first.toordinal() for one in whole} | {one.last.toordinal() + 1 for one in whole})
    found = []
    for first, after in pairwise(ends):
        piece = Period(date.fromordinal(first), date.fromordinal(after - 1))
        owners = tuple(
            at
            for at, ones in enumerate(rest)
            if any(one.first <= piece.first and piece.last <= one.last for one in ones)
        )
        if owners:
            found.append(Shared(piece, owners))
    return found
