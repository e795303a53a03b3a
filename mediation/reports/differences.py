"""What a new version of a month corrects of the one before: every cell of every table that differs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mediation.reports import layout3
from mediation.reports.frozen import PAGES, Block, shown, tables, unit_of

TOTAL = "合计"
ALL_SIGNALS = 4  # up to this layout a month printed each of its signals


def between(new: Mapping[str, Any], old: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Dictionaries of ``table``, ``row``, ``code`` (as printed: title, line, column), ``before`` and ``after`` as shown.

    A line that only one of them has stands with an empty ``code``. Of a version without pages only the headline figures
    and the reconciliation are compared: it has no other table like this one's; with one of layout 3 as that had it. Of
    the signals of a layout that printed them all only those are compared that this one prints as well.
    """
    if old.get("layout", 1) < PAGES:
        return list(_headline(new, old))
    if old["layout"] == layout3.LAYOUT:
        new = layout3.of_report(new)
    earlier = {one["key"]: one for one in tables(old)}
    found: list[dict[str, Any]] = []
    for one in tables(new):
        before = earlier.pop(one["key"], None)
        if one["key"] == "signals" and before and old["layout"] <= ALL_SIGNALS:
            one, before = _of_both(one, before), _of_both(before, one)
        found += _table(one, before)
    for gone in earlier.values():
        found += _table(None, gone)
    return found


def _of_both(one: Block, other: Block) -> Block:
    keys = {row["key"] for row in other["rows"]}
    return {**one, "rows": [row for row in one["rows"] if row["key"] in keys]}


def _table(new: Block | None, old: Block | None) -> Iterator[dict[str, Any]]:
    one = new or old
    assert one is not None
    before, after = (_cells(found) for found in (old, new))
    names = _names(old) | _names(new)
    for key in {**before, **after}:
        was, now = before.get(key), after.get(key)
        if was is None or now is None:
            # A line that came or went: once, with all it says.
            yield _said(one, names[key], "", _line(was), _line(now))
            continue
        for label in {**was, **now}:
            if was.get(label) != now.get(label):
                yield _said(one, names[key], label, was.get(label), now.get(label))


def _said(one: Block, row: str, code: str, before: str | None, after: str | None) -> dict[str, Any]:
    return {"table": one["title"], "row": row, "code": code, "before": before, "after": after}


def _cells(found: Block | None) -> dict[str, dict[str, str]]:
    """Line → column → cell as shown. What follows from other cells of the line is left out."""
    if found is None:
        return {}
    lines = {row["key"]: (row, row["cells"]) for row in found["rows"]}
    if found["total"]:
        lines[TOTAL] = (None, found["total"])
    return {key: _line_cells(found, row, cells) for key, (row, cells) in lines.items()}


def _line_cells(found: Block, row: Mapping[str, Any] | None, cells: Sequence[Any]) -> dict[str, str]:
    return {
        column["label"]: shown(unit_of(found, row, at), cells[at])
        for at, column in enumerate(found["columns"])
        if at and not column.get("derived")
    }


def _names(found: Block | None) -> dict[str, str]:
    if found is None:
        return {}
    return {row["key"]: str(row["cells"][0]) for row in found["rows"]} | {TOTAL: TOTAL}


def _line(cells: Mapping[str, str] | None) -> str | None:
    return "；".join(f"{label} {value}" for label, value in cells.items()) if cells else None


def _headline(new: Mapping[str, Any], old: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    found = next(one for one in tables(new) if one["key"] == "headline")
    before = {line["code"]: line["value"] for line in old["headline"]}
    for row in found["rows"]:
        if row["key"] in before and row["cells"][1] != before[row["key"]]:
            values = (shown(row["unit"], value) for value in (before[row["key"]], row["cells"][1]))
            yield _said(found, row["cells"][0], "本月", *values)
    moved = next(one for one in tables(new) if one["key"] == "movement")
    for column, value in zip(moved["columns"][1:], moved["rows"][0]["cells"][1:], strict=True):
        was = old["movement"].get(column["code"])
        if was != value:
            yield _said(moved, moved["title"], column["label"], shown("case", was), shown("case", value))
