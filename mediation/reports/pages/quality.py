"""Page 9: how good the data are: what came late, what is missing, and what each figure means."""

from __future__ import annotations

from typing import Any

from mediation.cases.labels import EVENTS
from mediation.cases.lifecycle import Event
from mediation.reports.frozen import Block, column, heading, note, page, row, table, text
from mediation.reports.look import Look
from mediation.statistics.metrics import DEFINED, Tally
from mediation.statistics.queries import month as month_queries

TITLE = "数据质量和指标含义"
LATE_DAYS = 3
# What has a legal date of its own; what an import or a person of another house enters is not the station's delay.
WATCHED = (
    Event.RECEIVED,
    Event.ACCEPTED,
    Event.SESSION_HELD,
    Event.AGREEMENT_EFFECTIVE,
    Event.ORAL_AGREEMENT_REACHED,
    Event.FAILED,
    Event.WITHDRAWN,
    Event.TERMINATED,
    Event.REFERRED,
    Event.PAYMENT_RECORDED,
    Event.CLOSED,
)


def freeze(look: Look) -> dict[str, Any]:
    """The page, without what belongs to one issue of it: its corrections, its hash and its code."""
    as_of = look.as_of
    return page(
        "quality",
        TITLE,
        text(
            f"数据来源：本系统登记的案件、协议、付款和值班记录，统计截至{as_of.year}年{as_of.month}月{as_of.day}日。"
            "数字在出具时固定，之后更正的另出新版，本版不改。"
        ),
        *_late(look),
        *_gaps(look),
        heading("各项指标的含义"),
        meanings(),
    )


def _late(look: Look) -> list[Block]:
    found = month_queries.late_entries(
        look.actor, look.period, [event.value for event in WATCHED], LATE_DAYS, look.scope
    )
    rows = []
    for event in WATCHED:
        count, late = found.get(event.value, (0, 0))
        if count:
            rows.append(row(event.value, [str(EVENTS[event]), count, late, late / count]))
    if not rows:
        return [text("本月没有逐项登记的案件经过（导入的台账不计），不列迟录。")]
    count, late = (sum(one["cells"][at] for one in rows) for at in (1, 2))
    columns = [
        column("event", "登记事项"),
        column("count", "本月发生", "item"),
        column("late", f"迟于{LATE_DAYS}日录入", "item"),
        column("share", "占比", "share"),
    ]
    return [
        heading("迟录"),
        table(
            "late_entries",
            f"发生后超过{LATE_DAYS}日才录入的事项",
            columns,
            rows,
            total=["合计", count, late, late / count],
            widths=[70, 24, 30, 20],
        ),
    ]


def _gaps(look: Look) -> list[Block]:
    corrected = month_queries.happened(look.actor, look.period, Event.DETAILS_CORRECTED.value, look.scope)
    words = f"本月更正登记内容的案件{corrected}件。"
    if look.company is None:
        nameless = look.companies.get(None, Tally()).cases
        words += f"本月收案中没有登记公司（被申请人不详或者为个人）的{nameless}件。"
    return [text(words), note("典型案例不收入本报告：去名后仍可能识别到个人，由调解员另行编写。")]


def meanings() -> Block:
    """What each figure means, as it was when the month was frozen."""
    rows = [row(one.code, [str(one.label), str(one.definition)]) for one in DEFINED]
    return table(
        "definitions",
        "指标含义",
        [column("label", "指标"), column("definition", "含义")],
        rows,
        widths=[30, 126],
        is_tight=True,
    )
