"""Which month, of whose cases, as known on which day: what every page of a report is made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from mediation.companies.models import Company
from mediation.core.actor import Actor, Role
from mediation.statistics import metrics, queries
from mediation.statistics.metrics import Tally
from mediation.statistics.period import Period, month, month_before, month_key, year_to
from mediation.statistics.queries import Scope
from mediation.statistics.queries.bases import Couriers


@dataclass(frozen=True)
class Look:
    """``company`` is the headquarters of a company's part: then ``actor`` sees what its HR sees, and nothing else."""

    actor: Actor
    period: Period
    as_of: date
    company: Company | None = None

    @property
    def scope(self) -> Scope:
        """The cases of the report."""
        if self.company is None:
            return Scope()
        return Scope(company=self.company.id, headquarters=self.company.id)

    @property
    def previous(self) -> Period:
        """The month before."""
        return month_before(self.period)

    @property
    def last_year(self) -> Period:
        """The same month of the year before."""
        return month_before(self.period, 12)

    @property
    def year(self) -> Period:
        """From the first of January to the end of the month, or to today in a month that is not over."""
        return Period(year_to(self.period.last).first, self.period.last)

    @cached_property
    def companies(self) -> dict[int | None, Tally]:
        """Tallies by headquarters; for a company's part by what lies directly under it.

        What was paid so far on the month's results (``paid_fen``) is of today: no page prints it.
        """
        return queries.by_company(self.actor, self.period, self.scope, below=self.company)

    @cached_property
    def late(self) -> dict[int | None, int]:
        """How many deadlines were late when the month ended, by headquarters."""
        return queries.overdue_by_company(self.actor, self.as_of)

    @cached_property
    def couriers(self) -> Couriers:
        """How many couriers the companies of the report have, up to the end of the month."""
        return Couriers(self.actor, self.company, self.period.last)

    @cached_property
    def months(self) -> dict[str, Tally]:
        """Tallies of the thirteen months up to this one, by their key: what it is compared with, and its year."""
        known = queries.by_month(self.actor, Period(self.last_year.first, self.period.last), self.scope)
        known |= {month_key(self.period): self.total}
        keys = (month_key(month_before(self.period, back)) for back in range(12, -1, -1))
        return {key: known.get(key, Tally()) for key in keys}

    def tally(self, period: Period) -> Tally:
        """The tally of some of these months."""
        return metrics.total(tally for key, tally in self.months.items() if period.contains(month(key).first))

    @cached_property
    def total(self) -> Tally:
        """All cases of the month."""
        return metrics.total(self.companies.values())


def as_company(actor: Actor, company: Company) -> Actor:
    """Somebody who sees exactly what the HR of a headquarters sees."""
    return Actor(
        user_id=None,
        name=actor.name,
        committee_id=actor.committee_id,
        roles=frozenset({Role.HR}),
        company_levels=((company.id, company.level),),
    )
