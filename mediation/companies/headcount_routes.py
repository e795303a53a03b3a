"""How many couriers work where: the page that keeps the base of all rates."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from mediation.companies import headcount_queries, queries, service
from mediation.companies.headcount_forms import HeadcountForm, HeadcountsForm
from mediation.companies.labels import LEVELS
from mediation.companies.models import Company
from mediation.companies.panels import PANELS, Panel
from mediation.core import clock
from mediation.core.actor import Actor, current_actor
from mediation.core.errors import DomainError
from mediation.core.permissions import P, granted, requires

bp = Blueprint("headcounts", __name__, url_prefix="/companies")
MANY = "many"  # both forms stand on one page


def _page(company: Company, one: HeadcountForm, many: HeadcountsForm) -> str:
    actor = current_actor()
    return render_template(
        "companies/headcounts.html",
        company=company,
        levels=LEVELS,
        history=headcount_queries.history_of(company),
        places=headcount_queries.places_for(actor, company, clock.today()),
        one=one,
        many=many,
    )


@bp.get("/<int:company_id>/headcounts")
@requires(P.HEADCOUNT_RECORD)
def show(company_id: int):
    company = queries.get_for(current_actor(), company_id)
    return _page(company, HeadcountForm(formdata=None), HeadcountsForm(formdata=None, prefix=MANY))


@bp.post("/<int:company_id>/headcounts")
@requires(P.HEADCOUNT_RECORD)
def save(company_id: int):
    actor = current_actor()
    company, form = queries.get_for(actor, company_id), HeadcountForm()
    if form.validate_on_submit():
        figure = {"from_on": form.from_on.data, "couriers": form.couriers.data, "source": form.source.data}
        try:
            service.record_headcount(actor, company=company, **figure)
        except DomainError as error:
            form.take(error)
        else:
            flash(_("人数已登记。"), "success")
            return redirect(url_for(".show", company_id=company.id), 303)
    return _page(company, form, HeadcountsForm(formdata=None, prefix=MANY)), 422


@bp.post("/<int:company_id>/headcounts/many")
@requires(P.HEADCOUNT_RECORD)
def save_many(company_id: int):
    actor = current_actor()
    company, form = queries.get_for(actor, company_id), HeadcountsForm(prefix=MANY)
    if form.validate_on_submit():
        figures = {"from_on": form.from_on.data, "source": form.source.data, "lines": form.lines.data}
        try:
            made = service.record_headcounts(actor, company=company, **figures)
        except DomainError as error:
            form.take(error)
        else:
            flash(_("已登记 %(count)d 家的人数。", count=len(made)), "success")
            return redirect(url_for(".show", company_id=company.id), 303)
    return _page(company, HeadcountForm(formdata=None), form), 422


@bp.post("/headcounts/<int:entry_id>/remove")
@requires(P.HEADCOUNT_RECORD)
def remove(entry_id: int):
    actor = current_actor()
    entry = headcount_queries.get_for(actor, entry_id)
    company_id = entry.company_id
    service.remove_headcount(actor, entry=entry)
    flash(_("已删除这条人数。"), "success")
    return redirect(url_for(".show", company_id=company_id), 303)


def headcount_panel(actor: Actor, company: Company) -> Panel | None:
    """What is known on a company's page, for whoever reads figures."""
    may_record = granted(actor, P.HEADCOUNT_RECORD)
    if not may_record and not granted(actor, P.STATISTICS_READ):
        return None
    places = headcount_queries.places_for(actor, company, clock.today())
    return Panel(
        _("快递员人数"),
        "companies/_headcount_panel.html",
        {
            "own": next((place.entry for place in places if place.company.id == company.id), None),
            "total": sum(place.entry.couriers for place in places if place.entry),
            "counted": [place for place in places if place.entry],
            "without": [place.company for place in places if place.is_leaf and not place.entry],
            "has_tree": len(places) > 1,
        },
        sort=40,
        href=url_for("headcounts.show", company_id=company.id) if may_record else None,
        link_label=_("登记人数"),
    )


PANELS.append(headcount_panel)
