"""The limitation of each claim, counted from the events that stand (``deadlines.limitation``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from mediation.cases.models import Case, Claim, LimitationEvent
from mediation.core import clock
from mediation.core.db import db
from mediation.deadlines import limitation as law
from mediation.deadlines import queries as deadline_queries
from mediation.deadlines.limitation import GROUNDS, Happened, Limitation

STANDING, WITHDRAWN = "standing", "withdrawn"


@dataclass(frozen=True)
class ClaimLimitation:
    """The limitation of one claim with the events it was counted from."""

    claim: Claim
    counted: Limitation
    events: Sequence[LimitationEvent]

    def row(self, event: Happened) -> LimitationEvent:
        """The row behind a step."""
        return next(one for one in self.events if one.id == event.key)


def rule_of(case: Case, claim: Claim) -> str:
    """The limitation rule of a claim: as chosen, else by the case's track and the claim's cause."""
    category = claim.category_code or case.category_code
    return claim.limitation_rule or law.rule_for(case.track, case.relationship, category)


def claims_of(case: Case) -> Sequence[Claim]:
    """The claims of a case in their order."""
    return db.session.scalars(select(Claim).where(Claim.case_id == case.id).order_by(Claim.seq, Claim.id)).all()


def events_of(case: Case) -> Sequence[LimitationEvent]:
    """All limitation events of a case, withdrawn ones too, by day."""
    order = (LimitationEvent.happened_on, LimitationEvent.id)
    return db.session.scalars(select(LimitationEvent).where(LimitationEvent.case_id == case.id).order_by(*order)).all()


def limitations_of(
    case: Case, claims: Sequence[Claim] | None = None, events: Sequence[LimitationEvent] | None = None
) -> list[ClaimLimitation]:
    """Count every claim from its standing events."""
    claims = claims_of(case) if claims is None else claims
    standing = [one for one in (events_of(case) if events is None else events) if one.status == STANDING]
    codes = {rule_of(case, one) for one in claims}
    rules = {code: deadline_queries.rule(code) for code in codes}
    outer = deadline_queries.rule(law.OUTER_RULE) if codes & law.CIVIL else None
    calendar, known = deadline_queries.calendar(), {}
    found = []
    for claim in claims:
        code, category = rule_of(case, claim), claim.category_code or case.category_code
        own = tuple(one for one in standing if one.claim_id in (None, claim.id))
        key = (code, category, tuple(one.id for one in own))
        if key not in known:
            known[key] = law.limitation(
                rules[code],
                [_happened(one) for one in own],
                calendar,
                as_of=clock.today(),
                starts=law.starts_of(code, category),
                outer=outer,
            )
        found.append(ClaimLimitation(claim, known[key], own))
    return found


def _happened(row: LimitationEvent) -> Happened:
    return Happened(
        ground=GROUNDS[row.ground],
        on=row.happened_on,
        ends_on=row.ends_on,
        has_evidence=bool(row.evidence or row.attachment_id),
        is_contested=row.is_contested,
        key=row.id,
    )
