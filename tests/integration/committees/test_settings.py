"""The committee's data and the causes of dispute."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from mediation.audit.models import AuditRow
from mediation.committees import queries
from mediation.committees.categories import CATEGORIES
from mediation.committees.models import Category, Committee
from mediation.committees.service import create_committee, seed_categories
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError
from tests import personas
from tests.product import Content


@pytest.fixture
def content() -> Content:
    return personas.PEOPLE


@pytest.fixture
def admin(client: FlaskClient) -> FlaskClient:
    return personas.login(client, "admin")


SETTINGS = {
    "name": personas.HERE,
    "short_name": "浦江调委会",
    "legal_basis": ["peoples_mediation", "industry_labour"],
    "case_prefix": "沪浦调字",
    "document_prefix": "沪浦调",
    "address": "示例路 1 号",
}


def changes(app: Flask, kind: str) -> list[dict]:
    with app.app_context():
        rows = db.session.scalars(select(AuditRow).where(AuditRow.subject_kind == kind).order_by(AuditRow.id))
        return [row.fields for row in rows]


def category(app: Flask, code: str) -> tuple:
    with app.app_context():
        row = db.session.get(Category, code)
        return row.label, row.yearbook_cause, row.pm_type, row.is_active


def test_seeding_twice_adds_nothing_and_keeps_what_was_changed(app: Flask):
    with app.app_context(), transaction():
        db.session.get(Category, "wage.arrears").label = "欠薪"
        db.session.delete(db.session.get(Category, "wage.overtime"))
    with app.app_context(), transaction():
        assert seed_categories() == 1
        assert seed_categories() == 0
    with app.app_context():
        assert db.session.query(Category).count() == len(CATEGORIES)
        assert db.session.get(Category, "wage.arrears").label == "欠薪"


def test_every_branch_follows_its_main_cause(app: Flask):
    with app.app_context():
        rows = queries.categories()
        assert [row.code for row in rows] == [seed.code for seed in CATEGORIES]


def test_the_committees_data_change_on_the_page(admin: FlaskClient, app: Flask):
    assert personas.HERE in admin.get("/admin/committee").text
    assert personas.post(admin, "/admin/committee", SETTINGS).status_code == 303
    with app.app_context():
        committee = personas.world().committee
        assert (committee.case_prefix, committee.short_name) == ("沪浦调字", "浦江调委会")
        assert set(committee.legal_basis) == {"peoples_mediation", "industry_labour"}
        assert personas.world().other_committee.case_prefix == "沪快调字"
    (fields,) = changes(app, "committee")
    assert set(fields["changed"]) >= {"case_prefix", "document_prefix", "address"}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"legal_basis": []}, "至少选择一种法律性质"),
        ({"legal_basis": ["magic"]}, "法律性质：所选的已经不能选，请重新选择"),
        ({"second_factor": ["cats"]}, "必须使用两步验证的人：所选的已经不能选，请重新选择"),
        ({"case_prefix": "沪快调字〔2026〕"}, "字头不含年份、括号和序号"),
        ({"document_prefix": ""}, "请填写发文字头"),
        ({"name": personas.ELSEWHERE}, "已有同名的调解组织"),
    ],
)
def test_a_field_error_keeps_what_was_typed(admin: FlaskClient, app: Flask, changed: dict, message: str):
    answer = personas.post(admin, "/admin/committee", {**SETTINGS, **changed})
    assert answer.status_code == 422
    assert message in answer.text
    assert 'value="示例路 1 号"' in answer.text
    with app.app_context():
        assert db.session.scalar(select(Committee.address).where(Committee.name == personas.HERE)) is None


def test_a_cause_changes_how_it_is_called_and_counted(admin: FlaskClient, app: Flask):
    assert "派费" in admin.get("/admin/categories").text
    data = {"label": "派费提成", "yearbook_cause": "其他", "pm_type": "合同"}
    assert personas.post(admin, "/admin/categories/wage.piece_fee", data).status_code == 303
    assert category(app, "wage.piece_fee") == ("派费提成", "其他", "合同", False)
    assert changes(app, "category") == [
        {"changed": [f"wage.piece_fee.{name}" for name in ("is_active", "label", "pm_type", "yearbook_cause")]}
    ]
    with app.app_context():
        assert "wage.piece_fee" not in {row.code for row in queries.categories()}
        assert "wage.piece_fee" in {row.code for row in queries.categories(include_inactive=True)}


def test_without_its_main_cause_a_branch_is_not_offered(app: Flask):
    with app.app_context(), transaction():
        db.session.get(Category, "freight").is_active = False
    with app.app_context():
        assert not [row.code for row in queries.categories() if row.code.startswith("freight")]


def test_a_branch_is_added_at_the_end_of_its_main_cause(admin: FlaskClient, app: Flask):
    data = {"parent": "freight", "label": "高速费", "yearbook_cause": "其他", "pm_type": "合同"}
    assert personas.post(admin, "/admin/categories/new", data).status_code == 303
    assert personas.post(admin, "/admin/categories/new", {**data, "label": "停车费"}).status_code == 303
    with app.app_context():
        codes = [row.code for row in queries.categories()]
        assert codes[codes.index("freight.cargo_damage") + 1 :][:3] == ["freight.local1", "freight.local2", "insurance"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"label": "空驶"}, "已有同名的案由"),
        ({"label": ""}, "请填写案由"),
        ({"parent": ""}, "请选择上级案由"),
        ({"parent": "freight.arrears"}, ""),
        ({"pm_type": "nothing"}, ""),
    ],
)
def test_a_branch_that_cannot_be(admin: FlaskClient, app: Flask, changed: dict, message: str):
    data = {"parent": "freight", "label": "高速费", "yearbook_cause": "其他", "pm_type": "消费", **changed}
    answer = personas.post(admin, "/admin/categories/new", data)
    assert answer.status_code == 422
    assert message in answer.text
    with app.app_context():
        assert db.session.query(Category).count() == len(CATEGORIES)


def test_a_cause_that_is_not_there(admin: FlaskClient):
    assert admin.get("/admin/categories/nothing").status_code == 404


@pytest.mark.parametrize("persona", [one for one in personas.PERSONAS if one != "admin"])
def test_only_administrators_change_settings(client: FlaskClient, persona: str):
    personas.login(client, persona)
    for address in ("/admin/committee", "/admin/categories", "/admin/categories/new", "/admin/categories/wage"):
        assert client.get(address).status_code == 403


def test_a_committees_name_is_given_once(app: Flask):
    with app.app_context(), transaction():
        assert create_committee(name="第三调委会").id
        with pytest.raises(DomainError):
            create_committee(name=personas.HERE)


def test_companies_sign_only_once_the_committee_has_said_so(app: Flask, admin: FlaskClient):
    def stored() -> object:
        with app.app_context():
            return personas.world().committee.settings.get("company_signing")

    assert not stored()
    assert personas.post(admin, "/admin/committee", SETTINGS | {"company_signing": "y"}).status_code == 303
    assert stored() is True
    assert personas.post(admin, "/admin/committee", SETTINGS).status_code == 303
    assert stored() is False


def test_the_days_proposed_for_a_reply_are_set_here_and_leave_a_trace(app: Flask, admin: FlaskClient):
    def stored() -> object:
        with app.app_context():
            return personas.world().committee.settings.get("recommendation_reply_days")

    page = admin.get("/admin/committee").text
    assert 'name="reply_days"' in page and 'value="30"' in page
    assert "不是法定期限" in page
    for wrong in ("6", "181", "三十"):
        answer = personas.post(admin, "/admin/committee", SETTINGS | {"reply_days": wrong})
        assert answer.status_code == 422
        assert f'value="{wrong}"' in answer.text
    assert stored() is None
    assert personas.post(admin, "/admin/committee", SETTINGS | {"reply_days": "45"}).status_code == 303
    assert stored() == 45
    assert "settings" in changes(app, "committee")[-1]["changed"]
    assert 'value="45"' in admin.get("/admin/committee").text
