"""Files of a case: taken in, and given out only through it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from mediation.attachments import queries as attachments
from mediation.attachments import service as attachment_service
from mediation.cases import policy, queries, service
from mediation.cases.forms.company import HandInForm
from mediation.cases.forms.papers import FileForm
from mediation.cases.lifecycle import Event
from mediation.cases.routes import bp
from mediation.cases.routes.acting import perform
from mediation.core.actor import current_actor
from mediation.core.db import db
from mediation.core.errors import DomainError, Forbidden, NotFound
from mediation.core.permissions import P, requires


def store_upload(actor, case, upload, *, kind: str, **details) -> int | None:
    """Keep an uploaded file with the case; no file, no key."""
    if upload is None or not upload.filename:
        return None
    kept = attachment_service.store(
        actor,
        committee_id=case.committee_id,
        case_id=case.id,
        kind=kind,
        filename=upload.filename,
        content=upload.read(),
        **details,
    )
    return kept.id


@bp.get("/cases/<number>/files/<int:file_id>")
@requires(P.CASE_READ)
def open_file(number: str, file_id: int):
    """One file; ``?inline=1`` shows PDFs and photos in the browser. Each look is recorded."""
    actor = current_actor()
    case = queries.get_for(actor, number)
    file = attachments.get_of_case(case.id, file_id, include_internal=policy.may_see_notes(actor))
    if not policy.may_open_file(actor, file):
        raise NotFound()
    return attachment_service.as_response(actor, file, inline=request.args.get("inline") == "1")


@bp.route("/cases/<number>/files/new", methods=["GET", "POST"])
@requires(P.CASE_READ)
def add_file(number: str):
    """A company hands in several at once; those who handle the case file one with what it is."""
    actor = current_actor()
    if policy.is_company(actor):
        return hand_in(number)
    case = queries.get_for(actor, number, lock=request.method == "POST")
    if not policy.may_add_file(actor, case):
        raise Forbidden()
    form = FileForm()
    form.offer(actor, case)
    if form.validate_on_submit() and _stored(actor, case, form):
        flash(_("文件已保存。"), "success")
        return redirect(url_for("cases.show", number=number, _anchor="files"), 303)
    case = queries.get_for(actor, number)
    page = render_template("cases/acts/act.html", case=case, form=form, title=_("上传材料"), row=None, blockers=[])
    return page, 422 if request.method == "POST" else 200


def store_uploads(actor, case, uploads, *, kind: str, **details) -> list[int]:
    """Keep several files of one kind with the case. Raises DomainError at ``files`` naming the one that is refused."""
    kept = []
    for upload in uploads or ():
        try:
            kept.append(store_upload(actor, case, upload, kind=kind, **details))
        except DomainError as error:
            message = _("%(file)s：%(error)s", file=upload.filename, error=error.message)
            raise DomainError(message, field="files") from error
    return [one for one in kept if one is not None]


def hand_in(number: str):
    """What a company puts into the case: seen by those who handle it and by its own tree."""

    def call(actor, case, form):
        kept = store_uploads(actor, case, form.files.data, kind=form.kind.data, note=form.note.data)
        service.hand_in(
            actor, case=case, file_ids=kept, kind=form.kind.data, company_id=form.company(), note=form.note.data
        )

    return perform(number, Event.PAPERS_HANDED_IN, HandInForm, call, title=_("上传材料"), done=_("文件已保存。"))


def _stored(actor, case, form) -> bool:
    is_internal = bool(form.is_internal and form.is_internal.data)
    try:
        store_upload(actor, case, form.file.data, kind=form.kind.data, note=form.note.data, is_internal=is_internal)
    except DomainError as error:
        form.take(error)
        db.session.rollback()
        return False
    return True
