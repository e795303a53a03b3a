"""A company's HR and its colleagues: the list, an invitation, the part of the tree, taking away."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from mediation.accounts import delegation, invitations, queries, second_factor
from mediation.accounts.forms import ColleagueForm, PartForm
from mediation.accounts.invitation_pages import listing, made_page
from mediation.core.actor import Role, current_actor
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError
from mediation.core.permissions import P, requires

bp = Blueprint("colleagues", __name__, url_prefix="/accounts/colleagues")


@bp.get("")
@requires(P.COMPANY_STAFF)
def index():
    actor = current_actor()
    found = delegation.colleagues_for(actor)
    names = queries.company_names(actor, {key for one in found for key in one.company_ids})
    return render_template(
        "accounts/colleagues.html",
        colleagues=found,
        names=names,
        factors=second_factor.holders_for(actor),
        acts=delegation.acts_for(actor),
        **listing(invitations.listed_for(actor)),
    )


@bp.route("/invite", methods=["GET", "POST"])
@requires(P.COMPANY_STAFF)
def invite():
    actor, form = current_actor(), ColleagueForm()
    form.offer(queries.tree_for(actor))
    if form.validate_on_submit():
        try:
            with transaction():
                made = invitations.invite(
                    actor,
                    name=form.name.data,
                    title=form.title.data,
                    contact=form.contact.data,
                    days=form.days.data,
                    roles=[Role.HR],
                    company_ids=form.company_ids(),
                )
        except DomainError as error:
            form.take(error)
        else:
            return made_page(made)
    return render_template("accounts/colleague_invite.html", form=form), _status()


@bp.route("/<int:colleague_id>", methods=["GET", "POST"])
@requires(P.COMPANY_STAFF)
def show(colleague_id: int):
    actor = current_actor()
    colleague = delegation.colleague_for(actor, colleague_id)
    tree = queries.tree_for(actor)  # without companies that were closed or merged into another
    form = PartForm(companies=[row.id for row in tree if row.id in colleague.company_ids] or [None])
    form.offer(tree)
    if form.validate_on_submit():
        try:
            delegation.change_part(actor, colleague=colleague, company_ids=form.company_ids())
        except DomainError as error:
            form.take(error)
        else:
            flash(_("已保存，对方下次打开页面即生效。"), "success")
            return redirect(url_for("colleagues.index"), 303)
    if request.method == "POST":
        db.session.rollback()
        colleague = delegation.colleague_for(actor, colleague_id)
    names = queries.company_names(actor, colleague.company_ids)
    return render_template("accounts/colleague.html", form=form, colleague=colleague, names=names), _status()


@bp.post("/<int:colleague_id>/take-away")
@requires(P.COMPANY_STAFF)
def take_away(colleague_id: int):
    actor = current_actor()
    colleague = delegation.colleague_for(actor, colleague_id)
    if colleague.user.is_active:  # else a second click
        closed = delegation.take_away(actor, colleague=colleague)
        flash(_("账号已停用，登录已全部失效。") if closed else _("权限已收回，登录已全部失效。"), "success")
    return redirect(url_for("colleagues.index"), 303)


def _status() -> int:
    return 422 if request.method == "POST" else 200
