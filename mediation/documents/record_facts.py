"""Facts of the record that a paper lacks and that are typed on its page: they are entered in the case itself.

A field is named by (whose it is, what it is): ("17", "phone") of a party, ("", "facts_text") of the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import reduce
from typing import Any

from mediation.cases import service as cases
from mediation.cases.models import Case
from mediation.core.actor import Actor
from mediation.documents.facts import CaseFacts, PartyFacts
from mediation.documents.spec import MISSING, Finding

OF_PARTY = frozenset({"phone", "id_number", "address", "legal_representative"})
FACTS, EVIDENCE = "facts_text", "evidence"
_WHOSE = frozenset({"parties", "applicants", "respondents", "subject_party"})

Field = tuple[str, str]


def enterable(findings: Iterable[Finding]) -> dict[Field, str]:
    """The missing facts that can be typed on the page, each with its name."""
    result = {}
    for finding in findings:
        field = _field(finding)
        if field is not None:
            result[field] = finding.message.partition("：")[2]
    return result


def _field(finding: Finding) -> Field | None:
    if finding.code != MISSING:
        return None
    if finding.path in (FACTS, EVIDENCE):
        return "", finding.path
    whose, _, what = finding.path.partition(".")
    what = what.removeprefix("*.")
    return (finding.key, what) if finding.key and whose in _WHOSE and what in OF_PARTY else None


def overlaid(facts: CaseFacts, entered: Mapping[Field, str]) -> CaseFacts:
    """The facts with what was typed, for a draft: nothing is kept."""
    parties = tuple(
        reduce(_with, ((what, text) for (whose, what), text in entered.items() if whose == party.key), party)
        for party in facts.parties
    )
    facts_text = entered.get(("", FACTS)) or facts.facts_text
    evidence = _lines(entered[("", EVIDENCE)]) if entered.get(("", EVIDENCE)) else facts.evidence
    return replace(facts, parties=parties, facts_text=facts_text, evidence=evidence)


def _with(party: PartyFacts, value: tuple[str, str]) -> PartyFacts:
    what, text = value
    changes: dict[str, Any] = {what: text}
    return replace(party, **changes)


def enter(actor: Actor, case: Case, entered: Mapping[Field, str]) -> None:
    """Write what was typed into the case. Raises DomainError at the field of the party that is wrong."""
    changes: dict[str, dict[str, str]] = {}
    for (whose, what), text in entered.items():
        if whose and text:
            changes.setdefault(whose, {})[what] = text
    for whose, values in changes.items():
        cases.change_party(actor, case=case, party_id=int(whose), **values)
    if told := entered.get(("", FACTS)):
        cases.correct(actor, case=case, facts=told)
    if evidence := entered.get(("", EVIDENCE)):
        cases.correct(actor, case=case, evidence=list(_lines(evidence)))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
