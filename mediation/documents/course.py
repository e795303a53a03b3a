"""What papers print of the course of a case after its parties came to terms or parted; a part of the facts."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class PaymentFacts:
    """A payment from party to party. `proof` is what shows it (a transfer slip)."""

    number: int
    instalment: int
    paid_on: date | None = None
    amount_fen: int | None = None
    proof: str = ""
    debtor: str = ""
    creditor: str = ""


@dataclass(frozen=True)
class VisitFacts:
    """A return visit. `satisfaction` from 1 to 5, None where it was not asked."""

    number: int
    visited_on: date | None = None
    manner_label: str = ""
    finding: str = ""
    satisfaction: int | None = None
    visitor: str = ""


@dataclass(frozen=True)
class ForceFacts:
    """An application to another body that gives the agreement force (law.md 1.4), and what came of it."""

    route: str
    route_label: str
    applied_on: date | None = None
    body: str = ""
    result: str = ""
    result_on: date | None = None


@dataclass(frozen=True)
class PaperFacts:
    """A paper that was issued, or a piece of evidence of the open file; `pages` None where they are not counted."""

    key: str
    title: str
    code: str = ""
    number: str = ""
    subject: str = ""
    issued_on: date | None = None
    served_on: date | None = None
    pages: int | None = None


@dataclass(frozen=True)
class ClosingFacts:
    """How the case stands at its end. Days are calendar days; `net_days` leaves out those it waited for others."""

    result_label: str = ""
    settled_on: date | None = None
    closed_on: date | None = None
    archived_on: date | None = None
    gross_days: int | None = None
    net_days: int | None = None
    agreed_fen: int | None = None
    paid_fen: int = 0
    performance_label: str = ""
    note: str = ""


NOT_CLOSED = ClosingFacts()
