"""What is written for a person is written in the language that person reads, whoever acts and in whatever language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale, get_domain, get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from mediation.accounts import absences
from mediation.accounts.languages import each_reading, in_language
from mediation.cases import jobs, service
from mediation.cases.models import Case
from mediation.cases.notices import ask_for_seal
from mediation.core import clock, i18n
from mediation.core.db import db
from mediation.notifications.models import Channel, InboxItem, OutboxMessage
from tests import personas
from tests.factories import casefiles
from tests.integration.cases.test_company_answers import lawyer, name_agent, ours, two_companies
from tests.product import Content

DAY = date(2026, 3, 16)


@pytest.fixture
def content() -> Content:
    return casefiles.CONTENT


@pytest.fixture
def day(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A day on which whoever acts reads Chinese; one company's officer and the mediator read English."""
    # The folder of the instance, where the catalogue is compiled, is emptied between tests.
    i18n.compile_catalogues(Path(app.config["BABEL_TRANSLATION_DIRECTORIES"]))
    with app.app_context():
        monkeypatch.setattr(get_domain(), "cache", {})
    with casefiles.at(DAY), app.test_request_context(method="POST", headers={"Accept-Language": "zh-CN"}):
        for name in ("hr_same_company", "judicial_here"):
            personas.user(name).locale = "en"
        personas.user("hr_other_company").locale = "zh"
        db.session.flush()
        yield


def titles(persona: str, kind: str, case: Case | None = None) -> list[str]:
    rows = select(InboxItem.title).where(InboxItem.user_id == personas.user(persona).id, InboxItem.kind == kind)
    return list(db.session.scalars(rows.where(InboxItem.case_id == case.id) if case else rows))


def in_english(words: str) -> str:
    with force_locale("en"):
        found = _(words)
    assert found != words
    return found


def test_an_english_reader_gets_english_while_a_chinese_lawyer_acts(day) -> None:
    db.session.add(
        Channel(committee_id=ours().committee_id, user_id=ours().user_id, kind="wecom", target="key", is_active=True)
    )
    case = two_companies()
    (named,) = titles("hr_same_company", "company_named", case)
    assert named == in_english("%(number)s 有一件案件涉及贵单位，请查看并答复") % {"number": case.number}
    (message,) = db.session.scalars(select(OutboxMessage).where(OutboxMessage.user_id == ours().user_id))
    assert named in message.subject and message.body.isascii()
    (other,) = titles("hr_other_company", "company_named", case)
    assert other == f"{case.case_no} 有一件案件涉及贵单位，请查看并答复"
    service.plan_session(lawyer(), case=case, starts_at=clock.now() + timedelta(days=2))
    planned = in_english("安排调解会议")
    for persona, words in (
        ("hr_same_company", planned),
        ("judicial_here", planned),
        ("hr_other_company", "安排调解会议"),
    ):
        assert titles(persona, "session_planned", case) == [f"{case.case_no} {words}"], persona
    assert str(get_locale()) == "zh_Hans_CN"  # whoever acts goes on in their own language


def test_a_chinese_reader_gets_chinese_while_an_english_officer_acts(day) -> None:
    case = two_companies()
    case.handler_id = lawyer().user_id
    with force_locale("en"):
        service.answer(ours(), case=case, kind="accept")
        assert str(get_locale()) == "en"
    assert titles("duty_lawyer", "answered", case) == [f"{case.case_no} 单位答复"]
    assert titles("judicial_here", "answered", case) == [f"{case.case_no} {in_english('单位答复')}"]


def test_nobody_who_chose_no_language_is_written_to_in_the_actors(day) -> None:
    case = two_companies()
    assert personas.user("committee").locale is None
    with force_locale("en"):
        ask_for_seal(case, 1)
    assert titles("committee", "seal", case) == [f"{case.case_no} 协议已签齐，待盖章"]


def test_the_mornings_notices_speak_to_each(day) -> None:
    case = two_companies()
    case.handler_id = lawyer().user_id
    service.review_representative(lawyer(), case=case, authority=name_agent(case), is_confirmed=True)
    assert jobs.say_what_expires(case.committee_id, DAY + timedelta(days=4)) == 2
    what = in_english("授权委托书")
    assert what in titles("hr_same_company", "expiring", case)[0]
    assert "授权委托书" in titles("duty_lawyer", "expiring", case)[0]


def test_a_deputy_is_told_in_the_deputys_language(day) -> None:
    absences.enter(
        lawyer(), user=personas.user("duty_lawyer"), from_on=DAY, to_on=DAY + timedelta(days=2),
        deputy_id=personas.user("judicial_here").id,
    )  # fmt: skip
    with force_locale("en"):
        expected = _("%(name)s 外出（%(span)s），期间由您代理", name="沈知言", span="2026-03-16 – 2026-03-18")
    assert titles("judicial_here", "deputy") == [expected]


def test_each_is_asked_for_once_and_the_language_is_put_back(day) -> None:
    english, chinese = personas.user("hr_same_company").id, personas.user("hr_other_company").id
    with force_locale("en"):
        said = [(one, str(get_locale())) for one in each_reading([chinese, None, english, english, 10**9])]
        assert str(get_locale()) == "en"
    assert said == [(english, "en"), (chinese, "zh_Hans_CN")]
    with pytest.raises(RuntimeError):
        for _one in each_reading([english]):
            raise RuntimeError
    assert str(get_locale()) == "zh_Hans_CN"
    with in_language(None):
        assert str(get_locale()) == "zh_Hans_CN"
    assert list(each_reading([])) == []
