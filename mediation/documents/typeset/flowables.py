"""The pieces of a form that ReportLab has no flowable for: labelled values, writing lines, the seal's place, a chart."""

from dataclasses import replace

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from mediation.documents.typeset.blocks import Field
from mediation.documents.typeset.charts import Chart, Funnel
from mediation.documents.typeset.charts_pdf import draw_chart
from mediation.documents.typeset.codes import draw_code
from mediation.documents.typeset.fonts import FontSet, Role
from mediation.documents.typeset.para import Para, Style

SEAL_DIAMETER = 42 * mm
SEAL_ROOM = 45 * mm
_RULE = 0.6
_ABOVE_HEADING = 6
_CODE_SIDE = 38 * mm
_INK_HEIGHT = 5_000  # units from top to bottom of the field of a drawn signature


def _natural_width(para: Para) -> float:
    return sum(unit.width for unit in para.units)


class FieldRow(Flowable):
    """Labels and underlined values side by side; a long value takes more lines, an empty one leaves its line."""

    def __init__(self, fields: tuple[Field, ...], style: Style):
        super().__init__()
        self.fields = fields
        self.style = replace(style, align="left")
        self.labels = [Para(field.label, style=self.style) for field in fields]
        self.values = [Para(field.value, style=self.style) for field in fields]
        self.places: list[tuple[float, float, float]] = []

    @property
    def _gap(self) -> float:
        return self.style.size * 0.5

    def _label_width(self, label: Para) -> float:
        return _natural_width(label) + self.style.size * 0.1

    def fits(self, width: float) -> bool:
        """Whether every value stands on one line."""
        needed = sum(self._label_width(label) for label in self.labels) + sum(map(_natural_width, self.values))
        return needed + self._gap * (len(self.fields) - 1) <= width

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        label_widths = [self._label_width(label) for label in self.labels]
        room = available_width - sum(label_widths) - self._gap * (len(self.fields) - 1)
        x, lines = 0.0, 1
        self.places = []
        widths = self._value_widths(room)
        for label_width, width, label, value in zip(label_widths, widths, self.labels, self.values, strict=True):
            self.places.append((x, x + label_width, width))
            label.wrap(label_width + 1, 0)
            value.wrap(width, 0)
            lines = max(lines, len(value.lines))
            x += label_width + width + self._gap
        self.width, self.height = available_width, lines * self.style.leading
        return self.width, self.height

    def _value_widths(self, room: float) -> list[float]:
        """By share; where a value would not fit its share, each takes what it needs and the rest goes by share."""
        shares = [field.share / sum(field.share for field in self.fields) for field in self.fields]
        widths = [room * share for share in shares]
        needed = [_natural_width(value) + 0.1 for value in self.values]
        spare = room - sum(needed)
        if spare < 0 or all(need <= width for need, width in zip(needed, widths, strict=True)):
            return widths
        return [need + spare * share for need, share in zip(needed, shares, strict=True)]

    def draw(self) -> None:
        baseline = self.style.leading * 0.5 + self.style.size * 0.36
        for (x, value_x, width), label, value in zip(self.places, self.labels, self.values, strict=True):
            label.drawOn(self.canv, x, self.height - label.height)
            if value.lines:
                value.drawOn(self.canv, value_x, self.height - value.height)
            self.canv.setLineWidth(_RULE)
            for number in range(max(1, len(value.lines))):
                y = self.height - number * self.style.leading - baseline - self.style.size * 0.2
                self.canv.line(value_x, y, value_x + width, y)


class WritingLine(Flowable):
    """One ruled line to write on."""

    def __init__(self, leading: float):
        super().__init__()
        self.leading = leading

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        self.width, self.height = available_width, self.leading
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setLineWidth(_RULE)
        self.canv.line(0, self.leading * 0.2, self.width, self.leading * 0.2)


class SealPlace(Flowable):
    """Issuer and date at the right, four characters in, in the middle of a place that the seal will cover."""

    def __init__(self, organisation: str, dated: str, style: Style):
        super().__init__()
        self.style = replace(style, align="center")
        self.organisation, self.dated = organisation, dated

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        room = available_width - 4 * self.style.size
        self.text = Para(f"{self.organisation}\n{self.dated}", style=self.style)
        longest = sum(unit.width for unit in self.text.units[: len(self.text.units) - 1])
        self.text_width = min(max(SEAL_ROOM, longest + 1), room)
        self.text.wrap(self.text_width, 0)
        if len(self.text.lines) > 2:
            # A name of two lines is set in two halves rather than with one character left over.
            self.text_width = min(room, max(SEAL_ROOM, longest / 2 + 2 * self.style.size))
            self.text.wrap(self.text_width, 0)
        self.width, self.height = available_width, max(SEAL_ROOM, self.text.height) + self.style.leading * 0.25
        return self.width, self.height

    def draw(self) -> None:
        left = self.width - 4 * self.style.size - self.text_width
        middle = self.height / 2
        self.canv.saveState()
        self.canv.setStrokeGray(0.75)
        self.canv.setLineWidth(0.4)
        self.canv.setDash(2, 2)
        self.canv.circle(left + self.text_width / 2, middle, SEAL_DIAMETER / 2)
        self.canv.restoreState()
        self.text.drawOn(self.canv, left, middle - self.text.height / 2)


class ChartPlace(Flowable):
    def __init__(self, chart: Chart | Funnel, height: float, fonts: FontSet):
        super().__init__()
        self.chart, self.chart_height, self.fonts = chart, height, fonts

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        self.width, self.height = available_width, self.chart_height
        return self.width, self.height

    def draw(self) -> None:
        draw_chart(self.canv, self.chart, self.width, self.height, self.fonts.name(Role.HEI))


class CodePlace(Flowable):
    """A QR code with some lines beside it."""

    def __init__(self, text: str, lines: tuple[str, ...], style: Style):
        super().__init__()
        self.text = text
        self.beside = [Para(line, style=style) for line in lines]

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        lines = sum(para.wrap(available_width - _CODE_SIDE, 0)[1] for para in self.beside)
        self.width, self.height = available_width, max(_CODE_SIDE, lines) + _ABOVE_HEADING
        return self.width, self.height

    def draw(self) -> None:
        top = self.height - _ABOVE_HEADING
        draw_code(self.canv, self.text, 0, top - _CODE_SIDE, _CODE_SIDE)
        for para in self.beside:
            top -= para.height
            para.drawOn(self.canv, _CODE_SIDE, top)


class InkPlace(Flowable):
    """Strokes drawn as lines over a thin rule."""

    def __init__(self, strokes: tuple[tuple[tuple[int, int], ...], ...], height: float):
        super().__init__()
        self.strokes, self.field_height = strokes, height

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        self.width, self.height = available_width, self.field_height
        return self.width, self.height

    def draw(self) -> None:
        unit = self.field_height / _INK_HEIGHT
        self.canv.saveState()
        self.canv.setLineWidth(_RULE)
        self.canv.setStrokeGray(0.6)
        self.canv.line(0, 0, 2 * self.field_height, 0)
        self.canv.setStrokeGray(0)
        self.canv.setLineWidth(1.3)
        self.canv.setLineCap(1)
        self.canv.setLineJoin(1)
        for stroke in self.strokes:
            path = self.canv.beginPath()
            points = [(x * unit, self.field_height - y * unit) for x, y in stroke]
            path.moveTo(*points[0])
            for point in points[1:] or points:
                path.lineTo(*point)
            self.canv.drawPath(path)
        self.canv.restoreState()


class Bookmark(Flowable):
    """An entry in the outline that leads to this place."""

    def __init__(self, title: str, level: int):
        super().__init__()
        self.title, self.level = title, level

    def wrap(self, available_width: float, available_height: float) -> tuple[float, float]:
        return 0, 0

    def draw(self) -> None:
        key = f"{self.level}-{self.canv.getPageNumber()}-{self.title}-{self.canv.absolutePosition(0, 0)[1]:.1f}"
        self.canv.bookmarkHorizontal(key, 0, _ABOVE_HEADING)
        # A document may begin with a heading and have no title above it.
        self.canv.addOutlineEntry(self.title, key, min(self.level, self.canv._doc.outline.currentlevel + 1))
