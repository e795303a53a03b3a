"""The cases counted one date after the other, alike on SQLite and PostgreSQL: parts of tallies per key.

Each date that figures count by is one pass, over a covering index of ``case_file`` where the date is the case's own. The
same passes answer a page and make the sums of a month, so that nothing is counted in two ways.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, case, cast, func, literal_column, not_, select, text
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
from mediation.core.db import db
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
    def whole(self) -> Period:
        """From the first day to the last."""
        return Period(min(one.first for one in self.pieces), max(one.last for one in self.pieces))

    @property
    def is_short(self) -> bool:
        """Whether the days can be asked for one by one."""
        return sum(one.days for one in self.pieces) <= MOST_DAYS

    def hold(self, day: Any, *, each: bool = False) -> ColumnElement[bool]:
        """Whether a day lies in one of the pieces; with ``each`` said day by day, which an index follows further."""
        if len(self.pieces) == 1 and not each:
            return day.between(self.whole.first, self.whole.last)
        return day.in_([one for piece in self.pieces for one in piece.each_day()])

    def place(self, day: Any) -> Any:
        """In which of the pieces a day lies."""
        if len(self.pieces) == 1:
            return literal_column(str(self.at))
        return case(*((day.between(one.first, one.last), self.at + at) for at, one in enumerate(self.pieces)))

    def within(self, name: str) -> dict[str, date]:
        """The ends of one piece as filters of the list of cases; several pieces are held by their days alone."""
        if len(self.pieces) > 1:
            return {}
        return {f"{name}_from": self.whole.first, f"{name}_to": self.whole.last}


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

    def rows(self, statement: Any, **filters: Any) -> Sequence[Any]:
        """The rows of a statement over some of the cases, one per key. It must select the keys first."""
        cases = where(self.actor, self.scope.filters(**filters))
        return db.session.execute(statement.where(*cases).group_by("place", *self.columns)).all()

    def parts(self, found: Sequence[Any], *names: str) -> Iterator[Part]:
        """Rows of (place, columns …, one sum per name) as parts under (place, key)."""
        width = 1 + len(self.columns)
        for row in found:
            yield self.key(row), dict(zip(names, row[width:], strict=True))

    def key(self, row: Sequence[Any]) -> Hashable:
        """(place, key) of a row of (place, columns …)."""
        return row[0], self.name(*row[1 : 1 + len(self.columns)])

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
        yield from question.parts(_grouped(question, days, "closed", func.count(), disputes=True), "closed")
        yield from _paid(question, days)
        yield from _due(question, days)
        yield from _applied(question, days)
        yield from _answered(question, days)


def paid(question: Question, pieces: Sequence[Period]) -> Iterator[Part]:
    """As :func:`count`, the money paid alone."""
    for days in together(pieces):
        yield from _paid(question, days)


def received(question: Question, days: Days) -> Iterator[Part]:
    """What came in some days."""
    is_dispute = Case.track != Track.CONSULT.value
    persons = func.coalesce(func.nullif(Case.headcount, 0), 1)
    found = _grouped(
        question,
        days,
        "received",
        func.count(case((is_dispute, 1))),
        func.count(case((not_(is_dispute), 1))),
        func.sum(case((is_dispute, Case.claimed_fen))),
        func.count(case((is_dispute & Case.is_collective.is_(True), 1))),
        func.sum(case((is_dispute, persons))),
    )
    return question.parts(found, "cases", "consultations", "claimed_fen", "collective", "workers")


def _results(question: Question, days: Days) -> Iterator[Part]:
    found = _grouped(
        question,
        days,
        "settled",
        func.count(case((Case.outcome.not_in(NOT_CONCLUDED), 1))),
        func.sum(Case.agreed_fen),
        func.sum(Case.paid_fen),
        func.count(case(((Case.outcome == "agreed") & Case.settled_in_part.is_(True), 1))),
        *(func.count(case((Case.outcome == outcome, 1))) for outcome in RESULTS),
        listed=days_between(case((Case.outcome == "agreed", Case.effective_on)), Case.received_on),
        disputes=True,
    )
    width = 1 + len(question.columns)
    for row in found:
        concluded, agreed_fen, paid_fen, in_part, *counts, taken = row[width:]
        outcomes = dict(zip((*RESULTS, OTHER), (*counts, concluded - sum(counts)), strict=True))
        yield (
            question.key(row),
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


def _grouped(question: Question, days: Days, by: str, *sums: Any, listed: Any = None, **filters: Any) -> Sequence[Any]:
    """(place, columns …, sums …, values of ``listed`` as text) of the cases whose date ``by`` lies in the pieces."""
    day, scope, keys = getattr(Case, f"{by}_on"), question.scope, question.columns
    is_company = scope.headquarters is not None and days.is_short
    columns = [column.label(f"sum{at}") for at, column in enumerate(sums)]
    lists = [_listed(listed).label("listed")] if listed is not None else []
    # Each day by itself and not from one to the other: then the index leads straight to the headquarters.
    rows = [days.hold(day, each=is_company), *(question.headquarters(Case.level1_id) if is_company else ())]
    if len(keys) != 1 or keys[0] is not Case.level1_id:
        statement = select(*question.keys(days, day), *columns, *lists).where(*rows)
        return question.rows(statement, **days.within(by), **filters)
    # Day and headquarters stand in this order in the index: groups of both need no sorting, and are few to add up.
    rows += where(question.actor, scope.filters(**days.within(by), **filters))
    part = select(day.label("day"), keys[0].label("key"), *columns, *lists).where(*rows)
    part = part.group_by(day, keys[0]).subquery()
    whole = [func.sum(part.c[column.name]) for column in columns]
    whole += [func.aggregate_strings(part.c.listed, " ")] if lists else []
    statement = select(days.place(part.c.day).label("place"), part.c.key, *whole)
    return db.session.execute(statement.group_by("place", part.c.key)).all()


def _paid(question: Question, days: Days) -> Iterator[Part]:
    """The money that was paid."""
    statement = (
        select(*question.keys(days, Payment.paid_on), func.sum(Payment.amount_fen))
        .select_from(Payment)
        .join(Case, Case.id == Payment.case_id)
        .where(
            Payment.committee_id == question.actor.committee_id,
            days.hold(Payment.paid_on),
            *question.headquarters(Payment.level1_id),
        )
    )
    return question.parts(question.rows(statement), "received_fen")


def paid_after(question: Question, period: Period, day: date) -> Iterator[Part]:
    """What was paid after a day on the cases whose result stood in the period, to be taken away from ``paid_fen``."""
    days = Days((period,))
    statement = (
        select(*question.keys(days, Case.settled_on), -func.sum(Payment.amount_fen))
        .select_from(Case)
        .join(Payment, Payment.case_id == Case.id)
        .where(
            Payment.committee_id == question.actor.committee_id,
            Payment.paid_on > day,
            *question.headquarters(Payment.level1_id),
        )
    )
    found = question.rows(statement, settled_from=period.first, settled_to=period.last, disputes=True)
    return question.parts(found, "paid_fen")


def _due(question: Question, days: Days) -> Iterator[Part]:
    """What fell due, and which of it was paid in full by its day."""
    keys = [key.label(f"key{at}") for at, key in enumerate(question.columns)]
    one = (
        fallen_due(
            days.place(Instalment.due_on).label("place"),
            *keys,
            Instalment.amount_fen.label("amount_fen"),
            (paid_by_its_day() >= Instalment.amount_fen).label("is_paid"),
        )
        .join(Case, Case.id == Instalment.case_id)
        .where(
            Instalment.committee_id == question.actor.committee_id,
            days.hold(Instalment.due_on),
            *question.headquarters(Instalment.level1_id),
            *where(question.actor, question.scope.filters()),
        )
        .cte()
        .prefix_with("MATERIALIZED")  # else what was paid is looked up once for each sum
    )
    by = [one.c.place, *(one.c[key.name] for key in keys)]
    amount, is_paid = one.c.amount_fen, one.c.is_paid
    statement = select(
        *by, func.count(), func.sum(amount), func.count(case((is_paid, 1))), func.sum(case((is_paid, amount)))
    )
    found = db.session.execute(statement.group_by(*by)).all()
    return question.parts(found, "due_count", "due_fen", "on_time_count", "on_time_fen")


def _applied(question: Question, days: Days) -> Iterator[Part]:
    statement = (
        select(*question.keys(days, EnforcementStep.applied_on), func.count())
        .select_from(EnforcementStep)
        .join(Case, Case.id == EnforcementStep.case_id)
        .where(EnforcementStep.committee_id == question.actor.committee_id, days.hold(EnforcementStep.applied_on))
    )
    return question.parts(question.rows(statement), "enforced")


def _answered(question: Question, days: Days) -> Iterator[Part]:
    """How long the company took to answer, of the cases in which it answered for the first time."""
    keys = [key.label(f"key{at}") for at, key in enumerate(question.columns)]
    one = (
        answers_of_main(
            days.place(CaseCompany.answered_on).label("place"),
            *keys,
            days_between(CaseCompany.answered_on, told_on()).label("taken"),
        )
        .where(
            CaseCompany.committee_id == question.actor.committee_id,
            days.hold(CaseCompany.answered_on, each=question.scope.headquarters is not None and days.is_short),
            *question.headquarters(CaseCompany.level1_id),
            *where(question.actor, question.scope.filters()),
        )
        .cte()
        .prefix_with("MATERIALIZED")
    )
    by = [one.c.place, *(one.c[key.name] for key in keys), one.c.taken]
    # Less than no days, or none: the case was not yet told, and nobody knows how long the answer took.
    for *key, taken, cases in db.session.execute(select(*by, func.count()).where(one.c.taken >= 0).group_by(*by)):
        yield question.key(key), {"answer_days": {taken: cases}}


def _not_as_dated(question: Question, days: Days) -> Iterator[Part]:
    """What takes agreements away from the days of their dates and puts them under those of their spell.

    Those are the cases that were paused or re-opened before. They are few and have a small index of their own, so that
    all others are counted without their rows and without their spells.
    """
    filters = question.scope.filters(**days.within("settled"), disputes=True, outcome="agreed")
    dated = days_between(Case.effective_on, Case.received_on).label("dated")
    moved = select(CaseEvent.id).where(CaseEvent.case_id == Case.id, text(f"case_event.{MOVES}"))
    statement = (
        select(*question.keys(days, Case.settled_on), Case.id, dated, Case.effective_on)
        .select_from(Case)
        .where(
            *where(question.actor, filters),
            Case.effective_on.isnot(None),
            days.hold(Case.settled_on, each=question.scope.headquarters is not None and days.is_short),
            *question.headquarters(Case.level1_id),
            moved.correlate(Case).exists(),
        )
    )
    cases = {row.id: row for row in db.session.execute(statement)}
    for one, ended, gross, net in _agreed_spells(sorted(cases)):
        row = cases[one]
        if ended == row.effective_on:
            yield question.key(row), _corrected(row.dated, gross, net)


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
