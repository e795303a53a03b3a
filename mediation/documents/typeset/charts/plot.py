"""Where everything of a chart with labels stands: bars, lying bars, lines, stacks and dots."""

from __future__ import annotations

import math
from collections.abc import Iterator

from mediation.documents.typeset.charts.model import (
    TEXT_SIZE,
    TITLE_SIZE,
    Bar,
    Chart,
    Label,
    Marker,
    Series,
    Shape,
    Stroke,
    value_text,
)
from mediation.documents.typeset.charts.patterns import DASHES
from mediation.documents.typeset.charts.text import scale, shortened, text_width, two_lines

GAP = 6.0
_KEY = TEXT_SIZE * 2
_BESIDE, _LEGEND_LINE = 2 * GAP, TEXT_SIZE * 1.8


class Plot:
    """One chart in a box with the origin at its top left corner."""

    def __init__(self, chart: Chart, width: float, height: float):
        self.chart, self.width, self.height = chart, width, height
        self.legend = self._legend_lines()
        self.top = TITLE_SIZE * 2 + _LEGEND_LINE * len(self.legend) + (TEXT_SIZE * 1.2 if chart.unit else 0)
        self.ticks = scale(self.highest())

    def highest(self) -> float:
        """The greatest value that the axis has to reach."""
        values = [value for series in self.chart.series for value in series.values if value is not None]
        return max(values, default=0)

    def shapes(self) -> Iterator[Shape]:
        """All shapes of the chart."""
        yield from self.head()
        yield from self.body()

    def body(self) -> Iterator[Shape]:
        """What stands below the head."""
        raise NotImplementedError

    def head(self) -> Iterator[Shape]:
        """Title, legend and unit."""
        yield Label(self.width / 2, TITLE_SIZE * 1.2, self.chart.title, "middle", TITLE_SIZE)
        y = TITLE_SIZE * 2 + TEXT_SIZE
        for line in self.legend:
            x = (self.width - sum(self._legend_width(name) for _tone, name in line)) / 2
            for tone, name in line:
                yield from self.key(tone, x, y)
                yield Label(x + _KEY + GAP, y, name)
                x += self._legend_width(name)
            y += _LEGEND_LINE
        if self.chart.unit:
            yield Label(0, y - TEXT_SIZE * 0.2, f"{self.chart.words.unit}{self.chart.unit}")

    def names(self) -> list[tuple[int, str]]:
        """What the legend explains: (tone, name)."""
        return [(tone, series.name) for tone, series in enumerate(self.chart.series)]

    def _legend_width(self, name: str) -> float:
        return _KEY + GAP + text_width(name) + _BESIDE

    def _legend_lines(self) -> list[list[tuple[int, str]]]:
        lines: list[list[tuple[int, str]]] = []
        left = 0.0
        names = self.names()
        for tone, name in names if len(names) > 1 else ():
            taken = self._legend_width(name)
            if not lines or left + taken > self.width:
                lines.append([])
                left = 0.0
            lines[-1].append((tone, name))
            left += taken
        return lines

    def key(self, tone: int, x: float, y: float) -> Iterator[Shape]:
        """The sign of a series in the legend."""
        yield Bar(x, y - TEXT_SIZE * 0.8, _KEY, TEXT_SIZE * 0.9, tone)

    def upright_axis(self) -> tuple[float, float, list[Shape]]:
        """(left edge, foot of the plot, grid lines and axis values)."""
        left = max(text_width(value_text(tick)) for tick in self.ticks) + GAP
        foot = self.height - TEXT_SIZE * 2.8
        drawn: list[Shape] = []
        for tick in self.ticks:
            y = self.y(tick, foot)
            drawn.append(Stroke(((left, y), (self.width, y)), is_faint=tick > 0))
            drawn.append(Label(left - GAP / 2, y + TEXT_SIZE * 0.35, value_text(tick), "end"))
        return left, foot, drawn

    def y(self, value: float, foot: float) -> float:
        """Where a value stands above the foot."""
        return foot - (foot - self.top - TEXT_SIZE) * value / self.ticks[-1]

    def foot_labels(self, left: float, foot: float, slot: float, may_skip: bool) -> Iterator[Label]:
        """The labels under the plot, in two lines where one is too short."""
        widest = max((text_width(label) for label in self.chart.labels), default=0)
        step = max(1, math.ceil((widest + GAP) / slot)) if may_skip else 1
        for number, label in enumerate(self.chart.labels):
            if number % step:
                continue
            room = slot * step - 2
            first, second = two_lines(label, room)
            half = min(text_width(first), room) / 2
            x = min(max(left + slot * (number + 0.5), half), self.width - half)
            yield Label(x, foot + TEXT_SIZE * 1.3, first, "middle")
            if second:
                yield Label(x, foot + TEXT_SIZE * 2.5, second, "middle")

    def rows(self) -> tuple[float, float, list[tuple[float, str]]]:
        """For lying charts: (left edge, height of a row, the middle of each row with its label)."""
        widest = max((text_width(label) for label in self.chart.labels), default=0)
        left = min(widest, self.width * 0.4) + GAP
        slot = (self.height - self.top - GAP) / max(1, len(self.chart.labels))
        return left, slot, [(self.top + slot * (n + 0.5), label) for n, label in enumerate(self.chart.labels)]

    def row_label(self, left: float, middle: float, label: str) -> Label:
        """A label left of a lying chart."""
        return Label(left - GAP / 2, middle + TEXT_SIZE * 0.35, shortened(label, left - GAP), "end")

    def tip(self, series: Series, number: int) -> str:
        """What a value says when pointed at."""
        return f"{self.chart.labels[number]} {series.name} {value_text(series.values[number] or 0)}{self.chart.unit}"


class Bars(Plot):
    """Bars side by side."""

    def body(self) -> Iterator[Shape]:
        """See :class:`Plot`."""
        left, foot, axis = self.upright_axis()
        yield from axis
        slot = (self.width - left) / max(1, len(self.chart.labels))
        thick = min(slot * 0.7 / max(1, len(self.chart.series)), 40)
        for tone, series in enumerate(self.chart.series):
            for number, value in enumerate(series.values):
                if value is None:
                    continue
                x = left + slot * (number + 0.5) + thick * (tone - len(self.chart.series) / 2)
                y = self.y(value, foot)
                yield Bar(x, y, thick, foot - y, tone, self.tip(series, number))
                if len(self.chart.series) == 1 and text_width(value_text(value)) <= slot:
                    yield Label(x + thick / 2, y - 2, value_text(value), "middle")
        yield from self.foot_labels(left, foot, slot, may_skip=False)


class LyingBars(Plot):
    """Bars from left to right, for labels that are long."""

    def body(self) -> Iterator[Shape]:
        """See :class:`Plot`."""
        left, slot, rows = self.rows()
        right = self.width - text_width(value_text(self.ticks[-1])) - GAP
        thick = min(slot * 0.7 / max(1, len(self.chart.series)), 22)
        yield Stroke(((left, self.top), (left, self.height - GAP)))
        for number, (middle, label) in enumerate(rows):
            yield self.row_label(left, middle, label)
            for tone, series in enumerate(self.chart.series):
                value = series.values[number]
                if value is None:
                    continue
                y = middle + thick * (tone - len(self.chart.series) / 2)
                length = (right - left) * value / self.ticks[-1]
                yield Bar(left, y, length, thick, tone, self.tip(series, number))
                yield Label(left + length + GAP / 2, y + thick / 2 + TEXT_SIZE * 0.35, value_text(value))


class Lines(Plot):
    """Values joined to lines, broken where one is missing."""

    def key(self, tone: int, x: float, y: float) -> Iterator[Shape]:
        """See :class:`Plot`."""
        middle = y - TEXT_SIZE * 0.35
        yield Stroke(((x, middle), (x + _KEY, middle)), 1.4, DASHES[tone % 4])
        yield Marker(x + _KEY / 2, middle, tone)

    def body(self) -> Iterator[Shape]:
        """See :class:`Plot`."""
        left, foot, axis = self.upright_axis()
        yield from axis
        slot = (self.width - left) / max(1, len(self.chart.labels))
        for tone, series in enumerate(self.chart.series):
            yield from self.line(series, tone, left, foot, slot)
        yield from self.foot_labels(left, foot, slot, may_skip=True)

    def line(self, series: Series, tone: int, left: float, foot: float, slot: float) -> Iterator[Shape]:
        """One series with its markers."""
        for piece in unbroken(series.values):
            points = tuple((left + slot * (n + 0.5), self.y(series.values[n] or 0, foot)) for n in piece)
            if len(points) > 1:
                yield Stroke(points, 1.4, DASHES[tone % 4])
            for number, (x, y) in zip(piece, points, strict=True):
                yield Marker(x, y, tone, self.tip(series, number))


class _Stacked(Plot):
    def sums(self) -> list[float]:
        """The sum of each label."""
        return [sum(series.values[n] or 0 for series in self.chart.series) for n in range(len(self.chart.labels))]

    def highest(self) -> float:
        """See :class:`Plot`."""
        return max(self.sums(), default=0)


class Stacked(_Stacked):
    """Bars on each other, the first series lowest; the sum stands above."""

    def body(self) -> Iterator[Shape]:
        """See :class:`Plot`."""
        left, foot, axis = self.upright_axis()
        yield from axis
        slot = (self.width - left) / max(1, len(self.chart.labels))
        thick = min(slot * 0.7, 40)
        for number, whole in enumerate(self.sums()):
            below, x = 0.0, left + slot * (number + 0.5) - thick / 2
            for tone, series in enumerate(self.chart.series):
                value = series.values[number] or 0
                if value:
                    y, lower = self.y(below + value, foot), self.y(below, foot)
                    yield Bar(x, y, thick, lower - y, tone, self.tip(series, number))
                    below += value
            if whole and text_width(value_text(whole)) <= slot:
                yield Label(x + thick / 2, self.y(whole, foot) - 2, value_text(whole), "middle")
        yield from self.foot_labels(left, foot, slot, may_skip=True)


class LyingStacked(_Stacked):
    """Stacks from left to right; the sum stands at the end."""

    def body(self) -> Iterator[Shape]:
        """See :class:`Plot`."""
        left, slot, rows = self.rows()
        unit = (self.width - text_width(value_text(self.ticks[-1])) - GAP - left) / self.ticks[-1]
        thick = min(slot * 0.7, 22)
        yield Stroke(((left, self.top), (left, self.height - GAP)))
        for number, ((middle, label), whole) in enumerate(zip(rows, self.sums(), strict=True)):
            yield self.row_label(left, middle, label)
            x = left
            for tone, series in enumerate(self.chart.series):
                length = (series.values[number] or 0) * unit
                if length:
                    yield Bar(x, middle - thick / 2, length, thick, tone, self.tip(series, number))
                    x += length
            if whole:
                yield Label(x + GAP / 2, middle + TEXT_SIZE * 0.35, value_text(whole))


class Dots(Lines):
    """The values of each label as points of one lying line."""

    def key(self, tone: int, x: float, y: float) -> Iterator[Shape]:
        """See :class:`Plot`."""
        yield Marker(x + _KEY / 2, y - TEXT_SIZE * 0.35, tone)

    def body(self) -> Iterator[Shape]:
        """See :class:`Plot`."""
        left, _slot, _rows = self.rows()
        foot = self.height - TEXT_SIZE * 1.8
        slot = (foot - self.top) / max(1, len(self.chart.labels))
        right = self.width - text_width(value_text(self.ticks[-1])) / 2 - GAP
        for tick in self.ticks:
            x = left + (right - left) * tick / self.ticks[-1]
            yield Stroke(((x, self.top), (x, foot)), is_faint=tick > 0)
            yield Label(x, foot + TEXT_SIZE * 1.3, value_text(tick), "middle")
        for number, label in enumerate(self.chart.labels):
            middle = self.top + slot * (number + 0.5)
            yield self.row_label(left, middle, label)
            yield from self._row(number, left, right, middle)

    def _row(self, number: int, left: float, right: float, middle: float) -> Iterator[Shape]:
        given = [
            (left + (right - left) * value / self.ticks[-1], tone, series)
            for tone, series in enumerate(self.chart.series)
            if (value := series.values[number]) is not None
        ]
        if len(given) > 1:
            ends = sorted(x for x, _tone, _series in given)
            yield Stroke(((ends[0], middle), (ends[-1], middle)), 1.0)
        right_most = -math.inf
        for x, tone, series in sorted(given, key=lambda point: point[:2]):
            yield Marker(x, middle, tone, self.tip(series, number))
            text = value_text(series.values[number] or 0)
            half = text_width(text, TEXT_SIZE * 0.85) / 2
            if x - half > right_most:
                yield Label(x, middle - TEXT_SIZE * 0.5, text, "middle", TEXT_SIZE * 0.85)
                right_most = x + half


def unbroken(values: tuple[float | None, ...]) -> Iterator[list[int]]:
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
