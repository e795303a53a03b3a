"""The work list, its export and saved views."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import delete, select

from mediation.accounts.forms import ViewForm
from mediation.accounts.models import SavedView
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cases import queries, tables
from mediation.cases.filters import Filters
from mediation.cases.forms.filters import FilterForm, unread_days
from mediation.cases.labels import STATES
from mediation.cases.models import NO_DEADLINE
from mediation.cases.routes import bp
from mediation.core import clock
from mediation.core.actor import current_actor
from mediation.core.db import db
from mediation.core.errors import DomainError, NotFound
from mediation.core.permissions import P, requires

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHEET_ROWS = 200_000


@bp.app_context_processor
def words():
    """The words for stored codes, for every page that lists cases."""
    return {"state_labels": {state.value: label for state, label in STATES.items()}}


@bp.get("/cases/")
@requires(P.CASE_READ)
def index():
    """The work list: filters in the URL, keyset pages, a capped count."""
    return _list(Filters.from_args(request.args), ViewForm())


def _list(filters: Filters, view_form: ViewForm) -> str:
    actor = current_actor()
    unread = unread_days(request.args, filters)
    page = queries.list_for(actor, filters, after=request.args.get("after"), before=request.args.get("before"))
    is_whole = page.next is None and page.previous is None
    count = len(page.rows) if is_whole else queries.count_for(actor, filters)
    return render_template(
        "cases/index.html",
        page=page,
        filters=filters,
        args=filters.to_args(),
        # Hundreds of stations and causes: only for those who open the panel, or have to correct something in it.
        form=FilterForm.of(actor, filters, unread) if unread or request.args.get("panel") == "1" else None,
        count=_("%(n)d 件以上", n=queries.COUNT_CAP) if count > queries.COUNT_CAP else _("%(n)d 件", n=count),
        views=_views(actor),
        view_form=view_form,
        no_deadline=NO_DEADLINE,
    )


@bp.get("/cases/export.<any(xlsx, csv):kind>")
@requires(P.CASE_EXPORT)
def export(kind: str):
    """Exactly the filtered rows as a spreadsheet; the export is logged with its filters and row count."""
    actor = current_actor()
    filters = Filters.from_args(request.args)
    if kind == "xlsx":
        if queries.count_for(actor, filters, cap=MOST_SHEET_ROWS) > MOST_SHEET_ROWS:
            raise DomainError(_("超过 %(n)d 行，请缩小筛选范围，或者导出 CSV。", n=MOST_SHEET_ROWS))
        content, count = tables.as_xlsx(queries.export_for(actor, filters))
        response = Response(content, mimetype=XLSX)
    else:
        count = queries.count_for(actor, filters, cap=None)
        content = b"".join(tables.as_csv(queries.export_for(actor, filters)))
        response = Response(content, mimetype="text/csv; charset=utf-8")
    name = f"cases-{clock.today().isoformat()}.{kind}"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    # A search word can be somebody's name: the trail says that there was one, not which.
    shown = {key: ("…" if key == "q" else value) for key, value in filters.to_args().items()}
    record(
        actor,
        AuditEvent.LIST_EXPORTED,
        subject=("case_file", None),
        list="cases",
        rows=count,
        format=kind,
        filters=shown,
    )
    return response


@bp.post("/cases/views")
@requires(P.CASE_READ)
def save_view():
    """Keep the present filters under a name."""
    actor = current_actor()
    filters = Filters.from_args(request.form)
    form = ViewForm()
    if not form.validate_on_submit():
        return _list(filters, form), 422
    name = form.view_name.data
    kept = db.session.scalars(
        select(SavedView).where(SavedView.user_id == actor.user_id, SavedView.page == "cases", SavedView.name == name)
    ).one_or_none()
    if kept is None:
        kept = SavedView(committee_id=actor.committee_id, user_id=actor.user_id, name=name, filters={})
        db.session.add(kept)
    kept.filters = filters.to_args()
    flash(_("已保存视图“%(name)s”", name=name), "success")
    return redirect(url_for("cases.index", **filters.to_args()), 303)


@bp.post("/cases/views/<int:view_id>/remove")
@requires(P.CASE_READ)
def remove_view(view_id: int):
    """Take an own saved view away."""
    actor = current_actor()
    own = (SavedView.id == view_id, SavedView.user_id == actor.user_id, SavedView.page == "cases")
    gone = db.session.execute(delete(SavedView).where(*own))
    if not gone.rowcount:
        raise NotFound()
    flash(_("已删除视图"), "success")
    return redirect(url_for("cases.index"), 303)


def _views(actor):
    return db.session.scalars(
        select(SavedView).where(SavedView.user_id == actor.user_id, SavedView.page == "cases").order_by(SavedView.name)
    ).all()
