"""Pages of the month's reports."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from mediation.accounts.queries import names_for
from mediation.core import clock
from mediation.core.actor import current_actor
from mediation.core.db import reading
from mediation.core.errors import DomainError, NotFound
from mediation.core.i18n import month_name
from mediation.core.permissions import P, requires
from mediation.reports import page, queries, service
from mediation.reports.forms import ReportForm
from mediation.reports.labels import DELIVERY_STATES
from mediation.reports.routes import bp
from mediation.reports.spreadsheet import of_report
from mediation.statistics.period import Period, month, month_of
from mediation.statistics.spreadsheet import as_file, to_xlsx


@bp.get("/reports/")
@requires(P.REPORT_READ)
def index():
    """The issued reports, the newest month first, each with its versions."""
    return _reports_page(ReportForm.of(clock.today()))


def _reports_page(form: ReportForm) -> str:
    actor = current_actor()
    issued = queries.reports_for(actor)
    return render_template(
        "reports/index.html",
        form=form,
        issued=issued,
        makers=names_for(actor, {one.made_by for one in issued if one.made_by}),
        deliveries=queries.delivery_counts(actor),
        label=lambda text: month_name(month(text).first),
        current=month_of(clock.today()),
    )


@bp.post("/reports/make")
@requires(P.REPORT_MAKE)
def make():
    """Issue a month's report, or find that nothing has changed."""
    form = ReportForm.of(clock.today())
    if not form.validate_on_submit():
        return _reports_page(form), 422
    actor = current_actor()
    try:
        with reading():
            prepared = service.prepare(actor, month(form.month.data))
        report, is_new = service.issue(actor, prepared)
    except DomainError as error:
        form.take(error)
        return _reports_page(form), 422
    label, version = month_name(month(report.month).first), report.version
    if is_new:
        flash(_("%(month)s月报第%(version)s版已出具", month=label, version=version), "success")
    else:
        flash(_("%(month)s的数字没有变化，仍是第%(version)s版", month=label, version=version), "info")
    return redirect(url_for(".show", text=report.month, version=version), 303)


@bp.get("/reports/<text>/<int:version>")
@requires(P.REPORT_READ)
def show(text: str, version: int):
    """The frozen tables of a version, each number leading to its cases."""
    actor = current_actor()
    report = queries.report_for(actor, text, version)
    service.opened(actor, report)
    return render_template(
        "reports/show.html",
        report=report,
        label=month_name(month(report.month).first),
        content=page.of_report(report.figures),
        versions=queries.versions_of(report),
        parts=queries.parts_of(report),
        wanted=len(report.figures.get("issue", {}).get("parts_for", ())),
        deliveries=queries.deliveries_of(report),
        has_mail=bool(current_app.config["SMTP_URL"]),
        delivery_states=DELIVERY_STATES,
    )


@bp.get("/reports/<text>/<int:version>.<any(pdf, xlsx):kind>")
@requires(P.REPORT_READ)
def issued_file(text: str, version: int, kind: str):
    """A report as issued; the spreadsheet has the same frozen figures."""
    actor = current_actor()
    report = queries.report_for(actor, text, version)
    content = service.pdf_of(actor, report)
    if kind == "xlsx":
        content = to_xlsx(of_report(report.figures))
    return as_file(content, kind, service.file_name(month(report.month), version))


@bp.get("/reports/<text>/draft.<any(pdf, xlsx):kind>")
@requires(P.REPORT_READ)
def draft(text: str, kind: str):
    """A month as it stands today, marked as a draft and not kept."""
    period = _month_or_404(text)
    figures, content = service.draft(current_actor(), period)
    if kind == "xlsx":
        content = to_xlsx(of_report(figures))
    return as_file(content, kind, service.file_name(period, None))


def _month_or_404(text: str) -> Period:
    try:
        period = month(text)
    except ValueError as error:
        raise NotFound() from error
    if period.first > clock.today():
        raise NotFound()
    return period


@bp.get("/reports/<text>/<int:version>/parts/<int:part_id>.pdf")
@requires(P.REPORT_READ)
def part_file(text: str, version: int, part_id: int):
    """The part of a headquarters, for the committee that issued it."""
    actor = current_actor()
    report = queries.report_for(actor, text, version)
    part, name = queries.part_of(report, part_id)
    content = service.part_pdf_of(actor, report, part)
    return as_file(content, "pdf", f"{service.file_name(month(report.month), version)}-{name}")
