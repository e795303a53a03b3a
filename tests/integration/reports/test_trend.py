"""The table of the month's signals: the weightiest first, and no more lines than a reader takes in."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from mediation.companies.models import Company
from mediation.reports.pages import trend
from mediation.statistics.models import Signal
from mediation.statistics.period import month
from mediation.statistics.signals.reported import by_weight

COMPANY = Company(id=1, name="云岫速运集团有限公司")
LOOK = SimpleNamespace(actor=None, period=month("2026-11"))


pytestmark = pytest.mark.usefixtures("context")


def signals(kind: str, *cases: int, start: int = 1) -> list[tuple[Signal, Company]]:
    """Signals of a kind with so many cases each."""
    days = {"from_on": date(2026, 11, 2), "found_on": date(2026, 11, 20)}
    more = {"workers": 12, "until": "2026-11-19", "days": 90, "expected": 2.0, "value": 6.0, "limit": 5.0, "mean": 0.4}
    more |= {"history_weeks": 100, "history_cases": 40, "row": 3}
    return [
        (Signal(id=start + at, kind=kind, cause="wage", data=more | {"cases": count}, **days), COMPANY)
        for at, count in enumerate(cases)
    ]


@pytest.fixture
def listed(monkeypatch):
    """The rows of the table of some signals."""

    def _listed(found):
        by_key = {signal.id: (signal, company) for signal, company in found}
        monkeypatch.setattr(trend, "whole", lambda _actor, keys: [by_key[key] for key in keys])
        brief = [SimpleNamespace(id=one.id, kind=one.kind, cases=one.data["cases"]) for one, _company in found]
        return trend._listed(LOOK, by_weight(brief))["rows"]

    return _listed


def test_what_no_history_explains_stands_before_what_was_merely_counted(listed):
    found = signals("repeat", 3, 9) + signals("collective", 2, start=10) + signals("cusum", 4, start=20)
    assert [row["key"] for row in listed(found)] == ["20", "10", "2", "1"]


def test_a_line_says_how_many_more_there_are_and_leads_to_them(listed):
    found = signals("repeat", *range(3, 40)) + signals("collective", 2, start=100)
    rows = listed(found)
    assert len(rows) == trend.MOST_SIGNALS + 1 and rows[0]["key"] == "100"
    last = rows[-1]
    assert last["cells"][0] == "其余8条" and last["path"] == "/signals/?month=2026-11"
    assert last["cells"][-1].startswith("同类案件多发8条")
    assert {row["key"] for row in rows[1:-1]} == {str(key) for key in range(9, 38)}, "the fewest are left out"


def test_one_line_too_many_is_printed_itself(listed):
    rows = listed(signals("repeat", *range(3, 3 + trend.MOST_SIGNALS + 1)))
    assert len(rows) == trend.MOST_SIGNALS + 1 and "rest" not in {row["key"] for row in rows}
