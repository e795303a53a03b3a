"""Files with couriers per company: where the figures stand in them, what is left out, and what goes back to be mended."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from mediation.attachments.spreadsheets import SpreadsheetError
from mediation.companies import headcount_sheets as sheets
from mediation.companies.headcount_rows import Written, count_of, pasted
from tests.unit.ledger.invented import workbook

HEAD = ("公司或网点", "人数", "自哪一天起", "数字来源")


def rows(*lines: tuple, **more) -> tuple[Written, ...]:
    return sheets.read(workbook(lines, **more), "人数.xlsx").rows


@pytest.mark.parametrize(
    ("text", "count"), [("120", 120), ("1,200", 1200), ("1，200人", 1200), ("８０ 名", 80), ("0", 0), ("007", 7)]
)
def test_a_number_as_people_write_it(text, count):
    assert count_of(text) == count


@pytest.mark.parametrize("text", ["", "-5", "12.5", "1,2", "一百", "12人左右", "1e3", "=1+1", "9999999999"])
def test_what_is_no_number_is_not_guessed(text):
    with pytest.raises(ValueError, match=r".*"):
        count_of(text)


def test_pasted_lines_keep_their_numbers():
    found = pasted("青浦网点\t1,120\n\n松江网点，８０人\n一百人")
    assert [(one.at, one.name, one.couriers, bool(one.problem)) for one in found] == [
        (1, "青浦网点", "1,120", False),
        (3, "松江网点", "80人", False),
        (4, "一百人", "", True),
    ]


def test_title_rows_totals_and_empty_lines_are_no_figures():
    data = workbook(
        [
            ("2026年10月快递员人数",),
            (),
            ("序号", "网点名称", "快递员人数（人）", "统计日期", "电话"),
            (1, "青浦网点", 120, date(2026, 10, 1), "x"),
            (2, "松江网点", None, None, None),
            (None, None, None, None, None),
            (3, "嘉定网点", "8人", "2026年10月2日", None),
            ("", "合 计", 128, None, None),
        ]
    )
    found = sheets.read(data, "人数.xlsx")
    assert found.header == 3
    assert found.rows == (
        Written(4, "青浦网点", "120", from_on="2026-10-01"),
        Written(7, "嘉定网点", "8人", from_on="2026年10月2日"),
    )
    assert found.skipped == ((5, "没有填人数"), (8, "合计行"))


def test_two_columns_without_a_header_are_read_as_when_pasted():
    assert rows(("青浦网点", 120), ("松江网点", "很多")) == (
        Written(1, "青浦网点", "120"),
        Written(2, "松江网点", "很多"),
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_csv_in_either_encoding(encoding):
    data = "公司,人数,来源\n青浦网点,\"1,200\",月报\n=cmd|' /C calc'!A0,1,\n".encode(encoding)
    found = sheets.read(data, "人数.CSV")
    assert found.rows == (
        Written(2, "青浦网点", "1,200", source="月报"),
        Written(3, "=cmd|' /C calc'!A0", "1"),
    )


def test_a_formula_counts_with_the_result_that_was_kept_and_never_without():
    def arrange(_book, sheet):
        sheet.write_formula(1, 1, "=100+20", None, 120)

    (kept,) = rows(HEAD[:2], ("青浦网点", None), arrange=arrange)
    assert (kept.couriers, kept.is_formula, kept.problem) == ("120", True, "")
    book = openpyxl.Workbook()
    book.active.append(HEAD[:2])
    book.active.append(("青浦网点", "=100+20"))
    target = io.BytesIO()
    book.save(target)
    (lost,) = sheets.read(target.getvalue(), "人数.xlsx").rows
    assert "公式" in lost.problem


def test_the_sheet_with_the_columns_is_read_and_the_others_are_named():
    def arrange(book, _sheet):
        page = book.add_worksheet("人数")
        page.write_row(0, 0, HEAD[:2])
        page.write_row(1, 0, ("青浦网点", 5))

    found = sheets.read(workbook([("说明",)], arrange, name="封面"), "人数.xlsx")
    assert (found.grid.name, found.others, len(found.rows)) == ("人数", ("封面",), 1)


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"x", "a.pdf", "请上传"),
        (b"PK\x03\x04 nothing", "a.xlsx", "损坏"),
        (b"", "a.csv", "空的"),
        ("甲,乙\n丙,丁\n".encode(), "a.csv", "没有找到"),
        (b"a,1\n" * 600_000, "a.csv", "超过 2 MB"),
    ],
)
def test_what_cannot_be_read_is_refused_at_the_file(data, name, said):
    with pytest.raises(SpreadsheetError) as refused:
        sheets.read(data, name)
    assert refused.value.field == "file"
    assert said in refused.value.message


def test_the_template_comes_back_as_it_was_filled_in():
    made = sheets.template(["云岫速运青浦网点", "=1+1 网点"], date(2026, 10, 15))
    book = openpyxl.load_workbook(io.BytesIO(made))
    page = book.active
    assert [cell.value for cell in page[3]] == list(HEAD)
    assert page["A5"].value == "'=1+1 网点"
    assert sheets.read(made, "headcounts.xlsx").rows == ()  # nothing filled in yet
    page["B4"] = 120
    target = io.BytesIO()
    book.save(target)
    assert sheets.read(target.getvalue(), "headcounts.xlsx").rows == (
        Written(4, "云岫速运青浦网点", "120", from_on="2026-10-15"),
    )


def test_rows_to_mend_have_their_own_layout_and_no_formula():
    def arrange(_book, sheet):
        sheet.write_formula(3, 2, '=HYPERLINK("http://x")', None, "x")

    data = workbook(
        [
            ("总部月报",),
            ("网点", "备注", "人数"),
            ("青浦网点", "好", 5),
            ("青浦网点", "@sum", None),
            ("无名", None, -5),
        ],
        arrange,
    )
    read = sheets.read(data, "人数.xlsx")
    page = openpyxl.load_workbook(io.BytesIO(sheets.to_mend(read, {4: "人数看不懂", 5: "没有这家"}))).active
    assert [[cell.value for cell in row] for row in page] == [
        ["网点", "备注", "人数", "问题"],
        ["青浦网点", "'@sum", '\'=HYPERLINK("http://x")', "人数看不懂"],
        ["无名", None, -5, "没有这家"],
    ]
    assert page["C2"].data_type == "s"


def test_a_mended_file_is_read_again_without_its_column_of_problems():
    data = workbook([("网点", "人数", "问题"), ("青浦网点", "x", "人数看不懂"), ("松江网点", "5", "")])
    read = sheets.read(data, "人数.xlsx")
    page = openpyxl.load_workbook(io.BytesIO(sheets.to_mend(read, {2: "还是看不懂"}))).active
    assert [[cell.value for cell in row] for row in page] == [["网点", "人数", "问题"], ["青浦网点", "x", "还是看不懂"]]
