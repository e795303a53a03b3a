"""The work list as a file, saved views, the slip: exactly what is filtered, and a trace of who took it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from mediation.accounts.models import SavedView
from mediation.audit.models import AuditRow
from mediation.cases import queries, tables
from mediation.cases.filters import Filters
from mediation.cases.routes import list as list_routes
from mediation.core.db import db, transaction
from tests import personas
from tests.factories import casefiles, worklist
from tests.factories.worklist import TODAY
from tests.product import Content


@pytest.fixture
def content() -> Content:
    return worklist.CONTENT


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    with casefiles.at(TODAY):
        yield app


def sheet_of(data: bytes) -> list[list[object]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [[cell.value for cell in row] for row in book.active.iter_rows()]


def numbers_for(app: Flask, persona: str, args: dict[str, str]) -> list[str]:
    with app.app_context():
        wanted = worklist.everything().visible(persona)
        filters = Filters.from_args(args)
        assert {row.number for row in queries.export_for(personas.actor(persona), Filters())} == {
            c.number for c in wanted
        }
        return sorted(row.number for row in queries.export_for(personas.actor(persona), filters))


@pytest.mark.parametrize("persona", ["committee", "duty_lawyer", "hr_same_company"])
@pytest.mark.parametrize("args", [{}, {"open": "1"}, {"q": "周"}, {"state": "closed", "track": "labour"}])
def test_both_files_hold_exactly_the_filtered_rows(app: Flask, persona: str, args: dict[str, str]) -> None:
    wanted = numbers_for(app, persona, args)
    client = personas.login(app.test_client(), persona)
    text = client.get("/cases/export.csv", query_string=args)
    assert text.data.startswith(b"\xef\xbb\xbf") and "attachment" in text.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(text.data.decode("utf-8-sig"))))
    assert sorted(row[0] for row in rows[1:-1]) == wanted
    assert rows[-1] == [f"共 {len(wanted)} 件"]
    sheet = sheet_of(client.get("/cases/export.xlsx", query_string=args).data)
    assert sheet[0] == rows[0] == tables_headings(app)
    assert sorted(row[0] for row in sheet[1:-1]) == wanted
    assert sheet[-1][0] == f"共 {len(wanted)} 件"


def tables_headings(app: Flask) -> list[str]:
    with app.test_request_context():
        return [str(heading) for heading in tables.headings()]


def test_who_took_what_is_written_down_without_the_word_searched(app: Flask) -> None:
    client = personas.login(app.test_client(), "duty_lawyer")
    client.get("/cases/export.csv", query_string={"q": "周明", "open": "1"})
    with app.app_context():
        row = db.session.scalars(select(AuditRow).where(AuditRow.event == "list_exported")).one()
        assert row.fields["format"] == "csv" and row.fields["filters"] == {"q": "…", "open": "1"}
        found = queries.count_for(personas.actor("duty_lawyer"), Filters(q="周明", open=True), cap=None)
        assert row.fields["rows"] == found and "周明" not in str(row.fields)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "\t", "\r"])
def test_no_cell_is_a_formula(start: str) -> None:
    assert tables.safe_cell(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"
    assert tables.safe_cell("周明远") == "周明远" and tables.safe_cell(-5) == -5 and tables.safe_cell(None) is None


def test_a_name_that_looks_like_a_formula_stays_text(app: Flask) -> None:
    with app.app_context(), transaction():
        casefiles.open_wages(personas.actor("duty_lawyer"), applicants=(casefiles.applicant("=HYPERLINK(1)"),))
    client = personas.login(app.test_client(), "duty_lawyer")
    text = client.get("/cases/export.csv").get_data(as_text=True)
    assert "'=HYPERLINK(1)" in text and ",=HYPERLINK" not in text
    book = openpyxl.load_workbook(io.BytesIO(client.get("/cases/export.xlsx").data))
    cells = [cell for row in book.active.iter_rows() for cell in row if "HYPERLINK" in str(cell.value)]
    assert cells and all(cell.data_type == "s" and str(cell.value).startswith("'") for cell in cells)


def test_a_list_too_long_for_a_sheet_is_refused_in_words(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_routes, "MOST_SHEET_ROWS", 5)
    client = personas.login(app.test_client(), "committee")
    answer = client.get("/cases/export.xlsx")
    assert answer.status_code == 422 and "超过 5 行" in answer.get_data(as_text=True)
    assert client.get("/cases/export.csv").status_code == 200


def test_saved_views_are_ones_own(app: Flask) -> None:
    client = personas.login(app.test_client(), "duty_lawyer")
    save = {"view_name": " 我的劳动争议 ", "track": "labour", "open": "1", "nonsense": "x"}
    answer = personas.post(client, "/cases/views", save)
    assert answer.status_code == 303 and answer.location == "/cases/?track=labour&open=1"
    page = client.get("/cases/").get_data(as_text=True)
    assert "我的劳动争议" in page and "/cases/?open=1&amp;track=labour" in page.replace(
        "track=labour&amp;open=1", "open=1&amp;track=labour"
    )
    # The same name again replaces; no name saves nothing.
    personas.post(client, "/cases/views", {"view_name": "我的劳动争议", "state": "closed"})
    personas.post(client, "/cases/views", {"view_name": "  ", "state": "closed"})
    with app.app_context():
        view = db.session.scalars(select(SavedView)).one()
        assert view.filters == {"state": "closed"}
        view_id = view.id
    assert f"/cases/views/{view_id}/remove" in client.get("/cases/?state=closed").get_data(as_text=True)
    other = personas.login(app.test_client(), "judicial_here")
    assert "我的劳动争议" not in other.get("/cases/").get_data(as_text=True)
    assert personas.post(other, f"/cases/views/{view_id}/remove").status_code == 404
    assert personas.post(client, f"/cases/views/{view_id}/remove").status_code == 303
    assert "我的劳动争议" not in client.get("/cases/").get_data(as_text=True)


@pytest.mark.parametrize(("typed", "said"), [("长" * 61, "最多 60 个字"), (" 　", "请给视图起个名字")])
def test_a_view_with_a_name_that_cannot_be_kept_is_refused_and_nothing_typed_is_lost(
    app: Flask, typed: str, said: str
) -> None:
    client = personas.login(app.test_client(), "duty_lawyer")
    answer = personas.post(client, "/cases/views", {"view_name": typed, "track": "labour", "open": "1"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert re.findall(r'<p class="field-error" id="view_name-error">([^<]*)<', page) == [said]
    assert "data-focus" in page  # the form stands below the list
    assert f'name="view_name" required type="text" value="{typed.strip()}"' in page and "maxlength" not in page
    assert '<input type="hidden" name="track" value="labour">' in page  # the filters, too
    with app.app_context():
        assert db.session.scalars(select(SavedView)).all() == []
    assert personas.post(client, "/cases/views", {"view_name": "长" * 60, "track": "labour"}).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(SavedView.name)).one() == "长" * 60


def test_the_slip_says_number_and_next_day_and_nothing_private(app: Flask) -> None:
    with casefiles.at(date(2026, 3, 16)), app.app_context(), transaction():
        number = casefiles.open_wages(personas.actor("duty_lawyer")).number
    client = personas.login(app.test_client(), "duty_lawyer")
    page = client.get(f"/cases/{number}/slip").get_data(as_text=True)
    assert number in page and "<svg" in page and "周明远" in page and "2026年3月19日" in page
    assert casefiles.PHONE not in page and "示例路" not in page and " style=" not in page
    assert personas.login(app.test_client(), "lawyer_elsewhere").get(f"/cases/{number}/slip").status_code == 404
