"""The daily job: what nobody can be late with runs out by itself, and each case's next last day is right."""

from __future__ import annotations

from datetime import date

import pytest
from flask.ctx import AppContext
from sqlalchemy import func, select

from mediation.cases.jobs import mark_due
from mediation.cases.models import NO_DEADLINE, Case
from mediation.core.db import db, transaction
from mediation.deadlines import service
from mediation.deadlines.models import Deadline
from mediation.notifications.models import InboxItem
from tests.factories import duedates
from tests.factories.duedates import RECEIVED, case_of, new_case, start
from tests.product import Content


@pytest.fixture
def content() -> Content:
    return duedates.CONTENT


@pytest.fixture
def lawyers_case(context: AppContext) -> tuple[int, int]:
    """A case of the duty lawyer with one deadline: (case id, deadline id)."""
    with transaction():
        case = case_of("duty_lawyer")
        return case.id, start(case).id


def test_a_duty_stays_open_however_late(lawyers_case):
    _case_id, deadline_id = lawyers_case
    for day in (12, 13):
        mark_due(date(2026, 10, day))
    assert db.session.get(Deadline, deadline_id).status == "open"


def test_a_day_that_opens_a_right_ends_after_it(lawyers_case):
    case_id, _acceptance_id = lawyers_case
    with transaction():
        service.meet(case_id=case_id, rule_codes=["LM-ACCEPT-3WD"], on=date(2026, 10, 8))
        right_id = start(db.session.get(Case, case_id), "LM-STATUTE-15D").id
        start(db.session.get(Case, case_id), "LM-MEDIATE-15D", date(2026, 10, 8))
    assert mark_due(date(2026, 10, 15)).ended == 0
    assert mark_due(date(2026, 10, 16)).ended == 1
    right = db.session.get(Deadline, right_id)
    assert (right.status, right.settled_on) == ("met", date(2026, 10, 15))
    case = db.session.get(Case, case_id)
    assert (case.next_deadline_on, case.next_deadline_rule) == (date(2026, 10, 23), "LM-MEDIATE-15D")


def test_a_way_nobody_took_is_closed(lawyers_case):
    case_id, _acceptance_id = lawyers_case
    with transaction():
        service.cancel(case_id=case_id, on=RECEIVED)
        way_id = start(db.session.get(Case, case_id), "LM-ARBREVIEW-15D", date(2026, 10, 5)).id  # ends on the 20th
    mark_due(date(2026, 10, 20))
    assert db.session.get(Deadline, way_id).status == "open"
    mark_due(date(2026, 10, 21))
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
            start(case_of("duty_lawyer"), "LM-ARBREVIEW-15D", date(2026, 9, 21))
    sums = mark_due(date(2026, 10, 12))
    assert (sums.ended, sums.refreshed) == (7, 0)


def test_it_tells_nobody_anything(lawyers_case):
    mark_due(date(2026, 10, 12))
    assert db.session.scalar(select(func.count()).select_from(InboxItem)) == 0
