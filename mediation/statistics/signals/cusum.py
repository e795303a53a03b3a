"""The Poisson CUSUM: a sum that falls while nothing has changed and rises when cases have doubled.

Each week adds its count less a reference; below nothing it starts again. For a doubling of a mean of μ cases a week the
reference is μ / ln 2 (the log-likelihood ratio of both, per case), which lies between μ and 2 μ. The sum signals when it
reaches the decision interval h.

How often that happens by chance depends on h and μ alone. The mean number of weeks between false alarms L satisfies

    h · ln 2 = ln L − c(μ)

for all L that matter here, with the constants c below; they come from the exact Markov chain of the sum and are proved
against it by the tests. An estimated μ is wrong by chance: cases fewer than expected in the past would make false alarms
many times as frequent. ``raised`` lifts the mean just as much as keeps their mean frequency over all such errors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

# The rate that the sum is made to find, as a multiple of that of the history.
SHIFT = 2.0
_LOG = math.log(SHIFT)
# (μ, −c): by how much the decision interval may lie below ln L; a little on the side of caution.
_BELOW = (
    (0.14, 3.40),
    (0.28, 2.82),
    (0.49, 2.45),
    (0.69, 2.05),
    (1.04, 1.88),
    (1.39, 1.65),
    (2.08, 1.48),
    (3.47, 1.35),
    (5.55, 1.32),
    (8.32, 1.38),
    (13.9, 1.55),
    (20.8, 1.80),
)
# By how many standard errors-squared a mean is raised, per unit of h · ln 2: the square of the derivative of the
# exponent of false alarms by the relative error of the mean, divided by two and by the derivative itself.
_RAISE = 1 / (2 * _LOG - 1) / 2


def below(mean: float) -> float:
    """−c(μ), interpolated over the logarithm of μ."""
    if mean <= _BELOW[0][0]:
        return _BELOW[0][1]
    for (low, left), (high, right) in pairwise(_BELOW):
        if mean <= high:
            return left + (right - left) * math.log(mean / low) / math.log(high / low)
    return _BELOW[-1][1]


def decision_interval(mean: float, weeks: float) -> float:
    """h in cases, for a mean of ``mean`` cases a week and one false alarm in ``weeks`` weeks."""
    return max(2.0, (math.log(max(weeks, 1.0)) - below(mean)) / _LOG)


def raised(mean: float, cases: int, spread: float, interval: float) -> float:
    """The mean with the surcharge for its error of estimation from ``cases`` cases with a dispersion ``spread``."""
    return mean * (1 + _RAISE * interval * _LOG * spread / max(cases, 1))


@dataclass(frozen=True)
class Cusum:
    """The sum week by week, in units of ``spread`` cases, its decision interval, and the reference per week."""

    path: tuple[float, ...]
    interval: float
    references: tuple[float, ...]

    def alarms(self) -> list[int]:
        """The weeks (from 0) at which the sum stands at the decision interval or above."""
        return [week for week, value in enumerate(self.path) if value >= self.interval]

    def began(self, week: int) -> int:
        """The week in which the rise up to a week began: the one after the sum was last at nothing."""
        while week > 0 and self.path[week - 1] > 0:
            week -= 1
        return week


def cusum(counts: Sequence[int], means: Sequence[float], *, cases: int, spread: float, weeks: float) -> Cusum:
    """The sum over weeks with these counts and expected means (known from ``cases`` earlier cases).

    Counts that vary more than by chance are brought to scale by their dispersion: the sum of counts divided by it has
    the variance of a Poisson count. ``weeks``: between two false alarms on average.
    """
    mean = sum(means) / len(means) / spread if means else 0.0
    interval = decision_interval(mean, weeks)
    references = tuple(raised(one, cases, spread, interval) / spread * (SHIFT - 1) / _LOG for one in means)
    path: list[float] = []
    value = 0.0
    for count, reference in zip(counts, references, strict=True):
        value = max(0.0, value + count / spread - reference)
        path.append(value)
    return Cusum(tuple(path), interval, references)
