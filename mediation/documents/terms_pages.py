"""The pages of an agreement's terms: text beside a live preview and the check, drafts, reasons."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from mediation.accounts import queries as accounts
from mediation.cases import queries as case_queries
from mediation.cases.models import Case
from mediation.cases.service import draft_agreement_of
from mediation.core.actor import Actor, current_actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from mediation.core.permissions import P, requires
from mediation.core.web.forms import Form
from mediation.core.web.pages import wants_json
from mediation.documents import policy, terms, terms_library
from mediation.documents.facts import CaseFacts
from mediation.documents.forms import d13_agreement
from mediation.documents.typeset.blocks import Block, Heading

bp = Blueprint("terms", __name__)

_FIRST, _AFTER = "三、", "五、"


class TermsForm(Form):
    """The terms as text, one to a line."""

    terms = TextAreaField(_l("协议条款"), [DataRequired(_l("请写明协议内容")), Length(max=terms.LONGEST)])


@bp.route("/cases/<number>/documents/terms", methods=["GET", "POST"])
@requires(P.DOCUMENT_MAKE)
def edit(number: str):
    """Edit the terms. A script asks for the review alone; without one, a button does."""
    actor = current_actor()
    action = request.form.get("action", "")
    case = case_queries.get_for(actor, number, lock=action == "save")
    policy.check_maker(actor)
    facts = terms.facts_of(case)
    if request.method == "GET":
        return _page(case, facts, TermsForm(formdata=None, terms=_text(case, facts)))
    form = TermsForm()
    if wants_json():
        return _review(case, terms.with_terms(facts, form.terms.data or ""))
    if action.startswith("insert:"):
        form.terms.data = _inserted(form.terms.data or "", action.removeprefix("insert:"), facts)
    elif form.validate() and action == "save":
        return _save(actor, case, facts, form)
    return _page(case, facts, form), 422 if form.errors else 200


def _save(actor: Actor, case: Case, facts: CaseFacts, form: TermsForm):
    try:
        expected = request.form.get("draft", type=int)
        draft = terms.save(actor, case=case, text=form.terms.data or "", expected=expected)
    except (Forbidden, Conflict):
        raise
    except DomainError as error:
        form.take(error)
        db.session.rollback()
        return _page(case_queries.get_for(actor, case.number), facts, form), 422
    flash(_("已保存为第%(n)s稿。", n=draft.seq), "success")
    return redirect(url_for("terms.edit", number=case.number), 303)


def _text(case: Case, facts: CaseFacts) -> str:
    agreement = draft_agreement_of(case)
    return agreement.terms if agreement else "\n".join(facts.agreement.terms if facts.agreement else ())


def _inserted(text: str, code: str, facts: CaseFacts) -> str:
    found = next((words for one, words in terms_library.offered(facts) if one.code == code), None)
    if found is None:
        raise NotFound()
    return f"{text.rstrip()}\n{found}".lstrip("\n")


def _page(case: Case, facts: CaseFacts, form: TermsForm) -> str:
    agreement = draft_agreement_of(case)
    kept = terms.drafts(case, agreement) if agreement else ()
    shown = terms.with_terms(facts, form.terms.data or "")
    return render_template(
        "documents/terms.html",
        case=case,
        form=form,
        frozen=terms.why_frozen(case, agreement),
        drafts=kept,
        last=kept[0].seq if kept else 1,
        names=accounts.names_for(current_actor(), {one.saved_by for one in kept if one.saved_by}),
        clauses=terms_library.offered(facts),
        **_reviewed(case, shown, facts),
    )


def _review(case: Case, shown: CaseFacts) -> str:
    return render_template("documents/_terms_review.html", case=case, **_reviewed(case, shown, terms.facts_of(case)))


def _reviewed(case: Case, shown: CaseFacts, stored: CaseFacts) -> dict[str, object]:
    """Reasons are given for the text that is stored, not for one that is still being typed."""
    is_stored = shown.agreement == stored.agreement
    return {"blocks": list(_preview(shown)), "groups": terms.review(case, shown), "is_stored": is_stored}


def _preview(facts: CaseFacts) -> Iterator[Block]:
    """The part of the paper that holds terms and plan, as the paper itself is built."""
    is_inside = False
    for block in d13_agreement.build(facts):
        if isinstance(block, Heading):
            is_inside = (is_inside or block.text.startswith(_FIRST)) and not block.text.startswith(_AFTER)
        if is_inside:
            yield block


@bp.post("/cases/<number>/documents/terms/reason")
@requires(P.DOCUMENT_MAKE)
def waive(number: str):
    """Record why a warning is accepted."""
    actor = current_actor()
    case = case_queries.get_for(actor, number, lock=True)
    try:
        terms.waive(actor, case=case, code=request.form.get("code", ""), reason=request.form.get("reason", ""))
    except (Forbidden, Conflict, NotFound):
        raise
    except DomainError as error:
        db.session.rollback()
        case = case_queries.get_for(actor, number)
        facts = terms.facts_of(case)
        form = TermsForm(formdata=None, terms=_text(case, facts))
        flash(str(error.message), "danger")
        return _page(case, facts, form), 422
    flash(_("理由已记录。"), "success")
    return redirect(url_for("terms.edit", number=number), 303)


@bp.get("/cases/<number>/documents/terms/drafts/<int:seq>")
@requires(P.DOCUMENT_MAKE)
def draft(number: str, seq: int):
    """An earlier draft beside the terms as they stand."""
    actor = current_actor()
    case = case_queries.get_for(actor, number)
    policy.check_maker(actor)
    agreement = draft_agreement_of(case)
    found = next((one for one in terms.drafts(case, agreement) if one.seq == seq), None) if agreement else None
    if agreement is None or found is None:
        raise NotFound()
    lines = list(_differences(found.terms, agreement.terms))
    frozen = terms.why_frozen(case, agreement)
    return render_template("documents/terms_draft.html", case=case, draft=found, lines=lines, frozen=frozen)


def _differences(before: str, now: str) -> Iterator[tuple[str, str]]:
    """(sign, line) of the two texts: - only in the draft, + only now, blank in both."""
    for line in difflib.ndiff(before.splitlines(), now.splitlines()):
        if line[0] in "-+ ":
            yield line[0].strip(), line[2:]


@bp.post("/cases/<number>/documents/terms/drafts/<int:seq>/restore")
@requires(P.DOCUMENT_MAKE)
def restore(number: str, seq: int):
    actor = current_actor()
    case = case_queries.get_for(actor, number, lock=True)
    new = terms.restore(actor, case=case, seq=seq)
    flash(_("已取回第%(old)s稿，保存为第%(new)s稿。", old=seq, new=new.seq), "success")
    return redirect(url_for("terms.edit", number=number), 303)
