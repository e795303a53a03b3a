"""The frozen pages of a report for the screen: what each cell says and which cases stand behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from mediation.documents.typeset.charts import to_svg
from mediation.reports import layout2, links
from mediation.reports.charts import chart_of
from mediation.reports.frozen import PAGES, Block, link, shown, unit_of
from mediation.statistics.spreadsheet import Table

CHART_WIDTH, CHART_HEIGHTS = 720, {"trend": 300, "outcomes": 300, "days": 190, "funnel": 320}


@dataclass(frozen=True)
class ShownCell:
    """A cell as text; ``href`` leads to its cases, "" where there is no such list."""

    text: str
    is_number: bool = True
    href: str = ""


@dataclass(frozen=True)
class ShownTable:
    """A table with its title, headings, lines (the total last, if there is one) and small print."""

    key: str
    title: str
    heads: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[ShownCell, ...], ...]
    has_total: bool = False
    note: str = ""


@dataclass(frozen=True)
class ShownBlock:
    """One block of a page: ``kind`` as frozen, with what it shows."""

    kind: str
    text: str = ""
    table: ShownTable | None = None
    chart: Markup | None = None
    tiles: tuple[tuple[str, ShownCell, str], ...] = ()


@dataclass(frozen=True)
class ShownPage:
    """A page with its title."""

    key: str
    title: str
    blocks: tuple[ShownBlock, ...]


def of_report(figures: Mapping[str, Any]) -> list[ShownPage]:
    """The pages of a snapshot; one of a layout without pages has its tables on one page, as its sheets have them."""
    if figures.get("layout", 1) < PAGES:
        blocks = [ShownBlock("text", sentence) for sentence in figures["sentences"]]
        blocks += [ShownBlock("table", table=_sheet(one)) for one in layout2.of_report(figures)]
        return [ShownPage("all", "", tuple(blocks))]
    tables = {block["key"]: block for one in figures["pages"] for block in one["blocks"] if block["kind"] == "table"}
    month = (figures["from"], figures["to"])
    return [
        ShownPage(one["key"], one["title"], tuple(_block(block, tables, month) for block in one["blocks"]))
        for one in figures["pages"]
    ]


def _block(block: Block, tables: Mapping[str, Block], month: Sequence[str]) -> ShownBlock:
    match block["kind"]:
        case "table":
            return ShownBlock("table", table=_table(block, month))
        case "chart":
            drawn = chart_of(block, tables)
            height = CHART_HEIGHTS[block["name"]]
            # Made of numbers and names, each escaped where it is drawn.
            return ShownBlock("chart", chart=Markup(to_svg(drawn, CHART_WIDTH, height)) if drawn else None)  # noqa: S704
        case "tiles":
            return ShownBlock("tiles", tiles=tuple(_tiles(block, tables[block["table"]], month)))
    return ShownBlock(block["kind"], block["text"])


def _tiles(block: Block, found: Block, month: Sequence[str]) -> list[tuple[str, ShownCell, str]]:
    lines = {row["key"]: row for row in found["rows"]}
    tiles = []
    for key in block["rows"]:
        cells = _cells(found, lines[key], lines[key]["cells"], month)
        tiles.append((cells[0].text, cells[1], f"上月 {cells[2].text} · 上年同月 {cells[4].text}"))
    return tiles


def _table(found: Block, month: Sequence[str]) -> ShownTable:
    rows = [_cells(found, row, row["cells"], month) for row in found["rows"]]
    if found["total"]:
        rows.append(_cells(found, None, found["total"], month))
    return ShownTable(
        found["key"],
        found["title"],
        tuple((column["label"], bool(column["unit"])) for column in found["columns"]),
        tuple(rows),
        bool(found["total"]),
        found["note"],
    )


def _cells(
    found: Block, line: Mapping[str, Any] | None, cells: Sequence[Any], month: Sequence[str]
) -> tuple[ShownCell, ...]:
    changes = (line or {}).get("changes") or [""] * len(cells)
    shown_cells = []
    for at, value in enumerate(cells):
        target = link(found, line, at, month)
        text = shown(unit_of(found, line, at), value) + changes[at]
        shown_cells.append(ShownCell(text, bool(found["columns"][at]["unit"]), links.path_of(target) if target else ""))
    return tuple(shown_cells)


def _sheet(table: Table) -> ShownTable:
    """A sheet of an earlier layout."""
    rows = [*table.rows, *([table.total] if table.total else [])]
    return ShownTable(
        table.name,
        table.name,
        tuple((head, bool(unit)) for head, unit in zip(table.headings, table.units, strict=True)),
        tuple(
            tuple(ShownCell(shown(unit, cell), bool(unit)) for cell, unit in zip(row, table.units, strict=True))
            for row in rows
        ),
        bool(table.total),
        table.note,
    )
