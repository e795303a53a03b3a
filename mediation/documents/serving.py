"""Service of papers (送达): on whom, how, when, who took it, or the refusal with its witnesses (modelled on CPL 87-95)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select

from mediation.attachments import service as attachments
from mediation.audit.events import AuditEvent
from mediation.audit.record import change, record
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, Forbidden
from mediation.documents import policy
from mediation.documents.models import Document, ServiceRecord
from mediation.parties.models import Party

DIRECT, LEFT, POST, ELECTRONIC = "direct", "left", "post", "electronic"


@dataclass(frozen=True)
class ServiceIn:
    """One service as typed. ``party_id`` None: somebody else, by name. ``manner`` is a key of ``labels.MANNERS``."""

    manner: str
    served_on: date
    party_id: int | None = None
    recipient: str = ""
    place: str = ""
    taken_by: str = ""
    refusal_note: str = ""
    witnesses: str = ""
    tracking: str = ""


def records_of(document: Document) -> Sequence[ServiceRecord]:
    """The services of a paper, oldest first."""
    return db.session.scalars(
        select(ServiceRecord).where(ServiceRecord.document_id == document.id).order_by(ServiceRecord.id)
    ).all()


def serve(
    actor: Actor, *, document: Document, given: ServiceIn, proof: tuple[str, bytes] | None = None
) -> ServiceRecord:
    """Record one service of an issued paper of a case that was loaded through the actor's scope.

    ``proof`` is (file name, content) of a receipt or photo. The paper counts as served on the day on which the last
    of its recipients so far was served. Raises Forbidden, Conflict for a void paper, DomainError at the field.
    """
    if not policy.may_make(actor):
        raise Forbidden()
    if document.status != "issued":
        raise Conflict(_("这份文书已经作废"))
    recipient = _checked(document, given, proof is not None)
    row = ServiceRecord(
        committee_id=document.committee_id,
        case_id=document.case_id,
        document_id=document.id,
        party_id=given.party_id,
        recipient=recipient,
        manner=given.manner,
        place=given.place or None,
        served_on=given.served_on,
        taken_by=given.taken_by or None,
        is_refused=given.manner == LEFT,
        refusal_note=given.refusal_note or None,
        witnesses=given.witnesses or None,
        tracking=given.tracking or None,
        server_name=actor.name,
        attachment_id=_keep(actor, document, proof),
        recorded_by=actor.user_id,
    )
    db.session.add(row)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CREATED, subject=("service_record", row.id), case_id=document.case_id)
    last = db.session.scalar(select(func.max(ServiceRecord.served_on)).where(ServiceRecord.document_id == document.id))
    change(actor, document, served_on=last)
    return row


def _checked(document: Document, given: ServiceIn, has_proof: bool) -> str:
    """The recipient's name. Raises DomainError at the first field that is wrong."""
    if not document.issued_on <= given.served_on <= clock.today():
        raise DomainError(_("送达日期应在出具之日和今天之间"), field="served_on")
    recipient = given.recipient.strip()
    if given.party_id is not None:
        party = db.session.get(Party, given.party_id)
        if party is None or party.case_id != document.case_id:
            raise DomainError(_("请选择本案的当事人"), field="party_id")
        recipient = party.name
    if not recipient:
        raise DomainError(_("请选择当事人，或者写明受送达人"), field="recipient")
    if given.manner == DIRECT and not given.taken_by:
        raise DomainError(_("直接送达请写明签收人（本人或者代收人及关系）"), field="taken_by")
    if given.manner == POST and not given.tracking:
        raise DomainError(_("邮寄送达请填写邮件编号"), field="tracking")
    if given.manner == ELECTRONIC and not given.place:
        raise DomainError(_("电子送达请写明送达的地址（受送达人确认过的手机号或邮箱的说明）"), field="place")
    if given.manner == LEFT and not given.refusal_note:
        raise DomainError(_("留置送达请写明拒收的事由"), field="refusal_note")
    if given.manner == LEFT and not (given.witnesses or has_proof):
        raise DomainError(_("留置送达请写明见证人，或者上传留置现场的照片"), field="witnesses")
    return recipient


def _keep(actor: Actor, document: Document, proof: tuple[str, bytes] | None) -> int | None:
    if proof is None:
        return None
    filename, content = proof
    kept = attachments.store(
        actor,
        committee_id=document.committee_id,
        case_id=document.case_id,
        kind="signed_scan",
        form_code="D17",
        filename=filename,
        content=content,
        note=document.number,
    )
    return kept.id
