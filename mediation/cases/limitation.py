"""What a case's own history does to the limitation of its claims, and the last days kept for them.

The application, the starts that were registered, the other side's agreement and payments enter their limitation events by
themselves, each once; people add the others (``service.limitation``). From the events the current and the earliest
plausible last day of each claim are counted (``deadlines.limitation``) and kept as deadlines, so that they are explained,
reminded of and counted anew like any other. Nothing here checks permissions: it follows from acts that did.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.cases.acts import ACTS
from mediation.cases.labels import ROUTES
from mediation.cases.lifecycle import Event, State, Track
from mediation.cases.models import Case, CaseEvent, Claim, LegalAct, LimitationEvent
from mediation.core import clock
from mediation.core.db import db
from mediation.core.money import yuan
from mediation.deadlines import limitation as law
from mediation.deadlines import queries as deadline_queries
from mediation.deadlines import service as deadlines
from mediation.deadlines.engine import Computed
from mediation.deadlines.limitation import GROUNDS, Happened, Limitation
from mediation.deadlines.models import Deadline
from mediation.deadlines.rules import Trigger

STANDING, WITHDRAWN = "standing", "withdrawn"
SUPERSEDED = "登记内容已更正"  # stored, and compared with later: one language
URGENT_AID = "LA-URGENT-7D"
# What the registered data say by themselves.
BY_ITSELF = frozenset({"right_known", "employment_ended", "insured_event", "mediation_applied"})
_INTERRUPTING = frozenset(act.kind for act in ACTS.values() if act.interrupts)
# Whose claims legal aid is for: work, injury, damages of persons.
_AIDED = frozenset({Track.LABOUR.value, Track.NEW_FORM.value, Track.REFERRAL.value, Track.TRAFFIC.value})
# Where this committee mediates, an application to it is one for mediation; elsewhere that can be denied.
_APPLIED_FOR = {
    **dict.fromkeys((Track.LABOUR.value, Track.NEW_FORM.value, Track.PEOPLES.value), False),
    **dict.fromkeys((Track.TRAFFIC.value, Track.REFERRAL.value), True),
}
_FOLLOWED = frozenset(
    {Event.RECEIVED, Event.DETAILS_CORRECTED, Event.TRACK_CONFIRMED, Event.RECLASSIFIED, Event.ANSWERED,
     Event.AGREEMENT_EFFECTIVE, Event.ORAL_AGREEMENT_REACHED, Event.PAYMENT_RECORDED, Event.PERFORMED, Event.FAILED,
     Event.TERMINATED, Event.REOPENED, Event.CLOSED, Event.RESULT_RECORDED, Event.ADVISED, Event.FORCE_SOUGHT,
     Event.ENFORCEMENT_STARTED, Event.ACT_RECORDED, Event.ACT_CORRECTED}
)  # fmt: skip
_ENDS_MEDIATION = frozenset({Event.FAILED, Event.TERMINATED})
_OF_ACTS = frozenset({Event.ACT_RECORDED, Event.ACT_CORRECTED})
# What the table of acts does with a day of its own, the ways to give an agreement force do as steps of the life cycle.
_OF_ROUTES = {
    "payment_order": "payment_order",
    "suit": "suit",
    "arbitration": "arbitration",
    "judicial_confirmation": "equal_act",
}


@dataclass(frozen=True)
class ClaimLimitation:
    """The limitation of one claim with the events it was counted from."""

    claim: Claim
    counted: Limitation
    events: Sequence[LimitationEvent]

    def row(self, event: Happened) -> LimitationEvent:
        """The row behind a step."""
        return next(one for one in self.events if one.id == event.key)


@dataclass(frozen=True)
class ClaimDays:
    """The last days kept for a claim; either may be missing."""

    claim: Claim
    current: Deadline | None
    earliest: Deadline | None

    @property
    def cautious(self) -> Deadline | None:
        """The day to work by."""
        return self.earliest or self.current


def subject_of(claim_id: int, *, is_earliest: bool = False) -> str:
    """The subject under which a claim's day is kept."""
    return f"claim:{claim_id}:earliest" if is_earliest else f"claim:{claim_id}"


def is_kept_here(deadline: Deadline) -> bool:
    """Whether a deadline is a day of limitation (or of the legal aid that depends on it)."""
    return deadline.subject.startswith("claim:") or deadline.rule_code == URGENT_AID


def days_of(claims: Iterable[Claim], rows: Iterable[Deadline]) -> list[ClaimDays]:
    """The newest day kept for each claim, from rows that are loaded already."""
    kept = {one.subject: one for one in sorted(rows, key=lambda one: one.id) if _stands(one)}
    return [
        ClaimDays(one, kept.get(subject_of(one.id)), kept.get(subject_of(one.id, is_earliest=True))) for one in claims
    ]


def _stands(deadline: Deadline) -> bool:
    return is_kept_here(deadline) and deadline.status not in ("replaced", "cancelled", "met")


def rule_of(case: Case, claim: Claim) -> str:
    """The limitation rule of a claim: as chosen, else by the case's track and the claim's cause."""
    category = claim.category_code or case.category_code
    return claim.limitation_rule or law.rule_for(case.track, case.relationship, category)


def claims_of(case: Case) -> Sequence[Claim]:
    """The claims of a case in their order."""
    return db.session.scalars(select(Claim).where(Claim.case_id == case.id).order_by(Claim.seq, Claim.id)).all()


def events_of(case: Case) -> Sequence[LimitationEvent]:
    """All limitation events of a case, withdrawn ones too, by day."""
    order = (LimitationEvent.happened_on, LimitationEvent.id)
    return db.session.scalars(select(LimitationEvent).where(LimitationEvent.case_id == case.id).order_by(*order)).all()


def limitations_of(
    case: Case, claims: Sequence[Claim] | None = None, events: Sequence[LimitationEvent] | None = None
) -> list[ClaimLimitation]:
    """Count every claim from its standing events."""
    claims = claims_of(case) if claims is None else claims
    standing = [one for one in (events_of(case) if events is None else events) if one.status == STANDING]
    codes = {rule_of(case, one) for one in claims}
    rules = {code: deadline_queries.rule(code) for code in codes}
    outer = deadline_queries.rule(law.OUTER_RULE) if codes & law.CIVIL else None
    calendar, known = deadline_queries.calendar(), {}
    found = []
    for claim in claims:
        code, category = rule_of(case, claim), claim.category_code or case.category_code
        own = tuple(one for one in standing if one.claim_id in (None, claim.id))
        key = (code, category, tuple(one.id for one in own))
        if key not in known:
            known[key] = law.limitation(
                rules[code],
                [_happened(one) for one in own],
                calendar,
                as_of=clock.today(),
                starts=law.starts_of(code, category),
                outer=outer,
            )
        found.append(ClaimLimitation(claim, known[key], own))
    return found


def _happened(row: LimitationEvent) -> Happened:
    return Happened(
        ground=GROUNDS[row.ground],
        on=row.happened_on,
        ends_on=row.ends_on,
        has_evidence=bool(row.evidence or row.attachment_id),
        is_contested=row.is_contested,
        key=row.id,
    )


def follow(case: Case, event: CaseEvent) -> None:
    """Enter what an event of the case means for limitation, each thing once, and keep the days in step."""
    kind = Event(event.event)
    if kind not in _FOLLOWED:
        return
    rows = list(events_of(case))
    own_acts = _act_events(case) if rows else frozenset()
    _registered(case, event, rows, own_acts)
    _entered_by(case, event, kind, rows)
    if kind in _OF_ACTS:
        _by_acts(case, rows)
    if kind in _ENDS_MEDIATION:
        for row in rows:
            if row.ground == "mediation_applied" and row.status == STANDING and _is_registered(row, own_acts):
                row.ends_on = event.happened_on
    db.session.flush()
    refresh(case, event)


def _act_events(case: Case) -> frozenset[int | None]:
    """The events that recorded a legal act: what they entered is not what was registered."""
    return frozenset(db.session.scalars(select(LegalAct.event_id).where(LegalAct.case_id == case.id)))


def _registered(case: Case, event: CaseEvent, rows: list[LimitationEvent], own_acts: frozenset[int | None]) -> None:
    """The starts and the application, as registered: a corrected day takes the place of the one before."""
    accident = case.accident_on if (case.category_code or "").startswith("insurance") else None
    wanted = [
        ("right_known", case.right_known_on, _("登记的知道权利受侵害之日"), False),
        ("employment_ended", case.employed_until, _("登记的离职日期"), False),
        ("insured_event", accident, _("登记的事故日期"), False),
    ]
    if case.track in _APPLIED_FOR:
        evidence = _("调解申请（登记号 %(number)s）", number=case.number)
        wanted.append(("mediation_applied", case.received_on, evidence, _APPLIED_FOR[case.track]))
    for row in rows:
        is_own = _is_registered(row, own_acts)
        still = any(
            (row.ground, row.happened_on, row.is_contested) == (key, on, doubt) for key, on, _e, doubt in wanted
        )
        if is_own and row.status == STANDING and not still:
            row.status, row.reason = WITHDRAWN, SUPERSEDED
    for key, on, evidence, is_contested in wanted:
        known = any(
            (row.ground, row.happened_on, row.is_contested, row.claim_id) == (key, on, is_contested, None)
            and row.reason != SUPERSEDED
            for row in rows
            if row.event_id is not None
        )
        if on is not None and not known:
            rows.append(_enter(case, event, key, on, evidence, is_contested=is_contested))


def _is_registered(row: LimitationEvent, own_acts: frozenset[int | None]) -> bool:
    """Whether a row came from what was registered, not from a person or a recorded act."""
    return row.ground in BY_ITSELF and row.event_id is not None and row.event_id not in own_acts


def _entered_by(case: Case, event: CaseEvent, kind: Event, rows: list[LimitationEvent]) -> None:
    """The other side's agreement to perform, and what was applied for elsewhere (Order 33 Art 27, CC 195)."""
    if any(one.event_id == event.id and one.ground not in BY_ITSELF for one in rows):
        return
    data, evidence, is_contested, ground = event.data, "", False, "agreed_to_perform"
    if kind is Event.ANSWERED and data.get("answer") in ("accept", "offer"):
        # What was offered to reach an agreement is no admission: the cautious day does not rely on it.
        is_contested = data["answer"] == "offer"
        evidence = _("单位在本系统提出方案") if is_contested else _("单位在本系统答复同意")
    elif kind in (Event.AGREEMENT_EFFECTIVE, Event.ORAL_AGREEMENT_REACHED):
        evidence = _("调解协议")
    elif kind is Event.PAYMENT_RECORDED:
        evidence = _("第 %(seq)s 期付款 %(sum)s 元", seq=data.get("seq"), sum=yuan(int(data["amount_fen"])))
    elif data.get("route") in _OF_ROUTES:
        ground, evidence = _OF_ROUTES[data["route"]], str(ROUTES[data["route"]])
    if evidence:
        rows.append(_enter(case, event, ground, event.happened_on, evidence, is_contested=is_contested))


def _by_acts(case: Case, rows: list[LimitationEvent]) -> None:
    """Recorded legal acts that interrupt: one event for each that stands; a corrected or withdrawn act takes its own back."""
    acts = db.session.scalars(
        select(LegalAct).where(LegalAct.case_id == case.id, LegalAct.kind.in_(_INTERRUPTING)).order_by(LegalAct.id)
    ).all()
    own = {act.event_id for act in acts}
    entered = {row.event_id: row for row in rows if row.event_id in own}
    for act in acts:
        row = entered.get(act.event_id)
        if act.status == STANDING and row is None:
            rows.append(_enter_act(case, act))
        elif act.status != STANDING and row is not None and row.status == STANDING:
            row.status, row.reason = WITHDRAWN, (act.reason or SUPERSEDED)[:300]


def _enter_act(case: Case, act: LegalAct) -> LimitationEvent:
    ground = GROUNDS[ACTS[act.kind].ground]
    row = LimitationEvent(
        committee_id=case.committee_id,
        case_id=case.id,
        claim_id=act.claim_id,
        kind=ground.kind.value,
        ground=ground.key,
        happened_on=act.happened_on,
        evidence=act.evidence,
        attachment_id=act.attachment_id,
        status=STANDING,
        event_id=act.event_id,
        recorded_by=act.recorded_by,
    )
    db.session.add(row)
    return row


def _enter(
    case: Case, event: CaseEvent, ground: str, on: date, evidence: str, *, is_contested: bool
) -> LimitationEvent:
    row = LimitationEvent(
        committee_id=case.committee_id,
        case_id=case.id,
        kind=GROUNDS[ground].kind.value,
        ground=ground,
        happened_on=on,
        evidence=evidence[:300],
        is_contested=is_contested,
        status=STANDING,
        event_id=event.id,
        recorded_by=event.actor_id,
    )
    db.session.add(row)
    return row


def refresh(case: Case, event: CaseEvent | None = None) -> None:
    """Count all claims anew and keep the days that changed; what stands already stays as it is.

    A day that a person confirmed stays until the counted earliest day moves; then it has to be confirmed again.
    """
    rows = [one for one in deadline_queries.of_case(case.id) if _stands(one)]
    event_id = event.id if event else None
    if _is_settled(case):
        codes = (*law.LIMITATION_RULES, URGENT_AID)
        deadlines.cancel(case_id=case.id, rule_codes=codes, on=clock.today(), event_id=event_id)
        case.limitation_on, case.limitation_confirmed = None, False
        return
    claims = claims_of(case)
    before = _first(days_of(claims, rows))
    wanted = [day for one in limitations_of(case, claims) for day in _days(one)]
    kept = {one.subject: one for one in rows}
    standing = [_keep(case, subject, counted, origin, kept.pop(subject, None)) for subject, counted, origin in wanted]
    for row in kept.values():
        if row.rule_code != URGENT_AID and row.status == "open":
            _end(row, event_id)
    earliest = min((row.raw_last_day for row in standing), default=None)
    if not case.limitation_confirmed or (before is not None and before != earliest):
        case.limitation_on, case.limitation_confirmed = earliest, False
    _keep_urgent_aid(case, earliest, kept, event_id)
    db.session.flush()


def propose_anew(case: Case) -> None:
    """A change of a rule moved the kept days: the earliest of them has to be confirmed again by a person."""
    rows = [one for one in deadline_queries.of_case(case.id) if _stands(one)]
    earliest = _first(days_of(claims_of(case), rows))
    if earliest != case.limitation_on:
        case.limitation_on, case.limitation_confirmed = earliest, False


def _is_settled(case: Case) -> bool:
    """What was paid in full is owed no longer."""
    return case.state == State.PERFORMED.value or (case.outcome == "agreed" and case.performance == "full")


def _first(days: Iterable[ClaimDays]) -> date | None:
    return min((one.cautious.raw_last_day for one in days if one.cautious), default=None)


Wanted = tuple[str, Computed, LimitationEvent | None]


def _days(one: ClaimLimitation) -> list[Wanted]:
    """The current day, and the earliest where it is another."""
    counted, found = one.counted, []
    if counted.current is not None:
        origin = one.row(counted.current_from) if counted.current_from else None
        found.append((subject_of(one.claim.id), counted.current, origin))
    if counted.earliest is not None and (
        counted.current is None or counted.earliest.raw_last_day != counted.current.raw_last_day
    ):
        origin = one.row(counted.earliest_from) if counted.earliest_from else None
        found.append((subject_of(one.claim.id, is_earliest=True), counted.earliest, origin))
    return found


def _keep(
    case: Case, subject: str, computed: Computed, origin: LimitationEvent | None, known: Deadline | None
) -> Deadline:
    """Open or replace the row of a day, unless the one that stands says the same. Returns the row that stands."""
    stops = tuple(computed.pauses)
    if known is not None:
        same = (known.rule_code, known.trigger_on, known.raw_last_day) == (
            computed.rule.id,
            computed.trigger,
            computed.raw_last_day,
        )
        if (same and deadlines.pauses_of(known) == stops) or _waits_for_a_decision(known, computed):
            return known
        if known.rule_code != computed.rule.id and known.status == "open":
            _end(known, origin.event_id if origin else None)
    row = deadlines.open_deadline(
        committee_id=case.committee_id,
        case_id=case.id,
        rule_code=computed.rule.id,
        trigger_on=computed.trigger,
        event_id=origin.event_id if origin else None,
        subject=subject,
        pauses=stops,
    )
    if origin is not None and origin.kind != law.Kind.START.value:
        _name_the_interruption(row, origin)
    return row


def _waits_for_a_decision(known: Deadline, computed: Computed) -> bool:
    """Whether only the rule has changed since: then the other day is a proposal, and the one that stands stays."""
    return (
        (known.rule_code, known.trigger_on) == (computed.rule.id, computed.trigger)
        and deadlines.pauses_of(known) == tuple(computed.pauses)
        and known.rule_version != computed.rule_version
    )


def _name_the_interruption(row: Deadline, origin: LimitationEvent) -> None:
    """A fresh row begins with what the period runs anew from, not with what the rule starts from."""
    row.trigger = Trigger.LIMITATION_INTERRUPTED.value
    what = _("时效中断：%(ground)s", ground=GROUNDS[origin.ground].label)
    if row.trigger_on != origin.happened_on:
        what = _("%(ground)s的程序终结，时效重新计算", ground=GROUNDS[origin.ground].label)
    opening, *rest = row.explanation
    row.explanation = [{**opening, "note": _("%(what)s，当日不计入", what=what)}, *rest]


def _end(row: Deadline, event_id: int | None) -> None:
    row.status, row.settled_on, row.settled_by_event_id = "cancelled", clock.today(), event_id


def _keep_urgent_aid(case: Case, earliest: date | None, kept: dict[str, Deadline], event_id: int | None) -> None:
    """Seven days before the earliest day legal aid may help first and check later (legal aid law Art 44)."""
    known = next((one for one in kept.values() if one.rule_code == URGENT_AID), None)
    if earliest is None or case.track not in _AIDED:
        if known is not None and known.status == "open":
            _end(known, event_id)
        return
    if known is None or known.trigger_on != earliest:
        deadlines.open_deadline(
            committee_id=case.committee_id,
            case_id=case.id,
            rule_code=URGENT_AID,
            trigger_on=earliest,
            event_id=event_id,
            subject="limitation",
        )
