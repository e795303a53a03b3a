"""From a chart to its shapes: one geometry for the page and for paper."""

from __future__ import annotations

from mediation.documents.typeset.charts.limits import Control, FunnelPlot
from mediation.documents.typeset.charts.model import Chart, Funnel, Shape
from mediation.documents.typeset.charts.plot import Bars, Dots, Lines, LyingBars, LyingStacked, Plot, Stacked

_PLOTS: dict[str, type[Plot]] = {
    "bars": Bars,
    "hbars": LyingBars,
    "lines": Lines,
    "stacked": Stacked,
    "hstacked": LyingStacked,
    "dots": Dots,
    "control": Control,
}


def shapes(chart: Chart | Funnel, width: float, height: float) -> list[Shape]:
    """The chart's shapes in a box with the origin at its top left corner, in points."""
    plot = FunnelPlot(chart, width, height) if isinstance(chart, Funnel) else _PLOTS[chart.kind](chart, width, height)
    return list(plot.shapes())
