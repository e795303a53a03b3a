"""The pages of the library of standard clauses: add one, change it, retire it, each with what it looks like."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from mediation.cases.labels import TRACKS
from mediation.cases.lifecycle import Track
from mediation.core.actor import current_actor
from mediation.core.db import db
from mediation.core.errors import DomainError, Forbidden
from mediation.core.permissions import P, requires
from mediation.core.web.forms import ChecksField, Form
from mediation.documents import terms_library
from mediation.documents.terms_library import Clause
from mediation.documents.terms_pages import bp

PREVIEW = "preview"


class ClauseForm(Form):
    """One clause of the library."""

    title = StringField(_l("标题"), [DataRequired(_l("请填写标题")), Length(max=80)])
    text = TextAreaField(_l("条款"), [DataRequired(_l("请填写条款")), Length(max=2000)])
    article = StringField(_l("依据"), [Length(max=200)])
    tracks = ChecksField(
        _l("适用的争议类型"),
        [DataRequired(_l("请选择适用的争议类型"))],
        choices=[(one, TRACKS[Track(one)]) for one in terms_library.EVERY],
    )
    is_active = BooleanField(_l("在拟定协议时提供"))


@bp.get("/admin/clauses")
@requires(P.SETTING_MANAGE)
def clauses():
    return render_template("documents/clauses.html", clauses=terms_library.library(), tracks=TRACKS)


@bp.route("/admin/clauses/new", methods=["GET", "POST"])
@requires(P.SETTING_MANAGE)
def new_clause():
    """A clause of the committee's own."""
    form = ClauseForm(tracks=list(terms_library.EVERY), is_active=True)

    def save() -> None:
        terms_library.add_clause(current_actor(), **_typed(form))

    return _page(form, save, _("已添加到常用条款。"))


@bp.route("/admin/clauses/<code>", methods=["GET", "POST"])
@requires(P.SETTING_MANAGE)
def clause(code: str):
    """Change a clause or retire it: a new version, the old ones stay."""
    kept = terms_library.versions(code)
    form = ClauseForm(obj=kept[0])

    def save() -> None:
        terms_library.change_clause(current_actor(), code=code, is_active=form.is_active.data, **_typed(form))

    return _page(form, save, _("已保存为新的版本；已有的协议不变。"), kept)


def _typed(form: ClauseForm) -> dict[str, object]:
    texts = {name: form[name].data or "" for name in ("title", "text", "article")}
    return texts | {"tracks": tuple(form.tracks.data or ())}


def _page(form: ClauseForm, save: Callable[[], None], done: str, versions: Sequence[Clause] = ()):
    """Show the form, what the clause looks like, or save it; what is wrong is said at its field (422)."""
    is_preview = request.form.get("action") == PREVIEW
    if request.method == "POST" and form.validate():
        try:
            if not is_preview:
                save()
                flash(done, "success")
                return redirect(url_for("terms.clauses"), 303)
            terms_library.check_text(form.text.data or "", form.tracks.data or ())
        except Forbidden:
            raise
        except DomainError as error:
            form.take(error)
            db.session.rollback()
    looks = terms_library.shown(form.text.data or "", form.tracks.data or ()) if not form.errors else []
    page = render_template(
        "documents/clause.html",
        form=form,
        versions=versions,
        blanks=terms_library.BLANKS,
        looks=[(TRACKS[Track(track)], text) for track, text in looks if text],
        preview=PREVIEW,
    )
    return page, 422 if form.errors else 200
