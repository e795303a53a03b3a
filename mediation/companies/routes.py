"""Pages of companies: search and tree, one company, its upkeep, merges, clients of law firms."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from mediation.companies import panels, queries, service
from mediation.companies.forms import (
    AliasForm,
    ClientForm,
    CompanyForm,
    MergeForm,
    NewCompanyForm,
    PlaceForm,
    picked,
)
from mediation.companies.headcount_routes import bp as headcounts
from mediation.companies.labels import LEVELS, RELATIONS
from mediation.companies.models import Company
from mediation.core import clock
from mediation.core.actor import Role, current_actor
from mediation.core.errors import DomainError
from mediation.core.permissions import P, granted, requires

bp = Blueprint("companies", __name__, url_prefix="/companies")
blueprints = (bp, headcounts)

MOST_FOUND = 50
MOST_SUGGESTED = 10
MOST_TYPED = 120  # no name is longer, and SQLite refuses a pattern of a page's length


def _cursors() -> dict[str, str | None]:
    return {"after": request.args.get("after"), "before": request.args.get("before")}


def _shown(actor: Any, companies: list[Company]) -> dict[str, Any]:
    """What a list of companies needs beside the rows."""
    return {
        "paths": queries.path_texts(companies),
        "counts": queries.child_counts([company.id for company in companies]),
        "levels": LEVELS,
    }


@bp.route("/")
@requires(P.COMPANY_READ)
def index():
    actor = current_actor()
    text, unverified = request.args.get("q", "").strip()[:MOST_TYPED], request.args.get("show") == "unverified"
    if text:
        rows, page = queries.search_for(actor, text, limit=MOST_FOUND), None
    else:
        page = (queries.unverified_for if unverified else queries.tops_for)(actor, **_cursors())
        rows = list(page.rows)
    return render_template(
        "companies/index.html",
        rows=rows,
        page=page,
        text=text,
        unverified=unverified,
        most=MOST_FOUND,
        **_shown(actor, rows),
    )


@bp.route("/suggest")
@requires(P.COMPANY_READ)
def suggest():
    found = queries.search_for(current_actor(), request.args.get("q", "")[:MOST_TYPED], limit=MOST_SUGGESTED)
    paths = queries.path_texts(found)
    results = [
        {
            "id": company.id,
            "label": company.name,
            "detail": " · ".join(part for part in (company.short_name, paths[company.id]) if part),
            "name": company.name,
            "short_name": company.short_name,
            "path_text": paths[company.id],
        }
        for company in found
    ]
    return jsonify(results=results)


@bp.route("/<int:company_id>")
@requires(P.COMPANY_READ)
def show(company_id: int):
    actor = current_actor()
    company = queries.get_for(actor, company_id)
    if company.merged_into_id is not None:
        flash(_("“%(name)s”已并入这家公司。", name=company.name))
        return redirect(url_for(".show", company_id=queries.get_for(actor, company.merged_into_id).id), 303)
    return _show_page(company, AliasForm())


def _show_page(company: Company, alias_form: AliasForm) -> str:
    actor = current_actor()
    children = queries.children_for(actor, company, **_cursors())
    return render_template(
        "companies/show.html",
        company=company,
        ancestors=queries.ancestors_for(actor, company),
        children=children,
        aliases=queries.aliases_of(company),
        merges=queries.merges_into(company) if granted(actor, P.COMPANY_MANAGE) else [],
        undo_from=clock.now() - service.UNDO_PERIOD,
        clients=queries.clients_of_tree_for(actor, company),
        relations=RELATIONS,
        links=_links(company),
        panels=panels.panels_for(actor, company),
        alias_form=alias_form,
        **_shown(actor, list(children.rows)),
    )


def _links(company: Company) -> list[tuple[str, str]]:
    """Where the company's cases and figures are, for those who may open them."""
    wanted = (
        (_("案件"), "cases.index", P.CASE_READ),
        (_("统计"), "statistics.index", P.STATISTICS_READ),
    )
    actor = current_actor()
    return [
        (label, url_for(endpoint, company=company.id))
        for label, endpoint, permission in wanted
        if endpoint in current_app.view_functions and granted(actor, permission)
    ]


@bp.route("/new", methods=["GET", "POST"])
@requires(P.COMPANY_MANAGE)
def new():
    actor, form = current_actor(), NewCompanyForm(**_parent_of_address())
    if form.validate_on_submit():
        try:
            parent = picked(actor, form.parent_name, form.parent_id)
            company = service.create_company(actor, parent=parent, level=form.wanted_level(), **form.details())
        except DomainError as error:
            form.take(_at_name(error))
        else:
            flash(_("公司已登记。"), "success")
            return redirect(url_for(".show", company_id=company.id), 303)
    return render_template("companies/form.html", form=form, company=None), 422 if form.is_submitted() else 200


def _parent_of_address() -> dict[str, Any]:
    """The parent that the link "a company below this one" names."""
    wanted = request.args.get("parent", "")
    found = queries.many_for(current_actor(), [int(wanted)]) if wanted.isdigit() else []
    return {"parent_name": found[0].name, "parent_id": str(found[0].id)} if found else {}


def _at_name(error: DomainError) -> DomainError:
    """Errors of the hidden id belong to the name people see."""
    shown = {"parent_id": "parent_name", "target_id": "target_name", "company_id": "company_name"}
    if error.field in shown:
        error.field = shown[error.field]
    return error


@bp.route("/<int:company_id>/edit", methods=["GET", "POST"])
@requires(P.COMPANY_MANAGE)
def edit(company_id: int):
    actor = current_actor()
    company = queries.get_for(actor, company_id)
    form = CompanyForm(obj=company)
    if form.validate_on_submit():
        try:
            service.change_company(actor, company=company, **form.details())
        except DomainError as error:
            form.take(error)
        else:
            flash(_("已保存。"), "success")
            return redirect(url_for(".show", company_id=company.id), 303)
    return render_template("companies/form.html", form=form, company=company), 422 if form.is_submitted() else 200


@bp.route("/<int:company_id>/move", methods=["GET", "POST"])
@requires(P.COMPANY_MANAGE)
def move(company_id: int):
    actor = current_actor()
    company = queries.get_for(actor, company_id)
    above = queries.ancestors(company)[-1:]
    form = PlaceForm(
        parent_name=above[0].name if above else None,
        parent_id=str(company.parent_id or ""),
        level=str(company.level) if above else None,
    )
    if form.validate_on_submit():
        try:
            parent = picked(actor, form.parent_name, form.parent_id)
            service.move(actor, company=company, parent=parent, level=form.wanted_level())
        except DomainError as error:
            form.take(_at_name(error))
        else:
            flash(_("已移到新的位置，下级公司和案件一并跟随。"), "success")
            return redirect(url_for(".show", company_id=company.id), 303)
    return render_template("companies/move.html", form=form, company=company), 422 if form.is_submitted() else 200


@bp.route("/<int:company_id>/aliases", methods=["POST"])
@requires(P.COMPANY_MANAGE)
def alias(company_id: int):
    actor = current_actor()
    company = queries.get_for(actor, company_id)
    form = AliasForm()
    if form.validate_on_submit():
        try:
            service.add_alias(actor, company=company, name=form.alias.data)
        except DomainError as error:
            form.take(error)
        else:
            flash(_("别名已添加。"), "success")
            return redirect(url_for(".show", company_id=company.id), 303)
    return _show_page(company, form), 422


@bp.route("/<int:company_id>/aliases/<int:alias_id>/remove", methods=["POST"])
@requires(P.COMPANY_MANAGE)
def remove_alias(company_id: int, alias_id: int):
    actor = current_actor()
    company = queries.get_for(actor, company_id)
    service.remove_alias(actor, alias=queries.get_alias(company, alias_id))
    flash(_("别名已删除。"), "success")
    return redirect(url_for(".show", company_id=company.id), 303)


@bp.route("/<int:company_id>/merge", methods=["GET", "POST"])
@requires(P.COMPANY_MANAGE)
def merge(company_id: int):
    actor = current_actor()
    company = queries.get_for(actor, company_id)
    form = MergeForm()
    if form.validate_on_submit():
        try:
            target = picked(actor, form.target_name, form.target_id) or company
            service.merge(actor, source=company, target=target, reason=form.reason.data)
        except DomainError as error:
            form.take(_at_name(error))
        else:
            flash(_("已合并。30 天内可以在本页撤销。"), "success")
            return redirect(url_for(".show", company_id=target.id), 303)
    return render_template("companies/merge.html", form=form, company=company), 422 if form.is_submitted() else 200


@bp.route("/merges/<int:merge_id>/undo", methods=["POST"])
@requires(P.COMPANY_MANAGE)
def undo(merge_id: int):
    actor = current_actor()
    source = service.undo_merge(actor, merged=queries.get_merge_for(actor, merge_id))
    flash(_("合并已撤销。"), "success")
    return redirect(url_for(".show", company_id=source.id), 303)


@bp.route("/clients", methods=["GET", "POST"])
@requires(P.FIRM_CLIENT_DECLARE)
def clients():
    actor = current_actor()
    form = ClientForm()
    firms = queries.law_firms(actor.committee_id or 0) if actor.has(Role.COMMITTEE) else []
    form.office_id.choices = [(str(key), name) for key, name in firms]
    if form.validate_on_submit():
        try:
            _declare(form)
        except DomainError as error:
            form.take(_at_name(error))
        else:
            flash(_("已申报。涉及这家公司及其关联公司的案件，本所律师不能承办。"), "success")
            return redirect(url_for(".clients"), 303)
    page = render_template(
        "companies/clients.html", form=form, lines=queries.clients_for(actor), relations=RELATIONS, firms=firms
    )
    return page, 422 if form.is_submitted() else 200


def _declare(form: ClientForm) -> None:
    actor = current_actor()
    company = picked(actor, form.company_name, form.company_id)
    office_id = int(form.office_id.data) if form.office_id.data else actor.office_id
    if company is None or office_id is None:
        raise DomainError(_("请选择律师事务所"), field="office_id")
    service.declare_client(
        actor,
        office_id=office_id,
        company=company,
        from_on=form.from_on.data,
        to_on=form.to_on.data,
        relation=form.relation.data,
    )


@bp.route("/clients/<int:client_id>/end", methods=["POST"])
@requires(P.FIRM_CLIENT_DECLARE)
def end_client(client_id: int):
    actor = current_actor()
    service.end_client(actor, client=queries.get_client_for(actor, client_id))
    flash(_("已记为今天起不再代理。"), "success")
    return redirect(url_for(".clients"), 303)
