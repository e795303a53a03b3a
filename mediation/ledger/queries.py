"""The only SELECTs on imports."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from mediation.accounts.models import User
from mediation.attachments.models import Attachment
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import NotFound
from mediation.core.web.pages import PAGE_SIZE, Page, decode_cursor, keyset_page
from mediation.ledger.models import LedgerImport
from mediation.ledger.policy import visible_to


def imports_for(actor: Actor, *, after: str | None = None, before: str | None = None) -> Page[LedgerImport]:
    """One page of the imports, the latest first."""
    backwards = before is not None
    position = decode_cursor(before if backwards else after)
    statement = select(LedgerImport).where(visible_to(actor))
    if position and len(position) == 1:
        place = LedgerImport.id
        statement = statement.where(place > position[0] if backwards else place < position[0])
    order = LedgerImport.id.asc() if backwards else LedgerImport.id.desc()
    rows = db.session.scalars(statement.order_by(order).limit(PAGE_SIZE + 1)).all()
    return keyset_page(rows, lambda row: (row.id,), backwards=backwards, started=position is not None)


def get_for(actor: Actor, import_id: int) -> LedgerImport:
    """One import. Raises NotFound."""
    found = db.session.scalars(
        select(LedgerImport).where(LedgerImport.id == import_id, visible_to(actor))
    ).one_or_none()
    if found is None:
        raise NotFound()
    return found


def file_of(committee_id: int, sha256: str) -> Attachment | None:
    """The kept file of an import, by its digest; None where there is none yet."""
    return db.session.scalars(
        select(Attachment)
        .where(
            Attachment.committee_id == committee_id,
            Attachment.kind == "ledger",
            Attachment.case_id.is_(None),
            Attachment.sha256 == sha256,
        )
        .order_by(Attachment.id)
        .limit(1)
    ).one_or_none()


def importers(imports: Sequence[LedgerImport]) -> dict[int, str]:
    """Names of the people behind some imports, by their key."""
    ids = {one.imported_by for one in imports if one.imported_by}
    if not ids:
        return {}
    return dict(db.session.execute(select(User.id, User.name).where(User.id.in_(ids))).all())
