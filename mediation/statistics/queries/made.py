"""The sums of months that were made before: which of them still hold, and what they say.

A month holds when it is over, was made, and nothing that it counts has changed since: triggers note each change in its
own transaction. All else is counted from the cases.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal_column, or_, select, union_all

from mediation.companies.models import Company
from mediation.core import clock
from mediation.core.actor import Actor, Role
from mediation.core.db import db
from mediation.statistics.metrics import HISTOGRAMS, SUMS, Part, Sums
from mediation.statistics.metrics.written import read
from mediation.statistics.models import FigureChange, FigureMade, FigureMonth
from mediation.statistics.period import Period, month, month_key, month_of
from mediation.statistics.policy import is_company_only
from mediation.statistics.queries.scope import Scope
from mediation.statistics.spans import Shared

ALL, NAMELESS = -1, 0  # the nodes that are no company: every case, and those that name none
BY_COMPANY = "company"  # cut by the companies directly under the node; "" are the cases against the node itself
CUTS = ("cause", "station", "track", "relationship")
BY_TRACK_AND_CAUSE = "track_cause"  # labour:wage.arrears; only these rows hold the sums of the yearbook


@dataclass(frozen=True)
class Cut:
    """Which rows of a month answer a question: of one node, uncut or cut along a dimension, some keys of it.

    ``name`` puts a row's key under the question's own. ``each``: the companies directly under all cases, one by one, and
    their number is the key.
    """

    node: int
    dimension: str = ""
    only: str | None = None  # of the keys this one; a cause with its branches
    told_only: bool = False
    name: Callable[[Any], Hashable] = str
    each: bool = False

    @property
    def whole(self) -> Cut | None:
        """The rows that say of all keys together what this cut says of each; None where it takes only some."""
        is_all = bool(self.dimension) and self.only is None and not self.each
        return Cut(self.node, "", None, self.told_only, lambda _key: None) if is_all else None


def standing(committee_id: int | None, periods: Sequence[Period]) -> list[str]:
    """The months from the first day of some periods on, and the parts of months, whose sums hold."""
    # The one that runs is counted anew each time: what is due in it is not over yet.
    running = month_key(month_of(clock.today()))
    changed = select(FigureChange.id).where(
        FigureChange.committee_id == FigureMade.committee_id,
        FigureChange.month == func.substr(FigureMade.span, 1, len(running)),
    )
    statement = select(FigureMade.span).where(
        FigureMade.committee_id == committee_id,
        FigureMade.span >= min(map(month_key, periods)),
        FigureMade.span < running,
        FigureMade.made_at.isnot(None),
        ~changed.exists(),
    )
    return sorted(db.session.scalars(statement))


def standing_months(committee_id: int | None, periods: Sequence[Period]) -> list[str]:
    """The whole months of some periods whose sums hold."""
    whole = [(key, month(key)) for key in standing(committee_id, periods) if "/" not in key]
    return [key for key, one in whole if any(each.first <= one.first and one.last <= each.last for each in periods)]


def node_of(actor: Actor, scope: Scope) -> tuple[int, bool] | None:
    """(node, whether only what the company was told) of all that an actor counts in a scope; None where no node is it."""
    if scope.company == NAMELESS:
        return None  # told by the company itself, not by its place in the tree
    if actor.is_system or actor.has(Role.COMMITTEE):
        return (ALL if scope.company is None else scope.company), False
    if not is_company_only(actor) or len(actor.company_levels) != 1:
        return None
    own, _level = actor.company_levels[0]
    if scope.company is None or scope.company == own:
        return own, True
    company = db.session.get(Company, scope.company)
    if company is None or own not in (company.level1_id, company.level2_id, company.level3_id):
        return None
    return company.id, True


def cut_of(actor: Actor, scope: Scope, dimension: str, name: Callable[[Any], Hashable] = str) -> Cut | None:
    """The rows that answer a question by a dimension ("": all under one key); None where months cannot."""
    found = node_of(actor, scope)
    if found is None:
        return None
    node, told_only = found
    given = _filtered(scope)
    if not given:
        return None if dimension and not _is_cut(node) else Cut(node, dimension, None, told_only, name)
    (filtered, value), *others = given.items()
    # Months are cut along one dimension at a time, and below the headquarters not at all.
    if others or dimension not in ("", filtered) or not _is_cut(node):
        return None
    return Cut(node, filtered, value, told_only, name)


def cut_by_company(actor: Actor, scope: Scope, below: Company | None) -> Cut | None:
    """The rows that answer a question by the companies directly under another one, or under the top an actor sees."""
    found = node_of(actor, scope)
    if found is None or (below is not None and below.id != found[0]):
        return None
    node, told_only = found
    if below is not None and below.level < 3:
        return None if _filtered(scope) else Cut(node, BY_COMPANY, None, told_only, _company)
    if below is not None:
        return cut_of(actor, scope, "", lambda _key: below.id)
    if told_only:
        top, _level = actor.company_levels[0]
        return cut_of(actor, scope, "", lambda _key: top)
    if node != ALL:
        company = db.session.get(Company, node)
        return cut_of(actor, scope, "", lambda _key: company.level1_id) if company else None
    given = _filtered(scope)
    if not given:
        return Cut(ALL, BY_COMPANY, None, told_only, _company)
    if len(given) > 1:
        return None
    ((filtered, value),) = given.items()
    return Cut(ALL, filtered, value, told_only, lambda node: node or None, each=True)


def _filtered(scope: Scope) -> dict[str, str]:
    return {one: str(value) for one in CUTS if (value := getattr(scope, one)) is not None}


def _company(key: str) -> int | None:
    return int(key) if key else None


def _is_cut(node: int) -> bool:
    if node == ALL:
        return True
    company = db.session.get(Company, node)
    return company is not None and company.level == 1


# Made once: to build it costs more than to ask for it. Histograms side by side are one histogram.
_ADDED_UP = select(
    *(func.sum(getattr(FigureMonth, one)) for one in SUMS),
    *(func.aggregate_strings(getattr(FigureMonth, one), " ") for one in HISTOGRAMS),
)
_COLUMNS = len(SUMS) + len(HISTOGRAMS)


def counted(committee_id: int | None, several: Sequence[tuple[Shared[tuple[str, ...]], Cut]]) -> Iterator[Part]:
    """What some groups of spans say, each along its cut, as parts under (place of the group, key).

    Added up by the database, in one statement.
    """
    along: dict[Cut, dict[int, tuple[str, ...]]] = defaultdict(dict)
    for at, (one, cut) in enumerate(several):
        along[cut][at] = one.what
    statements = [_along(committee_id, cut, groups) for cut, groups in along.items()]
    if statements:
        cut_of_place = [cut for _one, cut in several]
        yield from _parts(statements, lambda at, value: (at, cut_of_place[at].name(value)))


def _along(committee_id: int | None, cut: Cut, groups: Mapping[int, tuple[str, ...]]) -> Any:
    place: Any = literal_column(str(next(iter(groups))))
    if len(groups) > 1:
        place = case(*((FigureMonth.span.in_(spans), at) for at, spans in groups.items()))
    spans = [key for group in groups.values() for key in group]
    return _grouped((place, FigureMonth.node if cut.each else FigureMonth.key), _rows(committee_id, spans, cut))


def by_month(committee_id: int | None, months: Collection[str], cut: Cut) -> Iterator[Part]:
    """What some months say, month by month: the key is the month."""
    yield from _parts([_grouped((FigureMonth.span,), _rows(committee_id, months, cut))], str)


def _grouped(keys: Sequence[Any], rows: Sequence[ColumnElement[bool]]) -> Any:
    labelled = [key.label(f"key{at}") for at, key in enumerate(keys)]
    return _ADDED_UP.add_columns(*labelled).where(*rows).group_by(*(f"key{at}" for at in range(len(keys))))


def _parts(statements: Sequence[Any], name: Callable[..., Hashable]) -> Iterator[Part]:
    for found in db.session.execute(union_all(*statements)):
        part: dict[str, Any] = dict(zip(SUMS, found, strict=False))
        part |= {field: read(field, text) for field, text in zip(HISTOGRAMS, found[len(SUMS) : _COLUMNS], strict=True)}
        yield name(*found[_COLUMNS:]), part


def _rows(committee_id: int | None, spans: Collection[str], cut: Cut) -> list[ColumnElement[bool]]:
    found = [
        FigureMonth.committee_id == committee_id,
        FigureMonth.dimension == cut.dimension,
        FigureMonth.node.in_(_tops(committee_id, spans)) if cut.each else FigureMonth.node == cut.node,
        FigureMonth.span.in_(sorted(spans)),
    ]
    if cut.only is not None:
        low = cut.only
        branches = and_(FigureMonth.key >= low + ".", FigureMonth.key < low + "/")
        found.append(or_(FigureMonth.key == low, branches) if cut.dimension == "cause" else FigureMonth.key == low)
    if cut.told_only:
        found.append(FigureMonth.is_told.is_(True))
    return found


def _tops(committee_id: int | None, spans: Collection[str]) -> Sequence[int]:
    """The nodes directly under all cases."""
    rows = _rows(committee_id, spans, Cut(ALL, BY_COMPANY))
    return [
        int(key) if key else NAMELESS for key in db.session.scalars(select(FigureMonth.key).where(*rows).distinct())
    ]


def summed(
    committee_id: int | None, months: Collection[str], cut: Cut, names: Sequence[str], *, by_month: bool = False
) -> Iterator[tuple[Any, Sums]]:
    """Some sums of some months under the cut's keys (or by month), and no histogram read for them."""
    key = FigureMonth.span if by_month else FigureMonth.node if cut.each else FigureMonth.key
    sums = [func.sum(getattr(FigureMonth, name)) for name in names]
    for one, *values in db.session.execute(select(key, *sums).where(*_rows(committee_id, months, cut)).group_by(key)):
        yield one if by_month else cut.name(one), dict(zip(names, map(int, values), strict=True))


def cut_by_track_and_cause(actor: Actor, scope: Scope) -> Cut | None:
    """The rows of all tracks cut by cause, keyed (track, cause); None where months cannot answer."""
    found = node_of(actor, scope)
    if found is None or not _is_cut(found[0]) or _filtered(scope).keys() - {"track"}:
        return None
    node, told_only = found
    return Cut(node, BY_TRACK_AND_CAUSE, None, told_only, lambda key: tuple(key.split(":", 1)))
