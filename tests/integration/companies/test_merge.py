"""A duplicate becomes the company it is, and can be parted from it again."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from mediation.accounts.models import UserCompany
from mediation.companies import queries, service
from mediation.companies.models import Company, CompanyAlias, CompanyMerge, FirmClient
from mediation.core.clock import frozen_at
from mediation.core.db import db, transaction
from mediation.core.errors import Conflict, DomainError, NotFound
from mediation.parties.models import Party
from tests import personas
from tests.factories import companies as make
from tests.factories import parties as people

MERGED_AT = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)


@pytest.fixture
def committee(context):
    return personas.actor("committee")


@pytest.fixture
def double(committee):
    """A second 远岚, with a child, an alias, a client, an HR account and a party in a case."""
    world = personas.world()
    with transaction():
        double = make.create_company(committee, "远岚物流有限公司")
        make.create_company(committee, "远岚物流华新网点", parent=double)
        service.add_alias(committee, company=double, name="远岚快运")
        service.add_alias(committee, company=double, name="远岚")
        service.add_alias(committee, company=world.other_company, name="远岚")
        make.declare_client(committee, world.law_firm.id, double)
        db.session.add(UserCompany(user_id=personas.user("hr_same_company").id, company_id=double.id, level=1))
        case = people.make_case_row(world.committee)
        people.add_employer(committee, case, "远岚物流有限公司", company_id=double.id)
    return double


def state() -> dict[str, object]:
    """All that a merge may touch."""
    db.session.expire_all()
    companies = db.session.execute(
        select(Company.name, Company.parent_id, Company.level, Company.path, Company.level1_id, Company.merged_into_id)
    )
    return {
        "companies": sorted(map(tuple, companies), key=str),
        "aliases": sorted(map(tuple, db.session.execute(select(CompanyAlias.name, CompanyAlias.company_id)))),
        "clients": list(db.session.scalars(select(FirmClient.company_id))),
        "scopes": sorted(map(tuple, db.session.execute(select(UserCompany.user_id, UserCompany.company_id)))),
        "parties": list(db.session.scalars(select(Party.company_id))),
    }


def merge(committee, double) -> CompanyMerge:
    with frozen_at(MERGED_AT), transaction():
        return service.merge(
            committee, source=double, target=personas.world().other_company, reason="同一家公司登记了两次"
        )


def undo(committee, merged, *, after: timedelta) -> None:
    with frozen_at(MERGED_AT + after), transaction():
        service.undo_merge(committee, merged=db.session.get_one(CompanyMerge, merged.id))


def test_everything_moves_and_comes_back(committee, double):
    before = state()
    merged = merge(committee, double)
    target = personas.world().other_company
    child = db.session.scalars(select(Company).where(Company.name == "远岚物流华新网点")).one()
    assert (child.parent_id, child.level1_id) == (target.id, target.id)
    assert db.session.scalars(select(Party.company_id)).one() == target.id
    assert db.session.scalars(select(FirmClient.company_id)).one() == target.id
    assert {alias.name for alias in queries.aliases_of(target)} == {"远岚", "远岚快运"}
    undo(committee, merged, after=timedelta(days=29))
    assert state() == before
    assert db.session.get_one(CompanyMerge, merged.id).undone_by == personas.user("committee").id


def test_names_of_the_merged_company_lead_to_the_survivor(committee, double):
    merge(committee, double)
    lawyer = personas.actor("duty_lawyer")
    assert [row.name for row in queries.search_for(lawyer, "远岚物流有限公司")] == ["远岚物流集团有限公司"]
    with transaction():
        assert service.name_at_intake(lawyer, "远岚物流有限公司").name == "远岚物流集团有限公司"
    with pytest.raises(DomainError):
        make.create_company(committee, parent=db.session.get_one(Company, double.id))


def test_merges_never_chain(committee, double):
    merge(committee, double)
    with transaction():
        service.merge(
            committee, source=personas.world().other_company, target=personas.world().company, reason="集团收购"
        )
    assert db.session.get_one(Company, double.id).merged_into_id == personas.world().company.id


def test_undo_ends_after_thirty_days_and_happens_once(committee, double):
    merged = merge(committee, double)
    with pytest.raises(Conflict):
        undo(committee, merged, after=timedelta(days=30, seconds=1))
    undo(committee, merged, after=timedelta(days=30))
    with pytest.raises(Conflict):
        undo(committee, merged, after=timedelta(days=1))


def test_undo_waits_for_a_later_merge_to_be_undone(committee, double):
    merged = merge(committee, double)
    with frozen_at(MERGED_AT), transaction():
        later = service.merge(
            committee, source=personas.world().other_company, target=personas.world().company, reason="集团收购"
        )
    with pytest.raises(Conflict):
        undo(committee, merged, after=timedelta(days=1))
    undo(committee, later, after=timedelta(days=1))
    undo(committee, merged, after=timedelta(days=1))
    assert db.session.get_one(Company, double.id).merged_into_id is None


def test_rows_pointed_elsewhere_since_are_left_alone(committee, double):
    merged = merge(committee, double)
    with transaction():
        db.session.scalars(select(Party)).one().company_id = personas.world().company.id
    undo(committee, merged, after=timedelta(days=1))
    assert db.session.scalars(select(Party.company_id)).one() == personas.world().company.id


def test_merges_that_make_no_sense_are_refused(committee, double):
    world = personas.world()
    for source, target in ((double, double), (world.company, world.outlet)):
        with pytest.raises(DomainError) as refusal:
            service.merge(committee, source=source, target=target, reason="重复")
        assert refusal.value.field == "target_id"
    with pytest.raises(DomainError) as refusal:
        service.merge(committee, source=double, target=world.company, reason=" ")
    assert refusal.value.field == "reason"
    with transaction():
        elsewhere = make.create_company(personas.actor("committee_elsewhere"))
    with pytest.raises(NotFound):
        service.merge(committee, source=double, target=elsewhere, reason="重复")
