"""Draws the shapes of a chart on a ReportLab canvas."""

from reportlab.pdfgen.canvas import Canvas

from mediation.documents.typeset.charts import (
    GROUNDS,
    RING,
    TONES,
    Bar,
    Chart,
    Funnel,
    Label,
    Marker,
    Ring,
    Stroke,
    hatching,
    marker_points,
    shapes,
)

_FAINT = 0.8


def draw_chart(canvas: Canvas, chart: Chart | Funnel, width: float, height: float, font: str) -> None:
    """The chart in a box whose lower left corner is the canvas's origin; `font` is a registered font name."""
    for shape in shapes(chart, width, height):
        canvas.saveState()
        match shape:
            case Bar():
                _bar(canvas, shape, height)
            case Stroke(points, line_width, dash, is_faint):
                canvas.setLineWidth(line_width)
                canvas.setStrokeGray(_FAINT if is_faint else 0)
                canvas.setDash(list(dash))
                canvas.drawPath(_path(canvas, points, height), stroke=1, fill=0)
            case Marker(x, y, _, _):
                corners = marker_points(shape)
                if corners:
                    canvas.drawPath(_path(canvas, (*corners, corners[0]), height), stroke=0, fill=1)
                else:
                    canvas.circle(x, height - y, 2.6, stroke=0, fill=1)
            case Ring(x, y):
                canvas.setLineWidth(1.2)
                canvas.circle(x, height - y, RING, stroke=1, fill=0)
            case Label(x, y, text, anchor, size):
                canvas.setFont(font, size)
                draw = {"start": canvas.drawString, "middle": canvas.drawCentredString, "end": canvas.drawRightString}
                draw[anchor](x, height - y, text)
        canvas.restoreState()


def _bar(canvas: Canvas, bar: Bar, height: float) -> None:
    canvas.setLineWidth(0.6)
    canvas.setFillGray(1 - GROUNDS[bar.tone % TONES])
    canvas.rect(bar.x, height - bar.y - bar.height, bar.width, bar.height, stroke=1, fill=1)
    canvas.lines([(x1, height - y1, x2, height - y2) for (x1, y1), (x2, y2) in hatching(bar)])


def _path(canvas: Canvas, points, height: float):
    path = canvas.beginPath()
    path.moveTo(points[0][0], height - points[0][1])
    for x, y in points[1:]:
        path.lineTo(x, height - y)
    return path
