"""The terms of an agreement: drafts, reasons, the check before the paper, the clause library, the Word file."""

from __future__ import annotations

from datetime import date
from html import unescape
from io import BytesIO

import pytest
from docx import Document as Word
from sqlalchemy import select

from mediation.cases.models import Agreement
from mediation.core.db import db, transaction
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from mediation.documents import service, terms, terms_library
from mediation.documents.models import FindingWaiver, TermsDraft
from mediation.documents.service import NotComplete
from tests import personas
from tests.factories import casefiles
from tests.factories import documents as play

DAY = date(2026, 3, 16)
WAIVER = "申请人自愿放弃缴纳社会保险。"
SOUND = "被申请人分两期支付申请人拖欠工资。"


def save(number: str, text: str, **details) -> TermsDraft:
    return play.act(number, "duty_lawyer", DAY, terms.save, text=text, **details)


def issue(number: str):
    return play.act(number, "duty_lawyer", DAY, service.issue, code="D13")


def stored(number: str) -> list[tuple[int, str]]:
    rows = db.session.scalars(select(TermsDraft).order_by(TermsDraft.seq))
    return [(row.seq, row.terms) for row in rows]


def test_every_draft_is_kept_and_an_earlier_one_comes_back_as_a_new_one(context, number):
    before = db.session.scalars(select(Agreement)).one().terms
    save(number, SOUND)
    save(number, SOUND)
    save(number, SOUND + "\n双方再无争议。")
    play.act(number, "duty_lawyer", DAY, terms.restore, seq=1)
    assert stored(number) == [(1, before), (2, SOUND), (3, SOUND + "\n双方再无争议。"), (4, before)]
    assert db.session.scalars(select(Agreement)).one().terms == before
    with pytest.raises(NotFound):
        play.act(number, "duty_lawyer", DAY, terms.restore, seq=9)


def test_two_people_do_not_overwrite_each_other(context, number):
    save(number, SOUND, expected=1)
    with pytest.raises(DomainError, match="第2稿"):
        save(number, "另一份。", expected=1)
    with pytest.raises(DomainError, match="请写明"):
        save(number, "　\n ")


def test_what_blocks_stops_the_paper_and_no_reason_helps(context, number):
    save(number, "被申请人分两期支付申请人工资共计99,999元。")
    with pytest.raises(NotComplete, match="99,999"):
        issue(number)
    with pytest.raises(Conflict):
        play.act(number, "duty_lawyer", DAY, terms.waive, code="sum_differs", reason="双方同意")


def test_a_warning_needs_a_reason_that_counts_for_this_text_alone(context, number):
    save(number, f"{SOUND}\n{WAIVER}")
    with pytest.raises(NotComplete, match="协议条款第2项"):
        issue(number)
    with pytest.raises(DomainError, match="理由"):
        play.act(number, "duty_lawyer", DAY, terms.waive, code="waives_insurance", reason=" ")
    with pytest.raises(NotFound):
        play.act(number, "duty_lawyer", DAY, terms.waive, code="waives_injury", reason="没有发现")
    with pytest.raises(Forbidden):
        play.act(number, "hr_same_company", DAY, terms.waive, code="waives_insurance", reason="公司同意")
    play.act(number, "duty_lawyer", DAY, terms.waive, code="waives_insurance", reason="已告知无效，双方仍要求写入")
    save(number, f"{SOUND}\n{WAIVER}\n双方再无争议。")
    with pytest.raises(NotComplete, match="协议条款第2项"):
        issue(number)
    play.act(number, "duty_lawyer", DAY, terms.restore, seq=2)
    assert issue(number).status == "issued"
    waiver = db.session.scalars(select(FindingWaiver)).one()
    assert (waiver.code, waiver.reason) == ("waives_insurance", "已告知无效，双方仍要求写入")


def test_what_is_issued_is_frozen(context, number):
    issue(number)
    with pytest.raises(Conflict, match="已经出具"):
        save(number, SOUND)


def test_a_clause_is_filled_from_the_case_and_changed_by_versions(context, number):
    admin = personas.actor("admin")
    with transaction():
        newer = terms_library.change_clause(
            admin, code="pay_once", title="一次付清", text="{respondent}付{total}。", article="", tracks=("labour",), is_active=True
        )  # fmt: skip
    assert newer.version == 2
    assert [one.version for one in terms_library.versions("pay_once")] == [2, 1]
    facts = play.act(number, "duty_lawyer", DAY, lambda actor, case: terms.facts_of(case))
    offered = {one.code: words for one, words in terms_library.offered(facts)}
    assert "16,650.00元（大写：人民币壹万陆仟陆佰伍拾元整）" in offered["pay_once"]
    assert "freight" not in offered, "a clause for another kind of dispute"
    with pytest.raises(DomainError, match="没有这样的空格"), transaction():
        terms_library.change_clause(
            admin, code="pay_once", title="一次付清", text="{无}", article="", tracks=("labour",), is_active=True
        )
    with pytest.raises(Forbidden), transaction():
        terms_library.change_clause(
            personas.actor("duty_lawyer"), code="pay_once", title="一", text="二", article="", tracks=("labour",), is_active=True
        )  # fmt: skip
    with pytest.raises(NotFound):
        terms_library.versions("nothing")


def test_the_library_itself_passes_the_check(context, number):
    facts = play.act(number, "duty_lawyer", DAY, lambda actor, case: terms.facts_of(case))
    case_terms = "\n".join(words for one, words in terms_library.offered(facts) if one.code != "no_decision")
    shown = terms.with_terms(facts, case_terms)
    found = terms.checking.check(shown)
    assert {one.code for one in found} <= {"legal_representative_unknown"}, found


def test_the_page_checks_what_is_typed_without_and_with_a_script(client, number):
    lawyer = personas.login(client, "duty_lawyer")
    address = f"/cases/{number}/documents/terms"
    page = unescape(lawyer.get(address).get_data(as_text=True))
    assert "文书中的样子" in page
    assert "被申请人分两期支付拖欠工资。" in page
    answer = personas.post(lawyer, address, {"terms": WAIVER, "action": "check"})
    text = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 200
    assert "法释〔2025〕12号第十九条" in text
    assert text.count(WAIVER) >= 2, "what was typed stays, beside its preview"
    inserted = personas.post(lawyer, address, {"terms": SOUND, "action": "insert:joint"})
    assert "承担连带责任，周明远可以请求" in unescape(inserted.get_data(as_text=True))
    empty = personas.post(lawyer, address, {"terms": "", "action": "save"})
    assert empty.status_code == 422
    saved = personas.post(lawyer, address, {"terms": f"{SOUND}\n{WAIVER}", "action": "save", "draft": "1"})
    assert saved.status_code == 303
    refused = personas.post(lawyer, f"{address}/reason", {"code": "waives_insurance", "reason": ""})
    assert refused.status_code == 422
    assert (
        personas.post(lawyer, f"{address}/reason", {"code": "waives_insurance", "reason": "已告知"}).status_code == 303
    )
    assert "已说明理由" in unescape(lawyer.get(address).get_data(as_text=True))
    draft = unescape(lawyer.get(f"{address}/drafts/1").get_data(as_text=True))
    assert f"<ins>{WAIVER}</ins>" in draft
    assert personas.post(lawyer, f"{address}/drafts/1/restore", {}).status_code == 303


def test_the_word_file_is_a_draft_of_the_same_paper(client, number):
    lawyer = personas.login(client, "duty_lawyer")
    answer = lawyer.get(f"/cases/{number}/documents/word/D13")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    document = Word(BytesIO(answer.get_data()))
    assert document.sections[0].header.paragraphs[0].text.startswith("草稿")
    assert any("被申请人分两期支付拖欠工资。" in one.text for one in document.paragraphs)


def test_the_clause_pages_keep_what_was_typed(client):
    admin = personas.login(client, "admin")
    assert "提前到期" in unescape(admin.get("/admin/clauses").get_data(as_text=True))
    address = "/admin/clauses/early_maturity"
    bad = personas.post(admin, address, {"title": "提前到期", "text": "{没有}", "tracks": "labour", "is_active": "y"})
    assert bad.status_code == 422
    assert "{没有}" in unescape(bad.get_data(as_text=True))
    good = personas.post(
        admin, address, {"title": "提前到期", "text": "逾期即全部到期。", "tracks": "labour", "is_active": "y"}
    )
    assert good.status_code == 303
    assert "逾期即全部到期。" in unescape(admin.get(address).get_data(as_text=True))


def test_a_clause_is_added_looked_at_changed_and_retired(app, client, number):
    admin = personas.login(client, "admin")
    text = "{respondent}于{last_day}前向{committee}交存钥匙和电动车。"
    typed = {"title": "交还车辆", "text": text, "article": "", "tracks": ["labour", "peoples"]}
    looked = unescape(personas.post(admin, "/admin/clauses/new", typed | {"action": "preview"}).get_data(as_text=True))
    assert "示例速运有限公司于2026年4月10日前向调解委员会交存" in looked
    assert "示例速运有限公司于2026年4月10日前向人民调解委员会交存" in looked
    with app.app_context():
        assert "added_1" not in {one.code for one in terms_library.library()}
    bad = personas.post(admin, "/admin/clauses/new", typed | {"text": "{车辆}", "title": "交还"})
    assert (bad.status_code, "没有这样的空格：{车辆}" in unescape(bad.get_data(as_text=True))) == (422, True)
    assert personas.post(admin, "/admin/clauses/new", typed | {"tracks": []}).status_code == 422
    assert personas.post(admin, "/admin/clauses/new", typed).status_code == 303
    assert "已经有同名的条款" in unescape(personas.post(admin, "/admin/clauses/new", typed).get_data(as_text=True))
    assert personas.post(admin, "/admin/clauses/new", typed | {"title": "交还衣物"}).status_code == 303
    page = unescape(admin.get("/admin/clauses").get_data(as_text=True))
    assert "各调解委员会共用" in page
    assert "added_2" in page
    changed = typed | {"text": "{respondent}收回车辆。", "is_active": "y"}
    assert personas.post(admin, "/admin/clauses/added_1", changed).status_code == 303
    with app.app_context(), casefiles.at(date(2026, 3, 16)):
        case = casefiles.reload(number)
        offered = {one.code: words for one, words in terms_library.offered(terms.facts_of(case))}
        assert offered["added_1"].endswith("收回车辆。")
        assert [one.version for one in terms_library.versions("added_1")] == [2, 1]
    assert personas.post(admin, "/admin/clauses/added_1", typed).status_code == 303
    with app.app_context():
        case = casefiles.reload(number)
        assert "added_1" not in {one.code for one, _words in terms_library.offered(terms.facts_of(case))}
