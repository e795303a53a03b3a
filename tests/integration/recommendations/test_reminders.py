"""Replies, measures and visits in the morning's digest and on the hand-over list: for whom, on which days, said once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from mediation.accounts import absences
from mediation.accounts.models import User
from mediation.cases import handover
from mediation.cases.digest import Desk, collect
from mediation.cases.jobs import send_digests
from mediation.committees.models import Committee
from mediation.core.actor import Role
from mediation.core.db import db, transaction
from mediation.deadlines.models import Deadline
from mediation.notifications.models import InboxItem
from mediation.recommendations import queries, service
from mediation.recommendations.service import MeasureIn, ReplyIn
from tests import personas
from tests.databases import statements
from tests.factories import accounts as make
from tests.factories import casefiles
from tests.factories import recommendations as play
from tests.factories.recommendations import REPLY, REPLY_BY, act

DONE = replace(REPLY, measures=(MeasureIn("修订网点转让办法", "人力资源部", done_on=date(2026, 4, 1)),))
PLANNED = date(2026, 4, 20)
NUMBER = "沪快调建〔2026〕1号"


@pytest.fixture(autouse=True)
def _in_context(context):
    return context


def account(who: str) -> User:
    return db.session.scalars(select(User).where(User.username == who)).one()


def items(who: str) -> dict[str, InboxItem]:
    user_id = play.actor(who).user_id
    rows = db.session.scalars(select(InboxItem).where(InboxItem.user_id == user_id).order_by(InboxItem.id))
    return {row.key: row for row in rows}


def said(who: str, day: date, since: date | None = None) -> list[str]:
    """The lines about the letter in somebody's digest of a day, each after its section's heading."""
    with casefiles.at(day, 7):
        send_digests(day, since=since)
    item = items(who).get(f"digest:{day.isoformat()}")
    found, heading = [], ""
    for line in (item.body or "").splitlines() if item else ():
        if line.startswith("- "):
            found += [f"{heading}：{line[2:]}"] if NUMBER in line else []
        else:
            heading = line.partition("（")[0]
    return found


def quiet() -> None:
    """Let the cases the letters rest on be no reason for a digest."""
    with transaction():
        db.session.execute(delete(Deadline))


def april(day: int) -> date:
    return date(2026, 4, day)


def test_the_company_hears_of_its_reply_as_of_a_payment_and_the_committee_once_it_is_late():
    play.served()
    days = [april(day) for day in range(1, 18)]
    told = {day.day: line for day in days for line in said("hr_same_company", day)}
    assert told == {
        8: f"将到期：{NUMBER} 规范用工建议书，答复日 4月15日 周三，还有 7 天",
        10: f"将到期：{NUMBER} 规范用工建议书，答复日 4月15日 周三，还有 5 天",
        14: f"将到期：{NUMBER} 规范用工建议书，答复日 4月15日 周三，还有 1 天",
        15: f"今天到期：{NUMBER} 规范用工建议书，答复日 4月15日 周三，就是今天",
        16: f"已逾期：{NUMBER} 规范用工建议书，答复日 4月15日 周三，已过 1 天",
        17: f"已逾期：{NUMBER} 规范用工建议书，答复日 4月15日 周三，已过 2 天",
    }
    late = f"{NUMBER} 规范用工建议书，答复日 4月15日 周三，已过"
    committee = {key: item.body for key, item in items("committee").items() if key.startswith("digest:")}
    about = {key: body for key, body in committee.items() if NUMBER in body}
    assert list(about) == ["digest:2026-04-16", "digest:2026-04-17"]
    assert all("对方或机关已逾期（1）" in body and late in body for body in about.values())


def test_an_alarm_only_on_the_reply_day_and_only_for_who_has_to_answer():
    play.served()
    for day in (april(14), REPLY_BY, april(16)):
        said("hr_same_company", day)
    assert [key for key in items("hr_same_company") if key.startswith("alarm:")] == ["alarm:2026-04-15"]
    assert NUMBER in items("hr_same_company")["alarm:2026-04-15"].body
    for who in ("committee", "secretary"):
        assert not [key for key in items(who) if key.startswith(("alarm:", "escalation:"))]


def test_officers_of_the_letters_company_and_above_hear_and_nobody_else():
    play.served()  # to headquarters
    assert said("hr_same_company", REPLY_BY)
    for who in ("hr_region", "hr_outlet", "hr_other_company", "duty_lawyer", "committee_elsewhere"):
        assert not [key for key, item in items(who).items() if NUMBER in f"{item.title}{item.body}"], who


def test_a_letter_far_ahead_is_no_reason_for_a_digest_but_stands_in_one():
    play.served()
    assert said("hr_same_company", april(2)) == []
    assert "digest:2026-04-02" not in items("hr_same_company")
    other = play.served(answer_by=april(3))
    with casefiles.at(april(3), 7):
        send_digests(april(3))
    body = items("hr_same_company")["digest:2026-04-03"].body
    assert f"等待办理（1）\n- {NUMBER} 规范用工建议书，答复日 4月15日 周三，还有 12 天" in body
    assert "今天到期（1）\n- 沪快调建〔2026〕2号" in body
    assert play.reload(other).number == "沪快调建〔2026〕2号"


def test_nothing_more_once_it_is_answered():
    play.answered(DONE)
    assert said("hr_same_company", april(16)) == []
    assert said("hr_same_company", april(30)) == []


def test_a_planned_measure_is_the_companys_until_it_is_told_done():
    key = play.answered()
    assert said("hr_same_company", april(13)) == [  # five working days before
        f"将到期：{NUMBER} 规范用工建议书的整改措施，计划日 4月20日 周一，还有 7 天"
    ]
    assert said("hr_same_company", PLANNED)[0].startswith("今天到期：")
    late = f"{NUMBER} 规范用工建议书的整改措施，计划日 4月20日 周一，已过 1 天"
    assert said("hr_same_company", april(21)) == [f"已逾期：{late}"]
    assert said("committee", april(21)) == [f"对方或机关已逾期：{late}"]
    (open_one,) = service.open_measures(queries.entries_for(play.actor("committee"), play.reload(key)))
    done = MeasureIn("上线发放核对", "信息部", done_on=april(21), replaces=open_one.id)
    act(april(21), "hr_same_company", service.supplement, key, given=ReplyIn(measures=(done,)))
    assert said("hr_same_company", april(22)) == []
    assert said("committee", april(22)) == [f"等待办理：{NUMBER} 规范用工建议书，4月21日 周二 起可以回访核实"]


def test_a_visit_is_a_reason_for_a_digest_once_and_never_late_or_an_alarm():
    key = play.answered(DONE)  # on Thursday 2 April
    quiet()
    line = f"等待办理：{NUMBER} 规范用工建议书，4月2日 周四 起可以回访核实"
    assert said("committee", april(3)) == said("secretary", april(3)) == [line]
    assert said("committee", april(7)) == []  # no reason of its own
    other = play.served(answer_by=april(7))
    assert said("committee", april(8)) == [line]  # beside another letter's lateness
    assert not [one for one in items("committee") if one.startswith("alarm:")]
    act(april(8), "committee", service.visit, key, on=april(8), visitors="林书", found="已公示")
    assert said("committee", april(9)) == []
    assert "沪快调建〔2026〕2号" in items("committee")["digest:2026-04-09"].body
    assert play.reload(other).status == "sent"


def test_a_visit_waits_for_the_day_from_which_the_measures_hold():
    play.answered(replace(DONE, effective_from=april(24)))
    quiet()
    assert said("committee", april(3)) == []
    assert said("committee", april(24)) == []
    # The first working day after it, also when the digest did not run on the days between.
    assert said("committee", april(27), since=april(24))[0].endswith("4月24日 周五 起可以回访核实")


def test_what_a_missed_morning_would_have_said_is_said_by_the_next():
    play.served()
    assert said("hr_same_company", april(9), since=april(7))[0].startswith("将到期")


def test_a_deputy_gets_the_lines_of_who_is_away():
    play.served()
    with transaction():
        make.make_user(
            personas.world().committee, "hr_second", Role.HR, name="代若", companies=[personas.world().company]
        )
    with casefiles.at(april(1)), transaction():
        for who, deputy in (("hr_same_company", "hr_second"), ("committee", "secretary")):
            absences.enter(
                play.actor(who),
                user=account(who),
                from_on=april(1),
                to_on=april(30),
                deputy_id=play.actor(deputy).user_id,
            )
    assert len(said("hr_second", REPLY_BY)) == 1  # the own line, not twice
    assert said("secretary", april(16))
    assert not [one for one in items("hr_same_company") if one.startswith("digest:")]
    assert not [one for one in items("committee") if one.startswith("digest:")]


def lines(viewer: str, of: str, until: date) -> list[tuple[int, str, bool]]:
    found = handover.lines_for(play.actor(viewer), account(of), april(16), until)
    assert all(line.url.startswith("/recommendations/") for line in found if line.number.startswith("沪快调建"))
    return [(line.on.day, line.what, line.is_late) for line in found if line.url]


def test_the_hand_over_list_holds_letters_for_whom_they_concern():
    play.answered(DONE)
    play.served(answer_by=april(13))
    play.served(answer_by=april(22))
    with casefiles.at(april(16)):
        mine = lines("committee", "committee", april(30))
        assert mine == [
            (2, "可以回访核实整改情况", False),
            (13, "等待公司答复规范用工建议书", True),
            (22, "等待公司答复规范用工建议书", False),
        ]
        assert lines("committee", "committee", april(20)) == mine[:2]
        assert lines("committee", "hr_same_company", april(30)) == [
            (13, "答复规范用工建议书", True),
            (22, "答复规范用工建议书", False),
        ]
        for who in ("duty_lawyer", "hr_other_company", "hr_outlet"):
            assert lines("committee", who, april(30)) == []
        assert lines("hr_other_company", "hr_same_company", april(30)) == []


def test_the_hand_over_page_leads_to_the_letter(app):
    key = play.served(answer_by=april(13))
    with casefiles.at(april(16)):
        page = personas.login(app.test_client(), "committee").get("/handover?from=2026-04-16&to=2026-04-30")
    text = page.get_data(as_text=True)
    assert f'href="/recommendations/{key}"' in text
    assert "等待公司答复规范用工建议书" in text


def test_the_number_of_queries_does_not_grow_with_letters():
    def count(day: date) -> list[str]:
        with statements() as counted:
            desk = Desk(committee, day, day - timedelta(days=1))
            collect(desk)
        assert desk.books
        return [one for one in counted if one.startswith("SELECT")]

    play.answered()
    play.served()
    statement = select(Committee.id, Committee.settings).where(Committee.name == personas.HERE)
    committee = db.session.execute(statement).one()
    few = count(april(22))
    for _ in range(3):
        play.served()
    play.answered(DONE)
    assert count(april(22)) == few
