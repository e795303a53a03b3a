"""Service of papers (送达): on whom, how, when, who took it, or the refusal with its witnesses (modelled on CPL 87-95).

No time limit of law.md 2 runs from the service of a paper of the committee: they run from receipt, acceptance, effect, the
end of mediation, or from what another body sends (recorded as a legal act). So service moves no clock.
"""

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
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from mediation.documents import labels, policy
from mediation.documents.models import Document, ServiceRecord
from mediation.parties.models import Party

DIRECT, LEFT, POST, ELECTRONIC = "direct", "left", "post", "electronic"
# In the place of the manner of a record that was withdrawn; what it was stands with the reason.
WITHDRAWN = "withdrawn"
LONGEST_REASON = 200


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


def record_of(document: Document, service_id: int) -> ServiceRecord:
    """One service of a paper that still counts. Raises NotFound."""
    found = next((one for one in records_of(document) if one.id == service_id), None)
    if found is None or found.manner == WITHDRAWN:
        raise NotFound()
    return found


def serve(
    actor: Actor,
    *,
    document: Document,
    given: ServiceIn,
    proof: tuple[str, bytes] | None = None,
    instead_of: ServiceRecord | None = None,
    reason: str = "",
) -> ServiceRecord:
    """Record one service of an issued paper of a case that was loaded through the actor's scope.

    ``instead_of`` is a wrong record that this one corrects, for a ``reason``; its receipt stands behind this one where
    there is no new one. ``proof`` is (file name, content) of a receipt or photo. The paper counts as served on the day on which the last
    of its recipients so far was served. Raises Forbidden, Conflict for a void paper, DomainError at the field.
    """
    if not policy.may_make(actor):
        raise Forbidden()
    if document.status != "issued":
        raise Conflict(_("这份文书已经作废"))
    kept = instead_of.attachment_id if instead_of else None
    recipient = _checked(document, given, proof is not None or kept is not None)
    if instead_of is not None:
        withdraw(actor, document=document, row=instead_of, reason=reason)
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
        attachment_id=_keep(actor, document, proof) or kept,
        recorded_by=actor.user_id,
    )
    db.session.add(row)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CREATED, subject=("service_record", row.id), case_id=document.case_id)
    _count(actor, document)
    return row


def withdraw(actor: Actor, *, document: Document, row: ServiceRecord, reason: str) -> None:
    """The service did not happen as recorded: the row stays, with the reason, and counts no more.

    Raises Forbidden, Conflict when it is withdrawn already or the paper is void, DomainError at ``reason``.
    """
    if not policy.may_make(actor):
        raise Forbidden()
    if document.status != "issued" or row.manner == WITHDRAWN:
        raise Conflict(_("这条送达记录已经撤回，或者文书已经作废"))
    reason = reason.strip()
    if not reason:
        raise DomainError(_("请写明理由"), field="reason")
    if len(reason) > LONGEST_REASON:
        raise DomainError(_("最多 %(max)d 个字", max=LONGEST_REASON), field="reason")
    was = f"{labels.MANNERS[row.manner]}：{row.refusal_note}" if row.refusal_note else str(labels.MANNERS[row.manner])
    change(actor, row, manner=WITHDRAWN, refusal_note=_("%(why)s（原登记：%(was)s）", why=reason, was=was)[:300])
    db.session.flush()
    _count(actor, document)


def _count(actor: Actor, document: Document) -> None:
    """The day of the last recipient so far; none when no record counts."""
    counting = select(func.max(ServiceRecord.served_on)).where(
        ServiceRecord.document_id == document.id, ServiceRecord.manner != WITHDRAWN
    )
    last = db.session.scalar(counting)
    if last != document.served_on:
        change(actor, document, served_on=last)


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
