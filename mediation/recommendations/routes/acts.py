"""What the committee does with a letter: each act one form, from one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mediation.core.actor import Actor, current_actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from mediation.core.permissions import P, requires
from mediation.core.web.forms import Form
from mediation.recommendations import forms, labels, queries, service
from mediation.recommendations.lifecycle import Event, find
from mediation.recommendations.models import Recommendation
from mediation.recommendations.routes import bp


@dataclass(frozen=True)
class Act:
    """One form: what it does, with which words above it. ``is_grave``: it cannot be taken back."""

    event: Event
    form: type[Form]
    call: Callable[[Actor, Recommendation, Any], object]
    intro: object = ""
    is_grave: bool = False


def _review(actor: Actor, row: Recommendation, form: Any) -> None:
    service.review(actor, recommendation=row, note=form.note.data or "")


def _return(actor: Actor, row: Recommendation, form: Any) -> None:
    service.send_back(actor, recommendation=row, reason=form.reason.data or "")


def _serve(actor: Actor, row: Recommendation, form: Any) -> None:
    service.serve(actor, recommendation=row, given=form.given(), files=forms.uploads(form.files))


def _visit(actor: Actor, row: Recommendation, form: Any) -> None:
    service.visit(
        actor,
        recommendation=row,
        on=form.on.data,
        visitors=form.visitors.data,
        found=form.found.data,
        place=form.place.data or "",
        files=forms.uploads(form.files),
    )


def _verify(actor: Actor, row: Recommendation, form: Any) -> None:
    service.verify(
        actor,
        recommendation=row,
        on=form.on.data,
        note=form.note.data or "",
        effective_from=form.effective_from.data,
    )


def _not_done(actor: Actor, row: Recommendation, form: Any) -> None:
    service.declare_not_done(actor, recommendation=row, reason=form.reason.data or "")


def _tell(actor: Actor, row: Recommendation, form: Any) -> None:
    service.tell(
        actor,
        recommendation=row,
        body=form.body.data,
        on=form.on.data,
        what=form.what.data,
        with_personal_data=form.with_personal_data.data,
        consent=form.consent.data or "",
        files=forms.uploads(form.files),
    )


def _close(actor: Actor, row: Recommendation, form: Any) -> None:
    service.close(actor, recommendation=row, reason=form.reason.data or "")


ACTS: dict[str, Act] = {
    "review": Act(
        Event.REVIEW,
        forms.ReviewForm,
        _review,
        _l("请逐条核对：数字与所依据的案件一致；有关规定的名称和条款经律师核对；没有劳动者姓名、电话、证件号和案号。"),
    ),
    "return": Act(Event.RETURN, forms.ReasonForm, _return),
    "serve": Act(
        Event.SERVE,
        forms.ServiceForm,
        _serve,
        _l("公司有在用账号的，选“本系统送达”即可：建议书会出现在其收件箱，打开的时间自动记下。用其他方式送达的，公司账号也能看到。"),
    ),
    "visit": Act(Event.VISIT, forms.VisitForm, _visit),
    "verify": Act(Event.VERIFY, forms.VerifyForm, _verify, _l("确认整改前须先登记回访。")),
    "not-done": Act(Event.NOT_DONE, forms.ReasonForm, _not_done, _l("公司会看到这段理由。以后补充答复的，可以重新核实。")),
    "tell": Act(
        Event.TELL,
        forms.TellForm,
        _tell,
        _l("答复出于自愿，没有法定义务。告知其他单位的依据尚待律师核实，办理前请先确认；涉及个人信息的，须经本人单独同意。"),
    ),
    "close": Act(Event.CLOSE, forms.ReasonForm, _close, _l("办结后不再提醒；文号和经过保留。"), is_grave=True),
}  # fmt: skip


@bp.route(
    "/<int:recommendation_id>/<any(review, return, serve, visit, verify, 'not-done', tell, close):act>",
    methods=["GET", "POST"],
)
@requires(P.RECOMMENDATION_MANAGE)
def do(recommendation_id: int, act: str):
    actor, wanted = current_actor(), ACTS[act]
    row = queries.get_for(actor, recommendation_id, lock=request.method == "POST")
    found, against = find(wanted.event, service.facts_of(actor, row), service.permissions_of(actor))
    if found is None:
        raise Conflict(labels.BLOCKERS[against[0]])
    form = wanted.form()
    if form.validate_on_submit():
        try:
            wanted.call(actor, row, form)
        except (Forbidden, NotFound, Conflict):
            raise
        except DomainError as error:
            form.take(error)
            db.session.rollback()
            row = queries.get_for(actor, recommendation_id)
        else:
            flash(_("已登记：%(act)s。", act=labels.EVENTS[wanted.event]), "success")
            return redirect(url_for(".show", recommendation_id=row.id), 303)
    page = render_template(
        "recommendations/act.html", row=row, form=form, act=wanted, title=labels.EVENTS[wanted.event]
    )
    return page, 422 if form.errors or form.form_errors else 200


@bp.post("/<int:recommendation_id>/issue")
@requires(P.RECOMMENDATION_MANAGE)
def issue(recommendation_id: int):
    """Number the letter and render it for good."""
    actor = current_actor()
    row = queries.get_for(actor, recommendation_id, lock=True)
    service.issue(actor, recommendation=row)
    flash(_("已出具：%(number)s。", number=row.number), "success")
    return redirect(url_for(".show", recommendation_id=row.id), 303)


@bp.post("/<int:recommendation_id>/seal")
@requires(P.CASE_SEAL)
def seal(recommendation_id: int):
    """The committee's electronic seal on the issued letter."""
    actor = current_actor()
    row = queries.get_for(actor, recommendation_id, lock=True)
    service.seal(actor, recommendation=row)
    flash(_("已加盖电子印章。"), "success")
    return redirect(url_for(".show", recommendation_id=row.id), 303)
