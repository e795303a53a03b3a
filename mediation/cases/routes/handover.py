"""The hand-over list."""

from __future__ import annotations

from datetime import date

from flask import render_template, request
from flask_babel import gettext as _

from mediation.accounts import queries as accounts
from mediation.cases import handover as lists
from mediation.cases.routes import bp
from mediation.core import clock
from mediation.core.actor import Actor, Role, current_actor
from mediation.core.dates import DateError, parse_day
from mediation.core.permissions import P, requires
from mediation.core.web.requests import key


@bp.get("/handover")
@requires(P.CASE_HANDLE)
def handover():
    actor = current_actor()
    person = lists.person_for(actor, request.args.get("person", type=key))
    first, until, problem = _span()
    return render_template(
        "cases/handover.html",
        person=person,
        people=_people(actor),
        first=first,
        until=until,
        typed=request.args,
        problem=problem,
        lines=lists.lines_for(actor, person, first, until) if not problem else [],
    )


def _span() -> tuple[date, date, str]:
    """First and last day, and what is wrong with what was typed."""
    today = clock.today()
    try:
        first = parse_day(request.args["from"], today) if request.args.get("from") else today
        until = parse_day(request.args["to"], today) if request.args.get("to") else first + lists.SPAN
    except DateError:
        return today, today + lists.SPAN, _("看不懂这个日期，请写成 2026-11-22 或 2026年11月22日")
    if until < first:
        return first, until, _("结束日早于开始日")
    if until - first > lists.LONGEST:
        return first, until, _("最长列出一年")
    return first, until, ""


def _people(actor: Actor) -> list[tuple[int, str]]:
    """Whose lists can be chosen."""
    if actor.has(Role.COMMITTEE):
        handling = {Role.LAWYER.value, Role.JUDICIAL.value, Role.COMMITTEE.value}
        found = [user for user in accounts.users_for(actor) if handling & {row.role for row in user.roles}]
        return [(user.id, user.name) for user in found]
    names = accounts.names_for(actor, {actor.user_id or 0, *actor.deputises_for})
    return sorted(names.items(), key=lambda pair: (pair[0] != actor.user_id, pair[1]))
