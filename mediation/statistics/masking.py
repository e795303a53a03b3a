"""Hides the small counts of rows of figures, and what was made of them (law.md 5.4). Pure.

Results add up to the cases with a result, and agreements on all and on a part of the requests to all agreements, so they
are hidden as one table; every other count has only its own total.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mediation.statistics import small_cells
from mediation.statistics.metrics import Tally
from mediation.statistics.small_cells import HIDDEN, SHOWN

_RESULTS = {
    "agreed": "settled",
    "failed": "failed",
    "withdrawn": "withdrawn",
    "terminated": "terminated",
    "referred": "referred",
}
_PARTS: dict[str, Callable[[Tally], int]] = {
    "settled_in_full": lambda tally: tally.settled - tally.settled_in_part,
    "settled_in_part": lambda tally: tally.settled_in_part,
}
_ALONE: dict[str, Callable[[Tally], int]] = {
    "cases": lambda tally: tally.cases,
    "consultations": lambda tally: tally.consultations,
    "closed": lambda tally: tally.closed,
    "collective": lambda tally: tally.collective,
    "workers": lambda tally: tally.workers,
    "due_count": lambda tally: tally.due_count,
    "enforced": lambda tally: tally.enforced,
    "answers": lambda tally: sum(tally.answer_days.values()),
}
# A rate, a duration or a sum says as much of a person as the count it is made of.
_RESTS_ON: dict[str, tuple[str, ...]] = {
    "workers": ("cases",),
    "rate": ("cases",),
    "settlement_rate": ("concluded", "settled"),
    "part": ("concluded",),
    **dict.fromkeys(
        ("median_days", "p90_days", "median_net_days", "p90_net_days", "share_15", "share_30"), ("settled",)
    ),
    "claimed_fen": ("cases",),
    "agreed_fen": ("concluded", "settled"),
    "paid_fen": ("concluded", "settled"),
    "received_fen": ("cases", "concluded", "settled"),
    "due_fen": ("due_count",),
    "on_time_rate": ("due_count",),
    "median_answer_days": ("answers",),
}
Marks = Mapping[str, str]


def marks_of(tallies: Sequence[Tally]) -> tuple[list[Marks], Marks]:
    """The marks per figure of each row and of their sum; a figure that is shown is missing. Rows have no case in common."""
    found: list[dict[str, str]] = [{} for _tally in tallies]
    total: dict[str, str] = {}
    _results(tallies, found, total)
    for code, count in _ALONE.items():
        column = small_cells.mask([[count(tally)] for tally in tallies], row_totals=False)
        if column.column_totals:
            _note(found, total, code, [row[0] for row in column.cells], column.column_totals[0])
    return [_with_what_rests_on(marks) for marks in found], _with_what_rests_on(total)


def _results(tallies: Sequence[Tally], found: list[dict[str, str]], total: dict[str, str]) -> None:
    """The marks of each result. What is an agreement in full or in part stands below all agreements, as their part."""
    names = sorted({name for tally in tallies for name in tally.outcomes})
    if not names:
        return
    if not any(tally.settled_in_part for tally in tallies):
        whole = small_cells.mask([[tally.outcomes.get(name, 0) for name in names] for tally in tallies])
        for at, name in enumerate(names):
            _note(found, total, _RESULTS.get(name, name), [row[at] for row in whole.cells], whole.column_totals[at])
        _note(found, total, "concluded", whole.row_totals, whole.grand_total)
        for marks in (*found, total):
            if "settled" in marks:
                marks["settled_in_full"] = marks["settled"]
        return
    rows = [*names, *_PARTS]
    parents = [*(None for _name in names), *(names.index("agreed") for _part in _PARTS)]
    counts = [[tally.outcomes.get(name, 0) for tally in tallies] for name in names]
    counts += [[count(tally) for tally in tallies] for count in _PARTS.values()]
    split = small_cells.mask(counts, parents=parents)
    for at, name in enumerate(rows):
        _note(found, total, _RESULTS.get(name, name), split.cells[at], split.row_totals[at])
    _note(found, total, "concluded", split.column_totals, split.grand_total)


def _note(found: list[dict[str, str]], total: dict[str, str], code: str, marks: Sequence[str], of_total: str) -> None:
    for place, mark in zip([*found, total], [*marks, of_total], strict=True):
        if mark != SHOWN:
            place[code] = mark


def _with_what_rests_on(marks: dict[str, str]) -> Marks:
    rest = {code: HIDDEN for code, bases in _RESTS_ON.items() if any(base in marks for base in bases)}
    return {**rest, **marks}
