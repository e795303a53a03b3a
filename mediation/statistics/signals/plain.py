"""The triggers that need no history: several like cases in a short time (law.md 5.4), many workers with one cause.

Ten workers with a common claim may choose representatives (Law on Mediation and Arbitration of Labour Disputes, Art 7):
where they come one by one, the cases that may be one collective case are pointed out together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

REPEAT_CASES, REPEAT_DAYS = 3, 90
# Art 7 says ten; how short a time makes their cases look like one is not said anywhere, so it is a setting.
COLLECTIVE_WORKERS, COLLECTIVE_DAYS = 10, 14


@dataclass(frozen=True)
class Like:
    """One case of a cause at a company: its key, the day it was received, how many workers stand in it."""

    case_id: int
    on: date
    workers: int = 1


@dataclass(frozen=True)
class Cluster:
    """Cases that follow each other so closely that every one lies in a window that is full."""

    cases: tuple[Like, ...]

    @property
    def from_on(self) -> date:
        """The day of the first."""
        return self.cases[0].on

    @property
    def until_on(self) -> date:
        """The day of the last."""
        return self.cases[-1].on

    @property
    def workers(self) -> int:
        """How many workers stand in all of them."""
        return sum(case.workers for case in self.cases)

    def last(self, days: int) -> Cluster:
        """Those of the last so many days of it: a full window again, since every row ends with one."""
        return Cluster(tuple(case for case in self.cases if self.until_on - case.on < timedelta(days=days)))


def repeats(cases: Sequence[Like], *, count: int = REPEAT_CASES, days: int = REPEAT_DAYS) -> list[Cluster]:
    """Rows of at least ``count`` like cases within ``days`` days, in order; overlapping rows are one."""
    return _clusters(cases, [1] * len(cases), count, days)


def collectives(
    cases: Sequence[Like], *, workers: int = COLLECTIVE_WORKERS, days: int = COLLECTIVE_DAYS
) -> list[Cluster]:
    """Two or more cases with together ``workers`` workers or more within ``days`` days.

    One case alone is none of these: with ten workers in it, it is marked as collective already.
    """
    ordered = sorted(cases, key=_order)
    found = _clusters(ordered, [case.workers for case in ordered], workers, days)
    return [cluster for cluster in found if len(cluster.cases) > 1]


def _order(case: Like) -> tuple[date, int]:
    return case.on, case.case_id


def _clusters(cases: Sequence[Like], weights: Sequence[int], least: int, days: int) -> list[Cluster]:
    ordered = sorted(cases, key=_order)
    spans: list[tuple[int, int]] = []
    first, weight = 0, 0
    for last, case in enumerate(ordered):
        weight += weights[last]
        while case.on - ordered[first].on >= timedelta(days=days):
            weight -= weights[first]
            first += 1
        if weight < least:
            continue
        if spans and first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return [Cluster(tuple(ordered[start : end + 1])) for start, end in spans]
