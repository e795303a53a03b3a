"""Private notes, corrections of what was registered."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from mediation.cases import queries, service
from mediation.cases.forms import papers as forms
from mediation.cases.lifecycle import Event
from mediation.cases.routes import bp
from mediation.cases.routes.acting import perform
from mediation.core.actor import current_actor
from mediation.core.permissions import P, requires


# A note is not an act: it leaves no row in the history that a company can read.
@bp.route("/cases/<number>/notes/new", methods=["GET", "POST"])
@requires(P.CASE_NOTE)
def add_note(number: str):
    actor = current_actor()
    case = queries.get_for(actor, number, lock=request.method == "POST")
    form = forms.NoteForm()
    form.offer(actor, case)
    if form.validate_on_submit():
        service.add_note(actor, case=case, body=form.body.data, party_id=form.party_id.data)
        flash(_("内部记录已保存。"), "success")
        return redirect(url_for("cases.show", number=case.number, _anchor="notes"), 303)
    page = render_template("cases/acts/act.html", case=case, form=form, title=_("写内部记录"), row=None, blockers=[])
    return page, 422 if request.method == "POST" else 200


# The table names another permission on the police track, so that the service decides.
@bp.route("/cases/<number>/correct", methods=["GET", "POST"])
@requires(P.CASE_READ)
def correct(number: str):
    def call(actor, case, form):
        service.correct(actor, case=case, note=form.note.data, **form.changes())

    return perform(number, Event.DETAILS_CORRECTED, forms.CorrectForm, call)
