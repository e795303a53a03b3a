"""What came of recommendations: the effect of one, and those of a month as they stood at its end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select

from mediation.companies import queries as companies
from mediation.companies.headcount_queries import tree_of_figures
from mediation.companies.models import Company
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.recommendations import effect
from mediation.recommendations.effect import Effect
from mediation.recommendations.lifecycle import Status
from mediation.recommendations.models import Recommendation, RecommendationEntry
from mediation.recommendations.queries.letters import Wanted, listed
from mediation.statistics import rates
from mediation.statistics.period import Period
from mediation.statistics.queries import cause_labels, company_names
from mediation.statistics.queries.recurrence import first_received, received_days


def effect_of(actor: Actor, recommendation: Recommendation, *, until: date | None = None) -> Effect | None:
    """The cases of its cause at its company before and after, as far as the days up to ``until`` (default yesterday).

    Parted on the day from which the measures hold, else on the day of service. None before it is served.
    """
    break_on = recommendation.effective_from or recommendation.sent_on
    return None if break_on is None else _effect(actor, recommendation, break_on, until)


def _effect(actor: Actor, recommendation: Recommendation, break_on: date, until: date | None) -> Effect | None:
    last = until or clock.today() - timedelta(days=1)
    begun = first_received(actor)
    company = companies.survivor_of(db.session.get_one(Company, recommendation.company_id))
    if begun is None:
        return None
    first = max(begun, effect.add_months(break_on, -effect.LONGEST_BEFORE))
    last = min(last, effect.add_months(break_on, effect.LONGEST_AFTER) - timedelta(days=1))
    days = received_days(actor, company, recommendation.cause, Period(first, last)) if first <= last else {}
    months = effect.months_around(break_on, known_from=first, known_until=last)
    base = _couriers(actor, company, [*months[0], *months[1]])
    return effect.measure(days, break_on, known_from=first, known_until=last, couriers=base)


def _couriers(actor: Actor, company: Company, months: Sequence[tuple[date, date]]) -> dict[date, float]:
    """The base of a company's rates by the first day of some months, as the statistics have it (``rates.Base``).

    A month is missing where an outlet has no figure.
    """
    if not months:
        return {}
    tree, found = tree_of_figures(actor, company, months[-1][1]), {}
    for first, last in months:
        base = rates.bases(tree.parents, tree.figures, Period(first, last), only=(company.id,)).get(company.id)
        if base is not None and base.is_complete:
            found[first] = float(base.couriers)
    return found


@dataclass(frozen=True)
class MonthRow:
    """One letter as it stood at the end of a period. Days are civil dates, None where it has not happened by then.

    ``cause`` is the Chinese name. ``sent``, ``answered``, ``corrected``, ``closed``: whether it happened within the
    period. ``is_late``: no answer although the reply day had passed. ``before`` and ``after`` are the cases of so many
    whole months (``months_before``, ``months_after``); ``ratio`` is cases per day after ÷ before with its 95 % interval
    ``low`` to ``high`` (``high`` None: nothing bounds it). ``verdict`` is a key of ``labels.VERDICTS``, "" before there
    is anything to compare.
    """

    id: int
    number: str
    title: str
    company_id: int
    company: str
    cause: str
    status: str
    sent_on: date
    answer_by: date | None
    answered_on: date | None
    effective_from: date | None
    verified_on: date | None
    closed_on: date | None
    sent: bool
    answered: bool
    corrected: bool
    closed: bool
    is_late: bool
    months_before: int
    months_after: int
    before: int
    after: int
    ratio: float | None
    low: float | None
    high: float | None
    verdict: str


def of_month(actor: Actor, period: Period, *, company: Company | None = None) -> list[MonthRow]:
    """The letters of a month's report, by day of service: served by its end and not closed before it began.

    As they stood at the end of the period, from the days their history gives, so that a past month looks the same
    whenever it is asked for. ``company`` narrows it to one company's tree.
    """
    statement = listed(actor, Wanted(company=company.id if company else None)).where(
        Recommendation.sent_on <= period.last,
        or_(Recommendation.closed_on.is_(None), Recommendation.closed_on >= period.first),
    )
    rows = db.session.scalars(statement.order_by(Recommendation.sent_on, Recommendation.id)).all()
    history = _history([row.id for row in rows], period.last)
    names, causes = company_names(row.company_id for row in rows), cause_labels()
    return [
        _month_row(actor, row, history.get(row.id, []), period, names[row.company_id], causes.get(row.cause, row.cause))
        for row in rows
    ]


def _history(ids: Sequence[int], until: date) -> dict[int, list[RecommendationEntry]]:
    """The entries of some recommendations that had happened by a day, oldest first."""
    statement = select(RecommendationEntry).where(
        RecommendationEntry.recommendation_id.in_(ids), RecommendationEntry.happened_on <= until
    )
    found: dict[int, list[RecommendationEntry]] = {}
    for entry in db.session.scalars(statement.order_by(RecommendationEntry.id)):
        found.setdefault(entry.recommendation_id, []).append(entry)
    return found


_STATUS_OF = {
    "sent": Status.SENT,
    "answered": Status.ANSWERED,
    "verified": Status.VERIFIED,
    "not_done": Status.NOT_DONE,
    "closed": Status.CLOSED,
}


def _month_row(
    actor: Actor,
    row: Recommendation,
    history: Sequence[RecommendationEntry],
    period: Period,
    company: str,
    cause: str,
) -> MonthRow:
    last = {entry.kind: entry for entry in history}
    first = {entry.kind: entry.happened_on for entry in reversed(history)}
    status = next((_STATUS_OF[one.kind] for one in reversed(history) if one.kind in _STATUS_OF), Status.SENT)
    from_text = last["answered"].data.get("effective_from") if "answered" in last else None
    effective_from = date.fromisoformat(from_text) if from_text else None
    sent_on = row.sent_on or period.last
    found = _effect(actor, row, effective_from or sent_on, period.last)
    ratio = found.ratio if found else None
    return MonthRow(
        id=row.id,
        number=row.number or "",
        title=row.title,
        company_id=row.company_id,
        company=company,
        cause=cause,
        status=status.value,
        sent_on=sent_on,
        answer_by=row.answer_by,
        answered_on=first.get("answered"),
        effective_from=effective_from,
        verified_on=first.get("verified"),
        closed_on=first.get("closed"),
        sent=period.contains(sent_on),
        answered=period.contains(first.get("answered")),
        corrected=period.contains(first.get("verified")),
        closed=period.contains(first.get("closed")),
        is_late=status is Status.SENT and row.answer_by is not None and row.answer_by < period.last,
        months_before=len(found.before) if found else 0,
        months_after=len(found.after) if found else 0,
        before=found.cases_before if found else 0,
        after=found.cases_after if found else 0,
        ratio=ratio.value if ratio else None,
        low=ratio.low if ratio else None,
        high=ratio.high if ratio and math.isfinite(ratio.high) else None,
        verdict=found.verdict if found else "",
    )
