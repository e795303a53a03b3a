"""Record events and verify the chain."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from flask import current_app, has_request_context, request
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from mediation.audit.events import FIELDS, AuditEvent
from mediation.audit.models import AuditHead, AuditRow
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import append_later, db, on_commit

_START = b"\0" * 32


def record(
    actor: Actor,
    event: AuditEvent,
    *,
    subject: tuple[str, int | None],
    case_id: int | None = None,
    **fields: Any,
) -> None:
    """Put an event aside; it is written with the commit of this request, also of a GET.

    ``subject`` is (table, id). ``fields`` must be exactly those declared for the event; raises ValueError otherwise.
    Never pass a personal value.
    """
    if set(fields) != FIELDS[event]:
        raise ValueError(f"{event} takes exactly {sorted(FIELDS[event])}, got {sorted(fields)}")
    append_later(
        AuditRow(
            at=clock.now(),
            committee_id=actor.committee_id,
            actor_id=actor.user_id,
            actor_name=actor.name or "—",
            event=event.value,
            subject_kind=subject[0],
            subject_id=subject[1],
            case_id=case_id,
            address=request.remote_addr if has_request_context() else None,
            fields=fields,
        )
    )


def change(actor: Actor, row: Any, **values: Any) -> list[str]:
    """Set attributes of a stored row and record the names of those that are new. Returns them; none: nothing recorded."""
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        record(actor, AuditEvent.RECORD_CHANGED, subject=(row.__tablename__, row.id), changed=changed)
    return changed


def _digest(previous: bytes, row: AuditRow) -> bytes:
    content = json.dumps(
        [
            row.chain,
            row.position,
            row.at.isoformat(timespec="microseconds"),
            row.committee_id,
            row.actor_id,
            row.actor_name,
            row.event,
            row.subject_kind,
            row.subject_id,
            row.case_id,
            row.address,
            row.fields,
        ],
        ensure_ascii=False,
        sort_keys=True,
    )
    key = bytes.fromhex(current_app.config["AUDIT_KEY"])
    return hmac.new(key, previous + content.encode(), hashlib.sha256).digest()


def _locked_head(session: Session, chain: int) -> AuditHead:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # Two first writers at once: one inserts, the other waits for it and then locks the same row.
    session.execute(
        insert(AuditHead)
        .values(chain=chain, position=0, digest=_START)
        .on_conflict_do_nothing(index_elements=["chain"])
    )
    statement = select(AuditHead).where(AuditHead.chain == chain).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def _write(session: Session, rows: list[AuditRow]) -> None:
    for chain in sorted({row.committee_id or 0 for row in rows}):
        head = _locked_head(session, chain)
        for row in (row for row in rows if (row.committee_id or 0) == chain):
            row.chain = chain
            row.position = head.position + 1
            row.digest = _digest(head.digest, row)
            head.position, head.digest = row.position, row.digest
            session.add(row)
    session.flush()


on_commit(_write)


def chains() -> list[int]:
    """The chains there are: 0 for the installation, and the committees that have acted."""
    return sorted(
        {*db.session.scalars(select(AuditHead.chain)), *db.session.scalars(select(AuditRow.chain).distinct())}
    )


def verify(chain: int) -> list[str]:
    """Walk one chain from its start. Returns what is wrong, in words; an empty list when all is well."""
    previous, expected, problems = _START, 1, []
    rows = db.session.scalars(
        select(AuditRow).where(AuditRow.chain == chain).order_by(AuditRow.position).execution_options(yield_per=1000)
    )
    for row in rows:
        if row.position != expected:
            problems.append(f"position {expected}: missing")
        if not hmac.compare_digest(row.digest, _digest(previous, row)):
            problems.append(f"position {row.position}: changed")
        previous, expected = row.digest, row.position + 1
    head = db.session.get(AuditHead, chain)
    if head is None:
        return problems + (["head: missing"] if expected > 1 else [])
    if head.position != expected - 1 or head.digest != previous:
        problems.append(f"head: says {head.position} rows, found {expected - 1}")
    return problems
