"""The history of a case in words, and what of it a company or an officer may read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from mediation.cases.labels import CAPACITIES, CONSENTS, EVENTS, REFERRALS, ROUTES, TRACKS
from mediation.cases.lifecycle import Event, Track
from mediation.cases.models import CaseEvent
from mediation.core import clock
from mediation.core.i18n import short_day
from mediation.core.money import yuan

# The committee's own housekeeping; the parties are not told of it.
INTERNAL = frozenset(
    {
        Event.DETAILS_CORRECTED,
        Event.HANDLER_ASSIGNED,
        Event.TRACK_CONFIRMED,
        Event.RECLASSIFIED,
        Event.FOLLOWED_UP,
        Event.ARCHIVED,
    }
)
# Whose words are meant for the parties as well.
TOLD = frozenset({Event.NOT_ACCEPTED, Event.EXTENDED, Event.FAILED, Event.SESSION_CANCELLED, Event.SESSION_HELD})
TOLD_POLICE = frozenset({Event.POLICE_MEDIATION_HELD, Event.RESULT_RECORDED})


@dataclass(frozen=True)
class Entry:
    """One line. ``happened_on`` is given where it differs from the day it was entered."""

    at: datetime
    title: object
    who: str
    is_step: bool
    details: tuple[str, ...]
    note: str | None
    article: str | None
    happened_on: date | None


@dataclass(frozen=True)
class Reader:
    """Who reads: staff everything; others no internal acts, of answers and consents only what is theirs."""

    is_staff: bool
    is_police: bool = False
    answer_ids: frozenset[int] = frozenset()
    party_ids: frozenset[int] = frozenset()

    def sees(self, row: CaseEvent) -> bool:
        """Whether the line is for them."""
        event = Event(row.event)
        if self.is_staff:
            return True
        if event in INTERNAL:
            return False
        if event is Event.ANSWERED:
            return row.data.get("answer_id") in self.answer_ids
        if event is Event.CONSENT_RECORDED:
            return row.data.get("party_id") in self.party_ids
        return not (self.is_police and event is Event.PAYMENT_RECORDED)

    def note(self, row: CaseEvent) -> str | None:
        """The words written with it, as far as they are for them."""
        told = TOLD_POLICE if self.is_police else TOLD
        return row.note if self.is_staff or Event(row.event) in told else None


def entries(
    rows: Sequence[CaseEvent], reader: Reader, parties: Mapping[int, str], users: Mapping[int, str]
) -> list[Entry]:
    """The lines for a reader, newest first."""
    return [_entry(row, reader, parties, users) for row in reversed(rows) if reader.sees(row)]


def _entry(row: CaseEvent, reader: Reader, parties: Mapping[int, str], users: Mapping[int, str]) -> Entry:
    capacity = CAPACITIES.get(row.capacity or "")
    entered_on = clock.civil_date(row.at)
    return Entry(
        at=row.at,
        title=EVENTS[Event(row.event)],
        who=f"{row.actor_name}（{capacity}）" if capacity else row.actor_name,
        is_step=row.from_state != row.to_state,
        details=() if reader.is_police else tuple(_details(row, parties, users)),
        note=reader.note(row),
        article=row.article,
        happened_on=row.happened_on if row.happened_on != entered_on else None,
    )


def _details(row: CaseEvent, parties: Mapping[int, str], users: Mapping[int, str]) -> list[str]:
    data = row.data
    found: list[object] = []
    if data.get("party_id") in parties:
        found.append(parties[data["party_id"]])
    if data.get("purpose") == "extension":
        found.append(_("延期"))
    if row.event == Event.CONSENT_RECORDED.value:
        found.append(CONSENTS.get(data.get("answer"), ""))
    if "track" in data:
        found.append(TRACKS[Track(data["track"])])
    if data.get("user_id") in users:
        found.append(users[data["user_id"]])
    if data.get("seq"):
        found.append(_("第 %(seq)s 期", seq=data["seq"]))
    found += _figures(data)
    found += [words[data[key]] for key, words in (("route", ROUTES), ("referral_type", REFERRALS)) if data.get(key)]
    return [str(one) for one in found if one]


def _figures(data: Mapping[str, object]) -> list[str]:
    found = [_("%(sum)s 元", sum=yuan(data[key])) for key in ("amount_fen", "total_fen") if data.get(key)]
    if data.get("days"):
        found.append(_("%(n)s 日", n=data["days"]))
    if data.get("limitation_on"):
        found.append(_("时效至 %(day)s", day=short_day(date.fromisoformat(str(data["limitation_on"])))))
    return found


def people_in(rows: Sequence[CaseEvent]) -> Collection[int]:
    """The accounts that the lines name."""
    return {row.data["user_id"] for row in rows if row.data.get("user_id")}
