"""Uploaded spreadsheets as grids of cells: xlsx, xls, xlsb, ods and csv; and cells written back without harm.

A grid keeps every cell where it stands, so that row numbers and column letters are those a person sees when
opening the file. Formulas are kept beside their last value and never computed.
"""

import csv
import html
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import python_calamine as calamine
from flask_babel import gettext as _

from mediation.core.errors import DomainError

MAX_FILE_BYTES = 20 * 2**20
MAX_UNPACKED_BYTES = 300 * 2**20
MAX_ROWS = 50_000
MAX_COLUMNS = 200

Value = str | int | float | bool | date | datetime | time | timedelta | None

# How to write a workbook of what people typed: text stays text.
AS_WRITTEN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}

# A cell that starts with one of these is a formula to a spreadsheet program, or turns into one when re-read.
_FORMULA_START = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]")
_ENCODINGS = ("utf-8-sig", "gb18030")
_FORMULA = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d+)"[^>]*>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?f>)', re.DOTALL
)
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")


class SpreadsheetError(DomainError):
    """The file cannot be read as a table at all; the message says what to do."""

    status = 400


@dataclass(frozen=True, slots=True)
class Cell:
    """``value`` as the file has it (None when empty); ``formula`` with its equals sign, else None."""

    value: Value = None
    formula: str | None = None

    @property
    def text(self) -> str:
        """The cell as a person reads it: trimmed, without invisible characters, whole numbers without .0."""
        return cell_text(self.value)

    @property
    def raw(self) -> str:
        """What is shown when the cell is complained about: the formula itself, else the text."""
        return self.formula or self.text


EMPTY = Cell()


@dataclass(frozen=True, slots=True)
class Span:
    """A merged range; rows count from 1, columns from 0, ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. ``rows[0]`` is row 1 of the file."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    spans: tuple[Span, ...] = ()
    hidden: bool = False


def cell_text(value: object) -> str:
    """Any cell value as trimmed text; dates as ISO, numbers at the fifteen digits a spreadsheet shows."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return format(Decimal(format(value, ".15g")), "f")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return _INVISIBLE.sub("", str(value)).strip(" \t\r\n\u3000\u00a0")


def safe_cell(value: Any) -> Any:
    """A value no spreadsheet program takes for a formula."""
    if isinstance(value, str) and value.startswith(_FORMULA_START):
        return "'" + value
    return value


def write_cell(page: Any, line: int, column: int, cell: Cell, day: Any, text_format: Any = None) -> None:
    """A cell that was read, written to a page of xlsxwriter's: a formula goes out as text. ``day``: the format of dates."""
    value = cell.value
    if cell.formula:
        page.write_string(line, column, safe_cell(cell.formula), text_format)
    elif isinstance(value, datetime | date):
        page.write_datetime(line, column, value, day)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        page.write_number(line, column, value, text_format)
    elif cell.text:
        page.write_string(line, column, safe_cell(str(value) if isinstance(value, str) else cell.text), text_format)


def read_grids(
    data: bytes, filename: str, *, most_bytes: int = MAX_FILE_BYTES, most_unpacked: int = MAX_UNPACKED_BYTES
) -> tuple[Grid, ...]:
    """All sheets of a file. Raises ``SpreadsheetError``."""
    if len(data) > most_bytes:
        raise SpreadsheetError(_("文件超过 %(size)s MB，请拆分后再导入。", size=most_bytes // 2**20))
    if not data.strip():
        raise SpreadsheetError(_("文件是空的。"))
    if filename.lower().endswith((".csv", ".tsv", ".txt")):
        return (_read_csv(data, filename),)
    return _read_workbook(data, most_unpacked)


def _read_csv(data: bytes, filename: str) -> Grid:
    text = _decode(data)
    first_lines = text[:4000]
    delimiter = max(",\t;", key=first_lines.count)
    name = re.sub(r".*[/\\]|\.\w+$", "", filename)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise SpreadsheetError(_("无法按 CSV 读取：%(reason)s", reason=str(error))) from error
    return _grid(name, rows)


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SpreadsheetError(_("文字编码无法识别，请另存为 xlsx 或 UTF-8 的 CSV 再导入。"))


def _read_workbook(data: bytes, most_unpacked: int) -> tuple[Grid, ...]:
    _refuse_bombs(data, most_unpacked)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        formulas = _formulas(data)
        return tuple(
            _read_sheet(book, meta.name, meta.visible, formulas.get(meta.name, {}))
            for meta in book.sheets_metadata
            if meta.typ == calamine.SheetTypeEnum.WorkSheet
        )
    except calamine.PasswordError as error:
        raise SpreadsheetError(_("文件设有密码，请取消密码后再导入。")) from error
    except calamine.CalamineError as error:
        raise SpreadsheetError(_("这不是可以读取的表格文件（支持 xlsx、xls、xlsb、ods、csv）。")) from error


def _refuse_bombs(data: bytes, most_unpacked: int) -> None:
    if not data.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile as error:
        raise SpreadsheetError(_("文件已损坏，无法打开。")) from error
    if unpacked > most_unpacked:
        raise SpreadsheetError(_("文件展开后过大，拒绝读取。"))


def _read_sheet(
    book: calamine.CalamineWorkbook, name: str, visible: object, formulas: dict[tuple[int, int], str]
) -> Grid:
    sheet = book.get_sheet_by_name(name)
    spans = tuple(
        Span(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    )
    values = sheet.to_python(skip_empty_area=False, nrows=MAX_ROWS + 1)
    return _grid(name, values, formulas, spans, hidden=visible != calamine.SheetVisibleEnum.Visible)


def _grid(
    name: str,
    values: Iterable[Sequence[Value]],
    formulas: dict[tuple[int, int], str] | None = None,
    spans: tuple[Span, ...] = (),
    *,
    hidden: bool = False,
) -> Grid:
    formulas = formulas or {}
    rows: list[tuple[Cell, ...]] = []
    for number, row in enumerate(values, 1):
        if number > MAX_ROWS:
            raise SpreadsheetError(_("工作表“%(name)s”超过 %(rows)s 行。", name=name, rows=MAX_ROWS))
        rows.append(
            tuple(
                Cell(None if value == "" else value, formulas.get((number, column)))
                for column, value in enumerate(row[:MAX_COLUMNS])
            )
        )
    return Grid(name, tuple(rows), spans, hidden)


def _formulas(data: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Formulas of an xlsx by sheet, row and column; the reading library only gives their values."""
    if not data.startswith(b"PK"):
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return {}
        paths = _sheet_paths(
            archive.read("xl/workbook.xml").decode("utf-8", "replace"),
            archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace"),
        )
        return {name: _sheet_formulas(archive.read(path)) for name, path in paths.items() if path in names}


def _sheet_paths(workbook: str, relations: str) -> dict[str, str]:
    targets = {_attribute(tag, "Id"): _attribute(tag, "Target") for tag in _RELATION.findall(relations)}
    paths = {}
    for tag in _SHEET.findall(workbook):
        target = targets.get(_attribute(tag, r"\w+:id"), "")
        paths[_attribute(tag, "name")] = target[1:] if target.startswith("/") else f"xl/{target}"
    return paths


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"\s{name}=([\"'])(.*?)\1", tag)
    return html.unescape(found[2]) if found else ""


def _sheet_formulas(xml: bytes) -> dict[tuple[int, int], str]:
    if b"<f" not in xml and b":f" not in xml:
        return {}
    found = {}
    for letters, row, text in _FORMULA.findall(xml):
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        found[int(row), column - 1] = "=" + html.unescape(text.decode("utf-8", "replace"))
    return found
