"""Whom the month is sent to by mail."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from mediation.core.actor import current_actor
from mediation.core.errors import DomainError
from mediation.core.permissions import P, requires
from mediation.reports import queries, recipients
from mediation.reports.forms import WHOLE, RecipientForm
from mediation.reports.routes import bp


@bp.get("/reports/recipients")
@requires(P.REPORT_MAKE)
def recipient_list():
    """The list, with a form to put somebody on it."""
    return _page(_form())


@bp.post("/reports/recipients")
@requires(P.REPORT_MAKE)
def add_recipient():
    """Put somebody on the list."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form), 422
    company_id = None if form.part.data == WHOLE else int(form.part.data)
    try:
        recipients.add(current_actor(), name=form.name.data, address=form.address.data, company_id=company_id)
    except DomainError as error:
        form.take(error)
        return _page(form), 422
    flash(_("已加入名单，从下一版起发送"), "success")
    return redirect(url_for(".recipient_list"), 303)


@bp.post("/reports/recipients/<int:recipient_id>/remove")
@requires(P.REPORT_MAKE)
def remove_recipient(recipient_id: int):
    """Strike somebody off the list."""
    actor = current_actor()
    recipients.strike_off(actor, queries.recipient_for(actor, recipient_id))
    flash(_("已移出名单"), "success")
    return redirect(url_for(".recipient_list"), 303)


def _form() -> RecipientForm:
    return RecipientForm.of(queries.headquarters_for(current_actor()))


def _page(form: RecipientForm) -> str:
    return render_template(
        "reports/recipients.html",
        form=form,
        listed=queries.recipients_for(current_actor()),
        has_mail=bool(current_app.config["SMTP_URL"]),
    )
