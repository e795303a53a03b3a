"""Which cases a figure is made of, in the words of the case list's filters, so that figure and list cannot differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement

from mediation.cases.filters import Filters, conditions
from mediation.companies.models import Company
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.statistics.policy import counted_for


@dataclass(frozen=True)
class Scope:
    """Which cases are looked at, within what the actor may see. Names and meaning as in the case list's filters.

    ``headquarters`` is that of ``company``. It narrows nothing; it only finds the company's cases in the index quicker.
    """

    company: int | None = None
    station: int | None = None
    cause: str | None = None
    track: str | None = None
    headquarters: int | None = None
    relationship: str | None = None

    def filters(self, **more: Any) -> Filters:
        """The filters of the case list for this scope."""
        return Filters(
            main_company=self.company,
            station=self.station,
            cause=self.cause,
            track=self.track,
            relationship=self.relationship,
            **more,
        )

    def dimensions(self) -> dict[str, object]:
        """The scope as dimensions of ``metrics.drill``."""
        return {
            "main_company": self.company,
            "station": self.station,
            "cause": self.cause,
            "track": self.track,
            "relationship": self.relationship,
        }


EVERYTHING = Scope()


def where(actor: Actor, filters: Filters) -> list[ColumnElement[bool]]:
    """The cases of some filters that figures shown to an actor are made of."""
    company = db.session.get(Company, filters.main_company) if filters.main_company else None
    levels = {company.id: company.level} if company else None
    return [counted_for(actor), *conditions(filters, actor.user_id, levels)]
