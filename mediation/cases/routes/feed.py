"""A person's calendar behind a secret address: no log-in, since calendar programs have none."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, current_app, request, url_for
from flask_babel import gettext as _

from mediation.accounts import feeds
from mediation.accounts.languages import in_language
from mediation.accounts.sessions import actor_of
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cases import feed as calendars
from mediation.cases import page, queries_sessions
from mediation.cases.routes import bp
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.crypto import key_ring
from mediation.core.errors import NotFound
from mediation.core.permissions import P, granted, requires
from mediation.deadlines import queries as deadlines
from mediation.stations import queries as stations

BACK, AHEAD = 60, 400


@bp.get("/feeds/<secret>.ics")
@requires(P.PUBLIC)
def feed(secret: str):
    """The calendar; ``?mine=1`` leaves out last days of cases that the person neither handles nor mediates.

    Unknown, revoked, without an account or without cases: all the same 404. Each look is recorded.
    """
    address, user = feeds.reader_of(secret)
    actor = actor_of(user)
    if not granted(actor, P.CASE_READ):
        raise NotFound()
    with in_language(user.locale):
        answer, entries = _answer(actor, only_own=request.args.get("mine") == "1")
    record(actor, AuditEvent.FEED_READ, subject=("feed_address", address.id), entries=entries)
    return answer


def _answer(actor: Actor, *, only_own: bool) -> tuple[Response, int]:
    first = clock.today() - timedelta(days=BACK)
    meetings = queries_sessions.own_meetings_for(actor, first, BACK + AHEAD)
    viewer = page.viewer_of(actor)
    last_days = [
        one
        for one in queries_sessions.last_days_for(actor, first, BACK + AHEAD, only_own=only_own)
        if page.shows_deadline(viewer, one.track, one.rule_code)
    ]
    rooms = stations.room_places(actor, {one.room_id for one in meetings if one.room_id})
    source = calendars.Source(
        uid=_uid,
        link=_link,
        rooms={key: _address(room) for key, room in rooms.items()},
        changes=queries_sessions.changes_of(meetings),
        calendar=deadlines.calendar(),
        name=_("调解日程"),
    )
    content = calendars.build(meetings, last_days, source)
    answer = Response(content, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'inline; filename="mediation.ics"'
    # A calendar program keeps what it was given and asks whether it still stands.
    answer.headers["Cache-Control"] = "no-store"  # calendar programs keep the entity tag and ask with it all the same
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.set_etag(calendars.etag_of(content))
    answer.make_conditional(request)
    # Only after that: an entry that is gone leaves no date, so nobody may be told "unchanged" by a date alone.
    answer.last_modified = calendars.changed_at(meetings, last_days, source)
    return answer, len(meetings) + len(last_days)


def _uid(name: str) -> str:
    """The same for the same thing for ever, and another in another installation."""
    return f"{key_ring().blind('feed.uid', name).hex()}@mediation"


def _link(number: str) -> str:
    base = current_app.config.get("BASE_URL") or request.host_url
    return base.rstrip("/") + url_for("cases.show", number=number)


def _address(room: stations.Place) -> str:
    return "，".join(filter(None, (room.label, room.address)))
