"""The pages of a case's papers: what is missing, issue, void, signed scans, and who gets in."""

from __future__ import annotations

import io
from datetime import date
from html import unescape

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from mediation.attachments.models import Attachment
from mediation.core.db import db
from mediation.documents import sealing, service
from mediation.documents.models import Document
from tests import personas
from tests.factories import casefiles
from tests.factories import documents as play
from tests.factories.casefiles import ID_NUMBER, PHONE
from tests.factories.documents import ADDRESS

RECEIVED = date(2026, 3, 4)
PDF = b"%PDF-1.7\nsigned\n%%EOF"


@pytest.fixture
def issued(app, number) -> str:
    """C01 with the notice and the agreement issued."""
    with app.app_context():
        play.act(number, "duty_lawyer", date(2026, 3, 6), service.issue, code="D05")
        play.act(number, "duty_lawyer", date(2026, 3, 16), service.issue, code="D13")
        return number


@pytest.fixture
def lawyer(client):
    return personas.login(client, "duty_lawyer")


def paper(app, code: str) -> Document:
    with app.app_context():
        return db.session.scalars(select(Document).where(Document.code == code).order_by(Document.id.desc())).first()


def shown(client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


def test_the_page_lists_what_fits_what_is_missing_and_what_was_issued(app, lawyer):
    with app.app_context():
        number = play.accepted_case()
        play.meet(number, date(2026, 3, 14))
    page = shown(lawyer, f"/cases/{number}/documents")
    assert "缺少：协议内容" in page
    assert f'href="/cases/{number}/agreement"' in page
    assert "还没有出具文书" in page
    # A page of titles opens nothing of a person.
    assert ID_NUMBER not in page
    assert PHONE not in page


def test_issue_from_the_page_and_find_it_there(app, lawyer, issued):
    answer = personas.post(lawyer, f"/cases/{issued}/documents/issue/D11", {"subject": "1"})
    assert answer.status_code == 303
    page = shown(lawyer, answer.location)
    document = paper(app, "D11")
    assert document.sha256 in page
    assert document.facts_digest in page
    listed = shown(lawyer, f"/cases/{issued}/documents")
    for one in (document.number, "沪快调受〔2026〕第1号", "沪快调协〔2026〕第1号", document.sha256[:12]):
        assert one in listed


def test_an_incomplete_paper_is_refused_on_the_page(app, lawyer, issued):
    answer = personas.post(lawyer, f"/cases/{issued}/documents/issue/D15")
    assert answer.status_code == 422
    assert "缺少：调解不成或者终止的原因" in answer.get_data(as_text=True)
    twice = personas.post(lawyer, f"/cases/{issued}/documents/issue/D13")
    assert twice.status_code == 422
    assert "已经出具" in twice.get_data(as_text=True)


def test_a_preview_opens_in_the_viewer_under_a_policy_of_its_own(lawyer, issued):
    answer = lawyer.get(f"/cases/{issued}/documents/preview/D13")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"].startswith("no-")
    assert "草稿" in "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    assert lawyer.get(f"/cases/{issued}/documents/preview/D99").status_code == 404


def test_the_stored_bytes_are_opened_and_downloaded(app, lawyer, issued):
    address = f"/cases/{issued}/documents/{paper(app, 'D13').id}/file"
    inline, saved = lawyer.get(address), lawyer.get(address + "?download=1")
    assert inline.data == saved.data
    assert inline.headers["Content-Disposition"].startswith("inline")
    assert saved.headers["Content-Disposition"].startswith("attachment")


def test_a_changed_file_gives_an_error_page(app, lawyer, issued):
    document = paper(app, "D13")
    with app.app_context():
        attachment = db.session.get_one(Attachment, document.attachment_id)
        attachment.sha256 = "0" * 64
        db.session.commit()
    answer = lawyer.get(f"/cases/{issued}/documents/{document.id}/file")
    assert answer.status_code == 500
    assert not answer.data.startswith(b"%PDF")


def test_void_asks_for_a_reason(app, lawyer, issued):
    address = f"/cases/{issued}/documents/{paper(app, 'D13').id}"
    blank = personas.post(lawyer, f"{address}/void", {"reason": " "})
    assert blank.status_code == 422
    assert "请写明作废理由" in blank.get_data(as_text=True)
    assert personas.post(lawyer, f"{address}/void", {"reason": "金额写错"}).status_code == 303
    assert "金额写错" in shown(lawyer, address)
    # Before the first instalment falls due: afterwards the plan has to be changed first.
    with casefiles.at(date(2026, 3, 16), 12):
        assert personas.post(lawyer, f"/cases/{issued}/documents/issue/D13").status_code == 303
    assert paper(app, "D13").number == "沪快调协〔2026〕第2号"


def test_the_signed_original_comes_back_and_can_be_opened(app, lawyer, issued):
    address = f"/cases/{issued}/documents/{paper(app, 'D13').id}"
    assert personas.post(lawyer, f"{address}/scan").status_code == 422
    wrong = personas.post(lawyer, f"{address}/scan", {"file": (io.BytesIO(b"MZ\x90\0"), "签署件.exe")})
    assert wrong.status_code == 422
    sent = personas.post(lawyer, f"{address}/scan", {"file": (io.BytesIO(PDF), "签署件.pdf")})
    assert sent.status_code == 303
    assert "签署件.pdf" in shown(lawyer, address)
    with app.app_context():
        scan = db.session.scalars(select(Attachment).where(Attachment.kind == "signed_scan")).one()
        assert scan.form_code == "D13"
    assert lawyer.get(f"{address}/scans/{scan.id}").data == PDF
    assert lawyer.get(f"{address}/scans/{scan.id + 1}").status_code == 404


def test_the_day_of_service_lies_between_issue_and_today(app, lawyer, issued):
    address = f"/cases/{issued}/documents/{paper(app, 'D13').id}"
    early = personas.post(lawyer, f"{address}/served", {"served_on": "2026-03-15"})
    assert early.status_code == 422
    assert personas.post(lawyer, f"{address}/served", {"served_on": "2026-03-17"}).status_code == 303
    assert paper(app, "D13").served_on == date(2026, 3, 17)


def test_the_day_of_limitation_is_settled_on_the_page(app, lawyer):
    with app.app_context():
        number = play.failed_case()
        case = casefiles.reload(number)
        case.limitation_confirmed = False
        db.session.commit()
    page = shown(lawyer, f"/cases/{number}/documents")
    assert "时效届满日为暂定日期" in page
    assert 'value="2027-06-05"' in page
    bad = personas.post(lawyer, f"/cases/{number}/documents/limitation", {"limitation_on": "2026-06-01"})
    assert bad.status_code == 422
    good = personas.post(lawyer, f"/cases/{number}/documents/limitation", {"limitation_on": "2027年6月5日"})
    assert good.status_code == 303
    assert personas.post(lawyer, f"/cases/{number}/documents/issue/D15").status_code == 303


def test_a_company_opens_what_was_served_on_it_and_makes_nothing(app, client, issued):
    hr = personas.login(client, "hr_same_company")
    page = shown(hr, f"/cases/{issued}/documents")
    assert "沪快调协〔2026〕第1号" in page
    for secret in (ID_NUMBER, PHONE, ADDRESS, "预览草稿", "可以出具"):
        assert secret not in page
    served = paper(app, "D13")
    assert hr.get(f"/cases/{issued}/documents/{served.id}/file").status_code == 200
    assert "作废" not in shown(hr, f"/cases/{issued}/documents/{served.id}")
    assert hr.get(f"/cases/{issued}/documents/preview/D13").status_code == 403
    for act in ("issue/D11", f"{served.id}/void", f"{served.id}/scan", f"{served.id}/served", "limitation"):
        assert personas.post(hr, f"/cases/{issued}/documents/{act}").status_code == 403


def test_a_company_opens_no_application_and_no_record(app, client, issued):
    with app.app_context():
        for code in ("D01", "D11"):
            play.act(issued, "duty_lawyer", date(2026, 3, 16), service.issue, code=code)
    hr = personas.login(client, "hr_same_company")
    for code in ("D01", "D11"):
        document = paper(app, code)
        assert hr.get(f"/cases/{issued}/documents/{document.id}").status_code == 404
        assert hr.get(f"/cases/{issued}/documents/{document.id}/file").status_code == 404


@pytest.mark.parametrize("persona", ["hr_other_company", "lawyer_elsewhere", "committee_elsewhere", "stranger"])
def test_outsiders_find_nothing(app, client, issued, persona):
    outsider, document = personas.login(client, persona), paper(app, "D13")
    expected = 302 if persona == "stranger" else 404
    for address in ("documents", f"documents/{document.id}", f"documents/{document.id}/file"):
        assert outsider.get(f"/cases/{issued}/{address}").status_code == expected


def test_the_committee_seals_on_the_page(app, client, issued):
    with app.app_context():
        sealing.install_test_key("示例调解委员会")
    personas.login(client, "committee")
    address = f"/cases/{issued}/documents/{paper(app, 'D13').id}"
    assert "加盖电子印章" in shown(client, address)
    assert personas.post(client, f"{address}/seal").status_code == 303
    assert "下载电子印章版" in shown(client, address)
    assert client.get(f"{address}/sealed").data.startswith(b"%PDF")


def test_a_lawyer_is_not_offered_the_seal(app, lawyer, issued):
    with app.app_context():
        sealing.install_test_key("示例调解委员会")
    address = f"/cases/{issued}/documents/{paper(app, 'D13').id}"
    assert "电子印章" not in shown(lawyer, address)
    assert personas.post(lawyer, f"{address}/seal").status_code == 403
