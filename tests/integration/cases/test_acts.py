"""The acts of a case through their pages: who may, what is refused, and that nothing typed is lost."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm.exc import StaleDataError

from mediation.cases import service
from mediation.cases.lifecycle import Track
from mediation.cases.models import Case
from mediation.cases.service import AgreementIn
from mediation.companies.models import FirmClient
from mediation.core.actor import Actor
from mediation.core.db import db, transaction
from mediation.parties import queries as party_queries
from tests import personas
from tests.factories import casefiles
from tests.product import Content

DAY = date(2026, 3, 16)
LATER = date(2026, 4, 20)


def fill(app: Flask) -> None:
    """One case in each state that bad input is tried on."""
    casefiles.fill(app)
    for how in {row[1]: None for row in BAD}:
        make(app, how)


@pytest.fixture
def content() -> Content:
    return Content("acts", fill)


def made(how: Callable[..., Case]) -> str:
    """The case that ``fill`` made so."""
    return f"2026-{list({row[1]: None for row in BAD}).index(how) + 1:06d}"


def make(app: Flask, how: Callable[..., Case], persona: str = "duty_lawyer", **changes: object) -> str:
    """A case in some state; its number."""
    with app.app_context(), casefiles.at(DAY), transaction():
        return how(personas.actor(persona), **changes).number


def browser(app: Flask, persona: str = "duty_lawyer") -> FlaskClient:
    return personas.login(app.test_client(), persona)


def state(app: Flask, number: str) -> str:
    with app.app_context():
        return casefiles.reload(number).state


def consulted(actor: Actor) -> Case:
    return casefiles.open_wages(actor, track=Track.CONSULT)


def willing(actor: Actor) -> Case:
    case = casefiles.open_wages(actor)
    service.ask_consent(actor, case=case)
    return case


def failed(actor: Actor) -> Case:
    case = casefiles.mediating(actor)
    service.fail(actor, case=case, reason="差距太大", limitation_on=case.limitation_on)
    return case


def closed(actor: Actor) -> Case:
    case = casefiles.open_wages(actor)
    service.refuse(actor, case=case, reason="不属于受理范围")
    service.close(actor, case=case)
    return case


# act, state it starts from, who, what is typed, and a word that must still be there
BAD: list[tuple[str, Callable[..., Case], str, dict[str, str], str]] = [
    ("track", casefiles.open_wages, "duty_lawyer", {"track": "peoples", "relationship": "self_run"}, "请写明变更程序的理由"),
    ("ask-consent", casefiles.open_wages, "duty_lawyer", {"on": "三月四十号", "note": "打过电话"}, "打过电话"),
    ("consent", casefiles.open_wages, "duty_lawyer", {"on": "2026-03-16", "note": "对方在考虑"}, "对方在考虑"),
    ("consent", casefiles.open_wages, "duty_lawyer", {"party_id": "999999", "answer": "yes", "on": "2026-03-16"}, "error"),
    ("accept", willing, "duty_lawyer", {"on": "2026-03-99"}, "2026-03-99"),
    ("refuse", casefiles.open_wages, "duty_lawyer", {"on": "2026-03-16"}, "请写明理由"),
    ("handler", casefiles.open_wages, "committee", {"reason": "轮到她"}, "轮到她"),
    ("mediator", casefiles.accepted, "committee", {"user_id": "123456"}, "error"),
    ("sessions/new", casefiles.mediating, "duty_lawyer", {"day": "2026-03-01", "starts_at": "10:00", "planned_minutes": "90"},
     "会议时间已经过去"),
    ("sessions/new", casefiles.mediating, "duty_lawyer", {"day": "2026-03-20", "starts_at": "25:99", "place": "二楼"}, "二楼"),
    ("sessions/record", casefiles.mediating, "duty_lawyer", {"day": "2026-03-16", "starts_at": "8:00", "record": "很长的笔录"},
     "很长的笔录"),
    ("extend", casefiles.mediating, "duty_lawyer", {"days": "15", "on": "2026-03-16", "reason": "等对账"}, "等对账"),
    ("extend", casefiles.mediating, "duty_lawyer", {"days": "40", "on": "2026-03-16", "reason": "等对账"}, "1 至 15"),
    ("agreement", casefiles.mediating, "duty_lawyer",
     {"facts": "欠薪", "terms": "两期", "total_fen": "100", "instalments-0-due_on": "2026-04-01",
      "instalments-0-amount_fen": "99"}, "各期金额之和"),
    ("agreement", casefiles.mediating, "duty_lawyer",
     {"facts": "欠薪", "terms": "两期付清的约定", "total_fen": "一百块左右"}, "两期付清的约定"),
    ("agreement", casefiles.mediating, "duty_lawyer",
     {"facts": "欠薪", "terms": "付清", "total_fen": "100", "instalments-0-amount_fen": "100"}, "请填写日期"),
    ("agreement", casefiles.mediating, "duty_lawyer",
     {"facts": "欠薪", "terms": "付清", "total_fen": "100", "instalments-0-due_on": "2026-04-01",
      "instalments-0-amount_fen": "100"}, "请写明支付方式"),
    ("signatures", casefiles.drafted, "duty_lawyer", {}, "请勾选"),
    ("seal", casefiles.drafted, "committee", {"on": "2030-01-01"}, "不能晚于今天"),
    ("fail", casefiles.mediating, "duty_lawyer", {"on": "2026-03-16", "reason": "谈不拢的原因"}, "谈不拢的原因"),
    ("withdraw", casefiles.mediating, "duty_lawyer", {"on": "2026-03-16"}, "请写明理由"),
    ("terminate", casefiles.mediating, "duty_lawyer", {"on": "2020-01-01", "reason": "对方不来"}, "对方不来"),
    ("refer", casefiles.open_wages, "duty_lawyer", {"on": "2026-03-16", "reason": "要认定工伤"}, "要认定工伤"),
    ("advise", consulted, "duty_lawyer", {"on": "2026-03-16"}, "请写明答复内容"),
    ("payments/new", casefiles.agreed, "duty_lawyer", {"amount_fen": "99999", "paid_on": "2026-03-16", "proof": "回单九"},
     "回单九"),
    ("default", casefiles.agreed, "duty_lawyer", {"on": "2026-03-16", "note": "催过两次"}, "没有逾期的款项"),
    ("performed", casefiles.agreed, "duty_lawyer", {"on": "2026-03-16"}, "还有款项没有付清"),
    ("force", casefiles.agreed, "duty_lawyer", {"applied_on": "2026-03-16", "body": "青浦仲裁委"}, "青浦仲裁委"),
    ("follow-up", casefiles.agreed, "duty_lawyer", {"visited_on": "2026-03-16", "finding": ""}, "请记录回访情况"),
    ("close", casefiles.agreed, "duty_lawyer", {"on": "2026-03-16"}, "请写明理由"),
    ("close", failed, "duty_lawyer", {"on": "2026-03-16", "note": "想结案"}, "想结案"),
    ("reopen", closed, "committee", {"on": "2026-03-16"}, "请写明理由"),
    ("correct", casefiles.open_wages, "duty_lawyer", {"facts": "改过的事实", "employed_from": "很久以前"}, "改过的事实"),
    ("answer", casefiles.accepted, "hr_same_company",
     {"answers-0-claim_id": "1", "answers-0-kind": "offer", "answers-0-reason": "愿意分期"}, "愿意分期"),
    ("answer", casefiles.accepted, "hr_same_company",
     {"answers-0-claim_id": "1", "answers-0-kind": "refuse"}, "请写明不同意的理由"),
    ("answer", casefiles.accepted, "hr_same_company", {"answers-0-claim_id": "1"}, "请至少答复一项请求"),
    ("offers/new", casefiles.accepted, "hr_same_company", {"amount_fen": "一大笔"}, "一大笔"),
    ("offers/new", casefiles.accepted, "duty_lawyer", {"side": "worker", "valid_until": "2026-03-01"}, "请填写金额"),
    ("authorities/new", casefiles.accepted, "hr_same_company", {"name": "林代理"}, "请选择文件"),
    ("payments/report", casefiles.agreed, "hr_same_company", {"amount_fen": "100"}, "请选择文件"),
    ("notes/new", casefiles.accepted, "duty_lawyer", {"body": "  "}, "请填写内容"),
    ("parties/new", casefiles.accepted, "duty_lawyer",
     {"side": "respondent", "kind": "person", "role": "other", "name": "张三丰", "id_number": "123"}, "张三丰"),
    ("parties/new", casefiles.drafted, "duty_lawyer",
     {"side": "respondent", "kind": "organisation", "role": "host_unit", "name": "被挂靠单位甲"}, "请先作废重签"),
    ("claims/new", casefiles.accepted, "duty_lawyer", {"item": "加班费的请求", "amount_fen": "好多钱"}, "加班费的请求"),
    ("files/new", casefiles.accepted, "duty_lawyer", {"kind": "evidence", "note": "照片说明"}, "照片说明"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("act", "how", "persona", "typed", "kept"), BAD, ids=[f"{row[0]}-{n}" for n, row in enumerate(BAD)]
)
def test_bad_input_comes_back_with_what_was_typed(app: Flask, act, how, persona, typed, kept) -> None:
    number = made(how)
    before = state(app, number)
    with casefiles.at(DAY):
        client = browser(app, persona)
        assert client.get(f"/cases/{number}/{act}").status_code == 200
        answer = personas.post(client, f"/cases/{number}/{act}", typed)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422, text
    assert kept in text and ("field-error" in text or "error-summary" in text)
    assert state(app, number) == before


def do(app: Flask, persona: str, number: str, act: str, day: date = DAY, **typed: object) -> None:
    with casefiles.at(day):
        answer = personas.post(browser(app, persona), f"/cases/{number}/{act}", typed)
        assert answer.status_code == 303, answer.get_data(as_text=True)


def test_an_extension_needs_everybody(app: Flask) -> None:
    number = make(app, casefiles.mediating)
    with app.app_context():
        people = [one.id for one in party_queries.for_case(casefiles.reload(number).id)]
    for party_id in people:
        do(app, "duty_lawyer", number, "consent", party_id=party_id, answer="yes", on="2026-03-16")
    do(app, "duty_lawyer", number, "extend", days="15", on="2026-03-16", reason="等总部对账")
    assert state(app, number) == "extended"
    with app.app_context():
        assert casefiles.reload(number).mediation_ends_on == date(2026, 4, 15)


@pytest.mark.parametrize("accident_on", [None, date(2026, 2, 10)])  # the clock of an injury may be the nearer one
def test_a_late_acceptance_asks_for_the_reason(app: Flask, accident_on: date | None) -> None:
    number = make(app, casefiles.open_wages, accident_on=accident_on)
    with app.app_context(), casefiles.at(DAY), transaction():
        lawyer, case = personas.actor("duty_lawyer"), casefiles.reload(number)
        service.confirm_track(lawyer, case=case, track=Track.LABOUR)
        for party in party_queries.for_case(case.id):
            service.record_consent(lawyer, case=case, party_id=party.id, answer="yes")
    late = date(2026, 3, 23)
    with casefiles.at(late):
        answer = personas.post(browser(app), f"/cases/{number}/accept", {"on": "2026-03-23"})
        assert answer.status_code == 422 and "请写明理由" in answer.get_data(as_text=True)
    do(app, "duty_lawyer", number, "accept", late, on="2026-03-23", reason="对方迟迟不答复")
    assert state(app, number) == "accepted"


def test_default_and_enforcement(app: Flask) -> None:
    number = make(app, casefiles.agreed)
    do(app, "duty_lawyer", number, "force", route="judicial_confirmation", applied_on="2026-03-16", body="青浦法院")
    do(app, "duty_lawyer", number, "default", LATER, on="2026-04-20", note="催过两次")
    assert state(app, number) == "defaulted"
    do(app, "duty_lawyer", number, "enforcement", LATER, route="payment_order", applied_on="2026-04-20")
    assert state(app, number) == "enforcing"
    do(app, "duty_lawyer", number, "close", LATER, on="2026-04-20", note="已进入支付令程序")
    do(app, "committee", number, "reopen", LATER, on="2026-04-20", reason="对方又愿意付")
    assert state(app, number) == "performing"


def test_without_agreement_the_notice_comes_before_closing(app: Flask) -> None:
    number = make(app, casefiles.mediating)
    do(app, "duty_lawyer", number, "fail", on="2026-03-16", limitation="2027-03-16", reason="差距太大")
    with casefiles.at(DAY):
        text = browser(app).get(f"/cases/{number}").get_data(as_text=True)
        assert "请先出具调解不成告知书" in text and "2027年3月16日" in text
        company = browser(app, "hr_same_company").get(f"/cases/{number}").get_data(as_text=True)
        assert "2027年3月16日" in company
    do(app, "duty_lawyer", number, "refer", on="2026-03-16", referral_type="arbitration", reason="当事人去仲裁")
    do(app, "duty_lawyer", number, "result", on="2026-03-16", result="仲裁已受理")
    assert state(app, number) == "closed"


def test_an_oral_agreement_is_for_peoples_mediation_only(app: Flask) -> None:
    labour = make(app, casefiles.mediating)
    with casefiles.at(DAY):
        assert browser(app).get(f"/cases/{labour}/oral-agreement").status_code == 409
    freight = make(app, casefiles.mediating, relationship="self_run", category_code="freight.arrears")
    terms = {
        "facts": "欠运费",
        "terms": "五日内付清",
        "total_fen": "28600",
        "on": "2026-03-16",
        "payment_method": "转账",
    }
    rows = {"instalments-0-due_on": "2026-03-20", "instalments-0-amount_fen": "2.86万"}
    do(app, "duty_lawyer", freight, "oral-agreement", **terms, **rows)
    assert state(app, freight) == "agreed"


def test_the_police_run_their_own_track(app: Flask) -> None:
    number = make(app, casefiles.open_wages, "police_here", category_code="public_order", relationship="undetermined")
    with casefiles.at(DAY):
        text = browser(app, "police_here").get(f"/cases/{number}").get_data(as_text=True)
        assert "police-mediation" in text and "治安管理处罚法" in text
        for act in ("refer", "result", "correct", "police-mediation"):
            assert browser(app).get(f"/cases/{number}/{act}").status_code == 403, act
    do(app, "police_here", number, "police-mediation", on="2026-03-16", result="双方和解")
    do(app, "police_here", number, "result", on="2026-03-16", result="不予处罚")
    assert state(app, number) == "closed"


@pytest.mark.parametrize("act", ["accept", "close", "agreement", "notes/new", "seal", "fail", "correct", "parties/new"])
def test_a_company_can_only_answer(app: Flask, act: str) -> None:
    number = make(app, casefiles.accepted)
    with casefiles.at(DAY):
        company = browser(app, "hr_same_company")
        assert company.get(f"/cases/{number}/{act}").status_code == 403
        assert personas.post(company, f"/cases/{number}/{act}").status_code == 403


def test_a_conflict_of_interest_is_shown_and_blocks(app: Flask) -> None:
    with app.app_context(), transaction():
        world = personas.world()
        firm_client = FirmClient(
            committee_id=world.committee.id,
            office_id=world.other_law_firm.id,
            company_id=world.company.id,
            from_on=date(2026, 1, 1),
        )
        db.session.add(firm_client)
    number = make(app, casefiles.open_wages)
    with app.app_context():
        lawyer = casefiles.user_id("lawyer_elsewhere")
    with casefiles.at(DAY):
        client = browser(app, "committee")
        assert "顾远：所在律所为 云岫速运集团有限公司 提供法律服务" in client.get(f"/cases/{number}/handler").get_data(
            True
        )
        answer = personas.post(client, f"/cases/{number}/handler", {"user_id": lawyer})
    assert answer.status_code == 422 and "利益冲突" in answer.get_data(as_text=True)


def test_an_act_of_a_state_gone_by_is_refused(app: Flask) -> None:
    number = make(app, casefiles.accepted)
    with casefiles.at(DAY):
        client = browser(app)
        assert client.get(f"/cases/{number}/accept").status_code == 409
        assert personas.post(client, f"/cases/{number}/accept", {"on": "2026-03-16"}).status_code == 409


def test_parties_claims_and_representatives_are_corrected(app: Flask) -> None:
    number = make(app, casefiles.accepted)
    with app.app_context():
        party_id = party_queries.for_case(casefiles.reload(number).id)[0].id
    person = {"side": "applicant", "kind": "person", "role": "worker"}
    do(app, "duty_lawyer", number, f"parties/{party_id}", name="周明远（改）", **person)
    do(app, "duty_lawyer", number, "parties/new", name="同事甲", phone="139-0000-1111", **person)
    do(
        app, "duty_lawyer", number, f"parties/{party_id}/representatives/new",
        kind="agent", name="赵代理", scope="special", sign="y", settle="y",
    )  # fmt: skip
    do(app, "duty_lawyer", number, "claims/new", item="加班费", amount_fen="1,000", category_code="wage.overtime")
    with app.app_context():
        case = casefiles.reload(number)
        people = party_queries.for_case(case.id)
        assert case.title == "周明远（改） 等2人 — 云岫速运青浦网点"
        assert case.claimed_fen == 1_765_000
        assert people[0].phone == casefiles.PHONE  # an empty field leaves a sealed value as it is
        assert people[0].representatives[0].powers == ["settle", "sign"]
        claim = service.claims_of(case)[-1]
    do(app, "duty_lawyer", number, f"claims/{claim.id}", item="加班费", amount_fen="500", category_code="wage.overtime")
    with app.app_context():
        assert casefiles.reload(number).claimed_fen == 1_715_000


def test_a_payment_keeps_its_proof(app: Flask) -> None:
    number = make(app, casefiles.agreed)
    with app.app_context():
        first = service.effective_agreement(casefiles.reload(number)).instalments[0].id
    do(
        app, "duty_lawyer", number, "payments/new", instalment_id=first, amount_fen="8650", paid_on="2026-03-16",
        file=(io.BytesIO(b"%PDF-1.4 receipt"), "receipt.pdf"),
    )  # fmt: skip
    with casefiles.at(DAY):
        text = browser(app, "hr_same_company").get(f"/cases/{number}").get_data(as_text=True)
    assert "receipt.pdf" in text and "凭据" in text


def test_a_consultation_ends_with_advice(app: Flask) -> None:
    number = make(app, consulted)
    do(app, "duty_lawyer", number, "advise", on="2026-03-16", result="建议先收集工资条")
    assert state(app, number) == "closed"


def test_a_crowd_gets_one_payment_each(app: Flask) -> None:
    crowd = tuple(casefiles.applicant(f"工友{n}", 100_000 * n) for n in range(1, 4))
    number = make(app, casefiles.mediating, applicants=crowd)
    with casefiles.at(DAY):
        text = browser(app).get(f"/cases/{number}/agreement").get_data(as_text=True)
    assert text.count('value="1,000.00"') == text.count('value="2,000.00"') == text.count('value="3,000.00"') == 1
    assert 'value="6,000.00"' in text  # the total


def test_an_agreement_on_the_relationship_cannot_be_sent_to_review(app: Flask) -> None:
    def fixed(actor: Actor) -> Case:
        case = casefiles.mediating(actor)
        terms = AgreementIn(facts="是否员工", terms="确认劳动关系", total_fen=0, confirms_relationship=True)
        service.draft(actor, case=case, terms=terms)
        for act in service.draft_agreement_of(case).signatures:
            service.sign(personas.actor("committee"), case=case, signature_id=act.id)
        return case

    number = make(app, fixed)
    with casefiles.at(DAY):
        client = browser(app)
        assert "仲裁审查</label>" not in client.get(f"/cases/{number}/force").get_data(as_text=True)
        typed = {"route": "arbitration_review", "applied_on": "2026-03-16"}
        assert personas.post(client, f"/cases/{number}/force", typed).status_code == 422
        assert f'href="/cases/{number}/performed">' in client.get(f"/cases/{number}").get_data(as_text=True)
    do(app, "duty_lawyer", number, "performed", on="2026-03-16")
    assert state(app, number) == "performed"


def test_who_comes_second_is_told(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    number = make(app, casefiles.mediating)

    def overtaken(*_args: object, **_kwargs: object) -> None:
        raise StaleDataError

    monkeypatch.setattr(service, "withdraw", overtaken)
    with casefiles.at(DAY):
        typed = {"on": "2026-03-16", "reason": "不想谈了"}
        assert personas.post(browser(app), f"/cases/{number}/withdraw", typed).status_code == 409
    assert state(app, number) == "mediating"
