"""Where a ledger begins and ends inside a sheet: title rows, header rows, data, totals, footers.

Real ledgers start with merged titles, have headers of several lines, blank rows, totals and a line for
signatures. What is left out is listed with its reason, nothing disappears silently.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mediation.attachments.spreadsheets import EMPTY, Cell, Grid, Span
from mediation.core.money import clean
from mediation.ledger.columns import ColumnMap, Heading, match_columns, plain_heading

_HEADER_WITHIN = 40
_MAX_DEPTH = 3
_MIN_FIELDS = 3
_AMOUNTS = frozenset(("claims", "settled_fen"))
_SUMMED = frozenset(("seq", "headcount", "claims", "settled_fen"))
_DITTO = frozenset(("同上", "同前", "〃", "″", "“", "”", '"', "''"))
_TOTAL = re.compile(
    r"(?:本[页月季年度]*|全[年部]|\d+年?度?|\d*[一二三四五六七八九十]*月份?|年度|季度)?(?:合计|总计|小计|共计|累计|总数)[:数]?"
)
_FOOTER = re.compile(
    r"^[(（]?(?:制表|填表|填报|审核|审批|复核|统计|打印|单位负责人|负责人|经办|联系人|分管|报送|注\d?[:：.、]|备注[:：]|说明[:：]|以上|以下空白|此表|本表|共\d+[件页条])"
)


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that is no case. ``reason``: title, header, blank, total, footer."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class RawRow:
    """One data row: ``number`` as in the file, ``cells`` by column from 0."""

    number: int
    cells: tuple[Cell, ...]

    def cell(self, column: int) -> Cell:
        return self.cells[column] if column < len(self.cells) else EMPTY


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that holds a ledger."""

    name: str
    title_rows: tuple[int, ...]
    header_rows: tuple[int, ...]
    columns: ColumnMap
    rows: tuple[RawRow, ...]
    skipped: tuple[SkippedRow, ...]


def find_sheet(grid: Grid, overrides: Mapping[str, str | None] | None = None) -> Sheet | None:
    """The ledger in a grid; None when no row reads like the header of one."""
    header = _find_header(grid)
    if header is None:
        return None
    first, depth = header
    headings = _headings(grid, first, depth)
    rows, skipped = _classify(grid, first + depth, headings)
    samples = {heading.column: [row.cell(heading.column).text for row in rows[:50]] for heading in headings}
    columns = match_columns(headings, overrides, samples)
    above = [text for row in grid.rows[: first - 1] for text in _texts(row)]
    titles = tuple(number for number in range(1, first) if _texts(grid.rows[number - 1]))
    return Sheet(
        grid.name,
        titles,
        tuple(range(first, first + depth)),
        _in_unit_of_title(columns, above),
        tuple(rows),
        tuple(skipped),
    )


def _texts(row: Sequence[Cell]) -> list[str]:
    return [text for cell in row if (text := clean(cell.text))]


def _find_header(grid: Grid) -> tuple[int, int] | None:
    """(first row, number of rows) of the header: the combination in which most columns are recognised."""
    best: tuple[float, int, int] | None = None
    for first in range(1, min(len(grid.rows), _HEADER_WITHIN) + 1):
        for depth in range(1, _MAX_DEPTH + 1):
            if first + depth - 1 > len(grid.rows) or not _may_be_header(grid.rows[first + depth - 2]):
                break
            columns = match_columns(_headings(grid, first, depth))
            if columns.missing or len(columns.matches) < _MIN_FIELDS:
                continue
            score = sum(match.confidence for match in columns.matches) - 0.3 * len(columns.unmatched)
            if best is None or score > best[0] + 1e-9:
                best = (score, first, depth)
    return best[1:] if best else None


def _may_be_header(row: Sequence[Cell]) -> bool:
    texts = _texts(row)
    wordy = [text for text in texts if len(text) <= 30 and not re.search(r"\d{2}", text)]
    return (
        bool(texts) and len(wordy) >= 0.8 * len(texts) and all(isinstance(cell.value, str) for cell in row if cell.text)
    )


def _headings(grid: Grid, first: int, depth: int) -> list[Heading]:
    width = max(len(row) for row in grid.rows[first - 1 : first - 1 + depth])
    lines = [_heading_line(grid, number, width, number < first + depth - 1) for number in range(first, first + depth)]
    headings = []
    for column in range(width):
        parts: list[str] = []
        for line in lines:
            if line[column] and (not parts or clean(parts[-1]) != clean(line[column])):
                parts.append(line[column])
        if parts:
            headings.append(Heading(column, tuple(parts)))
    return headings


def _heading_line(grid: Grid, number: int, width: int, is_upper: bool) -> list[str]:
    """One header row with merged cells filled in; without merges a group heading reaches to the next one."""
    row = grid.rows[number - 1]
    line = [row[column].text if column < len(row) else "" for column in range(width)]
    for span in grid.spans:
        if span.top <= number <= span.bottom and span.right - span.left < max(2, width * 0.6):
            text = grid.rows[span.top - 1][span.left].text if span.left < len(grid.rows[span.top - 1]) else ""
            line[span.left : span.right + 1] = [text] * (min(span.right, width - 1) - span.left + 1)
    if is_upper and not grid.spans and sum(map(bool, line)) > 1:
        below = grid.rows[number]
        for column in range(1, width):
            if not line[column] and column < len(below) and below[column].text:
                line[column] = line[column - 1]
    return line


def _classify(grid: Grid, start: int, headings: Sequence[Heading]) -> tuple[list[RawRow], list[SkippedRow]]:
    fields = {match.heading.column: match.field for match in match_columns(headings).matches}
    words = {heading.column: {plain_heading(part) for part in heading.parts} for heading in headings}
    joined = _joined_rows(grid, start, fields)
    lines = _filled_down(grid, start, joined)
    rows: list[RawRow] = []
    skipped = []
    for number in range(start, len(grid.rows) + 1):
        if number in joined:
            continue
        cells = lines[number]
        reason = _reason_to_skip(cells, words, fields, is_wide=_is_wide(grid.spans, number))
        if reason:
            skipped.append(SkippedRow(number, reason))
            continue
        cells = _join(cells, [lines[later] for later, first in sorted(joined.items()) if first == number])
        rows.append(RawRow(number, _without_dittos(cells, rows[-1].cells if rows else ())))
    return rows, skipped


def _reason_to_skip(
    cells: Sequence[Cell], words: Mapping[int, set[str]], fields: Mapping[int, str], *, is_wide: bool
) -> str | None:
    filled = {column: text for column, cell in enumerate(cells) if (text := clean(cell.text))}
    texts = list(filled.values())
    holds = {fields.get(column, "") for column in filled}
    if not filled or (holds == {"seq"} and texts[0].isalnum() and len(texts[0]) <= 8):
        return "blank"
    if any(_TOTAL.fullmatch(text) for text in texts[:3]) or (holds <= _SUMMED and holds != {"seq"}):
        return "total"
    repeated = sum(plain_heading(text) in words.get(column, ()) for column, text in filled.items())
    if repeated >= max(2, 0.6 * len(filled)):
        return "header"
    if len(filled) <= 3 and _FOOTER.search(texts[0]):
        return "footer"
    if len(filled) == 1 and (is_wide or min(filled) == min(words)):
        return "title"
    return None


def _is_wide(spans: Sequence[Span], number: int) -> bool:
    return any(span.top == number and span.right - span.left >= 3 for span in spans)


def _joined_rows(grid: Grid, start: int, fields: Mapping[int, str]) -> dict[int, int]:
    """later row → first row of a case written over several rows: its number is merged downwards, or, in a
    ledger without numbers, its day of registration and its cause are.
    """
    counted = {"seq"} if "seq" in fields.values() else {"reg_date", "category"}
    merged: dict[tuple[int, int], set[str]] = {}
    for span in grid.spans:
        if span.top >= start and span.bottom > span.top:
            names = {fields.get(column, "") for column in range(span.left, span.right + 1)}
            merged.setdefault((span.top, span.bottom), set()).update(names)
    return {
        later: top
        for (top, bottom), names in merged.items()
        if counted <= names
        for later in range(top + 1, min(bottom, len(grid.rows)) + 1)
    }


def _filled_down(grid: Grid, start: int, joined: Mapping[int, int]) -> dict[int, tuple[Cell, ...]]:
    """Data rows by number; cells merged downwards over several cases count for each of them."""
    lines = {number: list(grid.rows[number - 1]) for number in range(start, len(grid.rows) + 1)}
    for span in grid.spans:
        for number in range(span.top + 1, span.bottom + 1):
            if span.top in lines and number in lines and number not in joined and span.left < len(lines[span.top]):
                lines[number][span.left] = lines[span.top][span.left]
    return {number: tuple(cells) for number, cells in lines.items()}


def _join(cells: Sequence[Cell], others: Sequence[Sequence[Cell]]) -> tuple[Cell, ...]:
    """What the later rows of a case add stands on further lines of the cell."""
    result = list(cells)
    for other in others:
        for column, cell in enumerate(other[: len(result)]):
            if not cell.text or cell.text == result[column].text:
                continue
            if not result[column].text:
                result[column] = cell
            else:
                result[column] = Cell(f"{result[column].text}\n{cell.text}", result[column].formula or cell.formula)
    return tuple(result)


def _without_dittos(cells: Sequence[Cell], above: Sequence[Cell]) -> tuple[Cell, ...]:
    return tuple(
        above[column] if column < len(above) and cell.text in _DITTO else cell for column, cell in enumerate(cells)
    )


def _in_unit_of_title(columns: ColumnMap, titles: Sequence[str]) -> ColumnMap:
    """单位：万元 above the table holds for the amount columns that name no unit of their own."""
    if not any(re.search("单位:万元", title) for title in titles):
        return columns
    matches = tuple(
        replace(match, scale=10_000) if match.field in _AMOUNTS and "元" not in match.heading.text else match
        for match in columns.matches
    )
    return replace(columns, matches=matches)
