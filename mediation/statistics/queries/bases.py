"""How many couriers the companies have on average in a period: what rates are divided by."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from functools import cached_property

from mediation.companies.headcount_queries import Tree, tree_of_figures
from mediation.companies.models import Company
from mediation.core.actor import Actor
from mediation.statistics import rates
from mediation.statistics.period import Period
from mediation.statistics.rates import Base


class OnDemand(Mapping[int, Base[int]]):
    """A base per company, made when it is asked for: of thousands of companies a page names a few."""

    def __init__(self, companies: Collection[int], make: Callable[[int], Base[int]]) -> None:
        self._companies, self._make = companies, make
        self._made: dict[int, Base[int]] = {}

    def __getitem__(self, company: int) -> Base[int]:
        if company not in self._companies:
            raise KeyError(company)
        if company not in self._made:
            self._made[company] = self._make(company)
        return self._made[company]

    def __iter__(self) -> Iterator[int]:
        return iter(self._companies)

    def __len__(self) -> int:
        return len(self._companies)


class Bases:
    """The base per company with all below it (``whole``), for itself alone (``own``), and of all together (``all``).

    ``names`` is per company.
    """

    def __init__(self, tree: Tree, period: Period) -> None:
        self._forest = rates.Forest(tree.parents, tree.figures, period)
        self.whole = OnDemand(tree.parents.keys(), self._forest.whole)
        self.own = OnDemand(tree.figures.keys(), self._forest.own)
        self.names = tree.names

    @cached_property
    def all(self) -> Base[int]:
        """The base of everybody."""
        return self._forest.whole(*self._forest.tops)

    def together(self, companies: Collection[int]) -> Base[int]:
        """The base of several companies that do not hold each other."""
        return rates.together(self.whole.get(one, Base()) for one in companies)


class Couriers:
    """The companies of a subtree (of all trees with None) that the actor may see, with their figures, read once."""

    def __init__(self, actor: Actor, company: Company | None, until: date) -> None:
        self._tree = tree_of_figures(actor, company, until)

    def in_period(self, period: Period) -> Bases:
        """The bases of a period that does not end after the day up to which figures were read."""
        return Bases(self._tree, period)


def bases_for(actor: Actor, period: Period, company: Company | None = None) -> Bases:
    """The bases of a subtree (of all companies with None) that the actor may see."""
    return Couriers(actor, company, period.last).in_period(period)
