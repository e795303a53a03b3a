"""The last days of limitation kept as deadlines of the case, and the legal aid that depends on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from mediation.accounts.languages import in_language
from mediation.cases.lifecycle import State, Track
from mediation.cases.limitation.counting import ClaimLimitation, claims_of, limitations_of
from mediation.cases.models import Case, CaseEvent, Claim, LimitationEvent
from mediation.core import clock
from mediation.core.db import db
from mediation.deadlines import limitation as law
from mediation.deadlines import queries as deadline_queries
from mediation.deadlines import service as deadlines
from mediation.deadlines.engine import Computed
from mediation.deadlines.limitation import GROUNDS
from mediation.deadlines.models import Deadline
from mediation.deadlines.rules import Trigger

URGENT_AID = "LA-URGENT-7D"
# Whose claims legal aid is for: work, injury, damages of persons.
_AIDED = frozenset({Track.LABOUR.value, Track.NEW_FORM.value, Track.REFERRAL.value, Track.TRAFFIC.value})


@dataclass(frozen=True)
class ClaimDays:
    """The last days kept for a claim; either may be missing."""

    claim: Claim
    current: Deadline | None
    earliest: Deadline | None

    @property
    def cautious(self) -> Deadline | None:
        """The day to work by."""
        return self.earliest or self.current


def subject_of(claim_id: int, *, is_earliest: bool = False) -> str:
    """The subject under which a claim's day is kept."""
    return f"claim:{claim_id}:earliest" if is_earliest else f"claim:{claim_id}"


def is_kept_here(deadline: Deadline) -> bool:
    """Whether a deadline is a day of limitation (or of the legal aid that depends on it)."""
    return deadline.subject.startswith("claim:") or deadline.rule_code == URGENT_AID


def days_of(claims: Iterable[Claim], rows: Iterable[Deadline]) -> list[ClaimDays]:
    """The newest day kept for each claim, from rows that are loaded already."""
    kept = {one.subject: one for one in sorted(rows, key=lambda one: one.id) if _stands(one)}
    return [
        ClaimDays(one, kept.get(subject_of(one.id)), kept.get(subject_of(one.id, is_earliest=True))) for one in claims
    ]


def _stands(deadline: Deadline) -> bool:
    return is_kept_here(deadline) and deadline.status not in ("replaced", "cancelled", "met")


def relied_on(case: Case, rows: Iterable[Deadline]) -> Deadline | None:
    """Of the rows of a case the kept day that it is worked by; None where a person has set another one."""
    kept = (one for one in rows if _stands(one) and one.rule_code != URGENT_AID)
    return next((one for one in kept if one.raw_last_day == case.limitation_on), None)


def refresh(case: Case, event: CaseEvent | None = None) -> None:
    """Count all claims anew and keep the days that changed; what stands already stays as it is.

    A day that a person confirmed stays until the counted earliest day moves; then it has to be confirmed again.
    """
    rows = [one for one in deadline_queries.of_case(case.id) if _stands(one)]
    event_id = event.id if event else None
    if _is_settled(case):
        codes = (*law.LIMITATION_RULES, URGENT_AID)
        deadlines.cancel(case_id=case.id, rule_codes=codes, on=clock.today(), event_id=event_id)
        case.limitation_on, case.limitation_confirmed = None, False
        return
    claims = claims_of(case)
    before = _first(days_of(claims, rows))
    wanted = [day for one in limitations_of(case, claims) for day in _days(one)]
    kept = {one.subject: one for one in rows}
    standing = [_keep(case, subject, counted, origin, kept.pop(subject, None)) for subject, counted, origin in wanted]
    for row in kept.values():
        if row.rule_code != URGENT_AID and row.status == "open":
            _end(row, event_id)
    earliest = min((row.raw_last_day for row in standing), default=None)
    if not case.limitation_confirmed or (before is not None and before != earliest):
        case.limitation_on, case.limitation_confirmed = earliest, False
    _keep_urgent_aid(case, earliest, kept, event_id)
    db.session.flush()


def propose_anew(case: Case) -> None:
    """A change of a rule moved the kept days: the earliest of them has to be confirmed again by a person."""
    rows = [one for one in deadline_queries.of_case(case.id) if _stands(one)]
    earliest = _first(days_of(claims_of(case), rows))
    if earliest != case.limitation_on:
        case.limitation_on, case.limitation_confirmed = earliest, False


def _is_settled(case: Case) -> bool:
    """What was paid in full is owed no longer; what an agreement on a part left open still is."""
    return not case.settled_in_part and (
        case.state == State.PERFORMED.value or (case.outcome == "agreed" and case.performance == "full")
    )


def _first(days: Iterable[ClaimDays]) -> date | None:
    return min((one.cautious.raw_last_day for one in days if one.cautious), default=None)


Wanted = tuple[str, Computed, LimitationEvent | None]


def _days(one: ClaimLimitation) -> list[Wanted]:
    """The current day, and the earliest where it is another."""
    counted, found = one.counted, []
    if counted.current is not None:
        origin = one.row(counted.current_from) if counted.current_from else None
        found.append((subject_of(one.claim.id), counted.current, origin))
    if counted.earliest is not None and (
        counted.current is None or counted.earliest.raw_last_day != counted.current.raw_last_day
    ):
        origin = one.row(counted.earliest_from) if counted.earliest_from else None
        found.append((subject_of(one.claim.id, is_earliest=True), counted.earliest, origin))
    return found


def _keep(
    case: Case, subject: str, computed: Computed, origin: LimitationEvent | None, known: Deadline | None
) -> Deadline:
    """Open or replace the row of a day, unless the one that stands says the same. Returns the row that stands."""
    stops = tuple(computed.pauses)
    if known is not None:
        same = (known.rule_code, known.trigger_on, known.raw_last_day) == (
            computed.rule.id,
            computed.trigger,
            computed.raw_last_day,
        )
        if (same and deadlines.pauses_of(known) == stops) or _waits_for_a_decision(known, computed):
            return known
        if known.rule_code != computed.rule.id and known.status == "open":
            _end(known, origin.event_id if origin else None)
    row = deadlines.open_deadline(
        committee_id=case.committee_id,
        case_id=case.id,
        rule_code=computed.rule.id,
        trigger_on=computed.trigger,
        event_id=origin.event_id if origin else None,
        subject=subject,
        pauses=stops,
    )
    if origin is not None and origin.kind != law.Kind.START.value:
        _name_the_interruption(row, origin)
    return row


def _waits_for_a_decision(known: Deadline, computed: Computed) -> bool:
    """Whether only the rule has changed since: then the other day is a proposal, and the one that stands stays."""
    return (
        (known.rule_code, known.trigger_on) == (computed.rule.id, computed.trigger)
        and deadlines.pauses_of(known) == tuple(computed.pauses)
        and known.rule_version != computed.rule_version
    )


def _name_the_interruption(row: Deadline, origin: LimitationEvent) -> None:
    """A fresh row begins with what the period runs anew from, not with what the rule starts from."""
    row.trigger = Trigger.LIMITATION_INTERRUPTED.value
    with in_language(None):  # kept, and read by everybody
        what = _("时效中断：%(ground)s", ground=GROUNDS[origin.ground].label)
        if row.trigger_on != origin.happened_on:
            what = _("%(ground)s的程序终结，时效重新计算", ground=GROUNDS[origin.ground].label)
        note = _("%(what)s，当日不计入", what=what)
    opening, *rest = row.explanation
    row.explanation = [{**opening, "note": note}, *rest]


def _end(row: Deadline, event_id: int | None) -> None:
    row.status, row.settled_on, row.settled_by_event_id = "cancelled", clock.today(), event_id


def _keep_urgent_aid(case: Case, earliest: date | None, kept: dict[str, Deadline], event_id: int | None) -> None:
    """Seven days before the earliest day legal aid may help first and check later (legal aid law Art 44)."""
    known = next((one for one in kept.values() if one.rule_code == URGENT_AID), None)
    if earliest is None or case.track not in _AIDED:
        if known is not None and known.status == "open":
            _end(known, event_id)
        return
    if known is None or known.trigger_on != earliest:
        deadlines.open_deadline(
            committee_id=case.committee_id,
            case_id=case.id,
            rule_code=URGENT_AID,
            trigger_on=earliest,
            event_id=event_id,
            subject="limitation",
        )
