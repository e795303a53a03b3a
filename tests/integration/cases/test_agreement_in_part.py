"""An agreement that settles a part of the requests: asked for in words, shown wherever the result stands, never lost."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from mediation.cases import page, queries, service
from mediation.cases.filters import Filters
from mediation.cases.models import Agreement, Case
from mediation.cases.service import AgreementIn, ClaimIn, InstalmentIn
from mediation.cli import context
from mediation.cli.cases import cases_command
from mediation.core.actor import Actor
from mediation.core.db import transaction
from mediation.core.errors import DomainError
from mediation.documents import casefacts
from mediation.parties import queries as party_queries
from tests import personas
from tests.factories import casefiles
from tests.product import Content

DAY, LATER = date(2026, 3, 16), date(2026, 4, 20)
LEFT = "加班费 3,000 元\n补缴社会保险"
TYPED = {
    "facts": "拖欠工资 16,650 元。",
    "terms": "被申请人一次付清工资。",
    "total_fen": "16650",
    "payment_method": "银行转账",
    "instalments-0-due_on": "2026-03-20",
    "instalments-0-amount_fen": "16650",
}


@pytest.fixture
def content() -> Content:
    return casefiles.CONTENT


def lawyer() -> Actor:
    return personas.actor("duty_lawyer")


def browser(app: Flask, persona: str = "duty_lawyer") -> FlaskClient:
    return personas.login(app.test_client(), persona)


def make(app: Flask, how: Any = casefiles.mediating, **changes: Any) -> str:
    with app.app_context(), casefiles.at(DAY), transaction():
        return how(lawyer(), **changes).number


def terms(**changes: Any) -> AgreementIn:
    given = {
        "facts": "拖欠工资。",
        "terms": "一次付清。",
        "total_fen": 1_665_000,
        "payment_method": "银行转账",
        "instalments": (InstalmentIn(date(2026, 3, 20), 1_665_000),),
        **changes,
    }
    return AgreementIn(**given)


def in_part(**changes: Any) -> AgreementIn:
    return terms(is_partial=True, left_open=LEFT, **changes)


def agree(case: Case, what: AgreementIn) -> Agreement:
    """Draft, have everybody sign, and seal."""
    agreement = service.draft(lawyer(), case=case, terms=what)
    for act in agreement.signatures:
        service.sign(personas.actor("committee"), case=case, signature_id=act.id)
    return agreement


def settled(app: Flask, what: AgreementIn | None = None, **changes: Any) -> str:
    def made(actor: Actor, **given: Any) -> Case:
        case = casefiles.mediating(actor, **given)
        agree(case, what or in_part())
        return case

    return make(app, made, **changes)


@pytest.mark.parametrize(
    ("typed", "message", "kept"),
    [
        ({"extent": "part"}, "请写明哪些请求没有达成一致", "被申请人一次付清工资。"),
        ({"extent": "part", "left_open": " \u3000\n"}, "请写明哪些请求没有达成一致", "16650"),
        ({"extent": "full", "left_open": "补缴社会保险"}, "请选择“部分请求”", "补缴社会保险"),
        ({"extent": "part", "left_open": "长" * 501}, "最多 500 个字", "长" * 501),
    ],
)
def test_what_stays_open_is_asked_for_at_its_field(app: Flask, typed: dict, message: str, kept: str) -> None:
    number = make(app)
    with casefiles.at(DAY):
        client = browser(app)
        answer = personas.post(client, f"/cases/{number}/agreement", {**TYPED, **typed})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422 and kept in text
    at = text.index('name="left_open"')
    assert 'aria-invalid="true"' in text[text.rindex("<textarea", 0, at + 1) : text.index("</textarea>", at)]
    assert message in text[at : at + 2500]
    checked = f'value="{typed["extent"]}"'
    [radio] = [line for line in text.split("<input") if 'name="extent"' in line and "checked" in line.split(">")[0]]
    assert checked in radio
    with app.app_context():
        assert service.draft_agreement_of(casefiles.reload(number)) is None


@pytest.mark.parametrize("side", ["debtor", "creditor"])
def test_a_payment_of_somebody_who_is_no_party_is_refused_at_its_row(app: Flask, side: str) -> None:
    """Nobody else is put in the place of a party that has gone since the form was opened."""
    number, other = make(app), make(app)
    with app.app_context():
        foreign = max(one.id for one in party_queries.for_case(casefiles.reload(other).id))
    with casefiles.at(DAY):
        answer = personas.post(
            browser(app), f"/cases/{number}/agreement", {**TYPED, f"instalments-0-{side}": str(foreign)}
        )
    assert answer.status_code == 422 and f'id="instalments-0-{side}-error"' in answer.text
    with app.app_context():
        assert service.draft_agreement_of(casefiles.reload(number)) is None


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"facts": "长" * 20_001}, "最多 20000 个字"),
        ({"terms": "长" * 20_001}, "最多 20000 个字"),
        ({"total_fen": "16000"}, "各期金额之和与协议总额不一致"),
        ({"instalments-0-due_on": "2026-02-31"}, "看不懂这个日期"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(app: Flask, typed: dict, message: str) -> None:
    number = make(app)
    with casefiles.at(DAY):
        answer = personas.post(browser(app), f"/cases/{number}/agreement", {**TYPED, **typed})
    [value] = typed.values()
    assert answer.status_code == 422 and value in answer.text
    assert re.search(rf'<p class="field-error"[^>]*>{message}', answer.text)


def test_the_service_asks_for_the_same(context) -> None:
    with casefiles.at(DAY):
        case = casefiles.mediating(lawyer())
        for wrong in (terms(is_partial=True), terms(is_partial=True, left_open="  "), terms(left_open="加班费")):
            with pytest.raises(DomainError) as refused:
                service.draft(lawyer(), case=case, terms=wrong)
            assert refused.value.field == "left_open"


def test_from_the_form_to_the_case(app: Flask) -> None:
    number = make(app)
    with casefiles.at(DAY):
        client = browser(app)
        sent = personas.post(client, f"/cases/{number}/agreement", {**TYPED, "extent": "part", "left_open": LEFT})
        assert sent.status_code == 303
        again = client.get(f"/cases/{number}/agreement").get_data(as_text=True)
        assert "加班费 3,000 元\n补缴社会保险" in again.replace("\r", "")
        draft = client.get(f"/cases/{number}").get_data(as_text=True)
        assert "没有达成一致、不在协议之内的请求" in draft and "处理部分请求" in draft and "部分达成协议" not in draft
    with app.app_context(), casefiles.at(DAY):
        case = casefiles.reload(number)
        assert not case.settled_in_part and Filters(in_part=True).to_args() == {"in_part": "1"}
        assert queries.count_for(lawyer(), Filters(in_part=True)) == 0
        with transaction():
            for act in service.draft_agreement_of(case).signatures:
                service.sign(personas.actor("committee"), case=case, signature_id=act.id)
        assert case.settled_in_part and case.outcome == "agreed"
        shown = page.build(lawyer(), case)
        [line] = [one for one in shown.timeline if str(one.title) == "协议生效"]
        assert line.lines == ["16,650.00 元 · 处理部分请求"]
    with casefiles.at(DAY):
        for persona in ("duty_lawyer", "hr_same_company"):
            text = browser(app, persona).get(f"/cases/{number}").get_data(as_text=True)
            assert "部分达成协议" in text and "补缴社会保险" in text, persona


def test_the_list_the_export_and_the_command_tell_it_apart(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    part, full = settled(app), settled(app, terms())
    with casefiles.at(DAY):
        client = browser(app)
        panel = client.get("/cases/?in_part=1&panel=1").get_data(as_text=True)
        assert part in panel and full not in panel and 'name="in_part"' in panel
        rest = client.get("/cases/?in_full=1").get_data(as_text=True)
        assert full in rest and part not in rest
        rows = list(csv.reader(io.StringIO(client.get("/cases/export.csv").data.decode("utf-8-sig"))))
    at = rows[0].index("结果")
    assert {row[0]: row[at] for row in rows[1:-1]} == {part: "部分达成协议", full: "达成协议"}
    monkeypatch.setattr(context, "build_app", lambda: app)
    told = json.loads(CliRunner().invoke(cases_command, ["show", part, "--json", "--committee", personas.HERE]).output)
    assert told["settled_in_part"] is True
    assert (told["agreement"]["is_partial"], told["agreement"]["left_open"]) == (True, LEFT)


def test_the_next_draft_says_it_anew(context) -> None:
    with casefiles.at(DAY):
        case = casefiles.mediating(lawyer())
        first = service.draft(lawyer(), case=case, terms=in_part())
        agree(case, terms())
        assert (first.status, first.is_partial, first.left_open) == ("replaced", True, LEFT)
        now = service.effective_agreement(case)
        assert (now.is_partial, now.left_open, case.settled_in_part) == (False, None, False)


def test_a_draft_given_up_after_a_signature_leaves_nothing_behind(context) -> None:
    with casefiles.at(DAY):
        case = casefiles.mediating(lawyer())
        draft = service.draft(lawyer(), case=case, terms=in_part())
        service.sign(lawyer(), case=case, signature_id=draft.signatures[0].id)
        service.replace_draft(lawyer(), case=case, reason="双方改为全部了结")
        agree(case, terms())
        assert not case.settled_in_part and not service.effective_agreement(case).is_partial


def test_an_oral_agreement_can_leave_requests_open(app: Flask) -> None:
    number = make(app, relationship="self_run", category_code="freight.arrears")
    with casefiles.at(DAY):
        typed = {**TYPED, "on": "2026-03-16", "extent": "part", "left_open": ""}
        answer = personas.post(browser(app), f"/cases/{number}/oral-agreement", typed)
        assert answer.status_code == 422 and "请写明哪些请求没有达成一致" in answer.get_data(as_text=True)
        typed["left_open"] = "迟延付款的利息"
        assert personas.post(browser(app), f"/cases/{number}/oral-agreement", typed).status_code == 303
    with app.app_context():
        case = casefiles.reload(number)
        assert case.settled_in_part and service.effective_agreement(case).left_open == "迟延付款的利息"


def test_opened_again_it_stays_what_it_is(context) -> None:
    with casefiles.at(DAY):
        case = casefiles.mediating(lawyer())
        agree(case, in_part())
        service.close(lawyer(), case=case, note="当事人不要求督促履行")
        service.reopen(personas.actor("committee"), case=case, reason="继续督促履行")
        # The agreement is in force, so the case goes on being performed, as one that is settled in part.
        assert (case.state, case.outcome, case.settled_in_part) == ("performing", "agreed", True)


def test_what_is_left_open_keeps_its_limitation_when_the_agreement_is_performed(context) -> None:
    with casefiles.at(DAY):
        kept, over = casefiles.mediating(lawyer()), casefiles.mediating(lawyer())
        for case, what in ((kept, in_part()), (over, terms())):
            [instalment] = agree(case, what).instalments
            service.record_payment(lawyer(), case=case, instalment_id=instalment.id, amount_fen=1_665_000)
            assert (case.state, case.performance) == ("performed", "full")
        assert kept.limitation_on == date(2027, 3, 16)
        assert over.limitation_on is None
        ways = {str(one.name): one for one in page.build(lawyer(), kept).ways}
        assert ways["申请仲裁"].is_open and "协议没有处理的请求" in str(ways["申请仲裁"].note)
        assert not {str(one.name): one for one in page.build(lawyer(), over).ways}["申请仲裁"].is_open


def test_the_papers_of_the_end_say_so(context) -> None:
    with casefiles.at(DAY):
        case = casefiles.mediating(lawyer())
        [instalment] = agree(case, in_part()).instalments
        closing = casefacts.facts_of(case).closing
        assert closing.result_label == "部分达成协议"
        assert closing.note == "没有达成一致的请求：加班费 3,000 元；补缴社会保险"
        service.record_payment(lawyer(), case=case, instalment_id=instalment.id, amount_fen=1_665_000)
        assert casefacts.facts_of(case).closing.result_label == "部分达成协议，已经履行"


def test_accepted_offers_propose_which_requests_stay_open(app: Flask) -> None:
    claims = (ClaimIn("拖欠工资", 1_665_000, category_code="wage.arrears"), ClaimIn("补缴社会保险"))
    number = make(app, applicants=(replace(casefiles.applicant(), claims=claims),))
    with app.app_context(), casefiles.at(DAY), transaction():
        case = casefiles.reload(number)
        company = personas.actor("hr_same_company")
        wages = service.claims_of(case)[0]
        service.answer(company, case=case, kind="offer", amount_fen=900_000, reason="分两期", claim_id=wages.id)
        service.settle_offer(lawyer(), case=case, offer=service.offers_for(company, case)[0], outcome="accepted")
    with casefiles.at(DAY):
        text = browser(app).get(f"/cases/{number}/agreement").get_data(as_text=True)
    [chosen] = [one for one in text.split("<input") if 'name="extent"' in one and "checked" in one.split(">")[0]]
    assert 'value="part"' in chosen
    assert "补缴社会保险</textarea>" in text
