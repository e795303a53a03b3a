"""Page 4: companies beside each other, with their rate per 1,000 couriers; small counts hidden."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mediation.reports.charts import INSIDE
from mediation.reports.frozen import Block, chart, column, note, page, row, table, text
from mediation.reports.look import Look
from mediation.reports.pages.crossing import Crossing, Key, cells_of, dims_of
from mediation.statistics import metrics
from mediation.statistics.period import Period, month_before
from mediation.statistics.rates import per_thousand
from mediation.statistics.signals.reported import funnel_of
from mediation.statistics.small_cells import THRESHOLD

PLACES = {
    "inside": INSIDE,
    "high": "高于95%界限",
    "very_high": "高于99.8%界限",
    "low": "低于95%界限",
    "very_low": "低于99.8%界限",
}
SMALL = (
    "“<3”表示一件或者两件，“·”表示为使其不能由合计推算而一并隐去；与隐去的件数有关的比率、天数和金额也不列出（“—”）。"
)


def freeze(look: Look, crossing: Crossing) -> dict[str, Any]:
    """The page; of a part for a company its own outlets."""
    if not crossing.tallies:
        return page("companies", title(look), text("本月没有可列的公司。"))
    rates = _rates(look)
    without = [crossing.names[key] for key in _in_order(crossing) if isinstance(key, int) and rates.get(key) is None]
    blocks: list[Block] = [_table(look, crossing, rates)]
    if not any(rate is not None for rate in rates.values()):
        blocks.append(text("本月不能计算每千人收案：公司的全部网点都登记了人数才计算，人数在公司页面登记。"))
    elif without:
        blocks.append(note(f"没有每千人数字的，是人数没有登记或者没有登记全：{'、'.join(without)}。"))
    if look.company is None:
        blocks += _funnel(look, without)
        blocks.append(
            note(
                "公司按案件的主要被申请人计，网点、区域公司并入总部；没有总部的公司各自列出；每千人按快递员、驾驶员人数计。"
                + SMALL
            )
        )
    return page("companies", title(look), *blocks)


def title(look: Look) -> str:
    """What the page is called."""
    return "各公司" if look.company is None else "各网点和区域公司"


def _first(look: Look) -> str:
    return "公司" if look.company is None else "网点、区域公司"


def _table(look: Look, crossing: Crossing, rates: dict[Key, float | None]) -> Block:
    late = look.late if look.company is None else {}
    keys = list(crossing.tallies)
    results, of_all = crossing.marks_of(list(crossing.tallies.values()))
    columns = _columns(look)
    codes = [one["code"] for one in columns[1:] if one["code"] != "late"]
    rows = []
    for key, mark, marks in zip(keys, crossing.marks.row_totals, results, strict=True):
        figures = metrics.figures(crossing.tallies[key]) | {"rate": rates.get(key)}
        cells = [crossing.names[key], *cells_of(figures, codes, mark, marks)]
        if look.company is None:
            cells.append(_late(late, key, keys))
        rows.append(row(key, cells, dims=dims_of(key, is_part=look.company is not None, look=look)))
    rows = [rows[at] for at in crossing.order]
    figures = metrics.figures(look.total) | {"rate": None}
    total = ["合计", *cells_of(figures, codes, crossing.marks.grand_total, of_all)]
    if look.company is None:
        total.append(sum(late.values()))
    widths = [40, 10.5, 14, 14, 10.5, 16.5, 11, 16.5, 16.5, 16.5, 10.5]
    return table(
        "companies",
        f"{title(look)}本月情况",
        columns,
        rows,
        total=total,
        widths=widths[: len(columns)],
        is_tight=True,
    )


def _columns(look: Look) -> list[dict[str, Any]]:
    columns = [
        column("name", _first(look)),
        column("cases", "收案", "case", measure="cases"),
        column("rate", "每千人", "rate"),
        column("concluded", "有结果", "case", measure="concluded"),
        column("settled", "达成", "case", measure="settled"),
        column("settlement_rate", "成功率", "share", measure="settlement_rate"),
        column("median_days", "天数", "day", measure="median_days"),
        column("claimed_fen", "请求（万元）", "wan", measure="claimed_fen"),
        column("agreed_fen", "协议（万元）", "wan", measure="agreed_fen"),
        column("received_fen", "到账（万元）", "wan", measure="received_fen"),
    ]
    return [*columns, column("late", "超期", "item")] if look.company is None else columns


def _late(late: dict[int | None, int], key: Key, keys: list[Key]) -> int:
    if key != "rest":
        return late.get(key, 0)  # type: ignore[arg-type]
    return sum(count for company, count in late.items() if company not in set(keys))


def _rates(look: Look) -> dict[Key, float | None]:
    """Cases of the month per 1,000 couriers by company; None where a base is missing."""
    bases = look.couriers.in_period(look.period)
    own: dict[Key, Any] = {None: bases.own.get(look.company.id)} if look.company else {}
    return {
        key: per_thousand(tally.cases, own.get(key) or bases.whole.get(key or 0))
        for key, tally in look.companies.items()
    }


def _in_order(crossing: Crossing) -> list[Key]:
    keys = list(crossing.tallies)
    return [keys[at] for at in crossing.order]


def _funnel(look: Look, named: Sequence[str]) -> list[Block]:
    """Twelve months of all headquarters, since one month is too short to compare by; small counts are left out.

    ``named``: the companies without a number of couriers that the page has named already.
    """
    year = Period(month_before(look.period, 11).first, look.period.last)
    found = funnel_of(look.actor, None, None, year, bases=look.couriers.in_period(year))
    if found is None:
        return [text("不能比较各公司每千人的收案：至少要三家公司登记快递员、驾驶员人数，近十二个月合计不少于十件。")]
    placed = [one for one in found.data.placed if not 0 < one.cases < THRESHOLD]
    rows = [
        row(
            one.key,
            [found.names[one.key], one.cases, round(one.exposure, 2), round(one.rate, 2), PLACES[one.place]],
            dims={"main_company": one.key},
            period=[year.first.isoformat(), year.last.isoformat()],
        )
        for one in sorted(placed, key=lambda one: (-one.rate, one.key))
    ]
    columns = [
        column("name", "公司"),
        column("cases", "近12个月收案", "case", measure="cases"),
        column("exposure", "人数（千人年）", "rate"),
        column("rate", "每千人年收案", "rate"),
        column("said", "位置"),
    ]
    left = len(found.data.placed) - len(placed)
    words = [f"全部公司每千人年{found.data.rate:.2f}件；人数少的公司起伏大，界限也宽。"]
    words += [f"不足{THRESHOLD}件的{left}家没有列出。"] if left else []
    others = [name for name in found.left_out if name not in named]
    words += [f"没有登记人数的没有比较：{'、'.join(others)}。"] if others else []
    curves = [
        {
            "name": f"{name}界限",
            "points": [[round(x, 3), round(part, 3)] for x, *both in points for part in [both[side]]],
        }
        for name, points in found.data.limits.items()
        for side in (0, 1)
    ]
    return [
        chart("funnel", "rates"),
        table(
            "rates",
            "近12个月每千名快递员、驾驶员的收案",
            columns,
            rows,
            note="".join(words),
            widths=[60, 24, 26, 26, 30],
            is_tight=True,
            curves=curves,
            centre=round(found.data.rate, 3),
        ),
    ]
