"""Sessions: rooms, what stands against a time, and moving one; nobody learns from a clash whose case the other is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mediation.cases import page, service
from mediation.cases.clashes import Clash, clashes_of
from mediation.cases.models import Case, CaseEvent, MediationSession
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError, NotFound
from mediation.notifications.models import InboxItem
from mediation.parties import queries as parties
from mediation.stations import service as stations
from mediation.stations.models import Room
from tests import personas
from tests.factories import casefiles
from tests.product import Content

DAY, MEETS = date(2026, 3, 16), date(2026, 3, 20)


def fill(app: Flask) -> None:
    """A case that a judicial officer mediates here, and one at another station; two rooms."""
    casefiles.fill(app)
    with casefiles.at(DAY), transaction():
        world = personas.world()
        casefiles.mediating(personas.actor("duty_lawyer"))
        casefiles.mediating(
            personas.actor("lawyer_elsewhere"),
            station_id=world.other_station.id,
            applicants=(casefiles.applicant("秘密当事人"),),
        )
        admin = personas.actor("admin")
        stations.create_room(admin, name="一室", station=world.station, seats=8)
        stations.create_room(admin, name="二室", station=world.other_station)


@pytest.fixture
def content() -> Content:
    return Content("sessions", fill)


HERE, ELSEWHERE = "2026-000001", "2026-000002"


@contextmanager
def act(app: Flask, persona: str = "duty_lawyer") -> Iterator[Actor]:
    with app.app_context(), casefiles.at(DAY), transaction():
        yield personas.actor(persona)


def room(name: str) -> int:
    return db.session.scalars(select(Room.id).where(Room.name == name)).one()


def at(hour: int, minute: int = 0, day: date = MEETS) -> datetime:
    return clock.as_utc(datetime(day.year, day.month, day.day, hour, minute))


def plan(actor: Actor, number: str, starts_at: datetime, **details: object) -> MediationSession:
    return service.plan_session(actor, case=casefiles.reload(number), starts_at=starts_at, **details)


def kinds(clashes: list[Clash]) -> list[str]:
    return sorted(one.kind for one in clashes)


def test_a_room_holds_one_session_at_a_time(app: Flask) -> None:
    with act(app) as lawyer:
        plan(lawyer, HERE, at(14), room_id=room("一室"), planned_minutes=90)
        for start in (at(13), at(15, 29)):
            with pytest.raises(DomainError) as refused:
                plan(lawyer, ELSEWHERE, start, room_id=room("一室"), planned_minutes=90)
            assert refused.value.field == "room"
            assert "14:00–15:30" in str(refused.value)
            assert ELSEWHERE not in str(refused.value)
        # One may begin when the other ends, in another room at the same time, and in the same one with a reason.
        plan(lawyer, ELSEWHERE, at(15, 30), room_id=room("一室"))
        plan(lawyer, ELSEWHERE, at(14), room_id=room("二室"))
        plan(lawyer, ELSEWHERE, at(14), room_id=room("一室"), room_reason="两案同一单位，一并调解")
        note = db.session.scalars(select(CaseEvent.note).order_by(CaseEvent.id.desc()).limit(1)).one()
        assert note == "会议室时间重叠仍使用：两案同一单位，一并调解"


def test_the_room_is_the_place_and_a_closed_one_is_refused(app: Flask) -> None:
    with act(app) as lawyer:
        assert plan(lawyer, HERE, at(9), room_id=room("一室")).place == "青浦卡友驿站 一室"
        closed = db.session.get_one(Room, room("二室"))
        stations.change_room(
            personas.actor("admin"), room=closed, name="二室", station=None, seats=None, is_active=False
        )
        with pytest.raises(DomainError, match="已停用"):
            plan(lawyer, HERE, at(16), room_id=closed.id)
        with pytest.raises(NotFound):
            plan(personas.actor("duty_lawyer"), HERE, at(17), room_id=10_000)


def test_people_who_meet_elsewhere_are_named_but_not_the_other_case(app: Flask) -> None:
    with act(app, "committee") as committee:
        plan(committee, ELSEWHERE, at(14))
    with act(app) as lawyer:
        found = clashes_of(lawyer, case=casefiles.reload(HERE), starts_at=at(15), minutes=60)
        # The mediator is the same person; so is the applicant, by the phone; both companies are in both cases.
        assert kinds(found) == ["mediator", "party", "party", "party"]
        assert {one.whom for one in found if one.kind == "party"} == {
            "周明远",
            *(one.name for one in parties.for_case(casefiles.reload(HERE).id) if one.company_id),
        }
        assert {one.number for one in found} == {None}  # the lawyer here may not see that case
        assert not any("秘密当事人" in one.words for one in found)
        seen = clashes_of(personas.actor("committee"), case=casefiles.reload(HERE), starts_at=at(15), minutes=60)
        assert {one.number for one in seen} == {ELSEWHERE}
        assert clashes_of(lawyer, case=casefiles.reload(HERE), starts_at=at(15, 30), minutes=60) == []


def test_a_shift_at_another_station_stands_against_it(app: Flask) -> None:
    with act(app, "committee") as committee:
        world = personas.world()
        for station, hour in ((world.other_station, 9), (world.station, 13)):
            stations.add_shift(
                committee,
                station=station,
                user=personas.user("judicial_here"),
                starts_at=at(hour),
                ends_at=at(hour + 3),
            )
        (clash,) = clashes_of(committee, case=casefiles.reload(HERE), starts_at=at(11), minutes=60)
        assert clash.kind == "duty"
        assert clash.words == "何清 09:00–12:00 在嘉定司机之家值班"
        assert clashes_of(committee, case=casefiles.reload(HERE), starts_at=at(14), minutes=60) == []


def test_a_moved_session_stays_with_its_reason_and_leads_to_the_new_one(app: Flask) -> None:
    with act(app) as lawyer:
        old = plan(lawyer, HERE, at(14), room_id=room("一室"), planned_minutes=60)
        case = casefiles.reload(HERE)
        applicant = parties.for_case(case.id)[0]
        # Its own room at an overlapping time is no clash with itself.
        new = service.postpone_session(
            lawyer, case=case, session=old, starts_at=at(14, 30), reason="当天出车", asked_by=applicant.id,
            room_id=room("一室"),
        )  # fmt: skip
        assert (old.status, old.reason, old.postponed_to_id) == ("postponed", "当天出车", new.id)
        assert (new.status, new.seq, new.planned_minutes) == ("planned", old.seq + 1, 60)
        event = db.session.scalars(select(CaseEvent).order_by(CaseEvent.id.desc()).limit(1)).one()
        assert (event.event, event.note, event.happened_on) == ("session_postponed", "当天出车", DAY)
        assert event.data == {
            "session_id": old.id,
            "new_session_id": new.id,
            "asked_by": "party",
            "party_id": applicant.id,
        }
        told = select(InboxItem.user_id).where(InboxItem.kind == "session_postponed")
        assert set(db.session.scalars(told)) == {
            casefiles.user_id("judicial_here"),
            casefiles.user_id("hr_same_company"),
        }
        for session, starts_at, words in (
            (old, at(16), "只能改期尚未召开"),
            (new, at(14, 30), "与原来相同"),
            (new, at(9, day=DAY), "已经过去"),
        ):
            with pytest.raises(DomainError, match=words):
                service.postpone_session(lawyer, case=case, session=session, starts_at=starts_at, reason="再改")
        with pytest.raises(NotFound):
            service.postpone_session(
                lawyer, case=case, session=new, starts_at=at(16), reason="再改", asked_by=applicant.id + 1000
            )
        with pytest.raises(DomainError, match="改期或取消"):
            people = [service.Present("周明远", "申请人")]
            service.hold_session(
                lawyer, case=case, session=old, starts_at=at(9, day=DAY), record="记录", attendance=people
            )


@pytest.fixture
def client_here(app: Flask) -> Iterator[FlaskClient]:
    with casefiles.at(DAY):
        yield personas.login(app.test_client(), "duty_lawyer")


def typed(**more: object) -> dict[str, object]:
    return {
        "day": MEETS.isoformat(), "starts_at": "14:00", "planned_minutes": "60", "mode": "on_site", "room": "",
        "place": "", **more,
    }  # fmt: skip


def seen_in(page: str) -> str:
    start = page.index('name="seen"')
    return page[page.index('value="', start) + 7 : page.index('">', start)]


def count(app: Flask, status: str = "planned") -> int:
    with app.app_context():
        return len(db.session.scalars(select(MediationSession.id).where(MediationSession.status == status)).all())


def test_clashes_are_shown_before_anything_is_saved(app: Flask, client_here: FlaskClient) -> None:
    with act(app, "committee") as committee:
        plan(committee, ELSEWHERE, at(14), room_id=room("一室"), planned_minutes=90)
        plan(committee, ELSEWHERE, at(16), room_id=room("一室"))
        room_id = room("一室")
    address = f"/cases/{HERE}/sessions/new"
    data = typed(room=str(room_id), matter="核对工资")
    answer = personas.post(client_here, address, data)
    page = unescape(answer.text)
    assert answer.status_code == 422
    assert "会议室青浦卡友驿站 一室已被占用：与另一场会议冲突 14:00–15:30" in page
    assert "当事人周明远：与另一场会议冲突 14:00–15:30" in page
    assert "秘密当事人" not in page and ELSEWHERE not in page
    assert "核对工资" in page, "what was typed is kept"
    data["seen"] = seen_in(page)
    for more, words in (({}, "勾选仍然使用"), ({"over_room": "y"}, "请写明为什么")):
        again = personas.post(client_here, address, {**data, **more})
        assert again.status_code == 422 and words in again.text
    # Another clash than the one that was shown is shown as well.
    moved = personas.post(client_here, address, {**data, "starts_at": "15:15", "over_room": "y", "room_reason": "急"})
    assert moved.status_code == 422 and "16:00–17:30" in moved.text
    assert count(app) == 2
    done = personas.post(client_here, address, {**data, "over_room": "y", "room_reason": "两案一并调解"})
    assert done.status_code == 303
    assert count(app) == 3


def test_people_only_warn(app: Flask, client_here: FlaskClient) -> None:
    with act(app, "committee") as committee:
        plan(committee, ELSEWHERE, at(14))
    address = f"/cases/{HERE}/sessions/new"
    first = personas.post(client_here, address, typed())
    assert first.status_code == 422 and 'name="over_room"' not in first.text
    assert personas.post(client_here, address, typed(seen=seen_in(first.text))).status_code == 303


def test_postponing_from_the_page(app: Flask, client_here: FlaskClient) -> None:
    with act(app) as lawyer:
        old = plan(lawyer, HERE, at(14), place="二楼", planned_minutes=45).id
        applicant = parties.for_case(casefiles.reload(HERE).id)[0].id
    address = f"/cases/{HERE}/sessions/{old}/postpone"
    page = client_here.get(address).text
    assert "2026-03-20 14:00" in page and 'value="45"' in page and 'value="14:00"' in page
    empty = personas.post(client_here, address, typed())
    assert empty.status_code == 422 and "请选择由谁提出" in empty.text and "请写明理由" in empty.text
    later = (MEETS + timedelta(days=4)).isoformat()
    done = personas.post(
        client_here, address, typed(day=later, place="二楼", asked_by=str(applicant), reason="当天出车")
    )
    assert done.status_code == 303
    case_page = client_here.get(f"/cases/{HERE}").text
    assert "已改期" in case_page and "2026-03-24 14:00" in case_page and "当天出车" in case_page
    assert "周明远" in case_page and count(app, "postponed") == 1
    gone = personas.post(client_here, address, typed(day=later, asked_by="committee", reason="再改"))
    assert gone.status_code == 422 and "只能改期尚未召开的会议" in gone.text


def test_another_cases_session_cannot_be_moved_from_here(app: Flask, client_here: FlaskClient) -> None:
    with act(app, "committee") as committee:
        other = plan(committee, ELSEWHERE, at(14)).id
    assert client_here.get(f"/cases/{HERE}/sessions/{other}/postpone").status_code == 404
    assert client_here.get(f"/cases/{ELSEWHERE}/sessions/{other}/postpone").status_code == 404


def test_a_cancelled_session_keeps_its_reason(app: Flask) -> None:
    with act(app) as lawyer:
        session = plan(lawyer, HERE, at(14))
        case: Case = casefiles.reload(HERE)
        service.cancel_session(lawyer, case=case, session=session, reason="对方不来")
        assert (session.status, session.reason) == ("cancelled", "对方不来")


@pytest.mark.parametrize("ending", ["withdrawn", "agreed"])
def test_a_session_ahead_is_called_off_when_there_is_nothing_left_to_mediate(app: Flask, ending: str) -> None:
    """Its room is free again, and who kept the time is told."""
    with act(app) as lawyer:
        case = casefiles.reload(HERE)
        session = plan(lawyer, HERE, at(14), room_id=room("一室"))
        if ending == "withdrawn":
            service.withdraw(lawyer, case=case, reason="申请人撤回")
        else:
            terms = service.AgreementIn("拖欠工资。", "一次付清。", 0)
            for one in service.draft(lawyer, case=case, terms=terms).signatures:
                service.sign(personas.actor("committee"), case=case, signature_id=one.id)
        assert (session.status, session.reason) == (
            "cancelled",
            {"withdrawn": "撤回申请", "agreed": "协议生效"}[ending],
        )
        told = db.session.scalars(
            select(InboxItem.user_id).where(InboxItem.case_id == case.id, InboxItem.kind == "session_cancelled")
        )
        assert {personas.user("hr_same_company").id, personas.user("judicial_here").id} <= set(told)
        plan(lawyer, ELSEWHERE, at(14), room_id=room("一室"))
        (row,) = db.session.scalars(select(CaseEvent).where(CaseEvent.event == "session_cancelled"))
        assert (row.data["session_id"], row.from_state, row.to_state) == (session.id, case.state, case.state)
        (line,) = [one for one in page.build(lawyer, case).timeline if str(one.title) == "取消调解会议"]
        assert (line.lines, line.note) == ([], session.reason)


def test_a_session_that_has_begun_stays_to_be_recorded(app: Flask) -> None:
    with act(app) as lawyer:
        session_id = plan(lawyer, HERE, at(14)).id
    with app.app_context(), casefiles.at(MEETS, hour=15), transaction():
        service.withdraw(personas.actor("duty_lawyer"), case=casefiles.reload(HERE), reason="申请人当场撤回")
        assert db.session.get_one(MediationSession, session_id).status == "planned"
