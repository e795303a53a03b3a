"""What the guards of the life cycle need to know about a case, from its rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from mediation.attachments.models import Attachment
from mediation.cases.lifecycle import CaseFacts, Event, State, Track
from mediation.cases.models import Agreement, Case, CaseEvent, ConflictCheck, Consent, MediationSession
from mediation.core import clock
from mediation.core.db import db
from mediation.deadlines import queries as deadline_queries
from mediation.deadlines.models import Deadline
from mediation.parties.models import Party, Side

ACCEPT_BY = frozenset({"LM-ACCEPT-3WD", "NF-ACCEPT"})
# A visit belongs to the end that came before it, not to an earlier one.
_ENDS = frozenset(one.value for one in (Event.PERFORMED, Event.FAILED, Event.WITHDRAWN, Event.TERMINATED))


@dataclass(frozen=True)
class CaseRows:
    """The rows of one case that the guards look at. The case page has most of them loaded anyway.

    ``party_ids``: applicants and respondents. ``papers``: form codes of issued papers. ``happened``: the events,
    oldest first.
    """

    party_ids: Collection[int]
    consents: Sequence[Consent]
    checks: Sequence[tuple[int, str]]
    agreements: Sequence[Agreement]
    deadlines: Sequence[Deadline]
    papers: Collection[str]
    session_states: Collection[str]
    happened: Sequence[str]


def checks_of(case: Case) -> list[tuple[int, str]]:
    """The conflict checks of a case, (person, result), oldest first."""
    statement = select(ConflictCheck.user_id, ConflictCheck.result).where(ConflictCheck.case_id == case.id)
    return [(row.user_id, row.result) for row in db.session.execute(statement.order_by(ConflictCheck.id))]


def rows_of(case: Case) -> CaseRows:
    """Read the rows, one small query each."""
    both = [Side.APPLICANT.value, Side.RESPONDENT.value]
    papers = select(Attachment.form_code).where(
        Attachment.case_id == case.id, Attachment.kind == "document", Attachment.form_code.isnot(None)
    )
    happened = select(CaseEvent.event).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
    return CaseRows(
        party_ids=list(db.session.scalars(select(Party.id).where(Party.case_id == case.id, Party.side.in_(both)))),
        consents=db.session.scalars(select(Consent).where(Consent.case_id == case.id).order_by(Consent.id)).all(),
        checks=checks_of(case),
        agreements=db.session.scalars(
            select(Agreement)
            .where(Agreement.case_id == case.id)
            .options(selectinload(Agreement.signatures), selectinload(Agreement.instalments))
            .order_by(Agreement.id.desc())
        ).all(),
        deadlines=deadline_queries.open_of_case(case.id),
        papers=set(db.session.scalars(papers)),
        session_states=set(
            db.session.scalars(select(MediationSession.status).where(MediationSession.case_id == case.id))
        ),
        happened=db.session.scalars(happened).all(),
    )


def facts_of(case: Case, *, given: frozenset[str] = frozenset(), on: date | None = None) -> CaseFacts:
    """What the guards need to know. ``given`` names what comes with the event, ``on`` is its civil date."""
    return facts_from(case, rows_of(case), given=given, on=on)


def facts_from(case: Case, rows: CaseRows, *, given: frozenset[str] = frozenset(), on: date | None = None) -> CaseFacts:
    """The same from rows that are loaded already."""
    on = on or clock.today()
    draft = next((one for one in rows.agreements if one.status == "draft"), None)
    agreement = next((one for one in rows.agreements if one.status == "effective"), None)
    instalments = agreement.instalments if agreement else []
    acts = [act for act in draft.signatures if act.is_required] if draft else []
    missing = [act for act in acts if act.signed_on is None]
    accept_by = [one.last_day for one in rows.deadlines if one.status == "open" and one.rule_code in ACCEPT_BY]
    return CaseFacts(
        state=State(case.state),
        track=Track(case.track),
        track_confirmed=case.track_confirmed_at is not None,
        consents=_answers(rows, "mediation"),
        extension_consents=_answers(rows, "extension"),
        conflict_clear=_conflict_clear(case, rows.checks),
        mediator_assigned=case.mediator_id is not None,
        is_late_acceptance=case.accepted_on is None and any(on > day for day in accept_by),
        period_over=case.mediation_ends_on is not None and on > case.mediation_ends_on,
        extended_before=case.state == State.EXTENDED.value,
        has_draft=draft is not None,
        required_acts=len(acts),
        open_acts=len(missing),
        open_seals=sum(act.actor_kind == "seal" for act in missing),
        has_agreement=agreement is not None,
        all_paid=agreement is not None and all(one.paid_fen >= one.amount_fen for one in instalments),
        has_overdue_instalment=any(one.status != "paid" and one.due_on < on for one in instalments),
        session_planned="planned" in rows.session_states,
        session_held="held" in rows.session_states,
        followed_up=_followed_up(rows),
        is_paused=case.paused_since is not None,
        police_mediated=Event.POLICE_MEDIATION_HELD.value in rows.happened,
        papers=frozenset(rows.papers),
        given=given,
    )


def _answers(rows: CaseRows, purpose: str) -> tuple[str, ...]:
    """The newest answer of each party; a party that never answered counts as "none"."""
    newest = {one.party_id: one.answer for one in rows.consents if one.purpose == purpose}
    return tuple(newest.get(party_id, "none") for party_id in rows.party_ids)


def _conflict_clear(case: Case, checks: Sequence[tuple[int, str]]) -> bool:
    """Whether everybody who handles or mediates the case has a check that does not block (law.md 7.4)."""
    people = {person for person in (case.handler_id, case.mediator_id) if person is not None}
    newest = {person: result for person, result in checks if person in people}
    return bool(people) and people <= newest.keys() and "blocked" not in newest.values()


def _followed_up(rows: CaseRows) -> bool:
    last = {event: place for place, event in enumerate(rows.happened)}
    ended = max((last[event] for event in _ENDS & last.keys()), default=-1)
    return last.get(Event.FOLLOWED_UP.value, -1) > ended
