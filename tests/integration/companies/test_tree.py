"""Companies in their tree: made, changed, moved, found."""

import pytest
from sqlalchemy import select

from mediation.accounts.models import UserCompany
from mediation.audit.models import AuditRow
from mediation.companies import queries, service
from mediation.companies.models import Company
from mediation.companies.service import followers
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError, Forbidden, NotFound
from tests import personas
from tests.factories import companies as make


@pytest.fixture
def world(context):
    return personas.world()


@pytest.fixture
def committee(context):
    return personas.actor("committee")


def found(persona: str, text: str) -> list[str]:
    return [company.name for company in queries.search_for(personas.actor(persona), text)]


def test_level_path_and_ids_follow_from_the_parent(world, committee):
    with transaction():
        region = make.create_company(committee, "栖岚快递(上海)有限公司", parent=world.other_company)
        outlet = make.create_company(committee, "栖岚快递徐泾网点", parent=region)
        direct = make.create_company(committee, "栖岚快递赵巷网点", parent=world.other_company, level=3)
    top = world.other_company.id
    assert region.name == "栖岚快递（上海）有限公司"
    assert (region.level, region.level1_id, region.level2_id, region.level3_id) == (2, top, region.id, None)
    assert (outlet.level, outlet.level1_id, outlet.level2_id, outlet.level3_id) == (3, top, region.id, outlet.id)
    assert (direct.level, direct.level1_id, direct.level2_id, direct.level3_id) == (3, top, None, direct.id)
    assert outlet.path == f"/{top}/{region.id}/{outlet.id}/"
    assert [company.id for company in queries.ancestors(outlet)] == [top, region.id]
    assert queries.path_texts([outlet])[outlet.id] == "远岚物流集团有限公司 › 栖岚快递（上海）有限公司"
    names = [company.name for company in queries.tree_for(committee, world.other_company)]
    assert set(names) == {world.other_company.name, region.name, outlet.name, direct.name}


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"name": "   "}, "name"),
        ({"name": "长" * 121}, "name"),
        ({"uscc": "91310118MA0000017Y"}, "uscc"),
        ({"level": 1}, "level"),
        ({"level": 4}, "level"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(world, committee, details, field):
    with pytest.raises(DomainError) as refusal:
        make.create_company(committee, **{"name": "某某快递有限公司", "parent": world.company, **details})
    assert refusal.value.field == field


def test_nothing_goes_below_an_outlet_or_into_another_committee(world, committee):
    with pytest.raises(DomainError) as refusal:
        make.create_company(committee, parent=world.outlet)
    assert refusal.value.field == "parent_id"
    with pytest.raises(NotFound):
        make.create_company(personas.actor("committee_elsewhere"), parent=world.company)


def test_credit_code_belongs_to_one_company_of_a_committee(world, committee):
    code = make.credit_code()
    with transaction():
        first = make.create_company(committee, uscc=f" {code[:9]}-{code[9:].lower()} ")
    assert first.uscc == code
    with pytest.raises(DomainError) as refusal:
        make.create_company(committee, uscc=code)
    assert refusal.value.field == "uscc"
    assert first.name in str(refusal.value)
    with transaction():
        elsewhere = make.create_company(personas.actor("committee_elsewhere"), uscc=code)
    assert elsewhere.uscc == code


@pytest.mark.parametrize("persona", ["duty_lawyer", "police_here", "hr_same_company"])
def test_only_those_who_manage_companies_change_them(world, persona):
    actor = personas.actor(persona)
    for act in (
        lambda: make.create_company(actor),
        lambda: service.change_company(actor, company=world.company, name="别的名称"),
        lambda: service.move(actor, company=world.region, parent=None),
        lambda: service.add_alias(actor, company=world.company, name="云岫"),
        lambda: service.merge(actor, source=world.region, target=world.other_company, reason="重复"),
    ):
        with pytest.raises(Forbidden):
            act()


def test_old_name_stays_findable_and_the_audit_names_columns_only(world, committee):
    with transaction():
        service.change_company(committee, company=world.company, name="云岫速运股份有限公司", short_name="云岫")
    assert found("duty_lawyer", "云岫速运集团") == ["云岫速运股份有限公司"]
    row = db.session.scalars(select(AuditRow).where(AuditRow.event == "record_changed")).one()
    assert row.fields == {"changed": ["name", "short_name"]}


def test_moving_takes_the_subtree_and_its_followers_along(world, committee, monkeypatch):
    told: list[tuple[int, ...]] = []
    monkeypatch.setattr(followers, "on_tree_change", [lambda rows: told.append(tuple(row.id for row in rows))])
    with transaction():
        service.move(committee, company=world.region, parent=world.other_company)
    world = personas.world()
    assert told == [(world.region.id, world.outlet.id)]
    assert world.outlet.level1_id == world.other_company.id
    assert world.outlet.path == f"/{world.other_company.id}/{world.region.id}/{world.outlet.id}/"
    assert "云岫速运青浦网点" in found("hr_other_company", "云岫")
    assert "云岫速运青浦网点" not in found("hr_same_company", "云岫")


def test_hr_scope_keeps_the_level_of_its_company(world, committee):
    user = personas.user("hr_other_company")
    with transaction():
        service.move(committee, company=world.other_company, parent=world.company)
    scope = db.session.get(UserCompany, (user.id, world.other_company.id))
    assert scope.level == 2
    assert found("hr_other_company", "有限公司") == ["远岚物流集团有限公司"]


def test_a_move_that_would_go_too_deep_or_in_a_circle_changes_nothing(world, committee):
    for parent, field in ((world.outlet, "parent_id"), (world.company, "parent_id")):
        with pytest.raises(DomainError) as refusal, transaction():
            service.move(committee, company=personas.world().company, parent=parent)
        assert refusal.value.field == field
    with pytest.raises(DomainError), transaction():
        service.move(committee, company=personas.world().company, parent=personas.world().other_company)
    assert personas.world().company.level == 1
    assert personas.world().outlet.level1_id == personas.world().company.id


def test_search_orders_exact_then_beginning_then_inside(world, committee):
    with transaction():
        make.create_company(committee, "青浦快运有限公司")
        make.create_company(committee, "示例物流", short_name="青浦")
        service.add_alias(committee, company=world.other_company, name="老青浦速递")
    assert found("duty_lawyer", "青浦")[:2] == ["示例物流", "青浦快运有限公司"]
    assert set(found("duty_lawyer", "青浦")[2:]) == {"云岫速运青浦网点", "远岚物流集团有限公司"}
    assert found("duty_lawyer", "远岚物流集团有限公司") == ["远岚物流集团有限公司"]


def test_search_takes_signs_as_they_are(world, committee):
    with transaction():
        make.create_company(committee, "百分百%_物流")
    assert found("duty_lawyer", "%") == ["百分百%_物流"]
    assert found("duty_lawyer", "%_") == ["百分百%_物流"]
    assert found("duty_lawyer", "  ") == []


def test_search_finds_by_credit_code(world, committee):
    code = make.credit_code()
    with transaction():
        service.change_company(committee, company=world.region, uscc=code)
    assert found("police_here", code) == ["云岫速运华东有限公司"]
    assert found("police_here", code[:8].lower()) == ["云岫速运华东有限公司"]


def test_each_sees_what_is_theirs(world):
    assert len(found("duty_lawyer", "云岫")) == 3
    assert len(found("admin", "云岫")) == 3
    assert len(found("hr_same_company", "云岫")) == 3
    assert found("hr_other_company", "云岫") == []
    assert found("committee_elsewhere", "云岫") == []
    assert found("stranger", "云岫") == []
    with pytest.raises(NotFound):
        queries.get_for(personas.actor("hr_other_company"), world.outlet.id)
    assert [row.name for row in queries.tops_for(personas.actor("hr_same_company")).rows] == ["云岫速运集团有限公司"]


def test_intake_finds_by_any_exact_name_or_makes_an_unverified_one(world, committee):
    lawyer = personas.actor("duty_lawyer")
    with transaction():
        service.add_alias(committee, company=world.company, name="云岫(集团)")
    with transaction():
        assert service.name_at_intake(lawyer, " 云岫速运集团有限公司 ").id == world.company.id
        assert service.name_at_intake(lawyer, "云岫（集团）").id == world.company.id
        new = service.name_at_intake(lawyer, "从未见过的快递有限公司")
        assert service.name_at_intake(lawyer, "从未见过的快递 有限公司").id == new.id
    assert not new.is_verified
    assert (new.level, new.level1_id) == (1, new.id)
    assert [row.name for row in queries.unverified_for(committee).rows] == ["从未见过的快递有限公司"]
    with pytest.raises(Forbidden):
        service.name_at_intake(personas.actor("hr_same_company"), "某公司")


def test_lists_are_paged_by_key_in_both_directions(world, committee, monkeypatch):
    monkeypatch.setattr(queries, "PAGE_SIZE", 3)
    with transaction():
        for number in range(7):
            make.create_company(committee, f"分部{number}", parent=world.company)
    first = queries.children_for(committee, world.company)
    second = queries.children_for(committee, world.company, after=first.next)
    third = queries.children_for(committee, world.company, after=second.next)
    names = [row.name for page in (first, second, third) for row in page.rows]
    assert sorted(names) == sorted([*(f"分部{n}" for n in range(7)), "云岫速运华东有限公司"])
    assert third.next is None
    back = queries.children_for(committee, world.company, before=third.previous)
    assert [row.name for row in back.rows] == [row.name for row in second.rows]
    assert queries.children_for(committee, world.company, after="typed by hand").rows == first.rows
    assert queries.child_counts([world.company.id]) == {world.company.id: 8}
    assert db.session.scalar(select(Company.id).where(Company.name == "分部0")) is not None


def test_the_same_code_registered_by_two_at_once_is_a_field_error_too(world, committee, monkeypatch):
    code = make.credit_code()
    with transaction():
        make.create_company(committee, uscc=code)
        # What the second of two sees: nobody held the code when it looked.
        monkeypatch.setattr(queries, "by_credit_code", lambda *_: None)
        with pytest.raises(DomainError) as refusal:
            make.create_company(committee, "后来者快运", uscc=code)
    assert refusal.value.field == "uscc"
    assert db.session.scalars(select(Company.name).where(Company.uscc == code)).all() != ["后来者快运"]
    assert found("duty_lawyer", "后来者") == []
