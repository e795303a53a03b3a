"""Grouped counts and sums: by company, station, cause, and over all.

The conditions come from the same ``Filters`` as the list of cases, so that a figure and the list behind it cannot
differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, func, select

from mediation.cases.models import Case
from mediation.companies.models import Company
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.statistics import metrics
from mediation.statistics.metrics import Part, Tally
from mediation.statistics.period import Period, month_key, months_of
from mediation.statistics.policy import top_company
from mediation.statistics.queries import made, passes
from mediation.statistics.queries.made import Cut
from mediation.statistics.queries.questions import Question, told
from mediation.statistics.queries.scope import EVERYTHING, Scope, where
from mediation.statistics.spans import Shared, shared

Tallies: TypeAlias = dict[Any, Tally]


@dataclass(frozen=True)
class Asked:
    """What is counted: the cases of a scope that an actor's figures are made of, under which key, and where their sums
    are kept (None: nowhere)."""

    question: Question
    cut: Cut | None

    def of(self, periods: Sequence[Period], *, keyed: Collection[Period] | None = None) -> list[Tallies]:
        """The tallies by key of each of several periods, read together.

        Only those of the periods ``keyed`` (None: of all) need stand under their own keys; those of the others add up to
        the same whole.
        """
        places = [at for at, period in enumerate(periods) if keyed is None or period in keyed]
        found = self._parts(periods, passes.count, keyed=places)
        # A key whose cases count for nothing (a refusal among the results) is no row of a table.
        return [{key: tally for key, tally in metrics.tallies(parts).items() if tally != Tally()} for parts in found]

    def received_money(self, period: Period) -> int:
        """Fen paid in a period, whenever the cases were received or settled."""
        (parts,) = self._parts([period], passes.paid, keyed=[0])
        return metrics.total(metrics.tallies(parts).values()).received_fen

    def _parts(
        self, periods: Sequence[Period], count: Callable[..., Iterable[Part]], *, keyed: Collection[int]
    ) -> list[list[Part]]:
        committee_id = self.question.actor.committee_id
        kept, pieces = shared(periods, made.standing(committee_id, periods) if self.cut else [])
        found: list[list[Part]] = [[] for _period in periods]
        if self.cut:
            whole = self.cut.whole or self.cut
            cuts = [self.cut if set(one.owners) & set(keyed) else whole for one in kept]
            _give(made.counted(committee_id, list(zip(kept, cuts, strict=True))), kept, found)
        _give(count(self.question, [one.what for one in pieces]), pieces, found)
        return found


def _give(parts: Iterable[Part], several: Sequence[Shared[Any]], found: list[list[Part]]) -> None:
    """Put parts that stand under (place, key) to all periods that the place belongs to."""
    for (place, key), part in parts:  # type: ignore[misc]
        for owner in several[place].owners:
            found[owner].append((key, part))


def asked(actor: Actor, by: str, scope: Scope = EVERYTHING, *, below: Company | None = None) -> Asked:
    """A question by what a table is cut along: company, outlet, station, cause, full_cause, track, relationship, or
    nothing ("": all under None).

    ``company`` is the main respondent's headquarters, with ``below`` the companies directly under one; None the cases
    that name no company, or with ``below`` those against that very company. ``outlet``: None for the cases against
    companies above them. ``cause``: the main one, or its branches where the scope is one main cause.
    """

    def question(column: Any, name: Callable[[Any], Hashable] = _as_it_is) -> Question:
        return Question(actor, scope, (column,), name)

    match by:
        case "":
            # All under one key, but grouped by headquarters: groups that the index has in order need no sorting.
            return Asked(question(Case.level1_id, _nothing), made.cut_of(actor, scope, "", _nothing))
        case "company":
            key = top_company(actor) if below is None else child_of(below)
            return Asked(question(key), made.cut_by_company(actor, scope, below))
        case "outlet":
            return Asked(question(Case.level3_id), None)
        case "station":
            return Asked(question(Case.station_id), made.cut_of(actor, scope, "station", lambda key: int(key) or None))
        case "cause" | "full_cause":
            name = str if by == "full_cause" or scope.cause is not None else main_cause
            return Asked(question(Case.category_code, name), made.cut_of(actor, scope, "cause", name))
        case "track" | "relationship":
            return Asked(question(getattr(Case, by)), made.cut_of(actor, scope, by))
    raise ValueError(by)


def by_company(
    actor: Actor,
    period: Period,
    scope: Scope = EVERYTHING,
    *,
    below: Company | None = None,
) -> dict[int | None, Tally]:
    """Tallies of one period by company (see :func:`asked`)."""
    return asked(actor, "company", scope, below=below).of([period])[0]


def by_station(
    actor: Actor, period: Period, scope: Scope = EVERYTHING, *, paid_until: date | None = None
) -> dict[int | None, Tally]:
    """Tallies of one period by station; None for cases without one."""
    return asked(actor, "station", scope).of([period])[0]


def by_cause(
    actor: Actor, period: Period, scope: Scope = EVERYTHING, *, paid_until: date | None = None
) -> dict[str, Tally]:
    """Tallies of one period by main cause, or by its branches where the scope is one main cause."""
    return asked(actor, "cause", scope).of([period])[0]


def by_full_cause(
    actor: Actor, period: Period, scope: Scope = EVERYTHING, *, paid_until: date | None = None
) -> dict[str, Tally]:
    """Tallies of one period by the full code of the main cause, branches apart."""
    return asked(actor, "full_cause", scope).of([period])[0]


def overall(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> Tally:
    """The tally of all cases of a scope in one period."""
    return metrics.total(asked(actor, "", scope).of([period])[0].values())


def received_money(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> int:
    """Fen paid in the period, whenever the case was received or settled."""
    return asked(actor, "", scope).received_money(period)


def main_cause(code: Hashable) -> str:
    """The main cause of a category code."""
    return str(code).partition(".")[0]


def child_of(company: Company) -> ColumnElement[int | None]:
    """The company directly under another one that a case belongs to."""
    if company.level == 1:
        return func.coalesce(Case.level2_id, Case.level3_id)
    return Case.level3_id


def _as_it_is(key: Any) -> Any:
    return key


def _nothing(_key: Any) -> None:
    return None


def by_month(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> dict[str, Tally]:
    """Tallies of the months of a period, by their key (``2026-10``); of a month cut off, of the days inside."""
    whole = asked(actor, "", scope)
    months = made.standing_months(actor.committee_id, [period]) if whole.cut else []
    parts: list[Part] = [(month_key(one), {}) for one in months_of(period)]
    parts += made.by_month(actor.committee_id, months, whole.cut) if whole.cut else []
    rest = [one for one in months_of(period) if month_key(one) not in months]
    for (place, _key), part in passes.count(whole.question, rest):  # type: ignore[misc]
        parts.append((month_key(rest[place]), part))
    return dict(sorted(metrics.tallies(parts).items()))


def received_by_month(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> dict[str, int]:
    """New cases by month (``2026-10``), consultations left out; a month without one stands with 0."""
    cut = asked(actor, "", scope).cut
    counts = {month_key(one): 0 for one in months_of(period)}
    months = made.standing_months(actor.committee_id, [period]) if cut else []
    if cut:
        sums = made.summed(actor.committee_id, months, cut, ["cases"], by_month=True)
        counts |= {key: part["cases"] for key, part in sums}
    for piece in shared([period], months)[1]:
        for day, cases in received_by_day(actor, piece.what, scope).items():
            counts[day.strftime("%Y-%m")] += cases
    return counts


def received_by_company(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> dict[int | None, int]:
    """New cases by headquarters, consultations left out, and nothing else read for them."""
    one = asked(actor, "company", scope)
    months = made.standing_months(actor.committee_id, [period]) if one.cut else []
    counts: Counter[Any] = Counter()
    if one.cut and months:
        counts.update({key: sums["cases"] for key, sums in made.summed(actor.committee_id, months, one.cut, ["cases"])})
    pieces = [piece.what for piece in shared([period], months)[1]]
    for (_place, key), part in told(one.question, pieces, [passes.received]):  # type: ignore[misc]
        counts[key] += part["cases"]
    return {key: count for key, count in counts.items() if count}


def received_by_day(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> dict[date, int]:
    """New cases per day, consultations left out; days without one are missing."""
    filters = scope.filters(received_from=period.first, received_to=period.last, disputes=True)
    statement = select(Case.received_on, func.count()).where(*where(actor, filters)).group_by(Case.received_on)
    return dict(db.session.execute(statement).all())
