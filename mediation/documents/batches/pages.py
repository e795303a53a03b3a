"""The pages of a batch: for whom, how far it is, and the file to print."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired

from mediation.attachments import queries as attachment_queries
from mediation.attachments import service as attachments
from mediation.cases import queries as case_queries
from mediation.cases.models import Case
from mediation.core.actor import current_actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from mediation.core.permissions import P, requires
from mediation.core.web.forms import ChecksField, Form
from mediation.documents import casefacts, labels, policy, registry
from mediation.documents.batches import asking
from mediation.documents.models import PaperBatch

bp = Blueprint("batches", __name__)


class BatchForm(Form):
    """For whom a paper is made."""

    marks = ChecksField(_l("出具给"), [DataRequired(_l("请选择要出具的对象"))])


@bp.route("/cases/<number>/documents/batches")
@requires(P.DOCUMENT_MAKE)
def index(number: str):
    actor = current_actor()
    policy.check_maker(actor)
    case = case_queries.get_for(actor, number)
    facts = casefacts.facts_of(case)
    return render_template(
        "documents/batches.html",
        case=case,
        offered=[(spec.code, registry.title_of(spec.code, facts)) for spec in asking.offered(case, facts)],
        batches=asking.of_case_for(actor, case),
        titles=registry.TITLES,
        statuses=labels.BATCH_STATUSES,
    )


@bp.route("/cases/<number>/documents/batches/new/<code>", methods=["GET", "POST"])
@requires(P.DOCUMENT_MAKE)
def new(number: str, code: str):
    actor = current_actor()
    policy.check_maker(actor)
    case = case_queries.get_for(actor, number, lock=request.method == "POST")
    spec, known = asking.recipients(case, code)
    form = BatchForm(marks=[one.mark for one in known])
    form.marks.choices = [(one.mark, _words(one)) for one in known]
    if form.validate_on_submit():
        try:
            batch = asking.ask(actor, case=case, code=code, marks=form.marks.data)
        except (Forbidden, NotFound, Conflict):
            raise
        except DomainError as error:
            form.take(error)
            db.session.rollback()
            case = case_queries.get_for(actor, number)
        else:
            return redirect(url_for(".show", number=number, batch_id=batch.id), 303)
    page = render_template("documents/batch_new.html", case=case, form=form, title=spec.title, code=code)
    return page, 422 if form.errors else 200


def _words(one: asking.Recipient) -> str:
    return f"{one.label}（{one.document.number}）" if one.document else one.label


@bp.get("/cases/<number>/documents/batches/<int:batch_id>")
@requires(P.DOCUMENT_MAKE)
def show(number: str, batch_id: int):
    case, batch = _load(number, batch_id)
    return render_template(
        "documents/batch.html",
        case=case,
        batch=batch,
        lines=asking.lines_of(batch),
        title=registry.TITLES[batch.code],
        status=labels.BATCH_STATUSES[batch.status],
        is_under_way=batch.status in (asking.WAITING, asking.RUNNING),
    )


@bp.get("/cases/<number>/documents/batches/<int:batch_id>/print.pdf")
@requires(P.DOCUMENT_MAKE)
def download(number: str, batch_id: int):
    """All papers of the batch in one file. The look is recorded."""
    _case, batch = _load(number, batch_id)
    if batch.attachment_id is None:
        raise NotFound()
    kept = attachment_queries.get(batch.committee_id, batch.attachment_id)
    return attachments.as_response(current_actor(), kept)


def _load(number: str, batch_id: int) -> tuple[Case, PaperBatch]:
    actor = current_actor()
    case = case_queries.get_for(actor, number)
    return case, asking.get_for(actor, case, batch_id)
