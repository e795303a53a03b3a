"""The table of the statistics page: figures with the lists behind them, and the same as a chart and as a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from mediation.companies.models import Company
from mediation.companies.queries import ancestors_for, get_for, survivor_of
from mediation.core.actor import Actor
from mediation.documents.typeset.charts import Chart, Series, to_svg
from mediation.statistics import metrics, queries, spreadsheet
from mediation.statistics.display import shown
from mediation.statistics.labels import FIRST_COLUMNS, TABLES
from mediation.statistics.metrics import BY_CODE, Measure, Tally
from mediation.statistics.period import Period
from mediation.statistics.policy import is_company_only
from mediation.statistics.queries import Scope

COLUMNS: tuple[Measure, ...] = metrics.COLUMNS
TILES = ("cases", "concluded", "settled", "settlement_rate", "median_days", "median_net_days")
MOST_BARS = 12


@dataclass(frozen=True)
class Row:
    """One line: its name, where it leads, the figures, and what narrows the case list to it (None: no list is exact)."""

    label: str
    tally: Tally
    href: str | None = None
    dimensions: Mapping[str, object] | None = None


@dataclass(frozen=True)
class Cell:
    """A figure as shown, with the list of its cases where there is one to open."""

    measure: Measure
    text: str
    href: str | None


@dataclass(frozen=True)
class View:
    """What the page shows: period, scope, which table, its rows and their sum."""

    actor: Actor
    period: Period
    scope: Scope
    by: str
    company: Company | None
    rows: tuple[Row, ...]
    total: Row

    def cells(self, row: Row, codes: Sequence[str] | None = None) -> list[Cell]:
        """The figures of a row, by default all columns; nothing to open where nothing was counted."""
        lists: dict[tuple[Any, ...], str] = {}
        return [self._cell(row, measure, lists) for measure in (map(BY_CODE.__getitem__, codes) if codes else COLUMNS)]

    def _cell(self, row: Row, measure: Measure, lists: dict[tuple[Any, ...], str]) -> Cell:
        value = measure.value(row.tally)
        # A rate of nothing and no days at all are made of cases, too; a count or sum of nothing is not.
        has_cases = value is not None if measure.unit in ("share", "day") else bool(value)
        if row.dimensions is None or not has_cases:
            return Cell(measure, shown(measure.code, value), None)
        # Several figures of a row are made of the same cases, and an address costs more than a figure.
        kind = (measure.counts_by, measure.filters)
        if kind not in lists:
            lists[kind] = url_for("cases.index", **metrics.drill(measure, self.period, row.dimensions))
        return Cell(measure, shown(measure.code, value), lists[kind])

    def tiles(self) -> list[Cell]:
        """The figures that stand large above the table."""
        return self.cells(self.total, TILES)

    def arguments(self, **other: Any) -> dict[str, Any]:
        """The arguments of this page's address, some of them changed (None takes one away)."""
        found: dict[str, Any] = {
            "from": self.period.first.isoformat(),
            "to": self.period.last.isoformat(),
            "by": self.by,
            "company": self.scope.company,
            "station": self.scope.station,
            "cause": self.scope.cause,
            "track": self.scope.track,
        } | other
        return {name: value for name, value in found.items() if value is not None}

    def chart(self) -> Markup:
        """The largest rows as bars."""
        largest = [row for row in self.rows if row.tally.cases or row.tally.settled][:MOST_BARS]
        if len(largest) < 2:
            return Markup("")
        codes = ("cases", "settled")
        chart = Chart(
            "hbars",
            f"{TABLES[self.by]}{_('：')}{_('收案')}{_('、')}{_('达成协议')}",
            tuple(row.label for row in largest),
            tuple(
                Series(_(BY_CODE[code].label), tuple(float(BY_CODE[code].value(row.tally) or 0) for row in largest))
                for code in codes
            ),
            unit=_("件"),
        )
        # Made by our own code, which escapes the names in it.
        return Markup(to_svg(chart, width=720, height=90 + 34 * len(largest)))  # noqa: S704

    def table(self) -> spreadsheet.Table:
        """Exactly the rows of the page, for a spreadsheet."""
        heads = [(measure.code, _(measure.label)) for measure in COLUMNS]
        rows = [(row.label, metrics.figures(row.tally)) for row in self.rows]
        table = spreadsheet.of_figures(
            str(TABLES[self.by]), heads, str(FIRST_COLUMNS[self.by]), rows, metrics.figures(self.total.tally)
        )
        span = _("统计期 %(first)s 至 %(last)s", first=self.period.first.isoformat(), last=self.period.last.isoformat())
        where = f"；{self.company.name}" if self.company else ""
        return replace(table, note=_("；").join((span + where, _(metrics.DAYS_COUNTED))))


def view(actor: Actor, period: Period, scope: Scope, by: str) -> View:
    """Count what the page shows. Raises NotFound for a company the actor may not see."""
    if scope.company is None and is_company_only(actor) and len(actor.company_levels) == 1:
        scope = replace(scope, company=actor.company_levels[0][0])
    company = survivor_of(get_for(actor, scope.company)) if scope.company else None
    if company:
        scope = replace(scope, company=company.id, headquarters=company.level1_id)
    made = View(actor, period, scope, by, company, (), Row(_("合计"), Tally()))
    rows = {"company": _companies, "cause": _causes, "station": _stations}[by](made)
    rows = sorted(rows, key=lambda row: (-row.tally.cases, -row.tally.concluded, -row.tally.closed, row.label))
    dimensions = scope.dimensions() if _has_exact_list(made) else None
    total = Row(_("合计"), metrics.total(row.tally for row in rows), None, dimensions)
    return replace(made, rows=tuple(rows), total=total)


def ancestors(made: View) -> list[tuple[str, str]]:
    """(name, address) of the companies above the one that is shown, the headquarters first."""
    above = ancestors_for(made.actor, made.company) if made.company else []
    return [(company.name, url_for(".index", **made.arguments(company=company.id))) for company in above]


def _companies(made: View) -> Sequence[Row]:
    found = queries.by_company(made.actor, made.period, made.scope, below=made.company)
    names = queries.company_names(found)
    rest = made.scope.dimensions()
    rows = []
    for key, tally in found.items():
        if key is None and made.company:
            rows.append(Row(_("%(name)s（本级）", name=made.company.name), tally, None, rest | {"direct": True}))
        elif key is None:
            rows.append(Row(_("（未记公司）"), tally, None, rest | {"main_company": 0}))
        else:
            # A leaf leads nowhere further: it would open onto itself.
            leads = made.company is None or made.company.id != key
            href = url_for(".index", **made.arguments(company=key)) if leads else None
            rows.append(Row(names.get(key, str(key)), tally, href, rest | {"main_company": key}))
    return rows


def _causes(made: View) -> Sequence[Row]:
    found = queries.by_cause(made.actor, made.period, made.scope)
    labels = queries.cause_labels()
    rows = []
    for code, tally in found.items():
        is_main = made.scope.cause is None
        # Cases recorded under a main cause that also has branches: the main cause's list would hold the branches, too.
        is_exact = is_main or code != made.scope.cause or len(found) == 1
        rows.append(
            Row(
                labels.get(code, code),
                tally,
                url_for(".index", **made.arguments(cause=code)) if is_main else None,
                made.scope.dimensions() | {"cause": code} if is_exact and _has_exact_list(made) else None,
            )
        )
    return rows


def _stations(made: View) -> Sequence[Row]:
    found = queries.by_station(made.actor, made.period, made.scope)
    names = queries.station_names(found)
    return [
        Row(
            _("（未记驿站）") if key is None else names.get(key, str(key)),
            tally,
            None if key is None else url_for(".index", **made.arguments(station=key, by="company")),
            made.scope.dimensions() | {"station": key or 0} if _has_exact_list(made) else None,
        )
        for key, tally in found.items()
    ]


def _has_exact_list(made: View) -> bool:
    # HR's own list also holds cases in which its company is not the main respondent, unless it names one company.
    return made.scope.company is not None or not is_company_only(made.actor)
