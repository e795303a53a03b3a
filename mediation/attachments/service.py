"""Take files in and give them out. The owner of a file decides who may have it; there is no route here."""

from __future__ import annotations

import hashlib
import io
import logging
from datetime import timedelta

from flask import Response, send_file
from flask_babel import gettext as _

from mediation.attachments import photos, queries, sniff, storage
from mediation.attachments.models import Attachment
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError

LARGEST = 20 * 1024 * 1024
# What a browser may show in its own window; the rest is only offered for saving.
SHOWN_INLINE = frozenset(("application/pdf", "image/jpeg", "image/png", "image/webp"))
ORPHAN_AGE = timedelta(days=1)
log = logging.getLogger(__name__)


class DamagedFile(DomainError):
    """The stored bytes are gone or are not the ones that were stored."""

    status = 500


def store(
    actor: Actor,
    *,
    committee_id: int,
    case_id: int | None,
    kind: str,
    filename: str,
    content: bytes,
    form_code: str | None = None,
    is_internal: bool = False,
    note: str | None = None,
    largest: int = LARGEST,
) -> Attachment:
    """Keep a file: checked, cleaned of its place when it is a photo, sealed, with the SHA-256 of its plain bytes.
    A HEIC photo is kept as JPEG, which every browser and every printer knows.

    Raises DomainError at the field ``file`` for an empty or too large file (20 MiB of what people upload), a kind of file we do not take,
    or a name that says something else than the bytes. The bytes are on disk before the row is: a crash in between
    leaves a file nobody names (see :func:`sweep`), never a row without its file.
    """
    if not content:
        raise DomainError(_("这个文件是空的"), field="file")
    if len(content) > largest:
        raise DomainError(_("文件太大：最多 %(most)s MB", most=largest // 1024 // 1024), field="file")
    name, media_type = _checked(filename, content)
    try:
        content, kept_type = photos.taken_in(content, media_type)
    except photos.UnreadablePhoto as error:
        raise DomainError(_("这张照片打不开，可能已损坏或尺寸过大"), field="file") from error
    if kept_type != media_type:
        name, media_type = sniff.renamed(name, kept_type), kept_type
    attachment = Attachment(
        committee_id=committee_id,
        case_id=case_id,
        kind=kind,
        form_code=form_code,
        filename=name,
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        storage_name=storage.write(content),
        is_internal=is_internal,
        note=note,
        uploaded_by=actor.user_id,
    )
    db.session.add(attachment)
    db.session.flush()
    record(
        actor,
        AuditEvent.FILE_STORED,
        subject=("attachment", attachment.id),
        case_id=case_id,
        sha256=attachment.sha256,
        size=attachment.size,
    )
    return attachment


def _checked(filename: str, content: bytes) -> tuple[str, str]:
    name = sniff.clean_name(filename)
    extension = sniff.extension_of(name)
    media_type = sniff.media_type(content, extension)
    if media_type is None:
        raise DomainError(
            _("不接受这种文件。可以上传 PDF、照片（JPG、PNG、HEIC、WebP）、Word（docx）、Excel（xlsx）、TXT 或 CSV"),
            field="file",
        )
    if not extension:
        return f"{name}.{sniff.EXTENSIONS[media_type][0]}", media_type
    if extension not in sniff.EXTENSIONS[media_type]:
        raise DomainError(
            _("文件名的扩展名 .%(extension)s 与内容不符，请核对后再上传", extension=extension), field="file"
        )
    return name, media_type


def genuine(attachment_id: int | None, sha256: str | None) -> Attachment:
    """A file that its owner named by digest: :func:`read` checks the bytes against the row, this ties the row to the owner.

    Raises DamagedFile.
    """
    attachment = db.session.get_one(Attachment, attachment_id)
    if attachment.sha256 != sha256:
        raise DamagedFile(_("存档文件与出具时的摘要不符，请联系管理员从备份恢复"))
    return attachment


def read(attachment: Attachment) -> bytes:
    """The plain bytes, checked against the SHA-256 kept with the row. Raises DamagedFile."""
    try:
        content = storage.read(attachment.storage_name)
    except storage.FileMissing as error:
        log.error("attachment %s: %s", attachment.id, error)
        raise DamagedFile(_("这个文件已损坏或丢失，请联系管理员从备份恢复")) from error
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        log.error("attachment %s: other bytes than were stored", attachment.id)
        raise DamagedFile(_("这个文件已损坏或丢失，请联系管理员从备份恢复"))
    return content


def as_response(actor: Actor, attachment: Attachment, *, inline: bool = False) -> Response:
    """The file as an answer to a request, with the look recorded. ``inline`` shows PDFs and photos in the browser.

    The caller has checked that the actor may see the owner. Raises DamagedFile.
    """
    content = read(attachment)
    record(
        actor,
        AuditEvent.FILE_OPENED,
        subject=("attachment", attachment.id),
        case_id=attachment.case_id,
        sha256=attachment.sha256,
    )
    response = send_file(
        io.BytesIO(content),
        mimetype=attachment.media_type,
        as_attachment=not (inline and attachment.media_type in SHOWN_INLINE),
        download_name=sniff.clean_name(attachment.filename),
    )
    response.headers["Cache-Control"] = "no-store"  # send_file's own would let a shared computer keep it
    return response


def sweep() -> int:
    """Remove stored files no row names, older than a day (crashes leave them). Returns how many."""
    before = (clock.now() - ORPHAN_AGE).timestamp()
    old = [name for name, changed in storage.names() if changed < before]
    removed = 0
    for start in range(0, len(old), 500):
        part = old[start : start + 500]
        for name in set(part) - queries.stored_names(part):
            storage.remove(name)
            removed += 1
    return removed
