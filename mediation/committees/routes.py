"""Pages of the committee's data and of the causes of dispute."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from mediation.committees import queries, service
from mediation.committees.forms import BranchForm, CategoryForm, SettingsForm
from mediation.committees.models import (
    COLLECTIVE_DAYS,
    COMPANY_SIGNING,
    ESCALATE_AFTER,
    REPEAT_CASES,
    REPEAT_DAYS,
    REPLY_DAYS,
    SECOND_FACTOR,
    USUAL_REPLY_DAYS,
)
from mediation.core.actor import current_actor
from mediation.core.errors import DomainError
from mediation.core.permissions import P, requires

bp = Blueprint("committees", __name__)
blueprints = (bp,)


@bp.route("/admin/committee", methods=["GET", "POST"])
@requires(P.SETTING_MANAGE)
def settings():
    committee = queries.committee_of(current_actor())
    form = SettingsForm(
        obj=committee,
        escalate_after=committee.settings.get(ESCALATE_AFTER, 1),
        company_signing=bool(committee.settings.get(COMPANY_SIGNING)),
        second_factor=committee.settings.get(SECOND_FACTOR, []),
        repeat_cases=committee.settings.get(REPEAT_CASES, 3),
        repeat_days=committee.settings.get(REPEAT_DAYS, 90),
        collective_days=committee.settings.get(COLLECTIVE_DAYS, 14),
        reply_days=committee.settings.get(REPLY_DAYS, USUAL_REPLY_DAYS),
    )
    if form.validate_on_submit():
        try:
            service.change_committee(current_actor(), **_values(form))
        except DomainError as error:
            form.take(error)
        else:
            return _saved("committees.settings")
    return render_template("committees/settings.html", form=form), _status()


@bp.route("/admin/categories")
@requires(P.SETTING_MANAGE)
def categories():
    return render_template("committees/categories.html", rows=queries.categories(include_inactive=True))


@bp.route("/admin/categories/new", methods=["GET", "POST"])
@requires(P.SETTING_MANAGE)
def category_new():
    form = BranchForm(parent=request.args.get("parent"))
    mains = {row.code: row for row in queries.categories() if row.parent_code is None}
    form.parent.choices = [(code, row.label) for code, row in mains.items()]
    if form.validate_on_submit():
        try:
            service.add_branch(
                current_actor(),
                parent=mains[form.parent.data],
                label=form.label.data,
                yearbook_cause=form.yearbook_cause.data,
                pm_type=form.pm_type.data,
            )
        except DomainError as error:
            form.take(error)
        else:
            return _saved("committees.categories")
    return render_template("committees/category_edit.html", form=form, category=None), _status()


@bp.route("/admin/categories/<code>", methods=["GET", "POST"])
@requires(P.SETTING_MANAGE)
def category_edit(code: str):
    category = queries.get_category(code)
    form = CategoryForm(obj=category)
    if form.validate_on_submit():
        try:
            service.change_category(current_actor(), category=category, **_values(form))
        except DomainError as error:
            form.take(error)
        else:
            return _saved("committees.categories")
    return render_template("committees/category_edit.html", form=form, category=category), _status()


def _values(form) -> dict[str, object]:
    return {name: value for name, value in form.data.items() if name != "csrf_token"}


def _status() -> int:
    return 422 if request.method == "POST" else 200


def _saved(endpoint: str):
    flash(_("已保存。"), "success")
    return redirect(url_for(endpoint), 303)
