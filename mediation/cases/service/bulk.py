"""Rows of many new cases at once: what the services write one by one, in a handful of statements.

An import of thousands of rows may not hold the register for minutes. Everything here is for cases made in the same
transaction; the values were checked by whoever read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Text, bindparam, cast, func, insert
from sqlalchemy.dialects.postgresql import ARRAY

from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cases import grams
from mediation.cases.lifecycle import Event
from mediation.cases.models import Case, CaseEvent, CaseSearch
from mediation.cases.service.events import capacity_of
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.crypto import blind
from mediation.core.db import db
from mediation.parties import identity
from mediation.parties.models import Party
from mediation.parties.queries import ID_PURPOSE, LAST4_PURPOSE, PHONE_PURPOSE


def new_party(case: Case, **columns: Any) -> Party:
    """A party that is not stored yet, with its look-up values and what the resident ID tells of birth and gender."""
    party = Party(committee_id=case.committee_id, case_id=case.id, **columns)
    if party.id_number:
        born = identity.birth_date(party.id_number)
        party.birth_year = born.year if born else None
        party.gender = identity.gender_of(party.id_number)
    party.id_blind = blind(ID_PURPOSE, party.id_number)
    party.phone_blind = blind(PHONE_PURPOSE, party.phone)
    party.phone_last4_blind = blind(LAST4_PURPOSE, party.phone[-4:] if party.phone else None)
    return party


def store_parties(actor: Actor, parties: Sequence[Party]) -> None:
    """Store new parties, each with its audit row."""
    db.session.add_all(parties)
    db.session.flush()
    for party in parties:
        record(actor, AuditEvent.RECORD_CREATED, subject=("party", party.id), case_id=party.case_id)


def append_first_event(actor: Actor, event: Event, cases: Iterable[tuple[Case, str | None, Mapping[str, Any]]]) -> None:
    """Append the event that made each case, with its audit row. ``cases``: (case, note, data)."""
    now, today = clock.now(), clock.today()
    rows = [
        CaseEvent(
            committee_id=case.committee_id,
            case_id=case.id,
            event=event.value,
            from_state=None,
            to_state=case.state,
            happened_on=today,
            at=now,
            actor_id=actor.user_id,
            actor_name=actor.name or "—",
            capacity=capacity_of(actor),
            note=note,
            data=dict(data),
        )
        for case, note, data in cases
    ]
    db.session.add_all(rows)
    db.session.flush()
    for row in rows:
        record(
            actor,
            AuditEvent.CASE_EVENT,
            subject=("case_file", row.case_id),
            case_id=row.case_id,
            case_event=row.event,
            from_state=None,
            to_state=row.to_state,
            event_id=row.id,
        )


def index_new_cases(texts: Iterable[tuple[Case, Sequence[str | None]]]) -> None:
    """Store the search words of cases that have none yet: number, title and the texts given."""
    words = [{"id": case.id, "words": grams.index_words([case.number, case.title, *more])} for case, more in texts]
    if not words:
        return
    table = CaseSearch.__table__
    if db.session.get_bind().dialect.name == "postgresql":
        stored: Any = func.array_to_tsvector(cast(bindparam("words"), ARRAY(Text)))
    else:
        stored = bindparam("words", type_=Text)
        words = [{**one, "words": " ".join(one["words"])} for one in words]
    db.session.connection().execute(insert(table).values(case_id=bindparam("id"), grams=stored), words)
