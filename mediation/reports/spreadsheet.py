"""The sheets of a month's report: each table of its PDF, with the same frozen figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mediation.reports import layout2
from mediation.reports.frozen import PAGES, Block, tables
from mediation.statistics.spreadsheet import Table


def of_report(figures: Mapping[str, Any]) -> list[Table]:
    """The sheets of a month's report, in Chinese as the report itself; a correction has one more, with what it corrects."""
    if figures.get("layout", 1) < PAGES:
        return layout2.of_report(figures)
    sheets = [_turned(one) if any("unit" in row for row in one["rows"]) else _sheet(one) for one in tables(figures)]
    changed = figures.get("issue", {}).get("differences") or []
    if changed:
        sheets.insert(1, _corrections(changed))
    return sheets


def _sheet(found: Block) -> Table:
    return Table(
        found["title"],
        tuple(column["label"].replace("万元", "元") for column in found["columns"]),
        tuple(_unit(column["unit"]) for column in found["columns"]),
        tuple(tuple(row["cells"]) for row in found["rows"]),
        tuple(found["total"] or ()),
        found["note"],
    )


def _turned(found: Block) -> Table:
    """A table whose lines have units of their own, with its lines as columns: a column of a sheet has one format."""
    kept = [at for at, column in enumerate(found["columns"]) if at and not column.get("derived")]
    return Table(
        found["title"],
        (found["columns"][0]["label"], *(row["cells"][0] for row in found["rows"])),
        ("", *(_unit(row["unit"]) for row in found["rows"])),
        tuple((found["columns"][at]["label"], *(row["cells"][at] for row in found["rows"])) for at in kept),
        (),
        found["note"],
    )


def _unit(unit: str) -> str:
    """The format of a column: what the sheets know of."""
    return {"rate": "day", "wan": "fen", "hours": "day", "number": "day", "item": "case", "person": "case"}.get(
        unit, unit
    )


def _corrections(changed: list[dict[str, Any]]) -> Table:
    return Table(
        "较上一版的更正",
        ("表", "行", "列", "上一版", "本版"),
        ("",) * 5,
        tuple((one["table"], one["row"], one["code"], one["before"] or "", one["after"] or "") for one in changed),
    )
