"""The cases counted one date after the other, alike on SQLite and PostgreSQL: parts of tallies per key.

Each date that figures count by is one pass, over a covering index of ``case_file`` where the date is the case's own. The
same passes answer a page and make the sums of a month, so that nothing is counted in two ways.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, case, cast, exists, func, literal_column, not_, select, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from mediation.cases.filters import NOT_CONCLUDED, answers_of_main, fallen_due, paid_by_its_day, told_on
from mediation.cases.lifecycle import Track
from mediation.cases.models import (
    MOVES,
    Case,
    CaseCompany,
    CaseEvent,
    CaseSpell,
    EnforcementStep,
    Instalment,
    Payment,
)
from mediation.core.actor import Actor
from mediation.core.db import beside_index, db
from mediation.statistics.metrics import Part
from mediation.statistics.period import Period
from mediation.statistics.queries.scope import Scope, where

MOST_DAYS = 400
# The results that are told apart; what a ledger brings besides is counted together, as OTHER.
RESULTS = (
    "agreed", "failed", "withdrawn", "terminated", "referred", "handled", "supported", "partly_supported", "dismissed",
    "pending",
)  # fmt: skip
OTHER = "other"


class days_between(FunctionElement[int]):  # noqa: N801  (an SQL function)
    """``days_between(later, earlier)``: whole civil days."""

    type = Integer()
    inherit_cache = True


@compiles(days_between, "sqlite")
def _days_sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    later, earlier = (compiler.process(part, **kwargs) for part in element.clauses)
    return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _days_postgresql(element: Any, compiler: Any, **kwargs: Any) -> str:
    later, earlier = (compiler.process(part, **kwargs) for part in element.clauses)
    return f"({later} - {earlier})"


def _listed(expression: Any) -> Any:
    """The values of a group as one text with blanks between.

    A list and not a histogram, since grouping by the number of days as well would sort all rows of the period.
    """
    return func.aggregate_strings(cast(expression, String), " ")


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

    def keys(self, days: Days, day: Any) -> list[Any]:
        """What rows are grouped by: the piece that their day lies in, and the columns."""
        return [days.place(day).label("place"), *self.columns]

    @cached_property
    def cases(self) -> list[ColumnElement[bool]]:
        """The cases that are counted, as conditions."""
        return where(self.actor, self.scope.filters())

    @property
    def is_of_one(self) -> bool:
        """Whether the cases are those of one headquarters, which then finds them in the indexes."""
        return self.scope.headquarters is not None

    def rows(self, statement: Any, days: Days, day: Any) -> Sequence[Any]:
        """The rows of a statement over some of the cases, one per key; the keys stand after what it selects."""
        keys = self.keys(days, day)
        return db.session.execute(statement.add_columns(*keys).where(*self.cases).group_by("place", *keys[1:])).all()

    def parts(self, found: Sequence[Any], *names: str) -> Iterator[Part]:
        """Rows of (one sum per name, place, columns …) as parts under (place, key)."""
        for row in found:
            yield self.key(row[len(names) :]), dict(zip(names, row, strict=False))

    def key(self, keys: Sequence[Any]) -> Hashable:
        """(place, key) of (place, columns …)."""
        place, *values = keys
        return place, self.name(*values)

    def headquarters(self, column: Any) -> list[ColumnElement[bool]]:
        """Said of another table's copy of it: then an index finds the rows of the headquarters alone."""
        return [] if self.scope.headquarters is None else [column == self.scope.headquarters]


def together(pieces: Sequence[Period]) -> list[Days]:
    """Pieces of time as they are read: all at once where they are short, otherwise one after the other."""
    days = Days(tuple(pieces))
    if len(pieces) > 1 and not days.is_short:
        return [Days((one,), at) for at, one in enumerate(pieces)]
    return [days] if pieces else []


def count(question: Question, pieces: Sequence[Period]) -> Iterator[Part]:
    """Every pass over some pieces of time that have no day in common; parts stand under (place of the piece, key)."""
    for days in together(pieces):
        yield from received(question, days)
        yield from _results(question, days)
        yield from _not_as_dated(question, days)
        yield from question.parts(_grouped(question, days, _CLOSED), "closed")
        yield from _paid(question, days)
        yield from _due(question, days)
        yield from _applied(question, days)
        yield from _answered(question, days)


def paid(question: Question, pieces: Sequence[Period]) -> Iterator[Part]:
    """As :func:`count`, the money paid alone."""
    for days in together(pieces):
        yield from _paid(question, days)


@dataclass(frozen=True)
class Pass:
    """What is taken of the cases by one of their dates: sums, and perhaps the values of a number as one list.

    Made once: to build them costs more than to ask for them.
    """

    day: Any
    sums: tuple[Any, ...]
    listed: tuple[Any, ...] = ()
    only: tuple[Any, ...] = ()


def _sums(*sums: Any) -> tuple[Any, ...]:
    return tuple(column.label(f"sum{at}") for at, column in enumerate(sums))


_IS_DISPUTE = Case.track != Track.CONSULT.value
_AGREED = Case.outcome == "agreed"
_RECEIVED = Pass(
    Case.received_on,
    _sums(
        func.count(case((_IS_DISPUTE, 1))),
        func.count(case((not_(_IS_DISPUTE), 1))),
        func.sum(case((_IS_DISPUTE, Case.claimed_fen))),
        func.count(case((_IS_DISPUTE & Case.is_collective.is_(True), 1))),
        func.sum(case((_IS_DISPUTE, func.coalesce(func.nullif(Case.headcount, 0), 1)))),
    ),
)
_SETTLED = Pass(
    Case.settled_on,
    _sums(
        func.count(case((Case.outcome.not_in(NOT_CONCLUDED), 1))),
        func.sum(Case.agreed_fen),
        func.sum(Case.paid_fen),
        func.count(case((_AGREED & Case.settled_in_part.is_(True), 1))),
        *(func.count(case((Case.outcome == outcome, 1))) for outcome in RESULTS),
    ),
    (_listed(days_between(case((_AGREED, Case.effective_on)), Case.received_on)).label("listed"),),
    (_IS_DISPUTE,),
)
_CLOSED = Pass(Case.closed_on, _sums(func.count()), only=(_IS_DISPUTE,))


def received(question: Question, days: Days) -> Iterator[Part]:
    """What came in some days."""
    names = ("cases", "consultations", "claimed_fen", "collective", "workers")
    return question.parts(_grouped(question, days, _RECEIVED), *names)


def _results(question: Question, days: Days) -> Iterator[Part]:
    for concluded, agreed_fen, paid_fen, in_part, *rest in _grouped(question, days, _SETTLED):
        counts, taken, keys = rest[: len(RESULTS)], rest[len(RESULTS)], rest[len(RESULTS) + 1 :]
        outcomes = dict(zip((*RESULTS, OTHER), (*counts, concluded - sum(counts)), strict=True))
        yield (
            question.key(keys),
            {
                "concluded": concluded,
                "settled": outcomes["agreed"],
                "settled_in_part": in_part,
                "outcomes": outcomes,
                "agreed_fen": agreed_fen,
                "paid_fen": paid_fen,
                "days": {int(one): cases for one, cases in Counter((taken or "").split()).items()},
            },
        )


def _grouped(question: Question, days: Days, one: Pass) -> Sequence[Any]:
    """(sums …, values of what is listed as text, place, columns …) of the cases whose date lies in the pieces."""
    is_company = question.is_of_one and days.is_short
    # Each day by itself and not from one to the other: then the index leads straight to the headquarters.
    rows = [days.hold(one.day, each=is_company), *one.only]
    rows += question.headquarters(Case.level1_id) if is_company else ()
    if len(question.columns) != 1 or question.columns[0] is not Case.level1_id:
        return question.rows(select(*one.sums, *one.listed).where(*rows), days, one.day)
    # Day and headquarters stand in this order in the index: groups of both need no sorting, and are few to add up.
    part = select(one.day.label("day"), Case.level1_id.label("key"), *one.sums, *one.listed)
    part = part.where(*rows, *question.cases).group_by(one.day, Case.level1_id).subquery()
    whole = [func.sum(part.c[column.name]) for column in one.sums]
    whole += [func.aggregate_strings(part.c.listed, " ") for _listed in one.listed]
    statement = select(*whole, days.place(part.c.day).label("place"), part.c.key)
    return db.session.execute(statement.group_by("place", part.c.key)).all()


_PAID = select(func.sum(Payment.amount_fen)).select_from(Payment).join(Case, Case.id == Payment.case_id)


def _paid(question: Question, days: Days) -> Iterator[Part]:
    """The money that was paid."""
    statement = _PAID.where(
        Payment.committee_id == question.actor.committee_id,
        days.hold(Payment.paid_on),
        *question.headquarters(Payment.level1_id),
    )
    return question.parts(question.rows(statement, days, Payment.paid_on), "received_fen")


_DUE = fallen_due(
    Instalment.amount_fen.label("amount_fen"), (paid_by_its_day() >= Instalment.amount_fen).label("is_paid")
).join(Case, Case.id == Instalment.case_id)


def _due(question: Question, days: Days) -> Iterator[Part]:
    """What fell due, and which of it was paid in full by its day."""
    # Looked at once: else what was paid is looked up for each sum.
    one, keys = _looked_up(
        question,
        _DUE.where(Instalment.committee_id == question.actor.committee_id, days.hold(Instalment.due_on)),
        days.place(Instalment.due_on),
        Instalment.level1_id,
    )
    amount, is_paid = one.c.amount_fen, one.c.is_paid
    sums = (func.count(), func.sum(amount), func.count(case((is_paid, 1))), func.sum(case((is_paid, amount))))
    found = db.session.execute(select(*sums, *keys).group_by(*keys)).all()
    return question.parts(found, "due_count", "due_fen", "on_time_count", "on_time_fen")


def _looked_up(question: Question, statement: Any, place: Any, headquarters: Any) -> tuple[Any, list[Any]]:
    """Rows of another table over some of the cases as a table of their own, and its columns of place and keys."""
    keys = [place.label("place"), *(key.label(f"key{at}") for at, key in enumerate(question.columns))]
    rows = statement.add_columns(*keys).where(*question.headquarters(headquarters), *question.cases)
    one = rows.cte().prefix_with("MATERIALIZED")
    return one, [one.c[key.name] for key in keys]


_APPLIED = select(func.count()).select_from(EnforcementStep).join(Case, Case.id == EnforcementStep.case_id)


def _applied(question: Question, days: Days) -> Iterator[Part]:
    statement = _APPLIED.where(
        EnforcementStep.committee_id == question.actor.committee_id, days.hold(EnforcementStep.applied_on)
    )
    return question.parts(question.rows(statement, days, EnforcementStep.applied_on), "enforced")


_ANSWERED = answers_of_main(days_between(CaseCompany.answered_on, told_on()).label("taken"))


def _answered(question: Question, days: Days) -> Iterator[Part]:
    """How long the company took to answer, of the cases in which it answered for the first time."""
    one, keys = _looked_up(
        question,
        _ANSWERED.where(
            CaseCompany.committee_id == question.actor.committee_id,
            days.hold(CaseCompany.answered_on, each=question.is_of_one and days.is_short),
        ),
        days.place(CaseCompany.answered_on),
        CaseCompany.level1_id,
    )
    keys.append(one.c.taken)
    # Less than no days, or none: the case was not yet told, and nobody knows how long the answer took.
    for *key, taken, cases in db.session.execute(select(*keys, func.count()).where(one.c.taken >= 0).group_by(*keys)):
        yield question.key(key), {"answer_days": {taken: cases}}


_MOVED = exists().where(CaseEvent.case_id == Case.id, text(f"case_event.{MOVES}")).correlate(Case)
_NOT_AS_DATED = select(
    Case.id, days_between(Case.effective_on, Case.received_on).label("dated"), Case.effective_on
).where(_IS_DISPUTE, beside_index(Case.outcome) == "agreed", Case.effective_on.isnot(None), _MOVED)


def _not_as_dated(question: Question, days: Days) -> Iterator[Part]:
    """What takes agreements away from the days of their dates and puts them under those of their spell.

    Those are the cases that were paused or re-opened before. They are few and have a small index of their own, so that
    all others are counted without their rows and without their spells.
    """
    statement = _NOT_AS_DATED.add_columns(*question.keys(days, Case.settled_on)).where(
        days.hold(Case.settled_on, each=question.is_of_one and days.is_short),
        *question.cases,
        *question.headquarters(Case.level1_id),
    )
    cases = {row.id: row for row in db.session.execute(statement)}
    for one, ended, gross, net in _agreed_spells(sorted(cases)):
        row = cases[one]
        if ended == row.effective_on:
            yield question.key(row[3:]), _corrected(row.dated, gross, net)


def _agreed_spells(ids: Sequence[int]) -> Iterator[Any]:
    """Rows of (case, last day, gross days, net days) of the spells that ended with an agreement: at most one per case and day."""
    columns = (CaseSpell.case_id, CaseSpell.to_on, CaseSpell.gross_days, CaseSpell.net_days)
    for start in range(0, len(ids), 500):
        rows = select(*columns).where(CaseSpell.case_id.in_(ids[start : start + 500]), CaseSpell.outcome == "agreed")
        first = {(row.case_id, row.to_on): row for row in db.session.execute(rows.order_by(CaseSpell.seq.desc()))}
        yield from first.values()


def _corrected(dated: int, gross: int | None, net: int | None) -> dict[str, Any]:
    days = Counter({dated: -1})
    if gross is None or net is None:
        return {"days": days}
    days[gross] += 1
    return {"days": days, "paused": {(gross, net): 1} if gross != net else {}}
