"""The reports that were issued, the parts of headquarters, and whom they are sent to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import false, func, or_, select
from sqlalchemy.orm import defer

from mediation.accounts.models import UserCompany
from mediation.committees.models import Committee
from mediation.companies.models import Company
from mediation.companies.policy import visible_to
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import NotFound
from mediation.reports.models import CompanyReport, MonthlyReport, ReportDelivery, ReportRecipient
from mediation.statistics import queries as figures
from mediation.statistics.period import Period


def reports_for(actor: Actor) -> Sequence[MonthlyReport]:
    """All versions of all months, the newest first."""
    statement = select(MonthlyReport).where(MonthlyReport.committee_id == actor.committee_id)
    statement = statement.options(defer(MonthlyReport.figures, raiseload=True))  # large, and no list shows them
    return db.session.scalars(statement.order_by(MonthlyReport.month.desc(), MonthlyReport.version.desc())).all()


def report_for(actor: Actor, month: str, version: int) -> MonthlyReport:
    """One version of a month. Raises NotFound."""
    report = db.session.scalars(
        select(MonthlyReport).where(
            MonthlyReport.committee_id == actor.committee_id,
            MonthlyReport.month == month,
            MonthlyReport.version == version,
        )
    ).one_or_none()
    if report is None:
        raise NotFound()
    return report


def latest_report(actor: Actor, month: str) -> MonthlyReport | None:
    """The newest version of a month; None where none was issued."""
    statement = select(MonthlyReport).where(
        MonthlyReport.committee_id == actor.committee_id, MonthlyReport.month == month
    )
    return db.session.scalars(statement.order_by(MonthlyReport.version.desc()).limit(1)).first()


def lock(committee_id: int) -> None:
    """Let nobody else issue anything of the committee until the transaction ends."""
    db.session.execute(select(Committee.id).where(Committee.id == committee_id).with_for_update(key_share=True))


def missing_parts(since: datetime) -> list[tuple[int, int]]:
    """(report id, company id) of the parts that reports made since an instant should have and have not, the oldest first.

    For the process that makes them: it asks across all committees.
    """
    wanted = select(MonthlyReport.id, MonthlyReport.figures["issue"]["parts_for"]).where(MonthlyReport.made_at >= since)
    reports = db.session.execute(wanted.order_by(MonthlyReport.id)).all()
    parts = select(CompanyReport.report_id, CompanyReport.company_id).where(
        CompanyReport.report_id.in_([report_id for report_id, _companies in reports])
    )
    made = {tuple(row) for row in db.session.execute(parts)}
    return [
        (report_id, company_id)
        for report_id, companies in reports
        for company_id in companies or ()
        if (report_id, company_id) not in made
    ]


def has_part(report_id: int, company_id: int) -> bool:
    """Whether the part of a headquarters is made."""
    statement = select(CompanyReport.id).where(
        CompanyReport.report_id == report_id, CompanyReport.company_id == company_id
    )
    return db.session.scalar(statement) is not None


def headquarters_of(actor: Actor, period: Period) -> Sequence[Company]:
    """The headquarters that get a part of a month: with a case in it, with somebody who may log in, or on the list."""
    with_cases = {key for key in figures.by_company(actor, period) if key is not None}
    with_people = (
        select(Company.level1_id)
        .join(UserCompany, UserCompany.company_id == Company.id)
        .where(Company.committee_id == actor.committee_id)
    )
    listed = select(ReportRecipient.company_id).where(
        ReportRecipient.committee_id == actor.committee_id,
        ReportRecipient.removed_at.is_(None),
        ReportRecipient.company_id.is_not(None),
    )
    statement = select(Company).where(
        Company.committee_id == actor.committee_id,
        Company.parent_id.is_(None),
        Company.merged_into_id.is_(None),
        or_(Company.id.in_(sorted(with_cases)), Company.id.in_(with_people), Company.id.in_(listed)),
    )
    return db.session.scalars(statement.order_by(Company.id)).all()


def earlier_part(report: MonthlyReport, company_id: int) -> CompanyReport | None:
    """The part of a headquarters in the newest version before this one; None where there is none."""
    statement = (
        select(CompanyReport)
        .join(MonthlyReport, MonthlyReport.id == CompanyReport.report_id)
        .where(
            MonthlyReport.committee_id == report.committee_id,
            MonthlyReport.month == report.month,
            MonthlyReport.version < report.version,
            CompanyReport.company_id == company_id,
        )
    )
    return db.session.scalars(statement.order_by(MonthlyReport.version.desc()).limit(1)).first()


def parts_of(report: MonthlyReport) -> list[tuple[CompanyReport, str]]:
    """The parts of a report with the names of their headquarters, by name."""
    statement = (
        select(CompanyReport, Company.name)
        .join(Company, Company.id == CompanyReport.company_id)
        .where(CompanyReport.report_id == report.id)
    )
    return [(part, name) for part, name in db.session.execute(statement.order_by(Company.name, Company.id))]


def part_of(report: MonthlyReport, part_id: int) -> tuple[CompanyReport, str]:
    """One part of a report with the name of its headquarters. Raises NotFound."""
    for part, name in parts_of(report):
        if part.id == part_id:
            return part, name
    raise NotFound()


def _own_parts(actor: Actor) -> Any:
    """The parts that HR may see: those of the headquarters it answers for; nobody else any."""
    statement = (
        select(CompanyReport, MonthlyReport, Company.name)
        .join(MonthlyReport, MonthlyReport.id == CompanyReport.report_id)
        .join(Company, Company.id == CompanyReport.company_id)
        .where(CompanyReport.committee_id == actor.committee_id)
    )
    # The part tells of the whole tree, so whoever answers for a branch of it alone is not shown it.
    tops = [company_id for company_id, level in actor.company_levels if level == 1]
    return statement.where(CompanyReport.company_id.in_(tops) if tops else false())


def company_reports_for(actor: Actor) -> Sequence[tuple[CompanyReport, MonthlyReport, str]]:
    """The parts for the actor's own headquarters, the newest first, each month in the newest version that has its part.

    Without the figures, which are large.
    """
    light = (defer(CompanyReport.figures, raiseload=True), defer(MonthlyReport.figures, raiseload=True))
    order = (MonthlyReport.month.desc(), Company.name, Company.id, MonthlyReport.version)
    rows = db.session.execute(_own_parts(actor).options(*light).order_by(*order))
    newest = {(report.month, part.company_id): (part, report, name) for part, report, name in rows}
    return list(newest.values())


def company_report_for(actor: Actor, part_id: int) -> tuple[CompanyReport, MonthlyReport, str]:
    """One part for the actor's own headquarters. Raises NotFound."""
    row = db.session.execute(_own_parts(actor).where(CompanyReport.id == part_id)).one_or_none()
    if row is None:
        raise NotFound()
    return row[0], row[1], row[2]


def versions_of(report: MonthlyReport) -> Sequence[int]:
    """The versions of a report's month, the newest first."""
    statement = select(MonthlyReport.version).where(
        MonthlyReport.committee_id == report.committee_id, MonthlyReport.month == report.month
    )
    return db.session.scalars(statement.order_by(MonthlyReport.version.desc())).all()


def headquarters_for(actor: Actor) -> list[tuple[int, str]]:
    """(id, name) of the headquarters whose part can be sent, by name."""
    statement = select(Company.id, Company.name).where(
        visible_to(actor),
        Company.parent_id.is_(None),
        Company.merged_into_id.is_(None),
        Company.is_active.is_(True),
    )
    return [(key, name) for key, name in db.session.execute(statement.order_by(Company.name, Company.id))]


def recipients_for(actor: Actor) -> list[tuple[ReportRecipient, str | None]]:
    """Who is sent the month, with the name of the headquarters whose part it is; struck-off ones are left out."""
    statement = (
        select(ReportRecipient, Company.name)
        .outerjoin(Company, Company.id == ReportRecipient.company_id)
        .where(ReportRecipient.committee_id == actor.committee_id, ReportRecipient.removed_at.is_(None))
    )
    rows = db.session.execute(statement.order_by(ReportRecipient.company_id.is_not(None), ReportRecipient.id))
    return [(recipient, name) for recipient, name in rows]


def recipient_for(actor: Actor, recipient_id: int) -> ReportRecipient:
    """One recipient, struck off or not. Raises NotFound."""
    found = db.session.scalar(
        select(ReportRecipient).where(
            ReportRecipient.id == recipient_id, ReportRecipient.committee_id == actor.committee_id
        )
    )
    if found is None:
        raise NotFound()
    return found


def addressees(actor: Actor) -> tuple[list[str], list[str]]:
    """(names of those sent the whole report, names of the headquarters sent their part)."""
    whole, parts = [], []
    for recipient, company in recipients_for(actor):
        if company is None:
            whole.append(recipient.name)
        elif company not in parts:
            parts.append(company)
    return whole, parts


def deliveries_of(report: MonthlyReport) -> list[tuple[ReportDelivery, ReportRecipient, str | None]]:
    """What was sent of a version, to whom, and the headquarters whose part it was."""
    statement = (
        select(ReportDelivery, ReportRecipient, Company.name)
        .join(ReportRecipient, ReportRecipient.id == ReportDelivery.recipient_id)
        .outerjoin(Company, Company.id == ReportRecipient.company_id)
        .where(ReportDelivery.report_id == report.id)
    )
    return [tuple(row) for row in db.session.execute(statement.order_by(ReportDelivery.id))]  # type: ignore[misc]


def delivery_counts(actor: Actor) -> dict[int, dict[str, int]]:
    """Per report, how many of its mails are in which state."""
    statement = (
        select(ReportDelivery.report_id, ReportDelivery.status, func.count())
        .where(ReportDelivery.committee_id == actor.committee_id)
        .group_by(ReportDelivery.report_id, ReportDelivery.status)
    )
    counts: dict[int, dict[str, int]] = {}
    for report_id, status, count in db.session.execute(statement):
        counts.setdefault(report_id, {})[status] = count
    return counts


def is_issued_file(proof: str, sha256: str) -> bool | None:
    """Whether a file is the report or the part with this code as issued; None when no such one is stored here.

    For the command line of the deployment alone, as ``documents.queries.is_issued_file``.
    """
    for table in (MonthlyReport, CompanyReport):
        found = db.session.scalars(
            select(table.sha256).where(table.figures["issue"]["proof"].as_string() == proof)
        ).all()
        if found:
            return sha256 in found
    return None
