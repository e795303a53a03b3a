"""The sums of whole months, made from the cases and kept, so that a page need not count a year of them.

Whoever makes a month takes its row in ``figure_made`` first, so that nobody else makes it meanwhile; then deletes the
notes of changes that stand, and only then counts. A change whose note was deleted was committed before, so the count
has it; one whose note comes later leaves the month marked. All of it is one transaction (docs/decisions/0012).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import case, delete, func, insert, literal, select
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
from mediation.statistics.period import Period, month_before, month_key, month_of, months_of
from mediation.statistics.period import month as month_period
from mediation.statistics.queries import passes, passes_yearbook
from mediation.statistics.queries.made import ALL, BY_COMPANY, BY_TRACK_AND_CAUSE, CUTS, NAMELESS
from mediation.statistics.queries.passes import Question
from mediation.statistics.queries.scope import EVERYTHING


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
    """What tells the rows of one month apart."""

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


def count(committee_id: int, key: str) -> dict[Row, Tally]:
    """The sums of a month (``2026-10``), counted from the cases."""
    question = Question(system(committee_id), EVERYTHING, _COLUMNS, Place)
    found, more = (
        [(place, part) for (_piece, place), part in one.count(question, [month_period(key)])]  # type: ignore[misc]
        for one in (passes, passes_yearbook)
    )
    rows = _by_company(found)
    for dimension in CUTS:
        rows |= _cut(found, dimension)
    rows |= _cut([*found, *more], BY_TRACK_AND_CAUSE)
    return {row: tally for row, tally in rows.items() if tally != Tally()}


def _by_company(found: Sequence[tuple[Place, Sums]]) -> dict[Any, Tally]:
    """The uncut rows of every node, and those cut by the companies directly under it."""
    outlets = metrics.tallies(
        ((bool(place.is_told), place.level1, place.level2, place.level3), part) for place, part in found
    )

    def rows() -> Iterator[Part]:
        for (is_told, level1, level2, level3), tally in outlets.items():
            sums = _filled(tally)
            top = NAMELESS if level1 is None else level1
            yield Row(ALL, "", "", is_told), sums
            yield Row(ALL, BY_COMPANY, _word(level1), is_told), sums
            yield Row(top, "", "", is_told), sums
            if level1 is not None:
                yield Row(level1, BY_COMPANY, _word(level2 or level3), is_told), sums
            if level2 is not None:
                yield Row(level2, "", "", is_told), sums
                yield Row(level2, BY_COMPANY, _word(level3), is_told), sums
            if level3 is not None:
                yield Row(level3, "", "", is_told), sums

    return metrics.tallies(rows())


def _cut(found: Sequence[tuple[Place, Sums]], dimension: str) -> dict[Any, Tally]:
    """The rows of all cases and of each headquarters cut along a dimension: what is below has few enough cases to count."""
    tops = metrics.tallies(
        (
            Row(
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


def make(committee_id: int, key: str) -> int:
    """Make the sums of a month anew, inside the caller's transaction. Returns how many rows they are."""
    own = (FigureMonth.committee_id == committee_id, FigureMonth.month == key)
    _take(committee_id, key)
    changes = (FigureChange.committee_id == committee_id, FigureChange.month == key)
    db.session.execute(delete(FigureChange).where(*changes).execution_options(synchronize_session=False))
    found = count(committee_id, key)
    db.session.execute(delete(FigureMonth).where(*own).execution_options(synchronize_session=False))
    if found:
        db.session.execute(insert(FigureMonth.__table__), [_columns(committee_id, key, *row) for row in found.items()])
    return len(found)


def _take(committee_id: int, key: str) -> None:
    """Note the month as made: whoever makes the same month waits here for the other to be done."""
    values = {"committee_id": committee_id, "month": key, "made_at": clock.now()}
    insert_into = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[db.engine.dialect.name]
    statement = insert_into(FigureMade).values(values)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["committee_id", "month"], set_={"made_at": statement.excluded.made_at}
        )
    )


def _columns(committee_id: int, key: str, row: Row, tally: Tally) -> dict[str, Any]:
    sums = {name: getattr(tally, name) for name in SUMS}
    histograms = {name: write(getattr(tally, name)) for name in HISTOGRAMS}
    return {"committee_id": committee_id, "month": key, **row._asdict(), **sums, **histograms}


def differences(committee_id: int, key: str) -> list[Row]:
    """The rows of a made month that do not say what the cases say now."""
    own = (FigureMonth.committee_id == committee_id, FigureMonth.month == key)
    stored = {
        Row(one.node, one.dimension, one.key, one.is_told): Tally(
            **{name: getattr(one, name) for name in SUMS},
            **{name: read(name, getattr(one, name)) for name in HISTOGRAMS},
        )
        for one in db.session.execute(select(FigureMonth.__table__).where(*own))
    }
    found = count(committee_id, key)
    return sorted(row for row in stored.keys() | found.keys() if stored.get(row) != found.get(row))


def make_if_different(committee_id: int, key: str) -> bool:
    """Make a month anew inside the caller's transaction where its sums are wrong. Whether nothing explains that.

    A note of a change does: then the sums were known not to hold.
    """
    _take(committee_id, key)
    found = differences(committee_id, key)
    # After the count: what was committed while it lasted has left its note by now.
    noted = select(FigureChange.id).where(FigureChange.committee_id == committee_id, FigureChange.month == key)
    is_explained = db.session.scalar(noted.limit(1)) is not None
    if found or is_explained:
        make(committee_id, key)
    return bool(found) and not is_explained


def is_over(key: str) -> bool:
    """Whether a month is over: only then its sums are kept."""
    return month_period(key).last < clock.today()


def wanted(committee_id: int) -> list[str]:
    """The months that are over and whose sums are missing or no longer hold, the newest first."""
    changed = set(
        db.session.scalars(select(FigureChange.month).where(FigureChange.committee_id == committee_id).distinct())
    )
    missing = set(months_with_cases(committee_id)) - set(made(committee_id))
    return sorted((key for key in changed | missing if is_over(key)), reverse=True)


def made(committee_id: int) -> list[str]:
    """The months whose sums were made."""
    return sorted(db.session.scalars(select(FigureMade.month).where(FigureMade.committee_id == committee_id)))


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
