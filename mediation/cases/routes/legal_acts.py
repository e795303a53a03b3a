"""Legal acts of a case: chosen, recorded, corrected, withdrawn; and signature days that were entered wrongly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from mediation.cases import act_labels, act_preview, labels, queries, service
from mediation.cases.acts import ACTS, Act, shortlist
from mediation.cases.forms import acts as forms
from mediation.cases.lifecycle import Event, State, Track, rows_for
from mediation.cases.models import Case
from mediation.cases.routes import bp
from mediation.cases.routes.acting import perform, row_of
from mediation.cases.routes.files import store_upload
from mediation.cases.steps import ENDPOINTS
from mediation.core.actor import Actor, current_actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from mediation.core.permissions import P, requires
from mediation.deadlines import queries as deadlines
from mediation.deadlines.rules import RULES


# The table names another permission on the police track, so that the service decides (also below).
@bp.route("/cases/<number>/legal-acts/new", methods=["GET", "POST"])
@requires(P.CASE_READ)
def record_act(number: str):
    """``?kind=`` names the act; without one, or with one that is not of this track, it is chosen first."""
    actor = current_actor()
    case = queries.get_for(actor, number, lock=request.method == "POST")
    row_of(actor, service.facts_of(case), Event.ACT_RECORDED)
    act = ACTS.get(request.args.get("kind", ""))
    if act is None or Track(case.track) not in act.tracks:
        return _choose(case), 422 if request.method == "POST" else 200
    if instead := _instead(case, act):
        return redirect(url_for(instead, number=case.number), 303)
    return _entry(actor, case, act, forms.form_for(act)(), _record(act), act_labels.ACTS[act.kind])


@bp.route("/cases/<number>/legal-acts/<int:act_id>/correct", methods=["GET", "POST"])
@requires(P.CASE_READ)
def correct_act(number: str, act_id: int):
    actor = current_actor()
    case = queries.get_for(actor, number, lock=request.method == "POST")
    row = service.act_of(case, act_id)
    row_of(actor, service.facts_of(case), Event.ACT_CORRECTED)

    def call(actor: Actor, case: Case, form: Any) -> None:
        kept = store_upload(actor, case, form.file.data, kind="evidence") or form.chosen_file
        act = service.act_of(case, act_id)
        service.correct_act(actor, act=act, reason=form.reason.data, attachment_id=kept, **form.values())

    act = ACTS[row.kind]
    title = _("更正：%(act)s", act=act_labels.ACTS[row.kind])
    return _entry(actor, case, act, forms.form_for(act, corrects=row)(), call, title)


@bp.route("/cases/<number>/legal-acts/<int:act_id>/withdraw", methods=["GET", "POST"])
@requires(P.CASE_READ)
def withdraw_act(number: str, act_id: int):
    row = service.act_of(queries.get_for(current_actor(), number), act_id)

    def call(actor, case, form):
        service.withdraw_act(actor, act=service.act_of(case, act_id), reason=form.reason.data)

    title = _("撤回：%(act)s", act=act_labels.ACTS[row.kind])
    return perform(number, Event.ACT_CORRECTED, forms.WithdrawActForm, call, title=title)


@bp.route("/cases/<number>/signature-day", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def correct_signature(number: str):
    def call(actor, case, form):
        service.correct_signature(
            actor, case=case, signature_id=form.signature_id.data, on=form.on.data, reason=form.reason.data
        )

    return perform(number, Event.DETAILS_CORRECTED, forms.SignatureDayForm, call, title=_("更正签名或盖章日期"))


def _choose(case: Case) -> str:
    track = Track(case.track)
    running = {one.rule_code for one in deadlines.open_of_case(case.id)}
    recorded = {one.kind for one in service.acts_of(case) if one.status == "standing"}
    first = shortlist(track, State(case.state), running, recorded)
    return render_template(
        "cases/acts/legal_act_choose.html",
        case=case,
        shortlist=[(act, _instead(case, act)) for act in first],
        groups=forms.kind_groups(track),
        words=act_labels,
        rules=RULES,
        running=running,
    )


def _instead(case: Case, act: Act) -> str | None:
    """The page of the step of the life cycle that does the same, where the case allows it."""
    if act.instead and rows_for(act.instead, State(case.state), Track(case.track)):
        return ENDPOINTS[act.instead]
    return None


def _record(act: Act) -> Callable[[Actor, Case, Any], None]:
    def call(actor: Actor, case: Case, form: Any) -> None:
        kept = store_upload(actor, case, form.file.data, kind="evidence") or form.chosen_file
        service.record_act(actor, case=case, kind=act.kind, attachment_id=kept, **form.values())

    return call


def _entry(actor: Actor, case: Case, act: Act, form: Any, call: Callable, title: Any):
    """Show the form with what it will do; do it, unless only the days were asked for."""
    form.offer(actor, case)
    asks = request.method == "POST" and "preview" in request.form
    if not asks and form.validate_on_submit():
        try:
            call(actor, case, form)
        except (Forbidden, NotFound, Conflict):
            raise
        except DomainError as error:
            form.take(error)
            db.session.rollback()  # the page shows the case as it is stored beside what was typed
            case = queries.get_for(actor, case.number)
        else:
            flash(_("已登记：%(act)s。", act=title), "success")
            return redirect(url_for("cases.show", number=case.number, _anchor="legal-acts"), 303)
    page = render_template(
        "cases/acts/legal_act.html",
        case=case,
        form=form,
        act=act,
        labels=labels,
        title=title,
        row=None,
        blockers=[],
        preview=act_preview.preview(case, act, forms.day_or_today(form), form.answers()),
        lengthened=act_preview.lengthening(case, act, forms.day_or_today(form)),
        rules=RULES,
        counted_from=forms.day_or_today(form),
    )
    return page, 422 if request.method == "POST" and not asks else 200
