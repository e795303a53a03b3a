"""The pages of legal acts: chosen, asked for its answers, recorded, corrected, withdrawn; and who sees none of it."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from mediation.cases import queries as case_queries
from mediation.cases import service
from mediation.cases.models import LegalAct
from mediation.core.db import db, transaction
from tests import personas
from tests.factories import casefiles
from tests.product import Content

DAY = date(2026, 3, 2)


@pytest.fixture
def content() -> Content:
    return casefiles.CONTENT


@pytest.fixture
def number(app: Flask) -> str:
    with app.app_context(), casefiles.at(DAY), transaction():
        return casefiles.agreed(personas.actor("duty_lawyer")).number


def browse(app: Flask, persona: str):
    return personas.login(app.test_client(), persona)


def text_of(client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.status_code
    return answer.get_data(as_text=True)


def acts_stored(app: Flask, number: str) -> list[tuple[str, str, str]]:
    with app.app_context():
        case = case_queries.get_for(personas.actor("committee"), number)
        return [(one.kind, one.happened_on.isoformat(), one.status) for one in service.acts_of(case)]


def test_an_act_is_chosen_recorded_corrected_and_withdrawn_on_pages(app: Flask, number: str) -> None:
    with casefiles.at(date(2026, 4, 3)):
        lawyer, page = browse(app, "duty_lawyer"), f"/cases/{number}"
        assert "登记法律行为" in text_of(lawyer, page)
        chooser = text_of(lawyer, f"{page}/legal-acts/new")
        assert "现在最可能的" in chooser and 'value="confirmation_accepted"' in chooser and "治安案件" not in chooser
        form = text_of(lawyer, f"{page}/legal-acts/new?kind=confirmation_accepted")
        # Fifteen days from today end on Saturday the 18th: Monday the 20th.
        assert "法院作出司法确认决定" in form and "2026年4月20日" in form
        asked = personas.post(
            lawyer, f"{page}/legal-acts/new?kind=confirmation_accepted", {"on": "2026-04-01", "preview": "1"}
        )
        assert asked.status_code == 200 and "2026年4月16日" in asked.get_data(as_text=True)
        assert acts_stored(app, number) == []
        done = personas.post(
            lawyer,
            f"{page}/legal-acts/new?kind=confirmation_accepted",
            {"on": "2026-04-01", "evidence": "受理通知书"},
        )
        assert done.status_code == 303
        assert acts_stored(app, number) == [("confirmation_accepted", "2026-04-01", "standing")]
        shown = text_of(lawyer, page)
        assert "法院受理司法确认申请" in shown and "受理通知书" in shown
        with app.app_context():
            first = db.session.query(LegalAct).one().id
        kept = text_of(lawyer, f"{page}/legal-acts/{first}/correct")
        assert 'value="2026-04-01"' in kept and "受理通知书" in kept
        refused = personas.post(lawyer, f"{page}/legal-acts/{first}/correct", {"on": "2026-04-02", "evidence": "甲"})
        assert refused.status_code == 422 and "请写明理由" in refused.get_data(as_text=True)
        moved = personas.post(
            lawyer,
            f"{page}/legal-acts/{first}/correct",
            {"on": "2026-04-02", "evidence": "受理通知书", "reason": "看错日期"},
        )
        assert moved.status_code == 303
        assert acts_stored(app, number) == [
            ("confirmation_accepted", "2026-04-01", "corrected"),
            ("confirmation_accepted", "2026-04-02", "standing"),
        ]
        assert "已更正和已撤回的行为" in text_of(lawyer, page)
        gone = personas.post(lawyer, f"{page}/legal-acts/{first + 1}/withdraw", {"reason": "别的案件"})
        assert gone.status_code == 303
        assert [row[2] for row in acts_stored(app, number)] == ["corrected", "withdrawn"]


def test_questions_and_extensions_are_asked_and_what_was_typed_stays(app: Flask, number: str) -> None:
    with casefiles.at(date(2026, 4, 3)):
        lawyer, page = browse(app, "duty_lawyer"), f"/cases/{number}/legal-acts/new"
        form = text_of(lawyer, f"{page}?kind=award_received")
        assert 'name="side"' in form and 'name="final"' in form
        answer = personas.post(
            lawyer, f"{page}?kind=award_received", {"on": "2026-04-01", "side": "worker", "evidence": "回证三"}
        )
        text = answer.get_data(as_text=True)
        assert answer.status_code == 422 and "请选择" in text and "回证三" in text
        assert acts_stored(app, number) == []
        late = personas.post(lawyer, f"{page}?kind=confirmation_extended", {"on": "2026-04-01", "days": "10"})
        assert late.status_code == 422 and "没有正在计算、可以延长的期限" in late.get_data(as_text=True)


def test_a_step_of_the_life_cycle_leads_to_its_own_page(app: Flask, number: str) -> None:
    lawyer = browse(app, "duty_lawyer")
    answer = lawyer.get(f"/cases/{number}/legal-acts/new?kind=confirmation_applied")
    assert answer.status_code == 303 and answer.location.endswith(f"/cases/{number}/force")


def test_the_company_sees_no_acts_and_no_clocks_of_the_worker(app: Flask, number: str) -> None:
    with casefiles.at(date(2026, 4, 3)):
        with app.app_context(), transaction():
            lawyer = personas.actor("duty_lawyer")
            case = case_queries.get_for(lawyer, number)
            for kind in ("legal_aid_applied", "inspection_opened", "confirmation_accepted"):
                service.record_act(lawyer, case=case, kind=kind, on=date(2026, 4, 1), evidence="回执七")
        company = text_of(browse(app, "hr_same_company"), f"/cases/{number}")
        staff = text_of(browse(app, "duty_lawyer"), f"/cases/{number}")
    for words in ("审查法律援助申请", "劳动保障监察调查期限", "回执七", "法律行为"):
        assert words in staff and words not in company
    assert "法院作出司法确认决定" in company
    assert browse(app, "hr_same_company").get(f"/cases/{number}/legal-acts/new").status_code == 403


def test_a_signature_day_is_corrected_on_its_page(app: Flask, number: str) -> None:
    with casefiles.at(date(2026, 3, 4)):
        lawyer, page = browse(app, "duty_lawyer"), f"/cases/{number}/signature-day"
        with app.app_context():
            case = case_queries.get_for(personas.actor("duty_lawyer"), number)
            ids = [one.id for one in service.effective_agreement(case).signatures]
        assert "加盖" in text_of(lawyer, page) or "印章" in text_of(lawyer, page)
        answer = personas.post(lawyer, page, {"signature_id": ids[-1], "on": "2026-03-03", "reason": "用印登记"})
        assert answer.status_code == 303
        with app.app_context():
            case = case_queries.get_for(personas.actor("duty_lawyer"), number)
            assert case.effective_on == date(2026, 3, 3)


def test_received_and_accepted_are_corrected_with_the_rest(app: Flask, number: str) -> None:
    with casefiles.at(date(2026, 3, 4)):
        form = text_of(browse(app, "duty_lawyer"), f"/cases/{number}/correct")
    assert 'name="received_on"' in form and 'name="accepted_on"' in form


def test_an_officer_records_on_the_page_of_his_own_track(app: Flask) -> None:
    with casefiles.at(DAY):
        with app.app_context(), transaction():
            number = casefiles.open_wages(
                personas.actor("police_here"), category_code="public_order", relationship="undetermined"
            ).number
        officer, page = browse(app, "police_here"), f"/cases/{number}"
        assert "登记法律行为" in text_of(officer, page)
        done = personas.post(officer, f"{page}/legal-acts/new?kind=police_accepted", {"on": "2026-03-02"})
        assert done.status_code == 303 and "公安机关受案" in text_of(officer, page)
        assert browse(app, "duty_lawyer").get(f"{page}/legal-acts/new").status_code == 403
