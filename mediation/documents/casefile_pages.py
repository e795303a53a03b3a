"""The page of a case's file: what it will hold, what is missing, the files made in the background, a small one at once."""

from __future__ import annotations

import io

from flask import Blueprint, redirect, render_template, request, send_file, url_for

from mediation.attachments import queries as attachment_queries
from mediation.attachments import service as attachments
from mediation.cases import queries as case_queries
from mediation.core.actor import current_actor
from mediation.core.errors import NotFound
from mediation.core.permissions import P, granted, requires
from mediation.documents import labels, registry
from mediation.documents.batches import asking, filing
from mediation.documents.casefile import making

bp = Blueprint("casefile", __name__)
# What is bound while somebody waits for the page.
MOST_AT_ONCE = 4 * 1024 * 1024


@bp.get("/cases/<number>/file")
@requires(P.DOCUMENT_MAKE)
def show(number: str):
    actor = current_actor()
    making.check(actor, is_internal=False)
    case = case_queries.get_for(actor, number)
    contents = making.contents_of(case)
    return render_template(
        "documents/casefile.html",
        case=case,
        contents=contents,
        is_small=making.size_of(contents) <= MOST_AT_ONCE,
        titles={code: registry.get(code).spec.title for code in registry.TITLES},
        may_see_notes=granted(actor, P.CASE_NOTE),
        made=filing.of_case_for(actor, case),
        parts=labels.FILE_PARTS,
        statuses=labels.BATCH_STATUSES,
        longest=filing.LONGEST_REMARK,
    )


@bp.post("/cases/<number>/file/<any(open, internal):part>")
@requires(P.DOCUMENT_MAKE)
def ask(number: str, part: str):
    """Have it made in the background."""
    actor = current_actor()
    case = case_queries.get_for(actor, number, lock=True)
    batch = filing.ask(actor, case=case, part=part, remark=request.form.get("remark", ""))
    return redirect(url_for(".made", number=number, made_id=batch.id), 303)


@bp.get("/cases/<number>/file/made/<int:made_id>")
@requires(P.DOCUMENT_MAKE)
def made(number: str, made_id: int):
    """How far it is; the file, when it is made."""
    actor = current_actor()
    case = case_queries.get_for(actor, number)
    batch = filing.get_for(actor, case, made_id)
    return render_template(
        "documents/casefile_made.html",
        case=case,
        batch=batch,
        part=labels.FILE_PARTS[batch.code],
        status=labels.BATCH_STATUSES[batch.status],
        is_under_way=batch.status in (asking.WAITING, asking.RUNNING),
    )


@bp.get("/cases/<number>/file/made/<int:made_id>.pdf")
@requires(P.DOCUMENT_MAKE)
def fetch(number: str, made_id: int):
    """A made file. The look is recorded."""
    actor = current_actor()
    batch = filing.get_for(actor, case_queries.get_for(actor, number), made_id)
    if batch.attachment_id is None:
        raise NotFound()
    return attachments.as_response(actor, attachment_queries.get(batch.committee_id, batch.attachment_id))


@bp.get("/cases/<number>/file/<any(open, internal):part>.pdf")
@requires(P.DOCUMENT_MAKE)
def download(number: str, part: str):
    """The file at once, for one of few sheets."""
    actor = current_actor()
    case = case_queries.get_for(actor, number)
    remark = request.args.get("remark", "")[: filing.LONGEST_REMARK]
    file = making.make(actor, case=case, is_internal=part == filing.INTERNAL, remark=remark)
    answer = send_file(
        io.BytesIO(file.content), mimetype="application/pdf", as_attachment=True, download_name=file.filename
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
