"""Figures as text, alike on the page, in the report and in the sentences."""

from __future__ import annotations

from mediation.core.money import yuan
from mediation.statistics.metrics import DEFINED, Value
from mediation.statistics.rates import RATE

UNITS = {measure.code: measure.unit for measure in (*DEFINED, RATE)} | {"part": "share"}
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
        case "rate":
            return f"{value:,.2f}"
    return number(value)


def difference(code: str, value: Value, earlier: Value) -> Value:
    """By how much a value differs from an earlier one, of both as they are shown; a rate in percentage points."""
    if value is None or earlier is None:
        return None
    match UNITS[code]:
        case "share":
            # Of the shares as shown, or the reader's own subtraction gives another result.
            return round((round(value, 3) - round(earlier, 3)) * 100, 1)
        case "rate":
            return round(round(value, 2) - round(earlier, 2), 2)
    return value - earlier


def change(code: str, value: Value, earlier: Value, points: str = "个百分点") -> str:
    """How a value differs from an earlier one, with its sign; a rate in percentage points.

    ``points``: how those are called where it is not a paper, but a page in the language of its reader.
    """
    by = difference(code, value, earlier)
    if by is None:
        return NONE
    if by == 0:
        return "0"
    sign = "+" if by > 0 else "−"
    return sign + (f"{abs(by):.1f}{points}" if UNITS[code] == "share" else shown(code, abs(by)))
