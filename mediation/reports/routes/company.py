"""The part of the month that is for one headquarters, as its HR sees it."""

from __future__ import annotations

from flask import render_template

from mediation.core.actor import current_actor
from mediation.core.i18n import month_name
from mediation.core.permissions import P, requires
from mediation.reports import page, queries, service
from mediation.reports.routes import bp
from mediation.reports.spreadsheet import of_report
from mediation.statistics.period import month
from mediation.statistics.spreadsheet import as_file, to_xlsx


@bp.get("/reports/company")
@requires(P.COMPANY_REPORT_READ)
def company_list():
    """The months of the actor's own headquarters."""
    rows = [
        (part, report, name, month_name(month(report.month).first))
        for part, report, name in queries.company_reports_for(current_actor())
    ]
    return render_template("reports/company_list.html", rows=rows)


@bp.get("/reports/company/<int:part_id>")
@requires(P.COMPANY_REPORT_READ)
def company_show(part_id: int):
    """The frozen tables of one month."""
    actor = current_actor()
    part, report, name = queries.company_report_for(actor, part_id)
    service.opened(actor, report)
    label = month_name(month(report.month).first)
    return render_template(
        "reports/company_show.html",
        part=part,
        report=report,
        name=name,
        label=label,
        content=page.of_report(part.figures),
    )


@bp.get("/reports/company/<int:part_id>.<any(pdf, xlsx):kind>")
@requires(P.COMPANY_REPORT_READ)
def company_file(part_id: int, kind: str):
    """The part as issued; the spreadsheet has the same frozen figures."""
    actor = current_actor()
    part, report, name = queries.company_report_for(actor, part_id)
    content = service.part_pdf_of(actor, report, part)
    if kind == "xlsx":
        content = to_xlsx(of_report(part.figures))
    return as_file(content, kind, f"{service.file_name(month(report.month), report.version)}-{name}")
