"""A person's calendar as iCalendar (RFC 5545): sessions and last days, with no party's name in it.

A calendar lies on phones and on servers of others, so an entry says the case's number, what it is and where, and
leads to the case page, which asks who is looking. The same rows give the same bytes: no clock is asked here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from operator import attrgetter

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from icalendar import Calendar, Event, Timezone

from mediation.cases.labels import SESSION_MODES
from mediation.cases.queries_sessions import CANCELLED, HELD, POSTPONED, LastDay, Meeting
from mediation.core import clock
from mediation.core.i18n import day
from mediation.deadlines.calendar import WorkCalendar
from mediation.deadlines.labels import rule_title
from mediation.deadlines.rules import RULES, Direction, Nature

PRODUCT = "-//Labour dispute mediation//Calendar feed//ZH"
ONE_DAY = timedelta(days=1)
HOW_OFTEN = timedelta(hours=1)
EARLIEST = ":earliest"  # the subject of a limitation's earliest plausible last day
GONE = frozenset({CANCELLED, POSTPONED})
# Whose day it is: a committee is late with its duties only.
KINDS = {
    Nature.DUTY: _l("期限"),
    Nature.WAY: _l("当事人途径期限"),
    Nature.OTHER: _l("对方或其他机关期限"),
    Nature.RIGHT: _l("当事人权利日"),
}


@dataclass(frozen=True)
class Source:
    """What the entries are made of besides the rows.

    ``uid`` makes a stable identifier of a thing's name, ``link`` the address of a case by its number. ``rooms`` are the
    rooms' names by id, ``changes`` the instants at which a session was changed. ``calendar`` finds the safe day.
    """

    uid: Callable[[str], str]
    link: Callable[[str], str]
    rooms: dict[int, str]
    changes: dict[int, list[datetime]]
    calendar: WorkCalendar
    name: str


def build(meetings: Sequence[Meeting], last_days: Sequence[LastDay], source: Source) -> bytes:
    """The calendar. Sessions stand at their Shanghai time, last days are whole days."""
    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", source.name)
    found.add("x-wr-timezone", "Asia/Shanghai")
    found.add("refresh-interval", HOW_OFTEN, parameters={"VALUE": "DURATION"})
    found.add("x-published-ttl", "PT1H")
    if meetings:
        years = {one.starts_at.year for one in meetings}
        found.add_component(
            Timezone.from_tzid(
                "Asia/Shanghai", first_date=date(min(years) - 1, 1, 1), last_date=date(max(years) + 2, 1, 1)
            )
        )
    moved_to = {one.id: one.starts_at for one in meetings}
    for meeting in meetings:
        found.add_component(_meeting(meeting, moved_to, source))
    for last_day in _newest(last_days):
        found.add_component(_last_day(last_day, source))
    return found.to_ical()


def etag_of(content: bytes) -> str:
    """What tells one state of the calendar from another."""
    return sha256(content).hexdigest()[:32]


def changed_at(meetings: Sequence[Meeting], last_days: Sequence[LastDay], source: Source) -> datetime | None:
    """When the newest entry was made or changed; None for an empty calendar."""
    at = [_changes(one, source)[-1] for one in meetings] + [one.created_at for one in last_days]
    return max(at, default=None)


def safe_day(last_day: LastDay, calendar: WorkCalendar) -> date:
    """The working day to rely on: on or before the raw last day, not before the trigger (law.md 3.3 nr 1)."""
    rule = RULES.get(last_day.rule_code)
    if rule is not None and rule.direction is Direction.BACKWARD:
        return last_day.last_day
    found = last_day.raw_last_day
    while found >= last_day.trigger_on:
        if calendar.assumed_day(found).kind.is_work:
            return found
        found -= ONE_DAY
    return last_day.raw_last_day


def _newest(last_days: Sequence[LastDay]) -> list[LastDay]:
    """One entry per rule and subject of a case: they share an identifier over every recomputation.

    Requests whose limitation ends on one day are one entry: what is requested is not said here.
    """
    by_subject = {(one.case_id, one.rule_code, one.subject): one for one in sorted(last_days, key=attrgetter("id"))}
    alike = {
        (one.case_id, one.rule_code, one.last_day, one.subject.endswith(EARLIEST)): one
        for one in sorted(by_subject.values(), key=attrgetter("id"), reverse=True)
    }
    return sorted(alike.values(), key=attrgetter("last_day", "id"))


def _changes(meeting: Meeting, source: Source) -> list[datetime]:
    return source.changes.get(meeting.id) or [meeting.created_at]


def _meeting(one: Meeting, moved_to: dict[int, datetime], source: Source) -> Event:
    changes = _changes(one, source)
    number = one.case_no or one.number
    event = Event()
    event.add("uid", source.uid(f"session:{one.id}"))
    # What is planned once and then moved, cancelled or held has been changed: clients go by the higher number.
    event.add("sequence", max(len(changes) - 1, int(one.status != "planned")))
    event.add("dtstamp", changes[-1])
    event.add("created", one.created_at)
    event.add("last-modified", changes[-1])
    event.add("dtstart", one.starts_at.astimezone(clock.SHANGHAI))
    event.add("dtend", one.ends_at.astimezone(clock.SHANGHAI))
    event.add("status", "CANCELLED" if one.status in GONE else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if one.status in GONE else "OPAQUE")
    event.add("class", "PRIVATE")
    title = {POSTPONED: _("（已改期）调解会议"), CANCELLED: _("（已取消）调解会议")}.get(one.status, _("调解会议"))
    event.add("summary", f"{title} {number}")
    room = source.rooms.get(one.room_id or 0)
    if room:
        event.add("location", room)
    event.add("description", "\n".join(_meeting_lines(one, moved_to, bool(room))))
    event.add("url", source.link(one.number))
    return event


def _meeting_lines(one: Meeting, moved_to: dict[int, datetime], has_room: bool) -> list[str]:
    lines = [_("第 %(n)s 次调解会议（%(mode)s）", n=one.seq, mode=SESSION_MODES.get(one.mode, one.mode))]
    if one.status == POSTPONED:
        new = moved_to.get(one.postponed_to_id or 0)
        at = new.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M") if new else ""
        lines.append(_("改至 %(at)s", at=at) if at else _("新的时间见案件页面"))
    elif one.status == HELD:
        lines.append(_("已召开"))
    elif not has_room:
        lines.append(_("地点见案件页面"))
    return lines


def _last_day(one: LastDay, source: Source) -> Event:
    rule = RULES.get(one.rule_code)
    kind = KINDS[rule.nature if rule else Nature.DUTY]
    title = rule_title(rule) if rule else one.rule_code
    mark = _("（最早可能）") if one.subject.endswith(EARLIEST) else ""
    mark += _("（暂定）") if one.is_provisional else ""
    event = Event()
    event.add("uid", source.uid(f"deadline:{one.case_id}:{one.rule_code}:{one.subject}"))
    # A recomputed date is a newer row under the same identifier.
    event.add("sequence", one.id)
    event.add("dtstamp", one.created_at)
    event.add("last-modified", one.created_at)
    event.add("dtstart", one.last_day)
    event.add("dtend", one.last_day + ONE_DAY)
    event.add("status", "TENTATIVE" if one.is_provisional else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    event.add("summary", _("%(kind)s：%(title)s", kind=kind, title=title) + f"{mark} {one.case_no or one.number}")
    event.add("description", "\n".join(_last_day_lines(one, source)))
    event.add("url", source.link(one.number))
    return event


def _last_day_lines(one: LastDay, source: Source) -> list[str]:
    lines = [_("法定最后一日：%(day)s", day=day(one.last_day))]
    safe = safe_day(one, source.calendar)
    if safe != one.last_day:
        lines.append(_("请在 %(day)s 前（含当日）办理，不要依赖顺延", day=day(safe)))
    if one.is_provisional:
        lines.append(_("暂定：放假安排尚未录入，录入后可能变化"))
    lines.append(_("依据：%(article)s", article=one.basis))
    return lines
