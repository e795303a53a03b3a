"""The list, one recommendation, its letter and its files."""

from __future__ import annotations

from flask import render_template, request, url_for

from mediation.attachments import service as attachments
from mediation.companies import queries as companies
from mediation.companies.models import Company
from mediation.core import clock
from mediation.core.actor import current_actor
from mediation.core.db import db
from mediation.core.permissions import P, requires
from mediation.documents import sealing
from mediation.recommendations import labels, page, queries, service
from mediation.recommendations.lifecycle import Event, Status, available
from mediation.recommendations.models import Recommendation
from mediation.recommendations.policy import is_company_side
from mediation.recommendations.queries import Wanted
from mediation.recommendations.routes import bp
from mediation.statistics.queries import cause_labels
from mediation.statistics.queries.recurrence import cases_among


@bp.get("/")
@requires(P.RECOMMENDATION_READ)
def index():
    actor, args = current_actor(), request.args
    company = next(iter(companies.many_for(actor, _ids(args.get("company")))), None)
    status = next((one for one in Status if one.value == args.get("status")), None)
    wanted = Wanted(status=status, company=company.id if company else None, late=args.get("late") == "1")
    found = queries.list_for(actor, wanted, after=args.get("after"), before=args.get("before"))
    as_company = is_company_side(actor)
    return render_template(
        "recommendations/index.html",
        page_of=found,
        wanted=wanted,
        company=company,
        counts=queries.counts_for(actor),
        causes=cause_labels(),
        statuses=labels.STATUSES,
        tones=labels.TONES,
        Status=Status,
        as_company=as_company,
        signals=[] if as_company else queries.open_signals(actor),
        address=lambda **other: url_for(".index", **_arguments(wanted, other)),
    )


def _ids(text: str | None) -> list[int]:
    return [int(text)] if text and text.isascii() and text.isdigit() and len(text) < 18 else []


def _arguments(wanted: Wanted, other: dict[str, object]) -> dict[str, object]:
    """The arguments of the list's address, some of them changed (None takes one away)."""
    found: dict[str, object | None] = {
        "status": wanted.status.value if wanted.status else None,
        "company": wanted.company,
        "late": "1" if wanted.late else None,
        **other,
    }
    return {name: value for name, value in found.items() if value is not None}


@bp.get("/<int:recommendation_id>")
@requires(P.RECOMMENDATION_READ)
def show(recommendation_id: int):
    actor = current_actor()
    row = queries.get_for(actor, recommendation_id)
    service.opened(actor, row)
    return render_template("recommendations/show.html", **page_values(row))


def page_values(row: Recommendation) -> dict[str, object]:
    """What the page of one recommendation needs."""
    actor = current_actor()
    history, facts = queries.entries_for(actor, row), service.facts_of(actor, row)
    permissions, as_company = service.permissions_of(actor), is_company_side(actor)
    causes = cause_labels()
    cause = causes.get(row.cause, row.cause)
    return {
        "row": row,
        "company": db.session.get_one(Company, row.company_id),
        "cause": cause,
        "status": Status(row.status),
        "labels": labels,
        "as_company": as_company,
        "is_late": facts.is_late,
        "step": page.step_of(actor, row, history, facts),
        "acts": page.acts_of(facts, permissions),
        "events": {event.name.lower(): event for event in available(facts, permissions)},
        "Event": Event,
        "can_seal": sealing.is_installed(),
        "history": history,
        "files": queries.files_for(actor, row),
        "advice": service.advice_of(row),
        "replies": [entry for entry in history if entry.kind == "answered"],
        "measures": service.measures_of(history),
        "effect": page.effect_view(queries.effect_of(actor, row), row, cause),
        "openings": [] if as_company else queries.openings_of(row),
        "cases": [] if as_company else cases_among(actor, queries.case_ids_of(row)),
        "today_on": clock.today(),
        "civil": clock.civil_date,
    }


@bp.get("/<int:recommendation_id>/letter.pdf")
@requires(P.RECOMMENDATION_READ)
def letter(recommendation_id: int):
    """The letter as issued; opened by the company it counts as read."""
    actor = current_actor()
    row = queries.get_for(actor, recommendation_id)
    service.opened(actor, row)
    return service.as_response(actor, row, sealed=False)


@bp.get("/<int:recommendation_id>/sealed.pdf")
@requires(P.RECOMMENDATION_READ)
def sealed(recommendation_id: int):
    """The letter with the committee's electronic seal."""
    actor = current_actor()
    row = queries.get_for(actor, recommendation_id)
    service.opened(actor, row)
    return service.as_response(actor, row, sealed=True)


@bp.get("/<int:recommendation_id>/files/<int:evidence_id>")
@requires(P.RECOMMENDATION_READ)
def open_file(recommendation_id: int, evidence_id: int):
    """A file of the history."""
    actor = current_actor()
    row = queries.get_for(actor, recommendation_id)
    return attachments.as_response(actor, queries.file_for(actor, row, evidence_id), inline=True)
