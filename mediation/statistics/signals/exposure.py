"""How many couriers stand behind a company's cases week by week: the exposure of the charts of control.

A company's exposure is that of all companies below it that told a number. Before the first number it told, that number
counts: a number that is told for the first time changes no rate. Who told none has the same exposure every week.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

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

    def on(self, company_id: int, day: date) -> int:
        """The couriers of the company's tree on a day; 0 where nobody told a number."""
        return sum(_on(figures, day) for figures in self._figures(company_id))

    def weekly(self, company_id: int, first_on: date, weeks: int) -> list[float]:
        """Courier-days of each week from a Monday on; days where no number is known."""
        known = self._figures(company_id)
        mondays = [first_on + timedelta(weeks=week) for week in range(weeks)]
        exposures = [float(DAYS * sum(_on(figures, monday) for figures in known)) for monday in mondays]
        return exposures if any(exposures) else [float(DAYS)] * weeks


def _on(figures: Figures, day: date) -> int:
    place = bisect_right(figures, day, key=lambda figure: figure[0])
    return figures[max(place - 1, 0)][1]
