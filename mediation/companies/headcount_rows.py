"""Couriers per company as people write them: lines that were pasted and rows of a file, in one shape for both."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask_babel import gettext as _

_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_COUNT = r"\d{1,3}(?:[,，]\d{3})+|\d{1,9}"
# Name and number as a spreadsheet's cells are pasted, or as people type them: 青浦网点 120人, 青浦网点，1,200.
_LINE = re.compile(rf"(?P<name>.+?)[\s,，;；:：|]+(?P<couriers>(?:{_COUNT})\s*[人名]?)")


@dataclass(frozen=True)
class Written:
    """One figure as written. ``at`` is its line, from 1.

    An empty ``from_on`` or ``source`` is what is said for all. ``problem``: why it cannot be read at all.
    """

    at: int
    name: str
    couriers: str
    from_on: str = ""
    source: str = ""
    problem: str = ""
    is_formula: bool = False


def count_of(text: str) -> int:
    """120, 1,200, １２０人 as a number. Raises ValueError for anything else."""
    plain = text.translate(_DIGITS).rstrip("人名 \t")
    if not re.fullmatch(_COUNT, plain):
        raise ValueError(text)
    return int(re.sub(r"[,，]", "", plain))


def pasted(lines: str) -> list[Written]:
    """A name and a number on each line; blank lines do not count."""
    found = []
    for at, line in enumerate(lines.splitlines(), 1):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line.strip().translate(_DIGITS))
        if match is None:
            found.append(Written(at, line.strip(), "", problem=_("看不出名称和人数，请写成“网点名称 120”")))
        else:
            found.append(Written(at, match["name"], match["couriers"]))
    return found
