"""Whoever sees a provisional date sees the warning with it, on every page; nobody else does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from io import BytesIO

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from mediation.cases import service
from mediation.cases.jobs import send_digests
from mediation.cases.models import Case
from mediation.core.db import db, transaction
from mediation.deadlines import changes, proposals, queries
from mediation.deadlines.models import Deadline
from mediation.deadlines.rules import Trigger
from mediation.deadlines.yearfile import read_days
from mediation.documents import queries as papers
from mediation.notifications.models import InboxItem
from tests import personas
from tests.factories import casefiles
from tests.factories import documents as play
from tests.integration.deadlines.year_2027 import LINES, SOURCE
from tests.product import Content

RECEIVED = date(2026, 12, 30)
BAR = 'class="warning-bar"'
PERSONAS = ("duty_lawyer", "judicial_here", "police_here", "hr_same_company", "committee", "admin")


def fill(app: Flask) -> None:
    """A case received, another accepted, on the last days of a year whose successor has no calendar."""
    casefiles.fill(app)
    play.open_case(RECEIVED)
    accepted = play.open_case(date(2026, 12, 28))
    play.accept(accepted, date(2026, 12, 28), RECEIVED)


@pytest.fixture
def content() -> Content:
    return Content("provisional", fill)


@pytest.fixture(autouse=True)
def on_the_day() -> Iterator[None]:
    with casefiles.at(RECEIVED, 18):
        yield


def provisional_days(app: Flask) -> set[date]:
    with app.app_context():
        # The end of a limitation is printed by itself, too, and sure: only its roll is not.
        ours = (Deadline.rule_code.startswith("LM-"), Deadline.is_provisional, Deadline.status == "open")
        return set(db.session.scalars(select(Deadline.last_day).where(*ours)))


def pages(app: Flask, numbers: list[str]) -> Iterator[str]:
    """Every page that is read and needs no more than a case, a deadline or a rule to be found."""
    with app.app_context():
        deadline = db.session.scalars(select(Deadline).where(Deadline.is_provisional)).first()
        number = db.session.get_one(Case, deadline.case_id).number
        yield f"/cases/{number}/deadlines/{deadline.id}"
        yield f"/cases/{number}/documents/preview/D05"
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint == "static" or rule.endpoint.startswith("bootstrap"):
            continue
        if rule.arguments <= {"number"}:
            for one in numbers if rule.arguments else numbers[:1]:
                yield rule.rule.replace("<number>", one)
    yield "/cases/?open=1"


def bar_of(text: str) -> str:
    found = re.search(r'class="warning-bar".*?</div></div>', text, flags=re.DOTALL)
    return found[0] if found else ""


def shown_as(day: date) -> tuple[str, ...]:
    return (day.isoformat(), f"{day.year}年{day.month}月{day.day}日", f"{day.month}月{day.day}日 周")


@pytest.mark.parametrize("persona", PERSONAS)
def test_a_page_with_a_provisional_day_has_the_mark_and_the_bar(app: Flask, persona: str):
    client, days = personas.login(app.test_client(), persona), provisional_days(app)
    assert {one.year for one in days} >= {2027}
    with app.app_context():
        numbers = list(db.session.scalars(select(Case.number).order_by(Case.id)))
    warned = []
    for address in pages(app, numbers):
        answer = client.get(address)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        text = unescape(answer.get_data(as_text=True))
        # Elsewhere (the roster, the calendar) the same civil day may stand for something else.
        # The page of pausing names the day on which the period runs out, which is sure; its roll is not.
        tells = address.startswith("/cases") and not address.endswith("/pause")
        names_one = tells and any(form in text for day in days for form in shown_as(day))
        shows = names_one or "暂定</span>" in text or "（暂定）" in text
        assert (BAR in text) == shows, f"{address} for {persona}"
        if shows:
            assert "暂定" in text.replace(bar_of(text), ""), address
            assert "2027 年的放假安排尚未录入" in bar_of(text), address
            warned.append(address)
    if persona in ("duty_lawyer", "committee", "judicial_here"):
        one = numbers[0]
        assert {"/", "/cases/", f"/cases/{one}", f"/cases/{one}/slip", f"/cases/{numbers[1]}/documents"} & set(warned)
        assert f"/cases/{one}" in warned and "/cases/" in warned and "/cases/?open=1" in warned
        assert any(re.fullmatch(r"/cases/[\d-]+/deadlines/\d+", address) for address in warned)
    if persona == "duty_lawyer":
        assert f"/cases/{one}/slip" in warned
    if persona == "hr_same_company":
        assert f"/cases/{numbers[1]}" in warned


def test_the_administrator_is_led_to_the_page_and_others_are_told_who_does_it(app: Flask):
    with app.app_context():
        number = db.session.scalars(select(Case.number).order_by(Case.id)).first()
    text = personas.login(app.test_client(), "duty_lawyer").get(f"/cases/{number}").get_data(as_text=True)
    bar = bar_of(text)
    assert "由系统管理员" in bar and "href" not in bar
    admin = personas.login(app.test_client(), "admin")
    text = personas.post(admin, "/admin/calendar/2027", {"source": SOURCE, "days": LINES}).get_data(as_text=True)
    bar = bar_of(text)
    assert 'href="/admin/calendar/2027"' in bar


def enter_2027(*, move: bool) -> None:
    with transaction():
        admin = personas.actor("admin")
        changes.save_year(admin, year=2027, source=SOURCE, days=read_days(LINES, 2027, SOURCE), move=move)


def test_the_bar_says_when_only_the_confirmation_is_missing_and_goes_with_it(app: Flask):
    lawyer = personas.login(app.test_client(), "duty_lawyer")
    with app.app_context():
        number = db.session.scalars(select(Case.number).order_by(Case.id)).first()
        enter_2027(move=False)
    text = lawyer.get(f"/cases/{number}").get_data(as_text=True)
    said = bar_of(text)
    assert "还待系统管理员确认" in said
    assert "尚未录入" not in said
    with app.app_context(), transaction():
        proposals.accept(personas.actor("admin"), chosen=None, seen=proposals.basis())
        assert not [one for one in queries.of_case(_case(number).id) if one.status == "open" and one.is_provisional]
    text = lawyer.get(f"/cases/{number}").get_data(as_text=True)
    assert BAR not in text
    assert "当时为暂定" in text  # the old rows stay in the history
    assert BAR not in lawyer.get("/cases/").get_data(as_text=True)


def _case(number: str) -> Case:
    return db.session.scalars(select(Case).where(Case.number == number)).one()


def accepted_number(app: Flask) -> str:
    with app.app_context():
        return db.session.scalars(select(Case.number).where(Case.accepted_on.is_not(None))).one()


def test_what_interrupted_a_limitation_is_still_named_when_its_day_moves(app: Flask):
    with app.app_context():
        interrupted = Deadline.trigger == Trigger.LIMITATION_INTERRUPTED.value
        before = db.session.scalars(select(Deadline).where(interrupted, Deadline.status == "open")).first()
        opening, raw = before.explanation[0], before.raw_last_day
        old_id, case_id = before.id, before.case_id
        enter_2027(move=True)
        fresh = db.session.get(Deadline, db.session.get(Deadline, old_id).replaced_by_id)
        assert (fresh.trigger, fresh.explanation[0], fresh.raw_last_day) == (
            Trigger.LIMITATION_INTERRUPTED.value,
            opening,
            raw,
        )
        assert not fresh.is_provisional
        # A new version of the rule moves the day that a notice prints: a person has to confirm it again.
        code, admin = fresh.rule_code, personas.actor("admin")
        with transaction():
            changes.change_rule(admin, code=code, confirmed=True, length=2, note="测试")
            proposals.accept(admin, chosen=None, seen=proposals.basis())
        case = db.session.get_one(Case, case_id)
        assert case.limitation_on.year == raw.year + 1
        assert not case.limitation_confirmed


def test_a_paper_with_a_provisional_day_is_refused_and_its_preview_marked(app: Flask):
    lawyer, number = personas.login(app.test_client(), "duty_lawyer"), accepted_number(app)
    answer = personas.post(lawyer, f"/cases/{number}/documents/issue/D05")
    text = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert "LM-MEDIATE-15D" in text and "2027年放假安排尚未录入" in text
    draft = lawyer.get(f"/cases/{number}/documents/preview/D05")
    printed = "".join(page.extract_text() for page in PdfReader(BytesIO(draft.data)).pages)
    assert "暂定" in printed and "草稿" in printed
    with app.app_context():
        assert papers.current(_case(number).id, "D05", "") is None
        enter_2027(move=False)
    assert personas.post(lawyer, f"/cases/{number}/documents/issue/D05").status_code == 422  # not confirmed yet
    with app.app_context(), transaction():
        proposals.accept(personas.actor("admin"), chosen=None, seen=proposals.basis())
    assert personas.post(lawyer, f"/cases/{number}/documents/issue/D05").status_code == 303
    with app.app_context():
        assert papers.current(_case(number).id, "D05", "") is not None


def test_the_ways_of_an_agreement_are_marked_and_it_is_not_issued_with_their_last_days(app: Flask):
    number = accepted_number(app)
    with app.app_context():
        play.meet(number, RECEIVED)
        play.draft(number, RECEIVED)
    lawyer = personas.login(app.test_client(), "duty_lawyer")
    page = lawyer.get(f"/cases/{number}").get_data(as_text=True)
    assert BAR in page
    assert personas.post(lawyer, f"/cases/{number}/documents/issue/D13").status_code == 303  # no day is printed yet
    with app.app_context():
        play.sign_all(number, RECEIVED)
    page = lawyer.get(f"/cases/{number}").get_data(as_text=True)
    ways = page[page.index('id="ways"') :]
    assert "暂定" in ways[: ways.index("</section>")]
    assert BAR in personas.login(app.test_client(), "hr_same_company").get(f"/cases/{number}").get_data(as_text=True)


def test_exports_and_the_command_line_carry_the_mark(app: Flask):
    secretary = personas.login(app.test_client(), "committee")
    text = secretary.get("/cases/export.csv").get_data(as_text=True)
    assert re.search(r"2027-01-\d\d（暂定）", text)


def test_the_company_reads_the_mark_beside_the_end_of_limitation_as_staff_do(app: Flask):
    number = accepted_number(app)
    with app.app_context(), transaction():
        case = _case(number)
        service.fail(personas.actor("duty_lawyer"), case=case, reason="分歧大", limitation_on=case.limitation_on)
        ends = _case(number).limitation_on
    shown = f"{ends.year}年{ends.month}月{ends.day}日"
    for persona in ("duty_lawyer", "hr_same_company"):
        page = personas.login(app.test_client(), persona).get(f"/cases/{number}").get_data(as_text=True)
        fact = re.search(r"<dt>时效届满日</dt>\s*<dd>(.*?)</dd>", page, flags=re.DOTALL)
        assert fact and shown in fact[1] and "暂定</span>" in fact[1], persona
        assert BAR in page, persona
        # In the history only those who handle the case read of the confirmation.
        assert (f"时效至 {shown}（暂定）" in page) == (persona == "duty_lawyer")
    with app.app_context():
        enter_2027(move=True)
    for persona in ("duty_lawyer", "hr_same_company"):
        page = personas.login(app.test_client(), persona).get(f"/cases/{number}").get_data(as_text=True)
        fact = re.search(r"<dt>时效届满日</dt>\s*<dd>(.*?)</dd>", page, flags=re.DOTALL)
        assert fact and shown in fact[1] and "暂定" not in fact[1], persona
        assert "（暂定）" not in page, persona


def test_a_day_that_a_person_set_instead_is_not_marked(app: Flask):
    number = accepted_number(app)
    with app.app_context(), transaction():
        case = _case(number)
        other = case.limitation_on - timedelta(days=3)
        service.fail(personas.actor("duty_lawyer"), case=case, reason="分歧大", limitation_on=other,
                     limitation_reason="另有证据")  # fmt: skip
    page = personas.login(app.test_client(), "hr_same_company").get(f"/cases/{number}").get_data(as_text=True)
    fact = re.search(r"<dt>时效届满日</dt>\s*<dd>(.*?)</dd>", page, flags=re.DOTALL)
    assert fact and str(other.day) in fact[1] and "暂定" not in fact[1]


def test_the_digest_marks_the_end_of_limitation(app: Flask):
    with app.app_context(), transaction():
        case = _case(accepted_number(app))
        row = db.session.scalars(
            select(Deadline).where(Deadline.case_id == case.id, Deadline.raw_last_day == case.limitation_on)
        ).first()
        assert row.is_provisional
        send_digests(case.limitation_on)
        lawyer = personas.user("duty_lawyer").id
        item = db.session.scalar(
            select(InboxItem).where(
                InboxItem.user_id == lawyer, InboxItem.key == f"digest:{case.limitation_on.isoformat()}"
            )
        )
        line = next(one for one in item.body.splitlines() if f"{case.case_no} 时效，" in one)
        assert line.endswith("（暂定）")
