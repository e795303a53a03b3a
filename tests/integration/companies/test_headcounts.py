"""The base of rates: who may write it down, what a wrong entry looks like, and that history stays."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import func, select

from mediation.audit.models import AuditRow
from mediation.companies import headcount_queries as queries
from mediation.companies import service
from mediation.companies.models import Company, CompanyHeadcount
from mediation.core import clock
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError, Forbidden, NotFound
from tests import personas
from tests.factories import companies as make

DAY = date(2026, 10, 15)


@pytest.fixture(autouse=True)
def today():
    with clock.frozen_at(datetime(2026, 10, 15, 10)):
        yield


def of(name: str) -> Company:
    return db.session.scalars(select(Company).where(Company.name == name)).one()


def rows() -> list[tuple]:
    statement = select(Company.name, CompanyHeadcount.from_on, CompanyHeadcount.couriers, CompanyHeadcount.source)
    joined = statement.join(Company, Company.id == CompanyHeadcount.company_id)
    return list(map(tuple, db.session.execute(joined.order_by(Company.name, CompanyHeadcount.from_on))))


def test_a_later_figure_keeps_the_earlier_and_the_same_day_corrects(context):
    hr, outlet = personas.actor("hr_same_company"), personas.world().outlet
    with transaction():
        service.record_headcount(hr, company=outlet, from_on=date(2026, 1, 1), couriers=100, source="月报")
        service.record_headcount(hr, company=outlet, from_on=DAY, couriers=110, source="月报")
        service.record_headcount(hr, company=outlet, from_on=DAY, couriers=112, source="更正")
    assert rows() == [(outlet.name, date(2026, 1, 1), 100, "月报"), (outlet.name, DAY, 112, "更正")]
    newest, oldest = queries.history_of(outlet)
    assert (newest.couriers, newest.recorded_by, oldest.couriers) == (112, "许宁", 100)
    events = list(db.session.scalars(select(AuditRow.event).where(AuditRow.subject_kind == "company_headcount")))
    assert events == ["record_created", "record_created", "record_changed"]


def test_another_companys_hr_and_lawyers_cannot(context):
    outlet = personas.world().outlet
    figure = {"company": outlet, "from_on": DAY, "couriers": 5, "source": "月报"}
    with pytest.raises(NotFound):
        service.record_headcount(personas.actor("hr_other_company"), **figure)
    with pytest.raises(NotFound):
        service.record_headcount(personas.actor("committee_elsewhere"), **figure)
    with pytest.raises(Forbidden):
        service.record_headcount(personas.actor("duty_lawyer"), **figure)
    assert rows() == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"couriers": -1}, "couriers"), ({"from_on": date(2026, 10, 16)}, "from_on"), ({"source": ""}, "source")],
)
def test_what_cannot_be_is_refused_at_its_field(context, wrong, field):
    right = {"company": personas.world().outlet, "from_on": DAY, "couriers": 5, "source": "月报"}
    with pytest.raises(DomainError) as refused:
        service.record_headcount(personas.actor("committee"), **(right | wrong))
    assert refused.value.field == field


def test_many_outlets_at_once_as_a_spreadsheet_has_them(context):
    committee, world = personas.actor("committee"), personas.world()
    with transaction():
        make.create_company(committee, "云岫速运松江网点", parent=world.region, short_name="松江网点")
    pasted = "云岫速运青浦网点\t1,120\n\n松江网点，８０人\n云岫速运华东有限公司 0"
    with transaction():
        service.record_headcounts(committee, company=world.company, from_on=DAY, source="总部月报", lines=pasted)
    assert [(name, count) for name, _on, count, _source in rows()] == [
        ("云岫速运华东有限公司", 0),
        ("云岫速运松江网点", 80),
        ("云岫速运青浦网点", 1120),
    ]


def test_one_wrong_line_and_none_is_taken(context):
    lines = "云岫速运青浦网点 120\n远岚物流集团有限公司 30\n青浦网点一百人\n云岫速运青浦网点 121"
    with pytest.raises(DomainError) as refused:
        service.record_headcounts(
            personas.actor("committee"), company=personas.world().company, from_on=DAY, source="月报", lines=lines
        )
    assert refused.value.field == "lines"
    assert "第 2 行：这家公司名下没有“远岚物流集团有限公司”" in refused.value.message
    assert "第 3 行" in refused.value.message
    assert "第 4 行：“云岫速运青浦网点”已经在前面出现过" in refused.value.message
    assert rows() == []


def test_places_show_the_newest_figure_that_counts_on_a_day(context):
    committee, world = personas.actor("committee"), personas.world()
    with transaction():
        for day, couriers in ((date(2026, 1, 1), 100), (date(2026, 6, 1), 130)):
            service.record_headcount(committee, company=world.outlet, from_on=day, couriers=couriers, source="月报")
    found = {place.company.name: place for place in queries.places_for(committee, world.company, date(2026, 5, 31))}
    assert found["云岫速运青浦网点"].entry.couriers == 100
    assert found["云岫速运青浦网点"].is_leaf
    assert found["云岫速运集团有限公司"].entry is None
    tree = queries.tree_of_figures(personas.actor("hr_same_company"), None, DAY)
    assert tree.figures == {world.outlet.id: [(date(2026, 1, 1), 100), (date(2026, 6, 1), 130)]}
    assert world.other_company.id not in tree.names


def test_a_duplicates_figures_follow_the_merge_and_come_back(context):
    committee, world = personas.actor("committee"), personas.world()
    with transaction():
        double = make.create_company(committee, "云岫青浦（重复）", parent=world.region)
        for company, day in ((double, date(2026, 3, 1)), (double, DAY), (world.outlet, DAY)):
            service.record_headcount(committee, company=company, from_on=day, couriers=7, source="月报")
        merged = service.merge(committee, source=double, target=world.outlet, reason="重复登记")
    assert [entry.from_on for entry in queries.history_of(world.outlet)] == [DAY, date(2026, 3, 1)]
    with pytest.raises(DomainError):
        service.record_headcount(committee, company=double, from_on=DAY, couriers=1, source="月报")
    with transaction():
        service.undo_merge(committee, merged=merged)
    assert [entry.from_on for entry in queries.history_of(double)] == [DAY, date(2026, 3, 1)]


def test_the_page_by_hand(app):
    hr = personas.login(app.test_client(), "hr_same_company")
    with app.app_context():
        group, outlet = of("云岫速运集团有限公司").id, of("云岫速运青浦网点").id
    page = f"/companies/{outlet}/headcounts"
    wrong = personas.post(hr, page, {"couriers": "很多", "from_on": "2026-10-15", "source": "月报"})
    assert wrong.status_code == 422
    assert "请写一个整数" in wrong.get_data(as_text=True)
    assert "很多" in wrong.get_data(as_text=True)  # nothing typed is lost
    assert personas.post(hr, page, {"couriers": "0", "from_on": "昨天", "source": "月报"}).status_code == 303
    many = {"many-lines": "云岫速运青浦网点 1,200", "many-from_on": "2026-10-15", "many-source": "总部月报"}
    assert personas.post(hr, f"/companies/{group}/headcounts/many", many).status_code == 303
    assert "1,200" in hr.get(page).get_data(as_text=True)
    shown = hr.get(f"/companies/{group}").get_data(as_text=True)
    assert "1,200 人（1 家有人数）" in shown
    assert f'href="/companies/{group}/headcounts"' in shown
    lawyer = personas.login(app.test_client(), "duty_lawyer")
    assert "1,200 人" in lawyer.get(f"/companies/{group}").get_data(as_text=True)
    assert lawyer.get(page).status_code == 403
    with app.app_context():
        entry = db.session.scalar(select(CompanyHeadcount.id).where(CompanyHeadcount.couriers == 0))
    other = personas.login(app.test_client(), "hr_other_company")
    assert personas.post(other, f"/companies/headcounts/{entry}/remove").status_code == 404
    assert personas.post(hr, f"/companies/headcounts/{entry}/remove").status_code == 303
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(CompanyHeadcount)) == 1
