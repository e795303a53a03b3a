"""Drafts, acts and replies as people do them in a browser without scripts."""

from __future__ import annotations

import io
import re
from datetime import date
from html import unescape

import pytest

from mediation.cases.models import Case
from mediation.core.db import db, transaction
from mediation.recommendations.models import Recommendation
from mediation.statistics.models import Signal
from tests import personas
from tests.factories import casefiles
from tests.factories import recommendations as play
from tests.factories.recommendations import ANSWERED, DRAFTED, ISSUED
from tests.factories.statistics import make_case


@pytest.fixture
def at(app):
    """Stop the clock on a day; on leaving it runs again."""
    return casefiles.at


def browser(app, who: str):
    return personas.login(app.test_client(), who)


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def ids(app) -> dict[str, object]:
    with app.app_context():
        world = personas.world()
        return {"company": world.company.id, "outlet": world.outlet.id, "cases": play.case_ids()}


def made(app, maker, *arguments) -> int:
    with app.app_context():
        return maker(*arguments)


def row_of(app, key: int) -> Recommendation:
    with app.app_context():
        return play.reload(key)


def test_from_a_company_and_a_cause_to_a_stored_draft(app, at):
    with at(DRAFTED):
        known, committee = ids(app), browser(app, "committee")
        assert "选一家公司和一个案由" in text_of(committee.get("/recommendations/new"))
        wrong = committee.get("/recommendations/new?company_name=没有这家&cause=wage")
        assert wrong.status_code == 422
        assert "没有找到这家公司" in wrong.get_data(as_text=True)
        address = f"/recommendations/new?company={known['company']}&cause=wage.arrears"
        page = text_of(committee.get(address))
        assert "争议3件" in page
        assert page.count(" checked") == 3
        by_name = address.replace(f"company={known['company']}", "company_name=云岫速运集团有限公司")
        assert "争议3件" in text_of(committee.get(by_name))
        typed = {"title": "关于工资", "problem": "问题", "rules": "规定", "advice": "建议", "answer_by": "2026-04-15"}
        typed["case_ids"] = [str(one) for one in known["cases"]]
        named = personas.post(committee, address, typed | {"problem": "周明远没有领到工资"})
        assert named.status_code == 422
        assert "请隐去“周明远”" in named.get_data(as_text=True)
        assert "周明远没有领到工资" in named.get_data(as_text=True)
        done = personas.post(committee, address, typed)
        assert done.status_code == 303
        page = text_of(committee.get(done.location))
    assert "由另一人复核草稿" in page
    assert "起草人不能复核自己的草稿" in page
    assert "/review" not in page


def test_the_problem_is_written_anew_and_nothing_else_is_lost(app, at):
    with at(DRAFTED):
        known, committee = ids(app), browser(app, "committee")
        address = f"/recommendations/new?company={known['company']}&cause=wage.arrears"
        typed = {"title": "我的标题", "problem": "旧的", "rules": "我的规定", "advice": "", "action": "rewrite"}
        typed["case_ids"] = [str(one) for one in known["cases"][:2]]
        page = text_of(personas.post(committee, address, typed))
    assert "争议2件" in page
    assert "旧的" not in page
    assert "我的标题" in page
    assert "我的规定" in page
    assert page.count(" checked") == 2


def test_a_draft_from_a_signal_and_from_one_case(app, at):
    known = ids(app)
    with app.app_context(), at(DRAFTED), transaction():
        signal = Signal(
            committee_id=personas.world().committee.id, company_id=known["company"], cause="", kind="collective",
            key="k", from_on=play.RECEIVED, found_on=DRAFTED, data={}, case_ids=list(known["cases"]),
        )  # fmt: skip
        db.session.add(signal)
        db.session.flush()
        signal_id = signal.id
        number = db.session.get_one(Case, known["cases"][0]).number
    with at(DRAFTED):
        committee = browser(app, "committee")
        assert f"/recommendations/new?signal={signal_id}" in text_of(committee.get("/recommendations/"))
        assert "争议3件" in text_of(committee.get(f"/recommendations/new?signal={signal_id}"))
        assert f"/recommendations/new?case={number}" in text_of(committee.get(f"/cases/{number}"))
        assert "/recommendations/new" not in text_of(browser(app, "duty_lawyer").get(f"/cases/{number}"))
        assert "适用于同类岗位的全体劳动者" in text_of(committee.get(f"/recommendations/new?case={number}"))
        for address in (
            "signal=999999",
            "signal=x",
            "case=2026-999999",
            "company=999999&cause=wage",
            f"company={known['company']}&cause=nothing",
        ):
            assert committee.get(f"/recommendations/new?{address}").status_code == 404, address


def test_from_review_to_service_on_the_pages(app, at):
    with at(DRAFTED):
        key = made(app, play.drafted)
        secretary, committee = browser(app, "secretary"), browser(app, "committee")
        page = f"/recommendations/{key}"
        assert "%PDF" in committee.get(f"{page}/preview.pdf").get_data()[:8].decode("latin-1")
        assert committee.get(f"{page}/review").status_code == 409
        assert personas.post(committee, f"{page}/issue").status_code == 409
        assert personas.post(secretary, f"{page}/review", {"note": "好"}).status_code == 303
        assert committee.get(f"{page}/edit").status_code == 409
    with at(ISSUED):
        assert personas.post(committee, f"{page}/issue").status_code == 303
        refused = personas.post(
            committee, f"{page}/serve", {"manner": "post", "served_on": "2026-03-18", "place": "注册地址"}
        )
        assert refused.status_code == 422
        assert "请填写邮件编号" in refused.get_data(as_text=True)
        assert "注册地址" in refused.get_data(as_text=True)
        data = {
            "manner": "direct",
            "served_on": "2026-03-18",
            "taken_by": "前台",
            "files": (io.BytesIO(b"x"), "回证.txt"),
        }
        assert personas.post(committee, f"{page}/serve", data, content_type="multipart/form-data").status_code == 303
        shown = text_of(committee.get(page))
        assert "回证.txt" in shown
        assert "还没有在系统中打开" in shown
        hr = browser(app, "hr_same_company")
        assert "回证.txt" not in text_of(hr.get(page))
        assert "许宁" in text_of(committee.get(page))  # opened a moment ago
        (name,) = re.findall(r"/recommendations/\d+/files/(\d+)", shown)
        assert committee.get(f"{page}/files/{name}").status_code == 200
        assert hr.get(f"{page}/files/{name}").status_code == 404
        assert hr.get(f"{page}/letter.pdf").status_code == 200


def test_the_company_answers_on_its_page_and_nothing_typed_is_lost(app, at):
    with at(ISSUED):
        key = made(app, play.served)
    page = f"/recommendations/{key}"
    with at(ANSWERED):
        hr = browser(app, "hr_same_company")
        form = text_of(hr.get(f"{page}/answer"))
        assert form.count("是否采纳") == 2
        typed = {
            "items-0-answer": "adopted", "items-0-reason": "", "items-1-answer": "refused", "items-1-reason": "",
            "measures-0-text": "修订办法", "measures-0-responsible": "人事部", "measures-0-done_on": "",
            "measures-0-planned_on": "2026年5月1日", "measures-0-replaces": "", "note": "另行报送", "effective_from": "",
        }  # fmt: skip
        refused = personas.post(hr, f"{page}/answer", typed)
        assert refused.status_code == 422
        again = refused.get_data(as_text=True)
        assert "第2条建议：部分采纳或者不采纳的，请写明理由" in again
        assert "另行报送" in again
        assert "修订办法" in again
        files = typed | {"items-1-reason": "业务不同"}
        files["files"] = [(io.BytesIO(b"1"), "一.txt"), (io.BytesIO(b"2"), "二.txt")]
        done = personas.post(hr, f"{page}/answer", files, content_type="multipart/form-data")
        assert done.status_code == 303
        shown = text_of(hr.get(page))
        for words in ("不采纳", "业务不同", "计划 2026-05-01", "一.txt", "二.txt", "补充答复"):
            assert words in shown
    with at(date(2026, 5, 6)):
        again = text_of(hr.get(f"{page}/answer"))
        (replaced,) = re.findall(r'name="measures-0-replaces"[^>]*value="(\d+)"', again)
        typed = {
            "measures-0-text": "修订办法", "measures-0-responsible": "人事部", "measures-0-done_on": "2026-05-05",
            "measures-0-planned_on": "2026-05-01", "measures-0-replaces": replaced, "effective_from": "2026-05-06",
        }  # fmt: skip
        assert personas.post(hr, f"{page}/answer", typed).status_code == 303
    assert row_of(app, key).effective_from == date(2026, 5, 6)


def test_the_committee_verifies_and_closes_on_the_pages(app, at):
    with at(ANSWERED):
        key = made(app, play.answered)
    page = f"/recommendations/{key}"
    with at(date(2026, 5, 6)):
        committee = browser(app, "committee")
        early = personas.post(committee, f"{page}/verify", {"on": "2026-05-06"})
        assert early.status_code == 422
        assert "请先登记回访" in early.get_data(as_text=True)
        visit = {"on": "2026-05-06", "visitors": "程鸣", "found": "已落实"}
        assert personas.post(committee, f"{page}/visit", visit).status_code == 303
        assert personas.post(committee, f"{page}/verify", {"on": "2026-05-06"}).status_code == 303
        assert personas.post(committee, f"{page}/close", {"reason": ""}).status_code == 422
        assert personas.post(committee, f"{page}/close", {"reason": "办完"}).status_code == 303
        assert committee.get(f"{page}/visit").status_code == 409
    assert row_of(app, key).status == "closed"


def test_lists_and_the_companys_page_show_what_is_for_the_reader(app, at):
    with at(ISSUED):
        letter = made(app, play.served)
        draft = made(app, play.drafted)
        company = ids(app)["company"]
    with at(date(2026, 4, 20)):
        committee, hr, other = (browser(app, one) for one in ("committee", "hr_same_company", "hr_other_company"))
        page = text_of(committee.get("/recommendations/"))
        assert f'/recommendations/{draft}"' in page
        assert "已超 5 天" in page
        assert f'/recommendations/{draft}"' not in text_of(committee.get("/recommendations/?late=1"))
        page = text_of(hr.get("/recommendations/"))
        assert f'/recommendations/{letter}"' in page
        assert f'/recommendations/{draft}"' not in page
        assert "没有建议书" in text_of(other.get("/recommendations/"))
        panel = text_of(committee.get(f"/companies/{company}"))
        assert f'/recommendations/{draft}"' in panel
        panel = text_of(hr.get(f"/companies/{company}"))
        assert f'/recommendations/{letter}"' in panel
        assert f'/recommendations/{draft}"' not in panel
        for address in (
            f"/recommendations/{letter}",
            f"/recommendations/{letter}/letter.pdf",
            f"/recommendations/{letter}/answer",
        ):
            assert other.get(address).status_code == 404


def test_a_list_with_nonsense_in_its_address_is_the_whole_list(app, at):
    with at(ISSUED):
        letter = made(app, play.served)
        committee = browser(app, "committee")
        for arguments in ("status=nonsense", "company=x", "after=zzz", "company=99999999999999999999"):
            assert f'/recommendations/{letter}"' in text_of(committee.get(f"/recommendations/?{arguments}"))


def test_the_numbers_of_the_effect_open_the_cases_they_are_made_of(app, at):
    with at(ANSWERED):
        key = made(app, play.answered)
    with app.app_context(), transaction():
        world = personas.world()
        make_case(world.committee, date(2025, 12, 15), company=world.outlet)
    with at(date(2026, 11, 1)):
        committee = browser(app, "committee")
        page = unescape(text_of(committee.get(f"/recommendations/{key}")))
        (address,) = re.findall(r'href="(/cases/?\?[^"]*received_from=[^"]*)">3</a>', page)
        listed = text_of(committee.get(address))
    assert all(name in listed for name in play.WORKERS)
