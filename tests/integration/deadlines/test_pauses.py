"""Deadlines that stand still, run again, or are counted anew because the act behind them was corrected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask.ctx import AppContext
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediation.cases.models import Case
from mediation.core.clock import frozen_at
from mediation.core.db import transaction
from mediation.deadlines import queries, service
from mediation.deadlines.engine import Pause
from mediation.deadlines.models import Deadline

ACCEPTED = date(2026, 3, 6)
APPRAISAL = Pause(date(2026, 3, 10), date(2026, 3, 19), "等待鉴定")


@pytest.fixture
def session(context: AppContext) -> Iterator[Session]:
    with transaction() as session:
        yield session


@pytest.fixture
def case(session: Session) -> Case:
    return session.scalars(select(Case)).one()


def start(case: Case, rule: str, on: date, **more: Any) -> Deadline:
    return service.open_deadline(committee_id=case.committee_id, case_id=case.id, rule_code=rule, trigger_on=on, **more)


def stop(case: Case, *rules: str, on: date = APPRAISAL.first) -> list[Deadline]:
    return service.pause(case_id=case.id, rule_codes=rules, on=on, event_id=21)


def resume(case: Case, *rules: str, pause: Pause = APPRAISAL) -> list[Deadline]:
    return service.resume(case_id=case.id, rule_codes=rules, **pause._asdict(), event_id=22)


def test_what_stands_still_is_in_no_list_and_runs_on_by_the_days_it_stood(case: Case):
    first = start(case, "LM-MEDIATE-15D", ACCEPTED, event_id=7)
    assert first.last_day == date(2026, 3, 23)
    assert stop(case, "LM-MEDIATE-15D") == [first]
    assert (first.status, first.settled_on, first.settled_by_event_id) == ("paused", date(2026, 3, 10), 21)
    assert queries.open_of_case(case.id) == []
    assert queries.paused_of_case(case.id) == [first]
    assert service.next_open(case.id) is None
    [second] = resume(case, "LM-MEDIATE-15D")
    # The 21st and ten days more: Tuesday 31 March.
    assert (second.raw_last_day, second.last_day, second.status) == (date(2026, 3, 31), date(2026, 3, 31), "open")
    assert (second.trigger_on, second.trigger_event_id) == (ACCEPTED, 7)
    assert second.pauses == [["2026-03-10", "2026-03-19", "等待鉴定"]]
    assert (first.status, first.replaced_by_id, first.settled_by_event_id) == ("replaced", second.id, 22)
    assert first.last_day == date(2026, 3, 23)
    paused = [step for step in second.explanation if "停止计算：等待鉴定" in step["note"]]
    assert [step["day"][-2:] for step in paused] == [str(day) for day in range(10, 20)]


def test_pauses_add_up_and_are_kept_by_everything_that_counts_anew(case: Case):
    start(case, "LM-MEDIATE-15D", ACCEPTED)
    stop(case, "LM-MEDIATE-15D")
    resume(case, "LM-MEDIATE-15D")
    again = Pause(date(2026, 3, 25), date(2026, 3, 26), "等待答复")
    stop(case, "LM-MEDIATE-15D", on=again.first)
    [third] = resume(case, "LM-MEDIATE-15D", pause=again)
    assert third.raw_last_day == date(2026, 4, 2)
    assert service.computed_anew(third).raw_last_day == date(2026, 4, 2)
    assert service.replace_computed(third, service.computed_anew(third)).pauses == third.pauses
    corrected = start(case, "LM-MEDIATE-15D", date(2026, 3, 9))  # the caller says nothing of pauses
    assert (corrected.raw_last_day, len(corrected.pauses)) == (date(2026, 4, 5), 2)
    assert start(case, "LM-MEDIATE-15D", date(2026, 3, 9), pauses=()).raw_last_day == date(2026, 3, 24)


def test_an_extension_and_a_pause_are_both_counted_from_the_trigger(case: Case):
    extended = start(case, "LM-MEDIATE-15D", ACCEPTED, extra_length=15)
    stop(case, "LM-MEDIATE-15D")
    [resumed] = resume(case, "LM-MEDIATE-15D")
    assert extended.raw_last_day == date(2026, 4, 5)
    assert (resumed.raw_last_day, resumed.extra_length) == (date(2026, 4, 15), 15)


def test_a_pause_without_a_whole_day_changes_no_date(case: Case):
    first = start(case, "LM-MEDIATE-15D", ACCEPTED)
    stop(case, "LM-MEDIATE-15D")
    [second] = resume(case, "LM-MEDIATE-15D", pause=Pause(date(2026, 3, 10), date(2026, 3, 9), "x"))
    assert (second.status, second.last_day, second.pauses) == ("open", first.last_day, [])


@pytest.mark.parametrize(
    ("stopped_on", "done_on", "status"),
    [
        (date(2026, 3, 10), date(2026, 6, 1), "met"),  # it stood still: nobody was late
        (date(2026, 3, 24), date(2026, 6, 1), "missed"),  # it was late already when it was stopped
        (date(2026, 3, 23), date(2026, 3, 23), "met"),
    ],
)
def test_an_act_settles_what_stands_still(case: Case, stopped_on: date, done_on: date, status: str):
    deadline = start(case, "LM-MEDIATE-15D", ACCEPTED)
    stop(case, "LM-MEDIATE-15D", on=stopped_on)
    assert service.meet(case_id=case.id, rule_codes=["LM-MEDIATE-15D"], on=done_on, event_id=9) == [deadline]
    assert (deadline.status, deadline.settled_on, deadline.settled_by_event_id) == (status, done_on, 9)


def test_what_stands_still_is_cancelled_with_the_rest(case: Case):
    deadline = start(case, "LM-MEDIATE-15D", ACCEPTED)
    stop(case, "LM-MEDIATE-15D")
    assert service.cancel(case_id=case.id, on=date(2026, 3, 12), event_id=9) == [deadline]
    assert deadline.status == "cancelled"
    assert resume(case, "LM-MEDIATE-15D") == []


def test_what_is_replaced_while_it_stands_still_goes_on_standing_still(case: Case):
    start(case, "LM-MEDIATE-15D", ACCEPTED)
    [first] = stop(case, "LM-MEDIATE-15D")
    second = start(case, "LM-MEDIATE-15D", date(2026, 3, 9), event_id=8)
    third = service.rederive(second, trigger_on=date(2026, 3, 8), event_id=9)
    assert [one.status for one in (first, second, third)] == ["replaced", "replaced", "paused"]
    assert (third.settled_on, third.settled_by_event_id) == (date(2026, 3, 10), 21)
    assert queries.open_of_case(case.id) == []


def test_a_corrected_act_counts_its_deadline_from_the_new_day(case: Case):
    wrong = start(case, "ARB-SUE-15D", date(2026, 9, 21), event_id=7, subject="act:1", extra_length=0)
    right = service.rederive(wrong, trigger_on=date(2026, 9, 11), event_id=8)
    assert (wrong.last_day, right.last_day) == (date(2026, 10, 8), date(2026, 9, 28))
    assert (wrong.status, wrong.replaced_by_id, wrong.settled_by_event_id) == ("replaced", right.id, 8)
    assert (right.status, right.subject, right.trigger_event_id) == ("open", "act:1", 8)
    assert service.rederive(right, trigger_on=date(2026, 9, 11), event_id=9) is right
    with pytest.raises(ValueError, match="replaced"):
        service.rederive(wrong, trigger_on=date(2026, 9, 1), event_id=9)


def test_what_an_act_had_settled_is_settled_again_by_that_act(case: Case):
    wrong = start(case, "LM-ACCEPT-3WD", date(2026, 9, 30))
    service.meet(case_id=case.id, rule_codes=["LM-ACCEPT-3WD"], on=date(2026, 10, 9), event_id=5)
    assert wrong.status == "met"
    right = service.rederive(wrong, trigger_on=date(2026, 9, 24), event_id=8)
    assert right.last_day == date(2026, 9, 30)
    assert (right.status, right.settled_on, right.settled_by_event_id) == ("missed", date(2026, 10, 9), 5)
    back = service.rederive(right, trigger_on=date(2026, 9, 30), event_id=9)
    assert (back.status, back.settled_on) == ("met", date(2026, 10, 9))


def test_a_way_that_had_run_out_is_open_again_when_its_new_day_is_still_to_come(case: Case):
    closed = start(case, "ARB-SUE-15D", date(2026, 9, 1))
    service.run_out(closed)
    with frozen_at(datetime(2026, 9, 20, 2, tzinfo=UTC)):
        late = service.rederive(closed, trigger_on=date(2026, 9, 2), event_id=8)
        assert (late.status, late.settled_on) == ("missed", date(2026, 9, 17))
        again = service.rederive(late, trigger_on=date(2026, 9, 10), event_id=9)
        assert (again.status, again.last_day, again.settled_on) == ("open", date(2026, 9, 28), None)
