"""Put people and organisations into a case, and show a sealed field in clear, with a trace.

The caller has checked that the actor may change the case; what is checked here is the data.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import String, func, select

from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.companies.service import follow_merges
from mediation.core.actor import Actor
from mediation.core.crypto import blind
from mediation.core.db import db
from mediation.core.errors import DomainError, Forbidden
from mediation.parties import identity, policy
from mediation.parties.models import Party, PartyKind, PartyRole, Representative, Side
from mediation.parties.queries import ID_PURPOSE, LAST4_PURPOSE, PHONE_PURPOSE

CHANGEABLE = frozenset(
    {
        "side",
        "kind",
        "role",
        "seq",
        "name",
        "gender",
        "ethnicity",
        "birth_year",
        "occupation",
        "is_migrant",
        "is_over_age",
        "company_id",
        "legal_representative",
        "plate",
        "service_wish",
        *policy.SEALED,
    }
)
_LENGTHS = {
    column.name: column.type.length
    for column in Party.__table__.columns
    if column.name in CHANGEABLE and isinstance(column.type, String)
}

follow_merges(Party.company_id, Party.id)


def add_party(
    actor: Actor,
    *,
    case_id: int,
    side: str,
    kind: str,
    role: str,
    name: str,
    company_id: int | None = None,
    **details: Any,
) -> Party:
    """Add a party to a case. ``details`` are the other columns of ``CHANGEABLE``, all of them optional.

    From a resident ID the birth year and the gender follow, unless they are given. Raises DomainError at ``name``,
    ``id_number``, ``phone`` or ``second_phone``; an empty value never blocks. Raises ValueError for an unknown
    column, side, kind or role.
    """
    party = Party(committee_id=actor.committee_id, case_id=case_id)
    values = {"side": side, "kind": kind, "role": role, "name": name, "company_id": company_id, **details}
    _apply(party, values)
    if details.get("seq") is None:
        party.seq = _next_seq(case_id, party.side)
    db.session.add(party)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CREATED, subject=("party", party.id), case_id=case_id)
    return party


def _next_seq(case_id: int, side: str) -> int:
    last = db.session.scalar(select(func.max(Party.seq)).where(Party.case_id == case_id, Party.side == side))
    return (last or 0) + 1


def change_party(actor: Actor, *, party: Party, **changes: Any) -> Party:
    """Change columns of a party; what is not named stays. Raises as :func:`add_party` does.

    The audit row names the columns that changed, not what they held.
    """
    before = {name: getattr(party, name) for name in changes if name in CHANGEABLE}
    _apply(party, changes)
    changed = sorted(name for name, value in before.items() if getattr(party, name) != value)
    if changed:
        db.session.flush()
        record(actor, AuditEvent.RECORD_CHANGED, subject=("party", party.id), case_id=party.case_id, changed=changed)
    return party


def _apply(party: Party, values: dict[str, Any]) -> None:
    unknown = set(values) - CHANGEABLE
    if unknown:
        raise ValueError(f"a party has no {', '.join(sorted(unknown))}")
    values = _checked(values)
    number = values.get("id_number")
    if number:
        # Not asked again at the desk: the number says both. What a person typed beside it wins.
        born = identity.birth_date(number)
        values["birth_year"] = values.get("birth_year") or (born.year if born else None)
        values["gender"] = values.get("gender") or identity.gender_of(number)
    for name, value in values.items():
        setattr(party, name, value)
    if "id_number" in values:
        party.id_blind = blind(ID_PURPOSE, number)
    if "phone" in values:
        phone = values["phone"]
        party.phone_blind = blind(PHONE_PURPOSE, phone)
        party.phone_last4_blind = blind(LAST4_PURPOSE, phone[-4:]) if phone else None


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """The values normalised. Raises DomainError at the field that cannot be right."""
    values = {name: (value.strip() or None) if isinstance(value, str) else value for name, value in values.items()}
    if "name" in values and not values["name"]:
        raise DomainError(_("请填写姓名或名称"), field="name")
    for name, length in _LENGTHS.items():
        if isinstance(values.get(name), str) and len(values[name]) > length:
            raise DomainError(_("最多 %(count)s 个字", count=length), field=name)
    for name, kinds in (("side", Side), ("kind", PartyKind), ("role", PartyRole)):
        if name in values:
            values[name] = kinds(values[name]).value
    _check_numbers(values, ("phone", "second_phone"))
    return values


def _check_numbers(values: dict[str, Any], phones: Iterable[str]) -> None:
    if "id_number" in values:
        number = identity.normalise_id(values["id_number"])
        if number and not identity.is_valid_id(number):
            raise DomainError(_("身份证号码不正确，请核对 18 位数字和末位校验码；暂时没有可以留空"), field="id_number")
        values["id_number"] = number
    for name in phones:
        if name not in values:
            continue
        phone = identity.normalise_phone(values[name])
        if values[name] and (phone is None or not identity.is_valid_phone(phone)):
            raise DomainError(_("电话号码应为 5 至 20 位数字"), field=name)
        values[name] = phone


def add_representative(
    actor: Actor,
    *,
    party: Party,
    kind: str,
    name: str,
    relation: str | None = None,
    id_number: str | None = None,
    phone: str | None = None,
    scope: str = "general",
    powers: Iterable[str] = (),
    from_on: date | None = None,
    to_on: date | None = None,
    attachment_id: int | None = None,
) -> Representative:
    """Add who acts for a party (``kind``: agent, legal_representative, elected) with the scope of authority.

    ``scope`` is general or special; a special one names its powers. Raises DomainError at ``name``, ``scope``,
    ``powers``, ``to_on``, ``id_number`` or ``phone``.
    """
    if not (name or "").strip():
        raise DomainError(_("请填写姓名或名称"), field="name")
    if scope not in ("general", "special"):
        raise DomainError(_("请选择一般授权或特别授权"), field="scope")
    named = [power.strip() for power in powers if power.strip()]
    if scope == "special" and not named:
        raise DomainError(_("特别授权须逐项写明权限"), field="powers")
    if from_on and to_on and to_on < from_on:
        raise DomainError(_("截止日不能早于起始日"), field="to_on")
    numbers: dict[str, Any] = {"id_number": id_number, "phone": phone}
    _check_numbers(numbers, ("phone",))
    person = Representative(
        committee_id=party.committee_id,
        case_id=party.case_id,
        party_id=party.id,
        kind=kind,
        name=name.strip(),
        relation=relation,
        scope=scope,
        powers=named,
        from_on=from_on,
        to_on=to_on,
        attachment_id=attachment_id,
        **numbers,
    )
    party.representatives.append(person)
    db.session.flush()
    record(actor, AuditEvent.RECORD_CREATED, subject=("representative", person.id), case_id=party.case_id)
    return person


def reveal(actor: Actor, *, party: Party | Representative, field: str, reason: str) -> str:
    """The value of a sealed field in clear; the look is recorded with its reason (law.md 7.3).

    Raises Forbidden for a field not meant for the actor, DomainError at ``reason`` without one. An empty field gives
    an empty text and leaves a trace as well.
    """
    if field not in policy.revealable(actor) or not hasattr(party, field):
        raise Forbidden()
    reason = (reason or "").strip()[:100]
    if not reason:
        raise DomainError(_("请写明查看原因"), field="reason")
    record(
        actor,
        AuditEvent.FIELD_REVEALED,
        subject=(party.__tablename__, party.id),
        case_id=party.case_id,
        field=field,
        reason=reason,
    )
    return getattr(party, field) or ""
