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

# Without it rows with different columns empty are different statements, and one by one at worst.
_AT_ONCE = {"render_nulls": True}


def party_row(case: Case, **columns: Any) -> dict[str, Any]:
    """A new party's columns, with its look-up values and what the resident ID tells of birth and gender."""
    number, phone = columns.get("id_number"), columns.get("phone")
    born = identity.birth_date(number) if number else None
    return {
        "committee_id": case.committee_id,
        "case_id": case.id,
        "birth_year": born.year if born else None,
        "gender": identity.gender_of(number) if number else None,
        "id_blind": blind(ID_PURPOSE, number),
        "phone_blind": blind(PHONE_PURPOSE, phone),
        "phone_last4_blind": blind(LAST4_PURPOSE, phone[-4:] if phone else None),
        **columns,
    }


def store_parties(actor: Actor, rows: Sequence[dict[str, Any]]) -> dict[int, int]:
    """Store new parties, each with its audit row. Returns the first party's key per case."""
    first: dict[int, int] = {}
    for row, party_id in zip(rows, _insert_numbered(Party, rows), strict=True):
        first.setdefault(row["case_id"], party_id)
        record(actor, AuditEvent.RECORD_CREATED, subject=("party", party_id), case_id=row["case_id"])
    return first


def store(model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Store rows whose keys nobody asks for."""
    if rows:
        db.session.execute(insert(model), rows, execution_options=_AT_ONCE)


def append_first_event(actor: Actor, event: Event, cases: Iterable[tuple[Case, str | None, Mapping[str, Any]]]) -> None:
    """Append the event that made each case, with its audit row. ``cases``: (case, note, data)."""
    same = {
        "event": event.value,
        "from_state": None,
        "happened_on": clock.today(),
        "at": clock.now(),
        "actor_id": actor.user_id,
        "actor_name": actor.name or "—",
        "capacity": capacity_of(actor),
    }
    rows = [
        {
            "committee_id": case.committee_id,
            "case_id": case.id,
            "to_state": case.state,
            "note": note,
            "data": dict(data),
            **same,
        }
        for case, note, data in cases
    ]
    for row, event_id in zip(rows, _insert_numbered(CaseEvent, rows), strict=True):
        record(
            actor,
            AuditEvent.CASE_EVENT,
            subject=("case_file", row["case_id"]),
            case_id=row["case_id"],
            case_event=event.value,
            from_state=None,
            to_state=row["to_state"],
            event_id=event_id,
        )


def _insert_numbered(model: type[Any], rows: Sequence[dict[str, Any]]) -> Sequence[int]:
    """Insert rows and return their keys in the same order."""
    if not rows:
        return []
    statement = insert(model).returning(model.id, sort_by_parameter_order=True)
    return db.session.scalars(statement, rows, execution_options=_AT_ONCE).all()


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
