"""The pages: every number opens a list of that many cases, nobody sees another's figures, exports are the table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from mediation.audit.models import AuditRow
from mediation.cases.tables import safe_cell
from mediation.companies.models import Company
from mediation.core import clock
from mediation.core.db import db, transaction
from mediation.statistics import columns
from mediation.statistics.metrics import DEFINED
from tests import personas

MARCH = {"from": "2026-01-01", "to": "2026-06-30"}


def numbers(page: str, codes: Sequence[str]) -> list[tuple[str, str, str]]:
    """The figures of the table: (code, address of its list or nothing, text)."""
    table = page[page.index('id="figures"') :]
    found = []
    for row in table[: table.index("</table>")].split("<tr>")[2:]:
        cells = re.findall(r'<td class="num">(?:<a href="([^"]+)">)?([^<]+)', row)
        assert len(cells) == len(codes)
        found += [(code, unescape(address), text) for code, (address, text) in zip(codes, cells, strict=True)]
    return found


def said_by(listed: str) -> str:
    """How many cases a list says that it holds."""
    return re.search(r'class="sub">\s*(\d+) 件', listed)[1]


@pytest.fixture(autouse=True)
def november():
    with clock.frozen_at(datetime(2026, 11, 22, 10, 0, tzinfo=clock.SHANGHAI)):
        yield


@pytest.fixture
def ids(app: Flask) -> dict[str, int]:
    with app.app_context():
        return dict(db.session.execute(select(Company.name, Company.id)).all())


def get(client: FlaskClient, address: str, **arguments: object):
    return client.get(address, query_string=arguments)


BYS = ("company", "cause", "station", "month", "track", "relationship")


@pytest.mark.parametrize("by", BYS)
@pytest.mark.parametrize("who", ["committee", "duty_lawyer", "hr_same_company"])
def test_each_number_opens_that_many_cases(client: FlaskClient, who: str, by: str):
    personas.login(client, who)
    page = get(client, "/statistics/", by=by, show="counts", **MARCH)
    assert page.status_code == 200
    shown = [
        (address, text)
        for code, address, text in numbers(page.text, columns.GROUPS["counts"])
        if columns.ALL[code].unit == "case" and text != "0"
    ]
    assert shown
    for address, number in sorted(set(shown)):
        listed = client.get(address)
        assert listed.status_code == 200, address
        assert said_by(listed.text) == number, address


def test_each_result_opens_its_cases(client: FlaskClient):
    personas.login(client, "committee")
    page = get(client, "/statistics/", by="outcome", **MARCH).text
    shown = [row for row in numbers(page, columns.OUTCOME_COLUMNS) if row[0] == "concluded" and row[1]]
    assert len(shown) > 3
    for _code, address, number in shown:
        assert said_by(client.get(address).text) == number, address
    parts = [
        float(text.rstrip("%")) for code, _address, text in numbers(page, columns.OUTCOME_COLUMNS) if code == "part"
    ]
    assert sum(parts[:-1]) == pytest.approx(100, abs=0.5) and parts[-1] == 100


def test_down_the_tree_and_up_again(client: FlaskClient, ids: dict[str, int]):
    personas.login(client, "committee")
    page = get(client, "/statistics/", company=ids["云岫速运集团有限公司"], **MARCH)
    assert "云岫速运华东有限公司" in page.text and "云岫速运集团有限公司（本级）" in page.text
    assert "远岚物流集团有限公司" not in page.text
    page = get(client, "/statistics/", company=ids["云岫速运华东有限公司"], **MARCH)
    assert f"company={ids['云岫速运集团有限公司']}" in page.text and "云岫速运青浦网点" in page.text


def test_hr_sees_its_own_company_alone(client: FlaskClient, ids: dict[str, int]):
    personas.login(client, "hr_same_company")
    for by in (*BYS, "outlet", "outcome", "qq"):
        page = get(client, "/statistics/", by=by, **MARCH)
        assert page.status_code == 200 and "远岚物流集团有限公司" not in page.text
    assert get(client, "/statistics/", company=ids["远岚物流集团有限公司"]).status_code == 404
    assert get(client, "/statistics/export.csv", company=ids["远岚物流集团有限公司"]).status_code == 404


@pytest.mark.parametrize(
    ("who", "statistics", "reports"),
    [
        ("committee", 200, 200),
        ("duty_lawyer", 200, 403),
        ("hr_same_company", 200, 403),
        ("police_here", 403, 403),
        ("admin", 403, 403),
    ],
)
def test_who_may_open_what(client: FlaskClient, who: str, statistics: int, reports: int):
    personas.login(client, who)
    assert client.get("/statistics/").status_code == statistics
    assert client.get("/reports/").status_code == reports
    assert client.get("/reports/2026-11/draft.pdf").status_code == reports


@pytest.mark.parametrize(
    "query",
    [
        "preset=zz&show=zz&compare=zz&mask=zz&relationship=zz",
        "company=abc&station=1x&cause=%00&track=zz&by=qq",
        "company_name=%00",
        "company_name=a%00b",
    ],
)
def test_a_mistyped_address_still_shows_a_page(client: FlaskClient, query: str):
    personas.login(client, "committee")
    assert client.get(f"/statistics/?{query}").status_code == 200


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [
        ("昨日x", "2026-06-30", {"from": "看不懂这个日期"}),
        ("2026-01-01", "2026-13-99", {"to": "看不懂这个日期"}),
        ("0001-01-01", "0001-02-01", {"from": "看不懂这个日期", "to": "看不懂这个日期"}),
        ("1900-01-01", "1900-02-01", {"from": "日期不能早于 1901-01-01"}),
        ("2026-05-01", "2026-01-01", {"to": "结束日早于开始日"}),
    ],
)
@pytest.mark.parametrize("address", ["/statistics/", "/statistics/yearbook"])
def test_days_that_make_no_period_stay_typed_with_the_reason_beside_them(
    client: FlaskClient, address: str, first: str, last: str, why: dict[str, str]
):
    personas.login(client, "committee")
    page = get(client, address, **{"from": first, "to": last, "preset": "last_year"}).text
    assert f'value="{first}"' in page and f'value="{last}"' in page
    assert page.count('class="field-error"') == len(why)
    for field, words in why.items():
        assert f'<p class="field-error" id="{field}-error">{words}' in page
    # What is shown instead is said, in words and as the period of the page.
    assert "以下是本月的数字" in page and "2026年11月1日 — 2026年11月30日" in page
    assert '<details class="filters" open>' in page


def test_a_program_is_refused_days_that_make_no_period(client: FlaskClient):
    personas.login(client, "committee")
    for path in ("export.csv", "export.xlsx", "export.pdf", "figures.json"):
        answer = get(client, f"/statistics/{path}", **{"from": "2026-05-01", "to": "2026-01-01"})
        assert answer.status_code == 422 and "结束日早于开始日" in answer.text


def test_days_are_read_as_people_write_them(client: FlaskClient):
    personas.login(client, "committee")
    page = get(client, "/statistics/", **{"from": "2026/1/1", "to": "６月30日"}).text
    assert "2026年1月1日 — 2026年6月30日" in page and "field-error" not in page


def test_definitions_stand_on_the_page(client: FlaskClient):
    personas.login(client, "committee")
    page = get(client, "/statistics/", show="all", **MARCH)
    for measure in DEFINED:
        assert measure.definition in page.text and f'id="means-{measure.code}"' in page.text
    for show in columns.GROUPS:
        short = get(client, "/statistics/", show=show, **MARCH).text
        asked_for = set(re.findall(r'href="#means-(\w+)"', short))
        assert asked_for == set(re.findall(r'id="means-(\w+)"', short)) >= set(columns.GROUPS[show])
        assert show == "all" or "全部指标的口径" in short


def test_the_export_is_the_table(app: Flask, client: FlaskClient):
    personas.login(client, "committee")
    page = get(client, "/statistics/", **MARCH).text
    answer = get(client, "/statistics/export.csv", **MARCH)
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    named = [row[0] for row in rows[1:]]
    assert {"云岫速运集团有限公司", "远岚物流集团有限公司", "（未记公司）", "合计"} <= set(named)
    assert rows[-2] == ["共 3 行"] and "2026-01-01" in rows[-1][0]
    total = rows[named.index("合计") + 1]
    assert re.search(rf">{total[1]}<", page)
    book = load_workbook(io.BytesIO(get(client, "/statistics/export.xlsx", **MARCH).data))
    assert [str(cell) for cell in next(book.worksheets[0].iter_rows(min_row=1, max_row=1, values_only=True))] == rows[0]
    with app.app_context():
        logged = db.session.scalars(
            select(AuditRow).where(AuditRow.event == "list_exported").order_by(AuditRow.id)
        ).all()
        assert [(row.fields["list"], row.fields["rows"], row.fields["format"]) for row in logged] == [
            ("statistics", 3, "csv"),
            ("statistics", 3, "xlsx"),
        ]


def test_a_company_named_like_a_formula_stays_a_name(app: Flask, client: FlaskClient, ids: dict[str, int]):
    name = '=HYPERLINK("x")'
    with app.app_context(), transaction():
        db.session.get_one(Company, ids["远岚物流集团有限公司"]).name = name
    personas.login(client, "committee")
    rows = csv.reader(io.StringIO(get(client, "/statistics/export.csv", **MARCH).data.decode("utf-8-sig")))
    assert safe_cell(name) in [row[0] for row in rows] and safe_cell(name).startswith("'")
    book = load_workbook(io.BytesIO(get(client, "/statistics/export.xlsx", **MARCH).data))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert safe_cell(name) in [cell.value for cell in cells]


def test_issue_a_report_and_take_it_home(app: Flask, client: FlaskClient):
    personas.login(client, "committee")
    assert "还没有出具过月报" in client.get("/reports/").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/reports/").text)[1]
    for said in ("第1版已出具", "数字没有变化"):
        answer = client.post("/reports/make", data={"month": "2026-03", "csrf_token": token}, follow_redirects=True)
        assert answer.status_code == 200 and said in answer.text
    pdf = client.get("/reports/2026-03/1.pdf")
    assert pdf.data.startswith(b"%PDF-") and "filename" in pdf.headers["Content-Disposition"]
    assert client.get("/reports/2026-03/1.pdf").data == pdf.data
    assert client.get("/reports/2026-03/1.xlsx").data.startswith(b"PK")
    assert client.get("/reports/2026-11/draft.pdf").data.startswith(b"%PDF-")
    assert [
        client.get(f"/reports/{path}").status_code for path in ("2026-03/2.pdf", "x/1.pdf", "2026-12/draft.pdf")
    ] == [404] * 3
    with app.app_context():
        events = db.session.scalars(select(AuditRow.event).where(AuditRow.subject_kind == "monthly_report")).all()
        assert events.count("report_made") == 1 and events.count("report_opened") == 6


def test_a_month_that_is_not_offered_is_refused(client: FlaskClient):
    personas.login(client, "committee")
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/reports/").text)[1]
    assert client.post("/reports/make", data={"month": "2026-11", "csrf_token": token}).status_code == 422


def test_a_company_can_be_typed_where_no_script_runs(client: FlaskClient, ids: dict[str, int]):
    personas.login(client, "committee")
    found = get(client, "/statistics/", company="", company_name="远岚物流集团有限公司", **MARCH)
    assert "远岚物流集团有限公司（本级）" in found.text and "云岫速运集团有限公司" not in found.text
    unknown = get(client, "/statistics/", company_name="无此公司", **MARCH)
    assert "没有找到公司“无此公司”" in unknown.text
    emptied = get(client, "/statistics/", company=ids["远岚物流集团有限公司"], company_name="", **MARCH)
    assert "云岫速运集团有限公司" in emptied.text
