"""Charts: one geometry, drawn as inline SVG here and on a PDF canvas by `charts_pdf`.

Bars (upright, lying, stacked), lines, dots, charts of control and funnel plots. Series differ by hatching, dashes and
markers and not by colour, so that a black-and-white copy loses nothing.
"""

from mediation.documents.typeset.charts.drawing import shapes
from mediation.documents.typeset.charts.model import (
    TEXT_SIZE,
    TITLE_SIZE,
    Bar,
    Chart,
    Curve,
    Dot,
    Funnel,
    Label,
    Marker,
    Ring,
    Series,
    Shape,
    Stroke,
    Words,
    value_text,
)
from mediation.documents.typeset.charts.patterns import GROUNDS, RING, TONES, hatch, hatching, marker_points
from mediation.documents.typeset.charts.svg import to_svg
from mediation.documents.typeset.charts.text import scale, shortened, text_width

__all__ = [
    "GROUNDS",
    "RING",
    "TEXT_SIZE",
    "TITLE_SIZE",
    "TONES",
    "Bar",
    "Chart",
    "Curve",
    "Dot",
    "Funnel",
    "Label",
    "Marker",
    "Ring",
    "Series",
    "Shape",
    "Stroke",
    "Words",
    "hatch",
    "hatching",
    "marker_points",
    "scale",
    "shapes",
    "shortened",
    "text_width",
    "to_svg",
    "value_text",
]
