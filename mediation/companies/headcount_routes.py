"""How many couriers work where: the page that keeps the base of all rates."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from mediation.attachments import drafts
from mediation.attachments.sniff import XLSX, clean_name
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.companies import headcount_queries, headcount_sheets, queries, service
from mediation.companies.headcount_forms import HeadcountFileForm, HeadcountForm, HeadcountsForm
from mediation.companies.labels import LEVELS
from mediation.companies.models import Company
from mediation.companies.panels import PANELS, Panel
from mediation.core import clock
from mediation.core.actor import Actor, current_actor
from mediation.core.errors import DomainError, NotFound
from mediation.core.permissions import P, granted, requires

bp = Blueprint("headcounts", __name__, url_prefix="/companies")
MANY, FILE = "many", "file"  # three forms stand on one page
DRAFT = "headcounts"
MOST_SHOWN = 300


def _page(
    company: Company,
    one: HeadcountForm | None = None,
    many: HeadcountsForm | None = None,
    upload: HeadcountFileForm | None = None,
) -> str:
    actor = current_actor()
    return render_template(
        "companies/headcounts.html",
        company=company,
        levels=LEVELS,
        history=headcount_queries.history_of(company),
        places=headcount_queries.places_for(actor, company, clock.today()),
        one=one or HeadcountForm(formdata=None),
        many=many or HeadcountsForm(formdata=None, prefix=MANY),
        upload=upload or HeadcountFileForm(formdata=None, prefix=FILE),
        kinds=",".join(headcount_sheets.KINDS),
    )


@bp.get("/<int:company_id>/headcounts")
@requires(P.HEADCOUNT_RECORD)
def show(company_id: int):
    company = queries.get_for(current_actor(), company_id)
    return _page(company)


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
    return _page(company, one=form), 422


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
    return _page(company, many=form), 422


@bp.get("/<int:company_id>/headcounts/template.xlsx")
@requires(P.HEADCOUNT_RECORD)
def template(company_id: int):
    """A workbook with every company of the tree, to fill in and upload."""
    actor = current_actor()
    tree = headcount_queries.whole_tree_for(actor, queries.get_for(actor, company_id))
    return _workbook(headcount_sheets.template([one.name for one in tree], clock.today()), "headcounts.xlsx")


@bp.post("/<int:company_id>/headcounts/file")
@requires(P.HEADCOUNT_RECORD)
def upload(company_id: int):
    """Seal an upload and go on to its preview; what cannot be read is refused at the field."""
    actor = current_actor()
    company, form = queries.get_for(actor, company_id), HeadcountFileForm(prefix=FILE)
    if form.validate_on_submit():
        data, name = form.file.data.read(), clean_name(form.file.data.filename or "", default="headcounts")
        said = {"from_on": form.from_on.data, "source": form.source.data or ""}
        try:
            service.preview_headcounts(actor, company=company, data=data, filename=name, **said)
        except DomainError as error:
            form.take(error)
        else:
            about = {"company": company.id, "from_on": said["from_on"].isoformat(), "source": said["source"]}
            draft = drafts.keep(actor, DRAFT, data=data, filename=name, about=about)
            return redirect(url_for(".preview", company_id=company.id, draft=draft), 303)
    return _page(company, upload=form), 422


@bp.get("/<int:company_id>/headcounts/file/<draft>")
@requires(P.HEADCOUNT_RECORD)
def preview(company_id: int, draft: str):
    """What would come of each row of an upload; nothing is written."""
    company, filename, seen = _seen(company_id, draft)
    return render_template(
        "companies/headcount_preview.html",
        company=company,
        filename=filename,
        draft=draft,
        seen=seen,
        good=seen.of(service.NEW, service.CORRECTION, service.KNOWN)[:MOST_SHOWN],
        faulty=seen.of(service.FAULTY),
        most=MOST_SHOWN,
        to_write=len(seen.of(service.NEW, service.CORRECTION)),
    )


@bp.post("/<int:company_id>/headcounts/file/<draft>")
@requires(P.HEADCOUNT_RECORD)
def confirm(company_id: int, draft: str):
    """Write down what the preview showed, but for the rows with problems."""
    company, _filename, seen = _seen(company_id, draft)
    made = service.import_headcounts(current_actor(), company=company, seen=seen)
    flash(_("已登记 %(count)d 条人数。", count=len(made)), "success")
    if seen.problems:
        return redirect(url_for(".preview", company_id=company.id, draft=draft), 303)
    return redirect(url_for(".show", company_id=company.id), 303)


@bp.get("/<int:company_id>/headcounts/file/<draft>/problems.xlsx")
@requires(P.HEADCOUNT_RECORD)
def problems(company_id: int, draft: str):
    """The rows of an upload that cannot be taken, in their own layout, with the problem beside each."""
    _company, _filename, seen = _seen(company_id, draft)
    content = headcount_sheets.to_mend(seen.sheet, seen.problems)
    fields = {"list": "headcounts", "rows": len(seen.problems), "format": "xlsx", "filters": {}}
    record(current_actor(), AuditEvent.LIST_EXPORTED, subject=("company_headcount", None), **fields)
    return _workbook(content, "headcounts-problems.xlsx")


def _seen(company_id: int, token: str) -> tuple[Company, str, service.HeadcountPreview]:
    """The company, the file's name and what would come of it. Raises NotFound for another's upload."""
    actor = current_actor()
    company, draft = queries.get_for(actor, company_id), drafts.open_for(actor, DRAFT, token)
    if draft.about["company"] != company.id:
        raise NotFound()
    said = {"from_on": date.fromisoformat(draft.about["from_on"]), "source": draft.about["source"]}
    seen = service.preview_headcounts(actor, company=company, data=draft.data, filename=draft.filename, **said)
    return company, draft.filename, seen


def _workbook(content: bytes, filename: str) -> Response:
    response = Response(content, mimetype=XLSX)
    response.headers["Content-Disposition"] = f"attachment; filename={filename}"
    return response


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
