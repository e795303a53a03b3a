"""What a company's officers wait for and see together: scoped to the actor's own trees."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, literal, or_, select, true
from sqlalchemy.engine import Row

from mediation.cases.filters import UNPAID
from mediation.cases.lifecycle import ENDED, Event, State
from mediation.cases.lifecycle.states import BEFORE_AGREEMENT, IN_MEDIATION
from mediation.cases.models import (
    Agreement,
    Case,
    CaseCompany,
    CaseEvent,
    Claim,
    Instalment,
    MediationSession,
    Offer,
    SessionReply,
)
from mediation.cases.policy import is_own, visible_to
from mediation.companies.models import Company
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.parties.models import Party, Representative

MOST = 200
ACCEPT_BY = ("LM-ACCEPT-3WD", "NF-ACCEPT")
CASE = (Case.id.label("case_id"), Case.number, Case.case_no, Case.title, Case.main_company_id)
_MEETING = tuple(sorted(state.value for state in IN_MEDIATION | {State.ACCEPTED}))
TOLD_OF = tuple(sorted(state.value for state in BEFORE_AGREEMENT - {State.RECEIVED}))


def open_cases_naming(company_ids: Collection[int]) -> list[tuple[Case, int]]:
    """The open cases that name some companies, with the company, unscoped: for telling who has come to see them."""
    if not company_ids:
        return []
    statement = (
        select(Case, CaseCompany.company_id)
        .join(CaseCompany, CaseCompany.case_id == Case.id)
        .where(CaseCompany.company_id.in_(company_ids), Case.state.not_in(ENDED), Case.state != State.RECEIVED.value)
        .order_by(Case.id)
    )
    return [tuple(row) for row in db.session.execute(statement)]


def _own(actor: Actor, *columns: Any) -> ColumnElement[bool]:
    """That one of these levels is a top of the actor's."""
    levels = {1: columns[0], 2: columns[1], 3: columns[2]}
    return or_(false(), *(levels[level] == company_id for company_id, level in actor.company_levels))


def own_company_ids(actor: Actor) -> Select[tuple[int]]:
    """The keys of all companies in the actor's own trees, as a SELECT to put inside a question."""
    own = _own(actor, Company.level1_id, Company.level2_id, Company.level3_id)
    return select(Company.id).where(Company.committee_id == actor.committee_id, own)


def _of_case(case_id: int | None) -> ColumnElement[bool]:
    """One case alone, or whichever."""
    return true() if case_id is None else Case.id == case_id


def offers_waiting_for(actor: Actor, case_id: int | None = None) -> Sequence[Row[Any]]:
    """Open offers of the worker's side that the actor's companies have not answered and still can, of one case or
    of all, nearest day first."""
    statement = (
        select(*CASE, Offer.id.label("offer_id"), Offer.amount_fen, Offer.valid_until.label("on"),
               Claim.item, Offer.made_on)
        .join(Offer, Offer.case_id == Case.id)
        .outerjoin(Claim, Claim.id == Offer.claim_id)
        .where(
            visible_to(actor),
            Case.state.in_(TOLD_OF),
            _of_case(case_id),
            Offer.side == "worker",
            Offer.status == "open",
            Offer.is_separate.is_(False),
            Offer.company_id.in_(own_company_ids(actor)),
            or_(Offer.valid_until.is_(None), Offer.valid_until >= clock.today()),
        )
        .order_by(Offer.valid_until.is_(None), Offer.valid_until, Offer.id)
    )  # fmt: skip
    return db.session.execute(statement.limit(MOST + 1)).all()


def sessions_for(actor: Actor, case_id: int | None = None) -> Sequence[Row[Any]]:
    """Planned sessions of today and later in the actor's scope (or in one case of it), by hour: those that a company of the
    actor's has not answered (``is_open``) and those one of them comes to."""
    midnight = datetime.combine(clock.today(), time(), clock.SHANGHAI)
    named = select(CaseCompany.company_id).where(CaseCompany.case_id == Case.id, is_own(actor))
    said = select(SessionReply.company_id).where(SessionReply.session_id == MediationSession.id)
    is_open = named.where(CaseCompany.company_id.not_in(said.correlate(MediationSession))).exists()
    is_coming = said.where(SessionReply.reply == "coming", SessionReply.company_id.in_(named.correlate(Case))).exists()
    statement = (
        select(*CASE, MediationSession.id.label("session_id"), MediationSession.starts_at, MediationSession.place,
               MediationSession.mode, is_open.label("is_open"))
        .join(MediationSession, MediationSession.case_id == Case.id)
        .where(
            visible_to(actor),
            Case.state.in_(_MEETING),
            _of_case(case_id),
            MediationSession.status == "planned",
            MediationSession.starts_at >= midnight,
            or_(is_open, is_coming),
        )
        .order_by(MediationSession.starts_at, MediationSession.id)
    )  # fmt: skip
    return db.session.execute(statement.limit(MOST + 1)).all()


def instalments_for(
    actor: Actor, *, until: date | None = None, only_open: bool = True, limit: int | None = MOST + 1
) -> Sequence[Row[Any]]:
    """What the actor's companies owe under agreements in force, by due day. ``only_open``: not fully paid, of cases that
    are not ended."""
    statement = (
        select(*CASE, Instalment.id.label("instalment_id"), Instalment.seq, Instalment.due_on.label("on"),
               Instalment.amount_fen, Instalment.paid_fen, Instalment.status, Party.company_id,
               Company.name.label("company"))
        .join(Instalment, Instalment.case_id == Case.id)
        .join(Agreement, Agreement.id == Instalment.agreement_id)
        .join(Party, Party.id == Instalment.debtor_party_id)
        .join(Company, Company.id == Party.company_id)
        .where(visible_to(actor), Agreement.status == "effective", Party.company_id.in_(own_company_ids(actor)))
        .order_by(Instalment.due_on, Instalment.id)
    )  # fmt: skip
    if only_open:
        # The committee once more: so the index of what is unpaid leads, and not all cases.
        statement = statement.where(UNPAID, Instalment.committee_id == actor.committee_id, Case.state.not_in(ENDED))
    if until is not None:
        statement = statement.where(Instalment.due_on <= until)
    return db.session.execute(statement if limit is None else statement.limit(limit)).all()


def reports_of(case_ids: Collection[int]) -> Sequence[CaseEvent]:
    """The events that tell of payments reported, recorded or disputed in some cases, oldest first."""
    kinds = (Event.PAYMENT_REPORTED, Event.PAYMENT_RECORDED, Event.PAYMENT_DISPUTED)
    statement = select(CaseEvent).where(
        CaseEvent.case_id.in_(case_ids), CaseEvent.event.in_([kind.value for kind in kinds])
    )
    return db.session.scalars(statement.order_by(CaseEvent.id)).all() if case_ids else []


def cases_with_authorities(actor: Actor) -> Sequence[Row[Any]]:
    """The actor's open cases in which a paper naming a representative was looked at, newest first."""
    looked_at = select(CaseEvent.id).where(
        CaseEvent.case_id == Case.id, CaseEvent.event == Event.REPRESENTATIVE_REVIEWED.value
    )
    statement = select(*CASE).where(visible_to(actor), Case.next_deadline_on.isnot(None), looked_at.exists())
    return db.session.execute(statement.order_by(Case.id.desc()).limit(MOST + 1)).all()


def authority_events(case_ids: Collection[int]) -> Sequence[CaseEvent]:
    """The events of powers of attorney of some cases, oldest first."""
    kinds = (Event.REPRESENTATIVE_NAMED.value, Event.REPRESENTATIVE_REVIEWED.value)
    statement = select(CaseEvent).where(CaseEvent.case_id.in_(case_ids), CaseEvent.event.in_(kinds))
    return db.session.scalars(statement.order_by(CaseEvent.id)).all() if case_ids else []


def own_ids(actor: Actor) -> Sequence[int]:
    """The keys of all companies in the actor's own trees."""
    return db.session.scalars(own_company_ids(actor)).all()


def open_by_outlet_for(actor: Actor) -> Sequence[Row[Any]]:
    """(company_id, company, cases, late, next_on) of the actor's open cases, by the company of the tree they name first."""
    today = clock.today()
    each = (
        select(
            Case.id,
            Case.next_deadline_on,
            CaseCompany.company_id,
            func.row_number()
            .over(partition_by=Case.id, order_by=(CaseCompany.is_main.desc(), CaseCompany.company_id))
            .label("place"),
        )
        .join(CaseCompany, CaseCompany.case_id == Case.id)
        .where(visible_to(actor), Case.next_deadline_on.isnot(None), is_own(actor))
        .subquery()
    )
    late = func.count().filter(each.c.next_deadline_on < today)
    statement = (
        select(each.c.company_id, Company.name.label("company"), func.count().label("cases"), late.label("late"),
               func.min(each.c.next_deadline_on).label("next_on"))
        .join(Company, Company.id == each.c.company_id)
        .where(each.c.place == 1)
        .group_by(each.c.company_id, Company.name)
        .order_by(func.count().desc(), Company.name)
    )  # fmt: skip
    return db.session.execute(statement.limit(MOST + 1)).all()


def ending_between(committee_id: int, first: date, until: date) -> Sequence[Row[Any]]:
    """(Case, kind, key, side, company_id, day) of authorities and open offers that end between two days: for the
    morning's notices of one committee, unscoped."""
    people = (
        select(Case, literal("authority").label("kind"), Representative.id, Party.company_id,
               Representative.to_on)
        .join(Party, Party.case_id == Case.id)
        .join(Representative, Representative.party_id == Party.id)
        .where(Case.committee_id == committee_id, Case.state.not_in(ENDED), Representative.to_on.between(first, until))
    )  # fmt: skip
    offers = (
        select(Case, Offer.side, Offer.id, Offer.company_id, Offer.valid_until)
        .join(Offer, Offer.case_id == Case.id)
        .where(
            Offer.committee_id == committee_id,
            Offer.status == "open",
            Offer.is_separate.is_(False),
            Offer.valid_until.between(first, until),
            Case.state.in_(TOLD_OF),
        )
    )
    return [*db.session.execute(people), *db.session.execute(offers)]


def main_of(case_id: int) -> tuple[int, int | None]:
    """(committee, main respondent) of a case as the database has them now, for what follows a change of companies."""
    row = db.session.execute(select(Case.committee_id, Case.main_company_id).where(Case.id == case_id)).one()
    return row.committee_id, row.main_company_id
