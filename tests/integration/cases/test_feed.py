"""The calendar behind a secret address: what is in it, who may read it, and that it names nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar, Event
from sqlalchemy import select

from mediation.accounts import feeds
from mediation.accounts import service as accounts
from mediation.accounts.models import FeedAddress
from mediation.audit.models import AuditRow
from mediation.audit.record import chains, verify
from mediation.cases import service
from mediation.cases.models import MediationSession
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError, NotFound
from mediation.deadlines import queries as deadlines
from mediation.deadlines.models import CalendarDayRow, CalendarYear
from mediation.deadlines.rules import RULES
from mediation.parties import queries as parties
from mediation.stations import service as stations
from tests import personas
from tests.factories import casefiles
from tests.product import Content

DAY = date(2026, 9, 16)  # the mediation period ends within the holidays of October
PERIOD = RULES["LM-MEDIATE-15D"].title
NUMBER, OTHERS = "2026-000001", "2026-000002"


def at(hour: int, day: date = DAY + timedelta(days=4)) -> datetime:
    return clock.as_utc(datetime(day.year, day.month, day.day, hour))


def fill(app: Flask) -> None:
    """A case here with a session in a room, one without; a case at another station."""
    casefiles.fill(app)
    with casefiles.at(DAY), transaction():
        lawyer, world = personas.actor("duty_lawyer"), personas.world()
        case = casefiles.mediating(lawyer)
        room = stations.create_room(personas.actor("admin"), name="一室", station=world.station)
        service.plan_session(lawyer, case=case, starts_at=at(14), room_id=room.id, planned_minutes=60)
        service.plan_session(lawyer, case=case, starts_at=at(10), place="周明远家中")
        casefiles.mediating(personas.actor("lawyer_elsewhere"), station_id=world.other_station.id)


@pytest.fixture
def content() -> Content:
    return Content("feed", fill)


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    with casefiles.at(DAY, hour=12):
        yield app


@contextmanager
def act(app: Flask, persona: str = "duty_lawyer", hour: int = 12) -> Iterator[Actor]:
    with app.app_context(), casefiles.at(DAY, hour), transaction():
        yield personas.actor(persona)


def address_of(app: Flask, persona: str) -> str:
    with act(app, persona) as actor:
        return f"/feeds/{feeds.make(actor)}.ics"


def read(app: Flask, address: str, **headers: str) -> Calendar:
    answer = app.test_client().get(address, headers=headers)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    (calendar,) = Calendar.from_ical(answer.data, multiple=True)
    return calendar


def meetings(calendar: Calendar) -> list[Event]:
    return sorted((one for one in calendar.events if "会议" in one["summary"]), key=lambda one: one["dtstart"].dt)


def last_days(calendar: Calendar) -> list[Event]:
    return [one for one in calendar.events if "会议" not in one["summary"]]


def test_a_calendar_program_can_read_it(app: Flask) -> None:
    calendar = read(app, address_of(app, "duty_lawyer"))
    assert (calendar["version"], calendar["method"], calendar["x-wr-timezone"]) == ("2.0", "PUBLISH", "Asia/Shanghai")
    assert [str(zone["tzid"]) for zone in calendar.timezones] == ["Asia/Shanghai"]
    assert calendar.get_missing_tzids() == set()
    for event in calendar.events:
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY", "STATUS", "URL"} <= set(event)
    assert len({str(event["uid"]) for event in calendar.events}) == len(calendar.events)
    raw = app.test_client().get(address_of(app, "duty_lawyer")).data
    assert all(len(line) <= 75 for line in raw.split(b"\r\n")), "folded"
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_sessions_stand_at_their_time_and_room(app: Flask) -> None:
    # One was held at ten on the day itself, two are planned.
    held, morning, afternoon = meetings(read(app, address_of(app, "duty_lawyer")))
    assert held["status"] == "CONFIRMED" and "已召开" in held["description"]
    assert afternoon["dtstart"].dt == at(14) and afternoon["dtend"].dt == at(15)
    assert afternoon["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert afternoon["location"] == "青浦卡友驿站 一室"
    assert afternoon["url"] == f"http://localhost/cases/{NUMBER}"
    assert (morning["sequence"], morning["status"]) == (0, "CONFIRMED")
    # What somebody typed as a place may name a party: the case page tells.
    assert "location" not in morning and "地点见案件页面" in morning["description"]


def test_last_days_are_whole_days_with_the_day_to_rely_on(app: Flask) -> None:
    with act(app):
        rows = {row.rule_code: row for row in deadlines.of_case(casefiles.reload(NUMBER).id) if row.status == "open"}
        # 1 October is a holiday: the law's last day is the first working day after, the day to rely on the last before.
        row = rows["LM-MEDIATE-15D"]
        assert (row.raw_last_day, row.last_day) == (date(2026, 10, 1), date(2026, 10, 8))
    found = last_days(read(app, address_of(app, "duty_lawyer")))
    assert len(found) == len(rows)
    period = next(one for one in found if PERIOD in one["summary"])
    assert period["dtstart"].dt == date(2026, 10, 8) and period["dtend"].dt == date(2026, 10, 9)
    assert period["transp"] == "TRANSPARENT"
    assert "2026年10月8日" in period["description"] and "请在 2026年9月30日 前" in period["description"]
    assert "暂定" not in period["summary"]


def test_a_provisional_day_says_so(app: Flask) -> None:
    with act(app, "committee") as committee:
        db.session.execute(db.delete(CalendarDayRow).where(CalendarDayRow.day >= date(2026, 1, 1)))
        db.session.execute(db.delete(CalendarYear).where(CalendarYear.year >= 2026))
        casefiles.accepted(personas.actor("duty_lawyer"), applicants=(casefiles.applicant("另一人"),))
        del committee
    marked = [one for one in last_days(read(app, address_of(app, "duty_lawyer"))) if "（暂定）" in one["summary"]]
    assert marked and all(one["status"] == "TENTATIVE" and "暂定：" in one["description"] for one in marked)


def test_it_names_nobody(app: Flask) -> None:
    with act(app):
        names = [one.name for one in parties.for_case(casefiles.reload(NUMBER).id)]
    for persona in ("duty_lawyer", "judicial_here", "committee", "hr_same_company"):
        text = app.test_client().get(address_of(app, persona)).get_data(as_text=True).replace("\r\n ", "")
        assert NUMBER[:4] in text
        for secret in (*names, casefiles.PHONE, casefiles.CANARY, "工资"):
            assert secret not in text, (persona, secret)


@pytest.mark.parametrize(
    ("persona", "sessions", "numbers"),
    [
        ("duty_lawyer", 3, {NUMBER}),
        ("judicial_here", 4, {NUMBER, OTHERS}),  # mediates both
        ("lawyer_elsewhere", 1, {OTHERS}),
        ("committee", 0, {NUMBER, OTHERS}),  # sees all last days, has no session of its own
        ("hr_same_company", 4, {NUMBER, OTHERS}),
        ("hr_other_company", 0, set()),
        ("police_here", 0, set()),
        ("committee_elsewhere", 0, set()),
    ],
)
def test_everybody_reads_what_the_pages_show_them(app: Flask, persona: str, sessions: int, numbers: set[str]) -> None:
    calendar = read(app, address_of(app, persona))
    assert len(meetings(calendar)) == sessions
    assert {str(one["url"]).rsplit("/", 1)[1] for one in calendar.events} == numbers


def test_only_my_own(app: Flask) -> None:
    address = address_of(app, "committee")
    assert last_days(read(app, address))
    assert last_days(read(app, f"{address}?mine=1")) == []


def test_house_rules_are_not_for_the_company(app: Flask) -> None:
    with act(app) as lawyer:
        case = casefiles.agreed(lawyer, applicants=(casefiles.applicant("已履行"),))
        for one in service.effective_agreement(case).instalments:
            service.record_payment(lawyer, case=case, instalment_id=one.id, amount_fen=one.amount_fen, proof="回单")
        if case.state != "performed":
            service.confirm_performed(lawyer, case=case)
        assert any(row.rule_code.startswith("RV-") for row in deadlines.open_of_case(case.id))
        number = case.number

    def of_case(persona: str) -> list[str]:
        return [
            str(one["summary"]) for one in last_days(read(app, address_of(app, persona))) if number in str(one["url"])
        ]

    assert any("回访" in words for words in of_case("duty_lawyer"))
    assert not any("回访" in words for words in of_case("hr_same_company"))


def test_a_moved_and_a_cancelled_session_are_struck_out(app: Flask) -> None:
    address = address_of(app, "duty_lawyer")
    _held, morning, afternoon = meetings(read(app, address))
    with act(app, hour=13) as lawyer:
        case = casefiles.reload(NUMBER)
        rows = db.session.scalars(select(MediationSession).order_by(MediationSession.starts_at)).all()
        planned = [one for one in rows if one.case_id == case.id and one.status == "planned"]
        service.cancel_session(lawyer, case=case, session=planned[0], reason="不来了")
        service.postpone_session(lawyer, case=case, session=planned[1], starts_at=at(16), reason="出车")
    after = {str(one["uid"]): one for one in meetings(read(app, address))}
    for old, word in ((morning, "（已取消）"), (afternoon, "（已改期）")):
        new = after[str(old["uid"])]
        assert (new["status"], new["sequence"]) == ("CANCELLED", old["sequence"] + 1)
        assert word in new["summary"] and new["dtstart"].dt == old["dtstart"].dt
        assert new["last-modified"].dt > old["last-modified"].dt
    assert "改至 2026-09-20 16:00" in after[str(afternoon["uid"])]["description"]
    assert "出车" not in str(after)
    (moved,) = [one for uid, one in after.items() if uid not in {str(o["uid"]) for o in (_held, morning, afternoon)}]
    assert moved["dtstart"].dt == at(16) and (moved["sequence"], moved["status"]) == (0, "CONFIRMED")


def test_a_recomputed_day_keeps_its_identifier_with_a_higher_sequence(app: Flask) -> None:
    address = address_of(app, "duty_lawyer")

    def period() -> Event:
        return next(one for one in last_days(read(app, address)) if PERIOD in one["summary"])

    before = period()
    with act(app):
        case = casefiles.reload(NUMBER)
        row = next(one for one in deadlines.open_of_case(case.id) if one.rule_code == "LM-MEDIATE-15D")
        values = {c.name: getattr(row, c.name) for c in row.__table__.columns if c.name not in ("id", "created_at")}
        new = type(row)(**values | {"last_day": date(2026, 10, 9)})
        db.session.add(new)
        row.status = "replaced"
    after = period()
    assert after["uid"] == before["uid"] and after["sequence"] > before["sequence"]
    assert after["dtstart"].dt == date(2026, 10, 9)


def test_the_window_is_bounded(app: Flask) -> None:
    with act(app) as lawyer:
        case = casefiles.reload(NUMBER)
        service.plan_session(lawyer, case=case, starts_at=at(9, DAY + timedelta(days=399)))
        service.plan_session(lawyer, case=case, starts_at=at(9, DAY + timedelta(days=400)))
    found = meetings(read(app, address_of(app, "duty_lawyer")))
    assert max(one["dtstart"].dt for one in found) == at(9, DAY + timedelta(days=399))


def test_an_unchanged_calendar_is_not_sent_again(app: Flask) -> None:
    address = address_of(app, "duty_lawyer")
    client = app.test_client()
    first = client.get(address)
    assert first.headers["Cache-Control"] == "no-store"
    assert first.headers["Last-Modified"]
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    # A date alone never says "unchanged": an entry may be gone.
    by_date = client.get(address, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert by_date.status_code == 200 and by_date.data == first.data
    with act(app) as lawyer:
        case = casefiles.reload(NUMBER)
        service.plan_session(lawyer, case=case, starts_at=at(9, DAY + timedelta(days=9)))
    changed = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200 and changed.headers["ETag"] != first.headers["ETag"]


def test_each_look_is_logged_and_the_day_of_use_kept(app: Flask) -> None:
    address = address_of(app, "duty_lawyer")
    with act(app) as lawyer:
        assert feeds.days_of_use(feeds.addresses_for(lawyer)) == {}
    etag = app.test_client().get(address).headers["ETag"]
    app.test_client().get(address, headers={"If-None-Match": etag})
    with act(app) as lawyer:
        (mine,) = feeds.addresses_for(lawyer)
        assert feeds.days_of_use([mine]) == {mine.id: DAY}
        rows = db.session.scalars(select(AuditRow).where(AuditRow.event == "feed_read")).all()
        assert [(row.actor_id, row.subject_kind, row.subject_id) for row in rows] == [
            (lawyer.user_id, "feed_address", mine.id)
        ] * 2
        assert rows[0].fields["entries"] > 3
        assert [problem for chain in chains() for problem in verify(chain)] == []


def test_an_address_that_does_not_work_is_like_one_that_never_was(app: Flask) -> None:
    address, other = address_of(app, "duty_lawyer"), address_of(app, "judicial_here")
    client = app.test_client()
    never = client.get("/feeds/nothing.ics")
    with act(app) as lawyer:
        (mine,) = feeds.addresses_for(lawyer)
        feeds.revoke(lawyer, address=mine)
    with act(app, "admin") as admin:
        accounts.set_active(admin, user=personas.user("judicial_here"), active=False)
    for gone in (address, other, address.removesuffix(".ics"), f"{address}x", "/feeds/.ics"):
        answer = client.get(gone)
        assert answer.status_code == never.status_code == 404, gone
    with act(app):
        assert db.session.scalars(select(AuditRow).where(AuditRow.event == "feed_read")).all() == []


def test_only_the_digest_of_a_secret_is_kept(app: Flask) -> None:
    with act(app) as lawyer:
        secret = feeds.make(lawyer)
        assert len(secret) >= 43
        (row,) = db.session.scalars(select(FeedAddress)).all()
        assert secret not in (row.token_digest, *map(str, db.session.scalars(select(AuditRow.fields))))
        address, user = feeds.reader_of(secret)
        assert (address.id, user.id) == (row.id, lawyer.user_id)
        new = feeds.renew(lawyer, address=row)
        assert new != secret
        with pytest.raises(NotFound):
            feeds.reader_of(secret)
        for _number in range(feeds.MOST_ADDRESSES - 1):
            feeds.make(lawyer)
        with pytest.raises(DomainError, match="最多 5 个"):
            feeds.make(lawyer)
        with pytest.raises(NotFound):
            feeds.get_for(personas.actor("committee"), feeds.addresses_for(lawyer)[0].id)


def test_the_page_shows_an_address_once(app: Flask, client: FlaskClient) -> None:
    personas.login(client, "duty_lawyer")
    assert "日历订阅" in client.get("/profile").text
    made = personas.post(client, "/profile/feeds/new")
    start = made.text.index("http://localhost/feeds/")
    address = made.text[start : made.text.index('"', start)]
    assert made.headers["Cache-Control"] == "no-store"
    assert "webcal://localhost/feeds/" in made.text
    assert app.test_client().get(address).status_code == 200
    listed = client.get("/profile/feeds").text
    assert address not in listed and "2026年9月16日" in listed
    with act(app) as lawyer:
        address_id = feeds.addresses_for(lawyer)[0].id
    renewed = personas.post(client, f"/profile/feeds/{address_id}/renew")
    assert renewed.status_code == 200 and app.test_client().get(address).status_code == 404
    assert personas.post(client, f"/profile/feeds/{address_id}/revoke").status_code == 303  # a second click
    stranger = personas.login(app.test_client(), "committee")
    with act(app) as lawyer:
        own = feeds.addresses_for(lawyer)[0].id
    assert personas.post(stranger, f"/profile/feeds/{own}/renew").status_code == 404
    personas.post(stranger, f"/profile/feeds/{own}/revoke")
    with act(app) as lawyer:
        assert [one.id for one in feeds.addresses_for(lawyer)] == [own]
