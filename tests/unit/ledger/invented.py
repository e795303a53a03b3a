"""Small invented ledgers. Every person, number and company in them is made up."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date, datetime

import xlsxwriter

from mediation.ledger.rows import Ledger, LedgerRow, read_ledger

TODAY = date(2026, 11, 22)
# Valid by GB 11643, with order codes of the 99x range that no living person has.
ID_A, ID_B, ID_C = "310112199908029976", "310226199207159966", "33032719861014997X"


def workbook(rows: Sequence[Sequence[object]], arrange: Callable | None = None, name: str = "台账") -> bytes:
    """An xlsx with one sheet; ``arrange(book, sheet)`` adds merged cells, formulas and further sheets."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet(name)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if isinstance(value, date | datetime):
                sheet.write_datetime(row, column, value, day)
            elif isinstance(value, str):
                sheet.write_string(row, column, value)
            elif value is not None:
                sheet.write(row, column, value)
    if arrange:
        arrange(book, sheet)
    book.close()
    return buffer.getvalue()


def read_rows(rows: Sequence[Sequence[object]], arrange: Callable | None = None) -> Ledger:
    return read_ledger(workbook(rows, arrange), "ledger.xlsx", TODAY)


def read_csv(rows: Sequence[Sequence[str]], encoding: str, delimiter: str = ",") -> Ledger:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    return read_ledger(buffer.getvalue().encode(encoding), "登记.csv", TODAY)


def one_row(**cells: object) -> LedgerRow:
    """A row with sound values except for the named fields' cells."""
    sound = {
        "登记日期": "2024-03-05",
        "申请人": "甲某",
        "身份证号": ID_A,
        "联系电话": "14500000001",
        "被申请人": "虚构快运有限公司",
        "用工关系": "劳动关系",
        "争议类型": "拖欠工资",
        "人数": 1,
        "入职时间": "2023年2月",
        "诉求金额": "5000元",
        "处理方式": "调解",
        "处理结果": "调解成功",
        "结案日期": "2024-03-20",
        "协议金额": "4000元",
        "履行情况": "已履行",
        "备注": "",
    }
    assert set(cells) <= set(sound)
    values = sound | cells
    ledger = read_rows([list(values), list(values.values())])
    assert len(ledger.rows) == 1
    return ledger.rows[0]


def problems(row: LedgerRow) -> list[tuple[str | None, str, str]]:
    """(column, code, severity) of a row's issues."""
    return [(issue.column, issue.code, issue.severity) for issue in row.issues]
