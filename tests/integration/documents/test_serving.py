"""Service of papers: what must be known for each manner, refusals, and the day on which a paper counts as served."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from mediation.audit.models import AuditRow
from mediation.cases import service as cases
from mediation.core.db import db, transaction
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from mediation.deadlines import queries as deadlines
from mediation.documents import service, serving
from mediation.documents.models import Document
from mediation.documents.serving import ServiceIn
from mediation.parties import queries as parties
from tests import personas
from tests.factories import casefiles
from tests.factories import documents as play

ISSUED, TODAY = date(2026, 3, 6), date(2026, 3, 16)
DIRECT = ServiceIn("direct", date(2026, 3, 9), recipient="周明远", taken_by="本人")


@pytest.fixture
def paper(context, number) -> Document:
    return play.act(number, "duty_lawyer", ISSUED, service.issue, code="D05")


def photo() -> bytes:
    target = BytesIO()
    Image.new("RGB", (20, 20), "white").save(target, "PNG")
    return target.getvalue()


def serve(document: Document, given: ServiceIn, persona: str = "duty_lawyer", **more):
    with casefiles.at(TODAY), transaction():
        own = db.session.get_one(Document, document.id)
        return serving.serve(personas.actor(persona), document=own, given=given, **more)


def served_on(document: Document) -> date | None:
    db.session.expire_all()
    return db.session.get_one(Document, document.id).served_on


def test_the_paper_is_served_when_the_last_recipient_was(paper):
    party = parties.for_case(paper.case_id)[1]
    serve(paper, DIRECT)
    assert served_on(paper) == date(2026, 3, 9)
    serve(paper, ServiceIn("post", date(2026, 3, 12), party_id=party.id, tracking="1234567890123"))
    assert served_on(paper) == date(2026, 3, 12)
    first, second = serving.records_of(paper)
    assert (first.recipient, first.taken_by, first.is_refused) == ("周明远", "本人", False)
    assert (second.recipient, second.tracking) == (party.name, "1234567890123")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (replace(DIRECT, taken_by=""), "taken_by"),
        (replace(DIRECT, recipient=""), "recipient"),
        (replace(DIRECT, manner="post"), "tracking"),
        (replace(DIRECT, manner="electronic"), "place"),
        (replace(DIRECT, manner="left", witnesses="居委会王芳"), "refusal_note"),
        (replace(DIRECT, manner="left", refusal_note="拒绝签收"), "witnesses"),
        (replace(DIRECT, served_on=date(2026, 3, 5)), "served_on"),
        (replace(DIRECT, served_on=date(2026, 3, 17)), "served_on"),
        (replace(DIRECT, party_id=999_999), "party_id"),
    ],
)
def test_what_is_missing_is_said_at_its_field(paper, given, field):
    with pytest.raises(DomainError) as refusal:
        serve(paper, given)
    assert refusal.value.field == field
    assert serving.records_of(paper) == []
    assert served_on(paper) is None


def test_a_refusal_needs_a_witness_or_a_photo(paper):
    refused = ServiceIn("left", date(2026, 3, 10), recipient="某网点", refusal_note="负责人拒绝签收")
    row = serve(paper, refused, proof=("现场.png", photo()))
    assert row.is_refused
    assert row.attachment_id is not None
    assert serve(paper, replace(refused, witnesses="居委会王芳")).attachment_id is None


def test_a_void_paper_is_not_served_and_the_company_serves_nothing(paper):
    with pytest.raises(Forbidden):
        serve(paper, DIRECT, "hr_same_company")
    with casefiles.at(TODAY), transaction():
        service.void(
            personas.actor("duty_lawyer"), document=db.session.get_one(Document, paper.id), reason="受理日期写错"
        )
    with pytest.raises(Conflict):
        serve(paper, DIRECT)


def test_the_page_keeps_what_was_typed(app, client, number):
    with app.app_context():
        document = play.act(number, "duty_lawyer", ISSUED, service.issue, code="D05")
        address = f"/cases/{number}/documents/{document.id}/services"
        party = parties.for_case(document.case_id)[0].id
    personas.login(client, "duty_lawyer")
    typed = {"party_id": party, "manner": "post", "served_on": "2026-03-10", "place": "示例路100弄"}
    answer = personas.post(client, address, typed)
    assert answer.status_code == 422
    assert "请填写邮件编号" in answer.text
    assert "示例路100弄" in answer.text
    assert personas.post(client, address, typed | {"tracking": "1234567890123"}).status_code == 303
    assert "1234567890123" in client.get(address).text


def withdraw(paper: Document, row_id: int, reason: str = "登记错了文书") -> None:
    with casefiles.at(TODAY), transaction():
        own = db.session.get_one(Document, paper.id)
        row = serving.record_of(own, row_id)
        serving.withdraw(personas.actor("duty_lawyer"), document=own, row=row, reason=reason)


def test_a_withdrawn_record_stays_with_its_reason_and_counts_no_more(paper):
    first = serve(paper, DIRECT)
    last = serve(paper, ServiceIn("post", date(2026, 3, 12), recipient="某网点", tracking="1234567890123"))
    with pytest.raises(DomainError) as refusal:
        withdraw(paper, last.id, " ")
    assert refusal.value.field == "reason"
    withdraw(paper, last.id)
    assert served_on(paper) == DIRECT.served_on
    kept = serving.records_of(paper)[1]
    assert (kept.manner, kept.refusal_note) == ("withdrawn", "登记错了文书（原登记：邮寄送达）")
    assert kept.tracking == "1234567890123"
    with pytest.raises(NotFound):
        withdraw(paper, last.id)
    withdraw(paper, first.id)
    assert served_on(paper) is None


def test_a_correction_takes_the_place_of_the_record_and_keeps_its_receipt(paper):
    wrong = serve(paper, DIRECT, proof=("回证.png", photo()))
    with casefiles.at(TODAY), transaction():
        own = db.session.get_one(Document, paper.id)
        row = serving.record_of(own, wrong.id)
        given = replace(DIRECT, served_on=date(2026, 3, 11))
        with pytest.raises(DomainError):
            serving.serve(personas.actor("duty_lawyer"), document=own, given=given, instead_of=row)
    with casefiles.at(TODAY), transaction():
        own = db.session.get_one(Document, paper.id)
        row = serving.record_of(own, wrong.id)
        new = serving.serve(personas.actor("duty_lawyer"), document=own, given=given, instead_of=row, reason="日期看错")
        assert new.attachment_id == wrong.attachment_id
    assert served_on(paper) == date(2026, 3, 11)
    assert [one.manner for one in serving.records_of(paper)] == ["withdrawn", "direct"]
    assert serving.records_of(paper)[0].refusal_note == "日期看错（原登记：直接送达）"
    told = select(AuditRow.event).where(AuditRow.subject_kind == "service_record")
    assert db.session.scalars(told).all() == ["record_created", "record_changed", "record_created"]


def test_the_page_corrects_and_withdraws(app, client, number):
    with app.app_context():
        document = play.act(number, "duty_lawyer", ISSUED, service.issue, code="D05")
        address = f"/cases/{number}/documents/{document.id}/services"
        party = parties.for_case(document.case_id)[0].id
    personas.login(client, "duty_lawyer")
    typed = {"party_id": party, "manner": "post", "served_on": "2026-03-10", "tracking": "1234567890123"}
    personas.post(client, address, typed)
    with app.app_context():
        row_id = serving.records_of(document)[0].id
    page = client.get(f"{address}?correct={row_id}").text
    assert 'value="1234567890123"' in page
    answer = personas.post(client, f"{address}?correct={row_id}", typed | {"tracking": "7654321"})
    assert answer.status_code == 422
    assert "请写明理由" in answer.text
    answer = personas.post(client, f"{address}?correct={row_id}", typed | {"tracking": "7654321", "reason": "单号抄错"})
    assert answer.status_code == 303
    page = client.get(address).text
    assert "单号抄错（原登记：邮寄送达）" in page
    assert "7654321" in page
    assert client.get(f"{address}?correct={row_id}").status_code == 404
    assert personas.post(client, f"{address}/{row_id + 1}/withdraw", {"reason": "未送达"}).status_code == 303
    assert client.get(address).text.count("已撤回<") == 2


def test_service_moves_no_clock_not_even_over_a_holiday(context, number):
    """law.md 2: the periods of an agreement run from its effect. C01 in effect before the May holiday, served after it."""
    play.name_heads(number)
    effective = date(2026, 4, 16)
    play.act(number, "duty_lawyer", date(2026, 4, 8), cases.replace_draft, reason="履行日期改后")
    play.draft(number, date(2026, 4, 15))
    agreement = play.act(number, "duty_lawyer", effective, service.issue, code="D13")
    play.sign_all(number, effective)
    case = casefiles.reload(number)

    def clocks() -> list[tuple]:
        db.session.expire_all()
        return [(one.rule_code, one.trigger_on, one.last_day, one.status) for one in deadlines.of_case(case.id)]

    before = clocks()
    last_days = {rule: last for rule, _trigger, last, _status in before}
    # The fifteenth day is the first of May: it goes to the first working day after the holiday.
    assert last_days["LM-ARBREVIEW-15D"] == date(2026, 5, 6)
    given = ServiceIn("direct", date(2026, 5, 7), recipient="周明远", taken_by="本人")
    with casefiles.at(date(2026, 5, 7)), transaction():
        own = db.session.get_one(Document, agreement.id)
        row = serving.serve(personas.actor("duty_lawyer"), document=own, given=given)
    assert clocks() == before
    with casefiles.at(date(2026, 5, 8)), transaction():
        own = db.session.get_one(Document, agreement.id)
        row = serving.record_of(own, row.id)
        serving.withdraw(personas.actor("duty_lawyer"), document=own, row=row, reason="未送达")
    assert clocks() == before
