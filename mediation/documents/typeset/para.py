"""A Chinese paragraph for ReportLab: 避头尾, line-end squeeze, true justification, first-line indent, blanks and ticks.

ReportLab's own `wordWrap="CJK"` begins lines with 、 or 》, ends them with （, never justifies, and reads user text as
markup. Here a text is a sequence of runs, each drawn as it is.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from reportlab.pdfbase.pdfmetrics import getFont
from reportlab.platypus import Flowable

NO_START = frozenset("、。，．：；？！）〕］｝〉》」』】〗’”…—·・～％‰℃°′″々〻!),.:;?]}%")
NO_END = frozenset("（〔［｛〈《「『【〖‘“￥¥＄￡$([{£")
SQUEEZABLE = frozenset("、。，．：；？！）〕］｝〉》」』】〗’”")

_WORDS = re.compile(r"[0-9A-Za-z\u00a5\u00c0-\u024f%&@#*+/.,:;_'\"$()\[\]<>=!?-]+|…+|—+|[ \u00a0]+|.", re.DOTALL)
_LONG_CODE = 9  # characters; a longer number may be divided rather than stretch the line before it
_TOLERANCE = 0.01
_EAST_ASIAN_FROM = "\u2000"


def normalise(text: str) -> str:
    """NFC, Kangxi radicals as ordinary characters, tabs as blanks; characters without a shape are left out.

    ⼈ (U+2F08) and 人 look the same on paper, yet a copied name would not be found again.
    """
    if text.isascii() and text.isprintable():
        return text
    characters = []
    for character in unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")):
        if "\u2e80" <= character <= "\u2fdf":
            character = unicodedata.normalize("NFKC", character)
        elif character != "\n" and (unicodedata.category(character) in ("Cc", "Cf") or _selects_variation(character)):
            continue
        characters.append(character)
    return "".join(characters)


def _selects_variation(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


@dataclass(frozen=True)
class Style:
    """How a paragraph is set. Lengths in points, `indent` in em; `tracking` is added to every character.

    `stroke` thickens the outlines by that share of the size, for a title without a bold face.
    """

    font: str
    size: float = 16
    leading: float = 28
    align: str = "justify"
    indent: float = 0
    before: float = 0
    after: float = 0
    tracking: float = 0
    stroke: float = 0


@dataclass(frozen=True)
class Run:
    """A stretch of text. `font` defaults to the paragraph's; `width` (em) pads an underlined blank to that length;
    `tick` draws a box, ticked or not, in place of text; `address` is opened by a click on the text."""

    text: str = ""
    font: str | None = None
    underline: bool = False
    width: float = 0
    tick: bool | None = None
    address: str = ""


class Kind(Enum):
    IDEOGRAPH = auto()
    WORD = auto()
    SPACE = auto()
    BLANK = auto()
    TICK = auto()
    NEWLINE = auto()


class Unit(NamedTuple):
    """What a line is made of and never divides (but for very long codes). Width in points."""

    text: str
    width: float
    font: str
    kind: Kind
    run: Run | None

    def continues(self, other: "Unit") -> bool:
        """Whether this ideograph can be drawn together with another one before it."""
        return self.kind is Kind.IDEOGRAPH and self.font == other.font and self.run is other.run


class Line(NamedTuple):
    """`room` is the width left over, `is_last` marks the end of a paragraph or a forced end of line."""

    units: tuple[Unit, ...]
    room: float
    is_last: bool


def measure(runs: Iterable[str | Run], style: Style) -> list[Unit]:
    """The units of the runs."""
    units: list[Unit] = []
    for item in runs:
        run = item if isinstance(item, Run) else Run(item)
        font = run.font or style.font
        if run.tick is not None:
            units.append(Unit("□", style.size + style.tracking, font, Kind.TICK, run))
            continue
        decorated = run if run.underline or run.address else None
        start = len(units)
        units += [_unit(text, font, style, decorated) for text in _WORDS.findall(normalise(run.text))]
        missing = run.width * style.size - sum(unit.width for unit in units[start:])
        if run.width and missing > 0:
            units.append(Unit("", missing, font, Kind.BLANK, run))
    return units


def _unit(text: str, font: str, style: Style, run: Run | None) -> Unit:
    if text == "\n":
        return Unit(text, 0, font, Kind.NEWLINE, None)
    width = getFont(font).width(text, style.size) + style.tracking * len(text)
    if text[0] in " \u00a0":
        kind = Kind.SPACE
    elif len(text) == 1 and text > _EAST_ASIAN_FROM:
        kind = Kind.IDEOGRAPH
    else:
        kind = Kind.WORD
    return Unit(text, width, font, kind, run)


class _Breaker:
    """Divides units into lines."""

    def __init__(self, units: list[Unit], style: Style, first_width: float, width: float):
        self.units, self.style = list(units), style
        self.first_width, self.width = first_width, width

    def lines(self) -> list[Line]:
        lines: list[Line] = []
        at = 0
        while at < len(self.units):
            if lines and not lines[-1].is_last:
                at = self._after_spaces(at)
                if at == len(self.units):
                    lines[-1] = lines[-1]._replace(is_last=True)
                    break
            available = self.width if lines else self.first_width
            end, used = self._fill(at, available)
            is_forced = end < len(self.units) and self.units[end].kind is Kind.NEWLINE
            lines.append(self._line(at, end, available - used, is_forced or end == len(self.units)))
            at = end + is_forced
        return lines

    def _after_spaces(self, at: int) -> int:
        while at < len(self.units) and self.units[at].kind is Kind.SPACE:
            at += 1
        return at

    def _line(self, start: int, end: int, room: float, is_last: bool) -> Line:
        while end > start and self.units[end - 1].kind is Kind.SPACE:
            end -= 1
            room += self.units[end].width
        return Line(tuple(self.units[start:end]), room, is_last)

    def _fill(self, start: int, available: float) -> tuple[int, float]:
        """(index after the last unit of the line, width used)."""
        used = 0.0
        at = start
        while at < len(self.units) and self.units[at].kind is not Kind.NEWLINE:
            unit = self.units[at]
            if used + unit.width > available + _TOLERANCE:
                return self._end_line(start, at, used, available)
            used += unit.width
            at += 1
        return at, used

    def _end_line(self, start: int, at: int, used: float, available: float) -> tuple[int, float]:
        end, width = self._squeeze(at, used)
        if end > at and width <= available + _TOLERANCE:
            return end, width
        unit = self.units[at]
        room = available - used
        if unit.kind is Kind.WORD and (at == start or (len(unit.text) > _LONG_CODE and room > 4 * self.style.size)):
            first = self._divide(at, room)
            if first:
                return at + 1, used + first
        if at == start:
            return at + 1, used + unit.width
        end = at
        while end > start + 1 and self._is_forbidden_break(end):
            end -= 1
        if self._is_forbidden_break(end):
            end = at
        return end, used - sum(unit.width for unit in self.units[end:at])

    def _squeeze(self, at: int, used: float) -> tuple[int, float]:
        """Closing marks may lose their blank half to stay on the line."""
        while at < len(self.units) and self.units[at].text[:1] in NO_START:
            unit = self.units[at]
            used += unit.width * (0.5 if unit.text in SQUEEZABLE else 1)
            at += 1
        return at, used

    def _is_forbidden_break(self, at: int) -> bool:
        return self.units[at].text[:1] in NO_START or self.units[at - 1].text[-1:] in NO_END

    def _divide(self, at: int, room: float) -> float:
        """Divides the word so that its first part fits; the width of that part, 0 when nothing sensible fits."""
        unit = self.units[at]
        count = len(unit.text) - 1
        while count > 1 and self._width(unit, unit.text[:count]) > room:
            count -= 1
        if count < 2:
            return 0
        parts = unit.text[:count], unit.text[count:]
        self.units[at : at + 1] = [unit._replace(text=part, width=self._width(unit, part)) for part in parts]
        return self.units[at].width

    def _width(self, unit: Unit, text: str) -> float:
        return getFont(unit.font).width(text, self.style.size) + self.style.tracking * len(text)


class Para(Flowable):
    """A paragraph. Splits between lines, leaving at least two on either side."""

    def __init__(self, *runs: str | Run, style: Style):
        super().__init__()
        self.style = style
        self.units = measure(runs, style)
        self.is_start = True
        self.lines: list[Line] = []
        self.measured_width: float | None = None
        self.spaceBefore, self.spaceAfter = style.before, style.after

    @property
    def _indent(self) -> float:
        return self.style.indent * (self.style.size + self.style.tracking) if self.is_start else 0

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        if self.measured_width != available_width:
            self.measured_width = available_width
            self.lines = _Breaker(self.units, self.style, available_width - self._indent, available_width).lines()
        self.width = available_width
        self.height = len(self.lines) * self.style.leading
        return self.width, self.height

    def least_height(self, width: float) -> float:
        """The height that must be free for the paragraph to begin."""
        self.wrap(width, 0)
        count = len(self.lines)
        return self.style.leading * (count if count <= 3 else 2)

    def split(self, available_width: float, available_height: float) -> list["Para"]:
        self.wrap(available_width, available_height)
        count = int((available_height + _TOLERANCE) // self.style.leading)
        if count >= len(self.lines):
            return [self]
        if count == len(self.lines) - 1:
            count -= 1
        if count < 2:
            return []
        head, tail = self._part(self.lines[:count], self.is_start), self._part(self.lines[count:], False)
        head.spaceAfter = tail.spaceBefore = 0
        return [head, tail]

    def _part(self, lines: list[Line], is_start: bool) -> "Para":
        part = Para(style=self.style)
        part.is_start, part.lines, part.measured_width = is_start, lines, self.measured_width
        # The part keeps the units of its own lines only: a later re-wrap at another width must not bring back the rest.
        for line in lines:
            part.units += line.units
            if line.is_last and line is not lines[-1]:
                part.units.append(Unit("\n", 0, self.style.font, Kind.NEWLINE, None))
        return part

    def draw(self) -> None:
        style = self.style
        y = self.height - style.leading * 0.5 - style.size * 0.36
        if style.stroke:
            self.canv.setLineWidth(style.size * style.stroke)
        for number, line in enumerate(self.lines):
            x = self._indent if number == 0 else 0
            gap = 0.0
            if style.align == "justify" and not line.is_last and len(line.units) > 1:
                gap = line.room / (len(line.units) - 1)
            elif style.align == "center":
                x += line.room / 2
            elif style.align == "right":
                x += line.room
            _LineDrawing(self.canv, style, x, y, gap).draw(line.units)
            y -= style.leading


class _LineDrawing:
    """Draws one line: first all text in one text object, then underlines and boxes."""

    def __init__(self, canvas, style: Style, x: float, y: float, gap: float):
        self.canvas, self.style, self.x, self.y, self.gap = canvas, style, x, y, gap
        self.text = canvas.beginText(x, y)
        if style.stroke:
            self.text.setTextRenderMode(2)
        self.font: str | None = None
        self.spacing = 0.0
        self.decorations: list[tuple[float, float, Run]] = []

    def draw(self, units: tuple[Unit, ...]) -> None:
        at = 0
        while at < len(units):
            at = self._draw_group(units, at)
        self._space(0)
        if self.style.stroke:
            self.text.setTextRenderMode(0)
        self.canvas.drawText(self.text)
        for x, width, run in self.decorations:
            if run.tick is not None:
                self._box(x, run.tick)
            elif run.address:
                corners = (x, self.y - self.style.size * 0.25, x + width, self.y + self.style.size)
                self.canvas.linkURL(run.address, corners, relative=1, thickness=0)
            else:
                self._underline(x, width)

    def _draw_group(self, units: tuple[Unit, ...], at: int) -> int:
        """Draws a unit, or a row of ideographs of the same run at once; the index after it."""
        unit = units[at]
        x = self.x
        self.x += unit.width + self.gap
        text = unit.text
        at += 1
        if unit.kind in (Kind.BLANK, Kind.TICK):
            self.decorations.append((x, unit.width, unit.run or Run()))
            self.text.setTextOrigin(self.x, self.y)
            return at
        if unit.kind is Kind.IDEOGRAPH:
            while at < len(units) and units[at].continues(unit):
                text += units[at].text
                self.x += units[at].width + self.gap
                at += 1
        if unit.run:
            self.decorations.append((x, self.x - x - self.gap, unit.run))
        if self.font != unit.font:
            self.text.setFont(unit.font, self.style.size)
            self.font = unit.font
        self._space(self.style.tracking + (self.gap if unit.kind is Kind.IDEOGRAPH else 0))
        self.text.textOut(text)
        if unit.kind is not Kind.IDEOGRAPH and at < len(units):
            self.text.setTextOrigin(self.x, self.y)
        return at

    def _space(self, spacing: float) -> None:
        if spacing != self.spacing:
            self.text.setCharSpace(spacing)
            self.spacing = spacing

    def _underline(self, x: float, width: float) -> None:
        below = self.y - self.style.size * 0.2
        self.canvas.setLineWidth(0.6)
        self.canvas.line(x, below, x + width, below)

    def _box(self, x: float, is_ticked: bool) -> None:
        # Drawn, because the free Song and Hei faces have no ☐ ☑.
        side = self.style.size * 0.8
        x += self.style.size * 0.1
        y = self.y - self.style.size * 0.06
        self.canvas.setLineWidth(0.7)
        self.canvas.rect(x, y, side, side)
        if is_ticked:
            self.canvas.setLineWidth(1.4)
            corner = (x + side * 0.42, y + side * 0.2)
            self.canvas.lines([(x + side * 0.18, y + side * 0.5, *corner), (*corner, x + side * 0.85, y + side * 0.85)])
