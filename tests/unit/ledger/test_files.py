"""Whole files: titles, headers of several lines, merged cells, totals, several sheets, csv."""

from datetime import date

import pytest

from mediation.attachments.spreadsheets import SpreadsheetError, read_grids
from mediation.ledger.rows import read_ledger
from tests.unit.ledger.invented import ID_A, ID_B, TODAY, problems, read_csv, read_rows, workbook

HEADER = ["序号", "收案日期", "投诉人", "被投诉单位", "案由", "标的额", "调解结果"]
ROW = [1, "2024-1-2", "甲某", "虚构快运有限公司", "欠薪", "5000元", "达成协议"]


def test_titles_totals_footers_and_blank_rows_are_no_cases():
    ledger = read_rows(
        [
            ["某站 2024 年登记表"],
            ["单位：元"],
            [],
            HEADER,
            ROW,
            ["", " ", "\u3000"],
            ["小　计", "", "", "1件", "", 5000],
            HEADER,
            [7, "2024-1-3", "乙某", "虚构快运有限公司", "欠薪", 300, "处理中"],
            [8],
            ["", "", "", "", "", 5300],
            ["合计", "", "", "2件", "", 5300],
            ["填表人：丙某", "", "", "审核：丁某"],
        ]
    )
    (sheet,) = ledger.sheets
    assert (sheet.title_rows, sheet.header_rows) == ((1, 2), (4,))
    assert [(row.row, row.seq, row.applicants[0].name) for row in ledger.rows] == [(5, 1, "甲某"), (9, 7, "乙某")]
    assert [(row.row, row.reason) for row in sheet.skipped] == [
        (6, "blank"), (7, "total"), (8, "header"), (10, "blank"), (11, "total"), (12, "total"), (13, "footer"),
    ]  # fmt: skip


def test_a_header_of_two_lines_with_merged_groups():
    def arrange(book, sheet):
        sheet.merge_range("A1:I1", "某司机之家劳动纠纷收案登记表")
        sheet.merge_range("A2:A3", "序号")
        sheet.merge_range("B2:B3", "受理\n日期")
        sheet.merge_range("C2:E2", "申请人")
        sheet.merge_range("F2:G2", "被申请人")
        sheet.merge_range("H2:H3", "案由")
        sheet.merge_range("I2:I3", "标的额（万元）")

    rows = [
        [],
        [],
        [None, None, "姓名", "证件号码", "联系方式", "名称", "联系方式"],
        [1, "23.5.8", "甲某", ID_A, "+8614500000001", "虚构物流有限公司", "021-50000000", "运费", 1.2],
        [2, 45292, "乙某", ID_B, 14500000002, "虚构物流有限公司", "", "运费", "3-5"],
    ]
    ledger = read_rows(rows, arrange)
    (sheet,) = ledger.sheets
    assert (sheet.title_rows, sheet.header_rows) == ((1,), (2, 3))
    first, second = ledger.rows
    assert (first.reg_date.iso, second.reg_date.iso) == ("2023-05-08", "2024-01-01")
    assert (first.applicants[0].id_number, first.applicants[0].phone) == (ID_A, "14500000001")
    assert first.claim_total_fen == 1_200_000
    assert first.extra == (("被申请人 联系方式", "021-50000000"),)
    assert (second.claim_total_fen, second.claim_text) == (None, "3-5（万元）")


def test_the_unit_in_the_title_holds_for_amounts_without_their_own():
    ledger = read_rows(
        [
            ["台账（单位：万元）"],
            HEADER,
            [1, "2024-1-2", "甲某", "虚构公司", "欠薪", 0.5, ""],
            [2, "2024-1-2", "乙某", "虚构公司", "欠薪", "800元", ""],
        ]
    )
    assert [row.claim_total_fen for row in ledger.rows] == [500_000, 80_000]


def test_a_case_over_several_rows_and_a_cell_for_several_cases():
    def arrange(book, sheet):
        sheet.merge_range("A2:A3", 1)
        sheet.merge_range("B2:B3", "2024-1-2")
        sheet.merge_range("D4:D5", "虚构网点")

    rows = [
        ["序号", "登记日期", "申请人", "被申请人", "争议类型", "身份证号"],
        [None, None, "甲某", "虚构快运有限公司", "欠薪", ID_A],
        [None, None, "乙某", "", "", ID_B],
        [2, "2024-1-3", "丙某", None, "工伤"],
        [3, "2024-1-4", "丁某", None, "工伤"],
    ]
    ledger = read_rows(rows, arrange)
    assert [(row.row, [person.name for person in row.applicants], row.respondents) for row in ledger.rows] == [
        (2, ["甲某", "乙某"], ("虚构快运有限公司",)),
        (4, ["丙某"], ("虚构网点",)),
        (5, ["丁某"], ("虚构网点",)),
    ]
    assert [person.id_number for person in ledger.rows[0].applicants] == [ID_A, ID_B]


def test_dittos_repeat_the_cell_above():
    ledger = read_rows([HEADER, ROW, [2, "同上", "乙某", "〃", "工伤", "", "未结"]])
    assert (ledger.rows[1].reg_date.iso, ledger.rows[1].respondents) == ("2024-01-02", ("虚构快运有限公司",))


def test_several_sheets_are_one_ledger_and_duplicates_are_found_across_them():
    def arrange(book, sheet):
        second = book.add_worksheet("2025年")
        second.write_row(0, 0, ["受理时间", "劳动者", "公司", "纠纷类型", "请求金额", "来源渠道", "车牌"])
        second.write_row(1, 0, ["2024/01/02", " 甲某 ", "虚构快运 有限公司", "拖欠工资", "5,000", "电话", "沪A"])
        second.write_row(2, 0, ["2025/1/2", "甲某", "虚构快运有限公司", "拖欠工资", "5,000", "电话", "沪A"])
        book.add_worksheet("填表说明").write(0, 0, "请逐行填写")
        hidden = book.add_worksheet("旧表")
        hidden.write_row(0, 0, HEADER)
        hidden.write_row(1, 0, ROW)
        hidden.hide()

    ledger = read_rows([HEADER, ROW], arrange)
    assert [sheet.name for sheet in ledger.sheets] == ["台账", "2025年"]
    assert ledger.ignored == ("填表说明", "旧表")
    assert [(row.sheet, row.row, row.status, row.duplicate_of) for row in ledger.rows] == [
        ("台账", 2, "ok", None),
        ("2025年", 2, "duplicate", ("台账", 2)),
        ("2025年", 3, "ok", None),
    ]
    assert ledger.rows[1].issues[-1].code == "DUPLICATE_ROW"
    assert [heading.text for heading in ledger.sheets[1].columns.unmatched] == ["车牌"]
    assert ledger.rows[2].extra == (("车牌", "沪A"),)


def test_formulas_are_kept_as_text_and_never_computed():
    def arrange(book, sheet):
        sheet.write_formula("F2", "=2*2500", value=5000)
        sheet.write_formula("H2", '=HYPERLINK("http://example.invalid/","看")', value="看")

    ledger = read_rows([[*HEADER, "备注"], [1, "2024-1-2", "甲某", "虚构公司", "欠薪", None, "处理中", None]], arrange)
    (row,) = ledger.rows
    assert row.remarks == '=HYPERLINK("http://example.invalid/","看")'
    assert row.claim_total_fen == 500_000
    assert problems(row) == [("F", "FORMULA_VALUE", "warning"), ("H", "FORMULA_CELL", "warning")]
    assert row.issues[0].value == "=2*2500"


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("gb18030", ","), ("utf-8-sig", ","), ("utf-8", ";"), ("utf-16", "\t")]
)
def test_csv_in_the_encodings_spreadsheets_write(encoding, delimiter):
    rows = [
        ["某站登记表", "", "", "", ""],
        ["申请人", "", "被申请人", "案由", "登记"],
        ["姓名", "电话", "名称", "", "日期"],
        ["甲某、乙某", "14500000001、1.4500000002E+10", "虚构㐂快运有限公司", "欠薪", "2024/3/5 0:00:00"],
    ]
    ledger = read_csv(rows, encoding, delimiter)
    (sheet,), (row,) = ledger.sheets, ledger.rows
    assert (sheet.name, sheet.header_rows) == ("登记", (2, 3))
    assert (row.respondents, row.reg_date.iso, row.category) == (("虚构㐂快运有限公司",), "2024-03-05", "wage.arrears")
    assert row.applicants[0].phone == "14500000001"


def test_a_persons_mapping_wins():
    data = workbook([["申请人", "被申请人", "日子", "登记日期"], ["甲某", "虚构公司", "2024-5-6", "2024-1-1"]])
    ledger = read_ledger(data, "x.xlsx", TODAY, {"台账": {"C": "reg_date", "D": None}})
    assert ledger.rows[0].reg_date.iso == "2024-05-06"


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (b"", "x.xlsx"),
        (b"hello", "x.xlsx"),
        (b"PK\x03\x04broken", "x.xlsx"),
        (b"\x81\xff\xff\x00\x80", "x.csv"),
        (b"a" * (21 * 2**20), "x.csv"),
    ],
)
def test_what_is_no_table_says_so(data, filename):
    with pytest.raises(SpreadsheetError):
        read_grids(data, filename)


def test_a_table_without_a_ledger_gives_nothing():
    ledger = read_rows([["品名", "数量"], ["纸", 3]])
    assert (ledger.sheets, ledger.rows, ledger.ignored) == ((), (), ("台账",))


def test_the_same_person_with_another_case_is_no_duplicate():
    header = ["登记日期", "申请人", "身份证号", "被申请人", "争议类型", "入职时间", "诉求金额"]
    base = [date(2024, 1, 2), "甲某", ID_A, "虚构公司", "欠薪", "2023-1-1", "5000元"]
    others = [
        [*base[:index], value, *base[index + 1 :]]
        for index, value in ((3, "虚构二公司"), (4, "工伤待遇"), (6, "6000元"))
    ]
    same = [date(2024, 2, 9), " 甲某", ID_A.lower(), "虚构公司 ", "拖欠工资", date(2023, 1, 1), 5000]
    ledger = read_rows([header, base, *others, same])
    assert [row.status for row in ledger.rows] == ["ok"] * 4 + ["duplicate"]
