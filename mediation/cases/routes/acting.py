"""How every act of a case runs: load in scope, ask the table, show the form, call the service, go back to the case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from mediation.cases import labels, queries, service
from mediation.cases.forms.act import ActForm
from mediation.cases.labels import EVENTS, blocker_text
from mediation.cases.lifecycle import CaseFacts, Event, Transition, rows_for
from mediation.cases.lifecycle.steps import hard_blockers
from mediation.cases.models import Case
from mediation.core.actor import Actor, current_actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound

Call = Callable[[Actor, Case, Any], object]


def perform(
    number: str,
    event: Event | Callable[[Case], Event],
    form_class: type[ActForm],
    call: Call,
    *,
    template: str = "cases/acts/act.html",
    title: object = None,
    done: object = None,
    back: str = "cases.show",
    **shown: Any,
):
    """GET: the form of an act. POST: do it and go ``back`` to the case; what is wrong is shown at its field (422).

    ``call(actor, case, form)`` calls the service. ``shown`` goes into the template; functions are called with
    (actor, case) first. Raises NotFound out of scope, Forbidden for the role, Conflict in the wrong state.
    """
    actor = current_actor()
    case = queries.get_for(actor, number, lock=request.method == "POST")
    kind = event if isinstance(event, Event) else event(case)
    facts = service.facts_of(case)
    row = row_of(actor, facts, kind)
    form = form_class()
    form.offer(actor, case)
    if form.validate_on_submit():
        try:
            call(actor, case, form)
        except (Forbidden, NotFound, Conflict):
            raise
        except DomainError as error:
            form.take(error)
            db.session.rollback()  # the page shows the case as it is stored beside what was typed
            case = queries.get_for(actor, number)
        else:
            flash(done or _("已登记：%(act)s。", act=title or EVENTS[kind]), "success")
            return redirect(url_for(back, number=case.number), 303)
    words = {name: value(actor, case) if callable(value) else value for name, value in shown.items()}
    page = render_template(
        template,
        case=case,
        form=form,
        labels=labels,
        event=kind,
        title=title or EVENTS[kind],
        row=row,
        blockers=[blocker_text(code) for code in hard_blockers(row, facts)],
        **words,
    )
    return page, 422 if request.method == "POST" else 200


def row_of(actor: Actor, facts: CaseFacts, event: Event) -> Transition:
    """The table's row for an act of this actor in this state, an unblocked one first. Raises Conflict or Forbidden."""
    rows = rows_for(event, facts.state, facts.track)
    if not rows:
        raise Conflict(blocker_text("not_in_this_state"))
    permissions = service.permissions_of(actor)
    mine = [row for row in rows if row.permission in permissions]
    if not mine:
        raise Forbidden()
    return next((row for row in mine if not hard_blockers(row, facts)), mine[0])
