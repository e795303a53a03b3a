"""Three sentences about a month, written from its frozen tables: no word in them that these do not say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mediation.core.money import yuan
from mediation.reports.frozen import Block, cell, find
from mediation.statistics.display import number, share
from mediation.statistics.period import month, month_label
from mediation.statistics.small_cells import HIDDEN

NAMELESS = ("None", "rest")  # lines of page 4 and 5 that are no company
MOST_NAMED = 2
LEAST_FOR_A_SHARE = 10  # a percentage of a handful of cases says nothing


def write(figures: Mapping[str, Any]) -> list[str]:
    """How much came in, how it ended, and where it gathers."""
    headline = find(figures, "headline")
    assert headline is not None
    return [_new(figures["month"], headline), _ended(headline), _where(figures)]


def _new(key: str, headline: Block) -> str:
    value, previous, last_year = (cell(headline, "cases", code) for code in ("value", "previous", "last_year"))
    words = f"{month_label(month(key))}新收案件{value}件，{_against('上月', value, previous)}，{_against('上年同月', value, last_year)}"
    consultations = cell(headline, "consultations", "value")
    return f"{words}；另接待咨询{consultations}件。" if consultations else f"{words}。"


def _against(name: str, value: Any, earlier: Any) -> str:
    if value == earlier:
        return f"与{name}（{earlier}件）持平"
    word = "增加" if value > earlier else "减少"
    words = f"比{name}（{earlier}件）{word}{abs(value - earlier)}件"
    return words if earlier < LEAST_FOR_A_SHARE else f"{words}（{share(abs(value - earlier) / earlier)}）"


def _ended(headline: Block) -> str:
    now: dict[str, Any] = {row["key"]: cell(headline, row["key"], "value") for row in headline["rows"]}
    money = f"当月到账{yuan(now['received_fen'])}元。"
    if not now["concluded"]:
        return f"本月没有案件产生结果；{money}"
    words = f"本月有结果的案件{now['concluded']}件，其中达成协议{now['settled']}件，调解成功率{share(now['settlement_rate'])}"
    if now["median_days"] is not None:
        words += (
            f"，从登记到协议生效的总天数中位数为{number(now['median_days'])}天，九成不超过{number(now['p90_days'])}天"
        )
        if now["median_net_days"] != now["median_days"]:
            words += f"，扣除暂停后的净天数中位数为{number(now['median_net_days'])}天"
    return f"{words}；协议金额{yuan(now['agreed_fen'])}元，{money}"


def _where(figures: Mapping[str, Any]) -> str:
    heat, movement, late = (find(figures, key) for key in ("heat", "movement", "late_count"))
    assert movement is not None
    parts = []
    if heat is not None:
        who = "公司" if "company" not in figures else "网点或区域公司"
        parts += _most(
            f"新收案件最多的{who}是",
            [(row["cells"][0], row["cells"][-1]) for row in heat["rows"] if row["key"] not in NAMELESS],
        )
        labels = [column["label"] for column in heat["columns"]]
        parts += _most("最多的案由是", list(zip(labels[1:-1], heat["total"][1:-1], strict=True)))
    parts.append(f"月末未结案件{cell(movement, 'month', 'open_after')}件")
    if late is not None:
        count = cell(late, "month", "count")
        parts.append(f"超期事项{count}项" if count else "没有超期事项")
    return "，".join(parts) + "。"


def _most(words: str, counts: list[tuple[Any, Any]]) -> list[str]:
    """Who has the most, unless a hidden count may be more, or too many others have as many."""
    if any(count == HIDDEN for _name, count in counts):
        return []
    known = [(name, count) for name, count in counts if isinstance(count, int) and count]
    most = max((count for _name, count in known), default=0)
    named = [str(name) for name, count in known if count == most]
    return [f"{words}{'、'.join(named)}（{'各' * (len(named) > 1)}{most}件）"] if 0 < len(named) <= MOST_NAMED else []
