"""The cases counted one date after the other, alike on SQLite and PostgreSQL: parts of tallies per key.

Each date that figures count by is one pass, over a covering index of ``case_file`` where the date is the case's own. The
same passes answer a page and make the sums of a month, so that nothing is counted in two ways. All passes select columns
of the same kinds, so that one statement asks them all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Integer, String, case, cast, exists, func, not_, select, text
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
from mediation.core.db import beside_index
from mediation.statistics.metrics import Part, Sums
from mediation.statistics.period import Period
from mediation.statistics.queries.questions import Days, Pass, Question, of_names, take, told

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


def count(question: Question, pieces: Sequence[Period]) -> Iterator[Part]:
    """Every pass over some pieces of time that have no day in common; parts stand under (place of the piece, key)."""
    return told(question, pieces, _ALL)


def paid(question: Question, pieces: Sequence[Period]) -> Iterator[Part]:
    """As :func:`count`, the money paid alone."""
    return told(question, pieces, [_paid])


@dataclass(frozen=True)
class Taken:
    """What is taken of the cases by one of their dates: sums, and perhaps the values of a number as one list.

    Made once: to build them costs more than to ask for them.
    """

    day: Any
    sums: tuple[Any, ...]
    listed: Any = None
    only: tuple[Any, ...] = ()

    @cached_property
    def whole(self) -> Any:
        """All of it at once."""
        return take(*self.sums, said=self.listed)

    @cached_property
    def by_day(self) -> Any:
        """By day and headquarters, as these stand in the index."""
        sums = (column.label(f"sum{at}") for at, column in enumerate(self.sums))
        listed = () if self.listed is None else (self.listed.label("said"),)
        return select(self.day.label("day"), Case.level1_id.label("key0"), *sums, *listed)

    def added_up(self, part: Any) -> Any:
        """The rows of :attr:`by_day`, put together."""
        sums = (func.sum(part.c[f"sum{at}"]) for at in range(len(self.sums)))
        return take(*sums, said=None if self.listed is None else func.aggregate_strings(part.c.said, " "))


_IS_DISPUTE = Case.track != Track.CONSULT.value
_AGREED = Case.outcome == "agreed"
_RECEIVED = Taken(
    Case.received_on,
    (
        func.count(case((_IS_DISPUTE, 1))),
        func.count(case((not_(_IS_DISPUTE), 1))),
        func.sum(case((_IS_DISPUTE, Case.claimed_fen))),
        func.count(case((_IS_DISPUTE & Case.is_collective.is_(True), 1))),
        func.sum(case((_IS_DISPUTE, func.coalesce(func.nullif(Case.headcount, 0), 1)))),
    ),
)
_SETTLED = Taken(
    Case.settled_on,
    (
        func.count(case((Case.outcome.not_in(NOT_CONCLUDED), 1))),
        func.sum(Case.agreed_fen),
        func.sum(Case.paid_fen),
        func.count(case((_AGREED & Case.settled_in_part.is_(True), 1))),
        *(func.count(case((Case.outcome == outcome, 1))) for outcome in RESULTS),
    ),
    _listed(days_between(case((_AGREED, Case.effective_on)), Case.received_on)),
    (_IS_DISPUTE,),
)
_CLOSED = Taken(Case.closed_on, (func.count(),), only=(_IS_DISPUTE,))
_of_receipts = of_names("cases", "consultations", "claimed_fen", "collective", "workers")


def received(question: Question, days: Days) -> Pass:
    """What came in some days."""
    return Pass(_by_its_day(question, days, _RECEIVED), _of_receipts)


def _results(question: Question, days: Days) -> Pass:
    return Pass(_by_its_day(question, days, _SETTLED), _of_results)


def _of_results(sums: Sequence[int], said: str | None) -> Sums:
    concluded, agreed_fen, paid_fen, in_part, *counts = sums
    outcomes = dict(zip((*RESULTS, OTHER), (*counts, concluded - sum(counts)), strict=True))
    return {
        "concluded": concluded,
        "settled": outcomes["agreed"],
        "settled_in_part": in_part,
        "outcomes": outcomes,
        "agreed_fen": agreed_fen,
        "paid_fen": paid_fen,
        "days": {int(one): cases for one, cases in Counter((said or "").split()).items()},
    }


def _closed(question: Question, days: Days) -> Pass:
    return Pass(_by_its_day(question, days, _CLOSED), of_names("closed"))


def _by_its_day(question: Question, days: Days, one: Taken) -> Any:
    """What is taken of the cases whose date lies in the pieces."""
    rows = [days.hold(one.day, each=question.day_by_day(days)), *one.only]
    rows += question.headquarters(Case.level1_id) if question.day_by_day(days) else ()
    if len(question.columns) != 1 or question.columns[0] is not Case.level1_id:
        return question.grouped(one.whole.where(*rows), days, one.day)
    # Day and headquarters stand in this order in the index: groups of both need no sorting, and are few to add up.
    part = one.by_day.where(*rows, *question.cases).group_by(one.day, Case.level1_id).subquery()
    whole = one.added_up(part).add_columns(days.place(part.c.day).label("place"), part.c.key0)
    return whole.group_by(*question.labels)


_PAID = take(func.sum(Payment.amount_fen)).select_from(Payment).join(Case, Case.id == Payment.case_id)


def _paid(question: Question, days: Days) -> Pass:
    """The money that was paid."""
    statement = _PAID.where(
        Payment.committee_id == question.actor.committee_id,
        days.hold(Payment.paid_on),
        *question.headquarters(Payment.level1_id),
    )
    return Pass(question.grouped(statement, days, Payment.paid_on), of_names("received_fen"))


_DUE = fallen_due(
    Instalment.amount_fen.label("amount_fen"), (paid_by_its_day() >= Instalment.amount_fen).label("is_paid")
).join(Case, Case.id == Instalment.case_id)


def _due(question: Question, days: Days) -> Pass:
    """What fell due, and which of it was paid in full by its day."""
    # Looked at once: else what was paid is looked up for each sum.
    one, keys = _looked_up(
        question,
        _DUE.where(Instalment.committee_id == question.actor.committee_id, days.hold(Instalment.due_on)),
        days,
        Instalment.due_on,
        Instalment.level1_id,
    )
    amount, is_paid = one.c.amount_fen, one.c.is_paid
    sums = (func.count(), func.sum(amount), func.count(case((is_paid, 1))), func.sum(case((is_paid, amount))))
    names = ("due_count", "due_fen", "on_time_count", "on_time_fen")
    return Pass(take(*sums).add_columns(*keys).group_by(*keys), of_names(*names))


def _looked_up(question: Question, statement: Any, days: Days, day: Any, headquarters: Any) -> tuple[Any, list[Any]]:
    """Rows of another table over some of the cases as a table of their own, and its columns of place and keys."""
    rows = question.each(statement.where(*question.headquarters(headquarters)), days, day)
    one = rows.cte().prefix_with("MATERIALIZED")
    return one, [one.c[label] for label in question.labels]


_APPLIED = take(func.count()).select_from(EnforcementStep).join(Case, Case.id == EnforcementStep.case_id)


def _applied(question: Question, days: Days) -> Pass:
    statement = _APPLIED.where(
        EnforcementStep.committee_id == question.actor.committee_id, days.hold(EnforcementStep.applied_on)
    )
    return Pass(question.grouped(statement, days, EnforcementStep.applied_on), of_names("enforced"))


_ANSWERED = answers_of_main(days_between(CaseCompany.answered_on, told_on()).label("taken"))


def _answered(question: Question, days: Days) -> Pass:
    """How long the company took to answer, of the cases in which it answered for the first time."""
    one, keys = _looked_up(
        question,
        _ANSWERED.where(
            CaseCompany.committee_id == question.actor.committee_id,
            days.hold(CaseCompany.answered_on, each=question.day_by_day(days)),
        ),
        days,
        CaseCompany.answered_on,
        CaseCompany.level1_id,
    )
    taken = one.c.taken
    # Less than no days, or none: the case was not yet told, and nobody knows how long the answer took.
    rows = take(taken, func.count()).add_columns(*keys).where(taken >= 0).group_by(*keys, taken)
    return Pass(rows, lambda sums, _said: {"answer_days": {sums[0]: sums[1]}})


_MOVED = exists().where(CaseEvent.case_id == Case.id, text(f"case_event.{MOVES}")).correlate(Case)
# Gross and net days of the spell that ended with the agreement (12/5), nothing where they are not known.
_OF_SPELL = (
    select(func.coalesce(cast(CaseSpell.gross_days, String) + "/" + cast(CaseSpell.net_days, String), ""))
    .where(CaseSpell.case_id == Case.id, CaseSpell.to_on == Case.effective_on, CaseSpell.outcome == "agreed")
    .order_by(CaseSpell.seq)
    .limit(1)
    .correlate(Case)
    .scalar_subquery()
)
_NOT_AS_DATED = take(days_between(Case.effective_on, Case.received_on), said=_OF_SPELL).where(
    _IS_DISPUTE, beside_index(Case.outcome) == "agreed", Case.effective_on.isnot(None), _MOVED
)


def _not_as_dated(question: Question, days: Days) -> Pass:
    """What takes agreements away from the days of their dates and puts them under those of their spell, case by case.

    Those are the cases that were paused or re-opened before. They are few and have a small index of their own, so that
    all others are counted without their rows and without their spells.
    """
    statement = _NOT_AS_DATED.where(
        days.hold(Case.settled_on, each=question.day_by_day(days)), *question.headquarters(Case.level1_id)
    )
    return Pass(question.each(statement, days, Case.settled_on), _corrected)


def _corrected(sums: Sequence[int], said: str | None) -> Sums:
    if said is None:  # no spell ended that day
        return {}
    days = Counter({sums[0]: -1})
    if not said:
        return {"days": days}
    gross, net = map(int, said.split("/"))
    days[gross] += 1
    return {"days": days, "paused": {(gross, net): 1} if gross != net else {}}


_ALL = (received, _results, _not_as_dated, _closed, _paid, _due, _applied, _answered)
