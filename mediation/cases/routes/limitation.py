"""Limitation of a case's claims: what happened, the days that follow, which rule governs, the day that is relied on."""

from __future__ import annotations

from flask import render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mediation.accounts import queries as accounts
from mediation.attachments import queries as attachments
from mediation.cases import labels, limitation, policy, queries, service
from mediation.cases.forms import limitation as forms
from mediation.cases.lifecycle import Event
from mediation.cases.routes import bp
from mediation.cases.routes.acting import perform
from mediation.cases.routes.files import store_upload
from mediation.core.actor import current_actor
from mediation.core.permissions import P, requires
from mediation.deadlines import queries as deadlines
from mediation.deadlines.limitation import GROUNDS

BACK = "cases.limitation"


# The page serves the people who handle the case: it says what proves a claim and what does not.
@bp.get("/cases/<number>/limitation", endpoint="limitation")
@requires(P.CASE_HANDLE)
def show_limitation(number: str):
    """Every claim with its days, and every event with what it did."""
    actor = current_actor()
    case = queries.get_for(actor, number)
    claims, events = limitation.claims_of(case), limitation.events_of(case)
    people = accounts.names_for(actor, {one.recorded_by for one in events if one.recorded_by is not None})
    return render_template(
        "cases/limitation.html",
        case=case,
        days=limitation.days_of(claims, deadlines.of_case(case.id)),
        counted=limitation.limitations_of(case, claims, events),
        events=events,
        files={one.id: one for one in attachments.of_case(case.id, include_internal=policy.may_see_notes(actor))},
        names=people,
        grounds=GROUNDS,
        kinds=forms.KINDS,
        labels=labels,
        items={one.id: one.item for one in claims},
        may_note=Event.LIMITATION_NOTED in {row.event for row in service.available_events(actor, case)},
    )


@bp.route("/cases/<number>/limitation/new", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def note_limitation(number: str):
    def call(actor, case, form):
        service.note_limitation(
            actor,
            case=case,
            ground=form.ground.data,
            happened_on=form.happened_on.data,
            ends_on=form.ends_on.data,
            claim_id=form.claim_id.data,
            evidence=form.evidence.data,
            attachment_id=store_upload(actor, case, form.file.data, kind="evidence"),
            is_contested=form.is_contested.data,
        )

    return perform(number, Event.LIMITATION_NOTED, forms.LimitationEventForm, call, back=BACK)


@bp.route("/cases/<number>/limitation/<int:event_id>/withdraw", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def withdraw_limitation(number: str, event_id: int):
    class Form(forms.LimitationWithdrawalForm):
        def offer(self, actor, case):
            service.limitation_event_of(case, event_id)

    def call(actor, case, form):
        service.withdraw_limitation(actor, case=case, event_id=event_id, reason=form.reason.data)

    title = _l("撤销时效事项")
    return perform(number, Event.LIMITATION_NOTED, Form, call, title=title, back=BACK)


@bp.route("/cases/<number>/claims/<int:claim_id>/limitation", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def choose_limitation_rule(number: str, claim_id: int):
    class Form(forms.LimitationRuleForm):
        def offer(self, actor, case):
            super().offer(actor, case)
            chosen = service.claim_of(case, claim_id).limitation_rule
            if not self.is_submitted():
                self.rule.data = chosen

    def call(actor, case, form):
        rule, reason = form.rule.data or None, form.reason.data
        service.choose_limitation_rule(actor, case=case, claim_id=claim_id, rule=rule, reason=reason)

    title = _l("选择适用的时效")
    return perform(number, Event.LIMITATION_NOTED, Form, call, title=title, back=BACK)


@bp.route("/cases/<number>/limitation/confirm", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def confirm_limitation(number: str):
    def call(actor, case, form):
        service.confirm_limitation(actor, case=case, on=form.limitation.data, reason=form.limitation_reason.data)

    title, done = _l("核定时效届满日"), _("时效届满日已核定。")
    form_class = forms.LimitationConfirmationForm
    return perform(number, Event.LIMITATION_NOTED, form_class, call, title=title, done=done, back=BACK)
