"""How many couriers the companies have on average in a period: what rates are divided by."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from mediation.companies.headcount_queries import tree_of_figures
from mediation.companies.models import Company
from mediation.core.actor import Actor
from mediation.statistics import rates
from mediation.statistics.period import Period
from mediation.statistics.rates import Base


@dataclass(frozen=True)
class Bases:
    """The base per company with all below it (``whole``), for itself alone (``own``), and of all together (``all``).

    ``names`` is per company.
    """

    whole: dict[int, Base[int]]
    own: dict[int, Base[int]]
    all: Base[int]
    names: dict[int, str]

    def together(self, companies: Collection[int]) -> Base[int]:
        """The base of several companies that do not hold each other."""
        return rates.together(self.whole.get(one, Base()) for one in companies)


class Couriers:
    """The companies of a subtree (of all trees with None) that the actor may see, with their figures, read once."""

    def __init__(self, actor: Actor, company: Company | None, until: date) -> None:
        self._tree = tree_of_figures(actor, company, until)

    def in_period(self, period: Period) -> Bases:
        """The bases of a period that does not end after the day up to which figures were read."""
        tree = self._tree
        whole = rates.bases(tree.parents, tree.figures, period)
        tops = (whole[one] for one, parent in tree.parents.items() if parent not in tree.parents)
        return Bases(whole, rates.own_bases(tree.figures, period), rates.together(tops), dict(tree.names))


def bases_for(actor: Actor, period: Period, company: Company | None = None) -> Bases:
    """The bases of a subtree (of all companies with None) that the actor may see."""
    return Couriers(actor, company, period.last).in_period(period)
