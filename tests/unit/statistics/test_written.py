"""Histograms as text: read back as they were, and two lines are one histogram."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation.statistics.metrics.written import read, write

COUNTS = st.integers(1, 10**6)
DAYS = st.dictionaries(st.integers(0, 5000), COUNTS, max_size=20)
PAIRS = st.dictionaries(st.tuples(st.integers(0, 900), st.integers(0, 900)), COUNTS, max_size=20)


@given(DAYS)
def test_days(days: dict[int, int]):
    assert read("days", write(days)) == read("answer_days", write(days)) == days


@given(PAIRS)
def test_gross_and_net_days(pairs: dict[tuple[int, int], int]):
    assert read("paused", write(pairs)) == pairs


def test_words():
    assert write({"failed": 2, "agreed": 11}) == "agreed:11 failed:2"
    assert read("outcomes", "agreed:11 failed:2") == {"agreed": 11, "failed": 2}
    assert read("outcomes", None) == read("days", "") == {}
    with pytest.raises(ValueError, match="agreed"):
        read("days", "agreed:3")


@given(DAYS, DAYS)
def test_two_lines_are_one_histogram(one: dict[int, int], other: dict[int, int]):
    assert read("days", f"{write(one)} {write(other)}") == Counter(one) + Counter(other)
