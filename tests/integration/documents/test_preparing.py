"""The page on which a paper is completed: what it lacks is typed there and then."""

from __future__ import annotations

import io
from datetime import date
from html import unescape

import pytest
from pypdf import PdfReader
from sqlalchemy import select, text

from mediation.cases.models import CaseDraft
from mediation.core.db import db
from mediation.documents.models import Document
from mediation.parties import queries as parties
from tests import personas
from tests.factories import casefiles
from tests.factories import documents as play

LETTER = {"addressee": "云岫速运有限公司", "problem": "结算不及时。", "rules": "按时足额支付劳动报酬。", "advice": "按月结算。",
          "answer_by": "2026年5月15日"}  # fmt: skip


@pytest.fixture
def lawyer(client):
    return personas.login(client, "duty_lawyer")


def fields(values: dict[str, str], **more: str) -> dict[str, str]:
    return {f"typed_{key}": value for key, value in values.items()} | more


def page_of(client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.get_data(as_text=True))


def papers(app) -> list[Document]:
    with app.app_context():
        return list(db.session.scalars(select(Document).order_by(Document.id)))


def test_the_list_leads_to_the_page_and_the_page_proposes_what_is_known(lawyer, number):
    listed = page_of(lawyer, f"/cases/{number}/documents")
    assert f"/cases/{number}/documents/prepare/D24?subject=1" in listed
    assert "缺少：受移送（转介）机关" in listed
    page = page_of(lawyer, f"/cases/{number}/documents/prepare/D23")
    assert 'value="云岫速运青浦网点"' in page
    assert "发现的问题" in page


def test_what_was_typed_is_printed_in_the_draft_and_nothing_is_kept(app, lawyer, number):
    answer = personas.post(
        lawyer, f"/cases/{number}/documents/prepare/D23", fields({"problem": "结算不及时。"}, action="preview")
    )
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"].startswith("no-")
    text = "".join(PdfReader(io.BytesIO(answer.data)).pages[0].extract_text().split())
    assert "结算不及时。" in text
    assert papers(app) == []


def test_a_gap_is_shown_at_its_field_and_nothing_typed_is_lost(app, lawyer, number):
    typed = {key: text for key, text in LETTER.items() if key != "advice"}
    answer = personas.post(lawyer, f"/cases/{number}/documents/prepare/D23", fields(typed, action="issue"))
    assert answer.status_code == 422
    page = unescape(answer.get_data(as_text=True))
    assert "请填写这一项" in page
    assert "按时足额支付劳动报酬。" in page
    assert 'value="2026年5月15日"' in page
    assert papers(app) == []


def test_a_paper_is_issued_from_the_page_and_the_next_one_proposes_its_words(app, lawyer, number):
    address = f"/cases/{number}/documents/prepare/D23"
    answer = personas.post(lawyer, address, fields(LETTER, action="issue"))
    assert answer.status_code == 303
    [document] = papers(app)
    assert (document.code, document.subject, document.title) == ("D23", "1", "规范用工建议书")
    assert document.number.endswith("号")
    assert "第1号" not in document.number
    assert "第1份" in page_of(lawyer, answer.location)
    personas.post(lawyer, f"/cases/{number}/documents/{document.id}/void", {"reason": "写错"})
    assert "按时足额支付劳动报酬。" in page_of(lawyer, f"{address}?subject=1")


def test_a_letter_that_names_a_worker_is_refused_with_the_words(app, lawyer, number):
    named = LETTER | {"problem": f"{play.WORKER}的工资没有结清。"}
    answer = personas.post(lawyer, f"/cases/{number}/documents/prepare/D23", fields(named, action="issue"))
    assert answer.status_code == 422
    assert f"请隐去“{play.WORKER}”" in unescape(answer.get_data(as_text=True))
    assert papers(app) == []


def test_a_missing_fact_of_a_party_is_typed_here_and_entered_in_the_case(app, lawyer):
    with app.app_context():
        number = play.open_case(date(2026, 3, 4))
        worker = parties.for_case(casefiles.reload(number).id)[0]
        worker.phone = None
        db.session.commit()
        key = worker.id
    address = f"/cases/{number}/documents/prepare/D01"
    listed = page_of(lawyer, f"/cases/{number}/documents")
    assert "申请人联系电话（周明远）" in listed
    assert f"entered_{key}_phone" in page_of(lawyer, address)
    wrong = personas.post(lawyer, address, {f"entered_{key}_phone": "12", "action": "issue"})
    assert wrong.status_code == 422
    assert "电话号码应为" in wrong.get_data(as_text=True)
    assert (
        personas.post(lawyer, address, {f"entered_{key}_phone": "021-55550000", "action": "issue"}).status_code == 303
    )
    with app.app_context():
        assert parties.for_case(casefiles.reload(number).id)[0].phone == "02155550000"
    assert [one.code for one in papers(app)] == ["D01"]


def test_a_stage_that_has_passed_refuses_on_the_page(lawyer, number):
    answer = personas.post(lawyer, f"/cases/{number}/documents/prepare/D06", {"action": "issue"})
    assert answer.status_code == 422
    assert "现在的阶段不能出具" in answer.get_data(as_text=True)


def test_unknown_forms_and_subjects_are_not_found(lawyer, number):
    for address in ("prepare/D99", "prepare/D08?subject=999999", "prepare/D20?subject=x", "prepare/D21"):
        assert lawyer.get(f"/cases/{number}/documents/{address}").status_code == 404


@pytest.mark.parametrize(
    ("persona", "status"), [("hr_same_company", 403), ("police_here", 403), ("lawyer_elsewhere", 404)]
)
def test_who_makes_no_papers_prepares_none(client, number, persona, status):
    other = personas.login(client, persona)
    assert other.get(f"/cases/{number}/documents/prepare/D23").status_code == status
    assert personas.post(other, f"/cases/{number}/documents/prepare/D23", {"action": "issue"}).status_code == status


def test_what_is_typed_is_kept_for_its_writer_until_the_paper_is_issued(app, client, number):
    lawyer = personas.login(client, "duty_lawyer")
    address = f"/cases/{number}/documents/prepare/D10"
    typed = fields(
        {"place": "青浦卡友驿站", "body": "问：工资发到几月？\n答：十一月。", "asked_on": "不是日期"}, subject="1"
    )
    answer = personas.post(lawyer, f"{address}/draft", typed)
    assert (answer.status_code, ":" in answer.get_json()["saved_at"]) == (200, True)
    page = page_of(lawyer, address)
    assert "已取回" in page
    assert "答：十一月。" in page
    assert 'value="不是日期"' in page, "what cannot be read yet is not lost either"
    with app.app_context():
        stored = str(db.session.execute(text("select content from case_draft")).scalar_one())
        assert "十一月" not in stored, "it is sealed"
    assert "答：十一月。" not in page_of(lawyer, "/cases/new"), "it is no intake"
    assert 'name="typed_place"' in page_of(personas.login(app.test_client(), "committee"), address)
    assert "答：十一月。" not in page_of(personas.login(app.test_client(), "committee"), address)
    assert personas.post(lawyer, f"{address}/draft/remove", {"subject": "1"}).status_code == 303
    assert "答：十一月。" not in page_of(lawyer, address)


def test_an_issued_paper_leaves_no_draft_behind(app, client, number):
    lawyer = personas.login(client, "duty_lawyer")
    address = f"/cases/{number}/documents/prepare/D10"
    page = page_of(lawyer, address)
    subject = "1"
    typed = fields(
        {"asked_on": "2026-03-10", "hours": "14:00", "place": "驿站", "present": "周明远", "person": "周明远",
         "person_details": "男", "asker": "沈律", "recorder": "许静", "body": "问：？\n答：。"},
        subject=subject,
    )  # fmt: skip
    assert "data-autosave-url" in page
    personas.post(lawyer, f"{address}/draft", typed)
    issued = personas.post(lawyer, address, typed | {"action": "issue"})
    assert issued.status_code == 303, unescape(issued.get_data(as_text=True))
    with app.app_context():
        assert db.session.scalars(select(CaseDraft)).all() == []
