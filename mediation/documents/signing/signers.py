"""Who signs an issued paper: the places of its form, filled from the facts it was made of. No database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mediation.documents.spec import FormSpec, Per

# A signer of a form that is a party: which side signs, or None for the party that the paper is made of.
_SIDES = {
    "applicant": "applicant",
    "respondent": "respondent",
    "members": "applicant",
    "creditor": "applicant",
    "payee": "applicant",
    "organisation": None,
    "principal": None,
    "party": None,
}
_OF_ONE_PARTY = frozenset({Per.RESPONDENT, Per.ORGANISATION, Per.CREDITOR})
OTHER = "other"
# What the names of the powers to settle and to sign what was settled have in common (``cases.labels.POWERS``).
_SETTLES = "调解"


@dataclass(frozen=True)
class Signer:
    """A person who may sign at a place. ``relation`` says what they are to the party ("" for the party itself).

    ``name`` is "" where it has to be typed.
    """

    key: str
    name: str
    relation: str = ""


@dataclass(frozen=True)
class Place:
    """One signature that a paper needs. ``key`` is unique in the paper; ``capacity`` a signer of the form's declaration.

    ``holder`` is the printed name, ``party_id`` whose signature it is where it is a party's.
    """

    key: str
    capacity: str
    holder: str
    party_id: int | None
    signers: tuple[Signer, ...]


def places(spec: FormSpec, subject: str, facts_text: str) -> tuple[Place, ...]:
    """The places of a paper in the form's order. ``facts_text`` is the sealed JSON it was made from."""
    facts = json.loads(facts_text)
    return tuple(place for capacity in spec.signed_by for place in _of(capacity, spec, subject, facts))


def _of(capacity: str, spec: FormSpec, subject: str, facts: dict[str, Any]) -> Iterator[Place]:
    if capacity in _SIDES:
        for party in facts["parties"]:
            if _is_meant(party, capacity, spec, subject):
                yield _of_party(capacity, party, needs_power=spec.code == "D13")
    elif capacity == "mediator":
        for number, name in enumerate(facts["mediators"] or ("",), 1):
            yield _of_staff(f"{capacity}:{number}", capacity, name)
    else:
        yield _of_staff(capacity, capacity, facts.get(capacity) if capacity == "recorder" else "")


def _is_meant(party: dict[str, Any], capacity: str, spec: FormSpec, subject: str) -> bool:
    if spec.per is Per.REPRESENTATIVE:
        return any(one["key"] == subject for one in party["representatives"])
    if spec.per in _OF_ONE_PARTY:
        return party["key"] == subject
    side = _SIDES[capacity]
    return side is None or party["side"] == side


def _of_party(capacity: str, party: dict[str, Any], *, needs_power: bool) -> Place:
    signers = [Signer("self", party["name"])] if party["kind"] == "person" else []
    if party["legal_representative"]:
        signers.append(Signer("head", party["legal_representative"], "法定代表人（负责人）"))
    signers += [
        Signer(f"rep-{one['key']}", one["name"], one["kind_label"])
        for one in party["representatives"]
        if capacity != "principal"
        # To settle is a special power: with a general authority an agent does not sign the agreement.
        and (not needs_power or one["kind"] != "agent" or any(_SETTLES in power for power in one["powers"]))
    ]
    if party["kind"] != "person":
        signers.append(Signer(OTHER, "", "负责人"))
    return Place(f"{capacity}:{party['key']}", capacity, party["name"], int(party["key"]), tuple(signers))


def _of_staff(key: str, capacity: str, name: str | None) -> Place:
    signer = Signer("self", name) if name else Signer(OTHER, "")
    return Place(key, capacity, name or "", None, (signer,))
