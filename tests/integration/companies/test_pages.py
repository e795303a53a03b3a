"""The company pages: what each may open, what a wrong entry looks like, a merge and its undoing by hand."""

import pytest
from sqlalchemy import select

from mediation.companies.models import Company, CompanyAlias, CompanyMerge, FirmClient
from mediation.core.db import db, transaction
from tests import personas
from tests.factories import companies as make

OWN, OTHER = "云岫速运集团有限公司", "远岚物流集团有限公司"


@pytest.fixture
def ids(app) -> dict[str, int]:
    with app.app_context():
        return {name: key for key, name in db.session.execute(select(Company.id, Company.name))}


def signed_in(app, persona: str):
    return personas.login(app.test_client(), persona)


def text(answer) -> str:
    return answer.get_data(as_text=True)


def company(app, name: str) -> Company | None:
    with app.app_context():
        return db.session.scalar(select(Company).where(Company.name == name))


def test_another_companys_hr_finds_nothing_anywhere(app, ids):
    hr = signed_in(app, "hr_other_company")
    assert hr.get(f"/companies/{ids[OWN]}").status_code == 404
    assert hr.get(f"/companies/{ids['云岫速运青浦网点']}").status_code == 404
    assert hr.get("/companies/suggest?q=云岫").json == {"results": []}
    assert OWN not in text(hr.get("/companies/?q=云岫"))
    assert OWN not in text(hr.get("/companies/"))
    assert hr.get(f"/companies/{ids[OTHER]}").status_code == 200


def test_own_hr_sees_the_own_tree_but_cannot_manage(app, ids):
    hr = signed_in(app, "hr_same_company")
    shown = text(hr.get("/companies/"))
    assert OWN in shown
    assert OTHER not in shown
    page = text(hr.get(f"/companies/{ids['云岫速运华东有限公司']}"))
    assert "云岫速运青浦网点" in page
    for forbidden in ("合并", "添加别名", "律所", "登记下级公司"):
        assert forbidden not in page
    for address in (
        "/companies/new",
        f"/companies/{ids[OWN]}/edit",
        f"/companies/{ids[OWN]}/merge",
        "/companies/clients",
    ):
        assert hr.get(address).status_code == 403


def test_another_committee_finds_nothing(app, ids):
    elsewhere = signed_in(app, "committee_elsewhere")
    for address in (f"/companies/{ids[OWN]}", f"/companies/{ids[OWN]}/edit", f"/companies/{ids[OWN]}/merge"):
        assert elsewhere.get(address).status_code == 404
    assert elsewhere.get("/companies/suggest?q=云岫").json == {"results": []}
    refused = personas.post(elsewhere, "/companies/new", {"name": "某公司", "parent_name": OWN, "parent_id": ids[OWN]})
    assert refused.status_code == 422
    assert "没有找到这家公司" in text(refused)


def test_suggestion_says_where_a_company_stands(app, ids):
    lawyer = signed_in(app, "duty_lawyer")
    (found,) = lawyer.get("/companies/suggest?q=青浦网点").json["results"]
    assert found == {
        "id": ids["云岫速运青浦网点"],
        "label": "云岫速运青浦网点",
        "name": "云岫速运青浦网点",
        "short_name": None,
        "detail": "云岫速运集团有限公司 › 云岫速运华东有限公司",
        "path_text": "云岫速运集团有限公司 › 云岫速运华东有限公司",
    }


def test_wrong_check_digit_keeps_what_was_typed(app):
    committee = signed_in(app, "committee")
    code = make.credit_code(33)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    typed = {"name": "禾渡快运有限公司", "uscc": wrong, "short_name": "禾渡", "address": "示例路8号"}
    refused = personas.post(committee, "/companies/new", typed)
    assert refused.status_code == 422
    for value in typed.values():
        assert f'value="{value}"' in text(refused)
    assert "统一社会信用代码不正确" in text(refused)
    assert 'aria-invalid="true"' in text(refused)
    assert company(app, "禾渡快运有限公司") is None
    saved = personas.post(committee, "/companies/new", {**typed, "uscc": code, "is_active": "y", "is_verified": "y"})
    assert saved.status_code == 303
    assert company(app, "禾渡快运有限公司").uscc == code


def test_parent_is_taken_from_the_list_or_from_its_typed_name(app, ids):
    committee = signed_in(app, "committee")
    picked = {"name": "甲网点", "parent_name": OTHER, "parent_id": ids[OTHER], "level": "3", "is_active": "y"}
    assert personas.post(committee, "/companies/new", picked).status_code == 303
    assert (company(app, "甲网点").parent_id, company(app, "甲网点").level) == (ids[OTHER], 3)
    # The name was changed by hand after a pick, or there is no script: the name counts, not the stale id.
    typed = {"name": "乙网点", "parent_name": OWN, "parent_id": ids[OTHER], "is_active": "y"}
    assert personas.post(committee, "/companies/new", typed).status_code == 303
    assert company(app, "乙网点").parent_id == ids[OWN]
    unknown = personas.post(committee, "/companies/new", {"name": "丙网点", "parent_name": "没有这家"})
    assert unknown.status_code == 422


def test_company_is_changed_and_moved(app, ids):
    committee = signed_in(app, "committee")
    outlet = ids["云岫速运青浦网点"]
    assert f'value="{OWN}"' in text(committee.get(f"/companies/{ids['云岫速运华东有限公司']}/move"))
    moved = {"parent_name": OTHER, "parent_id": ids[OTHER], "level": "3"}
    assert personas.post(committee, f"/companies/{outlet}/move", moved).status_code == 303
    assert company(app, "云岫速运青浦网点").level1_id == ids[OTHER]
    circle = personas.post(committee, f"/companies/{ids[OWN]}/move", {"parent_name": "云岫速运华东有限公司"})
    assert circle.status_code == 422
    assert "不能移到自己" in text(circle)
    changed = {"name": "云岫速运青浦华新网点", "is_active": "y", "is_franchise": "y"}
    assert personas.post(committee, f"/companies/{outlet}/edit", changed).status_code == 303
    assert "云岫速运青浦网点" in text(committee.get(f"/companies/{outlet}"))
    assert company(app, "云岫速运青浦华新网点").is_franchise


def test_aliases_come_and_go(app, ids):
    committee = signed_in(app, "committee")
    address = f"/companies/{ids[OWN]}/aliases"
    assert personas.post(committee, address, {"alias": "云岫快递"}).status_code == 303
    twice = personas.post(committee, address, {"alias": " 云岫 快递 "})
    assert twice.status_code == 422
    assert "已经有这个别名" in text(twice)
    with app.app_context():
        alias_id = db.session.scalars(select(CompanyAlias.id)).one()
    assert personas.post(committee, f"/companies/{ids[OTHER]}/aliases/{alias_id}/remove").status_code == 404
    assert personas.post(committee, f"{address}/{alias_id}/remove").status_code == 303
    assert committee.get("/companies/suggest?q=云岫快递").json == {"results": []}


def test_merge_and_undo_by_hand(app, ids):
    committee = signed_in(app, "committee")
    source = ids["云岫速运华东有限公司"]
    refused = personas.post(committee, f"/companies/{source}/merge", {"target_name": OTHER})
    assert refused.status_code == 422
    form = {"target_name": OTHER, "target_id": ids[OTHER], "reason": "同一家公司登记了两次"}
    assert personas.post(committee, f"/companies/{source}/merge", form).location == f"/companies/{ids[OTHER]}"
    page = text(committee.get(f"/companies/{ids[OTHER]}"))
    assert "撤销合并" in page
    assert "云岫速运青浦网点" in page
    redirected = committee.get(f"/companies/{source}")
    assert (redirected.status_code, redirected.location) == (303, f"/companies/{ids[OTHER]}")
    # HR of the old tree sees neither the survivor nor that there is one.
    assert signed_in(app, "hr_same_company").get(f"/companies/{source}").status_code == 404
    with app.app_context():
        merge_id = db.session.scalars(select(CompanyMerge.id)).one()
    assert personas.post(signed_in(app, "committee_elsewhere"), f"/companies/merges/{merge_id}/undo").status_code == 404
    assert personas.post(committee, f"/companies/merges/{merge_id}/undo").location == f"/companies/{source}"
    assert "云岫速运青浦网点" in text(committee.get(f"/companies/{source}"))
    assert personas.post(committee, f"/companies/merges/{merge_id}/undo").status_code == 409


def test_lawyer_declares_and_ends_a_client(app, ids):
    lawyer = signed_in(app, "duty_lawyer")
    form = {"company_name": OWN, "company_id": ids[OWN], "relation": "legal_adviser", "from_on": "2026年1月5日"}
    assert personas.post(lawyer, "/companies/clients", form).status_code == 303
    assert OWN in text(lawyer.get("/companies/clients"))
    assert "示例明理律师事务所" in text(lawyer.get(f"/companies/{ids['云岫速运青浦网点']}"))
    colleague = signed_in(app, "lawyer_elsewhere")
    assert OWN not in text(colleague.get("/companies/clients"))
    with app.app_context():
        client_id = db.session.scalars(select(FirmClient.id)).one()
    assert personas.post(colleague, f"/companies/clients/{client_id}/end").status_code == 404
    twice = personas.post(lawyer, "/companies/clients", form)
    assert twice.status_code == 422
    assert 'value="2026年1月5日"' in text(twice)
    assert personas.post(lawyer, f"/companies/clients/{client_id}/end").status_code == 303
    with app.app_context():
        assert db.session.scalars(select(FirmClient.to_on)).one() is not None


def test_committee_chooses_the_firm(app, ids):
    committee = signed_in(app, "committee")
    form = {"company_name": OWN, "relation": "agent", "from_on": "2026-01-05"}
    refused = personas.post(committee, "/companies/clients", form)
    assert refused.status_code == 422
    assert "请选择律师事务所" in text(refused)
    with app.app_context():
        firm = personas.world().other_law_firm.id
    assert personas.post(committee, "/companies/clients", {**form, "office_id": firm}).status_code == 303


def test_unverified_names_are_listed_for_the_committee(app, ids):
    with app.app_context(), transaction():
        make.service.name_at_intake(personas.actor("duty_lawyer"), "从未见过的快递有限公司")
    committee = signed_in(app, "committee")
    page = text(committee.get("/companies/?show=unverified"))
    assert "从未见过的快递有限公司" in page
    assert OWN not in page


def test_nobody_without_an_account_sees_a_company(app, ids):
    stranger = app.test_client()
    for address in ("/companies/", f"/companies/{ids[OWN]}", "/companies/suggest?q=云岫"):
        assert stranger.get(address).status_code == 302
