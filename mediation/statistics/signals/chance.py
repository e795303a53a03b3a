"""Counts of rare and independent events: exact limits of the Poisson distribution, and of the wider one for counts that
vary more than chance alone (negative binomial, given by its mean and variance)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from statistics import NormalDist

# So many standard deviations below the mean there is less than a rounding of a sum (under 1e-16).
_FAR = 8.5
# A variance that is more than the mean by a rounding is that of a Poisson distribution.
_WIDER = 1 + 1e-9
# With so large a standard deviation a walk through all counts takes longer than finding the place by itself.
_LONG = 50


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
    if variance <= mean * _WIDER:
        term = math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))
        while True:
            yield count, term
            count += 1
            term *= mean / count
    size, share, term = _wider(count, mean, variance)
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
    of that very count. One walk for all of them, or where that would be long, one from near each. Raises ValueError
    for an order that falls.
    """
    if list(shares) != sorted(shares):
        raise ValueError("probabilities are asked for from the least on")
    if variance > mean * _WIDER and variance > _LONG * _LONG:
        return [_reached(mean, variance, share) for share in shares]
    found: list[tuple[int, float, float]] = []
    below = 0.0
    for count, term in terms(mean, variance):
        while below + term >= shares[len(found)]:
            found.append((count, below, term))
            if len(found) == len(shares):
                return found
        below += term
    raise ValueError("no such probability")


def _wider(count: int, mean: float, variance: float) -> tuple[float, float, float]:
    """(size, share, probability of a count) of the negative binomial distribution of a mean and variance."""
    size = mean * mean / (variance - mean)
    share = mean / (size + mean)
    log_term = math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
    return size, share, math.exp(log_term + size * math.log1p(-share) + count * math.log(share))


def _reached(mean: float, variance: float, wanted: float) -> tuple[int, float, float]:
    """What :func:`quantiles` says of one probability, from where a bent normal distribution would have it."""
    z, spread = NormalDist().inv_cdf(wanted), math.sqrt(variance)
    bent = z + (z * z - 1) / 6 * (2 * variance / mean - 1) / spread
    count = max(0, round(mean + bent * spread))
    size, share, term = _wider(count, mean, variance)
    below = beta_share(1 - share, size, count) if count else 0.0
    while below >= wanted:
        term *= count / (count + size - 1) / share
        count -= 1
        below -= term
    while below + term < wanted:
        below += term
        term *= (count + size) / (count + 1) * share
        count += 1
    return count, below, term


def beta_share(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), by its continued fraction (Lentz)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_share(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > tiny else tiny)
    result = d
    for m in range(1, 1000):
        for step in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                     -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):  # fmt: skip
            d = 1 + step * d
            c = 1 + step / c
            d = 1 / (d if abs(d) > tiny else tiny)
            c = c if abs(c) > tiny else tiny
            result *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return front * result / a


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
