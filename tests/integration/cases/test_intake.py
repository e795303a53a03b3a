"""The counter form: six fields are enough, nothing typed is lost, nothing blocks that may be unknown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mediation.cases.models import Case, Claim
from mediation.companies import service as companies
from mediation.core.db import db, transaction
from mediation.parties import queries as parties
from mediation.parties.models import Party
from tests import personas
from tests.factories import casefiles
from tests.product import Content

DAY = date(2026, 3, 4)
SIX = {
    "source": "walk_in",
    "applicant_name": "周明远",
    "phone": "13800138000",
    "company": "云岫速运青浦网点",
    "category": "wage.arrears",
    "facts": "两个月工资没发。",
}


@pytest.fixture
def content() -> Content:
    return casefiles.CONTENT


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    with casefiles.at(DAY):
        yield app


@pytest.fixture
def lawyer(app: Flask) -> FlaskClient:
    return personas.login(app.test_client(), "duty_lawyer")


def send(client: FlaskClient, **changes: str | None):
    data = {name: value for name, value in {**SIX, **changes}.items() if value is not None}
    return personas.post(client, "/cases/new", data)


def opened(app: Flask, answer) -> Case:
    """The case that an answer leads to, with its parties in the session."""
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return casefiles.reload(answer.location.rpartition("/")[2])


def people_of(case: Case, side: str) -> list[Party]:
    return [one for one in parties.for_case(case.id) if one.side == side]


def test_six_fields_open_a_case(app: Flask, lawyer: FlaskClient) -> None:
    answer = send(lawyer)
    with app.app_context():
        case = opened(app, answer)
        assert (case.state, case.source, case.category_code, case.received_on) == (
            "received",
            "walk_in",
            "wage.arrears",
            DAY,
        )
        # What the desk knows already is not asked: the station, the lawyer, the day.
        assert case.station_id == personas.world().station.id
        assert case.handler_id == personas.user("duty_lawyer").id
        assert case.main_company_id == personas.world().outlet.id
        assert case.claimed_fen is None and case.facts == SIX["facts"]
        assert case.next_deadline_on == date(2026, 3, 9)
        assert db.session.scalars(select(Claim.item)).one() == "拖欠工资"


@pytest.mark.parametrize("field", sorted(SIX))
def test_each_of_the_six_is_missed_at_its_field(lawyer: FlaskClient, field: str) -> None:
    answer = send(lawyer, **{field: ""})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert page.count('class="field-error"') == 1 and f'id="{field}-error"' in page


def test_an_unknown_company_never_blocks(app: Flask, lawyer: FlaskClient) -> None:
    answer = send(lawyer, company="", company_unknown="y")
    with app.app_context():
        case = opened(app, answer)
        assert case.main_company_id is None and people_of(case, "respondent") == []
        assert case.title == "周明远 — 对方不明"


def test_everything_typed_is_kept_when_something_is_wrong(lawyer: FlaskClient) -> None:
    typed = {
        "source": "hotline",
        "applicant_name": "O'Neil & <b>欧</b>",
        "phone": "没带手机",
        "company": "青浦那个网点",
        "amount": "一万多吧",
        "facts": "第一行\n第二行 “引号”",
        "job": "分拣员",
        "second_phone": "x",
        "id_number": "310101199003070010",
        "address": "某路 5 弄",
        "plate": "沪A·12345",
        "employed_from": "很久以前",
        "employed_until": "随便",
        "accident_on": "2026-13-01",
        "received_on": "2026-03-05",
        "other_applicants": "李四，123，abc",
        "other_respondents": "另一家公司",
        "relationship": "quasi",
        "is_migrant": "y",
        "is_over_age": "y",
    }
    answer = send(lawyer, **typed)
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    for name, value in typed.items():
        if value != "y" and name not in ("source", "relationship"):
            assert value in page, name
    for chosen in ('value="hotline"', 'value="quasi"', 'name="is_migrant"', 'name="is_over_age"'):
        tag = next(line for line in page.split("<") if chosen in line.split(">")[0])
        assert "selected" in tag or "checked" in tag, chosen
    for field in ("phone", "amount", "second_phone", "id_number", "employed_from", "employed_until", "accident_on",
                  "received_on", "other_applicants"):  # fmt: skip
        assert f'id="{field}-error"' in page, field


@pytest.mark.parametrize(
    "name", ["𠮷田·买买提", "阿卜杜拉·阿不都热依木·买合木提", "O'Neil", "㛃", "欧阳 娜娜", "Nguyễn Văn A", "=1+1", "🚚"]
)
def test_odd_names_are_names(app: Flask, lawyer: FlaskClient, name: str) -> None:
    answer = send(lawyer, applicant_name=name)
    with app.app_context():
        assert people_of(opened(app, answer), "applicant")[0].name == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("１３８００１３８０００", "13800138000"), ("+86 138-0013-8000", "13800138000"), ("021 5555 1234", "02155551234")],
)
def test_phones_are_read_as_people_write_them(app: Flask, lawyer: FlaskClient, typed: str, kept: str) -> None:
    answer = send(lawyer, phone=typed)
    with app.app_context():
        assert people_of(opened(app, answer), "applicant")[0].phone == kept


@pytest.mark.parametrize(
    ("typed", "fen"), [("1.2万", 1_200_000), ("12,000", 1_200_000), ("１２０００元", 1_200_000), ("", None), ("0", 0)]
)
def test_sums_are_read_as_people_write_them(app: Flask, lawyer: FlaskClient, typed: str, fen: int | None) -> None:
    answer = send(lawyer, amount=typed)
    with app.app_context():
        assert opened(app, answer).claimed_fen == fen


def test_an_id_number_is_checked_and_sealed(app: Flask, lawyer: FlaskClient) -> None:
    wrong = send(lawyer, id_number="310101199003070010")
    assert wrong.status_code == 422 and 'id="id_number-error"' in wrong.get_data(as_text=True)
    answer = send(lawyer, id_number="３１０１０１１９９００３０７００１９")
    with app.app_context():
        assert people_of(opened(app, answer), "applicant")[0].id_number == casefiles.ID_NUMBER
        raw = db.session.execute(db.text("SELECT id_number, phone FROM party WHERE side = 'applicant'")).one()
        assert casefiles.ID_NUMBER.encode() not in bytes(raw[0]) and SIX["phone"].encode() not in bytes(raw[1])


def test_a_crowd_comes_from_one_text(app: Flask, lawyer: FlaskClient) -> None:
    lines = [
        "李四",
        "王五，13900000001",
        "赵六，１３９００００００02，1,200",
        "阿卜杜拉 买买提",
        "孙七 13900000003 3000",
        "周八, 13900000004 1.5万",
        "",
        "  ，，",
        *(f"工友{number}，，100" for number in range(5)),
    ]
    answer = send(lawyer, amount="5000", other_applicants="\r\n".join(lines))
    with app.app_context():
        case = opened(app, answer)
        people = people_of(case, "applicant")
        assert [one.name for one in people][:7] == ["周明远", "李四", "王五", "赵六", "阿卜杜拉 买买提", "孙七", "周八"]
        assert [one.phone for one in people][1:7] == [
            None,
            "13900000001",
            "13900000002",
            None,
            "13900000003",
            "13900000004",
        ]
        assert case.headcount == 12 and case.is_collective
        assert case.title == "周明远 等12人 — 云岫速运青浦网点"
        # Each has a claim of their own: 5000 + 1200 + 3000 + 15000 + 5 × 100.
        assert case.claimed_fen == 2_470_000
        assert len(db.session.scalars(select(Claim.id)).all()) == 12


@pytest.mark.parametrize(
    ("line", "complaint"),
    [("13900000001", "没有姓名"), ("李四，12", "电话看不懂"), ("李四，13900000001，很多", "金额看不懂")],
)
def test_a_line_that_cannot_be_read_is_named(lawyer: FlaskClient, line: str, complaint: str) -> None:
    page = send(lawyer, other_applicants=f"王五\n{line}").get_data(as_text=True)
    assert f"第 2 行{'没有姓名' if complaint == '没有姓名' else ''}" in page and complaint in page


def test_nine_others_are_no_collective_case_but_ten_people_are(app: Flask, lawyer: FlaskClient) -> None:
    small = send(lawyer, other_applicants="\n".join(f"甲{n}" for n in range(8)))
    large = send(lawyer, other_applicants="\n".join(f"乙{n}" for n in range(9)))
    with app.app_context():
        assert [opened(app, one).is_collective for one in (small, large)] == [False, True]


def test_a_station_or_company_of_somebody_else_is_refused(app: Flask, lawyer: FlaskClient) -> None:
    with app.app_context(), transaction():
        elsewhere = personas.world().other_station.id
        theirs = companies.create_company(personas.actor("committee_elsewhere"), name="外地速运").id
    for station in (str(elsewhere), "abc", "９" * 30):
        assert send(lawyer, station=station).status_code == 422
    # A key that does not fit the text is no choice: what was typed counts.
    for key in (str(theirs), "²", "9" * 40, "-1"):
        answer = send(lawyer, company="外地速运", company_id=key)
        with app.app_context():
            case = opened(app, answer)
            assert case.main_company_id not in (None, theirs)


def test_what_was_picked_is_taken_and_what_was_typed_after_wins(app: Flask, lawyer: FlaskClient) -> None:
    with app.app_context():
        region = personas.world().region
        key, name = str(region.id), region.name
    picked = send(lawyer, company=name, company_id=key)
    typed_over = send(lawyer, company="云岫速运青浦网点", company_id=key)
    with app.app_context():
        assert opened(app, picked).main_company_id == int(key)
        assert opened(app, typed_over).main_company_id == personas.world().outlet.id


@pytest.mark.parametrize(
    ("persona", "track"), [("police_here", "police"), ("duty_lawyer", "referral"), ("committee", "referral")]
)
def test_only_an_officer_opens_a_police_matter(app: Flask, persona: str, track: str) -> None:
    client = personas.login(app.test_client(), persona)
    answer = send(client, category="public_order")
    with app.app_context():
        assert opened(app, answer).track == track


def test_a_consultation_is_not_docketed(app: Flask, lawyer: FlaskClient) -> None:
    answer = send(lawyer, is_consultation="y")
    with app.app_context():
        assert opened(app, answer).track == "consult"


def test_the_second_and_third_respondent_are_named(app: Flask, lawyer: FlaskClient) -> None:
    answer = send(lawyer, other_respondents="远岚物流集团有限公司\n\n 从未见过的平台公司 ")
    with app.app_context():
        case = opened(app, answer)
        assert [one.name for one in people_of(case, "respondent")] == [
            "云岫速运青浦网点",
            "远岚物流集团有限公司",
            "从未见过的平台公司",
        ]


def test_a_person_as_respondent_becomes_no_company(app: Flask, lawyer: FlaskClient) -> None:
    answer = send(lawyer, company="老板王大", company_is_person="y", company_role="outsourcer")
    with app.app_context():
        case = opened(app, answer)
        assert case.main_company_id is None
        assert people_of(case, "respondent")[0].kind == "person"


def test_an_injury_starts_the_clock_of_its_day(app: Flask, lawyer: FlaskClient) -> None:
    answer = send(lawyer, category="injury.recognition", accident_on="昨天", relationship="employment")
    with app.app_context():
        assert opened(app, answer).accident_on == date(2026, 3, 3)
