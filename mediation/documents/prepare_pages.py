"""The page on which a paper is completed: what is missing is typed there and then, the draft looked at, the paper issued."""

from __future__ import annotations

import json

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from mediation.cases import queries as case_queries
from mediation.cases.models import Case, CaseDraft
from mediation.core import clock
from mediation.core.actor import Actor, current_actor
from mediation.core.db import db
from mediation.core.errors import DomainError, Forbidden, NotFound
from mediation.core.permissions import P, requires
from mediation.core.web.forms import Form
from mediation.documents import offering, policy, preparing, registry, service
from mediation.documents.answers import after_issue, as_draft
from mediation.documents.page import others_missing

bp = Blueprint("preparing", __name__)


@bp.route("/cases/<number>/documents/prepare/<code>", methods=["GET", "POST"])
@requires(P.DOCUMENT_MAKE)
def prepare(number: str, code: str):
    """Complete a paper there and then: type what it lacks, look at the draft, issue it."""
    actor = current_actor()
    is_draft = request.form.get("action") == "preview"
    case = case_queries.get_for(actor, number, lock=request.method == "POST" and not is_draft)
    offer = offering.offer(actor, case=case, code=code, subject=request.values.get("subject"))
    if request.method == "GET":
        kept = preparing.kept_of(actor, case, offer)
        begun = {"formdata": MultiDict(json.loads(kept.content))} if kept else {"formdata": None}
        return _prepare(
            case, offer, preparing.form_for(offer, **begun, data=preparing.proposed(case, offer)), kept=kept
        )
    form = preparing.form_for(offer, is_draft=is_draft)
    if not form.validate():
        return _prepare(case, offer, form), 422
    typed, entered = preparing.typed(form), preparing.entered(form)
    try:
        if is_draft:
            return as_draft(
                case,
                code,
                service.preview(actor, case=case, code=code, subject=offer.subject.key, typed=typed, entered=entered),
            )
        document = service.issue(actor, case=case, code=code, subject=offer.subject.key, typed=typed, entered=entered)
    except (Forbidden, NotFound):
        raise
    except DomainError as refusal:
        db.session.rollback()
        case = case_queries.get_for(actor, number)
        return _prepare(case, offer, form, refusal), 422
    preparing.forget(actor, case, code, offer.subject.key)
    return after_issue(case, document)


@bp.post("/cases/<number>/documents/prepare/<code>/draft")
@requires(P.DOCUMENT_MAKE)
def keep(number: str, code: str):
    """Keep what is typed; called by the page every few seconds."""
    actor, case, subject = _typing(number, code)
    draft = preparing.keep(actor, case, code, subject, request.form)
    return jsonify(saved_at=draft.saved_at.astimezone(clock.SHANGHAI).strftime("%H:%M"))


@bp.post("/cases/<number>/documents/prepare/<code>/draft/remove")
@requires(P.DOCUMENT_MAKE)
def forget(number: str, code: str):
    """Begin anew with what the paper proposes."""
    actor, case, subject = _typing(number, code)
    preparing.forget(actor, case, code, subject)
    return redirect(url_for(".prepare", number=number, code=code, subject=subject or None), 303)


def _typing(number: str, code: str) -> tuple[Actor, Case, str]:
    actor = current_actor()
    policy.check_maker(actor)
    if code not in registry.codes():
        raise NotFound()
    return actor, case_queries.get_for(actor, number), request.form.get("subject", "")[:40]


def _prepare(
    case: Case,
    offer: offering.Offer,
    form: Form,
    refusal: DomainError | None = None,
    *,
    kept: CaseDraft | None = None,
) -> str:
    if refusal is not None and not getattr(refusal, "findings", None):
        form.take(DomainError(refusal.message, field=preparing.field_of(refusal.field, form)))
    return render_template(
        "documents/prepare.html",
        case=case,
        offer=offer,
        form=form,
        gaps=others_missing(case, offer),
        refusal=refusal,
        kept=kept,
        user_id=current_actor().user_id,
    )
