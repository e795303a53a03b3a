"""Grouped counts and sums: by company, station, cause, and over all.

The conditions come from the same ``Filters`` as the list of cases, so that a figure and the list behind it cannot
differ.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import date
from typing import Any

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
from mediation.statistics.queries.passes import Question
from mediation.statistics.queries.scope import EVERYTHING, Scope, where


def by_company(
    actor: Actor,
    period: Period,
    scope: Scope = EVERYTHING,
    *,
    below: Company | None = None,
    paid_until: date | None = None,
) -> dict[int | None, Tally]:
    """Tallies by the main respondent's headquarters; with ``below`` by the companies directly under one.

    None is the cases that name no company, or with ``below`` those against that very company. ``paid_until`` leaves out
    what was paid after a day, so that a past month looks the same whenever it is asked for.
    """
    key = top_company(actor) if below is None else child_of(below)
    cut = made.cut_by_company(actor, scope, below)
    return _tallies(Question(actor, scope, (key,), _as_it_is), period, cut, paid_until=paid_until)


def by_outlet(
    actor: Actor, period: Period, scope: Scope = EVERYTHING, *, paid_until: date | None = None
) -> dict[int | None, Tally]:
    """Tallies by outlet; None for the cases against companies above them."""
    return _tallies(Question(actor, scope, (Case.level3_id,), _as_it_is), period, None, paid_until=paid_until)


def by_station(
    actor: Actor, period: Period, scope: Scope = EVERYTHING, *, paid_until: date | None = None
) -> dict[int | None, Tally]:
    """Tallies by station; None for cases without one."""
    cut = made.cut_of(actor, scope, "station", lambda key: int(key) or None)
    return _tallies(Question(actor, scope, (Case.station_id,), _as_it_is), period, cut, paid_until=paid_until)


def by_cause(
    actor: Actor, period: Period, scope: Scope = EVERYTHING, *, paid_until: date | None = None
) -> dict[str, Tally]:
    """Tallies by main cause, or by its branches where the scope is one main cause."""
    name = str if scope.cause is not None else main_cause
    cut = made.cut_of(actor, scope, "cause", name)
    return _tallies(Question(actor, scope, (Case.category_code,), name), period, cut, paid_until=paid_until)


def by_full_cause(
    actor: Actor, period: Period, scope: Scope = EVERYTHING, *, paid_until: date | None = None
) -> dict[str, Tally]:
    """Tallies by the full code of the main cause, branches apart."""
    cut = made.cut_of(actor, scope, "cause", str)
    return _tallies(Question(actor, scope, (Case.category_code,), str), period, cut, paid_until=paid_until)


def by_track(
    actor: Actor, period: Period, scope: Scope = EVERYTHING, *, paid_until: date | None = None
) -> dict[str, Tally]:
    """Tallies by track (law.md 1.1)."""
    question, cut = Question(actor, scope, (Case.track,), _as_it_is), made.cut_of(actor, scope, "track")
    return _tallies(question, period, cut, paid_until=paid_until)


def by_relationship(
    actor: Actor, period: Period, scope: Scope = EVERYTHING, *, paid_until: date | None = None
) -> dict[str, Tally]:
    """Tallies by the relationship between the parties (law.md 1.5)."""
    question, cut = Question(actor, scope, (Case.relationship,), _as_it_is), made.cut_of(actor, scope, "relationship")
    return _tallies(question, period, cut, paid_until=paid_until)


def main_cause(code: Hashable) -> str:
    """The main cause of a category code."""
    return str(code).partition(".")[0]


def overall(actor: Actor, period: Period, scope: Scope = EVERYTHING, *, paid_until: date | None = None) -> Tally:
    """The tally of all cases of a scope."""
    question, cut = _whole(actor, scope)
    return metrics.total(_tallies(question, period, cut, paid_until=paid_until).values())


def child_of(company: Company) -> ColumnElement[int | None]:
    """The company directly under another one that a case belongs to."""
    if company.level == 1:
        return func.coalesce(Case.level2_id, Case.level3_id)
    return Case.level3_id


def _as_it_is(key: Any) -> Any:
    return key


def _whole(actor: Actor, scope: Scope) -> tuple[Question, Cut | None]:
    """The question for all cases of a scope, under keys that say nothing."""
    return Question(actor, scope, (Case.level1_id,), _as_it_is), made.cut_of(actor, scope, "", lambda _key: None)


def _tallies(
    question: Question, period: Period, cut: Cut | None, *, paid_until: date | None = None
) -> dict[Any, Tally]:
    """Everything under the question's keys: what the months say that still hold, and the cases of all other days."""
    parts = [*_parts(question, period, cut, passes.count)]
    if paid_until:
        parts += passes.paid_after(question, period, paid_until)
    # A key whose cases count for nothing (a refusal among the results) is no row of a table.
    return {key: tally for key, tally in metrics.tallies(parts).items() if tally != Tally()}


def _parts(question: Question, period: Period, cut: Cut | None, count: Callable[..., Iterable[Part]]) -> Iterator[Part]:
    committee_id = question.actor.committee_id
    months = made.standing_months(committee_id, period) if cut else []
    if cut:
        yield from made.counted(committee_id, months, cut)
    for span in made.spans(period, months):
        yield from count(question, span)


def received_money(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> int:
    """Fen paid in the period, whenever the case was received or settled."""
    question, cut = _whole(actor, scope)
    return metrics.total(metrics.tallies(_parts(question, period, cut, passes.paid)).values()).received_fen


def by_month(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> dict[str, Tally]:
    """Tallies of the months of a period, by their key (``2026-10``); of a month cut off, of the days inside."""
    question, cut = _whole(actor, scope)
    months = made.standing_months(actor.committee_id, period) if cut else []
    parts: list[Part] = [(month_key(one), {}) for one in months_of(period)]
    parts += made.by_month(actor.committee_id, months, cut) if cut else []
    for one in months_of(period):
        if month_key(one) not in months:
            parts += [(month_key(one), part) for _key, part in passes.count(question, one)]
    return dict(sorted(metrics.tallies(parts).items()))


def received_by_month(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> dict[str, int]:
    """New cases by month (``2026-10``), consultations left out; a month without one stands with 0."""
    _question, cut = _whole(actor, scope)
    counts = {month_key(one): 0 for one in months_of(period)}
    months = made.standing_months(actor.committee_id, period) if cut else []
    if cut:
        counts |= {key: part["cases"] for key, part in made.by_month(actor.committee_id, months, cut)}
    for span in made.spans(period, months):
        for day, cases in received_by_day(actor, span, scope).items():
            counts[day.strftime("%Y-%m")] += cases
    return counts


def received_by_day(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> dict[date, int]:
    """New cases per day, consultations left out; days without one are missing."""
    filters = scope.filters(received_from=period.first, received_to=period.last, disputes=True)
    statement = select(Case.received_on, func.count()).where(*where(actor, filters)).group_by(Case.received_on)
    return dict(db.session.execute(statement).all())
