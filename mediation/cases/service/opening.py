"""Intake: from what was said at the counter to an open case with its clocks running."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from mediation.accounts.languages import in_language
from mediation.cases import clock as case_clock
from mediation.cases import search
from mediation.cases.lifecycle import Event, State, Track
from mediation.cases.models import Case, CaseCompany, Claim
from mediation.cases.service import conflicts, spells
from mediation.cases.service.events import append_event, assign_person
from mediation.cases.tracks import propose
from mediation.committees import numbers
from mediation.companies import service as companies
from mediation.companies.models import Company
from mediation.core import clock
from mediation.core.actor import Actor, Role
from mediation.core.db import db
from mediation.core.errors import DomainError
from mediation.core.permissions import P, check
from mediation.parties import queries as party_queries
from mediation.parties import service as parties
from mediation.parties.models import Party, PartyKind, PartyRole, Side

COLLECTIVE_FROM = 10  # LDMAL Art 7


@dataclass(frozen=True)
class ClaimIn:
    """One request: what for and how much (integer fen, None when not known)."""

    item: str
    amount_fen: int | None = None
    amount_text: str | None = None
    category_code: str | None = None


@dataclass(frozen=True)
class PartyIn:
    """One party as typed. ``company_id`` or the name of a company; no field but the name is ever required."""

    name: str
    kind: PartyKind = PartyKind.PERSON
    role: PartyRole = PartyRole.WORKER
    phone: str | None = None
    second_phone: str | None = None
    id_number: str | None = None
    address: str | None = None
    gender: str | None = None
    occupation: str | None = None
    is_migrant: bool | None = None
    is_over_age: bool = False
    plate: str | None = None
    company_id: int | None = None
    claims: tuple[ClaimIn, ...] = ()


@dataclass(frozen=True)
class Intake:
    """What an intake takes. ``respondents`` may be empty: an unknown company never blocks."""

    received_on: date
    source: str
    category_code: str
    applicants: tuple[PartyIn, ...]
    respondents: tuple[PartyIn, ...] = ()
    claims: tuple[ClaimIn, ...] = ()
    facts: str | None = None
    relationship: str = "undetermined"
    track: Track | None = None
    application_mode: str = "oral"
    station_id: int | None = None
    handler_id: int | None = None
    job: str | None = None
    evidence: tuple[str, ...] = ()
    employed_from: str | None = None
    employed_until: date | None = None
    event_on: str | None = None
    accident_on: date | None = None
    right_known_on: date | None = None
    headcount: int | None = None
    secondary_categories: tuple[str, ...] = field(default=())


def open_case(actor: Actor, *, intake: Intake) -> Case:
    """Open a case. Raises Forbidden without ``case:open``, DomainError at the field that is wrong."""
    check(actor, P.CASE_OPEN)
    if intake.received_on > clock.today():
        raise DomainError(_("不能晚于今天"), field="received_on")
    if not intake.applicants:
        raise DomainError(_("请填写申请人"), field="applicant_name")
    case = _new_row(actor, intake)
    add_parties(actor, case, intake)
    refresh_parties(case)
    _give_to_handler(actor, case, intake.handler_id)
    received = append_event(
        actor,
        case,
        Event.RECEIVED,
        from_state=None,
        on=intake.received_on,
        data={"track": case.track, "source": case.source} | ({"accident": True} if case.accident_on else {}),
    )
    case_clock.react(case, received)
    spells.begin(case)
    return case


def _new_row(actor: Actor, intake: Intake) -> Case:
    track, reason = propose(intake.relationship, intake.category_code)
    if intake.track is not None and intake.track is not track:
        track, reason = intake.track, "chosen"
    if track is Track.POLICE and not (actor.has(Role.POLICE) or actor.is_system):
        # law.md 1.7: only an officer opens a police mediation; everybody else hands the matter over.
        track = Track.REFERRAL
    year = intake.received_on.year
    sequence = numbers.take(actor.committee_id, "register", year)
    case = Case(
        committee_id=actor.committee_id,
        number=f"{year}-{sequence:06d}",
        number_seq=sequence,
        state=State.RECEIVED.value,
        track=track.value,
        track_reason=reason,
        relationship=intake.relationship,
        category_code=intake.category_code,
        secondary_categories=list(intake.secondary_categories),
        title=intake.applicants[0].name,
        facts=intake.facts,
        evidence=list(intake.evidence),
        job=intake.job,
        source=intake.source,
        application_mode=intake.application_mode,
        capacity=None,
        station_id=intake.station_id,
        opened_by=actor.user_id,
        received_on=intake.received_on,
        employed_from=intake.employed_from,
        employed_until=intake.employed_until,
        event_on=intake.event_on,
        accident_on=intake.accident_on,
        right_known_on=intake.right_known_on,
        headcount=intake.headcount,
        updated_at=clock.now(),
    )
    db.session.add(case)
    db.session.flush()
    return case


def add_parties(actor: Actor, case: Case, intake: Intake) -> None:
    """Store the parties with their claims; claims without an applicant of their own go to the first."""
    for side, people in ((Side.APPLICANT, intake.applicants), (Side.RESPONDENT, intake.respondents)):
        for person in people:
            party = add_party(actor, case, side, person)
            for claim in person.claims:
                _add_claim(case, party, claim)
    first = party_queries.for_case(case.id)[0]
    for claim in intake.claims:
        _add_claim(case, first, claim)


def add_party(actor: Actor, case: Case, side: Side, person: PartyIn) -> Party:
    """Store one party; a respondent organisation is found among the companies or entered as unchecked."""
    company_id = person.company_id
    if company_id is None and person.kind is PartyKind.ORGANISATION and side is not Side.APPLICANT:
        company_id = companies.name_at_intake(actor, person.name).id
    return parties.add_party(
        actor,
        case_id=case.id,
        side=side,
        kind=person.kind,
        role=person.role,
        name=person.name,
        phone=person.phone,
        second_phone=person.second_phone,
        id_number=person.id_number,
        address=person.address,
        gender=person.gender,
        occupation=person.occupation,
        is_migrant=person.is_migrant,
        is_over_age=person.is_over_age,
        plate=person.plate,
        company_id=company_id,
    )


def _add_claim(case: Case, party: Party | None, claim: ClaimIn) -> None:
    db.session.add(
        Claim(
            committee_id=case.committee_id,
            case_id=case.id,
            party_id=party.id if party else None,
            category_code=claim.category_code,
            item=claim.item,
            amount_fen=claim.amount_fen,
            amount_text=claim.amount_text,
        )
    )
    db.session.flush()


def refresh_parties(case: Case) -> None:
    """Rebuild what the case row copies from its parties: title, companies, sums, head count, search words."""
    people = party_queries.for_case(case.id)
    applicants = [one for one in people if one.side == Side.APPLICANT.value]
    respondents = [one for one in people if one.side == Side.RESPONDENT.value]
    case.title = _title(applicants, respondents)
    _copy_companies(case, respondents)
    refresh_sums(case)
    if case.headcount is None or case.headcount < len(applicants):
        case.headcount = len(applicants)
    case.is_collective = case.headcount >= COLLECTIVE_FROM
    words: list[str | None] = [text for one in people for text in (one.name, one.plate)]
    words += [text for company in _tree_of(case) for text in (company.name, company.short_name)]
    search.index_case(case, words)


def _title(applicants: list[Party], respondents: list[Party]) -> str:
    who = applicants[0].name if applicants else "—"
    if len(applicants) > 1:
        who += f" 等{len(applicants)}人"
    with in_language(None):  # kept, and read by everybody
        against = respondents[0].name if respondents else _("对方不明")
    return f"{who} — {against}"[:200]


def _tree_of(case: Case) -> list[Company]:
    rows = db.session.query(CaseCompany).filter(CaseCompany.case_id == case.id).all()
    ids = {one for row in rows for one in (row.level1_id, row.level2_id, row.level3_id, row.company_id) if one}
    return db.session.query(Company).filter(Company.id.in_(ids)).all() if ids else []


LEVELS = ("level1_id", "level2_id", "level3_id")


def _copy_companies(case: Case, respondents: list[Party]) -> None:
    """The companies a case names. The main one is the first respondent's: none where that is a person."""
    answered = _first_answers(case)
    db.session.execute(delete(CaseCompany).where(CaseCompany.case_id == case.id))
    main_id = respondents[0].company_id if respondents else None
    named = list(dict.fromkeys(one.company_id for one in respondents if one.company_id))
    found = {one.id: one for one in db.session.query(Company).filter(Company.id.in_(named))} if named else {}
    for company_id in named:
        db.session.add(
            CaseCompany(
                committee_id=case.committee_id,
                case_id=case.id,
                company_id=company_id,
                is_main=company_id == main_id,
                answered_on=answered.get(company_id),
                **{name: getattr(found[company_id], name) for name in LEVELS},
            )
        )
    case.main_company_id = main_id
    for name in LEVELS:
        setattr(case, name, getattr(found[main_id], name) if main_id else None)
    db.session.flush()


def _first_answers(case: Case) -> dict[int, date]:
    """The day of each company's first answer; that of a company merged into another is the other's as well."""
    survivor = func.coalesce(Company.merged_into_id, Company.id)
    rows = (
        select(survivor, func.min(CaseCompany.answered_on))
        .join(Company, Company.id == CaseCompany.company_id)
        .where(CaseCompany.case_id == case.id, CaseCompany.answered_on.isnot(None))
        .group_by(survivor)
    )
    return dict(db.session.execute(rows).all())


def refresh_sums(case: Case) -> None:
    """The claimed sum: all claims that have one; None when none has."""
    amounts = [fen for (fen,) in db.session.query(Claim.amount_fen).filter(Claim.case_id == case.id) if fen is not None]
    case.claimed_fen = sum(amounts) if amounts else None


def _give_to_handler(actor: Actor, case: Case, handler_id: int | None) -> None:
    """The person at the desk handles the case, unless a conflict of interest stands in the way (law.md 7.4)."""
    if handler_id is None and actor.roles & {Role.LAWYER, Role.JUDICIAL} and not actor.is_system:
        handler_id = actor.user_id
    if handler_id is None:
        return
    if conflicts.check_person(actor, case, handler_id).result == "blocked":
        case.waiting_for = "committee"
        return
    assign_person(actor, case, handler_id, "handler")
