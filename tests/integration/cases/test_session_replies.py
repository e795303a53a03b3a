"""A company says whether it comes to a session: what it must say, who may, who learns of it, and that no other company
does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from mediation.audit.models import AuditRow
from mediation.cases import company_desk, handover, page, queries, service, session_replies
from mediation.cases.lifecycle import Event
from mediation.cases.models import Case, CaseEvent, MediationSession, SessionReply
from mediation.companies import service as companies
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db, transaction
from mediation.core.errors import Conflict, DomainError, Forbidden
from mediation.notifications.models import InboxItem
from mediation.parties import queries as party_queries
from mediation.parties.models import PartyKind, PartyRole
from tests import personas
from tests.factories import casefiles
from tests.integration.cases.test_company_answers import lawyer, ours, theirs, two_companies
from tests.product import Content

DAY = date(2026, 3, 16)
MEETS = DAY + timedelta(days=3)
COMING = {"reply": "coming", "attendees": "林经理（法务）"}


@pytest.fixture
def content() -> Content:
    return casefiles.CONTENT


@pytest.fixture
def day(app: Flask):
    with casefiles.at(DAY), app.test_request_context(method="POST"):
        yield


def outlet_and_platform(**changes) -> tuple[Case, MediationSession]:
    """A case that names an outlet of one tree and the head of another, with a session ahead."""
    world = personas.world()
    outlet = service.PartyIn(
        world.outlet.name, kind=PartyKind.ORGANISATION, role=PartyRole.FRANCHISEE, company_id=world.outlet.id
    )
    case = two_companies(respondents=(outlet,), **changes)
    return case, plan(case)


def plan(case: Case, on: date = MEETS) -> MediationSession:
    starts_at = clock.now() + (on - clock.today())
    return service.plan_session(lawyer(), case=case, starts_at=starts_at, place="二楼调解室")


def desk(actor: Actor) -> list[tuple[str, date | None]]:
    found = company_desk.waiting_for(actor)[0]
    return [(one.kind, one.on) for one in found if one.kind in ("invitation", "session")]


def read(actor: Actor, case: Case, session: MediationSession) -> list[tuple[str, str | None]]:
    said = session_replies.of_sessions(actor, [session.id]).get(session.id, [])
    return [(one.company, one.reply.reply if one.reply else None) for one in said]


def events(case: Case) -> list[CaseEvent]:
    rows = select(CaseEvent).where(CaseEvent.case_id == case.id, CaseEvent.event == Event.SESSION_REPLIED.value)
    return list(db.session.scalars(rows.order_by(CaseEvent.id)))


def told(case: Case) -> list[int]:
    rows = select(InboxItem.user_id).where(InboxItem.case_id == case.id, InboxItem.kind == "session_replied")
    return sorted(db.session.scalars(rows))


def test_an_invitation_waits_until_it_is_answered_and_a_session_one_comes_to_until_it_is_over(day) -> None:
    case, session = outlet_and_platform()
    assert desk(ours()) == desk(theirs()) == [("invitation", MEETS)]
    row = service.reply_to_session(ours(), case=case, session=session, **COMING)
    assert (row.reply, row.attendees, row.note, row.replied_by) == ("coming", "林经理（法务）", None, ours().user_id)
    assert row.replied_at == clock.now() and row.company_id == personas.world().outlet.id
    assert desk(ours()) == [("session", MEETS)] and desk(theirs()) == [("invitation", MEETS)]
    service.reply_to_session(theirs(), case=case, session=session, reply="absent", note="由网点处理")
    assert desk(theirs()) == []
    with casefiles.at(MEETS + timedelta(days=1)):
        assert desk(ours()) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"reply": "perhaps"}, "reply"),
        ({"reply": "coming"}, "attendees"),
        ({"reply": "coming", "attendees": "　 ", "note": "会来"}, "attendees"),
        ({"reply": "coming", "attendees": "林" * 201}, "attendees"),
        ({"reply": "absent"}, "note"),
        ({"reply": "absent", "attendees": "林经理"}, "note"),
        ({"reply": "other_time", "note": " "}, "note"),
        ({"reply": "other_time", "note": "晚" * 501}, "note"),
    ],
)
def test_what_is_lacking_is_said_at_its_field(day, wrong, field) -> None:
    case, session = outlet_and_platform()
    with pytest.raises(DomainError) as error:
        service.reply_to_session(ours(), case=case, session=session, **wrong)
    assert error.value.field == field and not events(case)


def test_it_can_be_changed_until_the_session_is_held_and_the_history_keeps_each_word(day) -> None:
    case, session = outlet_and_platform()
    service.reply_to_session(ours(), case=case, session=session, **COMING)
    service.reply_to_session(ours(), case=case, session=session, **COMING)  # sent twice
    row = service.reply_to_session(ours(), case=case, session=session, reply="other_time", note="下周三下午")
    assert (row.reply, row.attendees, row.note) == ("other_time", None, "下周三下午")
    assert db.session.scalars(select(SessionReply)).all() == [row]
    assert [(one.data["reply"], one.note) for one in events(case)] == [
        ("coming", "林经理（法务）"),
        ("other_time", "下周三下午"),
    ]
    with casefiles.at(MEETS, hour=14):
        people = [service.Present(one.name, one.side, one.id) for one in party_queries.for_case(case.id)]
        service.hold_session(
            lawyer(), case=case, session=session, starts_at=session.starts_at, record="双方到场。", attendance=people
        )
        with pytest.raises(Conflict):
            service.reply_to_session(ours(), case=case, session=session, reply="absent", note="迟了")
    assert row.reply == "other_time"


def test_the_state_stays_and_only_a_company_that_does_not_come_gives_the_handler_something_to_do(day) -> None:
    case, session = outlet_and_platform()
    before = (case.state, case.waiting_for)
    service.reply_to_session(ours(), case=case, session=session, **COMING)
    assert (case.state, case.waiting_for) == before == ("mediating", "parties")
    service.reply_to_session(theirs(), case=case, session=session, reply="absent", note="与本单位无关")
    assert (case.state, case.waiting_for) == ("mediating", "staff")
    assert all(one.from_state == one.to_state for one in events(case))


def test_a_moved_session_asks_anew(day) -> None:
    case, session = outlet_and_platform()
    service.reply_to_session(ours(), case=case, session=session, reply="other_time", note="二十三日以后")
    later = MEETS + timedelta(days=7)
    new = service.postpone_session(
        lawyer(), case=case, session=session, starts_at=clock.now() + (later - DAY), reason="单位要求"
    )
    assert desk(ours()) == [("invitation", later)]
    assert read(lawyer(), case, new) == [(name, None) for name, _reply in read(lawyer(), case, session)]
    assert read(ours(), case, session)[0][1] == "other_time"  # what was said to the old one stays beside it
    with pytest.raises(Conflict):
        service.reply_to_session(ours(), case=case, session=session, **COMING)
    service.cancel_session(lawyer(), case=case, session=new, reason="双方和解")
    assert desk(ours()) == []
    with pytest.raises(Conflict):
        service.reply_to_session(ours(), case=case, session=new, **COMING)


def test_a_case_that_is_over_waits_for_no_answer(day) -> None:
    case, session = outlet_and_platform()
    service.withdraw(lawyer(), case=case, reason="申请人撤回")
    assert desk(ours()) == []
    with pytest.raises(Conflict):
        service.reply_to_session(ours(), case=case, session=session, **COMING)


# Who may, and for whom.


def test_a_company_answers_for_itself_and_the_handler_for_whom_was_on_the_phone(day) -> None:
    case, session = outlet_and_platform()
    world = personas.world()
    with pytest.raises(Forbidden):
        service.reply_to_session(ours(), case=case, session=session, company_id=world.other_company.id, **COMING)
    with pytest.raises(Forbidden):  # of the own tree, but not named in the case
        service.reply_to_session(ours(), case=case, session=session, company_id=world.region.id, **COMING)
    with pytest.raises(DomainError) as error:  # two companies: which one was on the phone?
        service.reply_to_session(lawyer(), case=case, session=session, **COMING)
    assert error.value.field == "company_id"
    row = service.reply_to_session(
        lawyer(), case=case, session=session, company_id=world.other_company.id, reply="coming", attendees="方晓"
    )
    assert row.replied_by == lawyer().user_id and events(case)[-1].capacity == "lawyer"
    assert desk(theirs()) == [("session", MEETS)] and desk(ours()) == [("invitation", MEETS)]


@pytest.mark.parametrize("persona", ["police_here", "admin", personas.STRANGER])
def test_nobody_else_answers_or_reads_it(day, persona) -> None:
    case, session = outlet_and_platform()
    service.reply_to_session(ours(), case=case, session=session, **COMING)
    other = personas.actor(persona)
    with pytest.raises(Forbidden):
        service.reply_to_session(other, case=case, session=session, reply="absent", note="无权")
    assert service.replying(other, case) == [] and read(other, case, session) == []


def test_each_company_of_one_tree_answers_for_itself(day) -> None:
    """The outlet and its headquarters are both parties: one answer does not speak for the other."""
    case = casefiles.mediating(lawyer())
    session, world = plan(case), personas.world()
    service.reply_to_session(ours(), case=case, session=session, company_id=world.outlet.id, **COMING)
    assert read(ours(), case, session) == [(world.outlet.name, "coming"), (world.company.name, None)]
    assert desk(ours()) == [("invitation", MEETS)]
    service.reply_to_session(
        ours(), case=case, session=session, company_id=world.company.id, reply="absent", note="由网点出席"
    )
    assert desk(ours()) == [("session", MEETS)]


def test_neither_company_learns_what_the_other_said(day) -> None:
    case, session = outlet_and_platform()
    world = personas.world()
    service.reply_to_session(ours(), case=case, session=session, reply="absent", note="云岫的理由")
    service.reply_to_session(theirs(), case=case, session=session, reply="coming", attendees="远岚的人")
    assert read(lawyer(), case, session) == [(world.outlet.name, "absent"), (world.other_company.name, "coming")]
    assert read(ours(), case, session) == [(world.outlet.name, "absent")]
    assert read(theirs(), case, session) == [(world.other_company.name, "coming")]
    for officer, own, foreign in ((ours(), "云岫的理由", "远岚的人"), (theirs(), "远岚的人", "云岫的理由")):
        shown = page.build(officer, case)
        assert [one.company for one in shown.replies_to(session)] == [read(officer, case, session)[0][0]]
        notes = [one.note for one in shown.timeline]
        assert own in notes and foreign not in notes
    staff = [one for one in page.build(lawyer(), case).timeline if one.note in ("云岫的理由", "远岚的人")]
    assert [one.lines for one in staff] == [
        [f"{world.other_company.name} · 第 2 次 · 参加"],
        [f"{world.outlet.name} · 第 2 次 · 不参加"],
    ]
    assert not page.build(personas.actor("police_here"), case).replies


# Who is told.


def test_handler_and_mediator_are_told_and_the_company_when_the_handler_entered_it(day) -> None:
    case, session = outlet_and_platform()
    case.handler_id = lawyer().user_id
    mediator = personas.user("judicial_here").id
    service.reply_to_session(ours(), case=case, session=session, **COMING)
    assert told(case) == sorted([lawyer().user_id, mediator])
    other = personas.world().other_company
    service.reply_to_session(lawyer(), case=case, session=session, company_id=other.id, reply="absent", note="电话告知")
    assert told(case) == sorted([lawyer().user_id, mediator, mediator, theirs().user_id])
    titles = set(db.session.scalars(select(InboxItem.title).where(InboxItem.kind == "session_replied")))
    assert titles == {f"{case.case_no} 单位答复会议：参加", f"{case.case_no} 单位答复会议：不参加"}


def test_what_was_answered_is_in_the_log_without_its_words(day) -> None:
    with transaction():
        case, session = outlet_and_platform()
        service.reply_to_session(ours(), case=case, session=session, reply="absent", note="金丝雀理由")
        service.reply_to_session(ours(), case=case, session=session, **COMING)
    wanted = select(AuditRow).where(AuditRow.subject_kind == "session_reply")
    rows = db.session.scalars(wanted.order_by(AuditRow.position)).all()
    assert [row.event for row in rows] == ["record_created", "record_changed"]
    assert all("金丝雀" not in str(row.fields) for row in rows)


def test_a_merged_company_keeps_what_it_said(day) -> None:
    committee = personas.actor("committee")
    doubled = companies.create_company(committee, name="远岚（重复）")
    outlet, twin = (
        service.PartyIn(one.name, kind=PartyKind.ORGANISATION, company_id=one.id)
        for one in (personas.world().outlet, doubled)
    )
    case = casefiles.mediating(lawyer(), respondents=(outlet, twin))
    session = plan(case)
    service.reply_to_session(lawyer(), case=case, session=session, company_id=doubled.id, reply="absent", note="停业")
    merged = companies.merge(committee, source=doubled, target=personas.world().other_company, reason="重复")
    assert read(theirs(), case, session) == [(personas.world().other_company.name, "absent")]
    assert [one.note for one in page.build(theirs(), case).timeline if one.note] == ["停业"]
    companies.undo_merge(committee, merged=merged)
    assert db.session.scalars(select(SessionReply.company_id)).one() == doubled.id


# Where it is read.


def test_the_list_for_handing_over_says_who_comes(day) -> None:
    case, session = outlet_and_platform()
    service.reply_to_session(ours(), case=case, session=session, **COMING)
    names = personas.world()
    (line,) = [
        one.what
        for one in handover.lines_for(personas.actor("judicial_here"), personas.user("judicial_here"), DAY, MEETS)
        if "调解会议" in one.what
    ]
    assert line == f"调解会议 10:00（{names.outlet.name} 参加、{names.other_company.name} 未答复）"


def test_pages_and_form(app: Flask) -> None:
    with app.app_context(), casefiles.at(DAY), transaction():
        case, session = outlet_and_platform()
        number, session_id, company_id = case.number, session.id, personas.world().other_company.id
    address = f"/cases/{number}/sessions/{session_id}/reply"
    with casefiles.at(DAY):
        mine, other, handler = (
            personas.login(app.test_client(), name) for name in ("hr_same_company", "hr_other_company", "duty_lawyer")
        )
        assert address in mine.get("/").get_data(as_text=True)
        refused = personas.post(mine, address, {"reply": "other_time", "attendees": "林经理"})
        text = refused.get_data(as_text=True)
        assert refused.status_code == 422 and "请写明希望改到什么时间" in text and "林经理" in text
        answer = personas.post(mine, address, {"reply": "coming", "attendees": "金丝雀甲"})
        assert answer.status_code == 303
        assert "金丝雀甲" in mine.get(address).get_data(as_text=True)  # begins with what was said
        asked = handler.get(address).get_data(as_text=True)
        assert "登记单位在电话里或者当面" in asked and "金丝雀甲" not in asked
        unnamed = personas.post(handler, address, {"reply": "absent", "note": "金丝雀乙"})
        assert unnamed.status_code == 422 and "请选择单位" in unnamed.get_data(as_text=True)
        foreign = personas.post(
            handler, address, {"chosen": [company_id, 99999], "reply": "absent", "note": "金丝雀丙"}
        )
        assert foreign.status_code == 422 and "所选的已经不能选" in foreign.text and "金丝雀丙" in foreign.text
        said = personas.post(handler, address, {"chosen": [company_id], "reply": "absent", "note": "金丝雀乙"})
        assert said.status_code == 303
        forged = personas.post(mine, address, {"chosen": [company_id], "reply": "absent", "note": "冒名"})
        assert forged.status_code == 303  # the only company of the officer's is meant, whatever is sent
        seen = {name: client.get(f"/cases/{number}").get_data(as_text=True)
                for name, client in (("mine", mine), ("other", other), ("handler", handler))}  # fmt: skip
        assert "冒名" in seen["mine"] and "金丝雀乙" not in seen["mine"]
        assert "金丝雀乙" in seen["other"] and "冒名" not in seen["other"] and "金丝雀甲" not in seen["other"]
        assert "金丝雀乙" in seen["handler"] and "冒名" in seen["handler"]
        notices = handler.get(f"/cases/{number}/sessions/{session_id}/notices").get_data(as_text=True)
        assert "冒名" in notices and "金丝雀乙" in notices
        diary = handler.get(f"/calendar/?day={MEETS.isoformat()}").get_data(as_text=True)
        assert "云岫速运青浦网点 不参加、远岚物流集团有限公司 不参加" in diary
        assert "不参加" not in mine.get(f"/calendar/?day={MEETS.isoformat()}").get_data(as_text=True)
        assert personas.login(app.test_client(), "police_here").get(address).status_code == 403
        assert personas.login(app.test_client(), "lawyer_elsewhere").get(address).status_code == 404
    with app.app_context():
        case = queries.get_for(personas.actor("committee"), number)
        assert [one.data["reply"] for one in events(case)] == ["coming", "absent", "absent"]


def test_one_answer_for_all_companies_of_a_tree(app: Flask) -> None:
    with app.app_context(), casefiles.at(DAY), transaction():
        case = casefiles.mediating(lawyer())
        number, session_id = case.number, plan(case).id
        own = service.own_companies(ours(), case)
    with casefiles.at(DAY):
        client = personas.login(app.test_client(), "hr_same_company")
        address = f"/cases/{number}/sessions/{session_id}/reply"
        form = client.get(address).get_data(as_text=True)
        assert form.count('name="chosen"') == form.count("checked") == 2
        assert client.get(f"{address}?company={own[1]}").get_data(as_text=True).count("checked") == 1
        answer = personas.post(client, address, {"chosen": own, "reply": "coming", "attendees": "许宁"})
        assert answer.status_code == 303
    with app.app_context():
        assert sorted(db.session.scalars(select(SessionReply.company_id))) == sorted(own)
