"""Several periods cut into pieces that have no day in common, so that one reading answers all of them. Pure.

A span is a whole month or a part of one, written as its key (``2026-10``, ``2025-11/01-22``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Generic, TypeVar

from mediation.statistics.period import Period, before, month_key, month_of, months_of, span, year_before, year_to

T = TypeVar("T")


@dataclass(frozen=True)
class Shared(Generic[T]):
    """What some of several periods consist of; ``owners`` are their places."""

    what: T
    owners: tuple[int, ...]


def cut_by(today: date) -> list[Period]:
    """The parts of months that begin or end what the year so far is compared with, on a day."""
    year = year_to(today)
    return [
        piece
        for period in (before(year), year_before(year))
        for piece in months_of(period)
        if piece != month_of(piece.first)
    ]


def shared(
    periods: Sequence[Period], keys: Collection[str]
) -> tuple[list[Shared[tuple[str, ...]]], list[Shared[Period]]]:
    """Those of the given spans that the periods consist of, by the periods they lie in, and the pieces left without them."""
    spans = {key: span(key) for key in keys}
    taken = [_longest(period, spans) for period in periods]
    by_owners: dict[tuple[int, ...], list[str]] = {}
    for key in sorted(spans):
        owners = tuple(at for at, found in enumerate(taken) if key in found)
        if owners:
            by_owners.setdefault(owners, []).append(key)
    rest = [_without(period, found.values()) for period, found in zip(periods, taken, strict=True)]
    return [Shared(tuple(found), owners) for owners, found in by_owners.items()], _pieces(rest)


def _longest(period: Period, spans: Mapping[str, Period]) -> dict[str, Period]:
    """Of each month the longest span that lies in a period: parts of a month may overlap."""
    found: dict[str, tuple[int, str]] = {}
    for key, one in spans.items():
        if period.first <= one.first and one.last <= period.last:
            month = month_key(one)
            found[month] = max(found.get(month, (0, "")), (one.days, key))
    return {key: spans[key] for _days, key in found.values()}


def _without(period: Period, spans: Collection[Period]) -> list[Period]:
    """What is left of a period without some spans that lie in it, in order."""
    rest, first = [], period.first
    for one in sorted(spans):
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
