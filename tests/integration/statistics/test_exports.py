"""The page, the spreadsheet, the PDF and the JSON hold the same figures; small ones are hidden in all of them alike."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from mediation.accounts.models import SavedView
from mediation.audit.models import AuditRow
from mediation.companies import service as companies
from mediation.companies.models import Company
from mediation.core import clock
from mediation.core.db import db, transaction
from mediation.statistics import columns, small_cells
from mediation.statistics.display import shown
from tests import personas

HALF_A_YEAR = {"from": "2026-01-01", "to": "2026-06-30"}
OWN, REGION, OUTLET = "云岫速运集团有限公司", "云岫速运华东有限公司", "云岫速运青浦网点"


@pytest.fixture(autouse=True)
def november():
    with clock.frozen_at(datetime(2026, 11, 22, 10, 0, tzinfo=clock.SHANGHAI)):
        yield


@pytest.fixture
def ids(app: Flask) -> dict[str, int]:
    with app.app_context():
        return dict(db.session.execute(select(Company.name, Company.id)).all())


@pytest.fixture
def counted(app: Flask, ids: dict[str, int]) -> None:
    """Every outlet of one company has its couriers."""
    with app.app_context(), transaction():
        committee = personas.actor("committee")
        tree = db.session.scalars(select(Company).where(Company.level1_id == ids[OWN])).all()
        for at, company in enumerate(sorted(tree, key=lambda one: one.name)):
            figure = {"from_on": date(2026, 1, 1), "couriers": 100 * at + 50, "source": "总部月报"}
            companies.record_headcount(committee, company=company, **figure)


def table_of(page: str) -> list[list[tuple[str, str]]]:
    """The rows of the page's table: (figure, how it differs), the name first."""
    table = page[page.index('id="figures"') :]
    rows = table[: table.index("</table>")].split("<tr>")[2:]
    found = []
    for row in rows:
        name = re.sub(r"<[^>]+>", "", re.search(r'<th scope="row">(.*?)</th>', row, re.S)[1])
        cells = re.findall(r'<td class="num">(?:<a [^>]+>)?([^<]+)(?:</a>)?(?:<small class="change">([^<]*))?', row)
        found.append([(unescape(name).strip(), ""), *((unescape(text), how) for text, how in cells)])
    return found


def sheet_of(content: bytes) -> list[list[object]]:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def squeezed(content: bytes) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


def as_shown(code: str, cell: object) -> str:
    """A cell of the spreadsheet as the page writes it."""
    if isinstance(cell, str):
        return cell
    if cell is not None and columns.measure(code).unit == "fen":
        cell = round(float(cell) * 100)
    return shown(code, cell)


@pytest.mark.parametrize(
    ("by", "show", "compare", "mask"),
    [
        ("company", "all", "before", None),
        ("company", "all", "year", "1"),
        ("cause", "overview", "year", None),
        ("month", "counts", "before", "1"),
        ("outcome", None, "before", None),
    ],
)
def test_page_spreadsheet_pdf_and_json_agree(client: FlaskClient, ids, counted, by, show, compare, mask):
    personas.login(client, "committee")
    wanted = {"by": by, "show": show, "compare": compare, "mask": mask, "company": ids[OWN], **HALF_A_YEAR}
    page = client.get("/statistics/", query_string=wanted).text
    rows = table_of(page)
    codes = columns.OUTCOME_COLUMNS if by == "outcome" else columns.GROUPS[show]
    told = client.get("/statistics/figures.json", query_string=wanted).json
    assert [column["code"] for column in told["columns"]] == list(codes)
    for row, said in zip(rows, [*told["rows"], told["total"]], strict=True):
        assert row[0][0] == said["name"]
        assert [text for text, _how in row[1:]] == [said["texts"][code] for code in codes]
        assert [how for _text, how in row[1:]] == [said["changes"][code] for code in codes]
        for code in codes:
            mark = said["hidden"].get(code)
            assert said["texts"][code] == (mark or shown(code, said["values"][code]))
    sheet = sheet_of(client.get("/statistics/export.xlsx", query_string=wanted).data)
    for row, line in zip(rows, sheet[1:], strict=False):
        assert row[0][0] == line[0]
        figures = line[1 : 2 * len(codes) : 2]
        assert [text for text, _how in row[1:]] == [as_shown(*pair) for pair in zip(codes, figures, strict=True)]
    text = squeezed(client.get("/statistics/export.pdf", query_string=wanted).data)
    for row in rows:
        for figure, how in row[1:]:
            assert figure.replace(" ", "") in text
            assert how.replace(" ", "") in text
    assert f"共{len(rows) - 1}行" in text
    for tile in told["tiles"]:
        assert tile["text"] in page and tile["before"] in page


def test_the_pdf_says_what_it_is(app: Flask, client: FlaskClient, ids):
    personas.login(client, "committee")
    answer = client.get("/statistics/export.pdf", query_string={"company": ids[OWN], "mask": "1", **HALF_A_YEAR})
    text = squeezed(answer.data)
    for said in ("统计期2026-01-01至2026-06-30", OWN, "收案：登记日在统计期内的案件数", "小于3的数以“<3”表示"):
        assert said in text
    with app.app_context():
        logged = db.session.scalars(select(AuditRow).where(AuditRow.event == "list_exported")).one()
        assert (logged.fields["format"], logged.fields["filters"]["mask"]) == ("pdf", "1")


def test_hidden_figures_open_nothing_and_are_hidden_in_every_file(client: FlaskClient, ids):
    personas.login(client, "committee")
    wanted = {"by": "cause", "show": "all", "mask": "1", "from": "2026-03-01", "to": "2026-03-31"}
    told = client.get("/statistics/figures.json", query_string=wanted).json
    hidden = [(row, code) for row in told["rows"] for code in row["hidden"]]
    assert hidden
    for row, code in hidden:
        assert row["values"][code] is None and code not in row["lists"]
    open_ones = client.get("/statistics/figures.json", query_string={**wanted, "mask": None}).json
    seen = {row["name"]: row["values"] for row in open_ones["rows"]}
    for row in told["rows"]:
        for code in ("cases", "closed", "concluded", "settled", "failed", "withdrawn", "workers"):
            value = seen[row["name"]][code]
            assert not 0 < value < small_cells.THRESHOLD or code in row["hidden"]
        if "settled" in row["hidden"]:
            assert {"settlement_rate", "median_days", "agreed_fen"} <= row["hidden"].keys()
    text = client.get("/statistics/export.csv", query_string=wanted).data.decode("utf-8-sig")
    assert small_cells.SMALL in text
    assert '<td class="num">&lt;3</td>' in client.get("/statistics/", query_string=wanted).text


def test_rates_stand_where_every_outlet_has_a_figure(app: Flask, client: FlaskClient, ids, counted):
    personas.login(client, "hr_same_company")
    told = client.get("/statistics/figures.json", query_string={"by": "outlet", **HALF_A_YEAR}).json
    rates = [row["values"]["rate"] for row in told["rows"] if row["values"]["rate"] is not None]
    assert rates and rates == sorted(rates, reverse=True)  # compared by rate and not by size
    assert all(OWN[:2] in row["name"] or row["name"].startswith("（") for row in told["rows"])
    whole = told["total"]["values"]
    assert whole["rate"] == pytest.approx(1000 * whole["cases"] / (50 + 150 + 250 + 350))
    committee = personas.login(app.test_client(), "committee")
    everything = committee.get("/statistics/figures.json", query_string=HALF_A_YEAR).json
    assert everything["total"]["texts"]["rate"] == "—"
    assert any("没有登记人数" in note and "远岚物流集团有限公司" in note for note in everything["notes"])


def test_views_are_kept_opened_and_removed_by_their_owner(app: Flask, client: FlaskClient):
    personas.login(client, "committee")
    kept = {"view_name": "上月按案由", "by": "cause", "preset": "last_month", "show": "days"}
    answer = personas.post(client, "/statistics/views", kept)
    assert answer.status_code == 303 and "preset=last_month" in answer.headers["Location"]
    for name, said in ((" ", "请给视图起个名字"), ("长" * 61, "最多 60 个字")):
        refused = personas.post(client, "/statistics/views", kept | {"view_name": name})
        assert refused.status_code == 422 and said in refused.text
        assert f'value="{name.strip()}"' in refused.text and 'name="preset" value="last_month"' in refused.text
    page = client.get("/statistics/").text
    link = re.search(r'<a href="([^"]+)">上月按案由</a>', page)[1].replace("&amp;", "&")
    with clock.frozen_at(datetime(2027, 1, 5, 10, 0, tzinfo=clock.SHANGHAI)):
        assert "2026-12-01" in client.get(link.replace("/statistics/", "/statistics/figures.json")).text
    assert "上月按案由" not in client.get("/cases/").text
    with app.app_context():
        view = db.session.scalar(select(SavedView.id).where(SavedView.page == "statistics"))
    other = personas.login(app.test_client(), "duty_lawyer")
    assert "上月按案由" not in other.get("/statistics/").text
    assert personas.post(other, f"/statistics/views/{view}/remove").status_code == 404
    assert personas.post(client, f"/cases/views/{view}/remove").status_code == 404
    assert personas.post(client, f"/statistics/views/{view}/remove").status_code == 303
    assert "上月按案由" not in client.get("/statistics/").text


def test_the_yearbook_page_and_sheet(client: FlaskClient, ids):
    personas.login(client, "committee")
    page = client.get("/statistics/yearbook", query_string=HALF_A_YEAR).text
    found = dict(re.findall(r'<th scope="row"[^>]*>([^<]+)</th><td class="num">([\d,]+)</td><td>', page))
    assert int(found["上期未结案件数"]) + int(found["当期受理案件数"]) + int(found["当期重新打开案件数"]) == int(
        found["当期结案案件数"]
    ) + int(found["期末未结案件数"])
    causes = [int(number) for label, number in found.items() if label.startswith("按争议原因")]
    assert len(causes) == 5 and sum(causes) == int(found["当期受理案件数"]) > 0
    book = load_workbook(io.BytesIO(client.get("/statistics/export.xlsx", query_string=HALF_A_YEAR).data))
    sheet = {str(row[0]).strip("　"): row[2] for row in book["年鉴口径"].iter_rows(min_row=2, values_only=True)}
    assert {label: str(sheet[label]) for label in found} == found
    told = client.get("/statistics/figures.json", query_string={"show": "counts", **HALF_A_YEAR}).json
    peoples = [row for row in book["人民调解口径"].iter_rows(min_row=2, values_only=True) if row[0] == "合计"]
    assert peoples[0][1] == told["total"]["values"]["cases"]
    lines = csv.reader(io.StringIO(client.get("/statistics/export.csv", query_string=HALF_A_YEAR).text))
    assert any(row and row[0] == "合计" for row in lines)


def test_the_companys_page_shows_its_year(app: Flask, client: FlaskClient, ids, counted):
    personas.login(client, "hr_same_company")
    page = client.get(f"/companies/{ids[OWN]}").text
    told = client.get("/statistics/figures.json", query_string={"preset": "twelve", "show": "overview"}).json
    panel = page[page.index("近12个月") : page.index("快递员人数")]
    for code in ("cases", "rate", "settlement_rate", "median_days", "received_fen"):
        assert f">{told['total']['texts'][code]}<" in panel
    police = personas.login(app.test_client(), "police_here")
    assert "近12个月" not in police.get(f"/companies/{ids[OWN]}").text
