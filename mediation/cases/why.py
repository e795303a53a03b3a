"""Why a last day is that day: the act it counts from and who entered it, the rule, the calendar, and what was before.

Put together for one reader. Companies and officers see the days, the rule and the calendar as the committee does; of the
acts behind them only what they may read in the history of the case (law.md 7.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import select

from mediation.attachments import queries as attachments
from mediation.attachments.models import Attachment
from mediation.audit.events import AuditEvent
from mediation.audit.models import AuditRow
from mediation.cases import page, policy, queries, timeline
from mediation.cases.labels import CAPACITIES, DEADLINE_STATES, EVENTS
from mediation.cases.lifecycle import Event
from mediation.cases.models import Case, CaseEvent, Claim, LegalAct, LimitationEvent
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.i18n import who
from mediation.deadlines import queries as deadline_queries
from mediation.deadlines import service as deadline_service
from mediation.deadlines.calendar import DayKind
from mediation.deadlines.engine import Computed, Pause, Step
from mediation.deadlines.models import CalendarYear, Deadline, DeadlineRule
from mediation.deadlines.rules import Trigger

# The papers that show the act a period counts from; for other acts the file is named when the act is recorded.
PAPERS = {
    Trigger.RECEIVED: ("D01", "D02"),
    Trigger.ACCEPTED: ("D05",),
    Trigger.AGREEMENT_EFFECTIVE: ("D13", "D14"),
    Trigger.MEDIATION_FAILED: ("D15",),
}


@dataclass(frozen=True)
class Entry:
    """Something that was entered: what, by whom and in which capacity, when (UTC), with which words."""

    title: str
    who: str
    at: datetime
    note: str | None = None


@dataclass(frozen=True)
class Origin:
    """The act of day 0. ``entered`` is None where the reader may not know who entered it."""

    act: str
    on: date
    entered: Entry | None
    evidence: str | None
    files: Sequence[Attachment]


@dataclass(frozen=True)
class Change:
    """One deadline that took the place of another. ``cause``: the event or person that did it, as far as it is known."""

    before: Deadline
    after: Deadline
    cause: Entry | None

    @property
    def reasons(self) -> list[str]:
        """What differs between the two, in words."""
        old, new = self.before, self.after
        found = []
        if old.trigger_on != new.trigger_on:
            days = {"old": old.trigger_on.isoformat(), "new": new.trigger_on.isoformat()}
            found.append(_("起算日由 %(old)s 改为 %(new)s", **days))
        if old.extra_length != new.extra_length:
            found.append(_("延长由 %(old)s 改为 %(new)s", old=old.extra_length, new=new.extra_length))
        if old.pauses != new.pauses:
            found.append(_("不计入的日子有变化"))
        if old.rule_version != new.rule_version:
            found.append(_("规则由第 %(old)s 版改为第 %(new)s 版", old=old.rule_version, new=new.rule_version))
        if old.calendar_version != new.calendar_version:
            found.append(_("工作日历有更新"))
        return found


@dataclass(frozen=True)
class Why:
    """Everything the panel shows. ``rule`` is the version counted with, ``newest`` the number of the newest one.

    ``years``: the notices behind the years that were looked at; ``missing``: those without one. ``history``: what was
    replaced before it, newest first; ``later``: what stands in its place now. ``proposed``: what it would come to now, where
    that is another day and nobody has decided yet (staff only).
    """

    deadline: Deadline
    subject: str
    rule: DeadlineRule | None
    newest: int | None
    origin: Origin
    settled: Entry | None
    pauses: Sequence[Pause]
    years: Sequence[CalendarYear]
    missing: Sequence[int]
    history: Sequence[Change]
    later: Deadline | None
    proposed: Computed | None

    @property
    def steps(self) -> list[Step]:
        """The count as it was stored, line by line; nothing is counted anew."""
        return [
            Step(
                day=date.fromisoformat(one["day"]),
                counted=one["counted"],
                kind=DayKind(one["kind"]) if one["kind"] else None,
                name=one["name"],
                note=one["note"],
            )
            for one in self.deadline.explanation
            if one.get("day")
        ]

    @property
    def remarks(self) -> list[str]:
        """What was stored under the count."""
        return [one["note"] for one in self.deadline.explanation if not one.get("day")]

    @staticmethod
    def weekday(day: date) -> str:
        """周四, or Thu."""
        return format_date(day, "EEE")

    @property
    def state(self) -> str:
        """Its status in words; a way nobody took is not somebody's delay."""
        one = self.deadline
        if one.status == "missed" and one.settled_by_event_id is None and one.rule_code in deadline_queries.WAYS:
            return _("已届满，未使用")
        return str(DEADLINE_STATES[one.status])


class _Reading:
    """What is loaded once for all deadlines of a case that are explained."""

    def __init__(self, actor: Actor, case: Case) -> None:
        self.actor, self.case = actor, case
        viewer = page.viewer_of(actor)
        self.is_staff = viewer.is_staff
        self.reader = timeline.Reader(is_staff=viewer.is_staff, is_police=viewer.is_police)
        self.deadlines = page.deadlines_for(actor, case)
        self.events = {one.id: one for one in queries.timeline_for(actor, case)}
        held = attachments.of_case(case.id, include_internal=self.is_staff)
        self.files = policy.openable(actor, case.id, held)
        self.claims = {
            row.id: row.item for row in db.session.execute(select(Claim.id, Claim.item).where(Claim.case_id == case.id))
        }
        self.years = deadline_queries.years()

    def entry(self, event_id: int | None) -> Entry | None:
        """The event of the case, if the reader may see it."""
        row = self.events.get(event_id or 0)
        if row is None or not self.reader.sees(row):
            return None
        return Entry(str(EVENTS[Event(row.event)]), _who(row), row.at, self.reader.note(row))


def _who(row: CaseEvent) -> str:
    capacity = CAPACITIES.get(row.capacity or "")
    name = who(row.actor_name)
    return name + _("（%(note)s）", note=capacity) if capacity and name != capacity else name


def explain(actor: Actor, case: Case, deadline_id: int) -> Why | None:
    """Why a deadline of a visible case falls on its day; None when it is not for the actor."""
    reading = _Reading(actor, case)
    found = next((one for one in reading.deadlines if one.id == deadline_id), None)
    return _why(reading, found) if found else None


def explain_all(actor: Actor, case: Case, rule_code: str | None = None) -> list[Why]:
    """The same for what runs or has been settled in a case, in all or under one rule.

    What was cancelled is explained only where nothing else of the rule that was asked for is left.
    """
    reading = _Reading(actor, case)
    rows = [one for one in reading.deadlines if rule_code in (None, one.rule_code) and one.status != "replaced"]
    standing = [one for one in rows if one.status != "cancelled"]
    return [_why(reading, one) for one in standing or (rows if rule_code else [])]


def _why(reading: _Reading, deadline: Deadline) -> Why:
    versions = deadline_queries.rule_versions(deadline.rule_code)
    shown = {int(step["day"][:4]) for step in deadline.explanation if step.get("kind")}
    known = [one for one in reading.years if one.year in shown]
    return Why(
        deadline=deadline,
        subject=_subject(reading, deadline.subject),
        rule=next((one for one in versions if one.version == deadline.rule_version), None),
        newest=versions[0].version if versions else None,
        origin=_origin(reading, deadline),
        settled=reading.entry(deadline.settled_by_event_id),
        pauses=deadline_service.pauses_of(deadline),
        years=known,
        missing=sorted(shown - {one.year for one in known}),
        history=_history(reading, deadline),
        later=_later(reading, deadline),
        proposed=_proposed(deadline) if reading.is_staff else None,
    )


def _subject(reading: _Reading, subject: str) -> str:
    """What tells it apart from others of its rule: an instalment, a claim, the side that is bound."""
    kind, key, *more = [*subject.split(":"), ""]
    if kind == "instalment":
        return _("第 %(seq)s 期", seq=key)
    if kind == "claim" and key.isdigit():
        item = reading.claims.get(int(key), "")
        return _("%(item)s（最早可能届满的一日）", item=item) if "earliest" in more else item
    return {"worker": _("劳动者"), "employer": _("用人单位")}.get(subject, "")


def _origin(reading: _Reading, deadline: Deadline) -> Origin:
    trigger = Trigger(deadline.trigger)
    recorded = _recorded(deadline)
    named = {one.attachment_id for one in recorded if one.attachment_id}
    codes = PAPERS.get(trigger, ())
    entered = reading.entry(deadline.trigger_event_id)
    if entered is None and deadline.trigger_event_id is None:
        entered = Entry("", _("系统"), deadline.created_at)
    return Origin(
        act=trigger.label,
        on=deadline.trigger_on,
        entered=entered,
        evidence=next((one.evidence for one in recorded if one.evidence), None) if reading.is_staff else None,
        files=[one for one in reading.files if one.id in named or (one.form_code in codes and one.kind != "evidence")],
    )


def _recorded(deadline: Deadline) -> list[LegalAct | LimitationEvent]:
    """The acts of day 0 that the event behind a deadline entered; of limitation, those of the claim it is kept for."""
    if deadline.trigger_event_id is None:
        return []
    found: list[Any] = []
    for model in (LegalAct, LimitationEvent):
        ours = (model.case_id == deadline.case_id, model.event_id == deadline.trigger_event_id)
        of_day = model.happened_on == deadline.trigger_on
        found += db.session.scalars(select(model).where(*ours, of_day).order_by(model.id))
    claim = deadline.subject.split(":")[1] if deadline.subject.startswith("claim:") else None
    return [one for one in found if claim is None or one.claim_id is None or str(one.claim_id) == claim]


def _history(reading: _Reading, deadline: Deadline) -> list[Change]:
    """What was replaced on the way to it; the newest change first."""
    found: list[Change] = []
    after = [deadline]
    while after:
        latest = after.pop(0)
        for before in sorted(reading.deadlines, key=lambda one: -one.id):
            if before.replaced_by_id == latest.id:
                found.append(Change(before, latest, _cause(reading, before, latest)))
                after.append(before)
    return found


def _later(reading: _Reading, deadline: Deadline) -> Deadline | None:
    """What stands in its place in the end, however often it was replaced since."""
    by_key, latest = {one.id: one for one in reading.deadlines}, None
    while deadline.replaced_by_id in by_key:
        latest = deadline = by_key[deadline.replaced_by_id]
    return latest


def _cause(reading: _Reading, before: Deadline, after: Deadline) -> Entry | None:
    """The event that replaced it or, where a change of rule or calendar did, who took the new day over."""
    if before.settled_by_event_id is not None:
        return reading.entry(before.settled_by_event_id)
    row = db.session.scalars(
        select(AuditRow)
        .where(
            AuditRow.subject_kind == "deadline",
            AuditRow.subject_id == after.id,
            AuditRow.committee_id == after.committee_id,
            AuditRow.event == AuditEvent.RECORD_CHANGED.value,
        )
        .order_by(AuditRow.id)
        .limit(1)
    ).first()
    if row is None:
        return None
    return Entry(_("采用重新计算的日期"), row.actor_name if reading.is_staff else "", row.at)


def _proposed(deadline: Deadline) -> Computed | None:
    """What an open deadline comes to with the newest rule and the present calendar, where that is another day."""
    if deadline.status != deadline_queries.OPEN:
        return None
    again = deadline_service.computed_anew(deadline, rule=deadline_queries.rule(deadline.rule_code))
    same = (again.raw_last_day, again.last_day, again.provisional)
    return None if same == (deadline.raw_last_day, deadline.last_day, deadline.is_provisional) else again
