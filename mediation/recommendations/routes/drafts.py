"""A draft: from a signal, from one case, or from a company and a cause; its text; how it would look on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from mediation.cases import queries as case_queries
from mediation.companies import queries as companies
from mediation.companies.models import Company
from mediation.core import clock
from mediation.core.actor import Actor, current_actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from mediation.core.permissions import P, requires
from mediation.recommendations import queries, service
from mediation.recommendations.effect import add_months
from mediation.recommendations.forms import DraftForm, StartForm, cause_choices
from mediation.recommendations.lifecycle import Event, available
from mediation.recommendations.models import Recommendation
from mediation.recommendations.routes import bp
from mediation.statistics.models import Signal
from mediation.statistics.period import Period
from mediation.statistics.queries import cause_labels
from mediation.statistics.queries.recurrence import cases_alike, cases_among

MOST_CASES = 200


@dataclass(frozen=True)
class Start:
    """What a new draft is about. ``chosen`` are the cases ticked at first."""

    company: Company
    cause: str
    since: date
    chosen: tuple[int, ...]
    signal: Signal | None = None


@bp.route("/new", methods=["GET", "POST"])
@requires(P.RECOMMENDATION_MANAGE)
def new():
    actor = current_actor()
    start = _start(actor)
    if start is None:
        return _ask_for_start()
    proposed = service.propose(actor, company=start.company, cause=start.cause, case_ids=start.chosen)
    form = DraftForm(data=vars(proposed))
    if request.form.get("action") == "rewrite":
        _rewrite(actor, form, start)
    elif form.validate_on_submit():
        try:
            row = service.draft(
                actor, company=start.company, cause=start.cause, given=form.given(), signal=start.signal
            )
        except (Forbidden, NotFound, Conflict):
            raise
        except DomainError as error:
            form.take(error)
            db.session.rollback()
            start = _start(actor) or start
        else:
            flash(_("草稿已保存，请由另一人复核。"), "success")
            return redirect(url_for(".show", recommendation_id=row.id), 303)
    return _form_page(form, start), 422 if form.errors else 200


def _start(actor: Actor) -> Start | None:
    """From the address: a signal, a case, or a company and a cause. Raises NotFound for one that is not there."""
    args = request.args
    if args.get("signal"):
        signal = service.signal_for(actor, _number(args["signal"]))
        company = companies.survivor_of(companies.get_for(actor, signal.company_id))
        cause = signal.cause or _common_cause(actor, signal)
        since = min(signal.from_on, _year_ago())
        return Start(company, cause, since, tuple(signal.case_ids), signal)
    if args.get("case"):
        case = case_queries.get_for(actor, args["case"])
        if case.main_company_id is None:
            raise Conflict(_("这件案件没有登记公司，不能据此起草"))
        company = companies.get_for(actor, case.main_company_id)
        return Start(company, case.category_code, min(case.received_on, _year_ago()), (case.id,))
    form = StartForm(args)
    company = _company(actor)
    if company is None or not args.get("cause"):
        return None
    since = min(form.since.data or _year_ago(), clock.today())
    alike = cases_alike(actor, company, args["cause"], Period(since, clock.today()), limit=MOST_CASES)
    return Start(company, args["cause"], since, tuple(row.id for row in alike))


def _company(actor: Actor) -> Company | None:
    """The company of the address, by its key or, where no script has put one, by its exact name."""
    key, name = request.args.get("company"), (request.args.get("company_name") or "").strip()
    if key:
        return companies.survivor_of(companies.get_for(actor, _number(key)))
    return companies.by_exact_name(actor.committee_id or 0, name) if name else None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise NotFound()
    return int(text)


def _year_ago() -> date:
    return add_months(clock.today(), -12)


def _common_cause(actor: Actor, signal: Signal) -> str:
    """The cause of a signal over all causes: that of most of its cases. Raises Conflict where it has none."""
    codes = [row.category_code for row in cases_among(actor, signal.case_ids)]
    if not codes:
        raise Conflict(_("这条信号没有可用的案件，请从公司和案由起草"))
    return max(sorted(set(codes)), key=codes.count)


def _ask_for_start():
    """The page that asks what the draft is about."""
    form = StartForm(request.args if request.args else None)
    form.cause.choices = cause_choices(cause_labels())
    is_asked = bool(request.args) and "cause" in request.args
    if is_asked or request.method == "POST":
        form.validate()
        if form.company_name.data and _company(current_actor()) is None:
            form.company_name.errors = [_("没有找到这家公司，请从提示中选择")]
    return render_template("recommendations/start.html", form=form), 422 if form.errors else 200


def _rewrite(actor: Actor, form: DraftForm, start: Start) -> None:
    """Write the problem anew from the cases that are ticked now; everything else stays as typed."""
    chosen = tuple(form.case_ids.data or ())
    form.problem.data = service.propose(actor, company=start.company, cause=start.cause, case_ids=chosen).problem
    form.problem.raw_data = None


def _form_page(form: DraftForm, start: Start, row: Recommendation | None = None) -> str:
    actor = current_actor()
    alike = cases_alike(actor, start.company, start.cause, Period(start.since, clock.today()), limit=MOST_CASES)
    more = cases_among(actor, {*start.chosen, *(form.case_ids.data or ())} - {one.id for one in alike})
    return render_template(
        "recommendations/form.html",
        form=form,
        start=start,
        row=row,
        cause=cause_labels().get(start.cause, start.cause),
        cases=sorted([*alike, *more], key=lambda one: (one.received_on, one.id), reverse=True),
        causes=cause_labels(),
    )


@bp.route("/<int:recommendation_id>/edit", methods=["GET", "POST"])
@requires(P.RECOMMENDATION_MANAGE)
def edit(recommendation_id: int):
    actor = current_actor()
    row = queries.get_for(actor, recommendation_id, lock=request.method == "POST")
    if Event.CHANGE not in available(service.facts_of(actor, row), service.permissions_of(actor)):
        raise Conflict(_("只有草稿可以修改；已复核的请先退回"))
    form, start = DraftForm.of(row, queries.case_ids_of(row)), _start_of(actor, row)
    if request.form.get("action") == "rewrite":
        _rewrite(actor, form, start)
    elif form.validate_on_submit():
        try:
            service.edit(actor, recommendation=row, given=form.given(), version=form.version.data)
        except (Forbidden, NotFound, Conflict):
            raise
        except DomainError as error:
            form.take(error)
            db.session.rollback()
            row = queries.get_for(actor, recommendation_id)
            form.version.data, form.version.raw_data = row.version, None
        else:
            flash(_("草稿已保存。"), "success")
            return redirect(url_for(".show", recommendation_id=row.id), 303)
    return _form_page(form, _start_of(actor, row), row), 422 if form.errors else 200


def _start_of(actor: Actor, row: Recommendation) -> Start:
    company = companies.survivor_of(companies.get_for(actor, row.company_id))
    return Start(company, row.cause, _year_ago(), tuple(queries.case_ids_of(row)))


@bp.get("/<int:recommendation_id>/preview.pdf")
@requires(P.RECOMMENDATION_MANAGE)
def preview(recommendation_id: int):
    """How the letter would look, marked as a draft."""
    actor = current_actor()
    row = queries.get_for(actor, recommendation_id)
    content = service.preview(actor, recommendation=row)
    headers = {"Content-Disposition": "inline; filename=draft.pdf", "Cache-Control": "no-store"}
    return Response(content, mimetype="application/pdf", headers=headers)
