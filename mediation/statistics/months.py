"""The sums of months, made from the cases and kept, so that a page need not count a year of them.

A month is made in three transactions, so that nobody who writes waits while it is counted. Whoever makes it *takes* it:
it holds no longer, and the notes of changes so far are deleted. Then it is *counted*: a change whose note was deleted was
committed before, so the count has it. Then it is *kept*, unless somebody else took it meanwhile or a note says that
it has changed again; then the next one makes it (docs/decisions/0012). Parts of a month that pages ask for today are
made together with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, case, delete, func, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mediation.cases.models import Case, EnforcementStep, Payment
from mediation.cases.policy import TOLD
from mediation.core import clock
from mediation.core.actor import system
from mediation.core.db import db
from mediation.statistics import metrics
from mediation.statistics.metrics import HISTOGRAMS, SUMS, Part, Sums, Tally
from mediation.statistics.metrics.written import read, write
from mediation.statistics.models import FigureChange, FigureMade, FigureMonth
from mediation.statistics.period import Period, month_before, month_key, month_of, months_of, span, span_key
from mediation.statistics.period import month as month_period
from mediation.statistics.queries import passes, passes_yearbook
from mediation.statistics.queries.made import ALL, BY_COMPANY, BY_TRACK_AND_CAUSE, CUTS, NAMELESS
from mediation.statistics.queries.questions import Question
from mediation.statistics.queries.scope import EVERYTHING
from mediation.statistics.spans import cut_by, shared


class Place(NamedTuple):
    """Where a case is counted."""

    level1: int | None
    level2: int | None
    level3: int | None
    cause: str
    station: int | None
    track: str
    relationship: str
    is_told: bool


class Row(NamedTuple):
    """What tells the rows apart."""

    span: str
    node: int
    dimension: str
    key: str
    is_told: bool


_COLUMNS = (
    Case.level1_id,
    Case.level2_id,
    Case.level3_id,
    Case.category_code,
    Case.station_id,
    Case.track,
    Case.relationship,
    case((TOLD, literal(1)), else_=literal(0)).label("is_told"),
)


def spans_of(key: str) -> list[str]:
    """What is made of a month: all of it, and the parts that today's pages ask for."""
    return [key, *sorted({span_key(one) for one in cut_by(clock.today()) if month_key(one) == key})]


def count(committee_id: int, spans: Sequence[str]) -> dict[Row, Tally]:
    """The sums of a month (``2026-10``) and of parts of it (``2026-10/01-22``), counted from the cases in one go."""
    question = Question(system(committee_id), EVERYTHING, _COLUMNS, Place)
    pieces = shared([span(one) for one in spans], ())[1]
    found, more = (list(one.count(question, [piece.what for piece in pieces])) for one in (passes, passes_yearbook))
    rows: dict[Row, Tally] = {}
    for at, name in enumerate(spans):
        rows |= _rows(
            name, *([(key[1], part) for key, part in one if at in pieces[key[0]].owners] for one in (found, more))
        )
    return {row: tally for row, tally in rows.items() if tally != Tally()}


def _rows(name: str, found: Sequence[Any], more: Sequence[Any]) -> dict[Any, Tally]:
    """All rows of a span out of what was counted of its cases; ``more`` is for the yearbook."""
    rows = _by_company(name, found)
    for dimension in CUTS:
        rows |= _cut(name, found, dimension)
    return rows | _cut(name, [*found, *more], BY_TRACK_AND_CAUSE)


def _by_company(name: str, found: Sequence[tuple[Place, Sums]]) -> dict[Any, Tally]:
    """The uncut rows of every node, and those cut by the companies directly under it."""
    outlets = metrics.tallies(
        ((bool(place.is_told), place.level1, place.level2, place.level3), part) for place, part in found
    )

    def rows() -> Iterator[Part]:
        for (is_told, level1, level2, level3), tally in outlets.items():
            sums = _filled(tally)
            top = NAMELESS if level1 is None else level1
            yield Row(name, ALL, "", "", is_told), sums
            yield Row(name, ALL, BY_COMPANY, _word(level1), is_told), sums
            yield Row(name, top, "", "", is_told), sums
            if level1 is not None:
                yield Row(name, level1, BY_COMPANY, _word(level2 or level3), is_told), sums
            if level2 is not None:
                yield Row(name, level2, "", "", is_told), sums
                yield Row(name, level2, BY_COMPANY, _word(level3), is_told), sums
            if level3 is not None:
                yield Row(name, level3, "", "", is_told), sums

    return metrics.tallies(rows())


def _cut(name: str, found: Sequence[tuple[Place, Sums]], dimension: str) -> dict[Any, Tally]:
    """The rows of all cases and of each headquarters cut along a dimension: what is below has few enough cases to count."""
    tops = metrics.tallies(
        (
            Row(
                name,
                NAMELESS if place.level1 is None else place.level1,
                dimension,
                _key(place, dimension),
                bool(place.is_told),
            ),
            part,
        )
        for place, part in found
    )
    whole = metrics.tallies((row._replace(node=ALL), _filled(tally)) for row, tally in tops.items())
    return tops | whole


def _key(place: Place, dimension: str) -> str:
    if dimension == BY_TRACK_AND_CAUSE:
        return f"{place.track}:{place.cause}"
    value = getattr(place, dimension)
    return str(value or 0) if dimension == "station" else str(value)


def _word(company: int | None) -> str:
    return "" if company is None else str(company)


def _filled(tally: Tally) -> dict[str, Any]:
    return {name: value for name, value in vars(tally).items() if value}


def take(committee_id: int, key: str) -> str:
    """Begin to make a month: until it is kept its figures are counted from the cases. Returns the maker's word."""
    maker = secrets.token_hex(8)
    _forget(FigureMade, committee_id, FigureMade.span.startswith(key + "/"))
    insert_into = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[db.engine.dialect.name]
    # An upsert: two who take the same month at once do it one after the other.
    statement = insert_into(FigureMade).values(committee_id=committee_id, span=key, made_at=None, maker=maker)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["committee_id", "span"], set_={"made_at": None, "maker": statement.excluded.maker}
        )
    )
    _forget(FigureChange, committee_id, FigureChange.month == key)
    return maker


def keep(committee_id: int, key: str, maker: str, spans: Sequence[str], found: Mapping[Row, Tally]) -> bool:
    """Keep the sums that were counted after :func:`take`; False, and nothing kept, where they may hold no longer."""
    own = (FigureMade.committee_id == committee_id, FigureMade.span == key)
    if db.session.scalar(select(FigureMade.maker).where(*own).with_for_update()) != maker or is_noted(
        committee_id, key
    ):
        return False
    _forget(FigureMonth, committee_id, _of_month(FigureMonth.span, key))
    if found:
        db.session.execute(insert(FigureMonth.__table__), [_columns(committee_id, *row) for row in found.items()])
    db.session.execute(update(FigureMade).where(*own).values(made_at=clock.now()))
    db.session.add_all(
        FigureMade(committee_id=committee_id, span=one, made_at=clock.now()) for one in spans if one != key
    )
    db.session.flush()
    return True


def is_noted(committee_id: int, key: str) -> bool:
    """Whether something that a month counts has changed since it was taken."""
    noted = select(FigureChange.id).where(FigureChange.committee_id == committee_id, FigureChange.month == key)
    return db.session.scalar(noted.limit(1)) is not None


def _forget(table: Any, committee_id: int, which: Any) -> None:
    rows = delete(table).where(table.committee_id == committee_id, which)
    db.session.execute(rows.execution_options(synchronize_session=False))


def _of_month(column: Any, key: str) -> Any:
    """The rows of a month and of its parts. No sign but a digit decides: databases order the others in many ways."""
    return and_(column >= key, column < month_key(month_before(month_period(key), -1)))


def _columns(committee_id: int, row: Row, tally: Tally) -> dict[str, Any]:
    sums = {name: getattr(tally, name) for name in SUMS}
    histograms = {name: write(getattr(tally, name)) for name in HISTOGRAMS}
    return {"committee_id": committee_id, **row._asdict(), **sums, **histograms}


def differences(committee_id: int, key: str, found: Mapping[Row, Tally] | None = None) -> list[Row]:
    """The rows of a month and its parts that do not say what the cases say now, or what was ``found`` of them."""
    rows = select(FigureMonth.__table__).where(
        FigureMonth.committee_id == committee_id, _of_month(FigureMonth.span, key)
    )
    stored = {
        Row(one.span, one.node, one.dimension, one.key, one.is_told): Tally(
            **{name: getattr(one, name) for name in SUMS},
            **{name: read(name, getattr(one, name)) for name in HISTOGRAMS},
        )
        for one in db.session.execute(rows)
    }
    found = count(committee_id, made_of(committee_id, key)) if found is None else found
    return sorted(row for row in stored.keys() | found.keys() if stored.get(row) != found.get(row))


def made_of(committee_id: int, key: str) -> list[str]:
    """A month that was made, and the parts made with it."""
    spans = select(FigureMade.span).where(FigureMade.committee_id == committee_id, _of_month(FigureMade.span, key))
    return sorted(db.session.scalars(spans))


def is_over(key: str) -> bool:
    """Whether a month is over: only then its sums are kept."""
    return month_period(key).last < clock.today()


def wanted(committee_id: int) -> list[str]:
    """The months that are over and whose sums, or those of parts of them, are missing or no longer hold; the newest first."""
    changed = set(
        db.session.scalars(select(FigureChange.month).where(FigureChange.committee_id == committee_id).distinct())
    )
    keys = {*months_with_cases(committee_id), *made(committee_id)}
    spans = set(_made(committee_id))
    missing = {key for key in keys if not spans.issuperset(spans_of(key))}
    return sorted((key for key in changed | missing if is_over(key)), reverse=True)


def made(committee_id: int) -> list[str]:
    """The months whose sums were made."""
    return [key for key in _made(committee_id) if "/" not in key]


def _made(committee_id: int) -> list[str]:
    own = (FigureMade.committee_id == committee_id, FigureMade.made_at.isnot(None))
    return sorted(db.session.scalars(select(FigureMade.span).where(*own)))


def months_with_cases(committee_id: int) -> list[str]:
    """All months that are over, from the first day that figures count by."""
    days = [
        db.session.scalar(select(func.min(day)).where(table.committee_id == committee_id))
        for table, day in (
            (Case, Case.received_on),
            (Case, Case.settled_on),
            (Case, Case.closed_on),
            (Payment, Payment.paid_on),
            (EnforcementStep, EnforcementStep.applied_on),
        )
    ]
    last = month_before(month_of(clock.today()))
    first = min((day for day in days if day), default=last.last)
    return [month_key(one) for one in months_of(Period(min(first, last.first), last.last))]
