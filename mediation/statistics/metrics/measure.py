"""What a figure consists of, and the functions that make a rate of a tally."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mediation.statistics.metrics.tally import Tally, share_within

N_ = str  # marks a text for the catalogue; whoever shows it translates it
Value = int | float | None


@dataclass(frozen=True)
class Measure:
    """One figure: what it is called, what it means in one sentence, and the function that makes it.

    ``counts_by`` names the date that decides on the period, ``unit`` is case, person, item, day, fen or share.
    ``filters`` are the further arguments of the case list that holds exactly the cases of the denominator (or, for a
    figure without one, of the figure itself); ``numerator_filters`` those of the numerator, where that has a list.
    """

    code: str
    label: str
    definition: str
    numerator: str
    denominator: str | None
    counts_by: str
    unit: str
    value: Callable[[Tally], Value]
    filters: tuple[tuple[str, str], ...] = ()
    numerator_filters: tuple[tuple[str, str], ...] | None = None


def settlement_rate(tally: Tally) -> float | None:
    """Agreements reached ÷ cases that ended with a result (law.md 5.3); None where none has ended."""
    return tally.settled / tally.concluded if tally.concluded else None


def within(most: int) -> Callable[[Tally], Value]:
    """The function that tells which part of the settled cases whose days are known took at most so many."""
    return lambda tally: share_within(tally.days, most)


def ended_as(outcome: str) -> Callable[[Tally], Value]:
    """The function that counts the concluded cases with a result."""
    return lambda tally: tally.outcomes.get(outcome, 0)


def on_time_rate(tally: Tally) -> float | None:
    """Instalments paid in full by their day ÷ instalments whose day is over; None where none was due."""
    return tally.on_time_count / tally.due_count if tally.due_count else None
