"""What happened in a case after its parties came to terms or parted, read from its rows for the papers.

Only what belongs to the open file: internal files (副卷) and private notes are never read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from mediation.attachments.models import Attachment
from mediation.cases.labels import OUTCOMES, ROUTES, VISIT_MANNERS
from mediation.cases.models import Agreement, Case, CaseSpell, EnforcementStep, FollowUp, Payment
from mediation.core.db import db
from mediation.documents.course import ClosingFacts, ForceFacts, PaperFacts, PaymentFacts, VisitFacts
from mediation.documents.models import Document

PERFORMANCES = {"full": "全部履行", "part": "部分履行", "none": "未履行"}
STATE_RESULTS = {
    "performing": "达成协议，正在履行",
    "performed": "达成协议，已经履行",
    "defaulted": "达成协议，逾期未履行",
    "enforcing": "达成协议，已申请强制程序",
}


def course_of(
    case: Case, agreement: Agreement | None, parties: Mapping[int, str], users: Mapping[int, str]
) -> dict[str, Any]:
    """The fields of ``CaseFacts`` about the course of the case; ``users`` are the names of the accounts it names."""
    return {
        "payments": _payments(agreement, parties),
        "visits": tuple(
            VisitFacts(
                number=number,
                visited_on=one.visited_on,
                manner_label=str(VISIT_MANNERS.get(one.manner, "")),
                finding=one.finding,
                satisfaction=one.satisfaction,
                visitor=users.get(one.visited_by or 0, ""),
            )
            for number, one in enumerate(visits_of(case), 1)
        ),
        "force": _force(case),
        "papers": _papers(case),
        "closing": _closing(case, agreement),
    }


def visits_of(case: Case) -> Sequence[FollowUp]:
    """The return visits, oldest first; there are none before the case was settled."""
    if case.settled_on is None:
        return ()
    return db.session.scalars(select(FollowUp).where(FollowUp.case_id == case.id).order_by(FollowUp.id)).all()


def _payments(agreement: Agreement | None, parties: Mapping[int, str]) -> tuple[PaymentFacts, ...]:
    if agreement is None or not any(one.paid_fen for one in agreement.instalments):
        return ()
    instalments = {one.id: one for one in agreement.instalments}
    rows = db.session.scalars(
        select(Payment).where(Payment.instalment_id.in_(instalments)).order_by(Payment.paid_on, Payment.id)
    )
    return tuple(
        PaymentFacts(
            number=number,
            instalment=instalments[row.instalment_id].seq,
            paid_on=row.paid_on,
            amount_fen=row.amount_fen,
            proof=row.proof or "",
            debtor=parties.get(instalments[row.instalment_id].debtor_party_id or 0, ""),
            creditor=parties.get(instalments[row.instalment_id].creditor_party_id or 0, ""),
        )
        for number, row in enumerate(rows, 1)
    )


def _force(case: Case) -> tuple[ForceFacts, ...]:
    if case.effective_on is None:
        return ()
    rows = db.session.scalars(
        select(EnforcementStep).where(EnforcementStep.case_id == case.id).order_by(EnforcementStep.id)
    )
    return tuple(
        ForceFacts(
            route=row.route,
            route_label=str(ROUTES.get(row.route, row.route)),
            applied_on=row.applied_on,
            body=row.body or "",
            result=row.result or "",
            result_on=row.result_on,
        )
        for row in rows
    )


def _papers(case: Case) -> tuple[PaperFacts, ...]:
    """The papers in force, newest first, then the evidence of the open file."""
    papers = db.session.scalars(
        select(Document).where(Document.case_id == case.id, Document.status == "issued").order_by(Document.id.desc())
    ).all()
    files = db.session.scalars(
        select(Attachment)
        .where(Attachment.case_id == case.id, Attachment.kind == "evidence", Attachment.is_internal.is_(False))
        .order_by(Attachment.id)
    )
    issued = (
        PaperFacts(
            key=str(one.id),
            title=one.title,
            code=one.code,
            number=one.number,
            subject=one.subject,
            issued_on=one.issued_on,
            served_on=one.served_on,
        )
        for one in papers
    )
    return (*issued, *(PaperFacts(key=f"file-{one.id}", title=one.note or one.filename) for one in files))


def _closing(case: Case, agreement: Agreement | None) -> ClosingFacts:
    label = STATE_RESULTS.get(case.state) or str(OUTCOMES.get(case.outcome or "", ""))
    note = "" if case.outcome == "agreed" else (case.outcome_note or "").strip()
    if case.outcome == "agreed" and case.settled_in_part and agreement is not None:
        label = f"部分{label}"  # 部分达成协议，正在履行
        rest = (line.strip().rstrip("。；;") for line in (agreement.left_open or "").splitlines())
        note = f"没有达成一致的请求：{'；'.join(filter(None, rest))}"
    gross, net = _days(case)
    return ClosingFacts(
        result_label=label,
        settled_on=case.settled_on,
        closed_on=case.closed_on,
        archived_on=case.archived_on,
        gross_days=gross,
        net_days=net,
        agreed_fen=case.agreed_fen,
        paid_fen=case.paid_fen or 0,
        performance_label=PERFORMANCES.get(case.performance or "", ""),
        note=note,
    )


def _days(case: Case) -> tuple[int | None, int | None]:
    """Calendar days from receipt to settlement, gross and without pauses: of the last spell, where one was counted."""
    if case.settled_on is None:
        return None, None
    spell = db.session.scalars(
        select(CaseSpell)
        .where(CaseSpell.case_id == case.id, CaseSpell.to_on.isnot(None))
        .order_by(CaseSpell.seq.desc())
    ).first()
    if spell is not None and spell.gross_days is not None:
        return spell.gross_days, spell.net_days
    gross = (case.settled_on - case.received_on).days
    return gross, gross - (case.paused_days or 0)
