"""Histograms as one line of text, as the table of months keeps them: ``value:count value:count``.

A value is a word, a number of days, or gross and net days (``12/5``). Lines joined by a blank are one histogram: what
stands in it twice adds up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any


def _pair(text: str) -> tuple[int, int]:
    gross, _slash, net = text.partition("/")
    return int(gross), int(net)


_READ: dict[str, Callable[[str], Any]] = {"outcomes": str, "days": int, "paused": _pair, "answer_days": int}


def write(histogram: Mapping[Any, int]) -> str:
    """A histogram as text, the same for the same histogram."""
    return " ".join(f"{_word(value)}:{count}" for value, count in sorted(histogram.items()))


def _word(value: Any) -> str:
    return f"{value[0]}/{value[1]}" if isinstance(value, tuple) else str(value)


def read(name: str, text: str | None) -> dict[Any, int]:
    """The histogram of a tally's field out of its text. Raises ValueError for another's."""
    words = (text or "").replace(":", " ").split()
    found: dict[str, int] = defaultdict(int)
    for value, count in zip(words[::2], map(int, words[1::2]), strict=True):
        found[value] += count
    of = _READ[name]
    return {of(value): count for value, count in found.items()}
