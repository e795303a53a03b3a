"""Page 2: new cases of 25 months with their control limits, and what the figures pointed out."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy.engine import Row

from mediation.reports.frozen import Block, chart, column, heading, note, page, row, table, text
from mediation.reports.look import Look
from mediation.statistics.models import Signal
from mediation.statistics.period import month, month_key, month_label
from mediation.statistics.queries.names import cause_labels
from mediation.statistics.queries.signals import found_in, whole
from mediation.statistics.signals import words
from mediation.statistics.signals.family import FALSE_ALARM_YEARS
from mediation.statistics.signals.reported import MONTHS, MonthsChart, by_weight, months_chart, watched_in

TITLE = "收案走势和信号"
MOST_SIGNALS = 30
_WHY = {"short": "以前的月份太少", "few": "以前的案件太少"}


def freeze(look: Look) -> dict[str, Any]:
    """The page. A part for a company has its own cases and its own signals."""
    found = months_chart(look.actor, look.company, None, look.period)
    return page("trend", TITLE, chart("trend", "months"), _table(found), *_signals(look))


def _table(found: MonthsChart) -> Block:
    drawn, rows = found.chart, []
    begins = next((at for at, count in enumerate(drawn.counts) if count), len(drawn.counts))
    for at, key in enumerate(found.months):
        count, low, high, centre = drawn.counts[at], drawn.lower[at], drawn.upper[at], drawn.centre[at]
        if at < begins:
            low = high = centre = None  # before the register began
        said = "" if high is None else "限内" if at not in drawn.marked else "超上限" if count > high else "低于限"
        one = month(key)
        cells = [month_label(one), count, None if centre is None else round(centre, 1), low, high, said]
        rows.append(row(key, cells, period=[one.first.isoformat(), one.last.isoformat()]))
    columns = [
        column("month", "月份"),
        column("cases", "收案", "case", measure="cases"),
        column("mean", "预期", "number"),
        column("low", "下限", "number"),
        column("high", "上限", "number"),
        column("said", "判断"),
    ]
    return table(
        "months",
        f"近{MONTHS}个月每月收案和控制限",
        columns,
        rows,
        note=_how(found),
        widths=[21, 10, 13, 10.5, 10.5, 13],
        is_halved=True,
    )


def _how(found: MonthsChart) -> str:
    if found.chart.too_little:
        return f"{_WHY[found.chart.too_little]}，不能定控制限。"
    base = "各月快递员、驾驶员人数和天数" if found.exposure == "couriers" else "各月天数"
    return f"预期按本月以前各月的水平和{base}计算；控制限之外的月份，在没有变化时很少出现（单侧约千分之一），图上加圈。"


def _signals(look: Look) -> list[Block]:
    found = by_weight(found_in(look.actor, look.period, look.company))
    blocks: list[Block] = [heading("公司和案由的信号")]
    blocks.append(_listed(look, found) if found else text("本月没有信号。"))
    if look.company is None:
        blocks.append(note(_watched(watched_in(look.actor, look.period, found))))
    return blocks


def _listed(look: Look, found: list[Row[Any]]) -> Block:
    causes = cause_labels()
    # One line too many is not worth a line that says so.
    shown = found if len(found) <= MOST_SIGNALS + 1 else found[:MOST_SIGNALS]
    rest = Counter(one.kind for one in found[len(shown) :])
    rows = [
        row(
            signal.id,
            [
                company.name,
                causes.get(signal.cause, signal.cause),
                str(words.KINDS[signal.kind]),
                signal.found_on.isoformat(),
                _sentence(signal),
            ],
            path=f"/signals/{signal.id}",
        )
        for signal, company in whole(look.actor, [one.id for one in shown])
    ]
    if rest:
        said = "、".join(f"{words.KINDS[kind]}{count}条" for kind, count in rest.items())
        cells = [f"其余{rest.total()}条", "", "", "", f"{said}，件数较少，见系统内本月的信号。"]
        rows.append(row("rest", cells, path=f"/signals/?month={month_key(look.period)}"))
    columns = [
        column("company", "公司"),
        column("cause", "案由"),
        column("kind", "信号"),
        column("found_on", "发现"),
        column("sentence", "依据"),
    ]
    return table("signals", "本月的信号", columns, rows, widths=[34, 18, 20, 20, 64], is_tight=True)


def _sentence(signal: Signal) -> str:
    """What it rests on, as when it was found: how long an episode goes on is known only later, and not of this month."""
    until = min(signal.data["until"], signal.found_on.isoformat())
    return words.why(Signal(kind=signal.kind, from_on=signal.from_on, data=signal.data | {"until": until}))


def _watched(companies: list[dict[str, Any]]) -> str:
    """What was looked at and did not signal."""
    quiet = [one for one in companies if not one["signals"]]
    charts, short = (sum(one[key] for one in companies) for key in ("charts", "too_little"))
    if not companies:
        return "还没有公司和案由的历史可以比较。"
    return (
        f"逐周比较的有{len(companies)}家公司的{charts}个系列（公司、网点和案由），另有{short}个系列历史太短，只看是否在九十日内三次以上；"
        f"{f'其中{len(quiet)}家没有信号' if quiet else '每家都有信号'}。没有变化时，每家公司{FALSE_ALARM_YEARS}年至多误报一次。"
    )
