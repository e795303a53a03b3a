"""The letter leaves the house: numbered and rendered once, sealed, served on the company."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Response
from flask_babel import gettext as _

from mediation.attachments import service as attachments
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.committees.models import Committee
from mediation.companies.models import Company
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError, NotFound
from mediation.core.permissions import P, check
from mediation.documents import letters, sealing
from mediation.documents.serving import DIRECT, ELECTRONIC, LEFT, POST
from mediation.recommendations import letter, notices, queries
from mediation.recommendations.labels import SYSTEM, WAYS
from mediation.recommendations.lifecycle import Event
from mediation.recommendations.models import Recommendation
from mediation.recommendations.service.drafting import TEXTS, check_names
from mediation.recommendations.service.steps import Upload, advance, check_past, store
from mediation.statistics.queries.recurrence import cases_among


@dataclass(frozen=True)
class ServiceIn:
    """One service (送达) as typed. ``manner`` is a key of ``labels.WAYS``."""

    manner: str
    served_on: date
    recipient: str = ""
    place: str = ""
    taken_by: str = ""
    refusal_note: str = ""
    witnesses: str = ""
    tracking: str = ""


def preview(actor: Actor, *, recommendation: Recommendation) -> bytes:
    """The letter as it would be issued, marked 草稿. The look is recorded. Raises NotComplete for a missing glyph."""
    content = letters.draft(letter.CODE, letter.facts_of(recommendation))
    record(
        actor,
        AuditEvent.DOCUMENT_MADE,
        subject=(Recommendation.__tablename__, recommendation.id),
        code=letter.CODE,
    )
    return content


def issue(actor: Actor, *, recommendation: Recommendation) -> None:
    """Number the letter, freeze its facts, render it once and keep it. A failure leaves no gap in the numbers.

    Raises Forbidden, Conflict when it is not reviewed or issued already, DomainError when the reply day has passed or a
    text names somebody, NotComplete.
    """
    today = clock.today()
    if recommendation.answer_by is None or recommendation.answer_by <= today:
        raise DomainError(_("答复日应在出具之日以后：请退回草稿，改好再出具"))
    cases = cases_among(actor, queries.case_ids_of(recommendation))
    check_names(actor, cases, {name: getattr(recommendation, name) for name in TEXTS})
    advance(actor, recommendation, Event.ISSUE)
    committee = db.session.get_one(Committee, recommendation.committee_id)
    company = db.session.get_one(Company, recommendation.company_id)
    made = letters.issue(
        committee,
        letter.CODE,
        letter.facts_of(recommendation),
        on=today,
        p=[["被建议单位", company.name]],
        y=[["请于何日前答复", recommendation.answer_by.isoformat()]],
    )
    recommendation.number, recommendation.issued_on = made.number, today
    kept = store(actor, recommendation, f"{made.title} {made.number}.pdf", made.content)
    recommendation.facts, recommendation.proof = made.facts, made.proof
    recommendation.attachment_id, recommendation.sha256 = kept.id, kept.sha256
    db.session.flush()
    record(
        actor,
        AuditEvent.DOCUMENT_ISSUED,
        subject=(Recommendation.__tablename__, recommendation.id),
        code=letter.CODE,
        number=made.number,
        sha256=kept.sha256,
    )


def seal(actor: Actor, *, recommendation: Recommendation) -> None:
    """Add the committee's electronic seal; the issued file stays beside the sealed one.

    Raises Forbidden, Conflict, DomainError without a usable key, DamagedFile.
    """
    check(actor, P.CASE_SEAL)
    advance(actor, recommendation, Event.SEAL)
    issued = attachments.genuine(recommendation.attachment_id, recommendation.sha256)
    name = issued.filename.removesuffix(".pdf")
    content = sealing.seal_pdf(attachments.read(issued), reason=name)
    kept = store(actor, recommendation, f"{name}（电子印章）.pdf", content)
    recommendation.sealed_attachment_id, recommendation.sealed_sha256 = kept.id, kept.sha256
    db.session.flush()
    record(
        actor,
        AuditEvent.DOCUMENT_SEALED,
        subject=(Recommendation.__tablename__, recommendation.id),
        code=letter.CODE,
        number=recommendation.number,
        sha256=kept.sha256,
    )


def serve(actor: Actor, *, recommendation: Recommendation, given: ServiceIn, files: Sequence[Upload] = ()) -> None:
    """Record the service and tell the company's people who have an account, however it was served.

    By the system it is served on the day it stands in their inbox. Raises Forbidden, Conflict, DomainError at the field.
    """
    company = db.session.get_one(Company, recommendation.company_id)
    people = queries.company_people(company)
    _check_service(recommendation, given, has_file=bool(files), has_people=bool(people))
    if given.manner == SYSTEM:
        given = ServiceIn(SYSTEM, clock.today(), recipient=company.name)
    advance(
        actor,
        recommendation,
        Event.SERVE,
        on=given.served_on,
        files=files,
        manner=given.manner,
        recipient=given.recipient or company.name,
        place=given.place,
        taken_by=given.taken_by,
        refusal_note=given.refusal_note,
        witnesses=given.witnesses,
        tracking=given.tracking,
    )
    recommendation.sent_on, recommendation.sent_by_way = given.served_on, given.manner
    db.session.flush()
    notices.served(actor, recommendation, people)


def _check_service(recommendation: Recommendation, given: ServiceIn, *, has_file: bool, has_people: bool) -> None:
    if given.manner not in WAYS:
        raise DomainError(_("请选择送达方式"), field="manner")
    if given.manner == SYSTEM:
        if not has_people:
            raise DomainError(_("这家公司没有在用的账号，请用其他方式送达"), field="manner")
        return
    message = _("送达日期应在出具之日和今天之间")
    check_past(given.served_on, recommendation.issued_on, field="served_on", message=message)
    needed = {
        DIRECT: ("taken_by", _("直接送达请写明签收人（本人或者代收人及关系）")),
        POST: ("tracking", _("邮寄送达请填写邮件编号")),
        ELECTRONIC: ("place", _("电子送达请写明送达的地址（受送达人确认过的手机号或邮箱的说明）")),
        LEFT: ("refusal_note", _("留置送达请写明拒收的事由")),
    }
    field, words = needed.get(given.manner, ("", ""))
    if field and not getattr(given, field):
        raise DomainError(words, field=field)
    if given.manner == LEFT and not (given.witnesses or has_file):
        raise DomainError(_("留置送达请写明见证人，或者上传留置现场的照片"), field="witnesses")


def as_response(actor: Actor, recommendation: Recommendation, *, sealed: bool) -> Response:
    """The letter as issued or as sealed, checked and recorded. Raises NotFound where there is none, DamagedFile."""
    if sealed:
        key, digest = recommendation.sealed_attachment_id, recommendation.sealed_sha256
    else:
        key, digest = recommendation.attachment_id, recommendation.sha256
    if key is None:
        raise NotFound()
    return attachments.as_response(actor, attachments.genuine(key, digest), inline=not sealed)
