"""What the month's report, a company's page and the page of a signal draw and say of the watch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Row

from mediation.committees.models import Committee
from mediation.companies.headcount_queries import tree_of_figures
from mediation.companies.models import Company
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.statistics.period import Period, month_before, month_key, month_of
from mediation.statistics.queries import signals as queries
from mediation.statistics.queries.bases import Bases, bases_for
from mediation.statistics.queries.figures import received_by_month
from mediation.statistics.queries.scope import Scope
from mediation.statistics.signals import watched
from mediation.statistics.signals.control import ControlChart, chart_of
from mediation.statistics.signals.exposure import Couriers
from mediation.statistics.signals.funnel import Entry, FunnelData, funnel
from mediation.statistics.signals.watching import Watch

MONTHS = 25


# What no history explains comes first, then what may be one dispute of many people, then what was merely counted.
BY_WEIGHT = ("cusum", "u_chart", "g_chart", "collective", "repeat")


def by_weight(found: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Signals in brief in the order in which they deserve to be read, those with most cases first within a kind."""
    return sorted(found, key=lambda one: (BY_WEIGHT.index(one.kind), -one.cases, one.id))


def watched_in(
    actor: Actor, period: Period, found: Sequence[Row[Any]], company: Company | None = None
) -> list[dict[str, Any]]:
    """What was watched by the last watch of the month in which a period ends (see :mod:`watched`), by headquarters.

    ``found``: the signals of the period in brief. One row each, by name: company_id, company, ``charts`` (series with
    enough history), ``too_little`` (series without), ``signals``. With ``company`` one row of its tree alone.
    """
    by_top = Counter(one.level1_id for one in found)
    counts = _counts(actor, period, company)
    names = {key: one.name for key, one in queries.companies_among(counts).items()}
    return [
        {
            "company_id": key,
            "company": names[key],
            "charts": charts,
            "too_little": too_little,
            "signals": by_top.total() if company is not None else by_top[key],
        }
        for key, (charts, too_little) in sorted(counts.items(), key=lambda item: names.get(item[0], ""))
        if key in names
    ]


def _counts(actor: Actor, period: Period, company: Company | None) -> watched.Counts:
    """Series with and without enough history per headquarters, or of a company alone."""
    counts = watched.kept(actor.committee_id, period)
    if counts and company is None:
        return counts
    if counts and company is not None and company.level == 1:
        return {company.id: counts[company.id]} if company.id in counts else {}
    settings = db.session.scalar(select(Committee.settings).where(Committee.id == actor.committee_id)) or {}
    watch = Watch(actor.committee_id or 0, settings, period.last)
    return watch.counts(company.id if company is not None else None)


@dataclass(frozen=True)
class MonthsChart:
    """New cases by month with their limits; ``months`` as 2026-10, ``exposure`` is "couriers" or "days"."""

    months: tuple[str, ...]
    chart: ControlChart
    exposure: str


def months_chart(
    actor: Actor, company: Company | None, cause: str | None, last: Period, months: int = MONTHS
) -> MonthsChart:
    """The u chart of the months up to ``last``, whose own month is the tested one. What lies before the first case of
    the register is no history."""
    periods = [month_before(month_of(last.first), back) for back in range(months - 1, -1, -1)]
    scope = Scope(company=company.id if company else None, cause=cause or None)
    found = received_by_month(actor, Period(periods[0].first, periods[-1].last), scope)
    keys = tuple(month_key(period) for period in periods)
    counts = [found.get(key, 0) for key in keys]
    begins = next((n for n, count in enumerate(counts) if count), len(counts))
    exposures, kind = [float(period.days) for period in periods], "days"
    if company is not None:
        couriers = Couriers(tree_of_figures(actor, company, periods[-1].last))
        told = couriers.on(company.id, *(period.first for period in periods))
        known = [float(count * period.days) for count, period in zip(told, periods, strict=True)]
        if all(known):
            exposures, kind = known, "couriers"
    return MonthsChart(keys, _since(begins, chart_of(counts, exposures, excluded=range(begins))), kind)


def _since(begins: int, chart: ControlChart) -> ControlChart:
    """Without limits and marks for the months before the register began."""
    unknown = (None,) * begins
    return replace(
        chart,
        centre=unknown + chart.centre[begins:],
        lower=unknown + chart.lower[begins:],
        upper=unknown + chart.upper[begins:],
        marked=tuple(place for place in chart.marked if place >= begins),
    )


@dataclass(frozen=True)
class FunnelOf:
    """A funnel plot with the names of its companies. ``unit`` is "couriers" (cases per 1,000 couriers and year, over
    thousand courier-years) or "share" (of the cause among all cases of the company, in per cent, over its cases).
    ``left_out``: companies with cases of which the number of couriers is not known whole.
    """

    data: FunnelData
    names: dict[int, str]
    unit: str
    left_out: tuple[str, ...] = ()


def funnel_of(
    actor: Actor, company: Company | None, cause: str | None, period: Period, *, bases: Bases | None = None
) -> FunnelOf | None:
    """The company among those of its level in its tree, or all headquarters with None; None if nothing compares.

    By couriers where at least three of them told their number; else by the share of the cause among their cases.
    ``bases`` are those of all companies in the period, where the caller has them.
    """
    siblings = queries.siblings_of(actor, company)
    counts = queries.counted_by_company(actor, siblings, cause, period)
    names = {one.id: one.short_name or one.name for one in siblings}
    bases = bases or bases_for(actor, period)
    thousand_years = period.days / 365.25 / 1000
    entries, left_out = [], []
    for one in siblings:
        base = bases.whole.get(one.id)
        if base is not None and base.couriers and not base.without:
            entries.append(Entry(one.id, counts.get(one.id, (0, 0))[0], float(base.couriers) * thousand_years))
        elif counts.get(one.id, (0, 0))[1]:
            left_out.append(one.name)
    by_couriers = funnel(entries)
    if by_couriers is not None:
        return FunnelOf(by_couriers, names, "couriers", tuple(left_out))
    if not cause:
        return None
    shares = [Entry(key, like, whole / 100) for key, (like, whole) in counts.items() if whole]
    by_share = funnel(shares)
    return FunnelOf(by_share, names, "share") if by_share is not None else None
