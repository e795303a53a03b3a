"""Charts of control: the u chart for counts over an exposure and the g chart for rare events.

A u chart counts cases per week or month. Its limits are quantiles of the distribution and not three standard deviations,
which for small counts would be passed several times as often as stated. A g chart is for causes so rare that most weeks
have none: it looks at the days that a row of like cases took.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from statistics import median
from typing import Literal

from mediation.statistics.signals import chance

# Of the limits that are drawn: each is passed by chance once in 1,000 points, so both together keep 99.8 % within.
DRAWN_TAIL = 0.001
LEAST_POINTS, LEAST_CASES = 12, 5
# Half of all deviations of a normal distribution are smaller than this part of a standard deviation.
_MIDDLE = 0.6745
# A row of rare cases is judged by as many of them as take at least so many days to be unusual.
RARE_DAYS = 28
LEAST_ROW, MOST_ROW = 2, 12

TooLittle = Literal["short", "few"]


@dataclass(frozen=True)
class ControlChart:
    """One centre and two limits for each point, None where there is too little history; ``marked`` are the places (from 0)
    of the points beyond a limit. ``rate`` is cases per unit of exposure, ``spread`` their dispersion, ``too_little`` says
    why there are no limits: "short" (too few points before the tested ones) or "few" (too few cases in them).
    """

    counts: tuple[int, ...]
    centre: tuple[float | None, ...]
    lower: tuple[int | None, ...]
    upper: tuple[int | None, ...]
    marked: tuple[int, ...] = ()
    rate: float | None = None
    spread: float = 1.0
    too_little: TooLittle | None = None


def chart_of(
    counts: Sequence[int],
    exposures: Sequence[float] | None = None,
    *,
    tested: int = 1,
    excluded: Collection[int] = (),
    tail: float = DRAWN_TAIL,
) -> ControlChart:
    """Limits for counts of equal or given exposures (courier-days, days), the oldest first.

    The rate is that of the points before the last ``tested`` ones, without the ``excluded`` places (signalled episodes)
    and without outliers among them: what is to be found must not widen its own limits.
    Raises ValueError when counts and exposures differ in number.
    """
    exposures = [1.0] * len(counts) if exposures is None else exposures
    if len(counts) != len(exposures):
        raise ValueError("every count needs an exposure")
    known = [n for n in range(len(counts) - tested) if n not in excluded and exposures[n] > 0]
    kept = _without_outliers(counts, exposures, known, tail)
    found = _limits(counts, exposures, kept, tail)
    return found if found.too_little is None else _limits(counts, exposures, known, tail)


def _without_outliers(
    counts: Sequence[int], exposures: Sequence[float], known: Sequence[int], tail: float
) -> list[int]:
    """The places that do not pass the limits made of medians, which the outliers themselves cannot move."""
    if not known:
        return []
    rate = median(counts[n] / exposures[n] for n in known)
    middle = median(abs(2 * (math.sqrt(counts[n]) - math.sqrt(rate * exposures[n]))) for n in known)
    spread = max(1.0, (middle / _MIDDLE) ** 2)
    kept = []
    for n in known:
        mean = rate * exposures[n]
        lower, upper = chance.limits(mean, spread * mean, tail)
        if lower <= counts[n] <= upper:
            kept.append(n)
    return kept


def _limits(counts: Sequence[int], exposures: Sequence[float], known: list[int], tail: float) -> ControlChart:
    cases, time = sum(counts[n] for n in known), sum(exposures[n] for n in known)
    if len(known) < LEAST_POINTS or cases < LEAST_CASES:
        none = (None,) * len(counts)
        why: TooLittle = "short" if len(known) < LEAST_POINTS else "few"
        return ControlChart(tuple(counts), none, none, none, too_little=why)
    spread = chance.dispersion([counts[n] for n in known], [exposures[n] for n in known])
    found = [chance.limits(*chance.predicted(cases, time, exposure, spread), tail) for exposure in exposures]
    lower, upper = tuple(low for low, _high in found), tuple(high for _low, high in found)
    marked = tuple(n for n, count in enumerate(counts) if exposures[n] > 0 and not lower[n] <= count <= upper[n])
    rate = cases / time
    return ControlChart(
        tuple(counts), tuple(rate * exposure for exposure in exposures), lower, upper, marked, rate, spread
    )


@dataclass(frozen=True)
class RareLimit:
    """``row`` further cases within ``days`` days of one are so seldom that it counts as a signal."""

    row: int
    days: int


@lru_cache(maxsize=4096)
def rare_limit(cases: int, days: int, *, spread: float, tail: float) -> RareLimit:
    """The limit of a g chart after ``cases`` in ``days`` days; ``tail`` is the probability per case.

    Days between like cases are geometric, those over a row of them negative binomial: a row of ``row`` cases takes
    ``days`` or fewer exactly when that many fall into those days, so the exact distribution of the count is asked.
    """
    limit = RareLimit(LEAST_ROW, -1)
    for row in range(LEAST_ROW, MOST_ROW + 1):
        limit = RareLimit(row, _days_of(row, cases, days, spread, tail))
        if limit.days >= RARE_DAYS:
            break
    return limit


def _days_of(row: int, cases: int, days: int, spread: float, tail: float) -> int:
    """The most days within which ``row`` cases are less probable than ``tail``; -1 for none."""
    low, high = -1, days
    while low < high:
        middle = (low + high + 1) // 2
        # Both ends of the row count as whole days, on the side of caution.
        mean, variance = chance.predicted(cases, days, middle + 1, spread)
        if chance.at_least(row, mean, variance) <= tail:
            low = middle
        else:
            high = middle - 1
    return low


def gaps(days: Sequence[date]) -> list[int]:
    """The days between like cases, in order."""
    ordered = sorted(days)
    return [(later - earlier).days for earlier, later in pairwise(ordered)]


def short_row(days: Sequence[date], limit: RareLimit) -> tuple[date, date] | None:
    """The newest row of cases that took no more days than the limit: its first and last day; None for none."""
    ordered = sorted(days)
    for place in range(len(ordered) - 1, limit.row - 1, -1):
        first, last = ordered[place - limit.row], ordered[place]
        if (last - first).days <= limit.days:
            return first, last
    return None
