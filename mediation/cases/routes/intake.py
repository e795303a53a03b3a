"""The counter form, its drafts, the warning about duplicates, the slip."""

from __future__ import annotations

import segno
from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from mediation.cases import drafts, duplicates, queries
from mediation.cases import service as cases
from mediation.cases.forms.intake import IntakeForm
from mediation.cases.models import NO_DEADLINE
from mediation.cases.routes import bp
from mediation.core import clock
from mediation.core.actor import current_actor
from mediation.core.errors import DomainError
from mediation.core.permissions import P, requires
from mediation.core.web.pages import wants_json


@bp.get("/cases/new")
@requires(P.CASE_OPEN)
def new():
    """The empty form, or a draft to go on with."""
    actor = current_actor()
    key = request.args.get("draft")
    kept = drafts.content_of(actor, key) if key else None
    form = IntakeForm(MultiDict(kept | {"draft_id": key})) if kept is not None else IntakeForm()
    form.draft_id.data = form.draft_id.data or drafts.new_key()
    return _page(form.prepare(actor), 200)


@bp.post("/cases/new")
@requires(P.CASE_OPEN)
def create():
    """Open the case; its draft goes in the same transaction. Sent twice, it leads to the case that it became."""
    actor = current_actor()
    form = IntakeForm().prepare(actor)
    if not form.validate_on_submit():
        return _page(form, 422)
    claimed, number, is_same = drafts.claim(actor, form.draft_id.data, request.form)
    if number and is_same:
        return redirect(url_for("cases.show", number=number), 303)
    if number:
        return _again(form, number)
    try:
        case = cases.open_case(actor, intake=form.to_intake(actor))
    except DomainError as error:
        form.take(error)
        return _page(form, 422)
    drafts.became(claimed, case.number)
    drafts.discard(actor, form.draft_id.data)
    flash(_("已登记 %(number)s", number=case.number), "success")
    return redirect(url_for("cases.show", number=case.number), 303)


def _again(form: IntakeForm, number: str):
    """Other words under the key of a case that is open: a page gone back to. Under a new key it may be sent again."""
    form.draft_id.data = drafts.new_key()
    form.form_errors.append(_("这份登记已经立为 %(number)s。如果是另一件案件，请再次提交。", number=number))
    return _page(form, 422)


def _page(form: IntakeForm, status: int):
    actor = current_actor()
    others = [(one, drafts.applicant_of(one)) for one in drafts.drafts_for(actor) if one.key != form.draft_id.data]
    return render_template("cases/new.html", form=form, drafts=others), status


@bp.post("/cases/drafts")
@requires(P.CASE_OPEN)
def save_draft():
    """Keep what is typed; called by the page every few seconds."""
    draft = drafts.save(current_actor(), key=request.form.get("draft_id"), content=request.form)
    saved_at = draft.saved_at.astimezone(clock.SHANGHAI).strftime("%H:%M")
    return jsonify(saved_at=saved_at, draft_id=draft.key)


@bp.post("/cases/drafts/<key>/remove")
@requires(P.CASE_OPEN)
def remove_draft(key: str):
    """Give up a draft."""
    drafts.discard(current_actor(), key)
    flash(_("已删除草稿"), "success")
    return redirect(url_for("cases.new"), 303)


@bp.post("/cases/duplicates")
@requires(P.CASE_OPEN)
def find_duplicates():
    """Open cases of the same person or phone and company, and a conflict of interest, while typing."""
    found = duplicates.warnings_for(current_actor(), request.form)
    if wants_json():
        return jsonify(matches=found)
    return render_template("cases/_duplicates.html", matches=found)


@bp.get("/cases/<number>/slip")
@requires(P.CASE_READ)
def slip(number: str):
    """The A6 slip for the applicant: number, QR code, the next date."""
    case = queries.get_for(current_actor(), number)
    # A full QR code: the small kind is smaller, but many phones do not read it.
    code = Markup(segno.make_qr(case.number, error="m").svg_inline(scale=4, border=4))  # noqa: S704 (our own number)
    return render_template("cases/slip.html", case=case, code=code, no_deadline=NO_DEADLINE)
