"""What a month is frozen as: pages of blocks, in plain JSON, with nothing that would have to be looked up again. Pure.

The PDF, the page on the screen and the spreadsheet are three ways of showing these blocks, so they cannot differ. A block
is a dictionary with a ``kind``: ``text`` and ``note`` (``text``), ``heading`` (``text``), ``tiles`` (``table``, ``rows``),
``chart`` (``name`` and the ``table`` it is drawn from) or ``table``.

A table has ``key``, ``title``, ``columns`` (``code``, ``label``, ``unit``), ``rows`` (``key``, ``cells``), ``total`` (cells
or None) and ``note``. Units are those of measures (case, day, fen, share), rate (per thousand), wan (fen shown as 万元), hours, number, or "" for
text; a row with a ``unit`` of its own has it for all its cells but the first. A cell is a text, a number or None (there is
none); one of :data:`HIDDEN` stands where a number would point to a person. Columns and rows may say which cases stand behind a
number: ``measure``, ``period`` (two ISO days), ``dims``; a row may instead name a ``case`` or a ``path`` of the product.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mediation.core.money import yuan
from mediation.statistics import small_cells
from mediation.statistics.display import NONE, number, share

# 1: without net days; 2: one table per dimension, without pages; 3: nine pages and an annex; 4: agreements on all and on a
# part of the requests apart; 5: of the signals the weightiest, and how many more there are
LAYOUT = 5
PAGES = 3  # from this layout on a snapshot is made of pages
NAME = "快递物流行业劳动争议调解月报"
HIDDEN = frozenset({small_cells.SMALL, small_cells.HIDDEN})
Cell = str | int | float | None
Block = dict[str, Any]


def title_of(figures: Mapping[str, Any]) -> str:
    """What the report is called; a company's part names the company."""
    return f"{NAME}（{figures['company']}）" if "company" in figures else NAME


def version_of(issue: Mapping[str, Any]) -> str:
    """第1版, or 草稿."""
    return f"第{issue['version']}版" if "version" in issue else "草稿"


def text(words: str) -> Block:
    """A paragraph."""
    return {"kind": "text", "text": words}


def note(words: str) -> Block:
    """Small print."""
    return {"kind": "note", "text": words}


def heading(words: str) -> Block:
    """A heading inside a page."""
    return {"kind": "heading", "text": words}


def chart(name: str, table: str) -> Block:
    """A chart drawn from a table of the same page; ``name`` is a function of :mod:`charts`."""
    return {"kind": "chart", "name": name, "table": table}


def column(code: str, label: str, unit: str = "", **more: Any) -> dict[str, Any]:
    """A column. ``more``: measure, period, dims; ``derived`` for what follows from other columns of its row."""
    return {"code": code, "label": label, "unit": unit, **more}


def row(key: object, cells: Sequence[Any], **more: Any) -> dict[str, Any]:
    """A row. ``more``: unit, measure, period, dims, case, path; ``shades`` of its cells (0 to 1)."""
    return {"key": str(key), "cells": list(cells), **more}


def table(
    key: str,
    title: str,
    columns: Sequence[Mapping[str, Any]],
    rows: Sequence[Mapping[str, Any]],
    *,
    total: Sequence[Any] | None = None,
    note: str = "",
    **more: Any,
) -> Block:
    """A table. ``more``: widths (shares of the line per column). Raises ValueError for a row of another length."""
    if any(len(one) != len(columns) for one in (*(row["cells"] for row in rows), *([total] if total else []))):
        raise ValueError(f"{key}: a row has another number of cells than there are columns")
    made = {"kind": "table", "key": key, "title": title, "columns": list(columns), "rows": list(rows)}
    return made | {"total": list(total) if total else None, "note": note, **more}


def page(key: str, title: str, *blocks: Block) -> dict[str, Any]:
    """A page of the report."""
    return {"key": key, "title": title, "blocks": list(blocks)}


def tables(figures: Mapping[str, Any]) -> Iterator[Block]:
    """All tables of a snapshot, in order."""
    for one in figures["pages"]:
        yield from (block for block in one["blocks"] if block["kind"] == "table")


def find(figures: Mapping[str, Any], key: str) -> Block | None:
    """The table of a key; None where the month has none."""
    return next((one for one in tables(figures) if one["key"] == key), None)


def cell(found: Mapping[str, Any], row_key: object, code: str) -> Cell:
    """A cell of a table. Raises KeyError."""
    at = [one["code"] for one in found["columns"]].index(code)
    for one in found["rows"]:
        if one["key"] == str(row_key):
            return one["cells"][at]
    raise KeyError(row_key)


def unit_of(found: Mapping[str, Any], line: Mapping[str, Any] | None, at: int) -> str:
    """The unit of a cell; ``line`` None for the total."""
    column_unit = found["columns"][at]["unit"]
    return line.get("unit", column_unit) if line and at and column_unit else column_unit


def shown(unit: str, value: Cell) -> str:
    """A cell as text."""
    if value is None:
        return NONE
    if isinstance(value, str):
        return value
    match unit:
        case "share":
            return share(value)
        case "fen":
            return yuan(int(value))
        case "wan":
            return f"{value / 1_000_000:,.2f}"
        case "rate":
            return f"{value:,.2f}"
        case "hours":
            return f"{value:,.1f}"
    return number(value)


def link(found: Mapping[str, Any], line: Mapping[str, Any] | None, at: int, month: Sequence[str]) -> dict[str, Any]:
    """What stands behind a cell: ``measure``, ``period`` and ``dims``, or ``case``, or ``path``; empty for nothing.

    ``month`` is the first and last day of the report's month.
    """
    head, line = found["columns"][at], line or {}
    cells = line.get("cells")
    value = cells[at] if cells else 0
    if value is None or value in HIDDEN or head.get("derived"):
        return {}
    if at == 0 and ("case" in line or "path" in line):
        return {key: line[key] for key in ("case", "path") if key in line}
    measure = line.get("measure") or head.get("measure")
    if measure is None or not head.get("unit") or isinstance(value, str):
        return {}
    if line.get("dims", {}) is None or head.get("dims", {}) is None:
        return {}  # a line of the rest: no list holds just these cases
    return {
        "measure": measure,
        "period": line.get("period") or head.get("period") or list(month),
        "dims": {**line.get("dims", {}), **head.get("dims", {})},
    }
