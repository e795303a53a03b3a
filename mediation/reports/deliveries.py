"""The month on its way: queued in the transaction that issues it or its part, sent by mail after the commit, once.

How a delivery is claimed and sent once is told in ``notifications.claims``; mail that goes out twice has the same message
id, which mail programs fold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from flask import current_app

from mediation.attachments.models import Attachment
from mediation.attachments.service import read
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.notifications import claims, mail
from mediation.reports.frozen import NAME
from mediation.reports.models import CompanyReport, MonthlyReport, ReportDelivery, ReportRecipient
from mediation.reports.queries import recipients_for
from mediation.statistics.period import month, month_label


@dataclass(frozen=True)
class Taken:
    """A claimed delivery: plain values, so that no transaction is open while it is sent."""

    id: int
    attempts: int
    address: str | None
    subject: str
    body: str
    filename: str
    content: bytes


def queue(actor: Actor, report: MonthlyReport, part: CompanyReport | None = None) -> int:
    """Queue a version for whom the whole is sent to, or a part of it for its headquarters. Returns how many."""
    company_id = part.company_id if part else None
    found = [recipient for recipient, _name in recipients_for(actor) if recipient.company_id == company_id]
    for recipient in found:
        db.session.add(
            ReportDelivery(
                committee_id=report.committee_id,
                report_id=report.id,
                company_report_id=part.id if part else None,
                recipient_id=recipient.id,
                next_at=clock.now(),
            )
        )
    db.session.flush()
    return len(found)


def send_due(*, owner: str, stop: Callable[[], bool] = lambda: False) -> claims.Sums:
    """Send every delivery that is due. ``owner`` is a name no other process has. Commits by itself, one by one.

    Without a mail server nothing is tried: the deliveries wait, and the page says why.
    """
    url = current_app.config["SMTP_URL"]
    if not url or not claims.is_due(ReportDelivery):
        return claims.Sums()
    with mail.Mailbox(url) as mailbox:
        return claims.work_off(ReportDelivery, owner=owner, take=_taken, send=partial(_send, mailbox), stop=stop)


def _taken(delivery: ReportDelivery) -> Taken:
    """What is sent: the whole report, or to a headquarters its part and nothing else."""
    report = db.session.get_one(MonthlyReport, delivery.report_id)
    recipient = db.session.get_one(ReportRecipient, delivery.recipient_id)
    part = db.session.get_one(CompanyReport, delivery.company_report_id) if delivery.company_report_id else None
    figures = part.figures if part else report.figures
    file = db.session.get_one(Attachment, part.attachment_id if part else report.attachment_id)
    label, version = month_label(month(report.month)), f"第{report.version}版"
    words = [f"{figures['committee']}{label}月报（{version}）见附件。", "", *figures["sentences"]]
    if report.version > 1:
        words += [
            "",
            "本版更正了以前的版本，更正的数字逐项列在第9页“较上一版的更正”。"
            if part is None
            else "本版更正了以前的版本，更正的数字逐项列在附件中。",
        ]
    words += ["", f"附件的SHA-256：{file.sha256}", "本邮件由系统自动发出，请勿回复。不再需要时请告知调解委员会。"]
    return Taken(
        delivery.id,
        delivery.attempts,
        None if recipient.removed_at is not None else recipient.address,
        f"{NAME} {label}（{version}）",
        "\n".join(words),
        file.filename,
        read(file),
    )


def _send(mailbox: mail.Mailbox, taken: Taken) -> None:
    if taken.address is None:
        raise claims.NotSent("failed", "struck off the list")
    sender = current_app.config["MAIL_FROM"]
    message = mail.compose(
        sender=sender,
        to=taken.address,
        subject=taken.subject,
        body=taken.body,
        message_id=f"<report-{taken.id}@{mail.domain_of(sender)}>",
        at=clock.now(),
    )
    message.add_attachment(taken.content, maintype="application", subtype="pdf", filename=taken.filename)
    mailbox.send(message)
