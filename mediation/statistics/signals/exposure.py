"""How many couriers stand behind a company's cases week by week: the exposure of the charts of control.

A company's exposure is that of all companies below it that told a number. Before the first number it told, that number
counts: a number that is told for the first time changes no rate. Who told none has the same exposure every week.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import accumulate, pairwise

from mediation.companies.headcount_queries import Tree

DAYS = 7
Figures = Sequence[tuple[date, int]]


class Couriers:
    """The numbers of a tree of companies, asked for by company."""

    def __init__(self, tree: Tree):
        self._own = {company_id: figures for company_id, figures in tree.figures.items() if figures}
        self._below: dict[int, list[int]] = defaultdict(list)
        for company_id, parent_id in tree.parents.items():
            if parent_id is not None:
                self._below[parent_id].append(company_id)
        self._weekly: dict[tuple[int, date, int], Sequence[float]] = {}

    def _figures(self, company_id: int) -> list[Figures]:
        if not self._own:
            return []
        found, waiting = [], [company_id]
        while waiting:
            one = waiting.pop()
            if one in self._own:
                found.append(self._own[one])
            waiting += self._below.get(one, ())
        return found

    def is_known(self, company_id: int) -> bool:
        """Whether anybody in the company's tree told a number."""
        return bool(self._figures(company_id))

    def on(self, company_id: int, *days: date) -> list[int]:
        """The couriers of the company's tree on some days in their order; 0 where nobody told a number."""
        known = self._figures(company_id)
        couriers = sum(figures[0][1] for figures in known)
        changes = sorted(
            (day, count - before) for figures in known for (_day, before), (day, count) in pairwise(figures)
        )
        found, at = [], 0
        for asked in days:
            while at < len(changes) and changes[at][0] <= asked:
                couriers += changes[at][1]
                at += 1
            found.append(couriers)
        return found

    def weekly(self, company_id: int, first_on: date, weeks: int) -> Sequence[float]:
        """Courier-days of each week from a Monday on; days where no number is known.

        All series of a company have the same ones, so they are made once and shared.
        """
        asked = company_id, first_on, weeks
        if asked not in self._weekly:
            self._weekly[asked] = self._weeks(*asked)
        return self._weekly[asked]

    def _weeks(self, company_id: int, first_on: date, weeks: int) -> Sequence[float]:
        known = self._figures(company_id)
        if not known:
            return _same(weeks)
        changes = [0] * (weeks + 1)
        for figures in known:
            before = 0
            for at, (day, count) in enumerate(figures):
                # It counts from the first Monday on or after its day; the first number also before.
                week = min(max(-(-(day - first_on).days // DAYS), 0), weeks) if at else 0
                changes[week] += count - before
                before = count
        exposures = tuple(float(DAYS * couriers) for couriers in accumulate(changes[:weeks]))
        return exposures if any(exposures) else _same(weeks)


@lru_cache(maxsize=8)
def _same(weeks: int) -> Sequence[float]:
    return (float(DAYS),) * weeks
