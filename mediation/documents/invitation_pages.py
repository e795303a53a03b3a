"""The page of a session's notices: to whom they were issued, when they were served."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from mediation.cases import queries as case_queries
from mediation.cases import service as cases
from mediation.cases import session_replies
from mediation.cases.invitations import meets_soon
from mediation.cases.labels import SESSION_REPLIES
from mediation.cases.models import Case, MediationSession
from mediation.core.actor import Actor, current_actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from mediation.core.permissions import P, requires
from mediation.documents import invitations
from mediation.documents.inputs import NoticesServedForm
from mediation.parties import queries as party_queries

bp = Blueprint("invitations", __name__)


@bp.get("/cases/<number>/sessions/<int:session_id>/notices")
@requires(P.DOCUMENT_MAKE)
def show(number: str, session_id: int):
    actor = current_actor()
    return _page(*_load(actor, number, session_id))


@bp.post("/cases/<number>/sessions/<int:session_id>/notices")
@requires(P.DOCUMENT_MAKE)
def issue(number: str, session_id: int):
    """Issue what is lacking."""
    actor = current_actor()
    case, session = _load(actor, number, session_id, lock=True)
    try:
        issued, lacking = invitations.issue_all(actor, case=case, session=session)
    except (Forbidden, NotFound):
        raise
    except DomainError as refusal:
        db.session.rollback()
        return _page(*_load(actor, number, session_id), refusal=refusal), 422
    flash(_("已出具 %(n)s 份会议通知。", n=issued), "success")
    if lacking:
        flash(_("还有 %(n)s 份没有出具，请再点一次。", n=lacking), "warning")
    return redirect(url_for(".show", number=number, session_id=session_id), 303)


@bp.post("/cases/<number>/sessions/<int:session_id>/notices/served")
@requires(P.DOCUMENT_MAKE)
def serve(number: str, session_id: int):
    actor = current_actor()
    case, session = _load(actor, number, session_id, lock=True)
    form = _form(case, session)
    if form.validate_on_submit():
        try:
            invitations.serve(actor, case=case, session=session, party_ids=form.parties.data, on=form.served_on.data)
        except (Forbidden, Conflict):
            raise
        except DomainError as error:
            form.take(error)
            db.session.rollback()
            case, session = _load(actor, number, session_id)
        else:
            flash(_("送达日期已登记。"), "success")
            return redirect(url_for(".show", number=number, session_id=session_id), 303)
    return _page(case, session, form=form), 422


def _load(actor: Actor, number: str, session_id: int, *, lock: bool = False) -> tuple[Case, MediationSession]:
    case = case_queries.get_for(actor, number, lock=lock)
    return case, cases.session_of(case, session_id)


def _form(case: Case, session: MediationSession) -> NoticesServedForm:
    """Those whose notice was issued; ticked at first where it was not served yet."""
    notices = {one.party_id: one for one in invitations.notices_of([case.id]) if one.session_seq == session.seq}
    people = {one.id: one.name for one in party_queries.for_case(case.id)}
    waiting = [key for key, one in notices.items() if one.served_on is None]
    form = NoticesServedForm(
        formdata=request.form if request.endpoint == "invitations.serve" else None, parties=waiting
    )
    form.parties.choices = [(key, people[key]) for key in people if key in notices]
    return form


def _page(
    case: Case, session: MediationSession, *, form: NoticesServedForm | None = None, refusal: DomainError | None = None
) -> str:
    notices = {one.party_id: one for one in invitations.notices_of([case.id]) if one.session_seq == session.seq}
    said = session_replies.of_sessions(current_actor(), [session.id])
    return render_template(
        "documents/notices.html",
        case=case,
        session=session,
        rows=[(party, notices.get(party.id)) for party in party_queries.for_case(case.id)],
        said={one.company_id: one.reply for one in said.get(session.id, ())},
        replies=SESSION_REPLIES,
        is_planned=session.status == "planned",
        is_soon=session.status == "planned" and meets_soon(session.starts_at),
        form=form or _form(case, session),
        refusal=refusal,
    )
