"""Papers made of real rows: what they say, their numbers, and that they stay what they were."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from io import BytesIO

import pytest
from flask_babel import force_locale
from pypdf import PdfReader
from sqlalchemy import select

from mediation.attachments import service as attachments
from mediation.attachments import storage
from mediation.attachments.models import Attachment
from mediation.audit.models import AuditRow
from mediation.cases import service as cases
from mediation.cases.models import CaseEvent
from mediation.cases.service import ClaimIn, PartyIn
from mediation.core.db import db, transaction
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from mediation.documents import casefacts, queries, service
from mediation.documents.models import Document
from mediation.documents.service import NotComplete
from tests import personas
from tests.databases import statements
from tests.factories import documents as play
from tests.factories.casefiles import CANARY, ID_NUMBER, PHONE, reload

pytestmark = pytest.mark.usefixtures("context")
TODAY = date(2026, 3, 16)


def issue(number: str, code: str, on: date, persona: str = "duty_lawyer", **details) -> Document:
    return play.act(number, persona, on, service.issue, code=code, **details)


def pages(content: bytes) -> list[str]:
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages]


def text_of(document: Document) -> str:
    with transaction():
        return "".join(pages(service.read(personas.actor("duty_lawyer"), document)))


def audited(event_name: str) -> list[AuditRow]:
    return list(db.session.scalars(select(AuditRow).where(AuditRow.event == event_name).order_by(AuditRow.id)))


@pytest.fixture
def played(number) -> dict[str, Document]:
    """The papers of C01, each issued on its day."""
    days = {"D01": date(2026, 3, 4), "D05": date(2026, 3, 6), "D11": date(2026, 3, 14), "D13": TODAY}
    return {code: issue(number, code, on) for code, on in days.items()}


def test_the_papers_of_a_wage_case_say_what_the_rows_say(played):
    application, notice = text_of(played["D01"]), text_of(played["D05"])
    record, agreement = text_of(played["D11"]), text_of(played["D13"])
    for words in ("调解申请书", play.WORKER, ID_NUMBER, PHONE, "1990年3月7日", "云岫速运青浦网点", "加盟网点", "工资条",
                  "¥16,650.00（人民币壹万陆仟陆佰伍拾元整）"):  # fmt: skip
        assert words in application
    # The raw end falls on a Saturday; both days are told.
    for words in ("沪快调受〔2026〕第1号", "2026年3月4日收到", "2026年3月6日起受理", "何清担任调解员", "2026年3月23日（期间届满日2026年3月21日",
                  "2026年3月19日止", "沪快调字〔2026〕第1号", "2026年3月6日"):  # fmt: skip
        assert words in notice
    for words in ("2026年3月14日14:00至16:00", "青浦卡友驿站调解室", "周明远：没有异议", "双方达成一致", "沈知言"):
        assert words in record
    for words in ("沪快调协〔2026〕第1号", "1．被申请人分两期支付拖欠工资", "2026年3月20日", "8,650.00", "捌仟陆佰伍拾元整",
                  "2026年4月10日", "8,000.00", "捌仟元整", "银行转账", "任何一期", "一式四份", "15日内", "30日内"):  # fmt: skip
        assert words in agreement
    assert "一、被申请人" not in agreement, "the form numbers the terms itself"


def test_pages_and_metadata_of_an_issued_agreement(played):
    with transaction():
        content = service.read(personas.actor("duty_lawyer"), played["D13"])
    reader = PdfReader(BytesIO(content))
    assert 2 <= len(reader.pages) <= 5
    assert reader.metadata.title == "调解协议书"
    assert f"第{len(reader.pages)}页共{len(reader.pages)}页" in pages(content)[-1]
    assert "草稿" not in "".join(pages(content))


def test_numbers_digests_and_files_are_kept_with_the_paper(played, number):
    numbers = {code: one.number for code, one in played.items()}
    assert numbers == {
        "D01": f"{number}-D01-1",
        "D05": "沪快调受〔2026〕第1号",
        "D11": f"{number}-D11-1",
        "D13": "沪快调协〔2026〕第1号",
    }
    for code, one in played.items():
        attachment = db.session.get_one(Attachment, one.attachment_id)
        assert (attachment.kind, attachment.form_code) == ("document", code)
        content = attachments.read(attachment)
        assert hashlib.sha256(content).hexdigest() == one.sha256
        assert hashlib.sha256(one.facts.encode()).hexdigest() == one.facts_digest
        assert service.verify(one) == []
    facts = json.loads(played["D13"].facts)
    assert facts["document_number"] == numbers["D13"]
    assert facts["issued_on"] == "2026-03-16"
    assert [row.fields["number"] for row in audited("document_issued")] == [played[code].number for code in played]


def test_facts_snapshot_and_names_lie_sealed_in_the_table(played):
    raw = db.session.connection().exec_driver_sql("SELECT facts FROM document").scalars().all()
    assert len(raw) == len(played)
    assert not any(play.WORKER.encode() in bytes(one) or ID_NUMBER.encode() in bytes(one) for one in raw)


def test_a_private_note_is_in_no_paper(played, number):
    for one in played.values():
        assert CANARY not in text_of(one)
        assert CANARY not in one.facts
    with transaction():
        for code in ("D01", "D05", "D11", "D13", "D15"):
            draft = service.preview(personas.actor("duty_lawyer"), case=reload(number), code=code)
            assert CANARY not in "".join(pages(draft))


def test_papers_are_chinese_whatever_the_desk_reads():
    number = play.open_case(date(2026, 3, 4))
    with force_locale("en"):
        document = issue(number, "D01", date(2026, 3, 4))
    assert document.title == "调解申请书"
    assert "加盟网点" in text_of(document)


def test_an_effective_agreement_prints_its_day_and_the_ways_with_their_last_days(number):
    play.sign_all(number, TODAY)
    text = text_of(issue(number, "D13", TODAY))
    assert "本协议于2026年3月16日生效" in text
    assert "最后日：2026年3月31日" in text
    assert "最后日：2026年4月15日" in text


def test_a_draft_may_lack_facts_and_leaves_a_trace():
    number = play.open_case(date(2026, 3, 4))
    with transaction():
        content = service.preview(personas.actor("duty_lawyer"), case=reload(number), code="D13")
    assert "草稿" in "".join(pages(content))
    assert [row.fields for row in audited("document_made")] == [{"code": "D13"}]
    assert db.session.scalars(select(Document)).all() == []


def test_an_incomplete_paper_is_refused_in_words_and_takes_no_number():
    number = play.accepted_case()
    play.meet(number, date(2026, 3, 14))
    with pytest.raises(NotComplete, match="缺少：协议内容"):
        issue(number, "D13", TODAY)
    assert db.session.scalars(select(Document)).all() == []
    play.draft(number, TODAY)
    assert issue(number, "D13", TODAY).number == "沪快调协〔2026〕第1号"


def test_a_paper_of_another_stage_is_refused():
    number = play.open_case(date(2026, 3, 4))
    with pytest.raises(Conflict, match="受理通知书"):
        issue(number, "D05", date(2026, 3, 4))
    with pytest.raises(NotFound):
        issue(number, "D99", date(2026, 3, 4))


def test_a_name_that_no_font_can_print_is_named_before_issue():
    number = play.open_case(date(2026, 3, 4))
    play.rename_worker(number, "周\U000323a9")
    with pytest.raises(NotComplete, match=r"U\+323A9"):
        issue(number, "D01", date(2026, 3, 4))
    with pytest.raises(DomainError, match=r"U\+323A9"), transaction():
        service.preview(personas.actor("duty_lawyer"), case=reload(number), code="D01")


def test_the_same_paper_is_not_issued_twice_but_after_it_was_voided(played, number):
    first = played["D13"]
    with pytest.raises(Conflict, match="沪快调协〔2026〕第1号"):
        issue(number, "D13", TODAY)
    with pytest.raises(DomainError, match="理由"):
        void(first, "  ")
    void(first, "金额写错")
    again = issue(number, "D13", TODAY)
    assert (first.status, first.void_reason, first.number) == ("void", "金额写错", "沪快调协〔2026〕第1号")
    assert again.number == "沪快调协〔2026〕第2号"
    assert service.verify(first) == []
    # The life cycle counts files that carry a form's code.
    codes = db.session.scalars(select(Attachment.form_code).where(Attachment.id == first.attachment_id)).all()
    assert codes == [None]
    assert [row.fields for row in audited("document_voided")] == [{"code": "D13", "number": first.number}]
    with pytest.raises(Conflict):
        void(first, "再作废一次")


def void(document: Document, reason: str) -> None:
    with transaction():
        service.void(personas.actor("duty_lawyer"), document=document, reason=reason)


def test_each_meeting_has_a_record_of_its_own():
    number = play.accepted_case()
    play.meet(number, date(2026, 3, 10), result="约定再次协商。")
    play.meet(number, date(2026, 3, 14))
    second = issue(number, "D11", TODAY)
    first = issue(number, "D11", TODAY, subject="1")
    assert (first.subject, second.subject) == ("1", "2")
    assert "约定再次协商" in text_of(first)
    assert "约定再次协商" not in text_of(second)
    with pytest.raises(NotFound):
        issue(number, "D11", TODAY, subject="3")


def test_a_failed_case_closes_only_with_its_notice(number):
    number, ended = play.failed_case(), date(2026, 6, 24)
    with pytest.raises(DomainError, match="D15"):
        play.act(number, "duty_lawyer", ended, cases.close)
    document = issue(number, "D15", ended)
    text = text_of(document)
    for words in ("调解不成告知书", "沪快调告〔2026〕第1号", "2026年6月24日结束", "双方对数额分歧较大。", "2027年6月5日", "申请仲裁",
                  "《中华人民共和国劳动争议调解仲裁法》第二十七条"):  # fmt: skip
        assert words in text
    play.act(number, "duty_lawyer", ended, cases.close)
    with pytest.raises(Conflict, match="结案"):
        void(document, "结案后不能作废")


def test_a_voided_notice_no_longer_closes_the_case(number):
    number, ended = play.failed_case(), date(2026, 6, 24)
    void(issue(number, "D15", ended), "届满日核错")
    with pytest.raises(DomainError, match="D15"):
        play.act(number, "duty_lawyer", ended, cases.close)


def test_a_provisional_last_day_is_refused_until_a_person_settles_it():
    number = play.accepted_case()
    on = date(2026, 3, 10)
    play.act(number, "duty_lawyer", on, cases.withdraw, reason="自行和解", on=on)
    with pytest.raises(NotComplete, match="暂定"):
        issue(number, "D15", on)
    facts = casefacts.facts_of(reload(number))
    assert (facts.limitation.last_day, facts.limitation.is_provisional) == (date(2027, 3, 4), True)
    with pytest.raises(DomainError, match="早于"):
        play.act(number, "duty_lawyer", on, service.confirm_limitation, on=date(2026, 3, 3))
    with pytest.raises(DomainError, match="理由"):
        play.act(number, "duty_lawyer", on, service.confirm_limitation, on=date(2027, 3, 3))
    why = "有一项主张的日期更早"
    play.act(number, "duty_lawyer", on, service.confirm_limitation, on=date(2027, 3, 3), reason=why)
    row = db.session.scalars(select(CaseEvent).order_by(CaseEvent.id.desc())).first()
    assert (row.actor_name, row.note, row.data["limitation_on"]) == ("沈知言", why, "2027-03-03")
    text = text_of(issue(number, "D15", on))
    assert "调解终止告知书" in text
    assert "2027年3月3日" in text


def test_a_changed_file_is_never_given_out(played):
    document = played["D13"]
    attachment = db.session.get_one(Attachment, document.attachment_id)
    forged = storage.read(attachment.storage_name).replace(b"%PDF", b"%PDF ", 1)
    with transaction():
        attachment.storage_name = storage.write(forged)
    with pytest.raises(attachments.DamagedFile), transaction():
        service.read(personas.actor("duty_lawyer"), document)
    # Whoever also changes the file's row still fails at the paper's own digest.
    with transaction():
        attachment.sha256 = hashlib.sha256(forged).hexdigest()
    assert attachments.read(attachment) == forged
    with pytest.raises(attachments.DamagedFile), transaction():
        service.read(personas.actor("duty_lawyer"), document)
    assert len(service.verify(document)) == 1


def test_changed_facts_are_found(played):
    document = played["D05"]
    with transaction():
        document.facts = document.facts.replace("2026-03-23", "2026-04-23")
    assert service.verify(document) == ["所依据的数据与出具时不符"]


@pytest.mark.parametrize("persona", ["hr_same_company", "police_here", "admin"])
def test_who_does_not_handle_cases_makes_no_paper(played, persona, number):
    case, actor = reload(number), personas.actor(persona)
    for use_case in (service.preview, service.issue):
        with pytest.raises(Forbidden), transaction():
            use_case(actor, case=case, code="D15")
    for use_case, details in ((service.void, {"reason": "不该"}), (service.record_service, {"on": TODAY})):
        with pytest.raises(Forbidden), transaction():
            use_case(actor, document=played["D13"], **details)


def test_a_company_reads_what_was_served_on_it_and_nothing_else(played, number):
    case = reload(number)

    def codes(persona: str) -> set[str]:
        return {one.code for one in queries.of_case_for(personas.actor(persona), case)}

    assert codes("duty_lawyer") == codes("committee") == {"D01", "D05", "D11", "D13"}
    assert codes("hr_same_company") == {"D05", "D13"}
    for persona in ("hr_other_company", "lawyer_elsewhere", "committee_elsewhere", "police_here", "admin"):
        assert codes(persona) == set()
    void(played["D13"], "写错")
    assert codes("hr_same_company") == {"D05"}


def test_reading_the_facts_takes_the_same_few_queries_for_one_and_for_twelve_applicants():
    one = play.open_case(date(2026, 3, 4))
    many = play.open_case(
        date(2026, 3, 4),
        applicants=tuple(PartyIn(name=f"工友{n}", claims=(ClaimIn("工资", 100_000),)) for n in range(12)),
        headcount=12,
    )
    assert statements_for(one) == statements_for(many) <= 16


def statements_for(number: str) -> int:
    """How many statements reading the facts of a case takes."""
    case = reload(number)
    with statements() as asked:
        casefacts.facts_of(case)
    db.session.rollback()
    return len(asked)


def test_the_same_request_of_many_is_one_line_with_their_sum():
    workers = tuple(
        PartyIn(name=f"工友{number}", claims=(cases.ClaimIn("拖欠工资", 100_000 + number),)) for number in range(12)
    )
    facts = casefacts.facts_of(reload(play.open_case(date(2026, 3, 4), applicants=workers)))
    assert [(one.item, one.amount_fen) for one in facts.claims] == [("拖欠工资（12人合计）", 1_200_066)]
    assert [one.claimed_fen for one in facts.applicants] == [100_000 + number for number in range(12)]


def test_a_failure_notice_prints_the_counted_day_of_each_request():
    number = play.failed_case()
    text = text_of(issue(number, "D15", date(2026, 6, 24)))
    assert "申请仲裁的时效期间届满日：2027年6月5日" in text
    # The wages of the sample: employment has not ended as far as is known, so the cautious day is named with why.
    assert "劳动关系存续期间" in text and "最早至2027年6月5日届满" in text
    assert "劳动保障监察" in text and "支付令" in text and "法律援助" in text
