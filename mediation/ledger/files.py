"""Uploaded ledgers: a draft while a person looks at the preview, an attachment once they are imported."""

from __future__ import annotations

import hashlib

from mediation.attachments import drafts, storage
from mediation.attachments.models import Attachment
from mediation.attachments.sniff import clean_name
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.core.actor import Actor
from mediation.core.db import db

DRAFT = "ledger"
_MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "xlsb": "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv",
}


def keep_draft(actor: Actor, *, data: bytes, filename: str) -> str:
    """Seal an upload and return the token that finds it again."""
    return drafts.keep(actor, DRAFT, data=data, filename=clean_name(filename, default="ledger"))


def open_draft(actor: Actor, token: str) -> drafts.Draft:
    """The upload of a token. Raises NotFound for a forged, expired or somebody else's one."""
    return drafts.open_for(actor, DRAFT, token)


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
