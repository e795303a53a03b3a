"""What the yearbook's table asks beside all other figures, one date after the other: parts of tallies per key.

Asked only when months are made and for days that no month holds: whether a worker applied stands with the parties of each
case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import and_, case, func, select

from mediation.cases.models import Case
from mediation.parties.models import Party
from mediation.statistics.metrics import Part
from mediation.statistics.period import Period
from mediation.statistics.queries import passes
from mediation.statistics.queries.passes import Days, Question


def count(question: Question, pieces: Sequence[Period]) -> Iterator[Part]:
    """Both passes over some pieces of time, as :func:`passes.count`."""
    for days in passes.together(pieces):
        yield from _received(question, days)
        yield from _closed(question, days)


def with_received(question: Question, pieces: Sequence[Period]) -> Iterator[Part]:
    """Both passes, and what the yearbook takes from the pass over receipts."""
    for days in passes.together(pieces):
        yield from passes.received(question, days)
    yield from count(question, pieces)


def _received(question: Question, days: Days) -> Iterator[Part]:
    collective, persons = Case.is_collective.is_(True), func.coalesce(func.nullif(Case.headcount, 0), 1)
    worker = and_(Party.case_id == Case.id, Party.side == "applicant", Party.kind == "person", Party.seq == 1)
    statement = select(
        *question.keys(days, Case.received_on),
        func.sum(case((collective, persons), else_=0)),
        func.count(case((select(Party.id).where(worker).exists(), 1))),
    ).where(days.hold(Case.received_on))
    found = question.rows(statement, **days.within("received"), disputes=True)
    return question.parts(found, "collective_workers", "by_workers")


def _closed(question: Question, days: Days) -> Iterator[Part]:
    statement = select(*question.keys(days, Case.closed_on), func.count()).where(days.hold(Case.closed_on))
    found = question.rows(statement, **days.within("closed"), disputes=True, outcome="agreed")
    return question.parts(found, "closed_agreed")
