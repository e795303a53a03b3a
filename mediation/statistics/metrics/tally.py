"""The sums that figures are made of: a ``Tally`` holds those of any set of cases, and parts add up to the whole.

The databases group, this module adds up. Money is integer fen, a duration a number of civil days.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import Any, TypeAlias

MEDIAN, NINETIETH = Fraction(1, 2), Fraction(9, 10)
Sums: TypeAlias = Mapping[str, Any]  # field of a tally → number (None: 0) or histogram (value → count)
Part: TypeAlias = tuple[Hashable, Sums]


@dataclass(frozen=True)
class Tally:
    """The sums of a set of cases in a period. Each counts by one date of its own; consultations are no cases.

    By receipt: ``cases``, ``consultations``, ``collective`` cases, ``workers`` (persons involved: the headcount, else
    one), ``claimed_fen``. By the day the result stood: ``concluded``, ``outcomes`` (result → concluded cases),
    ``settled`` and, of these with an agreement on a part of the requests, ``settled_in_part``, ``days`` (gross days →
    settled cases), ``paused`` ((gross, net days) → those of them that waited for others: few, so that net days are made
    from it), ``agreed_fen``, ``paid_fen``. By closing: ``closed``. By payment:
    ``received_fen``. By the due day of instalments whose due day is over: ``due_count``, ``due_fen`` and, of these paid
    in full by that day, ``on_time_count``, ``on_time_fen``. By application: ``enforced`` (steps towards legal force).
    By the company's first answer: ``answer_days`` (days since it was told → cases).

    For the yearbook alone, and 0 in all other tallies: by receipt ``collective_workers`` (persons in collective cases) and
    ``by_workers`` (cases whose first applicant is a person), by closing ``closed_agreed`` (with an agreement).
    """

    cases: int = 0
    consultations: int = 0
    collective: int = 0
    workers: int = 0
    claimed_fen: int = 0
    concluded: int = 0
    settled: int = 0
    settled_in_part: int = 0
    agreed_fen: int = 0
    paid_fen: int = 0
    closed: int = 0
    received_fen: int = 0
    due_count: int = 0
    due_fen: int = 0
    on_time_count: int = 0
    on_time_fen: int = 0
    enforced: int = 0
    collective_workers: int = 0
    by_workers: int = 0
    closed_agreed: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    days: Mapping[int, int] = field(default_factory=dict)
    paused: Mapping[tuple[int, int], int] = field(default_factory=dict)
    answer_days: Mapping[int, int] = field(default_factory=dict)

    def __add__(self, other: Tally) -> Tally:
        return total((self, other))


HISTOGRAMS = ("outcomes", "days", "paused", "answer_days")
SUMS = tuple(one.name for one in fields(Tally) if one.name not in HISTOGRAMS)


def tallies(parts: Iterable[Part]) -> dict[Any, Tally]:
    """One tally per key out of parts: (key, the sums that one pass over the cases gave it).

    A part may take away what another one gave (a case that took other days than its dates say).
    """
    found: dict[Hashable, dict[str, Any]] = defaultdict(dict)
    for key, part in parts:
        whole = found[key]
        for name, value in part.items():
            if not value:
                continue
            if name in HISTOGRAMS:
                if name not in whole:
                    whole[name] = defaultdict(int, value)
                    continue
                counts = whole[name]
                for one, count in value.items():
                    counts[one] += count
            else:
                whole[name] = whole.get(name, 0) + int(value)
    for whole in found.values():
        for name in HISTOGRAMS:
            if name in whole:
                whole[name] = counted(whole[name])
    return {key: Tally(**whole) for key, whole in found.items()}


def total(found: Iterable[Tally]) -> Tally:
    """The tally of all cases of some tallies that have none in common."""
    return tallies([("", {}), *(("", vars(one)) for one in found)])[""]


def counted(histogram: Mapping[Any, int]) -> dict[Any, int]:
    """A histogram without what nobody has. A result dated before its receipt is a slip of the register: it counts as a
    case, but it took no number of days."""
    # A database may add up to a decimal.
    return {one: int(count) for one, count in histogram.items() if count and not (isinstance(one, int) and one < 0)}


def net_days(tally: Tally) -> Mapping[int, int]:
    """Settled cases by the days they took without those of their pauses."""
    if not tally.paused:
        return tally.days
    days = Counter(tally.days)
    for (gross, net), count in tally.paused.items():
        days[gross] -= count
        days[net] += count
    return counted(days)


def percentile(days: Mapping[int, int], share: Fraction) -> float | None:
    """The percentile of a histogram (value → count), by linear interpolation between the neighbours.

    The rank is ``share · (n - 1)``, as PERCENTILE.INC of spreadsheets and ``percentile_cont`` of SQL have it, in exact
    fractions; so every engine and every way of grouping gives the same number. None for an empty histogram.
    """
    count = sum(days.values())
    if not count:
        return None
    rank = share * (count - 1)
    low = int(rank)
    ordered = sorted(days.items())
    below, above = _at(ordered, low), _at(ordered, min(low + 1, count - 1))
    return float(below + (rank - low) * (above - below))


def _at(ordered: Iterable[tuple[int, int]], position: int) -> int:
    for value, count in ordered:
        position -= count
        if position < 0:
            return value
    raise IndexError(position)


def share_within(days: Mapping[int, int], most: int) -> float | None:
    """The part of a histogram that took at most so many days; None for an empty one."""
    count = sum(days.values())
    return sum(cases for one, cases in days.items() if one <= most) / count if count else None
