"""The month on its way: queued in the transaction that issues it or its part, sent by mail after the commit, once.

A delivery is claimed by a conditional update with a lease, sent outside any transaction and then marked, as messages of
the outbox are. A process that dies between the hand-over and the mark leaves a lease that runs out; the same mail goes
out again with the same message id, which mail programs fold.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import current_app
from sqlalchemy import ColumnElement, CursorResult, and_, or_, select, update

from mediation.attachments.models import Attachment
from mediation.attachments.service import read
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db, transaction
from mediation.notifications import mail
from mediation.notifications.sending import LEASE, MOST_ATTEMPTS, PAUSES, Sums
from mediation.reports.frozen import NAME
from mediation.reports.models import CompanyReport, MonthlyReport, ReportDelivery, ReportRecipient
from mediation.reports.queries import recipients_for
from mediation.statistics.period import month, month_label

_chance = random.SystemRandom()


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


def send_due(*, owner: str, stop: Callable[[], bool] = lambda: False) -> Sums:
    """Send every delivery that is due. ``owner`` is a name no other process has. Commits by itself, one by one.

    Without a mail server nothing is tried: the deliveries wait, and the page says why.
    """
    sums, url = Sums(), current_app.config["SMTP_URL"]
    if not url or not _is_due():
        return sums
    with mail.Mailbox(url) as mailbox:
        while not stop():
            taken = _claim(owner)
            if taken is None:
                break
            _settle(owner, taken, _try(mailbox, taken), sums)
    return sums


def _due(now: datetime) -> ColumnElement[bool]:
    waiting = and_(ReportDelivery.status == "queued", ReportDelivery.next_at <= now)
    left_behind = and_(ReportDelivery.status == "sending", ReportDelivery.claimed_until < now)
    return or_(waiting, left_behind)


def _is_due() -> bool:
    """Most minutes there is nothing to send, and no need to queue up for SQLite's one writer."""
    db.session.rollback()
    found = db.session.scalar(select(ReportDelivery.id).where(_due(clock.now())).limit(1)) is not None
    db.session.rollback()
    return found


def _claim(owner: str) -> Taken | None:
    """The next due delivery, now ours until the lease ends; None when nothing is due."""
    with transaction() as session:
        now = clock.now()
        chosen = (
            select(ReportDelivery.id)
            .where(_due(now))
            .order_by(ReportDelivery.next_at, ReportDelivery.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = session.execute(
            update(ReportDelivery)
            .where(ReportDelivery.id == chosen.scalar_subquery())
            .values(status="sending", claimed_by=owner, claimed_until=now + LEASE, attempts=ReportDelivery.attempts + 1)
            .returning(ReportDelivery.id)
        ).one_or_none()
        return None if row is None else _taken(session.get_one(ReportDelivery, row.id, populate_existing=True))


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


def _try(mailbox: mail.Mailbox, taken: Taken) -> tuple[str, str]:
    """(status, error) after an attempt: sent, queued (to be tried again), failed."""
    if taken.address is None:
        return "failed", "struck off the list"
    if taken.attempts > MOST_ATTEMPTS:
        return "failed", "interrupted again and again"
    sender = current_app.config["MAIL_FROM"]
    try:
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
    except mail.MailRefused as error:
        return "failed", str(error)
    except mail.MailError as error:
        return ("queued" if taken.attempts < MOST_ATTEMPTS else "failed"), str(error)
    except Exception as error:
        # What nobody foresaw must not keep the mails behind it waiting; its text might hold anything.
        return ("queued" if taken.attempts < MOST_ATTEMPTS else "failed"), type(error).__name__
    return "sent", ""


def _settle(owner: str, taken: Taken, outcome: tuple[str, str], sums: Sums) -> None:
    status, error = outcome
    now = clock.now()
    values: dict[str, Any] = {
        "status": status,
        "claimed_by": None,
        "claimed_until": None,
        "last_error": error[:300] or None,
    }
    if status == "sent":
        values["sent_at"] = now
    elif status == "queued":
        values["next_at"] = now + PAUSES[taken.attempts - 1] * _chance.uniform(0.9, 1.2)
    with transaction() as session:
        still_ours = (ReportDelivery.claimed_by == owner, ReportDelivery.attempts == taken.attempts)
        result = session.execute(
            update(ReportDelivery).where(ReportDelivery.id == taken.id, *still_ours).values(values)
        )
        if cast("CursorResult[Any]", result).rowcount != 1:
            return  # the lease ran out meanwhile; whoever took it over marks it
    setattr(
        sums, {"queued": "waiting"}.get(status, status), getattr(sums, {"queued": "waiting"}.get(status, status)) + 1
    )
