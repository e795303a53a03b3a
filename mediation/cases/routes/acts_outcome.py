"""Failure, withdrawal, termination, referral, results, advice, closing, archiving, re-opening (law.md 1.3, 1.7, 1.8)."""

from __future__ import annotations

from flask_babel import gettext as _

from mediation.cases import service
from mediation.cases.forms import outcome as forms
from mediation.cases.forms.limitation import given
from mediation.cases.lifecycle import Event
from mediation.cases.routes import bp
from mediation.cases.routes.acting import perform
from mediation.core.permissions import P, requires


@bp.route("/cases/<number>/fail", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def fail(number: str):
    def call(actor, case, form):
        service.fail(actor, case=case, reason=form.reason.data, on=form.on.data, **given(form))

    return perform(number, Event.FAILED, forms.FailForm, call)


@bp.route("/cases/<number>/withdraw", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def withdraw(number: str):
    def call(actor, case, form):
        service.withdraw(actor, case=case, reason=form.reason.data, on=form.on.data)

    return perform(number, Event.WITHDRAWN, forms.EndForm, call)


@bp.route("/cases/<number>/terminate", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def terminate(number: str):
    def call(actor, case, form):
        service.terminate(actor, case=case, reason=form.reason.data, on=form.on.data)

    return perform(number, Event.TERMINATED, forms.EndForm, call)


# The table names another permission on the police track, so that the service decides.
@bp.route("/cases/<number>/refer", methods=["GET", "POST"])
@requires(P.CASE_READ)
def refer(number: str):
    def call(actor, case, form):
        service.refer(
            actor,
            case=case,
            referral_type=form.referral_type.data,
            reason=form.reason.data,
            on=form.on.data,
        )

    return perform(number, Event.REFERRED, forms.ReferForm, call)


@bp.route("/cases/<number>/result", methods=["GET", "POST"])
@requires(P.CASE_READ)
def record_result(number: str):
    def call(actor, case, form):
        service.record_result(actor, case=case, result=form.result.data, on=form.on.data)

    return perform(number, Event.RESULT_RECORDED, forms.ResultForm, call)


@bp.route("/cases/<number>/police-mediation", methods=["GET", "POST"])
@requires(P.CASE_POLICE)
def hold_police_mediation(number: str):
    def call(actor, case, form):
        service.hold_police_mediation(actor, case=case, result=form.result.data, on=form.on.data)

    return perform(number, Event.POLICE_MEDIATION_HELD, forms.ResultForm, call)


@bp.route("/cases/<number>/advise", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def advise(number: str):
    def call(actor, case, form):
        service.advise(actor, case=case, advice=form.result.data, on=form.on.data)

    return perform(number, Event.ADVISED, forms.AdviceForm, call)


@bp.route("/cases/<number>/close", methods=["GET", "POST"])
@requires(P.CASE_CLOSE)
def close(number: str):
    def call(actor, case, form):
        service.close(actor, case=case, note=form.note.data, on=form.on.data)

    return perform(number, Event.CLOSED, forms.CloseForm, call)


@bp.route("/cases/<number>/archive", methods=["GET", "POST"])
@requires(P.CASE_ARCHIVE)
def archive(number: str):
    def call(actor, case, form):
        service.archive(actor, case=case, note=form.note.data, on=form.on.data)

    return perform(number, Event.ARCHIVED, forms.ArchiveForm, call, done=_("已归档。"))


@bp.route("/cases/<number>/reopen", methods=["GET", "POST"])
@requires(P.CASE_REOPEN)
def reopen(number: str):
    def call(actor, case, form):
        service.reopen(actor, case=case, reason=form.reason.data, on=form.on.data)

    return perform(number, Event.REOPENED, forms.ReopenForm, call)
