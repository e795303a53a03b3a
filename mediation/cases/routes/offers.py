"""Offers and counter-offers: made by the company or entered by those who handle the case; accepted, declined, withdrawn."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from mediation.cases import service
from mediation.cases.forms.offers import OfferForm, SettleForm
from mediation.cases.labels import OFFER_SIDES, OFFER_STATES
from mediation.cases.lifecycle import Event
from mediation.cases.routes import bp
from mediation.cases.routes.acting import perform
from mediation.core import clock
from mediation.core.permissions import P, requires
from mediation.core.web.requests import key


# The table names one permission for a company and another for the handler, so that it decides.
@bp.route("/cases/<number>/offers/new", methods=["GET", "POST"])
@requires(P.CASE_READ)
def make_offer(number: str):
    """``?reply=`` names the offer that is countered."""
    wanted = request.args.get("reply", type=key)

    class Form(OfferForm):
        def offer(self, actor, case):
            self.replies_to = service.offer_for(actor, case, wanted) if wanted else None
            super().offer(actor, case)

    def call(actor, case, form):
        service.make_offer(actor, case=case, replies_to=form.replies_to, **form.values())

    title = _("还价") if wanted else _("提出方案")
    return perform(number, Event.OFFER_MADE, Form, call, title=title)


@bp.route("/cases/<number>/offers/<int:offer_id>", methods=["GET", "POST"])
@requires(P.CASE_READ)
def settle_offer(number: str, offer_id: int):
    class Form(SettleForm):
        def offer(self, actor, case):
            self.for_offer(actor, service.offer_for(actor, case, offer_id))

    def call(actor, case, form):
        offer = service.offer_for(actor, case, offer_id)
        service.settle_offer(actor, case=case, offer=offer, outcome=form.outcome.data, reason=form.reason.data)

    return perform(
        number,
        Event.OFFER_SETTLED,
        Form,
        call,
        template="cases/company/settle_offer.html",
        offer=lambda actor, case: service.offer_for(actor, case, offer_id),
        claims=lambda _actor, case: {one.id: one.item for one in service.claims_of(case)},
        status_of=lambda _actor, _case: lambda one: service.status_of(one, clock.today()),
        sides=OFFER_SIDES,
        states=OFFER_STATES,
    )
