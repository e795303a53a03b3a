"""Which figures stand beside each other: groups small enough to be read on a phone. Pure."""

from __future__ import annotations

from mediation.statistics.metrics import BY_CODE, COLUMNS, DEFINED, Measure
from mediation.statistics.metrics.measure import N_
from mediation.statistics.rates import RATE

PART = Measure(
    "part",
    N_("占比"),
    N_("以这种结果结束的案件数除以统计期内有结果的案件数。"),
    N_("以这种结果结束的案件"),
    N_("有结果的案件"),
    "settled_on",
    "share",
    lambda _tally: None,  # a part of other rows: the page divides
    (("concluded", "1"),),
)
ALL: dict[str, Measure] = {**BY_CODE, RATE.code: RATE}

GROUPS: dict[str, tuple[str, ...]] = {
    "overview": (
        "cases",
        "rate",
        "closed",
        "concluded",
        "settled",
        "settlement_rate",
        "median_days",
        "claimed_fen",
        "agreed_fen",
        "received_fen",
    ),
    "counts": (
        "cases",
        "rate",
        "consultations",
        "collective",
        "workers",
        "closed",
        "concluded",
        "settled",
        "settled_in_full",
        "settled_in_part",
        "settlement_rate",
        "failed",
        "withdrawn",
        "referred",
        "terminated",
    ),
    "days": ("settled", "median_days", "p90_days", "median_net_days", "p90_net_days", "share_15", "share_30"),
    "money": ("claimed_fen", "agreed_fen", "paid_fen", "received_fen"),
    "performance": ("due_count", "due_fen", "on_time_rate", "received_fen", "enforced"),
    "answer": ("cases", "median_answer_days"),
    "all": tuple(dict.fromkeys([*(one.code for one in COLUMNS), RATE.code, *(one.code for one in DEFINED)])),
}
OUTCOME_COLUMNS = ("concluded", "part")
TILES = (
    "cases",
    "closed",
    "concluded",
    "settled",
    "settlement_rate",
    "median_days",
    "median_net_days",
    "received_fen",
)

# What is drawn beside each group: figures of one unit.
CHARTED: dict[str, tuple[str, ...]] = {
    "overview": ("cases", "settled"),
    "counts": ("cases", "settled"),
    "days": ("median_days", "p90_days"),
    "money": ("claimed_fen", "agreed_fen", "received_fen"),
    "performance": ("on_time_rate",),
    "answer": ("median_answer_days",),
    "all": ("cases", "settled"),
}


def measure(code: str) -> Measure:
    """A measure of a column, the part of a result included."""
    return PART if code == PART.code else ALL[code]
