"""The figures of a month, frozen as plain JSON: everything the report prints, and nothing it would have to look up.

No name of a person goes in. Keys: ``month``, ``from``, ``to``, ``as_of`` (ISO dates), ``committee``, ``headline``
(code, value, previous, last_year), ``movement``, ``total``, ``companies``, ``stations``, ``causes`` (rows of ``name``,
``id`` and one value per measure), ``months`` (month, cases), ``overdue`` (count, items), ``quality``, ``definitions``,
``sentences``. Sums are integer fen, a rate is a fraction.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from mediation.committees.queries import committee_of
from mediation.core.actor import Actor
from mediation.reports import sentences
from mediation.statistics import metrics, queries
from mediation.statistics.metrics import DEFINED, RECEIVED_MONEY, Tally
from mediation.statistics.period import Period, month_before, month_key, month_of

LAYOUT = 2  # raised when a later version freezes other figures; 2: net days beside gross ones
CHART_MONTHS = 25
MOST_COMPANIES = 60
MOST_OVERDUE = 200
SMALL_CELL = 3  # law.md 5.4: below it a number can point to a person
PROVISIONAL = "（暂定）"  # behind a last day that was counted without the calendar of its year
NO_COMPANY, NO_STATION = "（未记公司）", "（未记驿站）"
HEADLINE = (
    "cases",
    "closed",
    "concluded",
    "settled",
    "settlement_rate",
    "median_days",
    "p90_days",
    "median_net_days",
    "p90_net_days",
    "claimed_fen",
    "agreed_fen",
    "received_fen",
)


def take(actor: Actor, period: Period, *, today: date) -> dict[str, Any]:
    """Freeze a month. Of a month that is not over, what is known on ``today``; otherwise the same rows give the same JSON."""
    as_of = min(period.last, today)
    companies = queries.by_company(actor, period, paid_until=as_of)
    total = metrics.total(companies.values())
    overdue, late = queries.overdue_at(actor, as_of, limit=MOST_OVERDUE)
    moved = queries.movement(actor, period)
    figures: dict[str, Any] = {
        "layout": LAYOUT,
        "month": month_key(period),
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "as_of": as_of.isoformat(),
        "committee": committee_of(actor).name,
        "headline": _headline(actor, period, total),
        "movement": asdict(moved) | {"difference": moved.difference},
        "total": metrics.figures(total),
        "companies": _companies(companies),
        "stations": _rows(queries.by_station(actor, period, paid_until=as_of), queries.station_names, NO_STATION),
        "causes": _rows(queries.by_cause(actor, period, paid_until=as_of), lambda _codes: queries.cause_labels(), ""),
        "months": _months(actor, period),
        "overdue": {
            "count": overdue,
            "items": [
                {
                    "number": row.number,
                    "company": row.company or NO_COMPANY,
                    "rule": row.rule,
                    "last_day": row.last_day.isoformat() + (PROVISIONAL if row.is_provisional else ""),
                    "days_late": (as_of - row.last_day).days,
                }
                for row in late
            ],
        },
        "quality": {
            "without_company": companies.get(None, Tally()).cases,
            "small_cell": SMALL_CELL,
        },
        "definitions": [
            {"code": measure.code, "label": measure.label, "definition": measure.definition} for measure in DEFINED
        ],
    }
    figures["sentences"] = sentences.write(figures)
    return figures


def _headline(actor: Actor, period: Period, total: Tally) -> list[dict[str, Any]]:
    columns = []
    for span in (period, month_before(period), month_before(period, 12)):
        tally = total if span is period else queries.overall(actor, span)
        columns.append(metrics.figures(tally) | {RECEIVED_MONEY.code: queries.received_money(actor, span)})
    return [
        {"code": code, "value": columns[0][code], "previous": columns[1][code], "last_year": columns[2][code]}
        for code in HEADLINE
    ]


def _rows(
    tallies: Mapping[Any, Tally], names_of: Callable[[Any], Mapping[Any, str]], nameless: str
) -> list[dict[str, Any]]:
    names = names_of(tallies)
    rows = [
        {"id": key, "name": names.get(key, nameless if key is None else str(key))} | metrics.figures(tally)
        for key, tally in tallies.items()
    ]
    return sorted(rows, key=_by_weight)


def _by_weight(row: Mapping[str, Any]) -> Any:
    """The most cases first; what has no name last among equals."""
    return (-row["cases"], -row["concluded"], -row["closed"], row["id"] is None, row["name"])


def _companies(tallies: Mapping[Hashable, Tally]) -> list[dict[str, Any]]:
    rows = _rows(tallies, queries.company_names, NO_COMPANY)
    if len(rows) <= MOST_COMPANIES:
        return rows
    # The rest in one line, so that the table still adds up.
    rest = rows[MOST_COMPANIES - 1 :]
    merged = metrics.total(tallies[row["id"]] for row in rest)
    name = f"其余 {len(rest)} 家"
    return [*rows[: MOST_COMPANIES - 1], {"id": 0, "name": name} | metrics.figures(merged)]


def _months(actor: Actor, period: Period) -> list[dict[str, Any]]:
    first = month_before(period, CHART_MONTHS - 1)
    counts = {month_key(month_before(period, back)): 0 for back in range(CHART_MONTHS - 1, -1, -1)}
    for day, count in queries.received_by_day(actor, Period(first.first, period.last)).items():
        counts[month_key(month_of(day))] += count
    return [{"month": key, "cases": count} for key, count in counts.items()]
