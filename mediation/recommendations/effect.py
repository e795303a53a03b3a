"""Whether cases became fewer after a recommendation: the same count before and after, and a broken time series. Pure.

Two ways, each with a 95 % interval. The rate ratio compares all days after with all days before: given the sum of the
two counts, the later one is binomial (exact, Clopper-Pearson). The interrupted time series fits ``log(count) = level +
slope·month + change of level + change of slope`` to monthly counts (Poisson, log link, by iteratively reweighted least
squares; the dispersion is estimated and never taken below one) and asks how the level changed at the break, with what
was rising or falling anyway taken out.
"""

from __future__ import annotations

import calendar
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mediation.statistics.signals.chance import beta_share

LEVEL = 0.95
# Fewer whole months than these show nothing: below them no number is given, only why there is none.
MONTHS_BEFORE, MONTHS_AFTER = 3, 3
SERIES_BEFORE, SERIES_AFTER = 6, 6
LONGEST_BEFORE, LONGEST_AFTER = 24, 24
FEWEST_CASES = 6  # before and after together
_ROUNDS, _NEAR = 60, 1e-9


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95 % interval; ``high`` is infinite where nothing bounds it."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Month:
    """One whole month counted from the break: its first day, last day, cases and (if known) average number of couriers."""

    first: date
    last: date
    cases: int
    couriers: float | None = None

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Effect:
    """What can be said. ``verdict``: too_early, no_past, too_few, fell, rose, not_shown.

    ``ratio`` is cases per day (per courier and day with a base) after ÷ before; ``level`` the change of level of the
    series as a factor, with ``series_verdict``: too_short, no_fit, fell, rose, not_shown.
    """

    break_on: date
    before: tuple[Month, ...]
    after: tuple[Month, ...]
    verdict: str
    ratio: Interval | None
    series_verdict: str
    level: Interval | None
    slope: Interval | None
    dispersion: float | None
    has_base: bool

    @property
    def cases_before(self) -> int:
        return sum(month.cases for month in self.before)

    @property
    def cases_after(self) -> int:
        return sum(month.cases for month in self.after)

    @property
    def per_month_before(self) -> float | None:
        return self.cases_before / len(self.before) if self.before else None

    @property
    def per_month_after(self) -> float | None:
        return self.cases_after / len(self.after) if self.after else None

    @property
    def rate_before(self) -> float | None:
        """Cases a month per 1,000 couriers; None without a base."""
        return _rate(self.before) if self.has_base else None

    @property
    def rate_after(self) -> float | None:
        return _rate(self.after) if self.has_base else None


def _rate(months: Sequence[Month]) -> float | None:
    base = sum(month.couriers or 0 for month in months)
    return 1000 * sum(month.cases for month in months) / base if base else None


def add_months(day: date, count: int) -> date:
    """The same day so many months later, or the month's last where it has no such day."""
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_around(
    break_on: date, *, known_from: date, known_until: date
) -> tuple[list[tuple[date, date]], list[tuple[date, date]]]:
    """(first day, last day) of the whole months before and after a break, counted from it so that none lies across it.

    Only months of which every day is known, at most ``LONGEST_BEFORE`` and ``LONGEST_AFTER`` of them, in order.
    """
    firsts = [add_months(break_on, count) for count in range(-LONGEST_BEFORE, LONGEST_AFTER + 1)]
    whole = [(first, following - timedelta(days=1)) for first, following in itertools.pairwise(firsts)]
    known = [one for one in whole if known_from <= one[0] and one[1] <= known_until]
    return [one for one in known if one[0] < break_on], [one for one in known if one[0] >= break_on]


def measure(
    by_day: Mapping[date, int],
    break_on: date,
    *,
    known_from: date,
    known_until: date,
    couriers: Mapping[date, float] | None = None,
) -> Effect:
    """The effect of what changed on ``break_on``.

    ``by_day``: cases received per civil day. ``couriers``: average headcount by the first day of a month of the
    series; it is used only where it is known (and not zero) for every month.
    """
    spans = months_around(break_on, known_from=known_from, known_until=known_until)
    known = couriers or {}
    has_base = any(spans) and all(known.get(first) for first, _last in itertools.chain(*spans))

    def month(first: date, last: date) -> Month:
        days = (first + timedelta(days=at) for at in range((last - first).days + 1))
        return Month(first, last, sum(by_day.get(day, 0) for day in days), known[first] if has_base else None)

    before, after = (tuple(month(*span) for span in side) for side in spans)
    verdict, ratio = _compared(before, after)
    series_verdict, level, slope, dispersion = _series(before, after)
    return Effect(break_on, before, after, verdict, ratio, series_verdict, level, slope, dispersion, has_base)


def exposure(months: Sequence[Month]) -> float:
    """Days under observation, or courier-days where the headcount is known."""
    return float(sum(month.days * (1 if month.couriers is None else month.couriers) for month in months))


def _compared(before: Sequence[Month], after: Sequence[Month]) -> tuple[str, Interval | None]:
    if len(before) < MONTHS_BEFORE:
        return "no_past", None
    if len(after) < MONTHS_AFTER:
        return "too_early", None
    earlier, later = (sum(month.cases for month in months) for months in (before, after))
    if earlier + later < FEWEST_CASES:
        return "too_few", None
    ratio = rate_ratio(earlier, exposure(before), later, exposure(after))
    return _said(ratio), ratio


def _said(interval: Interval) -> str:
    if interval.high < 1:
        return "fell"
    return "rose" if interval.low > 1 else "not_shown"


def rate_ratio(earlier: int, exposure_earlier: float, later: int, exposure_later: float) -> Interval:
    """Later rate ÷ earlier rate with its exact interval: given the sum, ``later`` is binomial (Clopper-Pearson).

    Raises ValueError where nothing was observed.
    """
    total = earlier + later
    if exposure_earlier <= 0 or exposure_later <= 0 or total <= 0:
        raise ValueError("nothing was observed")
    tail = (1 - LEVEL) / 2

    def as_ratio(share: float) -> float:
        return math.inf if share >= 1 else share / (1 - share) * exposure_earlier / exposure_later

    low = 0.0 if later == 0 else beta_quantile(tail, later, earlier + 1)
    high = 1.0 if earlier == 0 else beta_quantile(1 - tail, later + 1, earlier)
    return Interval(as_ratio(later / total), as_ratio(low), as_ratio(high))


def _series(
    before: Sequence[Month], after: Sequence[Month]
) -> tuple[str, Interval | None, Interval | None, float | None]:
    if len(before) < SERIES_BEFORE or len(after) < SERIES_AFTER:
        return "too_short", None, None, None
    months = [*before, *after]
    # Without cases on one side the level there has no logarithm: the change is then beyond measuring.
    fitted = interrupted([month.cases for month in months], [exposure([month]) for month in months], len(before))
    if fitted is None:
        return "no_fit", None, None, None
    level, slope, dispersion = fitted
    return _said(level), level, slope, dispersion


def interrupted(
    counts: Sequence[int], exposures: Sequence[float], break_at: int
) -> tuple[Interval, Interval, float] | None:
    """(change of level, change of slope per month, dispersion) at the break before index ``break_at``, as factors.

    None where no fit is found, as with no case at all on one side. Intervals by Student's t, since the dispersion is
    estimated from the same few months.
    """
    if not (0 < break_at < len(counts)) or not sum(counts[:break_at]) or not sum(counts[break_at:]):
        return None
    rows = [
        (1.0, float(at - break_at), float(at >= break_at), float(max(0, at - break_at))) for at in range(len(counts))
    ]
    fitted = poisson_fit(rows, counts, [math.log(one) for one in exposures])
    if fitted is None:
        return None
    beta, covariance, means = fitted
    freedom = len(counts) - len(beta)
    pearson = sum((count - mean) ** 2 / mean for count, mean in zip(counts, means, strict=True))
    dispersion = max(1.0, pearson / freedom)
    reach = t_quantile(1 - (1 - LEVEL) / 2, freedom) * math.sqrt(dispersion)

    def factor(place: int) -> Interval:
        spread = reach * math.sqrt(covariance[place][place])
        return Interval(*(_exp(beta[place] + shift) for shift in (0.0, -spread, spread)))

    return factor(2), factor(3), dispersion


def _exp(value: float) -> float:
    return math.exp(value) if value < 700 else math.inf


def poisson_fit(
    rows: Sequence[Sequence[float]], counts: Sequence[int], offsets: Sequence[float]
) -> tuple[list[float], list[list[float]], list[float]] | None:
    """(coefficients, their covariance for dispersion one, fitted means) by reweighted least squares; None: no fit."""
    size = len(rows[0])
    beta: list[float] | None = None
    means = [count + 0.5 for count in counts]
    for _round in range(_ROUNDS):
        logs = [math.log(mean) - offset for mean, offset in zip(means, offsets, strict=True)]
        working = [log + (count - mean) / mean for log, count, mean in zip(logs, counts, means, strict=True)]
        information = [
            [sum(mean * row[i] * row[j] for row, mean in zip(rows, means, strict=True)) for j in range(size)]
            for i in range(size)
        ]
        score = [sum(mean * row[i] * z for row, mean, z in zip(rows, means, working, strict=True)) for i in range(size)]
        covariance = inverse(information)
        if covariance is None:
            return None
        new = [sum(covariance[i][j] * score[j] for j in range(size)) for i in range(size)]
        linear = [
            sum(one * part for one, part in zip(row, new, strict=True)) + offset
            for row, offset in zip(rows, offsets, strict=True)
        ]
        if max(map(abs, linear)) > 500:
            return None
        means = [max(math.exp(one), 1e-12) for one in linear]
        if beta is not None and max(abs(one - old) for one, old in zip(new, beta, strict=True)) < _NEAR:
            # A coefficient that runs away ends as one that no data hold: say nothing then.
            return None if max(map(abs, new[1:])) > 20 else (new, covariance, means)
        beta = new
    return None


def inverse(matrix: Sequence[Sequence[float]]) -> list[list[float]] | None:
    """The inverse by Gauss-Jordan with pivoting; None for a singular matrix."""
    size = len(matrix)
    work = [[*row, *(float(i == j) for j in range(size))] for i, row in enumerate(matrix)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(work[row][column]))
        if abs(work[pivot][column]) < 1e-12:
            return None
        work[column], work[pivot] = work[pivot], work[column]
        scale = work[column][column]
        work[column] = [value / scale for value in work[column]]
        for row in range(size):
            if row != column and (times := work[row][column]):
                work[row] = [value - times * part for value, part in zip(work[row], work[column], strict=True)]
    return [row[size:] for row in work]


def beta_quantile(share: float, a: float, b: float) -> float:
    """The x with I_x(a, b) = share, by halving."""
    low, high = 0.0, 1.0
    for _round in range(200):
        middle = (low + high) / 2
        if beta_share(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def t_quantile(share: float, freedom: float) -> float:
    """The quantile of Student's t for a share above one half."""
    x = beta_quantile(2 * (1 - share), freedom / 2, 0.5)
    return math.sqrt(freedom * (1 - x) / x)
