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

from sqlalchemy import Integer, String, case, cast, func, not_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from mediation.cases.filters import NOT_CONCLUDED, answers_of_main, fallen_due, paid_by_its_day, told_on
from mediation.cases.lifecycle import Track
from mediation.cases.models import Case, CaseCompany, CaseEvent, CaseSpell, EnforcementStep, Instalment, Payment
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
class Question:
    """Whose cases, of which scope, under which key: ``columns`` of the case, and the ``name`` their values are put under."""

    actor: Actor
    scope: Scope
    columns: tuple[Any, ...]
    name: Callable[..., Hashable]

    def rows(self, statement: Any, **filters: Any) -> Sequence[Any]:
        """The rows of a statement over some of the cases, one per key. It must select the columns first."""
        cases = where(self.actor, self.scope.filters(**filters))
        return db.session.execute(statement.where(*cases).group_by(*self.columns)).all()

    def parts(self, found: Sequence[Any], *names: str) -> Iterator[Part]:
        """Rows of (columns …, one sum per name) as parts."""
        width = len(self.columns)
        for row in found:
            yield self.name(*row[:width]), dict(zip(names, row[width:], strict=True))


def count(question: Question, period: Period) -> Iterator[Part]:
    """Every pass over a period."""
    yield from _received(question, period)
    yield from _results(question, period)
    yield from _not_as_dated(question, period)
    yield from question.parts(_grouped(question, period, "closed", func.count(), disputes=True), "closed")
    yield from paid(question, period)
    yield from _due(question, period)
    yield from _applied(question, period)
    yield from _answered(question, period)


def _received(question: Question, period: Period) -> Iterator[Part]:
    is_dispute = Case.track != Track.CONSULT.value
    persons = func.coalesce(func.nullif(Case.headcount, 0), 1)
    found = _grouped(
        question,
        period,
        "received",
        func.count(case((is_dispute, 1))),
        func.count(case((not_(is_dispute), 1))),
        func.sum(case((is_dispute, Case.claimed_fen))),
        func.count(case((is_dispute & Case.is_collective.is_(True), 1))),
        func.sum(case((is_dispute, persons))),
    )
    return question.parts(found, "cases", "consultations", "claimed_fen", "collective", "workers")


def _results(question: Question, period: Period) -> Iterator[Part]:
    found = _grouped(
        question,
        period,
        "settled",
        func.count(case((Case.outcome.not_in(NOT_CONCLUDED), 1))),
        func.sum(Case.agreed_fen),
        func.sum(Case.paid_fen),
        func.count(case(((Case.outcome == "agreed") & Case.settled_in_part.is_(True), 1))),
        *(func.count(case((Case.outcome == outcome, 1))) for outcome in RESULTS),
        listed=days_between(case((Case.outcome == "agreed", Case.effective_on)), Case.received_on),
        disputes=True,
    )
    width = len(question.columns)
    for row in found:
        concluded, agreed_fen, paid_fen, in_part, *counts, days = row[width:]
        outcomes = dict(zip((*RESULTS, OTHER), (*counts, concluded - sum(counts)), strict=True))
        yield (
            question.name(*row[:width]),
            {
                "concluded": concluded,
                "settled": outcomes["agreed"],
                "settled_in_part": in_part,
                "outcomes": outcomes,
                "agreed_fen": agreed_fen,
                "paid_fen": paid_fen,
                "days": {int(one): cases for one, cases in Counter((days or "").split()).items()},
            },
        )


def _grouped(
    question: Question, period: Period, by: str, *sums: Any, listed: Any = None, **filters: Any
) -> Sequence[Any]:
    """(columns …, sums …, values of ``listed`` as text) of the cases whose date ``by`` lies in the period."""
    day, scope, keys = getattr(Case, f"{by}_on"), question.scope, question.columns
    ends = {f"{by}_from": period.first, f"{by}_to": period.last}
    columns = [column.label(f"sum{at}") for at, column in enumerate(sums)]
    lists = [_listed(listed).label("listed")] if listed is not None else []
    statement = select(*keys, *columns, *lists)
    if scope.headquarters is not None and period.days <= MOST_DAYS:
        # Each day by itself and not from one to the other: then the index leads straight to the headquarters.
        statement = statement.where(day.in_(period.each_day()), Case.level1_id == scope.headquarters)
    if len(keys) != 1 or keys[0] is not Case.level1_id:
        return question.rows(statement, **ends, **filters)
    # Day and headquarters stand in this order in the index: groups of both need no sorting, and are few to add up.
    rows = where(question.actor, scope.filters(**ends, **filters))
    parted = select(keys[0].label("key"), *columns, *lists).where(*statement._where_criteria, *rows)
    part = parted.group_by(day, keys[0]).subquery()
    whole = [func.sum(part.c[column.name]) for column in columns]
    whole += [func.aggregate_strings(part.c.listed, " ")] if lists else []
    return db.session.execute(select(part.c.key, *whole).group_by(part.c.key)).all()


def paid(question: Question, period: Period) -> Iterator[Part]:
    """The money that was paid in a period."""
    statement = (
        select(*question.columns, func.sum(Payment.amount_fen))
        .select_from(Payment)
        .join(Case, Case.id == Payment.case_id)
        .where(
            Payment.committee_id == question.actor.committee_id,
            Payment.paid_on.between(period.first, period.last),
        )
    )
    return question.parts(question.rows(statement), "received_fen")


def paid_after(question: Question, period: Period, day: date) -> Iterator[Part]:
    """What was paid after a day on the cases whose result stood in the period, to be taken away from ``paid_fen``."""
    statement = (
        select(*question.columns, -func.sum(Payment.amount_fen))
        .select_from(Case)
        .join(Payment, Payment.case_id == Case.id)
        .where(Payment.committee_id == question.actor.committee_id, Payment.paid_on > day)
    )
    found = question.rows(statement, settled_from=period.first, settled_to=period.last, disputes=True)
    return question.parts(found, "paid_fen")


def _due(question: Question, period: Period) -> Iterator[Part]:
    """What fell due, and which of it was paid in full by its day."""
    amount, is_paid = Instalment.amount_fen, paid_by_its_day() >= Instalment.amount_fen
    statement = (
        fallen_due(
            *question.columns,
            func.count(),
            func.sum(amount),
            func.count(case((is_paid, 1))),
            func.sum(case((is_paid, amount))),
        )
        .join(Case, Case.id == Instalment.case_id)
        .where(
            Instalment.committee_id == question.actor.committee_id,
            Instalment.due_on.between(period.first, period.last),
        )
    )
    return question.parts(question.rows(statement), "due_count", "due_fen", "on_time_count", "on_time_fen")


def _applied(question: Question, period: Period) -> Iterator[Part]:
    statement = (
        select(*question.columns, func.count())
        .select_from(EnforcementStep)
        .join(Case, Case.id == EnforcementStep.case_id)
        .where(
            EnforcementStep.committee_id == question.actor.committee_id,
            EnforcementStep.applied_on.between(period.first, period.last),
        )
    )
    return question.parts(question.rows(statement), "enforced")


def _answered(question: Question, period: Period) -> Iterator[Part]:
    """How long the company took to answer, of the cases in which it answered for the first time."""
    days = days_between(CaseCompany.answered_on, told_on())
    statement = answers_of_main(*question.columns, days).where(
        CaseCompany.committee_id == question.actor.committee_id,
        CaseCompany.answered_on.between(period.first, period.last),
        *where(question.actor, question.scope.filters()),
    )
    for *key, taken in db.session.execute(statement):
        yield question.name(*key), {"answer_days": {taken: 1}}


def _not_as_dated(question: Question, period: Period) -> Iterator[Part]:
    """What takes agreements away from the days of their dates and puts them under those of their spell.

    Those are the cases that were paused or re-opened before. They are few and their history tells them by an index, so
    that all others are counted without their rows and without their spells.
    """
    moves = CaseEvent.event.in_(("paused", "reopened"))
    filters = question.scope.filters(settled_from=period.first, settled_to=period.last, disputes=True, outcome="agreed")
    dated = days_between(Case.effective_on, Case.received_on).label("dated")
    statement = (
        select(Case.id, dated, Case.effective_on, *question.columns)
        .select_from(Case)
        .where(*where(question.actor, filters), Case.effective_on.isnot(None))
    )
    if question.scope.headquarters is not None:
        # One company's results of a period are fewer than all the pauses there ever were.
        statement = statement.where(
            Case.level1_id == question.scope.headquarters,
            select(CaseEvent.id).where(CaseEvent.case_id == Case.id, moves).correlate(Case).exists(),
        )
        if period.days <= MOST_DAYS:
            statement = statement.where(Case.settled_on.in_(period.each_day()))
    else:
        # Joined and not asked for with IN, so that the few lead to their cases and not the many to the few.
        own = CaseEvent.committee_id == question.actor.committee_id
        moved = select(CaseEvent.case_id).where(own, moves).distinct().subquery()
        statement = statement.join(moved, Case.id == moved.c.case_id)
    cases = {row.id: row for row in db.session.execute(statement)}
    for one, ended, gross, net in _agreed_spells(sorted(cases)):
        if ended == cases[one].effective_on:
            yield question.name(*cases[one][3:]), _corrected(cases[one].dated, gross, net)


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
