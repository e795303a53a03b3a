"""Official letters that belong to no case: numbered from the same sequences, rendered once, with the same proof."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from mediation.committees.models import Committee
from mediation.documents import registry
from mediation.documents.facts import CaseFacts, snapshot
from mediation.documents.offering import fonts
from mediation.documents.proof import codes
from mediation.documents.proof.claims import claims_of
from mediation.documents.proof.keys import paper_keys
from mediation.documents.service import NotComplete, proof_address, take_number
from mediation.documents.typeset.otfont import MissingGlyph


@dataclass(frozen=True)
class Letter:
    """An issued letter: its number, title, PDF, printed code, and the frozen facts it was made from as plain JSON.

    The code's ``h`` is the SHA-256 of those facts written as ``facts.snapshot`` writes them.
    """

    number: str
    title: str
    content: bytes
    proof: str
    facts: dict[str, Any]


def draft(code: str, facts: CaseFacts) -> bytes:
    """The letter as PDF, marked 草稿, with blanks for what is missing. Raises NotComplete for a character without a font."""
    try:
        return registry.render(code, facts, number="", issued_on=None, instance_fonts=fonts(), draft=True)
    except MissingGlyph as error:
        found = registry.check(code, facts, instance_fonts=fonts())
        raise NotComplete([one for one in found if one.code == "missing_glyph"]) from error


def issue(committee: Committee, code: str, facts: CaseFacts, *, on: date, **claims: Any) -> Letter:
    """Check, number, prove and render a letter. The number is taken in this transaction: a failure leaves no gap.

    ``claims`` stand in the printed code beside the usual ones (see ``proof.claims``). Raises NotComplete.
    """
    if findings := registry.check(code, facts, instance_fonts=fonts()):
        raise NotComplete(findings)
    number = take_number(committee, code, on)
    frozen, title = facts.issued_as(number, on), registry.title_of(code, facts)
    proof = codes.sign(claims_of(frozen, title=title, number=number) | claims, paper_keys().seed)
    content = registry.render(
        code,
        facts,
        number=number,
        issued_on=on,
        instance_fonts=fonts(),
        proof=proof,
        proof_address=proof_address(),
    )
    return Letter(number, title, content, proof, json.loads(snapshot(frozen)))
