"""Uploads that somebody looks at before anything is written: sealed, and found again by a signed token of the uploader's.

A draft is a stored file that no row names. ``service.sweep`` takes such files away after a day, so an upload nobody
confirms leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from mediation.attachments import storage
from mediation.core.actor import Actor
from mediation.core.errors import NotFound

DRAFT_AGE = timedelta(hours=20)  # less than the sweep's day


@dataclass(frozen=True)
class Draft:
    """An uploaded file that was not taken in yet. ``about``: what was said with it."""

    storage_name: str
    filename: str
    data: bytes
    about: Mapping[str, Any]


def keep(actor: Actor, kind: str, *, data: bytes, filename: str, about: Mapping[str, Any] | None = None) -> str:
    """Seal an upload and return the token that finds it again. ``about`` is signed, not sealed: nothing personal."""
    return _signer(kind).dumps([storage.write(data), filename, actor.committee_id, actor.user_id, dict(about or {})])


def open_for(actor: Actor, kind: str, token: str) -> Draft:
    """The upload of a token. Raises NotFound for a forged, expired or somebody else's one."""
    try:
        storage_name, filename, committee_id, user_id, about = _signer(kind).loads(
            token, max_age=DRAFT_AGE.total_seconds()
        )
        if (committee_id, user_id) != (actor.committee_id, actor.user_id):
            raise NotFound()
        return Draft(storage_name, filename, storage.read(storage_name), about)
    except (BadSignature, ValueError, storage.FileMissing) as error:
        raise NotFound() from error


def _signer(kind: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=f"{kind}-draft")
