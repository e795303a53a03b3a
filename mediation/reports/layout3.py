"""A month as layout 3 had it, to compare it with an issue of then: one column of agreements, whatever they settle. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mediation.reports.frozen import Block, column

LAYOUT = 3
PARTS = ("settled_in_full", "settled_in_part")


def of_report(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The snapshot of a later layout with the columns and definitions that layout 3 knew; one of layout 3 as it is."""
    if figures["layout"] <= LAYOUT:
        return dict(figures)
    pages = [{**one, "blocks": [_block(block) for block in one["blocks"]]} for one in figures["pages"]]
    return {**figures, "layout": LAYOUT, "pages": pages}


def _block(block: Block) -> Block:
    if block["kind"] != "table":
        return block
    if block["key"] == "definitions":
        return {**block, "rows": [row for row in block["rows"] if row["key"] not in PARTS]}
    at = [place for place, one in enumerate(block["columns"]) if one["code"] in PARTS]
    if len(at) != len(PARTS):
        return block
    rows = [{**row, "cells": _merged(row["cells"], at)} for row in block["rows"]]
    whole = column("settled", "达成协议", "case", measure="settled")
    columns = [whole if place == at[0] else one for place, one in enumerate(block["columns"]) if place not in at[1:]]
    total = _merged(block["total"], at) if block["total"] else None
    return {**block, "columns": columns, "rows": rows, "total": total}


def _merged(cells: Sequence[Any], at: Sequence[int]) -> list[Any]:
    """The cells with the first of some places holding their sum, and without the others."""
    whole = sum(cells[place] for place in at)
    return [whole if place == at[0] else cell for place, cell in enumerate(cells) if place not in at[1:]]
