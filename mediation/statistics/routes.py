"""Pages of figures and of the month's reports."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from mediation.accounts.queries import names_for
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.companies.queries import search_for
from mediation.core import clock
from mediation.core.actor import current_actor
from mediation.core.errors import DomainError, NotFound
from mediation.core.permissions import P, requires
from mediation.statistics import metrics, page, queries, service, spreadsheet
from mediation.statistics.display import shown
from mediation.statistics.forms import ReportForm, ScopeForm, period_of, presets, scope_of, table_of
from mediation.statistics.labels import COUNTS_BY, FIRST_COLUMNS, TABLES
from mediation.statistics.monthly_report import corrections
from mediation.statistics.period import Period, month, month_label, month_of

bp = Blueprint("statistics", __name__)
blueprints = (bp,)

MEDIA = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _view() -> page.View:
    today, actor = clock.today(), current_actor()
    scope = scope_of(request.args)
    name = request.args.get("company_name")
    if name is not None and not (name := name.replace("\0", "").strip()):
        scope = replace(scope, company=None)
    elif name and scope.company is None:
        # Without scripts nobody has put the company's key beside its name.
        found = search_for(actor, name, limit=1)
        if not found:
            flash(_("没有找到公司“%(name)s”，以下是全部公司的数字。", name=name), "warning")
        scope = replace(scope, company=found[0].id if found else None)
    return page.view(actor, period_of(request.args, today), scope, table_of(request.args))


def _file(content: bytes, kind: str, name: str) -> Response:
    response = Response(content, mimetype=MEDIA[kind])
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{kind}")
    return response


@bp.get("/statistics/")
@requires(P.STATISTICS_READ)
def index():
    """Figures of a period and scope; each opens the list of exactly its cases."""
    view = _view()
    paid = queries.received_money(view.actor, view.period, view.scope)
    arguments = metrics.drill(metrics.RECEIVED_MONEY, view.period, view.total.dimensions)
    return render_template(
        "statistics/index.html",
        view=view,
        form=ScopeForm.of(view.actor, view.period, view.scope, view.company),
        presets=presets(clock.today()),
        tables=TABLES,
        first_columns=FIRST_COLUMNS,
        measures=metrics.DEFINED,
        counts_by=COUNTS_BY,
        columns=page.COLUMNS,
        received=page.Cell(
            metrics.RECEIVED_MONEY,
            shown("received_fen", paid),
            url_for("cases.index", **arguments) if paid and view.total.dimensions is not None else None,
        ),
        ancestors=page.ancestors(view),
    )


@bp.get("/statistics/export.<any(xlsx, csv):kind>")
@requires(P.STATISTICS_READ)
def export(kind: str):
    """Exactly the table of the page; logged with its filters and row count."""
    view = _view()
    table = view.table()
    content = spreadsheet.to_csv(table) if kind == "csv" else spreadsheet.to_xlsx([table, spreadsheet.definitions()])
    record(
        view.actor,
        AuditEvent.LIST_EXPORTED,
        subject=("case_file", None),
        list="statistics",
        rows=len(table.rows),
        format=kind,
        filters={name: str(value) for name, value in view.arguments().items()},
    )
    return _file(content, kind, f"statistics-{view.period.first}-{view.period.last}")


@bp.get("/reports/")
@requires(P.REPORT_READ)
def reports():
    """The issued reports, the newest month first, each with its versions."""
    return _reports_page(ReportForm.of(clock.today()))


def _reports_page(form: ReportForm) -> str:
    actor = current_actor()
    issued = queries.reports_for(actor)
    return render_template(
        "statistics/reports.html",
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
def report_make():
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
    return redirect(url_for(".reports"), 303)


@bp.get("/reports/<text>/<int:version>.<any(pdf, xlsx):kind>")
@requires(P.REPORT_READ)
def report_file(text: str, version: int, kind: str):
    """A report as issued; the spreadsheet has the same frozen figures."""
    actor = current_actor()
    report = queries.report_for(actor, text, version)
    content = service.pdf_of(actor, report)
    if kind == "xlsx":
        content = spreadsheet.to_xlsx(spreadsheet.of_report(report.figures))
    return _file(content, kind, service.file_name(month(report.month), version))


@bp.get("/reports/<text>/draft.<any(pdf, xlsx):kind>")
@requires(P.REPORT_READ)
def report_draft(text: str, kind: str):
    """A month as it stands today, marked as a draft and not kept."""
    period = _month_or_404(text)
    figures, content = service.draft(current_actor(), period)
    if kind == "xlsx":
        content = spreadsheet.to_xlsx(spreadsheet.of_report(figures))
    return _file(content, kind, service.file_name(period, None))


def _month_or_404(text: str) -> Period:
    try:
        period = month(text)
    except ValueError as error:
        raise NotFound() from error
    if period.first > clock.today():
        raise NotFound()
    return period
