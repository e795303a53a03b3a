"""Charts of control and funnel plots: points with the limits that chance alone seldom passes."""

from __future__ import annotations

from collections.abc import Iterator

from mediation.documents.typeset.charts.model import (
    TEXT_SIZE,
    TITLE_SIZE,
    Funnel,
    Label,
    Marker,
    Ring,
    Series,
    Shape,
    Stroke,
    value_text,
)
from mediation.documents.typeset.charts.patterns import DASHES
from mediation.documents.typeset.charts.plot import GAP, Lines, unbroken
from mediation.documents.typeset.charts.text import scale, shortened, text_width

_KEY = TEXT_SIZE * 2
_CENTRE, _LIMIT, _FAR_LIMIT = DASHES[0], DASHES[1], DASHES[3]
_NAMED = 8


class Control(Lines):
    """What was counted, joined to a line, between its limits."""

    def names(self) -> list[tuple[int, str]]:
        """See :class:`~mediation.documents.typeset.charts.plot.Plot`; the ring comes last."""
        rows = super().names()
        return [*rows, (len(rows), self.chart.marked_name)] if self.chart.marked else rows

    def key(self, tone: int, x: float, y: float) -> Iterator[Shape]:
        """See :class:`~mediation.documents.typeset.charts.plot.Plot`."""
        middle = y - TEXT_SIZE * 0.35
        if tone == len(self.chart.series):
            yield Marker(x + _KEY / 2, middle, 0)
            yield Ring(x + _KEY / 2, middle)
            return
        series = self.chart.series[tone]
        yield self._stroke(((x, middle), (x + _KEY, middle)), series, tone)
        if series.role == "points":
            yield Marker(x + _KEY / 2, middle, tone)

    def _stroke(self, points: tuple[tuple[float, float], ...], series: Series, tone: int) -> Stroke:
        if series.role == "points":
            return Stroke(points, 1.4, DASHES[tone % 4])
        if series.role == "centre":
            return Stroke(points, 0.6, _CENTRE)
        return Stroke(points, 0.9, _LIMIT if self._is_first_limit(series) else _FAR_LIMIT)

    def _is_first_limit(self, series: Series) -> bool:
        return next(other for other in self.chart.series if other.role == "limit").name == series.name

    def line(self, series: Series, tone: int, left: float, foot: float, slot: float) -> Iterator[Shape]:
        """A series of points with its rings, or a limit in steps, since each belongs to one label alone."""
        if series.role == "points":
            yield from super().line(series, tone, left, foot, slot)
            if tone == 0:
                yield from self._rings(series, left, foot, slot)
            return
        for piece in unbroken(series.values):
            steps = [
                (left + slot * (n + side), self.y(series.values[n] or 0, foot)) for n in piece for side in (0.0, 1.0)
            ]
            yield self._stroke(tuple(steps), series, tone)

    def _rings(self, series: Series, left: float, foot: float, slot: float) -> Iterator[Shape]:
        for place in sorted(self.chart.marked):
            value = series.values[place]
            if value is not None:
                x, y = left + slot * (place + 0.5), self.y(value, foot)
                yield Ring(x, y)
                yield Label(x, y - TEXT_SIZE * 0.85, value_text(value), "middle")


class FunnelPlot:
    """Rates over exposures between limits that close in as the exposure grows."""

    def __init__(self, funnel: Funnel, width: float, height: float):
        self.funnel, self.width, self.height = funnel, width, height
        self.x_ticks = scale(max((dot.x for dot in funnel.dots), default=0))
        # The limits of a tiny exposure reach far above all dots; what lies beyond is cut off.
        highest = max([funnel.centre, *(dot.y for dot in funnel.dots)])
        self.y_ticks = scale(max(highest, funnel.centre * 2) * 1.08)
        self.top = TITLE_SIZE * 2 + TEXT_SIZE * 3.8
        self.foot = height - TEXT_SIZE * 3
        self.left = max(text_width(value_text(tick)) for tick in self.y_ticks) + GAP
        self.right = width - text_width(value_text(self.x_ticks[-1])) / 2 - 2

    def shapes(self) -> Iterator[Shape]:
        """All shapes of the plot."""
        yield from self._head()
        yield from self._axes()
        y = self._y(self.funnel.centre)
        yield Stroke(((self.left, y), (self.right, y)), 0.8)
        for curve in self.funnel.curves:
            for piece in self._visible(curve.points):
                yield Stroke(piece, 0.9, self._dash(curve.name))
        yield from self._dots()

    def _names(self) -> list[str]:
        return list(dict.fromkeys(curve.name for curve in self.funnel.curves))

    def _dash(self, name: str) -> tuple[float, ...]:
        return (_LIMIT, _FAR_LIMIT, DASHES[2])[self._names().index(name) % 3]

    def _head(self) -> Iterator[Shape]:
        yield Label(self.width / 2, TITLE_SIZE * 1.2, self.funnel.title, "middle", TITLE_SIZE)
        keys: list[tuple[str, tuple[float, ...] | None]] = [(self.funnel.centre_name, _CENTRE)]
        keys += [(name, self._dash(name)) for name in self._names()]
        if any(dot.is_marked for dot in self.funnel.dots):
            keys.append((self.funnel.marked_name, None))
        widths = [_KEY + GAP + text_width(name) + 2 * GAP for name, _ in keys]
        x, y = max(0.0, (self.width - sum(widths)) / 2), TITLE_SIZE * 2 + TEXT_SIZE
        for (name, dash), width in zip(keys, widths, strict=True):
            middle = y - TEXT_SIZE * 0.35
            if dash is None:
                yield Marker(x + _KEY / 2, middle, 0)
                yield Ring(x + _KEY / 2, middle)
            else:
                yield Stroke(((x, middle), (x + _KEY, middle)), 0.9, dash)
            yield Label(x + _KEY + GAP, y, name)
            x += width
        yield Label(0, y + TEXT_SIZE * 1.6, f"{self.funnel.words.unit}{self.funnel.unit}")

    def _axes(self) -> Iterator[Shape]:
        for tick in self.y_ticks:
            y = self._y(tick)
            yield Stroke(((self.left, y), (self.right, y)), is_faint=tick > 0)
            yield Label(self.left - GAP / 2, y + TEXT_SIZE * 0.35, value_text(tick), "end")
        for tick in self.x_ticks:
            x = self._x(tick)
            yield Stroke(((x, self.foot), (x, self.foot + 3)))
            yield Label(x, self.foot + TEXT_SIZE * 1.4, value_text(tick), "middle")
        yield Label(self.right, self.foot + TEXT_SIZE * 2.6, self.funnel.x_unit, "end")

    def _x(self, value: float) -> float:
        return self.left + (self.right - self.left) * value / self.x_ticks[-1]

    def _y(self, value: float) -> float:
        return self.foot - (self.foot - self.top) * value / self.y_ticks[-1]

    def _visible(self, points: tuple[tuple[float, float], ...]) -> Iterator[tuple[tuple[float, float], ...]]:
        """The pieces of a curve inside the axes."""
        inside = tuple(y if x <= self.x_ticks[-1] and y <= self.y_ticks[-1] else None for x, y in points)
        for piece in unbroken(inside):
            if len(piece) > 1:
                yield tuple((self._x(points[n][0]), self._y(points[n][1])) for n in piece)

    def _dots(self) -> Iterator[Shape]:
        for dot in self.funnel.dots:
            exposure = self.funnel.words.aside.format(f"{self.funnel.x_unit} {value_text(dot.x)}")
            tip = f"{dot.name} {value_text(dot.y)}{self.funnel.unit}{exposure}"
            yield Marker(self._x(dot.x), self._y(dot.y), 0, tip)
        marked = sorted((dot for dot in self.funnel.dots if dot.is_marked), key=lambda dot: -dot.y)
        for dot in marked:
            yield Ring(self._x(dot.x), self._y(dot.y))
        for dot in marked[:_NAMED]:
            yield self._named(dot.name, self._x(dot.x), self._y(dot.y))

    def _named(self, name: str, x: float, y: float) -> Label:
        room = max(x - self.left, self.right - x) - 3 * GAP
        text = shortened(name, room)
        if x > (self.left + self.right) / 2:
            return Label(x - GAP * 1.4, y + TEXT_SIZE * 0.35, text, "end")
        return Label(x + GAP * 1.4, y + TEXT_SIZE * 0.35, text)
