"""Pages of signals: the list, one signal, what the committee does with it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from mediation.companies.panels import PANELS
from mediation.core.actor import current_actor
from mediation.core.errors import DomainError
from mediation.core.i18n import month_name
from mediation.core.permissions import P, requires
from mediation.statistics.period import Period, month, month_key
from mediation.statistics.queries import signals as queries
from mediation.statistics.signals import handling, page
from mediation.statistics.signals.forms import DismissForm

bp = Blueprint("signals", __name__, url_prefix="/signals")
PANELS.append(page.panel)


@bp.get("/")
@requires(P.SIGNAL_READ)
def index():
    """The signals the actor may see: the new ones, all, or all that were found in a month."""
    found_in = _month()
    shows_all = request.args.get("show") == "all" or found_in is not None
    found = queries.list_for(
        current_actor(),
        statuses=None if shows_all else ("new",),
        period=found_in,
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    chosen = {"month": month_key(found_in)} if found_in else {"show": "all"} if shows_all else {}
    return render_template(
        "statistics/signals/index.html",
        found=found,
        rows=page.rows(list(found.rows)),
        chosen=chosen,
        month=month_name(found_in.first) if found_in else None,
    )


def _month() -> Period | None:
    try:
        return month(request.args.get("month", ""))
    except ValueError:
        return None


@bp.get("/<int:signal_id>")
@requires(P.SIGNAL_READ)
def show(signal_id: int):
    """One signal: why, the charts, its siblings, its cases."""
    return _show(signal_id, DismissForm())


def _show(signal_id: int, form: DismissForm):
    actor = current_actor()
    signal, company = queries.get_for(actor, signal_id)
    view = page.view(actor, signal, company)
    status = 422 if request.method == "POST" else 200
    return render_template("statistics/signals/show.html", view=view, signal=signal, company=company, form=form), status


@bp.post("/<int:signal_id>/seen")
@requires(P.SIGNAL_HANDLE)
def seen(signal_id: int):
    """The committee has looked at it."""
    actor = current_actor()
    handling.mark_seen(actor, signal=queries.get_for(actor, signal_id)[0])
    flash(_("已标为已查看。"), "success")
    return redirect(url_for(".show", signal_id=signal_id), 303)


@bp.post("/<int:signal_id>/dismiss")
@requires(P.SIGNAL_HANDLE)
def dismiss(signal_id: int):
    """Set it aside, with a reason."""
    actor, form = current_actor(), DismissForm()
    signal = queries.get_for(actor, signal_id)[0]
    if form.validate_on_submit():
        try:
            handling.dismiss(actor, signal=signal, reason=form.reason.data)
        except DomainError as error:
            form.take(error)
        else:
            flash(_("已搁置，理由已记录。"), "success")
            return redirect(url_for(".show", signal_id=signal_id), 303)
    return _show(signal_id, form)


@bp.post("/<int:signal_id>/restore")
@requires(P.SIGNAL_HANDLE)
def restore(signal_id: int):
    """Take back that it was set aside."""
    actor = current_actor()
    handling.restore(actor, signal=queries.get_for(actor, signal_id)[0])
    flash(_("已恢复。"), "success")
    return redirect(url_for(".show", signal_id=signal_id), 303)
