"""The morning's digest: one per person and day, what is in it, for whom, and when there is none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask.ctx import AppContext
from sqlalchemy import select

from mediation.accounts import absences
from mediation.cases import jobs
from mediation.cases.jobs import mark_due, send_digests
from mediation.cases.lifecycle import Event
from mediation.cases.models import Case, CaseEvent, Instalment
from mediation.cases.service.events import append_event
from mediation.committees.models import Committee
from mediation.core import clock
from mediation.core.db import db, transaction
from mediation.core.jobs import JobRun
from mediation.deadlines import service
from mediation.deadlines.rules import RULES
from mediation.notifications.models import Channel, InboxItem, OutboxMessage
from tests import personas
from tests.databases import statements
from tests.factories import casefiles, duedates
from tests.factories.duedates import case_of, instalment, meeting, new_case, start
from tests.product import Content


@pytest.fixture
def content() -> Content:
    return duedates.CONTENT


def items(persona: str) -> dict[str, InboxItem]:
    """A person's inbox by key."""
    user_id = personas.user(persona).id
    rows = db.session.scalars(select(InboxItem).where(InboxItem.user_id == user_id).order_by(InboxItem.id))
    return {row.key: row for row in rows}


def said(persona: str, day: date, since: date | None = None) -> str:
    """What the digest of a day says to somebody, "" where there is none."""
    send_digests(day, since=since)
    item = items(persona).get(f"digest:{day.isoformat()}")
    return f"{item.title}\n{item.body}" if item else ""


def october(day: int) -> date:
    return date(2026, 10, day)


def test_reminders_come_5_3_and_1_working_days_before_the_raw_last_day_and_on_the_last(context: AppContext):
    with transaction():
        number = case_of("duty_lawyer", state="mediating").number
        start(db.session.scalars(select(Case)).one(), "LM-EXT-30D", october(5))  # ends on Wednesday 4 November
    days = [october(5) + timedelta(days=one) for one in range(31)]
    told = [day for day in days if number in said("duty_lawyer", day)]
    assert told == [october(28), october(30), date(2026, 11, 3), date(2026, 11, 4)]
    assert [key for key in items("duty_lawyer") if key.startswith("alarm:")] == ["alarm:2026-11-04"]


def test_the_days_are_counted_back_from_the_raw_day_and_the_line_names_both(context: AppContext):
    with transaction():
        start(case_of("duty_lawyer", state="mediating"), "LM-MEDIATE-15D", date(2026, 2, 2))  # raw 17, rolls to 24 Feb
    assert "2月24日" in (text := said("duty_lawyer", date(2026, 2, 14)))  # the working Saturday before the holiday
    assert "顺延前为 2月17日" in text
    assert said("duty_lawyer", date(2026, 2, 23)) == ""


def test_one_digest_a_day_with_its_sections_in_order(context: AppContext):
    day = october(12)  # a Monday
    with transaction():
        start(case_of("duty_lawyer"))  # ended on Saturday 10 October, a working day
        start(case_of("duty_lawyer"), "LM-ACCEPT-3WD", october(8))  # 9th, 10th, 12th: today
        start(case_of("duty_lawyer"), "LM-ACCEPT-3WD", october(10))  # until the 14th: not today
        start(case_of("duty_lawyer", state="agreed"), "JC-30D", date(2026, 9, 17))  # a way, raw end on the 17th
        meeting(case_of("duty_lawyer"), october(13))
        instalment(case_of("duty_lawyer", state="performing"), october(9))
        limited = case_of("duty_lawyer", limitation_on=october(26)).number
        case_of("duty_lawyer", waiting_for="staff")
    told = send_digests(day)
    assert (told.digests, told.alarms) == (2, 1)  # the secretary hears of what is late
    item = items("duty_lawyer")["digest:2026-10-12"]
    assert item.title.startswith("10月12日 周一晨报：已逾期 1，今天到期 1，调解会议 1，")
    headings = [line for line in item.body.splitlines() if line.endswith("）") and "（" in line and line[0] != "-"]
    assert headings == [
        "已逾期（1）", "今天到期（1）", "调解会议（1）", "即将关闭的途径和时效（2）", "对方或机关已逾期（1）",
    ]  # fmt: skip
    assert f"- {limited} 时效，最后一日 10月26日 周一，还有 14 天" in item.body
    assert "第1期付款 1,000.00元，最后一日 10月9日 周五，已过 3 天" in item.body  # what is still owed
    assert "10月13日 周二 14:00（现场）" in item.body
    assert item.body.splitlines()[-1] == "等待您处理的案件：8 件"
    assert list(items("duty_lawyer")) == ["digest:2026-10-12", "alarm:2026-10-12"]


def test_a_second_run_says_nothing_more(context: AppContext):
    with transaction():
        start(case_of("duty_lawyer"))
    first, second = send_digests(october(12)), send_digests(october(12))
    assert (first.digests, second.digests, second.escalations, second.messages) == (2, 0, 0, 0)


def test_nothing_to_say_is_no_digest_and_waiting_alone_is_nothing(context: AppContext):
    with transaction():
        start(case_of("duty_lawyer", waiting_for="staff"), "LM-MEDIATE-15D", october(10))  # until the 26th
    assert send_digests(october(12)).digests == 0


def test_what_is_met_meanwhile_is_not_mentioned(context: AppContext):
    with transaction():
        case = case_of("duty_lawyer")
        start(case)
        service.meet(case_id=case.id, rule_codes=["LM-ACCEPT-3WD"], on=october(9))
    assert said("duty_lawyer", october(12)) == ""


def test_a_late_duty_is_in_each_mornings_digest_until_it_is_met(context: AppContext):
    with transaction():
        case = case_of("duty_lawyer")
        start(case)
        case_id, number = case.id, case.number
    assert all(number in said("duty_lawyer", october(day)) for day in (12, 13))
    with transaction():
        service.meet(case_id=case_id, rule_codes=["LM-ACCEPT-3WD"], on=october(13))
    assert said("duty_lawyer", october(14)) == ""


def test_on_a_rest_day_only_what_lies_on_that_day_is_worth_a_digest(context: AppContext):
    sunday = october(18)
    with transaction():
        start(case_of("duty_lawyer"))  # late for a week
        meeting(case_of("judicial_here"), sunday)
    assert said("duty_lawyer", sunday) == ""
    assert "14:00" in said("judicial_here", sunday)


def test_a_meeting_of_monday_is_said_on_friday_and_on_the_day(context: AppContext):
    with transaction():
        meeting(case_of("duty_lawyer"), october(19))
        meeting(case_of("duty_lawyer"), october(19), status="cancelled")
    told = [day for day in range(14, 21) if said("duty_lawyer", october(day))]
    assert told == [16, 19]
    assert "调解会议（1）" in items("duty_lawyer")["digest:2026-10-16"].body


def test_a_way_that_closed_a_right_and_another_bodys_lateness_are_said_once(context: AppContext):
    with transaction():
        case = case_of("duty_lawyer", state="agreed")
        start(case, "LM-ARBREVIEW-15D", october(5))  # a way, until the 20th
        start(case, "LM-STATUTE-15D", october(5))  # a right
        start(case, "PO-ISSUE-15D", october(5))  # the court's
    mark_due(october(21))
    text = said("duty_lawyer", october(21))
    assert text.count("已关闭") == text.count("可以行使相应权利") == text.count("已过 1 天") == 1
    assert "对方或机关已逾期（1）" in text
    mark_due(october(22))
    assert said("duty_lawyer", october(22)) == ""


def test_a_provisional_day_is_marked(context: AppContext):
    with transaction():
        start(case_of("duty_lawyer"), "LM-ACCEPT-3WD", date(2026, 12, 30))
    assert "（暂定）" in said("duty_lawyer", date(2027, 1, 1))


def test_a_reminder_of_a_day_without_a_digest_is_made_up_by_the_next(context: AppContext):
    with transaction():
        case = case_of("duty_lawyer", state="mediating")
        start(case, "LM-EXT-30D", october(5))  # to be said on 28 October
        db.session.add(
            JobRun(
                job="digest", run_key="2026-10-27", status="done", owner="x", attempt=1, lease_until=clock.now(),
                started_at=clock.now(),
            )
        )  # fmt: skip
    with casefiles.at(october(29), 8):
        assert jobs.digest("2026-10-28") == "that morning is over"
        assert jobs.digest("2026-10-29").startswith("1 digests")


def test_the_mediator_is_told_as_well_and_nobody_of_another_committee(context: AppContext):
    with transaction():
        start(case_of("duty_lawyer", mediator_id=personas.user("judicial_here").id))
        start(new_case(of="other_committee"))
    send_digests(october(10))
    assert len(items("duty_lawyer")) == len(items("judicial_here")) == 2  # the digest and the alarm
    assert items("committee") == {}
    assert len(items("committee_elsewhere")) == 2


def test_without_a_handler_who_is_still_there_the_committee_is_told(context: AppContext):
    with transaction():
        personas.user("lawyer_elsewhere").is_active = False
        start(new_case())
        start(case_of("lawyer_elsewhere"))
    assert "已逾期（2）" in said("committee", october(12))
    assert "本会逾期" not in items("committee")["digest:2026-10-12"].body  # not a second time
    assert items("lawyer_elsewhere") == {}


def test_a_late_duty_is_escalated_once_and_stays_in_the_secretarys_digest(context: AppContext):
    with transaction():
        case = case_of("duty_lawyer")
        start(case)  # until Saturday 10 October; the first working day after it is Monday
        case_id, number = case.id, case.number
    for day in (11, 12, 13):
        send_digests(october(day))
    keys = [key for key in items("committee") if key.startswith("escalation")]
    assert keys == ["escalation:2026-10-12"]
    assert number in items("committee")["escalation:2026-10-12"].body
    assert "本会逾期（1）" in items("committee")["digest:2026-10-13"].body
    with transaction():
        service.meet(case_id=case_id, rule_codes=["LM-ACCEPT-3WD"], on=october(13))
    assert said("committee", october(14)) == ""


def test_the_committee_decides_after_how_many_working_days(context: AppContext):
    with transaction():
        personas.world().committee.settings = {"escalate_after": 3}
        start(case_of("duty_lawyer"))
    for day in (12, 13, 14, 15):
        send_digests(october(day))
    assert [key for key in items("committee") if key.startswith("escalation")] == ["escalation:2026-10-14"]


def test_a_companys_officer_hears_of_meetings_and_payments_and_of_no_deadline(context: AppContext):
    with transaction():
        world = personas.world()
        case = case_of("duty_lawyer", company=world.outlet, state="performing", waiting_for="respondent")
        start(case)
        instalment(case, october(12))
        meeting(case, october(12))
        unasked = case_of("duty_lawyer", company=world.outlet, state="received")
        meeting(unasked, october(12))
        hidden = unasked.number
    text = said("hr_same_company", october(12))
    assert "今天到期（1）" in text
    assert "调解会议（1）" in text
    assert "等待您处理的案件：1 件" in text
    assert "已逾期" not in text
    assert hidden not in text
    assert "alarm:2026-10-12" in items("hr_same_company")
    assert items("hr_other_company") == {}


def test_what_a_company_says_it_has_paid_is_not_what_it_is_late_with(context: AppContext):
    with transaction():
        case = case_of("duty_lawyer", company=personas.world().outlet, state="performing")
        row, half = instalment(case, october(9)), instalment(case, october(8))
        reported = told(case, Event.PAYMENT_REPORTED, report_of(row, 100000))
        told(case, Event.PAYMENT_REPORTED, report_of(half, 30000))
    text = said("hr_same_company", october(12))
    assert "已逾期（1）" in text and "第1期付款 700.00元" in text  # the desk's count and its sum
    assert "对方或机关已逾期（2）" in said("duty_lawyer", october(12))  # nobody has confirmed the money
    with transaction():
        told(case, Event.PAYMENT_DISPUTED, {"report_id": reported.id})
    assert "已逾期（2）" in said("hr_same_company", october(13))


def report_of(row: Instalment, amount_fen: int) -> dict:
    return {"instalment_id": row.id, "seq": 1, "company_id": 1, "amount_fen": amount_fen, "paid_on": "2026-10-07"}


def told(case: Case, what: Event, data: dict) -> CaseEvent:
    return append_event(personas.actor("duty_lawyer"), case, what, from_state=case.state, on=october(7), data=data)


def test_the_deputy_gets_the_lines_of_who_is_away_marked(context: AppContext):
    with transaction():
        start(case_of("duty_lawyer"))
        away("duty_lawyer", "judicial_here", october(12), october(13))
    text = said("judicial_here", october(12))
    assert "【代 沈知言】" in text
    assert said("duty_lawyer", october(12)) == ""
    assert "【代" not in said("duty_lawyer", october(14))
    assert items("duty_lawyer")["digest:2026-10-14"]
    assert said("judicial_here", october(14)) == ""


def test_a_deputy_who_is_away_too_does_not_pass_it_on_and_the_committee_is_told(context: AppContext):
    with transaction():
        start(case_of("duty_lawyer"))
        away("duty_lawyer", "judicial_here", october(12), october(13))
        away("judicial_here", "lawyer_elsewhere", october(12), october(13))
    assert "【代 沈知言】" in said("committee", october(12))
    assert said("lawyer_elsewhere", october(12)) == ""


def test_handler_and_mediator_with_one_deputy_are_one_line(context: AppContext):
    with transaction():
        start(case_of("duty_lawyer", mediator_id=personas.user("judicial_here").id))
        away("duty_lawyer", "judicial_here", october(12), october(13))
    assert "已逾期（1）" in said("judicial_here", october(12))


def away(persona: str, deputy: str, first: date, last: date) -> None:
    with casefiles.at(first - timedelta(days=3)):
        absences.enter(
            personas.actor(persona),
            user=personas.user(persona),
            from_on=first,
            to_on=last,
            deputy_id=personas.user(deputy).id,
        )
    for item in db.session.scalars(select(InboxItem)):
        db.session.delete(item)  # the notice to the deputy has a test of its own


def test_digest_and_alarm_go_to_every_channel_in_the_persons_language_and_name_no_party(context: AppContext):
    with transaction():
        lawyer = personas.user("duty_lawyer")
        lawyer.locale = "zh"
        for kind, on in (("wecom", True), ("feishu", False)):
            db.session.add(
                Channel(committee_id=lawyer.committee_id, user_id=lawyer.id, kind=kind, target="{}", is_active=on)
            )
        case = case_of("duty_lawyer", title="周明远 诉 云岫速运青浦网点")
        start(case, "LM-ACCEPT-3WD", october(8))
    assert send_digests(october(12)).messages == 2
    rows = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert [(row.channel_kind, row.key) for row in rows] == [
        ("wecom", "digest:2026-10-12"),
        ("wecom", "alarm:2026-10-12"),
    ]
    assert rows[0].subject == "【调解案件】10月12日 周一晨报：今天到期 1"
    assert rows[0].body.startswith("沈知言，您好。今天是 10月12日 周一。\n\n今天到期（1）\n- 2026-")
    everything = "".join(row.subject + row.body for row in rows)
    everything += "".join(item.title + (item.body or "") for item in items("duty_lawyer").values())
    assert "周明远" not in everything
    assert "云岫" not in everything


def test_a_rule_is_named_in_the_language_of_each_reader(context: AppContext):
    with transaction():
        personas.user("duty_lawyer").locale = "en"
        start(case_of("duty_lawyer"), "LM-ACCEPT-3WD", october(5))  # late, so the secretary is told as well
    rule, lawyer, secretary = RULES["LM-ACCEPT-3WD"], said("duty_lawyer", october(12)), said("committee", october(12))
    assert rule.title_en in lawyer and rule.title not in lawyer
    assert rule.title in secretary and rule.title_en not in secretary


def test_a_digest_nobody_opened_for_a_week_is_put_away_and_an_escalation_is_not(context: AppContext):
    with transaction():
        start(case_of("duty_lawyer"))
    with casefiles.at(october(12), 8):
        send_digests(october(12))
    with casefiles.at(october(20), 8):
        assert send_digests(october(20)).put_away == 2
    read = {key: item.read_at for key, item in items("committee").items()}
    assert read["digest:2026-10-12"] is not None
    assert read["digest:2026-10-20"] is None
    assert read["escalation:2026-10-12"] is None


def test_long_lists_are_counted(context: AppContext):
    with transaction():
        for _ in range(15):
            start(case_of("duty_lawyer"))
    text = said("duty_lawyer", october(12))
    assert "已逾期（15）" in text
    assert text.count("\n- 2026-") == 12
    assert "另有 3 项" in text


def test_the_number_of_queries_does_not_grow_with_cases_or_people(context: AppContext):
    def queries(day: date) -> list[str]:
        with statements() as counted:
            desk = jobs.Desk(committee, day, day - timedelta(days=1))
            jobs.collect(desk)
        assert desk.books
        return [one for one in counted if one.startswith("SELECT")]

    with transaction():
        start(case_of("duty_lawyer"))
        instalment(case_of("duty_lawyer"), october(12))
    statement = select(Committee.id, Committee.settings).where(Committee.name == personas.HERE)
    committee = db.session.execute(statement).one()
    few = queries(october(12))
    with transaction():
        for persona in ("duty_lawyer", "lawyer_elsewhere", "judicial_here", "committee") * 5:
            case = case_of(persona)
            start(case)
            meeting(case, october(12))
            instalment(case, october(12))
    assert queries(october(12)) == few
