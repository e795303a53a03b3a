"""What a new version corrects: each cell, each line that came or went, and nothing else."""

from __future__ import annotations

import copy

import pytest

from mediation.documents.typeset.charts import TONES
from mediation.reports import charts, differences, frozen, layout2, layout3, page
from mediation.reports.frozen import LAYOUT, column, row
from mediation.reports.spreadsheet import of_report
from tests.golden.reports.october import snapshot

OLD = {
    "layout": 1,
    "month": "2026-10",
    "headline": [{"code": "cases", "value": 57, "previous": 41, "last_year": 0}, {"code": "closed", "value": 44}],
    "movement": {"open_before": 120, "received": 57, "reopened": 1, "closed": 44, "open_after": 134, "difference": 0},
}


def table(figures, key):
    return next(block for one in figures["pages"] for block in one["blocks"] if block.get("key") == key)


def test_the_same_figures_differ_in_nothing():
    assert differences.between(snapshot(), snapshot(2)) == []


def test_a_cell_is_named_by_table_line_and_column():
    new = snapshot()
    table(new, "heat")["rows"][0]["cells"][1] = 37
    found = differences.between(new, snapshot())
    assert found == [
        {
            "table": "新收案件：公司和案由",
            "row": "云岫速运集团有限公司",
            "code": "劳动报酬",
            "before": "36",
            "after": "37",
        }
    ]


def test_what_follows_from_other_cells_is_not_listed_again():
    new = snapshot()
    line = table(new, "headline")["rows"][0]["cells"]
    line[1], line[3] = 59, "+18"
    assert [one["code"] for one in differences.between(new, snapshot())] == ["本月"]


def test_a_line_that_came_or_went_stands_once_with_all_it_says():
    new = snapshot()
    gone = table(new, "overdue")["rows"].pop()
    [one] = differences.between(new, snapshot())
    assert (one["row"], one["code"], one["after"]) == (gone["cells"][0], "", None)
    assert "调解期限" in one["before"]
    [one] = differences.between(snapshot(), new)
    assert one["before"] is None and "调解期限" in one["after"]


def with_signals(*lines: tuple[str, str], layout: int = LAYOUT):
    """A month with lines of signals: key and sentence."""
    made = snapshot() | {"layout": layout}
    columns = [column("company", "公司"), column("sentence", "依据")]
    found = frozen.table("signals", "本月的信号", columns, [row(key, ["云岫", said]) for key, said in lines])
    next(one for one in made["pages"] if one["key"] == "trend")["blocks"].append(found)
    return made


def test_signals_that_are_no_longer_printed_are_no_correction():
    now = with_signals(("7", "四件"), ("rest", "三件以下二条"))
    assert differences.between(now, with_signals(("3", "三件"), ("7", "四件"), ("9", "三件"), layout=4)) == []
    [one] = differences.between(now, with_signals(("3", "三件"), ("7", "五件"), layout=4))
    assert (one["before"], one["after"]) == ("五件", "四件")
    assert len(differences.between(now, with_signals(("7", "四件")))) == 1, "of this layout every line counts"


def test_of_an_earlier_layout_only_what_both_have_is_compared():
    found = {(one["row"], one["code"]): (one["before"], one["after"]) for one in differences.between(snapshot(), OLD)}
    assert found[("收案（件）", "本月")] == ("57", "58")
    assert found[("未结案件的增减", "＋ 新收")] == ("57", "58")
    assert found[("未结案件的增减", "＝ 月末未结")] == ("134", "135")
    assert len(found) == 3


@pytest.mark.parametrize("layout", [1, 2])
def test_a_report_of_an_earlier_layout_keeps_its_sheets_and_shows_them(layout: int):
    codes = ["cases", "closed", "concluded", "settled", "settlement_rate", "median_days", "p90_days"]
    if layout == 2:
        codes += ["median_net_days", "p90_net_days"]
    sums = ["claimed_fen", "agreed_fen", "paid_fen"]
    line = {"id": 1, "name": "云岫速运集团有限公司", "consultations": 1} | dict.fromkeys([*codes, *sums], 1)
    old = copy.deepcopy(OLD) | {
        "layout": layout,
        "as_of": "2026-10-31",
        "definitions": [{"code": code, "label": code, "definition": "…"} for code in ["consultations", *codes, *sums]],
        "total": dict(line),
        "companies": [line],
        "stations": [line],
        "causes": [line],
        "months": [{"month": "2026-10", "cases": 57}],
        "overdue": {"count": 0, "items": []},
        "sentences": ["2026年10月新收案件57件。"],
    }
    old["headline"] = [{"code": "cases", "value": 57, "previous": 41, "last_year": 0}]
    assert of_report(old) == layout2.of_report(old)
    assert ("median_net_days" in [head for one in of_report(old) for head in one.headings]) == (layout == 2)
    [shown] = page.of_report(old)
    assert [block.table.title for block in shown.blocks if block.table] == [one.name for one in of_report(old)]


def test_an_issue_without_agreements_in_part_is_compared_by_all_agreements():
    old = snapshot(layout=3)
    assert differences.between(snapshot(2), old) == []
    new = snapshot(2)
    at = [one["code"] for one in table(new, "outcomes")["columns"]].index("settled_in_part")
    table(new, "outcomes")["rows"][0]["cells"][at] += 1
    [one] = differences.between(new, old)
    assert (one["row"], one["code"], one["before"], one["after"]) == ("2026年1月", "达成协议", "11", "12")
    # Beside an issue of its own layout it is the part that is named.
    [one] = differences.between(new, snapshot())
    assert (one["code"], one["before"], one["after"]) == ("部分达成协议", "2", "3")
    assert layout3.of_report(old) == old


@pytest.mark.parametrize(("layout", "first"), [(3, ["达成协议"]), (4, ["全部达成协议", "部分达成协议"])])
def test_a_report_with_pages_shows_the_results_its_layout_knows(layout: int, first: list[str]):
    figures = snapshot(layout=layout)
    [sheet] = [one for one in of_report(figures) if one.name == "结果"]
    rest = ["调解不成", "撤回", "终止", "移送转办", "其他"]
    assert list(sheet.headings[1:]) == [*first, *rest]
    shown = next(one for one in page.of_report(figures) if one.key == "outcomes")
    heads = next(block.table.heads for block in shown.blocks if block.table)
    assert [head for head, _is_number in heads] == list(sheet.headings)
    drawn = charts.outcomes(table(figures, "outcomes"))
    assert [one.name for one in drawn.series] == [*first, *rest]
    assert len(drawn.series) <= TONES
    # What is drawn adds up to the same, however agreements are told apart.
    assert [sum(values) for values in zip(*(one.values for one in drawn.series), strict=True)] == [
        10 + at + 7 + at % 3 for at in range(1, 11)
    ]
