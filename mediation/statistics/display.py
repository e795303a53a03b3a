"""Figures as text, alike on the page, in the report and in the sentences."""

from __future__ import annotations

from mediation.core.money import yuan
from mediation.statistics.metrics import DEFINED, Value

UNITS = {measure.code: measure.unit for measure in DEFINED}
NONE = "—"


def share(value: float) -> str:
    """0.6667 as 66.7%."""
    return f"{value * 100:.1f}%"


def number(value: float) -> str:
    """1,234 or 12.5; more than one decimal does not occur in a count or a percentile."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def shown(code: str, value: Value) -> str:
    """The value of a measure; a dash where there is none."""
    if value is None:
        return NONE
    match UNITS[code]:
        case "share":
            return share(value)
        case "fen":
            return yuan(int(value))
    return number(value)


def change(code: str, value: Value, earlier: Value) -> str:
    """How a value differs from an earlier one, with its sign; a rate in percentage points."""
    if value is None or earlier is None:
        return NONE
    if UNITS[code] == "share":
        # Of the shares as shown, or the reader's own subtraction gives another result.
        value, earlier = round(value, 3), round(earlier, 3)
    if value == earlier:
        return "0"
    sign = "+" if value > earlier else "−"
    if UNITS[code] == "share":
        return f"{sign}{abs(value - earlier) * 100:.1f}个百分点"
    return sign + shown(code, abs(value - earlier))
