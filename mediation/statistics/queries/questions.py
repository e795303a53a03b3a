"""A question on the cases, asked in several passes at once: what all passes share, whatever they count.

A pass is a statement whose columns are of the same kinds as those of every other: numbers, a text, the piece of time and
the key that they are put under. So one statement asks them all, and a page waits for the database once and not eight times.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, case, literal_column, select, union_all

from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.statistics.metrics import Part, Sums
from mediation.statistics.period import Period
from mediation.statistics.queries.scope import Scope, where

MOST_DAYS = 400
# What stands in the place of a number or a text that a pass does not take.
_NOTHING, _SILENCE = literal_column("0"), literal_column("''")
WIDTH = 14  # the widest pass takes ten results of cases and four sums beside them


def take(*numbers: Any, said: Any = None) -> Any:
    """What a pass selects: as many numbers as the widest of them all, and a text."""
    filled = (*numbers, *(_NOTHING,) * (WIDTH - len(numbers)))
    words = _SILENCE if said is None else said
    return select(*(one.label(f"sum{at}") for at, one in enumerate(filled)), words.label("said"))


@dataclass(frozen=True)
class Days:
    """Some pieces of time that have no day in common, read at once. ``at`` is the place of the first among all asked."""

    pieces: tuple[Period, ...]
    at: int = 0

    @property
    def is_short(self) -> bool:
        """Whether the days can be asked for one by one."""
        return sum(one.days for one in self.pieces) <= MOST_DAYS

    def hold(self, day: Any, *, each: bool = False) -> ColumnElement[bool]:
        """Whether a day lies in one of the pieces; with ``each`` said day by day, which an index follows further."""
        if len(self.pieces) == 1 and not each:
            (one,) = self.pieces
            return day.between(one.first, one.last)
        return day.in_([one for piece in self.pieces for one in piece.each_day()])

    def place(self, day: Any) -> Any:
        """In which of the pieces a day lies."""
        if len(self.pieces) == 1:
            return literal_column(str(self.at))
        return case(*((day.between(one.first, one.last), self.at + at) for at, one in enumerate(self.pieces)))


@dataclass(frozen=True)
class Question:
    """Whose cases, of which scope, under which key: ``columns`` of the case, and the ``name`` their values are put under."""

    actor: Actor
    scope: Scope
    columns: tuple[Any, ...]
    name: Callable[..., Hashable]

    @cached_property
    def cases(self) -> list[ColumnElement[bool]]:
        """The cases that are counted, as conditions."""
        return where(self.actor, self.scope.filters())

    def day_by_day(self, days: Days) -> bool:
        """Whether each day is asked for by itself: then an index by day leads straight to the one headquarters."""
        return self.scope.headquarters is not None and days.is_short

    def headquarters(self, column: Any) -> list[ColumnElement[bool]]:
        """Said of another table's copy of it: then an index finds the rows of the headquarters alone."""
        return [] if self.scope.headquarters is None else [column == self.scope.headquarters]

    def each(self, statement: Any, days: Days, day: Any) -> Any:
        """The rows of a statement over some of the cases, with the piece that their day lies in, and their key."""
        keys = (key.label(f"key{at}") for at, key in enumerate(self.columns))
        return statement.add_columns(days.place(day).label("place"), *keys).where(*self.cases)

    def grouped(self, statement: Any, days: Days, day: Any) -> Any:
        """The same, one row per place and key."""
        return self.each(statement, days, day).group_by(*self.labels)

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the columns of place and key."""
        return "place", *(f"key{at}" for at in range(len(self.columns)))


@dataclass(frozen=True)
class Pass:
    """A statement whose columns are those of :func:`take`, place and keys, and what its numbers and text say."""

    statement: Any
    read: Callable[[Sequence[int], str | None], Sums]


def of_names(*names: str) -> Callable[[Sequence[int], str | None], Sums]:
    """Numbers that are sums of a tally as they stand."""
    return lambda sums, _said: dict(zip(names, sums, strict=False))


def told(
    question: Question, pieces: Sequence[Period], several: Sequence[Callable[[Question, Days], Pass]]
) -> Iterator[Part]:
    """What some passes say of some pieces of time that have no day in common: parts under (place of the piece, key)."""
    for days in _together(pieces):
        yield from _told(question, [one(question, days) for one in several])


def _told(question: Question, several: Sequence[Pass]) -> Iterator[Part]:
    numbered = (one.statement.add_columns(literal_column(str(at)).label("pass")) for at, one in enumerate(several))
    for row in db.session.execute(union_all(*numbered)):
        # A database may add up to a decimal, or nothing to NULL.
        sums, (said, place, *keys, at) = [int(one or 0) for one in row[:WIDTH]], row[WIDTH:]
        yield (place, question.name(*keys)), several[at].read(sums, said)


def _together(pieces: Sequence[Period]) -> list[Days]:
    """Pieces of time as they are read: all at once where they are short, otherwise one after the other."""
    days = Days(tuple(pieces))
    if len(pieces) > 1 and not days.is_short:
        return [Days((one,), at) for at, one in enumerate(pieces)]
    return [days] if pieces else []
