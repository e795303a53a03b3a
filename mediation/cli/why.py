"""Why the last days of a case are those days, as text and as JSON; see ``mediation deadlines why``."""

from __future__ import annotations

from typing import Any

from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cases import queries, why
from mediation.cases.why import Change, Entry, Why
from mediation.core.actor import Actor
from mediation.core.db import transaction
from mediation.core.errors import DomainError, NotFound
from mediation.core.i18n import moment


def read(actor: Actor, number: str, rule_id: str | None) -> list[Why]:
    """The time limits of a case that run or are settled. Raises DomainError where there is no such case or none."""
    with transaction():
        try:
            case = queries.get_for(actor, number)
        except NotFound as error:
            raise DomainError(f"no case {number}") from error
        found = why.explain_all(actor, case, rule_id)
        if not found:
            raise DomainError(f"case {number} has no time limit" + (f" {rule_id}" if rule_id else ""))
        record(actor, AuditEvent.CASE_VIEWED, subject=("case_file", case.id), case_id=case.id)
    return found


def as_dict(one: Why) -> dict[str, Any]:
    """The scripting contract: civil dates and instants in ISO form, the count as Chinese lines."""
    row, rule = one.deadline, one.rule
    return {
        "rule": row.rule_code,
        "title": rule.title if rule else row.rule_code,
        "subject": one.subject,
        "status": row.status,
        "trigger": row.trigger,
        "trigger_on": row.trigger_on,
        "raw_last_day": row.raw_last_day,
        "last_day": row.last_day,
        "provisional": row.is_provisional,
        "basis": row.basis,
        "verified": rule.is_verified if rule else None,
        "binds": rule.binds if rule else None,
        "if_missed": rule.if_missed if rule else None,
        "rule_version": row.rule_version,
        "newest_rule_version": one.newest,
        "calendar_version": row.calendar_version,
        "calendar_years": [
            {"year": year.year, "source": year.source, "verified": year.is_verified} for year in one.years
        ],
        "missing_years": list(one.missing),
        "extra_length": row.extra_length,
        "pauses": [{"first": pause.first, "last": pause.last, "why": pause.why} for pause in one.pauses],
        "entered": _entry(one.origin.entered),
        "evidence": one.origin.evidence,
        "files": [file.filename for file in one.origin.files],
        "settled_on": row.settled_on,
        "settled": _entry(one.settled),
        "proposed_last_day": one.proposed.last_day if one.proposed else None,
        "explanation": [*(str(step) for step in one.steps), *one.remarks],
        "history": [_change(change) for change in one.history],
    }


def _entry(entered: Entry | None) -> dict[str, Any] | None:
    if entered is None:
        return None
    return {"what": entered.title, "who": entered.who, "at": entered.at.isoformat(), "note": entered.note}


def _change(change: Change) -> dict[str, Any]:
    return {
        "from": change.before.last_day,
        "to": change.after.last_day,
        "at": change.after.created_at.isoformat(),
        "because": change.reasons,
        "by": _entry(change.cause),
    }


def as_lines(one: Why) -> list[str]:
    """The same for people to read and print."""
    row, rule = one.deadline, one.rule
    unverified = "" if rule is None or rule.is_verified else "（未核实）"
    title = " · ".join(part for part in (row.rule_code, rule.title if rule else "", one.subject) if part)
    lines = [
        title,
        f"最后一日 {row.last_day}{'（暂定）' if row.is_provisional else ''}  期间届满 {row.raw_last_day}  {one.state}",
        f"依据 {row.basis}{unverified}",
        f"规则第 {row.rule_version} 版（现行第 {one.newest} 版）  日历 {row.calendar_version}",
        *(f"{year.year}年 {year.source}{'' if year.is_verified else '（未核实）'}" for year in one.years),
        *(f"{year}年 放假安排尚未录入，仅按周末推定" for year in one.missing),
        f"起算 {one.origin.act} {row.trigger_on}{_by(one.origin.entered)}",
    ]
    if one.origin.evidence:
        lines.append(f"证据 {one.origin.evidence}")
    lines += [f"材料 {file.filename}" for file in one.origin.files]
    lines += [f"  {step}" for step in one.steps]
    lines += [f"  {remark}" for remark in one.remarks]
    if one.settled:
        lines.append(f"{one.state} {row.settled_on}{_by(one.settled)}")
    if one.proposed:
        lines.append(f"按现行规则和日历应为 {one.proposed.last_day}，等待系统管理员确认")
    for change in one.history:
        reasons = "；".join(change.reasons)
        lines.append(f"以前 {change.before.last_day} → {change.after.last_day}{_by(change.cause)} {reasons}".rstrip())
    return lines


def _by(entered: Entry | None) -> str:
    if entered is None:
        return ""
    return "  " + " · ".join(part for part in (entered.title, entered.who, moment(entered.at)) if part)
