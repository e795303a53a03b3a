"""Tables as xlsx and csv: exactly the rows that are shown, guarded against formulas, with their number at the end."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import xlsxwriter
from flask import Response
from flask_babel import gettext as _

from mediation.cases.tables import safe_cell
from mediation.statistics.display import UNITS
from mediation.statistics.metrics import DEFINED, Value
from mediation.statistics.rates import RATE

Cell = str | int | float | None
_FORMATS = {
    "case": "#,##0",
    "person": "#,##0",
    "item": "#,##0",
    "day": "0.0",
    "fen": "#,##0.00",
    "share": "0.0%",
    "points": "0.0",
    "rate": "0.00",
    "": "@",
}
_MADE_AT = datetime(2000, 1, 1, tzinfo=UTC)  # the same figures give the same bytes


@dataclass(frozen=True)
class Table:
    """A named table. ``units`` says per column how numbers look: case, day, fen (written as yuan), share or "" (text)."""

    name: str
    headings: tuple[str, ...]
    units: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    note: str = ""


def of_figures(
    name: str, heads: Sequence[tuple[str, str]], first: str, rows: Sequence[tuple[str, Mapping[str, Value]]], total: Any
) -> Table:
    """A table with a name and one column per measure: ``heads`` holds (code, label), ``rows`` (name, figures)."""
    codes = [code for code, _label in heads]
    return Table(
        name,
        (first, *(label + _("（%(note)s）", note=_("元")) if UNITS[code] == "fen" else label for code, label in heads)),
        ("", *(UNITS[code] for code in codes)),
        tuple((label, *(figures[code] for code in codes)) for label, figures in rows),
        (_("合计"), *(total[code] for code in codes)),
    )


def definitions() -> Table:
    """What each figure means, as a sheet beside the figures."""
    rows = tuple((_(measure.label), _(measure.definition)) for measure in (*DEFINED, RATE))
    return Table(_("指标含义"), (_("指标"), _("含义")), ("", ""), rows)


def to_csv(table: Table) -> bytes:
    """UTF-8 with a byte-order mark, so that spreadsheet programs show Chinese."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(table.headings)
    for row in (*table.rows, *([table.total] if table.total else [])):
        writer.writerow([_plain(cell, unit) for cell, unit in zip(row, table.units, strict=True)])
    writer.writerow([_count_line(table)])
    if table.note:
        writer.writerow([safe_cell(table.note)])
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def to_xlsx(tables: Sequence[Table]) -> bytes:
    """A workbook with one sheet per table; text is never taken for a formula or a link."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": _MADE_AT})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        looks = {unit: book.add_format({"num_format": look}) for unit, look in _FORMATS.items()}
        for table in tables:
            sheet = book.add_worksheet(table.name[:31])
            sheet.freeze_panes(1, 1)
            sheet.set_column(0, 0, 30)
            sheet.set_column(1, max(1, len(table.headings) - 1), 15)
            sheet.write_row(0, 0, table.headings, bold)
            rows = (*table.rows, *([table.total] if table.total else []))
            for at, row in enumerate(rows, 1):
                for column, (cell, unit) in enumerate(zip(row, table.units, strict=True)):
                    _write(sheet, at, column, cell, unit, looks[unit])
            sheet.write_string(len(rows) + 1, 0, _count_line(table))
            if table.note:
                sheet.write_string(len(rows) + 2, 0, safe_cell(table.note))
    return target.getvalue()


def _write(sheet: Any, row: int, column: int, cell: Cell, unit: str, look: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, str):
        sheet.write_string(row, column, safe_cell(cell), look)
    else:
        # Fen as yuan: two decimals of a sum below 10^13 are exact in a double.
        sheet.write_number(row, column, cell / 100 if unit == "fen" else cell, look)


def _plain(cell: Cell, unit: str) -> Cell:
    if cell is None or isinstance(cell, str):
        return safe_cell(cell or "")
    if unit == "fen":
        return f"{cell / 100:.2f}"
    return f"{cell:.4f}" if unit in ("share", "rate") else cell


def _count_line(table: Table) -> str:
    return _("共 %(n)d 行", n=len(table.rows))


_MEDIA = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def as_file(content: bytes, kind: str, name: str) -> Response:
    """A download of some bytes; ``kind`` is pdf, csv or xlsx."""
    response = Response(content, mimetype=_MEDIA[kind])
    # A header is ASCII (RFC 8187); a server that takes no other drops the whole answer.
    names = {"filename": f"report.{kind}", "filename*": f"UTF-8''{quote(f'{name}.{kind}', safe='')}"}
    response.headers.set("Content-Disposition", "attachment", **names)
    return response
