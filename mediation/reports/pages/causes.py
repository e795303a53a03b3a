"""Page 5: causes against companies as a heat table, with what changed against the month before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mediation.cases.labels import RELATIONSHIPS
from mediation.reports.frozen import Block, Cell, column, heading, note, page, row, table, text
from mediation.reports.look import Look
from mediation.reports.pages.companies import SMALL
from mediation.reports.pages.crossing import Crossing, cells_of, dims_of, marked
from mediation.statistics import metrics, queries
from mediation.statistics.metrics import BY_CODE

TITLE = "案由和公司"
UP, DOWN = "▲", "▼"
NOTABLE = 3  # cases more or fewer than the month before: less is chance


def freeze(look: Look, crossing: Crossing) -> dict[str, Any]:
    """The page."""
    if not crossing.causes:
        return page("causes", TITLE, text("本月没有新收案件，不列案由。"), *_relationships(look))
    sign = f"{UP}{DOWN}表示比上月多或者少{NOTABLE}件以上，底纹越深件数越多。"
    return page(
        "causes",
        TITLE,
        _heat(look, crossing),
        note(sign + (SMALL if look.company is None else "")),
        heading("各案由的结果"),
        _by_cause(look, crossing),
        *_relationships(look),
    )


def _heat(look: Look, crossing: Crossing) -> Block:
    labels = queries.cause_labels()
    earlier = crossing.before(replace(look, period=look.previous))
    most = max((count for counts in crossing.counts.values() for count in counts.values()), default=1)
    keys = list(crossing.tallies)
    causes = [(crossing.causes[at], at) for at in crossing.columns]
    rows = []
    for line in crossing.order:
        key, marks = keys[line], crossing.marks.cells[line]
        counts = crossing.counts[key]
        cells: list[Cell] = [crossing.names[key]]
        shades, changes = [0.0], [""]
        for cause, at in causes:
            cells.append(marked(marks[at], counts[cause]))
            shades.append(0.0 if marks[at] else round(counts[cause] / most, 2))
            changes.append("" if marks[at] else _change(counts[cause], earlier[key][cause]))
        cells.append(marked(crossing.marks.row_totals[line], counts.total()))
        dims = dims_of(key, is_part=look.company is not None, look=look)
        rows.append(row(key, cells, dims=dims, shades=[*shades, 0.0], changes=[*changes, ""]))
    sums = crossing.sums
    totals = [marked(crossing.marks.column_totals[at], sums[cause]) for cause, at in causes]
    columns = [
        column("name", "公司" if look.company is None else "网点、区域公司"),
        *(
            column(cause, labels.get(cause, cause), "case", measure="cases", dims={"cause": cause})
            for cause, _at in causes
        ),
        column("all", "合计", "case", measure="cases"),
    ]
    return table(
        "heat",
        "新收案件：公司和案由",
        columns,
        rows,
        total=["合计", *totals, marked(crossing.marks.grand_total, sums.total())],
        widths=[44, *[max(8, 100 / (len(crossing.causes) + 1))] * (len(crossing.causes) + 1)],
        is_tight=True,
    )


def _change(now: int, before: int) -> str:
    if abs(now - before) < NOTABLE or 0 < before < NOTABLE:
        return ""
    return UP if now > before else DOWN


def _by_cause(look: Look, crossing: Crossing) -> Block:
    """What came of each cause; its new cases take their marks from the crossed table, which publishes the same totals."""
    labels = queries.cause_labels()
    found = queries.by_cause(look.actor, look.period, look.scope)
    order = sorted(found, key=lambda code: (-found[code].cases, -found[code].concluded, code))
    totals = dict(zip(crossing.causes, crossing.marks.column_totals, strict=True))
    results, of_all = crossing.marks_of([found[code] for code in order])
    codes = ("cases", "concluded", "settled", "settlement_rate", "median_days", "claimed_fen", "agreed_fen")
    heads = ("收案", "有结果", "达成", "成功率", "天数", "请求金额（元）", "协议金额（元）")
    rows = []
    for code, marks in zip(order, results, strict=True):
        cells = cells_of(metrics.figures(found[code]), codes, totals.get(code, ""), marks)
        rows.append(row(code, [labels.get(code, code), *cells], dims={"cause": code}))
    # By what is shown: the place of a line must not tell a count that is hidden.
    rows.sort(key=lambda one: (isinstance(one["cells"][1], str), -_count(one["cells"][1]), one["key"]))
    columns = [
        column("name", "案由"),
        *(column(code, label, BY_CODE[code].unit, measure=code) for code, label in zip(codes, heads, strict=True)),
    ]
    total = ["合计", *cells_of(metrics.figures(look.total), codes, crossing.marks.grand_total, of_all)]
    return table(
        "causes", "各案由的结果", columns, rows, total=total, widths=[30, 12, 13, 12, 14, 13, 28, 28], is_tight=True
    )


def _count(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0


def _relationships(look: Look) -> list[Block]:
    (found,) = queries.asked(look.actor, "relationship", look.scope).of([look.period])
    if not any(tally.cases for tally in found.values()):
        return []
    rows = [
        row(key, [str(RELATIONSHIPS.get(key, key)), tally.cases], dims={"relationship": key})
        for key, tally in sorted(found.items(), key=lambda one: (-one[1].cases, str(one[0])))
        if tally.cases
    ]
    columns = [column("name", "用工关系"), column("cases", "收案", "case", measure="cases")]
    return [
        heading("用工关系"),
        table(
            "relationships",
            "新收案件的用工关系",
            columns,
            rows,
            total=["合计", sum(tally.cases for tally in found.values())],
            widths=[100, 20],
            is_tight=True,
        ),
    ]
