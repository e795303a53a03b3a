"""The case page, and why a day is that day."""

from __future__ import annotations

from flask import render_template

from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cases import act_labels, company_desk, labels, page, policy, queries, why
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
        act_words=act_labels,
        party_labels=party_labels,
        rules=RULES,
        rights=deadlines.RIGHTS,
        ways=deadlines.WAYS,
        dated=company_desk.dated_in(actor, case) if policy.is_company(actor) else [],
        may_add_file=policy.may_add_file(actor, case),
    )


@bp.get("/cases/<number>/deadlines/<int:deadline_id>")
@requires(P.CASE_READ)
def deadline(number: str, deadline_id: int):
    """Why this day: the count day by day and everything it rests on, printable. The look is recorded."""
    actor = current_actor()
    case = queries.get_for(actor, number)
    found = why.explain(actor, case, deadline_id)
    if found is None:
        raise NotFound()
    record(actor, AuditEvent.CASE_VIEWED, subject=("case_file", case.id), case_id=case.id)
    return render_template("cases/deadline.html", case=case, why=found, deadline=found.deadline, rule=found.rule)
