"""The month's report as PDF, made from a frozen snapshot and from nothing else: the same snapshot, the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from mediation.documents.typeset import blocks as b
from mediation.documents.typeset import fonts
from mediation.documents.typeset.charts import Chart, Series
from mediation.documents.typeset.page import Density, Layout
from mediation.documents.typeset.render import to_pdf
from mediation.statistics.display import change, shown
from mediation.statistics.metrics import BY_CODE, DAYS_COUNTED, RECEIVED_MONEY
from mediation.statistics.period import month, month_label

NAME = "快递物流行业劳动争议调解月报"
COUNTS = ("cases", "closed", "concluded", "settled", "settlement_rate")
DAYS = ("median_days", "p90_days", "median_net_days", "p90_net_days")
SUMS = ("claimed_fen", "agreed_fen", "paid_fen")
_LABELS = {code: measure.label for code, measure in BY_CODE.items()} | {RECEIVED_MONEY.code: RECEIVED_MONEY.label}
_SHORT = {"settlement_rate": "成功率", "median_days": "总天数（中位）", "median_net_days": "净天数（中位）"}


def render(
    figures: Mapping[str, Any],
    *,
    version: int | None,
    earlier: Mapping[str, Any] | None = None,
    instance_fonts: Path | None,
    system: bool = True,
) -> bytes:
    """The PDF of a snapshot. Without a ``version`` it is a draft and says so on every page.

    ``earlier`` is the snapshot of the version before: what this one corrects stands below the headline figures.
    ``system`` False leaves out fonts that happen to be on the machine. Raises ``otfont.MissingGlyph`` for a character
    that no font has.
    """
    label = month_label(month(figures["month"]))
    layout = Layout(
        title=f"{NAME} {label}",
        author=figures["committee"],
        subject=label,
        header=f"{NAME}　{label}",
        dated=date.fromisoformat(figures["as_of"]),
        density=Density.REPORT,
        is_draft=version is None,
    )
    return to_pdf(list(build(figures, version, earlier)), layout, fonts.load(instance_fonts, system=system))


def build(
    figures: Mapping[str, Any], version: int | None, earlier: Mapping[str, Any] | None = None
) -> Iterator[b.Block]:
    """The blocks of the report."""
    label = month_label(month(figures["month"]))
    yield b.Title(NAME)
    issue = f"第{version}版" if version else "草稿"
    yield b.P(f"{figures['committee']}　{label}（{issue}）", indent=0, align="center")
    yield b.Heading("一、主要数字")
    for sentence in figures["sentences"]:
        yield b.P(sentence)
    yield _headline(figures)
    yield from _movement(figures)
    if earlier is not None:
        yield from _corrections(figures, earlier)
    yield b.Heading("二、收案走势")
    yield from _trend(figures)
    yield b.Heading("三、按公司")
    yield b.Note("公司按案件的主要被申请人计，网点、区域公司并入总部；没有总部的公司各自列出。")
    yield from _tables(figures, "companies", "公司")
    yield b.Heading("四、按驿站")
    yield from _tables(figures, "stations", "驿站")
    yield b.Heading("五、按案由")
    yield from _tables(figures, "causes", "案由")
    yield b.Heading("六、超期事项")
    yield from _overdue(figures)
    yield b.Heading("七、数据说明")
    yield from _notes(figures)


def _headline(figures: Mapping[str, Any]) -> b.Block:
    rows = [
        (
            _unit_label(line["code"]),
            shown(line["code"], line["value"]),
            shown(line["code"], line["previous"]),
            change(line["code"], line["value"], line["previous"]),
            shown(line["code"], line["last_year"]),
            change(line["code"], line["value"], line["last_year"]),
        )
        for line in figures["headline"]
    ]
    return b.Grid(
        ("指标", "本月", "上月", "比上月", "上年同月", "比上年同月"), tuple(rows), (30, 26, 26, 24, 26, 24), "lrrrrr"
    )


def _unit_label(code: str) -> str:
    units = {"case": "件", "fen": "元"}
    measure = BY_CODE.get(code, RECEIVED_MONEY)
    return f"{measure.label}（{units[measure.unit]}）" if measure.unit in units else measure.label


def _movement(figures: Mapping[str, Any]) -> Iterator[b.Block]:
    moved = figures["movement"]
    yield b.Heading("未结案件的增减", 2)
    row = tuple(f"{moved[key]:,}" for key in ("open_before", "received", "reopened", "closed", "open_after"))
    yield b.Grid(("月初未结", "＋ 新收", "＋ 重新启动", "－ 结案", "＝ 月末未结"), (row,), (1, 1, 1, 1, 1), "rrrrr")
    if moved["difference"]:
        yield b.Note(
            f"上式两边相差{abs(moved['difference'])}件：这些案件登记的结案日早于收案日，请核对登记。各数分别统计，未作调整。"
        )
    else:
        yield b.Note("各数分别统计，核对一致：月初未结＋新收＋重新启动－结案＝月末未结（咨询不计）。")


def _corrections(figures: Mapping[str, Any], earlier: Mapping[str, Any]) -> Iterator[b.Block]:
    changed = corrections(figures, earlier)
    yield b.Heading("较上一版的更正", 2)
    if changed:
        rows = tuple((_unit_label(code), shown(code, before), shown(code, after)) for code, before, after in changed)
        yield b.Grid(("指标", "上一版", "本版"), rows, (52, 52, 52), "lrr")
    elif earlier.get("layout") != figures["layout"]:
        yield b.P("本月原有的主要数字没有变化，本版增列了上一版没有的指标。")
    else:
        yield b.P("本月的主要数字没有变化，更正的是分项、走势、比较数或者超期事项。")


def corrections(figures: Mapping[str, Any], earlier: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    """The headline figures that a version corrects: (code, value before, value now)."""
    before = {line["code"]: line["value"] for line in earlier["headline"]}
    return [
        (line["code"], before[line["code"]], line["value"])
        for line in figures["headline"]
        # A figure that the earlier version did not have yet is new, not corrected.
        if line["code"] in before and before[line["code"]] != line["value"]
    ]


def _trend(figures: Mapping[str, Any]) -> Iterator[b.Block]:
    months = figures["months"]
    yield b.Figure(
        Chart(
            "lines",
            f"近{len(months)}个月每月收案",
            tuple(f"{one['month'][2:4]}年{int(one['month'][5:])}月" for one in months),
            (Series("收案", tuple(float(one["cases"]) for one in months)),),
            unit="件",
        ),
        height_mm=72,
    )
    known = {one["month"]: f"{one['cases']:,}" for one in months}
    years = sorted({key[:4] for key in known})
    rows = tuple((year, *(known.get(f"{year}-{number:02d}", "") for number in range(1, 13))) for year in years)
    head = ("年份", *(f"{number}月" for number in range(1, 13)))
    yield b.Grid(head, rows, (1.3, *[1.0] * 12), "c" + "r" * 12)


def _tables(figures: Mapping[str, Any], table: str, name: str) -> Iterator[b.Block]:
    """Numbers and days in one table, money in a second: side by side they would be wider than the sheet."""
    rows: Sequence[Mapping[str, Any]] = figures[table]
    if not rows:
        yield b.P("本月没有可列的数字。")
        return
    yield b.Heading("（一）件数和天数", 2)
    yield _table(rows, figures["total"], name, (*COUNTS, *DAYS), (31, 11, 11, 14, 19, 16, 17, 17, 17, 17))
    yield b.Heading("（二）金额", 2)
    yield _table(rows, figures["total"], name, SUMS, (52, 36, 36, 36))


def _table(
    rows: Sequence[Mapping[str, Any]],
    total: Mapping[str, Any],
    name: str,
    codes: Sequence[str],
    widths: tuple[float, ...],
) -> b.Block:
    return b.Grid(
        (name, *(_SHORT.get(code) or (f"{_LABELS[code]}（元）" if code in SUMS else _LABELS[code]) for code in codes)),
        tuple((row["name"], *(shown(code, row[code]) for code in codes)) for row in rows),
        widths,
        "l" + "r" * len(codes),
        total=("合计", *(shown(code, total[code]) for code in codes)),
    )


def _overdue(figures: Mapping[str, Any]) -> Iterator[b.Block]:
    late = figures["overdue"]
    if not late["count"]:
        yield b.P("月末没有超期事项。")
        return
    as_of = date.fromisoformat(figures["as_of"])
    yield b.P(f"截至{as_of.month}月{as_of.day}日超期事项共{late['count']}项，按超期天数由长到短列出。")
    rows = tuple(
        (row["number"], row["company"], row["rule"], row["last_day"], f"{row['days_late']:,}") for row in late["items"]
    )
    yield b.Grid(("登记号", "公司", "事项", "最后一日", "超期天数"), rows, (28, 48, 44, 22, 16), "lllcr")
    if late["count"] > len(rows):
        yield b.Note(f"其余{late['count'] - len(rows)}项见系统内的案件列表。")


def _notes(figures: Mapping[str, Any]) -> Iterator[b.Block]:
    as_of = date.fromisoformat(figures["as_of"])
    yield b.P(
        f"数据来源：本系统登记的案件、协议和付款记录，统计截至{as_of.year}年{as_of.month}月{as_of.day}日。"
        "数字在出具时固定，之后更正的另出新版，本版不改。"
    )
    if figures["quality"]["without_company"]:
        yield b.P(
            f"本月收案中有{figures['quality']['without_company']}件没有登记公司（被申请人不详或者为个人），列在“未记公司”项下。"
        )
    yield b.P(
        f"公司、案由项下不足{figures['quality']['small_cell']}件的数字可能识别到个人，本报告限委员会内部使用，对外提供前应当隐去或者合并。"
    )
    yield b.P(f"{DAYS_COUNTED}。各项指标的含义：")
    rows = tuple((line["label"], line["definition"]) for line in figures["definitions"])
    yield b.Grid(("指标", "含义"), rows, (32, 124), "ll")
