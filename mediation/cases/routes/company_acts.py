"""What a company does in the same file: answer, name who acts for it, tell of payments; and how its word is checked."""

from __future__ import annotations

from flask_babel import gettext as _

from mediation.cases import service
from mediation.cases.forms import company as forms
from mediation.cases.lifecycle import Event
from mediation.cases.routes import bp
from mediation.cases.routes.acting import perform
from mediation.cases.routes.files import store_uploads
from mediation.core.permissions import P, requires


@bp.route("/cases/<number>/answer", methods=["GET", "POST"])
@requires(P.CASE_ANSWER)
def answer(number: str):
    """All claims in one go or one by one; revised in the same way until the agreement is signed."""

    def call(actor, case, form):
        kept = store_uploads(actor, case, form.files.data, kind=form.files_kind.data or "other")
        service.answer_claims(actor, case=case, answers=form.to_answers(), company_id=form.company(), file_ids=kept)

    return perform(
        number,
        Event.ANSWERED,
        forms.AnswerForm,
        call,
        template="cases/company/answer.html",
        done=_("答复已提交，承办人会收到提醒。"),
    )


@bp.route("/cases/<number>/authorities/new", methods=["GET", "POST"])
@requires(P.CASE_ANSWER)
def name_representative(number: str):
    def call(actor, case, form):
        service.name_representative(
            actor,
            case=case,
            party_id=form.party_id.data,
            name=form.name.data,
            position=form.position.data,
            scope=form.scope.data or "general",
            powers=form.powers(),
            from_on=form.from_on.data,
            to_on=form.to_on.data,
            file_ids=store_uploads(actor, case, form.files.data, kind="authority", form_code="D07"),
        )

    return perform(
        number,
        Event.REPRESENTATIVE_NAMED,
        forms.AuthorityForm,
        call,
        title=_("委托代理人"),
        done=_("授权委托书已提交，承办人核对后生效。"),
    )


@bp.route("/cases/<number>/authorities/<int:named_id>", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def review_representative(number: str, named_id: int):
    def call(actor, case, form):
        service.review_representative(
            actor,
            case=case,
            authority=service.authority_for(actor, case, named_id),
            is_confirmed=form.outcome.data == "yes",
            reason=form.reason.data,
        )

    return perform(
        number,
        Event.REPRESENTATIVE_REVIEWED,
        forms.AuthorityReviewForm,
        call,
        template="cases/company/review_authority.html",
        authority=lambda actor, case: service.authority_for(actor, case, named_id),
    )


@bp.route("/cases/<number>/payments/report", methods=["GET", "POST"])
@requires(P.CASE_ANSWER)
def report_payment(number: str):
    """``?instalment=`` names the instalment that is offered first."""

    def call(actor, case, form):
        service.report_payment(
            actor,
            case=case,
            instalment_id=form.instalment_id.data,
            amount_fen=form.amount_fen.data,
            paid_on=form.paid_on.data,
            proof=form.proof.data,
            file_ids=store_uploads(actor, case, form.files.data, kind="proof", note=form.proof.data),
        )

    return perform(
        number,
        Event.PAYMENT_REPORTED,
        forms.PaymentReportForm,
        call,
        title=_("登记付款凭据"),
        done=_("已提交，劳动者一方确认收到后登记为已付。"),
    )


@bp.route("/cases/<number>/payments/reports/<int:report_id>", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def review_payment(number: str, report_id: int):
    def call(actor, case, form):
        report = service.report_for(actor, case, report_id)
        if form.outcome.data == "yes":
            service.confirm_report(actor, case=case, report=report)
        else:
            service.dispute_report(actor, case=case, report=report, reason=form.reason.data)

    return perform(
        number,
        Event.PAYMENT_DISPUTED,
        forms.PaymentReviewForm,
        call,
        title=_("核实单位报告的付款"),
        template="cases/company/review_payment.html",
        report=lambda actor, case: service.report_for(actor, case, report_id),
    )
