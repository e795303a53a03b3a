"""Figures as text."""

from __future__ import annotations

import pytest

from mediation.statistics.display import change, shown


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("cases", 1234, "1,234"),
        ("cases", 0, "0"),
        ("median_days", 12.0, "12"),
        ("p90_days", 31.2, "31.2"),
        ("claimed_fen", 123456, "1,234.56"),
        ("received_fen", 0, "0.00"),
        ("settlement_rate", 2 / 3, "66.7%"),
        ("settlement_rate", None, "—"),
        ("rate", 1234.567, "1,234.57"),
    ],
)
def test_shown(code: str, value, text: str):
    assert shown(code, value) == text


@pytest.mark.parametrize(
    ("code", "value", "earlier", "text"),
    [
        ("cases", 5, 7, "−2"),
        ("cases", 7, 7, "0"),
        ("claimed_fen", 150, 50, "+1.00"),
        ("median_days", 12.5, 10.0, "+2.5"),
        ("median_days", None, 10.0, "—"),
        ("settlement_rate", 34 / 45, 28 / 33, "−9.2个百分点"),  # 75.6% and 84.8% as shown; 9.3 before rounding
        ("settlement_rate", 0.50001, 0.5, "0"),
        ("rate", 12.344, 12.3, "+0.04"),
    ],
)
def test_change(code: str, value, earlier, text: str):
    assert change(code, value, earlier) == text
