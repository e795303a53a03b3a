"""Law firms' clients: declared by the firm, counted over the whole tree."""

from datetime import date

import pytest

from mediation.companies import queries, service
from mediation.core.db import transaction
from mediation.core.errors import DomainError, Forbidden, NotFound
from tests import personas
from tests.factories import companies as make

BEFORE, FROM, DURING, TO, AFTER = (date(2026, month, 1) for month in (1, 2, 3, 4, 5))


@pytest.fixture
def lawyer(context):
    return personas.actor("duty_lawyer")


def conflicts(office, *companies, on=DURING) -> int:
    return len(service.conflicts_for(office.id, [company.id for company in companies], on))


def test_client_counts_for_the_whole_tree_while_it_lasts(lawyer):
    world = personas.world()
    with transaction():
        make.declare_client(lawyer, world.law_firm.id, world.region, from_on=FROM, to_on=TO)
    for company in (world.company, world.region, world.outlet):
        assert conflicts(world.law_firm, company) == 1
        assert conflicts(world.law_firm, company, on=FROM) == conflicts(world.law_firm, company, on=TO) == 1
        assert conflicts(world.law_firm, company, on=BEFORE) == conflicts(world.law_firm, company, on=AFTER) == 0
    assert conflicts(world.law_firm, world.other_company) == 0
    assert conflicts(world.law_firm, world.other_company, world.outlet) == 1
    assert conflicts(world.other_law_firm, world.outlet) == 0
    assert service.conflicts_for(None, [world.outlet.id], DURING) == []


def test_client_counts_for_a_merged_company_too(lawyer):
    committee = personas.actor("committee")
    world = personas.world()
    with transaction():
        double = make.create_company(committee, "云岫速运（集团）")
        make.declare_client(lawyer, world.law_firm.id, world.outlet, from_on=FROM)
        service.merge(committee, source=double, target=world.company, reason="重复")
    assert conflicts(world.law_firm, double) == 1


def test_lawyer_declares_and_sees_the_own_firm_only(lawyer):
    world = personas.world()
    with transaction():
        own = make.declare_client(lawyer, world.law_firm.id, world.company)
    with pytest.raises(Forbidden):
        make.declare_client(lawyer, world.other_law_firm.id, world.company)
    with transaction():
        make.declare_client(personas.actor("lawyer_elsewhere"), world.other_law_firm.id, world.company)
    assert [line.client.id for line in queries.clients_for(lawyer)] == [own.id]
    assert len(queries.clients_for(personas.actor("committee"))) == 2
    assert queries.clients_of_tree_for(personas.actor("hr_same_company"), world.company) == []
    with pytest.raises(NotFound):
        queries.get_client_for(personas.actor("lawyer_elsewhere"), own.id)
    with pytest.raises(Forbidden):
        service.end_client(personas.actor("lawyer_elsewhere"), client=own)
    with pytest.raises(Forbidden):
        make.declare_client(personas.actor("judicial_here"), world.law_firm.id, world.company)


def test_committee_declares_for_its_firms_but_not_for_other_offices(context):
    world, committee = personas.world(), personas.actor("committee")
    with transaction():
        make.declare_client(committee, world.other_law_firm.id, world.company)
    with pytest.raises(Forbidden):
        make.declare_client(committee, personas.user("police_here").office_id, world.company)


def test_periods_make_sense_and_end(lawyer):
    world = personas.world()
    with pytest.raises(DomainError) as refusal:
        make.declare_client(lawyer, world.law_firm.id, world.company, from_on=TO, to_on=FROM)
    assert refusal.value.field == "to_on"
    with transaction():
        client = make.declare_client(lawyer, world.law_firm.id, world.company, from_on=FROM)
    with pytest.raises(DomainError) as refusal:
        make.declare_client(lawyer, world.law_firm.id, world.company, from_on=DURING, to_on=TO)
    assert refusal.value.field == "company_id"
    with transaction():
        service.end_client(lawyer, client=client, on=DURING)
        make.declare_client(lawyer, world.law_firm.id, world.company, from_on=TO)
    assert conflicts(world.law_firm, world.company, on=DURING) == 1
    assert conflicts(world.law_firm, world.company, on=date(2026, 3, 2)) == 0
