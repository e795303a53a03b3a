"""Tables as xlsx and csv: exactly the rows that are shown, guarded against formulas, with their number at the end."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import xlsxwriter
from flask_babel import gettext as _

from mediation.cases.tables import safe_cell
from mediation.statistics.display import UNITS, shown
from mediation.statistics.metrics import DAYS_COUNTED, DEFINED, Value
from mediation.statistics.monthly_report import COUNTS, DAYS, SUMS
from mediation.statistics.period import month, month_label

Cell = str | int | float | None
_FORMATS = {"case": "#,##0", "day": "0.0", "fen": "#,##0.00", "share": "0.0%", "": "@"}
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
    rows = tuple((_(measure.label), _(measure.definition)) for measure in DEFINED)
    return Table(_("指标含义"), (_("指标"), _("含义")), ("", ""), rows)


def to_csv(table: Table) -> bytes:
    """UTF-8 with a byte-order mark, so that spreadsheet programs show Chinese."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(table.headings)
    for row in (*table.rows, *([table.total] if table.total else [])):
        writer.writerow([safe_cell(_plain(cell, unit)) for cell, unit in zip(row, table.units, strict=True)])
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
        return cell or ""
    if unit == "fen":
        return f"{cell / 100:.2f}"
    return f"{cell:.4f}" if unit == "share" else cell


def _count_line(table: Table) -> str:
    return _("共 %(n)d 行", n=len(table.rows))


def of_report(figures: Mapping[str, Any]) -> list[Table]:
    """The sheets of a month's report, in Chinese as the report itself."""
    # As frozen: an earlier report knows fewer figures and may call them otherwise.
    labels = {one["code"]: one["label"] for one in figures["definitions"]}
    codes = [code for code in ("consultations", *COUNTS, *DAYS, *SUMS) if code in figures["total"]]
    heads = [(code, labels[code]) for code in codes]
    label = month_label(month(figures["month"]))
    headline = Table(
        "主要数字",
        (label, "本月", "上月", "上年同月"),
        ("", "", "", ""),
        tuple(
            (labels[line["code"]], *(shown(line["code"], line[key]) for key in ("value", "previous", "last_year")))
            for line in figures["headline"]
        ),
        note=_days_note(labels),
    )
    moved = figures["movement"]
    movement = Table(
        "未结增减",
        ("月初未结", "新收", "重新启动", "结案", "月末未结", "差额"),
        ("case",) * 6,
        (tuple(moved[key] for key in ("open_before", "received", "reopened", "closed", "open_after", "difference")),),
    )
    tables = [
        replace(table, note=_days_note(labels))
        for name, first, rows in (
            ("按公司", "公司", "companies"),
            ("按驿站", "驿站", "stations"),
            ("按案由", "案由", "causes"),
        )
        for table in [of_figures(name, heads, first, [(row["name"], row) for row in figures[rows]], figures["total"])]
    ]
    late = Table(
        "超期事项",
        ("登记号", "公司", "事项", "最后一日", "超期天数"),
        ("", "", "", "", "case"),
        tuple(
            (row["number"], row["company"], row["rule"], row["last_day"], row["days_late"])
            for row in figures["overdue"]["items"]
        ),
        note=f"截至{figures['as_of']}超期事项共{figures['overdue']['count']}项",
    )
    months = Table(
        "每月收案", ("月份", "收案"), ("", "case"), tuple((one["month"], one["cases"]) for one in figures["months"])
    )
    meanings = Table(
        "指标含义",
        ("指标", "含义"),
        ("", ""),
        tuple((one["label"], one["definition"]) for one in figures["definitions"]),
    )
    return [headline, movement, *tables, late, months, meanings]


def _days_note(labels: Mapping[str, str]) -> str:
    """Which days the table has: gross and net ones, or those of a report from before net days were counted."""
    return DAYS_COUNTED if "median_net_days" in labels else ""
