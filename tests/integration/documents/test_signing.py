"""Signatures under papers: on the screen and on paper, both ending in the same state of the agreement."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from mediation.attachments import queries as attachment_queries
from mediation.attachments import service as attachments
from mediation.attachments.models import Attachment
from mediation.cases import service as cases
from mediation.committees.models import COMPANY_SIGNING, Committee
from mediation.core import clock
from mediation.core.db import db, transaction
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from mediation.documents import queries
from mediation.documents import service as documents
from mediation.documents.models import Document, PaperSignature
from mediation.documents.signing import copies, service
from tests import personas
from tests.factories import casefiles
from tests.factories import documents as play

DAY, NEXT, LATER = date(2026, 3, 16), date(2026, 3, 17), date(2026, 3, 18)
DRAWN = json.dumps([[[1000, 1000], [3000, 4000], [5000, 1000]], [[6000, 2500], [9000, 2500]]])


@pytest.fixture(autouse=True)
def _known_heads(app, number):
    with app.app_context():
        play.name_heads(number)


def photo() -> bytes:
    target = BytesIO()
    Image.new("RGB", (200, 100), "white").save(target, "PNG")
    return target.getvalue()


@pytest.fixture
def agreement(context, number) -> Document:
    return play.act(number, "duty_lawyer", DAY, documents.issue, code="D13")


def reloaded(document: Document) -> Document:
    db.session.rollback()
    return db.session.get_one(Document, document.id)


def lines_of(number: str, document: Document) -> list[service.Line]:
    return service.lines(casefiles.reload(number), reloaded(document))


def draw(number: str, document: Document, chosen: str, day: date = NEXT, persona: str = "duty_lawyer", **given):
    given = {"name": "", "identified_by": "id_card", "drawn": DRAWN, **given}

    def sign(actor, case):
        own = db.session.get_one(Document, document.id)
        return service.sign_on_screen(actor, case=case, document=own, chosen=chosen, **given)

    return play.act(number, persona, day, sign)


def scan(number: str, document: Document, keys: list[str], on: date = NEXT, day: date = LATER, **given):
    given = {"filename": "签署件.png", "content": photo(), **given}

    def sign(actor, case):
        own = db.session.get_one(Document, document.id)
        return service.sign_on_paper(actor, case=case, document=own, keys=keys, on=on, **given)

    return play.act(number, "duty_lawyer", day, sign)


def everybody(number: str, document: Document) -> list[str]:
    """Who signs at each open place: the person itself, or somebody whose name is typed."""
    return [f"{one.place.key}/{one.place.signers[-1].key}" for one in lines_of(number, document) if one.is_open]


def needed(number: str, document: Document) -> list[str]:
    return [one for one in everybody(number, document) if not one.startswith("recorder")]


def test_signing_on_the_screen_is_the_act_of_the_agreement(number, agreement):
    first, *_others = everybody(number, agreement)
    row = draw(number, agreement, first)
    assert (row.name, row.way, row.identified_by) == (play.WORKER, "screen", "id_card")
    assert row.signed_at.date() == NEXT
    act = cases.draft_agreement_of(casefiles.reload(number)).signatures[0]
    assert (act.id, act.signed_on, act.manner, act.signed_by) == (row.signature_id, NEXT, "signature", None)
    assert service.verify(reloaded(agreement), row)
    line = lines_of(number, agreement)[0]
    assert not line.is_open


def test_both_ways_end_in_the_same_state(number, agreement):
    *drawn, last = needed(number, agreement)
    for place in drawn:
        draw(number, agreement, place, name="吴经理")
    case = casefiles.reload(number)
    assert case.effective_on is None
    scan(number, agreement, [last.partition("/")[0]], on=NEXT)
    play.act(number, "committee", LATER, _seal)
    case = casefiles.reload(number)
    assert (case.state, case.effective_on) == ("agreed", LATER)
    assert [one.signed_on for one in cases.effective_agreement(case).signatures] == [NEXT] * 4 + [LATER]
    assert all(one.manner for one in cases.effective_agreement(case).signatures)


def _seal(actor, case):
    (act,) = [one for one in cases.draft_agreement_of(case).signatures if one.actor_kind == "seal"]
    return cases.sign(actor, case=case, signature_id=act.id, on=LATER, manner="committee_seal")


def test_the_last_signature_sets_the_day_also_on_the_screen(number, agreement):
    play.act(number, "committee", DAY, lambda actor, case: _sealed_on(actor, case, DAY))
    for place in needed(number, agreement):
        draw(number, agreement, place, day=LATER, name="吴经理")
    case = casefiles.reload(number)
    assert (case.state, case.effective_on) == ("agreed", LATER)


def _sealed_on(actor, case, on):
    (act,) = [one for one in cases.draft_agreement_of(case).signatures if one.actor_kind == "seal"]
    return cases.sign(actor, case=case, signature_id=act.id, on=on, manner="committee_seal")


def test_nobody_signs_twice(number, agreement):
    first, second, *_others = everybody(number, agreement)
    draw(number, agreement, first)
    with pytest.raises(DomainError, match="已经签过名"):
        draw(number, agreement, first)
    with pytest.raises(DomainError, match="已经签过名"):
        scan(number, agreement, [first.partition("/")[0]])
    act = cases.draft_agreement_of(casefiles.reload(number)).signatures[1]
    play.act(number, "duty_lawyer", NEXT, cases.sign, signature_id=act.id, on=NEXT)
    with pytest.raises(DomainError, match="已经签过名"):
        draw(number, agreement, second, name="吴经理")


def test_an_original_scanned_later_keeps_the_day_of_its_act(number, agreement):
    act = cases.draft_agreement_of(casefiles.reload(number)).signatures[0]
    play.act(number, "duty_lawyer", DAY, cases.sign, signature_id=act.id, on=DAY)
    key = everybody(number, agreement) and lines_of(number, agreement)[0].place.key
    with pytest.raises(DomainError) as refusal:
        scan(number, agreement, [key], on=NEXT)
    assert refusal.value.field == "signed_on"
    (row,) = scan(number, agreement, [key], on=DAY)
    assert (row.way, row.signature_id, row.signed_at.astimezone(clock.SHANGHAI).date()) == ("paper", act.id, DAY)
    assert service.verify(reloaded(agreement), row)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"chosen": "applicant:999999/self"}, "chosen"),
        ({"chosen": ""}, "chosen"),
        ({"identified_by": ""}, "identified_by"),
        ({"identified_by": "account"}, "identified_by"),
        ({"drawn": "[]"}, "drawn"),
        ({"drawn": "[[[0,0]]]"}, "drawn"),
    ],
)
def test_what_is_missing_is_said_at_its_field(number, agreement, given, field):
    first = everybody(number, agreement)[0]
    with pytest.raises(DomainError) as refusal:
        draw(number, agreement, **{"chosen": first, **given})
    assert refusal.value.field == field
    assert service.signatures_of(reloaded(agreement)) == []


def test_a_company_is_signed_for_by_a_person_with_a_name(number, agreement):
    company = next(
        one for one in everybody(number, agreement) if one.startswith("respondent") and one.endswith("other")
    )
    with pytest.raises(DomainError) as refusal:
        draw(number, agreement, company)
    assert refusal.value.field == "name"
    row = draw(number, agreement, company, name=" 吴 经理 ")
    act = next(
        one for one in cases.draft_agreement_of(casefiles.reload(number)).signatures if one.id == row.signature_id
    )
    assert (row.name, act.signed_by) == ("吴 经理", "吴 经理")


def test_void_changed_and_closed_papers_are_not_signed(number, agreement):
    first = everybody(number, agreement)[0]
    play.draft(number, NEXT, total_fen=1_500_000)
    with pytest.raises(Conflict, match="改动过"):
        draw(number, agreement, first)
    own = reloaded(agreement)
    with transaction():
        documents.void(personas.actor("duty_lawyer"), document=db.session.get_one(Document, own.id), reason="改了金额")
    with pytest.raises(Conflict, match="作废"):
        draw(number, agreement, first)
    notice = play.act(number, "duty_lawyer", NEXT, documents.issue, code="D03")
    place = everybody(number, notice)[0]
    play.act(number, "duty_lawyer", NEXT, cases.withdraw, reason="双方自行和解")
    play.act(number, "duty_lawyer", NEXT, cases.close)
    with pytest.raises(Conflict, match="结案"):
        draw(number, notice, place)
    with pytest.raises(Conflict, match="结案"):
        scan(number, notice, [place.partition("/")[0]])


def test_a_signed_agreement_is_not_declared_void_beside_its_acts(number, agreement):
    draw(number, agreement, everybody(number, agreement)[0])
    with pytest.raises(Conflict, match="作废重签"), transaction():
        documents.void(
            personas.actor("duty_lawyer"), document=db.session.get_one(Document, agreement.id), reason="写错"
        )
    play.act(number, "duty_lawyer", NEXT, cases.replace_draft, reason="金额写错")
    with transaction():
        documents.void(
            personas.actor("duty_lawyer"), document=db.session.get_one(Document, agreement.id), reason="写错"
        )


def test_the_company_signs_for_itself_only_where_the_committee_allows_it(number, agreement):
    places = everybody(number, agreement)
    company = next(one for one in places if one.startswith("respondent"))
    with pytest.raises(Forbidden):
        draw(number, agreement, company, persona="hr_same_company", name="吴经理")
    with transaction():
        committee = db.session.get_one(Committee, agreement.committee_id)
        committee.settings = committee.settings | {COMPANY_SIGNING: True}
    allowed = service.lines_for(personas.actor("hr_same_company"), casefiles.reload(number), reloaded(agreement))
    assert allowed
    assert {one.place.capacity for one in allowed} == {"respondent"}
    own = f"{allowed[0].place.key}/{allowed[0].place.signers[-1].key}"
    row = draw(number, agreement, own, persona="hr_same_company", name="吴经理", identified_by="id_card")
    assert (row.identified_by, row.recorded_by) == ("account", personas.user("hr_same_company").id)
    assert row.signature_id is not None
    with pytest.raises(DomainError, match="签名人"):
        draw(number, agreement, places[0], persona="hr_same_company")
    with pytest.raises(NotFound):
        draw(number, agreement, own, persona="hr_other_company")
    notice = play.act(number, "duty_lawyer", NEXT, documents.issue, code="D03")
    with pytest.raises(Forbidden):
        draw(number, notice, own, persona="hr_same_company", name="吴经理")


def test_the_signed_copy_joins_the_issued_pages_and_the_sheet(number, agreement):
    for place in needed(number, agreement):
        assert queries.scans_of(reloaded(agreement)) == []
        draw(number, agreement, place, name="吴经理")
    (kept,) = queries.scans_of(reloaded(agreement))
    document = reloaded(agreement)
    issued = PdfReader(BytesIO(attachments.read(db.session.get_one(Attachment, document.attachment_id))))
    copy = PdfReader(BytesIO(attachments.read(kept)))
    assert [one.extract_text() for one in copy.pages[: len(issued.pages)]] == [
        one.extract_text() for one in issued.pages
    ]
    sheet = "".join(one.extract_text() for one in copy.pages[len(issued.pages) :]).replace("\n", "")
    assert document.sha256 in sheet
    assert all(one.digest in sheet for one in service.signatures_of(document))
    assert "2026年3月17日 11:00:00（UTC 2026-03-17 03:00:00）" in sheet
    assert documents.verify(document) == []
    again = [(one.place, one.signature) for one in lines_of(number, agreement)]
    assert copies.signed_copy(personas.actor("duty_lawyer"), document, again) == attachments.read(kept)
    db.session.rollback()


def test_a_drawn_signature_is_no_file_of_the_case(number, agreement):
    row = draw(number, agreement, everybody(number, agreement)[0])
    files = attachment_queries.of_case(agreement.case_id, include_internal=True)
    assert row.attachment_id not in {one.id for one in files}


def test_a_changed_signature_is_found(number, agreement):
    row = draw(number, agreement, everybody(number, agreement)[0])
    with transaction():
        db.session.get_one(PaperSignature, row.id).name = "别人"
    changed = db.session.scalars(select(PaperSignature)).one()
    assert not service.verify(reloaded(agreement), changed)


def test_the_page_keeps_what_was_typed_and_drawn(app, client, number):
    with app.app_context():
        document = play.act(number, "duty_lawyer", DAY, documents.issue, code="D13")
        base = f"/cases/{number}/documents/{document.id}"
        places = everybody(number, document)
    personas.login(client, "duty_lawyer")
    typed = {"chosen": places[0], "identified_by": "", "name": "张三丰", "drawn": DRAWN}
    answer = personas.post(client, f"{base}/sign", typed)
    assert answer.status_code == 422
    assert "张三丰" in answer.text
    assert DRAWN.replace('"', "&#34;") in answer.text
    assert client.get(f"{base}/signed.pdf").status_code == 404
    assert personas.post(client, f"{base}/sign", typed | {"identified_by": "known"}).status_code == 303
    assert client.get(f"{base}/signed.pdf").data.startswith(b"%PDF")
    assert "已签名" in client.get(f"{base}/sign").text
    key = places[1].partition("/")[0]
    given = {"keys": [key], "signed_on": clock.today().isoformat()}
    assert personas.post(client, f"{base}/sign/paper", given).status_code == 422
    given["file"] = (BytesIO(photo()), "签署件.png")
    assert personas.post(client, f"{base}/sign/paper", given).status_code == 303
    assert "纸质原件" in client.get(base).text
    assert f"{base}/sign" in client.get(base).text


def test_who_may_open_the_page(app, client, number):
    with app.app_context():
        document_id = play.act(number, "duty_lawyer", DAY, documents.issue, code="D13").id
    personas.login(client, "hr_same_company")
    assert client.get(f"/cases/{number}/documents/{document_id}/sign").status_code == 403
    assert f"{document_id}/sign" not in client.get(f"/cases/{number}/documents/{document_id}").text
