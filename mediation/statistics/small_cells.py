"""Hides counts so small that a person could be recognised (law.md 5.4), and what they could be computed from.

A count of one or two is hidden; zero is shown, nobody is behind it. Since totals are published, further counts are
hidden beside it: every hidden count lies on a *move*, a set of hidden counts that can go up or down by one together
without any total changing, each within what its mark says (``<3``: one or two; ``·``: one or more). So there always is
a second table that looks the same, and none of them can be computed. The cheapest move is looked for: few counts,
small ones, totals last of all.

Tables that are published together are hidden together: months with their sum (:func:`mask_series`), headquarters with
their outlets (``parents``). What is published separately and with other rows can still be subtracted from each other.
The same counts give the same marks.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

THRESHOLD = 3
SHOWN, SMALL, HIDDEN = "", "<3", "·"
Counts = Sequence[Sequence[int]]
_Edges = dict[Hashable, list[tuple[int, int, Hashable]]]  # from a sum: (count, plus or minus one, to the other sum)

# What it costs to lose one more count: as few as possible, of these the smaller ones, and totals only in need.
_A_COUNT, _A_TOTAL, _THE_TOTAL, _A_MARK = 1_000, 20_000, 400_000, 300


@dataclass(frozen=True)
class Masked:
    """A mark for every count of a table: "" shows it, "<3" and "·" stand in its place. Rows and columns as given."""

    cells: tuple[tuple[str, ...], ...]
    row_totals: tuple[str, ...]
    column_totals: tuple[str, ...]
    grand_total: str

    @property
    def lost(self) -> int:
        """How many counts are hidden, totals included."""
        marks = (*(mark for row in self.cells for mark in row), *self.row_totals, *self.column_totals, self.grand_total)
        return sum(mark != SHOWN for mark in marks)


class _Cell(NamedTuple):
    """A count as an edge of the network: plus one on it leads from ``tail`` to ``head``."""

    row: int
    column: int
    tail: Hashable
    head: Hashable
    is_total: bool


class _Move(NamedTuple):
    """What it costs, and its steps: (table, count, plus or minus one)."""

    cost: int
    steps: list[tuple[int, int, int]]


class _Frame:
    """Rows (a tree below one root), columns, and which counts add up to which: each count stands in two of the sums.

    So a change that keeps every sum is a closed walk in a network whose edges are the counts.
    """

    def __init__(self, parents: Sequence[int | None], columns: int, *, row_totals: bool) -> None:
        self.root, self.total = len(parents), columns
        self.parents = [self.root if parent is None else parent for parent in parents]
        self.inner = set(self.parents) | {self.root}
        width = columns + 1 if row_totals else columns
        self.cells = [self._cell(row, column, row_totals) for row in range(self.root + 1) for column in range(width)]
        self.at = {(cell.row, cell.column): index for index, cell in enumerate(self.cells)}
        self.edges: _Edges = defaultdict(list)
        for index, cell in enumerate(self.cells):
            self.edges[cell.tail].append((index, 1, cell.head))
            self.edges[cell.head].append((index, -1, cell.tail))

    def _cell(self, row: int, column: int, row_totals: bool) -> _Cell:
        ground: Hashable = "ground"
        lower = (row, column) if row in self.inner else (("row", row) if row_totals else ground)
        upper: Hashable = ("row", "all") if row_totals else ground
        if row != self.root:
            upper = (self.parents[row], column)
        is_total = row in self.inner or column == self.total
        if column == self.total:
            lower, upper = upper, lower
        return _Cell(row, column, lower, upper, is_total)

    def filled(self, counts: Counts) -> list[int]:
        """The counts in the order of ``cells``, totals made. Raises ValueError where a row is not what is below it."""
        rows = [list(row) for row in counts]
        rows.append([sum(column) for column in zip(*(rows[one] for one in self._below(self.root)), strict=True)])
        for row in self.inner - {self.root}:
            if rows[row] != [sum(column) for column in zip(*(rows[one] for one in self._below(row)), strict=True)]:
                raise ValueError(f"row {row} is not the sum of the rows below it")
        values = [
            sum(rows[cell.row]) if cell.column == self.total else rows[cell.row][cell.column] for cell in self.cells
        ]
        if any(value < 0 for value in values):
            raise ValueError("a count below zero")
        return values

    def _below(self, row: int) -> list[int]:
        return [one for one, parent in enumerate(self.parents) if parent == row]

    def masked(self, marks: Sequence[str]) -> Masked:
        """Marks in the order of ``cells`` as a table."""
        place = {where: marks[index] for where, index in self.at.items()}
        rows, columns = range(self.root), range(self.total)
        return Masked(
            tuple(tuple(place[row, column] for column in columns) for row in rows),
            tuple(place.get((row, self.total), SHOWN) for row in rows),
            tuple(place[self.root, column] for column in columns),
            place.get((self.root, self.total), SHOWN),
        )

    def marks(self, masked: Masked) -> list[str]:
        """The marks of a table in the order of ``cells``."""
        rows = [(*cells, total) for cells, total in zip(masked.cells, masked.row_totals, strict=True)]
        rows.append((*masked.column_totals, masked.grand_total))
        return [rows[cell.row][cell.column] for cell in self.cells]


class _Hiding:
    """The marks of some tables of one frame while they are found. ``last`` is the sum of the others, if there is one."""

    def __init__(
        self, frame: _Frame, tables: Sequence[list[int]], published: Sequence[Masked | None], threshold: int
    ) -> None:
        self.frame, self.tables, self.threshold, self.floor = frame, tables, threshold, threshold
        self.is_fixed = [one is not None for one in published]
        self.marks = [
            [SMALL if 0 < value < threshold else SHOWN for value in values] if one is None else frame.marks(one)
            for values, one in zip(tables, published, strict=True)
        ]
        self.is_safe = [[mark == SHOWN for mark in marks] for marks in self.marks]
        self.hidden: list[_Edges] = [defaultdict(list) for _marks in self.marks]
        for table, marks in enumerate(self.marks):
            for index, mark in enumerate(marks):
                if mark != SHOWN:
                    self._link(table, index)

    def run(self) -> list[Masked]:
        """Hide until nothing hidden can be computed."""
        for table, safe in enumerate(self.is_safe):
            # The largest first: the moves of large counts often free small ones beside them.
            order = sorted(range(len(safe)), key=lambda index: (-self.tables[table][index], index))
            for index in order:
                if not safe[index]:
                    self._free(table, index)
        return [self.frame.masked(marks) for marks in self.marks]

    def _free(self, table: int, index: int) -> None:
        # What is hidden for others is no small count, and a reader may guess so. Only marks of earlier can force more.
        move = self._cheapest(table, index, floor=self.threshold) or self._cheapest(table, index, floor=1)
        if move is None:
            raise ValueError("what is published already gives a hidden count away")
        for where, at, step in move.steps:
            value = self.tables[where][at]
            if self.marks[where][at] == SHOWN:
                self._link(where, at)
            if self.marks[where][at] == SHOWN or value + step >= self.threshold:
                self.marks[where][at] = HIDDEN
            self.is_safe[where][at] = True

    def _link(self, table: int, index: int) -> None:
        cell = self.frame.cells[index]
        self.hidden[table][cell.tail].append((index, 1, cell.head))
        self.hidden[table][cell.head].append((index, -1, cell.tail))

    def _cheapest(self, table: int, index: int, *, floor: int) -> _Move | None:
        self.floor = floor
        # Most often what is hidden already will do, and that is a small part of the network.
        for along, step in self._ways(table):
            move = self._move(table, along, index, step, self.hidden[table], limit=_A_MARK)
            if move is not None:
                return move
        best: _Move | None = None
        for along, step in self._ways(table):
            best = self._move(table, along, index, step, self.frame.edges, limit=best.cost if best else None) or best
        return best

    def _ways(self, table: int) -> Iterator[tuple[tuple[int | None, int], int]]:
        """((partner, sign), step): which table can move along so that the sum of the series stays, and which way.

        A month moves against another, the nearest first, or with the sum.
        """
        last = len(self.tables) - 1
        near = sorted((abs(other - table), other) for other in range(last + 1) if other != table)
        partners = [(other, 1 if last in (table, other) else -1) for _far, other in near] or [(None, 0)]
        for partner in partners:
            yield partner, 1
            yield partner, -1

    def _move(
        self, table: int, along: tuple[int | None, int], index: int, step: int, edges: _Edges, *, limit: int | None
    ) -> _Move | None:
        """The cheapest closed walk over a count in one direction, if it is cheaper than ``limit``."""
        partner, sign = along

        def price(at: int, way: int) -> int | None:
            here = self._price(table, at, way)
            there = 0 if partner is None else self._price(partner, at, way * sign)
            return None if here is None or there is None else here + there

        own = price(index, step)
        if own is None or (limit is not None and own >= limit):
            return None
        cell = self.frame.cells[index]
        start, goal = (cell.head, cell.tail) if step > 0 else (cell.tail, cell.head)
        walk = _walk(edges, start, goal, index, price, None if limit is None else limit - own)
        if walk is None:
            return None
        steps = [(index, step), *walk[1]]
        beside = [] if partner is None else [(partner, at, way * sign) for at, way in steps]
        return _Move(own + walk[0], [*((table, at, way) for at, way in steps), *beside])

    def _price(self, table: int, at: int, way: int) -> int | None:
        """What it costs that a count moves by one; None where it must not."""
        value, mark = self.tables[table][at], self.marks[table][at]
        moved = value + way
        if value == 0 or moved == 0:
            return None  # zero is shown
        if mark == SHOWN:
            return None if self.is_fixed[table] or moved < self.floor else self._worth(at, value)
        if value >= self.threshold:
            return 1 if moved >= self.floor else None
        if mark == SMALL and moved >= self.threshold:
            return None if self.is_fixed[table] else _A_MARK
        return 1

    def _worth(self, at: int, value: int) -> int:
        cell = self.frame.cells[at]
        if not cell.is_total:
            return _A_COUNT + min(value, _A_COUNT - 1)
        is_all = cell.row == self.frame.root and cell.column == self.frame.total
        return _THE_TOTAL if is_all else _A_TOTAL


def _walk(
    edges: _Edges,
    start: Hashable,
    goal: Hashable,
    without: int,
    price: Callable[[int, int], int | None],
    limit: int | None,
) -> tuple[int, list[tuple[int, int]]] | None:
    """The cheapest way from one sum to another that leaves one count out: (cost, the steps (count, ±1))."""
    best: dict[Hashable, int] = {start: 0}
    came: dict[Hashable, tuple[Hashable, int, int]] = {}
    serial = 0  # nodes have no order of their own: the one reached first goes first
    queue: list[tuple[int, int, Hashable]] = [(0, serial, start)]
    while queue:
        cost, _serial, node = heapq.heappop(queue)
        if node == goal:
            return cost, list(_trace(came, start, goal))
        if cost > best[node]:
            continue
        for at, way, after in edges.get(node, ()):
            more = None if at == without else price(at, way)
            if more is None or cost + more >= best.get(after, cost + more + 1 if limit is None else limit):
                continue
            best[after] = cost + more
            came[after] = (node, at, way)
            serial += 1
            heapq.heappush(queue, (cost + more, serial, after))
    return None


def _trace(
    came: Mapping[Hashable, tuple[Hashable, int, int]], start: Hashable, goal: Hashable
) -> Iterator[tuple[int, int]]:
    while goal != start:
        goal, at, way = came[goal]
        yield at, way


def mask(
    counts: Counts,
    *,
    parents: Sequence[int | None] | None = None,
    row_totals: bool = True,
    threshold: int = THRESHOLD,
) -> Masked:
    """Hide the small counts of one table of rows × columns, and enough others that totals do not give them away.

    ``counts`` holds the rows without totals; row totals (unless ``row_totals`` is False: columns that do not add up),
    column totals and the grand total are made from them and taken for published. ``parents`` gives per row the index of
    the row it is a part of (None: of the total), as outlets are of their headquarters. Raises ValueError for a row that
    is not the sum of its parts and for a count below zero.
    """
    if not counts or not counts[0]:
        return Masked(tuple(() for _row in counts), tuple(SHOWN for _row in counts), (), SHOWN)
    frame = _frame(counts, parents, row_totals)
    return _Hiding(frame, [frame.filled(counts)], [None], threshold).run()[0]


def mask_series(
    tables: Sequence[Counts],
    *,
    parents: Sequence[int | None] | None = None,
    row_totals: bool = True,
    threshold: int = THRESHOLD,
    published: Sequence[Masked | None] | None = None,
) -> tuple[list[Masked], Masked]:
    """Hide the small counts of tables that are published together with their sum: months and the year up to now.

    All have the same rows and columns (a count that was not is 0). ``published`` holds per table the marks it went out
    with earlier, which stay; None for one that goes out now. Returns the marks of the tables and of their sum. Raises
    ValueError as :func:`mask`, and where marks of earlier give a count away whatever is hidden now.
    """
    whole = [[sum(cells) for cells in zip(*rows, strict=True)] for rows in zip(*tables, strict=True)]
    if not whole or not whole[0]:
        empty = mask(whole)
        return [empty for _table in tables], empty
    frame = _frame(whole, parents, row_totals)
    earlier = [*(published or [None] * len(tables)), None]
    made = _Hiding(frame, [frame.filled(table) for table in (*tables, whole)], earlier, threshold).run()
    return made[:-1], made[-1]


def _frame(counts: Counts, parents: Sequence[int | None] | None, row_totals: bool) -> _Frame:
    if parents is not None and len(parents) != len(counts):
        raise ValueError("every row needs its parent")
    return _Frame(parents or [None] * len(counts), len(counts[0]), row_totals=row_totals)
