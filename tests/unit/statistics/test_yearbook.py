"""The yearbook's layout out of counts by cause."""

from __future__ import annotations

from mediation.committees.categories import BY_CODE, YEARBOOK_CAUSES
from mediation.statistics import yearbook
from mediation.statistics.metrics import Movement, Tally
from mediation.statistics.yearbook import Counted

CAUSES = {code: seed.yearbook_cause for code, seed in BY_CODE.items()}
TYPES = {code: seed.pm_type for code, seed in BY_CODE.items()}


def test_the_causes_are_those_of_the_categories():
    assert tuple(yearbook.CAUSES) == YEARBOOK_CAUSES


def test_branches_go_to_their_column_and_the_columns_add_up():
    counted = [
        Counted("wage.arrears", received=5, collective=1, collective_workers=12, by_workers=5, workers=16),
        Counted("leave.annual", received=2, by_workers=1, workers=2),
        Counted("contract.termination", received=3, by_workers=3, workers=3),
        Counted("of.another.time", received=1, workers=1),
        Counted("wage.arrears", closed_agreed=4),
    ]
    lines = {line.key: line for line in yearbook.table(counted, CAUSES, Movement(7, 11, 1, 6, 13))}
    assert [lines[f"cause.{at}"].value for at in range(5)] == [7, 0, 0, 3, 1]
    assert sum(lines[f"cause.{at}"].value for at in range(5)) == lines["received"].value
    assert (lines["collective"].value, lines["collective_workers"].value, lines["workers"].value) == (1, 12, 22)
    assert lines["by_workers"].value == 9
    assert (lines["closed"].value, lines["closed_agreed"].value, lines["closed_other"].value) == (6, 4, 2)
    assert (lines["open_before"].value, lines["reopened"].value, lines["open_after"].value) == (7, 1, 13)
    assert Movement(7, 11, 1, 6, 13).difference == 0
    assert lines["workers"].unit == "person"


def test_the_peoples_table_has_every_type_and_a_sum():
    tallies = {
        "wage.arrears": Tally(cases=4, concluded=3, settled=2, agreed_fen=500),
        "freight.arrears": Tally(cases=1, concluded=1, settled=1, agreed_fen=70),
    }
    *lines, total = yearbook.peoples_table(tallies, TYPES, ["劳动争议", "合同", "其他"])
    assert [(line.type, line.received, line.agreed) for line in lines] == [
        ("劳动争议", 4, 2),
        ("合同", 1, 1),
        ("其他", 0, 0),
    ]
    assert (total.received, total.concluded, total.agreed, total.agreed_fen) == (5, 4, 3, 570)
    assert total.rate == 0.75
    assert lines[2].rate is None
