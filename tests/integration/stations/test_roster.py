"""The duty roster: who is on duty when, and that a swap leaves a trace."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mediation.accounts.models import User
from mediation.core import clock
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError, Forbidden
from mediation.stations import queries, service
from mediation.stations.models import DutyShift
from tests import personas
from tests.factories.accounts import make_station
from tests.product import Content

MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # Monday, 09:30 in Shanghai


@pytest.fixture
def content() -> Content:
    return personas.PEOPLE


@pytest.fixture(autouse=True)
def _sunday():
    with clock.frozen_at(NOW):
        yield


def names_on_duty(app: Flask, at: datetime = MORNING, station: str = "station") -> list[str]:
    with app.app_context():
        return [duty.user_name for duty in queries.on_duty(getattr(personas.world(), station).id, at)]


def put_on_duty(
    persona: str, *, day: date = MONDAY, begins: str = "09:00", ends: str = "17:00", station: str = "station"
):
    starts_at, ends_at = service.span(day, time.fromisoformat(begins), time.fromisoformat(ends))
    return service.add_shift(
        personas.actor("committee"),
        station=getattr(personas.world(), station),
        user=personas.user(persona),
        starts_at=starts_at,
        ends_at=ends_at,
    )


def ids(app: Flask) -> dict[str, int]:
    with app.app_context():
        world = personas.world()
        return {
            "station": world.station.id,
            "lawyer": personas.user("duty_lawyer").id,
            "judge": personas.user("judicial_here").id,
            "hr": personas.user("hr_same_company").id,
        }


def shift_form(app: Flask, **changed) -> dict:
    known = ids(app)
    data = {
        "station": known["station"], "user": known["lawyer"], "day": "2026年11月23日", "begins": "9点", "ends": "1700",
        "weeks": "1",
    }  # fmt: skip
    return {**data, **changed}


def test_the_span_of_a_shift_ends_with_its_last_minute(app: Flask):
    with app.app_context(), transaction():
        put_on_duty("duty_lawyer")
    first, last = datetime(2026, 11, 23, 1, 0, tzinfo=UTC), datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    moment = timedelta(seconds=1)
    assert names_on_duty(app, first) == ["沈知言"]
    assert names_on_duty(app, last - moment) == ["沈知言"]
    assert names_on_duty(app, first - moment) == names_on_duty(app, last) == []
    assert names_on_duty(app, first, "other_station") == []


def test_three_offices_can_be_on_duty_together(app: Flask):
    with app.app_context(), transaction():
        for persona in ("duty_lawyer", "police_here", "judicial_here"):
            put_on_duty(persona)
    assert set(names_on_duty(app)) == {"沈知言", "陆安", "何清"}


def test_a_night_shift_goes_on_past_midnight(app: Flask):
    with app.app_context(), transaction():
        put_on_duty("police_here", begins="22:00", ends="06:00")
    assert names_on_duty(app, datetime(2026, 11, 23, 20, 0, tzinfo=UTC)) == ["陆安"]  # Tuesday, 04:00
    assert names_on_duty(app, datetime(2026, 11, 23, 22, 0, tzinfo=UTC)) == []


def test_a_swap_is_a_new_row_and_the_old_one_stays(app: Flask):
    with app.app_context(), transaction():
        shift = put_on_duty("duty_lawyer")
        service.swap_shift(personas.actor("committee"), shift=shift, user=personas.user("lawyer_elsewhere"))
    assert names_on_duty(app) == ["顾远"]
    with app.app_context():
        rows = db.session.execute(
            select(User.username, DutyShift.replaced_by_id)
            .join(User, User.id == DutyShift.user_id)
            .order_by(DutyShift.id)
        ).all()
        assert [(name, replaced is None) for name, replaced in rows] == [
            ("duty_lawyer", False),
            ("lawyer_elsewhere", True),
        ]


def test_taking_back_a_swap_restores_the_first_person(app: Flask):
    with app.app_context(), transaction():
        committee = personas.actor("committee")
        swapped = service.swap_shift(committee, shift=put_on_duty("duty_lawyer"), user=personas.user("judicial_here"))
        service.remove_shift(committee, shift=swapped)
    assert names_on_duty(app) == ["沈知言"]


def test_a_swapped_shift_cannot_be_swapped_again(app: Flask):
    with app.app_context(), transaction():
        shift = put_on_duty("duty_lawyer")
        committee = personas.actor("committee")
        service.swap_shift(committee, shift=shift, user=personas.user("judicial_here"))
        with pytest.raises(DomainError):
            service.swap_shift(committee, shift=shift, user=personas.user("lawyer_elsewhere"))
        with pytest.raises(DomainError):
            service.remove_shift(committee, shift=shift)


@pytest.mark.parametrize(
    ("persona", "begins", "ends", "station"),
    [
        ("hr_same_company", "09:00", "17:00", "station"),  # a party's side
        ("admin", "09:00", "17:00", "station"),
        ("duty_lawyer", "16:59", "18:00", "other_station"),  # on duty elsewhere
    ],
)
def test_who_cannot_be_put_on_duty(app: Flask, persona: str, begins: str, ends: str, station: str):
    with app.app_context(), transaction():
        put_on_duty("duty_lawyer")
        with pytest.raises(DomainError) as refused:
            put_on_duty(persona, begins=begins, ends=ends, station=station)
        assert refused.value.field == "user"


def test_shifts_may_follow_on_each_other(app: Flask):
    with app.app_context(), transaction():
        put_on_duty("duty_lawyer")
        put_on_duty("duty_lawyer", begins="17:00", ends="20:00")
    assert names_on_duty(app, datetime(2026, 11, 23, 9, 0, tzinfo=UTC)) == ["沈知言"]


def test_a_begun_shift_is_swapped_not_removed_and_a_past_one_neither(app: Flask):
    with app.app_context(), transaction():
        shift = put_on_duty("duty_lawyer")
        committee = personas.actor("committee")
        with clock.frozen_at(MORNING):
            with pytest.raises(DomainError):
                service.remove_shift(committee, shift=shift)
            service.swap_shift(committee, shift=shift, user=personas.user("judicial_here"))
        other = put_on_duty("police_here")
        with clock.frozen_at(MORNING + timedelta(days=1)), pytest.raises(DomainError):
            service.swap_shift(committee, shift=other, user=personas.user("police_elsewhere"))


def test_the_committee_makes_shifts_on_a_page_for_several_weeks(client: FlaskClient, app: Flask):
    personas.login(client, "committee")
    answer = personas.post(client, "/roster/new", shift_form(app, weeks="3"))
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "沈知言" in page and "09:00–17:00" in page and "示例明理律师事务所" in page
    for week in range(4):
        assert names_on_duty(app, MORNING + timedelta(weeks=week)) == (["沈知言"] if week < 3 else [])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"begins": "halb neun"}, "看不懂这个时间"),
        ({"begins": "25:00"}, "看不懂这个时间"),
        ({"day": "some day"}, "看不懂这个日期"),
        ({"day": ""}, "请填写日期"),
        ({"weeks": "99"}, "一次可排 1 至 26 周"),
        ({"station": ""}, "请选择驿站"),
    ],
)
def test_a_field_error_keeps_what_was_typed(client: FlaskClient, app: Flask, changed: dict, message: str):
    personas.login(client, "committee")
    answer = personas.post(client, "/roster/new", shift_form(app, **changed))
    assert answer.status_code == 422
    assert message in answer.text
    for name in ("day", "begins", "weeks"):
        assert f'value="{shift_form(app, **changed)[name]}"' in answer.text
    with app.app_context():
        assert db.session.query(DutyShift).count() == 0


def test_weeks_are_made_all_or_none(client: FlaskClient, app: Flask):
    with app.app_context(), transaction():
        put_on_duty("duty_lawyer", day=MONDAY + timedelta(weeks=2))
    personas.login(client, "committee")
    answer = personas.post(client, "/roster/new", shift_form(app, weeks="3"))
    assert answer.status_code == 422
    assert "2026-12-07" in answer.text
    assert names_on_duty(app) == []


def test_hr_cannot_be_chosen(client: FlaskClient, app: Flask):
    personas.login(client, "committee")
    assert "许宁" not in client.get("/roster/new").text
    assert personas.post(client, "/roster/new", shift_form(app, user=ids(app)["hr"])).status_code == 422


def test_a_swap_on_the_page(client: FlaskClient, app: Flask):
    with app.app_context(), transaction():
        shift_id = put_on_duty("duty_lawyer").id
    personas.login(client, "admin")
    assert "沈知言" in client.get(f"/roster/{shift_id}").text
    assert personas.post(client, f"/roster/{shift_id}", {"user": ids(app)["lawyer"]}).status_code == 422
    answer = personas.post(client, f"/roster/{shift_id}", {"user": ids(app)["judge"]})
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "何清" in page and "换班" in page and "沈知言" not in page
    assert names_on_duty(app) == ["何清"]
    assert "已经换给别人" in client.get(f"/roster/{shift_id}").text


def test_a_shift_is_taken_back_on_the_page(client: FlaskClient, app: Flask):
    with app.app_context(), transaction():
        shift_id = put_on_duty("duty_lawyer").id
    personas.login(client, "committee")
    assert personas.post(client, f"/roster/{shift_id}/remove").status_code == 303
    assert names_on_duty(app) == []
    assert client.get(f"/roster/{shift_id}").status_code == 404


@pytest.mark.parametrize("persona", personas.EVERYBODY)
def test_who_sees_and_who_changes_the_roster(client: FlaskClient, app: Flask, persona: str):
    with app.app_context(), transaction():
        shift_id = put_on_duty("duty_lawyer").id
    personas.login(client, persona)
    page = client.get("/roster/?week=2026-11-23")
    expected = 302 if persona == "stranger" else 403 if persona.startswith("hr") else 200
    assert page.status_code == expected
    if expected == 200:
        assert ("沈知言" in page.text) == (persona != "committee_elsewhere")
    may_change = persona in ("admin", "committee", "committee_elsewhere")
    assert (client.get("/roster/new").status_code == 200) == may_change
    assert (client.get(f"/roster/{shift_id}").status_code == 200) == (may_change and persona != "committee_elsewhere")
    if persona == "committee_elsewhere":
        assert personas.post(client, f"/roster/{shift_id}/remove").status_code == 404


def test_services_ask_for_the_permission_too(app: Flask):
    with app.app_context(), transaction():
        shift = put_on_duty("duty_lawyer")
        with pytest.raises(Forbidden):
            service.remove_shift(personas.actor("duty_lawyer"), shift=shift)


def test_shifts_of_another_committees_station_do_not_show(app: Flask):
    with app.app_context(), transaction():
        put_on_duty("duty_lawyer")
        make_station(personas.world().other_committee, "外会驿站")
    with app.app_context():
        there = personas.actor("committee_elsewhere")
        assert queries.duties_for(there, MONDAY, 7) == []
        assert [station.name for station in queries.stations_for(there)] == ["外会驿站"]
        assert queries.stations_for(personas.actor("stranger")) == []


def test_an_address_typed_by_hand_shows_this_week(client: FlaskClient):
    personas.login(client, "committee")
    for query in ("?week=never", "?week=", "?station=x", "?station=999999"):
        assert client.get(f"/roster/{query}").status_code == 200
    assert "2026年11月16日" in client.get("/roster/?week=never").text
