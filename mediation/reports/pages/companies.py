"""Page 4: companies beside each other, with their rate per 1,000 couriers; small counts hidden."""

from __future__ import annotations

from typing import Any

from mediation.reports.frozen import Block, Cell, chart, column, note, page, row, table, text
from mediation.reports.look import Look
from mediation.reports.pages.crossing import Crossing, Key, dims_of, marked
from mediation.statistics import metrics, queries

COUNTS = ("concluded", "settled")
SUMS = ("claimed_fen", "agreed_fen", "received_fen")
SMALL = (
    "“<3”表示一件或者两件，“·”表示为使其不能由合计推算而一并隐去；与隐去的件数有关的比率、天数和金额也不列出（“—”）。"
)


def freeze(look: Look, crossing: Crossing) -> dict[str, Any]:
    """The page; of a part for a company its own outlets."""
    if not crossing.tallies:
        return page("companies", title(look), text("本月没有可列的公司。"))
    couriers = _couriers(look, crossing)
    rates = table_of_rates(look, crossing, couriers)
    blocks: list[Block] = [_table(look, crossing), rates]
    if any(couriers.values()):
        blocks.insert(1, chart("funnel", "rates"))
    else:
        blocks.append(text("没有登记各公司的快递员、驾驶员人数，不能计算每千人收案；人数在公司页面登记。"))
    if look.company is None:
        blocks.append(note("公司按案件的主要被申请人计，网点、区域公司并入总部；没有总部的公司各自列出。" + SMALL))
    return page("companies", title(look), *blocks)


def title(look: Look) -> str:
    """What the page is called."""
    return "各公司" if look.company is None else "各网点和区域公司"


def _first(look: Look) -> str:
    return "公司" if look.company is None else "网点、区域公司"


def _table(look: Look, crossing: Crossing) -> Block:
    late = queries.overdue_by_company(look.actor, look.as_of) if look.company is None else {}
    keys = list(crossing.tallies)
    hidden = crossing.hidden(
        [[getattr(tally, code) for code in COUNTS] for tally in crossing.tallies.values()], row_totals=False
    )
    rows = []
    for key, mark, marks in zip(keys, crossing.marks.row_totals, hidden.cells, strict=True):
        figures = metrics.figures(crossing.tallies[key])
        cells = [crossing.names[key], *_cells(figures, mark, marks)]
        if look.company is None:
            cells.append(_late(late, key, keys))
        rows.append(row(key, cells, dims=dims_of(key, is_part=look.company is not None, look=look)))
    figures = metrics.figures(look.total)
    total = ["合计", *_cells(figures, crossing.marks.grand_total, hidden.column_totals)]
    columns = _columns(look)
    if look.company is None:
        total.append(sum(late.values()))
    widths = [38, 10, 12, 12, 14, 13, 25, 25, 25, 12]
    return table("companies", f"{title(look)}本月情况", columns, rows, total=total, widths=widths[: len(columns)])


def _columns(look: Look) -> list[dict[str, Any]]:
    columns = [
        column("name", _first(look)),
        column("cases", "收案", "case", measure="cases"),
        column("concluded", "有结果", "case", measure="concluded"),
        column("settled", "达成", "case", measure="settled"),
        column("settlement_rate", "成功率", "share", measure="settlement_rate"),
        column("median_days", "天数", "day", measure="median_days"),
        column("claimed_fen", "请求金额（元）", "fen", measure="claimed_fen"),
        column("agreed_fen", "协议金额（元）", "fen", measure="agreed_fen"),
        column("received_fen", "到账金额（元）", "fen", measure="received_fen"),
    ]
    return [*columns, column("late", "超期", "item")] if look.company is None else columns


def _cells(figures: dict[str, Any], cases: str, marks: tuple[str, ...]) -> list[Cell]:
    """Counts or their marks, and what follows from them only where they are shown."""
    concluded, settled = marks
    return [
        marked(cases, figures["cases"]),
        marked(concluded, figures["concluded"]),
        marked(settled, figures["settled"]),
        None if concluded or settled else figures["settlement_rate"],
        None if settled else figures["median_days"],
        None if cases else figures["claimed_fen"],
        None if concluded or settled else figures["agreed_fen"],
        figures["received_fen"] if not (cases or concluded or settled) else None,
    ]


def _late(late: dict[int | None, int], key: Key, keys: list[Key]) -> int:
    if key != "rest":
        return late.get(key, 0)  # type: ignore[arg-type]
    return sum(count for company, count in late.items() if company not in set(keys))


def _couriers(look: Look, crossing: Crossing) -> dict[Key, int | None]:
    return dict.fromkeys(crossing.tallies)


def table_of_rates(look: Look, crossing: Crossing, couriers: dict[Key, int | None]) -> Block:
    """Cases of twelve months per 1,000 couriers: one month is too short for a rate."""
    return table("rates", "每千名快递员、驾驶员的收案", [column("name", _first(look))], [])
