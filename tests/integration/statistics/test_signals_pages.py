"""The pages of signals: who sees which, what the charts and lists say, and what the committee can do with one."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from mediation.audit.models import AuditRow
from mediation.cases.models import Case
from mediation.companies.models import Company, CompanyHeadcount
from mediation.core import clock
from mediation.core.db import db, transaction
from mediation.statistics.models import Signal
from mediation.statistics.signals.watching import watch
from tests import personas
from tests.factories import accounts
from tests.factories import signal_cases as years
from tests.product import Content


def _fill(app) -> None:
    years.SIGNAL_CASES.fill(app)
    with app.app_context():
        watch(years.TODAY)


WATCHED = Content("watched signals", _fill)
OTHER = "远岚物流集团有限公司"


@pytest.fixture
def content() -> Content:
    return WATCHED


@pytest.fixture(autouse=True)
def _on_that_day():
    with clock.frozen_at(datetime(2026, 11, 20, 10, tzinfo=clock.SHANGHAI)):
        yield


def ids(app, kind: str, cause: str | None = None) -> list[int]:
    with app.app_context():
        found = select(Signal.id).where(Signal.kind == kind, *([Signal.cause == cause] if cause else []))
        return list(db.session.scalars(found.order_by(Signal.id)))


def text(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.get_data(as_text=True)


def test_the_list_has_the_new_ones_and_all(app, client):
    personas.login(client, "committee")
    page = text(client, "/signals/")
    assert "持续增多" in page and "疑似集体争议" in page and OTHER in page
    (planted,) = ids(app, "cusum")
    assert personas.post(client, f"/signals/{planted}/seen").status_code == 303
    assert f'href="/signals/{planted}"' not in text(client, "/signals/")
    assert f'href="/signals/{planted}"' in text(client, "/signals/?show=all")


def test_all_that_was_found_in_a_month(app, client):
    personas.login(client, "committee")
    (planted,) = ids(app, "cusum")
    personas.post(client, f"/signals/{planted}/seen")
    page = text(client, "/signals/?month=2026-11")
    assert f'href="/signals/{planted}"' in page and "2026年11月发现" in page
    assert "这个月没有信号" in text(client, "/signals/?month=2026-10")
    assert f'href="/signals/{planted}"' not in text(client, "/signals/?month=november"), "no month: the new ones"


def test_a_company_sees_its_own_alone_and_can_only_read(app, client):
    personas.login(client, "hr_same_company")
    page = text(client, "/signals/?show=all")
    assert "持续增多" in page and "远岚" not in page
    (planted,) = ids(app, "cusum")
    one = text(client, f"/signals/{planted}")
    assert "远岚" not in one and "搁置的理由" not in one and "起草建议书" not in one
    (others,) = ids(app, "g_chart")
    text(client, f"/signals/{others}", 404)
    assert personas.post(client, f"/signals/{planted}/seen").status_code == 403


def test_a_company_is_not_shown_what_rests_on_a_case_it_was_not_told_of(app, client):
    (planted,) = ids(app, "cusum")
    with app.app_context(), transaction():
        signal = db.session.get_one(Signal, planted)
        db.session.get_one(Case, signal.case_ids[0]).state = "received"
    personas.login(client, "hr_same_company")
    text(client, f"/signals/{planted}", 404)
    assert f'href="/signals/{planted}"' not in text(client, "/signals/?show=all")


@pytest.mark.parametrize("persona", ["duty_lawyer", "police_here", "admin", "committee_elsewhere"])
def test_nobody_else_sees_any(app, client, persona):
    (planted,) = ids(app, "cusum")
    personas.login(client, persona)
    assert client.get(f"/signals/{planted}").status_code == (404 if persona == "committee_elsewhere" else 403)


def test_the_page_says_why_and_leads_to_exactly_its_cases(app, client):
    personas.login(client, "committee")
    for kind, cause in (
        ("cusum", None),
        ("g_chart", None),
        ("collective", "injury.benefits"),
        ("repeat", "injury.benefits"),
    ):
        (signal_id,) = ids(app, kind, cause)
        page = text(client, f"/signals/{signal_id}")
        with app.app_context():
            data = db.session.get_one(Signal, signal_id).data
        link = re.search(r'href="(/cases[^"]*received_from[^"]*)"', page)[1].replace("&amp;", "&")
        assert f"{data['cases']}" in re.search(r'class="count">(\d+)<', page)[1]
        listed = text(client, link)
        assert re.search(rf"\b{data['cases']}\b", listed), link
        assert "<svg" in page and "数据表" in page


def test_the_collective_one_lists_every_case_with_its_workers(app, client):
    (signal_id,) = ids(app, "collective", "injury.benefits")
    personas.login(client, "committee")
    page = text(client, f"/signals/{signal_id}")
    with app.app_context():
        numbers = db.session.scalars(
            select(Case.number).where(Case.id.in_(db.session.get_one(Signal, signal_id).case_ids))
        ).all()
    assert len(numbers) == 4
    assert all(f'href="/cases/{number}"' in page for number in numbers)
    assert "第7条" in page and "12名劳动者" in page


def test_one_is_set_aside_with_a_reason_that_is_kept_and_logged(app, client):
    (planted,) = ids(app, "cusum")
    personas.login(client, "committee")
    empty = personas.post(client, f"/signals/{planted}/dismiss", {"reason": ""})
    assert empty.status_code == 422 and "请写明搁置的理由" in empty.get_data(as_text=True)
    too_long = personas.post(client, f"/signals/{planted}/dismiss", {"reason": "理" * 301})
    assert too_long.status_code == 422 and "理" * 301 in too_long.get_data(as_text=True)
    done = personas.post(client, f"/signals/{planted}/dismiss", {"reason": "业务量增加一倍"})
    assert done.status_code == 303
    page = text(client, f"/signals/{planted}")
    assert "业务量增加一倍" in page and "已搁置" in page and "起草建议书" not in page
    with app.app_context():
        events = db.session.scalars(select(AuditRow).where(AuditRow.subject_kind == "signal")).all()
        assert [event.fields for event in events if event.event == "signal_set_aside"] == [{"kind": "cusum"}]
    assert personas.post(client, f"/signals/{planted}/restore").status_code == 303
    assert "已搁置" not in text(client, f"/signals/{planted}")
    assert personas.post(client, f"/signals/{planted}/restore").status_code == 409


def test_a_recommendation_begins_at_the_signal(app, client):
    if "recommendations.new" not in app.view_functions:
        pytest.skip("no recommendations in this installation")
    (planted,) = ids(app, "cusum")
    personas.login(client, "committee")
    assert f'href="/recommendations/new?signal={planted}"' in text(client, f"/signals/{planted}")


def test_the_companys_page_has_its_signals_and_its_months(app, client):
    with app.app_context():
        company_id, other_id = personas.world().company.id, personas.world().other_company.id
    (planted,) = ids(app, "cusum")
    personas.login(client, "committee")
    page = text(client, f"/companies/{company_id}")
    assert f'href="/signals/{planted}"' in page and "近25个月收案和控制限" in page
    assert f'href="/signals/{planted}"' not in text(client, f"/companies/{other_id}")


def test_the_funnel_compares_siblings_by_couriers_once_three_told_their_number(app, client):
    with app.app_context(), transaction():
        world = personas.world()
        third = accounts.make_company(world.committee, "云岫速运松江网点", parent=world.region)
        outlets = [world.outlet, third]
        outlets += db.session.scalars(select(Company).where(Company.name == years.SECOND_OUTLET))
        for company in outlets:
            db.session.add(
                CompanyHeadcount(
                    committee_id=world.committee.id, company_id=company.id, from_on=years.FIRST, couriers=80, source="x"
                )
            )  # fmt: skip
    (signal_id,) = ids(app, "collective", "injury.benefits")
    personas.login(client, "committee")
    page = text(client, f"/signals/{signal_id}")
    assert "件/千人年" not in page, "four cases are too few to compare"
    (repeat,) = [
        one for one in ids(app, "repeat", years.PLANTED_CAUSE) if "嘉定" in text(client, f"/signals/{one}")[:3000]
    ]
    assert "件/千人年" in text(client, f"/signals/{repeat}")


def test_an_administrator_sets_what_makes_like_cases_a_signal(app, client):
    personas.login(client, "admin")
    given = {
        "name": personas.HERE,
        "short_name": "浦江快调委",
        "legal_basis": ["industry_labour"],
        "case_prefix": "沪快调字",
        "document_prefix": "沪快调",
        "repeat_cases": "1",
        "repeat_days": "60",
        "collective_days": "21",
    }
    refused = personas.post(client, "/admin/committee", given)
    assert refused.status_code == 422 and "请填写 2 至 50 的整数" in refused.get_data(as_text=True)
    assert personas.post(client, "/admin/committee", given | {"repeat_cases": "4"}).status_code == 303
    with app.app_context():
        settings = personas.world().committee.settings
    assert (settings["repeat_cases"], settings["repeat_days"], settings["collective_days"]) == (4, 60, 21)
