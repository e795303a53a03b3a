"""Whether each party was asked to a session and the notice served. Papers stand above the cases, so they tell us."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from mediation.cases.queries_sessions import PLANNED, Meeting
from mediation.core import clock
from mediation.core.db import db
from mediation.parties.models import Party


@dataclass(frozen=True)
class Notice:
    """The notice in force by which a party was asked to the session with a number. ``served_on`` None: not served yet."""

    case_id: int
    session_seq: int
    party_id: int
    document_id: int
    number: str
    issued_on: date
    served_on: date | None


Source = Callable[[Collection[int]], Iterable[Notice]]
_sources: list[Source] = []


def tell(source: Source) -> None:
    """Register who knows the notices of some cases, by their ids."""
    if source not in _sources:
        _sources.append(source)


def of_cases(case_ids: Collection[int]) -> list[Notice]:
    """The notices in force of some cases; none where no papers are made."""
    return [one for source in _sources for one in source(case_ids)] if case_ids else []


def meets_soon(starts_at: datetime) -> bool:
    """Whether a session is today or tomorrow: from the day before, a notice that was not served is a warning."""
    day = clock.civil_date(starts_at)
    return starts_at >= clock.now() and day <= clock.today() + timedelta(days=1)


def unserved(meetings: Sequence[Meeting]) -> dict[int, int]:
    """How many parties of each planned session that is today or tomorrow have no served notice, by session id."""
    soon = [one for one in meetings if one.status == PLANNED and meets_soon(one.starts_at)]
    case_ids = {one.case_id for one in soon}
    if not case_ids:
        return {}
    served = {(one.case_id, one.session_seq, one.party_id) for one in of_cases(case_ids) if one.served_on}
    parties: dict[int, list[int]] = {}
    for case_id, party_id in db.session.execute(select(Party.case_id, Party.id).where(Party.case_id.in_(case_ids))):
        parties.setdefault(case_id, []).append(party_id)
    lacking = {
        one.id: sum((one.case_id, one.seq, party_id) not in served for party_id in parties.get(one.case_id, ()))
        for one in soon
    }
    return {key: count for key, count in lacking.items() if count}
