"""Page 1: five numbers, three sentences, the month beside others, and the reconciliation of open cases."""

from __future__ import annotations

from typing import Any

from mediation.reports.frozen import Block, Cell, column, note, page, row, table
from mediation.reports.look import Look
from mediation.statistics import metrics, queries
from mediation.statistics.display import change
from mediation.statistics.metrics import BY_CODE
from mediation.statistics.period import Period

TITLE = "主要数字"
TILES = ("cases", "closed", "settlement_rate", "median_days", "received_fen")
LINES = (
    "cases", "consultations", "closed", "concluded", "settled", "settlement_rate", "median_days", "p90_days",
    "median_net_days", "p90_net_days", "claimed_fen", "agreed_fen", "received_fen",
)  # fmt: skip
WIDTHS = [28, 22.5, 22, 24, 22, 24, 22.5]  # each label in one line: the page has to fit a sheet


def freeze(look: Look) -> dict[str, Any]:
    """The page without its sentences: they are written from all pages once these are frozen."""
    return page(
        "front", TITLE, {"kind": "tiles", "table": "headline", "rows": list(TILES)}, _headline(look), *_moved(look)
    )


def _headline(look: Look) -> Block:
    spans = (look.period, look.previous, look.last_year, look.year)
    columns = [metrics.figures(look.tally(span)) for span in spans]
    rows = []
    for code in LINES:
        measure = BY_CODE[code]
        now, before, last_year, year = (found[code] for found in columns)
        cells: list[Cell] = [
            _labelled(measure),
            now,
            before,
            change(code, now, before),
            last_year,
            change(code, now, last_year),
            year,
        ]
        rows.append(row(code, cells, unit=measure.unit, measure=code))
    return table(
        "headline",
        "本月与上月、上年同月、本年累计",
        [
            column("label", "指标"),
            column("value", "本月", "number", period=_ends(look.period)),
            column("previous", "上月", "number", period=_ends(look.previous)),
            column("change", "比上月", "number", derived=True),
            column("last_year", "上年同月", "number", period=_ends(look.last_year)),
            column("change_year", "比上年同月", "number", derived=True),
            column("year", "本年累计", "number", period=_ends(look.year)),
        ],
        rows,
        widths=WIDTHS,
        is_tight=True,
    )


def _labelled(measure: metrics.Measure) -> str:
    unit, label = {"case": "件", "fen": "元"}.get(measure.unit), str(measure.label)
    return f"{label}（{unit}）" if unit else label.replace("（", "").replace("）", "")


def _ends(period: Period) -> list[str]:
    return [period.first.isoformat(), period.last.isoformat()]


def _moved(look: Look) -> list[Block]:
    moved = queries.movement(look.actor, look.period, look.scope)
    parts = ("open_before", "received", "reopened", "closed", "open_after")
    labels = ("月初未结", "＋ 新收", "＋ 重新启动", "－ 结案", "＝ 月末未结")
    measures = {"received": "cases", "closed": "closed"}
    columns = [
        column("span", "未结案件"),
        *(
            column(code, label, "case", **({"measure": measures[code]} if code in measures else {}))
            for code, label in zip(parts, labels, strict=True)
        ),
        column("difference", "差额", "case"),
    ]
    cells = ["本月", *(getattr(moved, code) for code in (*parts, "difference"))]
    return [
        table("movement", "未结案件的增减", columns, [row("month", cells)], is_tight=True),
        note(checked(moved.difference)),
    ]


def checked(difference: int) -> str:
    """What is printed below the reconciliation."""
    if not difference:
        return "各数分别统计，核对一致：月初未结＋新收＋重新启动－结案＝月末未结（咨询不计）。"
    return f"各数分别统计，两边相差{abs(difference)}件：有的结案日早于收案日，请核对，本表未作调整。"
