"""The signed copy of a paper, and its place among the signed originals once everybody has signed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, date
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select

from mediation.attachments import service as attachments
from mediation.attachments.models import Attachment
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import NotFound
from mediation.documents import labels
from mediation.documents.casefacts import PAPER_LOCALE
from mediation.documents.facts import AgreementFacts
from mediation.documents.models import Document, PaperSignature
from mediation.documents.signing import sheet, strokes
from mediation.documents.signing.signers import Place
from mediation.documents.typeset import fonts
from mediation.documents.typeset.page import Layout, PageNumbers
from mediation.documents.typeset.render import to_pdf

Signed = Iterable[tuple[Place, PaperSignature | None]]
# What is agreed; when it takes effect and what has been paid come after the paper.
_AGREED = ("terms", "facts_text", "total_fen", "has_early_maturity", "default_interest", "confirms_relationship")
_DUE = ("debtor", "creditor", "amount_fen", "due_on", "way")


def terms(agreement: AgreementFacts) -> Any:
    """What an agreement binds its parties to, to compare two texts."""
    return _terms(json.loads(json.dumps(asdict(agreement), default=date.isoformat)))


def terms_of(document: Document) -> Any:
    """The same of an issued paper."""
    return _terms(json.loads(document.facts)["agreement"])


def _terms(raw: dict[str, Any]) -> Any:
    agreed = [*(raw[name] for name in _AGREED), raw.get("left_open", [])]
    return agreed, [[one[name] for name in _DUE] for one in raw["instalments"]]


def signed_copy(actor: Actor, document: Document, signed: Signed) -> bytes:
    """The issued paper with the sheet of its signatures behind it; the look is recorded. Raises NotFound without one
    that was drawn on the screen.
    """
    content = _made(document, signed)
    if content is None:
        raise NotFound()
    record(
        actor,
        AuditEvent.FILE_OPENED,
        subject=("document", document.id),
        case_id=document.case_id,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    return content


def keep_when_complete(actor: Actor, document: Document, signed: Signed) -> Attachment | None:
    """Put the signed copy with the signed originals once every party and the mediator have signed.

    So a paper signed on the screen is in the same state as one that came back as a scan.
    """
    signed = list(signed)
    needed = [one for place, one in signed if place.party_id is not None or place.capacity == "mediator"]
    if not all(needed or (one for _place, one in signed)):
        return None
    content = _made(document, signed)
    if content is None:
        return None
    return attachments.store(
        actor,
        committee_id=document.committee_id,
        case_id=document.case_id,
        kind="signed_scan",
        form_code=document.code,
        filename=filename_of(document),
        content=content,
        note=document.number,
    )


def filename_of(document: Document) -> str:
    """What the signed copy is called. Somebody who signs later makes another one of the same name."""
    return f"{document.title} {document.number}（签名页）.pdf"


def _made(document: Document, signed: Signed) -> bytes | None:
    there = [(place, one) for place, one in signed if one is not None]
    if not any(one.way == "screen" for _place, one in there):
        return None
    ids = [document.attachment_id, *(one.attachment_id for _place, one in there)]
    files = {one.id: one for one in db.session.scalars(select(Attachment).where(Attachment.id.in_(ids)))}
    with force_locale(PAPER_LOCALE):
        shown = [_shown(place, one, files) for place, one in there]
        blocks = list(sheet.blocks(document.title, document.number, document.sha256, document.facts_digest, shown))
    last = max(one.signed_at for _place, one in there).astimezone(clock.SHANGHAI).date()
    layout = Layout(title=f"{document.title} {document.number}", dated=last, page_numbers=PageNumbers.NONE)
    font_set = fonts.load(Path(current_app.config["INSTANCE"]) / "fonts")
    return sheet.appended(attachments.read(files[document.attachment_id]), to_pdf(blocks, layout, font_set))


def _shown(place: Place, one: PaperSignature, files: dict[int, Attachment]) -> sheet.Shown:
    here = one.signed_at.astimezone(clock.SHANGHAI)
    day = f"{here.year}年{here.month}月{here.day}日"
    is_drawn = one.way == "screen"
    return sheet.Shown(
        capacity=str(labels.CAPACITIES[place.capacity]),
        holder=place.holder,
        signer=one.name,
        at=f"{day} {here:%H:%M:%S}（UTC {one.signed_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}）" if is_drawn else day,
        identified=str(labels.IDENTIFIED.get(one.identified_by or "", "")),
        digest=one.digest,
        strokes=strokes.from_png(attachments.read(files[one.attachment_id])) if is_drawn else None,
    )
