"""The rows that could not be imported, in the layout of their own ledger, with what is wrong in a last column."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from mediation.attachments.spreadsheets import AS_WRITTEN, Cell, Grid, read_grids, write_cell
from mediation.ledger.rows import Issue
from mediation.ledger.service import FAULTY, Judged, Preview
from mediation.ledger.sheets import Sheet


def faulty_rows(seen: Preview, data: bytes) -> tuple[bytes, int]:
    """A workbook (bytes, number of rows) to mend and to import again. Formulas go out as text."""
    grids = {grid.name: grid for grid in read_grids(data, seen.filename)}
    faulty = {(one.row.sheet, one.row.row): one for one in seen.of(FAULTY)}
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, AS_WRITTEN) as book:
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
            write_cell(page, line, column, cell, day, bold)
    page.write_string(len(header) - 1, last, _("问题"), bold)
    page.set_column(last, last, 60, wrapped)
    page.freeze_panes(len(header), 0)
    for line, (cells, judged) in enumerate(rows, len(header)):
        for column, cell in enumerate(cells):
            write_cell(page, line, column, cell, day)
        page.write_string(line, last, "\n".join(sentence(issue) for issue in judged.issues), wrapped)


def sentence(issue: Issue) -> str:
    """An issue with the letter of its column in the ledger it came from, without the value."""
    return f"{issue.column}：{issue.message}" if issue.column else issue.message
