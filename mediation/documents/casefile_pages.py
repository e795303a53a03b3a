"""The page of a case's file: what it will hold, what is missing, and the file itself."""

from __future__ import annotations

import io

from flask import Blueprint, render_template, request, send_file

from mediation.cases import queries as case_queries
from mediation.core.actor import current_actor
from mediation.core.errors import Forbidden
from mediation.core.permissions import P, granted, requires
from mediation.documents import policy, registry
from mediation.documents.casefile import making

bp = Blueprint("casefile", __name__)


@bp.get("/cases/<number>/file")
@requires(P.DOCUMENT_MAKE)
def show(number: str):
    actor = current_actor()
    if not policy.may_make(actor):
        raise Forbidden()
    case = case_queries.get_for(actor, number)
    return render_template(
        "documents/casefile.html",
        case=case,
        contents=making.contents_of(case),
        titles={code: registry.get(code).spec.title for code in registry.TITLES},
        may_see_notes=granted(actor, P.CASE_NOTE),
    )


@bp.get("/cases/<number>/file/<any(open, internal):part>.pdf")
@requires(P.DOCUMENT_MAKE)
def download(number: str, part: str):
    actor = current_actor()
    case = case_queries.get_for(actor, number)
    remark = request.args.get("remark", "")[:500]
    made = making.make(actor, case=case, is_internal=part == "internal", remark=remark)
    answer = send_file(
        io.BytesIO(made.content), mimetype="application/pdf", as_attachment=True, download_name=made.filename
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
