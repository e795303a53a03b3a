"""The administrator's pages of working days, rules and jobs."""

from __future__ import annotations

import io
from datetime import date
from html import unescape
from importlib import resources

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mediation.audit.models import AuditRow
from mediation.core import jobs
from mediation.core.db import db
from mediation.deadlines import queries
from mediation.deadlines.calendar import CalendarYear, DayKind, load_years
from mediation.deadlines.yearfile import as_text, read_days
from tests import personas

LINES = "2027-01-01,法定节假日,元旦\n2027-01-02,rest_day,元旦"
PAGES = ("/admin/calendar", "/admin/proposals", "/admin/calendar?year=2027", "/admin/calendar/2027", "/admin/rules", "/admin/rules/PM-1M",
         "/admin/jobs")  # fmt: skip


def version(app: Flask) -> str:
    """The calendar that a preview was made with."""
    with app.app_context():
        return queries.calendar().version


@pytest.fixture
def admin(client: FlaskClient) -> FlaskClient:
    return personas.login(client, "admin")


@pytest.mark.parametrize("page", PAGES)
def test_pages_open_for_the_administrator_alone(app: Flask, page: str):
    assert personas.login(app.test_client(), "admin").get(page).status_code == 200
    assert personas.login(app.test_client(), "committee").get(page).status_code == 403
    assert app.test_client().get(page).status_code == 302


def test_a_missing_year_says_what_it_means(admin: FlaskClient):
    assert "2027 年尚未录入" in admin.get("/admin/calendar?year=2027").get_data(as_text=True)
    assert "国办发明电〔2025〕7号" in admin.get("/admin/calendar?year=2026").get_data(as_text=True)


def test_a_preview_writes_nothing_and_saving_does(admin: FlaskClient, app: Flask):
    data = {"source": "国办发明电〔2026〕0号", "days": LINES, "seen": version(app)}
    answer = personas.post(admin, "/admin/calendar/2027", data)
    assert answer.status_code == 200
    assert "保存后会改变" in answer.get_data(as_text=True)
    with app.app_context():
        assert not queries.calendar().is_known(2027)
    assert personas.post(admin, "/admin/calendar/2027", {**data, "save": "propose"}).status_code == 303
    with app.app_context():
        calendar = queries.calendar()
        assert (calendar.kind(date(2027, 1, 1)), calendar.name(date(2027, 1, 2))) == (
            DayKind.STATUTORY_HOLIDAY,
            "元旦",
        )
        row = db.session.scalars(select(AuditRow).where(AuditRow.subject_kind == "calendar_year")).one()
        assert row.fields == {"changed": ["2027-01-01", "2027-01-02"]}


def test_a_file_takes_the_place_of_the_text(admin: FlaskClient, app: Flask):
    content = b'\xef\xbb\xbf[{"day": "2027-01-01", "kind": "statutory_holiday", "name": "x"}]'
    file = (io.BytesIO(content), "2027.json")
    data = {"source": "x", "days": "", "file": file, "save": "propose", "seen": version(app)}
    assert personas.post(admin, "/admin/calendar/2027", data).status_code == 303
    with app.app_context():
        assert [entry.source for entry in queries.days_of_year(2027)] == ["x"]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ("2027-01-01,节日,元旦", "第 1 行：看不懂日期的性质"),
        ("day,kind,name\n2027-01-01,rest_day\nsoon,rest_day", "第 3 行：看不懂日期"),
        ("2025-12-31,rest_day", "不在 2027 年"),
        ("2027-01-02,workday", "第 1 行：2027-01-02 是周末"),
        ("2027-01-01,rest_day\n2027-01-01,rest_day", "日期重复"),
        ("2027-01-04,makeup_workday", "不是周末"),
        ("[1, 2]", "第 1 项"),
        ('[\n{"day": "2027-01-01"},\n{"day": "2027-13-01", "kind": "rest_day"}]', "第 3 行：看不懂日期"),
        ("{", "第 1 行：JSON 有错误"),
        ('{"year": 2026}', "文件是 2026 年的"),
    ],
)
def test_days_that_cannot_be_used_are_named_and_nothing_is_saved(admin: FlaskClient, app: Flask, days: str, words: str):
    data = {"source": "x", "days": days, "save": "propose", "seen": version(app)}
    answer = personas.post(admin, "/admin/calendar/2027", data)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    with app.app_context():
        assert not queries.calendar().is_known(2027)


def test_every_line_that_cannot_be_used_is_named_at_once_and_the_text_stays(admin: FlaskClient):
    lines = "2027-01-01,rest_day\n2027-01-04,makeup_workday\nsoon,rest_day\n2027-01-01,rest_day"
    data = {"source": "x", "days": "", "file": (io.BytesIO(lines.encode()), "days.csv")}
    page = unescape(personas.post(admin, "/admin/calendar/2027", data).get_data(as_text=True))
    for said in ("第 2 行：2027-01-04 不是周末", "第 3 行：看不懂日期", "第 4 行：日期重复：2027-01-01 已写在第 1 行"):
        assert said in page
    assert lines in page


@pytest.mark.parametrize("year", load_years(), ids=lambda year: str(year.year))
def test_the_shape_of_the_shipped_years_and_the_lines_are_read_alike(app: Flask, year: CalendarYear):
    file = resources.files("mediation.deadlines") / "years" / f"{year.year}.json"
    with app.test_request_context():
        assert tuple(read_days(file.read_text("utf-8"), year.year, "x")) == year.days
        assert tuple(read_days(as_text(year.days, year.source), year.year, year.source)) == year.days


def test_an_empty_year_is_refused(admin: FlaskClient, app: Flask):
    data = {"source": "x", "days": "", "save": "propose", "seen": version(app)}
    answer = personas.post(admin, "/admin/calendar/2027", data)
    assert answer.status_code == 422


def test_one_day_is_previewed_within_its_whole_year(admin: FlaskClient):
    answer = personas.post(admin, "/admin/calendar/2026/day", {"day": "2026-11-23", "kind": "rest_day", "name": "示例"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "2026-11-23,rest_day,示例" in text
    assert "2026-10-01,statutory_holiday,国庆节" in text
    answer = personas.post(admin, "/admin/calendar/2026/day", {"day": "2027-11-23", "kind": "rest_day"})
    assert answer.status_code == 422


def test_a_rule_is_changed_with_a_reason(admin: FlaskClient, app: Flask):
    data = {"length": "9", "unit": "calendar_day", "rolls": "y", "article": "本会内部规定"}
    assert personas.post(admin, "/admin/rules/RV-PERFORM-7D", data).status_code == 422
    previewed = personas.post(admin, "/admin/rules/RV-PERFORM-7D", {**data, "reason": "会议决定"})
    assert previewed.status_code == 200
    with app.app_context():
        assert queries.rule("RV-PERFORM-7D").version == 1
    answer = personas.post(admin, "/admin/rules/RV-PERFORM-7D", {**data, "reason": "会议决定", "save": "1"})
    assert answer.status_code == 303
    with app.app_context():
        rule = queries.rule("RV-PERFORM-7D")
        assert (rule.length, rule.version, rule.note, rule.verified) == (9, 2, "会议决定", False)
    assert "未核实" in admin.get("/admin/rules/RV-PERFORM-7D").get_data(as_text=True)
    assert admin.get("/admin/rules/NO-SUCH").status_code == 404


def test_a_failed_job_is_seen(admin: FlaskClient, app: Flask):
    with app.app_context():
        assert jobs.claim("deadlines_daily", "2026-11-22", "here") == 1
        assert jobs.fail("deadlines_daily", "2026-11-22", "here", 1, "OperationalError: disk full")
    text = admin.get("/admin/jobs").get_data(as_text=True)
    assert "1 个任务失败" in text
    assert "OperationalError: disk full" in text
