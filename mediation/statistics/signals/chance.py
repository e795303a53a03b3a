"""Counts of rare and independent events: exact limits of the Poisson distribution, and of the wider one for counts that
vary more than chance alone (negative binomial, given by its mean and variance)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache

# So many standard deviations below the mean there is less than a rounding of a sum (under 1e-16).
_FAR = 8.5


def terms(mean: float, variance: float) -> Iterator[tuple[int, float]]:
    """(count, probability) from far below the mean upwards, without end. Variances below the mean count as Poisson.

    Raises ValueError for a negative mean.
    """
    if mean < 0:
        raise ValueError("a mean count is not negative")
    if mean == 0:
        yield 0, 1.0
        return
    count = max(0, math.floor(mean - _FAR * math.sqrt(max(mean, variance))))
    if variance <= mean * (1 + 1e-9):
        term = math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
        while True:
            yield count, term
            count += 1
            term *= mean / count
    size = mean * mean / (variance - mean)
    share = mean / (size + mean)
    log_term = math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
    term = math.exp(log_term + size * math.log1p(-share) + count * math.log(share))
    while True:
        yield count, term
        term *= (count + size) / (count + 1) * share
        count += 1


def upper_limit(mean: float, variance: float, tail: float) -> int:
    """The least count that is exceeded with at most the probability ``tail``."""
    below = 0.0
    for count, term in terms(mean, variance):
        below += term
        if 1 - below <= tail:
            return count
    return 0


def lower_limit(mean: float, variance: float, tail: float) -> int:
    """The greatest count below which one falls with at most the probability ``tail``; 0 where none is that unlikely."""
    below = 0.0
    for count, term in terms(mean, variance):
        below += term
        if below > tail:
            return count
    return 0


def quantiles(mean: float, variance: float, shares: Sequence[float]) -> list[tuple[int, float, float]]:
    """For each of several probabilities, the least first: the count at which it is reached, the probability of less, and
    of that very count. One walk for all of them, which for large means is long. Raises ValueError for an order that falls.
    """
    if list(shares) != sorted(shares):
        raise ValueError("probabilities are asked for from the least on")
    found: list[tuple[int, float, float]] = []
    below = 0.0
    for count, term in terms(mean, variance):
        while below + term >= shares[len(found)]:
            found.append((count, below, term))
            if len(found) == len(shares):
                return found
        below += term
    raise ValueError("no such probability")


@lru_cache(maxsize=4096)
def limits(mean: float, variance: float, tail: float) -> tuple[int, int]:
    """(:func:`lower_limit`, :func:`upper_limit`): the points of one chart share few exposures."""
    return lower_limit(mean, variance, tail), upper_limit(mean, variance, tail)


def at_least(count: int, mean: float, variance: float) -> float:
    """The probability of so many or more."""
    below = 0.0
    for value, term in terms(mean, variance):
        if value >= count:
            break
        below += term
    return max(0.0, 1 - below)


def dispersion(counts: Sequence[int], exposures: Sequence[float]) -> float:
    """How much more counts vary than chance alone would have it: Pearson's statistic over its degrees of freedom.

    1 at least, since less variation than by chance is itself chance; 1 for fewer than two counts or for no case.
    """
    whole, time = sum(counts), sum(exposures)
    if len(counts) < 2 or not whole or time <= 0:
        return 1.0
    rate = whole / time
    total = sum((n - rate * e) ** 2 / (rate * e) for n, e in zip(counts, exposures, strict=True) if e > 0)
    return max(1.0, total / (len(counts) - 1))


def predicted(cases: int, exposure: float, coming: float, spread: float) -> tuple[float, float]:
    """(mean, variance) of the count in an exposure to come, after ``cases`` in an ``exposure``.

    The variance holds what the rate may differ from its estimate: few cases of the past make a wide limit. Half a case
    is added, so that a cause that never occurred does not count as impossible. ``spread`` is the :func:`dispersion`.
    """
    mean = (cases + 0.5) / exposure * coming
    return mean, spread * mean * (1 + mean / (cases + 0.5))
