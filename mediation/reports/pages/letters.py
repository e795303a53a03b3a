"""Page 7: recommendations sent, answered and carried out, with the cases before and after."""

from __future__ import annotations

from typing import Any

from mediation.recommendations import queries as recommendations
from mediation.recommendations.labels import STATUSES
from mediation.recommendations.lifecycle import Status
from mediation.recommendations.queries import MonthRow
from mediation.reports.frozen import Block, Cell, column, note, page, row, table, text
from mediation.reports.look import Look
from mediation.statistics.small_cells import SMALL, THRESHOLD

TITLE = "规范用工建议书"
VERDICTS = {
    "too_early": "措施后不足三个月，不能比较",
    "no_past": "之前不足三个月，不能比较",
    "too_few": "前后合计太少，不能比较",
    "fell": "减少",
    "rose": "增加",
    "not_shown": "看不出变化",
}
PARTS = (("sent", "本月送达"), ("answered", "本月答复"), ("corrected", "本月核实整改"), ("closed", "本月办结"))


def freeze(look: Look) -> dict[str, Any]:
    """The page; a part for a company has only the letters to it."""
    found = recommendations.of_month(look.actor, look.period, company=look.company)
    if not found:
        return page("letters", TITLE, text("截至月末没有送达而未办结的建议书，本月也没有办结的。"))
    late = sum(one.is_late for one in found)
    sums = "，".join(f"{label}{sum(getattr(one, part) for one in found)}份" for part, label in PARTS)
    return page(
        "letters",
        TITLE,
        text(f"{sums}；过了答复日没有答复的{late}份。"),
        _table(found),
        _effects(found, is_part=look.company is not None),
        note(
            "前后比较同一公司、同一案由：措施生效日（没有的，送达日）前后各月的收案，比值为之后与之前每日收案之比，括号内为95%区间；"
            "区间含1的，不能说有变化。公司没有法定答复义务。"
        ),
    )


def _table(found: list[MonthRow]) -> Block:
    columns = [
        column("number", "编号"),
        column("company", "公司"),
        column("cause", "案由"),
        column("sent_on", "送达"),
        column("answer_by", "请求答复"),
        column("answered_on", "答复"),
        column("verified_on", "核实"),
        column("status", "状态"),
    ]
    rows = [
        row(
            one.id,
            [
                one.number,
                one.company,
                one.cause,
                *(
                    day.isoformat() if day else None
                    for day in (one.sent_on, one.answer_by, one.answered_on, one.verified_on)
                ),
                str(STATUSES[Status(one.status)]) + ("（逾期）" if one.is_late else ""),
            ],
            path=f"/recommendations/{one.id}",
        )
        for one in found
    ]
    return table("letters", "建议书", columns, rows, widths=[24, 26, 16, 20.5, 20.5, 20.5, 20.5, 18], is_tight=True)


def _effects(found: list[MonthRow], *, is_part: bool) -> Block:
    columns = [
        column("number", "编号"),
        column("months_before", "之前月数", "number"),
        column("before", "之前收案", "number"),
        column("months_after", "之后月数", "number"),
        column("after", "之后收案", "number"),
        column("ratio", "比值（95%区间）"),
        column("verdict", "结论"),
    ]
    rows = [
        row(one.id, [one.number, *effect_cells(one, is_part=is_part)], path=f"/recommendations/{one.id}")
        for one in found
    ]
    return table("effects", "建议书前后的收案", columns, rows, widths=[30, 18, 18, 18, 18, 34, 40], is_tight=True)


def effect_cells(one: MonthRow, *, is_part: bool) -> list[Cell]:
    """Months, cases and ratio of a letter; counts that could point to a person are hidden, and the ratio with them."""
    before, after = (SMALL if 0 < count < THRESHOLD and not is_part else count for count in (one.before, one.after))
    ratio = None
    if one.ratio is not None and SMALL not in (before, after):
        high = "不限" if one.high is None else f"{one.high:.2f}"
        ratio = f"{one.ratio:.2f}（{one.low or 0:.2f}—{high}）"
    return [one.months_before, before, one.months_after, after, ratio, VERDICTS.get(one.verdict)]
