"""The sheets of reports of layouts 1 and 2, exactly as these versions had them; their PDF is kept as it was issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mediation.statistics.display import shown
from mediation.statistics.metrics import DAYS_COUNTED
from mediation.statistics.period import month, month_label
from mediation.statistics.spreadsheet import Table, of_figures

COUNTS = ("cases", "closed", "concluded", "settled", "settlement_rate")
DAYS = ("median_days", "p90_days", "median_net_days", "p90_net_days")
SUMS = ("claimed_fen", "agreed_fen", "paid_fen")


def of_report(figures: Mapping[str, Any]) -> list[Table]:
    """The sheets of a month's report, in Chinese as the report itself."""
    # As frozen: an earlier report knows fewer figures and may call them otherwise.
    labels = {one["code"]: one["label"] for one in figures["definitions"]}
    codes = [code for code in ("consultations", *COUNTS, *DAYS, *SUMS) if code in figures["total"]]
    heads = [(code, labels[code]) for code in codes]
    label = month_label(month(figures["month"]))
    headline = Table(
        "主要数字",
        (label, "本月", "上月", "上年同月"),
        ("", "", "", ""),
        tuple(
            (labels[line["code"]], *(shown(line["code"], line[key]) for key in ("value", "previous", "last_year")))
            for line in figures["headline"]
        ),
        note=_days_note(labels),
    )
    moved = figures["movement"]
    movement = Table(
        "未结增减",
        ("月初未结", "新收", "重新启动", "结案", "月末未结", "差额"),
        ("case",) * 6,
        (tuple(moved[key] for key in ("open_before", "received", "reopened", "closed", "open_after", "difference")),),
    )
    tables = [
        replace(table, note=_days_note(labels))
        for name, first, rows in (
            ("按公司", "公司", "companies"),
            ("按驿站", "驿站", "stations"),
            ("按案由", "案由", "causes"),
        )
        for table in [of_figures(name, heads, first, [(row["name"], row) for row in figures[rows]], figures["total"])]
    ]
    late = Table(
        "超期事项",
        ("登记号", "公司", "事项", "最后一日", "超期天数"),
        ("", "", "", "", "case"),
        tuple(
            (row["number"], row["company"], row["rule"], row["last_day"], row["days_late"])
            for row in figures["overdue"]["items"]
        ),
        note=f"截至{figures['as_of']}超期事项共{figures['overdue']['count']}项",
    )
    months = Table(
        "每月收案", ("月份", "收案"), ("", "case"), tuple((one["month"], one["cases"]) for one in figures["months"])
    )
    meanings = Table(
        "指标含义",
        ("指标", "含义"),
        ("", ""),
        tuple((one["label"], one["definition"]) for one in figures["definitions"]),
    )
    return [headline, movement, *tables, late, months, meanings]


def _days_note(labels: Mapping[str, str]) -> str:
    """Which days the table has: gross and net ones, or those of a report from before net days were counted."""
    return DAYS_COUNTED if "median_net_days" in labels else ""
