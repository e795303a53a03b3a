"""Why this day: the panel and the command say what a date rests on, to each reader what is theirs to read."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from mediation.attachments import service as attachments
from mediation.audit.models import AuditRow
from mediation.cases import service as cases
from mediation.cases import why
from mediation.cases.models import Case, CaseEvent, LegalAct
from mediation.core.db import db, transaction
from mediation.deadlines import queries, service
from mediation.deadlines.models import CalendarYear, Deadline
from tests import personas
from tests.factories import casefiles
from tests.integration.deadlines.test_commands import run
from tests.product import Content

NUMBER = "2026-000001"
ACCEPTED, RECEIVED = date(2026, 3, 6), date(2026, 9, 14)
EVIDENCE = "EMS 单号 1234567890123，签收回执"


def fill(app: Flask) -> None:
    """A case accepted in March; an award the worker received in September, first entered a week too late."""
    casefiles.fill(app)
    lawyer = personas.actor("duty_lawyer")
    with casefiles.at(ACCEPTED), transaction():
        case = casefiles.accepted(lawyer)
        file = attachments.store(
            lawyer,
            committee_id=case.committee_id,
            case_id=case.id,
            kind="evidence",
            filename="receipt.pdf",
            content=b"%PDF-1.7 receipt",
        )
    with casefiles.at(date(2026, 9, 22), 14), transaction():
        case = casefiles.reload(NUMBER)
        event = cases.events.append_event(
            lawyer, case, cases.events.Event.ACT_RECORDED, from_state=case.state, on=date(2026, 9, 21), note="门卫转来"
        )
        db.session.add(
            LegalAct(
                committee_id=case.committee_id,
                case_id=case.id,
                kind="award_received",
                happened_on=date(2026, 9, 21),
                evidence=EVIDENCE,
                attachment_id=file.id,
                event_id=event.id,
                recorded_by=lawyer.user_id,
            )
        )
        service.open_deadline(
            committee_id=case.committee_id,
            case_id=case.id,
            rule_code="ARB-SUE-15D",
            trigger_on=date(2026, 9, 21),
            event_id=event.id,
            subject="worker",
        )


@pytest.fixture
def content() -> Content:
    return Content("why", fill)


def correct() -> Deadline:
    """The award had been received a week earlier; the committee says so on the 24th."""
    committee = personas.actor("committee")
    with casefiles.at(date(2026, 9, 24), 9), transaction():
        case = casefiles.reload(NUMBER)
        event = cases.events.append_event(
            committee, case, cases.events.Event.ACT_CORRECTED, from_state=case.state, on=RECEIVED, note="回执看错"
        )
        return service.rederive(award(case), trigger_on=RECEIVED, event_id=event.id)


def award(case: Case) -> Deadline:
    return next(one for one in queries.open_of_case(case.id) if one.rule_code == "ARB-SUE-15D")


def page_of(app: Flask, persona: str, deadline_id: int) -> tuple[int, str]:
    answer = personas.login(app.test_client(), persona).get(f"/cases/{NUMBER}/deadlines/{deadline_id}")
    return answer.status_code, re.sub(r"\s+", " ", answer.get_data(as_text=True))


def test_the_panel_names_the_act_its_evidence_and_who_entered_it_when(app: Flask):
    with app.app_context():
        found = award(casefiles.reload(NUMBER)).id
        looks = select(func.count()).select_from(AuditRow).where(AuditRow.event == "case_viewed")
        before = db.session.scalar(looks)
    status, text = page_of(app, "duty_lawyer", found)
    assert status == 200
    for words in (
        "收到仲裁裁决书 2026年9月21日", EVIDENCE, "receipt.pdf", "登记法律行为 · 沈知言（驻站律师） · "
        '<span class="nowrap">2026-09-22 14:00</span>', "门卫转来", "2026年10月8日", "2026年10月6日", "劳动者",
        "中秋节", "国庆节", "遇休息日顺延", "末日顺延的依据：《民事诉讼法》第85条", "第48条、第50条", "裁决书发生法律效力",
        "ARB-SUE-15D 第 1 版", "国办发明电〔2025〕7号",
    ):  # fmt: skip
        assert words in text, words
    with app.app_context():
        assert db.session.scalar(looks) == before + 1


def test_a_company_reads_the_days_and_not_the_committees_papers(app: Flask):
    with app.app_context():
        found = award(casefiles.reload(NUMBER)).id
    status, text = page_of(app, "hr_same_company", found)
    assert status == 200
    assert "2026年10月8日" in text and "第48条、第50条" in text
    for secret in (EVIDENCE, "receipt.pdf", "沈知言", "门卫转来", "登记法律行为"):
        assert secret not in text, secret
    assert page_of(app, "police_here", found)[0] == 404
    assert page_of(app, "committee_elsewhere", found)[0] == 404


def test_a_corrected_act_shows_what_was_before_and_who_changed_it(app: Flask):
    with app.app_context():
        old = award(casefiles.reload(NUMBER)).id
        fresh = correct().id
    _status, text = page_of(app, "committee", fresh)
    for words in (
        "2026年10月8日 → 2026年9月29日", "更正法律行为", "程鸣（调解委员会）", "2026-09-24 09:00", "回执看错",
        "起算日由 2026-09-21 改为 2026-09-14",
    ):  # fmt: skip
        assert words in text, words
    _status, past = page_of(app, "committee", old)
    assert "这一日期已不再适用" in past and "已重新计算为 2026年9月29日" in past
    assert f"/deadlines/{fresh}" in past
    with app.app_context(), transaction():  # corrected once more: the first row leads to what stands now
        case = casefiles.reload(NUMBER)
        newest = service.rederive(award(case), trigger_on=date(2026, 9, 15), event_id=None).id
    _status, past = page_of(app, "committee", old)
    assert "已重新计算为 2026年9月30日" in past and f"/deadlines/{newest}" in past
    assert page_of(app, "committee", newest)[1].count("看当时的计算") == 2


def test_pauses_are_named_day_by_day_and_in_sum(app: Flask):
    with app.app_context(), transaction():
        case_id, rules = casefiles.reload(NUMBER).id, ["LM-MEDIATE-15D"]
        service.pause(case_id=case_id, rule_codes=rules, on=date(2026, 3, 10), event_id=None)
        [paused] = queries.paused_of_case(case_id)
        paused_id = paused.id
    assert "停止计算 · 2026年3月10日" in page_of(app, "duty_lawyer", paused_id)[1]
    with app.app_context(), transaction():
        [resumed] = service.resume(
            case_id=case_id,
            rule_codes=rules,
            first=date(2026, 3, 10),
            last=date(2026, 3, 19),
            why="等待鉴定结论",
            event_id=None,
        )
        found = resumed.id
    text = page_of(app, "duty_lawyer", found)[1]
    assert text.count("停止计算：等待鉴定结论") == 10
    assert "2026年3月10日 至 2026年3月19日 · 等待鉴定结论" in text
    assert "2026-03-10至2026-03-19期间停止计算，不计入：等待鉴定结论" in text
    assert "2026年3月23日 → 2026年3月31日" in text
    assert "不计入的日子有变化" in text


def test_a_missing_year_and_a_date_that_would_be_another_now_are_not_hidden(app: Flask):
    with app.app_context(), transaction():
        case = casefiles.reload(NUMBER)
        start = {"committee_id": case.committee_id, "case_id": case.id, "rule_code": "ARB-FIX-5WD"}
        found = service.open_deadline(trigger_on=date(2026, 12, 29), **start).id
    text = page_of(app, "duty_lawyer", found)[1]
    assert "2027 年" in text and "放假安排尚未录入，仅按周末推定" in text
    assert "规则或者工作日历已有更新" not in text
    with app.app_context(), transaction():
        new_year = service.day_row(service.CalendarDay(date(2027, 1, 1), queries.DayKind.REST_DAY, "元旦"))
        db.session.add(new_year)
        year = CalendarYear(year=2027, source="测试通知", digest="x", entered_at=service.clock.now())
        db.session.add(year)
    text = page_of(app, "duty_lawyer", found)[1]
    assert "规则或者工作日历已有更新" in text and "按现行内容应为 2027年1月6日" in text
    assert "2027年1月6日" not in page_of(app, "hr_same_company", found)[1]


def test_the_command_says_the_same(app: Flask, tmp_path: Path):
    with app.app_context():
        correct()
    address = {"DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"]}
    one = run(
        "deadlines", "why", NUMBER, "ARB-SUE-15D", "--json", "--committee", personas.HERE, instance=tmp_path, **address
    )
    [said] = json.loads(one.output)
    assert (said["last_day"], said["trigger_on"], said["status"]) == ("2026-09-29", "2026-09-14", "open")
    assert said["entered"]["who"] == "程鸣（调解委员会）"
    assert (said["history"][0]["from"], said["history"][0]["to"]) == ("2026-10-08", "2026-09-29")
    assert said["history"][0]["by"]["what"] == "更正法律行为"
    assert said["calendar_years"] == [{"year": 2026, "source": "国办发明电〔2025〕7号", "verified": True}]
    assert said["explanation"][-1] == "2026-09-29 周二 第15日"
    everything = run("deadlines", "why", NUMBER, "--committee", personas.HERE, instance=tmp_path, **address)
    assert everything.exit_code == 0
    for words in ("LM-MEDIATE-15D · 调解期限届满", "最后一日 2026-03-23", "2026-10-08 → 2026-09-29", "劳动者"):
        assert words in everything.output, words
    for wrong in (("2026-999999",), (NUMBER, "NO-SUCH")):
        result = run("deadlines", "why", *wrong, "--committee", personas.HERE, instance=tmp_path, **address)
        assert (result.exit_code, type(result.exception).__name__) == (1, "DomainError")


def test_what_was_cancelled_is_explained_only_when_asked_for(app: Flask):
    with app.app_context(), transaction():
        actor, case = personas.actor("duty_lawyer"), casefiles.reload(NUMBER)
        service.cancel(case_id=case.id, rule_codes=["LM-MEDIATE-15D"], on=date(2026, 3, 20))
        assert "LM-MEDIATE-15D" not in {one.deadline.rule_code for one in why.explain_all(actor, case)}
        [asked] = why.explain_all(actor, case, "LM-MEDIATE-15D")
        assert (asked.state, asked.deadline.settled_on) == ("已取消", date(2026, 3, 20))


def test_what_settled_it_is_named(app: Flask):
    with app.app_context():
        actor, case = personas.actor("duty_lawyer"), casefiles.reload(NUMBER)
        [found] = why.explain_all(actor, case, "LM-ACCEPT-3WD")
        assert found.state == "已按期"
        assert (found.settled.title, found.settled.who) == ("受理", "沈知言（驻站律师）")
        assert found.settled.at == db.session.scalars(select(CaseEvent.at).where(CaseEvent.event == "accepted")).one()
