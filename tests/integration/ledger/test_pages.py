"""The import pages: upload, preview, columns by hand, confirm, and what is refused where."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest
from sqlalchemy import func, select

from mediation.attachments import storage
from mediation.cases.models import Case
from mediation.core.db import db
from tests import personas
from tests.unit.ledger.invented import ID_A, ID_B, workbook

NAMES = ("登记日期", "申请人", "身份证号", "被申请人", "争议类型", "诉求金额", "处理结果", "备注")
SOUND = ("2025-03-05", "甲某", ID_A, "虚构快运有限公司", "拖欠工资", "5000元", "处理中", "")
FAULTY = ("2025-03-06", "乙某", ID_B[:-1] + "0", "虚构快运有限公司", "拖欠工资", "800元", "处理中", "=1+1")


@pytest.fixture
def secretary(client):
    return personas.login(client, "committee")


def upload(client, data: bytes, name: str = "台账.xlsx"):
    return personas.post(client, "/ledger/", {"file": (io.BytesIO(data), name)}, content_type="multipart/form-data")


def preview_of(client, *rows, names=NAMES, arrange=None) -> str:
    answer = upload(client, workbook([names, *rows], arrange))
    assert answer.status_code == 303
    return answer.location


def cases_in(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Case))


def test_an_upload_is_shown_before_it_is_imported(app, secretary):
    place = preview_of(secretary, SOUND, FAULTY)
    shown = secretary.get(place).get_data(as_text=True)
    assert "导入 1 件" in shown and "身份证号校验码不符" in shown and "第 3 行" in shown
    assert FAULTY[2] not in shown and FAULTY[2][6:14] not in shown
    assert cases_in(app) == 0
    done = personas.post(secretary, place)
    assert done.status_code == 303
    assert cases_in(app) == 1
    result = secretary.get(done.location).get_data(as_text=True)
    assert "身份证号校验码不符" in result and FAULTY[2][6:14] not in result
    assert "台账.xlsx" in secretary.get("/ledger/").get_data(as_text=True)


def test_confirming_twice_imports_once(app, secretary):
    place = preview_of(secretary, SOUND)
    assert personas.post(secretary, place).status_code == 303
    assert personas.post(secretary, place).status_code == 303
    assert cases_in(app) == 1


def test_a_column_read_wrongly_is_put_right_by_hand(app, secretary):
    names = ("登记日期", "申请人", "身份证号", "被申请人", "争议类型", "诉求金额", "对方说法", "备注")
    place = preview_of(secretary, SOUND, names=names)
    assert "没有认出" in secretary.get(place).get_data(as_text=True)
    chosen = {"台账:G": "result", "was:台账:G": "", "台账:H": "remarks", "was:台账:H": "remarks"}
    shown = secretary.get(place, query_string=chosen).get_data(as_text=True)
    assert "人工选定" in shown
    target = re.search(r'action="(/ledger/drafts/[^"]*)"', shown)[1].replace("&amp;", "&")
    assert personas.post(secretary, target).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Case.state)).one() == "received"
    mapping = secretary.get("/ledger/1").get_data(as_text=True)
    assert "处理结果" in mapping


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"台账:B": ""}, "请选定哪一列是申请人"),
        ({"台账:H": "category", "台账:E": "category"}, "这一项已经选给了前面的列"),
    ],
)
def test_columns_that_cannot_be_read_stop_the_import(app, secretary, chosen, words):
    place = preview_of(secretary, SOUND)
    shown = secretary.get(place, query_string=chosen).get_data(as_text=True)
    assert words in shown and "导入 1 件" not in shown
    refused = personas.post(secretary, place, query_string=chosen)
    assert refused.status_code == 422
    assert cases_in(app) == 0


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.xlsx", "文件是空的"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 50, "a.xlsx", "这不是可以读取的表格文件"),
        ("姓名,金额\n".encode(), "a.csv", "没有找到台账"),
    ],
)
def test_a_bad_file_is_refused_at_the_field(app, secretary, data, name, words):
    answer = upload(secretary, data, name)
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert re.search(rf'id="file-error"[^>]*>{words}', shown)
    with app.app_context():
        assert list(storage.names()) == []


def test_no_file_is_asked_for(secretary):
    answer = personas.post(secretary, "/ledger/", {}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "请选择文件" in answer.get_data(as_text=True)


def test_the_rows_to_mend_come_in_their_own_layout_without_formulas(app, secretary):
    def arrange(_book, sheet):
        sheet.write_formula(2, 7, "=1+1", value=2)

    place = preview_of(secretary, SOUND, FAULTY, arrange=arrange)
    answer = secretary.get(f"{place}/problems.xlsx")
    page = openpyxl.load_workbook(io.BytesIO(answer.data))["台账"]
    rows = list(page.iter_rows(values_only=True))
    assert rows[0] == (*NAMES, "问题")
    assert rows[1][:2] == FAULTY[:2] and rows[1][2] == FAULTY[2] and "身份证号校验码不符" in rows[1][-1]
    assert len(rows) == 2
    assert page.cell(2, 8).data_type == "s" and page.cell(2, 8).value == "'=1+1"
    page.cell(2, 3).value = ID_B
    mended = io.BytesIO()
    page.parent.save(mended)
    personas.post(secretary, place)
    again = upload(secretary, mended.getvalue()).location
    assert personas.post(secretary, again).status_code == 303
    assert cases_in(app) == 2
    assert secretary.get("/ledger/1/problems.xlsx").status_code == 200


def test_the_file_of_an_import_can_be_had_again(secretary):
    data = workbook([NAMES, SOUND])
    personas.post(secretary, upload(secretary, data).location)
    assert secretary.get("/ledger/1/file").data == data


def test_a_preview_belongs_to_its_uploader(app, secretary):
    place = preview_of(secretary, SOUND)
    other = personas.login(app.test_client(), "committee_elsewhere")
    assert other.get(place).status_code == 404
    assert personas.post(other, place).status_code == 404
    assert other.get(f"{place}/problems.xlsx").status_code == 404
    assert secretary.get(place[:-3] + "xxx").status_code == 404
    personas.post(secretary, place)
    for address in ("/ledger/1", "/ledger/1/file", "/ledger/1/problems.xlsx"):
        assert other.get(address).status_code == 404
    lawyer = personas.login(app.test_client(), "duty_lawyer")
    assert lawyer.get("/ledger/").status_code == 403
