"""The figures of a period in the layout of the labour-dispute yearbook and of the 人民调解 statistics (law.md 5.2). Pure.

Which cause and which type a case counts under is the administrator's table of categories. Columns that only arbitration
knows (裁决, who won) stay out: a mediation has neither. Nothing is hidden, the figures are for those above.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mediation.statistics import metrics
from mediation.statistics.metrics import Movement, Tally

N_ = str  # marks a text for the catalogue
# The causes as the table of categories names them, and their lines.
CAUSES = {
    "劳动报酬": N_("按争议原因：劳动报酬"),
    "社会保险": N_("按争议原因：社会保险"),
    "变更劳动合同": N_("按争议原因：变更劳动合同"),
    "解除/终止劳动合同": N_("按争议原因：解除/终止劳动合同"),
    "其他": N_("按争议原因：其他"),
}
REST = "其他"
# The tracks that are labour disputes (law.md 1.1); the others are counted by the 人民调解 table alone.
TRACKS = ("labour", "new_form")


@dataclass(frozen=True)
class Counted:
    """The labour disputes of one cause (a full category code) in a period: received, and closed by result."""

    code: str
    received: int = 0
    collective: int = 0
    collective_workers: int = 0
    by_workers: int = 0
    workers: int = 0
    closed_agreed: int = 0


@dataclass(frozen=True)
class Line:
    """One line: ``level`` 0 stands for itself, 1 is a part of the line above it. ``unit`` is case or person."""

    key: str
    label: str
    unit: str
    value: int
    level: int = 0


def table(counted: Iterable[Counted], causes: Mapping[str, str], moved: Movement) -> tuple[Line, ...]:
    """The yearbook's lines: left over, received (collective, by workers, workers, by cause), closed by way, open.

    ``causes`` is the yearbook cause per category code; an unknown one counts under the rest. What was closed without an
    agreement is the rest of all that was closed.
    """
    rows = list(counted)
    by_cause: Counter[str] = Counter()
    for row in rows:
        cause = causes.get(row.code, REST)
        by_cause[cause if cause in CAUSES else REST] += row.received
    agreed = sum(row.closed_agreed for row in rows)
    return (
        Line("open_before", N_("上期未结案件数"), "case", moved.open_before),
        Line("received", N_("当期受理案件数"), "case", moved.received),
        Line("collective", N_("其中：集体争议"), "case", sum(row.collective for row in rows), 1),
        Line("collective_workers", N_("集体争议劳动者人数"), "person", sum(row.collective_workers for row in rows), 1),
        Line("by_workers", N_("其中：劳动者申诉"), "case", sum(row.by_workers for row in rows), 1),
        Line("workers", N_("涉及劳动者人数"), "person", sum(row.workers for row in rows), 1),
        *(Line(f"cause.{at}", CAUSES[cause], "case", by_cause[cause], 1) for at, cause in enumerate(CAUSES)),
        Line("reopened", N_("当期重新打开案件数"), "case", moved.reopened),
        Line("closed", N_("当期结案案件数"), "case", moved.closed),
        Line("closed_agreed", N_("按处理方式：调解"), "case", agreed, 1),
        Line("closed_other", N_("按处理方式：其他"), "case", moved.closed - agreed, 1),
        Line("open_after", N_("期末未结案件数"), "case", moved.open_after),
    )


@dataclass(frozen=True)
class PeoplesLine:
    """One type of the 人民调解 statistics: accepted, concluded, agreed (cases), the rate and the sum agreed."""

    type: str
    received: int
    concluded: int
    agreed: int
    rate: float | None
    agreed_fen: int


def peoples_table(
    tallies: Mapping[str, Tally], types: Mapping[str, str], order: Sequence[str]
) -> tuple[PeoplesLine, ...]:
    """Tallies by category code as lines by 人民调解 type, in ``order`` and with zeros, the sum of all last."""
    parts: dict[str, list[Tally]] = {one: [] for one in order}
    for code, tally in tallies.items():
        parts.setdefault(types.get(code, REST), []).append(tally)
    lines = [(one, metrics.total(found)) for one, found in parts.items()]
    lines.append((N_("合计"), metrics.total(tally for _type, tally in lines)))
    return tuple(
        PeoplesLine(one, tally.cases, tally.concluded, tally.settled, metrics.settlement_rate(tally), tally.agreed_fen)
        for one, tally in lines
    )
