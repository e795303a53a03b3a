"""Cases written straight into the tables: statistics read columns, whatever way of the life cycle led to them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any

from sqlalchemy import update

from mediation.cases.models import (
    Agreement,
    Case,
    CaseCompany,
    CaseEvent,
    CasePause,
    EnforcementStep,
    Instalment,
    Payment,
)
from mediation.committees.models import Committee
from mediation.companies.models import Company
from mediation.core import clock
from mediation.core.db import db
from mediation.stations.models import Station

CAUSES = ("wage.arrears", "wage.piece_fee", "contract.severance", "freight.arrears", "traffic", "other")
OUTCOMES = ("agreed", "failed", "withdrawn", "terminated", "not_accepted", "referred", "partly", "supported", "unknown")

_numbers = count(1)


def make_case(
    committee: Committee,
    received_on: date,
    *,
    company: Company | None = None,
    station: Station | None = None,
    **columns: Any,
) -> Case:
    """One case with its columns as given; its main respondent is ``company``."""
    number = next(_numbers)
    values = {
        "state": "closed" if columns.get("closed_on") else "received",
        "track": "labour",
        "category_code": "wage.arrears",
        "title": f"申请人{number} 诉 {company.name if company else '不详'}",
        "paid_fen": 0,
        "updated_at": clock.now(),
        **columns,
    }
    case = Case(
        committee_id=committee.id,
        number=f"{received_on.year}-{number:06d}",
        number_seq=number,
        received_on=received_on,
        station_id=station.id if station else None,
        main_company_id=company.id if company else None,
        level1_id=company.level1_id if company else None,
        level2_id=company.level2_id if company else None,
        level3_id=company.level3_id if company else None,
        **values,
    )
    db.session.add(case)
    db.session.flush()
    if company:
        name_company(case, company, is_main=True)
    return case


def name_company(case: Case, company: Company, *, is_main: bool = False) -> None:
    """Name a company in a case, beside the main respondent or as it."""
    db.session.add(
        CaseCompany(
            case_id=case.id,
            company_id=company.id,
            committee_id=case.committee_id,
            level1_id=company.level1_id,
            level2_id=company.level2_id,
            level3_id=company.level3_id,
            is_main=is_main,
        )
    )
    db.session.flush()


def make_payment(case: Case, paid_on: date, amount_fen: int) -> Payment:
    """A payment under an agreement of its own."""
    instalment = make_instalment(case, paid_on, amount_fen, status="effective")
    return pay(instalment, paid_on, amount_fen)


def make_instalment(case: Case, due_on: date, amount_fen: int, *, status: str = "effective") -> Instalment:
    """An instalment of an agreement of its own; ``status`` is the agreement's."""
    owner = {"committee_id": case.committee_id, "case_id": case.id}
    agreement = Agreement(facts="事实", terms="条款", total_fen=amount_fen, effective_on=due_on, status=status, **owner)
    db.session.add(agreement)
    db.session.flush()
    instalment = Instalment(agreement_id=agreement.id, seq=1, due_on=due_on, amount_fen=amount_fen, **owner)
    db.session.add(instalment)
    db.session.flush()
    return instalment


def pay(instalment: Instalment, paid_on: date, amount_fen: int) -> Payment:
    """A payment on an instalment, which is not told."""
    owner = {"committee_id": instalment.committee_id, "case_id": instalment.case_id}
    payment = Payment(instalment_id=instalment.id, paid_on=paid_on, amount_fen=amount_fen, **owner)
    db.session.add(payment)
    db.session.flush()
    return payment


def make_step(case: Case, applied_on: date, route: str = "judicial_confirmation") -> EnforcementStep:
    """One step towards legal force."""
    step = EnforcementStep(committee_id=case.committee_id, case_id=case.id, route=route, applied_on=applied_on)
    db.session.add(step)
    db.session.flush()
    return step


def make_event(case: Case, event: str, from_state: str | None, to_state: str, happened_on: date) -> CaseEvent:
    """One row of the history."""
    row = CaseEvent(
        committee_id=case.committee_id,
        case_id=case.id,
        event=event,
        from_state=from_state,
        to_state=to_state,
        happened_on=happened_on,
        at=clock.now(),
        actor_name="示例",
        data={},
    )
    db.session.add(row)
    db.session.flush()
    return row


def make_pause(case: Case, from_on: date, days: int) -> CasePause:
    """A pause of some days that is over, with its event."""
    started = make_event(case, "paused", case.state, case.state, from_on)
    row = CasePause(
        committee_id=case.committee_id,
        case_id=case.id,
        from_on=from_on,
        to_on=from_on + timedelta(days=days - 1),
        ground="appraisal",
        reason="等待鉴定",
        started_event_id=started.id,
    )
    case.paused_days += days
    db.session.add(row)
    db.session.flush()
    return row


def make_random_cases(
    seed: int,
    committee: Committee,
    companies: Sequence[Company | None],
    stations: Sequence[Station | None],
    *,
    how_many: int,
    first: date,
    days: int,
) -> list[Case]:
    """Cases of all kinds over a span of days, some with slips: no sum, no company, a result before its receipt."""
    chance = random.Random(seed)
    made = []
    for _ in range(how_many):
        received_on = first + timedelta(days=chance.randrange(days))
        track = chance.choice(("labour", "labour", "new_form", "peoples", "traffic", "consult"))
        outcome = chance.choice((None, *OUTCOMES, "agreed", "agreed")) if track != "consult" else "advised"
        settled_on = received_on + timedelta(days=chance.randrange(-2, 60)) if outcome else None
        closed_on = (
            settled_on + timedelta(days=chance.randrange(0, 40)) if settled_on and chance.random() < 0.7 else None
        )
        agreed_fen = chance.randrange(1, 5_000_000) if outcome in ("agreed", "supported", "unknown") else None
        is_dated = outcome == "agreed" and chance.random() < 0.9
        case = make_case(
            committee,
            received_on,
            company=chance.choice(companies),
            station=chance.choice(stations),
            track=track,
            category_code=chance.choice(CAUSES),
            outcome=outcome,
            settled_on=settled_on,
            effective_on=settled_on if is_dated else None,
            closed_on=closed_on,
            claimed_fen=chance.choice((None, chance.randrange(1, 9_000_000))),
            agreed_fen=agreed_fen,
            paid_fen=agreed_fen // 2 if agreed_fen else 0,
        )
        if agreed_fen and settled_on and chance.random() < 0.5:
            make_payment(case, settled_on + timedelta(days=chance.randrange(0, 40)), agreed_fen // 2)
        made.append(case)
    _make_acts(random.Random(seed + 1000), made)
    return made


def answer(case: Case, day: date) -> None:
    """Let the main respondent of a case answer for the first time."""
    make_event(case, "answered", "consent_inquiry", "consent_inquiry", day)
    first = (CaseCompany.case_id == case.id, CaseCompany.company_id == case.main_company_id)
    db.session.execute(update(CaseCompany).where(*first).values(answered_on=day))


def _make_acts(chance: random.Random, cases: Sequence[Case]) -> None:
    """What happens in cases beside their own columns: how many took part, answers, instalments, steps towards force."""
    for case in cases:
        day = case.received_on
        case.relationship = chance.choice(("standard", "new_form", "undetermined"))
        case.headcount = chance.choice((None, None, 0, 1, 3, 25))
        case.is_collective = (case.headcount or 0) >= 10
        if chance.random() < 0.5:
            told = day + timedelta(days=chance.randrange(4))
            make_event(case, "consent_asked", "received", "consent_inquiry", told)
            if chance.random() < 0.6:
                answer(case, told + timedelta(days=chance.randrange(25)))
        for _ in range(chance.randrange(3)):
            due = day + timedelta(days=chance.randrange(120))
            one = make_instalment(case, due, 1000, status=chance.choice(("effective", "effective", "draft")))
            for amount_fen in chance.choice(((), (1000,), (400,), (400, 600))):
                pay(one, due + timedelta(days=chance.randrange(-9, 4)), amount_fen)
            one.status = chance.choice(("due", "part", "paid", "defaulted"))
        for _ in range(chance.choice((0, 0, 0, 1, 2))):
            make_step(case, day + timedelta(days=chance.randrange(90)))
    db.session.flush()
