"""Rows of figures with their small counts hidden, attacked as a reader would."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from mediation.statistics import masking, metrics
from mediation.statistics.metrics import Tally
from mediation.statistics.small_cells import HIDDEN, SMALL, THRESHOLD

RESULTS = ("agreed", "failed", "withdrawn", "pending")
COUNTED = {"agreed": "settled", "failed": "failed", "withdrawn": "withdrawn"}
PARTS = ("settled_in_full", "settled_in_part")


@st.composite
def tallies(draw) -> Tally:
    outcomes = {name: draw(st.sampled_from((0, 0, 1, 2, 3, 5, 9))) for name in RESULTS}
    cases = draw(st.sampled_from((0, 1, 2, 3, 4, 12)))
    in_part = min(outcomes["agreed"], draw(st.sampled_from((0, 0, 1, 2, 4))))
    return Tally(
        cases=cases,
        workers=cases,
        claimed_fen=cases * 100,
        concluded=sum(outcomes.values()),
        settled=outcomes["agreed"],
        settled_in_part=in_part,
        outcomes=outcomes,
        days={7: outcomes["agreed"]} if outcomes["agreed"] else {},
    )


@given(st.lists(tallies(), min_size=1, max_size=6))
@settings(deadline=None)
def test_nothing_small_is_shown_and_nothing_is_made_of_it(rows):
    found, total = masking.marks_of(rows)
    for tally, marks in [*zip(rows, found, strict=True), (metrics.total(rows), total)]:
        counts = {"cases": tally.cases, "workers": tally.workers, "concluded": tally.concluded} | {
            code: tally.outcomes.get(name, 0) for name, code in COUNTED.items()
        }
        counts |= {"settled_in_part": tally.settled_in_part, "settled_in_full": tally.settled - tally.settled_in_part}
        for code, count in counts.items():
            assert not 0 < count < THRESHOLD or code in marks
            assert marks.get(code) != SMALL or count < THRESHOLD
        assert "cases" not in marks or {"claimed_fen", "rate", "workers"} <= marks.keys()
        assert "settled" not in marks or {"settlement_rate", "median_days", "share_15", "agreed_fen"} <= marks.keys()


@given(st.lists(tallies(), min_size=1, max_size=6))
@settings(deadline=None)
def test_no_total_less_what_is_shown_gives_one_row_away(rows):
    found, total = masking.marks_of(rows)
    for code in ("cases", *COUNTED.values(), *PARTS, "concluded"):
        hidden = [at for at, marks in enumerate(found) if code in marks]
        assert len(hidden) != 1 or code in total


def test_results_that_add_up_are_hidden_together():
    # Six concluded, five of them agreed: the one that failed would follow.
    small = Tally(concluded=6, settled=5, outcomes={"agreed": 5, "failed": 1})
    large = replace(small, concluded=40, settled=30, outcomes={"agreed": 30, "failed": 10})
    (marks, other), total = masking.marks_of([small, large])
    assert marks["failed"] == SMALL and {"settled", "concluded"} & marks.keys()
    assert other["failed"] == HIDDEN and not {"settled", "failed", "concluded"} & total.keys()
    assert masking.marks_of([]) == ([], {})


@given(st.lists(tallies(), min_size=1, max_size=5))
@settings(deadline=None)
def test_an_agreement_in_part_does_not_follow_from_the_others(rows):
    found, total = masking.marks_of(rows)
    for marks in (*found, total):
        assert len({"settled", *PARTS} & marks.keys()) != 1


def test_agreements_in_full_and_in_part_are_hidden_together():
    # Nine agreed, eight of them in full: the one in part would follow.
    small = Tally(concluded=14, settled=9, settled_in_part=1, outcomes={"agreed": 9, "failed": 5})
    large = Tally(concluded=60, settled=40, settled_in_part=10, outcomes={"agreed": 40, "failed": 20})
    (marks, other), total = masking.marks_of([small, large])
    assert marks["settled_in_part"] == SMALL and marks["settled_in_full"] == HIDDEN
    assert other["settled_in_part"] == HIDDEN and "settled_in_part" not in total
    # Nobody agreed on a part: all agreements are in full, and hidden as they are.
    (marks,), _total = masking.marks_of([replace(small, settled=2, settled_in_part=0, outcomes={"agreed": 2})])
    assert marks["settled_in_full"] == marks["settled"] == SMALL and "settled_in_part" not in marks
