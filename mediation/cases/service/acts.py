"""Legal acts that are no step of the life cycle: recorded, corrected and withdrawn, each with its row of the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.attachments import queries as attachments
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cases import clock as case_clock
from mediation.cases import queries_due, reckoning
from mediation.cases.act_labels import unit_of
from mediation.cases.acts import ACTS, EARLIEST, Act, longest
from mediation.cases.labels import EVENTS
from mediation.cases.lifecycle import Event, State, Track, rows_for
from mediation.cases.models import Case, LegalAct
from mediation.cases.service.entries import claim_of
from mediation.cases.service.events import apply_event
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, NotFound
from mediation.deadlines.models import Deadline

STANDING, CORRECTED, WITHDRAWN = "standing", "corrected", "withdrawn"
CHANGEABLE = ("evidence", "attachment_id", "claim_id", "data")
Values = Mapping[str, Any]


def record_act(
    actor: Actor,
    *,
    case: Case,
    kind: str,
    on: date,
    evidence: str | None = None,
    attachment_id: int | None = None,
    claim_id: int | None = None,
    data: Values | None = None,
) -> LegalAct:
    """Record a legal act of a civil day; the clocks tied to it start, are met, lengthened or end.

    ``data``: the answers to the act's questions by name, ``days`` for an extension (in the unit of its rule). Raises
    DomainError at the field that is wrong ("kind", "on", "evidence", "days" or the question), Forbidden and Conflict as
    ``apply_event`` does, NotFound for another case's claim or file.
    """
    act, track = ACTS.get(kind), Track(case.track)
    if act is None or track not in act.tracks:
        raise DomainError(_("请选择本案程序中的行为"), field="kind")
    if act.instead and rows_for(act.instead, State(case.state), track):
        raise DomainError(_("这一步请用“%(act)s”登记", act=EVENTS[act.instead]), field="kind")
    answers = _checked(case, act, on, evidence or attachment_id, data or {})
    if kind == "accident" and case.accident_on:
        raise DomainError(_("受伤日期已经登记；如有错误请更正登记内容"), field="kind")
    _check_references(case, claim_id, attachment_id)
    _check_new(case, kind, on, claim_id, answers)
    row = _store(actor, case, kind, on, evidence, attachment_id, claim_id, answers)
    if kind == "accident":
        case.accident_on = on
    apply_event(actor, case, Event.ACT_RECORDED, data=_told(row, answers))
    return row


def correct_act(actor: Actor, *, act: LegalAct, on: date, reason: str, **changes: Any) -> LegalAct:
    """Put another row in the place of an act and count its clocks anew; the old row stays.

    ``changes`` may name evidence, attachment_id, claim_id and data; what is not named stays. Raises as
    :func:`record_act` does, DomainError at "reason" without one, and Conflict when the act no longer stands.
    """
    if unknown := changes.keys() - set(CHANGEABLE):
        raise ValueError(f"not correctable: {sorted(unknown)}")
    case = _case_of(act, reason)
    evidence, attachment_id, claim_id, data = (changes.get(name, getattr(act, name)) for name in CHANGEABLE)
    answers = _checked(case, ACTS[act.kind], on, evidence or attachment_id, data, act)
    _check_references(case, claim_id, attachment_id)
    if (on, evidence or None, attachment_id, claim_id, answers) == (
        act.happened_on,
        act.evidence,
        act.attachment_id,
        act.claim_id,
        act.data,
    ):
        raise DomainError(_("内容没有变化"), field="on")
    row = _store(actor, case, act.kind, on, evidence, attachment_id, claim_id, answers)
    act.status, act.reason, act.replaced_by_id = CORRECTED, reason, row.id
    if act.kind == "accident":
        case.accident_on = on
    told = _told(row, answers, first_act_id=_first(act).id, earlier_events=_events_of(act))
    event = apply_event(actor, case, Event.ACT_CORRECTED, note=reason, data=told)
    reckoning.correct_act(case, event)
    case_clock.refresh(case)
    return row


def withdraw_act(actor: Actor, *, act: LegalAct, reason: str) -> None:
    """The act did not happen: what it started ends, what it had met runs again. Raises as :func:`correct_act` does."""
    case = _case_of(act, reason)
    act.status, act.reason = WITHDRAWN, reason
    if act.kind == "accident":
        case.accident_on = None
    told = _told(act, act.data, withdrawn=True, earlier_events=_events_of(act))
    event = apply_event(actor, case, Event.ACT_CORRECTED, note=reason, data=told)
    reckoning.correct_act(case, event)
    case_clock.refresh(case)


def acts_of(case: Case) -> Sequence[LegalAct]:
    """The acts of a case, also those corrected or withdrawn, by their day."""
    order = (LegalAct.happened_on, LegalAct.id)
    return db.session.scalars(select(LegalAct).where(LegalAct.case_id == case.id).order_by(*order)).all()


def act_of(case: Case, act_id: int) -> LegalAct:
    """One act of a case that was loaded through the actor's scope. Raises NotFound."""
    row = db.session.scalars(select(LegalAct).where(LegalAct.id == act_id, LegalAct.case_id == case.id)).one_or_none()
    if row is None:
        raise NotFound()
    return row


def _case_of(act: LegalAct, reason: str) -> Case:
    if act.status != STANDING:
        raise Conflict(_("这一行为已经更正或者撤回"))
    if not reason.strip():
        raise DomainError(_("请写明理由"), field="reason")
    (case,) = queries_due.cases_of([act.case_id])
    return case


def _checked(
    case: Case, act: Act, on: date, proof: object, data: Values, before: LegalAct | None = None
) -> dict[str, Any]:
    """The answers that belong to the act. Raises DomainError at what is missing or wrong."""
    if on < EARLIEST:
        raise DomainError(_("日期不能早于 %(day)s", day=EARLIEST.isoformat()), field="on")
    if on > clock.today() and not act.may_lie_ahead:
        raise DomainError(_("日期不能晚于今天"), field="on")
    answers: dict[str, Any] = {}
    for question in act.questions(Track(case.track)):
        if data.get(question.name) not in question.answers:
            raise DomainError(_("请选择"), field=question.name)
        answers[question.name] = data[question.name]
    if act.extends:
        answers["days"] = _days(case, act, on, data.get("days"), before)
    elif act.swaps and before is None and not _lengthened_by(case, act, on):
        raise DomainError(_("没有正在计算、可以延长的期限"), field="kind")
    if act.needs_evidence and not proof:
        raise DomainError(_("时效中断须有证据：请写明证据，或者选择材料"), field="evidence")
    return answers


def _days(case: Case, act: Act, on: date, days: Any, before: LegalAct | None) -> int:
    if not isinstance(days, int) or days < 1:
        raise DomainError(_("请填写延长多少"), field="days")
    running = _lengthened_by(case, act, on)
    if not running and before is None:
        raise DomainError(_("没有正在计算、可以延长的期限"), field="kind")
    already = max((one.extra_length for one in running), default=0) - (before.data.get("days", 0) if before else 0)
    most = longest(act, [one.rule_code for one in running] or act.extends)
    if most is not None and already + days > most:
        words = {"most": most, "unit": unit_of(act.extends[0])}
        raise DomainError(_("合计最多延长 %(most)s %(unit)s", **words), field="days")
    if days > 365:
        raise DomainError(_("请核对：延长的时间过长"), field="days")
    return days


def _lengthened_by(case: Case, act: Act, on: date) -> list[Deadline]:
    rules = (*act.extends, *(old for old, _new in act.swaps))
    return [one for rule in rules for one in case_clock.can_be_lengthened(case, rule, on)]


def _check_references(case: Case, claim_id: int | None, attachment_id: int | None) -> None:
    if claim_id is not None:
        claim_of(case, claim_id)
    if attachment_id is not None:
        attachments.get_of_case(case.id, attachment_id, include_internal=True)


def _check_new(case: Case, kind: str, on: date, claim_id: int | None, answers: Values) -> None:
    """The same act is not recorded twice: a second press of the button, a second person at the counter."""
    same = select(LegalAct).where(
        LegalAct.case_id == case.id,
        LegalAct.kind == kind,
        LegalAct.happened_on == on,
        LegalAct.status == STANDING,
    )
    if any(one.claim_id == claim_id and one.data == answers for one in db.session.scalars(same)):
        raise DomainError(_("同一天的这一行为已经登记过"), field="on")


def _store(actor, case, kind, on, evidence, attachment_id, claim_id, answers) -> LegalAct:
    row = LegalAct(
        committee_id=case.committee_id,
        case_id=case.id,
        kind=kind,
        happened_on=on,
        claim_id=claim_id,
        evidence=(evidence or "").strip()[:300] or None,
        attachment_id=attachment_id,
        data=answers,
        status=STANDING,
        recorded_by=actor.user_id,
    )
    db.session.add(row)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CREATED, subject=("legal_act", row.id), case_id=case.id)
    return row


def _told(row: LegalAct, answers: Values, **more: Any) -> dict[str, Any]:
    """What the event of the history says of an act; ``clock`` reads it again whenever it counts."""
    return {"act": row.kind, "act_id": row.id, "act_on": row.happened_on.isoformat(), **answers, **more}


def _chain(act: LegalAct) -> list[LegalAct]:
    """The rows of an act, the first one first, each put in the place of the one before."""
    found = [act]
    while before := db.session.scalars(select(LegalAct).where(LegalAct.replaced_by_id == found[0].id)).first():
        found.insert(0, before)
    return found


def _first(act: LegalAct) -> LegalAct:
    return _chain(act)[0]


def _events_of(act: LegalAct) -> list[int]:
    return [one.event_id for one in _chain(act) if one.event_id is not None]
