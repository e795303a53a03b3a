"""Page 2: new cases of 25 months with their control limits, and what the figures pointed out."""

from __future__ import annotations

import math
from typing import Any

from mediation.reports.frozen import Block, chart, column, heading, page, row, table, text
from mediation.reports.look import Look
from mediation.statistics import queries
from mediation.statistics.period import Period, month_before, month_key, month_label, month_of

TITLE = "收案走势和信号"
MONTHS = 25
SIGMAS = 3
FEWEST = 6  # months before the one in question that limits are made of


def freeze(look: Look) -> dict[str, Any]:
    """The page. A part for a company has its own cases and its own signals."""
    months = _months(look)
    return page("trend", TITLE, chart("trend", "months"), _table(months), *_signals(look))


def _months(look: Look) -> list[tuple[Period, int]]:
    first = month_before(look.period, MONTHS - 1)
    months = [month_before(look.period, back) for back in range(MONTHS - 1, -1, -1)]
    counts = {month_key(one): 0 for one in months}
    for day, count in queries.received_by_day(look.actor, Period(first.first, look.period.last), look.scope).items():
        counts[month_key(month_of(day))] += count
    return [(one, counts[month_key(one)]) for one in months]


def limits(counts: list[int]) -> tuple[float, float, float] | None:
    """(mean, lower, upper) that the next count is held against: mean ± 3√mean of the counts before, no less than zero.

    None where there are too few months, or none with a case.
    """
    mean = sum(counts) / len(counts) if counts else 0.0
    if len(counts) < FEWEST or not mean:
        return None
    spread = SIGMAS * math.sqrt(mean)
    return mean, max(0.0, mean - spread), mean + spread


def _table(months: list[tuple[Period, int]]) -> Block:
    counts = [count for _month, count in months]
    known = next((at for at, count in enumerate(counts) if count), len(counts))  # what was before the register began
    rows = []
    for at, (month, count) in enumerate(months):
        found = limits(counts[known:at])
        mean, low, high = (round(one, 1) for one in found) if found else (None, None, None)
        said = "" if found is None else "超上限" if count > found[2] else "低于限" if count < found[1] else "限内"
        period = [month.first.isoformat(), month.last.isoformat()]
        rows.append(row(month_key(month), [month_label(month), count, mean, low, high, said], period=period))
    columns = [
        column("month", "月份"),
        column("cases", "收案", "case", measure="cases"),
        column("mean", "均值", "number"),
        column("low", "下限", "number"),
        column("high", "上限", "number"),
        column("said", "判断"),
    ]
    return table(
        "months",
        f"近{MONTHS}个月每月收案和控制限",
        columns,
        rows,
        note=f"均值是此前各月的平均数，控制限＝均值±{SIGMAS}×均值的平方根（不小于零）；此前不足{FEWEST}个月的不设限。",
        widths=[21, 10, 13, 10.5, 10.5, 13],
        is_halved=True,
    )


def _signals(look: Look) -> list[Block]:
    return [heading("公司和案由的信号"), text("本月没有信号。")]
