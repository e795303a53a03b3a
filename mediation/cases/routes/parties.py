"""Parties, representatives and claims of a case; sealed fields in clear, with a trace."""

from __future__ import annotations

from flask import jsonify, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mediation.cases import queries, service
from mediation.cases.forms import parties as forms
from mediation.cases.lifecycle import Event
from mediation.cases.routes import bp
from mediation.cases.routes.acting import perform
from mediation.cases.routes.files import store_upload
from mediation.core.actor import current_actor
from mediation.core.permissions import P, requires
from mediation.core.web.pages import wants_json
from mediation.parties import queries as party_queries
from mediation.parties import service as party_service
from mediation.parties.labels import SEALED_FIELDS
from mediation.parties.models import Side


@bp.route("/cases/<number>/parties/new", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def enter_party(number: str):
    def call(actor, case, form):
        party = service.enter_party(actor, case=case, side=Side(form.side.data), person=form.to_party())
        if form.extras():
            party_service.change_party(actor, party=party, **form.extras())

    return perform(
        number,
        Event.DETAILS_CORRECTED,
        forms.PartyForm,
        call,
        title=_l("增加当事人"),
        template="cases/acts/party.html",
    )


@bp.route("/cases/<number>/parties/<int:party_id>", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def change_party(number: str, party_id: int):
    class Form(forms.PartyForm):
        def offer(self, actor, case):
            self.begin_with(party_queries.get_of_case(case.id, party_id))

    def call(actor, case, form):
        service.change_party(actor, case=case, party_id=party_id, **form.changes())

    return perform(number, Event.DETAILS_CORRECTED, Form, call, title=_l("更正当事人"))


@bp.route("/cases/<number>/parties/<int:party_id>/representatives/new", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def enter_representative(number: str, party_id: int):
    def call(actor, case, form):
        service.enter_representative(
            actor,
            case=case,
            party_id=party_id,
            kind=form.kind.data,
            name=form.name.data,
            relation=form.relation.data,
            phone=form.phone.data,
            id_number=form.id_number.data,
            scope=form.scope.data or "general",
            powers=form.powers(),
            from_on=form.from_on.data,
            to_on=form.to_on.data,
            attachment_id=store_upload(actor, case, form.file.data, kind="signed_scan", form_code="D07"),
        )

    return perform(number, Event.DETAILS_CORRECTED, forms.RepresentativeForm, call, title=_l("增加代理人"))


@bp.route("/cases/<number>/claims/new", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def enter_claim(number: str):
    def call(actor, case, form):
        service.enter_claim(actor, case=case, claim=form.to_claim(), party_id=form.party_id.data)

    return perform(number, Event.DETAILS_CORRECTED, forms.ClaimForm, call, title=_l("增加请求"))


@bp.route("/cases/<number>/claims/<int:claim_id>", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def change_claim(number: str, claim_id: int):
    class Form(forms.ClaimForm):
        def offer(self, actor, case):
            super().offer(actor, case)
            self.begin_with(service.claim_of(case, claim_id))

    def call(actor, case, form):
        service.change_claim(actor, case=case, claim_id=claim_id, claim=form.to_claim())

    return perform(number, Event.DETAILS_CORRECTED, Form, call, title=_l("更正请求"))


# Officers may see phones only: which fields are whose, ``parties.policy`` knows.
@bp.post("/cases/<number>/parties/<int:party_id>/reveal/<field>")
@requires(P.CASE_READ)
def reveal(number: str, party_id: int, field: str):
    case = queries.get_for(current_actor(), number)
    return _revealed(case, party_queries.get_of_case(case.id, party_id), field)


@bp.post("/cases/<number>/representatives/<int:person_id>/reveal/<field>")
@requires(P.CASE_READ)
def reveal_representative(number: str, person_id: int, field: str):
    case = queries.get_for(current_actor(), number)
    return _revealed(case, party_queries.get_representative_of_case(case.id, person_id), field)


def _revealed(case, person, field: str):
    reason = request.form.get("reason") or _("办理本案")
    value = party_service.reveal(current_actor(), party=person, field=field, reason=reason)
    if wants_json():
        return jsonify(value=value)
    label = SEALED_FIELDS[field]
    return render_template("cases/reveal.html", case=case, name=person.name, label=label, value=value)
