"""After the agreement: payments, default, giving it force, visits (law.md 1.3 steps 9–10, 1.4)."""

from __future__ import annotations

from mediation.cases import service
from mediation.cases.forms import performance as forms
from mediation.cases.lifecycle import Event
from mediation.cases.routes import bp
from mediation.cases.routes.acting import perform
from mediation.cases.routes.files import store_upload
from mediation.core.permissions import P, requires


@bp.route("/cases/<number>/payments/new", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def record_payment(number: str):
    """``?instalment=`` names the instalment that is offered first."""

    def call(actor, case, form):
        proof = store_upload(actor, case, form.file.data, kind="proof")
        service.record_payment(
            actor,
            case=case,
            instalment_id=form.instalment_id.data,
            amount_fen=form.amount_fen.data,
            paid_on=form.paid_on.data,
            proof=form.proof.data,
            attachment_id=proof,
        )

    return perform(number, Event.PAYMENT_RECORDED, forms.PaymentForm, call)


@bp.route("/cases/<number>/performed", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def confirm_performed(number: str):
    def call(actor, case, form):
        service.confirm_performed(actor, case=case, on=form.on.data)

    return perform(number, Event.PERFORMED, forms.PerformedForm, call)


@bp.route("/cases/<number>/default", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def declare_default(number: str):
    def call(actor, case, form):
        service.declare_default(actor, case=case, note=form.note.data, on=form.on.data)

    return perform(number, Event.DEFAULTED, forms.DefaultForm, call)


@bp.route("/cases/<number>/force", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def seek_force(number: str):
    return perform(number, Event.FORCE_SOUGHT, forms.ForceForm, _seek)


@bp.route("/cases/<number>/enforcement", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def start_enforcement(number: str):
    return perform(number, Event.ENFORCEMENT_STARTED, forms.EnforcementForm, _seek)


def _seek(actor, case, form) -> None:
    service.seek_force(actor, case=case, route=form.route.data, applied_on=form.applied_on.data, body=form.body.data)


@bp.route("/cases/<number>/follow-up", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def follow_up(number: str):
    def call(actor, case, form):
        service.follow_up(
            actor,
            case=case,
            finding=form.finding.data,
            visited_on=form.visited_on.data,
            manner=form.manner.data or "phone",
            satisfaction=form.satisfaction.data,
        )

    return perform(number, Event.FOLLOWED_UP, forms.FollowUpForm, call)
