"""The annex: figures for the yearbook, what is overdue for the meeting, and what falls due in the next month."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mediation.reports.frozen import Block, column, heading, page, row, table, text
from mediation.reports.look import Look
from mediation.statistics import queries
from mediation.statistics.period import month_label, month_of
from mediation.statistics.queries import month as month_queries
from mediation.statistics.queries.yearbook import labour_table, peoples_table

TITLE = "附件"
MOST_OVERDUE = 200
PROVISIONAL = "（暂定）"  # behind a last day that was counted without the calendar of its year
NO_COMPANY = "（未记公司）"


def freeze(look: Look) -> dict[str, Any]:
    """The annex of the committee's report."""
    return page(
        "annex",
        TITLE,
        heading("一、年鉴报表口径（供上报）"),
        *_yearbook(look),
        heading("二、超期事项（供例会讨论）"),
        *_overdue(look),
        heading("三、下月到期"),
        *_next(look),
    )


def _yearbook(look: Look) -> list[Block]:
    """The official layouts (law.md 5.2), so that figures go upwards without retyping."""
    month, year = (labour_table(look.actor, period) for period in (look.period, look.year))
    since = {line.key: line.value for line in year}
    labour = table(
        "yearbook",
        "劳动人事争议案件处理情况",
        [column("label", "项目"), column("month", "本月", "case"), column("year", "本年累计", "case")],
        [row(line.key, ["　" * line.level + line.label, line.value, since.get(line.key)]) for line in month],
        note="只计劳动争议和新就业形态争议；本年累计的“上期未结”是年初的。",
        widths=[90, 30, 30],
        is_tight=True,
    )
    columns = [
        column("type", "纠纷类型"),
        column("received", "受理", "case"),
        column("concluded", "有结果", "case"),
        column("agreed", "调解成功", "case"),
        column("rate", "成功率", "share"),
        column("agreed_fen", "协议金额（元）", "fen"),
    ]
    lines = [
        (one.type, [one.type, one.received, one.concluded, one.agreed, one.rate, one.agreed_fen])
        for one in peoples_table(look.actor, look.period)
    ]
    peoples = table(
        "peoples",
        "人民调解案件情况",
        columns,
        [row(key, cells) for key, cells in lines[:-1]],
        total=lines[-1][1],
        note="上报口径不隐去小数：报表单独上报，把月报转给其他单位时不附。",
        widths=[44, 18, 18, 20, 20, 34],
        is_tight=True,
    )
    return [labour, peoples]


def _overdue(look: Look) -> list[Block]:
    count, found = sum(look.late.values()), queries.overdue_at(look.actor, look.as_of, limit=MOST_OVERDUE)
    day = f"{look.as_of.month}月{look.as_of.day}日"
    counted = table(
        "late_count",
        "超期事项数",
        [column("day", "截至"), column("count", "超期事项", "item")],
        [row("month", [day, count])],
        widths=[30, 30],
    )
    if not count:
        return [text("月末没有超期事项。"), counted]
    rows = [
        row(
            f"{one.number} {one.rule} {one.last_day.isoformat()}",
            [
                one.number,
                one.company or NO_COMPANY,
                one.rule,
                one.last_day.isoformat() + (PROVISIONAL if one.is_provisional else ""),
                (look.as_of - one.last_day).days,
            ],
            case=one.number,
        )
        for one in found
    ]
    columns = [
        column("number", "登记号"),
        column("company", "公司"),
        column("rule", "事项"),
        column("last_day", "最后一日"),
        column("days_late", "超期天数", "day"),
    ]
    more = f"，以下列出最早的{len(rows)}项，其余见系统内的案件列表" if count > len(rows) else ""
    return [
        text(f"截至{day}超期事项共{count}项{more}。"),
        counted,
        table("overdue", "超期事项", columns, rows, widths=[28, 46, 44, 24, 16]),
    ]


def _next(look: Look) -> list[Block]:
    following = month_of(look.period.last + timedelta(days=1))
    due = month_queries.deadlines_due(look.actor, following, look.as_of)
    count, fen = month_queries.instalments_due(look.actor, following, look.as_of)
    rows = [row(f"rule {title}", [title, number, None]) for title, number in due.items()]
    if count:
        rows.append(row("instalments", ["协议约定的付款", count, fen]))
    if not rows:
        return [text(f"{month_label(following)}没有已知的到期事项。")]
    columns = [column("what", "事项"), column("count", "件次", "item"), column("fen", "金额（元）", "fen")]
    return [table("next_month", f"{month_label(following)}到期的事项", columns, rows, widths=[90, 24, 40])]
