"""Cases out of a ledger: many at once, with their history as one event and without clocks.

What a ledger row becomes:

* A finished row (agreed, failed, withdrawn, … or decided by arbitration or court) is a closed case with that outcome,
  whatever was paid since. A row that tells its closing day but not its result is closed with the outcome unknown.
* Every other row is open. Where another body has it (arbitration, court, administration, police) the case is handed
  over and waits for that body's result; else it is received, and a person confirms its track before anything runs.
  No time limit is started for days that have passed: an open case stands in the work list without a last day.
* Figures count a result on the closing day. Where the ledger gives only a month or a year, on its last day; where it
  gives none, on the day of registration, which is the only day there is. ``effective_on`` is set only for a
  closing day known to the day, so that no duration is made up.
* The main company is that of the first respondent; a person in first place means none.
* Whatever has no column of its own goes word for word into a private note.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import gettext as _

from mediation.accounts import queries as accounts
from mediation.accounts.languages import in_language
from mediation.cases.lifecycle import Event, NextActor, State, Track
from mediation.cases.models import NO_DEADLINE, Case, CaseCompany, Claim, PrivateNote
from mediation.cases.service import bulk, conflicts, spells
from mediation.cases.service.events import assign_person
from mediation.cases.service.opening import COLLECTIVE_FROM, ClaimIn
from mediation.cases.tracks import propose
from mediation.committees import numbers
from mediation.companies import queries as company_queries
from mediation.companies import service as companies
from mediation.companies.models import Company
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.dates import PartialDate
from mediation.core.db import db
from mediation.core.permissions import P, check
from mediation.parties.models import PartyKind, PartyRole, Side
from mediation.stations import queries as stations

FINISHED = frozenset(
    {
        "agreed",
        "failed",
        "withdrawn",
        "terminated",
        "not_accepted",
        "referred",
        "supported",
        "partly_supported",
        "dismissed",
    }
)
# Forum of the ledger → where the case was handed over, as the referral form says it (None: not known which).
ELSEWHERE: dict[str, str | None] = {
    "arbitration": "arbitration",
    "court": "litigation",
    "police": "police",
    "admin": None,
}
_JOB, _NAME = 60, 60


@dataclass(frozen=True)
class ImportedParty:
    """A person or organisation as the ledger names it; the numbers are checked already."""

    name: str
    is_organisation: bool = False
    id_number: str | None = None
    phone: str | None = None
    second_phone: str | None = None


@dataclass(frozen=True)
class ImportedCase:
    """One ledger row in plain values. ``key`` is its keyed fingerprint: a committee has at most one case of it.

    ``result`` is one of ``FINISHED``, "pending", "promised" or None (not told). ``headcount`` is None unless exact,
    ``at_least`` the lower bound of an approximate one. ``old_number`` is the number in the committee's own ledger:
    found by search, never our case number. ``note`` goes into the internal file.
    """

    key: str
    received_on: date
    applicants: tuple[ImportedParty, ...]
    respondents: tuple[ImportedParty, ...] = ()
    category_code: str = "other"
    secondary_categories: tuple[str, ...] = ()
    relationship: str = "undetermined"
    claims: tuple[ClaimIn, ...] = ()
    headcount: int | None = None
    at_least: int | None = None
    facts: str | None = None
    job: str | None = None
    source: str = "walk_in"
    station: str | None = None
    handler: str | None = None
    employed_from: str | None = None
    event_on: str | None = None
    forum: str | None = None
    result: str | None = None
    closed: PartialDate | None = None
    settled_fen: int | None = None
    performance: str | None = None
    old_number: str | None = None
    note: str | None = None


def import_cases(actor: Actor, *, rows: Sequence[ImportedCase]) -> list[Case]:
    """Make a case of every row, in their order. Needs ledger:import.

    The caller has left out rows whose key is a case already and names that are too long. Raises DomainError where a
    party or company cannot be stored, and IntegrityError for a key that stands twice.
    """
    check(actor, P.LEDGER_IMPORT)
    handlers = _unique_names((user.name, user.id) for user in accounts.users_for(actor))
    places = _unique_names((place.name, place.id) for place in stations.stations_for(actor))
    rows = _with_known_companies(actor, rows)
    known = _companies(actor, rows)
    cases = [_case(actor, row, handlers, places, known) for row in rows]
    db.session.add_all(cases)
    db.session.flush()
    pairs = list(zip(cases, rows, strict=True))
    first = bulk.store_parties(actor, [party for case, row in pairs for party in _parties(case, row, known)])
    bulk.store(CaseCompany, [named for case, row in pairs for named in _companies_of(case, row, known)])
    bulk.store(Claim, [claim for case, row in pairs for claim in _claims(case, row, first.get(case.id))])
    bulk.store(PrivateNote, [_note(actor, case, row.note) for case, row in pairs if row.note])
    bulk.append_first_event(actor, Event.IMPORTED, (_history(case, row) for case, row in pairs))
    spells.first_rows((case, counted_day(row)[1]) for case, row in pairs)
    bulk.index_new_cases((case, [row.old_number, *_names(row, known)]) for case, row in pairs)
    for case in cases:
        if case.handler_id is not None and case.state != State.CLOSED.value:
            _give(actor, case, case.handler_id)
    db.session.flush()
    return cases


def _unique_names(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, list[int]] = {}
    for name, key in pairs:
        found.setdefault(name, []).append(key)
    return {name: keys[0] for name, keys in found.items() if len(keys) == 1}


def _with_known_companies(actor: Actor, rows: Sequence[ImportedCase]) -> list[ImportedCase]:
    """The same rows; a respondent called exactly like a company of the committee is that company, however it sounds."""
    doubtful = {one.name for row in rows for one in row.respondents if not one.is_organisation}
    ours = company_queries.known_names(actor.committee_id or 0, doubtful)
    if not ours:
        return list(rows)
    return [
        replace(
            row,
            respondents=tuple(
                replace(one, is_organisation=True) if one.name in ours else one for one in row.respondents
            ),
        )
        for row in rows
    ]


def _companies(actor: Actor, rows: Sequence[ImportedCase]) -> dict[str, Company]:
    names = (party.name for row in rows for party in row.respondents if party.is_organisation)
    return {name: companies.name_at_intake(actor, name) for name in dict.fromkeys(names)}


def _names(row: ImportedCase, known: dict[str, Company]) -> list[str | None]:
    people = [*row.applicants, *row.respondents]
    named = [known[party.name] for party in row.respondents if party.name in known]
    return [*(party.name for party in people), *(text for one in named for text in (one.name, one.short_name))]


# ---- the row -----------------------------------------------------------------------------------------------------


def _case(
    actor: Actor, row: ImportedCase, handlers: dict[str, int], places: dict[str, int], known: dict[str, Company]
) -> Case:
    track, reason = propose(row.relationship, row.category_code)
    if track is Track.POLICE and row.forum != "police":
        track = Track.REFERRAL  # law.md 1.7: only officers hold a police mediation
    sequence = numbers.take(actor.committee_id or 0, "register", row.received_on.year)
    state, outcome, waiting = _standing(row)
    case = Case(
        committee_id=actor.committee_id,
        number=f"{row.received_on.year}-{sequence:06d}",
        number_seq=sequence,
        import_key=row.key,
        state=state.value,
        waiting_for=waiting.value,
        outcome=outcome,
        track=track.value,
        track_reason=reason,
        relationship=row.relationship,
        category_code=row.category_code,
        secondary_categories=list(row.secondary_categories),
        title=_title(row),
        facts=row.facts,
        evidence=[],
        job=row.job[:_JOB] if row.job else None,
        source=row.source,
        station_id=places.get(row.station or ""),
        handler_id=handlers.get(row.handler or ""),
        handler_name=row.handler[:_NAME] if row.handler else None,
        opened_by=actor.user_id,
        received_on=row.received_on,
        employed_from=row.employed_from,
        event_on=row.event_on,
        forum=row.forum,
        referral_type=ELSEWHERE.get(row.forum or "") if state is State.REFERRED else None,
        headcount=row.headcount,
        is_collective=max(row.headcount or 0, row.at_least or 0, len(row.applicants)) >= COLLECTIVE_FROM,
        next_deadline_on=None if state is State.CLOSED else NO_DEADLINE,
        updated_at=clock.now(),
    )
    _set_sums(case, row)
    _set_days(case, row)
    _set_main_company(case, row, known)
    return case


def _standing(row: ImportedCase) -> tuple[State, str | None, NextActor]:
    if row.result in FINISHED:
        return State.CLOSED, row.result, NextActor.NOBODY
    if row.result is None and row.closed is not None:
        return State.CLOSED, "unknown", NextActor.NOBODY
    if row.forum in ELSEWHERE:
        return State.REFERRED, None, NextActor.OTHER_BODY
    return State.RECEIVED, None, NextActor.STAFF


def _title(row: ImportedCase) -> str:
    who = row.applicants[0].name if row.applicants else "—"
    if len(row.applicants) > 1:
        who += f" 等{len(row.applicants)}人"
    with in_language(None):  # kept, and read by everybody
        against = row.respondents[0].name if row.respondents else _("对方不明")
    return f"{who} — {against}"[:200]


def _set_sums(case: Case, row: ImportedCase) -> None:
    amounts = [claim.amount_fen for claim in row.claims if claim.amount_fen is not None]
    case.claimed_fen = sum(amounts) if amounts else None
    case.agreed_fen = row.settled_fen
    case.performance = row.performance if row.performance in ("full", "part", "none") else None
    case.paid_fen = row.settled_fen if row.performance == "full" and row.settled_fen else 0


def _set_days(case: Case, row: ImportedCase) -> None:
    if case.state != State.CLOSED.value:
        return
    day, is_exact = counted_day(row)
    case.closed_on = day
    # An unknown result is nobody's success or failure; only its sum, if there is one, has to be counted.
    if case.outcome != "unknown" or row.settled_fen is not None:
        case.settled_on = day
    if is_exact and case.outcome == "agreed":
        case.effective_on = day


def counted_day(row: ImportedCase) -> tuple[date, bool]:
    """The day on which figures count the end of a finished row, and whether the ledger really gives that day."""
    today = clock.today()
    if row.closed is None or row.closed.first > today or row.closed.last < row.received_on:
        return row.received_on, False
    return min(row.closed.last, today), row.closed.precision == "day"


# ---- parties, companies, claims ------------------------------------------------------------------------------------


def _set_main_company(case: Case, row: ImportedCase, known: dict[str, Company]) -> None:
    main = known.get(row.respondents[0].name) if row.respondents and row.respondents[0].is_organisation else None
    if main is not None:
        case.main_company_id = main.id
        case.level1_id, case.level2_id, case.level3_id = main.level1_id, main.level2_id, main.level3_id


def _companies_of(case: Case, row: ImportedCase, known: dict[str, Company]) -> list[dict[str, Any]]:
    named = {known[party.name].id: known[party.name] for party in row.respondents if party.is_organisation}
    return [
        {
            "committee_id": case.committee_id,
            "case_id": case.id,
            "company_id": company.id,
            "level1_id": company.level1_id,
            "level2_id": company.level2_id,
            "level3_id": company.level3_id,
            "is_main": company.id == case.main_company_id,
        }
        for company in named.values()
    ]


def _parties(case: Case, row: ImportedCase, known: dict[str, Company]) -> list[dict[str, Any]]:
    rows = []
    for side, people in ((Side.APPLICANT, row.applicants), (Side.RESPONDENT, row.respondents)):
        for seq, person in enumerate(people, 1):
            company = known.get(person.name) if side is Side.RESPONDENT and person.is_organisation else None
            works = side is Side.APPLICANT and not person.is_organisation
            party = bulk.party_row(
                case,
                side=side.value,
                kind=(PartyKind.ORGANISATION if person.is_organisation else PartyKind.PERSON).value,
                role=_role(side, person, row.relationship).value,
                seq=seq,
                name=person.name,
                company_id=company.id if company else None,
                id_number=person.id_number,
                phone=person.phone,
                second_phone=person.second_phone,
                occupation=case.job if works else None,
            )
            rows.append(party)
    return rows


def _role(side: Side, person: ImportedParty, relationship: str) -> PartyRole:
    """Who hired whom is only said for employment; a ledger does not tell the rest of the chain (law.md 1.5)."""
    if person.is_organisation:
        if "保险" in person.name:
            return PartyRole.INSURER
        return PartyRole.EMPLOYER if side is Side.RESPONDENT and relationship == "employment" else PartyRole.OTHER
    return PartyRole.WORKER if side is Side.APPLICANT and relationship != "self_run" else PartyRole.OTHER


def _claims(case: Case, row: ImportedCase, party_id: int | None) -> list[dict[str, Any]]:
    return [
        {
            "committee_id": case.committee_id,
            "case_id": case.id,
            "party_id": party_id,
            "seq": seq,
            "category_code": claim.category_code,
            "item": claim.item[:120],
            "amount_fen": claim.amount_fen,
            "amount_text": claim.amount_text[:200] if claim.amount_text else None,
        }
        for seq, claim in enumerate(row.claims, 1)
    ]


def _note(actor: Actor, case: Case, body: str) -> dict[str, Any]:
    return {"committee_id": case.committee_id, "case_id": case.id, "author_id": actor.user_id, "body": body}


# ---- history -----------------------------------------------------------------------------------------------------


def _history(case: Case, row: ImportedCase) -> tuple[Case, str | None, dict[str, Any]]:
    is_exact = counted_day(row)[1]
    note = None
    if case.closed_on is not None and not is_exact:
        with in_language(None):
            note = _("台账没有写明结案日（到日），按%(day)s计入统计。", day=case.closed_on.isoformat())
    return case, note, {"track": case.track, "outcome": case.outcome, "closing_day_known": is_exact}


def _give(actor: Actor, case: Case, handler_id: int) -> None:
    """An open case goes to its handler, unless a conflict of interest stands in the way (law.md 7.4)."""
    if conflicts.check_person(actor, case, handler_id).result == "blocked":
        case.handler_id = None
        case.waiting_for = NextActor.COMMITTEE.value
    else:
        assign_person(actor, case, handler_id, "handler")
