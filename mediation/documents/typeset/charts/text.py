"""Widths of text, cut to fit, and round values for an axis."""

from __future__ import annotations

import math

from mediation.documents.typeset.charts.model import TEXT_SIZE


def text_width(text: str, size: float = TEXT_SIZE) -> float:
    """Width as estimated without a font: a full em for Chinese, 0.56 em for the rest."""
    return sum(1.0 if character > "\u2e7f" else 0.56 for character in text) * size


def scale(highest: float) -> list[float]:
    """Round axis values from 0 to at least the highest, in steps of 1, 2 or 5 times a power of ten."""
    if highest <= 0:
        return [0.0, 1.0]
    raw = highest / 4
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * (1 - 1e-9))
    return [step * number for number in range(math.ceil(highest / step - 1e-9) + 1)]


def shortened(text: str, width: float) -> str:
    """The text, cut with … where it is wider than the width."""
    if text_width(text) <= width:
        return text
    while text and text_width(text + "…") > width:
        text = text[:-1]
    return text + "…"


def two_lines(text: str, width: float) -> tuple[str, str]:
    """The text on one line, or broken into two, of which the second is cut to fit."""
    if text_width(text) <= width:
        return text, ""
    count = len(text)
    while count > 1 and text_width(text[:count]) > width:
        count -= 1
    return text[:count], shortened(text[count:], width)
