"""The cases of a period by full cause, as the yearbook's tables take them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

from sqlalchemy import select

from mediation.cases.models import Case
from mediation.committees.models import Category
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.statistics import metrics, yearbook
from mediation.statistics.metrics import Movement, Part, Tally
from mediation.statistics.period import Period
from mediation.statistics.queries import made, passes_yearbook
from mediation.statistics.queries.figures import by_full_cause
from mediation.statistics.queries.movement import movement
from mediation.statistics.queries.questions import Question
from mediation.statistics.queries.scope import EVERYTHING, Scope
from mediation.statistics.spans import shared

SUMS = ("cases", "collective", "workers", "collective_workers", "by_workers", "closed_agreed")


def labour_table(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> tuple[yearbook.Line, ...]:
    """The yearbook's lines of a period, for the tracks that are labour disputes."""
    scopes = [replace(scope, track=track) for track in yearbook.TRACKS if scope.track in (None, track)]
    moves = [asdict(movement(actor, period, one)) for one in scopes]
    names = ("open_before", "received", "reopened", "closed", "open_after")
    moved = Movement(*(sum(move[name] for move in moves) for name in names))
    tallies = metrics.tallies(_parts(actor, period, scopes))
    return yearbook.table(map(_counted, tallies, tallies.values()), _column(Category.yearbook_cause), moved)


def peoples_table(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> tuple[yearbook.PeoplesLine, ...]:
    """The lines of the 人民调解 statistics of a period, all tracks together."""
    types = _column(Category.pm_type)
    tallies: dict[str, Tally] = by_full_cause(actor, period, scope)
    order = sorted(set(types.values()) - {yearbook.REST}, key=list(types.values()).index)
    return yearbook.peoples_table(tallies, types, [*order, yearbook.REST])


def _column(column) -> dict[str, str]:
    return dict(db.session.execute(select(Category.code, column).order_by(Category.sort, Category.code)).all())


def _parts(actor: Actor, period: Period, scopes: Sequence[Scope]) -> Iterator[Part]:
    """What the months that hold say of each cause, and the cases of all other days."""
    cut = made.cut_by_track_and_cause(actor, scopes[0]) if scopes else None
    months = made.standing_months(actor.committee_id, [period]) if cut else []
    if cut and months:
        tracks = {scope.track for scope in scopes}
        for (track, cause), sums in made.summed(actor.committee_id, months, cut, SUMS):
            if track in tracks:
                yield cause, sums
    pieces = [piece.what for piece in shared([period], months)[1]]
    for scope in scopes:
        question = Question(actor, scope, (Case.category_code,), str)
        for (_place, cause), part in passes_yearbook.with_received(question, pieces):  # type: ignore[misc]
            yield cause, part


def _counted(code: str, tally: Tally) -> yearbook.Counted:
    return yearbook.Counted(
        code,
        received=tally.cases,
        **{name: getattr(tally, name) for name in SUMS if name != "cases"},
    )
