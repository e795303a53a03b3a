"""The case page: what each reader sees of it, and at which cost."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask import Flask

from mediation.attachments import service as attachments
from mediation.audit.models import AuditRow
from mediation.cases import page, service
from mediation.core import clock
from mediation.core.db import db, transaction
from mediation.deadlines import queries as deadlines
from mediation.parties import queries as party_queries
from mediation.parties import service as parties
from mediation.parties.models import Side
from tests import personas
from tests.databases import statements
from tests.factories import casefiles
from tests.product import Content

DAY = date(2026, 3, 16)
NUMBER = "2026-000001"
PAGE = f"/cases/{NUMBER}"


def fill(app: Flask) -> None:
    """A full case: agreed, with an internal note, answers of two companies, files, a payment and a representative."""
    casefiles.fill(app)
    lawyer = personas.actor("duty_lawyer")
    with casefiles.at(DAY), transaction():
        other = casefiles.PartyIn(
            name=personas.world().other_company.name,
            kind=casefiles.PartyKind.ORGANISATION,
            role=casefiles.PartyRole.PLATFORM,
            company_id=personas.world().other_company.id,
        )
        case = casefiles.agreed(lawyer)
        service.add_note(lawyer, case=case, body=casefiles.CANARY)
        for name, inside in (("wages.txt", False), ("inside.txt", True)):
            attachments.store(
                lawyer,
                committee_id=case.committee_id,
                case_id=case.id,
                kind="evidence",
                filename=name,
                content=b"6525",
                is_internal=inside,
            )
        service.enter_party(lawyer, case=case, side=Side.RESPONDENT, person=other)
        worker = party_queries.for_case(case.id)[0]
        parties.change_party(lawyer, party=worker, id_number=casefiles.ID_NUMBER)
        parties.add_representative(lawyer, party=worker, kind="agent", name="赵代理", scope="special", powers=["sign"])
        service.answer(
            personas.actor("hr_same_company"), case=case, kind="offer", amount_fen=900_000, reason="云岫的话"
        )
        service.answer(personas.actor("hr_other_company"), case=case, kind="refuse", reason="远岚的话")
        first = service.effective_agreement(case).instalments[0]
        service.record_payment(lawyer, case=case, instalment_id=first.id, amount_fen=100_000, proof="回单 7")
        service.follow_up(lawyer, case=case, finding="内部回访情况")
        casefiles.open_wages(lawyer)  # a second case, not yet told to the company


CASES = Content("a full case", fill)


@pytest.fixture
def content() -> Content:
    return CASES


def shown(app: Flask, persona: str, address: str = PAGE) -> tuple[int, str]:
    with casefiles.at(DAY):
        answer = personas.login(app.test_client(), persona).get(address)
    return answer.status_code, answer.get_data(as_text=True)


def test_staff_see_the_whole_case(app: Flask) -> None:
    status, text = shown(app, "duty_lawyer")
    assert status == 200
    for words in (
        casefiles.CANARY,
        "wages.txt",
        "inside.txt",
        "云岫的话",
        "远岚的话",
        "内部回访情况",
        "赵代理",
        "回单 7",
    ):
        assert words in text, words
    assert "138****8000" in text and "310***********0019" in text
    assert casefiles.PHONE not in text and casefiles.ID_NUMBER not in text
    assert "2026年3月31日" in text and "2026年4月15日" in text  # arbitration review, judicial confirmation


@pytest.mark.parametrize("persona", ["hr_same_company", "hr_other_company"])
def test_a_company_sees_its_own_side_only(app: Flask, persona: str) -> None:
    status, text = shown(app, persona)
    assert status == 200
    mine, others = ("云岫的话", "远岚的话") if persona == "hr_same_company" else ("远岚的话", "云岫的话")
    assert mine in text and others not in text
    for secret in (casefiles.CANARY, "内部记录", "wages.txt", "inside.txt", "内部回访情况", "更正登记内容"):
        assert secret not in text, secret
    assert "138****8000" not in text and "青浦区示例路" not in text and "/reveal/" not in text
    assert "310***********0019" in text  # two employees of one name are told apart
    assert "16,650.00" in text


def test_police_see_who_and_how_it_ended_but_no_wage_file(app: Flask) -> None:
    status, text = shown(app, "police_here")
    assert status == 200
    assert "周明远" in text and "138****8000" in text and "达成协议" in text
    for secret in (casefiles.CANARY, "16,650", "8,650", "云岫的话", "wages.txt", "inside.txt", "十二月", "310***"):
        assert secret not in text, secret


@pytest.mark.parametrize("persona", ["lawyer_elsewhere", "police_elsewhere", "committee_elsewhere"])
def test_not_yours_is_not_there(app: Flask, persona: str) -> None:
    assert shown(app, persona)[0] == 404
    assert shown(app, persona, f"{PAGE}/close")[0] in (403, 404)


def test_a_company_learns_of_a_case_when_it_is_asked(app: Flask) -> None:
    assert shown(app, "hr_same_company", "/cases/2026-000002")[0] == 404
    assert shown(app, "duty_lawyer", "/cases/2026-000002")[0] == 200


def test_administrators_have_no_case_content(app: Flask) -> None:
    assert shown(app, "admin")[0] == 403


def test_the_case_number_is_an_address_too(app: Flask) -> None:
    assert shown(app, "duty_lawyer", "/cases/沪快调字〔2026〕第1号")[0] == 200


@pytest.mark.parametrize(
    ("persona", "is_internal", "status"),
    [
        ("duty_lawyer", False, 200),
        ("duty_lawyer", True, 200),
        ("hr_same_company", False, 404),
        ("hr_same_company", True, 404),
        ("police_here", True, 404),
        ("lawyer_elsewhere", False, 404),
    ],
)
def test_files_go_out_through_the_case_only(app: Flask, persona: str, is_internal: bool, status: int) -> None:
    with app.app_context(), transaction():
        case = casefiles.reload(NUMBER)
        file = attachments.store(
            personas.actor("duty_lawyer"),
            committee_id=case.committee_id,
            case_id=case.id,
            kind="evidence",
            filename="chat.txt",
            content=b"chat",
            is_internal=is_internal,
        )
        file_id = file.id
    assert shown(app, persona, f"{PAGE}/files/{file_id}")[0] == status
    assert shown(app, "duty_lawyer", f"/cases/2026-000002/files/{file_id}")[0] == 404
    with app.app_context():
        opened = db.session.scalars(db.select(AuditRow).where(AuditRow.event == "file_opened")).all()
    assert len(opened) == (1 if status == 200 else 0)


def test_every_look_leaves_a_trace(app: Flask) -> None:
    shown(app, "duty_lawyer")
    with app.app_context():
        events = list(db.session.scalars(db.select(AuditRow.event).order_by(AuditRow.id.desc()).limit(2)))
    assert set(events) == {"case_viewed", "note_opened"}


def test_a_field_is_revealed_by_a_logged_post(app: Flask) -> None:
    with app.app_context():
        party_id = party_queries.for_case(casefiles.reload(NUMBER).id)[0].id
    with casefiles.at(DAY):
        lawyer = personas.login(app.test_client(), "duty_lawyer")
        address = f"{PAGE}/parties/{party_id}/reveal/phone"
        assert lawyer.get(address).status_code == 405
        assert casefiles.PHONE in personas.post(lawyer, address).get_data(as_text=True)
        answer = personas.post(lawyer, address, headers={"X-Requested-With": "fetch"})
        assert answer.get_json() == {"value": casefiles.PHONE}
        police = personas.login(app.test_client(), "police_here")
        assert personas.post(police, address).status_code == 200
        assert personas.post(police, address.replace("phone", "id_number")).status_code == 403
        company = personas.login(app.test_client(), "hr_same_company")
        assert personas.post(company, address).status_code == 403
    with app.app_context():
        looks = db.session.scalars(db.select(AuditRow).where(AuditRow.event == "field_revealed")).all()
    assert [one.fields["field"] for one in looks] == ["phone"] * 3
    assert casefiles.PHONE not in str([one.fields for one in looks])


def test_why_this_day_is_explained_day_by_day(app: Flask) -> None:
    with app.app_context():
        case = casefiles.reload(NUMBER)
        review = next(one for one in deadlines.of_case(case.id) if one.rule_code == "LM-ARBREVIEW-15D")
    status, text = shown(app, "duty_lawyer", f"{PAGE}/deadlines/{review.id}")
    assert status == 200 and "2026-03-31" in text and "协议生效" in text
    assert shown(app, "police_here", f"{PAGE}/deadlines/{review.id}")[0] == 404
    assert shown(app, "duty_lawyer", f"/cases/2026-000002/deadlines/{review.id}")[0] == 404


@pytest.mark.parametrize("persona", ["duty_lawyer", "hr_same_company", "police_here"])
def test_one_query_per_thing_shown(app: Flask, persona: str) -> None:
    with app.app_context(), casefiles.at(DAY):
        actor = personas.actor(persona)
        case = casefiles.queries.get_for(actor, NUMBER)
        with statements() as asked:
            built = page.build(actor, case)
            # Everything is loaded: what the templates read asks for nothing more.
            assert built.agreement is None or [act.name for act in built.agreement.signatures]
        assert len(asked) <= 23, "\n".join(asked)


def test_a_crowd_costs_no_more_queries(app: Flask) -> None:
    counts = []
    for people in (1, 12):
        with app.app_context(), casefiles.at(DAY), transaction():
            actor = personas.actor("duty_lawyer")
            crowd = tuple(casefiles.applicant(f"工友{n}", 100_000) for n in range(people))
            number = casefiles.agreed(actor, applicants=crowd).number
        with app.app_context(), casefiles.at(DAY):
            actor = personas.actor("duty_lawyer")
            case = casefiles.queries.get_for(actor, number)
            with statements() as asked:
                built = page.build(actor, case)
            counts.append(len(asked))
    assert counts[0] == counts[1]
    signing = [one for one in built.timeline if str(one.title) == "登记签名"]
    assert len(signing) == 1 and signing[0].lines[:2] == ["工友0", "工友1"]


@pytest.mark.parametrize("persona", ["duty_lawyer", "judicial_here", "committee", "hr_same_company", "police_here"])
def test_every_link_on_the_page_opens(app: Flask, persona: str) -> None:
    with app.app_context(), casefiles.at(DAY), transaction():
        lawyer = personas.actor("duty_lawyer")
        made = [casefiles.open_wages(lawyer), casefiles.mediating(lawyer), casefiles.drafted(lawyer)]
        left = casefiles.mediating(lawyer)
        service.plan_session(lawyer, case=left, starts_at=clock.now() + timedelta(days=1))
        service.fail(lawyer, case=left, reason="差距太大", limitation_on=left.limitation_on)
        numbers = [NUMBER, *(case.number for case in (*made, left))]
    dead = []
    with casefiles.at(DAY):
        client = personas.login(app.test_client(), persona)
        for number in numbers:
            text = client.get(f"/cases/{number}").get_data(as_text=True)
            links = set(re.findall(rf'href="(/cases/{number}/[^"#]*)"', text))
            answers = {
                link: client.get(link.replace("&amp;", "&")).status_code for link in links if "/files/" not in link
            }
            dead += [(link, status) for link, status in answers.items() if status != 200]
    assert dead == []
