"""Figures from a file: looked at first, every bad row told with its line and why, the rest written once confirmed."""

from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from flask_babel import force_locale, get_domain
from sqlalchemy import func, select

from mediation.audit.models import AuditRow
from mediation.companies import headcount_sheets, service
from mediation.companies.models import Company, CompanyHeadcount
from mediation.core import clock, i18n
from mediation.core.db import db, transaction
from mediation.core.errors import DomainError, Forbidden, NotFound
from tests import personas
from tests.factories import companies as make
from tests.unit.ledger.invented import workbook

DAY = date(2026, 10, 15)
HEAD = ("公司或网点", "人数", "自哪一天起", "数字来源")
OUTLET, REGION, GROUP = "云岫速运青浦网点", "云岫速运华东有限公司", "云岫速运集团有限公司"


@pytest.fixture(autouse=True)
def today():
    with clock.frozen_at(datetime(2026, 10, 15, 10)):
        yield


def key(app, name: str) -> int:
    with app.app_context():
        return db.session.scalars(select(Company.id).where(Company.name == name)).one()


def stored(app) -> list[tuple]:
    with app.app_context():
        statement = select(Company.name, CompanyHeadcount.from_on, CompanyHeadcount.couriers, CompanyHeadcount.source)
        joined = statement.join(Company, Company.id == CompanyHeadcount.company_id)
        return list(map(tuple, db.session.execute(joined.order_by(Company.name, CompanyHeadcount.from_on))))


def upload(client, company: int, data: bytes, name: str = "人数.xlsx", **typed: str):
    given = {"file-from_on": "2026-10-15", "file-source": "总部月报", **typed}
    address = f"/companies/{company}/headcounts/file"
    return personas.post(
        client, address, {**given, "file-file": (io.BytesIO(data), name)}, content_type="multipart/form-data"
    )


@pytest.fixture
def hr(client):
    return personas.login(client, "hr_same_company")


def test_nothing_is_written_before_it_is_confirmed_and_bad_rows_are_told(app, hr):
    group = key(app, GROUP)
    data = workbook(
        [
            HEAD,
            (OUTLET, 120, None, None),
            (REGION, "30人", "2026-01-01", "区域人事"),
            ("远岚物流集团有限公司", 5, None, None),
            (OUTLET, 121, None, None),
            (OUTLET, 118, "2026-09-01", None),
            (GROUP, "很多", None, None),
            (GROUP, 3, "2026-10-16", None),
            (GROUP, None, None, None),
            (None, 7, None, None),
        ]
    )
    answer = upload(hr, group, data)
    assert answer.status_code == 303
    assert stored(app) == []
    page = hr.get(answer.location).get_data(as_text=True)
    for said in (
        "登记 3 条",
        "第 4 行",
        "这家公司名下没有“远岚物流集团有限公司”",
        f"“{OUTLET}”已经在前面出现过（第 2 行，同一天）",
        "人数“很多”看不懂",
        "2026-10-16 在今天之后，不能登记",
        "没有写公司名称",
        "没有填人数",
    ):
        assert said in page, said
    mend = hr.get(f"{answer.location}/problems.xlsx")
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(mend.data)).active]
    assert rows[0] == [*HEAD, "问题"]
    assert [row[0] for row in rows[1:]] == ["远岚物流集团有限公司", OUTLET, GROUP, GROUP, None]
    assert stored(app) == []
    done = personas.post(hr, answer.location)
    assert done.location == answer.location  # the rest is still to be mended
    assert stored(app) == [
        (REGION, date(2026, 1, 1), 30, "区域人事"),
        (OUTLET, date(2026, 9, 1), 118, "总部月报"),
        (OUTLET, DAY, 120, "总部月报"),
    ]
    again = hr.get(answer.location).get_data(as_text=True)
    assert "没有要登记的人数" in again
    assert "下载须补正的行" in again
    with app.app_context():
        exported = db.session.scalars(select(AuditRow).where(AuditRow.event == "list_exported")).one()
        assert exported.fields["rows"] == 5


def test_a_correction_shows_what_stood_there_and_what_is_known_writes_nothing(app, hr):
    group = key(app, GROUP)
    with app.app_context(), transaction():
        outlet, committee = personas.world().outlet, personas.actor("committee")
        service.record_headcount(committee, company=outlet, from_on=DAY, couriers=100, source="月报")
        service.record_headcount(committee, company=outlet, from_on=date(2026, 9, 1), couriers=90, source="总部月报")
    data = workbook([HEAD[:3], (OUTLET, 120, None), (OUTLET, 90, date(2026, 9, 1))])
    answer = upload(hr, group, data)
    page = hr.get(answer.location).get_data(as_text=True)
    assert "原来 100" in page
    assert "登记 1 条" in page
    done = personas.post(hr, answer.location)
    assert done.location.endswith(f"/companies/{group}/headcounts")
    assert stored(app) == [(OUTLET, date(2026, 9, 1), 90, "总部月报"), (OUTLET, DAY, 120, "总部月报")]
    with app.app_context():
        events = db.session.scalars(
            select(AuditRow.event).where(AuditRow.subject_kind == "company_headcount").order_by(AuditRow.id)
        )
        assert list(events) == ["record_created", "record_created", "record_changed"]


def test_a_pasted_list_and_a_file_are_judged_alike(context):
    committee, world = personas.actor("committee"), personas.world()
    with transaction():
        make.create_company(committee, "云岫速运松江网点", parent=world.region, short_name="同名")
        make.create_company(committee, "云岫速运嘉定网点", parent=world.region, short_name="同名")
    lines = [(OUTLET, "1,200人"), ("同名", "5"), ("无此网点", "5"), (OUTLET, "6"), (REGION, "2000000")]
    said = {"company": world.company, "from_on": DAY, "source": "月报"}
    with pytest.raises(DomainError) as refused:
        service.record_headcounts(committee, lines="\n".join("\t".join(line) for line in lines), **said)
    data = "\n".join(f'"{name}","{count}"' for name, count in lines).encode()
    seen = service.preview_headcounts(committee, data=data, filename="a.csv", **said)
    assert refused.value.message == "；".join(f"第 {at} 行：{why}" for at, why in seen.problems.items())
    assert list(seen.problems) == [2, 3, 4, 5]


def test_what_was_not_said_for_a_row_or_for_all_is_told(app, hr):
    data = workbook([HEAD, (OUTLET, 1, None, None), (OUTLET, 2, "2026-10-01", "月" * 121)])
    answer = upload(hr, key(app, GROUP), data, **{"file-source": ""})
    page = hr.get(answer.location).get_data(as_text=True)
    assert "请写明数字从哪里来" in page
    assert "数字来源最长 120 个字" in page


def test_an_unreadable_file_is_refused_at_its_field_and_what_was_typed_stays(app, hr):
    answer = upload(hr, key(app, GROUP), b"PK\x03\x04", **{"file-source": "人事系统"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "文件已损坏" in page
    assert 'value="人事系统"' in page
    assert upload(hr, key(app, GROUP), b"x", name="a.docx").status_code == 422
    late = upload(hr, key(app, GROUP), workbook([HEAD[:2], (OUTLET, 1)]), **{"file-from_on": "2026-10-16"})
    assert late.status_code == 422
    empty = upload(hr, key(app, GROUP), workbook([HEAD[:2], (OUTLET, None)]))
    assert "这个文件里没有填了人数的行" in empty.get_data(as_text=True)


def test_more_rows_than_can_be_looked_at_are_refused(app, hr):
    data = ("公司,人数\n" + f"{OUTLET},1\n" * 2001).encode()
    answer = upload(hr, key(app, GROUP), data, name="a.csv")
    assert answer.status_code == 422
    assert "一次最多 2000 行" in answer.get_data(as_text=True)


def test_an_upload_is_its_uploaders_and_of_its_company_alone(app, hr):
    group, outlet = key(app, GROUP), key(app, OUTLET)
    place = upload(hr, group, workbook([HEAD[:2], (OUTLET, 9)])).location
    token = place.rpartition("/")[2]
    assert hr.get(f"/companies/{outlet}/headcounts/file/{token}").status_code == 404
    assert hr.get(f"/companies/{group}/headcounts/file/{token}x").status_code == 404
    for persona in ("committee", "hr_other_company", "committee_elsewhere"):
        other = personas.login(app.test_client(), persona)
        assert other.get(place).status_code == 404
        assert personas.post(other, place).status_code == 404
    lawyer = personas.login(app.test_client(), "duty_lawyer")
    assert lawyer.get(place).status_code == 403
    assert upload(lawyer, group, b"x").status_code == 403
    assert upload(personas.login(app.test_client(), "hr_other_company"), group, b"x").status_code == 404
    assert stored(app) == []


def test_an_outlets_own_officer_cannot_name_what_stands_above(app):
    with app.app_context(), transaction():
        from mediation.core.actor import Role
        from tests.factories import accounts

        accounts.make_user(
            personas.world().committee, "hr_outlet", Role.HR, name="点长", companies=[personas.world().outlet]
        )
    client = personas.login(app.test_client(), "hr_outlet")
    assert upload(client, key(app, GROUP), workbook([HEAD[:2], (GROUP, 9)])).status_code == 404
    place = upload(client, key(app, OUTLET), workbook([HEAD[:2], (GROUP, 9), (OUTLET, 8)])).location
    assert f"这家公司名下没有“{GROUP}”" in client.get(place).get_data(as_text=True)


def test_services_ask_for_the_permission(context):
    said = {"company": personas.world().outlet, "from_on": DAY, "source": "月报", "data": b"a,1", "filename": "a.csv"}
    with pytest.raises(Forbidden):
        service.preview_headcounts(personas.actor("duty_lawyer"), **said)
    with pytest.raises(NotFound):
        service.preview_headcounts(personas.actor("hr_other_company"), **said)


def test_the_template_names_the_tree_and_nobody_elses(app, hr):
    answer = hr.get(f"/companies/{key(app, GROUP)}/headcounts/template.xlsx")
    names = [row[0].value for row in openpyxl.load_workbook(io.BytesIO(answer.data)).active.iter_rows(min_row=4)]
    assert names == [GROUP, REGION, OUTLET]
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_template_made_in_english_is_read_in_chinese(app, monkeypatch, hr):
    """And so is a file of rows to be mended: its column of problems is not taken for one of the table's."""
    i18n.compile_catalogues(Path(app.config["BABEL_TRANSLATION_DIRECTORIES"]))
    with app.app_context():
        monkeypatch.setattr(get_domain(), "cache", {})
    group = key(app, GROUP)
    with app.test_request_context(), force_locale("en"):
        book = openpyxl.load_workbook(io.BytesIO(headcount_sheets.template([OUTLET, REGION], DAY)))
    page = book.active
    assert [cell.value for cell in page[3]][:2] == ["Company or outlet", "People"]
    page["B4"], page["B5"], page["E3"] = 12, "many", "Problem"
    filled = io.BytesIO()
    book.save(filled)
    answer = upload(hr, group, filled.getvalue())
    assert answer.status_code == 303
    seen = hr.get(answer.location).text
    assert "人数“many”看不懂" in seen and OUTLET in seen
    with app.test_request_context():
        mended = headcount_sheets.to_mend(headcount_sheets.read(filled.getvalue(), "人数.xlsx"), {5: "看不懂"})
    assert [cell.value for cell in openpyxl.load_workbook(io.BytesIO(mended)).active[1]][-2:] == [
        "Source of the number",
        "问题",
    ]


def test_a_large_tree_is_read_whole(context):
    committee, world = personas.actor("committee"), personas.world()
    with transaction():
        for number in range(520):
            make.create_company(committee, f"云岫速运第{number}网点", parent=world.region)
    lines = ["公司,人数", *(f"云岫速运第{number}网点,{number}" for number in range(520))]
    seen = service.preview_headcounts(
        committee, company=world.company, from_on=DAY, source="月报", data="\n".join(lines).encode(), filename="a.csv"
    )
    assert seen.problems == {}
    with transaction():
        assert len(service.import_headcounts(committee, company=world.company, seen=seen)) == 520
    assert db.session.scalar(select(func.sum(CompanyHeadcount.couriers))) == sum(range(520))
