"""Page 3: how cases ended, how long it took, and what was done within 15 and 30 days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mediation.reports.frozen import Block, Cell, chart, column, note, page, row, table
from mediation.reports.look import Look
from mediation.statistics import metrics
from mediation.statistics.metrics import Tally
from mediation.statistics.period import Period, month, month_key, month_label
from mediation.statistics.queries import month as month_queries

TITLE = "结果和办理天数"
MONTHS = 13
ENDS = ("settled_in_full", "settled_in_part", "failed", "withdrawn", "terminated", "referred")
_ENDS_LABELS = {
    "settled_in_full": "全部达成",
    "settled_in_part": "部分达成",
    "failed": "调解不成",
    "withdrawn": "撤回",
    "terminated": "终止",
    "referred": "移送转办",
}
DAYS = ("median_days", "p90_days", "median_net_days", "p90_net_days", "share_15", "share_30")


def freeze(look: Look) -> dict[str, Any]:
    """The page: results of thirteen months, the days of this month beside others."""
    found = {month(key): tally for key, tally in look.months.items()}
    return page(
        "outcomes",
        TITLE,
        chart("outcomes", "outcomes"),
        _outcomes(found),
        chart("days", "days"),
        _days(look, found),
        note(_extended(look)),
    )


def ends_of(figures: Mapping[str, Any]) -> list[Cell]:
    """The counts of each way to end, and of all others, which an import may bring."""
    known = [figures[code] for code in ENDS]
    return [*known, figures["concluded"] - sum(known)]


def _outcomes(found: Mapping[Period, Tally]) -> Block:
    rows = []
    for one, tally in found.items():
        figures = metrics.figures(tally)
        period = [one.first.isoformat(), one.last.isoformat()]
        cells = [month_label(one), *ends_of(figures), figures["concluded"], figures["settlement_rate"]]
        rows.append(row(month_key(one), cells, period=period))
    columns = [
        column("month", "月份"),
        *(column(code, _ENDS_LABELS[code], "case", measure=code) for code in ENDS),
        column("other", "其他", "case"),
        column("concluded", "有结果", "case", measure="concluded"),
        column("settlement_rate", "成功率", "share", measure="settlement_rate"),
    ]
    return table(
        "outcomes",
        f"近{MONTHS}个月的结果",
        columns,
        rows,
        note="协议只处理一部分请求的计入“部分达成”；“全部达成”和“部分达成”合计为达成协议，都计入成功率。“其他”是导入的台账中登记的裁判结果和其他机关的处理。",
        widths=[25, 16, 16, 16, 13, 13, 16, 13, 15, 15],
        is_tight=True,
    )


def _days(look: Look, found: Mapping[Period, Tally]) -> Block:
    spans = (("本月", look.period), ("上月", look.previous), ("上年同月", look.last_year))
    rows = []
    for label, period in spans:
        figures = metrics.figures(found[period])
        rows.append(
            row(
                label,
                [label, figures["settled"], *(figures[code] for code in DAYS)],
                period=[period.first.isoformat(), period.last.isoformat()],
            )
        )
    labels = ("总天数中位", "总天数九成", "净天数中位", "净天数九成", "15日内", "30日内")
    columns = [
        column("span", "时段"),
        column("settled", "达成协议", "case", measure="settled"),
        *(
            column(code, label, "share" if code.startswith("share") else "day", measure=code)
            for code, label in zip(DAYS, labels, strict=True)
        ),
    ]
    return table(
        "days", "达成协议的案件的办理天数", columns, rows, widths=[18, 18, 23, 23, 23, 23, 17, 17], is_tight=True
    )


def _extended(look: Look) -> str:
    extended = month_queries.happened(look.actor, look.period, "extended", look.scope)
    paused = month_queries.happened(look.actor, look.period, "paused", look.scope)
    return f"本月经双方同意延长调解期限的案件{extended}件，暂停办理（等待鉴定、其他机关结论等）的案件{paused}件。"
