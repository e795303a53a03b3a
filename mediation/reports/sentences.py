"""Three sentences about a month, written from its frozen figures: no word in them that the tables do not say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mediation.core.money import yuan
from mediation.statistics.display import number, share
from mediation.statistics.period import month, month_label


def write(figures: Mapping[str, Any]) -> list[str]:
    """How much came in, how it ended, and where it gathers. ``figures`` as :mod:`snapshots` freezes them."""
    return [_new(figures), _ended(figures), _where(figures)]


def headline(figures: Mapping[str, Any], code: str) -> Mapping[str, Any]:
    """One line of the headline figures."""
    return next(line for line in figures["headline"] if line["code"] == code)


def _new(figures: Mapping[str, Any]) -> str:
    line = headline(figures, "cases")
    consultations = figures["total"]["consultations"]
    text = (
        f"{month_label(month(figures['month']))}新收案件{line['value']}件，{_against('上月', line['value'], line['previous'])}，"
        f"{_against('上年同月', line['value'], line['last_year'])}"
    )
    if consultations:
        text += f"；另接待咨询{consultations}件"
    return text + "。"


def _against(name: str, value: int, earlier: int) -> str:
    if value == earlier:
        return f"与{name}（{earlier}件）持平"
    word = "增加" if value > earlier else "减少"
    change = f"比{name}（{earlier}件）{word}{abs(value - earlier)}件"
    # A percentage of a handful of cases says nothing.
    return change if earlier < 10 else f"{change}（{share(abs(value - earlier) / earlier)}）"


def _ended(figures: Mapping[str, Any]) -> str:
    total = figures["total"]
    if not total["concluded"]:
        return "本月没有案件产生结果。"
    text = f"本月有结果的案件{total['concluded']}件，其中达成协议{total['settled']}件，调解成功率{share(total['settlement_rate'])}"
    if total["median_days"] is not None:
        text += f"，从登记到协议生效的总天数中位数为{number(total['median_days'])}天，九成不超过{number(total['p90_days'])}天"
        if total["median_net_days"] != total["median_days"]:
            text += f"，扣除暂停后的净天数中位数为{number(total['median_net_days'])}天"
    money = headline(figures, "received_fen")["value"]
    return f"{text}；协议金额{yuan(total['agreed_fen'])}元，当月到账{yuan(money)}元。"


def _where(figures: Mapping[str, Any]) -> str:
    parts = []
    company = next((row for row in figures["companies"] if row["id"]), None)
    if company and company["cases"]:
        parts.append(f"新收案件最多的公司是{company['name']}（{company['cases']}件）")
    cause = next(iter(figures["causes"]), None)
    if cause and cause["cases"]:
        parts.append(f"最多的案由是{cause['name']}（{cause['cases']}件）")
    parts.append(f"月末未结案件{figures['movement']['open_after']}件")
    late = figures["overdue"]["count"]
    parts.append(f"超期事项{late}项" if late else "没有超期事项")
    return "，".join(parts) + "。"
