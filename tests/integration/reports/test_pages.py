"""From a number of the report to the cases behind it in two clicks, on the page as in the PDF."""

from __future__ import annotations

import io
import re
from datetime import date
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import func, select

from mediation.audit.models import AuditRow
from mediation.cases.filters import Filters
from mediation.cases.models import Case
from mediation.core.db import db
from mediation.reports import queries, service, snapshots
from mediation.reports.frozen import link, tables
from mediation.reports.links import path_of
from mediation.statistics.metrics import BY_CODE
from mediation.statistics.queries import where
from tests import personas
from tests.integration.reports.conftest import MARCH, make

COUNTS = {"cases", "consultations", "closed", "concluded", "settled", "failed", "withdrawn", "terminated", "referred"}


@pytest.fixture
def issued(app: Flask, monkeypatch) -> str:
    """March, issued by a deployment that has said its address; no context stays open."""
    monkeypatch.setitem(app.config, "BASE_URL", "https://tiaojie.example")
    with app.app_context():
        return make(personas.actor("committee"))[0].month


def test_each_number_leads_to_exactly_its_cases(who):
    figures = snapshots.take(who, MARCH, today=date(2026, 11, 22))
    checked = set()
    for one in tables(figures):
        for row in (*one["rows"], *([None] if one["total"] else [])):
            for at, value in enumerate(row["cells"] if row else one["total"]):
                target = link(one, row, at, (figures["from"], figures["to"]))
                if target.get("measure") not in COUNTS or not isinstance(value, int):
                    continue
                filters = Filters.from_args(dict(parse_qsl(urlsplit(path_of(target)).query)))
                listed = select(func.count()).select_from(Case).where(*where(who, filters))
                assert db.session.scalar(listed) == value, (one["key"], row and row["key"], one["columns"][at]["code"])
                checked.add(one["key"])
    assert {"headline", "movement", "months", "outcomes", "companies", "heat", "causes", "stations"} <= checked


def test_every_measure_of_a_table_has_a_list(who):
    figures = snapshots.take(who, MARCH, today=date(2026, 11, 22))
    named = {column["measure"] for one in tables(figures) for column in one["columns"] if "measure" in column}
    assert named <= set(BY_CODE)


def test_two_clicks_on_the_page(issued: str, client: FlaskClient):
    personas.login(client, "committee")
    page = client.get(f"/reports/{issued}/1").text
    [first] = re.findall(r'<a href="(/cases/\?received_from=2026-03-01[^"]*disputes=1)">\d+</a>', page)[:1]
    listed = client.get(unescape(first))
    assert listed.status_code == 200
    case = re.search(
        r'class="row-link"[^>]*href="(/cases/[^"]+)"|href="(/cases/[^"]+)"[^>]*class="row-link"', listed.text
    )
    assert client.get(case[1] or case[2]).status_code == 200


def test_two_clicks_in_the_pdf(app: Flask, issued: str, client: FlaskClient):
    personas.login(client, "committee")
    document = PdfReader(io.BytesIO(client.get(f"/reports/{issued}/1.pdf").data))
    links = [one.get_object()["/A"]["/URI"] for page in document.pages for one in page.get("/Annots", ())]
    assert len(links) > 60 and all(one.startswith("https://tiaojie.example/") for one in links)
    for one in sorted(set(links))[:8]:
        assert client.get(one.removeprefix("https://tiaojie.example")).status_code == 200
    text = "".join(page.extract_text() for page in document.pages)
    assert "tiaojie.example/reports/2026-03/1" in re.sub(r"\s", "", text)


def test_without_an_address_the_path_is_printed(who):
    report, _ = make(who)
    document = PdfReader(io.BytesIO(service.pdf_of(who, report)))
    assert not any(page.get("/Annots") for page in document.pages)
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in document.pages))
    assert "/reports/2026-03/1" in text


def test_the_page_says_that_nothing_is_sent_without_a_mail_server(app: Flask, issued: str, client: FlaskClient):
    personas.login(client, "committee")
    page = client.get(f"/reports/{issued}/1").text
    assert "没有设置邮件服务器" in page and "收件名单是空的" in page
    assert "没有设置邮件服务器" in client.get("/reports/recipients").text
    with app.app_context():
        events = db.session.scalars(select(AuditRow.event).where(AuditRow.subject_kind == "monthly_report")).all()
        assert events.count("report_opened") == 1


def test_put_somebody_on_the_list_and_strike_them_off(app: Flask, client: FlaskClient):
    personas.login(client, "committee")
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/reports/recipients").text)[1]
    wrong = {"name": "示例区司法局", "address": "甲 <a@b.cn>", "part": "0", "csrf_token": token}
    answer = client.post("/reports/recipients", data=wrong)
    assert answer.status_code == 422 and "示例区司法局" in answer.text and "电子邮箱地址" in answer.text
    given = wrong | {"address": "office@example.cn"}
    assert "已加入名单" in client.post("/reports/recipients", data=given, follow_redirects=True).text
    assert client.post("/reports/recipients", data=given).status_code == 422
    with app.app_context():
        [(recipient, _company)] = queries.recipients_for(personas.actor("committee"))
        recipient_id = recipient.id
    address = f"/reports/recipients/{recipient_id}/remove"
    assert "office@example.cn" not in client.post(address, data={"csrf_token": token}, follow_redirects=True).text
    with app.app_context():
        assert queries.recipient_for(personas.actor("committee"), recipient_id).removed_at is not None
