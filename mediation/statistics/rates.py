"""Rates with a base: cases per 1,000 couriers. Pure.

A base is the average number of couriers and drivers of a company and all below it in a period: per company the mean
over the civil days of the period from its first figure on, then added up. An outlet without any figure would make every
rate above it too high, so it is named and no rate is given until it has one (0 is a figure).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Generic, TypeVar

from mediation.statistics.metrics.measure import N_, Measure
from mediation.statistics.period import Period

K = TypeVar("K", bound=Hashable)
PER = 1_000

RATE = Measure(
    "rate",
    N_("每千人收案"),
    N_(
        "统计期内的收案件数除以同期快递员、驾驶员的平均人数，再乘以一千；平均人数从首次登记人数之日起按自然日加权，下级公司的人数相加。有网点没有登记人数的，不计算。"
    ),
    N_("登记日在统计期内的案件（不含咨询）"),
    N_("统计期内快递员、驾驶员的平均人数（千人）"),
    "received_on",
    "rate",
    lambda _tally: None,  # not a function of cases alone: see per_thousand
    (("disputes", "1"),),
)


def average(figures: Sequence[tuple[date, int]], period: Period) -> Fraction | None:
    """The mean number of couriers over the days of a period, from the first day on that has a figure.

    ``figures`` holds (from_on, couriers), oldest first; each counts until the next. None where the period has none.
    """
    total = days = 0
    for at, (from_on, couriers) in enumerate(figures):
        until = figures[at + 1][0] - timedelta(days=1) if at + 1 < len(figures) else period.last
        length = (min(until, period.last) - max(from_on, period.first)).days + 1
        if length > 0:
            total, days = total + couriers * length, days + length
    return Fraction(total, days) if days else None


@dataclass(frozen=True)
class Base(Generic[K]):
    """What a rate is divided by. ``counted`` companies have a figure, the outlets in ``without`` have none."""

    couriers: Fraction = Fraction(0)
    counted: int = 0
    without: tuple[K, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether every outlet has a figure, and there is anybody at all."""
        return not self.without and self.couriers > 0

    def __add__(self, other: Base[K]) -> Base[K]:
        return Base(
            self.couriers + other.couriers,
            self.counted + other.counted,
            tuple(dict.fromkeys(self.without + other.without)),
        )


def bases(
    parents: Mapping[K, K | None],
    figures: Mapping[K, Sequence[tuple[date, int]]],
    period: Period,
    *,
    only: Collection[K] | None = None,
) -> dict[K, Base[K]]:
    """The base of every company with all below it, or of those in ``only``.

    ``parents`` names the company above each (None, or one that is not among them: a top). A company that has others
    below it needs no figure of its own.
    """
    below: dict[K, list[K]] = defaultdict(list)
    for one, parent in parents.items():
        if parent is not None and parent in parents:
            below[parent].append(one)
    found: dict[K, Base[K]] = {}

    def of(one: K) -> Base[K]:
        if one not in found:
            mean = average(figures.get(one, ()), period)
            own: Base[K] = Base(mean or Fraction(0), int(mean is not None))
            if mean is None and not below[one]:
                own = Base(without=(one,))
            found[one] = together([own, *(of(child) for child in below[one])])
        return found[one]

    return {one: of(one) for one in parents if only is None or one in only}


def own_bases(figures: Mapping[K, Sequence[tuple[date, int]]], period: Period) -> dict[K, Base[K]]:
    """The base of each company for itself, those below it left out."""
    means = {one: average(rows, period) for one, rows in figures.items()}
    return {one: Base(mean, 1) for one, mean in means.items() if mean is not None}


def together(several: Iterable[Base[K]]) -> Base[K]:
    """The base of companies that have nobody in common."""
    return sum(several, Base())


def per_thousand(cases: int, base: Base[K] | None) -> float | None:
    """Cases per 1,000 couriers; None without a complete base."""
    return float(PER * cases / base.couriers) if base is not None and base.is_complete else None
