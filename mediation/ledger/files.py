"""Uploaded ledgers: sealed while a person looks at the preview, an attachment once they are imported.

A draft is a stored file that no row names. ``attachments.service.sweep`` takes such files away after a day, so an upload
nobody confirms leaves nothing behind. Its address is a signed token that only its uploader can use.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from mediation.attachments import storage
from mediation.attachments.models import Attachment
from mediation.attachments.sniff import clean_name
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import NotFound

DRAFT_AGE = timedelta(hours=20)  # less than the sweep's day
_MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "xlsb": "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv",
}


@dataclass(frozen=True)
class Draft:
    """An uploaded file that was not imported yet."""

    storage_name: str
    filename: str
    data: bytes


def keep_draft(actor: Actor, *, data: bytes, filename: str) -> str:
    """Seal an upload and return the token that finds it again."""
    name = clean_name(filename, default="ledger")
    return _signer().dumps([storage.write(data), name, actor.committee_id, actor.user_id])


def open_draft(actor: Actor, token: str) -> Draft:
    """The upload of a token. Raises NotFound for a forged, expired or somebody else's one."""
    try:
        storage_name, filename, committee_id, user_id = _signer().loads(token, max_age=DRAFT_AGE.total_seconds())
        if (committee_id, user_id) != (actor.committee_id, actor.user_id):
            raise NotFound()
        return Draft(storage_name, filename, storage.read(storage_name))
    except (BadSignature, ValueError, storage.FileMissing) as error:
        raise NotFound() from error


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="ledger-draft")


def keep(actor: Actor, *, data: bytes, filename: str, storage_name: str | None = None) -> Attachment:
    """Keep an imported file for good (kind "ledger"). ``storage_name``: it is sealed under this name already.

    The reader has opened it as a spreadsheet, which says more about its bytes than a look at their beginning.
    """
    name = clean_name(filename, default="ledger")
    attachment = Attachment(
        committee_id=actor.committee_id,
        kind="ledger",
        filename=name,
        media_type=_MEDIA_TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream"),
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        storage_name=storage_name or storage.write(data),
        is_internal=True,
        uploaded_by=actor.user_id,
    )
    db.session.add(attachment)
    db.session.flush()
    record(
        actor,
        AuditEvent.FILE_STORED,
        subject=("attachment", attachment.id),
        sha256=attachment.sha256,
        size=attachment.size,
    )
    return attachment
