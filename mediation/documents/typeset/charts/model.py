"""What a chart says, and the shapes that it is drawn with."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, NamedTuple

TEXT_SIZE, TITLE_SIZE = 9.0, 11.0
Anchor = Literal["start", "middle", "end"]
Kind = Literal["bars", "hbars", "lines", "stacked", "hstacked", "dots", "control"]


class Words(NamedTuple):
    """What a drawing itself sets between the names it is given, in the language of its reader. ``aside`` is a template."""

    unit: str = "单位："
    nothing: str = "无"
    says: str = "："
    then: str = "，"
    next: str = "；"
    aside: str = "（{}）"


CHINESE = Words()


@dataclass(frozen=True)
class Series:
    """A named row of values, one for each label of the chart; None where there is none.

    ``role`` is for a chart of control alone: what was counted, the line in the middle, or a limit.
    """

    name: str
    values: tuple[float | None, ...]
    role: Literal["points", "centre", "limit"] = "points"


@dataclass(frozen=True)
class Chart:
    """What to draw. `unit` stands at the axis; `description` tells a reader who cannot see it what it shows.

    ``bars``, ``hbars`` and ``lines`` set series side by side; ``stacked`` and ``hstacked`` (lying) set them on each
    other; ``dots`` sets the values of each label on one lying line. ``control`` draws the points of its first series
    with a centre line and limits in steps, and rings the labels in ``marked`` (their places, from 0), which the legend
    calls ``marked_name``.
    """

    kind: Kind
    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    description: str = ""
    marked: Collection[int] = ()
    marked_name: str = "超出控制限"
    words: Words = CHINESE

    def __post_init__(self) -> None:
        if any(len(series.values) != len(self.labels) for series in self.series):
            raise ValueError("every series needs one value for each label")
        if any(value is not None and value < 0 for series in self.series for value in series.values):
            raise ValueError("negative values cannot be drawn")
        if any(not 0 <= place < len(self.labels) for place in self.marked):
            raise ValueError("only a label of the chart can be marked")

    def in_words(self) -> str:
        """All values, for a reader who cannot see the chart."""
        rows, words = [], self.words
        for series in self.series:
            values = (words.nothing if value is None else value_text(value) for value in series.values)
            pairs = words.then.join(f"{label} {value}" for label, value in zip(self.labels, values, strict=True))
            rows.append(f"{series.name}{words.says}{pairs}")
        if self.marked:
            marked = words.then.join(self.labels[place] for place in sorted(self.marked))
            rows.append(f"{self.marked_name}{words.says}{marked}")
        return words.next.join(rows)


@dataclass(frozen=True)
class Dot:
    """One company of a funnel plot: its exposure ``x`` and its rate ``y``. A marked one is ringed and named."""

    name: str
    x: float
    y: float
    is_marked: bool = False


@dataclass(frozen=True)
class Curve:
    """A limit of a funnel plot: its points (exposure, rate) from left to right. The first curves stand closest."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Funnel:
    """A funnel plot: rates over exposures, the rate of all as ``centre``, and the limits around it.

    The limits come in the order in which they are to be drawn; curves of the same name share a line of the legend.
    """

    title: str
    dots: tuple[Dot, ...]
    curves: tuple[Curve, ...]
    centre: float
    x_unit: str = ""
    unit: str = ""
    description: str = ""
    centre_name: str = "平均"
    marked_name: str = "超出控制限"
    words: Words = CHINESE

    def __post_init__(self) -> None:
        numbers = [self.centre, *(part for dot in self.dots for part in (dot.x, dot.y))]
        numbers += [part for curve in self.curves for point in curve.points for part in point]
        if any(number < 0 for number in numbers):
            raise ValueError("negative values cannot be drawn")

    def in_words(self) -> str:
        """All points, for a reader who cannot see the plot."""
        words = self.words
        points = (
            f"{dot.name}{words.says}{self.x_unit} {value_text(dot.x)}{words.then}{self.unit} {value_text(dot.y)}"
            + (words.aside.format(self.marked_name) if dot.is_marked else "")
            for dot in self.dots
        )
        return words.next.join((f"{self.centre_name} {value_text(self.centre)}", *points))


class Bar(NamedTuple):
    """A rectangle of a series; `tip` is what it says when pointed at."""

    x: float
    y: float
    width: float
    height: float
    tone: int
    tip: str = ""


class Stroke(NamedTuple):
    """A line through points."""

    points: tuple[tuple[float, float], ...]
    width: float = 0.6
    dash: tuple[float, ...] = ()
    is_faint: bool = False


class Marker(NamedTuple):
    """A point of a series."""

    x: float
    y: float
    tone: int
    tip: str = ""


class Ring(NamedTuple):
    """A circle around a point that is out of the ordinary."""

    x: float
    y: float


class Label(NamedTuple):
    """`y` is the baseline."""

    x: float
    y: float
    text: str
    anchor: Anchor = "start"
    size: float = TEXT_SIZE


Shape = Bar | Stroke | Marker | Ring | Label


def value_text(value: float) -> str:
    """1,234 or 12.5: at most one decimal."""
    return f"{value:,.0f}" if abs(value - round(value)) < 0.05 else f"{value:,.1f}"
