"""Rates with a base: cases per 1,000 couriers. Pure.

A base is the average number of couriers and drivers of a company and all below it in a period: per company the mean
over the civil days of the period from its first figure on, then added up. An outlet without any figure would make every
rate above it too high, so it is named and no rate is given until it has one (0 is a figure).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Generic, TypeVar

from mediation.statistics.metrics.measure import N_, Measure
from mediation.statistics.period import Period

K = TypeVar("K", bound=Hashable)
PER = 1_000
_A_DAY = timedelta(days=1)

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
    total, days = _courier_days(figures, period)
    return Fraction(total, days) if days else None


def _courier_days(figures: Sequence[tuple[date, int]], period: Period) -> tuple[int, int]:
    """(couriers added up over the days that have a figure, how many days these are)."""
    total = days = 0
    after = period.last + _A_DAY
    for at, (from_on, couriers) in enumerate(figures):
        until = figures[at + 1][0] if at + 1 < len(figures) else after
        length = (min(until, after) - max(from_on, period.first)).days
        if length > 0:
            total, days = total + couriers * length, days + length
    return total, days


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


class Forest(Generic[K]):
    """The companies of some trees with their figures in a period. Each base is made when it is asked for, in one walk
    over the companies it stands for, in whole numbers of days.

    ``parents`` names the company above each (None, or one that is not among them: a top). A company that has others
    below it needs no figure of its own.
    """

    def __init__(
        self, parents: Mapping[K, K | None], figures: Mapping[K, Sequence[tuple[date, int]]], period: Period
    ) -> None:
        self._figures, self._period = figures, period
        self._below: dict[K, list[K]] = {}
        self._days: dict[K, tuple[int, int]] = {}
        self.tops: list[K] = []
        for one, parent in parents.items():
            if parent is None or parent not in parents:
                self.tops.append(one)
            else:
                self._below.setdefault(parent, []).append(one)

    def whole(self, *ones: K) -> Base[K]:
        """The base of some companies, that do not hold each other, with all below them."""
        sums: dict[int, int] = {}  # by the number of days that they are added up over
        counted, without, waiting = 0, [], list(reversed(ones))
        while waiting:
            one = waiting.pop()
            total, days = self._own(one)
            below = self._below.get(one)
            if days:
                counted += 1
                sums[days] = sums.get(days, 0) + total
            elif not below:
                without.append(one)
            if below:
                waiting += reversed(below)
        couriers = sum((Fraction(total, days) for days, total in sums.items()), Fraction(0))
        return Base(couriers, counted, tuple(without))

    def own(self, one: K) -> Base[K]:
        """The base of a company for itself, those below it left out. Raises KeyError where it has none."""
        total, days = self._own(one)
        if not days:
            raise KeyError(one)
        return Base(Fraction(total, days), 1)

    def _own(self, one: K) -> tuple[int, int]:
        if one not in self._figures:
            return 0, 0
        if one not in self._days:
            self._days[one] = _courier_days(self._figures[one], self._period)
        return self._days[one]


def bases(
    parents: Mapping[K, K | None],
    figures: Mapping[K, Sequence[tuple[date, int]]],
    period: Period,
    *,
    only: Collection[K] | None = None,
) -> dict[K, Base[K]]:
    """The base of every company with all below it, or of those in ``only``: see :class:`Forest`."""
    forest = Forest(parents, figures, period)
    return {one: forest.whole(one) for one in parents if only is None or one in only}


def together(several: Iterable[Base[K]]) -> Base[K]:
    """The base of companies that have nobody in common."""
    return sum(several, Base())


def per_thousand(cases: int, base: Base[K] | None) -> float | None:
    """Cases per 1,000 couriers; None without a complete base."""
    return float(PER * cases / base.couriers) if base is not None and base.is_complete else None
