"""Power of attorney (授权委托书, D07): the company names who acts for it, the committee looks at the paper.

Nobody acts for a party on a paper that was not looked at: only a confirmed one becomes a representative, on the papers
and at the table. What was named and turned down stays in the history.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from mediation.cases import policy
from mediation.cases.lifecycle import Event
from mediation.cases.models import Case, CaseEvent
from mediation.cases.service.events import apply_event
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from mediation.parties import queries as party_queries
from mediation.parties import service as parties
from mediation.parties.models import Representative

PENDING, CONFIRMED, REJECTED = "pending", "confirmed", "rejected"


@dataclass(frozen=True)
class Authority:
    """One paper as the company named it. ``status``: pending, confirmed, rejected (with ``reason``)."""

    event_id: int
    party_id: int
    company_id: int
    name: str
    position: str | None
    scope: str
    powers: tuple[str, ...]
    from_on: date | None
    to_on: date | None
    file_ids: tuple[int, ...]
    status: str
    reason: str | None
    representative_id: int | None


def name_representative(
    actor: Actor,
    *,
    case: Case,
    party_id: int,
    name: str,
    position: str | None,
    scope: str,
    to_on: date | None,
    file_ids: Sequence[int],
    powers: Iterable[str] = (),
    from_on: date | None = None,
) -> CaseEvent:
    """The company names who acts for it and hands in the paper. Raises DomainError at ``name``, ``scope``, ``powers``,
    ``to_on`` or ``file``, Forbidden for a party that is not the actor's own company."""
    party = party_queries.get_of_case(case.id, party_id)
    if party.company_id is None or party.company_id not in policy.own_companies(actor, case.id):
        raise Forbidden()
    named = [power for power in powers if power]
    if not (name or "").strip():
        raise DomainError(_("请填写姓名"), field="name")
    if scope not in ("general", "special"):
        raise DomainError(_("请选择一般授权或特别授权"), field="scope")
    if scope == "special" and not named:
        raise DomainError(_("特别授权须逐项写明权限"), field="powers")
    if to_on and to_on < clock.today():
        raise DomainError(_("授权已经到期，请提交有效的授权委托书"), field="to_on")
    if from_on and to_on and to_on < from_on:
        raise DomainError(_("截止日不能早于起始日"), field="to_on")
    if not file_ids:
        raise DomainError(_("请上传授权委托书"), field="files")
    data = {
        "party_id": party.id,
        "company_id": party.company_id,
        "name": name.strip()[:60],
        "position": (position or "").strip()[:60] or None,
        "scope": scope,
        "powers": named,
        "from_on": from_on.isoformat() if from_on else None,
        "to_on": to_on.isoformat() if to_on else None,
        "file_ids": list(file_ids),
    }
    return apply_event(actor, case, Event.REPRESENTATIVE_NAMED, data=data)


def review_representative(
    actor: Actor, *, case: Case, authority: Authority, is_confirmed: bool, reason: str | None = None
) -> Representative | None:
    """Confirm a paper, which makes the person a representative, or turn it down with the reason.

    Raises Conflict when it was looked at already, DomainError at ``reason`` without one for a refusal.
    """
    if authority.status != PENDING:
        raise Conflict(_("这份授权委托书已经核对过"))
    if not is_confirmed and not (reason or "").strip():
        raise DomainError(_("请写明退回的理由"), field="reason")
    person = None
    if is_confirmed:
        person = parties.add_representative(
            actor,
            party=party_queries.get_of_case(case.id, authority.party_id),
            kind="agent",
            name=authority.name,
            relation=authority.position,
            scope=authority.scope,
            powers=authority.powers,
            from_on=authority.from_on,
            to_on=authority.to_on,
            attachment_id=authority.file_ids[0] if authority.file_ids else None,
        )
    data = {
        "named_id": authority.event_id,
        "party_id": authority.party_id,
        "company_id": authority.company_id,
        "is_confirmed": is_confirmed,
        "representative_id": person.id if person else None,
    }
    apply_event(actor, case, Event.REPRESENTATIVE_REVIEWED, note=reason, data=data)
    return person


def authorities_for(actor: Actor, case: Case) -> list[Authority]:
    """The papers an actor may see, newest first: staff all, a company its own, nobody else any."""
    if not (policy.may_see_notes(actor) or policy.is_company(actor)):
        return []
    kinds = (Event.REPRESENTATIVE_NAMED.value, Event.REPRESENTATIVE_REVIEWED.value)
    statement = select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.event.in_(kinds))
    rows = db.session.scalars(statement.order_by(CaseEvent.id)).all()
    found = authorities_of(rows)
    if policy.may_see_notes(actor):
        return found
    own = policy.own_names(actor, case.id)
    return [one for one in found if one.company_id in own]


def authorities_of(rows: Iterable[CaseEvent]) -> list[Authority]:
    """The papers that a history tells of, newest first. ``rows`` oldest first."""
    reviews, named = {}, []
    for row in rows:
        if row.event == Event.REPRESENTATIVE_REVIEWED.value:
            reviews[row.data["named_id"]] = row
        elif row.event == Event.REPRESENTATIVE_NAMED.value:
            named.append(row)
    return [_authority(row, reviews.get(row.id)) for row in reversed(named)]


def authority_for(actor: Actor, case: Case, event_id: int) -> Authority:
    """One of them. Raises NotFound."""
    found = next((one for one in authorities_for(actor, case) if one.event_id == event_id), None)
    if found is None:
        raise NotFound()
    return found


def _authority(row: CaseEvent, review: CaseEvent | None) -> Authority:
    data = row.data
    status = PENDING if review is None else (CONFIRMED if review.data["is_confirmed"] else REJECTED)
    return Authority(
        event_id=row.id,
        party_id=data["party_id"],
        company_id=data["company_id"],
        name=data["name"],
        position=data.get("position"),
        scope=data["scope"],
        powers=tuple(data.get("powers") or ()),
        from_on=_day(data.get("from_on")),
        to_on=_day(data.get("to_on")),
        file_ids=tuple(data.get("file_ids") or ()),
        status=status,
        reason=review.note if review else None,
        representative_id=review.data.get("representative_id") if review else None,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
