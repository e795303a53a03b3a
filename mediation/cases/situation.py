"""What the ways of a case look at, and what a way is: plain values and rows that are loaded already."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from mediation.cases import limitation
from mediation.cases.lifecycle import State
from mediation.cases.models import Agreement, Case, Claim
from mediation.deadlines.limitation import LABOUR
from mediation.deadlines.models import Deadline


class Who(StrEnum):
    """Who may go a way."""

    BOTH = "both"  # jointly
    EITHER = "either"
    CLAIMANT = "claimant"  # the worker, the creditor, the injured
    COMPANY = "company"
    POLICE = "police"


PEOPLE = {
    Who.BOTH: _l("双方共同"),
    Who.EITHER: _l("任何一方"),
    Who.CLAIMANT: _l("申请人一方"),
    Who.COMPANY: _l("单位一方"),
    Who.POLICE: _l("民警"),
}


@dataclass(frozen=True)
class Way:
    """One way. ``is_open`` False: ``note`` says why. Days are None where none is known or the law sets none."""

    name: object
    is_open: bool
    article: str
    note: object = ""
    who: Who = Who.EITHER
    raw_last_day: date | None = None
    last_day: date | None = None
    is_provisional: bool = False
    taken_on: date | None = None
    deadline_id: int | None = None
    is_limited: bool = False  # its day is that of limitation
    doubt: object = ""

    @property
    def people(self) -> object:
        """Who may go it, in words."""
        return PEOPLE[self.who]


@dataclass(frozen=True)
class Situation:
    """All that the ways look at. ``taken``: the day on which each was gone, by route or kind of act."""

    case: Case
    agreement: Agreement | None = None
    deadlines: Sequence[Deadline] = ()
    claims: Sequence[Claim] = ()
    taken: Mapping[str, date] = field(default_factory=dict)
    legal_basis: Collection[str] = ()

    @property
    def track(self) -> str:
        return self.case.track

    @property
    def has_agreement(self) -> bool:
        return self.agreement is not None and self.agreement.status == "effective"

    @property
    def is_settled(self) -> bool:
        """Whether what was agreed has been done."""
        return self.has_agreement and (self.case.performance == "full" or self.case.state == State.PERFORMED.value)

    @property
    def leaves_open(self) -> bool:
        """Whether the agreement in force settles a part of the requests: the others can be taken elsewhere."""
        return self.has_agreement and self.case.settled_in_part

    @property
    def rests_on_agreement(self) -> bool:
        """Whether claims now rest on the agreement; once it is performed, what it left open rests on the law alone."""
        return self.has_agreement and not (self.leaves_open and self.is_settled)

    @property
    def causes(self) -> set[str]:
        """The causes of the case and its claims."""
        return {self.case.category_code or "", *(one.category_code or "" for one in self.claims)} - {""}

    def is_about(self, *causes: str) -> bool:
        """Whether the case or one of its claims has one of these causes, or a branch of one."""
        return any(one == cause or one.startswith(f"{cause}.") for one in self.causes for cause in causes)

    @property
    def is_labour(self) -> bool:
        """Whether a claim goes to labour arbitration."""
        rules = {limitation.rule_of(self.case, one) for one in self.claims} or {
            limitation.rule_of(self.case, Claim(category_code=self.case.category_code))
        }
        return bool(rules & LABOUR)

    def newest(self, code: str) -> Deadline | None:
        """The newest deadline of a rule that counts."""
        rows = [one for one in self.deadlines if one.rule_code == code and one.status not in ("replaced", "cancelled")]
        return max(rows, key=lambda one: one.id) if rows else None

    def limited_by(self, rules: Collection[str]) -> Deadline | None:
        """The earliest day of limitation kept for the claims under some rules."""
        kept = (one.cautious for one in limitation.days_of(self.claims, self.deadlines))
        return min((one for one in kept if one and one.rule_code in rules), key=lambda one: one.last_day, default=None)

    def gone(self, *kinds: str) -> date | None:
        """The day on which a way was gone."""
        return min((self.taken[kind] for kind in kinds if kind in self.taken), default=None)
