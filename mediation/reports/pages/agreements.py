"""Page 6: whether agreements are kept: what was due and paid, how old the rest is, and who had it made enforceable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from mediation.cases.labels import ROUTES
from mediation.deadlines.queries import calendar
from mediation.reports.frozen import Block, Cell, column, heading, note, page, row, table, text
from mediation.reports.look import Look
from mediation.statistics import metrics
from mediation.statistics.period import Period
from mediation.statistics.queries import month as month_queries
from mediation.statistics.queries.month import Unpaid

TITLE = "协议履行"
AGES = ((1, 30, "逾期1—30天"), (31, 60, "逾期31—60天"), (61, 90, "逾期61—90天"), (91, None, "逾期90天以上"))
CONFIRMATION_DAYS = 30  # JC-30D: CPL 205, PML 33 (law.md 2.2)


def freeze(look: Look) -> dict[str, Any]:
    """The page."""
    return page(
        "agreements",
        TITLE,
        _due(look),
        heading("没有付清的各期按逾期天数"),
        _ages(look),
        heading("协议的效力：三十日内的司法确认"),
        _confirmed(look),
        note(
            "司法确认应当自协议生效之日起30日内共同申请，期满日为休息日的顺延（民事诉讼法第205条、人民调解法第33条）。"
        ),
        *_routes(look),
    )


def _due(look: Look) -> Block:
    rows = []
    for label, period in (("本月", look.period), ("上月", look.previous), ("上年同月", look.last_year)):
        tally = look.tally(period)
        figures = metrics.figures(tally)
        rows.append(
            row(label, [label, *_due_cells(tally, figures)], period=[period.first.isoformat(), period.last.isoformat()])
        )
    columns = [
        column("span", "时段"),
        column("due_count", "到期期数", "item", measure="due_count"),
        column("due_fen", "到期金额（元）", "fen", measure="due_fen"),
        column("on_time_count", "按期付清期数", "item"),
        column("on_time_fen", "按期付清金额（元）", "fen"),
        column("late_count", "未按期期数", "item"),
        column("on_time_rate", "按期率", "share", measure="on_time_rate"),
        column("received_fen", "当月到账（元）", "fen", measure="received_fen"),
    ]
    return table("due", "到期和按期付清", columns, rows, widths=[18, 13, 25, 16, 25, 15, 14, 25], is_tight=True)


def _due_cells(tally: metrics.Tally, figures: Mapping[str, Any]) -> list[Cell]:
    return [
        tally.due_count,
        tally.due_fen,
        tally.on_time_count,
        tally.on_time_fen,
        tally.due_count - tally.on_time_count,
        figures["on_time_rate"],
        figures["received_fen"],
    ]


def aged(unpaid: Sequence[Unpaid], day: date) -> list[tuple[str, int, int]]:
    """(age, instalments, fen left): not yet due, and late by up to 30, 60, 90 and more days."""
    lines = [("尚未到期", [one for one in unpaid if one.due_on >= day])]
    for least, most, label in AGES:
        lines.append(
            (
                label,
                [
                    one
                    for one in unpaid
                    if (late := (day - one.due_on).days) >= least and (most is None or late <= most)
                ],
            )
        )
    return [(label, sum(one.count for one in found), sum(one.left_fen for one in found)) for label, found in lines]


def _ages(look: Look) -> Block:
    found = aged(month_queries.unpaid_at(look.actor, look.as_of, look.scope), look.as_of)
    late = sum(fen for _label, _count, fen in found[1:])
    rows = [
        row(at, [label, count, fen, fen / late if at and late else None])
        for at, (label, count, fen) in enumerate(found)
    ]
    columns = [
        column("age", f"截至{look.as_of.month}月{look.as_of.day}日"),
        column("count", "期数", "item"),
        column("left_fen", "未付金额（元）", "fen"),
        column("share", "占逾期金额", "share"),
    ]
    total = ["合计", sum(count for _label, count, _fen in found), sum(fen for _label, _count, fen in found), None]
    return table("ages", "没有付清的各期", columns, rows, total=total, widths=[40, 20, 36, 24])


def _confirmed(look: Look) -> Block:
    rows = []
    for label, period in (("本月生效", look.period), ("上月生效", look.previous)):
        found = month_queries.confirmation_days(look.actor, period, look.as_of, look.scope)
        counts = confirmed(found, look.as_of)
        rows.append(row(label, [label, sum(counts), *counts], period=_ends(period)))
    columns = [
        column("span", "协议"),
        column("settled", "已登记生效日", "case"),
        column("in_time", "30日内申请确认", "case"),
        column("running", "仍在30日内", "case"),
        column("late", "逾期申请", "case"),
        column("none", "期满未申请", "case"),
    ]
    return table("confirmation", "三十日内的司法确认", columns, rows, widths=[24, 22, 24, 20, 18, 20])


def _ends(period: Period) -> list[str]:
    return [period.first.isoformat(), period.last.isoformat()]


def confirmed(found: Sequence[tuple[date, date | None, int]], day: date) -> list[int]:
    """How many applied in time, may still apply, applied too late, let the time pass, as known on a day."""
    days, counts = calendar(), [0, 0, 0, 0]
    for effective_on, applied_on, count in found:
        last = effective_on + timedelta(days=CONFIRMATION_DAYS)
        while not days.assumed_day(last).kind.is_work:
            last += timedelta(days=1)
        if applied_on is not None:
            counts[0 if applied_on <= last else 2] += count
        else:
            counts[1 if day <= last else 3] += count
    return counts


def _routes(look: Look) -> list[Block]:
    found = month_queries.made_enforceable(look.actor, look.period, look.as_of, look.scope)
    if not found:
        return [text("本月没有仲裁审查、司法确认、支付令的申请，也没有结果。")]
    rows = [row(code, [str(label), *found[code]]) for code, label in ROUTES.items() if code in found]
    columns = [column("route", "途径"), column("applied", "本月申请", "item"), column("ended", "本月有结果", "item")]
    return [
        heading("使协议具有强制效力的途径"),
        table("routes", "使协议具有强制效力的途径", columns, rows, widths=[60, 20, 20]),
    ]
