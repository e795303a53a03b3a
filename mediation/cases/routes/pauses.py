"""Pause a case and go on with it."""

from __future__ import annotations

from mediation.cases import service
from mediation.cases.forms import pauses as forms
from mediation.cases.lifecycle import Event
from mediation.cases.routes import bp
from mediation.cases.routes.acting import perform
from mediation.core.permissions import P, requires


@bp.route("/cases/<number>/pause", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def pause(number: str):
    def call(actor, case, form):
        service.pause(
            actor,
            case=case,
            ground=form.ground.data,
            reason=form.reason.data,
            on=form.on.data,
            rule_codes=form.stopped(),
        )

    return perform(number, Event.PAUSED, forms.PauseForm, call)


@bp.route("/cases/<number>/resume", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def resume(number: str):
    def call(actor, case, form):
        service.resume(actor, case=case, on=form.on.data, note=form.note.data)

    return perform(number, Event.RESUMED, forms.ResumeForm, call)
