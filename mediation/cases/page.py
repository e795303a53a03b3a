"""What the case page shows, put together for one reader: one query per thing shown.

Staff see the whole case. Headquarters HR see the company's side of it, police officers who is involved and how it
ended (law.md 7.3). The case was loaded through the actor's scope; what is left out here never reaches a template.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import String, cast, literal, select, union_all
from sqlalchemy.orm import selectinload

from mediation.accounts.models import User
from mediation.attachments import queries as attachments
from mediation.cases import invitations, limitation, policy, queries, service, session_replies, timeline
from mediation.cases.lifecycle import CaseFacts, Event, State, Track
from mediation.cases.models import (
    Agreement,
    Case,
    CaseCompany,
    CaseEvent,
    Consent,
    EnforcementStep,
    FollowUp,
    MediationSession,
    Payment,
)
from mediation.cases.page_content import CasePage, Names, Viewer
from mediation.cases.service import Authority
from mediation.cases.steps import acts_of
from mediation.cases.ways import Situation, for_company, taken_in, ways_of
from mediation.committees.models import Category, Committee
from mediation.companies import queries as companies
from mediation.companies.models import Company
from mediation.core import clock
from mediation.core.actor import Actor, Role
from mediation.core.db import db
from mediation.deadlines import queries as deadlines
from mediation.deadlines.models import Deadline
from mediation.parties import queries as party_queries
from mediation.parties.models import Party, Side
from mediation.parties.policy import mask
from mediation.stations.models import Station

AFTER_ACCEPTANCE = frozenset(State) - {State.RECEIVED, State.CONSENT_INQUIRY, State.NOT_ACCEPTED}
# House rules about visits are the committee's own business.
HOUSE_RULES = ("RV-",)


def viewer_of(actor: Actor) -> Viewer:
    """Staff, company or police; an actor who is none of them sees what the police see."""
    is_staff = policy.may_see_notes(actor)
    is_company = actor.has(Role.HR) and not is_staff
    return Viewer(is_staff, is_company, not is_staff and not is_company)


def build(actor: Actor, case: Case, *, with_notes: bool = True) -> CasePage:
    """Load and reduce everything for one reader; private notes are opened (and the look logged) only when asked for."""
    viewer = viewer_of(actor)
    people = party_queries.for_case(case.id)
    consents = _of_case(case, Consent)
    agreements = _agreements(case)
    limits = list(deadlines.of_case(case.id))
    sessions = _sessions(case)
    events = queries.timeline_for(actor, case)
    files = attachments.of_case(case.id, include_internal=viewer.is_staff)
    checks = service.checks_of(case) if State(case.state) not in AFTER_ACCEPTANCE else []
    facts = _facts(case, people, consents, agreements, limits, sessions, events, files, checks)
    agreement = next((one for one in agreements if one.status != "replaced"), None)
    own = policy.own_names(actor, case.id) if viewer.is_company else frozenset()
    told = [one.data for one in events if Event(one.event) in policy.HANDED_IN]
    shown = CasePage(
        case=case,
        viewer=viewer,
        facts=facts,
        acts=acts_of(actor, facts, limits, agreement),
        names=Names(),
        parties=[mask(actor, one) for one in people],
        conflict=any(result == "blocked" for _person, result in checks) and not facts.conflict_clear,
        files=policy.openable(actor, case.id, files, policy.handed_in(case.id, own, told)),
        own_companies=own,
        limited_by=limitation.relied_on(case, limits),
    )
    if viewer.is_police:
        _reduce_for_police(actor, shown, sessions, limits, events)
    else:
        _fill(actor, shown, consents, agreement, limits, sessions, events)
    if viewer.is_staff or (viewer.is_police and case.track == Track.POLICE.value):
        shown.legal_acts = service.acts_of(case)
    if not viewer.is_police:
        shown.standing = service.standing_of(case, {one.event for one in events})
    if viewer.is_staff and with_notes:
        shown.notes = service.notes_for(actor, case)
    shown.acts = shown.acts.within(shown.deadlines)
    _finish(shown, events, _reader(actor, shown, people, events))
    return shown


def _fill(actor: Actor, shown: CasePage, consents, agreement, limits, sessions, events) -> None:
    case, viewer = shown.case, shown.viewer
    shown.claims = service.claims_of(case)
    shown.sessions = sessions
    shown.replies = session_replies.of_sessions(actor, [one.id for one in sessions])
    if viewer.is_staff and any(one.status == "planned" for one in sessions):
        shown.notices = invitations.of_cases([case.id])
    shown.answers = service.answers_for(actor, case, shown.own_companies)
    if viewer.is_company and _is_answered(shown):
        # Then the card says what the case waits for, as it does for everybody else.
        shown.acts = acts_of(actor, shown.facts, limits, agreement, has_answered=True)
    shown.offers = service.offers_for(actor, case, shown.own_companies)
    shown.authorities = _authorities_for(shown, events)
    shown.consents = _newest(consents)
    if agreement is not None and (viewer.is_staff or agreement.status == "effective"):
        shown.agreement = agreement
    if agreement is not None and agreement.status == "effective":
        shown.payments = _payments_for(shown, _of_case(case, Payment))
        reports = service.reports_of(events)
        shown.reports = reports if viewer.is_staff else [r for r in reports if r.company_id in shown.own_companies]
        shown.steps = _of_case(case, EnforcementStep)
    found = ways_of(_situation(shown, limits, events))
    shown.ways = found if viewer.is_staff else for_company(found)
    shown.deadlines = _deadlines_of(viewer, case, limits)
    if viewer.is_staff:
        shown.visits = _of_case(case, FollowUp) if shown.facts.state in AFTER_ACCEPTANCE else []


def _payments_for(shown: CasePage, payments: Sequence[Payment]) -> list[Payment]:
    """A company reads of the payments it owes; that another one pays is between that one and the worker."""
    if shown.viewer.is_staff or shown.agreement is None:
        return list(payments)
    owed = {one.id for one in shown.agreement.instalments if one.debtor_party_id in shown.own_parties}
    return [one for one in payments if one.instalment_id in owed]


def _authorities_for(shown: CasePage, events: Sequence[CaseEvent]) -> list[Authority]:
    """The powers of attorney in the history that was read anyway: staff all, a company its own."""
    found = service.authorities_of(events)
    return found if shown.viewer.is_staff else [one for one in found if one.company_id in shown.own_companies]


def _is_answered(shown: CasePage) -> bool:
    """Whether the company has answered every claim, or the case as a whole."""
    answered = {one.claim_id for one in shown.answers}
    return None in answered or (bool(shown.claims) and {one.id for one in shown.claims} <= answered)


def _situation(shown: CasePage, limits: Sequence[Deadline], events: Sequence[CaseEvent]) -> Situation:
    """What the ways look at; applications to other bodies are in the history, which is loaded anyway."""
    basis = db.session.get_one(Committee, shown.case.committee_id).legal_basis
    return Situation(shown.case, shown.agreement, limits, shown.claims, taken_in(events), basis)


def _reduce_for_police(actor: Actor, shown: CasePage, sessions, limits, events) -> None:
    """Who, where, whether it is dangerous, when they meet; no wage file. Their own track they see whole."""
    case = shown.case
    is_own = case.track == Track.POLICE.value
    shown.deadlines = _deadlines_of(shown.viewer, case, limits)
    shown.ways = ways_of(_situation(shown, limits, events)) if is_own else []
    shown.shows_facts = is_own or case.opened_by == actor.user_id or case.risk_level != "normal"
    shown.sessions = sessions


def _deadlines_of(viewer: Viewer, case: Case, limits: Sequence[Deadline]) -> list[Deadline]:
    return [one for one in limits if shows_deadline(viewer, case.track, one.rule_code)]


def shows_deadline(viewer: Viewer, track: str, rule_code: str) -> bool:
    """Whether a deadline of a visible case is for the reader, on the page and in a calendar alike."""
    if viewer.is_police and track != Track.POLICE.value:
        return False
    is_theirs = rule_code in deadlines.OF_THE_CLAIMANT or rule_code.startswith(HOUSE_RULES)
    return viewer.is_staff or not is_theirs


def deadlines_for(actor: Actor, case: Case) -> list[Deadline]:
    """The deadlines of a case that are for this actor."""
    return _deadlines_of(viewer_of(actor), case, deadlines.of_case(case.id))


def _reader(actor: Actor, shown: CasePage, people: Sequence[Party], events: Sequence[CaseEvent]) -> timeline.Reader:
    if shown.viewer.is_staff:
        return timeline.Reader(is_staff=True)
    if shown.viewer.is_police:
        return timeline.Reader(is_staff=False, is_police=True)
    own = shown.own_companies
    others = any(one.capacity == "hr" and one.actor_id != actor.user_id for one in events)
    theirs = frozenset(one.id for one in people if one.side == Side.APPLICANT.value or one.company_id in own)
    shown.consents = [one for one in shown.consents if one.party_id in theirs]
    return timeline.Reader(
        is_staff=False,
        answer_ids=frozenset(one.id for one in shown.answers),
        party_ids=theirs,
        company_ids=own,
        colleagues=policy.colleagues(shown.case.id, own) if others else frozenset({actor.user_id or 0}),
    )


def _finish(shown: CasePage, events, reader: timeline.Reader) -> None:
    case = shown.case
    users = {case.handler_id, case.mediator_id, *timeline.people_in(events)}
    users.update(one.author_id for one in shown.notes)
    users.update(one.answered_by for one in shown.answers)
    users.update(one.uploaded_by for one in shown.files)
    users.update(one.recorded_by for one in shown.legal_acts)
    users.update(one.made_by for one in shown.offers)
    users.update(one.reply.replied_by for said in shown.replies.values() for one in said if one.reply)
    firms = {case.main_company_id, *(one.company_id for one in (*shown.answers, *shown.offers))}
    shown.names = _names(case, users, firms)
    signed = {one.id: one.name for one in shown.agreement.signatures} if shown.agreement else {}
    limit = shown.limited_by
    provisional = [limit.raw_last_day] if limit and limit.status == deadlines.OPEN and limit.is_provisional else []
    known = timeline.Known({one.id: one.name for one in shown.parties}, shown.names.users, signed, provisional)
    shown.timeline = timeline.entries(events, reader, known)


def _names(case: Case, users: Iterable[int | None], firms: Iterable[int | None]) -> Names:
    """All labels in one query."""

    def part(kind: str, key, label, wanted):
        return select(literal(kind).label("kind"), cast(key, String).label("key"), label.label("text")).where(wanted)

    rows = db.session.execute(
        union_all(
            part("category", Category.code, Category.label, Category.code == case.category_code),
            part("station", Station.id, Station.name, Station.id == case.station_id),
            part("user", User.id, User.name, User.id.in_({one for one in users if one})),
            part("company", Company.id, Company.name, Company.id.in_({one for one in firms if one})),
        )
    ).all()
    found = Names()
    for kind, key, text in rows:
        if kind == "user":
            found.users[int(key)] = text
        elif kind == "company":
            found.companies[int(key)] = text
        else:
            setattr(found, kind, text)
    return found


def _facts(case, people, consents, agreements, limits, sessions, events, files, checks) -> CaseFacts:
    rows = service.CaseRows(
        party_ids=[one.id for one in people if one.side != Side.THIRD.value],
        consents=consents,
        checks=checks,
        agreements=agreements,
        deadlines=[one for one in limits if one.status == "open"],
        papers={one.form_code for one in files if one.kind == "document" and one.form_code},
        session_states={one.status for one in sessions},
        happened=[one.event for one in events],
    )
    return service.facts_from(case, rows)


def _of_case(case: Case, model):
    return db.session.scalars(select(model).where(model.case_id == case.id).order_by(model.id)).all()


def _agreements(case: Case) -> Sequence[Agreement]:
    statement = (
        select(Agreement)
        .where(Agreement.case_id == case.id)
        .options(selectinload(Agreement.signatures), selectinload(Agreement.instalments))
        .order_by(Agreement.id.desc())
    )
    return db.session.scalars(statement).all()


def _sessions(case: Case) -> Sequence[MediationSession]:
    statement = (
        select(MediationSession)
        .where(MediationSession.case_id == case.id)
        .options(selectinload(MediationSession.attendance))
        .order_by(MediationSession.seq)
    )
    return db.session.scalars(statement).all()


def _newest(consents: Sequence[Consent]) -> list[Consent]:
    """The newest answer of each party to each question."""
    return list({(one.party_id, one.purpose): one for one in consents}.values())


def consents_shown(_actor: Actor, case: Case) -> list[tuple[str, Consent]]:
    """(party's name, newest answer) for the forms that ask for one."""
    names = {one.id: one.name for one in party_queries.for_case(case.id)}
    return [(names.get(one.party_id, "—"), one) for one in _newest(_of_case(case, Consent))]


def conflicts_shown(_actor: Actor, case: Case) -> list[tuple[str, str]]:
    """(person, client) for everybody who cannot be chosen because the office acts for a company of the tree."""
    ids = list(db.session.scalars(select(CaseCompany.company_id).where(CaseCompany.case_id == case.id)))
    statement = select(User).where(
        User.committee_id == case.committee_id, User.is_active.is_(True), User.office_id.isnot(None)
    )
    found = []
    clients: dict[int, list] = {}
    for user in db.session.scalars(statement.order_by(User.name)):
        if user.office_id not in clients:
            clients[user.office_id] = companies.conflicts_for(user.office_id, ids, clock.today()) if ids else []
        for client in clients[user.office_id][:1]:
            found.append((user.name, db.session.get_one(Company, client.company_id).name))
    return found
