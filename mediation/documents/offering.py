"""Which papers fit a case now, of what each is made, and what it still lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from flask import current_app

from mediation.cases.models import Case
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.errors import NotFound
from mediation.documents import casefacts, policy, queries, registry, shares, terms
from mediation.documents.facts import CaseFacts
from mediation.documents.models import Document
from mediation.documents.spec import Finding, FormSpec, Per
from mediation.documents.subjects import Subject, subjects


@dataclass(frozen=True)
class Offer:
    """A form that fits the case as it stands. ``subject`` is what it is made of where a case has several.

    ``document`` is the paper in force, ``findings`` what a new one still lacks.
    """

    spec: FormSpec
    title: str
    subject: Subject
    facts: CaseFacts
    findings: tuple[Finding, ...]
    document: Document | None


def offers(actor: Actor, *, case: Case) -> list[Offer]:
    """The forms that fit the case, with what each still lacks. Raises Forbidden."""
    policy.check_maker(actor)
    facts = _today(casefacts.facts_of(case))
    made = queries.in_force(case.id)
    check = _check_of_terms(case, facts)
    return [
        _offer(case, spec, subject, facts, check, made.get((spec.code, subject.key)), _proposed(spec, facts, subject))
        for spec in registry.fitting(facts)
        for subject in subjects(spec, facts)
    ]


def _proposed(spec: FormSpec, facts: CaseFacts, subject: Subject) -> dict[str, str]:
    """What the page of the paper shows first, so that only what must be typed counts as missing."""
    own = replace(facts, subject=subject.key)
    return {ask.key: ask.propose(own) for ask in spec.asks}


def offer(
    actor: Actor, *, case: Case, code: str, subject: str | None = None, typed: Mapping[str, str] | None = None
) -> Offer:
    """One form of the case with what it still lacks, counting what was typed. Raises Forbidden, NotFound."""
    policy.check_maker(actor)
    if code not in registry.codes():
        raise NotFound()
    spec = registry.get(code).spec
    facts = _today(casefacts.facts_of(case))
    made = queries.in_force(case.id)
    return _offer(case, spec, _subject(spec, facts, subject, made), facts, _check_of_terms(case, facts), None, typed)


def _check_of_terms(case: Case, facts: CaseFacts) -> Callable[[], tuple[Finding, ...]]:
    """What the check says of the agreement of the whole case: computed once, however many papers are made of it."""
    return cache(lambda: tuple(terms.refusals(case, facts)))


def _offer(
    case: Case,
    spec: FormSpec,
    subject: Subject,
    facts: CaseFacts,
    check: Callable[[], tuple[Finding, ...]],
    document: Document | None,
    typed: Mapping[str, str] | None = None,
) -> Offer:
    whole, facts = facts, _facts(case, spec, facts, subject, typed)
    return Offer(
        spec=spec,
        title=registry.title_of(spec.code, facts),
        subject=subject,
        facts=facts,
        findings=() if document else tuple(_findings(spec, facts, whole, check)),
        document=document,
    )


def _findings(
    spec: FormSpec, facts: CaseFacts, whole: CaseFacts, check: Callable[[], tuple[Finding, ...]]
) -> Iterator[Finding]:
    """What was agreed is checked as a whole, also where each applicant gets a paper of it."""
    yield from registry.check(spec.code, facts, instance_fonts=fonts())
    if spec.code == terms.CODE:
        if facts.subject:
            yield from spec.refuse(whole)
        yield from check()


def with_proposals(ready: Offer) -> CaseFacts:
    """The facts of a paper with what its page would propose."""
    proposed = _proposed(ready.spec, ready.facts, ready.subject)
    return replace(ready.facts, typed=tuple((key, text) for key, text in proposed.items() if text))


def _subject(spec: FormSpec, facts: CaseFacts, key: str | None, made: Mapping[tuple[str, str], Document]) -> Subject:
    """The one asked for; by default the last meeting, or the first that has no paper yet. Raises NotFound."""
    known = subjects(spec, facts)
    if not known:
        raise NotFound()
    if not key:
        open_ones = [one for one in known if (spec.code, one.key) not in made]
        return known[-1] if spec.per is Per.MEETING else (open_ones or known)[0]
    found = next((one for one in known if one.key == key), None)
    if found is None:
        raise NotFound()
    return found


def _facts(
    case: Case, spec: FormSpec, facts: CaseFacts, subject: Subject, typed: Mapping[str, str] | None
) -> CaseFacts:
    """The facts of the paper itself: its subject, and what was typed for it."""
    if spec.per is Per.MEETING and subject.key:
        facts = _today(casefacts.facts_of(case, session_number=int(subject.key)))
    elif spec.per is Per.AHEAD and subject.key:
        facts = replace(facts, session_number=int(subject.key.partition("-")[0]))
    elif spec.per is Per.AGREEMENT and subject.key:
        facts = shares.own(facts, subject.key)
    keys = [ask.key for ask in spec.asks]
    kept = tuple((key, typed[key]) for key in keys if typed and typed.get(key))
    return replace(facts, subject=subject.key, typed=kept)


def _today(facts: CaseFacts) -> CaseFacts:
    """The facts on the day on which a paper would be issued: some applications come too late."""
    return facts.issued_as("", clock.today())


def fonts() -> Path:
    """Where the office's own fonts lie."""
    return Path(current_app.config["INSTANCE"]) / "fonts"
