"""Stations and offices, kept by administrators."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mediation.audit.models import AuditRow
from mediation.core.db import db, transaction
from mediation.stations.models import Office, Room, Station
from tests import personas
from tests.factories.accounts import make_office, make_station
from tests.product import Content


@pytest.fixture
def content() -> Content:
    return personas.PEOPLE


@pytest.fixture
def admin(client: FlaskClient) -> FlaskClient:
    return personas.login(client, "admin")


def one(app: Flask, model: type[Station] | type[Office] | type[Room], name: str):
    with app.app_context():
        row = db.session.scalar(select(model).where(model.name == name))
        if row is not None:
            db.session.expunge(row)
        return row


def test_a_station_is_opened_changed_and_closed(admin: FlaskClient, app: Flask):
    assert (
        personas.post(admin, "/admin/stations/new", {"name": "松江卡友驿站", "district": "松江区"}).status_code == 303
    )
    station = one(app, Station, "松江卡友驿站")
    assert station.is_active and station.district == "松江区"
    address = f"/admin/stations/{station.id}"
    assert 'value="松江区"' in admin.get(address).text
    assert personas.post(admin, address, {"name": "松江新驿站", "district": "", "phone": "021-5550"}).status_code == 303
    changed = one(app, Station, "松江新驿站")
    assert (changed.id, changed.is_active, changed.district, changed.phone) == (station.id, False, None, "021-5550")
    with app.app_context():
        rows = db.session.scalars(
            select(AuditRow).where(AuditRow.subject_kind == "station").order_by(AuditRow.id)
        ).all()
        assert [(row.event, row.fields) for row in rows if row.subject_id == station.id] == [
            ("record_created", {}),
            ("record_changed", {"changed": ["district", "is_active", "name", "phone"]}),
        ]


def test_an_office_is_entered_and_changed(admin: FlaskClient, app: Flask):
    assert personas.post(admin, "/admin/offices/new", {"name": "示例总工会", "kind": "union"}).status_code == 303
    office = one(app, Office, "示例总工会")
    assert office.kind == "union"
    data = {"name": "示例总工会", "kind": "legal_aid", "is_active": "y"}
    assert personas.post(admin, f"/admin/offices/{office.id}", data).status_code == 303
    assert one(app, Office, "示例总工会").kind == "legal_aid"
    assert personas.post(admin, f"/admin/offices/{office.id}", {**data, "kind": "pub"}).status_code == 422


@pytest.mark.parametrize(("kind", "taken"), [("stations", personas.STATION_HERE), ("offices", "示例明理律师事务所")])
def test_a_name_is_given_once_and_what_was_typed_stays(admin: FlaskClient, kind: str, taken: str):
    data = {"name": taken, "kind": "union", "phone": "021-5551"}
    answer = personas.post(admin, f"/admin/{kind}/new", data)
    assert answer.status_code == 422
    assert "已有同名的记录" in answer.text
    assert f'value="{taken}"' in answer.text and 'value="021-5551"' in answer.text
    assert personas.post(admin, f"/admin/{kind}/new", {**data, "name": " "}).status_code == 422


def test_another_committee_may_use_the_same_name(admin: FlaskClient, app: Flask):
    with app.app_context(), transaction():
        make_station(personas.world().other_committee, "松江卡友驿站")
    assert personas.post(admin, "/admin/stations/new", {"name": "松江卡友驿站"}).status_code == 303


def test_places_of_another_committee_are_not_there(admin: FlaskClient, app: Flask):
    with app.app_context(), transaction():
        other = personas.world().other_committee
        station = make_station(other, "外会驿站").id
        office = make_office(other, personas.OfficeKind.UNION, "外会工会").id
    for address in (f"/admin/stations/{station}", f"/admin/offices/{office}"):
        assert admin.get(address).status_code == 404
        assert personas.post(admin, address, {"name": "X", "kind": "union"}).status_code == 404
    page = admin.get("/admin/stations").text
    assert "外会" not in page and personas.STATION_HERE in page


@pytest.mark.parametrize("persona", [one for one in personas.PERSONAS if one != "admin"])
def test_only_administrators_keep_places(client: FlaskClient, persona: str):
    personas.login(client, persona)
    for address in ("/admin/stations", "/admin/stations/new", "/admin/offices/new"):
        assert client.get(address).status_code == 403


def test_a_room_is_entered_moved_and_closed(admin: FlaskClient, app: Flask):
    with app.app_context():
        station_id = personas.world().station.id
    added = {"name": "调解一室", "station": str(station_id), "seats": "8"}
    assert personas.post(admin, "/admin/rooms/new", added).status_code == 303
    room = one(app, Room, "调解一室")
    assert (room.station_id, room.seats, room.is_active) == (station_id, 8, True)
    assert "青浦卡友驿站" in admin.get("/admin/stations").text
    again = personas.post(admin, "/admin/rooms/new", {"name": "调解一室"})
    assert again.status_code == 422
    assert "已有同名的记录" in again.text
    assert personas.post(admin, "/admin/rooms/new", {"name": "二室", "seats": "零"}).status_code == 422
    address = f"/admin/rooms/{room.id}"
    assert 'value="8"' in admin.get(address).text
    assert personas.post(admin, address, {"name": "圆桌室", "station": "", "seats": "6"}).status_code == 303
    changed = one(app, Room, "圆桌室")
    assert (changed.id, changed.station_id, changed.seats, changed.is_active) == (room.id, None, 6, False)
