"""Where a ledger begins and ends inside a sheet: title rows, header rows, data, totals, footers.

Real ledgers start with merged titles, have headers of several lines, blank rows, totals and a line for
signatures. What is left out is listed with its reason, nothing disappears silently.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mediation.core.money import clean
from mediation.ledger.columns import ColumnMap, Heading, match_columns, plain_heading
from mediation.ledger.reading import EMPTY, Cell, Grid, Span

_HEADER_WITHIN = 40
_MAX_DEPTH = 3
_MIN_FIELDS = 3
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
    titles = tuple(number for number in range(1, first) if _texts(grid.rows[number - 1]))
    return Sheet(grid.name, titles, tuple(range(first, first + depth)), columns, tuple(rows), tuple(skipped))


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
    columns = {heading.column: plain_heading(heading.parts[-1]) for heading in headings}
    seq = next((match.heading.column for match in match_columns(headings).matches if match.field == "seq"), None)
    joined = _joined_rows(grid, start)
    rows, skipped = [], []
    for number in range(start, len(grid.rows) + 1):
        if number in joined.values():
            continue
        cells = grid.rows[number - 1]
        reason = _reason_to_skip(grid, number, cells, columns, seq)
        if reason:
            skipped.append(SkippedRow(number, reason))
            continue
        parts = [grid.rows[later - 1] for later, first in _pairs(joined) if first == number]
        rows.append(RawRow(number, _join(cells, parts) if parts else cells))
    return rows, skipped


def _reason_to_skip(
    grid: Grid, number: int, cells: Sequence[Cell], columns: Mapping[int, str], seq: int | None
) -> str | None:
    filled = {column: text for column, cell in enumerate(cells) if (text := clean(cell.raw))}
    if not filled or (set(filled) == {seq} and filled[min(filled)].isalnum() and len(filled[min(filled)]) <= 8):
        return "blank"
    texts = list(filled.values())
    if any(_TOTAL.fullmatch(text) for text in texts[:3]):
        return "total"
    if sum(columns.get(column) == plain_heading(text) for column, text in filled.items()) >= max(2, 0.6 * len(filled)):
        return "header"
    if len(filled) <= 3 and _FOOTER.search(texts[0]):
        return "footer"
    if len(filled) == 1 and (_is_wide(grid.spans, number) or min(filled) == min(columns)):
        return "title"
    return None


def _is_wide(spans: Sequence[Span], number: int) -> bool:
    return any(span.top == number and span.right - span.left >= 3 for span in spans)


def _joined_rows(grid: Grid, start: int) -> dict[int, int]:
    """later row → first row, where at least two columns are merged downwards over the same rows."""
    counts: dict[tuple[int, int], int] = {}
    for span in grid.spans:
        if span.top >= start and span.bottom > span.top:
            counts[span.top, span.bottom] = counts.get((span.top, span.bottom), 0) + span.right - span.left + 1
    return {
        later: top for (top, bottom), columns in counts.items() if columns >= 2 for later in range(top + 1, bottom + 1)
    }


def _pairs(joined: Mapping[int, int]) -> list[tuple[int, int]]:
    return sorted(joined.items())


def _join(cells: Sequence[Cell], others: Sequence[Sequence[Cell]]) -> tuple[Cell, ...]:
    """A case written over several rows: what the later rows add stands on further lines of the cell."""
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
