"""The case page, and why a day is that day."""

from __future__ import annotations

from flask import render_template

from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cases import labels, page, policy, queries
from mediation.cases.routes import bp
from mediation.core.actor import current_actor
from mediation.core.errors import NotFound
from mediation.core.permissions import P, requires
from mediation.deadlines import queries as deadlines
from mediation.deadlines.rules import RULES
from mediation.parties import labels as party_labels


@bp.get("/cases/<number>")
@requires(P.CASE_READ)
def show(number: str):
    """The whole case on one page, with the next step as its one button. The look is recorded."""
    actor = current_actor()
    case = queries.get_for(actor, number)
    record(actor, AuditEvent.CASE_VIEWED, subject=("case_file", case.id), case_id=case.id)
    return render_template(
        "cases/show.html",
        page=page.build(actor, case),
        case=case,
        labels=labels,
        party_labels=party_labels,
        rules=RULES,
        rights=deadlines.RIGHTS,
        ways=deadlines.WAYS,
        may_add_file=policy.may_add_file(actor, case),
    )


@bp.get("/cases/<number>/deadlines/<int:deadline_id>")
@requires(P.CASE_READ)
def deadline(number: str, deadline_id: int):
    """Why this day: the count day by day, printable."""
    actor = current_actor()
    case = queries.get_for(actor, number)
    row = next((one for one in page.deadlines_for(actor, case) if one.id == deadline_id), None)
    if row is None:
        raise NotFound()
    versions = deadlines.rule_versions(row.rule_code)
    events = queries.timeline_for(actor, case)
    return render_template(
        "cases/deadline.html",
        case=case,
        deadline=row,
        rule=next((one for one in versions if one.version == row.rule_version), None),
        event=next((one for one in events if one.id == row.trigger_event_id), None),
        labels=labels,
    )
