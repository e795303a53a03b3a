"""Bar, horizontal bar and line charts: one geometry, drawn as inline SVG here and on a PDF canvas by `charts_pdf`.

Series differ by hatching, dashes and markers and not by colour, so that a black-and-white copy loses nothing. The SVG
takes its ink from `currentColor`, has no `style` attribute and no identifiers, so that a strict Content-Security-Policy
holds and several charts can share a page.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Literal, NamedTuple

TEXT_SIZE, TITLE_SIZE = 9.0, 11.0
_GAP = 6.0
_DASHES = ((), (5.0, 2.5), (1.5, 2.0), (8.0, 2.0, 1.5, 2.0))
_MARKERS = ("circle", "square", "triangle", "diamond")
_HATCH_STEP = 4.0
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Series:
    """A named row of values, one for each label of the chart; None where there is none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Chart:
    """What to draw. `unit` stands at the axis; `description` tells a reader who cannot see it what it shows."""

    kind: Literal["bars", "hbars", "lines"]
    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    description: str = ""

    def __post_init__(self) -> None:
        if any(len(series.values) != len(self.labels) for series in self.series):
            raise ValueError("every series needs one value for each label")
        if any(value is not None and value < 0 for series in self.series for value in series.values):
            raise ValueError("negative values cannot be drawn")


class Bar(NamedTuple):
    """A rectangle of a series; `tip` is what it says when pointed at."""

    x: float
    y: float
    width: float
    height: float
    tone: int
    tip: str = ""


class Stroke(NamedTuple):
    points: tuple[tuple[float, float], ...]
    width: float = 0.6
    dash: tuple[float, ...] = ()
    is_faint: bool = False


class Marker(NamedTuple):
    x: float
    y: float
    tone: int
    tip: str = ""


class Label(NamedTuple):
    """`y` is the baseline."""

    x: float
    y: float
    text: str
    anchor: Anchor = "start"
    size: float = TEXT_SIZE


Shape = Bar | Stroke | Marker | Label


def shapes(chart: Chart, width: float, height: float) -> list[Shape]:
    """The chart's shapes in a box with the origin at its top left corner, in points."""
    plot = _Plot(chart, width, height)
    return [*plot.head(), *{"bars": plot.bars, "hbars": plot.hbars, "lines": plot.lines}[chart.kind]()]


def text_width(text: str, size: float = TEXT_SIZE) -> float:
    """Width as estimated without a font: a full em for Chinese, 0.56 em for the rest."""
    return sum(1.0 if character > "\u2e7f" else 0.56 for character in text) * size


def value_text(value: float) -> str:
    """1,234 or 12.5: at most one decimal."""
    return f"{value:,.0f}" if abs(value - round(value)) < 0.05 else f"{value:,.1f}"


def scale(highest: float) -> list[float]:
    """Round axis values from 0 to at least the highest, in steps of 1, 2 or 5 times a power of ten."""
    if highest <= 0:
        return [0.0, 1.0]
    raw = highest / 4
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * (1 - 1e-9))
    return [step * number for number in range(math.ceil(highest / step - 1e-9) + 1)]


class _Plot:
    def __init__(self, chart: Chart, width: float, height: float):
        self.chart, self.width, self.height = chart, width, height
        self.top = (
            TITLE_SIZE * 2 + (TEXT_SIZE * 1.8 if len(chart.series) > 1 else 0) + (TEXT_SIZE * 1.2 if chart.unit else 0)
        )
        values = [value for series in chart.series for value in series.values if value is not None]
        self.ticks = scale(max(values, default=0))

    def head(self) -> Iterator[Shape]:
        chart = self.chart
        yield Label(self.width / 2, TITLE_SIZE * 1.2, chart.title, "middle", TITLE_SIZE)
        y = TITLE_SIZE * 2 + TEXT_SIZE
        if len(chart.series) > 1:
            yield from self._legend(y)
            y += TEXT_SIZE * 1.8
        if chart.unit:
            yield Label(0, y - TEXT_SIZE * 0.2, f"单位：{chart.unit}")

    def _legend(self, y: float) -> Iterator[Shape]:
        key = TEXT_SIZE * 2
        widths = [key + _GAP + text_width(series.name) + 2 * _GAP for series in self.chart.series]
        x = (self.width - sum(widths)) / 2
        for tone, (series, width) in enumerate(zip(self.chart.series, widths, strict=True)):
            if self.chart.kind == "lines":
                middle = y - TEXT_SIZE * 0.35
                yield Stroke(((x, middle), (x + key, middle)), 1.4, _DASHES[tone % 4])
                yield Marker(x + key / 2, middle, tone)
            else:
                yield Bar(x, y - TEXT_SIZE * 0.8, key, TEXT_SIZE * 0.9, tone)
            yield Label(x + key + _GAP, y, series.name)
            x += width

    def _upright_axis(self) -> tuple[float, float, list[Shape]]:
        """(left edge, foot of the plot, grid lines and axis values)."""
        left = max(text_width(value_text(tick)) for tick in self.ticks) + _GAP
        foot = self.height - TEXT_SIZE * 2.8
        drawn: list[Shape] = []
        for tick in self.ticks:
            y = self._y(tick, foot)
            drawn.append(Stroke(((left, y), (self.width, y)), is_faint=tick > 0))
            drawn.append(Label(left - _GAP / 2, y + TEXT_SIZE * 0.35, value_text(tick), "end"))
        return left, foot, drawn

    def _y(self, value: float, foot: float) -> float:
        return foot - (foot - self.top - TEXT_SIZE) * value / self.ticks[-1]

    def _foot_labels(self, left: float, foot: float, slot: float, may_skip: bool) -> Iterator[Label]:
        widest = max((text_width(label) for label in self.chart.labels), default=0)
        step = max(1, math.ceil((widest + _GAP) / slot)) if may_skip else 1
        for number, label in enumerate(self.chart.labels):
            if number % step:
                continue
            x = left + slot * (number + 0.5)
            first, second = _two_lines(label, slot * step - 2)
            yield Label(x, foot + TEXT_SIZE * 1.3, first, "middle")
            if second:
                yield Label(x, foot + TEXT_SIZE * 2.5, second, "middle")

    def bars(self) -> Iterator[Shape]:
        left, foot, axis = self._upright_axis()
        yield from axis
        slot = (self.width - left) / max(1, len(self.chart.labels))
        thick = min(slot * 0.7 / max(1, len(self.chart.series)), 40)
        for tone, series in enumerate(self.chart.series):
            for number, value in enumerate(series.values):
                if value is None:
                    continue
                x = left + slot * (number + 0.5) + thick * (tone - len(self.chart.series) / 2)
                y = self._y(value, foot)
                yield Bar(x, y, thick, foot - y, tone, self._tip(series, number))
                if len(self.chart.series) == 1 and text_width(value_text(value)) <= slot:
                    yield Label(x + thick / 2, y - 2, value_text(value), "middle")
        yield from self._foot_labels(left, foot, slot, may_skip=False)

    def lines(self) -> Iterator[Shape]:
        left, foot, axis = self._upright_axis()
        yield from axis
        slot = (self.width - left) / max(1, len(self.chart.labels))
        for tone, series in enumerate(self.chart.series):
            for piece in _unbroken(series.values):
                points = tuple((left + slot * (n + 0.5), self._y(series.values[n] or 0, foot)) for n in piece)
                if len(points) > 1:
                    yield Stroke(points, 1.4, _DASHES[tone % 4])
                for number, (x, y) in zip(piece, points, strict=True):
                    yield Marker(x, y, tone, self._tip(series, number))
        yield from self._foot_labels(left, foot, slot, may_skip=True)

    def hbars(self) -> Iterator[Shape]:
        widest = max((text_width(label) for label in self.chart.labels), default=0)
        left = min(widest, self.width * 0.4) + _GAP
        right = self.width - text_width(value_text(self.ticks[-1])) - _GAP
        slot = (self.height - self.top - _GAP) / max(1, len(self.chart.labels))
        thick = min(slot * 0.7 / max(1, len(self.chart.series)), 22)
        yield Stroke(((left, self.top), (left, self.height - _GAP)))
        for number, label in enumerate(self.chart.labels):
            middle = self.top + slot * (number + 0.5)
            yield Label(left - _GAP / 2, middle + TEXT_SIZE * 0.35, shortened(label, left - _GAP), "end")
            for tone, series in enumerate(self.chart.series):
                value = series.values[number]
                if value is None:
                    continue
                y = middle + thick * (tone - len(self.chart.series) / 2)
                length = (right - left) * value / self.ticks[-1]
                yield Bar(left, y, length, thick, tone, self._tip(series, number))
                yield Label(left + length + _GAP / 2, y + thick / 2 + TEXT_SIZE * 0.35, value_text(value))

    def _tip(self, series: Series, number: int) -> str:
        return f"{self.chart.labels[number]} {series.name} {value_text(series.values[number] or 0)}{self.chart.unit}"


def _unbroken(values: tuple[float | None, ...]) -> Iterator[list[int]]:
    """Indices of values that follow each other without a gap."""
    piece: list[int] = []
    for number, value in enumerate(values):
        if value is not None:
            piece.append(number)
        elif piece:
            yield piece
            piece = []
    if piece:
        yield piece


def shortened(text: str, width: float) -> str:
    """The text, cut with … where it is wider than the width."""
    if text_width(text) <= width:
        return text
    while text and text_width(text + "…") > width:
        text = text[:-1]
    return text + "…"


def _two_lines(text: str, width: float) -> tuple[str, str]:
    if text_width(text) <= width:
        return text, ""
    count = len(text)
    while count > 1 and text_width(text[:count]) > width:
        count -= 1
    return text[:count], shortened(text[count:], width)


def hatch(bar: Bar, rising: bool = True) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Diagonal lines clipped to the bar."""
    lines = []
    offset = _HATCH_STEP / 2
    while offset < bar.width + bar.height:
        start, end = max(0.0, offset - bar.height), min(offset, bar.width)
        if end > start:
            first, last = (start, offset - start), (end, offset - end)
            if rising:
                first, last = (start, bar.height - first[1]), (end, bar.height - last[1])
            lines.append(((bar.x + first[0], bar.y + first[1]), (bar.x + last[0], bar.y + last[1])))
        offset += _HATCH_STEP
    return lines


def marker_points(marker: Marker, radius: float = 2.6) -> tuple[tuple[float, float], ...]:
    """The corners of a marker; none for a circle."""
    x, y = marker.x, marker.y
    match _MARKERS[marker.tone % len(_MARKERS)]:
        case "square":
            return (
                (x - radius, y - radius),
                (x + radius, y - radius),
                (x + radius, y + radius),
                (x - radius, y + radius),
            )
        case "triangle":
            return ((x - radius, y + radius), (x + radius, y + radius), (x, y - radius))
        case "diamond":
            return ((x - radius, y), (x, y - radius), (x + radius, y), (x, y + radius))
    return ()


def to_svg(chart: Chart, width: float = 480, height: float = 220) -> str:
    """The chart as an inline `<svg role="img">` with title and description."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" viewBox="0 0 {_number(width)} {_number(height)}"'
        f' aria-label="{escape(chart.title)}">',
        f"<title>{escape(chart.title)}</title><desc>{escape(chart.description or _in_words(chart))}</desc>",
        *(_svg(shape) for shape in shapes(chart, width, height)),
        "</svg>",
    ]
    return "".join(parts)


def _in_words(chart: Chart) -> str:
    rows = []
    for series in chart.series:
        values = ("无" if value is None else value_text(value) for value in series.values)
        pairs = "，".join(f"{label} {value}" for label, value in zip(chart.labels, values, strict=True))
        rows.append(f"{series.name}：{pairs}")
    return "；".join(rows)


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
        case Label(x, y, text, anchor, size):
            return (
                f'<text x="{_number(x)}" y="{_number(y)}" text-anchor="{anchor}" font-size="{_number(size)}"'
                f' fill="currentColor">{escape(text)}</text>'
            )


def _svg_bar(bar: Bar) -> str:
    opacity = (0.8, 0, 0.25, 0)[bar.tone % 4]
    title = f"<title>{escape(bar.tip)}</title>" if bar.tip else ""
    rect = (
        f'<rect class="tone-{bar.tone}" x="{_number(bar.x)}" y="{_number(bar.y)}" width="{_number(bar.width)}"'
        f' height="{_number(bar.height)}" fill="currentColor" fill-opacity="{opacity}" stroke="currentColor"'
        f' stroke-width="0.6">{title}</rect>'
    )
    segments = "".join(
        f"M{_number(x1)} {_number(y1)}L{_number(x2)} {_number(y2)}" for (x1, y1), (x2, y2) in hatching(bar)
    )
    return rect + (f'<path d="{segments}" stroke="currentColor" stroke-width="0.6"/>' if segments else "")


def hatching(bar: Bar) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """The hatch of the bar's tone: none for the first and third, single for the second, crossed for the fourth."""
    match bar.tone % 4:
        case 1:
            return hatch(bar)
        case 3:
            return hatch(bar) + hatch(bar, rising=False)
    return []


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
