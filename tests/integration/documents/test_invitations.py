"""The notices of a session: one per party, issued and served; who reads which; and the day of sessions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from html import unescape
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from mediation.cases import service
from mediation.cases.models import MediationSession
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError
from mediation.documents import invitations, queries
from mediation.documents import service as papers
from mediation.documents.models import Document
from mediation.parties import queries as parties
from mediation.parties.models import Party
from mediation.stations import service as stations
from tests import personas
from tests.factories import casefiles
from tests.product import Content

DAY, MEETS = date(2026, 3, 16), date(2026, 3, 20)
NUMBER, OTHERS = "2026-000001", "2026-000002"


def fill(app: Flask) -> None:
    """A case here with a session in a room in four days; a case at another station in another room that day."""
    casefiles.fill(app)
    with casefiles.at(DAY), transaction():
        world, admin = personas.world(), personas.actor("admin")
        stations.change_station(
            admin, station=world.station, name=world.station.name, district=None, address="青浦区示例路 8 号",
            phone=None, is_active=True,
        )  # fmt: skip
        here = stations.create_room(admin, name="一室", station=world.station)
        there = stations.create_room(admin, name="二室", station=world.other_station)
        lawyer, other = personas.actor("duty_lawyer"), personas.actor("lawyer_elsewhere")
        service.plan_session(
            lawyer,
            case=casefiles.mediating(lawyer),
            starts_at=at(14),
            room_id=here.id,
            planned_minutes=60,
            matter="工资",
        )
        elsewhere = casefiles.mediating(
            other, station_id=world.other_station.id, applicants=(casefiles.applicant("别处的人"),)
        )
        service.plan_session(other, case=elsewhere, starts_at=at(9), room_id=there.id)


@pytest.fixture
def content() -> Content:
    return Content("invitations", fill)


def at(hour: int, day: date = MEETS) -> datetime:
    return clock.as_utc(datetime(day.year, day.month, day.day, hour))


@contextmanager
def act(app: Flask, persona: str = "duty_lawyer", day: date = DAY) -> Iterator[Actor]:
    with app.app_context(), casefiles.at(day, hour=12), transaction():
        yield personas.actor(persona)


def planned() -> MediationSession:
    case_id = casefiles.reload(NUMBER).id
    return db.session.scalars(
        select(MediationSession).where(MediationSession.case_id == case_id, MediationSession.status == "planned")
    ).one()


def words(actor: Actor, document: Document) -> str:
    pages = PdfReader(BytesIO(papers.read(actor, document))).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "").replace(" ", "")


def test_each_party_gets_a_notice_of_its_own(app: Flask) -> None:
    with act(app) as lawyer:
        case, session = casefiles.reload(NUMBER), planned()
        assert invitations.issue_all(lawyer, case=case, session=session) == (3, 0)
        assert invitations.issue_all(lawyer, case=case, session=session) == (0, 0)
        found = list(invitations.notices_of([case.id]))
        people: list[Party] = parties.for_case(case.id)
        assert [one.party_id for one in found] == [one.id for one in people]
        assert len({one.number for one in found}) == 3 and all("通〔2026〕第" in one.number for one in found)
        worker, outlet, _hub = (words(lawyer, queries.get_for(lawyer, case, one.document_id)) for one in found)
        for text in (worker, outlet):
            assert "2026年3月20日（星期五）14:00，预计60分钟" in text
            assert "青浦卡友驿站一室（青浦区示例路8号）" in text
            assert "何清担任" in text and "特此通知" in text
        assert "周明远：" in worker and "本人居民身份证原件" in worker and "营业执照" not in worker
        assert f"{people[1].name}：" in outlet and "营业执照复印件" in outlet
        assert casefiles.PHONE not in worker + outlet and casefiles.CANARY not in worker + outlet


def test_a_moved_session_is_told_with_its_old_time_but_not_its_reason(app: Flask) -> None:
    with act(app) as lawyer:
        case, old = casefiles.reload(NUMBER), planned()
        invitations.issue_all(lawyer, case=case, session=old)
        new = service.postpone_session(lawyer, case=case, session=old, starts_at=at(10, MEETS + timedelta(4)), reason="申请人住院", place="二楼")  # fmt: skip
        with pytest.raises(DomainError, match="已安排、尚未召开"):
            invitations.issue_all(lawyer, case=case, session=old)
        invitations.issue_all(lawyer, case=case, session=new)
        notice = next(one for one in invitations.notices_of([case.id]) if one.session_seq == new.seq)
        document = queries.get_for(lawyer, case, notice.document_id)
        text = words(lawyer, document)
        assert document.title == "调解改期通知书"
        assert "原定于2026年3月20日14:00" in text and "2026年3月24日（星期二）10:00" in text
        assert "住院" not in text
        # The notices of the old time stay in the file.
        assert len(queries.of_form([case.id], "D09")) == 6


def test_without_a_place_no_notice_goes_out(app: Flask) -> None:
    with act(app) as lawyer:
        case = casefiles.reload(NUMBER)
        session = service.plan_session(lawyer, case=case, starts_at=at(9, MEETS + timedelta(9)))
        with pytest.raises(DomainError, match="会议地点"):
            invitations.issue_all(lawyer, case=case, session=session)
        by_phone = service.plan_session(lawyer, case=case, starts_at=at(9, MEETS + timedelta(10)), mode="phone")
        assert invitations.issue_all(lawyer, case=case, session=by_phone)[0] == 3


def test_service_is_noted_for_those_who_were_reached(app: Flask) -> None:
    with act(app) as lawyer:
        case, session = casefiles.reload(NUMBER), planned()
        ids = [one.id for one in parties.for_case(case.id)]
        with pytest.raises(DomainError, match="已经出具"):
            invitations.serve(lawyer, case=case, session=session, party_ids=ids, on=DAY)
        invitations.issue_all(lawyer, case=case, session=session)
        with pytest.raises(DomainError) as refused:
            invitations.serve(lawyer, case=case, session=session, party_ids=ids[:1], on=DAY - timedelta(1))
        assert refused.value.field == "served_on"
        invitations.serve(lawyer, case=case, session=session, party_ids=ids[:2], on=DAY)
        served = {one.party_id: one.served_on for one in invitations.notices_of([case.id])}
        assert served == {ids[0]: DAY, ids[1]: DAY, ids[2]: None}


def test_a_company_reads_the_notices_to_its_own_companies_only(app: Flask) -> None:
    with act(app) as lawyer:
        case = casefiles.reload(NUMBER)
        invitations.issue_all(lawyer, case=case, session=planned())
        by_party = {one.party_id: one.document_id for one in invitations.notices_of([case.id])}
        people = parties.for_case(case.id)
        own = {by_party[one.id] for one in people if one.company_id}
    with act(app, "hr_same_company") as officer:
        found = {one.id for one in queries.of_case_for(officer, casefiles.reload(NUMBER)) if one.code == "D09"}
        assert found == own and len(own) == 2
    with act(app, "hr_other_company") as stranger:
        assert queries.of_case_for(stranger, casefiles.reload(NUMBER)) == []


@contextmanager
def browser(app: Flask, persona: str = "duty_lawyer", day: date = DAY) -> Iterator[FlaskClient]:
    with casefiles.at(day, hour=12):
        yield personas.login(app.test_client(), persona)


def session_id(app: Flask) -> int:
    with app.app_context():
        return planned().id


def test_the_page_issues_and_serves(app: Flask) -> None:
    address = f"/cases/{NUMBER}/sessions/{session_id(app)}/notices"
    with browser(app) as client:
        assert "为 3 方出具通知书" in client.get(address).text
        assert personas.post(client, address).status_code == 303
        page = client.get(address).text
        assert "出具通知书" not in page and page.count("未送达") == 3
        wrong = personas.post(client, f"{address}/served", {"served_on": "2026-03-16"})
        assert wrong.status_code == 422 and "请选择已经出具通知书的当事人" in wrong.text
        with app.app_context():
            first = parties.for_case(casefiles.reload(NUMBER).id)[0].id
        early = personas.post(client, f"{address}/served", {"parties": [first], "served_on": "2026-03-15"})
        assert early.status_code == 422 and 'value="2026-03-15"' in early.text
        done = personas.post(client, f"{address}/served", {"parties": [first], "served_on": "今天"})
        assert done.status_code == 303
        card = client.get(f"/cases/{NUMBER}").text
        assert card.count("通知未送达") == 2 and "已送达" in card
        assert "会议就在今天或明天" not in card


def test_the_day_before_it_is_a_warning(app: Flask) -> None:
    before = MEETS - timedelta(1)
    with browser(app, day=before) as client:
        assert "还有 3 方没有送达通知" in client.get(f"/cases/{NUMBER}").text
        assert "会议通知还有 3 方没有送达" in client.get("/").text
        assert "3 方通知未送达" in client.get(f"/calendar/?day={MEETS}").text
    with browser(app, "hr_same_company", day=before) as client:
        for page in ("/", f"/cases/{NUMBER}", f"/calendar/?day={MEETS}"):
            assert "未送达" not in client.get(page).text and "没有送达" not in client.get(page).text
    with browser(app, day=MEETS - timedelta(2)) as client:
        assert "没有送达" not in client.get("/").text
    with act(app, day=before) as lawyer:
        case, session = casefiles.reload(NUMBER), planned()
        invitations.issue_all(lawyer, case=case, session=session)
        ids = [one.id for one in parties.for_case(case.id)]
        invitations.serve(lawyer, case=case, session=session, party_ids=ids, on=before)
    with browser(app, day=before) as client:
        assert "没有送达" not in client.get("/").text + client.get(f"/cases/{NUMBER}").text


def test_the_day_room_by_room_shows_others_only_as_taken(app: Flask) -> None:
    with browser(app) as client:
        page = unescape(client.get(f"/calendar/?day={MEETS}").text)
        assert "青浦卡友驿站 一室" in page and "14:00–15:00" in page and "周明远" in page
        assert "嘉定司机之家 二室" in page and "09:00–10:30" in page and "已占用" in page
        assert "别处的人" not in page and OTHERS not in page
        week = unescape(client.get(f"/calendar/?day={MEETS}&days=7").text)
        assert "3月20日 周五" in week and "14:00–15:00" in week
        assert "这一天没有调解会议" in client.get("/calendar/?day=2026-03-21").text
        assert client.get("/calendar/?day=nonsense").status_code == 200
    with browser(app, "committee") as client:
        both = client.get(f"/calendar/?day={MEETS}").text
        assert "别处的人" in both and "周明远" in both and "已占用" not in both
    with browser(app, "hr_other_company") as client:
        assert "这一天没有调解会议" in client.get(f"/calendar/?day={MEETS}").text
