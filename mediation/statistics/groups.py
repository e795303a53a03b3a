"""The rows of each table of the statistics page: how they are counted, named, and which list of cases is theirs."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from mediation.cases.labels import OUTCOMES, RELATIONSHIPS, TRACKS
from mediation.cases.lifecycle import Track
from mediation.companies.models import Company
from mediation.core.actor import Actor
from mediation.core.i18n import month_name
from mediation.statistics import metrics, queries
from mediation.statistics.metrics import Tally
from mediation.statistics.period import Period, month
from mediation.statistics.queries import Scope

Tallies = dict[Any, Tally]
OTHER_RESULTS = "other"


@dataclass(frozen=True)
class Question:
    """Who asks about which cases; ``company`` is that of the scope, ``has_lists`` whether lists of cases are exact."""

    actor: Actor
    scope: Scope
    company: Company | None
    has_lists: bool


@dataclass(frozen=True)
class Name:
    """What a row is called, what its link adds to the page's address, and what narrows the case list to it."""

    label: str
    leads: Mapping[str, object] | None = None
    dimensions: Mapping[str, object] | None = None
    month: Period | None = None


@dataclass(frozen=True)
class Counted:
    """A period's tallies per key of a table's rows (None where nobody wants its rows), and that of all its cases."""

    period: Period
    rows: Tallies | None
    whole: Tally


def counted(by: str, asked: Question, periods: Sequence[Period], *, tables: Collection[Period]) -> list[Counted]:
    """The tallies of several periods, read together; ``tables`` are those of them whose rows are wanted."""
    actor, scope = asked.actor, asked.scope
    if by in ("month", "outcome"):
        found = queries.asked(actor, "", scope).of(periods)
    else:
        below = asked.company if by == "company" else None
        found = queries.asked(actor, by, scope, below=below).of(periods, keyed=tables)
    made = []
    for period, tallies in zip(periods, found, strict=True):
        whole, rows = metrics.total(tallies.values()), None
        if period in tables:
            match by:
                case "month":
                    rows = queries.by_month(actor, period, scope)
                case "outcome":
                    rows = _by_result(whole)
                case _:
                    rows = tallies
        made.append(Counted(period, rows, whole))
    return made


def _by_result(whole: Tally) -> Tallies:
    return {name: _of_result(name, count) for name, count in whole.outcomes.items() if count}


def _of_result(name: str, count: int) -> Tally:
    return Tally(concluded=count, settled=count if name == "agreed" else 0, outcomes={name: count})


def named(by: str, asked: Question, found: Tallies) -> dict[Hashable, Name]:
    """What the rows are called, by their keys."""
    return {
        "company": _companies,
        "outlet": _outlets,
        "cause": _causes,
        "station": _stations,
        "month": _months,
        "track": _tracks,
        "relationship": _relationships,
        "outcome": _outcomes,
    }[by](asked, found)


def _companies(asked: Question, found: Tallies) -> dict[Hashable, Name]:
    names, rest = queries.company_names(found), asked.scope.dimensions()
    made: dict[Hashable, Name] = {}
    for key in found:
        if key is None and asked.company:
            own = _("%(name)s（本级）", name=asked.company.name)
            made[key] = Name(own, None, rest | {"direct": True})
        elif key is None:
            made[key] = Name(_("（未记公司）"), None, rest | {"main_company": 0})
        else:
            # A leaf leads nowhere further: it would open onto itself.
            leads = asked.company is None or asked.company.id != key
            made[key] = Name(
                names.get(key, str(key)), {"company": key} if leads else None, rest | {"main_company": key}
            )
    return made


def _outlets(asked: Question, found: Tallies) -> dict[Hashable, Name]:
    names, rest = queries.company_names(found), asked.scope.dimensions()
    return {
        # The list of cases knows no company above the outlets without what is below it.
        key: Name(_("（不在网点的）"))
        if key is None
        else Name(names.get(key, str(key)), {"company": key, "by": "company"}, rest | {"main_company": key})
        for key in found
    }


def _causes(asked: Question, found: Tallies) -> dict[Hashable, Name]:
    labels, is_main = queries.cause_labels(), asked.scope.cause is None
    made: dict[Hashable, Name] = {}
    for code in found:
        # Cases recorded under a main cause that also has branches: the main cause's list would hold the branches, too.
        is_exact = is_main or code != asked.scope.cause or len(found) == 1
        dimensions = _only(asked, cause=code) if is_exact else None
        made[code] = Name(labels.get(code, code), {"cause": code} if is_main else None, dimensions)
    return made


def _stations(asked: Question, found: Tallies) -> dict[Hashable, Name]:
    names = queries.station_names(found)
    return {
        key: Name(
            _("（未记驿站）") if key is None else names.get(key, str(key)),
            None if key is None else {"station": key, "by": "company"},
            _only(asked, station=key or 0),
        )
        for key in found
    }


def _months(asked: Question, found: Tallies) -> dict[Hashable, Name]:
    return {
        key: Name(
            month_name(month(key).first),
            {"from": month(key).first.isoformat(), "to": month(key).last.isoformat(), "preset": None, "by": "company"},
            _only(asked),
            month(key),
        )
        for key in found
    }


def _tracks(asked: Question, found: Tallies) -> dict[Hashable, Name]:
    return {
        key: Name(str(TRACKS[Track(key)]), _leads(asked.scope.track, track=key), _only(asked, track=key))
        for key in found
    }


def _relationships(asked: Question, found: Tallies) -> dict[Hashable, Name]:
    return {
        key: Name(
            str(RELATIONSHIPS.get(key, key)),
            _leads(asked.scope.relationship, relationship=key),
            _only(asked, relationship=key),
        )
        for key in found
    }


def _outcomes(asked: Question, found: Tallies) -> dict[Hashable, Name]:
    return {
        # Several results that only a ledger knows have no list of their own.
        key: Name(_("其他结果")) if key == OTHER_RESULTS else Name(str(OUTCOMES.get(key, key)), None, _only(asked))
        for key in found
    }


def _leads(narrowed: object, **where: object) -> Mapping[str, object] | None:
    return where | {"by": "company"} if narrowed is None else None


def _only(asked: Question, **narrower: object) -> Mapping[str, object] | None:
    return asked.scope.dimensions() | narrower if asked.has_lists else None
