"""The company's reply, and what it adds later."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from mediation.core.actor import current_actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from mediation.core.permissions import P, requires
from mediation.recommendations import queries, service
from mediation.recommendations.forms import ReplyForm, uploads
from mediation.recommendations.labels import BLOCKERS
from mediation.recommendations.lifecycle import Event, Status, find
from mediation.recommendations.routes import bp


@bp.route("/<int:recommendation_id>/answer", methods=["GET", "POST"])
@requires(P.RECOMMENDATION_ANSWER)
def answer(recommendation_id: int):
    actor = current_actor()
    row = queries.get_for(actor, recommendation_id, lock=request.method == "POST")
    service.opened(actor, row)
    is_first = row.status == Status.SENT.value
    event, use = (Event.ANSWER, service.answer) if is_first else (Event.SUPPLEMENT, service.supplement)
    found, against = find(event, service.facts_of(actor, row), service.permissions_of(actor))
    if found is None:
        raise Conflict(BLOCKERS[against[0]])
    advice, planned = service.advice_of(row), service.open_measures(queries.entries_for(actor, row))
    form = ReplyForm()
    form.begin(advice, planned, first=is_first)
    if form.validate_on_submit():
        try:
            use(actor, recommendation=row, given=form.given(planned), files=uploads(form.files))
        except (Forbidden, NotFound, Conflict):
            raise
        except DomainError as error:
            form.take(error)
            db.session.rollback()
            row = queries.get_for(actor, recommendation_id)
        else:
            flash(_("答复已提交，调解委员会已收到。") if is_first else _("补充已提交。"), "success")
            return redirect(url_for(".show", recommendation_id=row.id), 303)
    page = render_template("recommendations/answer.html", row=row, form=form, advice=advice, is_first=is_first)
    return page, 422 if form.errors or form.form_errors else 200
