"""Pages of the month's reports."""

from __future__ import annotations

import itertools
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from mediation.accounts.queries import names_for
from mediation.core import clock
from mediation.core.actor import current_actor
from mediation.core.errors import DomainError, NotFound
from mediation.core.permissions import P, requires
from mediation.reports import queries, service
from mediation.reports.forms import ReportForm
from mediation.reports.monthly_report import corrections
from mediation.reports.spreadsheet import of_report
from mediation.statistics import metrics
from mediation.statistics.display import shown
from mediation.statistics.period import Period, month, month_label, month_of
from mediation.statistics.spreadsheet import as_file, to_xlsx

bp = Blueprint("reports", __name__)
blueprints = (bp,)


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
        corrections={newer.id: _changed(newer, older) for newer, older in itertools.pairwise(issued)},
        label=lambda text: month_label(month(text)),
        month=month,
        current=month_of(clock.today()),
        measures={measure.code: measure for measure in metrics.DEFINED},
        shown=shown,
    )


def _changed(newer: Any, older: Any) -> list[tuple[str, Any, Any]]:
    return corrections(newer.figures, older.figures) if newer.month == older.month else []


@bp.post("/reports/make")
@requires(P.REPORT_MAKE)
def make():
    """Issue a month's report, or find that nothing has changed."""
    form = ReportForm.of(clock.today())
    if not form.validate_on_submit():
        return _reports_page(form), 422
    try:
        report, is_new = service.make_report(current_actor(), month(form.month.data))
    except DomainError as error:
        form.take(error)
        return _reports_page(form), 422
    label, version = month_label(month(report.month)), report.version
    if is_new:
        flash(_("%(month)s月报第%(version)s版已出具", month=label, version=version), "success")
    else:
        flash(_("%(month)s的数字没有变化，仍是第%(version)s版", month=label, version=version), "info")
    return redirect(url_for(".index"), 303)


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
