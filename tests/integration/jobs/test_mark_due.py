"""The daily job: who is told what, on which day, once."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.ctx import AppContext
from sqlalchemy import select

from mediation.cases.jobs import mark_due
from mediation.cases.models import NO_DEADLINE, Agreement, Case, Instalment
from mediation.core.db import db, transaction
from mediation.deadlines import service
from mediation.deadlines.models import Deadline
from mediation.notifications.models import InboxItem
from tests import personas
from tests.factories.statistics import make_case
from tests.product import Content

RECEIVED = date(2026, 9, 30)  # three working days end on Saturday 10 October, over the National Day block


def fill(app: Flask) -> None:
    """Everybody, the rules and working days."""
    personas.fill(app)
    with transaction():
        service.seed()


@pytest.fixture
def content() -> Content:
    return Content("rules", fill)


def new_case(*, of: str = "committee", **columns) -> Case:
    """A received case; ``of`` names the committee's field of the world."""
    world = personas.world()
    return make_case(getattr(world, of), RECEIVED, **{"next_deadline_on": NO_DEADLINE, **columns})


def start(case: Case, rule: str = "LM-ACCEPT-3WD", on: date = RECEIVED) -> Deadline:
    return service.open_deadline(committee_id=case.committee_id, case_id=case.id, rule_code=rule, trigger_on=on)


def instalment(case: Case, due_on: date, status: str = "due") -> Instalment:
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


def keys(username: str) -> list[str]:
    user_id = personas.user(username).id
    return list(db.session.scalars(select(InboxItem.key).where(InboxItem.user_id == user_id).order_by(InboxItem.id)))


@pytest.fixture
def lawyers_case(context: AppContext) -> tuple[int, int]:
    """A case of the duty lawyer with one deadline: (case id, deadline id)."""
    with transaction():
        case = new_case(handler_id=personas.user("duty_lawyer").id)
        return case.id, start(case).id


def test_the_handler_is_told_5_3_and_1_working_days_before_and_on_the_day(lawyers_case):
    _case_id, _deadline_id = lawyers_case
    with transaction():
        # 30 days from acceptance: 4 November; working days before it end on 28 and 30 October and 3 November.
        case = db.session.get(Case, lawyers_case[0])
        later = start(case, "LM-EXT-30D", date(2026, 10, 5))
        later_id = later.id
    for day in range(20, 32):
        mark_due(date(2026, 10, day))
    for day in range(1, 5):
        mark_due(date(2026, 11, day))
    told = [key for key in keys("duty_lawyer") if key.startswith(f"deadline:{later_id}:")]
    assert told == [f"deadline:{later_id}:due:2026-{day}" for day in ("10-28", "10-30", "11-03", "11-04")]


def test_the_handler_is_told_when_it_is_late_and_only_once(lawyers_case):
    _case_id, deadline_id = lawyers_case
    for _ in range(2):
        for day in (10, 11, 12):
            mark_due(date(2026, 10, day))
    assert keys("duty_lawyer") == [f"deadline:{deadline_id}:due:2026-10-10", f"deadline:{deadline_id}:late"]
    assert db.session.get(Deadline, deadline_id).status == "open"


def test_a_second_run_says_nothing_more(lawyers_case):
    first, second = mark_due(date(2026, 10, 12)), mark_due(date(2026, 10, 12))
    assert (first.told, second.told, second.refreshed) == (1, 0, 0)


def test_a_day_on_which_nothing_ran_is_made_up(context: AppContext):
    with transaction():
        case = new_case(handler_id=personas.user("duty_lawyer").id)
        deadline_id = start(case, "LM-EXT-30D", date(2026, 10, 5)).id  # to be said on 28 October
    mark_due(date(2026, 10, 27))
    mark_due(date(2026, 10, 29))
    assert keys("duty_lawyer") == [f"deadline:{deadline_id}:due:2026-10-28"]


def test_a_met_deadline_is_quiet(lawyers_case):
    case_id, _deadline_id = lawyers_case
    with transaction():
        service.meet(case_id=case_id, rule_codes=["LM-ACCEPT-3WD"], on=date(2026, 10, 8))
    mark_due(date(2026, 10, 12))
    assert keys("duty_lawyer") == []


def test_the_mediator_is_told_as_well_and_nobody_of_another_committee(context: AppContext):
    with transaction():
        case = new_case(handler_id=personas.user("duty_lawyer").id, mediator_id=personas.user("judicial_here").id)
        start(case)
        start(new_case(of="other_committee"))
    mark_due(date(2026, 10, 12))
    assert len(keys("duty_lawyer")) == len(keys("judicial_here")) == 1
    assert keys("committee") == []
    assert len(keys("committee_elsewhere")) == 1


def test_without_a_handler_who_is_still_there_the_committee_is_told(context: AppContext):
    with transaction():
        personas.user("lawyer_elsewhere").is_active = False
        nobody = start(new_case()).id
        left = start(new_case(handler_id=personas.user("lawyer_elsewhere").id)).id
    mark_due(date(2026, 10, 12))
    assert keys("committee") == [f"deadline:{nobody}:late", f"deadline:{left}:late"]
    assert keys("lawyer_elsewhere") == []


def test_a_day_that_opens_a_right_is_told_after_it_and_makes_nobody_late(lawyers_case):
    case_id, _acceptance_id = lawyers_case
    with transaction():
        service.meet(case_id=case_id, rule_codes=["LM-ACCEPT-3WD"], on=date(2026, 10, 8))
        right_id = start(db.session.get(Case, case_id), "LM-STATUTE-15D").id
        period_id = start(db.session.get(Case, case_id), "LM-MEDIATE-15D", date(2026, 10, 8)).id
    mark_due(date(2026, 10, 15))
    assert keys("duty_lawyer") == []
    mark_due(date(2026, 10, 16))
    assert keys("duty_lawyer") == [f"deadline:{right_id}:over", f"deadline:{period_id}:due:2026-10-16"]
    right = db.session.get(Deadline, right_id)
    assert (right.status, right.settled_on) == ("met", date(2026, 10, 15))
    case = db.session.get(Case, case_id)
    assert (case.next_deadline_on, case.next_deadline_rule) == (date(2026, 10, 23), "LM-MEDIATE-15D")


def test_a_way_nobody_took_is_closed_and_makes_nobody_late(lawyers_case):
    case_id, _acceptance_id = lawyers_case
    with transaction():
        service.cancel(case_id=case_id, on=RECEIVED)
        way_id = start(db.session.get(Case, case_id), "LM-ARBREVIEW-15D", date(2026, 10, 5)).id  # ends on the 20th
    mark_due(date(2026, 10, 20))
    mark_due(date(2026, 10, 21))
    assert keys("duty_lawyer") == [f"deadline:{way_id}:due:2026-10-20", f"deadline:{way_id}:over"]
    way = db.session.get(Deadline, way_id)
    assert (way.status, way.settled_on) == ("missed", date(2026, 10, 20))
    assert db.session.get(Case, case_id).next_deadline_on == NO_DEADLINE
    with transaction():  # it had been gone in time, and is recorded only now
        service.meet(case_id=case_id, rule_codes=["LM-ARBREVIEW-15D"], on=date(2026, 10, 19), event_id=4)
    assert db.session.get(Deadline, way_id).status == "met"


def test_a_provisional_way_is_not_closed(lawyers_case):
    with transaction():
        way_id = start(db.session.get(Case, lawyers_case[0]), "LM-ARBREVIEW-15D", date(2026, 12, 18)).id
    mark_due(date(2027, 1, 20))
    assert db.session.get(Deadline, way_id).status == "open"
    assert not [key for key in keys("duty_lawyer") if key.startswith(f"deadline:{way_id}:")]


def test_instalments_are_announced_and_called_overdue(context: AppContext):
    with transaction():
        case = new_case(state="performing", handler_id=personas.user("duty_lawyer").id)
        owed = instalment(case, date(2026, 11, 20)).id
        instalment(case, date(2026, 11, 19), status="paid")
    for day in (13, 17, 20, 21, 22):
        mark_due(date(2026, 11, day))
    kinds = ["due:2026-11-13", "due:2026-11-17", "due:2026-11-20", "late"]
    assert keys("duty_lawyer") == [f"instalment:{owed}:{kind}" for kind in kinds]
    title = db.session.scalars(select(InboxItem.title).where(InboxItem.key == f"instalment:{owed}:late")).one()
    assert "1,000.00元" in title  # what is still owed


def test_a_wrong_next_day_of_a_case_is_corrected(context: AppContext):
    with transaction():
        wrong = new_case(next_deadline_on=date(2026, 1, 1))
        start(wrong)
        right = new_case(next_deadline_on=date(2026, 10, 10), next_deadline_rule="LM-ACCEPT-3WD")
        start(right)
        closed = new_case(state="closed", closed_on=date(2026, 10, 1), next_deadline_on=date(2026, 1, 1))
        ids = wrong.id, right.id, closed.id
    assert mark_due(date(2026, 10, 1)).refreshed == 2
    wrong, right, closed = (db.session.get(Case, one) for one in ids)
    assert (wrong.next_deadline_on, wrong.next_deadline_rule) == (date(2026, 10, 10), "LM-ACCEPT-3WD")
    assert (right.next_deadline_on, closed.next_deadline_on) == (date(2026, 10, 10), None)


def test_more_than_one_batch_is_worked_through(context: AppContext, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("mediation.cases.jobs.BATCH", 3)
    with transaction():
        for _ in range(7):
            start(new_case(handler_id=personas.user("duty_lawyer").id))
    sums = mark_due(date(2026, 10, 12))
    assert (sums.told, sums.refreshed) == (7, 7)


def test_a_notice_names_the_case_and_no_person(lawyers_case):
    mark_due(date(2026, 10, 12))
    item = db.session.scalars(select(InboxItem)).one()
    number = db.session.get(Case, lawyers_case[0]).number
    assert item.title == f"{number} 已逾期：审查并决定是否受理，最后一日 2026-10-10"
    assert item.url == f"/cases/{number}"
