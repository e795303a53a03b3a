"""The inbox. Opening a notice is a POST, since it marks it read."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from mediation.core.actor import current_actor
from mediation.core.permissions import P, requires
from mediation.notifications import queries, service

bp = Blueprint("notifications", __name__, url_prefix="/inbox")
blueprints = (bp,)


@bp.route("/")
@requires(P.SIGNED_IN)
def inbox():
    actor = current_actor()
    page = queries.inbox_for(actor, after=request.args.get("after"), before=request.args.get("before"))
    return render_template("notifications/inbox.html", page=page, unread=service.unread_count(actor.user_id or 0))


@bp.route("/<int:item_id>/read", methods=["POST"])
@requires(P.SIGNED_IN)
def read(item_id: int):
    actor = current_actor()
    item = queries.get_for(actor, item_id)
    service.mark_read(actor, item=item)
    return redirect(item.url or url_for(".inbox"), 303)


@bp.route("/read", methods=["POST"])
@requires(P.SIGNED_IN)
def read_all():
    count = service.mark_all_read(current_actor())
    flash(_("%(count)s 条通知已标为已读。", count=count), "success")
    return redirect(url_for(".inbox"), 303)
