"""English pages: lists are joined as English ones are, and rules have an English title, with their legal name at hand."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from flask_babel import force_locale, get_domain

from mediation.cases import service
from mediation.core import clock, i18n
from mediation.core.actor import SYSTEM, Role
from mediation.core.db import transaction
from mediation.deadlines.rules import RULES
from tests import personas
from tests.factories import accounts, casefiles
from tests.product import Content

MARK = re.compile("[、；]")


@pytest.fixture
def content() -> Content:
    return casefiles.CONTENT


@pytest.fixture
def english(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalogue: the folder of the instance, where it is compiled, is emptied between tests."""
    i18n.compile_catalogues(Path(app.config["BABEL_TRANSLATION_DIRECTORIES"]))
    with app.app_context():
        monkeypatch.setattr(get_domain(), "cache", {})


def in_english(client: FlaskClient, username: str) -> FlaskClient:
    personas.login(client, username)
    assert personas.post(client, "/language", {"lang": "en"}).status_code == 303
    return client


@pytest.mark.parametrize(
    ("locale", "names", "phrases"), [("zh_Hans_CN", "甲、乙、3", "甲；乙"), ("en", "甲, 乙, 3", "甲; 乙")]
)
def test_the_marks_are_those_of_the_language(app: Flask, english: None, locale: str, names: str, phrases: str) -> None:
    with app.test_request_context(), force_locale(locale):
        assert i18n.listed(["甲", "乙", 3]) == names
        assert i18n.listed(["甲"]) == "甲" and i18n.listed([]) == ""
        assert i18n.phrases(one for one in "甲乙") == phrases


def test_a_person_with_two_roles_and_two_stations(app: Flask, english: None, client: FlaskClient) -> None:
    with app.app_context(), transaction():
        world = personas.world()
        both = accounts.make_station(world.committee, "闵行驿站")
        accounts.make_user(
            world.committee, "wide", Role.LAWYER, Role.JUDICIAL, name="钟宽", stations=[world.station, both]
        )
    page = in_english(client, "wide").get("/profile").text
    assert f"{personas.STATION_HERE}, 闵行驿站" in page or f"闵行驿站, {personas.STATION_HERE}" in page
    assert not MARK.search(page)


def test_what_a_company_says_about_a_session(app: Flask, english: None, client: FlaskClient) -> None:
    with app.test_request_context(method="POST"), transaction():
        lawyer = personas.actor("duty_lawyer")
        case = casefiles.mediating(lawyer)
        session = service.plan_session(lawyer, case=case, starts_at=clock.now() + timedelta(days=3), place="调解室")
        company = personas.actor("hr_same_company")
        service.reply_to_session(
            company, case=case, session=session, reply="coming", attendees="林经理", note="带授权委托书"
        )
        number = case.number
    page = in_english(client, "duty_lawyer").get(f"/cases/{number}").text
    assert "林经理; 带授权委托书" in page


def test_a_rule_on_the_page_of_a_case(app: Flask, english: None, client: FlaskClient) -> None:
    with app.test_request_context(method="POST"), transaction():
        number = casefiles.mediating(personas.actor("duty_lawyer")).number
    rule = RULES["LM-MEDIATE-15D"]
    assert rule.title in personas.login(client, "duty_lawyer").get(f"/cases/{number}").text
    page = in_english(app.test_client(), "duty_lawyer").get(f"/cases/{number}").text
    assert f'<span title="{rule.title}">{rule.title_en}</span>' in page
    why = in_english(app.test_client(), "duty_lawyer").get(re.search(rf"/cases/{number}/deadlines/\d+", page)[0]).text
    assert any(one.title_en in why and one.title in why for one in RULES.values())


def test_a_rule_on_its_own_page(english: None, client: FlaskClient) -> None:
    rule = RULES["NF-ACCEPT"]
    page = in_english(client, "admin").get(f"/admin/rules/{rule.id}").text
    assert re.search(r"<h1>(.*)</h1>", page)[1] == rule.title_en and f"({rule.title})" in page
    rules = client.get("/admin/rules").text
    assert [one.id for one in RULES.values() if one.title_en not in html.unescape(rules)] == []


def test_months_and_the_system_are_named_in_the_readers_language(app: Flask, english: None) -> None:
    with app.test_request_context():
        with force_locale("en"):
            assert i18n.month_name(date(2026, 10, 1)) == "October 2026"
            assert i18n.who(SYSTEM) == "System" and i18n.who("顾言") == "顾言"
        with force_locale("zh_Hans_CN"):
            assert i18n.month_name(date(2026, 10, 1)) == "2026年10月" and i18n.who(SYSTEM) == "系统"


@pytest.mark.parametrize("address", ["/statistics?by=month&preset=twelve&compare=before", "/statistics/yearbook"])
def test_figures_by_month_and_of_the_yearbook(app: Flask, english: None, client: FlaskClient, address: str) -> None:
    with app.test_request_context(method="POST"), transaction():
        casefiles.mediating(personas.actor("duty_lawyer"))
    page = in_english(client, "committee").get(address, follow_redirects=True).text
    main = page[page.index("<main") : page.index("</main>")]
    assert "2026年" not in main and "百分点" not in main and "争议原因" not in main
    assert ("By cause: other" in main) is ("yearbook" in address)


def render(source: str) -> str:
    return current_app.jinja_env.from_string(source).render()


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ _('取消') }}", "Cancel"),
        ("{{ _('已保存视图“%(name)s”', name='<b>') }}", "&lt;b&gt;"),
        ("{{ _('没有这句话 100%%') }}", "没有这句话 100%"),
        ("{% trans name='<i>' %}没有这句话 {{ name }}{% endtrans %}", "没有这句话 &lt;i&gt;"),
    ],
)
def test_words_in_english(context, english, source: str, text: str):
    with force_locale("en"):
        said = render(source)
    assert text in said and "<b>" not in said and "<i>" not in said


def test_the_language_changes_within_a_request(context, english):
    word = "{{ _('取消') }}"
    with force_locale("en"):
        assert render(word) == "Cancel"
        with force_locale("zh_Hans_CN"):
            assert render(word) == "取消"
        assert render(word) == "Cancel"
