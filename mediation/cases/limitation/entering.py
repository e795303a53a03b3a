"""What the events of a case enter for limitation by themselves, each once."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.accounts.languages import in_language
from mediation.cases.acts import ACTS
from mediation.cases.labels import ROUTES
from mediation.cases.lifecycle import Event, Track
from mediation.cases.limitation.counting import STANDING, WITHDRAWN, events_of
from mediation.cases.limitation.keeping import refresh
from mediation.cases.models import Case, CaseEvent, LegalAct, LimitationEvent
from mediation.core.db import db
from mediation.core.money import yuan
from mediation.deadlines.limitation import GROUNDS

SUPERSEDED = "登记内容已更正"  # stored, and compared with later: one language
# What the registered data say by themselves.
BY_ITSELF = frozenset({"right_known", "employment_ended", "insured_event", "mediation_applied"})
_INTERRUPTING = frozenset(act.kind for act in ACTS.values() if act.interrupts)
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
    with in_language(None):  # kept, and read by everybody
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
    with in_language(None):
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
