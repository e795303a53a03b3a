"""The page of the audit trail."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from mediation.audit import queries
from mediation.audit.forms import FilterForm
from mediation.audit.labels import EVENTS, SUBJECTS, details
from mediation.core.actor import current_actor
from mediation.core.permissions import P, requires

bp = Blueprint("audit", __name__)
blueprints = (bp,)


@bp.route("/admin/audit")
@requires(P.AUDIT_READ)
def index():
    form = FilterForm(request.args)
    form.validate()
    page = queries.page_for(
        current_actor(), form.wanted(), after=request.args.get("after"), before=request.args.get("before")
    )
    kept = {name: value for name, value in request.args.items() if value and name in form.data}
    return render_template(
        "audit/index.html",
        form=form,
        rows=page.rows,
        next_url=url_for("audit.index", **kept, after=page.next) if page.next else None,
        prev_url=url_for("audit.index", **kept, before=page.previous) if page.previous else None,
        events=EVENTS,
        subjects=SUBJECTS,
        details=details,
    )
