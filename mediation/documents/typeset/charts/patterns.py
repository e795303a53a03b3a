"""Hatching and markers: what tells series apart without colour, the same on a page and on paper."""

from __future__ import annotations

from mediation.documents.typeset.charts.model import Bar, Marker

Line = tuple[tuple[float, float], tuple[float, float]]

TONES = 7
DASHES = ((), (5.0, 2.5), (1.5, 2.0), (8.0, 2.0, 1.5, 2.0))
# How dark the ground of a bar is, 0 white and 1 black; the tones that share a ground differ by their hatching.
GROUNDS = (0.75, 0.0, 0.2, 0.0, 0.0, 0.45, 0.0)
_MARKERS = ("circle", "square", "triangle", "diamond")
_HATCH_STEP = 4.0
# The radius of the circle around a marked point.
RING = 5.2


def hatch(bar: Bar, rising: bool = True) -> list[Line]:
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


def hatching(bar: Bar) -> list[Line]:
    """The hatch of the bar's tone: rising for the second, crossed for the fourth, level for the fifth, upright for the last."""
    match bar.tone % TONES:
        case 1:
            return hatch(bar)
        case 3:
            return hatch(bar) + hatch(bar, rising=False)
        case 4:
            return _level(bar)
        case 6:
            return _upright(bar)
    return []


def _level(bar: Bar) -> list[Line]:
    count = int(bar.height / _HATCH_STEP)
    heights = (bar.y + (number + 0.5) * _HATCH_STEP for number in range(count))
    return [((bar.x, y), (bar.x + bar.width, y)) for y in heights]


def _upright(bar: Bar) -> list[Line]:
    count = int(bar.width / _HATCH_STEP)
    places = (bar.x + (number + 0.5) * _HATCH_STEP for number in range(count))
    return [((x, bar.y), (x, bar.y + bar.height)) for x in places]


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
