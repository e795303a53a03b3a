"""Sessions of a case: plan, record, postpone, cancel (law.md 1.3 step 6)."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from mediation.cases import policy, service
from mediation.cases.forms import sessions as forms
from mediation.cases.forms.replies import ReplyForm
from mediation.cases.lifecycle import Event
from mediation.cases.routes import bp
from mediation.cases.routes.acting import perform
from mediation.core.actor import current_actor
from mediation.core.errors import DomainError
from mediation.core.permissions import P, requires
from mediation.core.web.requests import key
from mediation.parties import queries as party_queries

PLAN = "cases/acts/plan_session.html"


@bp.route("/cases/<number>/sessions/new", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def plan_session(number: str):
    def call(actor, case, form):
        form.look_for_clashes(actor, case)
        service.plan_session(actor, case=case, matter=form.matter.data, **_planned(form))

    return perform(number, Event.SESSION_PLANNED, forms.PlanForm, call, template=PLAN)


@bp.route("/cases/<number>/sessions/<int:session_id>/postpone", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def postpone_session(number: str, session_id: int):
    class Form(forms.PostponeForm):
        def offer(self, actor, case):
            super().offer(actor, case)
            self.begin_with(service.session_of(case, session_id))

    def call(actor, case, form):
        session = service.session_of(case, session_id)
        if session.status == "planned":
            form.look_for_clashes(actor, case, except_id=session.id)
        service.postpone_session(
            actor,
            case=case,
            session=session,
            reason=form.reason.data,
            asked_by=form.asking_party,
            **_planned(form),
        )

    def old(_actor, case):
        return service.session_of(case, session_id)

    return perform(number, Event.SESSION_POSTPONED, Form, call, template=PLAN, old=old)


def _planned(form: forms.PlanForm) -> dict[str, object]:
    return {
        "starts_at": form.instant,
        "place": form.place.data,
        "mode": form.mode.data or "on_site",
        "room_id": form.room.data,
        "planned_minutes": form.planned_minutes.data,
        "room_reason": form.why_room,
    }


@bp.route("/cases/<number>/sessions/record", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def hold_session(number: str):
    """``?session=`` names the planned session that was held; without it the session was not planned."""
    planned = request.args.get("session", type=key)

    class Form(forms.HoldForm):
        def offer(self, actor, case):
            super().offer(actor, case)
            if planned:
                self.begin_with(service.session_of(case, planned))

    def call(actor, case, form):
        _hold(actor, case, form, planned)

    return perform(number, Event.SESSION_HELD, Form, call)


def _hold(actor, case, form, planned: int | None) -> None:
    people = form.people()
    ours = {party.id for party in party_queries.for_case(case.id)}
    if any(one.party_id not in ours for one in people if one.party_id):
        raise DomainError(_("当事人名单已经变化，请刷新页面后再登记"), field="attendance")
    service.hold_session(
        actor,
        case=case,
        session=service.session_of(case, planned) if planned else None,
        starts_at=forms.instant(form.day.data, form.starts_at.data),
        ends_at=forms.instant(form.day.data, form.ends_at.data),
        record=form.record.data,
        attendance=people,
        place=form.place.data,
        mode=form.mode.data or "on_site",
        matter=form.matter.data,
        result=form.result.data,
        rights_told=form.rights_told.data,
    )


# The table names one permission for a company and another for the handler, so that it decides.
@bp.route("/cases/<number>/sessions/<int:session_id>/reply", methods=["GET", "POST"])
@requires(P.CASE_READ)
def reply_to_session(number: str, session_id: int):
    """``?company=`` names the company that is answered for first."""

    class Form(ReplyForm):
        def offer(self, actor, case):
            self.for_session(actor, service.session_of(case, session_id))

    def call(actor, case, form):
        session = service.session_of(case, session_id)
        for company_id in form.companies():
            service.reply_to_session(actor, case=case, session=session, company_id=company_id, **form.values())

    return perform(
        number,
        Event.SESSION_REPLIED,
        Form,
        call,
        template="cases/company/reply_to_session.html",
        title=_("答复会议邀请") if policy.is_company(current_actor()) else _("登记单位的会议答复"),
        done=_("会议答复已登记。"),
        session=lambda _actor, case: service.session_of(case, session_id),
    )


@bp.route("/cases/<number>/sessions/<int:session_id>/cancel", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def cancel_session(number: str, session_id: int):
    def call(actor, case, form):
        session = service.session_of(case, session_id)
        service.cancel_session(actor, case=case, session=session, reason=form.reason.data, asked_by=form.asking_party)

    return perform(number, Event.SESSION_CANCELLED, forms.CancelForm, call)
