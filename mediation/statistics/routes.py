"""Pages of figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from mediation.accounts.forms import ViewForm
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.companies.panels import PANELS
from mediation.companies.queries import search_for
from mediation.core import clock
from mediation.core.actor import current_actor
from mediation.core.permissions import P, requires
from mediation.documents.labels import chart_words
from mediation.documents.typeset.charts import to_svg
from mediation.statistics import drawing, export, page, queries, saved, spreadsheet
from mediation.statistics.forms import PeriodError, ScopeForm, presets, wish_of
from mediation.statistics.labels import COMPARED, COUNTS_BY, FIRST_COLUMNS, GROUPS, PRESETS, TABLES
from mediation.statistics.panel import figures_panel
from mediation.statistics.signals.routes import bp as signals_bp
from mediation.statistics.spreadsheet import as_file
from mediation.statistics.view import View

bp = Blueprint("statistics", __name__)
blueprints = (bp, signals_bp)
PANELS.append(figures_panel)


def _view(args: Mapping[str, str]) -> View:
    actor, wish = current_actor(), wish_of(args, clock.today())
    scope = wish.scope
    name = args.get("company_name")
    if name is not None and not (name := name.replace("\0", "").strip()):
        scope = replace(scope, company=None)
    elif name and scope.company is None:
        # Without scripts nobody has put the company's key beside its name.
        found = search_for(actor, name, limit=1)
        if not found:
            flash(_("没有找到公司“%(name)s”，以下是全部公司的数字。", name=name), "warning")
        scope = replace(scope, company=found[0].id if found else None)
    return page.view(actor, replace(wish, scope=scope))


def _asked() -> tuple[View, PeriodError | None]:
    """What a page shows, and why it is of this month where the days that were typed make no period."""
    try:
        return _view(request.args), None
    except PeriodError as refused:
        flash(_("时间有误，以下是本月的数字。"), "warning")
        days = ("from", "to", "preset")
        return _view({name: value for name, value in request.args.items() if name not in days}), refused


def _frame(view: View, refused: PeriodError | None) -> dict[str, object]:
    """What both pages show around their tables."""
    return {
        "view": view,
        "form": ScopeForm.of(view.actor, view.wish, view.company, refused),
        "presets": presets(clock.today()),
        "preset_labels": PRESETS,
        "tables": TABLES,
        "ancestors": page.ancestors(view),
        "narrowed": export.scope_in_words(view)[1 if view.company else 0 :],
    }


def _chart(view: View) -> Markup:
    chart = drawing.chart_of(view)
    if chart is None:
        return Markup("")
    # Made by our own code, which escapes the names in it.
    return Markup(to_svg(chart, width=720, height=drawing.height_of(chart), words=chart_words()))  # noqa: S704


@bp.get("/statistics/")
@requires(P.STATISTICS_READ)
def index():
    """Figures of a period and scope; each opens the list of exactly its cases."""
    view, refused = _asked()
    return _page(view, ViewForm(), refused)


def _page(view: View, view_form: ViewForm, refused: PeriodError | None = None) -> str:
    return render_template(
        "statistics/index.html",
        **_frame(view, refused),
        chart=_chart(view),
        first_columns=FIRST_COLUMNS,
        groups=GROUPS,
        compared=COMPARED,
        counts_by=COUNTS_BY,
        notes=export.notes_of(view)[2:],
        views=saved.views_of(view.actor),
        view_form=view_form,
        is_open=view.period.last >= clock.today(),
    )


@bp.get("/statistics/yearbook")
@requires(P.STATISTICS_READ)
def yearbook():
    """The figures of a period in the layout that those above ask for (law.md 5.2)."""
    view, refused = _asked()
    return render_template(
        "statistics/yearbook.html",
        **_frame(view, refused),
        lines=queries.labour_table(view.actor, view.period, view.scope),
        peoples=queries.peoples_table(view.actor, view.period, view.scope),
    )


def _log(view: View, kind: str) -> None:
    record(
        view.actor,
        AuditEvent.LIST_EXPORTED,
        subject=("case_file", None),
        list="statistics",
        rows=len(view.rows),
        format=kind,
        filters={name: str(value) for name, value in view.arguments().items()},
    )


@bp.get("/statistics/export.<any(xlsx, csv, pdf):kind>", endpoint="export")
@requires(P.STATISTICS_READ)
def export_file(kind: str):
    """Exactly the figures of the page; logged with its filters and row count."""
    view = _view(request.args)
    make = {"csv": lambda one: spreadsheet.to_csv(export.table(one)), "xlsx": export.workbook, "pdf": export.pdf}
    content = make[kind](view)
    _log(view, kind)
    return as_file(content, kind, f"statistics-{view.period.first}-{view.period.last}")


@bp.get("/statistics/figures.json")
@requires(P.STATISTICS_READ)
def figures():
    """The same figures for a program, with their definitions."""
    view = _view(request.args)
    _log(view, "json")
    return jsonify(export.as_json(view))


@bp.post("/statistics/views")
@requires(P.STATISTICS_READ)
def save_view():
    """Keep the page as it stands under a name."""
    view, form = _view(request.form), ViewForm()
    if not form.validate_on_submit():
        return _page(view, form), 422
    kept = saved.keep(view.actor, name=form.view_name.data, arguments=view.arguments())
    flash(_("已保存视图“%(name)s”", name=kept.name), "success")
    return redirect(view.address(), 303)


@bp.post("/statistics/views/<int:kept_id>/remove")
@requires(P.STATISTICS_READ)
def remove_view(kept_id: int):
    """Take an own view away."""
    saved.remove(current_actor(), view_id=kept_id)
    flash(_("已删除视图"), "success")
    return redirect(url_for(".index"), 303)
