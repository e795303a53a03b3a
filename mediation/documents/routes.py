"""The papers of a case: what fits its stage, what was issued, what came back signed."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from mediation.accounts import queries as accounts
from mediation.attachments import service as attachments
from mediation.cases import queries as case_queries
from mediation.cases.lifecycle import ENDED, State
from mediation.cases.models import Case
from mediation.core.actor import Actor, current_actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from mediation.core.permissions import P, requires
from mediation.core.web.forms import Form
from mediation.documents import (
    casefile_pages,
    clause_pages,
    inputs,
    invitation_pages,
    labels,
    policy,
    prepare_pages,
    proof_pages,
    queries,
    registry,
    sealing,
    service,
    serving_pages,
    titles,
)
from mediation.documents.answers import PDF_POLICY, after_issue, as_draft, as_word
from mediation.documents.batches import asking
from mediation.documents.batches import pages as batch_pages
from mediation.documents.models import Document
from mediation.documents.page import SETTLE, Shown, groups_shown, offers_shown, subjects_named
from mediation.documents.signing import pages as signing_pages
from mediation.documents.signing import service as signing

bp = Blueprint("documents", __name__)
blueprints = (
    bp,
    prepare_pages.bp,
    titles.bp,
    invitation_pages.bp,
    proof_pages.bp,
    serving_pages.bp,
    casefile_pages.bp,
    batch_pages.bp,
    signing_pages.bp,
    clause_pages.bp,  # that of the terms, with the library added to it
)


@bp.get("/cases/<number>/documents")
@requires(P.CASE_READ)
def index(number: str):
    actor = current_actor()
    return _index(actor, case_queries.get_for(actor, number))


def _index(actor: Actor, case: Case, *, refusal: DomainError | None = None, limitation: Form | None = None):
    may_make = policy.may_make(actor)
    offers = offers_shown(actor, case) if may_make else []
    documents = queries.of_case_for(actor, case)
    page = render_template(
        "documents/index.html",
        case=case,
        groups=groups_shown(offers),
        count=len(offers),
        may_make=may_make,
        is_ended=State(case.state) in ENDED,
        documents=documents,
        subjects=subjects_named(case, documents),
        statuses=labels.STATUSES,
        batches=asking.of_case_for(actor, case)[:3],
        batch_statuses=labels.BATCH_STATUSES,
        titles=registry.TITLES,
        refusal=refusal,
        limitation=limitation or _limitation_form(offers),
    )
    return page, 422 if refusal or limitation else 200


def _limitation_form(offers: list[Shown]) -> Form | None:
    """Where a notice waits for the day: the form to settle it, with a proposal to check."""
    facts = next(
        (one.offer.facts for one in offers if any(gap.place and gap.place.url == SETTLE for gap in one.gaps)), None
    )
    if facts is None:
        return None
    proposed = facts.limitation.last_day if facts.limitation else None
    return inputs.LimitationForm(formdata=None, limitation_on=proposed)


@bp.get("/cases/<number>/documents/preview/<code>")
@requires(P.DOCUMENT_MAKE)
def preview(number: str, code: str):
    """The draft as PDF in the browser's viewer."""
    actor = current_actor()
    case = case_queries.get_for(actor, number)
    content = service.preview(actor, case=case, code=code, subject=request.args.get("subject"))
    return as_draft(case, code, content)


@bp.get("/cases/<number>/documents/word/<code>")
@requires(P.DOCUMENT_MAKE)
def word(number: str, code: str):
    """The draft as a Word file."""
    actor = current_actor()
    case = case_queries.get_for(actor, number)
    return as_word(case, code, service.word(actor, case=case, code=code, subject=request.args.get("subject")))


@bp.post("/cases/<number>/documents/issue/<code>")
@requires(P.DOCUMENT_MAKE)
def issue(number: str, code: str):
    actor = current_actor()
    case = case_queries.get_for(actor, number, lock=True)
    try:
        document = service.issue(actor, case=case, code=code, subject=request.form.get("subject"))
    except (Forbidden, NotFound):
        raise
    except DomainError as refusal:
        db.session.rollback()
        return _index(actor, case_queries.get_for(actor, number), refusal=refusal)
    return after_issue(case, document)


@bp.post("/cases/<number>/documents/limitation")
@requires(P.DOCUMENT_MAKE)
def confirm_limitation(number: str):
    """A person settles the day that a notice prints."""
    actor = current_actor()
    case = case_queries.get_for(actor, number, lock=True)
    form = inputs.LimitationForm()
    if form.validate_on_submit():
        try:
            on, reason = form.limitation_on.data, form.limitation_reason.data
            service.confirm_limitation(actor, case=case, on=on, reason=reason)
        except (Forbidden, Conflict):
            raise
        except DomainError as error:
            form.take(error)
            db.session.rollback()
            case = case_queries.get_for(actor, number)
        else:
            flash(_("时效届满日已核定。"), "success")
            return redirect(url_for("documents.index", number=number), 303)
    return _index(actor, case, limitation=form)


@bp.get("/cases/<number>/documents/<int:document_id>")
@requires(P.CASE_READ)
def show(number: str, document_id: int):
    actor = current_actor()
    case, document = _load(actor, number, document_id)
    return _page(actor, case, document)


@bp.get("/cases/<number>/documents/<int:document_id>/file")
@requires(P.CASE_READ)
def open(number: str, document_id: int):
    """The stored paper, checked against its digest; ``?download=1`` offers it for saving. Each look is recorded."""
    actor = current_actor()
    _case, document = _load(actor, number, document_id)
    answer = service.as_response(actor, document, inline=request.args.get("download") != "1")
    answer.headers["Content-Security-Policy"] = PDF_POLICY
    return answer


@bp.get("/cases/<number>/documents/<int:document_id>/scans/<int:scan_id>")
@requires(P.CASE_READ)
def open_scan(number: str, document_id: int, scan_id: int):
    """A signed original."""
    actor = current_actor()
    _case, document = _load(actor, number, document_id)
    found = next((one for one in queries.scans_of(document) if one.id == scan_id), None)
    if found is None:
        raise NotFound()
    answer = attachments.as_response(actor, found, inline=True)
    answer.headers["Content-Security-Policy"] = PDF_POLICY
    return answer


@bp.post("/cases/<number>/documents/<int:document_id>/void")
@requires(P.DOCUMENT_MAKE)
def void(number: str, document_id: int):
    form = inputs.VoidForm()

    def act(actor: Actor, document: Document) -> None:
        service.void(actor, document=document, reason=form.reason.data)

    return _act(number, document_id, form, act, _("文书已作废，编号保留。"), void_form=form)


@bp.post("/cases/<number>/documents/<int:document_id>/served")
@requires(P.DOCUMENT_MAKE)
def serve(number: str, document_id: int):
    form = inputs.ServedForm()

    def act(actor: Actor, document: Document) -> None:
        service.record_service(actor, document=document, on=form.served_on.data)

    return _act(number, document_id, form, act, _("送达日期已登记。"), served_form=form)


@bp.post("/cases/<number>/documents/<int:document_id>/scan")
@requires(P.DOCUMENT_MAKE)
def scan(number: str, document_id: int):
    form = inputs.ScanForm()

    def act(actor: Actor, document: Document) -> None:
        upload = form.file.data
        service.keep_scan(actor, document=document, filename=upload.filename, content=upload.read())

    return _act(number, document_id, form, act, _("签署件已保存。"), scan_form=form)


def _act(number: str, document_id: int, form: Form, act, done: str, **shown: Form):
    """Do something with an issued paper; what is wrong is shown at its field (422)."""
    actor = current_actor()
    case, document = _load(actor, number, document_id, lock=True)
    if form.validate_on_submit():
        try:
            act(actor, document)
        except (Forbidden, Conflict):
            raise
        except DomainError as error:
            form.take(error)
            db.session.rollback()
            case, document = _load(actor, number, document_id)
        else:
            flash(done, "success")
            return redirect(url_for("documents.show", number=number, document_id=document_id), 303)
    return _page(actor, case, document, **shown), 422


def _load(actor: Actor, number: str, document_id: int, *, lock: bool = False) -> tuple[Case, Document]:
    case = case_queries.get_for(actor, number, lock=lock)
    return case, queries.get_for(actor, case, document_id)


def _page(actor: Actor, case: Case, document: Document, **forms: Form) -> str:
    blank: dict[str, Form] = {}
    if policy.may_make(actor):
        # Each form of the page shows only what was typed into it.
        blank = {
            "void_form": inputs.VoidForm(formdata=None),
            "served_form": inputs.ServedForm(formdata=None),
            "scan_form": inputs.ScanForm(formdata=None),
        }
    names = accounts.names_for(actor, {document.issued_by} - {None})
    return render_template(
        "documents/show.html",
        case=case,
        document=document,
        may_make=policy.may_make(actor),
        basis=registry.get(document.code).spec.basis,
        subject=subjects_named(case, [document]).get(document.id, ""),
        scans=queries.scans_of(document),
        issued_by=names.get(document.issued_by or 0, ""),
        status=labels.STATUSES[document.status],
        capacities=labels.CAPACITIES,
        ways=labels.WAYS_OF_SIGNING,
        signatures=signing.signatures_of(document),
        may_sign=signing.may_sign(actor, case, document),
        may_seal=sealing.is_installed() and sealing.may_be_sealed(document),
        **{**blank, **forms},
    )
