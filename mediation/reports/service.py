"""Issue the month's report: frozen figures, a stored PDF, a new version only when a figure has changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from mediation.attachments.models import Attachment
from mediation.attachments.service import read, store
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError
from mediation.core.permissions import P, check
from mediation.reports import monthly_report, snapshots
from mediation.reports.models import MonthlyReport
from mediation.reports.queries import latest_report
from mediation.statistics.period import Period, month_key


def make_report(actor: Actor, period: Period) -> tuple[MonthlyReport, bool]:
    """Issue the report of a month that is over. Returns it, and whether it is a new version.

    Unchanged figures give the version there is. Raises DomainError for a month that is not over, Forbidden.
    """
    check(actor, P.REPORT_MAKE)
    today = clock.today()
    if period.last >= today:
        raise DomainError(_("这个月还没有结束，只能看草稿"), field="month")
    figures = _as_stored(snapshots.take(actor, period, today=today))
    last = latest_report(actor, month_key(period))
    if last is not None and last.figures == figures:
        return last, False
    version = last.version + 1 if last else 1
    content = monthly_report.render(
        figures, version=version, earlier=last.figures if last else None, instance_fonts=_fonts()
    )
    attachment = store(
        actor,
        committee_id=_committee(actor),
        case_id=None,
        kind="report",
        filename=f"{file_name(period, version)}.pdf",
        content=content,
    )
    report = MonthlyReport(
        committee_id=_committee(actor),
        month=month_key(period),
        version=version,
        figures=figures,
        attachment_id=attachment.id,
        sha256=attachment.sha256,
        made_by=actor.user_id,
        made_at=clock.now(),
    )
    db.session.add(report)
    db.session.flush()
    record(
        actor,
        AuditEvent.REPORT_MADE,
        subject=("monthly_report", report.id),
        month=report.month,
        version=version,
        sha256=report.sha256,
    )
    return report, True


def pdf_of(actor: Actor, report: MonthlyReport) -> bytes:
    """The bytes as issued. The report was loaded through the actor's scope. Raises DamagedFile, Forbidden."""
    check(actor, P.REPORT_READ)
    record(
        actor,
        AuditEvent.REPORT_OPENED,
        subject=("monthly_report", report.id),
        month=report.month,
        version=report.version,
    )
    return read(db.session.get_one(Attachment, report.attachment_id))


def draft(actor: Actor, period: Period) -> tuple[Mapping[str, Any], bytes]:
    """(figures, PDF) of a month as it stands today; nothing is kept but that it was looked at. Raises Forbidden."""
    check(actor, P.REPORT_READ)
    record(actor, AuditEvent.REPORT_OPENED, subject=("monthly_report", None), month=month_key(period), version=0)
    figures = _as_stored(snapshots.take(actor, period, today=clock.today()))
    return figures, monthly_report.render(figures, version=None, earlier=None, instance_fonts=_fonts())


def file_name(period: Period, version: int | None) -> str:
    """The name of a report's file, without its ending."""
    issue = f"第{version}版" if version else "草稿"
    return f"调解月报-{month_key(period)}-{issue}"


def _as_stored(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The figures as the database gives them back, so that both compare."""
    return json.loads(json.dumps(figures))


def _committee(actor: Actor) -> int:
    if actor.committee_id is None:
        raise DomainError(_("没有所属的调解委员会"))
    return actor.committee_id


def _fonts() -> Path:
    return Path(current_app.config["INSTANCE"]) / "fonts"
