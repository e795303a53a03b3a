"""Cases with deadlines, instalments and meetings at chosen days, for tests of what the daily jobs say."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Flask

from mediation.cases.models import NO_DEADLINE, Agreement, Case, Instalment, MediationSession
from mediation.core import clock
from mediation.core.db import db, transaction
from mediation.deadlines import service
from mediation.deadlines.models import Deadline
from tests import personas
from tests.factories.statistics import make_case
from tests.product import Content

RECEIVED = date(2026, 9, 30)  # three working days end on Saturday 10 October, over the National Day block


def fill(app: Flask) -> None:
    """Everybody, the rules and working days."""
    personas.fill(app)
    with transaction():
        service.seed()


CONTENT = Content("rules", fill)


def new_case(*, of: str = "committee", **columns: Any) -> Case:
    """A received case; ``of`` names the committee's field of the world."""
    world = personas.world()
    return make_case(getattr(world, of), RECEIVED, **{"next_deadline_on": NO_DEADLINE, **columns})


def case_of(persona: str, **columns: Any) -> Case:
    """A received case that somebody handles."""
    return new_case(handler_id=personas.user(persona).id, **columns)


def start(case: Case, rule: str = "LM-ACCEPT-3WD", on: date = RECEIVED) -> Deadline:
    """Open a deadline of a case."""
    return service.open_deadline(committee_id=case.committee_id, case_id=case.id, rule_code=rule, trigger_on=on)


def instalment(case: Case, due_on: date, status: str = "due") -> Instalment:
    """1,500 yuan, 500 of them paid, of an agreement in force."""
    owner = {"committee_id": case.committee_id, "case_id": case.id}
    agreement = Agreement(facts="事实", terms="条款", total_fen=150000, status="effective", **owner)
    db.session.add(agreement)
    db.session.flush()
    row = Instalment(
        agreement_id=agreement.id, seq=1, due_on=due_on, amount_fen=150000, paid_fen=50000, status=status, **owner
    )
    db.session.add(row)
    db.session.flush()
    return row


def meeting(case: Case, day: date, hour: int = 14, **columns: Any) -> MediationSession:
    """A planned meeting."""
    row = MediationSession(
        committee_id=case.committee_id,
        case_id=case.id,
        seq=1,
        starts_at=datetime(day.year, day.month, day.day, hour, tzinfo=clock.SHANGHAI),
        **{"mode": "on_site", "status": "planned", **columns},
    )
    db.session.add(row)
    db.session.flush()
    return row
