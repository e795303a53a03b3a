"""The little of the Compact Font Format that embedding needs: which character identifier (CID) each glyph carries.

A CID-keyed CFF font is addressed in a PDF by CID, not by glyph number; HarfBuzz keeps the charset of the subset, so the
codes written into the page must be the CIDs of the original font.
"""

from collections.abc import Sequence

_ESCAPE, _ROS, _CHARSET, _CHAR_STRINGS = 12, 1230, 15, 17


def glyph_cids(table: bytes) -> Sequence[int] | None:
    """The CID of every glyph of a `CFF ` table, by glyph number; None when the font is keyed by glyph name.

    Reads the header, the Top DICT and the charset only.
    """
    after_names, _, _ = _index_span(table, table[2])
    _, start, end = _first_index_item(table, after_names)
    top = _read_dict(table[start:end])
    if _ROS not in top:
        return None
    offset = top[_CHAR_STRINGS][0]
    glyph_count = int.from_bytes(table[offset : offset + 2], "big")
    return _read_charset(table, top[_CHARSET][0], glyph_count)


def _index_span(table: bytes, position: int) -> tuple[int, int, list[int]]:
    """(position after the INDEX, base of its data, its offsets)."""
    count = int.from_bytes(table[position : position + 2], "big")
    if not count:
        return position + 2, 0, []
    size = table[position + 2]
    at = position + 3
    offsets = [int.from_bytes(table[at + n * size : at + (n + 1) * size], "big") for n in range(count + 1)]
    base = at + (count + 1) * size - 1
    return base + offsets[-1], base, offsets


def _first_index_item(table: bytes, position: int) -> tuple[int, int, int]:
    after, base, offsets = _index_span(table, position)
    return after, base + offsets[0], base + offsets[1]


def _read_dict(data: bytes) -> dict[int, list[int]]:
    """Operator → operands of a DICT; two-byte operators are numbered 1200 + second byte; reals read as 0."""
    entries: dict[int, list[int]] = {}
    operands: list[int] = []
    at = 0
    while at < len(data):
        if data[at] > 21:
            value, at = _read_operand(data, at)
            operands.append(value)
            continue
        operator = data[at]
        at += 1
        if operator == _ESCAPE:
            operator = 1200 + data[at]
            at += 1
        entries[operator], operands = operands, []
    return entries


def _read_operand(data: bytes, at: int) -> tuple[int, int]:
    first = data[at]
    if first == 28:
        return int.from_bytes(data[at + 1 : at + 3], "big", signed=True), at + 3
    if first == 29:
        return int.from_bytes(data[at + 1 : at + 5], "big", signed=True), at + 5
    if first == 30:
        at += 1
        while data[at] & 15 != 15:
            at += 1
        return 0, at + 1
    if first < 247:
        return first - 139, at + 1
    if first < 251:
        return (first - 247) * 256 + data[at + 1] + 108, at + 2
    return -(first - 251) * 256 - data[at + 1] - 108, at + 2


def _read_charset(table: bytes, position: int, glyph_count: int) -> Sequence[int]:
    kind = table[position]
    at = position + 1
    cids = [0]
    if kind == 0:
        cids += [int.from_bytes(table[at + 2 * n : at + 2 * n + 2], "big") for n in range(glyph_count - 1)]
        return cids
    width = 3 if kind == 1 else 4
    while len(cids) < glyph_count:
        first = int.from_bytes(table[at : at + 2], "big")
        left = int.from_bytes(table[at + 2 : at + width], "big")
        cids += range(first, first + left + 1)
        at += width
    return cids
