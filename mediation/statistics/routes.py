"""Pages of figures."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _

from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.companies.queries import search_for
from mediation.core import clock
from mediation.core.actor import current_actor
from mediation.core.permissions import P, requires
from mediation.statistics import metrics, page, queries, spreadsheet
from mediation.statistics.display import shown
from mediation.statistics.forms import ScopeForm, period_of, presets, scope_of, table_of
from mediation.statistics.labels import COUNTS_BY, FIRST_COLUMNS, TABLES
from mediation.statistics.spreadsheet import as_file

bp = Blueprint("statistics", __name__)
blueprints = (bp,)


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
    return as_file(content, kind, f"statistics-{view.period.first}-{view.period.last}")
