"""Hidden counts, attacked: by every table that would look the same, and by solving the sums."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediation.statistics.small_cells import HIDDEN, SHOWN, SMALL, THRESHOLD, Masked, mask, mask_series

Rows = Sequence[Sequence[int]]
FEW = st.sampled_from((0, 0, 1, 1, 2, 2, 3, 4, 5, 8, 20))
PRIME = 2_147_483_647


def allowed(mark: str, value: int) -> range:
    """What a reader takes a count for who sees its mark, no further than one off: zero is always shown."""
    if mark == SHOWN:
        return range(value, value + 1)
    top = THRESHOLD - 1 if mark == SMALL else value + 1
    return range(max(1, value - 1), min(top, value + 1) + 1)


@dataclass
class Attack:
    """What the reader knows: counts with their marks, and which counts add up to which. ``sums``: (total, parts)."""

    values: list[int] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    sums: list[tuple[int, list[int]]] = field(default_factory=list)

    def count(self, value: int, mark: str) -> int:
        self.values.append(value)
        self.marks.append(mark)
        return len(self.values) - 1

    def add(self, total: int, parts: list[int]) -> None:
        assert self.values[total] == sum(self.values[one] for one in parts)
        self.sums.append((total, parts))

    def table(self, rows: Rows, masked: Masked, *, row_totals: bool = True) -> list[list[int]]:
        """Take a table in, with its totals; the places of its counts, totals at the ends."""
        whole = [[*row, sum(row)] for row in rows]
        whole.append([sum(column) for column in zip(*whole, strict=True)])
        marks = [[*cells, total] for cells, total in zip(masked.cells, masked.row_totals, strict=True)]
        marks.append([*masked.column_totals, masked.grand_total])
        if not row_totals:
            whole, marks = [row[:-1] for row in whole], [row[:-1] for row in marks]
        places = [[self.count(*one) for one in zip(*two, strict=True)] for two in zip(whole, marks, strict=True)]
        for column in zip(*places, strict=True):
            self.add(column[-1], list(column[:-1]))
        if row_totals:
            for row in places:
                self.add(row[-1], row[:-1])
        return places

    def series(self, tables: Sequence[Rows], masks: Sequence[Masked], whole: Masked) -> None:
        """Take tables in that are published with their sum."""
        summed = [[sum(cells) for cells in zip(*rows, strict=True)] for rows in zip(*tables, strict=True)]
        places = [self.table(*one) for one in zip([*tables, summed], [*masks, whole], strict=True)]
        for rows in zip(*places, strict=True):
            for cells in zip(*rows, strict=True):
                self.add(cells[-1], list(cells[:-1]))

    def hidden(self) -> list[int]:
        return [place for place, mark in enumerate(self.marks) if mark != SHOWN]

    def computed(self) -> list[int]:
        """The hidden counts for which no other table looks the same. Tables one off at every count are tried."""
        return [place for place in self.hidden() if not self._another(place)]

    def _another(self, wanted: int) -> bool:
        return any(
            self._solved({wanted: value}, 0)
            for value in allowed(self.marks[wanted], self.values[wanted])
            if value != self.values[wanted]
        )

    def _solved(self, given: dict[int, int], depth: int) -> bool:
        """Whether the sums can hold with some counts given: the first that does not hold is mended in every way."""
        assert depth < 60
        for total, parts in self.sums:
            members = [total, *parts]
            gap = sum(self._now(given, one) for one in parts) - self._now(given, total)
            if gap == 0:
                continue
            free = [one for one in members if one not in given and self.marks[one] != SHOWN]
            for one in free:
                step = (1 if gap > 0 else -1) * (1 if one == total else -1)
                value = self.values[one] + step
                if value in allowed(self.marks[one], self.values[one]) and self._solved(
                    given | {one: value}, depth + 1
                ):
                    return True
            return False
        return True

    def _now(self, given: dict[int, int], place: int) -> int:
        return given.get(place, self.values[place])

    def solved_by_sums(self) -> list[int]:
        """The hidden counts that follow from the sums by linear algebra alone."""
        unknown = {place: at for at, place in enumerate(self.hidden())}
        matrix = []
        for total, parts in self.sums:
            row = [0] * len(unknown)
            for one, sign in [(total, -1), *((part, 1) for part in parts)]:
                if one in unknown:
                    row[unknown[one]] = sign
            matrix.append(row)
        reduced = _reduced(matrix)
        return [place for place, at in unknown.items() if any(row[at] and sum(map(bool, row)) == 1 for row in reduced)]


def _reduced(matrix: list[list[int]]) -> list[list[int]]:
    """The reduced echelon form over a large prime field: a count is determined when a row holds it alone."""
    rows, at = [row[:] for row in matrix], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((one for one in range(at, len(rows)) if rows[one][column]), None)
        if pivot is None:
            continue
        rows[at], rows[pivot] = rows[pivot], rows[at]
        inverse = pow(rows[at][column], -1, PRIME)
        rows[at] = [value * inverse % PRIME for value in rows[at]]
        for one in range(len(rows)):
            if one != at and (factor := rows[one][column]):
                rows[one] = [(value - factor * top) % PRIME for value, top in zip(rows[one], rows[at], strict=True)]
        at += 1
    return rows


def attacked(rows: Rows, *, row_totals: bool = True) -> Attack:
    masked = mask(rows, row_totals=row_totals)
    attack = Attack()
    attack.table(rows, masked, row_totals=row_totals)
    return attack


def test_the_attack_finds_what_is_badly_hidden():
    rows = [[1, 5], [4, 9]]
    attack = Attack()
    attack.table(rows, Masked(((SMALL, SHOWN), (SHOWN, SHOWN)), (SHOWN, SHOWN), (SHOWN, SHOWN), SHOWN))
    assert attack.computed() == attack.solved_by_sums() == [0]
    # One and one under a total of two that is hidden as small: nothing else is possible.
    attack = Attack()
    attack.table([[1, 1], [6, 6]], Masked(((SMALL, SMALL), (HIDDEN, HIDDEN)), (SMALL, SHOWN), (SHOWN, SHOWN), SHOWN))
    assert 0 in attack.computed()


def test_every_small_table_holds():
    """All tables of two by two with counts up to four."""
    for numbers in itertools.product(range(5), repeat=4):
        rows = [numbers[:2], numbers[2:]]
        assert not attacked(rows).computed(), rows


def test_every_short_column_holds():
    for numbers in itertools.product(range(7), repeat=3):
        attack = attacked([[number] for number in numbers], row_totals=False)
        assert not attack.computed(), numbers


@given(st.lists(st.lists(FEW, min_size=3, max_size=3), min_size=2, max_size=4))
@settings(max_examples=150, deadline=None)
def test_no_hidden_count_can_be_computed(rows):
    assert not attacked(rows).computed()


@given(st.integers(2, 8).flatmap(lambda n: st.lists(st.lists(FEW, min_size=n, max_size=n), min_size=2, max_size=12)))
@settings(max_examples=60, deadline=None)
def test_nothing_follows_from_the_sums_of_a_larger_table(rows):
    assert not attacked(rows).solved_by_sums()


@given(
    st.lists(st.lists(FEW, min_size=2, max_size=4), min_size=2, max_size=4).filter(lambda r: len({*map(len, r)}) == 1)
)
@settings(deadline=None)
def test_what_is_small_is_hidden_and_zero_is_shown(rows):
    masked = mask(rows)
    assert masked == mask([list(row) for row in rows])  # the same counts, the same marks
    for row, marks in zip(rows, masked.cells, strict=True):
        for value, mark in zip(row, marks, strict=True):
            assert value != 0 or mark == SHOWN
            assert not 0 < value < THRESHOLD or mark != SHOWN
            assert mark != SMALL or value < THRESHOLD


def test_two_months_cannot_be_subtracted_from_their_sum():
    october, november = [[4, 7], [5, 6], [9, 3]], [[1, 5], [4, 8], [3, 7]]
    # Each month and the sum hidden by itself: the sum less October gives November away.
    alone = Attack()
    summed = [[a + b for a, b in zip(*rows, strict=True)] for rows in zip(october, november, strict=True)]
    alone.series([october, november], [mask(october), mask(november)], mask(summed))
    assert alone.computed()
    together = Attack()
    masks, whole = mask_series([october, november])
    together.series([october, november], masks, whole)
    assert SMALL in masks[1].cells[0]
    assert not together.computed()


@given(st.lists(st.lists(st.lists(FEW, min_size=2, max_size=2), min_size=3, max_size=3), min_size=2, max_size=3))
@settings(max_examples=80, deadline=None)
def test_no_month_can_be_subtracted_from_the_year(tables):
    masks, whole = mask_series(tables)
    attack = Attack()
    attack.series(tables, masks, whole)
    assert not attack.computed()
    assert not attack.solved_by_sums()


@given(st.lists(st.lists(st.lists(FEW, min_size=3, max_size=3), min_size=3, max_size=3), min_size=2, max_size=3))
@settings(max_examples=60, deadline=None)
def test_a_later_month_does_not_undo_what_went_out_earlier(tables):
    first, earlier = mask(tables[0]), tables[:1]
    masks, whole = mask_series(tables, published=[first, *(None for _table in tables[1:])])
    assert masks[0] == first
    attack = Attack()
    attack.series([*earlier, *tables[1:]], masks, whole)
    assert not attack.solved_by_sums()
    assert not attack.computed()


@given(st.lists(st.lists(st.lists(FEW, min_size=2, max_size=2), min_size=1, max_size=3), min_size=2, max_size=3))
@settings(max_examples=80, deadline=None)
def test_outlets_do_not_give_their_headquarters_away(trees):
    rows, parents = [], []
    for outlets in trees:
        at = len(rows)
        rows += [[sum(column) for column in zip(*outlets, strict=True)], *outlets]
        parents += [None, *(at for _outlet in outlets)]
    masked = mask(rows, parents=parents)
    attack = Attack()
    whole = [[*row, sum(row)] for row in rows]
    tops = [row for row, parent in zip(whole, parents, strict=True) if parent is None]
    whole.append([sum(column) for column in zip(*tops, strict=True)])
    marks = [[*cells, total] for cells, total in zip(masked.cells, masked.row_totals, strict=True)]
    marks.append([*masked.column_totals, masked.grand_total])
    places = [[attack.count(*one) for one in zip(*two, strict=True)] for two in zip(whole, marks, strict=True)]
    for parent in {None, *parents}:
        below = [places[at] for at, above in enumerate(parents) if above == parent]
        for total, *parts in zip(places[-1 if parent is None else parent], *below, strict=True):
            attack.add(total, parts)
    for row in places:
        attack.add(row[-1], row[:-1])
    assert not attack.computed()


def test_little_is_lost():
    masked = mask([[1, 5, 7], [4, 9, 3], [8, 2, 6]])
    assert masked.lost == 4  # two small ones need two more
    assert not any([*masked.row_totals, *masked.column_totals, masked.grand_total])
    many = [[10 + row * column for column in range(1, 9)] for row in range(1, 31)]
    assert mask(many).lost == 0
    many[7][3] = 2
    assert mask(many).lost == 4


def test_totals_are_hidden_where_nothing_else_helps():
    # One single case: its row, its column and the sum are the same case.
    masked = mask([[1, 0], [0, 0]])
    assert masked.lost == 4
    assert mask([[0, 0], [0, 0]]).lost == 0


def test_wrong_tables_are_refused():
    with pytest.raises(ValueError, match="not the sum"):
        mask([[5, 5], [3, 5]], parents=[None, 0])
    with pytest.raises(ValueError, match="below zero"):
        mask([[5, -1]])
    with pytest.raises(ValueError, match="parent"):
        mask([[5, 1]], parents=[])
    assert mask([]).lost == 0
