"""The sessions of a day or a week, room by room; printable for the door of the station."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import render_template, request

from mediation.cases import invitations, labels, policy, queries_sessions, session_replies
from mediation.cases.invitations import meets_soon
from mediation.cases.queries_sessions import PLANNED, Meeting
from mediation.cases.routes import bp
from mediation.core import clock
from mediation.core.actor import Actor, current_actor
from mediation.core.dates import DateError, parse_day
from mediation.core.permissions import P, requires
from mediation.stations import queries as stations

WEEK = 7


@dataclass(frozen=True)
class Column:
    """A room (None: without one) with its sessions in order. Those of cases out of sight say only when."""

    label: str | None
    meetings: list[Meeting]


@bp.app_context_processor
def soon():
    """For the case page: whether a session is so near that its notices must have been served."""
    return {"meets_soon": meets_soon}


@bp.get("/calendar/")
@requires(P.CASE_READ)
def sessions_day():
    """``?day=`` names the day (default today), ``?days=7`` shows its week."""
    actor = current_actor()
    day = _day(request.args.get("day"))
    days = WEEK if request.args.get("days") == "7" else 1
    first = day - timedelta(days=day.weekday()) if days == WEEK else day
    mine = queries_sessions.meetings_for(actor, first, days)
    seen = {one.id for one in mine}
    # Who books rooms sees that one is taken; a company does not.
    hidden = queries_sessions.rooms_taken(actor, first, days, besides=seen) if policy.may_see_notes(actor) else []
    rooms = stations.room_places(actor, {one.room_id for one in (*mine, *hidden) if one.room_id})
    return render_template(
        "cases/calendar.html",
        day=day,
        days=days,
        step=timedelta(days=days),
        columns=[(one, _columns([*mine, *hidden], one, rooms)) for one in (first + timedelta(n) for n in range(days))],
        seen=seen,
        said=_said(actor, mine),
        unserved=invitations.unserved(mine) if policy.may_see_notes(actor) else {},
        labels=labels,
        planned=PLANNED,
    )


def _said(actor: Actor, meetings: Sequence[Meeting]) -> dict[int, str]:
    """Who comes to the sessions ahead, for those who hold them."""
    if not policy.may_see_notes(actor):
        return {}
    said = session_replies.of_sessions(actor, [one.id for one in meetings if one.status == PLANNED])
    return {key: session_replies.in_short(companies) for key, companies in said.items()}


def _columns(meetings: Sequence[Meeting], day: date, rooms: dict[int, stations.Place]) -> list[Column]:
    found: dict[str, list[Meeting]] = {}
    for one in sorted(meetings, key=lambda one: (one.starts_at, one.id)):
        if clock.civil_date(one.starts_at) == day:
            room = rooms.get(one.room_id or 0)
            found.setdefault(room.label if room else "", []).append(one)
    return [Column(label or None, found[label]) for label in sorted(found, key=lambda label: (label == "", label))]


def _day(text: str | None) -> date:
    try:
        return parse_day(text, clock.today()) if text else clock.today()
    except DateError:
        return clock.today()  # an address typed by hand
