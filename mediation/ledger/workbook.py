"""The rows that could not be imported, in the layout of their own ledger, with what is wrong in a last column."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from mediation.cases.tables import safe_cell
from mediation.ledger.reading import Cell, Grid, read_grids
from mediation.ledger.rows import Issue
from mediation.ledger.service import FAULTY, Judged, Preview
from mediation.ledger.sheets import Sheet

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def faulty_rows(seen: Preview, data: bytes) -> tuple[bytes, int]:
    """A workbook (bytes, number of rows) to mend and to import again. Formulas go out as text."""
    grids = {grid.name: grid for grid in read_grids(data, seen.filename)}
    faulty = {(one.row.sheet, one.row.row): one for one in seen.of(FAULTY)}
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        for sheet in seen.ledger.sheets:
            rows = [raw for raw in sheet.rows if (sheet.name, raw.number) in faulty]
            if rows:
                _write_sheet(
                    book, sheet, grids[sheet.name], [(raw.cells, faulty[sheet.name, raw.number]) for raw in rows]
                )
        if not faulty:
            book.add_worksheet()
    return target.getvalue(), len(faulty)


def _write_sheet(book: Any, sheet: Sheet, grid: Grid, rows: list[tuple[tuple[Cell, ...], Judged]]) -> None:
    page = book.add_worksheet(sheet.name[:31])
    bold, wrapped = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"text_wrap": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    header = [grid.rows[number - 1] for number in sheet.header_rows]
    last = max(len(cells) for cells in (*header, *(cells for cells, _judged in rows)))
    for line, cells in enumerate(header):
        for column, cell in enumerate(cells):
            _write_cell(page, line, column, cell, day, bold)
    page.write_string(len(header) - 1, last, _("问题"), bold)
    page.set_column(last, last, 60, wrapped)
    page.freeze_panes(len(header), 0)
    for line, (cells, judged) in enumerate(rows, len(header)):
        for column, cell in enumerate(cells):
            _write_cell(page, line, column, cell, day)
        page.write_string(line, last, "\n".join(sentence(issue) for issue in judged.issues), wrapped)


def _write_cell(page: Any, line: int, column: int, cell: Cell, day: Any, text_format: Any = None) -> None:
    value = cell.value
    if cell.formula:
        page.write_string(line, column, safe_cell(cell.formula), text_format)
    elif isinstance(value, datetime | date):
        page.write_datetime(line, column, value, day)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        page.write_number(line, column, value, text_format)
    elif cell.text:
        page.write_string(line, column, safe_cell(str(value) if isinstance(value, str) else cell.text), text_format)


def sentence(issue: Issue) -> str:
    """An issue with the letter of its column in the ledger it came from, without the value."""
    return f"{issue.column}：{issue.message}" if issue.column else issue.message
