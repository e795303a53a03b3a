"""The inbox, the channels of the own account, and the outbox of the administrator.

Opening a notice is a POST, since it marks it read.
"""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from mediation.core.actor import current_actor
from mediation.core.errors import DomainError, NotFound
from mediation.core.permissions import P, requires
from mediation.notifications import queries, robots, service
from mediation.notifications.forms import RobotForm
from mediation.notifications.labels import CHANNELS, STATUSES

bp = Blueprint("notifications", __name__)
blueprints = (bp,)


@bp.route("/inbox/")
@requires(P.SIGNED_IN)
def inbox():
    actor = current_actor()
    page = queries.inbox_for(actor, after=request.args.get("after"), before=request.args.get("before"))
    return render_template("notifications/inbox.html", page=page, unread=service.unread_count(actor.user_id or 0))


@bp.route("/inbox/<int:item_id>/read", methods=["POST"])
@requires(P.SIGNED_IN)
def read(item_id: int):
    actor = current_actor()
    item = queries.get_for(actor, item_id)
    service.mark_read(actor, item=item)
    return redirect(item.url or url_for(".inbox"), 303)


@bp.route("/inbox/read", methods=["POST"])
@requires(P.SIGNED_IN)
def read_all():
    count = service.mark_all_read(current_actor())
    flash(_("%(count)s 条通知已标为已读。", count=count), "success")
    return redirect(url_for(".inbox"), 303)


@bp.route("/profile/channels")
@requires(P.SIGNED_IN)
def channels():
    return _channels_page()


@bp.route("/profile/channels/<kind>", methods=["POST"])
@requires(P.SIGNED_IN)
def channel(kind: str):
    _known(kind, robots.PROVIDERS)
    form = RobotForm(prefix=kind)
    if form.validate_on_submit():
        try:
            service.save_robot(current_actor(), kind=kind, key=form.key.data, secret=form.secret.data)
        except DomainError as error:
            form.take(error)
        else:
            flash(_("已保存。请发送一条测试消息，确认群里能收到。"), "success")
            return redirect(url_for(".channels"), 303)
    return _channels_page({kind: form}), 422


@bp.route("/profile/channels/<kind>/switch", methods=["POST"])
@requires(P.SIGNED_IN)
def switch_channel(kind: str):
    _known(kind, CHANNELS)
    on = request.form.get("on") == "1"
    service.switch(current_actor(), kind=kind, on=on)
    flash(_("已启用。") if on else _("已停用。"), "success")
    return redirect(url_for(".channels"), 303)


@bp.route("/profile/channels/<kind>/remove", methods=["POST"])
@requires(P.SIGNED_IN)
def remove_channel(kind: str):
    _known(kind, robots.PROVIDERS)
    service.remove_robot(current_actor(), kind=kind)
    flash(_("密钥已移除。"), "success")
    return redirect(url_for(".channels"), 303)


@bp.route("/profile/channels/<kind>/test", methods=["POST"])
@requires(P.SIGNED_IN)
def test_channel(kind: str):
    _known(kind, CHANNELS)
    service.send_test(current_actor(), kind=kind)
    flash(_("测试消息已放入发送队列，一般一分钟内送达；结果见本页下方。"), "success")
    return redirect(url_for(".channels"), 303)


@bp.route("/admin/outbox")
@requires(P.JOB_MANAGE)
def outbox():
    rows = queries.unsent_for(current_actor())
    return render_template(
        "notifications/outbox.html",
        rows=rows,
        failed=sum(row.status == "failed" for row in rows),
        most_shown=queries.MOST_SHOWN,
        channel_names=CHANNELS,
        statuses=STATUSES,
        has_mail=bool(current_app.config["SMTP_URL"]),
    )


@bp.route("/admin/outbox/<int:message_id>/retry", methods=["POST"])
@requires(P.JOB_MANAGE)
def retry(message_id: int):
    actor = current_actor()
    service.retry(actor, message=queries.message_for(actor, message_id))
    flash(_("已重新放入发送队列。"), "success")
    return redirect(url_for(".outbox"), 303)


@bp.route("/admin/outbox/<int:message_id>/cancel", methods=["POST"])
@requires(P.JOB_MANAGE)
def cancel(message_id: int):
    actor = current_actor()
    service.cancel(actor, message=queries.message_for(actor, message_id))
    flash(_("已取消发送。"), "success")
    return redirect(url_for(".outbox"), 303)


def _known(kind: str, kinds: object) -> None:
    if kind not in kinds:  # type: ignore[operator]
        raise NotFound()


def _channels_page(typed: dict[str, RobotForm] | None = None) -> str:
    actor = current_actor()
    own = queries.own_channels(actor)
    forms = {kind: (typed or {}).get(kind) or RobotForm(None, prefix=kind) for kind in robots.PROVIDERS}
    return render_template(
        "notifications/channels.html",
        own=own,
        forms=forms,
        endings={kind: robots.opened(row.target)[0][-4:] for kind, row in own.items() if row.target != queries.NO_KEY},
        providers=robots.PROVIDERS,
        email=queries.email_of(actor.user_id or 0),
        has_mail=bool(current_app.config["SMTP_URL"]),
        messages=queries.last_messages_for(actor),
        channel_names=CHANNELS,
        statuses=STATUSES,
    )
