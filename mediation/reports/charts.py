"""The charts of the month, drawn from its frozen tables: a chart shows no number that does not stand in its table. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mediation.documents.typeset.charts import Chart, Curve, Dot, Funnel, Series
from mediation.reports.frozen import Block

INSIDE = "界限内"
# ``settled``: of layout 3, which did not tell agreements on a part of the requests apart.
_ENDS = ("settled", "settled_in_full", "settled_in_part", "failed", "withdrawn", "terminated", "referred", "other")


def chart_of(block: Mapping[str, Any], tables: Mapping[str, Block]) -> Chart | Funnel | None:
    """The chart of a block of kind ``chart``; None where its table has nothing to draw."""
    found = tables[block["table"]]
    return _CHARTS[block["name"]](found) if found["rows"] else None


def _column(found: Block, code: str) -> tuple[Any, ...]:
    at = [one["code"] for one in found["columns"]].index(code)
    return tuple(row["cells"][at] for row in found["rows"])


def _numbers(found: Block, code: str) -> tuple[float | None, ...]:
    return tuple(value if isinstance(value, int | float) else None for value in _column(found, code))


def _short(month: str) -> str:
    """2026年10月 as 26年10月."""
    return month[2:] if month[:4].isdigit() else month


def trend(found: Block) -> Chart:
    """New cases with the limits they were held against; those outside are ringed."""
    said = _column(found, "said")
    return Chart(
        "control",
        found["title"],
        tuple(_short(month) for month in _column(found, "month")),
        (
            Series("收案", _numbers(found, "cases")),
            Series("预期", _numbers(found, "mean"), "centre"),
            Series("上限", _numbers(found, "high"), "limit"),
            Series("下限", _numbers(found, "low"), "limit"),
        ),
        unit="件",
        marked=tuple(at for at, one in enumerate(said) if one not in ("", "限内")),
    )


def outcomes(found: Block) -> Chart:
    """How the cases of each month ended."""
    labels = {one["code"]: one["label"] for one in found["columns"]}
    codes = tuple(code for code in _ENDS if code in labels)
    series = tuple(
        Series(labels[code], tuple(max(0.0, value or 0) for value in _numbers(found, code))) for code in codes
    )
    return Chart(
        "stacked", found["title"], tuple(_short(month) for month in _column(found, "month")), series, unit="件"
    )


def days(found: Block) -> Chart:
    """Half and nine tenths of the cases, gross and net."""
    codes = ("median_days", "p90_days", "median_net_days", "p90_net_days")
    labels = {one["code"]: one["label"] for one in found["columns"]}
    series = tuple(Series(labels[code], _numbers(found, code)) for code in codes)
    return Chart("dots", found["title"], _column(found, "span"), series, unit="天")


def funnel(found: Block) -> Funnel | None:
    """Rates over exposure with the limits frozen in the table; lines without a rate are left out."""
    dots, rates = [], zip(found["rows"], _numbers(found, "exposure"), _numbers(found, "rate"), strict=True)
    said = _column(found, "said")
    for (line, exposure, rate), word in zip(rates, said, strict=True):
        if exposure and rate is not None:
            dots.append(Dot(str(line["cells"][0]), exposure, rate, word != INSIDE))
    if not dots:
        return None
    curves = tuple(Curve(one["name"], tuple((x, y) for x, y in one["points"])) for one in found.get("curves", ()))
    return Funnel(found["title"], tuple(dots), curves, found.get("centre", 0.0), x_unit="千人年", unit="件")


_CHARTS: dict[str, Callable[[Block], Chart | Funnel | None]] = {
    "trend": trend,
    "outcomes": outcomes,
    "days": days,
    "funnel": funnel,
}
