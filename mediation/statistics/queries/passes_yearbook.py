"""What the yearbook's table asks beside all other figures, one date after the other: parts of tallies per key.

Asked only when months are made and for days that no month holds: whether a worker applied stands with the parties of each
case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import case, exists, func

from mediation.cases.lifecycle import Track
from mediation.cases.models import Case
from mediation.parties.models import Party
from mediation.statistics.metrics import Part
from mediation.statistics.period import Period
from mediation.statistics.queries import passes
from mediation.statistics.queries.questions import Days, Pass, Question, of_names, take, told


def count(question: Question, pieces: Sequence[Period]) -> Iterator[Part]:
    """Both passes over some pieces of time, as :func:`passes.count`."""
    return told(question, pieces, (_received, _closed))


def with_received(question: Question, pieces: Sequence[Period]) -> Iterator[Part]:
    """Both passes, and what the yearbook takes from the pass over receipts."""
    return told(question, pieces, (passes.received, _received, _closed))


_IS_DISPUTE = Case.track != Track.CONSULT.value
_BY_WORKER = exists().where(Party.case_id == Case.id, Party.side == "applicant", Party.kind == "person", Party.seq == 1)
_PERSONS = func.coalesce(func.nullif(Case.headcount, 0), 1)
_RECEIVED = take(
    func.sum(case((Case.is_collective.is_(True), _PERSONS), else_=0)), func.count(case((_BY_WORKER, 1)))
).where(_IS_DISPUTE)
_CLOSED = take(func.count()).where(_IS_DISPUTE, Case.outcome == "agreed")


def _received(question: Question, days: Days) -> Pass:
    rows = question.grouped(_RECEIVED.where(days.hold(Case.received_on)), days, Case.received_on)
    return Pass(rows, of_names("collective_workers", "by_workers"))


def _closed(question: Question, days: Days) -> Pass:
    rows = question.grouped(_CLOSED.where(days.hold(Case.closed_on)), days, Case.closed_on)
    return Pass(rows, of_names("closed_agreed"))
