"""The cases of a period by full cause, as the yearbook's tables take them."""

from __future__ import annotations

from dataclasses import asdict, replace

from sqlalchemy import and_, case, func, select

from mediation.cases.models import Case
from mediation.committees.models import Category
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.parties.models import Party
from mediation.statistics import yearbook
from mediation.statistics.metrics import Movement, Tally
from mediation.statistics.period import Period
from mediation.statistics.queries.figures import by_full_cause
from mediation.statistics.queries.movement import movement
from mediation.statistics.queries.scope import EVERYTHING, Scope, where


def labour_table(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> tuple[yearbook.Line, ...]:
    """The yearbook's lines of a period, for the tracks that are labour disputes."""
    scopes = [replace(scope, track=track) for track in yearbook.TRACKS if scope.track in (None, track)]
    counted = [line for one in scopes for line in _counted(actor, period, one)]
    moves = [asdict(movement(actor, period, one)) for one in scopes]
    names = ("open_before", "received", "reopened", "closed", "open_after")
    moved = Movement(*(sum(move[name] for move in moves) for name in names))
    return yearbook.table(counted, _column(Category.yearbook_cause), moved)


def peoples_table(actor: Actor, period: Period, scope: Scope = EVERYTHING) -> tuple[yearbook.PeoplesLine, ...]:
    """The lines of the 人民调解 statistics of a period, all tracks together."""
    types = _column(Category.pm_type)
    tallies: dict[str, Tally] = by_full_cause(actor, period, scope)
    order = sorted(set(types.values()) - {yearbook.REST}, key=list(types.values()).index)
    return yearbook.peoples_table(tallies, types, [*order, yearbook.REST])


def _column(column) -> dict[str, str]:
    return dict(db.session.execute(select(Category.code, column).order_by(Category.sort, Category.code)).all())


def _counted(actor: Actor, period: Period, scope: Scope) -> list[yearbook.Counted]:
    persons = func.coalesce(func.nullif(Case.headcount, 0), 1)
    collective = Case.is_collective.is_(True)
    worker = and_(Party.case_id == Case.id, Party.side == "applicant", Party.kind == "person", Party.seq == 1)
    received = (
        select(
            Case.category_code,
            func.count(),
            func.count(case((collective, 1))),
            func.coalesce(func.sum(case((collective, persons))), 0),
            func.count(case((select(Party.id).where(worker).exists(), 1))),
            func.sum(persons),
        )
        .where(*where(actor, scope.filters(received_from=period.first, received_to=period.last, disputes=True)))
        .group_by(Case.category_code)
    )
    closed = (
        select(Case.category_code, func.count(case((Case.outcome == "agreed", 1))))
        .where(*where(actor, scope.filters(closed_from=period.first, closed_to=period.last, disputes=True)))
        .group_by(Case.category_code)
    )
    lines = [yearbook.Counted(code, *map(int, sums)) for code, *sums in db.session.execute(received)]
    lines += [yearbook.Counted(code, closed_agreed=agreed) for code, agreed in db.session.execute(closed)]
    return lines
