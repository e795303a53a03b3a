"""The work list as a spreadsheet: exactly the filtered rows, guarded against formulas in cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

import xlsxwriter
from flask_babel import gettext as _
from sqlalchemy.engine import Row

from mediation.attachments.spreadsheets import safe_cell as safe_cell
from mediation.cases.labels import INSTALMENT_STATES, STATES, TRACKS, WAITING_FOR, outcome_label, rule_label
from mediation.cases.lifecycle import NextActor, State, Track
from mediation.cases.models import NO_DEADLINE


def headings() -> list[str]:
    """The column heads, in the user's language."""
    return [
        _("登记号"),
        _("案号"),
        _("当事人"),
        _("公司"),
        _("案由"),
        _("程序"),
        _("状态"),
        _("等待"),
        _("承办人"),
        _("收到日期"),
        _("最近期限"),
        _("期限事项"),
        _("结果"),
        _("人数"),
        _("请求金额（元）"),
        _("协议金额（元）"),
        _("已付金额（元）"),
        _("结案日期"),
    ]


def cells(row: Row[Any]) -> list[Any]:
    """One row's values; sums as yuan numbers, dates as ISO text."""
    due = row.next_deadline_on if row.next_deadline_on and row.next_deadline_on < NO_DEADLINE else None
    return [
        row.number,
        row.case_no,
        row.title,
        row.company,
        row.category,
        str(TRACKS[Track(row.track)]),
        str(STATES[State(row.state)]),
        str(WAITING_FOR[NextActor(row.waiting_for)]),
        row.handler,
        row.received_on.isoformat(),
        due.isoformat() + (_("（暂定）") if row.next_deadline_provisional else "") if due else None,
        str(rule_label(row.next_deadline_rule)) if due else None,
        str(outcome_label(row.outcome, in_part=row.settled_in_part)) if row.outcome else None,
        row.headcount,
        _yuan(row.claimed_fen),
        _yuan(row.agreed_fen),
        _yuan(row.paid_fen),
        row.closed_on.isoformat() if row.closed_on else None,
    ]


def _yuan(fen: int | None) -> float | None:
    # A number for the spreadsheet's own sums; two decimals of a sum below 10^13 fen are exact in a double.
    return None if fen is None else fen / 100


def as_csv(rows: Iterable[Row[Any]]) -> Iterator[bytes]:
    """UTF-8 with a byte-order mark, so that Excel shows Chinese; the last line says how many rows there are."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield b"\xef\xbb\xbf"
    writer.writerow(headings())
    count = 0
    for row in rows:
        writer.writerow([safe_cell(value) for value in cells(row)])
        count += 1
        if count % 200 == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    writer.writerow([_("共 %(n)d 件", n=count)])
    yield buffer.getvalue().encode()


def instalments_as_xlsx(rows: Iterable[tuple[Row[Any], int]]) -> tuple[bytes, int]:
    """What a company owes, as a workbook (bytes, number of rows). ``rows``: (instalment, fen reported and not confirmed)."""
    heads = [
        _("登记号"), _("案号"), _("当事人"), _("付款单位"), _("期"), _("应付日"), _("应付（元）"), _("已付（元）"),
        _("待确认（元）"), _("状态"),
    ]  # fmt: skip
    target = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet(_("付款日程"))
        money = book.add_format({"num_format": "#,##0.00"})
        sheet.write_row(0, 0, heads, book.add_format({"bold": True}))
        sheet.freeze_panes(1, 1)
        count = 0
        for count, (row, waiting) in enumerate(rows, start=1):
            texts = [row.number, row.case_no or "", row.title, row.company]
            for column, text in enumerate(texts):
                sheet.write_string(count, column, safe_cell(text))
            sheet.write_number(count, 4, row.seq)
            sheet.write_string(count, 5, row.on.isoformat())
            for column, fen in enumerate((row.amount_fen, row.paid_fen, waiting), start=6):
                sheet.write_number(count, column, fen / 100, money)
            sheet.write_string(count, 9, str(INSTALMENT_STATES[row.status]))
        sheet.write_string(count + 1, 0, _("共 %(n)d 期", n=count))
    return target.getvalue(), count


def as_xlsx(rows: Iterable[Row[Any]]) -> tuple[bytes, int]:
    """A workbook (bytes, number of rows) written with constant memory; text is never taken for a formula or a link."""
    target = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet(_("案件"))
        bold = book.add_format({"bold": True})
        money = book.add_format({"num_format": "#,##0.00"})
        sheet.write_row(0, 0, headings(), bold)
        sheet.freeze_panes(1, 1)
        count = 0
        for count, row in enumerate(rows, start=1):
            for column, value in enumerate(cells(row)):
                if value is None:
                    continue
                if isinstance(value, str):
                    sheet.write_string(count, column, safe_cell(value))
                else:
                    sheet.write_number(count, column, value, money if isinstance(value, float) else None)
        sheet.write_string(count + 1, 0, _("共 %(n)d 件", n=count))
    return target.getvalue(), count
