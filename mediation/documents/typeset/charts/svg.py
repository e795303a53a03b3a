"""A chart as inline SVG: ink from `currentColor`, no `style` attribute and no identifiers, so that a strict
Content-Security-Policy holds and several charts can share a page."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from mediation.documents.typeset.charts.drawing import shapes
from mediation.documents.typeset.charts.model import (
    CHINESE,
    Bar,
    Chart,
    Funnel,
    Label,
    Marker,
    Ring,
    Shape,
    Stroke,
    Words,
)
from mediation.documents.typeset.charts.patterns import GROUNDS, RING, TONES, hatching, marker_points


def to_svg(chart: Chart | Funnel, width: float = 480, height: float = 220, words: Words = CHINESE) -> str:
    """The chart as an inline `<svg role="img">` with title and description, for readers of the language of ``words``."""
    chart = replace(chart, words=words)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" viewBox="0 0 {_number(width)} {_number(height)}"'
        f' aria-label="{escape(chart.title)}">',
        f"<title>{escape(chart.title)}</title><desc>{escape(chart.description or chart.in_words())}</desc>",
        *(_svg(shape) for shape in shapes(chart, width, height)),
        "</svg>",
    ]
    return "".join(parts)


def _svg(shape: Shape) -> str:
    match shape:
        case Bar():
            return _svg_bar(shape)
        case Stroke(points, width, dash, is_faint):
            path = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
            dashes = f' stroke-dasharray="{" ".join(map(_number, dash))}"' if dash else ""
            faint = ' stroke-opacity="0.2"' if is_faint else ""
            return (
                f'<polyline points="{path}" fill="none" stroke="currentColor" stroke-width="{width}"{dashes}{faint}/>'
            )
        case Marker(x, y, tone, tip):
            corners = " ".join(f"{_number(px)},{_number(py)}" for px, py in marker_points(shape))
            title = f"<title>{escape(tip)}</title>" if tip else ""
            if corners:
                return f'<polygon class="tone-{tone}" points="{corners}" fill="currentColor">{title}</polygon>'
            return f'<circle class="tone-{tone}" cx="{_number(x)}" cy="{_number(y)}" r="2.6" fill="currentColor">{title}</circle>'
        case Ring(x, y):
            return (
                f'<circle class="ring" cx="{_number(x)}" cy="{_number(y)}" r="{_number(RING)}" fill="none"'
                ' stroke="currentColor" stroke-width="1.2"/>'
            )
        case Label(x, y, text, anchor, size):
            return (
                f'<text x="{_number(x)}" y="{_number(y)}" text-anchor="{anchor}" font-size="{_number(size)}"'
                f' fill="currentColor">{escape(text)}</text>'
            )


def _svg_bar(bar: Bar) -> str:
    opacity = _number(GROUNDS[bar.tone % TONES])
    title = f"<title>{escape(bar.tip)}</title>" if bar.tip else ""
    rect = (
        f'<rect class="tone-{bar.tone}" x="{_number(bar.x)}" y="{_number(bar.y)}" width="{_number(bar.width)}"'
        f' height="{_number(bar.height)}" fill="currentColor" fill-opacity="{opacity}" stroke="currentColor"'
        f' stroke-width="0.6">{title}</rect>'
    )
    # A bar has dozens of lines: all four ends in one go, to a hundredth of the width of a page.
    segments = "".join(["M%.5g %.5gL%.5g %.5g" % (*start, *end) for start, end in hatching(bar)])  # noqa: UP031
    return rect + (f'<path d="{segments}" stroke="currentColor" stroke-width="0.6"/>' if segments else "")


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
