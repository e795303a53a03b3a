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
    limits = {name: tuple(_line(rate, spread, tail, widest)) for name, tail in LIMITS.items()}
    return FunnelData(placed, rate, spread, limits)


def _spread(entries: Sequence[Entry], rate: float) -> float:
    """The dispersion among companies; 1 unless it is more than the dispersion itself swings by chance."""
    scores = sorted(2 * (math.sqrt(entry.cases) - math.sqrt(rate * entry.exposure)) for entry in entries)
    cut = round(len(scores) * _PULLED_IN)
    low, high = scores[cut], scores[-1 - cut]
    found = sum(min(max(score, low), high) ** 2 for score in scores) / len(scores)
    return found if found > 1 + 2 * math.sqrt(2 / len(scores)) else 1.0


def _place(entry: Entry, rate: float, spread: float) -> Place:
    mean = rate * entry.exposure
    variance = spread * mean
    if entry.cases > chance.upper_limit(mean, variance, LIMITS["99.8%"]):
        return "very_high"
    if entry.cases > chance.upper_limit(mean, variance, LIMITS["95%"]):
        return "high"
    if entry.cases < chance.lower_limit(mean, variance, LIMITS["99.8%"]):
        return "very_low"
    if entry.cases < chance.lower_limit(mean, variance, LIMITS["95%"]):
        return "low"
    return "inside"


def _exposures(widest: float) -> Iterator[float]:
    """Closer together on the left, where the limits bend."""
    for step in range(1, _STEPS + 1):
        yield widest * (step / _STEPS) ** 2


def _line(rate: float, spread: float, tail: float, widest: float) -> Iterator[tuple[float, float, float]]:
    for x in _exposures(widest):
        low, high = _band(rate * x, spread, tail, x)
        # Where not even one case is expected, no count is improbable enough, and there is no upper limit to draw.
        if high > rate:
            yield x, low, high


def _band(mean: float, spread: float, tail: float, exposure: float) -> tuple[float, float]:
    """Low and high limit as rates, between whole counts by the share of the probability, so that the line is smooth."""
    low, below, variance = None, 0.0, spread * mean
    for count, term in chance.terms(mean, variance):
        after = below + term
        if low is None and after >= tail:
            low = _within(count, tail - below, term)
        if low is not None and after >= 1 - tail:
            return low / exposure, _within(count, 1 - tail - below, term) / exposure
        below = after
    raise ValueError("no such probability")


def _within(count: int, missing: float, term: float) -> float:
    """Where between the count before and this one a probability is reached."""
    return max(0.0, count - 1 + missing / term) if count else 0.0
