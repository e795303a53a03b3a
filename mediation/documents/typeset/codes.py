"""The proof code in the foot of the first sheet: a QR code with two small lines beside it."""

from __future__ import annotations

import segno
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

SIDE = 28 * mm
_FROM_EDGE = 6 * mm
_SMALL = 6.5
# Four modules of white all around, as scanners expect; the margin of the sheet gives three sides of them.
_QUIET = 4


def draw_proof(canvas: Canvas, text: str, left: float, font: str) -> None:
    """Draw the code of a paper at the foot of the sheet; ``text`` is what a scanner reads."""
    draw_code(canvas, text, left, _FROM_EDGE, SIDE)
    beside = left + SIDE
    canvas.saveState()
    canvas.setFont(font, _SMALL)
    canvas.setFillGray(0.35)
    canvas.drawString(beside, _FROM_EDGE + _SMALL * 1.5, "扫码核对编号、当事人、金额和日期")
    canvas.drawString(beside, _FROM_EDGE, "本码附电子签名，改动任一处即不能通过核验")
    canvas.restoreState()


def draw_code(canvas: Canvas, text: str, left: float, foot: float, side: float) -> None:
    """Draw a QR code with its lower left corner at a point; `side` takes in the white above and at its right."""
    code = segno.make_qr(text, error="l", boost_error=False)
    rows = [bytes(row) for row in code.matrix]
    module = side / (len(rows) + _QUIET)
    canvas.saveState()
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        y = foot + (len(rows) - 1 - number) * module
        for start, length in _runs(row):
            path.rect(left + start * module, y, length * module, module)
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


def _runs(row: bytes) -> list[tuple[int, int]]:
    """(start, length) of the dark runs of a row: a run drawn as one rectangle leaves no hairlines between modules."""
    runs: list[tuple[int, int]] = []
    for at, dark in enumerate(row):
        if not dark:
            continue
        if runs and sum(runs[-1]) == at:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((at, 1))
    return runs
