"""The chart beside the table: the same for the page (SVG) and for the PDF."""

from __future__ import annotations

from flask_babel import gettext as _

from mediation.core.i18n import listed
from mediation.documents.typeset.charts import Chart, Series
from mediation.statistics import columns
from mediation.statistics.labels import TABLES
from mediation.statistics.metrics import Measure
from mediation.statistics.view import Row, View

MOST_BARS, MOST_MONTHS = 12, 36
FEN_OF_TEN_THOUSAND_YUAN = 1_000_000


def chart_of(view: View) -> Chart | None:
    """The largest rows as bars, months as lines; None where there are fewer than two to compare."""
    codes = ("concluded",) if view.by == "outcome" else columns.CHARTED[view.wish.show]
    measures = [columns.measure(code) for code in codes]
    if view.by == "month":
        rows, kind = view.rows[-MOST_MONTHS:], "lines"
    else:
        rows, kind = _largest(view, codes), "hbars"
    if len(rows) < 2 or not any(_height(row, one) for row in rows for one in measures):
        return None
    return Chart(
        kind,  # type: ignore[arg-type]
        f"{TABLES[view.by]}{_('：')}{listed(_(one.label) for one in measures)}",
        tuple(row.label for row in rows),
        tuple(Series(_(one.label), tuple(_height(row, one) for row in rows)) for one in measures),
        unit=_unit(measures[0]),
    )


def _largest(view: View, codes: tuple[str, ...]) -> list[Row]:
    rows = [row for row in view.rows if any(row.rank(code) for code in codes)]
    return sorted(rows, key=lambda row: -row.rank(codes[0]))[:MOST_BARS]


def _height(row: Row, measure: Measure) -> float | None:
    value = row.value(measure.code)
    if value is None or measure.code in row.marks:
        return None
    match measure.unit:
        case "fen":
            return value / FEN_OF_TEN_THOUSAND_YUAN
        case "share":
            return round(value * 100, 1)
    return float(value)


def _unit(measure: Measure) -> str:
    return {"fen": _("万元"), "share": "%", "day": _("天"), "person": _("人"), "item": _("项")}.get(
        measure.unit, _("件")
    )


def height_of(chart: Chart) -> int:
    """How high the chart stands on the page, in pixels at a width of 720."""
    return 260 if chart.kind == "lines" else 90 + 34 * len(chart.labels)
