"""The agreement: draft, signatures, seal, the oral one (LDMAL Art 14; PML Art 28–30)."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mediation.cases import service
from mediation.cases.forms import agreement as forms
from mediation.cases.lifecycle import Event
from mediation.cases.routes import bp
from mediation.cases.routes.acting import perform
from mediation.core.errors import DomainError
from mediation.core.permissions import P, requires


@bp.route("/cases/<number>/agreement", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def draft_agreement(number: str):
    def call(actor, case, form):
        service.draft(actor, case=case, terms=form.to_terms())

    return perform(number, Event.AGREEMENT_DRAFTED, forms.AgreementForm, call)


@bp.route("/cases/<number>/agreement/replace", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def replace_agreement(number: str):
    def call(actor, case, form):
        service.replace_draft(actor, case=case, reason=form.reason.data)

    return perform(number, Event.AGREEMENT_DRAFTED, forms.ReplaceForm, call, title=_l("作废重签"))


@bp.route("/cases/<number>/oral-agreement", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def reach_oral(number: str):
    def call(actor, case, form):
        service.reach_oral(actor, case=case, terms=form.to_terms(), on=form.on.data)

    return perform(number, Event.ORAL_AGREEMENT_REACHED, forms.OralForm, call)


@bp.route("/cases/<number>/signatures", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def sign(number: str):
    return perform(
        number,
        Event.SIGNATURE_RECORDED,
        forms.SignForm,
        _sign_all,
        template="cases/acts/sign.html",
        names=lambda _actor, case: {one.id: one for one in forms.open_signatures(case)},
    )


def _sign_all(actor, case, form) -> None:
    """Every ticked line, the earliest first: the last of all sets the effective day."""
    ours = {one.id for one in forms.open_signatures(case)}
    ticked = [row.form for row in form.signatures if row.form.is_signed.data]
    if any(forms.as_id(row.signature_id.data) not in ours for row in ticked):
        raise DomainError(_("签名行已经变化，请刷新页面后再登记"))
    if any(row.signed_on.data is None for row in ticked):
        raise DomainError(_("请填写签名日期"), field="signatures")
    for row in sorted(ticked, key=lambda one: one.signed_on.data):
        service.sign(
            actor,
            case=case,
            signature_id=int(row.signature_id.data),
            on=row.signed_on.data,
            manner=row.manner.data or "signature",
            signed_by=row.signed_by.data,
        )


@bp.route("/cases/<number>/seal", methods=["GET", "POST"])
@requires(P.CASE_SEAL)
def seal(number: str):
    def call(actor, case, form):
        draft = service.draft_agreement_of(case)
        acts = [one for one in draft.signatures if one.actor_kind == "seal" and not one.signed_on] if draft else []
        if not acts:
            raise DomainError(_("没有待盖章的协议"))
        service.sign(actor, case=case, signature_id=acts[0].id, on=form.on.data, manner="committee_seal")

    return perform(number, Event.SEALED, forms.SealForm, call)
