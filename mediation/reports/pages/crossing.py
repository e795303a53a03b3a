"""Which companies and causes a month shows by name, and which of their counts are hidden (law.md 5.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mediation.reports.frozen import Cell
from mediation.reports.look import Look
from mediation.statistics import masking, metrics, queries, small_cells
from mediation.statistics.masking import Marks
from mediation.statistics.metrics import Tally
from mediation.statistics.queries import month as month_queries
from mediation.statistics.small_cells import Masked

MOST_COMPANIES = 24
NO_COMPANY = "（未记公司）"
REST = "rest"  # the key of the line of all other companies
Key = int | str | None


@dataclass(frozen=True)
class Crossing:
    """The companies of a month, those with most cases first, all others in one line, against the main causes.

    Page 4 (companies) and page 5 (causes × companies) publish the same totals, so both take their marks from here. A
    part for a company hides nothing: it may see each of its cases.
    """

    look: Look

    @cached_property
    def tallies(self) -> dict[Key, Tally]:
        """Tallies per line."""
        found = self.look.companies
        order = sorted(found, key=lambda key: (key is None, *_weight(found[key]), key or 0))
        if len(order) <= MOST_COMPANIES:
            return {key: found[key] for key in order}
        shown = order[: MOST_COMPANIES - 1]
        rest = [key for key in order if key not in set(shown)]
        return {**{key: found[key] for key in shown}, REST: metrics.total(found[key] for key in rest)}

    @cached_property
    def order(self) -> list[int]:
        """The places of the lines as they are shown: by the counts that are shown, then those that are hidden by their
        key. So the place of a line tells no hidden count."""
        marks = self.marks.row_totals
        keys, tallies = list(self.tallies), list(self.tallies.values())

        def weight(at: int) -> tuple[bool, bool, bool, int, int]:
            key, number = keys[at], keys[at] if isinstance(keys[at], int) else 0
            return key == REST, key is None, bool(marks[at]), 0 if marks[at] else -tallies[at].cases, int(number or 0)

        return sorted(range(len(keys)), key=weight)

    @cached_property
    def names(self) -> dict[Key, str]:
        """The name of each line."""
        company = self.look.company
        known = queries.company_names(key for key in self.tallies if isinstance(key, int))
        rest = len(self.look.companies) - len(self.tallies) + 1
        nameless = f"{company.name}（本级）" if company else NO_COMPANY
        names: dict[Key, str] = {None: nameless, REST: f"其余{rest}家"}
        names.update(known.items())
        return names

    @cached_property
    def counts(self) -> dict[Key, Counter[str]]:
        """New cases per line and main cause."""
        return self._counts(self.look)

    def _counts(self, look: Look) -> dict[Key, Counter[str]]:
        found = month_queries.by_company_and_cause(look.actor, look.period, look.scope, below=look.company)
        counts: dict[Key, Counter[str]] = {key: Counter() for key in self.tallies}
        for (company, cause), count in found.items():
            line: Key = company if company in counts else REST
            counts.setdefault(line, Counter())[cause] += count
        return counts

    @cached_property
    def causes(self) -> list[str]:
        """The main causes with a case, the most first."""
        return [code for code, _count in sorted(self.sums.items(), key=lambda one: (-one[1], one[0]))]

    @cached_property
    def columns(self) -> list[int]:
        """The places of the causes as they are shown, in the same way."""
        marks, sums = self.marks.column_totals, self.sums
        return sorted(
            range(len(self.causes)),
            key=lambda at: (bool(marks[at]), 0 if marks[at] else -sums[self.causes[at]], self.causes[at]),
        )

    @cached_property
    def sums(self) -> Counter[str]:
        """New cases per main cause."""
        sums: Counter[str] = Counter()
        for counts in self.counts.values():
            sums.update(counts)
        return sums

    @cached_property
    def marks(self) -> Masked:
        """What is hidden of the crossed table and its totals."""
        rows = [[self.counts[key][cause] for cause in self.causes] for key in self.tallies]
        threshold = small_cells.THRESHOLD if self.look.company is None else 1
        return small_cells.mask(rows, threshold=threshold)

    def marks_of(self, tallies: Sequence[Tally]) -> tuple[list[Marks], Marks]:
        """What is hidden of the results of some lines and of their sum."""
        return masking.marks_of(tallies) if self.look.company is None else ([{} for _tally in tallies], {})

    def before(self, look: Look) -> dict[Key, Counter[str]]:
        """The counts of another month by the lines of this one."""
        return self._counts(look)


def marked(mark: str, value: Cell) -> Cell:
    """A count, or the mark that stands in its place."""
    return mark or value


def cells_of(figures: Mapping[str, Any], codes: Sequence[str], cases: str, marks: Marks) -> list[Cell]:
    """Figures of a line: counts or their marks, and what is made of a hidden count not at all.

    ``cases`` is the mark of the crossed table, which shows the same number; ``marks`` has those of the results.
    """
    hidden = {code: mark for code, mark in marks.items() if code in ("concluded", "settled")} | (
        {"cases": cases} if cases else {}
    )
    return [
        hidden.get(code) or (None if hidden.keys() & _RESTS_ON.get(code, set()) else figures[code]) for code in codes
    ]


_RESTS_ON = {
    "rate": {"cases"},
    "claimed_fen": {"cases"},
    "settlement_rate": {"concluded", "settled"},
    "median_days": {"settled"},
    "agreed_fen": {"concluded", "settled"},
    "received_fen": {"cases", "concluded", "settled"},
}


def _weight(tally: Tally) -> tuple[int, int, int]:
    return -tally.cases, -tally.concluded, -tally.closed


def dims_of(key: Key, *, is_part: bool, look: Look) -> Mapping[str, object] | None:
    """The dimensions of the list behind a line; None for the line of the rest, which no list holds."""
    if key == REST:
        return None
    if is_part and key is None:
        assert look.company is not None
        return {"main_company": look.company.id, "direct": 1}
    return {"main_company": key or 0}
