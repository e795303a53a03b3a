"""Who sees what of a person (law.md 7.3): masked for everybody, in clear only through ``service.reveal``."""

from __future__ import annotations

from dataclasses import dataclass, field

from mediation.core.actor import Actor, Role
from mediation.core.permissions import P, granted
from mediation.parties.models import Party, Representative

SEALED = ("id_number", "phone", "second_phone", "address", "bank_account")
_PHONES = frozenset({"phone", "second_phone"})


@dataclass(frozen=True)
class MaskedParty:
    """A party as pages show it. Sealed fields are masked text, or None where empty or not for this actor's eyes.

    ``revealable`` names the fields that the actor may ask to see in clear and that hold something.
    """

    id: int
    side: str
    kind: str
    role: str
    seq: int
    name: str
    gender: str | None
    ethnicity: str | None
    birth_year: int | None
    occupation: str | None
    is_migrant: bool | None
    is_over_age: bool
    company_id: int | None
    legal_representative: str | None
    plate: str | None
    service_wish: str | None
    id_number: str | None = None
    phone: str | None = None
    second_phone: str | None = None
    address: str | None = None
    bank_account: str | None = None
    revealable: frozenset[str] = frozenset()
    representatives: tuple[MaskedRepresentative, ...] = field(default=())


@dataclass(frozen=True)
class MaskedRepresentative:
    """A representative as pages show it."""

    id: int
    kind: str
    name: str
    relation: str | None
    scope: str
    powers: tuple[str, ...]
    id_number: str | None = None
    phone: str | None = None
    revealable: frozenset[str] = frozenset()


def revealable(actor: Actor) -> frozenset[str]:
    """The sealed fields the actor may see in clear.

    Headquarters HR none, whatever else the person is; police officers the phones only; the rest by permission.
    """
    if actor.is_system:
        return frozenset(SEALED)
    if actor.has(Role.HR):
        return frozenset()
    if granted(actor, P.PARTY_REVEAL):
        return frozenset(SEALED)
    return _PHONES if actor.has(Role.POLICE) else frozenset()


def _shown(actor: Actor) -> frozenset[str]:
    # HR tells two employees of one name apart by the masked number; nothing else of a person is theirs to know.
    if actor.has(Role.HR) and not actor.is_system:
        return frozenset({"id_number"})
    return revealable(actor)


def mask_text(name: str, value: str | None) -> str | None:
    """The masked form of a sealed field: 310***********1234, 138****8000, the first six characters of an address."""
    if not value:
        return None
    if name == "address":
        return f"{value[:6]}…" if len(value) > 6 else f"{value[:2]}…"
    return _starred(value, head=0 if name == "bank_account" else 3)


def _starred(value: str, *, head: int, tail: int = 4) -> str:
    # At least half of it must be covered, or a short number would be shown rather than masked.
    if len(value) < 2 * (head + tail) - 3:
        head, tail = 0, min(2, len(value) - 1)
    return value[:head] + "*" * (len(value) - head - tail) + value[len(value) - tail :]


def mask(actor: Actor, party: Party) -> MaskedParty:
    """The party as this actor may see it, representatives included."""
    shown = _shown(actor)
    plain = {
        name: getattr(party, name)
        for name in MaskedParty.__dataclass_fields__
        if name not in (*SEALED, "revealable", "representatives")
    }
    return MaskedParty(
        **plain,
        **{name: mask_text(name, getattr(party, name)) for name in SEALED if name in shown},
        revealable=frozenset(name for name in revealable(actor) if getattr(party, name)),
        representatives=tuple(mask_representative(actor, person) for person in party.representatives),
    )


def mask_representative(actor: Actor, person: Representative) -> MaskedRepresentative:
    """The representative as this actor may see them."""
    shown = _shown(actor)
    sealed = ("id_number", "phone")
    return MaskedRepresentative(
        id=person.id,
        kind=person.kind,
        name=person.name,
        relation=person.relation,
        scope=person.scope,
        powers=tuple(person.powers or ()),
        **{name: mask_text(name, getattr(person, name)) for name in sealed if name in shown},
        revealable=frozenset(name for name in sealed if name in revealable(actor) and getattr(person, name)),
    )
