"""The three sentences say what the tables say: their numbers are read back out of them."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mediation.core.money import yuan
from mediation.reports import sentences
from mediation.reports.frozen import column, page, row, table
from mediation.statistics.display import number, share

COUNTS = st.integers(0, 400)
HIDDEN = ("<3", "·")


@st.composite
def snapshots(draw: st.DrawFn) -> dict[str, Any]:
    """Any month whose tables agree with themselves."""
    concluded = draw(COUNTS)
    settled = draw(st.integers(0, concluded))
    days = sorted(draw(st.lists(st.integers(0, 200), min_size=2, max_size=2)))
    has_days = settled and draw(st.booleans())
    now = {
        "cases": draw(COUNTS),
        "consultations": draw(st.integers(0, 9)),
        "concluded": concluded,
        "settled": settled,
        "settlement_rate": settled / concluded if concluded else None,
        "median_days": days[0] / 2 if has_days else None,
        "p90_days": float(days[1]) if has_days else None,
        "median_net_days": draw(st.sampled_from([days[0] / 2, days[0] / 4])) if has_days else None,
        "agreed_fen": draw(st.integers(0, 10**10)),
        "received_fen": draw(st.integers(0, 10**10)),
    }
    heads = [column("label", "指标"), *(column(code, code, "number") for code in ("value", "previous", "last_year"))]
    lines = [row(code, [code, value, draw(COUNTS), draw(COUNTS)]) for code, value in now.items()]
    pages = [
        page("front", "主要数字", table("headline", "主要数字", heads, lines), _movement(draw)),
        page("causes", "案由", _heat(draw)),
    ]
    if draw(st.booleans()):
        counted = table(
            "late_count",
            "超期",
            [column("day", "截至"), column("count", "超期", "item")],
            [row("month", ["末日", draw(COUNTS)])],
        )
        pages.append(page("annex", "附件", counted))
    return {"month": "2026-10", "pages": pages} | ({"company": "甲公司"} if draw(st.booleans()) else {})


def _movement(draw: st.DrawFn) -> dict[str, Any]:
    columns = [column("span", "时段"), column("open_after", "月末未结", "case")]
    return table("movement", "增减", columns, [row("month", ["本月", draw(COUNTS)])])


def _heat(draw: st.DrawFn) -> dict[str, Any]:
    count = st.one_of(st.integers(0, 40), st.sampled_from(HIDDEN))
    causes = draw(st.integers(1, 4))
    columns = [
        column("name", "公司"),
        *(column(f"c{at}", f"案由{at}", "case") for at in range(causes)),
        column("all", "合计", "case"),
    ]
    keys = draw(st.lists(st.sampled_from(["1", "2", "3", "None", "rest"]), unique=True, max_size=5))
    rows = [row(key, [f"公司{key}", *(draw(count) for _at in range(causes)), draw(count)]) for key in keys]
    return table(
        "heat", "案由和公司", columns, rows, total=["合计", *(draw(count) for _at in range(causes)), draw(count)]
    )


def cells(figures: dict[str, Any], key: str) -> dict[str, list[Any]]:
    found = next(block for one in figures["pages"] for block in one["blocks"] if block["key"] == key)
    return {line["key"]: line["cells"] for line in found["rows"]}


@given(snapshots())
def test_the_first_tells_what_came_in(figures):
    new, _ended, _where = sentences.write(figures)
    _label, value, previous, last_year = cells(figures, "headline")["cases"]
    assert re.match(r"2026年10月新收案件(\d+)件", new)[1] == str(value)
    for name, earlier in (("上月", previous), ("上年同月", last_year)):
        said = re.search(rf"[比与]{name}（(\d+)件）(增加|减少|持平)(?:(\d+)件)?(?:（([\d.,]+)%）)?", new)
        assert int(said[1]) == earlier
        word = "持平" if value == earlier else "增加" if value > earlier else "减少"
        assert (said[2], int(said[3] or 0)) == (word, abs(value - earlier))
        if said[4]:
            assert float(said[4].replace(",", "")) == round(abs(value - earlier) / earlier * 100, 1)
    consultations = cells(figures, "headline")["consultations"][1]
    assert (f"接待咨询{consultations}件" in new) == bool(consultations)


@given(snapshots())
def test_the_second_tells_how_it_ended(figures):
    _new, ended, _where = sentences.write(figures)
    now = {key: line[1] for key, line in cells(figures, "headline").items()}
    assert f"当月到账{yuan(now['received_fen'])}元" in ended
    if not now["concluded"]:
        assert "没有案件产生结果" in ended and "成功率" not in ended
        return
    said = re.search(r"有结果的案件(\d+)件，其中达成协议(\d+)件，调解成功率([\d.]+%)", ended)
    assert (int(said[1]), int(said[2]), said[3]) == (now["concluded"], now["settled"], share(now["settlement_rate"]))
    assert f"协议金额{yuan(now['agreed_fen'])}元" in ended
    days = re.search(r"总天数中位数为([\d.,]+)天，九成不超过([\d.,]+)天", ended)
    assert (days is not None) == (now["median_days"] is not None)
    if days:
        assert days.groups() == (number(now["median_days"]), number(now["p90_days"]))
        net = re.search(r"净天数中位数为([\d.,]+)天", ended)
        assert (net[1] if net else number(now["median_days"])) == number(now["median_net_days"])


@given(snapshots())
def test_the_third_tells_where_it_gathers_and_gives_nothing_hidden_away(figures):
    _new, _ended, where = sentences.write(figures)
    assert int(re.search(r"月末未结案件(\d+)件", where)[1]) == cells(figures, "movement")["month"][1]
    named = re.search(r"新收案件最多的(?:公司|网点或区域公司)是([^（]+)（各?(\d+)件）", where)
    lines = {key: line for key, line in cells(figures, "heat").items() if key not in sentences.NAMELESS}
    shown = {line[0]: line[-1] for line in lines.values() if isinstance(line[-1], int)}
    if named:
        assert not any(line[-1] == "·" for line in lines.values())  # it may be more than any other
        most = max(shown.values())
        assert int(named[2]) == most > 0
        assert set(named[1].split("、")) == {name for name, count in shown.items() if count == most}
    elif not any(line[-1] == "·" for line in lines.values()):
        most = max(shown.values(), default=0)
        assert not most or list(shown.values()).count(most) > sentences.MOST_NAMED
    if any(one["key"] == "annex" for one in figures["pages"]):
        late = cells(figures, "late_count")["month"][1]
        assert (f"超期事项{late}项" in where) == bool(late) and ("没有超期事项" in where) == (not late)
    else:
        assert "超期" not in where
