"""Deadlines of a case: opened, replaced, settled; rules and years that change beside them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask.ctx import AppContext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mediation.cases.models import Case
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError, Forbidden, NotFound
from mediation.deadlines import changes, queries, service
from mediation.deadlines.models import CalendarDayRow, Deadline, DeadlineRule
from mediation.deadlines.rules import RULES
from tests import personas

VECTORS = Path(__file__).parents[2] / "unit" / "deadlines" / "vectors.csv"


@pytest.fixture
def session(context: AppContext) -> Iterator[Session]:
    with transaction() as session:
        yield session


@pytest.fixture
def case(session: Session) -> Case:
    return session.scalars(select(Case)).one()


def start(case: Case, rule: str, on: date, **more) -> Deadline:
    return service.open_deadline(committee_id=case.committee_id, case_id=case.id, rule_code=rule, trigger_on=on, **more)


def test_seeding_twice_enters_nothing_twice_and_keeps_what_was_changed(session: Session):
    service.seed()
    assert session.scalar(select(func.count()).select_from(DeadlineRule)) == len(RULES)
    row = queries.rule_row("RV-PERFORM-7D")
    row.length = 9
    session.execute(db.delete(CalendarDayRow).where(CalendarDayRow.day == date(2026, 10, 10)))
    service.seed()
    assert queries.rule("RV-PERFORM-7D").length == 9
    assert session.get(CalendarDayRow, date(2026, 10, 10)) is None


def test_the_words_of_a_rule_nobody_changed_follow_the_product(session: Session):
    queries.rule_row("JC-30D").extension = "as it was shipped once"
    changes.change_rule(personas.actor("admin"), code="PM-1M", extension="本会决定", note="x")
    queries.rule_version_row("PM-1M", 1).extension = "what the old version said"
    service.seed()
    assert queries.rule("JC-30D") == RULES["JC-30D"]
    assert queries.rule("PM-1M").extension == "本会决定"
    assert queries.rule_version("PM-1M", 1).extension == "what the old version said"


def test_every_rule_comes_back_from_its_row_as_it_went_in(session: Session):
    assert {row.code: queries.as_rule(row) for row in queries.newest_rules()} == RULES
    assert [row.code for row in queries.newest_rules()] == list(RULES)


def test_the_vectors_of_the_law_hold_with_what_the_database_knows(case: Case):
    with VECTORS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 40
    for number, row in enumerate(rows):
        deadline = start(case, row["rule_id"], date.fromisoformat(row["trigger_date"]), subject=str(number))
        expected = row["expected_last_day"][:10]
        if expected.startswith("20"):
            assert deadline.last_day.isoformat() == expected, row
        assert deadline.is_provisional == ("provisional" in row["expected_last_day"] or not expected), row
        assert deadline.basis == RULES[row["rule_id"]].article


def test_a_deadline_keeps_why_it_is_that_day(case: Case):
    deadline = start(case, "LM-ACCEPT-3WD", date(2026, 9, 30), event_id=7)
    assert (deadline.raw_last_day, deadline.last_day) == (date(2026, 10, 10), date(2026, 10, 10))
    assert (deadline.trigger, deadline.trigger_event_id, deadline.rule_version) == ("received", 7, 1)
    assert deadline.calendar_version == queries.calendar().version
    assert deadline.explanation[-1] == {
        "day": "2026-10-10", "counted": 3, "kind": "makeup_workday", "name": "国庆节", "note": "第3个工作日",
    }  # fmt: skip


def test_a_period_into_a_year_without_a_calendar_is_provisional_and_says_so(case: Case):
    deadline = start(case, "LM-ACCEPT-3WD", date(2026, 12, 30))
    assert deadline.is_provisional
    assert "2027年的放假安排尚未录入" in deadline.explanation[-1]["note"]


def test_an_extension_counts_from_the_original_trigger(case: Case):
    assert start(case, "LM-MEDIATE-15D", date(2026, 2, 2)).last_day == date(2026, 2, 24)
    assert start(case, "LM-MEDIATE-15D", date(2026, 2, 2), extra_length=15).last_day == date(2026, 3, 4)


def test_the_same_act_twice_is_one_deadline_and_another_day_replaces_it(case: Case):
    first = start(case, "LM-ACCEPT-3WD", date(2026, 9, 30))
    assert start(case, "LM-ACCEPT-3WD", date(2026, 9, 30)) is first
    second = start(case, "LM-ACCEPT-3WD", date(2026, 9, 29), event_id=3)
    assert (first.status, first.replaced_by_id, first.settled_by_event_id) == ("replaced", second.id, 3)
    assert first.last_day == date(2026, 10, 10)  # history is not rewritten
    assert second.status == "open"


def test_subjects_of_one_rule_stand_side_by_side(case: Case):
    first = start(case, "ENF-2Y", date(2026, 1, 31), subject="instalment:1")
    second = start(case, "ENF-2Y", date(2026, 2, 28), subject="instalment:2")
    assert (first.status, second.status) == ("open", "open")
    service.meet(case_id=case.id, rule_codes=["ENF-2Y"], on=date(2026, 3, 1), subject="instalment:2")
    assert (first.status, second.status) == ("open", "met")


def test_an_act_meets_its_deadline_up_to_the_last_day_and_misses_it_after(case: Case):
    for on, status in ((date(2026, 10, 10), "met"), (date(2026, 10, 11), "missed")):
        deadline = start(case, "LM-ACCEPT-3WD", date(2026, 9, 30))
        assert service.meet(case_id=case.id, rule_codes=("LM-ACCEPT-3WD",), on=on, event_id=5) == [deadline]
        assert (deadline.status, deadline.settled_on, deadline.settled_by_event_id) == (status, on, 5)


def test_nobody_misses_a_day_that_only_opens_a_right(case: Case):
    deadline = start(case, "LM-STATUTE-15D", date(2026, 9, 30))
    service.meet(case_id=case.id, rule_codes=["LM-STATUTE-15D"], on=date(2026, 12, 1))
    assert deadline.status == "met"


def test_the_nearest_open_one_comes_next_and_cancelled_ones_do_not(case: Case):
    assert service.next_open(case.id) is None
    late = start(case, "LM-MEDIATE-15D", date(2026, 9, 30))
    start(case, "LM-STATUTE-15D", date(2026, 9, 24))  # a right that opens is nothing to do
    soon = start(case, "LM-ACCEPT-3WD", date(2026, 9, 30))
    assert service.next_open(case.id) is soon
    assert service.cancel(case_id=case.id, rule_codes=["LM-ACCEPT-3WD"], on=date(2026, 10, 1)) == [soon]
    assert service.next_open(case.id) is late
    service.cancel(case_id=case.id, on=date(2026, 10, 2))
    assert service.next_open(case.id) is None
    assert [one.status for one in queries.of_case(case.id)] == ["cancelled"] * 3


def test_an_unknown_rule_is_not_found(case: Case):
    with pytest.raises(NotFound):
        start(case, "NO-SUCH-RULE", date(2026, 9, 30))


def test_a_changed_rule_counts_for_new_deadlines_and_leaves_those_that_stand(case: Case):
    before = start(case, "RV-PERFORM-7D", date(2026, 11, 2))
    admin = personas.actor("admin")
    row = changes.change_rule(admin, code="RV-PERFORM-7D", length=10, note="本会 2026 年第 3 次会议")
    assert (row.version, row.changed_by) == (2, admin.user_id)
    after = start(case, "RV-PERFORM-7D", date(2026, 11, 2), subject="other")
    assert (before.rule_version, before.last_day, before.status) == (1, date(2026, 11, 9), "open")
    assert (after.rule_version, after.last_day) == (2, date(2026, 11, 12))
    assert [one.version for one in queries.rule_versions("RV-PERFORM-7D")] == [2, 1]


def test_a_rule_changes_only_by_who_may_and_only_when_something_differs(case: Case):
    with pytest.raises(Forbidden):
        changes.change_rule(personas.actor("duty_lawyer"), code="RV-PERFORM-7D", length=10, note="x")
    with pytest.raises(DomainError):
        changes.change_rule(personas.actor("admin"), code="RV-PERFORM-7D", length=7, note="nothing")
