"""The audit trail: who may read it, and that damage shows."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mediation.audit import queries, record
from mediation.audit.events import FIELDS, AuditEvent
from mediation.audit.labels import EVENTS, FIELD_NAMES, SUBJECTS, details
from mediation.audit.models import AuditHead, AuditRow
from mediation.cases.filters import Filters
from mediation.core import clock
from mediation.core.actor import system
from mediation.core.db import db, transaction
from mediation.core.web.pages import PAGE_SIZE
from tests import personas
from tests.product import Content

START = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai


@pytest.fixture
def content() -> Content:
    return personas.PEOPLE


def note(
    count: int, *, event: AuditEvent = AuditEvent.CASE_VIEWED, persona: str = "committee", case_id: int = 7
) -> None:
    with transaction():
        actor = personas.actor(persona)
        for _number in range(count):
            record.record(actor, event, subject=("case_file", case_id), case_id=case_id)


def chain(app: Flask) -> int:
    with app.app_context():
        return personas.world().committee.id


def sql(app: Flask, statement: str, **values) -> None:
    """What somebody with access to the database could do."""
    with app.app_context(), transaction() as session:
        assert session.execute(sa.text(statement), values).rowcount


def problems(app: Flask) -> list[str]:
    with app.app_context():
        return record.verify(personas.world().committee.id)


def last_position(app: Flask) -> int:
    with app.app_context():
        return db.session.get(AuditHead, personas.world().committee.id).position


def test_an_untouched_chain_is_sound(app: Flask):
    with app.app_context():
        note(3)
        assert record.chains() == sorted({personas.world().committee.id, personas.world().other_committee.id})
    assert problems(app) == []


@pytest.mark.parametrize(
    "change",
    [
        "actor_name = '某人'",
        "case_id = 8",
        "event = 'case_event'",
        "subject_id = 9",
        "address = '192.0.2.1'",
        "at = '2026-01-01 00:00:00'",
    ],
)
def test_a_changed_row_is_found(app: Flask, change: str):
    with app.app_context():
        note(3)
    position = last_position(app) - 1
    sql(
        app,
        f"UPDATE audit_row SET {change} WHERE chain = :chain AND position = :position",
        chain=chain(app),
        position=position,
    )
    assert problems(app) == [f"position {position}: changed"]


def test_a_removed_row_is_found(app: Flask):
    with app.app_context():
        note(3)
    position = last_position(app) - 1
    sql(app, "DELETE FROM audit_row WHERE chain = :chain AND position = :position", chain=chain(app), position=position)
    assert f"position {position}: missing" in problems(app)


def test_a_cut_off_end_is_found(app: Flask):
    with app.app_context():
        note(3)
    position = last_position(app)
    sql(app, "DELETE FROM audit_row WHERE chain = :chain AND position = :position", chain=chain(app), position=position)
    assert problems(app) == [f"head: says {position} rows, found {position - 1}"]


def test_a_removed_row_is_found_although_the_others_were_renumbered(app: Flask):
    with app.app_context():
        note(3)
    where = {"chain": chain(app), "position": last_position(app)}
    sql(app, "DELETE FROM audit_row WHERE chain = :chain AND position = :position - 1", **where)
    sql(app, "UPDATE audit_row SET position = position - 1 WHERE chain = :chain AND position = :position", **where)
    sql(app, "UPDATE audit_head SET position = position - 1 WHERE chain = :chain", chain=where["chain"])
    assert problems(app) == [f"position {where['position'] - 1}: changed"]


def test_the_product_itself_cannot_change_a_row(app: Flask):
    with app.app_context():
        note(1)
        with pytest.raises(RuntimeError, match="append-only"), transaction():
            db.session.scalars(select(AuditRow)).first().actor_name = "某人"


@pytest.mark.parametrize("fields", [{}, {"reason": "x", "name": "y"}])
def test_an_event_takes_exactly_its_fields(app: Flask, fields: dict):
    with app.app_context(), pytest.raises(ValueError, match="takes exactly"):
        record.record(system(1), AuditEvent.LOGIN_FAILED, subject=("user_account", None), **fields)


def test_every_event_and_field_has_a_word():
    assert set(AuditEvent) == FIELDS.keys() == EVENTS.keys()
    assert set().union(*FIELDS.values()) <= FIELD_NAMES.keys()


def test_an_export_is_said_in_words(app: Flask):
    """Which list it was and by what it was narrowed, as links of the figures narrow it too."""
    filters = {"disputes": "1", "settled_from": "2026-10-01", "waiting": "respondent", "main_company": "2"}
    with app.test_request_context():
        said = dict(details({"list": "cases", "filters": filters}, "case_file"))
    assert said["清单"] == "案件" and not re.search("[a-z]", said["条件"])
    assert "等待=被申请人" in said["条件"] and "结果日从=2026-10-01" in said["条件"]


def test_every_filter_of_a_list_has_a_word():
    assert {field.name for field in dataclasses.fields(Filters)} <= FIELD_NAMES.keys()


def test_a_change_names_columns_and_never_values(app: Flask):
    with app.app_context(), transaction():
        station = personas.world().station
        assert record.change(personas.actor("admin"), station, name="新名", district="青浦区") == ["name"]
        assert record.change(personas.actor("admin"), station, name="新名") == []
    with app.app_context():
        (fields,) = db.session.scalars(select(AuditRow.fields).where(AuditRow.subject_kind == "station"))
        assert fields == {"changed": ["name"]}


class TestPage:
    @pytest.fixture
    def admin(self, client: FlaskClient) -> FlaskClient:
        return personas.login(client, "admin")

    def test_all_rows_are_reached_page_by_page_and_back(self, app: Flask):
        with app.app_context():
            note(2 * PAGE_SIZE + 5)
            admin, everything = personas.actor("admin"), queries.Filter(case_id=7)
            seen, page = [], queries.page_for(admin, everything)
            assert page.previous is None
            pages = [page]
            while page.next:
                page = queries.page_for(admin, everything, after=page.next)
                pages.append(page)
            seen = [row.id for one in pages for row in one.rows]
            assert len(seen) == 2 * PAGE_SIZE + 5 and seen == sorted(seen, reverse=True)
            back = queries.page_for(admin, everything, before=page.previous)
            assert [row.id for row in back.rows] == [row.id for row in pages[1].rows]

    def test_filters(self, app: Flask, admin: FlaskClient):
        with app.app_context():
            with clock.frozen_at(START):
                note(1, persona="committee", case_id=7)
            with clock.frozen_at(START + timedelta(hours=2)):
                note(1, persona="duty_lawyer", case_id=8, event=AuditEvent.NOTE_OPENED)

        def found(**filters: str) -> tuple[bool, bool]:
            text = admin.get("/admin/audit", query_string=filters).text.split("<tbody>")[-1]
            return "程鸣" in text, "沈知言" in text

        assert found() == (True, True)
        assert found(case="7") == (True, False)
        assert found(case="8") == (False, True)
        assert found(event="note_opened") == (False, True)
        assert found(person="程") == (True, False)
        assert found(day="2026-11-21") == (True, False)  # 23:00 and 01:00 are two days in Shanghai
        assert found(day="2026年11月22日") == (False, True)
        assert found(person="100%") == (False, False)

    def test_a_filter_nobody_understands_says_so_and_filters_nothing(self, app: Flask, admin: FlaskClient):
        with app.app_context():
            note(1)
        page = admin.get("/admin/audit?day=someday&case=x&event=nothing&after=!!!")
        assert page.status_code == 200
        assert "看不懂这个日期" in page.text and 'value="someday"' in page.text
        assert "程鸣" in page.text

    def test_the_filter_stays_on_the_next_page(self, app: Flask, admin: FlaskClient):
        with app.app_context():
            note(PAGE_SIZE + 1)
        text = admin.get("/admin/audit?case=7").text
        assert "/admin/audit?case=7&amp;after=" in text

    def test_another_committees_rows_are_not_there(self, app: Flask, admin: FlaskClient):
        with app.app_context():
            note(1, persona="committee_elsewhere", case_id=9)
        assert "白宇" not in admin.get("/admin/audit").text
        assert "白宇" not in admin.get("/admin/audit?case=9").text

    def test_tries_with_unknown_names_belong_to_no_committee(self, app: Flask, admin: FlaskClient):
        stranger = app.test_client()
        data = {
            "username": "zhang.san",
            "password": "guessing-it",
            "csrf_token": personas.csrf_token(stranger, "/login"),
        }
        stranger.post("/login", data=data)
        assert "没有符合条件的记录" in admin.get("/admin/audit?event=login_failed").text
        with app.app_context():
            row = db.session.scalars(select(AuditRow).where(AuditRow.event == "login_failed")).one()
            assert row.chain == 0
            assert "zhang" not in str(vars(row))  # people type passwords into the wrong field

    @pytest.mark.parametrize("persona", [one for one in personas.PERSONAS if one != "admin"])
    def test_only_administrators_read_it(self, client: FlaskClient, persona: str):
        assert personas.login(client, persona).get("/admin/audit").status_code == 403

    def test_looking_writes_nothing(self, app: Flask, admin: FlaskClient):
        before = last_position(app)
        admin.get("/admin/audit")
        assert last_position(app) == before


def test_codes_are_said_in_the_words_of_their_feature(app: Flask):
    def said(subject: str, **fields: object) -> list[tuple[str, str]]:
        return [(str(name), value) for name, value in details(fields, subject)]

    with app.test_request_context():
        assert said("case_file", from_state="received", to_state="accepted") == [
            ("原状态", "已登记"),
            ("新状态", "已受理"),
        ]
        assert said("recommendation", to_state="draft") == [("新状态", "起草中")]
        assert said("job_run", job="digest") == [("任务", "晨报")]
        filters = {"by": "company", "preset": "month", "overdue": "1", "x": "y"}
        assert said("case_file", filters=filters) == [("条件", "分组=公司、已逾期=1、期间=本月、x=y")]


def test_every_kind_of_subject_has_a_word():
    source = Path(record.__file__).parents[1]
    kinds = {
        kind
        for file in source.rglob("*.py")
        for kind in re.findall(r'\bsubject=\(\s*"([a-z_]+)"', file.read_text(encoding="utf-8"))
    }
    assert "report_recipient" in kinds and kinds <= set(SUBJECTS)
