"""What the statistics page is asked for and what it shows: its rows, its figures and the addresses behind them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _

from mediation.companies.models import Company
from mediation.core.actor import Actor
from mediation.statistics import columns, metrics, rates
from mediation.statistics.display import NONE, change, shown
from mediation.statistics.masking import Marks
from mediation.statistics.metrics import Measure, Tally, Value
from mediation.statistics.period import Period
from mediation.statistics.queries import Scope
from mediation.statistics.rates import Base


@dataclass(frozen=True)
class Wish:
    """What an address asks for. ``show`` names a group of columns, ``compare`` is "", before or year.

    ``by`` names a table; "" is the one that the reader needs most: a company's outlets, for others the companies.
    """

    period: Period
    scope: Scope
    by: str = ""
    show: str = "overview"
    compare: str = ""
    is_masked: bool = False
    preset: str | None = None


@dataclass(frozen=True)
class Row:
    """One line: its name, where it leads, its figures, and what narrows the case list to it (None: no list is exact).

    ``period`` is that of the row where it is not the page's. ``base`` is what its rate is divided by. ``marks`` stand in
    the place of hidden figures; ``earlier`` is what it is compared with, ``part_of`` how many results there are in all.
    """

    label: str
    tally: Tally
    key: Hashable = None
    href: str | None = None
    dimensions: Mapping[str, object] | None = None
    period: Period | None = None
    base: Base[int] | None = None
    part_of: int = 0
    marks: Marks = field(default_factory=dict)
    earlier: Row | None = None
    outcome: str | None = None

    def value(self, code: str) -> Value:
        """A figure of the row, hidden or not."""
        match code:
            case "rate":
                return rates.per_thousand(self.tally.cases, self.base)
            case "part":
                return self.tally.concluded / self.part_of if self.part_of else None
        return columns.ALL[code].value(self.tally)

    def text(self, code: str) -> str:
        """The figure as shown, or the mark in its place; a dash where there would be nothing to hide."""
        value = self.value(code)
        return shown(code, value) if value is None else self.marks.get(code) or shown(code, value)

    def rank(self, code: str) -> float:
        """What the row is sorted by: a hidden count has none, or its place would tell it."""
        return 0 if code in self.marks else self.value(code) or 0

    def change(self, code: str) -> str:
        """How it differs from earlier, in words; empty without anything to compare with, or where one is hidden."""
        if self.earlier is None or code in self.marks or code in self.earlier.marks:
            return ""
        words = change(code, self.value(code), self.earlier.value(code), _("个百分点"))
        return "" if words == NONE else words


@dataclass(frozen=True)
class Cell:
    """A figure as shown, with the list of its cases where there is one to open."""

    measure: Measure
    text: str
    href: str | None
    change: str = ""
    numerator_href: str | None = None


@dataclass(frozen=True)
class Tile:
    """A large figure, the same in the period before and in the year before, and how it differs from both."""

    cell: Cell
    before: str
    before_change: str
    year: str
    year_change: str


@dataclass(frozen=True)
class View:
    """What the page shows: period, scope, which table, its rows and their sum.

    ``whole`` holds all cases of the scope, as the sum does unless the rows are results.
    """

    actor: Actor
    wish: Wish
    company: Company | None
    rows: tuple[Row, ...]
    total: Row
    whole: Row
    total_before: Row
    total_year: Row
    without_base: tuple[tuple[int, str], ...] = ()
    parts: dict[tuple[Hashable, ...], str] = field(default_factory=dict)  # of addresses: they cost more than a figure

    @property
    def period(self) -> Period:
        return self.wish.period

    @property
    def scope(self) -> Scope:
        return self.wish.scope

    @property
    def by(self) -> str:
        return self.wish.by

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The columns."""
        codes = columns.OUTCOME_COLUMNS if self.by == "outcome" else columns.GROUPS[self.wish.show]
        return tuple(map(columns.measure, codes))

    @property
    def shown(self) -> tuple[Measure, ...]:
        """The columns and the large figures: what the page must define."""
        codes = dict.fromkeys((*columns.TILES, *(one.code for one in self.measures)))
        return tuple(map(columns.measure, codes))

    def cells(self, row: Row) -> list[Cell]:
        """The figures of a row; nothing to open where nothing was counted or the figure is hidden."""
        return [self.cell(row, measure) for measure in self.measures]

    def cell(self, row: Row, measure: Measure) -> Cell:
        """One figure of a row."""
        value = row.value(measure.code)
        # A rate of nothing and no days at all are made of cases, too; a count or sum of nothing is not.
        has_cases = value is not None if measure.unit in ("share", "day", "rate") else bool(value)
        text, how = row.text(measure.code), row.change(measure.code)
        if row.dimensions is None or not has_cases or measure.code in row.marks:
            return Cell(measure, text, None, how)
        numerator = self._list(row, measure, numerator=True) if measure.numerator_filters is not None else None
        return Cell(measure, text, self._list(row, measure), how, numerator)

    def _list(self, row: Row, measure: Measure, *, numerator: bool = False) -> str:
        filters = measure.numerator_filters if numerator else measure.filters
        period = row.period or self.period
        counted = self._part(
            (measure.counts_by, filters, period), lambda: metrics.counted_in(measure, period, numerator=numerator)
        )
        dimensions = tuple((row.dimensions or {}).items())
        of_row = self._part((*dimensions, row.outcome), lambda: _of_row(row))
        return f"{self.cases}?{counted}&{of_row}" if of_row else f"{self.cases}?{counted}"

    def _part(self, key: tuple[Hashable, ...], arguments: Callable[[], dict[str, str]]) -> str:
        """A part of an address, written once: the figures of a column share one, those of a row another."""
        if key not in self.parts:
            self.parts[key] = urlencode(arguments())
        return self.parts[key]

    @cached_property
    def cases(self) -> str:
        """The address of the list of cases."""
        return url_for("cases.index")

    def tiles(self) -> list[Tile]:
        """The figures that stand large above the table."""
        found = []
        for code in columns.TILES:
            row = self.whole
            found.append(
                Tile(
                    self.cell(row, columns.ALL[code]),
                    self.total_before.text(code),
                    replace(row, earlier=self.total_before).change(code),
                    self.total_year.text(code),
                    replace(row, earlier=self.total_year).change(code),
                )
            )
        return found

    def arguments(self, **other: Any) -> dict[str, Any]:
        """The arguments of this page's address, some of them changed (None takes one away)."""
        wish = self.wish
        span = {"preset": wish.preset} if wish.preset else _span(wish.period)
        found: dict[str, Any] = {
            **span,
            "by": wish.by,
            "show": wish.show if wish.show != "overview" else None,
            "compare": wish.compare or None,
            "mask": "1" if wish.is_masked else None,
            "company": wish.scope.company,
            "station": wish.scope.station,
            "cause": wish.scope.cause,
            "track": wish.scope.track,
            "relationship": wish.scope.relationship,
        } | other
        return {name: value for name, value in found.items() if value is not None}

    def address(self, **other: Any) -> str:
        """This page with some arguments changed."""
        if {"from", "to"} & set(other):
            other = {"preset": None, **other}
        elif "preset" in other:
            other = {"from": None, "to": None, **other}
        return url_for("statistics.index", **self.arguments(**other))


def _of_row(row: Row) -> dict[str, str]:
    arguments = metrics.narrowed(row.dimensions or {})
    return arguments if row.outcome is None else arguments | {"outcome": row.outcome}


def _span(period: Period) -> dict[str, str]:
    return {"from": period.first.isoformat(), "to": period.last.isoformat()}
