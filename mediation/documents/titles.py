"""The committee's own titles of the forms (law.md 4.2: titles are its own): the setting, and its page."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms import StringField
from wtforms.validators import Length

from mediation.audit.record import change
from mediation.committees import queries as committees
from mediation.core.actor import Actor, current_actor
from mediation.core.errors import DomainError
from mediation.core.permissions import P, check, requires
from mediation.core.web.forms import Form
from mediation.documents import registry

SETTING = "document_titles"
MOST = 40

bp = Blueprint("titles", __name__)


def titles_of(actor: Actor) -> dict[str, str]:
    """Code → the committee's own title, of the forms that have one. Raises NotFound."""
    return dict(committees.committee_of(actor).settings.get(SETTING) or {})


def change_titles(actor: Actor, *, titles: Mapping[str, str | None]) -> None:
    """Set the committee's own titles by code; an empty one gives the form its title back. Issued papers keep theirs.

    Raises Forbidden, DomainError at the code of a title that is too long, ValueError for an unknown code.
    """
    check(actor, P.SETTING_MANAGE)
    if unknown := titles.keys() - registry.TITLES.keys():
        raise ValueError(f"unknown forms: {sorted(unknown)}")
    own = {code: title.strip() for code, title in titles.items() if title and title.strip()}
    for code, title in own.items():
        if len(title) > MOST:
            raise DomainError(_("最多 %(max)d 个字", max=MOST), field=code)
    committee = committees.committee_of(actor)
    kept = {code: title for code, title in own.items() if title != registry.TITLES[code]}
    change(actor, committee, settings=committee.settings | {SETTING: kept})


def _form(**options: object) -> Form:
    """One line for each form; what it is called otherwise stands in the empty line."""
    fields = {
        code: StringField(
            f"{code} {title}",
            [Length(max=MOST, message=_("最多 %(max)d 个字"))],
            render_kw={"placeholder": title},
        )
        for code, title in registry.TITLES.items()
    }
    return type("TitlesForm", (Form,), fields)(**options)


@bp.route("/admin/document-titles", methods=["GET", "POST"])
@requires(P.SETTING_MANAGE)
def edit():
    actor = current_actor()
    form = _form(data=titles_of(actor))
    if form.validate_on_submit():
        change_titles(actor, titles={code: form[code].data for code in registry.TITLES})
        flash(_("已保存。"), "success")
        return redirect(url_for("titles.edit"), 303)
    return render_template("documents/titles.html", form=form), 422 if request.method == "POST" else 200
