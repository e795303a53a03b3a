"""What each figure means and how it is counted: one definition and one pure function per figure.

The databases group, this module adds up: a ``Tally`` holds the sums of any set of cases, tallies of parts add up to the
tally of the whole (companies to their headquarters), and every figure is a function of one tally. Money is integer fen,
a rate a fraction from 0 to 1, a duration a number of civil days.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from mediation.statistics.period import Period

N_ = str  # marks a text for the catalogue; whoever shows it translates it
MEDIAN, NINETIETH = Fraction(1, 2), Fraction(9, 10)
Value = int | float | None
K = TypeVar("K", bound=Hashable)


class ReceivedRow(NamedTuple):
    """Cases received in the period under one key; consultations are counted apart and claim nothing."""

    key: Hashable
    cases: int
    consultations: int
    claimed_fen: int | None


class ResultRow(NamedTuple):
    """Cases whose result stood in the period under one key. ``days``: gross days to the agreement → cases.

    ``paused``: (gross days, net days) → cases, of those that waited for others; they are among ``days``, too.
    """

    key: Hashable
    concluded: int
    settled: int
    days: Mapping[int, int]
    agreed_fen: int | None
    paid_fen: int | None
    paused: Mapping[tuple[int, int], int] = MappingProxyType({})


class ClosedRow(NamedTuple):
    """Cases closed in the period under one key."""

    key: Hashable
    cases: int


@dataclass(frozen=True)
class Tally:
    """The sums of a set of cases. ``days`` counts settled cases by the gross days they took.

    ``paused`` counts those of them that were paused by gross and net days: few, so that net days are made from it.
    """

    cases: int = 0
    consultations: int = 0
    closed: int = 0
    concluded: int = 0
    settled: int = 0
    claimed_fen: int = 0
    agreed_fen: int = 0
    paid_fen: int = 0
    days: Mapping[int, int] = field(default_factory=dict)
    paused: Mapping[tuple[int, int], int] = field(default_factory=dict)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            cases=self.cases + other.cases,
            consultations=self.consultations + other.consultations,
            closed=self.closed + other.closed,
            concluded=self.concluded + other.concluded,
            settled=self.settled + other.settled,
            claimed_fen=self.claimed_fen + other.claimed_fen,
            agreed_fen=self.agreed_fen + other.agreed_fen,
            paid_fen=self.paid_fen + other.paid_fen,
            days=_together(self.days, other.days),
            paused=_together(self.paused, other.paused),
        )


def _together(one: Mapping[K, int], other: Mapping[K, int]) -> Mapping[K, int]:
    return dict(Counter(one) + Counter(other)) if one and other else one or other


def total(tallies: Iterable[Tally]) -> Tally:
    """The tally of all cases of some tallies that have none in common."""
    return sum(tallies, Tally())


def tallies(
    received: Iterable[ReceivedRow], results: Iterable[ResultRow], closed: Iterable[ClosedRow]
) -> dict[Hashable, Tally]:
    """One tally per key out of the grouped rows of the three dates that figures count by."""
    sums: dict[Hashable, list[int]] = defaultdict(lambda: [0] * len(_SUMS))
    days: dict[Hashable, Counter[int]] = defaultdict(Counter)
    paused: dict[Hashable, Counter[tuple[int, int]]] = defaultdict(Counter)
    for row in received:
        _add(sums[row.key], 0, row.cases, row.consultations, row.claimed_fen)
    for result in results:
        _add(sums[result.key], 3, result.concluded, result.settled, result.agreed_fen, result.paid_fen)
        days[result.key].update(result.days)
        if result.paused:
            paused[result.key].update(result.paused)
    for end in closed:
        _add(sums[end.key], 7, end.cases)
    return {
        key: Tally(
            **dict(zip(_SUMS, found, strict=True)), days=_counted(days.get(key, {})), paused=dict(paused.get(key, {}))
        )
        for key, found in sums.items()
    }


_SUMS = ("cases", "consultations", "claimed_fen", "concluded", "settled", "agreed_fen", "paid_fen", "closed")


def _add(sums: list[int], at: int, *values: int | None) -> None:
    for place, value in enumerate(values, at):
        sums[place] += int(value or 0)


def _counted(days: Mapping[int, int]) -> dict[int, int]:
    # A result dated before its receipt is a slip of the register: it counts, but it took no number of days.
    return {day: count for day, count in days.items() if day >= 0 and count}


def net_days(tally: Tally) -> Mapping[int, int]:
    """Settled cases by the days they took without those of their pauses."""
    if not tally.paused:
        return tally.days
    days = Counter(tally.days)
    for (gross, net), count in tally.paused.items():
        days[gross] -= count
        days[net] += count
    return _counted(days)


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


def settlement_rate(tally: Tally) -> float | None:
    """Agreements reached ÷ cases that ended with a result (law.md 5.3); None where none has ended."""
    return tally.settled / tally.concluded if tally.concluded else None


@dataclass(frozen=True)
class Measure:
    """One figure: what it is called, what it means in one sentence, and the function that makes it.

    ``counts_by`` names the date of the case that decides on the period, ``unit`` is case, day, fen or share.
    ``filters`` are the further arguments of the case list that holds exactly the cases of the denominator (or, for a
    figure without one, of the figure itself).
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


_DISPUTES = (("disputes", "1"),)
_CONCLUDED = (("concluded", "1"),)
_SETTLED = (("concluded", "1"), ("outcome", "agreed"))

MEASURES: tuple[Measure, ...] = (
    Measure(
        "cases",
        N_("收案"),
        N_("登记日在统计期内的案件数；一案有多名申请人的计一件，咨询另计。"),
        N_("登记日在统计期内的案件（不含咨询）"),
        None,
        "received_on",
        "case",
        lambda tally: tally.cases,
        _DISPUTES,
    ),
    Measure(
        "consultations",
        N_("咨询"),
        N_("登记日在统计期内、只提供咨询意见而没有进入调解的件数。"),
        N_("登记日在统计期内的咨询"),
        None,
        "received_on",
        "case",
        lambda tally: tally.consultations,
        (("track", "consult"),),
    ),
    Measure(
        "closed",
        N_("结案"),
        N_("结案日在统计期内的案件数（案卷手续办完之日，达成协议的一般在履行完毕之后），咨询另计。"),
        N_("结案日在统计期内的案件（不含咨询）"),
        None,
        "closed_on",
        "case",
        lambda tally: tally.closed,
        _DISPUTES,
    ),
    Measure(
        "concluded",
        N_("有结果"),
        N_(
            "在统计期内有了结果的案件数：达成协议、调解不成、撤回、终止、移送，导入的案件按其登记的结果；不予受理、咨询和结果不明的不计。"
        ),
        N_("结果成立之日在统计期内的案件（不予受理、咨询和结果不明的不计）"),
        None,
        "settled_on",
        "case",
        lambda tally: tally.concluded,
        _CONCLUDED,
    ),
    Measure(
        "settled",
        N_("达成协议"),
        N_("在统计期内达成调解协议的案件数，按协议生效之日计（导入的案件按登记的结案日）；不论协议是否已经履行完毕。"),
        N_("协议生效之日在统计期内的案件"),
        None,
        "settled_on",
        "case",
        lambda tally: tally.settled,
        _SETTLED,
    ),
    Measure(
        "settlement_rate",
        N_("调解成功率"),
        N_("达成协议的案件数除以有结果的案件数，两者都按结果成立之日计；不予受理、咨询和结果不明的不计入分母。"),
        N_("达成协议的案件"),
        N_("有结果的案件"),
        "settled_on",
        "share",
        settlement_rate,
        _CONCLUDED,
    ),
    Measure(
        "median_days",
        N_("总天数（中位数）"),
        N_(
            "协议生效之日在统计期内的案件从登记日（重新打开的，从重新打开之日）到协议生效日的自然日总天数的中位数，暂停的天数计算在内：一半案件不超过这个天数；没有登记生效日的导入案件不计天数。"
        ),
        N_("达成协议的案件的总天数，含暂停"),
        N_("达成协议的案件"),
        "settled_on",
        "day",
        lambda tally: percentile(tally.days, MEDIAN),
        _SETTLED,
    ),
    Measure(
        "p90_days",
        N_("总天数（九成）"),
        N_(
            "协议生效之日在统计期内的案件从登记日（重新打开的，从重新打开之日）到协议生效日的自然日总天数的第90百分位数，暂停的天数计算在内：九成案件不超过这个天数，相邻两值之间按线性内插；没有登记生效日的导入案件不计天数。"
        ),
        N_("达成协议的案件的总天数，含暂停"),
        N_("达成协议的案件"),
        "settled_on",
        "day",
        lambda tally: percentile(tally.days, NINETIETH),
        _SETTLED,
    ),
    Measure(
        "median_net_days",
        N_("净天数（中位数）"),
        N_(
            "协议生效之日在统计期内的案件的净天数的中位数：总天数减去其间暂停办理（等待鉴定、其他机关结论等）的天数；没有登记生效日的导入案件不计天数。"
        ),
        N_("达成协议的案件的净天数，不含暂停"),
        N_("达成协议的案件"),
        "settled_on",
        "day",
        lambda tally: percentile(net_days(tally), MEDIAN),
        _SETTLED,
    ),
    Measure(
        "p90_net_days",
        N_("净天数（九成）"),
        N_(
            "协议生效之日在统计期内的案件的净天数的第90百分位数：总天数减去其间暂停办理的天数，相邻两值之间按线性内插；没有登记生效日的导入案件不计天数。"
        ),
        N_("达成协议的案件的净天数，不含暂停"),
        N_("达成协议的案件"),
        "settled_on",
        "day",
        lambda tally: percentile(net_days(tally), NINETIETH),
        _SETTLED,
    ),
    Measure(
        "claimed_fen",
        N_("请求金额"),
        N_("统计期内收案的请求金额合计；没有写明金额的请求不计。"),
        N_("登记日在统计期内的案件的请求金额"),
        None,
        "received_on",
        "fen",
        lambda tally: tally.claimed_fen,
        _DISPUTES,
    ),
    Measure(
        "agreed_fen",
        N_("协议金额"),
        N_("统计期内结束调解的案件的协议金额合计，按结果成立之日计；导入的台账中登记的裁决金额一并计入。"),
        N_("结果成立之日在统计期内的案件的协议金额"),
        None,
        "settled_on",
        "fen",
        lambda tally: tally.agreed_fen,
        _DISPUTES,
    ),
    Measure(
        "paid_fen",
        N_("已履行金额"),
        N_("统计期内结束调解的案件到统计时为止已经履行的金额合计，不论何时付款。"),
        N_("结果成立之日在统计期内的案件的已履行金额"),
        None,
        "settled_on",
        "fen",
        lambda tally: tally.paid_fen,
        _DISPUTES,
    ),
)
DAYS_COUNTED = N_("总天数含暂停，净天数不含暂停，都按协议生效之日计入统计期；重新打开的案件从重新打开之日起另算一段")
BY_CODE: dict[str, Measure] = {measure.code: measure for measure in MEASURES}

# Not a function of a tally, since it counts payments and not cases; the definition stands with the others all the same.
RECEIVED_MONEY = Measure(
    "received_fen",
    N_("到账金额"),
    N_("付款日在统计期内的履行款合计，不论案件何时登记、何时达成协议；没有付款记录的导入案件不计。"),
    N_("付款日在统计期内的付款"),
    None,
    "paid_on",
    "fen",
    lambda _tally: None,
)
DEFINED: tuple[Measure, ...] = (*MEASURES, RECEIVED_MONEY)

# What the list of cases calls the two ends of a period, by the date that a figure counts by.
_DATES = {"received_on": "received", "settled_on": "settled", "closed_on": "closed", "paid_on": "paid"}
_DIMENSIONS = frozenset({"main_company", "direct", "station", "cause", "track"})


def drill(measure: Measure, period: Period, dimensions: Mapping[str, object] | None = None) -> dict[str, str]:
    """The arguments of the case list that shows exactly the cases behind a figure.

    ``dimensions`` narrows it: main_company (its subtree; 0 for none), direct (only that company itself), station
    (0 for none), cause (main or full code), track. Raises ValueError for any other.
    """
    given = {name: value for name, value in (dimensions or {}).items() if value is not None and value is not False}
    if unknown := set(given) - _DIMENSIONS:
        raise ValueError(f"no such dimension: {sorted(unknown)}")
    name = _DATES[measure.counts_by]
    ends = {f"{name}_from": period.first.isoformat(), f"{name}_to": period.last.isoformat()}
    return ends | dict(measure.filters) | {key: "1" if value is True else str(value) for key, value in given.items()}


def figures(tally: Tally) -> dict[str, Value]:
    """Every figure of a tally by its code."""
    return {measure.code: measure.value(tally) for measure in MEASURES}
