"""A month of invented figures, as a snapshot freezes them: some pages with each kind of block."""

from __future__ import annotations

import json
from typing import Any

from mediation.documents.proof import codes
from mediation.reports import layout3, sentences, snapshots
from mediation.reports.frozen import LAYOUT, chart, column, note, page, row, table, text
from mediation.reports.pages import front
from mediation.reports.pages.outcomes import DAYS, ENDS
from mediation.statistics.display import change
from mediation.statistics.metrics import BY_CODE

SEED = bytes(range(32))
HEADLINE = {
    "cases": (58, 41, 0, 402),
    "consultations": (4, 0, 7, 31),
    "closed": (44, 30, 0, 380),
    "concluded": (45, 33, 0, 371),
    "settled": (34, 28, 0, 260),
    "settlement_rate": (34 / 45, 28 / 33, None, 260 / 371),
    "median_days": (12.0, 12.0, None, 11.5),
    "p90_days": (28.0, 28.0, None, 27.0),
    "median_net_days": (9.0, 9.0, None, 9.5),
    "p90_net_days": (15.0, 15.0, None, 16.0),
    "claimed_fen": (150_818_300, 98_765_400, 0, 1_204_500_000),
    "agreed_fen": (51_829_650, 51_200_050, 0, 500_000_000),
    "received_fen": (33_333_333, 33_333_333, 0, 300_000_000),
}
COMPANIES = (
    ("1", "云岫速运集团有限公司", (41, 28)),
    ("2", "泽柏供应链管理（上海）有限公司", (12, 5)),
    ("None", "（未记公司）", ("<3", "·")),
)


def _headline() -> dict[str, Any]:
    rows = []
    for code, (now, before, last_year, year) in HEADLINE.items():
        measure = BY_CODE[code]
        cells = [
            front._labelled(measure), now, before, change(code, now, before), last_year, change(code, now, last_year), year,
        ]  # fmt: skip
        rows.append(row(code, cells, unit=measure.unit, measure=code))
    columns = [
        column("label", "指标"),
        column("value", "本月", "number", period=["2026-10-01", "2026-10-31"]),
        column("previous", "上月", "number", period=["2026-09-01", "2026-09-30"]),
        column("change", "比上月", "number", derived=True),
        column("last_year", "上年同月", "number", period=["2025-10-01", "2025-10-31"]),
        column("change_year", "比上年同月", "number", derived=True),
        column("year", "本年累计", "number", period=["2026-01-01", "2026-10-31"]),
    ]
    return table("headline", "本月与上月、上年同月、本年累计", columns, rows, widths=front.WIDTHS, is_tight=True)


def _movement() -> dict[str, Any]:
    heads = ("月初未结", "＋ 新收", "＋ 重新启动", "－ 结案", "＝ 月末未结", "差额")
    codes_ = ("open_before", "received", "reopened", "closed", "open_after", "difference")
    columns = [
        column("span", "未结案件"),
        *(column(code, head, "case") for code, head in zip(codes_, heads, strict=True)),
    ]
    return table("movement", "未结案件的增减", columns, [row("month", ["本月", 120, 58, 1, 44, 135, 0])], is_tight=True)


def _months() -> dict[str, Any]:
    rows = []
    for back in range(25):
        year, month = 2024 + (9 + back) // 12, (9 + back) % 12 + 1
        count = 20 + 7 * back % 45
        cells = [f"{year}年{month}月", count, 40.5, 20, 62, "超上限" if count > 62 else "限内"]
        rows.append(row(f"{year}-{month:02d}", cells, period=[f"{year}-{month:02d}-01", f"{year}-{month:02d}-28"]))
    columns = [
        column("month", "月份"),
        column("cases", "收案", "case", measure="cases"),
        column("mean", "预期", "number"),
        column("low", "下限", "number"),
        column("high", "上限", "number"),
        column("said", "判断"),
    ]
    return table(
        "months", "近25个月每月收案和控制限", columns, rows, widths=[21, 10, 13, 10.5, 10.5, 13], is_halved=True
    )


def _outcomes(layout: int) -> dict[str, Any]:
    if layout == layout3.LAYOUT:
        return _outcomes_of_layout3()
    columns = [
        column("month", "月份"),
        *(column(code, BY_CODE[code].label, "case", measure=code) for code in ENDS),
        column("other", "其他", "case"),
    ]
    rows = [row(f"2026-{at:02d}", [f"2026年{at}月", 8 + at, 2, 4, 2, 1, 0, at % 3]) for at in range(1, 11)]
    return table("outcomes", "结果", columns, rows, is_tight=True)


def _outcomes_of_layout3() -> dict[str, Any]:
    codes = ("settled", "failed", "withdrawn", "terminated", "referred")
    columns = [
        column("month", "月份"),
        *(column(code, BY_CODE[code].label, "case", measure=code) for code in codes),
        column("other", "其他", "case"),
    ]
    rows = [row(f"2026-{at:02d}", [f"2026年{at}月", 10 + at, 4, 2, 1, 0, at % 3]) for at in range(1, 11)]
    return table("outcomes", "结果", columns, rows, is_tight=True)


def _days() -> dict[str, Any]:
    columns = [column("span", "时段"), *(column(code, BY_CODE[code].label, BY_CODE[code].unit) for code in DAYS)]
    rows = [
        row("本月", ["本月", 12.0, 28.0, 9.0, 15.0, 0.5, 0.9]),
        row("上月", ["上月", 12.0, 28.0, None, None, None, None]),
    ]
    return table("days", "办理天数", columns, rows, is_tight=True)


def _heat() -> dict[str, Any]:
    columns = [
        column("name", "公司"),
        column("wage", "劳动报酬", "case", measure="cases", dims={"cause": "wage"}),
        column("freight", "运费", "case", measure="cases", dims={"cause": "freight"}),
        column("all", "合计", "case", measure="cases"),
    ]
    rows = []
    for key, name, (cases, _settled) in COMPANIES:
        wage = cases - 5 if isinstance(cases, int) else "<3"
        cells = [name, wage, 5 if isinstance(cases, int) else 0, cases]
        rows.append(row(key, cells, dims={"main_company": key}, shades=[0, 0.8, 0.2, 0], changes=["", "▲", "", ""]))
    return table("heat", "新收案件：公司和案由", columns, rows, total=["合计", 45, 10, 58], widths=[60, 30, 30, 30])


def _overdue() -> list[dict[str, Any]]:
    counted = table(
        "late_count",
        "超期事项数",
        [column("day", "截至"), column("count", "超期事项", "item")],
        [row("month", ["10月31日", 2])],
    )
    columns = [column("number", "登记号"), column("rule", "事项"), column("days_late", "超期天数", "day")]
    rows = [
        row(f"2026-00001{one}", [f"2026-00001{one}", "调解期限", late], case=f"2026-00001{one}")
        for one, late in ((2, 20), (7, 1))
    ]
    return [counted, table("overdue", "超期事项", columns, rows)]


def snapshot(
    version: int | None = 1, differences: list[dict[str, Any]] | None = None, layout: int = LAYOUT
) -> dict[str, Any]:
    """The snapshot of October 2026 as issued; a draft without a ``version``. ``layout`` 3 is that of earlier issues."""
    definitions = [row(code, [measure.label, measure.definition]) for code, measure in list(BY_CODE.items())[:3]]
    pages = [
        page(
            "front",
            "主要数字",
            {"kind": "tiles", "table": "headline", "rows": list(front.TILES)},
            _headline(),
            _movement(),
            note(front.checked(0)),
        ),
        page("trend", "收案走势和信号", chart("trend", "months"), _months(), text("本月没有信号。")),
        page(
            "outcomes",
            "结果和办理天数",
            chart("outcomes", "outcomes"),
            _outcomes(layout),
            chart("days", "days"),
            _days(),
        ),
        page("causes", "案由和公司", _heat(), note("底纹越深件数越多。")),
        page(
            "quality",
            "数据质量和指标含义",
            table(
                "definitions",
                "指标含义",
                [column("label", "指标"), column("definition", "含义")],
                definitions,
                widths=[30, 126],
            ),
        ),
        page("annex", "附件", *_overdue()),
    ]
    made: dict[str, Any] = {
        "layout": layout,
        "month": "2026-10",
        "from": "2026-10-01",
        "to": "2026-10-31",
        "as_of": "2026-10-31",
        "committee": "浦江快递物流行业劳动争议调解委员会",
        "pages": pages,
    }
    made["sentences"] = sentences.write(made)
    pages[0]["blocks"][1:1] = [text(sentence) for sentence in made["sentences"]]
    made = json.loads(json.dumps(made))
    if version is not None:
        sha256 = snapshots.digest(made)
        made["issue"] = {
            "version": version,
            "issued_on": "2026-11-02",
            "differences": differences or [],
            "since_last": [],
            "sha256": sha256,
            "proof": codes.sign({"v": 1, "n": "2026年第10期 第1版", "h": sha256}, SEED),
            "proof_address": "https://tiaojie.example/verify#",
            "address": "https://tiaojie.example",
            "path": f"/reports/2026-10/{version}",
            "sent_to": ["示例区司法局"],
            "parts_to": ["云岫速运集团有限公司"],
        }
    return made
