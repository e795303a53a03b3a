"""The only SELECTs on attachments. Scope is the owner's: whoever may see the case may ask for its files."""

from __future__ import annotations

from sqlalchemy import select

from mediation.attachments.models import Attachment
from mediation.core.db import db
from mediation.core.errors import NotFound


def of_case(case_id: int, *, include_internal: bool) -> list[Attachment]:
    """The files of a case, oldest first; those of the internal file (副卷) only when asked for. What was drawn as a
    signature is shown with its paper alone.
    """
    statement = select(Attachment).where(Attachment.case_id == case_id, Attachment.kind != "signature")
    if not include_internal:
        statement = statement.where(Attachment.is_internal.is_(False))
    return list(db.session.scalars(statement.order_by(Attachment.id)))


def get_of_case(case_id: int, attachment_id: int, *, include_internal: bool) -> Attachment:
    """One file of a case. Raises NotFound when it is another case's, or internal and not asked for."""
    found = db.session.scalar(select(Attachment).where(Attachment.id == attachment_id, Attachment.case_id == case_id))
    if found is None or (found.is_internal and not include_internal):
        raise NotFound()
    return found


def has_form(case_id: int, form_code: str, *, kind: str | None = None) -> bool:
    """Whether the case holds a file of an official form (D13), of one kind (signed_scan) if given."""
    statement = select(Attachment.id).where(Attachment.case_id == case_id, Attachment.form_code == form_code)
    if kind is not None:
        statement = statement.where(Attachment.kind == kind)
    return db.session.scalar(statement.limit(1)) is not None


def get(committee_id: int, attachment_id: int) -> Attachment:
    """A file of the committee that belongs to no case (a report, an imported ledger). Raises NotFound."""
    found = db.session.scalar(
        select(Attachment).where(
            Attachment.id == attachment_id, Attachment.committee_id == committee_id, Attachment.case_id.is_(None)
        )
    )
    if found is None:
        raise NotFound()
    return found


def stored_names(names: list[str]) -> set[str]:
    """Those of the storage names that a row knows."""
    return set(db.session.scalars(select(Attachment.storage_name).where(Attachment.storage_name.in_(names))))
