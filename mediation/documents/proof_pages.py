"""The public page on which anybody checks a paper, and the committee's electronic seal on an issued one."""

from __future__ import annotations

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, url_for
from flask_babel import gettext as _

from mediation.cases import queries as case_queries
from mediation.core.actor import current_actor
from mediation.core.permissions import P, requires
from mediation.documents import queries, sealing
from mediation.documents.models import Document
from mediation.documents.proof.keys import PaperKeys, paper_keys
from mediation.documents.proof.offline import offline_page

bp = Blueprint("proof", __name__)


@bp.get("/verify")
@requires(P.PUBLIC)
def verify():
    keys = paper_keys()
    return render_template(
        "documents/verify.html", published=_published(keys), current=keys.current, made_on=keys.made_on
    )


@bp.get("/verify/offline.html")
@requires(P.PUBLIC)
def verify_offline():
    return Response(
        offline_page(_published(paper_keys())),
        mimetype="text/html",
        headers={"Content-Disposition": "attachment; filename=verify.html"},
    )


@bp.get("/verify/keys.json")
@requires(P.PUBLIC)
def verify_keys():
    return jsonify(_published(paper_keys()))


@bp.post("/cases/<number>/documents/<int:document_id>/seal")
@requires(P.CASE_SEAL)
def seal(number: str, document_id: int):
    sealing.seal(current_actor(), document=_load(number, document_id, lock=True))
    flash(_("已加盖电子印章。"), "success")
    return redirect(url_for("documents.show", number=number, document_id=document_id), 303)


@bp.get("/cases/<number>/documents/<int:document_id>/sealed")
@requires(P.CASE_READ)
def open_sealed(number: str, document_id: int):
    return sealing.as_response(current_actor(), _load(number, document_id))


def _load(number: str, document_id: int, *, lock: bool = False) -> Document:
    actor = current_actor()
    return queries.get_for(actor, case_queries.get_for(actor, number, lock=lock), document_id)


def _published(keys: PaperKeys) -> dict[str, str]:
    return {key_id: public.hex() for key_id, public in keys.published.items()}
