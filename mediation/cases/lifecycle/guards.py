"""What must hold before an event may happen. Guards look at plain facts and answer with codes of what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from mediation.cases.lifecycle.states import State, Track


@dataclass(frozen=True)
class CaseFacts:
    """What the guards need to know about one case; plain values only.

    ``consents`` holds one answer per party to mediation ("yes", "no", "none"); ``extension_consents`` the same for an
    extension. ``given`` names the facts that come with the event (reason, limitation day …).
    """

    state: State
    track: Track
    track_confirmed: bool = False
    consents: tuple[str, ...] = ()
    extension_consents: tuple[str, ...] = ()
    conflict_clear: bool = False
    mediator_assigned: bool = False
    is_late_acceptance: bool = False
    period_over: bool = False  # the raw end of the mediation period has passed
    extended_before: bool = False
    has_draft: bool = False
    required_acts: int = 0  # signatures and seal the agreement needs
    open_acts: int = 0  # … of which are missing
    open_seals: int = 0  # … of which are the committee's seal
    has_agreement: bool = False
    all_paid: bool = False
    has_overdue_instalment: bool = False
    session_planned: bool = False
    session_held: bool = False
    followed_up: bool = False  # since the case was performed or ended
    police_mediated: bool = False
    is_paused: bool = False
    papers: frozenset[str] = frozenset()  # form codes of issued papers
    given: frozenset[str] = field(default_factory=frozenset)


Guard = Callable[[CaseFacts], Iterable[str]]


def needs(*names: str) -> Guard:
    def guard(facts: CaseFacts) -> Iterable[str]:
        return [f"needs_{name}" for name in names if name not in facts.given]

    return guard


def may_accept(facts: CaseFacts) -> Iterable[str]:
    """Order 17 Art 22–23; law.md 1.3 step 4, 7.4."""
    if not facts.track_confirmed:
        yield "track_not_confirmed"
    if not facts.consents or any(answer != "yes" for answer in facts.consents):
        yield "consent_missing"
    if not facts.conflict_clear:
        yield "conflict_not_clear"
    if facts.is_late_acceptance and "reason" not in facts.given:
        yield "needs_reason"


def mediator(facts: CaseFacts) -> Iterable[str]:
    return () if facts.mediator_assigned else ("mediator_missing",)


def may_extend(facts: CaseFacts) -> Iterable[str]:
    """Order 17 Art 29: both parties agree; Doc 4: once, at most 15 days more; before the raw end (law.md 8.1)."""
    if not facts.extension_consents or any(answer != "yes" for answer in facts.extension_consents):
        yield "extension_consent_missing"
    if facts.period_over:
        yield "period_over"
    if facts.extended_before:
        yield "extended_before"


def draft(facts: CaseFacts) -> Iterable[str]:
    return () if facts.has_draft else ("agreement_missing",)


def all_acts(facts: CaseFacts) -> Iterable[str]:
    """LDMAL Art 14, Order 17 Art 26: both parties, the mediator and the committee's seal."""
    if not facts.required_acts:
        yield "agreement_missing"
    elif facts.open_acts:
        yield "signature_missing"


def all_paid(facts: CaseFacts) -> Iterable[str]:
    return () if facts.all_paid else ("not_paid",)


def overdue(facts: CaseFacts) -> Iterable[str]:
    return () if facts.has_overdue_instalment else ("nothing_overdue",)


def running(facts: CaseFacts) -> Iterable[str]:
    return ("is_paused",) if facts.is_paused else ()


def paused(facts: CaseFacts) -> Iterable[str]:
    return () if facts.is_paused else ("is_not_paused",)


def failure_told(facts: CaseFacts) -> Iterable[str]:
    """Order 17 Art 30: the parties are told in writing (D15); not accepted: D06 or a recorded oral notice."""
    return () if facts.state is not State.FAILED or "D15" in facts.papers else ("failure_notice_missing",)


def agreement_exists(facts: CaseFacts) -> Iterable[str]:
    return () if facts.has_agreement else ("agreement_missing",)


def no_agreement(facts: CaseFacts) -> Iterable[str]:
    return ("agreement_exists",) if facts.has_agreement else ()
