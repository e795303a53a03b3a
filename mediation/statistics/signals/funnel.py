"""The funnel plot: companies of different size beside each other, so that a small outlet is not blamed for noise.

A rate from little exposure swings widely by chance; its limits are wide. They are the exact ones of the distribution of
the count that the common rate makes expected. Where companies differ among themselves by more than chance (they always
do, a little), the limits are widened by that common dispersion, from which the most extreme tenth at both ends is
pulled in first (Spiegelhalter 2005): a few bad ones must not hide themselves.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from mediation.statistics.signals import chance

# Name of a limit in per cent → probability beyond it on one side.
LIMITS = {"95%": 0.025, "99.8%": 0.001}
_PULLED_IN = 0.1
_STEPS = 60
LEAST_COMPANIES, LEAST_CASES = 3, 10
Place = Literal["inside", "high", "very_high", "low", "very_low"]


@dataclass(frozen=True)
class Entry:
    """One company: its cases and the exposure they come from (couriers, or all its cases where none are known)."""

    key: int
    cases: int
    exposure: float


@dataclass(frozen=True)
class Placed:
    """A company in the funnel; ``high`` is beyond the limit of 95 %, ``very_high`` beyond that of 99.8 %."""

    key: int
    cases: int
    exposure: float
    rate: float
    place: Place


@dataclass(frozen=True)
class FunnelData:
    """``rate`` of all per unit of exposure, their ``spread``, and the limits as rates: name → (exposure, low, high) …"""

    placed: tuple[Placed, ...]
    rate: float
    spread: float
    limits: dict[str, tuple[tuple[float, float, float], ...]]


def funnel(entries: Sequence[Entry]) -> FunnelData | None:
    """The companies with an exposure, between the limits of their common rate.

    None where there is nothing to compare: fewer than three companies or ten cases.
    """
    compared = [entry for entry in entries if entry.exposure > 0]
    cases, time = sum(entry.cases for entry in compared), sum(entry.exposure for entry in compared)
    if len(compared) < LEAST_COMPANIES or cases < LEAST_CASES:
        return None
    rate = cases / time
    spread = _spread(compared, rate)
    placed = tuple(
        Placed(entry.key, entry.cases, entry.exposure, entry.cases / entry.exposure, _place(entry, rate, spread))
        for entry in compared
    )
    widest = max(entry.exposure for entry in compared) * 1.05
    return FunnelData(placed, rate, spread, _lines(rate, spread, widest))


def _spread(entries: Sequence[Entry], rate: float) -> float:
    """The dispersion among companies; 1 unless it is more than the dispersion itself swings by chance."""
    scores = sorted(2 * (math.sqrt(entry.cases) - math.sqrt(rate * entry.exposure)) for entry in entries)
    cut = round(len(scores) * _PULLED_IN)
    low, high = scores[cut], scores[-1 - cut]
    found = sum(min(max(score, low), high) ** 2 for score in scores) / len(scores)
    return found if found > 1 + 2 * math.sqrt(2 / len(scores)) else 1.0


def _place(entry: Entry, rate: float, spread: float) -> Place:
    mean = rate * entry.exposure
    far, near = LIMITS["99.8%"], LIMITS["95%"]
    found = chance.quantiles(mean, spread * mean, (far, near, 1 - near, 1 - far))
    very_low, low, high, very_high = (count for count, _below, _term in found)
    if entry.cases > very_high:
        return "very_high"
    if entry.cases > high:
        return "high"
    if entry.cases < very_low:
        return "very_low"
    if entry.cases < low:
        return "low"
    return "inside"


def _exposures(widest: float) -> Iterator[float]:
    """Closer together on the left, where the limits bend."""
    for step in range(1, _STEPS + 1):
        yield widest * (step / _STEPS) ** 2


def _lines(rate: float, spread: float, widest: float) -> dict[str, tuple[tuple[float, float, float], ...]]:
    """(exposure, low, high) of each limit as rates, between whole counts by the share of the probability, so that the
    lines are smooth."""
    names = sorted(LIMITS, key=lambda name: LIMITS[name])
    shares = [*(LIMITS[name] for name in names), *(1 - LIMITS[name] for name in reversed(names))]
    lines: dict[str, list[tuple[float, float, float]]] = {name: [] for name in LIMITS}
    for x in _exposures(widest):
        mean = rate * x
        reached = chance.quantiles(mean, spread * mean, shares)
        rates = [_between(*one, share) / x for one, share in zip(reached, shares, strict=True)]
        for at, name in enumerate(names):
            low, high = rates[at], rates[-1 - at]
            # Where not even one case is expected, no count is improbable enough, and there is no upper limit to draw.
            if high > rate:
                lines[name].append((x, low, high))
    return {name: tuple(line) for name, line in lines.items()}


def _between(count: int, below: float, term: float, share: float) -> float:
    """Where between the count before and this one a probability is reached."""
    return max(0.0, count - 1 + (share - below) / term) if count else 0.0
