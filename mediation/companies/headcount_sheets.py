"""Files with couriers per company: the rows of one, the template to fill in, and the rows that have to be mended."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mediation.accounts.languages import in_language
from mediation.attachments.spreadsheets import (
    AS_WRITTEN,
    EMPTY,
    Cell,
    Grid,
    SpreadsheetError,
    read_grids,
    safe_cell,
    write_cell,
)
from mediation.companies.headcount_rows import Written, count_of

MOST_BYTES = 2 * 2**20
MOST_UNPACKED = 50 * 2**20
KINDS = (".xlsx", ".xls", ".ods", ".csv")
NAME, COURIERS, FROM_ON, SOURCE = "name", "couriers", "from_on", "source"
# The template's heading first, then how other people's tables say it.
HEADINGS = {
    NAME: (_l("公司或网点"), "公司", "网点", "名称", "公司名称", "网点名称", "单位", "单位名称", "分公司", "公司/网点"),
    COURIERS: (_l("人数"), "快递员人数", "快递员", "快递员数", "骑手人数", "在职人数", "在岗人数", "快递员和司机人数"),
    FROM_ON: (_l("自哪一天起"), "日期", "起始日", "起始日期", "自", "截至", "截至日期", "统计日期", "生效日期"),
    SOURCE: (_l("数字来源"), "来源", "数据来源"),
}
_HEADER_WITHIN = 20
PROBLEM = _l("问题")
LANGUAGES = ("zh", "en")
_TOTALS = frozenset({"合计", "总计", "小计", "共计", "总数"})


@dataclass(frozen=True)
class Sheet:
    """The sheet that was read. ``header``: its row, 0 without one; ``columns``: field → column, from 0.

    ``skipped``: (row, why) of what is no figure, blank rows apart; ``others``: sheets that were not read.
    """

    grid: Grid
    header: int
    columns: Mapping[str, int]
    rows: tuple[Written, ...]
    skipped: tuple[tuple[int, str], ...]
    others: tuple[str, ...]


def read(data: bytes, filename: str) -> Sheet:
    """The first sheet with names and numbers. Raises SpreadsheetError at ``file``, saying what to do."""
    if not filename.lower().endswith(KINDS):
        raise SpreadsheetError(_("请上传 xlsx、xls、ods 或 csv 文件"), field="file")
    try:
        grids = read_grids(data, filename, most_bytes=MOST_BYTES, most_unpacked=MOST_UNPACKED)
    except SpreadsheetError as error:
        raise SpreadsheetError(error.message, field="file") from error
    for grid in grids:
        found = _layout(grid)
        if found is not None:
            header, columns = found
            rows, skipped = _rows(grid, header, columns)
            return Sheet(grid, header, columns, rows, skipped, tuple(one.name for one in grids if one is not grid))
    raise SpreadsheetError(_("没有找到“公司或网点”和“人数”两列，可以下载模板填写"), field="file")


def _layout(grid: Grid) -> tuple[int, dict[str, int]] | None:
    """(row of the header, columns); a table without a header is a name and a number in the first two columns."""
    words = {said: field for field, wordings in HEADINGS.items() for word in wordings for said in _said(word)}
    for number, row in enumerate(grid.rows[:_HEADER_WITHIN], 1):
        columns = _headed(row, words)
        if NAME in columns and COURIERS in columns:
            return number, columns
    first = next((row for row in grid.rows if any(cell.text for cell in row)), ())
    if len(first) > 1 and first[0].text and _is_count(first[1].text):
        return 0, {NAME: 0, COURIERS: 1}
    return None


def _headed(row: Sequence[Cell], words: Mapping[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for column, cell in enumerate(row):
        field = words.get(_plain(cell.text))
        if field is not None:
            found.setdefault(field, column)
    return found


def _said(word: object) -> set[str]:
    """A heading in every language: whoever fills a template in need not read what its maker reads."""
    found = set()
    for language in LANGUAGES:
        with in_language(language):
            found.add(_plain(str(word)))
    return found


def _plain(text: str) -> str:
    """A heading without blanks and without what stands in brackets: 人 数（人）is 人数."""
    return re.sub(r"\s|[(（].*?[)）]", "", text).casefold()


def _is_count(text: str) -> bool:
    try:
        count_of(text)
    except ValueError:
        return False
    return True


def _rows(
    grid: Grid, header: int, columns: Mapping[str, int]
) -> tuple[tuple[Written, ...], tuple[tuple[int, str], ...]]:
    rows, skipped = [], []
    for at, row in enumerate(grid.rows[header:], header + 1):
        cells = {field: row[column] if column < len(row) else EMPTY for field, column in columns.items()}
        name, couriers = cells[NAME].text, cells[COURIERS]
        if _plain(name) in _TOTALS:
            skipped.append((at, _("合计行")))
        elif couriers.text or couriers.formula:
            rows.append(_written(at, cells))
        elif name:
            skipped.append((at, _("没有填人数")))
    return tuple(rows), tuple(skipped)


def _written(at: int, cells: Mapping[str, Cell]) -> Written:
    texts = {field: cell.text for field, cell in cells.items()}
    lost = any(cell.formula and not cell.text for cell in cells.values())
    is_formula = any(cell.formula for cell in cells.values())
    problem = _("有公式没有存下结果，请改成数字或者文字") if lost else ""
    return Written(at, **texts, problem=problem, is_formula=is_formula)


def template(names: Sequence[str], day: date) -> bytes:
    """A workbook to fill in: every company of a tree, the day, and columns for number and source."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, AS_WRITTEN) as book:
        page = book.add_worksheet(_("快递员人数"))
        bold, dated = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        note = _(
            "每家公司只填自己的人数，下级公司的另填；没有快递员的填 0，不填的行略过。同一公司可以有几行，各写一天。"
        )
        page.write_string(0, 0, note)
        for column, wordings in enumerate(HEADINGS.values()):
            page.write_string(2, column, str(wordings[0]), bold)
        page.set_column(0, 0, 32)
        page.set_column(1, 2, 14)
        page.set_column(3, 3, 28)
        page.freeze_panes(3, 0)
        for line, name in enumerate(names, 3):
            page.write_string(line, 0, safe_cell(name))
            page.write_datetime(line, 2, day, dated)
    return target.getvalue()


def to_mend(sheet: Sheet, problems: Mapping[int, str]) -> bytes:
    """A workbook of the rows with problems (row → why) in the layout of their file, with the problem in a last column."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, AS_WRITTEN) as book:
        page = book.add_worksheet(_("快递员人数"))
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        lines = list(_lines(sheet, problems))
        last = max((len(cells) for _at, cells in lines), default=0)
        page.set_column(0, 0, 32)
        page.set_column(last, last, 60)
        for line, (at, cells) in enumerate(lines):
            _write_line(page, line, cells, day, bold if at == sheet.header else None)
            text = str(PROBLEM) if at == sheet.header else problems[at]
            page.write_string(line, last, text, bold if at == sheet.header else wrapped)
    return target.getvalue()


def _lines(sheet: Sheet, problems: Mapping[int, str]) -> Iterator[tuple[int, Sequence[Cell]]]:
    """The header, where there is one, and the rows with problems; an earlier file's column of problems left out."""
    header = sheet.grid.rows[sheet.header - 1] if sheet.header else ()
    earlier = _said(PROBLEM)
    last = next((column for column, cell in enumerate(header) if _plain(cell.text) in earlier), None)
    for at in [*([sheet.header] if sheet.header else []), *sorted(problems)]:
        yield at, sheet.grid.rows[at - 1][:last]


def _write_line(page: Any, line: int, cells: Sequence[Cell], day: Any, look: Any) -> None:
    for column, cell in enumerate(cells):
        write_cell(page, line, column, cell, day, look)
