"""What is being typed: saved every few seconds, still there after a log-out. Intakes, gone when the case is open; under
keys that begin with ``PAPER`` what is typed for a paper, gone when it is issued. A row under ``OPENED`` and the key of
an intake remembers which case it became, so that a form sent twice opens one.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from mediation.cases.models import CaseDraft
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db

MOST = 20  # drafts of a kind that a person keeps; the oldest makes room
PAPER = "paper-"
OPENED = "="  # stands in no key that a browser may send
REMEMBERED = timedelta(days=30)
_KEY = re.compile(r"[A-Za-z0-9_-]{16,40}")
_NOT_KEPT = frozenset({"csrf_token", "draft_id"})


def new_key() -> str:
    """A key for a draft to come: the page has it before the first save, so that two saves at once make one draft."""
    return secrets.token_urlsafe(12)


def save(actor: Actor, *, key: str | None, content: Mapping[str, str]) -> CaseDraft:
    """Save what is typed under a key (a new one for none). Only the person who typed it ever reads it again."""
    key = key if key and _KEY.fullmatch(key) else new_key()
    kept = {name: value for name, value in content.items() if name not in _NOT_KEPT and value}
    text = json.dumps(kept, ensure_ascii=False)
    draft = _own(actor, key)
    if draft is None:
        _make_room(actor, is_paper=key.startswith(PAPER))
        draft = _insert_once(actor, key, text)
    draft.content = text
    draft.saved_at = clock.now()
    db.session.flush()
    return draft


def claim(actor: Actor, key: str | None, typed: Mapping[str, str]) -> tuple[CaseDraft | None, str | None, bool]:
    """Take an intake before its case is opened: (what to keep the case's number in, the case it became already or None,
    whether that was opened from the same words).

    Whoever sends the same form at the same moment waits here until the first is through, or has failed. A key that is
    none of ours is not remembered: (None, None, False).
    """
    if not key or not _KEY.fullmatch(key) or len(OPENED + key) > CaseDraft.key.type.length:
        return None, None, False
    _forget(actor)
    digest = _digest(typed)
    row = _insert_once(actor, OPENED + key, json.dumps({"typed": digest}))
    known = json.loads(row.content)
    return row, known.get("number"), known["typed"] == digest


def became(row: CaseDraft | None, number: str) -> None:
    """Keep the number of the case that was opened from a claimed intake."""
    if row is not None:
        row.content = json.dumps(json.loads(row.content) | {"number": number})
        db.session.flush()


def _digest(typed: Mapping[str, str]) -> str:
    kept = sorted((name, value) for name, value in typed.items() if name not in _NOT_KEPT and value)
    return hashlib.sha256(json.dumps(kept).encode()).hexdigest()


def _forget(actor: Actor) -> None:
    db.session.execute(
        delete(CaseDraft).where(
            CaseDraft.user_id == actor.user_id,
            CaseDraft.key.startswith(OPENED),
            CaseDraft.saved_at < clock.now() - REMEMBERED,
        )
    )


def _insert_once(actor: Actor, key: str, text: str) -> CaseDraft:
    """The row of a key, made with a text where there is none, whoever makes it and however many at once."""
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"committee_id": actor.committee_id, "user_id": actor.user_id, "key": key}
    first = insert(CaseDraft).values(**values, content=text, saved_at=clock.now(), created_at=clock.now())
    db.session.execute(first.on_conflict_do_nothing(index_elements=["user_id", "key"]))
    row = _own(actor, key)
    assert row is not None
    return row


def find(actor: Actor, key: str) -> CaseDraft | None:
    """One of the person's drafts."""
    return _own(actor, key)


def content_of(actor: Actor, key: str) -> dict[str, str] | None:
    """What was typed; None where there is no such draft of this person."""
    draft = _own(actor, key)
    return None if draft is None else json.loads(draft.content)


def discard(actor: Actor, key: str | None) -> None:
    """Take a draft away: its case was opened, or the person says so."""
    if key:
        db.session.execute(delete(CaseDraft).where(CaseDraft.user_id == actor.user_id, CaseDraft.key == key))


def drafts_for(actor: Actor) -> Sequence[CaseDraft]:
    """The person's intakes, newest first."""
    return _of_kind(actor, is_paper=False)


def _of_kind(actor: Actor, *, is_paper: bool) -> Sequence[CaseDraft]:
    of_paper = CaseDraft.key.startswith(PAPER, autoescape=True)
    others = or_(of_paper, CaseDraft.key.startswith(OPENED))
    statement = select(CaseDraft).where(CaseDraft.user_id == actor.user_id, of_paper if is_paper else ~others)
    return db.session.scalars(statement.order_by(CaseDraft.saved_at.desc())).all()


def applicant_of(draft: CaseDraft) -> str | None:
    """Whose intake it is, for the list of one's own drafts."""
    return json.loads(draft.content).get("applicant_name")


def _own(actor: Actor, key: str) -> CaseDraft | None:
    return db.session.scalars(
        select(CaseDraft).where(CaseDraft.user_id == actor.user_id, CaseDraft.key == key)
    ).one_or_none()


def _make_room(actor: Actor, *, is_paper: bool) -> None:
    for old in _of_kind(actor, is_paper=is_paper)[MOST - 1 :]:
        db.session.delete(old)
