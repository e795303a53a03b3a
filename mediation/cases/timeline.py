"""The history of a case in words, and what of it a company or an officer may read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from mediation.cases import act_labels
from mediation.cases.labels import (
    ANSWERS,
    CAPACITIES,
    CONSENTS,
    EVENTS,
    FILE_KINDS,
    OFFER_SIDES,
    OFFER_STATES,
    REFERRALS,
    ROUTES,
    SESSION_REPLIES,
    TRACKS,
)
from mediation.cases.lifecycle import Event, Track
from mediation.cases.models import CaseEvent
from mediation.core import clock
from mediation.core.i18n import day, who
from mediation.core.money import yuan
from mediation.deadlines import provisional

# The committee's own housekeeping; the parties are not told of it.
INTERNAL = frozenset(
    {
        Event.DETAILS_CORRECTED,
        Event.HANDLER_ASSIGNED,
        Event.TRACK_CONFIRMED,
        Event.RECLASSIFIED,
        Event.FOLLOWED_UP,
        Event.ARCHIVED,
        Event.ACT_RECORDED,
        Event.ACT_CORRECTED,
        Event.LIMITATION_NOTED,
    }
)
# What is between the committee and one of the companies; its ``data`` names the company.
OF_ONE_COMPANY = frozenset(
    {
        Event.OFFER_MADE,
        Event.OFFER_SETTLED,
        Event.PAPERS_HANDED_IN,
        Event.REPRESENTATIVE_NAMED,
        Event.REPRESENTATIVE_REVIEWED,
        Event.PAYMENT_REPORTED,
        Event.PAYMENT_DISPUTED,
        Event.SESSION_REPLIED,
    }
)
# Whose words are meant for the parties as well.
TOLD = frozenset(
    {
        Event.NOT_ACCEPTED,
        Event.EXTENDED,
        Event.FAILED,
        Event.SESSION_CANCELLED,
        Event.SESSION_POSTPONED,
        Event.SESSION_HELD,
    }
)
TOLD_POLICE = frozenset({Event.POLICE_MEDIATION_HELD, Event.RESULT_RECORDED})


@dataclass(frozen=True)
class Entry:
    """One line; ``lines`` has one part per act where several of a kind were done together. ``happened_on`` is given
    where it differs from the day it was entered."""

    at: datetime
    title: object
    who: str
    is_step: bool
    lines: list[str]
    note: str | None
    article: str | None
    happened_on: date | None


@dataclass(frozen=True)
class Known:
    """Names of what the lines refer to, by key; and the days of it that are provisional."""

    parties: Mapping[int, str]
    users: Mapping[int, str]
    signers: Mapping[int, str]
    provisional: Collection[date] = ()

    def by_key(self) -> dict[str, Mapping[int, str]]:
        """The names by the key they have in the data of an event."""
        return {"party_id": self.parties, "user_id": self.users, "signature_id": self.signers}


@dataclass(frozen=True)
class Reader:
    """Who reads: staff everything; others no internal acts, of answers, offers and consents only what is theirs.

    ``company_ids``: the companies a company's officer answers for; ``colleagues``: the accounts of its own tree, since
    the other company's people are not named to it (law.md 7.3).
    """

    is_staff: bool
    is_police: bool = False
    answer_ids: frozenset[int] = frozenset()
    party_ids: frozenset[int] = frozenset()
    company_ids: frozenset[int] = frozenset()
    colleagues: frozenset[int] = frozenset()

    def sees(self, row: CaseEvent) -> bool:
        """Whether the line is for them."""
        event = Event(row.event)
        if self.is_staff:
            return True
        if event in INTERNAL:
            return False
        if event in OF_ONE_COMPANY:
            return row.data.get("company_id") in self.company_ids
        if event is Event.ANSWERED:
            return row.data.get("answer_id") in self.answer_ids
        if event is Event.CONSENT_RECORDED:
            return row.data.get("party_id") in self.party_ids
        return not (self.is_police and event is Event.PAYMENT_RECORDED)

    def name(self, row: CaseEvent) -> str:
        """Who did it, by name where the name is for them."""
        is_stranger = row.capacity == "hr" and row.actor_id not in self.colleagues
        return "" if is_stranger and not self.is_staff else who(row.actor_name)

    def note(self, row: CaseEvent) -> str | None:
        """The words written with it, as far as they are for them."""
        told = TOLD_POLICE if self.is_police else TOLD | OF_ONE_COMPANY
        return row.note if self.is_staff or Event(row.event) in told else None


def entries(rows: Sequence[CaseEvent], reader: Reader, names: Known) -> list[Entry]:
    """The lines for a reader, newest first; acts of one kind by one person on one day are one line."""
    found: list[Entry] = []
    last: tuple | None = None
    for row in reversed(rows):
        if not reader.sees(row):
            continue
        entry = _entry(row, reader, names)
        kind = (row.event, entry.who, row.happened_on, clock.civil_date(row.at), entry.is_step)
        if kind == last and entry.note is None and (reader.is_police or (entry.lines and found[-1].lines)):
            found[-1].lines[:0] = entry.lines
        else:
            found.append(entry)
        last = kind if entry.note is None else None
    return found


def _entry(row: CaseEvent, reader: Reader, names: Known) -> Entry:
    capacity = CAPACITIES.get(row.capacity or "")
    details = [] if reader.is_police else _details(row, names)
    name = reader.name(row)
    return Entry(
        at=row.at,
        title=EVENTS[Event(row.event)],
        who=name + _("（%(note)s）", note=capacity)
        if capacity and name not in ("", capacity)
        else name or str(capacity or ""),
        is_step=row.from_state != row.to_state,
        lines=[" · ".join(details)] if details else [],
        note=reader.note(row),
        article=row.article,
        happened_on=row.happened_on if row.happened_on != clock.civil_date(row.at) else None,
    )


def _details(row: CaseEvent, names: Known) -> list[str]:
    data = row.data
    found: list[object] = _of_act(data) if "act" in data else []
    found += [known.get(data.get(key)) for key, known in names.by_key().items()]
    if data.get("asked_by"):
        found.append(_("由其提出") if data["asked_by"] == "party" else _("由调解组织提出"))
    found += _of_company(data)
    if data.get("purpose") == "extension":
        found.append(_("延期"))
    if row.event == Event.CONSENT_RECORDED.value:
        found.append(CONSENTS.get(data.get("answer"), ""))
    if "track" in data:
        found.append(TRACKS[Track(data["track"])])
    if "reply" in data:
        found += [_("第 %(n)s 次", n=data["session_seq"]), SESSION_REPLIES[data["reply"]]]
    if data.get("seq"):
        found.append(_("第 %(seq)s 期", seq=data["seq"]))
    found += _figures(data)
    found += _limited_until(data, names.provisional)
    if data.get("in_part"):
        found.append(_("处理部分请求"))
    found += [words.get(data.get(key), "") for key, words in (("route", ROUTES), ("referral_type", REFERRALS))]
    return [str(one) for one in found if one]


def _of_company(data: Mapping[str, object]) -> list[object]:
    """What a company answered, offered, handed in, and what came of it."""
    found: list[object] = [OFFER_SIDES.get(str(data.get("side", "")), ""), ANSWERS.get(str(data.get("answer", "")), "")]
    answers = data.get("answer_ids")
    if isinstance(answers, list) and len(answers) > 1:
        found.append(_("%(n)s 项请求", n=len(answers)))
    found.append(OFFER_STATES.get(str(data.get("outcome", "")), ""))
    found.append(FILE_KINDS.get(str(data.get("papers", "")), ""))
    files = data.get("file_ids")
    if isinstance(files, list) and files:
        found.append(_("%(n)s 个文件", n=len(files)))
    if "is_confirmed" in data:
        found.append(_("已确认") if data["is_confirmed"] else _("已退回"))
    return found


def _of_act(data: Mapping[str, object]) -> list[object]:
    on = day(date.fromisoformat(str(data["act_on"])))
    name = act_labels.ACTS.get(str(data["act"]), data["act"])
    return [_("撤回：%(act)s", act=name) if data.get("withdrawn") else name, on, *act_labels.answers_of(data)]


def _figures(data: Mapping[str, object]) -> list[str]:
    found = [_("%(sum)s 元", sum=yuan(data[key])) for key in ("amount_fen", "total_fen") if data.get(key)]
    if data.get("by_event"):
        found.append(_("案件有了结果或者结案，暂停同时结束"))
    if data.get("days"):
        found.append(_("%(n)s 日", n=data["days"]))
    return found


def _limited_until(data: Mapping[str, object], marked: Collection[date]) -> list[str]:
    if not data.get("limitation_on"):
        return []
    on = date.fromisoformat(str(data["limitation_on"]))
    return [_("时效至 %(day)s", day=day(on) + provisional.mark(on, on in marked))]


def people_in(rows: Sequence[CaseEvent]) -> Collection[int]:
    """The accounts that the lines name."""
    return {row.data["user_id"] for row in rows if row.data.get("user_id")}
