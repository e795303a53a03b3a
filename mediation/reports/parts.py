"""The part of each headquarters, made after the report it belongs to, each in a transaction of its own.

A report says for whom it has parts (``issue.parts_for``: company ids), settled when it is issued; what of these has no
row yet is still to be made. So a process that dies leaves nothing but parts that the next look makes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from mediation.companies.models import Company
from mediation.core import clock
from mediation.core.actor import system
from mediation.core.db import db, reading, transaction
from mediation.reports import deliveries, differences, links, queries, service, snapshots
from mediation.reports.models import CompanyReport, MonthlyReport
from mediation.statistics.period import month

LOOKED_BACK = timedelta(days=100)
log = logging.getLogger(__name__)


def make_parts(stop: Callable[[], bool] = lambda: False) -> int:
    """Make the parts that are missing, those of the oldest report first. Returns how many. Commits by itself, one by one.

    Frozen and rendered before the transaction that writes, so that nobody waits for it. A part that cannot be made
    keeps none of the others from being made; it is tried again at the next call. ``stop`` is asked before each.
    """
    made = 0
    with reading():
        missing = queries.missing_parts(clock.now() - LOOKED_BACK)
    for report_id, company_id in missing:
        if stop():
            break
        try:
            made += _make(report_id, company_id)
        except Exception as error:
            # Its text might hold anything of the month.
            log.error("report %s, part of company %s: %s", report_id, company_id, type(error).__name__)
    return made


def _make(report_id: int, company_id: int) -> bool:
    """Whether the part was made now; False where another process was first."""
    with reading() as session:
        if queries.has_part(report_id, company_id):
            return False
        report, company = session.get_one(MonthlyReport, report_id), session.get_one(Company, company_id)
        figures, name = _frozen(report, company)
        content = service.rendered(figures)
    with transaction() as session:
        report = session.get_one(MonthlyReport, report_id)
        queries.lock(report.committee_id)
        if queries.has_part(report_id, company_id):
            return False
        actor = system(report.committee_id)
        attachment = service.kept(actor, report.committee_id, name, content)
        part = CompanyReport(
            committee_id=report.committee_id,
            report_id=report_id,
            company_id=company_id,
            figures=figures,
            attachment_id=attachment.id,
            sha256=attachment.sha256,
        )
        db.session.add(part)
        db.session.flush()
        deliveries.queue(actor, report, part)
    return True


def _frozen(report: MonthlyReport, company: Company) -> tuple[dict[str, Any], str]:
    """The figures of a part, and the name of its file without the ending."""
    period = month(report.month)
    figures = snapshots.take_company(system(report.committee_id), company, period, today=clock.today())
    earlier = queries.earlier_part(report, company.id)
    changed = differences.between(figures, earlier.figures) if earlier else []
    figures["issue"] = service.proven(figures, report.version, changed) | {"path": links.company_page_of(report.month)}
    return figures, f"{service.file_name(period, report.version)}-{company.short_name or company.name}"
